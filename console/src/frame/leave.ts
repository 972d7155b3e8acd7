import { client, queryClient } from "../api";
import { doWhatWaits } from "../parts/undo";

// Nothing of whoever was signed in stays behind in the page.
export async function leave() {
  await doWhatWaits();
  await client.POST("/api/v1/sign-out").catch(() => {});
  queryClient.clear();
  window.location.assign("/console/sign-in");
}
