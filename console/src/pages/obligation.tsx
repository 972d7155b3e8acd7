// One obligation: the promise in its words, its clock drawn, and each step with the touch behind it.
import { Button } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "wouter";
import { call, client, type Shapes } from "../api";
import { useFormat } from "../format";
import { EVENTS, useLive } from "../live";
import { may, useMe } from "../me";
import { Clock, useNow } from "../parts/Clock";
import { ListSkeleton } from "../parts/DataList";
import { useExcuse } from "../parts/Excuse";
import { Name } from "../parts/Name";
import { Problem } from "../parts/Problem";
import { PromiseWords } from "../parts/PromiseWords";
import { PastExcuses, SecondPerson } from "../parts/SecondPerson";
import { type State, StateMark, StateShape, stateOf } from "../parts/StateMark";
import { useTitle } from "../parts/title";
import { useWords } from "../words";
import { excuses } from "../words/excuses";
import { ledger } from "../words/ledger";
import { ClockLine } from "./obligation-clock";

type One = Shapes["Obligation"];
type Entry = Shapes["Entry"];
type Record = Shapes["TouchRecord"];

export default function Obligation({ params }: { params: { id: string } }) {
  const w = useWords(ledger);
  const queries = useQueryClient();
  const queryKey = ["obligation", params.id];
  const query = useQuery({
    queryKey,
    queryFn: () => call(client.GET("/api/v1/obligations/{id}", { params: { path: { id: params.id } } })),
  });
  useLive([...EVENTS, "excuse.changed"], (event) => {
    const about = event.data.obligation as { id?: string } | string | undefined;
    if ((typeof about === "string" ? about : about?.id) === params.id) void queries.invalidateQueries({ queryKey });
  });
  if (query.isError) {
    return (
      <article className="obligation">
        <p className="obligation-back">
          <Link href="/ledger">{w.back}</Link>
        </p>
        <Problem error={query.error} retry={() => void query.refetch()} isPage />
      </article>
    );
  }
  if (query.isPending) return <ListSkeleton label={w.title} />;
  return <Whole one={query.data} refresh={() => void queries.invalidateQueries({ queryKey })} />;
}

function Whole({ one, refresh }: { one: One; refresh: () => void }) {
  const w = useWords(ledger);
  const me = useMe().data;
  const excuse = useExcuse();
  const isOpen = one.state === "open" || one.state === "paused";
  const requests = one.excuses ?? [];
  const waiting = requests.find((request) => request.state === "waiting");
  useTitle(one.words ?? one.promise);
  return (
    <article className="obligation">
      <p className="obligation-back">
        <Link href="/ledger">{w.back}</Link>
      </p>
      <header className="obligation-head">
        <h1>
          <PromiseWords words={one.words ?? one.promise} size="large" />
        </h1>
        {isOpen && !waiting && may(me, "ledger:excuse") && (
          <Button variant="default" onClick={() => excuse.ask([one], refresh)}>
            {w.excuse}
          </Button>
        )}
      </header>
      <Standing one={one} />
      {waiting && <SecondPerson key={waiting.id} request={waiting} refresh={refresh} />}
      {one.opened !== one.decided && <ClockLine one={one} />}
      <Facts one={one} />
      <h2>{w.whatHappened}</h2>
      <ol className="obligation-steps">
        {(one.history ?? []).map((entry) => (
          <Step key={entry.id} entry={entry} touches={one.touches ?? []} />
        ))}
      </ol>
      <PastExcuses requests={requests} />
      {excuse.dialog}
    </article>
  );
}

// Where it stands, in a sentence.
function Standing({ one }: { one: One }) {
  const w = useWords(ledger);
  const format = useFormat();
  const state = useNow((now) => stateOf(one, now));
  const span = (from: string, until: string) => format.span(Date.parse(until) - Date.parse(from));
  return (
    <p className="obligation-standing">
      <StateMark state={state} />
      {one.state === "open" && one.due && (
        <span>
          <Clock at={one.due} /> · {w.dueAt(format.moment(one.due))}
        </span>
      )}
      {one.state === "paused" && <span>{w.standsStill}</span>}
      {one.decided && (
        <span title={format.exact(one.decided)}>
          {format.moment(one.decided)}
          {one.state === "kept" && `, ${w.after(span(one.opened, one.decided))}`}
          {one.state === "broken" && `, ${one.fulfilled ? w.doneLate(span(one.decided, one.fulfilled)) : w.notDone}`}
        </span>
      )}
    </p>
  );
}

function Facts({ one }: { one: One }) {
  const w = useWords(ledger);
  const facts: [string, string | null | undefined, string?][] = [
    [w.principle, one.principle],
    [w.limit, one.limit],
    [w.about, one.key],
    [
      w.customer,
      one.customer,
      one.customer
        ? `/ledger?customer=${encodeURIComponent(one.customer)}&state=open,paused,kept,broken,excused,void`
        : undefined,
    ],
    [w.channel, one.channel],
    [w.team, one.team],
    [w.person, one.person],
    [w.owed, one.owed],
  ];
  return (
    <dl className="obligation-facts">
      {facts.map(
        ([name, value, to]) =>
          value && (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                {to ? (
                  <Link href={to}>
                    <Name>{value}</Name>
                  </Link>
                ) : (
                  <Name>{value}</Name>
                )}
              </dd>
            </div>
          ),
      )}
    </dl>
  );
}

const SHAPES: { [kind: string]: State } = {
  paused: "paused",
  warned: "soon",
  kept: "kept",
  broken: "broken",
  excused: "excused",
  void: "void",
};

function Step({ entry, touches }: { entry: Entry; touches: Record[] }) {
  const w = useWords(ledger);
  const format = useFormat();
  const cause = entry.cause as { source?: string; id?: string } | null | undefined;
  const behind = touches.find(({ touch }) => cause && touch.id === cause.id && touch.source === cause.source);
  const kinds: { [kind: string]: string } = w.kinds;
  const movesDue = ["opened", "resumed", "extended"].includes(entry.kind);
  return (
    <li>
      <span className={`is-${SHAPES[entry.kind] ?? "open"}`}>
        <StateShape state={SHAPES[entry.kind] ?? "open"} />
      </span>
      <div>
        <p>
          <strong>{kinds[entry.kind] ?? entry.kind}</strong>
          {entry.amount && ` ${format.amount(entry.amount)}`}
          {entry.task && `: ${entry.task}`}
          {movesDue && entry.due && <span className="muted"> · {w.dueAt(format.moment(entry.due))}</span>}
        </p>
        {behind ? <Behind record={behind} at={entry.at} /> : <p className="obligation-behind">{w.byTheClock}</p>}
      </div>
      <time dateTime={entry.at} title={format.exact(entry.at)}>
        {format.moment(entry.at)}
      </time>
    </li>
  );
}

function Behind({ record, at }: { record: Record; at: string }) {
  const w = useWords(ledger);
  const x = useWords(excuses);
  const format = useFormat();
  const touch = record.touch as Shapes["Touch"];
  const actors: { [actor: string]: string } = w.actors;
  const actor = touch.actor ? (actors[touch.actor] ?? touch.actor) : "";
  const who = w.who(touch.person ?? "", actor, touch.actor === "staff");
  const given = (touch.attributes ?? {}) as { reason?: unknown; "asked-by"?: unknown };
  const { reason, "asked-by": asker } = given;
  return (
    <>
      <p className="obligation-behind">
        <code>{touch.event}</code>
        {who && ` · ${who}`}
        {typeof asker === "string" && ` · ${x.twoNames(asker)}`}
        {touch.channel && ` · ${touch.channel}`}
        {touch.occurred !== at && ` · ${format.moment(touch.occurred)}`}
        {` · ${touch.source} `}
        <code>{touch.id}</code>
      </p>
      {typeof reason === "string" && <p className="obligation-reason">“{reason}”</p>}
    </>
  );
}
