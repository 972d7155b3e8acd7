// The address bar holds a page's state (filters, tab, selection), so every view can be sent to a colleague.
//   const [filter, setFilter] = useAddress({ state: "open", team: "" });
//   setFilter({ team: "Support" });            // replaces what is in the bar
//   setFilter({ tab: "plot" }, { push: true }); // a step that "back" undoes
// Values that are as given at first are left out of the address.
import { useCallback, useMemo } from "react";
import { useLocation, useSearch } from "wouter";

export type AddressState = Record<string, string>;

export function useAddress<T extends AddressState>(
  initial: T,
): [{ [K in keyof T]: string }, (changes: Partial<{ [K in keyof T]: string }>, how?: { push?: boolean }) => void] {
  const search = useSearch();
  const [path, navigate] = useLocation();
  const shape = JSON.stringify(initial);
  const state = useMemo(() => {
    const given = new URLSearchParams(search);
    const first = JSON.parse(shape) as AddressState;
    return Object.fromEntries(Object.entries(first).map(([name, value]) => [name, given.get(name) ?? value]));
  }, [search, shape]);
  const set = useCallback(
    (changes: Partial<AddressState>, how: { push?: boolean } = {}) => {
      const first = JSON.parse(shape) as AddressState;
      const next = new URLSearchParams(window.location.search);
      for (const [name, value] of Object.entries(changes)) {
        if (value === undefined || value === first[name]) next.delete(name);
        else next.set(name, value);
      }
      const query = next.toString();
      navigate(query ? `${path}?${query}` : path, { replace: !how.push });
    },
    [navigate, path, shape],
  );
  // biome-ignore lint/suspicious/noExplicitAny: the keys are those of T, which Object.fromEntries cannot tell
  return [state as any, set as any];
}
