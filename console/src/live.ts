// One stream of events for all tabs of a browser. The tab that holds the lock "troth-live" listens to the server and
// tells the others over a channel; when it closes, the lock goes to the next one, which goes on where it stood.
//   useLive(["obligation.broken"], (event) => …);
import { useEffect, useRef, useSyncExternalStore } from "react";

export const EVENTS = [
  "obligation.opened",
  "obligation.paused",
  "obligation.resumed",
  "obligation.extended",
  "obligation.warned",
  "obligation.kept",
  "obligation.broken",
  "obligation.excused",
  "obligation.void",
  "obligation.fulfilled",
  "obligation.owed",
  "obligation.not-owed",
  "obligation.withdrawn",
  "obligation.corrected",
] as const;
// An excuse was asked for, or answered: tells which obligation, and nothing of it.
const ALL = [...EVENTS, "excuse.changed"] as const;
export type EventName = (typeof ALL)[number];

// What an event of the server tells: the obligation as it is now, besides what happened.
export interface LiveEvent {
  name: EventName;
  id: string;
  data: Record<string, unknown>;
}
export type LiveState = "connecting" | "live" | "lost";

type Message = { kind: "event"; event: LiveEvent } | { kind: "state"; state: LiveState } | { kind: "ask" };

const PATIENCE_MS = 8000; // what takes longer to come back is called lost, and still tried

let state: LiveState = "connecting";
let isLeader = false;
let started = false;
let lastId = "";
let channel: BroadcastChannel | undefined;
const stateListeners = new Set<() => void>();
const eventListeners = new Set<(event: LiveEvent) => void>();

function setState(next: LiveState) {
  if (isLeader) channel?.postMessage({ kind: "state", state: next } satisfies Message);
  if (state === next) return;
  state = next;
  for (const listener of stateListeners) listener();
}

function tell(event: LiveEvent) {
  lastId = event.id || lastId;
  for (const listener of eventListeners) listener(event);
}

// Ends when the tab is told to stop: the browser frees the lock of a tab that is closed by itself.
function listen(): Promise<never> {
  isLeader = true;
  setState("connecting");
  let source: EventSource | undefined;
  let patience: ReturnType<typeof setTimeout> | undefined;
  window.addEventListener("offline", () => setState("lost"));
  window.addEventListener("online", () => open());
  const open = () => {
    source?.close();
    // A new EventSource knows no Last-Event-ID of its own.
    source = new EventSource(lastId ? `/api/v1/events?last_event_id=${encodeURIComponent(lastId)}` : "/api/v1/events");
    source.onopen = () => {
      clearTimeout(patience);
      setState("live");
    };
    source.onerror = () => {
      const isClosed = source?.readyState === EventSource.CLOSED;
      if (isClosed) setTimeout(open, 5000 + Math.random() * 5000);
      if (isClosed || !navigator.onLine) setState("lost");
      else if (state === "live") {
        setState("connecting");
        clearTimeout(patience);
        patience = setTimeout(() => setState("lost"), PATIENCE_MS);
      }
    };
    for (const name of ALL) {
      source.addEventListener(name, (message) => {
        const event: LiveEvent = { name, id: message.lastEventId, data: JSON.parse(message.data) };
        channel?.postMessage({ kind: "event", event } satisfies Message);
        tell(event);
      });
    }
  };
  open();
  return new Promise(() => {});
}

// Once, when somebody is signed in.
export function startLive() {
  if (started) return;
  started = true;
  if (!("locks" in navigator)) {
    void listen();
    return;
  }
  channel = new BroadcastChannel("troth-live");
  channel.onmessage = ({ data }: MessageEvent<Message>) => {
    if (data.kind === "event") tell(data.event);
    else if (data.kind === "state" && !isLeader) setState(data.state);
    else if (data.kind === "ask" && isLeader) channel?.postMessage({ kind: "state", state } satisfies Message);
  };
  channel.postMessage({ kind: "ask" } satisfies Message);
  void navigator.locks.request("troth-live", listen);
}

export function useLiveState(): LiveState {
  return useSyncExternalStore(
    (changed) => {
      stateListeners.add(changed);
      return () => stateListeners.delete(changed);
    },
    () => state,
  );
}

export function useLive(names: readonly EventName[], act: (event: LiveEvent) => void) {
  const latest = useRef(act);
  latest.current = act;
  const wanted = names.join(" ");
  useEffect(() => {
    const listener = (event: LiveEvent) => {
      if (wanted.split(" ").includes(event.name)) latest.current(event);
    };
    eventListeners.add(listener);
    return () => {
      eventListeners.delete(listener);
    };
  }, [wanted]);
}
