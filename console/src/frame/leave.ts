import { queryClient } from "../api";

// Nothing of whoever was signed in stays behind in the page.
export async function leave() {
  await fetch("/leave", { method: "POST", credentials: "same-origin", redirect: "manual" }).catch(() => {});
  queryClient.clear();
  window.location.assign("/console/sign-in");
}
