// The audit trail: found by who, what, about what, words and time; each record's change in words; the chain's check.
import { Button, CopyButton, Group, Menu, Modal, NativeSelect, Stack, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, useMemo, useState } from "react";
import { Link } from "wouter";
import { useAddress } from "../../address";
import { call, client, problemOf, type Shapes } from "../../api";
import { useFormat } from "../../format";
import { may, useMe } from "../../me";
import { DataList } from "../../parts/DataList";
import { Empty } from "../../parts/Empty";
import { PageHead } from "../../parts/PageHead";
import { Problem } from "../../parts/Problem";
import { StateShape } from "../../parts/StateMark";
import { useToast } from "../../parts/undo";
import { usePreferences } from "../../preferences";
import { LANGUAGE_NAMES, type Language, useWords } from "../../words";
import { audit } from "../../words/audit";
import { changes } from "../../words/changes";
import { ledger } from "../../words/ledger";
import { permissionWords } from "../../words/permissions";
import { dayOf, instantOf } from "../../zone";
import { type Difference, differences, type Said } from "./differences";
import { PEOPLE_MOST, type Person, useRoleName, useRoles, useTeams } from "./people";
import { Typed } from "./typed";

type Entry = Shapes["AuditRecord"];
type Report = Shapes["AuditReport"];
const FIRST = { q: "", actor: "", action: "", subject: "", from: "", until: "" };
type Filters = typeof FIRST;
type Words = (typeof audit)["en"];

const given = (filters: Filters) => Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== ""));

export default function Audit() {
  const w = useWords(audit);
  const [filters, set] = useAddress(FIRST);
  const [{ record }, open] = useAddress({ record: "" });
  const isNarrow = Object.keys(given(filters)).length > 0;
  return (
    <>
      <PageHead title={w.title} actions={<Actions filters={filters} />}>
        {w.lead}
      </PageHead>
      <Filter filters={filters} set={set} />
      {record && <Record key={record} id={record} set={set} close={() => open({ record: "" })} />}
      <DataList<Entry>
        label={w.list}
        queryKey={["audit", filters]}
        load={async (after) => {
          const query = { ...given(filters), ...(after ? { after } : {}) } as Record<string, never>;
          return (await call(client.GET("/api/v1/audit", { params: { query } }))) as {
            items: Entry[];
            next?: string | null;
          };
        }}
        rowKey={(row) => row.id}
        empty={
          <Empty
            action={
              isNarrow && (
                <Button variant="default" onClick={() => set(FIRST)}>
                  {w.clearFilters}
                </Button>
              )
            }
          >
            {isNarrow ? w.nothingFound : w.empty}
          </Empty>
        }
        columns={[
          {
            head: w.when,
            width: "136px",
            cell: (row) => (
              <Link className="audit-at" href={addressOf(row.id)} title={w.open}>
                <When at={row.at} />
              </Link>
            ),
          },
          { head: w.who, width: "168px", cell: (row) => <Who entry={row} set={set} /> },
          { head: w.what, cell: (row) => <What entry={row} set={set} /> },
        ]}
      />
    </>
  );
}

// Of one record, below /console: to be sent to a colleague.
function addressOf(id: string): string {
  const next = new URLSearchParams(window.location.search);
  next.set("record", id);
  return `/settings/audit?${next}`;
}

// The record that the address names, with all that it says.
function Record({ id, set, close }: { id: string; set: SetFilters; close: () => void }) {
  const w = useWords(audit);
  const format = useFormat();
  const entry = useQuery({
    queryKey: ["audit", "record", id],
    queryFn: () => call(client.GET("/api/v1/audit/{id}", { params: { path: { id } } })) as Promise<Entry>,
  });
  if (entry.isPending) return null;
  const isUnknown = entry.isError && problemOf(entry.error).status === 404;
  return (
    <section className="audit-record" aria-label={w.record}>
      {entry.data && (
        <>
          <p className="muted">
            {format.exact(entry.data.at)} · <Who entry={entry.data} set={set} />
          </p>
          <What entry={entry.data} set={set} isWhole />
        </>
      )}
      {isUnknown && <p role="alert">{w.recordUnknown}</p>}
      {entry.isError && !isUnknown && <Problem error={entry.error} retry={() => void entry.refetch()} />}
      <Group gap="xs">
        {entry.data && (
          <CopyButton value={`${window.location.origin}/console/settings/audit?record=${id}`}>
            {({ copied, copy }) => (
              <Button variant="default" size="xs" onClick={copy}>
                {copied ? w.copied : w.copyLink}
              </Button>
            )}
          </CopyButton>
        )}
        <Button variant="default" size="xs" onClick={close}>
          {w.close}
        </Button>
      </Group>
    </section>
  );
}

type SetFilters = (changes: Partial<Filters>) => void;

function When({ at }: { at: string }) {
  const format = useFormat();
  return (
    <time className="audit-when" dateTime={at} title={format.exact(at)}>
      {format.moment(at)}
    </time>
  );
}

function Who({ entry, set }: { entry: Entry; set: SetFilters }) {
  const w = useWords(audit);
  const kinds: Record<string, string> = { command: w.command, rule: w.rule };
  const name = entry.actor_name ?? kinds[entry.actor] ?? entry.actor;
  return (
    <>
      <button type="button" className="link-button audit-plain" onClick={() => set({ actor: entry.actor })}>
        {name}
      </button>
      {entry.actor.startsWith("tok_") && <small className="muted settings-below">{w.program}</small>}
    </>
  );
}

// "POST /api/v1/outbox/…/retry" where no handler said more
const actionWords = (w: Words, action: string) => w.actions[action] ?? action;

// Where one reads on about it.
function placeOf(subject: string): string | undefined {
  if (subject.startsWith("stf_")) return `/settings/staff/${subject}`;
  if (subject.startsWith("tea_")) return `/settings/teams/${subject}`;
  if (subject.startsWith("rol_")) return `/settings/roles/${subject}`;
  if (subject.startsWith("obl_")) return `/ledger/${subject}`;
  return undefined;
}

function nameIn(entry: Entry): string | undefined {
  for (const value of [entry.after, entry.before] as unknown[])
    if (typeof value === "object" && value && "name" in value && typeof value.name === "string") return value.name;
  return undefined;
}

// Of everybody whom one may read.
function usePeople() {
  const me = useMe().data;
  return useQuery({
    queryKey: ["staff", "names"],
    enabled: may(me, "staff:read"),
    queryFn: async () =>
      (await call(client.GET("/api/v1/staff", { params: { query: { limit: PEOPLE_MOST } } }))).items as Person[],
    staleTime: 60_000,
  }).data;
}

// Who or what an id is, as it is called now; the id itself where one may not know.
function useNamed(): (id: string) => string {
  const nameOf = useRoleName();
  const isReader = may(useMe().data, "staff:read");
  const people = usePeople();
  const teams = useTeams(isReader).data;
  const roles = useRoles(isReader).data;
  const names = useMemo(() => {
    const known = [...(people ?? []), ...(teams ?? [])].map((one): [string, string] => [one.id, one.name]);
    return new Map([...known, ...(roles ?? []).map((one): [string, string] => [one.id, nameOf(one)])]);
  }, [people, teams, roles, nameOf]);
  return (id) => names.get(id) ?? id;
}

function What({ entry, set, isWhole = false }: { entry: Entry; set: SetFilters; isWhole?: boolean }) {
  const w = useWords(audit);
  const named = useNamed();
  const to = entry.subject && placeOf(entry.subject);
  const isSession = entry.subject?.startsWith("ses_");
  const name = nameIn(entry) ?? (entry.subject && named(entry.subject));
  return (
    <div className="audit-what">
      <p>
        <button type="button" className="link-button audit-plain" onClick={() => set({ action: entry.action })}>
          {actionWords(w, entry.action)}
        </button>
        {entry.subject && !isSession && (
          <>
            {": "}
            {to ? <Link href={to}>{name}</Link> : name !== entry.subject && <span>{name}</span>}{" "}
            <button
              type="button"
              className="link-button audit-plain audit-id"
              onClick={() => set({ subject: entry.subject ?? "" })}
            >
              {entry.subject}
            </button>
          </>
        )}
      </p>
      {entry.erased ? <p className="muted">{w.wordsErased}</p> : <Change entry={entry} isWhole={isWhole} />}
    </div>
  );
}

// The words of fields and of such values as are ours. An obligation's states agree with it, as they do in the ledger.
function useFields(subject?: string | null): Pick<Said, "field" | "value"> {
  const { fields, values } = useWords(changes);
  const permission = useWords(permissionWords);
  const obligation: Record<string, string> = useWords(ledger).states;
  const nameOf = useRoleName();
  return {
    field: (name) => fields[name] ?? name.replaceAll("_", " "),
    value: (field, value) => {
      if (field === "permissions" || field === "scopes") return value.split(" ").map(permission.short).join(", ");
      if (field === "roles" && nameOf({ name: value }) !== value) return nameOf({ name: value });
      if (field === "language") return LANGUAGE_NAMES[value as Language];
      if (field === "state" && subject?.startsWith("obl_")) return obligation[value];
      return values[field]?.[value];
    },
  };
}

const SHOWN_MOST = 4;

function Change({ entry, isWhole }: { entry: Entry; isWhole: boolean }) {
  const w = useWords(audit);
  const format = useFormat();
  const said = { yes: w.yes, no: w.no, moment: format.exact, named: useNamed(), ...useFields(entry.subject) };
  const all = differences(entry.before as never, entry.after as never, said);
  const few = isWhole ? all : all.slice(0, SHOWN_MOST);
  if (all.length === 0) return null;
  return (
    <>
      <ul className="audit-change">
        {few.map((one) => (
          <DifferenceLine key={one.name} difference={one} />
        ))}
      </ul>
      {all.length > few.length && (
        <details className="audit-all">
          <summary>
            {w.all} ({all.length})
          </summary>
          <ul className="audit-change">
            {all.slice(SHOWN_MOST).map((one) => (
              <DifferenceLine key={one.name} difference={one} />
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

function DifferenceLine({ difference }: { difference: Difference }) {
  const w = useWords(audit);
  const { field } = useFields();
  const { name, before, after, added, gone } = difference;
  const listed = (words: string[] | undefined, mark: string, is: string) =>
    words?.map((one) => (
      <span key={one} className={`audit-${is}`}>
        <span aria-hidden="true">{mark}</span>
        <span className="unseen">{is === "added" ? w.added : w.gone} </span>
        {one}{" "}
      </span>
    ));
  return (
    <li>
      {name && <span className="muted">{field(name)}: </span>}
      {added || gone ? (
        <>
          {listed(gone, "− ", "gone")}
          {listed(added, "+ ", "added")}
        </>
      ) : (
        <>
          {before !== undefined && <del>{before}</del>}
          {before !== undefined && <span aria-hidden="true"> → </span>}
          {after !== undefined ? <ins>{after}</ins> : <span className="muted">{w.nothing}</span>}
        </>
      )}
    </li>
  );
}

function Filter({ filters, set }: { filters: Filters; set: SetFilters }) {
  const w = useWords(audit);
  const { zone, language } = usePreferences();
  const people = usePeople();
  const actors = [
    ...(people ?? []).map((one) => ({ value: one.id, label: one.name })),
    { value: "command", label: w.command },
    { value: "rule", label: w.rule },
  ];
  const known = actors.some((one) => one.value === filters.actor);
  const actions = Object.entries(w.actions)
    .map(([value, label]) => ({ value, label }))
    .sort((a, b) => a.label.localeCompare(b.label, language));
  const isAction = filters.action in w.actions;
  return (
    <section className="settings-filters" aria-label={w.filters}>
      <Typed label={w.words} placeholder={w.wordsHint} value={filters.q} set={(q) => set({ q })} />
      <NativeSelect
        label={w.who}
        value={filters.actor}
        onChange={(event) => set({ actor: event.currentTarget.value })}
        data={[
          { value: "", label: w.anyone },
          ...(filters.actor && !known ? [{ value: filters.actor, label: filters.actor }] : []),
          ...actors,
        ]}
      />
      <NativeSelect
        label={w.what}
        value={filters.action}
        onChange={(event) => set({ action: event.currentTarget.value })}
        data={[
          { value: "", label: w.anything },
          ...(filters.action && !isAction ? [{ value: filters.action, label: filters.action }] : []),
          ...actions,
        ]}
      />
      <Typed
        label={w.subject}
        placeholder={w.subjectHint}
        value={filters.subject}
        set={(subject) => set({ subject })}
      />
      <TextInput
        type="date"
        label={w.from}
        value={filters.from ? dayOf(filters.from, zone) : ""}
        onChange={(event) => set({ from: instantOf(event.currentTarget.value, zone) })}
      />
      <TextInput
        type="date"
        label={w.until}
        value={filters.until ? dayOf(new Date(Date.parse(filters.until) - 1).toISOString(), zone) : ""}
        onChange={(event) => set({ until: instantOf(event.currentTarget.value, zone, 1) })}
      />
    </section>
  );
}

function Actions({ filters }: { filters: Filters }) {
  const w = useWords(audit);
  const me = useMe().data;
  const [isChecking, setChecking] = useState(false);
  const [isErasing, setErasing] = useState(false);
  const { language } = usePreferences();
  const address = (format: string) =>
    `/api/v1/audit/export?${new URLSearchParams({ ...given(filters), format, language })}`;
  return (
    <>
      <Button variant="default" onClick={() => setChecking(true)}>
        {w.check}
      </Button>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default">{w.export}</Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item component="a" href={address("csv")} download>
            {w.exportCsv}
          </Menu.Item>
          <Menu.Item component="a" href={address("ndjson")} download>
            {w.exportNdjson}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {may(me, "admin") && (
        <Button variant="default" onClick={() => setErasing(true)}>
          {w.erase}
        </Button>
      )}
      {isChecking && <Check close={() => setChecking(false)} />}
      {isErasing && <Erase subject={filters.subject} close={() => setErasing(false)} />}
    </>
  );
}

function Check({ close }: { close: () => void }) {
  const w = useWords(audit);
  const report = useQuery({
    queryKey: ["audit", "check"],
    queryFn: async () => (await call(client.GET("/api/v1/audit/check"))) as Report,
    gcTime: 0,
    staleTime: 0,
  });
  return (
    <Modal opened onClose={close} title={w.check} size="lg" closeButtonProps={{ "aria-label": w.close }}>
      <Stack>
        <p className="muted">{w.checkHelp}</p>
        {report.isPending && <Button loading>{w.check}</Button>}
        {report.isError && <Problem error={report.error} retry={() => void report.refetch()} />}
        {report.data && <ReportShown report={report.data} />}
      </Stack>
    </Modal>
  );
}

function ReportShown({ report }: { report: Report }) {
  const w = useWords(audit);
  return (
    <div role="status">
      <p className={`state-mark is-${report.whole ? "kept" : "broken"}`}>
        <StateShape state={report.whole ? "kept" : "broken"} />
        <strong>{report.whole ? w.whole : w.broken}</strong>
      </p>
      <p>
        {w.checked(report.rows)}
        {report.erased > 0 && `, ${w.without(report.erased)}`}.
      </p>
      {!report.whole && (
        <>
          <p className="audit-gap">{w.brokenBody}</p>
          <ul className="audit-ends">
            {report.faults.map((one) => (
              <li key={`${one.node}:${one.seq}:${one.what}`}>
                {w.place(one.node, one.seq)}: {one.what}
              </li>
            ))}
          </ul>
        </>
      )}
      <p className="audit-gap muted">{w.ends}</p>
      <ul className="audit-ends">
        {report.ends.map((one) => (
          <li key={one.node}>
            {w.place(one.node, one.seq)} <code>{`${one.node}:${one.seq}:${one.hash}`}</code>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Erase({ subject: first, close }: { subject: string; close: () => void }) {
  const w = useWords(audit);
  const toast = useToast();
  const [subject, setSubject] = useState(first);
  const erase = useMutation({
    mutationFn: () => call(client.POST("/api/v1/audit/erase", { body: { subject: subject.trim() } })),
    onSuccess: ({ erased }) => {
      toast.say(erased > 0 ? w.didErase(erased) : w.eraseNone);
      close();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (subject.trim()) erase.mutate();
  };
  return (
    <Modal opened onClose={close} title={w.eraseTitle} closeButtonProps={{ "aria-label": w.close }}>
      <form onSubmit={submit}>
        <Stack>
          <p>{w.eraseBody}</p>
          <TextInput
            label={w.eraseSubject}
            description={w.eraseHelp}
            value={subject}
            onChange={(event) => setSubject(event.currentTarget.value)}
            autoComplete="off"
            required
            data-autofocus
          />
          {erase.isError && <Problem error={erase.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {w.cancel}
            </Button>
            <Button type="submit" className="button-broken" disabled={!subject.trim()} loading={erase.isPending}>
              {w.erase}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
