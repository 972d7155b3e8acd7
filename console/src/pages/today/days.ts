// Days as the API's adherence takes them: "2025-01-31", in the reader's zone.
export function dayOf(at: number, zone: string): string {
  return new Intl.DateTimeFormat("sv-SE", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" }).format(
    at,
  );
}
export const DAY_MS = 86_400_000;

// The first day of the month that lies so many months back.
export function monthBack(day: string, months: number): string {
  const [year = 0, month = 1] = day.split("-").map(Number);
  const at = new Date(Date.UTC(year, month - 1 - months, 1));
  return at.toISOString().slice(0, 10);
}
