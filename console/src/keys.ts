// Keys of the keyboard, while one is not typing into something.
//   useKeys({ j: down, k: up, "/": search, "g t": () => navigate("/today") });
import { useEffect, useRef } from "react";

type Act = (() => void) | undefined;
const SEQUENCE_MS = 1200;

function isTyping(target: EventTarget | null): boolean {
  const element = target as HTMLElement | null;
  if (!element?.closest) return false;
  return (
    element.closest(
      "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable=true], [role=dialog]",
    ) !== null
  );
}

// Enter and space belong to what has the focus, if that does something with them.
function isTaken(event: KeyboardEvent): boolean {
  return (
    ["Enter", " "].includes(event.key) &&
    !!(event.target as HTMLElement).closest?.("a, button, summary, [role=button], [role=menuitem]")
  );
}

export function useKeys(keys: Record<string, Act>) {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    let first = "";
    let timer: ReturnType<typeof setTimeout> | undefined;
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (isTyping(event.target) || isTaken(event)) return;
      const pressed = first ? `${first} ${event.key}` : event.key;
      first = "";
      clearTimeout(timer);
      const act = latest.current[pressed];
      if (act) {
        event.preventDefault();
        act();
        return;
      }
      if (Object.keys(latest.current).some((name) => name.startsWith(`${event.key} `))) {
        first = event.key;
        timer = setTimeout(() => {
          first = "";
        }, SEQUENCE_MS);
      }
    };
    document.addEventListener("keydown", onKey);
    return () => {
      clearTimeout(timer);
      document.removeEventListener("keydown", onKey);
    };
  }, []);
}
