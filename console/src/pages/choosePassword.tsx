// A password by the link of an invitation or of a reset.
import { Button, PasswordInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { useLocation, useSearch } from "wouter";
import { call, client, problemOf } from "../api";
import { ME_KEY } from "../me";
import { Gate } from "../parts/Gate";
import { Problem } from "../parts/Problem";
import { useWords } from "../words";
import { signIn } from "../words/signIn";

export default function ChoosePassword() {
  const w = useWords(signIn);
  const [path, navigate] = useLocation();
  const by = path === "/invite" ? "invite" : "reset";
  const code = new URLSearchParams(useSearch()).get("code") ?? "";
  const queries = useQueryClient();
  const choose = useMutation({
    mutationFn: (password: string) => call(client.POST("/api/v1/password", { body: { code, by, password } })),
    onSuccess: (chosen) => {
      queries.removeQueries({ queryKey: ME_KEY });
      navigate(chosen.signed_in ? "/today" : "/sign-in", { replace: true });
    },
  });
  const problem = choose.error ? problemOf(choose.error) : undefined;
  if (!code || problem?.field === "code") {
    return (
      <Gate title={w.linkDead} help={w.linkDeadHelp}>
        <button type="button" className="link-button" onClick={() => navigate("/sign-in")}>
          {w.title}
        </button>
      </Gate>
    );
  }
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    choose.mutate(String(new FormData(event.currentTarget).get("password")));
  };
  return (
    <Gate title={by === "invite" ? w.inviteTitle : w.resetTitle} help={by === "invite" ? w.inviteHelp : w.resetHelp}>
      <form onSubmit={submit}>
        <PasswordInput
          label={w.newPassword}
          description={w.passwordHelp}
          name="password"
          autoComplete="new-password"
          required
          autoFocus
          size="md"
          error={problem?.field === "password" ? w.tooCommon : undefined}
        />
        {problem && problem.field !== "password" && <Problem error={problem} />}
        <Button type="submit" fullWidth size="md" loading={choose.isPending}>
          {w.save}
        </Button>
      </form>
    </Gate>
  );
}
