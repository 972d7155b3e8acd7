// One's own account: preferences, ways in, sessions.
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useLocation, useSearch } from "wouter";
import { call, client } from "../api";
import { useMe } from "../me";
import { PageHead } from "../parts/PageHead";
import { useWords } from "../words";
import { me as meWords } from "../words/me";
import { Factor } from "./me/Factor";
import { Links } from "./me/Links";
import { Passkeys } from "./me/Passkeys";
import { Password } from "./me/Password";
import { Preferences } from "./me/Preferences";
import { Sessions } from "./me/Sessions";

export default function MePage() {
  const w = useWords(meWords);
  const { data: me } = useMe();
  const ways = useQuery({ queryKey: ["sign-in"], queryFn: () => call(client.GET("/api/v1/sign-in")) });
  const [, navigate] = useLocation();
  const isNew = new URLSearchParams(useSearch()).has("welcome"); // came by a link that opens once
  if (!me) return null;
  const takesPasswords = ways.data?.password !== false;
  if (isNew && me.id) {
    return (
      <div className="me">
        <PageHead title={w.welcome}>{w.welcomeHelp}</PageHead>
        <Passkeys />
        <Links />
        {takesPasswords && <Password email={me.email ?? ""} />}
        <Button onClick={() => navigate("/today")}>{w.goOn}</Button>
      </div>
    );
  }
  return (
    <div className="me">
      <PageHead title={w.title}>{me.email}</PageHead>
      <Preferences me={me} />
      {me.id && (
        <>
          {takesPasswords && <Password email={me.email ?? ""} />}
          <Passkeys />
          <Links />
          <Factor />
          <Sessions />
        </>
      )}
    </div>
  );
}
