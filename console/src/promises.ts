// The promises of the Code in force, and those from before that have been judged: name to words, which lists show
// instead of names.
import { useQuery } from "@tanstack/react-query";
import { call, client, problemOf } from "./api";

export interface KnownPromise {
  name: string;
  words: string;
  second_person?: boolean; // to excuse it takes one
}

// Without a Code, or the permission to read it.
function none(error: unknown): KnownPromise[] {
  if ([403, 404].includes(problemOf(error).status)) return [];
  throw error;
}

async function fetchPromises() {
  const [inForce, judged] = await Promise.all([
    call(client.GET("/api/v1/code/promises")).then(({ promises }) => promises as KnownPromise[], none),
    call(client.GET("/api/v1/adherence", { params: { query: { by: "promise" } } })).then(
      ({ items }) => items.map((item) => ({ name: item.promise ?? "", words: item.words ?? item.promise ?? "" })),
      none,
    ),
  ]);
  const known = new Map([...inForce, ...judged].map(({ name, words }) => [name, words]));
  for (const { name, words } of inForce) known.set(name, words);
  const needing = new Set(inForce.filter((one) => one.second_person).map((one) => one.name));
  return {
    promises: [...known].map(([name, words]): KnownPromise => ({ name, words, second_person: needing.has(name) })),
    isUsed: judged.length > 0,
  };
}

export function usePromises() {
  const query = useQuery({
    queryKey: ["promises"],
    queryFn: fetchPromises,
    staleTime: 300_000,
  });
  const promises = query.data?.promises ?? [];
  // The words of a promise; its name while they are not known.
  const wordsOf = (name: string) => promises.find((promise) => promise.name === name)?.words ?? name;
  // Undefined while it is not known. Used: something has been promised to somebody.
  const isPublished = query.data && query.data.promises.length > 0;
  const needsSecond = (name: string) => promises.some((one) => one.name === name && one.second_person);
  return { promises, wordsOf, needsSecond, isPublished, isUsed: query.data?.isUsed };
}
