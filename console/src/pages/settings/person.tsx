// One member of staff: account, what they may do, how they sign in, where they are signed in.
import { Button, Checkbox, MultiSelect, NativeSelect, Select, Stack, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Link } from "wouter";
import { call, client, problemOf, type Shapes } from "../../api";
import { useFormat } from "../../format";
import { may, useMe } from "../../me";
import { Clock } from "../../parts/Clock";
import { useConfirm } from "../../parts/Confirm";
import { ListSkeleton } from "../../parts/DataList";
import { PageHead } from "../../parts/PageHead";
import { Problem } from "../../parts/Problem";
import { useToast } from "../../parts/undo";
import { usePreferences } from "../../preferences";
import { LANGUAGE_NAMES, LANGUAGES, type Language, useWords } from "../../words";
import { me as meWords } from "../../words/me";
import { parts } from "../../words/parts";
import { staff } from "../../words/staff";
import { browserName } from "../me/Sessions";
import { LinkShown } from "./invite";
import { type Person, treeOf, usePeopleChanged, useRoleName, useRoles, useTeams } from "./people";
import { StateOf } from "./staff";

export function OnePerson({ id }: { id: string }) {
  const w = useWords(staff);
  const p = useWords(parts);
  const person = useQuery({
    queryKey: ["staff", "one", id],
    queryFn: async () => (await call(client.GET("/api/v1/staff/{id}", { params: { path: { id } } }))) as Person,
  });
  return (
    <>
      <p className="settings-above">
        <Link href="/settings/staff">{w.back}</Link>
      </p>
      {person.isPending && <ListSkeleton label={p.loading} />}
      {person.isError && <Problem error={person.error} retry={() => void person.refetch()} />}
      {person.data && <Shown person={person.data} />}
    </>
  );
}

function Shown({ person }: { person: Person }) {
  const w = useWords(staff);
  const format = useFormat();
  const me = useMe().data;
  const canWrite = may(me, "staff:write");
  return (
    <>
      <PageHead title={person.name}>
        {person.email} · <StateOf person={person} /> · {w.since} {format.day(person.created)}
      </PageHead>
      {canWrite && <Account key={`${person.name}${person.email}`} person={person} />}
      <Access person={person} canWrite={canWrite} />
      <SignIn person={person} canWrite={canWrite} />
      {canWrite && <Sessions person={person} />}
      {canWrite && person.id !== me?.id && <Disable person={person} />}
      {may(me, "audit:read") && (
        <p className="settings-section">
          <Link href={`/settings/audit?actor=${person.id}`}>{w.trail}</Link>
        </p>
      )}
    </>
  );
}

type Changes = {
  name?: string;
  email?: string;
  language?: Language;
  time_zone?: string;
  roles?: string[];
  teams?: { id: string; lead: boolean }[];
};

// Done at once; the toast takes it back.
function useChange(person: Person) {
  const w = useWords(staff);
  const toast = useToast();
  const changed = usePeopleChanged();
  const send = (body: Changes) =>
    call(client.PATCH("/api/v1/staff/{id}", { params: { path: { id: person.id } }, body: body as never })).finally(
      changed,
    );
  return useMutation({
    mutationFn: ({ body }: { body: Changes; back: Changes }) => send(body),
    onSuccess: (_, { back }) => toast.undo(w.saved, () => send(back)),
  });
}

function Account({ person }: { person: Person }) {
  const w = useWords(staff);
  const change = useChange(person);
  const [name, setName] = useState(person.name);
  const [email, setEmail] = useState(person.email);
  const problem = change.isError ? problemOf(change.error) : undefined;
  const isChanged = name.trim() !== person.name || email.trim() !== person.email;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate({
      body: { name: name.trim(), email: email.trim() },
      back: { name: person.name, email: person.email },
    });
  };
  return (
    <section className="settings-section">
      <h2>{w.account}</h2>
      <form className="settings-form" onSubmit={submit} noValidate>
        <TextInput
          label={w.name}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={problem?.field === "name" && problem.detail}
          autoComplete="off"
          maxLength={100}
        />
        <TextInput
          label={w.email}
          type="email"
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
          error={problem?.field === "email" && problem.detail}
          autoComplete="off"
        />
        {isChanged && (
          <Button type="submit" loading={change.isPending} className="settings-own-width">
            {w.save}
          </Button>
        )}
        <NativeSelect
          label={w.language}
          value={person.language}
          onChange={(event) =>
            change.mutate({
              body: { language: event.currentTarget.value as Language },
              back: { language: person.language as Language },
            })
          }
          data={LANGUAGES.map((value) => ({ value, label: LANGUAGE_NAMES[value] }))}
        />
        <Select
          label={w.zone}
          placeholder={w.zoneOfCode}
          value={person.time_zone ?? null}
          searchable
          clearable
          limit={40}
          data={[
            ...new Set([...(person.time_zone ? [person.time_zone] : []), "UTC", ...Intl.supportedValuesOf("timeZone")]),
          ]}
          onChange={(zone) =>
            change.mutate({ body: { time_zone: zone ?? "" }, back: { time_zone: person.time_zone ?? "" } })
          }
        />
        {problem && !["name", "email"].includes(problem.field ?? "") && <Problem error={problem} />}
      </form>
    </section>
  );
}

function Access({ person, canWrite }: { person: Person; canWrite: boolean }) {
  const w = useWords(staff);
  const { language } = usePreferences();
  const nameOf = useRoleName();
  const change = useChange(person);
  const roles = useRoles().data;
  const teams = useTeams().data;
  const theirs = person.teams as { id: string; name: string; lead: boolean }[];
  const asGiven = theirs.map(({ id, lead }) => ({ id, lead }));
  const setTeams = (next: { id: string; lead: boolean }[]) =>
    change.mutate({ body: { teams: next }, back: { teams: asGiven } });
  if (!canWrite)
    return (
      <section className="settings-section">
        <h2>{w.access}</h2>
        <dl className="settings-facts">
          <dt>{w.roles}</dt>
          <dd>{person.roles.map(nameOf).join(", ") || w.none}</dd>
          <dt>{w.teams}</dt>
          <dd>{theirs.map((team) => (team.lead ? `${team.name} (${w.lead1})` : team.name)).join(", ") || w.none}</dd>
        </dl>
      </section>
    );
  return (
    <section className="settings-section">
      <h2>{w.access}</h2>
      <div className="settings-form">
        {roles && (
          <MultiSelect
            label={w.roles}
            description={person.roles.length === 0 ? w.noRole : w.rolesHelp}
            value={person.roles.map((role) => role.id)}
            disabled={change.isPending}
            onChange={(next) =>
              change.mutate({ body: { roles: next }, back: { roles: person.roles.map((role) => role.id) } })
            }
            data={roles.map((role) => ({ value: role.id, label: nameOf(role) }))}
          />
        )}
        {teams && teams.length > 0 && (
          <>
            <MultiSelect
              label={w.teams}
              description={w.teamsHelp}
              value={theirs.map((team) => team.id)}
              searchable
              disabled={change.isPending}
              onChange={(next) =>
                setTeams(next.map((id) => ({ id, lead: theirs.some((team) => team.id === id && team.lead) })))
              }
              data={treeOf(teams, language).map(({ team }) => ({ value: team.id, label: team.name }))}
            />
            {theirs.length > 0 && (
              <Stack gap="xs">
                {theirs.map((team) => (
                  <Checkbox
                    key={team.id}
                    label={w.leadOf(team.name)}
                    checked={team.lead}
                    disabled={change.isPending}
                    onChange={(event) =>
                      setTeams(
                        asGiven.map((one) =>
                          one.id === team.id ? { ...one, lead: event.currentTarget.checked } : one,
                        ),
                      )
                    }
                  />
                ))}
              </Stack>
            )}
          </>
        )}
        {change.isError && <Problem error={change.error} />}
      </div>
    </section>
  );
}

function SignIn({ person, canWrite }: { person: Person; canWrite: boolean }) {
  const w = useWords(staff);
  const toast = useToast();
  const confirm = useConfirm();
  const changed = usePeopleChanged();
  const params = { path: { id: person.id } };
  const [link, setLink] = useState<Shapes["MailedLink"]>();
  const make = useMutation({
    mutationFn: (what: "invitation" | "reset") =>
      what === "reset"
        ? call(client.POST("/api/v1/staff/{id}/reset", { params }))
        : call(client.POST("/api/v1/staff/{id}/invitation", { params })),
    onSuccess: (made, what) => {
      setLink(made);
      if (made.sent) toast.say(what === "reset" ? w.resetMailed : w.mailed);
    },
    onError: toast.fail,
  });
  const removeFactor = useMutation({
    mutationFn: () => call(client.DELETE("/api/v1/staff/{id}/second-factor", { params })),
    onSuccess: () => {
      changed();
      toast.say(w.factorRemoved);
    },
    onError: toast.fail,
  });
  const ask = async () => {
    const question = { title: w.factorTitle(person.name), body: w.factorBody, action: w.factorRemove };
    if (await confirm(question)) removeFactor.mutate();
  };
  return (
    <section className="settings-section">
      <h2>{w.signIn}</h2>
      <p className="settings-text">
        {w.seen}: {person.seen ? <Clock at={person.seen} /> : w.notYet}.{" "}
        {person.second_factor ? w.factorOn : w.factorOff}
      </p>
      {canWrite && !person.disabled && (
        <div className="settings-buttons">
          {person.seen ? (
            <Button variant="default" loading={make.isPending} onClick={() => make.mutate("reset")}>
              {w.sendReset}
            </Button>
          ) : (
            <Button variant="default" loading={make.isPending} onClick={() => make.mutate("invitation")}>
              {w.sendInvite}
            </Button>
          )}
          {person.second_factor && (
            <Button variant="default" loading={removeFactor.isPending} onClick={() => void ask()}>
              {w.factorRemove}
            </Button>
          )}
        </div>
      )}
      {link && !link.sent && (
        <div className="settings-text">
          <p>{w.notMailed}</p>
          <LinkShown link={link} />
        </div>
      )}
    </section>
  );
}

function Sessions({ person }: { person: Person }) {
  const w = useWords(staff);
  const m = useWords(meWords);
  const toast = useToast();
  const queries = useQueryClient();
  const key = ["sessions", person.id];
  const sessions = useQuery({
    queryKey: key,
    queryFn: async () =>
      (await call(client.GET("/api/v1/sessions", { params: { query: { staff: person.id } } }))).items,
  });
  const end = useMutation({
    mutationFn: (id: string) => call(client.DELETE("/api/v1/sessions/{id}", { params: { path: { id } } })),
    onSuccess: () => {
      toast.say(w.ended);
      void queries.invalidateQueries({ queryKey: key });
    },
    onError: toast.fail,
  });
  return (
    <section className="settings-section">
      <h2>{w.sessions}</h2>
      {sessions.isError && <Problem error={sessions.error} retry={() => void sessions.refetch()} />}
      {sessions.data?.length === 0 && <p className="muted">{w.noSessions}</p>}
      <ul className="settings-rows">
        {(sessions.data ?? []).map((one) => (
          <li key={one.id}>
            <div>
              <p title={one.agent}>{browserName(one.agent) || m.unknownBrowser}</p>
              <small className="muted">
                {one.address} · {m.since} <Clock at={one.created} /> · {m.seen} <Clock at={one.seen} />
              </small>
            </div>
            <button type="button" className="link-button" onClick={() => end.mutate(one.id)}>
              {m.end}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Disable({ person }: { person: Person }) {
  const w = useWords(staff);
  const format = useFormat();
  const toast = useToast();
  const changed = usePeopleChanged();
  const queries = useQueryClient();
  const params = { path: { id: person.id } };
  const turn = (isOff: boolean) =>
    call(
      isOff
        ? client.POST("/api/v1/staff/{id}/disable", { params })
        : client.POST("/api/v1/staff/{id}/enable", { params }),
    ).finally(() => {
      changed();
      void queries.invalidateQueries({ queryKey: ["sessions", person.id] });
    });
  const change = useMutation({
    mutationFn: turn,
    onSuccess: (_, isOff) =>
      toast.undo(isOff ? w.didDisable(person.name) : w.didEnable(person.name), () => turn(!isOff)),
  });
  return (
    <section className="settings-section">
      <h2>{person.disabled ? w.enable : w.disable}</h2>
      <p className="settings-text">{person.disabled ? w.disabledSince(format.day(person.disabled)) : w.disableBody}</p>
      <Button variant="default" loading={change.isPending} onClick={() => change.mutate(!person.disabled)}>
        {person.disabled ? w.enable : w.disable}
      </Button>
      {change.isError && <Problem error={change.error} />}
    </section>
  );
}
