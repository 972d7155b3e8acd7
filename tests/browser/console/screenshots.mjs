// node screenshots.mjs OUT [NAME…]: a picture of every page of the console's own list, full and empty, wide and narrow,
// light and dark; of some in the other languages; of what one can open in them (states.mjs); and of the public pages.
// Within serve.mjs. NAME: only those whose name begins so.
import assert from "node:assert/strict";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { furnish } from "./company.mjs";
import { openConsole, PHONE, settle, WIDE } from "./site.mjs";
import { STATES } from "./states.mjs";

const [out, ...wanted] = process.argv.slice(2);
const LONGEST = 3200; // of a picture, in pixels
const LANGUAGES = { pt: "pt-BR", es: "es" };
const IN_ALL_LANGUAGES = ["/today", "/code", "/ledger", "/adherence", "/me", "/sign-in"];
const PUBLIC = { "public-code": "/code", "public-enter": "/enter?code=none", "public-missing": "/nowhere" };

const index = await readFile(new URL("../../../console/src/pages/index.ts", import.meta.url), "utf8");
const pages = [...index.matchAll(/path: "([^"]+)"[^}]*\}/g)].map(([text, path]) => ({
  path,
  isOpen: text.includes("isOpen: true"),
}));
assert.equal(pages.length, index.match(/load: \(\) => import/g).length, "every page of the list is understood");

const sections = await readFile(new URL("../../../console/src/pages/settings/sections.ts", import.meta.url), "utf8");
for (const [, path] of sections.matchAll(/section\("\w+", "([^"]+)"/g)) pages.push({ path: `/settings${path}` });

// Where the ids of pages about one thing come from. A page that is not named here is a mistake: it would be forgotten.
const FIRST = {
  "/ledger/:id": "/api/v1/obligations?limit=1&state=broken",
  "/code/drafts/:id": "/api/v1/drafts?limit=1",
  "/customers/:id": "/api/v1/customers?limit=1",
};

const site = await openConsole();
await mkdir(out, { recursive: true });

async function addressOf(path, on) {
  const parameter = /:\w+\??/.exec(path)?.[0];
  if (!parameter) return ["/invite", "/reset"].includes(path) ? `${path}?code=a-link` : path;
  assert.ok(FIRST[path] ?? parameter.endsWith("?"), `screenshots.mjs names no list for ${path}`);
  if (!FIRST[path]) return path.replace(`/${parameter}`, "");
  const { body } = await site.api("GET", FIRST[path], undefined, on);
  const id = body?.items?.[0]?.id;
  return id && path.replace(parameter, encodeURIComponent(id));
}

const nameOf = (path) => path.slice(1).replaceAll(/[/:?]+/g, "-");

// The whole page; of what stands over it, what one sees at once.
async function picture(page, name, isWhole) {
  const isNarrow = page.viewportSize().width === PHONE.width;
  const { width } = page.viewportSize();
  await page.evaluate(() => window.scrollTo(0, 0));
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    await page.waitForTimeout(80); // plots are drawn anew
    if (isNarrow && isWhole) await page.setViewportSize({ width, height: Math.min(height, LONGEST) }); // the bar at its end
    await page.screenshot({
      path: join(out, `${name}-${width}-${colorScheme}.png`),
      ...(isWhole && { fullPage: true, clip: { x: 0, y: 0, width, height: Math.min(height, LONGEST) } }),
      animations: "disabled",
    });
  }
  console.log(`${name}-${width}`);
}

// Nothing is asked of the server any more, and drawn; the stream of events stays open.
async function rest(page) {
  await settle(page);
  await page.waitForFunction(
    () => {
      const asked = performance.getEntriesByType("resource").length;
      const isSame = window.askedBefore === asked;
      window.askedBefore = asked;
      const isDrawn = [...document.querySelectorAll(".plot-drawn")].every((plot) => plot.querySelector("canvas, svg"));
      return isSame && isDrawn;
    },
    undefined,
    { polling: 200 },
  );
}

// The console takes its language from the account rather than from the browser.
async function speak(page, language) {
  await page.route("**/api/v1/me", async (route) => {
    const response = await route.fetch();
    const json = await response.json();
    await route.fulfill({ response, json: { ...json, language } });
  });
  await page.reload();
}

async function draw({ name, path, on = "full", isOpen, act, isOn, isMoving, locale, ...options }) {
  for (const viewport of [WIDE, PHONE].filter(isOn ?? (() => true))) {
    const page = await site.open(path, { on, viewport, locale, ...(isOpen ? { cookie: null } : {}), ...options });
    try {
      if (locale && !isOpen) await speak(page, locale);
      await rest(page);
      await act?.(page);
      if (!isMoving) await rest(page);
      await picture(page, name, !act);
    } catch (error) {
      failed.push(`${name}-${viewport.width}: ${error.message.split("\n")[0]}`);
    }
    await page.context().close();
  }
}

async function* everything() {
  for (const { path, isOpen } of pages) {
    for (const on of isOpen ? ["full"] : ["full", "empty"]) {
      const address = await addressOf(path, on);
      if (address) yield { name: `${nameOf(path)}-${on}`, path: address, on, isOpen };
    }
    if (!IN_ALL_LANGUAGES.includes(path)) continue;
    for (const [short, locale] of Object.entries(LANGUAGES))
      yield { name: `${nameOf(path)}-${short}`, path, locale, isOpen };
  }
  for (const [name, state] of Object.entries(STATES)) yield { name: `state-${name}`, ...state };
  for (const [name, path] of Object.entries(PUBLIC)) {
    for (const on of ["full", "empty"]) yield { name: `${name}-${on}`, path, on, isPublic: true, isOpen: true };
    for (const [short, locale] of Object.entries(LANGUAGES))
      yield { name: `${name}-${short}`, path, locale, isPublic: true, isOpen: true };
  }
}

const failed = [];
await furnish(site.api);
const todo = [];
for await (const one of everything())
  if (wanted.length === 0 || wanted.some((name) => one.name.startsWith(name))) todo.push(one);
const draftsmen = Array.from({ length: 3 }, async () => {
  for (let one = todo.shift(); one; one = todo.shift()) await draw(one);
});
await Promise.all(draftsmen);
await site.close();
for (const line of failed) console.error(line);
process.exitCode = failed.length ? 1 : 0;
