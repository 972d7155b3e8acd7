// What is about to break, what broke since yesterday, and the month against its targets.
import { NativeSelect } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Suspense, useEffect, useRef } from "react";
import { Link } from "wouter";
import { useAddress } from "../address";
import { call, client, type Shapes } from "../api";
import { later } from "../later";
import { EVENTS, useLive } from "../live";
import { may, useMe } from "../me";
import { Clock, useNow } from "../parts/Clock";
import { DataList } from "../parts/DataList";
import { Empty } from "../parts/Empty";
import { PageHead } from "../parts/PageHead";
import { PromiseWords } from "../parts/PromiseWords";
import { StateMark, stateOf } from "../parts/StateMark";
import { useWaiting } from "../parts/waiting";
import { usePreferences } from "../preferences";
import { usePromises } from "../promises";
import { useWords } from "../words";
import { today } from "../words/today";
import { FirstSteps } from "./today/FirstSteps";
import { Month } from "./today/Month";
import { obligationAddress } from "./today/places";
import { SinceYesterday } from "./today/SinceYesterday";

const Waiting = later(() => import("./today/Waiting")); // few companies have any

type Obligation = Shapes["Obligation"];

const HOUR = 3_600_000;
const NEAREST = 200;
const SHOWN = 15;
const SETTLE_MS = 700; // many events at once are one question

export default function Today() {
  const { data: me } = useMe();
  const { language, zone } = usePreferences();
  const day = new Intl.DateTimeFormat(language, { timeZone: zone, weekday: "long", day: "numeric", month: "long" });
  const date = useNow((now) => day.format(now));
  const sees = may(me, "measure:read");
  const { isPublished } = usePromises();
  if (isPublished === false) return <Unwritten />;
  return (
    <div className="today">
      <div className="today-open">
        <PageHead title={<Headline />}>
          <span className="today-date">{date}</span>
        </PageHead>
        <Open />
      </div>
      <aside className="today-aside">
        <Excuses />
        <SinceYesterday counts={sees} />
        {sees && <Month />}
      </aside>
    </div>
  );
}

function Excuses() {
  const waiting = useWaiting();
  if (waiting.items.length === 0) return null;
  return (
    <Suspense>
      <Waiting {...waiting} />
    </Suspense>
  );
}

function Unwritten() {
  const w = useWords(today);
  return (
    <>
      <PageHead title={w.unwritten}>{w.unwrittenLine}</PageHead>
      <FirstSteps />
    </>
  );
}

// What comes after the Code: somebody has to tell Troth what happens.
function Connect() {
  const w = useWords(today);
  return <Link href="/settings/tokens">{w.steps.touches.title}</Link>;
}

// The nearest due instants, for the headline and for the names that one can choose from.
function useNearest() {
  const query = useQuery({
    queryKey: ["today", "nearest"],
    queryFn: () => call(client.GET("/api/v1/obligations", { params: { query: { state: "open", limit: NEAREST } } })),
    refetchInterval: 60_000,
  });
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  useLive(EVENTS, () => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => void query.refetch(), SETTLE_MS);
  });
  return query.data?.items ?? [];
}

function Headline() {
  const w = useWords(today);
  const nearest = useNearest();
  const soon = useNow((now) => nearest.filter((one) => one.due && Date.parse(one.due) < now + HOUR).length);
  if (soon === 0) return w.headlineNone;
  return soon === NEAREST ? w.headlineMany(soon) : w.headline(soon);
}

const namesOf = (rows: Obligation[], name: "team" | "person") =>
  [
    ...new Set(rows.map((row) => row[name]).filter((one) => one !== undefined && one !== null && one !== "")),
  ].sort() as string[];

// How much time is left, marked by the second.
function Left({ row }: { row: Obligation }) {
  const state = useNow((now) => stateOf(row, now));
  return <StateMark state={state}>{row.due ? <Clock at={row.due} /> : undefined}</StateMark>;
}

function Open() {
  const w = useWords(today);
  const { data: me } = useMe();
  const { wordsOf, isUsed } = usePromises();
  const [chosen, choose] = useAddress({ team: "", person: "" });
  const nearest = useNearest();
  const isFiltered = chosen.team !== "" || chosen.person !== "";
  const options = (all: string, names: string[], value: string) => [
    { value: "", label: all },
    ...[...new Set([...names, value])].filter(Boolean).map((name) => ({ value: name, label: name })),
  ];
  const teams = namesOf(nearest, "team");
  const people = namesOf(
    nearest.filter((row) => !chosen.team || row.team === chosen.team),
    "person",
  );
  return (
    <>
      {(teams.length > 0 || people.length > 0 || isFiltered) && (
        <div className="today-filter">
          <NativeSelect
            size="xs"
            aria-label={w.team}
            value={chosen.team}
            data={options(w.everyTeam, teams, chosen.team)}
            onChange={(event) => choose({ team: event.currentTarget.value, person: "" })}
          />
          <NativeSelect
            size="xs"
            aria-label={w.person}
            value={chosen.person}
            data={options(w.everybody, people, chosen.person)}
            onChange={(event) => choose({ person: event.currentTarget.value })}
          />
        </div>
      )}
      {nearest.length > 0 && (
        <p className="today-legend">
          {w.order} <StateMark state="soon">{w.soonMeans}</StateMark>
        </p>
      )}
      <DataList
        label={w.openList}
        queryKey={["today", "open", chosen.team, chosen.person]}
        load={(after) =>
          call(
            client.GET("/api/v1/obligations", {
              params: {
                query: {
                  state: "open",
                  limit: SHOWN,
                  ...(chosen.team ? { team: chosen.team } : {}),
                  ...(chosen.person ? { person: chosen.person } : {}),
                  ...(after ? { after } : {}),
                },
              },
            }),
          )
        }
        rowKey={(row) => row.id}
        {...(obligationAddress ? { open: (row: Obligation) => obligationAddress?.(row.id) ?? "" } : {})}
        live={EVENTS}
        empty={
          isFiltered ? (
            <Empty
              action={
                <button type="button" className="link-button" onClick={() => choose({ team: "", person: "" })}>
                  {w.showAll}
                </button>
              }
            >
              {w.nothingOfThese}
            </Empty>
          ) : (
            <Empty action={isUsed === false && may(me, "token:write") && <Connect />}>{w.nothingOpen}</Empty>
          )
        }
        columns={[
          {
            head: w.left,
            width: "128px",
            cell: (row) => <Left row={row} />,
          },
          {
            head: w.promise,
            cell: (row) => (
              <>
                <PromiseWords
                  words={wordsOf(row.promise)}
                  size="small"
                  {...(obligationAddress ? { to: obligationAddress(row.id) } : {})}
                />
                <span className="today-about">
                  {[row.customer ?? row.key, row.channel, row.person, row.team].filter(Boolean).join(" · ")}
                </span>
              </>
            ),
          },
        ]}
      />
    </>
  );
}
