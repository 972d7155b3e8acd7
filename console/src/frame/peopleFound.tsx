// Members of staff whom the server finds while somebody types into the palette.
import { useDebouncedValue } from "@mantine/hooks";
import type { SpotlightActionData } from "@mantine/spotlight";
import { useQuery } from "@tanstack/react-query";
import { useLocation } from "wouter";
import { call, client } from "../api";
import { type Me, may } from "../me";
import { Icon } from "../parts/Icon";

const TYPING_MS = 150;
const SHOWN_MOST = 5;

// prefix: what the ids of the actions begin with
export function usePeopleFound(me: Me, typed: string, prefix: string): SpotlightActionData[] {
  const [, navigate] = useLocation();
  const [asked] = useDebouncedValue(typed.trim(), TYPING_MS);
  const query = useQuery({
    queryKey: ["staff", "found", asked],
    queryFn: ({ signal }) =>
      call(client.GET("/api/v1/staff", { params: { query: { q: asked, limit: SHOWN_MOST } }, signal })),
    enabled: may(me, "staff:read") && asked.length > 1,
    // While somebody types on, who was found for fewer letters stays.
    placeholderData: (before, last) => (asked.startsWith(String(last?.queryKey[2])) ? before : undefined),
    staleTime: 10_000,
  });
  if (typed.trim().length < 2 || !typed.trim().startsWith(asked) || !query.data) return [];
  return query.data.items.map((one) => ({
    id: `${prefix}person ${one.id}`,
    label: one.name,
    description: one.email,
    leftSection: <Icon name="me" />,
    onClick: () => navigate(`/settings/staff/${one.id}`),
  }));
}
