// Behind the link of an invitation or of a reset: a password, or another way in; what the company allows.
import { Button, PasswordInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useLocation, useSearch } from "wouter";
import { call, client, problemOf } from "../api";
import { ME_KEY } from "../me";
import { Gate } from "../parts/Gate";
import { Problem } from "../parts/Problem";
import { hasPasskeys } from "../passkeys";
import { useWords } from "../words";
import { signIn } from "../words/signIn";
import { useProviders } from "./OtherWays";
import { Code } from "./secondFactor";

export default function ChoosePassword() {
  const w = useWords(signIn);
  const [path, navigate] = useLocation();
  const by = path === "/invite" ? "invite" : "reset";
  const code = new URLSearchParams(useSearch()).get("code") ?? "";
  const queries = useQueryClient();
  const ways = useQuery({ queryKey: ["sign-in"], queryFn: () => call(client.GET("/api/v1/sign-in")) });
  const providers = useProviders();
  const [isAsked, ask] = useState(false); // for the second factor
  const goTo = (where: string) => {
    queries.removeQueries({ queryKey: ME_KEY });
    navigate(where, { replace: true });
  };
  const choose = useMutation({
    mutationFn: (password: string) => call(client.POST("/api/v1/password", { body: { code, by, password } })),
    onSuccess: (chosen) => goTo(chosen.signed_in ? "/today" : "/sign-in"),
  });
  const enter = useMutation({
    mutationFn: (factor: string) =>
      call(client.POST("/api/v1/sign-in/link", { body: { link: code, by, ...(factor && { code: factor }) } })),
    onSuccess: () => goTo("/me?welcome=yes"),
    onError: (error) => problemOf(error).status === 401 && ask(true),
  });
  const problem = choose.error ? problemOf(choose.error) : undefined;
  const entering = enter.error ? problemOf(enter.error) : undefined;
  const isDead = !code || [problem, entering].some((one) => one?.status === 403 && one.field === "code");
  if (isDead) {
    return (
      <Gate title={w.linkDead} help={w.linkDeadHelp}>
        <button type="button" className="link-button" onClick={() => navigate("/sign-in")}>
          {w.title}
        </button>
      </Gate>
    );
  }
  if (isAsked) {
    return (
      <Code
        isWrong={Boolean(enter.variables) && enter.isError}
        isPending={enter.isPending}
        give={(factor) => enter.mutate(factor)}
        back={() => ask(false)}
      />
    );
  }
  if (ways.isPending || providers.isPending) return <Gate title={by === "invite" ? w.inviteTitle : w.resetTitle} />;
  const isRefused = entering && entering.status !== 401;
  if (ways.data?.password === false) {
    return (
      <Gate title={by === "invite" ? w.inviteTitle : w.linkTitle} help={w.linkHelp}>
        <div className="gate-ways">
          {isRefused && <Problem error={enter.error} />}
          <Button fullWidth size="md" loading={enter.isPending} onClick={() => enter.mutate("")} autoFocus>
            {w.linkEnter}
          </Button>
        </div>
      </Gate>
    );
  }
  const hasOthers = hasPasskeys() || (providers.data?.items.length ?? 0) > 0;
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
      {hasOthers && (
        <div className="gate-ways">
          <p className="gate-or">{w.or}</p>
          {isRefused && <Problem error={enter.error} />}
          <Button variant="default" fullWidth size="md" loading={enter.isPending} onClick={() => enter.mutate("")}>
            {w.linkOther}
          </Button>
        </div>
      )}
    </Gate>
  );
}
