// The ledger with the filters of a figure of /api/v1/adherence: its own names, its days, and what its page is narrowed
// to. Every figure leads to the obligations behind it.
import type { Shapes } from "./api";

type Item = Partial<Shapes["Adherence"]>;

export function ledgerOf(item: Item, narrowed: Record<string, string> = {}, state = "kept,broken"): string {
  const named: Record<string, string> = { ...narrowed };
  for (const name of ["promise", "principle", "channel", "team"] as const) {
    const value = item[name];
    if (typeof value === "string") named[name] = value || "-";
  }
  if (item.decided_after) named.decided_after = item.decided_after;
  if (item.decided_before) named.decided_before = item.decided_before;
  return `/ledger?${new URLSearchParams({ state, ...named })}`;
}
