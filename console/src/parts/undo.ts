import { notifications } from "@mantine/notifications";
import { createElement } from "react";
import { problemOf } from "../api";
import { useWords } from "../words";
import { parts } from "../words/parts";

const SHOWN_MS = 8000;

// What waits for its undo. Where that cannot come any more (the page is closed, one goes elsewhere), it is done at once.
const waiting = new Set<(isLeaving: boolean) => Promise<void>>();
export const doWhatWaits = () => Promise.all([...waiting].map((act) => act(false)));
window.addEventListener("pagehide", () => {
  for (const act of waiting) void act(true);
});

// const toast = useToast();
//   toast.say("Saved");
//   toast.undo("Team removed", () => call(client.POST(…)));   // already done; the toast takes it back
//   toast.fail(error);
//   const now = toast.later("Team is being removed", (keepalive) => call(client.POST(…, { keepalive })));
//                                                  // done when its undo has gone; now(): at once. Does not throw.
//                                                  // A third argument is called where it is undone.
export function useToast() {
  const w = useWords(parts);
  // The cross needs a name, too.
  const shown = { autoClose: SHOWN_MS, closeButtonProps: { "aria-label": w.close } };
  const fail = (error: unknown) => {
    const problem = problemOf(error);
    notifications.show({
      message: problem.status === 0 ? w.offlineTitle : (problem.detail ?? problem.title),
      className: "toast is-broken",
      ...shown,
      role: "alert",
    });
  };
  const say = (message: string) => notifications.show({ message, className: "toast", ...shown });
  const undo = (message: string, back: () => Promise<unknown>) => {
    const id = notifications.show({
      className: "toast",
      ...shown,
      message: createElement(
        "span",
        { className: "toast-line" },
        createElement("span", null, message),
        createElement(
          "button",
          {
            type: "button",
            className: "link-button",
            onClick: () => {
              notifications.hide(id);
              back().catch(fail);
            },
          },
          w.undo,
        ),
      ),
    });
    return id;
  };
  const later = (message: string, act: (keepalive: boolean) => Promise<unknown>, undone?: () => void) => {
    const stop = () => {
      clearTimeout(timer);
      return waiting.delete(now);
    };
    const now = async (isLeaving = false) => {
      if (!stop()) return;
      notifications.hide(id);
      await act(isLeaving).catch(fail);
    };
    const timer = setTimeout(() => void now(), SHOWN_MS);
    const id = undo(message, async () => {
      if (stop()) undone?.();
    });
    waiting.add(now);
    return now;
  };
  return { say, undo, later, fail };
}
