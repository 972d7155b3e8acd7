// The sections of Settings, one a line: where (below /console/settings), who may see it, its page, its name in English,
// Portuguese and Spanish. A section's page gets { params: { id } }: what follows in the address, or nothing.
import type { ComponentType } from "react";
import type { Catalog } from "../../words";

export interface SectionProps {
  params: { id?: string };
}
export const GROUPS = ["people", "company", "connections", "record"] as const;
export interface Section {
  group: (typeof GROUPS)[number];
  path: string;
  permission: string;
  load: () => Promise<{ default: ComponentType<SectionProps> }>;
  title: Catalog<string>;
}

function section(
  group: Section["group"],
  path: string,
  permission: string,
  load: Section["load"],
  ...[en, ptBR, es]: [string, string, string]
): Section {
  return { group, path, permission, load, title: { en, "pt-BR": ptBR, es } };
}

export const sections: Section[] = [
  section("people", "/staff", "staff:read", () => import("./staff"), "Staff", "Equipe", "Personal"),
  section("people", "/teams", "staff:read", () => import("./teams"), "Teams", "Times", "Equipos"),
  section("people", "/roles", "staff:read", () => import("./roles"), "Roles", "Papéis", "Roles"),
  section("company", "/brand", "settings:write", () => import("./brand"), "Brand", "Marca", "Marca"),
  section("company", "/calendars", "code:read", () => import("./calendars"), "Calendars", "Calendários", "Calendarios"),
  section("company", "/sign-in", "settings:write", () => import("./signIn"), "Sign-in", "Entrada", "Entrada"),
  section("connections", "/tokens", "token:write", () => import("./tokens"), "Tokens", "Tokens", "Tokens"),
  section("connections", "/webhooks", "settings:write", () => import("./webhooks"), "Webhooks", "Webhooks", "Webhooks"),
  section("record", "/audit", "audit:read", () => import("./audit"), "Audit trail", "Auditoria", "Auditoría"),
];

export const sectionPermissions = [...new Set(sections.map((one) => one.permission))];
