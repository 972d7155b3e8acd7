// The calendars of the Code in force: hours, closed days, the next twelve months. Importing is in calendar-import.tsx.
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useLocation } from "wouter";
import { call, client, type Shapes } from "../../api";
import { may, useMe } from "../../me";
import { ListSkeleton } from "../../parts/DataList";
import { Empty } from "../../parts/Empty";
import { PageHead } from "../../parts/PageHead";
import { Problem } from "../../parts/Problem";
import { usePreferences } from "../../preferences";
import { useWords } from "../../words";
import { calendars as calendarWords } from "../../words/calendars";
import { parts } from "../../words/parts";
import { CalendarImport } from "./calendar-import";
import type { SectionProps } from "./sections";

type Calendar = Shapes["Calendar"];
type Day = Shapes["CalendarDay"];
type Spell = Shapes["CalendarSpell"];
type Closure = Shapes["CalendarClosure"];
const WEEK = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

export const dateOf = (words: string) => new Date(`${words}T00:00:00Z`);

// "21 Apr 2027" of "2027-04-21", "25 Dec" of "12-25"; days have no zone.
export function useDay() {
  const { language } = usePreferences();
  const whole = new Intl.DateTimeFormat(language, { timeZone: "UTC", day: "numeric", month: "short", year: "numeric" });
  const yearly = new Intl.DateTimeFormat(language, { timeZone: "UTC", day: "numeric", month: "short" });
  return (words: string) => (words.length === 5 ? yearly.format(dateOf(`2000-${words}`)) : whole.format(dateOf(words)));
}

export default function Calendars({ params }: SectionProps) {
  return params.id ? <CalendarImport name={params.id} /> : <AllCalendars />;
}

function AllCalendars() {
  const w = useWords(calendarWords);
  const p = useWords(parts);
  const [, navigate] = useLocation();
  const me = useMe().data;
  const list = useQuery({ queryKey: ["calendars"], queryFn: () => call(client.GET("/api/v1/calendars")) });
  const edit = (
    <Button variant="default" onClick={() => navigate("/code/edit")}>
      {w.edit}
    </Button>
  );
  return (
    <>
      <PageHead title={w.title}>{w.lead}</PageHead>
      {list.isError && <Problem error={list.error} retry={() => void list.refetch()} />}
      {list.isPending && <ListSkeleton label={p.loading} />}
      {list.data?.items.length === 0 && <Empty action={may(me, "code:draft") && edit}>{w.empty}</Empty>}
      {list.data?.items.map((one) => (
        <Shown key={one.name} calendar={one} canImport={may(me, "code:draft")} />
      ))}
    </>
  );
}

function Shown({ calendar, canImport }: { calendar: Calendar; canImport: boolean }) {
  const w = useWords(calendarWords);
  const [, navigate] = useLocation();
  return (
    <section className="gate-section" aria-label={calendar.name}>
      <div className="calendar-head">
        <h2>{calendar.name}</h2>
        <span className="muted">{calendar.zone}</span>
        {canImport && (
          <Button
            size="xs"
            variant="default"
            onClick={() => navigate(`/settings/calendars/${encodeURIComponent(calendar.name)}`)}
          >
            {w.bring}
          </Button>
        )}
      </div>
      <div className="calendar-facts">
        <div>
          <h3>{w.hours}</h3>
          {calendar.always ? <p>{w.always}</p> : <Hours spells={calendar.hours as Spell[]} />}
        </div>
        <div>
          <h3>{w.closures}</h3>
          <Closures closures={calendar.closures as Closure[]} files={calendar.files as string[]} />
        </div>
      </div>
      <Year name={calendar.name} />
    </section>
  );
}

// One table for each time from which hours hold.
function Hours({ spells }: { spells: Spell[] }) {
  const w = useWords(calendarWords);
  const day = useDay();
  const seasons = [...new Set(spells.map((one) => one.since ?? ""))].sort();
  return (
    <>
      {seasons.map((since) => (
        <div key={since}>
          {since && <p className="muted">{w.since(day(since))}</p>}
          <dl className="calendar-hours">
            {WEEK.map((weekday) => (
              <div key={weekday}>
                <dt>{w.days[weekday]}</dt>
                <dd>
                  {spells
                    .filter((one) => (one.since ?? "") === since && (one.days as string[]).includes(weekday))
                    .map((one) => `${one.from}–${one.until}`)
                    .join(", ") || <span className="muted">–</span>}
                </dd>
              </div>
            ))}
          </dl>
        </div>
      ))}
    </>
  );
}

function Closures({ closures, files }: { closures: Closure[]; files: string[] }) {
  const w = useWords(calendarWords);
  const day = useDay();
  const today = new Date().toISOString().slice(0, 10);
  const coming = closures.filter((one) => one.yearly || one.last >= today);
  if (coming.length + files.length === 0) return <p className="muted">{w.noClosures}</p>;
  return (
    <>
      <ul className="calendar-closures">
        {coming.map((one) => (
          <li key={`${one.first} ${one.last} ${one.yearly}`}>
            <span>{one.first === one.last ? day(one.first) : w.daySpan(day(one.first), day(one.last))}</span>
            <span>
              {one.reason}
              {one.yearly && <span className="muted"> · {w.everyYear}</span>}
            </span>
          </li>
        ))}
      </ul>
      {files.length > 0 && (
        <p>
          {w.files} {files.join(", ")}
        </p>
      )}
    </>
  );
}

/* -- twelve months -- */

function Year({ name }: { name: string }) {
  const w = useWords(calendarWords);
  const p = useWords(parts);
  const year = useQuery({
    queryKey: ["calendars", name],
    queryFn: () => call(client.GET("/api/v1/calendars/{name}", { params: { path: { name } } })),
  });
  if (year.isError) return <Problem error={year.error} retry={() => void year.refetch()} />;
  if (!year.data) return <ListSkeleton label={p.loading} />;
  const days = year.data.days as Day[];
  const months = [...new Set(days.map((one) => one.date.slice(0, 7)))];
  return (
    <>
      <h3>{w.year}</h3>
      <div className="calendar-year">
        {months.map((month) => (
          <Month key={month} month={month} days={days.filter((one) => one.date.startsWith(month))} />
        ))}
      </div>
      <p className="calendar-key muted">
        <span className="calendar-day is-open" aria-hidden="true" /> {w.open}
        <span className="calendar-day is-closed" aria-hidden="true" /> {w.closed}
        <span className="calendar-day" aria-hidden="true" /> {w.off}
      </p>
    </>
  );
}

function Month({ month, days }: { month: string; days: Day[] }) {
  const w = useWords(calendarWords);
  const { language } = usePreferences();
  const day = useDay();
  const title = new Intl.DateTimeFormat(language, { timeZone: "UTC", month: "long", year: "numeric" });
  const name = title.format(dateOf(`${month}-01`));
  const open = days.filter((one) => one.open > 0).length;
  const closed = days.filter((one) => one.closed).map((one) => `${day(one.date)}: ${one.reason || w.noReason}`);
  const blanks = (dateOf(`${month}-01`).getUTCDay() + 6) % 7; // weeks begin on Monday
  const told = [name, w.openDays(open), ...closed].join("; ");
  return (
    <div className="calendar-month" role="img" aria-label={told}>
      <div className="calendar-month-name" aria-hidden="true">
        {name} <span className="muted">{open}</span>
      </div>
      <div className="calendar-grid" aria-hidden="true">
        {Array.from({ length: blanks }, (_, i) => (
          <span key={i} />
        ))}
        {days.map((one) => (
          <span
            key={one.date}
            className={`calendar-day${one.closed ? " is-closed" : one.open > 0 ? " is-open" : ""}`}
            title={`${day(one.date)}${one.closed ? `: ${one.reason || w.noReason}` : ""}`}
          >
            {Number(one.date.slice(8))}
          </span>
        ))}
      </div>
    </div>
  );
}
