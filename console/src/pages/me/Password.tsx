import { Button, PasswordInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { call, client, problemOf } from "../../api";
import { Problem } from "../../parts/Problem";
import { useToast } from "../../parts/undo";
import { useWords } from "../../words";
import { me as meWords } from "../../words/me";

export function Password({ email }: { email: string }) {
  const w = useWords(meWords);
  const toast = useToast();
  const change = useMutation({
    mutationFn: (body: { current: string; password: string }) => call(client.PUT("/api/v1/me/password", { body })),
    onSuccess: () => toast.say(w.changed),
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const given = new FormData(form);
    change.mutate(
      { current: String(given.get("current")), password: String(given.get("password")) },
      { onSuccess: () => form.reset() },
    );
  };
  const problem = change.error ? problemOf(change.error) : undefined;
  return (
    <section>
      <h2>{w.password}</h2>
      <form className="me-fields" onSubmit={submit}>
        <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
        <PasswordInput
          label={w.current}
          name="current"
          autoComplete="current-password"
          error={problem?.field === "current" ? w.currentWrong : undefined}
        />
        <PasswordInput
          label={w.next}
          description={w.nextHelp}
          name="password"
          autoComplete="new-password"
          required
          error={problem?.field === "password" ? w.tooCommon : undefined}
        />
        {problem && !["current", "password"].includes(problem.field ?? "") && <Problem error={problem} />}
        <div>
          <Button type="submit" variant="default" loading={change.isPending}>
            {w.changePassword}
          </Button>
        </div>
      </form>
    </section>
  );
}
