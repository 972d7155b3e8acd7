// The first administrator, by the code that the server printed.
import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { useLocation, useSearch } from "wouter";
import { call, client, problemOf } from "../api";
import { ME_KEY } from "../me";
import { Gate } from "../parts/Gate";
import { Problem } from "../parts/Problem";
import { useWords } from "../words";
import { signIn } from "../words/signIn";

export default function First() {
  const w = useWords(signIn);
  const [, navigate] = useLocation();
  const code = new URLSearchParams(useSearch()).get("code") ?? "";
  const queries = useQueryClient();
  const make = useMutation({
    mutationFn: (body: { code: string; name: string; email: string; password: string }) =>
      call(client.POST("/api/v1/first", { body })),
    onSuccess: () => {
      queries.removeQueries({ queryKey: ME_KEY });
      navigate("/today", { replace: true });
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name)).trim();
    make.mutate({
      code: text("code"),
      name: text("name"),
      email: text("email"),
      password: String(form.get("password")),
    });
  };
  const problem = make.error ? problemOf(make.error) : undefined;
  const errorOf = (field: string, words: string) => (problem?.field === field ? words : undefined);
  const isElsewhere = problem && !["code", "name", "email", "password"].includes(problem.field ?? "");
  return (
    <Gate title={w.firstTitle} help={w.firstHelp}>
      <form onSubmit={submit}>
        <TextInput
          label={w.firstCode}
          name="code"
          defaultValue={code}
          autoComplete="off"
          spellCheck={false}
          required
          size="md"
          error={errorOf("code", w.firstCodeWrong)}
        />
        <TextInput
          label={w.name}
          name="name"
          autoComplete="name"
          required
          size="md"
          error={errorOf("name", problem?.detail ?? "")}
        />
        <TextInput
          label={w.email}
          name="email"
          type="email"
          autoComplete="username"
          required
          size="md"
          error={errorOf("email", w.emailWrong)}
        />
        <PasswordInput
          label={w.password}
          description={w.passwordHelp}
          name="password"
          autoComplete="new-password"
          required
          size="md"
          error={errorOf("password", w.tooCommon)}
        />
        {isElsewhere && <Problem error={problem} />}
        <Button type="submit" fullWidth size="md" loading={make.isPending}>
          {w.firstSubmit}
        </Button>
      </form>
    </Gate>
  );
}
