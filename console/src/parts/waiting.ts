// Excuses that wait for a second person, as pages ask for them.
import { useQuery } from "@tanstack/react-query";
import { call, client } from "../api";
import { useLive } from "../live";

const MOST = 200;

// All that wait, of the teams that one may read.
export function useWaiting() {
  const query = useQuery({
    queryKey: ["excuses"],
    queryFn: () => call(client.GET("/api/v1/excuses", { params: { query: { limit: MOST } } })),
    refetchInterval: 60_000,
  });
  useLive(["excuse.changed", "obligation.excused", "obligation.kept", "obligation.broken", "obligation.void"], () => {
    void query.refetch();
  });
  return { items: query.data?.items ?? [], isMore: Boolean(query.data?.next) };
}
