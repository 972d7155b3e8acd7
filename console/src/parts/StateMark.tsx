import type { ReactNode } from "react";
import { useWords } from "../words";
import { parts } from "../words/parts";

export type State = "open" | "soon" | "paused" | "kept" | "broken" | "excused" | "void";

const SHAPES: Record<State, ReactNode> = {
  open: <circle cx="8" cy="8" r="5.5" />,
  soon: (
    <>
      <circle cx="8" cy="8" r="5.5" />
      <path d="M8 2.5a5.5 5.5 0 0 1 0 11z" className="solid" />
    </>
  ),
  paused: <path d="M5.5 3.5v9M10.5 3.5v9" />,
  kept: <circle cx="8" cy="8" r="5.5" className="solid" />,
  broken: <path d="M3.5 3.5l9 9M12.5 3.5l-9 9" />,
  excused: <path d="M8 2l6 6-6 6-6-6z" />,
  void: <path d="M3 8h10" />,
};

export function StateShape({ state }: { state: State }) {
  return (
    <svg className={`state-shape is-${state}`} viewBox="0 0 16 16" aria-hidden="true">
      {SHAPES[state]}
    </svg>
  );
}

// A state is a shape, a colour and always a word: the state's own unless children say more.
export function StateMark({ state, children }: { state: State; children?: ReactNode }) {
  const w = useWords(parts);
  return (
    <span className={`state-mark is-${state}`}>
      <StateShape state={state} />
      <span>{children ?? w[state]}</span>
    </span>
  );
}

// As the API tells it: "open" becomes "soon" once the instant of warning has come, which each promise sets by its own
// time (or not at all), and for the last hour of any.
const HOUR_MS = 3_600_000;
export function stateOf(
  obligation: { state: string; warn?: string | null; due?: string | null },
  now = Date.now(),
): State {
  const { state, warn, due } = obligation;
  const isSoon = (warn && Date.parse(warn) <= now) || (due && Date.parse(due) < now + HOUR_MS);
  if (state === "open" && isSoon) return "soon";
  return obligation.state as State;
}
