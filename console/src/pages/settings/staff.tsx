// Who works here and signs in: found by words, role, team and state; one of them; inviting more.
import { Button, NativeSelect } from "@mantine/core";
import { useState } from "react";
import { useAddress } from "../../address";
import { call, client } from "../../api";
import { may, useMe } from "../../me";
import { Clock } from "../../parts/Clock";
import { DataList } from "../../parts/DataList";
import { Empty } from "../../parts/Empty";
import { Export } from "../../parts/Export";
import { PageHead } from "../../parts/PageHead";
import { usePreferences } from "../../preferences";
import { useWords } from "../../words";
import { staff } from "../../words/staff";
import { Invite } from "./invite";
import { type Person, treeOf, useRoleName, useRoles, useTeams } from "./people";
import { OnePerson } from "./person";
import type { SectionProps } from "./sections";
import { Typed } from "./typed";

const FIRST = { q: "", role: "", team: "", state: "" };
type Filters = typeof FIRST;

export const stateOf = (person: Person) => (person.disabled ? "disabled" : person.seen ? "active" : "invited");

export default function Staff({ params }: SectionProps) {
  return params.id ? <OnePerson id={params.id} /> : <Everybody />;
}

function Everybody() {
  const w = useWords(staff);
  const me = useMe().data;
  const nameOf = useRoleName();
  const [filters, set] = useAddress(FIRST);
  const [isInviting, setInviting] = useState(false);
  const isNarrow = Object.values(filters).some((value) => value !== "");
  const invite = may(me, "staff:write") && <Button onClick={() => setInviting(true)}>{w.invite}</Button>;
  const query = Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== ""));
  return (
    <>
      <PageHead
        title={w.title}
        actions={
          <>
            <Export tables={[{ of: "staff", query }]} />
            {invite}
          </>
        }
      >
        {w.lead}
      </PageHead>
      <Filter filters={filters} set={set} />
      <DataList<Person>
        label={w.list}
        queryKey={["staff", "list", filters]}
        load={async (after) => {
          const asked = { ...query, ...(after ? { after } : {}) } as Record<string, never>;
          return (await call(client.GET("/api/v1/staff", { params: { query: asked } }))) as {
            items: Person[];
            next?: string | null;
          };
        }}
        rowKey={(row) => row.id}
        open={(row) => `/settings/staff/${row.id}`}
        empty={
          <Empty
            action={
              isNarrow ? (
                <Button variant="default" onClick={() => set(FIRST)}>
                  {w.clearFilters}
                </Button>
              ) : (
                invite
              )
            }
          >
            {isNarrow ? w.nothingFound : w.empty}
          </Empty>
        }
        columns={[
          {
            head: w.name,
            cell: (row) => (
              <>
                <span className={row.disabled ? "muted" : "settings-name"}>{row.name}</span>
                {row.id === me?.id && <small className="muted"> ({w.you})</small>}
                <small className="muted settings-below">{row.email}</small>
              </>
            ),
          },
          { head: w.roles, cell: (row) => row.roles.map(nameOf).join(", ") },
          { head: w.teams, cell: (row) => <TeamsOf person={row} /> },
          { head: w.state, width: "128px", onPhone: "first", cell: (row) => <StateOf person={row} /> },
          {
            head: w.seen,
            width: "120px",
            align: "right",
            onPhone: "hidden",
            cell: (row) => (row.seen ? <Clock at={row.seen} /> : <span className="muted">{w.notYet}</span>),
          },
        ]}
      />
      {isInviting && <Invite close={() => setInviting(false)} />}
    </>
  );
}

function TeamsOf({ person }: { person: Person }) {
  const w = useWords(staff);
  return <>{person.teams.map((team) => (team.lead ? `${team.name} (${w.lead1})` : team.name)).join(", ")}</>;
}

export function StateOf({ person }: { person: Person }) {
  const w = useWords(staff);
  const state = stateOf(person);
  return <span className={state === "active" ? "" : "muted"}>{w.states[state]}</span>;
}

function Filter({ filters, set }: { filters: Filters; set: (changes: Partial<Filters>) => void }) {
  const w = useWords(staff);
  const { language } = usePreferences();
  const nameOf = useRoleName();
  const roles = useRoles().data ?? [];
  const teams = useTeams().data ?? [];
  const any = { value: "", label: w.any };
  return (
    <section className="settings-filters" aria-label={w.filters}>
      <Typed label={w.search} placeholder={w.searchHint} value={filters.q} set={(q) => set({ q })} />
      <NativeSelect
        label={w.role}
        value={filters.role}
        onChange={(event) => set({ role: event.currentTarget.value })}
        data={[any, ...roles.map((role) => ({ value: role.id, label: nameOf(role) }))]}
      />
      <NativeSelect
        label={w.team}
        value={filters.team}
        onChange={(event) => set({ team: event.currentTarget.value })}
        data={[
          any,
          ...treeOf(teams, language).map(({ team, depth }) => ({
            value: team.id,
            label: `${"\u2003".repeat(depth)}${team.name}`,
          })),
        ]}
      />
      <NativeSelect
        label={w.state}
        value={filters.state}
        onChange={(event) => set({ state: event.currentTarget.value })}
        data={[
          any,
          ...(["active", "invited", "disabled"] as const).map((value) => ({ value, label: w.states[value] })),
        ]}
      />
    </section>
  );
}
