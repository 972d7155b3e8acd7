// What was promised to a customer: what is open counts down, then how the last ones ended.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "wouter";
import { call, client, type Shapes } from "../../api";
import { useFormat } from "../../format";
import { EVENTS, useLive } from "../../live";
import { Clock } from "../../parts/Clock";
import { Problem } from "../../parts/Problem";
import { PromiseWords } from "../../parts/PromiseWords";
import { StateMark, stateOf } from "../../parts/StateMark";
import { usePromises } from "../../promises";
import { useWords } from "../../words";
import { customers } from "../../words/customers";
import { ledgerOfCustomer } from "./places";

type Row = Shapes["Obligation"];
const ENDED = "kept,broken,excused";
const ENDED_SHOWN = 5;

export function Promised({ id }: { id: string }) {
  const w = useWords(customers);
  const queries = useQueryClient();
  const open = useList(id, "open,paused", 50);
  const ended = useList(id, ENDED, ENDED_SHOWN);
  useLive(EVENTS, (event) => {
    const about = event.data.obligation as { customer?: string } | undefined;
    if (about?.customer === id) void queries.invalidateQueries({ queryKey: ["customers", id, "obligations"] });
  });
  const failed = open.error ?? ended.error;
  return (
    <section aria-label={w.openPromises}>
      <h2>{w.openPromises}</h2>
      {failed && <Problem error={failed} />}
      {open.data && open.data.length === 0 && <p className="muted">{w.noPromises}</p>}
      <List rows={open.data ?? []} />
      {ended.data && ended.data.length > 0 && (
        <>
          <h3>{w.ended}</h3>
          <List rows={ended.data} />
        </>
      )}
      <p>
        <Link href={ledgerOfCustomer(id)}>{w.inLedger}</Link>
      </p>
    </section>
  );
}

function useList(customer: string, state: string, limit: number) {
  return useQuery({
    queryKey: ["customers", customer, "obligations", state],
    queryFn: async () => {
      const query = { customer, state, limit };
      return (await call(client.GET("/api/v1/obligations", { params: { query } }))).items;
    },
  });
}

function List({ rows }: { rows: Row[] }) {
  const { wordsOf } = usePromises();
  if (rows.length === 0) return null;
  return (
    <ul className="customers-promises">
      {rows.map((row) => (
        <li key={row.id}>
          <Standing row={row} />
          <Link className="customers-words" href={`/ledger/${row.id}`}>
            <PromiseWords words={wordsOf(row.promise)} size="small" />
          </Link>
        </li>
      ))}
    </ul>
  );
}

function Standing({ row }: { row: Row }) {
  const format = useFormat();
  const state = stateOf(row);
  if ((state === "open" || state === "soon") && row.due) {
    return (
      <div>
        <StateMark state={state}>
          <Clock at={row.due} />
        </StateMark>
      </div>
    );
  }
  return (
    <span className="customers-ended">
      <StateMark state={state} />
      {row.decided && (
        <time className="muted" dateTime={row.decided} title={format.exact(row.decided)}>
          {format.moment(row.decided)}
        </time>
      )}
    </span>
  );
}
