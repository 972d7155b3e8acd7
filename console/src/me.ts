// Who is signed in, and what they may do.
import { useQuery } from "@tanstack/react-query";
import { ProblemError, problemOf } from "./api";

export interface Me {
  id: string;
  name: string;
  email?: string;
  permissions: string[]; // all that the roles allow
  roles?: { id: string; name: string }[];
  teams: { id: string; name: string; lead: boolean }[];
  language?: string | null;
  time_zone?: string | null; // null: the Code's
  theme?: string | null;
}

export const ME_KEY = ["me"];

async function fetchMe(): Promise<Me | null> {
  const response = await fetch("/api/v1/me", { credentials: "same-origin" });
  const body = await response.json().catch(() => null);
  if (response.status === 401) return null;
  // A browser that came in by the link of `troth serve`, where the server knows no staff yet.
  if (response.status === 404) return { id: "", name: "Troth", permissions: ["admin"], teams: [] };
  if (!response.ok) throw new ProblemError(problemOf(body));
  return body;
}

// null: nobody is signed in
export function useMe() {
  return useQuery({ queryKey: ME_KEY, queryFn: fetchMe, staleTime: 60_000, refetchOnWindowFocus: true });
}

// Of several permissions, any one is enough.
export function may(me: Me | null | undefined, permission: string | readonly string[] | undefined): boolean {
  if (!permission) return true;
  const any = typeof permission === "string" ? [permission] : permission;
  return me?.permissions.some((held) => held === "admin" || any.includes(held)) ?? false;
}
