// Two JSON values as what differs between them, a line each, for people.
export interface Difference {
  name: string;
  before?: string; // absent: there was nothing
  after?: string;
  added?: string[]; // of lists: what came and what went
  gone?: string[];
}
export interface Said {
  yes: string;
  no: string;
  moment: (at: string) => string;
  named: (id: string) => string; // of people, teams and roles; others as they are
  field: (name: string) => string;
  value: (field: string, value: string) => string | undefined; // where it is a word of ours
}

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
const INSTANT = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

// A value in a few words: what has a name by it, and who leads a team by both.
function inWords(field: string, value: Json | undefined, said: Said): string | undefined {
  if (value === null || value === undefined || value === "") return undefined;
  if (typeof value === "boolean") return value ? said.yes : said.no;
  if (typeof value === "string")
    return said.value(field, value) ?? (INSTANT.test(value) ? said.moment(value) : said.named(value));
  if (typeof value === "number") return String(value);
  if (Array.isArray(value)) return value.map((one) => inWords(field, one, said) ?? "").join(", ") || undefined;
  if (typeof value.name === "string") {
    const called = said.value(field, value.name) ?? value.name;
    return value.lead === true ? `${called} ★` : called;
  }
  return Object.entries(value)
    .map(([name, inside]) => `${said.field(name)}: ${inWords(name, inside, said) ?? "–"}`)
    .join(", ");
}

const isObject = (value: Json | undefined): value is { [name: string]: Json } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function between(name: string, before: Json | undefined, after: Json | undefined, said: Said): Difference[] {
  if (JSON.stringify(before ?? null) === JSON.stringify(after ?? null)) return [];
  if (Array.isArray(before) && Array.isArray(after)) {
    const was = before.map((one) => inWords(name, one, said) ?? "");
    const is = after.map((one) => inWords(name, one, said) ?? "");
    const added = is.filter((one) => !was.includes(one));
    const gone = was.filter((one) => !is.includes(one));
    return added.length + gone.length > 0 ? [{ name, added, gone }] : [];
  }
  const [from, to] = [inWords(name, before, said), inWords(name, after, said)];
  if (from === to) return [];
  return [{ name, ...(from !== undefined && { before: from }), ...(to !== undefined && { after: to }) }];
}

const SILENT = new Set(["id", "created", "theme", "seen"]); // of what was made or taken away, nobody asks for these

export function differences(before: Json | undefined, after: Json | undefined, said: Said): Difference[] {
  if (!isObject(before) && !isObject(after)) return between("", before, after, said);
  const was = isObject(before) ? before : {};
  const is = isObject(after) ? after : {};
  const isChange = isObject(before) && isObject(after);
  const names = [...new Set([...Object.keys(was), ...Object.keys(is)])];
  return names
    .filter((name) => isChange || !SILENT.has(name))
    .flatMap((name) => between(name, was[name], is[name], said));
}
