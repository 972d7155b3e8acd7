// How to get in: by the link that the server prints.
import { Gate } from "../parts/Gate";
import { useWords } from "../words";
import { signIn } from "../words/signIn";

export default function SignIn() {
  const w = useWords(signIn);
  return (
    <Gate title={w.title} help={w.byLink}>
      {null}
    </Gate>
  );
}
