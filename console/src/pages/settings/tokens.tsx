// Tokens: what programs show to be let in. Listed, made (the secret is told once) and revoked.
import { Button, Checkbox, Group, NativeSelect, Switch, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Link, useLocation } from "wouter";
import { useAddress } from "../../address";
import { call, client, type Shapes } from "../../api";
import { useFormat } from "../../format";
import { may, useMe } from "../../me";
import { Clock } from "../../parts/Clock";
import { useConfirm } from "../../parts/Confirm";
import { DataList } from "../../parts/DataList";
import { Empty } from "../../parts/Empty";
import { PageHead } from "../../parts/PageHead";
import { Problem } from "../../parts/Problem";
import { Secret } from "../../parts/Secret";
import { useToast } from "../../parts/undo";
import { useWords } from "../../words";
import { PERMISSION_GROUPS, permissionWords } from "../../words/permissions";
import { tokens as tokenWords } from "../../words/tokens";
import type { SectionProps } from "./sections";

type Token = Shapes["Token"];
const KEY = ["tokens"];
const DAY_MS = 86_400_000;
const NAMED = 2; // permissions told in a row; the others are counted

const hasEnded = (token: Token) => Boolean(token.expires && Date.parse(token.expires) <= Date.now());
const isGood = (token: Token) => !token.revoked && !hasEnded(token);

export default function Tokens({ params }: SectionProps) {
  return params.id === "new" ? <NewToken /> : <AllTokens />;
}

function AllTokens() {
  const w = useWords(tokenWords);
  const [, navigate] = useLocation();
  const [address, set] = useAddress({ show: "" });
  const make = () => navigate("/settings/tokens/new");
  return (
    <>
      <PageHead title={w.title} actions={<Button onClick={make}>{w.make}</Button>}>
        {w.lead}
      </PageHead>
      <DataList<Token>
        label={w.list}
        queryKey={[...KEY, address.show]}
        load={async () => {
          const { items } = await call(client.GET("/api/v1/tokens"));
          return { items: address.show ? items : items.filter(isGood) };
        }}
        rowKey={(row) => row.id}
        empty={<Empty>{w.empty}</Empty>}
        columns={[
          { head: w.name, cell: (row) => <NameAndScopes token={row} /> },
          { head: w.made, cell: (row) => <Made token={row} />, onPhone: "hidden" },
          { head: w.used, cell: (row) => (row.used ? <Clock at={row.used} /> : w.neverUsed), onPhone: "hidden" },
          { head: w.expires, cell: (row) => <Expires token={row} /> },
          { head: <span className="unseen">{w.revoke}</span>, cell: (row) => <Revoke token={row} />, align: "right" },
        ]}
      />
      <Switch
        mt="md"
        label={w.showAll}
        checked={address.show !== ""}
        onChange={(event) => set({ show: event.currentTarget.checked ? "all" : "" })}
      />
    </>
  );
}

function NameAndScopes({ token }: { token: Token }) {
  const w = useWords(tokenWords);
  const p = useWords(permissionWords);
  const names = token.scopes.split(" ").map((name) => p.short(name));
  const shown = names.slice(0, NAMED).join(", ");
  return (
    <>
      <span className={isGood(token) ? undefined : "muted"}>{token.name}</span>
      <small className="muted settings-below" title={names.join(", ")}>
        {shown}
        {names.length > NAMED && ` ${w.more(names.length - NAMED)}`}
      </small>
    </>
  );
}

function Made({ token }: { token: Token }) {
  const w = useWords(tokenWords);
  return (
    <>
      <Clock at={token.created} />
      {token.created_by && <small className="muted settings-below">{w.by(token.created_by)}</small>}
    </>
  );
}

function Expires({ token }: { token: Token }) {
  const w = useWords(tokenWords);
  const format = useFormat();
  if (token.revoked) return <span className="muted">{w.revoked}</span>;
  if (hasEnded(token)) return <span className="muted">{w.ended}</span>;
  return token.expires ? w.until(format.day(token.expires)) : w.never;
}

function Revoke({ token }: { token: Token }) {
  const w = useWords(tokenWords);
  const toast = useToast();
  const confirm = useConfirm();
  const queries = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => call(client.DELETE("/api/v1/tokens/{id}", { params: { path: { id: token.id } } })),
    onSuccess: () => {
      toast.say(w.revokedToast(token.name));
      void queries.invalidateQueries({ queryKey: KEY });
    },
    onError: toast.fail,
  });
  if (!isGood(token)) return null;
  const ask = async () => {
    if (await confirm({ title: w.revokeTitle(token.name), body: w.revokeBody, action: w.revoke })) revoke.mutate();
  };
  return (
    <button type="button" className="link-button" onClick={() => void ask()} disabled={revoke.isPending}>
      {w.revoke}
      <span className="unseen"> {token.name}</span>
    </button>
  );
}

function NewToken() {
  const w = useWords(tokenWords);
  const [, navigate] = useLocation();
  const queries = useQueryClient();
  const [name, setName] = useState("");
  const [life, setLife] = useState("90");
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set(["touch:write"]));
  const [wrong, setWrong] = useState<"name" | "scopes">();
  const make = useMutation({
    mutationFn: () => {
      const expires = life === "0" ? undefined : new Date(Date.now() + Number(life) * DAY_MS).toISOString();
      const body = { name: name.trim(), scopes: [...chosen].join(" "), ...(expires ? { expires } : {}) };
      return call(client.POST("/api/v1/tokens", { body }));
    },
    onSuccess: () => void queries.invalidateQueries({ queryKey: KEY }),
  });
  const leave = () => navigate("/settings/tokens");
  if (make.data?.token)
    return (
      <>
        <PageHead title={w.title} />
        <Secret title={w.shown(make.data.name)} help={w.shownHelp} secret={make.data.token} done={leave} />
      </>
    );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const fault = !name.trim() ? "name" : chosen.size === 0 ? "scopes" : undefined;
    setWrong(fault);
    if (!fault) make.mutate();
  };
  return (
    <>
      <p className="settings-above">
        <Link href="/settings/tokens">{w.back}</Link>
      </p>
      <PageHead title={w.make} />
      <form className="gate-form" onSubmit={submit} noValidate>
        <TextInput
          label={w.name}
          description={w.nameHelp}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={wrong === "name" && w.needsName}
          maxLength={100}
          required
        />
        <NativeSelect
          label={w.life}
          description={w.lifeHelp}
          value={life}
          onChange={(event) => setLife(event.currentTarget.value)}
          data={Object.entries(w.lives)
            .map(([value, label]) => ({ value, label }))
            .sort((a, b) => (Number(a.value) || Infinity) - (Number(b.value) || Infinity))}
        />
        <Scopes chosen={chosen} set={setChosen} />
        {wrong === "scopes" && (
          <p className="is-broken" role="alert">
            {w.needsOne}
          </p>
        )}
        {make.isError && <Problem error={make.error} />}
        <Group gap="xs">
          <Button type="submit" loading={make.isPending}>
            {w.make}
          </Button>
          <Button variant="default" onClick={leave}>
            {w.cancel}
          </Button>
        </Group>
      </form>
    </>
  );
}

interface ScopesProps {
  chosen: ReadonlySet<string>;
  set: (chosen: ReadonlySet<string>) => void;
}

function Scopes({ chosen, set }: ScopesProps) {
  const w = useWords(tokenWords);
  const p = useWords(permissionWords);
  const me = useMe().data;
  const toggle = (name: string) => {
    const next = new Set(chosen);
    if (!next.delete(name)) next.add(name);
    set(next);
  };
  return (
    <>
      {Object.entries(PERMISSION_GROUPS).map(([group, names]) => (
        <fieldset key={group} className="gate-choices">
          <legend>
            {w.may}: {p.groups[group as keyof typeof p.groups]}
          </legend>
          {names.map((name) => (
            <Checkbox
              key={name}
              label={p.short(name)}
              description={may(me, name) ? p.long(name) : w.notYours}
              disabled={!may(me, name)}
              checked={chosen.has(name)}
              onChange={() => toggle(name)}
            />
          ))}
        </fieldset>
      ))}
    </>
  );
}
