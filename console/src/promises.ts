// The promises of the Code in force: name to words, which lists show instead of names.
import { useQuery } from "@tanstack/react-query";
import { call, client } from "./api";

export interface KnownPromise {
  name: string;
  words: string;
}

export function usePromises() {
  const query = useQuery({
    queryKey: ["promises"],
    queryFn: async () => {
      const answer = await call(client.GET("/api/v1/adherence", { params: { query: { by: "promise" } } }));
      return answer.items.map(
        (item): KnownPromise => ({ name: item.promise ?? "", words: item.words ?? item.promise ?? "" }),
      );
    },
    staleTime: 300_000,
  });
  const promises = query.data ?? [];
  // The words of a promise; its name while they are not known.
  const wordsOf = (name: string) => promises.find((promise) => promise.name === name)?.words ?? name;
  // Undefined while it is not known.
  const isPublished = query.data && query.data.length > 0;
  return { promises, wordsOf, isPublished };
}
