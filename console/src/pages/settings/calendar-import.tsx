// Closed days from an iCalendar file: what it would add is looked at first, then it becomes a draft of the Code.
import { Button, Checkbox, FileInput, Group, Textarea } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Link, useLocation } from "wouter";
import { call, client, ProblemError, problemOf, type Shapes } from "../../api";
import { PageHead } from "../../parts/PageHead";
import { Problem } from "../../parts/Problem";
import { useWords } from "../../words";
import { calendars as calendarWords } from "../../words/calendars";
import { useDay } from "./calendars";

type Import = Shapes["CalendarImport"];
type Event = Shapes["CalendarEvent"];
const BYTES_MOST = 1 << 20;

async function look(name: string, ics: string, leftOut: number[]): Promise<Import> {
  const query = leftOut.length > 0 ? `?leave_out=${leftOut.join(",")}` : "";
  const response = await fetch(`/api/v1/calendars/${encodeURIComponent(name)}/import${query}`, {
    method: "POST",
    headers: { "Content-Type": "text/calendar" },
    body: ics,
    credentials: "same-origin",
  });
  const answer = await response.json().catch(() => undefined);
  if (!response.ok) throw new ProblemError(problemOf(answer));
  return answer;
}

export function CalendarImport({ name }: { name: string }) {
  const w = useWords(calendarWords);
  const [ics, setIcs] = useState("");
  const [leftOut, setLeftOut] = useState<number[]>([]);
  const seen = useMutation({ mutationFn: (without: number[]) => look(name, ics, without) });
  const choose = (line: number) => {
    const without = leftOut.includes(line) ? leftOut.filter((one) => one !== line) : [...leftOut, line];
    setLeftOut(without);
    seen.mutate(without);
  };
  return (
    <>
      <p className="settings-above">
        <Link href="/settings/calendars">{w.back}</Link>
      </p>
      <PageHead title={w.importTitle(name)}>{w.importLead}</PageHead>
      <FileForm
        isPending={seen.isPending}
        ics={ics}
        set={(text) => {
          setIcs(text);
          setLeftOut([]);
          seen.reset();
        }}
        look={() => seen.mutate(leftOut)}
      />
      {seen.isError && <Problem error={seen.error} />}
      {seen.data && <Seen seen={seen.data} choose={choose} isPending={seen.isPending} />}
    </>
  );
}

interface FileFormProps {
  ics: string;
  set: (ics: string) => void;
  look: () => void;
  isPending: boolean;
}

function FileForm({ ics, set, look: see, isPending }: FileFormProps) {
  const w = useWords(calendarWords);
  const [file, setFile] = useState<File | null>(null);
  const [wrong, setWrong] = useState<string>();
  const take = async (chosen: File | null) => {
    setFile(chosen);
    setWrong(chosen && chosen.size > BYTES_MOST ? w.tooLarge : undefined);
    if (chosen && chosen.size <= BYTES_MOST) set(await chosen.text());
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setWrong(ics.trim() ? undefined : w.needsFile);
    if (ics.trim()) see();
  };
  return (
    <form className="gate-form" onSubmit={submit}>
      <FileInput
        label={w.file}
        description={w.fileHelp}
        placeholder={w.choose}
        accept=".ics,text/calendar"
        value={file}
        onChange={(chosen) => void take(chosen)}
        error={wrong}
      />
      <Textarea
        label={w.paste}
        value={ics}
        onChange={(event) => {
          setFile(null);
          set(event.currentTarget.value);
        }}
        rows={5}
        spellCheck={false}
        styles={{ input: { fontFamily: "monospace", fontSize: 13 } }}
      />
      <Group>
        <Button type="submit" variant="default" loading={isPending}>
          {w.look}
        </Button>
      </Group>
    </form>
  );
}

/* -- what it would add -- */

function Seen({ seen, choose, isPending }: { seen: Import; choose: (line: number) => void; isPending: boolean }) {
  const w = useWords(calendarWords);
  const day = useDay();
  const [, navigate] = useLocation();
  const queries = useQueryClient();
  const events = seen.events as Event[];
  const unknown = events.filter((one) => one.state === "not-understood").length;
  const draft = useMutation({
    mutationFn: () =>
      call(client.POST("/api/v1/drafts", { body: { name: w.draftName(seen.calendar), source: seen.source } })),
    onSuccess: (made) => {
      void queries.invalidateQueries({ queryKey: ["drafts"] });
      navigate(`/code/drafts/${made.id}`);
    },
  });
  return (
    <section className="gate-section">
      <h2>{w.events}</h2>
      {events.length === 0 ? (
        <p className="muted">{w.noEvents}</p>
      ) : (
        <EventTable events={events} choose={choose} isPending={isPending} />
      )}
      <p className="gate-text" role="status">
        {w.adds(seen.added)} {unknown > 0 && w.notUnderstood(unknown)}{" "}
        {events.some((one) => one.repeats === "yes") && w.until(day(seen.until))}
      </p>
      {draft.isError && <Problem error={draft.error} />}
      <Button disabled={seen.added === 0} loading={draft.isPending} onClick={() => draft.mutate()}>
        {w.draft}
      </Button>
    </section>
  );
}

interface TableProps {
  events: Event[];
  choose: (line: number) => void;
  isPending: boolean;
}

function EventTable({ events, choose, isPending }: TableProps) {
  const w = useWords(calendarWords);
  return (
    <div className="data-list">
      <table aria-label={w.events}>
        <thead>
          <tr>
            <th>
              <span className="unseen">{w.take}</span>
            </th>
            <th>{w.day}</th>
            <th>{w.event}</th>
            <th>{w.becomes}</th>
          </tr>
        </thead>
        <tbody>
          {events.map((one, i) => (
            <EventRow key={`${one.line} ${i}`} event={one} choose={() => choose(one.line)} isPending={isPending} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function EventRow({ event, choose, isPending }: { event: Event; choose: () => void; isPending: boolean }) {
  const w = useWords(calendarWords);
  const day = useDay();
  const title = event.title || w.untitled;
  const { first, last } = event;
  const canChoose = (event.state === "new" || event.state === "left-out") && event.line > 0;
  const clauses = event.clauses as string[];
  return (
    <tr>
      <td>
        {canChoose && (
          <Checkbox
            size="xs"
            checked={event.state === "new"}
            disabled={isPending}
            onChange={choose}
            aria-label={`${w.take} ${title}`}
          />
        )}
      </td>
      <td>
        {first && (first === last || !last ? day(first) : w.daySpan(day(first), day(last)))}
        {event.repeats !== "no" && (
          <small className="muted settings-below">{event.repeats === "yearly" ? w.yearly : w.repeats}</small>
        )}
      </td>
      <td>
        {title}
        <small className="muted settings-below">
          {event.line > 0 && w.line(event.line)}
          {event.problem && `: ${event.problem}`}
        </small>
      </td>
      <td>
        {clauses.length > 0 ? (
          <ul className="calendar-clauses">
            {clauses.slice(0, 3).map((one) => (
              <li key={one}>
                <code translate="no">{one.replace(/ {2,}/g, " ")}</code>
              </li>
            ))}
            {clauses.length > 3 && <li className="muted">+ {clauses.length - 3}</li>}
          </ul>
        ) : (
          <span className={event.state === "not-understood" ? "is-broken" : "muted"}>
            {w.states[event.state as keyof typeof w.states]}
          </span>
        )}
      </td>
    </tr>
  );
}
