import { useSyncExternalStore } from "react";
import { isBusy, queryClient } from "../api";
import { useWords } from "../words";
import { parts } from "../words/parts";

const cache = queryClient.getQueryCache();
const isAskedAgain = () =>
  cache
    .getAll()
    .some((query) => query.isActive() && query.state.fetchStatus !== "idle" && isBusy(query.state.fetchFailureReason));

// A server under load is asked again before anything is called an error; meanwhile this says so.
export function Patience() {
  const w = useWords(parts);
  const isWaiting = useSyncExternalStore((changed) => cache.subscribe(changed), isAskedAgain);
  return (
    <p className="patience" role="status">
      {isWaiting && w.busyAgain}
    </p>
  );
}
