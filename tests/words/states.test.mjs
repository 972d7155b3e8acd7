// The states of an obligation are called the same wherever one reads of them: in the console, on the public page, in files
// taken away, and by the explainer.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { textsOf } from "./sentences.mjs";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const LANGUAGES = ["english", "portuguese", "spanish"];
const STATES = ["open", "paused", "kept", "broken", "excused", "void"];
const read = (path) => readFileSync(join(root, path), "utf8");

// "{0} cumplidas" and "Cumplida" are the same word.
const plain = (words) =>
  words
    .replaceAll("&shy;", "")
    .replace(/^\{0\} /, "")
    .toLowerCase()
    .replace(/s$/, "");

// The three texts of a key in a catalogue of the console: one a language, in the order of LANGUAGES.
const inConsole = (file, key, within = /[^]+/g) => {
  const source = read(`console/src/words/${file}.ts`).match(within).join("\n");
  return [...source.matchAll(new RegExp(`["{\\s]${key}"?: "([^"]+)"`, "g"))].map(([, text]) => text);
};

// The texts of a field in C, of each language that the file has one.
const inC = (path, field) =>
  [...read(path).matchAll(new RegExp(`\\.${field} =\\s*(\\{[^}]*\\}|"[^"]*")`, "g"))].map(([, value]) =>
    textsOf(value),
  );
const page = (field) => LANGUAGES.map((one) => inC(`src/feature/page/words_${one}.c`, field)[0][0]);
const abouts = LANGUAGES.map((one) => inC(`src/lang/wording_${one}.c`, "abouts")[0]);
// For programs, then one a language.
const exported = inC("src/feature/export/export_words.c", "states").slice(1);
const counted = inC("src/feature/export/export_words.c", "count_columns").slice(1);

const ABOUT = { kept: 1, broken: 2, excused: 4, void: 6 };
const COUNTED = ["kept", "broken", "excused", "void", "open", "paused"];
const ON_PAGE = {
  kept: ["kept_head"],
  broken: ["broken_head", "broken", "one_broken"],
  excused: ["excused_head", "excused", "one_excused"],
};

function surfaces(state) {
  const found = {
    "console/src/words/parts.ts": inConsole("parts", state),
    "console/src/words/ledger.ts": inConsole("ledger", state, /states: \{[^}]*\}/g),
    "an exported list": exported.map((texts) => texts[STATES.indexOf(state)]),
    "exported adherence": counted.map((texts) => texts[COUNTED.indexOf(state)]),
  };
  if (state !== "open") found["console/src/words/webhooks.ts"] = inConsole("webhooks", `obligation\\.${state}`);
  if (state in ABOUT) found["the explainer"] = abouts.map((texts) => texts[ABOUT[state]]);
  for (const field of ON_PAGE[state] ?? []) found[`the public page, .${field}`] = page(field);
  return Object.entries(found);
}

for (const state of STATES)
  test(`what is ${state} is called so everywhere, in each language`, () => {
    const [[, first], ...others] = surfaces(state);
    assert.equal(first.length, LANGUAGES.length, "the catalogue is read");
    for (const [where, words] of others) assert.deepEqual(words.map(plain), first.map(plain), where);
  });
