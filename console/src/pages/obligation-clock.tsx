// An obligation's clock as a line: where it ran, stood still and will run; thin where the company was closed.
import type { Shapes } from "../api";
import { useFormat } from "../format";
import { useNow } from "../parts/Clock";
import { type State, StateShape, stateOf } from "../parts/StateMark";
import { useWords } from "../words";
import { ledger } from "../words/ledger";

type One = Shapes["Obligation"];

const LEFT = 2; // percent
const RIGHT = 98;
const NEAR = 20; // labels nearer than that stand a line apart

interface Mark {
  at: number;
  state: State;
  word: string;
}

export function ClockLine({ one }: { one: One }) {
  const w = useWords(ledger);
  const format = useFormat();
  const isOpen = one.state === "open" || one.state === "paused";
  const now = useNow((ms) => (isOpen ? Math.floor(ms / 10_000) * 10_000 : 0));
  const from = Date.parse(one.opened);
  const ends = [one.due, one.decided, one.fulfilled].filter((at) => !!at).map((at) => Date.parse(at as string));
  const until = Math.max(from + 1000, ...ends, isOpen ? now : 0);
  const x = (at: number) => LEFT + (RIGHT - LEFT) * Math.min(1, Math.max(0, (at - from) / (until - from)));
  const percent = (at: number) => `${x(at).toFixed(2)}%`;
  const words = one.clock ?? [];
  const marks = marksOf(one, isOpen ? now : undefined, w);
  const spoken = words.map(
    (s) => `${w.stretches[s.kind as keyof typeof w.stretches]}: ${format.span(s.counted_seconds * 1000)}`,
  );
  return (
    <figure className="obligation-clock">
      <svg width="100%" height="64" role="img" aria-label={`${w.clock}. ${spoken.join("; ")}`}>
        {words.map((s) => (
          <line
            key={`${s.kind}${s.from}`}
            className={`clock-${s.kind}`}
            x1={percent(Date.parse(s.from))}
            x2={percent(Date.parse(s.until))}
            y1="32"
            y2="32"
          />
        ))}
        {(one.closed ?? []).map((s) => (
          <line
            key={s.from}
            className="clock-closed"
            x1={percent(Date.parse(s.from))}
            x2={percent(Date.parse(s.until))}
            y1="32"
            y2="32"
          />
        ))}
        {one.due && (
          <line
            className="clock-due"
            x1={percent(Date.parse(one.due))}
            x2={percent(Date.parse(one.due))}
            y1="14"
            y2="50"
          />
        )}
      </svg>
      {marks.map((mark) => (
        <span
          key={mark.word + mark.at}
          className={`obligation-mark is-${mark.state}`}
          style={{ left: percent(mark.at) }}
        >
          <StateShape state={mark.state} />
        </span>
      ))}
      {one.due && <Label at={x(Date.parse(one.due))} row={0} words={w.due} />}
      {marks.map((mark, i) => (
        <Label
          key={mark.word + mark.at}
          at={x(mark.at)}
          row={marks.some((other, k) => k < i && Math.abs(x(other.at) - x(mark.at)) < NEAR) ? 2 : 1}
          words={mark.word}
        />
      ))}
      <figcaption>
        {words.map((s) => (
          <span key={`${s.kind}${s.from}`}>
            <i className={`clock-key clock-${s.kind}`} />
            {w.stretches[s.kind as keyof typeof w.stretches]}{" "}
            {format.span(
              s.kind === "stands" || s.kind === "late"
                ? Date.parse(s.until) - Date.parse(s.from)
                : s.counted_seconds * 1000,
            )}
            {one.calendar && s.kind !== "stands" && s.kind !== "late" && ` ${w.ofOpenTime(one.calendar)}`}
          </span>
        ))}
      </figcaption>
    </figure>
  );
}

function marksOf(
  one: One,
  now: number | undefined,
  w: { opened: string; now: string; doneMark: string; states: { [state: string]: string } },
): Mark[] {
  const marks: Mark[] = [{ at: Date.parse(one.opened), state: "open", word: w.opened }];
  for (const s of one.clock ?? []) {
    if (s.kind === "stands" && Date.parse(s.until) !== now) {
      marks.push({ at: Date.parse(s.from), state: "paused", word: w.states.paused ?? "" });
    }
  }
  if (one.decided)
    marks.push({ at: Date.parse(one.decided), state: one.state as State, word: w.states[one.state] ?? one.state });
  else if (now) marks.push({ at: now, state: stateOf(one, now), word: w.now });
  if (one.state === "broken" && one.fulfilled)
    marks.push({ at: Date.parse(one.fulfilled), state: "open", word: w.doneMark });
  return marks;
}

// Leans inwards near an end.
function Label({ at, row, words }: { at: number; row: number; words: string }) {
  const side = at < 12 ? "is-left" : at > 88 ? "is-right" : "";
  return (
    <span className={`obligation-label row-${row} ${side}`} style={{ left: `${at.toFixed(2)}%` }} aria-hidden="true">
      {words}
    </span>
  );
}
