// The sentences that the server's source says to people, as formats, and those that the catalogue (src/words) knows.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

// Who calls one of these says what stands at these places among the arguments.
const SAYERS = {
  err_set: [2],
  err_field: [3],
  diagnostic_add: [4],
  diagnostic_suggest: [1],
  parse_fail: [3],
  parse_warn: [3],
  parse_expected: [1],
  parse_name: [1],
  parse_quoted: [1],
  parse_missing: [2, 3],
  parse_unknown: [2],
  bad_date: [3],
  never_kept: [2],
  bad_event: [2],
  bad_field: [2],
  wrong: [3],
};
// Told on the machine of the server alone, to whoever runs a command, starts the server or sends touches by a program.
const OPERATORS = [
  /^src\/(archive|cli|intake|report|stat)\//,
  /^src\/feature\/(backup|demo|show|verify)\//,
  /^src\/feature\/(signin\/keyring|outbox\/mail_carrier|webhook\/guard)\.c/,
  /^src\/http\/(proxy|server|testing\w*)\.[ch]/,
  /^src\/mail\/(smtp|message)\.c/,
  /^src\/store\/(migrate|postgres|postgres_link|snapshot|spread|sqlite_open)\.c/,
  /^src\/lang\/(explain|format)\w*\.c/,
  /\/test_\w*\.[ch]$/,
];

function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : /\.[ch]$/.test(path) ? [path] : [];
  });
}

const LITERAL = /"((?:[^"\\]|\\.)*)"/g;
const ESCAPES = { n: "\n", t: "\t" };
const lettersOf = (text) => text.replace(/\\(.)/g, (_, letter) => ESCAPES[letter] ?? letter);

// Without comments, and with a letter in quotes as a number: what is left in double quotes is a text.
function plain(source) {
  return source.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)+'|\/\*[^]*?\*\//g, (part) =>
    part[0] === '"' ? part : part[0] === "'" ? "0" : " ",
  );
}

// Literals side by side are one text, and PRId64 is one too.
export function textsOf(source) {
  return [...plain(source).replace(/\bPRId64\b/g, '"ld"').matchAll(/"(?:[^"\\]|\\.)*"(?:\s*"(?:[^"\\]|\\.)*")*/g)].map((run) =>
    lettersOf([...run[0].matchAll(LITERAL)].map((part) => part[1]).join("")),
  );
}

// From behind the opening bracket.
function argumentsAt(source, from) {
  const found = [];
  let depth = 1;
  let begin = from;
  for (let i = from; depth; i++) {
    const c = source[i];
    if (c === '"' || c === "'") {
      for (i++; source[i] !== c; i++) if (source[i] === "\\") i++;
    } else if ("([{".includes(c)) depth++;
    else if (")]}".includes(c)) depth--;
    if ((c === "," && depth === 1) || depth === 0) {
      found.push(source.slice(begin, i));
      begin = i + 1;
    }
  }
  return found;
}

// A format that has a name is the constant of that name in the same file.
function formatsIn(argument, source) {
  if (!argument) return [];
  const name = argument.match(/^\s*([a-z_]+)\s*$/)?.[1];
  const constant = name && source.match(new RegExp(`\\bchar ${name}\\[\\] =([^;]*);`))?.[1];
  return textsOf(constant ?? argument);
}

// [{ format, place }]
export function sentencesOf(root) {
  const found = [];
  for (const path of filesBelow(join(root, "src"))) {
    const name = path.slice(root.length + 1);
    if (OPERATORS.some((pattern) => pattern.test(name))) continue;
    const source = readFileSync(path, "utf8");
    for (const call of source.matchAll(new RegExp(`\\b(${Object.keys(SAYERS).join("|")})\\(`, "g"))) {
      const given = argumentsAt(source, call.index + call[0].length);
      const place = `${name}:${source.slice(0, call.index).split("\n").length}`;
      for (const format of SAYERS[call[1]].flatMap((at) => formatsIn(given[at], source)))
        if (/[a-z]{2}/.test(format.replace(/%\S*/g, ""))) found.push({ format, place });
    }
  }
  return found;
}

// [{ english, portuguese, spanish, place }]
export function catalogueOf(root) {
  return filesBelow(join(root, "src/words"))
    .filter((path) => /\/said_\w+\.c$/.test(path))
    .flatMap((path) => {
      const source = readFileSync(path, "utf8");
      return [...source.matchAll(/\{((?:\s*"(?:[^"\\]|\\.)*"\s*,?)+)\}/g)].map((entry) => {
        const [english, portuguese, spanish] = textsOf(entry[1]);
        return { english, portuguese, spanish, place: path.slice(root.length + 1) };
      });
    });
}

// Everything between quotes in the source: a sentence is told through a value as well.
export function literalsOf(root) {
  return new Set(
    filesBelow(join(root, "src"))
      .filter((path) => !path.includes("/words/said_"))
      .flatMap((path) => textsOf(readFileSync(path, "utf8"))),
  );
}
