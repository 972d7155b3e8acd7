// One's own account: preferences, password, second factor, sessions.
import { useMe } from "../me";
import { PageHead } from "../parts/PageHead";
import { useWords } from "../words";
import { me as meWords } from "../words/me";
import { Factor } from "./me/Factor";
import { Passkeys } from "./me/Passkeys";
import { Password } from "./me/Password";
import { Preferences } from "./me/Preferences";
import { Sessions } from "./me/Sessions";

export default function MePage() {
  const w = useWords(meWords);
  const { data: me } = useMe();
  if (!me) return null;
  return (
    <div className="me">
      <PageHead title={w.title}>{me.email}</PageHead>
      <Preferences me={me} />
      {me.id && (
        <>
          <Password email={me.email ?? ""} />
          <Passkeys />
          <Factor />
          <Sessions />
        </>
      )}
    </div>
  );
}
