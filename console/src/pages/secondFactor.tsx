// A code of the second factor, asked for on the way in.
import { Button, TextInput } from "@mantine/core";
import type { FormEvent } from "react";
import { Gate } from "../parts/Gate";
import { useWords } from "../words";
import { signIn } from "../words/signIn";

interface CodeProps {
  isWrong: boolean;
  isPending: boolean;
  give: (code: string) => void;
  back: () => void;
}

export function Code({ isWrong, isPending, give, back }: CodeProps) {
  const w = useWords(signIn);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    give(String(new FormData(event.currentTarget).get("code")).trim());
  };
  return (
    <Gate title={w.codeTitle} help={w.codeHelp}>
      <form onSubmit={submit}>
        <TextInput
          label={w.code}
          name="code"
          autoComplete="one-time-code"
          autoCapitalize="off"
          spellCheck={false}
          required
          autoFocus
          size="md"
          error={isWrong ? w.codeWrong : undefined}
        />
        <Button type="submit" fullWidth size="md" loading={isPending}>
          {w.submit}
        </Button>
      </form>
      <button type="button" className="link-button" onClick={back}>
        {w.back}
      </button>
    </Gate>
  );
}
