// The console's pages. One line makes one: it is loaded when somebody goes there, its entry in the rail is seen by who
// holds the permission, the palette (Ctrl-K) and the help (?) know it. Paths are below /console.
import type { ComponentType } from "react";
import type { IconName } from "../parts/Icon";
import type { Catalog } from "../words";
import { sectionPermissions } from "./settings/sections";

// biome-ignore lint/suspicious/noExplicitAny: a page names its own parameters
type PageModule = { default: ComponentType<{ params: any }> };

export interface Page {
  path: string; // "/ledger/:id"; its page gets { params: { id } }
  hasParts?: boolean; // it shows all addresses below its path, too, and gets the rest of them as params["*"]
  title: Catalog<string>; // of the window, in the rail and the palette
  load: () => Promise<PageModule>;
  permission?: string | string[]; // one of those of roles and tokens, or any of some; none: everyone who is signed in
  isOpen?: boolean; // to be seen without being signed in, without the rail
  rail?: IconName; // has an entry in the rail
  isBelow?: boolean; // in the rail's second group
  key?: string; // "t": the keys g t lead there
}

const names = (en: string, ptBR: string, es: string): Catalog<string> => ({ en, "pt-BR": ptBR, es });

export const pages: Page[] = [
  {
    path: "/today",
    title: names("Today", "Hoje", "Hoy"),
    load: () => import("./today"),
    permission: "ledger:read",
    rail: "today",
    key: "t",
  },
  {
    path: "/code",
    title: names("Code", "Código", "Código"),
    load: () => import("./code"),
    permission: "code:read",
    rail: "code",
    isBelow: true,
    key: "c",
  },
  {
    path: "/code/versions",
    title: names("Versions of the Code", "Versões do Código", "Versiones del Código"),
    load: () => import("./versions"),
    permission: "code:read",
  },
  {
    path: "/code/drafts/:id",
    title: names("Draft of the Code", "Rascunho do Código", "Borrador del Código"),
    load: () => import("./draft"),
    permission: "code:read",
  },
  {
    path: "/customers",
    title: names("Customers", "Clientes", "Clientes"),
    load: () => import("./customers"),
    permission: "customer:read",
    rail: "customers",
    key: "u",
  },
  {
    path: "/customers/:id",
    title: names("Customer", "Cliente", "Cliente"),
    load: () => import("./customer"),
    permission: "customer:read",
  },
  { path: "/me", title: names("Your account", "Sua conta", "Su cuenta"), load: () => import("./me"), key: "m" },
  { path: "/sign-in", title: names("Sign in", "Entrar", "Entrar"), load: () => import("./signIn"), isOpen: true },
  {
    path: "/first",
    title: names("First start", "Primeiro início", "Primer inicio"),
    load: () => import("./first"),
    isOpen: true,
  },
  {
    path: "/invite",
    title: names("Welcome", "Boas-vindas", "Bienvenida"),
    load: () => import("./choosePassword"),
    isOpen: true,
  },
  {
    path: "/reset",
    title: names("Another password", "Outra senha", "Otra contraseña"),
    load: () => import("./choosePassword"),
    isOpen: true,
  },
  {
    path: "/ledger",
    title: names("Ledger", "Registro", "Registro"),
    load: () => import("./ledger"),
    permission: "ledger:read",
    rail: "ledger",
    isBelow: true,
    key: "l",
  },
  {
    path: "/ledger/:id",
    title: names("Obligation", "Obrigação", "Obligación"),
    load: () => import("./obligation"),
    permission: "ledger:read",
  },
  {
    path: "/excuses",
    title: names("Excuses that wait", "Justificativas que esperam", "Excusas que esperan"),
    load: () => import("./excuses"),
    permission: "ledger:read",
  },
  {
    path: "/adherence",
    title: names("Adherence", "Cumprimento", "Cumplimiento"),
    load: () => import("./adherence"),
    permission: "measure:read",
    rail: "adherence",
    isBelow: true,
    key: "a",
  },
  {
    path: "/settings",
    hasParts: true,
    title: names("Settings", "Configurações", "Ajustes"),
    load: () => import("./settings"),
    permission: sectionPermissions,
    rail: "settings",
    isBelow: true,
    key: "s",
  },
];
