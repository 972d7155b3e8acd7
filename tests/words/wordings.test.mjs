// What the explainer says (src/lang/wording_*.c): each language has all of its sentences, with the places of the English ones.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { textsOf } from "./sentences.mjs";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
// Only some languages have these.
const OWN = new Set(["last_and_i", "last_or_o", "first_of_month", "is_clock_short", "decimal_mark"]);
// The same moment stands in two forms, of which a language takes one.
const EITHER = { kept_by: ["1", "2"], kept_from_by: ["2", "3"] };

function wording(language) {
  const source = readFileSync(join(root, `src/lang/wording_${language}.c`), "utf8");
  const fields = source.split(/^ {4}\.(?=\w+ =\s)/m).slice(1);
  return new Map(fields.map((field) => [field.match(/^\w+/)[0], textsOf(field)]));
}

const places = (text, either = []) =>
  [...new Set([...text.matchAll(/\{(\d)\}/g)].map(([, n]) => (either.includes(n) ? either[0] : n)))].sort().join(" ");

const english = wording("english");

for (const language of ["portuguese", "spanish"])
  test(`the explainer has every sentence in ${language}`, () => {
    const theirs = wording(language);
    assert.ok(english.size > 120, "the wordings are read");
    for (const [field, texts] of english) {
      if (OWN.has(field)) continue;
      const words = theirs.get(field);
      assert.equal(words?.length, texts.length, `.${field} has as many texts as in English`);
      words.forEach((text, i) => {
        assert.equal(places(text, EITHER[field]), places(texts[i], EITHER[field]), `.${field}: ${text}`);
      });
    }
  });
