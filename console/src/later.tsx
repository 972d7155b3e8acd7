// Parts of the console that are loaded when somebody goes there, and what becomes of them without the server: the console
// stays, says so in their place, and they come by themselves once the server is there again.
import { type ComponentType, lazy, useEffect, useRef } from "react";
import { OFFLINE, ProblemError } from "./api";

// A part that did not come, for <Boundary>. renew() has it asked for once more.
export class Unreached extends ProblemError {
  constructor(readonly renew: () => void) {
    super(OFFLINE);
  }
}

async function isThere() {
  try {
    return (await fetch("/healthz", { cache: "no-store" })).ok;
  } catch {
    return false;
  }
}

// A network that has just come back may lose one more thing: it is asked for twice before more is made of it. A newer server
// has other scripts: what a window from before still asks for is not there any more, so it begins anew. Once only, should that
// not help.
const RELOADED = "troth_reloaded";
const PAUSE_MS = 1000;
const AGAIN_MS = 60_000;
async function load<T>(part: () => Promise<T>, renew: () => void): Promise<T> {
  try {
    return await part().catch(async () => {
      if (!(await isThere())) throw new Unreached(renew);
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      return part();
    });
  } catch (error) {
    if (error instanceof Unreached) throw error;
    if (!(await isThere())) throw new Unreached(renew);
    if (Date.now() - Number(sessionStorage.getItem(RELOADED)) < AGAIN_MS) throw error;
    sessionStorage.setItem(RELOADED, String(Date.now()));
    location.reload();
    return new Promise<never>(() => {});
  }
}

// const Editor = later(() => import("./code/Editor")); … within a <Boundary> and a <Suspense>. Once loaded, it is not
// waited for again.
export function later<P extends object>(part: () => Promise<{ default: ComponentType<P> }>): ComponentType<P> {
  const begin = () =>
    lazy(() =>
      load(part, () => {
        content = begin();
      }),
    );
  let content = begin();
  return function Later(props: P) {
    const Content = content as unknown as ComponentType<P>;
    return <Content {...props} />;
  };
}

const FIRST_MS = 2000;
const LONGEST_MS = 15_000;

// Does it once the server answers again; undefined: nothing is waited for.
export function useReturn(act: (() => void) | undefined) {
  const latest = useRef(act);
  latest.current = act;
  const waits = act !== undefined;
  useEffect(() => {
    if (!waits) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isOver = false;
    const look = async (pause: number) => {
      clearTimeout(timer);
      const found = await isThere();
      if (isOver) return;
      if (found) latest.current?.();
      timer = setTimeout(() => void look(Math.min(2 * pause, LONGEST_MS)), pause);
    };
    const onOnline = () => void look(FIRST_MS);
    timer = setTimeout(onOnline, FIRST_MS);
    window.addEventListener("online", onOnline);
    return () => {
      isOver = true;
      clearTimeout(timer);
      window.removeEventListener("online", onOnline);
    };
  }, [waits]);
}
