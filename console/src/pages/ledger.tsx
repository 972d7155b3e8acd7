// Every obligation, by any of its filters together; the address holds them, in the API's own words.
import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { type AddressState, useAddress } from "../address";
import { call, client, type Shapes } from "../api";
import { useFormat } from "../format";
import type { EventName } from "../live";
import { may, useMe } from "../me";
import { Clock } from "../parts/Clock";
import { DataList } from "../parts/DataList";
import { Empty } from "../parts/Empty";
import { useExcuse } from "../parts/Excuse";
import { Export } from "../parts/Export";
import { Name } from "../parts/Name";
import { PageHead } from "../parts/PageHead";
import { PromiseWords } from "../parts/PromiseWords";
import { type State, StateMark, StateShape, stateOf } from "../parts/StateMark";
import { useWaiting } from "../parts/waiting";
import { usePreferences } from "../preferences";
import { usePromises } from "../promises";
import { useWords } from "../words";
import { excuses } from "../words/excuses";
import { ledger } from "../words/ledger";
import { dayOf, instantOf, weekdayNames } from "../zone";
import { PinnedViews, ViewMenu } from "./ledger/Views";

type Row = Shapes["Obligation"];
type Answer = { items: Row[]; next?: string | null; searched_until?: string | null };

const STATES = ["open", "paused", "kept", "broken", "excused", "void"] as const;
const TIMES = ["opened", "due", "decided"] as const;
const FIRST = {
  state: "open,paused",
  promise: "",
  principle: "",
  team: "",
  channel: "",
  person: "",
  customer: "",
  about: "",
  opened_after: "",
  opened_before: "",
  due_after: "",
  due_before: "",
  decided_after: "",
  decided_before: "",
  weekday: "",
  hour: "",
  direction: "",
};
type Filters = typeof FIRST;
const IN_ADDRESS = { ...FIRST, view: "" };
const EMPTY_PAGES_MOST = 10; // of a search that meets few: so many are asked for before it shows how far it came
const CHANGES: EventName[] = ["obligation.opened", "obligation.kept", "obligation.broken", "obligation.excused"];

// "-" in the address asks for those without one.
function queryOf(filters: Filters): Record<string, string> {
  const given = Object.entries(filters).filter(([, value]) => value !== "");
  return Object.fromEntries(given.map(([name, value]) => [name, value === "-" ? "" : value]));
}

// Of a view that was saved: only what the page knows.
const known = (filters: AddressState): Partial<Filters> =>
  Object.fromEntries(Object.entries(filters).filter(([name]) => name in FIRST));

async function load(filters: Filters, after: string | undefined, searched: (until: string | null) => void) {
  let next = after;
  for (let tried = 1; ; tried++) {
    const query = { ...queryOf(filters), ...(next ? { after: next } : {}) } as Record<string, never>;
    const answer = (await call(client.GET("/api/v1/obligations", { params: { query } }))) as Answer;
    searched(answer.searched_until ?? null);
    if (answer.items.length > 0 || !answer.next || tried === EMPTY_PAGES_MOST) return answer;
    next = answer.next;
  }
}

export default function Ledger() {
  const w = useWords(ledger);
  const format = useFormat();
  const [{ view, ...filters }, set] = useAddress(IN_ADDRESS);
  const { wordsOf } = usePromises();
  const me = useMe().data;
  const queries = useQueryClient();
  const [searched, setSearched] = useState<string | null>(null);
  const excuse = useExcuse();
  const waiting = new Set(useWaiting().items.map((one) => (one.obligation as Row).id));
  const chosen = Object.entries(filters).filter(([name, value]) => value !== FIRST[name as keyof Filters]);
  const isNarrow = chosen.length > 0;
  const here = {
    filters: Object.fromEntries(chosen),
    view,
    open: (wanted: AddressState, id: string) => set({ ...FIRST, ...known(wanted), view: id }, { push: true }),
  };
  return (
    <>
      <PageHead
        title={w.title}
        actions={
          <>
            <ViewMenu here={here} />
            <Export tables={[{ of: "obligations", query: queryOf(filters) }]} />
          </>
        }
      />
      <PinnedViews here={here} />
      <FilterBar filters={filters} set={set} />
      <DataList<Row>
        label={w.list}
        queryKey={["obligations", filters]}
        load={(after) => load(filters, after, setSearched)}
        rowKey={(row) => row.id}
        open={(row) => `/ledger/${row.id}`}
        live={CHANGES}
        {...(may(me, "ledger:excuse") && {
          actions: (rows: Row[], clear: () => void) => (
            <Button
              size="xs"
              variant="default"
              onClick={() =>
                excuse.ask(
                  rows.filter((row) => (row.state === "open" || row.state === "paused") && !waiting.has(row.id)),
                  () => {
                    clear();
                    void queries.invalidateQueries({ queryKey: ["obligations"] });
                    void queries.invalidateQueries({ queryKey: ["excuses"] });
                  },
                )
              }
            >
              {w.excuse}
            </Button>
          ),
        })}
        empty={
          <Empty
            action={
              isNarrow && (
                <Button variant="default" onClick={() => set(IN_ADDRESS)}>
                  {w.clearFilters}
                </Button>
              )
            }
          >
            {searched ? w.searchedNothing(format.day(searched)) : isNarrow ? w.nothingFound : w.nothingYet}
          </Empty>
        }
        columns={[
          { head: w.state, width: "150px", cell: (row) => <Standing row={row} isWaiting={waiting.has(row.id)} /> },
          {
            head: w.promise,
            cell: (row) => <PromiseWords words={wordsOf(row.promise)} size="small" to={`/ledger/${row.id}`} />,
          },
          {
            head: w.about,
            width: "248px",
            cell: (row) => (
              <>
                <span className="ledger-who">
                  <Name>{row.customer ?? row.key}</Name>
                </span>
                {row.customer && row.customer !== row.key && (
                  <span className="ledger-key">
                    <Name>{row.key}</Name>
                  </span>
                )}
              </>
            ),
          },
          { head: w.where, onPhone: "hidden", cell: (row) => [row.channel, row.team].filter(Boolean).join(" · ") },
          { head: w.person, width: "104px", onPhone: "hidden", cell: (row) => row.person ?? "" },
          {
            head: w.times.opened,
            onPhone: "hidden",
            align: "right",
            width: "136px",
            cell: (row) => <When at={row.opened} />,
          },
        ]}
      />
      {searched && <p className="muted">{w.searched(format.day(searched))}</p>}
      {excuse.dialog}
    </>
  );
}

function When({ at }: { at: string }) {
  const format = useFormat();
  return (
    <time className="ledger-when" dateTime={at} title={format.exact(at)}>
      {format.moment(at)}
    </time>
  );
}

// How long it still has, or when it was decided.
function Standing({ row, isWaiting }: { row: Row; isWaiting: boolean }) {
  const w = useWords(excuses);
  const state = stateOf(row);
  const runs = (state === "open" || state === "soon") && row.due;
  if (runs && !isWaiting) {
    return (
      <StateMark state={state}>
        <Clock at={row.due ?? ""} />
      </StateMark>
    );
  }
  return (
    <span className="ledger-standing">
      <StateMark state={state}>{runs ? <Clock at={row.due ?? ""} /> : undefined}</StateMark>
      {isWaiting && !row.decided && <small className="muted">{w.waits}</small>}
      {row.decided && (
        <small className="muted">
          <When at={row.decided} />
        </small>
      )}
    </span>
  );
}

type SetFilters = (changes: Partial<Filters>) => void;

// How many there are of each state, under all other filters.
function useCounts(filters: Filters) {
  const { state: _, direction: __, ...others } = filters;
  const query = queryOf({ ...FIRST, ...others, state: "", direction: "" }) as Record<string, never>;
  return useQuery({
    queryKey: ["obligations", "count", query],
    queryFn: () => call(client.GET("/api/v1/obligations/count", { params: { query } })),
    placeholderData: (before) => before,
  }).data;
}

// The names that counts know: teams, channels and principles that have had a verdict.
function useNames(by: "team" | "channel" | "principle") {
  return (
    useQuery({
      queryKey: ["adherence", by],
      queryFn: async () => {
        const { items } = await call(client.GET("/api/v1/adherence", { params: { query: { by } } }));
        return items.map((item) => item[by] ?? "").filter(Boolean);
      },
      staleTime: 300_000,
    }).data ?? []
  );
}

function FilterBar({ filters, set }: { filters: Filters; set: SetFilters }) {
  const w = useWords(ledger);
  const { promises } = usePromises();
  const [isOpen, setOpen] = useState(() => hasMore(filters));
  return (
    <section className="ledger-filters" aria-label={w.filters}>
      <StateFilter filters={filters} set={set} />
      <div className="ledger-fields">
        <NativeSelect
          label={w.promise}
          value={filters.promise}
          onChange={(event) => set({ promise: event.currentTarget.value })}
          data={[{ value: "", label: w.every }, ...promises.map((p) => ({ value: p.name, label: p.words }))]}
        />
        <Typed label={w.search} value={filters.about} placeholder={w.searchHint} set={(about) => set({ about })} />
        <Button variant="subtle" onClick={() => setOpen(!isOpen)} aria-expanded={isOpen}>
          {isOpen ? w.fewer : w.more}
        </Button>
      </div>
      {isOpen && <MoreFilters filters={filters} set={set} />}
    </section>
  );
}

function hasMore(filters: Filters): boolean {
  const { state: _, promise: __, about: ___, direction: ____, ...more } = filters;
  return Object.values(more).some((value) => value !== "");
}

function StateFilter({ filters, set }: { filters: Filters; set: SetFilters }) {
  const w = useWords(ledger);
  const format = useFormat();
  const counts = useCounts(filters);
  const chosen = new Set(filters.state.split(",").filter(Boolean));
  const toggle = (state: string) => {
    if (!chosen.delete(state)) chosen.add(state);
    set({ state: STATES.filter((known) => chosen.has(known)).join(",") || STATES.join(",") });
  };
  return (
    <fieldset className="ledger-states" aria-label={w.state}>
      {STATES.map((state) => (
        <button type="button" key={state} aria-pressed={chosen.has(state)} onClick={() => toggle(state)}>
          <span className={`is-${state}`}>
            <StateShape state={state as State} />
          </span>
          {w.states[state]}
          {counts && (
            <small>
              {format.number(counts[state])}
              {counts.at_least && "+"}
            </small>
          )}
        </button>
      ))}
    </fieldset>
  );
}

function MoreFilters({ filters, set }: { filters: Filters; set: SetFilters }) {
  const w = useWords(ledger);
  return (
    <div className="ledger-fields">
      <Chosen
        label={w.principle}
        value={filters.principle}
        names={useNames("principle")}
        set={(principle) => set({ principle })}
      />
      <Chosen label={w.team} value={filters.team} names={useNames("team")} none set={(team) => set({ team })} />
      <Chosen
        label={w.channel}
        value={filters.channel}
        names={useNames("channel")}
        none
        set={(channel) => set({ channel })}
      />
      <Typed label={w.person} value={filters.person} set={(person) => set({ person })} />
      <Typed label={w.customer} value={filters.customer} set={(customer) => set({ customer })} />
      <TimeFilter filters={filters} set={set} />
      <HourFilter filters={filters} set={set} />
    </div>
  );
}

// When it was decided, in the company's own zone.
function HourFilter({ filters, set }: { filters: Filters; set: SetFilters }) {
  const w = useWords(ledger);
  const { language } = usePreferences();
  const weekdays = weekdayNames(language, "long");
  return (
    <>
      <NativeSelect
        label={w.weekday}
        value={filters.weekday}
        onChange={(event) => set({ weekday: event.currentTarget.value })}
        data={[{ value: "", label: w.every }, ...weekdays.map((label, i) => ({ value: String(i + 1), label }))]}
      />
      <NativeSelect
        label={w.hour}
        value={filters.hour}
        onChange={(event) => set({ hour: event.currentTarget.value })}
        data={[
          { value: "", label: w.every },
          ...Array.from({ length: 24 }, (_, hour) => ({ value: String(hour), label: `${hour}:00-${hour}:59` })),
        ]}
      />
    </>
  );
}

function Chosen(props: {
  label: string;
  value: string;
  names: string[];
  none?: boolean;
  set: (value: string) => void;
}) {
  const w = useWords(ledger);
  const { label, value, names, none, set } = props;
  const known = value && value !== "-" && !names.includes(value) ? [value, ...names] : names;
  return (
    <NativeSelect
      label={label}
      value={value}
      onChange={(event) => set(event.currentTarget.value)}
      data={[
        { value: "", label: w.every },
        ...known.map((name) => ({ value: name, label: name })),
        ...(none ? [{ value: "-", label: w.notGiven }] : []),
      ]}
    />
  );
}

// Asks once the field is left or Enter is pressed, not for every letter.
function Typed(props: { label: string; value: string; placeholder?: string; set: (value: string) => void }) {
  const [typed, setTyped] = useState<string>();
  const send = () => {
    if (typed !== undefined && typed.trim() !== props.value) props.set(typed.trim());
    setTyped(undefined);
  };
  return (
    <TextInput
      label={props.label}
      placeholder={props.placeholder}
      value={typed ?? props.value}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onBlur={send}
      onKeyDown={(event) => {
        if (event.key === "Enter") send();
      }}
    />
  );
}

function TimeFilter({ filters, set }: { filters: Filters; set: SetFilters }) {
  const w = useWords(ledger);
  const { zone } = usePreferences();
  const given = TIMES.find((time) => filters[`${time}_after`] || filters[`${time}_before`]);
  const [time, setTime] = useState<(typeof TIMES)[number]>(given ?? "opened");
  const change = (next: (typeof TIMES)[number], after: string, before: string) => {
    setTime(next);
    const none = Object.fromEntries(TIMES.flatMap((name) => [`${name}_after`, `${name}_before`].map((n) => [n, ""])));
    set({ ...none, [`${next}_after`]: after, [`${next}_before`]: before });
  };
  const after = filters[`${time}_after`];
  const before = filters[`${time}_before`];
  return (
    <>
      <NativeSelect
        label={w.time}
        value={time}
        onChange={(event) => change(event.currentTarget.value as (typeof TIMES)[number], after, before)}
        data={TIMES.map((name) => ({ value: name, label: w.times[name] }))}
      />
      <TextInput
        type="date"
        label={w.from}
        value={after ? dayOf(after, zone) : ""}
        onChange={(event) => change(time, instantOf(event.currentTarget.value, zone), before)}
      />
      <TextInput
        type="date"
        label={w.until}
        value={before ? dayOf(Date.parse(before) - 1, zone) : ""}
        onChange={(event) => change(time, after, instantOf(event.currentTarget.value, zone, 1))}
      />
    </>
  );
}
