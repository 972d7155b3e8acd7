// Numbers, shares and instants as the reader's language and zone write them.
import { useMemo } from "react";
import { usePreferences } from "./preferences";
import { count, type Language } from "./words";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const AGO: Record<Language, (span: string) => string> = {
  en: (span) => `${span} ago`,
  "pt-BR": (span) => `há ${span}`,
  es: (span) => `hace ${span}`,
};
const DAYS: Record<Language, { one: string; other: string }> = {
  en: { one: "# day", other: "# days" },
  "pt-BR": { one: "# dia", other: "# dias" },
  es: { one: "# día", other: "# días" },
};

// "45 s", "12 min", "3 h 20 min", "26 h", "4 days": as exact as one needs it to act.
export function spanWords(language: Language, ms: number): string {
  const span = Math.abs(ms);
  if (span < MINUTE) return `${Math.floor(span / 1000)} s`;
  if (span < HOUR) return `${Math.floor(span / MINUTE)} min`;
  if (span < 10 * HOUR) {
    const minutes = Math.floor((span % HOUR) / MINUTE);
    return `${Math.floor(span / HOUR)} h${minutes ? ` ${minutes} min` : ""}`;
  }
  if (span < 2 * DAY) return `${Math.floor(span / HOUR)} h`;
  return count(language, Math.floor(span / DAY), DAYS[language]);
}

export function makeFormat(language: Language, zone: string) {
  const number = new Intl.NumberFormat(language);
  const tenth = new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const moment = new Intl.DateTimeFormat(language, {
    timeZone: zone,
    weekday: "short",
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    timeZoneName: "short",
  });
  const short = new Intl.DateTimeFormat(language, {
    timeZone: zone,
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
  });
  const long = new Intl.DateTimeFormat(language, {
    timeZone: zone,
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
  });
  const year = new Intl.DateTimeFormat("en", { timeZone: zone, year: "numeric" });
  const day = new Intl.DateTimeFormat(language, { timeZone: zone, day: "numeric", month: "short", year: "numeric" });
  const time = new Intl.DateTimeFormat(language, { timeZone: zone, hour: "2-digit", minute: "2-digit" });
  const date = (at: string | number | Date) => new Date(at);
  return {
    number: (n: number) => number.format(n),
    // 0.961 → "96.1 %"
    share: (share: number) => `${tenth.format(share * 100)} %`,
    // 0.952, 0.968 → "95.2-96.8"
    interval: (low: number, high: number) => `${tenth.format(low * 100)}-${tenth.format(high * 100)}`,
    // What is written "0.0" has no sign.
    points: (difference: number) => {
      const sign = Math.abs(difference) < 0.0005 ? "" : difference > 0 ? "+" : "−";
      return `${sign}${tenth.format(Math.abs(difference) * 100)}`;
    },
    // the exact instant with its zone, for hovering and for screen readers
    exact: (at: string | number | Date) => moment.format(date(at)),
    // of another year with it
    moment: (at: string | number | Date) =>
      (year.format(date(at)) === year.format(Date.now()) ? short : long).format(date(at)),
    day: (at: string | number | Date) => day.format(date(at)),
    time: (at: string | number | Date) => time.format(date(at)),
    span: (ms: number) => spanWords(language, ms),
    // "12 min" before, "12 min ago" behind
    distance: (ms: number) => (ms >= 0 ? spanWords(language, ms) : AGO[language](spanWords(language, ms))),
    // "11650.00 BRL", as the API writes money → "R$ 11.650,00"; a text keeps amounts of any size exact
    amount: (money: string) => {
      const [, amount, currency] = /^(-?\d+(?:\.\d+)?) ([A-Z]{3})$/.exec(money) ?? [];
      if (!amount || !currency) return money;
      const places = amount.split(".")[1]?.length ?? 0;
      return new Intl.NumberFormat(language, {
        style: "currency",
        currency,
        minimumFractionDigits: places,
        maximumFractionDigits: places,
      }).format(amount as unknown as number);
    },
  };
}
export type Format = ReturnType<typeof makeFormat>;

export function useFormat(): Format {
  const { language, zone } = usePreferences();
  return useMemo(() => makeFormat(language, zone), [language, zone]);
}
