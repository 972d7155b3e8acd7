// Excuses that wait for a second person: many are confirmed or declined at once, each with its own result.
import { Button } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { call, client, type Shapes } from "../api";
import { useFormat } from "../format";
import { may, useMe } from "../me";
import { Clock } from "../parts/Clock";
import { DataList } from "../parts/DataList";
import { Empty } from "../parts/Empty";
import { Name } from "../parts/Name";
import { PageHead } from "../parts/PageHead";
import { PromiseWords } from "../parts/PromiseWords";
import { Declining } from "../parts/SecondPerson";
import { StateMark, stateOf } from "../parts/StateMark";
import { useToast } from "../parts/undo";
import { usePromises } from "../promises";
import { useWords } from "../words";
import { excuses } from "../words/excuses";
import { ledger } from "../words/ledger";

type Row = Shapes["ExcuseWaiting"];
type How = "confirm" | "decline" | "withdraw";
interface Refused {
  row: Row;
  reason: string;
}

const EMPTY_PAGES_MOST = 10; // of rows that were decided meanwhile
const QUERY = ["excuses", "list"];
const CHANGES = ["excuse.changed"] as const;
const about = (row: Row) => row.obligation as Shapes["Obligation"];

async function load(after: string | undefined): Promise<{ items: Row[]; next?: string | null }> {
  let next = after;
  for (let tried = 1; ; tried++) {
    const query = next ? { after: next } : {};
    const answer = await call(client.GET("/api/v1/excuses", { params: { query } }));
    if (answer.items.length > 0 || !answer.next || tried === EMPTY_PAGES_MOST) return answer as { items: Row[] };
    next = answer.next;
  }
}

async function send(how: How, ids: string[], reason: string, keepalive: boolean) {
  const body = { ids };
  switch (how) {
    case "confirm":
      return call(client.POST("/api/v1/excuses/confirm", { body, keepalive }));
    case "withdraw":
      return call(client.POST("/api/v1/excuses/withdraw", { body, keepalive }));
    case "decline":
      return call(client.POST("/api/v1/excuses/decline", { body: { ids, reason }, keepalive }));
  }
}

// Sent when the toast that undoes it has gone, or when one leaves the page before; until then the rows are put away.
function useAnswers() {
  const w = useWords(excuses);
  const toast = useToast();
  const queries = useQueryClient();
  const [away, setAway] = useState<ReadonlySet<string>>(new Set());
  const [refused, setRefused] = useState<Refused[]>([]);
  const last = useRef<() => Promise<void>>(undefined);
  const own = useRef(new Set<string>()); // obligations, of which the stream tells what one has done oneself
  useEffect(() => () => void last.current?.(), []);
  const back = (rows: Row[]) =>
    setAway((before) => new Set([...before].filter((id) => !rows.some((row) => row.id === id))));
  const act = async (how: How, rows: Row[], reason: string, keepalive: boolean) => {
    try {
      const ids = rows.map((row) => row.id);
      for (const row of rows) own.current.add(about(row).id);
      const { items } = await send(how, ids, reason, keepalive);
      const not = rows.flatMap((row) => {
        const item = items.find((one) => one.id === row.id);
        return item?.result === "refused" ? [{ row, reason: item.reason ?? "" }] : [];
      });
      const done = rows.length - not.length;
      setRefused(not);
      toast.say(
        [done > 0 && w.done[how](done), not.length > 0 && w.notAnswered(not.length)].filter(Boolean).join("; "),
      );
    } finally {
      await queries.invalidateQueries({ queryKey: ["excuses"] });
      back(rows);
    }
  };
  const answer = (how: How, rows: Row[], reason = "") => {
    void last.current?.();
    setRefused([]);
    setAway((before) => new Set([...before, ...rows.map((row) => row.id)]));
    const words = { confirm: w.confirming, decline: w.declining, withdraw: w.withdrawing }[how](rows.length);
    last.current = toast.later(
      words,
      (keepalive) => act(how, rows, reason, keepalive),
      () => back(rows),
    );
  };
  return { away, refused, close: () => setRefused([]), answer, isOwn: (id: unknown) => own.current.has(String(id)) };
}

export default function Excuses() {
  const w = useWords(excuses);
  const words = useWords(ledger);
  const format = useFormat();
  const toast = useToast();
  const me = useMe().data;
  const { wordsOf } = usePromises();
  const answers = useAnswers();
  const [declining, setDeclining] = useState<{ rows: Row[]; clear: () => void }>();
  const others = (rows: Row[], then: (rows: Row[]) => void) => {
    const found = rows.filter((row) => !row.mine);
    if (found.length > 0) then(found);
    else toast.say(w.onlyOwn);
  };
  const own = (rows: Row[], then: (rows: Row[]) => void) => {
    const found = rows.filter((row) => row.mine);
    if (found.length > 0) then(found);
    else toast.say(w.onlyOthers);
  };
  const actions = (rows: Row[], clear: () => void) => (
    <>
      <Button
        size="xs"
        onClick={() =>
          others(rows, (found) => {
            clear();
            answers.answer("confirm", found);
          })
        }
      >
        {w.confirm}
      </Button>
      <Button size="xs" variant="default" onClick={() => others(rows, (found) => setDeclining({ rows: found, clear }))}>
        {w.decline}
      </Button>
      {rows.some((row) => row.mine) && (
        <Button
          size="xs"
          variant="default"
          onClick={() =>
            own(rows, (found) => {
              clear();
              answers.answer("withdraw", found);
            })
          }
        >
          {w.withdraw}
        </Button>
      )}
    </>
  );
  return (
    <>
      <PageHead title={w.title} />
      <NotAnswered refused={answers.refused} close={answers.close} wordsOf={wordsOf} />
      <DataList<Row>
        label={w.list}
        queryKey={QUERY}
        load={load}
        away={(row) => answers.away.has(row.id)}
        rowKey={(row) => row.id}
        rowName={(row) => `${about(row).customer ?? about(row).key}: ${wordsOf(about(row).promise)}`}
        open={(row) => `/ledger/${about(row).id}`}
        live={CHANGES}
        matches={(event) => !answers.isOwn(event.data.obligation)}
        {...(may(me, "ledger:excuse") && { actions })}
        empty={<Empty>{w.nothingWaits}</Empty>}
        columns={[
          {
            head: words.state,
            width: "130px",
            cell: (row) => {
              const one = about(row);
              return (
                <StateMark state={stateOf(one)}>{one.due && one.state === "open" && <Clock at={one.due} />}</StateMark>
              );
            },
          },
          {
            head: words.promise,
            cell: (row) => (
              <PromiseWords words={wordsOf(about(row).promise)} size="small" to={`/ledger/${about(row).id}`} />
            ),
          },
          {
            head: w.about,
            width: "180px",
            cell: (row) => <Name>{about(row).customer ?? about(row).key}</Name>,
          },
          { head: w.why, cell: (row) => <span className="second-person-reason">“{row.reason}”</span> },
          {
            head: w.asker,
            width: "180px",
            cell: (row) => (
              <span title={format.exact(row.asked)}>
                {row.mine ? w.you : row.asked_by}
                <br />
                <small className="muted">{format.moment(row.asked)}</small>
              </span>
            ),
          },
        ]}
      />
      <Declining
        isOpen={declining !== undefined}
        count={declining?.rows.length ?? 1}
        close={() => setDeclining(undefined)}
        send={(reason) => {
          declining?.clear();
          if (declining) answers.answer("decline", declining.rows, reason);
        }}
      />
    </>
  );
}

// Which of them could not be answered, and why.
function NotAnswered(props: { refused: Refused[]; close: () => void; wordsOf: (promise: string) => string }) {
  const w = useWords(excuses);
  const { refused, close, wordsOf } = props;
  if (refused.length === 0) return null;
  return (
    <section className="second-person not-answered" role="status" aria-label={w.notAnswered(refused.length)}>
      <h2>{w.notAnswered(refused.length)}</h2>
      <ul>
        {refused.map(({ row, reason }) => (
          <li key={row.id}>
            <PromiseWords words={wordsOf(about(row).promise)} size="small" to={`/ledger/${about(row).id}`} />
            <span className="muted">
              {about(row).customer ?? about(row).key} · {reason}
            </span>
          </li>
        ))}
      </ul>
      <button type="button" className="link-button" onClick={close}>
        {w.close}
      </button>
    </section>
  );
}
