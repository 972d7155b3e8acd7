// What was written in a draft and is not saved yet. It is kept for this window, so that a look at another page, a reload
// or a session that ends in the middle costs nobody their words; closing the window asks first.
import { useEffect, useState } from "react";
import { useMe } from "../../me";

export interface Kept {
  revision: number; // that it was written upon
  name: string;
  source: string;
}

function read(place: string): Kept | undefined {
  try {
    return JSON.parse(sessionStorage.getItem(place) ?? "null") ?? undefined;
  } catch {
    return undefined;
  }
}

function write(place: string, kept: Kept | undefined) {
  try {
    if (kept) sessionStorage.setItem(place, JSON.stringify(kept));
    else sessionStorage.removeItem(place);
  } catch {
    // A full store keeps nothing; the editor still has it.
  }
}

// Each person's own, should another one sign in here.
export function useKept(draft: string) {
  const me = useMe().data?.id;
  const [owner, setOwner] = useState(me);
  if (me !== undefined && me !== owner) setOwner(me); // not when the session ends: what is written then is still theirs
  const place = `troth-draft ${owner ?? ""} ${draft}`;
  const [kept, setKept] = useState(() => read(place));
  const isKept = kept !== undefined;
  useEffect(() => {
    if (!isKept) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [isKept]);
  const keep = (next: Kept | undefined) => {
    write(place, next);
    setKept(next);
  };
  return { kept, keep };
}
