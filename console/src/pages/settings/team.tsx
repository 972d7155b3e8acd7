// One team: its name and place, who sees what belongs to it, its members and leads, deleting it.
import { Button, Checkbox, Group, Modal, NativeSelect, Select, Stack, Switch, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useLocation } from "wouter";
import { call, client, problemOf } from "../../api";
import { may, useMe } from "../../me";
import { PageHead } from "../../parts/PageHead";
import { Problem } from "../../parts/Problem";
import { useToast } from "../../parts/undo";
import { useWords } from "../../words";
import { teams as teamWords } from "../../words/teams";
import { above, PEOPLE_MOST, type Person, type Team, usePeopleChanged, useRoleName, useRoles, within } from "./people";
import { allows } from "./roles";
import { ParentSelect } from "./teams";

type Belonging = { id: string; lead: boolean };
const setTeams = (person: Person, teams: Belonging[]) =>
  call(
    client.PATCH("/api/v1/staff/{id}", {
      params: { path: { id: person.id } },
      body: { teams: teams.map(({ id, lead }) => ({ id, lead })) as never },
    }),
  );

export function OneTeam({ teams, id }: { teams: Team[]; id: string }) {
  const w = useWords(teamWords);
  const team = teams.find((one) => one.id === id);
  return (
    <>
      <p className="settings-above">
        <Link href="/settings/teams">{w.back}</Link>
        {above(teams, id).map((one) => (
          <Link key={one.id} href={`/settings/teams/${one.id}`}>
            {one.name}
          </Link>
        ))}
      </p>
      {team ? <Shown key={team.id} team={team} teams={teams} /> : <Problem error={{ status: 404, title: "" }} />}
    </>
  );
}

function useMembers(team: Team) {
  return useQuery({
    queryKey: ["staff", "of-team", team.id],
    queryFn: async () =>
      (await call(client.GET("/api/v1/staff", { params: { query: { team: team.id, limit: PEOPLE_MOST } } })))
        .items as Person[],
  });
}

function Shown({ team, teams }: { team: Team; teams: Team[] }) {
  const w = useWords(teamWords);
  const canWrite = may(useMe().data, "staff:write");
  const members = useMembers(team);
  const inside = teams.filter((one) => one.parent === team.id);
  return (
    <>
      <PageHead title={team.name}>{team.restricted ? w.restricted : undefined}</PageHead>
      {canWrite && <Place team={team} teams={teams} />}
      <Restricted team={team} teams={teams} canWrite={canWrite} />
      <section className="settings-section">
        <h2>{w.members}</h2>
        {members.isError && <Problem error={members.error} retry={() => void members.refetch()} />}
        {members.data && <Members team={team} members={members.data} canWrite={canWrite} />}
      </section>
      {inside.length > 0 && (
        <section className="settings-section">
          <h2>{w.within}</h2>
          <ul className="teams-tree">
            {inside.map((one) => (
              <li key={one.id}>
                <Link href={`/settings/teams/${one.id}`}>{one.name}</Link>
                <span className="teams-count">{w.people(one.members)}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {canWrite && members.data && <Remove team={team} teams={teams} members={members.data} />}
    </>
  );
}

type Changes = { name?: string; parent?: string; restricted?: boolean };

function useChange(team: Team) {
  const changed = usePeopleChanged();
  const toast = useToast();
  const send = (body: Changes) =>
    call(client.PATCH("/api/v1/teams/{id}", { params: { path: { id: team.id } }, body })).finally(changed);
  return useMutation({
    mutationFn: ({ body }: { body: Changes; back: Changes; words: string }) => send(body),
    onSuccess: (_, { back, words }) => toast.undo(words, () => send(back)),
  });
}

function Place({ team, teams }: { team: Team; teams: Team[] }) {
  const w = useWords(teamWords);
  const change = useChange(team);
  const [typed, setTyped] = useState(team.name);
  const isTaken = change.isError && problemOf(change.error).field === "name" && problemOf(change.error).status === 409;
  const rename = () => {
    const name = typed.trim();
    if (!name) setTyped(team.name);
    else if (name !== team.name) change.mutate({ body: { name }, back: { name: team.name }, words: w.saved });
  };
  const move = (parent: string) => {
    const to = teams.find((one) => one.id === parent);
    const words = to ? w.moved(team.name, to.name) : w.movedTop(team.name);
    change.mutate({ body: { parent }, back: { parent: team.parent ?? "" }, words });
  };
  return (
    <section className="settings-section">
      <div className="settings-form">
        <TextInput
          label={w.name}
          description={team.restricted ? w.renameRestricted : w.nameHelp}
          value={typed}
          disabled={team.restricted}
          onChange={(event) => setTyped(event.currentTarget.value)}
          onBlur={rename}
          onKeyDown={(event) => event.key === "Enter" && rename()}
          error={isTaken && w.nameTaken}
          maxLength={128}
        />
        <ParentSelect teams={teams} but={within(teams, team.id)} value={team.parent ?? ""} set={move} />
        {change.isError && !isTaken && <Problem error={change.error} />}
      </div>
    </section>
  );
}

function Restricted({ team, teams, canWrite }: { team: Team; teams: Team[]; canWrite: boolean }) {
  const w = useWords(teamWords);
  const nameOf = useRoleName();
  const change = useChange(team);
  const roles = (useRoles().data ?? []).filter((role) => allows(role, "restricted:read"));
  const path = above(teams, team.id).map((one) => one.name);
  const turn = (restricted: boolean) =>
    change.mutate({
      body: { restricted },
      back: { restricted: !restricted },
      words: restricted ? w.nowRestricted(team.name) : w.nowOpen(team.name),
    });
  return (
    <section className="settings-section">
      <h2>{w.restrictedLabel}</h2>
      {canWrite && (
        <Switch
          label={w.restrictedLabel}
          checked={team.restricted}
          disabled={change.isPending}
          onChange={(event) => turn(event.currentTarget.checked)}
          mb="sm"
        />
      )}
      {team.restricted ? (
        <div className="settings-text">
          <p>{w.seenBy}</p>
          <ul className="settings-points">
            <li>{w.seenMembers(team.members)}</li>
            {path.length > 0 && <li>{w.seenAbove(path.join(", "))}</li>}
            {roles.length > 0 && <li>{w.seenRoles(roles.map(nameOf).join(", "))}</li>}
          </ul>
        </div>
      ) : (
        <p className="settings-text">{w.open}</p>
      )}
      {change.isError && <Problem error={change.error} />}
    </section>
  );
}

function Members({ team, members, canWrite }: { team: Team; members: Person[]; canWrite: boolean }) {
  const w = useWords(teamWords);
  const toast = useToast();
  const changed = usePeopleChanged();
  const change = useMutation({
    mutationFn: ({ person, teams }: { person: Person; teams: Belonging[]; words: string }) => setTeams(person, teams),
    onSuccess: (_, { person, words }) =>
      toast.undo(words, () => setTeams(person, person.teams as Belonging[]).finally(changed)),
    onError: toast.fail,
    onSettled: changed,
  });
  const others = (person: Person) => (person.teams as Belonging[]).filter((one) => one.id !== team.id);
  const leads = (person: Person) => (person.teams as Belonging[]).some((one) => one.id === team.id && one.lead);
  return (
    <>
      {members.length === 0 && <p className="muted">{w.noMembers}</p>}
      <ul className="settings-rows">
        {members.map((person) => (
          <li key={person.id}>
            <div>
              <Link href={`/settings/staff/${person.id}`}>{person.name}</Link>
              <small className="muted settings-below">{person.email}</small>
            </div>
            {canWrite ? (
              <>
                <Checkbox
                  label={w.lead1}
                  aria-label={w.leadOf(person.name)}
                  checked={leads(person)}
                  disabled={change.isPending}
                  onChange={(event) =>
                    change.mutate({
                      person,
                      teams: [...others(person), { id: team.id, lead: event.currentTarget.checked }],
                      words: w.saved,
                    })
                  }
                />
                <button
                  type="button"
                  className="link-button"
                  onClick={() =>
                    change.mutate({ person, teams: others(person), words: w.tookOut(person.name, team.name) })
                  }
                >
                  {w.takeOut} <span className="unseen">{person.name}</span>
                </button>
              </>
            ) : (
              leads(person) && <span className="muted">{w.lead1}</span>
            )}
          </li>
        ))}
      </ul>
      {canWrite && (
        <AddPerson
          but={members}
          add={(person) =>
            change.mutate({
              person,
              teams: [...(person.teams as Belonging[]), { id: team.id, lead: false }],
              words: w.joined(person.name, team.name),
            })
          }
        />
      )}
    </>
  );
}

// Found by name or address, as one types.
function AddPerson({ but, add }: { but: Person[]; add: (person: Person) => void }) {
  const w = useWords(teamWords);
  const [typed, setTyped] = useState("");
  const found = useQuery({
    queryKey: ["staff", "search", typed.trim()],
    queryFn: async () =>
      (await call(client.GET("/api/v1/staff", { params: { query: { q: typed.trim(), state: "enabled", limit: 20 } } })))
        .items as Person[],
    placeholderData: (before) => before,
  });
  const people = (found.data ?? []).filter((person) => !but.some((one) => one.id === person.id));
  return (
    <Select
      className="settings-add"
      label={w.add}
      placeholder={w.addHint}
      searchable
      value={null}
      searchValue={typed}
      onSearchChange={setTyped}
      filter={({ options }) => options}
      data={people.map((person) => ({ value: person.id, label: `${person.name} · ${person.email}` }))}
      onChange={(id) => {
        const person = people.find((one) => one.id === id);
        if (person) add(person);
        setTyped("");
      }}
    />
  );
}

function Remove({ team, teams, members }: { team: Team; teams: Team[]; members: Person[] }) {
  const w = useWords(teamWords);
  const toast = useToast();
  const changed = usePeopleChanged();
  const [, navigate] = useLocation();
  const [isOpen, setOpen] = useState(false);
  const parent = teams.find((one) => one.id === team.parent);
  const [to, setTo] = useState(parent?.id ?? "");
  const why = teams.some((one) => one.parent === team.id)
    ? w.removeHasTeams
    : team.restricted
      ? w.removeRestricted
      : undefined;
  const remove = useMutation({
    mutationFn: () =>
      call(
        client.DELETE("/api/v1/teams/{id}", {
          params: { path: { id: team.id }, query: members.length > 0 && to ? { members_to: to } : {} },
        }),
      ),
    onSuccess: () => {
      navigate("/settings/teams");
      changed();
      toast.undo(w.removed(team.name), async () => {
        const body = { id: team.id, name: team.name, parent: team.parent ?? "" };
        await call(client.POST("/api/v1/teams", { body }));
        for (const person of members) await setTeams(person, person.teams as Belonging[]);
        changed();
      });
    },
    onError: toast.fail,
  });
  return (
    <section className="settings-section">
      {why ? (
        <p className="settings-text">{why}</p>
      ) : (
        <Button variant="default" onClick={() => (members.length > 0 ? setOpen(true) : remove.mutate())}>
          {w.remove}
        </Button>
      )}
      <Modal opened={isOpen} onClose={() => setOpen(false)} title={w.removeTitle(team.name)}>
        <Stack>
          <p>{w.removeBody}</p>
          <NativeSelect
            label={w.removeMembers}
            value={to}
            onChange={(event) => setTo(event.currentTarget.value)}
            data={[
              { value: "", label: w.removeLeave },
              ...teams
                .filter((one) => one.id !== team.id)
                .map((one) => ({ value: one.id, label: w.removeMove(one.name) })),
            ]}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={() => setOpen(false)}>
              {w.cancel}
            </Button>
            <Button className="button-broken" loading={remove.isPending} onClick={() => remove.mutate()}>
              {w.remove}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </section>
  );
}
