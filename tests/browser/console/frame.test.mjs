// What is around every page of the console.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { assertSays, comesTo, findings, openConsole, PHONE, settle } from "./site.mjs";

let site;
before(async () => {
  site = await openConsole();
});
after(() => site?.close());

const title = (page) => page.locator("h1").first().textContent();

test("who is not signed in is led to the sign-in page, whatever they asked for", async () => {
  const page = await site.open("/today?team=support", { cookie: null });
  assert.match(page.url(), /\/console\/sign-in\?from=%2Ftoday%3Fteam%3Dsupport$/);
  await page.context().close();
});

test("the page's policy allows its own scripts and nothing else", async () => {
  const reply = await fetch(`${site.full.address}/console/today?any=thing`);
  const policy = reply.headers.get("content-security-policy");
  assert.equal(reply.status, 200);
  assert.match(policy, /default-src 'none'; script-src 'self'; style-src 'self' 'nonce-[0-9a-f]{32}'/);
  assert.match(policy, /frame-ancestors 'none'/);
  const html = await reply.text();
  assert.doesNotMatch(html, /<script(?![^>]* src=)/);
  const again = await (await fetch(`${site.full.address}/console/today`)).text();
  assert.notEqual(html.match(/style-nonce" content="(\w+)/)[1], again.match(/style-nonce" content="(\w+)/)[1]);
});

test("assets are sent compressed, to be kept for ever", async () => {
  const html = await (await fetch(`${site.full.address}/console`)).text();
  const script = html.match(/<script type="module" src="([^"]+)"/)[1];
  for (const [accepted, coding] of [
    ["br, gzip", "br"],
    ["gzip", "gzip"],
    ["identity", null],
  ]) {
    const reply = await fetch(site.full.address + script, { headers: { "Accept-Encoding": accepted } });
    assert.equal(reply.headers.get("content-encoding"), coding);
    assert.match(reply.headers.get("cache-control"), /immutable/);
    assert.equal(reply.headers.get("vary"), "Accept-Encoding");
    assert.match(await reply.text(), /react/i);
  }
});

test("the first page loads under 200 kB, letters aside", async () => {
  const page = await site.open("/sign-in", { cookie: null });
  const context = await site.browser.newContext();
  const [name, value] = site.full.cookie.split("=");
  await context.addCookies([{ name, value, url: site.full.address }]);
  const fresh = await context.newPage();
  const session = await context.newCDPSession(fresh);
  await session.send("Network.enable");
  let bytes = 0;
  session.on("Network.responseReceived", ({ response: { url, headers } }) => {
    if (/\.(js|css)$|\/console\//.test(url)) bytes += Number(headers["Content-Length"] ?? headers["content-length"]);
  });
  await fresh.goto(`${site.full.address}/console/today`);
  await fresh.waitForSelector("h1");
  await fresh.waitForLoadState("load");
  assert.ok(bytes > 50_000, `${bytes} bytes were counted`);
  assert.ok(bytes < 200_000, `${bytes} bytes`);
  await context.close();
  await page.context().close();
});

test("keys lead to pages and show what keys there are", async () => {
  const page = await site.open("/today");
  await page.keyboard.press("?");
  await page.getByRole("dialog").waitFor();
  await assertSays(page.getByRole("dialog"), /Go to/);
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  await page.keyboard.press("g");
  await page.keyboard.press("m");
  await page.waitForURL(/\/console\/me$/);
  await page.keyboard.press("g");
  await page.keyboard.press("t");
  await page.waitForURL(/\/console\/today$/);
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test("Ctrl-K finds pages and leads to them", async () => {
  const page = await site.open("/today");
  await page.keyboard.press("Control+k");
  const search = page.getByPlaceholder("Search or go to…");
  await search.waitFor();
  await search.fill("account");
  assert.deepEqual(await findings(page), []);
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/console\/me$/);
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test("Ctrl-K finds customers, threads and obligations by one question once the typing rests", async () => {
  const { items } = (await site.api("GET", "/api/v1/obligations?limit=200")).body;
  const { key, customer, id } = items.find((one) => one.thread === one.key && one.customer);
  const found = async () =>
    (await site.api("GET", `/api/v1/customers?q=${encodeURIComponent(customer)}`)).body.items.length;
  await comesTo(found, (count) => count > 0, "one", "customers of new touches are found a little later, and");
  const page = await site.open("/today");
  const questions = new Set(); // a server that is busy is asked the same again
  page.on("request", (request) => {
    const { pathname, searchParams } = new URL(request.url());
    if (pathname === "/api/v1/look-up") questions.add(searchParams.get("q"));
  });
  const look = async (words) => {
    const search = page.getByPlaceholder("Search or go to…");
    await search.waitFor({ state: "hidden" }); // it empties itself once it has closed
    await page.keyboard.press("Control+k");
    await search.waitFor();
    await search.fill(words);
  };
  await look(key);
  const entry = page.locator(".mantine-Spotlight-action").filter({ hasText: key }).first();
  await entry.waitFor();
  assert.deepEqual([...questions], [key]);
  await settle(page);
  assert.deepEqual(await findings(page), []);
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => url.searchParams.get("about") === key);
  await look(customer);
  await page.locator(".mantine-Spotlight-action").filter({ hasText: customer }).first().waitFor();
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => decodeURIComponent(url.pathname).endsWith(`/customers/${customer}`));
  await look(id);
  await page.locator(".palette-promise").first().waitFor();
  await page.keyboard.press("Enter");
  await page.waitForURL(new RegExp(`/console/ledger/${id}$`));
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test("light and dark are chosen at once, and the next page begins so", async () => {
  const page = await site.open("/today", { colorScheme: "light" });
  const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  assert.equal(await paper(), "rgb(251, 250, 247)");
  await page.keyboard.press("D");
  await page.waitForFunction(() => document.documentElement.dataset.mantineColorScheme === "dark");
  assert.equal(await paper(), "rgb(21, 23, 26)");
  const html = await page.context().request.get(`${site.full.address}/console/today`);
  assert.match(await html.text(), /<html lang="en" data-mantine-color-scheme="dark">/);
  await page.keyboard.press("D");
  await page.context().close();
});

test("one tab listens for all, and another goes on when it is closed", async () => {
  const first = await site.open("/today");
  const context = first.context();
  let streams = 0;
  context.on("request", (request) => {
    if (request.url().includes("/api/v1/events")) streams += 1;
  });
  const second = await context.newPage();
  await second.goto(`${site.full.address}/console/today`);
  await second
    .getByRole("status")
    .filter({ hasText: /^live$/ })
    .first()
    .waitFor();
  assert.equal(streams, 0);
  await first.close();
  await second.waitForFunction(() => true);
  for (let i = 0; i < 100 && streams === 0; i++) await second.waitForTimeout(50);
  assert.equal(streams, 1);
  await second
    .getByRole("status")
    .filter({ hasText: /^live$/ })
    .first()
    .waitFor();
  await context.close();
});

test("without the server an installed console says so", async () => {
  const page = await site.open("/today");
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.context().setOffline(true);
  await page.goto(`${site.full.address}/console/me`).catch(() => {});
  assert.match(await title(page), /cannot be reached/);
  const kept = await page.evaluate(async () => {
    const cache = await caches.open((await caches.keys())[0]);
    return (await cache.keys()).map((request) => new URL(request.url).pathname);
  });
  assert.ok(kept.length > 0 && kept.every((path) => path.startsWith("/asset/")), kept.join(" "));
  await page.context().close();
});

test("a wrong address leads back", async () => {
  const page = await site.open("/nowhere");
  assert.equal(await title(page), "There is no such page");
  await page.getByRole("button", { name: "Go to Today" }).click();
  await page.waitForURL(/\/console\/today$/);
  await page.context().close();
});

test("a phone has the sections below the page", async () => {
  const page = await site.open("/today", { viewport: PHONE });
  assert.equal(await page.locator(".rail").isVisible(), false);
  assert.equal(await page.locator(".bottom").getByText("Today").isVisible(), true);
  const here = page.locator(".bottom > ul > li > [aria-current]");
  assert.equal(await here.textContent(), "Today");

  await page.locator(".bottom").getByRole("button", { name: "More" }).click();
  await page.locator(".bottom-more").getByRole("link", { name: "Settings" }).click();
  await page.waitForURL(/\/settings/);
  await assertSays(here, /^More$/, "what is behind More is marked there");
  await page.context().close();
});

// Once the page has heard of it.
const scrollTo = (page, top) =>
  page.evaluate(
    (wanted) =>
      new Promise((resolve) => {
        window.addEventListener("scroll", () => window.scrollY === wanted && resolve(), { passive: true });
        window.scrollTo(0, wanted);
      }),
    top,
  );

test("a reload finds a page where it was left, however late its list comes", async () => {
  const page = await site.open("/ledger?state=kept");
  await scrollTo(page, 400);
  const path = "**/api/v1/obligations?*";
  await page.route(path, async (route) => {
    await page.waitForTimeout(2500);
    await route.continue();
  });
  await page.reload();
  await page.locator(".skeleton").first().waitFor();
  await page.waitForFunction(() => window.scrollY === 400);
  await page.context().close();
});

test("back finds a page where it was left, and a new one begins at its top", async () => {
  const page = await site.open("/ledger?state=kept");
  await scrollTo(page, 400);
  await page.locator(".rail").getByRole("link", { name: "Adherence" }).click();
  await page.waitForURL(/adherence$/);
  await settle(page);
  assert.equal(await page.evaluate(() => window.scrollY), 0);
  assert.equal(await page.evaluate(() => document.activeElement?.id), "main");
  await page.goBack();
  await page.waitForFunction(() => window.scrollY === 400);
  await page.context().close();
});
