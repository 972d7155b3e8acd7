// Excuses that wait for a second person, as pages ask for them.
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { call, client, type Shapes } from "../api";
import { type EventName, useLive, useLiveState } from "../live";

const MOST = 200;
const MINE_MOST = 20;
const NONE: Shapes["ExcuseWaiting"][] = [];
const ENDS: readonly EventName[] = [
  "excuse.changed",
  "obligation.excused",
  "obligation.kept",
  "obligation.broken",
  "obligation.void",
];

// All that wait, of the teams that one may read.
export function useWaiting(enabled = true) {
  const query = useQuery({
    queryKey: ["excuses"],
    queryFn: () => call(client.GET("/api/v1/excuses", { params: { query: { limit: MOST } } })),
    enabled,
  });
  useAgain(ENDS, enabled, query.refetch);
  return { items: query.data?.items ?? NONE, isMore: Boolean(query.data?.next) };
}

// What the viewer asked for, and what became of it; the latest.
export function useMine(enabled: boolean) {
  const query = useQuery({
    queryKey: ["excuses", "mine"],
    queryFn: () => call(client.GET("/api/v1/excuses", { params: { query: { limit: MINE_MOST, mine: true } } })),
    enabled,
  });
  useAgain(["excuse.changed"], enabled, query.refetch);
  return query.data?.items ?? NONE;
}

// Asks anew at such an event, and when the stream is back: it does not tell then what was missed.
function useAgain(events: readonly EventName[], enabled: boolean, refetch: () => unknown) {
  const live = useLiveState();
  const wasLost = useRef(false);
  useLive(events, () => {
    if (enabled) void refetch();
  });
  useEffect(() => {
    if (live === "live" && wasLost.current && enabled) void refetch();
    wasLost.current = live !== "live";
  }, [live, enabled, refetch]);
}
