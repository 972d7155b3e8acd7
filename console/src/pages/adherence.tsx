// How often promises are kept: this month against the targets, over time, by hour of the week, team and channel. Every
// figure leads to the obligations behind it.
import { NativeSelect, SegmentedControl } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "wouter";
import { useAddress } from "../address";
import { call, client, type Shapes } from "../api";
import { ledgerOf } from "../behind";
import { ListSkeleton } from "../parts/DataList";
import { Empty } from "../parts/Empty";
import { Export, type Exported } from "../parts/Export";
import { Figure, figureOf } from "../parts/Figure";
import { PageHead } from "../parts/PageHead";
import { Problem } from "../parts/Problem";
import { PromiseWords } from "../parts/PromiseWords";
import { usePreferences } from "../preferences";
import { useWords } from "../words";
import { adherence } from "../words/adherence";
import { dayOf } from "../zone";
import { HourMap } from "./adherence-hours";
import { OverTime } from "./adherence-time";

export type Item = Shapes["Adherence"];
export type Question = Record<string, string>;

const FIRST = { per: "week", of: "principle", promise: "", channel: "", team: "" };
const SPANS: { [per: string]: number } = { day: 31, week: 92, month: 396 };

export function useAdherence(question: Question) {
  return useQuery({
    queryKey: ["adherence", question],
    queryFn: async () => {
      const query = question as { by: "promise" }; // the others are checked by the server
      return (await call(client.GET("/api/v1/adherence", { params: { query } }))).items;
    },
    placeholderData: keepPreviousData,
  });
}

export default function Adherence() {
  const w = useWords(adherence);
  const [state, set] = useAddress(FIRST);
  const { zone } = usePreferences();
  const today = dayOf(Date.now(), zone);
  const from = dayOf(Date.now() - (SPANS[state.per] ?? 92) * 864e5, zone);
  const narrowed: Question = Object.fromEntries(
    (["promise", "channel", "team"] as const).filter((name) => state[name]).map((name) => [name, state[name]]),
  );
  const year = dayOf(Date.now() - 364 * 864e5, zone);
  const month = `${today.slice(0, 8)}01`;
  const isOfAll = !narrowed.channel && !narrowed.team;
  const of = state.of === "promise" ? "promise" : "principle";
  // What the page shows, each of its tables.
  const table = (label: string, query: Question): Exported => ({
    of: "adherence",
    label,
    query: { ...query, ...narrowed },
  });
  const tables = [
    table(w.thisMonth, { by: "promise", from: month }),
    table(w.overTime, { by: of, per: state.per, from }),
    ...(isOfAll ? [table(w.week, { by: "hour", from: year })] : []),
    table(w.byTeam, { by: "team", from }),
    table(w.byChannel, { by: "channel", from }),
  ];
  const ever = useAdherence({ by: "promise" });
  if (ever.isError) return <Problem error={ever.error} retry={() => void ever.refetch()} isPage />;
  if (ever.isPending) return <ListSkeleton label={w.title} />;
  if (ever.data.every((item) => item.n === 0)) {
    return (
      <>
        <PageHead title={w.title} />
        <Empty>{w.nothingYet}</Empty>
      </>
    );
  }
  return (
    <>
      <PageHead title={w.title} actions={<Export tables={tables} />}>
        {w.line}
      </PageHead>
      <div className="adherence-controls">
        <NativeSelect
          label={w.promise}
          value={state.promise}
          onChange={(event) => set({ promise: event.currentTarget.value })}
          data={[
            { value: "", label: w.every },
            ...ever.data.map((p) => ({ value: p.promise ?? "", label: p.words ?? "" })),
          ]}
        />
        <Choice by="channel" label={w.channel} value={state.channel} set={(channel) => set({ channel })} />
        <Choice by="team" label={w.team} value={state.team} set={(team) => set({ team })} />
      </div>
      <Section title={w.thisMonth}>
        <Month question={{ ...narrowed, from: month }} narrowed={narrowed} />
      </Section>
      <Section
        title={w.overTime}
        actions={
          <>
            <SegmentedControl
              size="xs"
              value={state.of}
              onChange={(of) => set({ of })}
              data={[
                { value: "principle", label: w.byPrinciple },
                { value: "promise", label: w.byPromise },
              ]}
              aria-label={w.linesOf}
            />
            <SegmentedControl
              size="xs"
              value={state.per}
              onChange={(per) => set({ per })}
              data={["day", "week", "month"].map((per) => ({ value: per, label: w.pers[per as "day"] }))}
              aria-label={w.linesPer}
            />
          </>
        }
      >
        <OverTime of={of} per={state.per} from={from} narrowed={narrowed} known={ever.data} />
      </Section>
      <Section title={w.week}>
        {isOfAll ? <HourMap question={{ ...narrowed, from: year }} /> : <p className="muted">{w.hoursOfAll}</p>}
      </Section>
      {(["team", "channel"] as const).map((by) => (
        <Section key={by} title={by === "team" ? w.byTeam : w.byChannel}>
          <Groups by={by} question={{ ...narrowed, from }} narrowed={narrowed} />
        </Section>
      ))}
    </>
  );
}

function Section({ title, actions, children }: { title: string; actions?: ReactNode; children: ReactNode }) {
  return (
    <section className="adherence-section">
      <header>
        <h2>{title}</h2>
        {actions && <div className="adherence-actions">{actions}</div>}
      </header>
      {children}
    </section>
  );
}

function Choice(props: { by: "channel" | "team"; label: string; value: string; set: (value: string) => void }) {
  const w = useWords(adherence);
  const items = useAdherence({ by: props.by }).data ?? [];
  const names = items.map((item) => item[props.by] ?? "").filter(Boolean);
  return (
    <NativeSelect
      label={props.label}
      value={props.value}
      onChange={(event) => props.set(event.currentTarget.value)}
      data={[{ value: "", label: w.every }, ...names.map((name) => ({ value: name, label: name }))]}
    />
  );
}

// Each promise's month, and how many more may break in it.
function Month({ question, narrowed }: { question: Question; narrowed: Question }) {
  const w = useWords(adherence);
  const query = useAdherence({ by: "promise", ...question });
  if (query.isError) return <Problem error={query.error} retry={() => void query.refetch()} />;
  const items = (query.data ?? []).filter((item) => item.n + item.excused > 0);
  if (items.length === 0) return <p className="muted">{w.noVerdict}</p>;
  return (
    <div className="adherence-table">
      <table aria-label={w.thisMonth} className="adherence-month">
        <thead>
          <tr>
            <th>{w.promise}</th>
            <th>{w.kept}</th>
            <th className="is-right">{w.target}</th>
            <th className="is-right">{w.broken}</th>
            <th>{w.room}</th>
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <tr key={item.promise}>
              <td>
                <PromiseWords words={item.words ?? item.promise ?? ""} size="small" />
              </td>
              <td data-label={w.kept}>
                <Link href={ledgerOf(item, narrowed)} className="figure-link">
                  <Figure {...figureOf({ ...item, target: null })} />
                </Link>
              </td>
              <td data-label={w.target} className="is-right">
                {typeof item.target === "number" ? <Percent share={item.target} /> : "–"}
              </td>
              <td data-label={w.broken} className="is-right">
                <Link href={ledgerOf(item, narrowed, "broken")} className="figure-link">
                  {item.broken}
                </Link>
              </td>
              <td data-label={w.room}>
                <Room item={item} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Percent({ share }: { share: number }) {
  const { language } = usePreferences();
  return <>{`${new Intl.NumberFormat(language, { maximumFractionDigits: 2 }).format(share * 100)} %`}</>;
}

function Room({ item }: { item: Item }) {
  const w = useWords(adherence);
  if (typeof item.target !== "number") return <span className="muted">{w.noTarget}</span>;
  if (item.must_keep === null || item.must_keep === undefined) return <span className="is-broken">{w.outOfReach}</span>;
  if (item.must_keep > 0) return <span className="is-broken">{w.mustKeep(item.must_keep)}</span>;
  return <span>{w.mayBreak(item.may_break ?? 0)}</span>;
}

function Groups({ by, question, narrowed }: { by: "team" | "channel"; question: Question; narrowed: Question }) {
  const w = useWords(adherence);
  const query = useAdherence({ by, ...question });
  if (query.isError) return <Problem error={query.error} retry={() => void query.refetch()} />;
  const items = (query.data ?? []).filter((item) => item.n > 0);
  if (items.length === 0) return <p className="muted">{w.noVerdict}</p>;
  return (
    <div className="adherence-table">
      <table aria-label={by === "team" ? w.byTeam : w.byChannel} className="adherence-groups">
        <thead>
          <tr>
            <th>{by === "team" ? w.team : w.channel}</th>
            <td />
            <th>{w.kept}</th>
            <th className="is-right">{w.broken}</th>
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <tr key={item[by]}>
              <td>{item[by] || w.notGiven}</td>
              <td className="adherence-bar" aria-hidden="true">
                {!item.too_few && <Bar share={item.share ?? 0} low={item.low} high={item.high} />}
              </td>
              <td>
                <Link href={ledgerOf(item, narrowed)} className="figure-link">
                  <Figure {...figureOf(item)} />
                </Link>
              </td>
              <td className="is-right">
                <Link href={ledgerOf(item, narrowed, "broken")} className="figure-link">
                  {item.broken}
                </Link>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

// From zero; the interval as a thin band over its end.
function Bar({ share, low, high }: { share: number; low: number; high: number }) {
  return (
    <svg width="100%" height="12" aria-hidden="true">
      <rect className="bar-ground" width="100%" height="12" />
      <rect className="bar-share" width={`${share * 100}%`} height="12" />
      <rect className="bar-interval" x={`${low * 100}%`} width={`${(high - low) * 100}%`} y="4" height="4" />
    </svg>
  );
}
