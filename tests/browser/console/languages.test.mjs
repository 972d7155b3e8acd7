// Every page in another language: nothing that the console itself says is left in English. What has no words in the catalogues
// has none in either language (and the catalogues are held against each other by their types), so one is walked through.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { furnish } from "./company.mjs";
import { openConsole, settle } from "./site.mjs";

const home = fileURLToPath(new URL("../../../console", import.meta.url));
const language = "es";
// What is the same thing in every language, or a name that the demo company's own data has as well.
const NAMES = /^(English|Email|E-mail|Chat|Phone|Web|[A-Z]{3}|UTC.*|Troth)$/;

// The catalogues themselves, without the console around them.
async function catalogues() {
  const { build } = createRequire(`${home}/package.json`)("esbuild");
  const folder = `${home}/src/words`;
  const contents = readdirSync(folder)
    .map((file, i) => `export * as c${i} from "./${file}";`)
    .join("\n");
  const preferences = {
    name: "preferences",
    setup(build) {
      build.onResolve({ filter: /\/preferences$/ }, () => ({ path: "none", namespace: "none" }));
      build.onLoad({ filter: /./, namespace: "none" }, () => ({
        contents: "export const usePreferences = () => ({});",
      }));
    },
  };
  const bundle = await build({
    stdin: { contents, resolveDir: folder },
    bundle: true,
    write: false,
    format: "esm",
    plugins: [preferences],
  });
  const code = Buffer.from(bundle.outputFiles[0].text).toString("base64");
  return Object.values(await import(`data:text/javascript;base64,${code}`)).flatMap(Object.values);
}

function* leaves(words) {
  for (const value of Object.values(words ?? {})) {
    if (typeof value === "string") yield value;
    else if (typeof value === "object") yield* leaves(value);
  }
}

// What is said in English alone: in no other language are these the words of anything.
function englishAlone(all, language) {
  const theirs = new Set(all.flatMap((catalogue) => [...leaves(catalogue[language])]));
  const english = all.flatMap((catalogue) => [...leaves(catalogue.en)]);
  return english.filter((text) => /[A-Za-z]{3}/.test(text) && !theirs.has(text) && !NAMES.test(text));
}

const index = readFileSync(`${home}/src/pages/index.ts`, "utf8");
const sections = readFileSync(`${home}/src/pages/settings/sections.ts`, "utf8");
const PAGES = [
  ...[...index.matchAll(/path: "([^":]+?)(?:\/:\w+\??)?"/g)]
    .map(([, path]) => path)
    .filter((path) => path !== "/code/drafts"),
  ...[...sections.matchAll(/section\("\w+", "([^"]+)"/g)].map(([, path]) => `/settings${path}`),
];
const FIRST = {
  "/ledger": "/api/v1/obligations?limit=1&state=broken",
  "/code/drafts": "/api/v1/drafts?limit=1",
  "/customers": "/api/v1/customers?limit=1",
};

// Every text and label that one can see or hear; not the Code, what it means (in English, as the Code's own words are) and the
// values that a change had before and after.
const said = () => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
  for (let node = walker.currentNode; node; node = walker.nextNode()) {
    const element = node.nodeType === Node.TEXT_NODE ? node.parentElement : node;
    if (element.closest('script, style, [translate="no"], .cm-content, .promise-words, .code-meaning, .audit-change'))
      continue;
    if (node.nodeType === Node.TEXT_NODE) found.push(node.textContent.trim());
    else
      for (const name of ["aria-label", "placeholder", "title", "alt"]) found.push(element.getAttribute(name)?.trim());
  }
  return found.filter(Boolean);
};

let site;
let all;
const paths = [...PAGES];
before(async () => {
  all = await catalogues();
  site = await openConsole();
  await furnish(site.api);
  for (const [path, list] of Object.entries(FIRST)) {
    const { body } = await site.api("GET", list);
    paths.push(`${path}/${encodeURIComponent(body.items[0].id)}`);
  }
});
after(() => site?.close());

// The account's language is that of the page.
async function openIn(language, path) {
  const page = await site.open("/me", { locale: language });
  await page.route("**/api/v1/me", async (route) => {
    if (route.request().method() !== "GET") return route.continue();
    const response = await route.fetch();
    await route.fulfill({ response, json: { ...(await response.json()), language } });
  });
  await page.goto(`${new URL(page.url()).origin}/console${path}`);
  await page.waitForFunction((wanted) => document.documentElement.lang === wanted, language);
  return page;
}

test("what the server refuses is told in the reader's language", async () => {
  const page = await openIn("pt-BR", "/ledger");
  await page.route("**/api/v1/obligations?**", (route) => {
    const url = new URL(route.request().url());
    url.searchParams.set("limit", "0");
    return route.continue({ url: url.href });
  });
  await page.reload();

  await page.getByText("Algo no pedido está errado").waitFor();
  await page.getByText(/^limit: de 1 a \d+\.$/).waitFor();
  await page.context().close();
});

test("every page speaks Spanish throughout", async () => {
  const english = new Set(englishAlone(all, language));
  assert.ok(english.size > 500, "the catalogues are read");
  const left = [];
  const page = await openIn(language, "/me");
  for (const path of paths) {
    await page.goto(`${new URL(page.url()).origin}/console${path}`);
    await settle(page);
    for (const text of await page.evaluate(said)) if (english.has(text)) left.push(`${path}: ${text}`);
  }
  await page.context().close();
  assert.deepEqual([...new Set(left)], []);
});
