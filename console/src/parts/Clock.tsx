import { useSyncExternalStore } from "react";
import { useFormat } from "../format";

// One timer for every clock of the page.
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let now = Date.now();

function subscribe(changed: () => void) {
  listeners.add(changed);
  if (!timer) {
    now = Date.now();
    timer = setInterval(() => {
      now = Date.now();
      for (const listener of listeners) listener();
    }, 1000);
  }
  return () => {
    listeners.delete(changed);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

// The present second, in a component that is drawn again with it. Only what `pick` makes of it counts.
export function useNow<T>(pick: (now: number) => T): T {
  return useSyncExternalStore(subscribe, () => pick(timer ? now : Date.now()));
}

// An instant in words that count: "12 min" until it comes, "12 min ago" after it. The exact one on hover.
export function Clock({ at, className }: { at: string | number; className?: string }) {
  const format = useFormat();
  const instant = typeof at === "number" ? at : Date.parse(at);
  const words = useNow((now) => format.distance(instant - now));
  const exact = format.exact(instant);
  return (
    <time
      dateTime={new Date(instant).toISOString()}
      title={exact}
      className={className ? `clock ${className}` : "clock"}
    >
      {words}
      <span className="unseen"> ({exact})</span>
    </time>
  );
}
