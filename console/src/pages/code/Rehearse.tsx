// A rehearsal of a draft over the past: asked for, followed, read.
import { Button, Progress, Select } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Link } from "wouter";
import { useAddress } from "../../address";
import { api, call, client, problemOf, queryClient, type Shapes } from "../../api";
import { useFormat } from "../../format";
import { may, useMe } from "../../me";
import { DataList, ListSkeleton } from "../../parts/DataList";
import { Empty } from "../../parts/Empty";
import { Figure } from "../../parts/Figure";
import { Name } from "../../parts/Name";
import { Problem } from "../../parts/Problem";
import { PromiseWords } from "../../parts/PromiseWords";
import { StateMark } from "../../parts/StateMark";
import { useToast } from "../../parts/undo";
import { useWords } from "../../words";
import { code } from "../../words/code";
import { ledgerOfKey } from "../customer/places";

type Draft = Shapes["Draft"];
type Rehearsal = Shapes["Rehearsal"];
interface Count {
  changed: number;
  newly_broken: number;
  newly_kept: number;
}
interface Side {
  kept: number;
  broken: number;
  n: number;
  share: number | null;
  low: number | null;
  high: number | null;
  owed: { currency: string; amount: string; count: number }[];
  tasks: number;
}
interface Compared {
  promise: string;
  current: Side | null;
  draft: Side | null;
  difference: { share: number; low: number; high: number; paired: boolean } | null;
  pairs: { kept_by_both: number; lost: number; gained: number; broken_by_both: number };
  current_alone: number;
  draft_alone: number;
}
export interface Result extends Count {
  promises: Compared[];
  by_promise: (Count & { promise: string; words: string })[];
  by_hour: Count[];
  by_weekday: Count[];
  by_team: (Count & { team: string })[];
}

const LAST = "/api/v1/drafts/{id}/rehearsal";
const SPANS = [1, 3, 6, 12, 24, 60];
const isUnderWay = (rehearsal?: Rehearsal) => rehearsal?.state === "waiting" || rehearsal?.state === "running";

export function useRehearsal(draft: Draft) {
  return api.useQuery(
    "get",
    LAST,
    { params: { path: { id: draft.id } } },
    { refetchInterval: (query) => (isUnderWay(query.state.data as Rehearsal | undefined) ? 500 : false) },
  );
}

export function Rehearse({ draft }: { draft: Draft }) {
  const w = useWords(code);
  const me = useMe().data;
  const toast = useToast();
  const query = useRehearsal(draft);
  const [months, setMonths] = useState("12");
  const again = () => queryClient.invalidateQueries({ queryKey: ["get", LAST] });
  const begin = useMutation({
    mutationFn: () =>
      call(
        client.POST("/api/v1/drafts/{id}/rehearsals", {
          params: { path: { id: draft.id } },
          body: { months: Number(months) },
        }),
      ),
    onSuccess: again,
    onError: toast.fail,
  });
  const cancel = useMutation({
    mutationFn: (id: string) => call(client.DELETE("/api/v1/rehearsals/{id}", { params: { path: { id } } })),
    onSuccess: again,
    onError: toast.fail,
  });
  if (query.isPending) return <ListSkeleton label={w.tabs.rehearse} />;
  if (query.isError && problemOf(query.error).status !== 404)
    return <Problem error={query.error} retry={() => void query.refetch()} />;
  const rehearsal = query.data;
  const isOver = draft.state === "published" || draft.state === "discarded";
  return (
    <div className="code-rehearse">
      {!rehearsal && <p className="code-intro">{w.rehearseIntro}</p>}
      {may(me, "code:draft") && !isOver && !isUnderWay(rehearsal) && (
        <div className="code-begin">
          <Select
            label={w.months}
            value={months}
            onChange={(value) => setMonths(value ?? "12")}
            allowDeselect={false}
            data={SPANS.map((n) => ({ value: String(n), label: w.monthsOf(n) }))}
          />
          <Button
            variant={rehearsal?.state === "done" ? "default" : "filled"}
            onClick={() => begin.mutate()}
            loading={begin.isPending}
          >
            {rehearsal ? w.again : w.rehearse}
          </Button>
        </div>
      )}
      {rehearsal && isUnderWay(rehearsal) && (
        <Running rehearsal={rehearsal} cancel={may(me, "code:draft") ? () => cancel.mutate(rehearsal.id) : undefined} />
      )}
      {rehearsal?.state === "cancelled" && <p className="muted">{w.cancelled}</p>}
      {rehearsal?.state === "failed" && (
        <p className="is-broken" role="alert">
          {w.failed} {rehearsal.trouble}
        </p>
      )}
      {rehearsal && rehearsal.state === "done" && rehearsal.revision !== draft.revision && (
        <p className="is-soon">{w.outdated}</p>
      )}
      {rehearsal?.state === "done" && <Found rehearsal={rehearsal} />}
    </div>
  );
}

function Running({ rehearsal, cancel }: { rehearsal: Rehearsal; cancel?: () => void }) {
  const w = useWords(code);
  const format = useFormat();
  const words = rehearsal.state === "waiting" ? w.waiting : w.rehearsing(format.share(rehearsal.share));
  return (
    <div className="code-running">
      <p role="status">{words}</p>
      <Progress value={rehearsal.share * 100} aria-label={words} />
      {cancel && (
        <Button variant="default" size="xs" onClick={cancel}>
          {w.cancel}
        </Button>
      )}
    </div>
  );
}

// Whoever sees the result has read it: that is noted.
function Found({ rehearsal }: { rehearsal: Rehearsal }) {
  const w = useWords(code);
  const format = useFormat();
  const result = rehearsal.result as unknown as Result;
  const readers = (rehearsal.readers ?? []) as unknown as { name: string; read: string }[];
  useEffect(() => {
    if (!rehearsal.read_by_me)
      void call(client.POST("/api/v1/rehearsals/{id}/read", { params: { path: { id: rehearsal.id } } }))
        .then(() => queryClient.invalidateQueries({ queryKey: ["get", LAST] }))
        .catch(() => {});
  }, [rehearsal.id, rehearsal.read_by_me]);
  return (
    <>
      <p className="muted">
        {w.touches(format.number(rehearsal.touches), format.day(rehearsal.from), format.day(rehearsal.until))}
        {readers.length > 0 && ` · ${w.readBy} ${readers.map((reader) => reader.name).join(", ")}`}
      </p>
      {rehearsal.touches === 0 ? (
        <Empty>{w.noTouches}</Empty>
      ) : (
        <>
          <Table result={result} />
          <h2 className="code-otherwise">
            {w.otherwise(result.changed)}
            {result.changed > 0 && (
              <span className="muted">
                {" "}
                {[
                  result.newly_broken ? w.newlyBroken(result.newly_broken) : "",
                  result.newly_kept ? w.newlyKept(result.newly_kept) : "",
                ]
                  .filter(Boolean)
                  .join(" · ")}
              </span>
            )}
          </h2>
          {result.changed > 0 && <Where rehearsal={rehearsal} result={result} />}
        </>
      )}
    </>
  );
}

function Table({ result }: { result: Result }) {
  const w = useWords(code);
  const words = (name: string) => result.by_promise.find((one) => one.promise === name)?.words ?? name;
  return (
    <div className="code-scroll">
      <table className="code-table">
        <thead>
          <tr>
            <th>{w.promise}</th>
            <th>{w.today}</th>
            <th>{w.draft}</th>
            <th>{w.difference}</th>
          </tr>
        </thead>
        <tbody>
          {result.promises.map((one) => (
            <tr key={one.promise}>
              <th scope="row">
                <PromiseWords words={words(one.promise)} size="small" />
              </th>
              <td data-head={w.today}>
                <SideCell side={one.current} />
              </td>
              <td data-head={w.draft}>
                <SideCell side={one.draft} />
              </td>
              <td data-head={w.difference}>
                <Difference one={one} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function SideCell({ side }: { side: Side | null }) {
  const w = useWords(code);
  const format = useFormat();
  if (!side) return <span className="muted">–</span>;
  return (
    <>
      <Figure share={side.share} low={side.low ?? 0} high={side.high ?? 1} n={side.n} />
      {side.owed.length > 0 && (
        <div className="code-owed">
          {side.owed.map((owed) => format.amount(owed.amount)).join(" + ")} <span className="muted">{w.remedies}</span>
        </div>
      )}
    </>
  );
}

function Difference({ one }: { one: Compared }) {
  const w = useWords(code);
  const format = useFormat();
  if (!one.current) return <span className="is-soon">{w.isNew}</span>;
  if (!one.draft) return <span className="is-soon">{w.isGone}</span>;
  if (!one.difference) return <span className="muted">{w.tooFew}</span>;
  const { share, low, high } = one.difference;
  const tone = high < 0 ? "is-broken" : low > 0 ? "is-kept" : "muted";
  return (
    <span>
      <span className={`code-points ${tone}`}>
        {format.points(share)} {w.points}
      </span>{" "}
      <small className="muted">({w.range(format.points(low), format.points(high))})</small>
      <Alone one={one} />
    </span>
  );
}

// Without it, "97 %" beside "62 %" and a change of nothing would stand there unexplained: what only one of the two judges
// has no part in the change.
function Alone({ one }: { one: Compared }) {
  const w = useWords(code);
  const format = useFormat();
  if (one.current_alone + one.draft_alone === 0) return null;
  const { kept_by_both, lost, gained, broken_by_both } = one.pairs;
  return (
    <small className="code-alone muted">
      {w.judgedByBoth(format.number(kept_by_both + lost + gained + broken_by_both))}
      {one.current_alone > 0 && `, ${w.onlyToday(format.number(one.current_alone))}`}
      {one.draft_alone > 0 && `, ${w.onlyDraft(format.number(one.draft_alone))}`}
    </small>
  );
}

function Where({ rehearsal, result }: { rehearsal: Rehearsal; result: Result }) {
  const w = useWords(code);
  const format = useFormat();
  const [at, set] = useAddress({ tab: "text", promise: "", team: "*", hour: "" });
  const most = Math.max(...result.by_hour.map((one) => one.changed), 1);
  const query = {
    ...(at.promise ? { promise: at.promise } : {}),
    ...(at.team !== "*" ? { team: at.team } : {}),
    ...(at.hour ? { hour: Number(at.hour) } : {}),
  };
  const words = (name: string) => result.by_promise.find((one) => one.promise === name)?.words ?? name;
  return (
    <>
      <section>
        <h3>{w.byHour}</h3>
        <div className="code-hours">
          {result.by_hour.map((one, hour) => (
            <button
              key={hour}
              type="button"
              aria-pressed={at.hour === String(hour)}
              aria-label={`${hour}:00, ${w.otherwise(one.changed)}`}
              title={`${String(hour).padStart(2, "0")}:00 · ${format.number(one.changed)}`}
              onClick={() => set({ hour: at.hour === String(hour) ? "" : String(hour) })}
            >
              <svg viewBox="0 0 10 40" preserveAspectRatio="none" aria-hidden="true">
                <rect x="0" y={40 - (40 * one.changed) / most} width="10" height={(40 * one.changed) / most} />
              </svg>
              <span>{hour % 6 === 0 ? hour : ""}</span>
            </button>
          ))}
        </div>
      </section>
      <div className="code-filters">
        <Select
          label={w.promise}
          value={at.promise}
          onChange={(value) => set({ promise: value ?? "" })}
          allowDeselect={false}
          data={[
            { value: "", label: w.all },
            ...result.by_promise
              .filter((one) => one.changed > 0)
              .map((one) => ({ value: one.promise, label: `${one.promise} (${format.number(one.changed)})` })),
          ]}
        />
        <Select
          label={w.byTeam}
          value={at.team}
          onChange={(value) => set({ team: value ?? "*" })}
          allowDeselect={false}
          data={[
            { value: "*", label: w.all },
            ...result.by_team.map((one) => ({
              value: one.team,
              label: `${one.team || w.noTeam} (${format.number(one.changed)})`,
            })),
          ]}
        />
        <Select
          label={w.byHour}
          value={at.hour}
          onChange={(value) => set({ hour: value ?? "" })}
          allowDeselect={false}
          data={[
            { value: "", label: w.all },
            ...result.by_hour.flatMap((one, hour) =>
              one.changed
                ? [
                    {
                      value: String(hour),
                      label: `${String(hour).padStart(2, "0")}:00 (${format.number(one.changed)})`,
                    },
                  ]
                : [],
            ),
          ]}
        />
      </div>
      <DataList
        label={w.which}
        queryKey={["rehearsed", rehearsal.id, query]}
        load={(after) =>
          call(
            client.GET("/api/v1/rehearsals/{id}/changes", {
              params: { path: { id: rehearsal.id }, query: { ...query, ...(after ? { after } : {}) } },
            }),
          )
        }
        rowKey={(row) => `${row.promise} ${row.key} ${row.source} ${row.opening} ${row.opened}`}
        open={(row) => ledgerOfKey(row.key)}
        empty={<Empty>{w.none2}</Empty>}
        columns={[
          {
            head: w.key,
            cell: (row) => (
              <Link href={ledgerOfKey(row.key)}>
                <Name>{row.key}</Name>
              </Link>
            ),
          },
          {
            head: w.promise,
            onPhone: "hidden",
            cell: (row) => <PromiseWords words={words(row.promise)} size="small" />,
          },
          { head: w.team, onPhone: "hidden", cell: (row) => row.team || "–" },
          {
            head: w.opened,
            onPhone: "hidden",
            cell: (row) => <span title={format.exact(row.opened)}>{format.moment(row.opened)}</span>,
          },
          { head: w.today, cell: (row) => <Ended state={row.current} /> },
          { head: w.draft, cell: (row) => <Ended state={row.draft} /> },
        ]}
      />
    </>
  );
}

function Ended({ state }: { state: string }) {
  return state === "none" ? <span className="muted">–</span> : <StateMark state={state as "kept"} />;
}
