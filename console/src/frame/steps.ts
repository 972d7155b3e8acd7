// Steps through the browser's history: a new page begins at its top and takes the focus; "back" finds a page where it
// was left, also after a reload.
import { type RefObject, useEffect, useLayoutEffect, useRef } from "react";
import { useLocation, useSearch } from "wouter";

const STORE = "troth-steps";
const PATIENCE_MS = 15_000; // for what is loaded anew, until it is as long as it was

const tops = new Map<string, number>(read());
let here = "";

function read(): [string, number][] {
  try {
    return JSON.parse(sessionStorage.getItem(STORE) ?? "[]");
  } catch {
    return [];
  }
}

function keep() {
  try {
    sessionStorage.setItem(STORE, JSON.stringify([...tops].slice(-50)));
  } catch {
    // Without a store, a reload begins at the top.
  }
}

let stop = new AbortController();

// As far as the page goes by now, until it is long enough, somebody scrolls by themselves or goes elsewhere.
function scrollTo(top: number) {
  const begun = performance.now();
  stop = new AbortController();
  const { signal } = stop;
  for (const name of ["wheel", "touchstart", "keydown", "pointerdown"])
    window.addEventListener(name, () => stop.abort(), { signal, passive: true });
  const attempt = () => {
    if (signal.aborted) return;
    const room = document.documentElement.scrollHeight - window.innerHeight;
    window.scrollTo(0, Math.min(room, top));
    if (room >= top || performance.now() - begun > PATIENCE_MS) stop.abort();
    else requestAnimationFrame(attempt);
  };
  attempt();
}

export function useSteps(main: RefObject<HTMLElement | null>) {
  const [path] = useLocation();
  const search = useSearch();
  const last = useRef<string>(undefined);
  useEffect(() => {
    window.history.scrollRestoration = "manual";
    const onScroll = () => void tops.set(here, window.scrollY);
    window.addEventListener("scroll", onScroll, { passive: true });
    window.addEventListener("pagehide", keep);
    return () => {
      window.removeEventListener("scroll", onScroll);
      window.removeEventListener("pagehide", keep);
    };
  }, []);
  // Another search is another step as well, or takes the place of this one.
  useLayoutEffect(() => {
    const isFirst = last.current === undefined;
    const isSamePage = last.current === path;
    last.current = path;
    if (!isSamePage) stop.abort();
    const known = (window.history.state as { step?: string } | null)?.step;
    if (known) {
      here = known;
      if (!isSamePage) scrollTo(tops.get(known) ?? 0);
      return;
    }
    if (!isSamePage) here = crypto.randomUUID?.() ?? String(Math.random());
    window.history.replaceState({ ...(window.history.state as object | null), step: here }, "");
    if (isSamePage) return;
    if (!isFirst) window.scrollTo(0, 0);
    const isTaken = main.current?.contains(document.activeElement) && document.activeElement !== main.current;
    if (!isFirst && !isTaken) main.current?.focus({ preventScroll: true });
  }, [path, search, main]);
}
