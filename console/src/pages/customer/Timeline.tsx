// All touches of a customer, the newest first, and what each did to a promise.
import { Link } from "wouter";
import { call, client, type Shapes } from "../../api";
import { useFormat } from "../../format";
import { EVENTS } from "../../live";
import { may, useMe } from "../../me";
import { DataList } from "../../parts/DataList";
import { Empty } from "../../parts/Empty";
import { PromiseWords } from "../../parts/PromiseWords";
import { type State, StateShape } from "../../parts/StateMark";
import { usePromises } from "../../promises";
import { useWords } from "../../words";
import { customers } from "../../words/customers";
import { ledger } from "../../words/ledger";

type Item = Shapes["TimelineItem"];

const SHAPES: { [did: string]: State } = {
  paused: "paused",
  warned: "soon",
  kept: "kept",
  broken: "broken",
  excused: "excused",
  void: "void",
};

export function Timeline({ id }: { id: string }) {
  const w = useWords(customers);
  const format = useFormat();
  return (
    <DataList<Item>
      label={w.timeline}
      queryKey={["customers", id, "timeline"]}
      load={(after) =>
        call(
          client.GET("/api/v1/customers/{id}/timeline", {
            params: { path: { id }, query: after ? { after } : {} },
          }),
        )
      }
      rowKey={(row) => row.record.id}
      live={EVENTS}
      matches={(event) => (event.data.obligation as { customer?: string } | undefined)?.customer === id}
      empty={<Empty>{w.noTouches}</Empty>}
      columns={[
        {
          head: w.when,
          width: "128px",
          cell: (row) => (
            <time
              className="customers-when"
              dateTime={row.record.touch.occurred}
              title={format.exact(row.record.touch.occurred)}
            >
              {format.moment(row.record.touch.occurred)}
            </time>
          ),
        },
        { head: w.what, cell: (row) => <What item={row} /> },
        {
          head: w.did,
          width: "44%",
          cell: (row) => row.obligations.map((did) => <Did key={`${did.id}${did.did}`} did={did} />),
        },
      ]}
    />
  );
}

// Who did it, where and in which thread.
function What({ item }: { item: Item }) {
  const w = useWords(ledger);
  const actors: { [actor: string]: string } = w.actors;
  const { touch } = item.record;
  const who = w.who(touch.person ?? "", (touch.actor && actors[touch.actor]) ?? "", touch.actor === "staff");
  return (
    <>
      {touch.event}
      <span className="customers-about">{[who, touch.channel, touch.thread].filter(Boolean).join(" · ")}</span>
    </>
  );
}

function Did({ did }: { did: Item["obligations"][number] }) {
  const w = useWords(customers);
  const kinds: { [kind: string]: string } = useWords(ledger).kinds;
  const { wordsOf } = usePromises();
  const me = useMe().data;
  const words = <PromiseWords words={wordsOf(did.promise)} size="small" />;
  const shape = SHAPES[did.did] ?? "open";
  return (
    <div className="customers-did">
      <span className={`is-${shape}`}>
        <StateShape state={shape} />
      </span>
      <div>
        <span className="customers-kind">{did.did === "opened" ? w.begins : (kinds[did.did] ?? did.did)}</span>
        {may(me, "ledger:read") ? (
          <Link className="customers-words" href={`/ledger/${did.id}`}>
            {words}
          </Link>
        ) : (
          words
        )}
      </div>
    </div>
  );
}
