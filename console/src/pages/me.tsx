// One's own account: preferences.
import { useMe } from "../me";
import { PageHead } from "../parts/PageHead";
import { useWords } from "../words";
import { me as meWords } from "../words/me";
import { Preferences } from "./me/Preferences";

export default function MePage() {
  const w = useWords(meWords);
  const { data: me } = useMe();
  if (!me) return null;
  return (
    <div className="me">
      <PageHead title={w.title}>{me.email}</PageHead>
      <Preferences me={me} />
    </div>
  );
}
