// What the pages of staff, teams and roles share: reading them, and how they are shown.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { call, client, type Shapes } from "../../api";
import { useWords } from "../../words";
import { roleNames } from "../../words/permissions";

export type Person = Shapes["Staff"];
export type Team = Shapes["Team"];
export type Role = Shapes["Role"];
export const PEOPLE_MOST = 500; // of one question

export function useTeams(isPermitted = true) {
  return useQuery({
    queryKey: ["staff", "teams"],
    enabled: isPermitted,
    queryFn: async () => (await call(client.GET("/api/v1/teams"))).items as Team[],
  });
}

export function useRoles(isPermitted = true) {
  return useQuery({
    queryKey: ["staff", "roles"],
    enabled: isPermitted,
    queryFn: async () => (await call(client.GET("/api/v1/roles"))).items as Role[],
  });
}

// After a change: lists, persons, teams and roles are asked for anew.
export function usePeopleChanged() {
  const queries = useQueryClient();
  return () => {
    void queries.invalidateQueries({ queryKey: ["staff"] });
    void queries.invalidateQueries({ queryKey: ["me"] });
  };
}

// Those that come with Troth have a name in each language.
export function useRoleName() {
  const words = useWords(roleNames) as Record<string, string>;
  return useCallback((role: { name: string }) => words[role.name] ?? role.name, [words]);
}

export interface Branch {
  team: Team;
  depth: number;
}

// Each team beneath the one that it lies within, by name.
export function treeOf(teams: Team[], language: string): Branch[] {
  const known = new Set(teams.map((team) => team.id));
  const below = (parent: string | null, depth: number): Branch[] =>
    teams
      .filter((team) => (team.parent && known.has(team.parent) ? team.parent : null) === parent)
      .sort((a, b) => a.name.localeCompare(b.name, language))
      .flatMap((team) => [{ team, depth }, ...below(team.id, depth + 1)]);
  return below(null, 0);
}

// The team itself and all within it.
export function within(teams: Team[], id: string): Set<string> {
  const found = new Set([id]);
  for (let grown = true; grown; ) {
    const more = teams.filter((team) => team.parent && found.has(team.parent) && !found.has(team.id));
    grown = more.length > 0;
    for (const team of more) found.add(team.id);
  }
  return found;
}

// From the one at the top down to the one above it.
export function above(teams: Team[], id: string): Team[] {
  const path: Team[] = [];
  let at = teams.find((team) => team.id === id)?.parent;
  while (at && path.length < 32) {
    const team = teams.find((one) => one.id === at);
    if (!team) break;
    path.unshift(team);
    at = team.parent;
  }
  return path;
}
