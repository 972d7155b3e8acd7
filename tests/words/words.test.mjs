// Every sentence that a person at the console can be told has its words in each language.
import assert from "node:assert/strict";
import { dirname } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { catalogueOf, literalsOf, sentencesOf } from "./sentences.mjs";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const catalogue = catalogueOf(root);
const sentences = sentencesOf(root);

test("each sentence of the source stands in the catalogue", () => {
  const known = new Set(catalogue.map((entry) => entry.english));
  const missing = sentences.filter(({ format }) => !known.has(format));
  assert.ok(sentences.length > 300, "the source is read");
  assert.deepEqual(missing, [], "add them to src/words/said_*.c");
});

test("each sentence of the catalogue is said somewhere, and stands there once", () => {
  const literals = literalsOf(root);
  const seen = new Set();
  for (const { english, place } of catalogue) {
    assert.ok(literals.has(english), `${place}: nothing says “${english}”`);
    assert.ok(!seen.has(english), `${place}: twice: “${english}”`);
    seen.add(english);
  }
});

test("each language has all the sentences, and no value that the English one lacks", () => {
  for (const { english, portuguese, spanish, place } of catalogue) {
    const values = english.replaceAll("%%", "").match(/%[0-9.*lz]*[sdufx]/g)?.length ?? 0;
    for (const words of [portuguese, spanish]) {
      assert.ok(words, `${place}: “${english}” is not translated`);
      for (const [, number] of words.matchAll(/\{(\d)w?\}/g))
        assert.ok(Number(number) <= values, `${place}: “${words}” has a value too many`);
    }
  }
});
