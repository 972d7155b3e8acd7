// The console's words in its three languages. A page keeps its own in words/PAGE.ts:
//   export const today = catalog({ title: "Today", … }, { title: "Hoje", … }, { title: "Hoy", … });
// and reads them with useWords(today). A key that one language lacks does not pass the type check.
import { usePreferences } from "./preferences";

export const LANGUAGES = ["en", "pt-BR", "es"] as const;
export type Language = (typeof LANGUAGES)[number];
export const LANGUAGE_NAMES: Record<Language, string> = { en: "English", "pt-BR": "Português (Brasil)", es: "Español" };

// "pt" and "pt-PT" are Portuguese, too.
export function languageOf(text: string | null | undefined): Language | undefined {
  const short = text?.slice(0, 2).toLowerCase();
  return LANGUAGES.find((language) => language.slice(0, 2) === short);
}

// biome-ignore lint/suspicious/noExplicitAny: the words' own functions say what they take
type Words = { [key: string]: string | ((...values: any[]) => string) | Words };
export type Catalog<T> = Record<Language, T>;

export function catalog<T extends Words>(en: T, ptBR: NoInfer<T>, es: NoInfer<T>): Catalog<T> {
  return { en, "pt-BR": ptBR, es };
}

export function useWords<T>(words: Catalog<T>): T {
  return words[usePreferences().language];
}

const rules: Record<Language, Intl.PluralRules> = {
  en: new Intl.PluralRules("en"),
  "pt-BR": new Intl.PluralRules("pt-BR"),
  es: new Intl.PluralRules("es"),
};

// The form that belongs to n, with n in the place of #: count("en", 3, { one: "# promise", other: "# promises" })
export function count(language: Language, n: number, forms: { one: string; other: string }): string {
  const form = rules[language].select(n) === "one" ? forms.one : forms.other;
  return form.replace("#", new Intl.NumberFormat(language).format(n));
}
