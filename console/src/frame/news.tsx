// What broke while one is here: a toast for one's own teams, the bell for all of it. And excuses that need a second
// person: what one may confirm, and what became of what one asked for oneself, also while one was away.
import { notifications } from "@mantine/notifications";
import { createContext, type ReactNode, useContext, useMemo, useState } from "react";
import type { Shapes } from "../api";
import { useLive } from "../live";
import { type Me, may } from "../me";
import { pages } from "../pages";
import { PromiseWords } from "../parts/PromiseWords";
import { type State, StateMark } from "../parts/StateMark";
import { useMine, useWaiting } from "../parts/waiting";
import { usePromises } from "../promises";
import { useWords } from "../words";
import { frame } from "../words/frame";

export interface News {
  id: string;
  words: string;
  about: string; // customer or key, and team
  at: string;
  to?: string;
  shape: State;
  what?: string; // who did what; nothing: it broke
}
const KEPT = 20;
const SHOWN_MS = 10_000;

const Context = createContext<{ news: News[]; unread: number; read: () => void }>({
  news: [],
  unread: 0,
  read: () => {},
});
export const useNews = () => useContext(Context);

interface Told {
  obligation?: { id?: string; promise?: string; customer?: string; key?: string; team?: string; decided?: string };
}

export function NewsProvider({ me, children }: { me: Me; children: ReactNode }) {
  const [news, setNews] = useState<News[]>([]);
  const [unread, setUnread] = useState(0);
  const { wordsOf } = usePromises();
  useLive(["obligation.broken"], (event) => {
    const { obligation } = event.data as Told;
    if (!obligation?.id) return;
    const one: News = {
      id: event.id,
      words: wordsOf(obligation.promise ?? ""),
      about: [obligation.customer || obligation.key, obligation.team].filter(Boolean).join(" · "),
      at: obligation.decided ?? new Date().toISOString(),
      shape: "broken",
      ...(pages.some((page) => page.path === "/ledger/:id") ? { to: `/ledger/${obligation.id}` } : {}),
    };
    setNews((before) => [one, ...before.filter((other) => other.id !== one.id)].slice(0, KEPT));
    setUnread((n) => n + 1);
    if (obligation.team && me.teams.some((team) => team.name === obligation.team)) tell(one);
  });
  const asked = useExcuseNews(me, wordsOf);
  const value = useMemo(() => {
    const all = [...asked.news, ...news].sort((a, b) => Date.parse(b.at) - Date.parse(a.at)).slice(0, KEPT);
    const read = () => {
      setUnread(0);
      asked.read();
    };
    return { news: all, unread: unread + asked.unread, read };
  }, [news, unread, asked]);
  return <Context.Provider value={value}>{children}</Context.Provider>;
}

const SHAPES: { [state: string]: State } = { waiting: "open", confirmed: "excused", declined: "open", closed: "void" };

// Up to when the person has looked at them, in this browser.
const seenKey = (me: Me) => `troth-bell-${me.id}`;
function readSeen(me: Me): number {
  try {
    return Number(localStorage.getItem(seenKey(me)) ?? 0);
  } catch {
    return 0;
  }
}

function useExcuseNews(me: Me, wordsOf: (promise: string) => string) {
  const w = useWords(frame);
  const isAsked = may(me, "ledger:excuse") && may(me, "ledger:read");
  const { items: waiting } = useWaiting(isAsked);
  const mine = useMine(isAsked);
  const [seen, setSeen] = useState(() => readSeen(me));
  return useMemo(() => {
    const said: { [state: string]: (who: string) => string } = w.excuseNews;
    const of = (one: Shapes["ExcuseWaiting"], who: string): News[] => {
      const about = one.obligation as Shapes["Obligation"];
      const what = said[one.state]?.(who);
      if (!what) return [];
      return [
        {
          id: `${one.id}-${one.state}`,
          words: wordsOf(about.promise),
          about: about.customer || about.key,
          at: (one.state !== "waiting" && (one.answered || about.decided)) || one.asked,
          to: `/ledger/${about.id}`,
          shape: SHAPES[one.state] ?? "open",
          what: one.answer ? `${what}: “${one.answer}”` : what,
        },
      ];
    };
    const news = [
      ...waiting.filter((one) => !one.mine).flatMap((one) => of(one, one.asked_by)),
      ...mine.filter((one) => one.state !== "waiting").flatMap((one) => of(one, one.answered_by ?? "")),
    ];
    const read = () => {
      const latest = Math.max(seen, ...news.map((one) => Date.parse(one.at)));
      setSeen(latest);
      try {
        localStorage.setItem(seenKey(me), String(latest));
      } catch {
        // a browser that keeps nothing tells them again
      }
    };
    return { news, unread: news.filter((one) => Date.parse(one.at) > seen).length, read };
  }, [waiting, mine, seen, w, wordsOf, me]);
}

function tell(one: News) {
  notifications.show({
    id: one.id,
    className: "toast is-broken",
    autoClose: SHOWN_MS,
    title: <StateMark state="broken" />,
    message: (
      <>
        <PromiseWords words={one.words} size="small" {...(one.to ? { to: one.to } : {})} />
        <br />
        <small className="muted">{one.about}</small>
      </>
    ),
  });
}
