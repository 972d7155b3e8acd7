// node screenshots.mjs OUT [PATH…]: a picture of every page of the console, full and empty, wide and narrow, light and
// dark. Within serve.mjs. What is behind a parameter is taken from the API.
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { openConsole, PHONE, settle, WIDE } from "./site.mjs";

const [out, ...wanted] = process.argv.slice(2);
const index = await readFile(new URL("../../../console/src/pages/index.ts", import.meta.url), "utf8");
const pages = [...index.matchAll(/path: "([^"]+)"[^}]*?(isOpen: true)?,?\s*\}/g)].map(([text, path]) => ({
  path,
  isOpen: text.includes("isOpen: true"),
}));

// The first one that there is, for a page about one of them; nothing: the page is left out.
const FIRST = {
  "/ledger/:id": "/api/v1/obligations?limit=1",
  "/code/drafts/:id": "/api/v1/code/drafts?limit=1",
  "/customers/:id": "/api/v1/customers?limit=1",
  "/settings/staff/:id": "/api/v1/staff?limit=1",
};

const site = await openConsole();
await mkdir(out, { recursive: true });

async function addressOf(path, on) {
  if (!path.includes(":")) return path;
  const { body } = FIRST[path] ? await site.api("GET", FIRST[path], undefined, on) : {};
  const id = body?.items?.[0]?.id;
  return id && path.replace(/:\w+\??/, encodeURIComponent(id));
}

async function draw({ path, isOpen }, on, viewport, colorScheme) {
  const address = await addressOf(path, on);
  if (!address) return;
  const page = await site.open(address, { on, viewport, colorScheme, ...(isOpen ? { cookie: null } : {}) });
  await page.waitForLoadState("networkidle", { timeout: 2000 }).catch(() => {}); // the stream of events stays open
  await settle(page);
  const name = `${path.slice(1).replaceAll(/[/:?]+/g, "-")}-${on}-${viewport.width}-${colorScheme}.png`;
  await page.screenshot({ path: join(out, name) });
  await page.context().close();
  console.log(name);
}

for (const page of pages.filter(({ path }) => wanted.length === 0 || wanted.includes(path))) {
  for (const on of ["full", "empty"]) {
    for (const viewport of [WIDE, PHONE]) {
      for (const colorScheme of ["light", "dark"]) await draw(page, on, viewport, colorScheme);
    }
  }
}
await site.close();
