import { notifications } from "@mantine/notifications";
import { createElement } from "react";
import { problemOf } from "../api";
import { useWords } from "../words";
import { parts } from "../words/parts";

const SHOWN_MS = 8000;

// const toast = useToast();
//   toast.say("Saved");
//   toast.undo("Team removed", () => call(client.POST(…)));   // already done; the toast takes it back
//   toast.fail(error);
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
  };
  return { say, undo, fail };
}
