// What broke while one is here: a toast for one's own teams, the bell for all of it.
import { notifications } from "@mantine/notifications";
import { createContext, type ReactNode, useContext, useMemo, useState } from "react";
import { useLive } from "../live";
import type { Me } from "../me";
import { pages } from "../pages";
import { PromiseWords } from "../parts/PromiseWords";
import { StateMark } from "../parts/StateMark";
import { usePromises } from "../promises";

export interface News {
  id: string;
  words: string;
  about: string; // customer or key, and team
  at: string;
  to?: string;
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
      ...(pages.some((page) => page.path === "/ledger/:id") ? { to: `/ledger/${obligation.id}` } : {}),
    };
    setNews((before) => [one, ...before.filter((other) => other.id !== one.id)].slice(0, KEPT));
    setUnread((n) => n + 1);
    if (obligation.team && me.teams.some((team) => team.name === obligation.team)) tell(one);
  });
  const value = useMemo(() => ({ news, unread, read: () => setUnread(0) }), [news, unread]);
  return <Context.Provider value={value}>{children}</Context.Provider>;
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
