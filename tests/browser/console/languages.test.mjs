// Every page in the other languages, with its menus, dialogs and forms opened: nothing that Troth itself says is left in
// English, be it of the console's catalogues, of the server's or of the explainer's.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { catalogueOf, textsOf } from "../../words/sentences.mjs";
import { furnish } from "./company.mjs";
import { openConsole, settle } from "./site.mjs";

const home = fileURLToPath(new URL("../../../console", import.meta.url));
const root = fileURLToPath(new URL("../../..", import.meta.url)).replace(/\/$/, "");
// What is the same thing in every language, or a name that the demo company's own data has as well.
const NAMES = /^(English|Email|E-mail|Chat|Phone|phone|Web|answer|events|[A-Z]{3}|UTC.*|Troth)$/;

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
  return Object.assign({}, ...Object.values(await import(`data:text/javascript;base64,${code}`)));
}

function* leaves(words) {
  for (const value of Object.values(words ?? {})) {
    if (typeof value === "string") yield value;
    else if (typeof value === "object") yield* leaves(value);
  }
}

// What is said in English alone: in no other language are these the words of anything.
function englishAlone(words, language) {
  const all = Object.values(words).filter((one) => one.en);
  const theirs = new Set(all.flatMap((catalogue) => [...leaves(catalogue[language])]));
  const english = all.flatMap((catalogue) => [...leaves(catalogue.en)]);
  return english.filter((text) => /[A-Za-z]{3}/.test(text) && !theirs.has(text) && !NAMES.test(text));
}

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
// What the server says, values and all.
const SERVER = catalogueOf(root)
  .filter(({ english }) => english.replace(/%\S*/g, "").replace(/[^A-Za-z]/g, "").length > 8)
  .map(
    ({ english }) =>
      new RegExp(
        `^${english
          .split(/%[0-9.*lz]*[sdufx]/)
          .map(escaped)
          .join(".+")}$`,
      ),
  );
// Of what the explainer says the stretches of two words or more between its values.
const EXPLAINER = textsOf(readFileSync(`${root}/src/lang/wording_english.c`, "utf8"))
  .flatMap((text) => text.split(/\{\d\}/))
  .filter((part) => /[a-z]{3,}.* [a-z]{2,}/.test(part));

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
  "/settings/webhooks": "/api/v1/webhooks",
};

// Every text and label that one can see or hear; not the Code and what a company wrote.
const said = () => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
  for (let node = walker.currentNode; node; node = walker.nextNode()) {
    const element = node.nodeType === Node.TEXT_NODE ? node.parentElement : node;
    if (element.closest('script, style, [translate="no"], .cm-content, .promise-words')) continue;
    if (node.nodeType === Node.TEXT_NODE) found.push(node.textContent.trim());
    else
      for (const name of ["aria-label", "placeholder", "title", "alt"]) found.push(element.getAttribute(name)?.trim());
  }
  return found.filter(Boolean);
};

// Buttons that open something, by the words on them.
const OPENED = [
  ["/settings/staff", ({ staff }) => staff.invite],
  ["/settings/teams", ({ teams }) => teams.make],
  ["/settings/audit", ({ audit }) => audit.check],
  ["/settings/audit", ({ audit }) => audit.erase],
  ["/customers/", ({ customers }) => customers.edit],
  ["/customers/", ({ customers }) => customers.merge],
  ["/ledger", ({ views }) => views.title, ({ views }) => views.save],
];
// Buttons that ask before they do it; nobody says yes here.
const ASKED = [
  ["/settings/tokens", ({ tokens }) => `${tokens.revoke} till`],
  ["/settings/webhooks/", ({ webhooks }) => webhooks.rotate],
  ["/settings/webhooks/", ({ webhooks }) => webhooks.remove],
];
// Forms that are sent with nothing filled in, and the button that opens them where they are no page.
const FORMS = [
  ["/settings/tokens/new"],
  ["/settings/webhooks/new"],
  ["/settings/sign-in", ({ signInSettings }) => signInSettings.add],
];

let site;
let all;
const paths = [...PAGES];
before(async () => {
  all = await catalogues();
  site = await openConsole();
  await furnish(site.api);
  const hook = { url: "https://hooks.example/troth", events: ["obligation.broken"] };
  assert.equal((await site.api("POST", "/api/v1/webhooks", hook)).status, 201);
  assert.equal((await site.api("POST", "/api/v1/tokens", { name: "till", scopes: "touch:write" })).status, 201);
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

test("what was decided since yesterday is told in the number that it has", async () => {
  const page = await openIn("es", "/today");
  const counts = page.locator(".today-counts");
  await counts.getByText(/\d cumplid/).waitFor();
  for (const words of await counts.locator(".state-mark").allTextContents()) {
    const [, number, state] = words.match(/^([\d.]+) (\p{L}+)$/u);
    assert.equal(state.endsWith("s"), number !== "1", words);
  }
  await page.context().close();
});

// The language's own words of each catalogue, by its name.
const wordsIn = (language) =>
  Object.fromEntries(Object.entries(all).map(([name, catalogue]) => [name.replace(/Words$/, ""), catalogue[language]]));

const HALF_OPEN = '[aria-haspopup]:is(button):visible, button[aria-expanded="false"]:visible';

// Menus, popovers and what is folded, one after the other; `look` is called with each of them open.
async function unfold(page, within, look) {
  await page.evaluate(() => {
    for (const details of document.querySelectorAll("details")) details.open = true;
  });
  await look();
  for (const button of (await page.locator(within).locator(HALF_OPEN).elementHandles()).slice(0, 6)) {
    if (!(await button.isVisible())) continue;
    await button.click();
    await settle(page);
    await look();
    await page.keyboard.press("Escape");
  }
}

async function press(page, name) {
  const button = page.getByRole("button", { name, exact: true }).or(page.getByRole("menuitem", { name, exact: true }));
  await button.filter({ visible: true }).first().click();
  await settle(page);
}

for (const [language, name] of [
  ["es", "Spanish"],
  ["pt-BR", "Portuguese"],
])
  test(`every page speaks ${name} throughout, with its menus, dialogs and forms`, async () => {
    const english = new Set(englishAlone(all, language));
    assert.ok(english.size > 500 && SERVER.length > 300 && EXPLAINER.length > 60, "the catalogues are read");
    const left = new Set();
    const isEnglish = (text) =>
      english.has(text) ||
      SERVER.some((sentence) => sentence.test(text)) ||
      EXPLAINER.some((part) => text.includes(part));
    const page = await openIn(language, "/me");
    const go = async (path) => {
      await page.goto(`${new URL(page.url()).origin}/console${path}`);
      await settle(page);
    };
    const lookAt = (where) => async () => {
      for (const text of await page.evaluate(said)) if (isEnglish(text)) left.add(`${where}: ${text}`);
    };
    for (const path of paths) {
      await go(path);
      await unfold(page, path === "/today" ? "body" : "main", lookAt(path));
    }
    for (const [path, ...buttons] of OPENED) {
      const names = buttons.map((button) => button(wordsIn(language)));
      await go(paths.find((one) => one === path || (path.endsWith("/") && one.startsWith(path))));
      for (const words of names) await press(page, words);
      const dialog = page.getByRole("dialog").filter({ visible: true }).first();
      await dialog.waitFor();
      await lookAt(`${path} ${names.join(", ")}`)();
      const send = dialog.locator('[type="submit"]:enabled');
      if (path === "/customers/" || (await send.count()) === 0) continue; // what is filled in would be saved
      await send.first().click(); // what is missing is told
      await settle(page);
      await lookAt(`${path} ${names.join(", ")}, refused`)();
    }
    for (const [path, button] of ASKED) {
      const words = button(wordsIn(language));
      await go(paths.find((one) => one === path || (path.endsWith("/") && one.startsWith(path))));
      await press(page, words);
      await page.getByRole("dialog").filter({ visible: true }).first().waitFor();
      await lookAt(`${path} ${words}?`)();
    }
    for (const [path, button] of FORMS) {
      await go(path);
      if (button) await press(page, button(wordsIn(language)));
      const form = page.locator("main form").filter({ visible: true }).last();
      await form.evaluate((element) => {
        element.noValidate = true; // so that the page's own words are seen, and the server's
      });
      await lookAt(path)();
      await form.locator('[type="submit"]').first().click();
      await settle(page);
      await lookAt(`${path}, refused`)();
    }
    await page.context().close();
    assert.deepEqual([...left], []);
  });
