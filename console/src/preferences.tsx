// Language, time zone and theme: the account's, kept in the browser as well so that the next page begins with them.
import { useMantineColorScheme } from "@mantine/core";
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from "react";
import { queryClient } from "./api";
import { type Language, languageOf } from "./words";

export type Theme = "light" | "dark" | "auto";
export interface Preferences {
  language: Language;
  zone: string; // of the tz database
  theme: Theme;
}
interface PreferencesContext extends Preferences {
  // At once, in this browser; the page "me" keeps them in the account.
  set: (changes: Partial<Preferences>) => void;
}

const KEY = "troth-preferences";
const YEAR_S = 365 * 24 * 3600;

function isZone(zone: unknown): zone is string {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone as string });
    return typeof zone === "string" && zone !== "";
  } catch {
    return false;
  }
}

function stored(): Partial<Preferences> {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "{}");
  } catch {
    return {};
  }
}

function initial(): Preferences {
  const kept = stored();
  return {
    language: languageOf(kept.language) ?? languageOf(navigator.language) ?? "en",
    zone: isZone(kept.zone) ? kept.zone : Intl.DateTimeFormat().resolvedOptions().timeZone,
    theme: kept.theme === "light" || kept.theme === "dark" ? kept.theme : "auto",
  };
}

// The server writes the page with them, so that nothing flashes (src/feature/console).
function setCookie(name: string, value: string) {
  const age = value ? YEAR_S : 0;
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not everywhere yet
  document.cookie = `troth_${name}=${value}; path=/; max-age=${age}; samesite=lax`;
}

const Context = createContext<PreferencesContext | null>(null);

// What a promise means is told by the server, in the language of the page.
function askAnew() {
  const isTold = ({ queryKey }: { queryKey: readonly unknown[] }) =>
    typeof queryKey[1] === "string" && /^\/api\/v1\/(code|drafts)\b/.test(queryKey[1]);
  queryClient.removeQueries({ type: "inactive", predicate: isTold });
  void queryClient.invalidateQueries({ predicate: isTold });
}

export function PreferencesProvider({ children }: { children: ReactNode }) {
  const [preferences, setPreferences] = useState(initial);
  const { setColorScheme } = useMantineColorScheme();
  const set = useCallback((changes: Partial<Preferences>) => {
    setPreferences((before) => {
      const next = { ...before, ...changes };
      if (!isZone(next.zone)) next.zone = before.zone;
      return next;
    });
  }, []);
  useEffect(() => {
    localStorage.setItem(KEY, JSON.stringify(preferences));
    setCookie("theme", preferences.theme === "auto" ? "" : preferences.theme);
    setCookie("language", preferences.language);
    if (document.documentElement.lang !== preferences.language) {
      document.documentElement.lang = preferences.language;
      askAnew();
    }
    setColorScheme(preferences.theme);
  }, [preferences, setColorScheme]);
  const value = useMemo(() => ({ ...preferences, set }), [preferences, set]);
  return <Context.Provider value={value}>{children}</Context.Provider>;
}

export function usePreferences(): PreferencesContext {
  const context = useContext(Context);
  if (!context) throw new Error("outside of PreferencesProvider");
  return context;
}
