import { useEffect } from "react";
import { windowTitle } from "../brand";

// What the window is called while this is shown: more than its page's own name, where there is more to say.
export function useTitle(title: string | undefined) {
  useEffect(() => {
    if (title) document.title = windowTitle(title);
  }, [title]);
}
