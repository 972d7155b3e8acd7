// What was typed or read from a file, as people to invite: a line each, or a table with a head.
import type { Role, Team } from "./people";

export interface Invited {
  email: string;
  name: string;
  roles?: string[]; // ids; none: those for all
  teams?: string[];
}
export interface Fault {
  line: number;
  kind: "address" | "role" | "team";
  what: string;
}

const ADDRESS = /[^\s<>()[\]\\,;:"]+@[^\s<>()[\]\\,;:"@]+/;

// "ana.souza@shop.example" is perhaps Ana Souza; they may change it themselves.
function nameOf(email: string): string {
  const words = (email.split("@")[0] ?? "").split(/[._+-]+/).filter(Boolean);
  return words.map((word) => word[0]?.toUpperCase() + word.slice(1)).join(" ") || email;
}

// The cells of a line of CSV; a cell in quotes may hold commas.
export function cellsOf(line: string): string[] {
  const separator = line.includes(";") && !line.includes(",") ? ";" : line.includes("\t") ? "\t" : ",";
  const cells: string[] = [];
  let cell = "";
  let isQuoted = false;
  for (let i = 0; i < line.length; i++) {
    const c = line[i];
    if (c === '"' && isQuoted && line[i + 1] === '"') {
      cell += c;
      i++;
    } else if (c === '"') isQuoted = !isQuoted;
    else if (c === separator && !isQuoted) {
      cells.push(cell.trim());
      cell = "";
    } else cell += c;
  }
  return [...cells, cell.trim()];
}

function readLine(text: string): Invited[] {
  const cells = cellsOf(text);
  const withAddress = cells.filter((cell) => ADDRESS.test(cell));
  if (withAddress.length === 0) return [];
  // "Ana Souza, ana@shop.example" names one; "a@x.example, b@x.example" are two.
  const besides = cells.filter((cell) => !ADDRESS.test(cell) && cell !== "").join(" ");
  return withAddress.map((cell) => {
    const email = ADDRESS.exec(cell)?.[0] ?? "";
    const written = cell.replace(email, "").replace(/[<>"]/g, "").trim();
    return { email, name: written || (withAddress.length === 1 ? besides : "") || nameOf(email) };
  });
}

type Named = { id: string; name: string };
const named = (list: Named[], words: string) =>
  words
    .split(/[|;/]/)
    .map((word) => word.trim())
    .filter(Boolean)
    .map((word) => ({ word, id: list.find((one) => one.name.toLowerCase() === word.toLowerCase())?.id }));

export function readAddresses(text: string, roles: Role[], teams: Team[]): { people: Invited[]; faults: Fault[] } {
  const people: Invited[] = [];
  const faults: Fault[] = [];
  const lines = text.split(/\r?\n/);
  const first = lines.findIndex((line) => line.trim() !== "");
  const head = cellsOf(lines[first] ?? "").map((cell) => cell.toLowerCase().replace(/s$/, ""));
  const isTable = head.includes("email") || head.includes("e-mail");
  const column = (name: string) => head.indexOf(name);
  const at = { email: Math.max(column("email"), column("e-mail")), name: column("name"), role: column("role") };
  lines.forEach((line, i) => {
    if (line.trim() === "" || (isTable && i === first)) return;
    const cells = cellsOf(line);
    const found = isTable ? readLine(cells[at.email] ?? "") : readLine(line);
    if (found.length === 0) faults.push({ line: i + 1, kind: "address", what: line.trim().slice(0, 60) });
    for (const person of found) {
      if (!isTable) {
        people.push(person);
        continue;
      }
      const theirRoles = named(roles, cells[at.role] ?? "");
      const theirTeams = named(teams, cells[column("team")] ?? "");
      for (const one of theirRoles) if (!one.id) faults.push({ line: i + 1, kind: "role", what: one.word });
      for (const one of theirTeams) if (!one.id) faults.push({ line: i + 1, kind: "team", what: one.word });
      people.push({
        ...person,
        name: cells[at.name] || person.name,
        ...(theirRoles.length > 0 && { roles: theirRoles.flatMap((one) => one.id ?? []) }),
        ...(theirTeams.length > 0 && { teams: theirTeams.flatMap((one) => one.id ?? []) }),
      });
    }
  });
  const seen = new Set<string>();
  return {
    people: people.filter(({ email }) => !seen.has(email.toLowerCase()) && seen.add(email.toLowerCase())),
    faults,
  };
}
