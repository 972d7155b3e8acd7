// Days of a zone as instants, for filters that people give as days.

// How far the zone is ahead of UTC at that instant, in ms.
function ahead(at: number, zone: string): number {
  const parts = new Intl.DateTimeFormat("en-CA", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  }).formatToParts(at);
  const part = (type: string) => Number(parts.find((p) => p.type === type)?.value);
  const local = Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
  return local - Math.floor(at / 1000) * 1000;
}

// What a clock there shows, given as if it were one of UTC.
function instantAt(clock: number, zone: string): string {
  if (Number.isNaN(clock)) return "";
  const guess = clock - ahead(clock, zone);
  return new Date(clock - ahead(guess, zone)).toISOString();
}

// "2026-11-22", some days later, as the instant at which it begins there; "" for no day.
export function instantOf(day: string, zone: string, later = 0): string {
  return instantAt(Date.parse(`${day}T00:00:00Z`) + later * 864e5, zone);
}

// "2026-11-22T09:00", as a browser's field gives it, on a clock there; "" for none.
export function momentOf(clock: string, zone: string): string {
  return instantAt(Date.parse(`${clock}Z`), zone);
}

// The day of an instant there: "2026-11-22"; "" for what is none, as an address may hold.
export function dayOf(at: string | number, zone: string): string {
  const ms = typeof at === "number" ? at : Date.parse(at);
  if (Number.isNaN(ms)) return "";
  return new Date(ms + ahead(ms, zone)).toISOString().slice(0, 10);
}

const MONDAY = Date.UTC(2024, 0, 1, 12);

// From Monday on.
export function weekdayNames(language: string, width: "short" | "long"): string[] {
  const format = new Intl.DateTimeFormat(language, { weekday: width, timeZone: "UTC" });
  return [0, 1, 2, 3, 4, 5, 6].map((day) => format.format(MONDAY + day * 864e5));
}
