// A password, where there is one a second factor, and what to do without either; providers and passkeys.
import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Redirect, useLocation, useSearch } from "wouter";
import { call, client, problemOf } from "../api";
import { ME_KEY } from "../me";
import { Gate } from "../parts/Gate";
import { Problem } from "../parts/Problem";
import { useWords } from "../words";
import { signIn } from "../words/signIn";
import { OtherWays } from "./OtherWays";
import { Code } from "./secondFactor";

interface Credentials {
  email: string;
  password: string;
  code?: string;
}

// Below /console, whatever stands in the address: also where "/.." leads.
function cameFrom(search: string): string {
  const from = new URLSearchParams(search).get("from") ?? "";
  const isBelow =
    /^\/(?![/\\])/.test(from) && new URL(`/console${from}`, window.location.origin).pathname.startsWith("/console/");
  return isBelow ? from : "/today";
}

export default function SignIn() {
  const w = useWords(signIn);
  const [, navigate] = useLocation();
  const search = useSearch();
  const queries = useQueryClient();
  const [known, setKnown] = useState<Credentials>();
  const [isForgotten, setForgotten] = useState(false);
  const ways = useQuery({ queryKey: ["sign-in"], queryFn: () => call(client.GET("/api/v1/sign-in")) });
  const entered = () => {
    queries.removeQueries({ queryKey: ME_KEY });
    navigate(cameFrom(search), { replace: true });
  };
  const enter = useMutation({
    mutationFn: (body: Credentials) => call(client.POST("/api/v1/sign-in", { body })),
    onSuccess: entered,
    onError: (error, body) => {
      if (problemOf(error).field === "code") setKnown(body);
    },
  });
  if (ways.data?.first) return <Redirect to="/first" replace />;
  if (isForgotten) return <Forgotten hasMail={ways.data?.reset ?? false} back={() => setForgotten(false)} />;
  if (known) {
    return (
      <Code
        isWrong={known.code !== undefined && !enter.isPending}
        isPending={enter.isPending}
        give={(code) => enter.mutate({ ...known, code })}
        back={() => setKnown(undefined)}
      />
    );
  }
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    enter.mutate({ email: String(form.get("email")), password: String(form.get("password")) });
  };
  const problem = enter.error ? problemOf(enter.error) : undefined;
  const others = <OtherWays to={cameFrom(search)} entered={entered} isAlone={ways.data?.password === false} />;
  if (ways.data?.password === false) {
    return (
      <Gate title={w.title}>
        <Refused search={search} />
        {others}
      </Gate>
    );
  }
  return (
    <Gate title={w.title}>
      <Refused search={search} />
      <form onSubmit={submit}>
        <TextInput
          label={w.email}
          name="email"
          type="email"
          autoComplete="username webauthn"
          required
          autoFocus
          size="md"
        />
        <PasswordInput
          label={w.password}
          name="password"
          autoComplete="current-password"
          required
          size="md"
          error={problem?.field === "password" ? w.wrong : problem?.status === 429 ? w.slowDown : undefined}
        />
        {problem && problem.field !== "password" && problem.status !== 429 && <Problem error={problem} />}
        <Button type="submit" fullWidth size="md" loading={enter.isPending}>
          {w.submit}
        </Button>
      </form>
      <button type="button" className="link-button" onClick={() => setForgotten(true)}>
        {w.forgotten}
      </button>
      {others}
    </Gate>
  );
}

// Why a provider did not let somebody in: ?problem=…
function Refused({ search }: { search: string }) {
  const w = useWords(signIn);
  const problem = new URLSearchParams(search).get("problem");
  if (!problem) return null;
  const why = Object.hasOwn(w.refused, problem) ? w.refused[problem as keyof typeof w.refused] : w.refused.expired;
  return (
    <p className="gate-refused" role="alert">
      {why}
    </p>
  );
}

function Forgotten({ hasMail, back }: { hasMail: boolean; back: () => void }) {
  const w = useWords(signIn);
  const ask = useMutation({ mutationFn: (email: string) => call(client.POST("/api/v1/reset", { body: { email } })) });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    ask.mutate(String(new FormData(event.currentTarget).get("email")));
  };
  const backButton = (
    <button type="button" className="link-button" onClick={back}>
      {w.back}
    </button>
  );
  if (!hasMail || ask.isSuccess) {
    return (
      <Gate title={w.forgottenTitle} help={hasMail ? w.forgottenHelp : w.forgottenNoMail}>
        {backButton}
      </Gate>
    );
  }
  return (
    <Gate title={w.forgottenTitle}>
      <form onSubmit={submit}>
        <TextInput label={w.email} name="email" type="email" autoComplete="username" required autoFocus size="md" />
        {ask.error && <Problem error={ask.error} />}
        <Button type="submit" fullWidth size="md" loading={ask.isPending}>
          {w.send}
        </Button>
      </form>
      {backButton}
    </Gate>
  );
}
