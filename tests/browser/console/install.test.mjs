// The console as an installed program: what it keeps, what it shows without a server, how it follows a newer one.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { assertSays, findings, openConsole, PHONE } from "./site.mjs";

let site;
before(async () => {
  site = await openConsole();
});
after(() => site?.close());

const kept = (page) =>
  page.evaluate(async () => {
    const lists = (await caches.keys()).map(async (name) => (await caches.open(name)).keys());
    return (await Promise.all(lists)).flat().map((request) => new URL(request.url).pathname);
  });
const isReady = (page) =>
  page.evaluate(async () => {
    await navigator.serviceWorker.ready;
    if (!navigator.serviceWorker.controller)
      await new Promise((resolve) => navigator.serviceWorker.addEventListener("controllerchange", resolve));
  });

test("a browser finds it fit to be installed", async () => {
  const page = await site.open("/today");
  await isReady(page);
  const session = await page.context().newCDPSession(page);
  const { errors, data } = await session.send("Page.getAppManifest");
  assert.deepEqual(errors, []);
  const manifest = JSON.parse(data);
  assert.equal(manifest.display, "standalone");
  for (const icon of manifest.icons) {
    const size = await page.evaluate(async (src) => {
      const picture = new Image();
      picture.src = src;
      await picture.decode();
      return `${picture.naturalWidth}x${picture.naturalHeight}`;
    }, icon.src);
    if (icon.sizes !== "any") assert.equal(size, icon.sizes, icon.src);
  }
  assert.ok(manifest.icons.some((icon) => icon.purpose === "maskable"));
  const { installabilityErrors } = await session.send("Page.getInstallabilityErrors");
  // a window without history of its own, as those of tests are, is the one thing that may be in the way
  const others = installabilityErrors.filter(({ errorId }) => errorId !== "in-incognito");
  assert.deepEqual(others, []);
  await page.context().close();
});

test("nothing that the API or a page answered is kept but what everybody may see of the brand", async () => {
  const page = await site.open("/today");
  await isReady(page);
  for (const path of ["/ledger", "/adherence", "/code", "/me"]) {
    await page.goto(`${site.full.address}/console${path}`);
    await page.waitForSelector("h1");
  }
  const paths = await kept(page);
  assert.ok(paths.length > 10, paths.join(" "));
  assert.deepEqual(paths.filter((path) => !path.startsWith("/asset/")).sort(), ["/brand.css", "/console-offline.html"]);
  await page.context().clearCookies();
  await page.goto(`${site.full.address}/console/ledger`);
  await page.waitForURL(/\/console\/sign-in/);
  await page.context().close();
});

test("without the server it says so in plain words, with its letters and colours", async () => {
  for (const [viewport, colorScheme] of [
    [undefined, "light"],
    [PHONE, "dark"],
  ]) {
    const page = await site.open("/today", { colorScheme, ...(viewport ? { viewport } : {}) });
    await isReady(page);
    await page.context().setOffline(true);
    await page.goto(`${site.full.address}/console/ledger`);
    await assertSays(page.locator("h1"), /cannot be reached/);
    const look = await page.evaluate(async () => {
      await document.fonts.ready;
      return [...document.fonts].filter((font) => font.status === "loaded").length;
    });
    assert.ok(look > 0, "its letters are there");
    assert.deepEqual(await findings(page), []);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(width <= page.viewportSize().width, `${width} px wide`);
    await page.context().setOffline(false);
    await page.getByRole("link", { name: "load this page again" }).click();
    await page.waitForURL(/\/console\/ledger$/);
    await page.waitForFunction(() => document.title.startsWith("Ledger"));
    await page.context().close();
  }
});

test("a page that was not loaded yet leaves the console standing without the server, and comes by itself", async () => {
  const page = await site.open("/today");
  await isReady(page);
  await page.evaluate(() => {
    window.isSame = true;
  });
  const go = (name) => page.locator(".rail").getByRole("link", { name, exact: true }).click();
  await page.context().setOffline(true);
  await go("Code");
  await assertSays(page.locator("main h1"), /The server cannot be reached/);
  await page.getByText("goes on by itself").waitFor();
  assert.deepEqual(await findings(page), []);
  await go("Settings");
  await assertSays(page.locator("main h1"), /The server cannot be reached/);
  await go("Today"); // loaded before
  await page.locator(".today").waitFor();
  for (const key of ["Control+k", "?"]) {
    await page.keyboard.press(key);
    await page.getByRole("alert").filter({ hasText: "The server cannot be reached" }).first().waitFor();
  }
  await go("Code");
  await assertSays(page.locator("main h1"), /The server cannot be reached/);
  await page.context().setOffline(false);
  await page.locator(".code-promise").first().waitFor();
  await go("Settings");
  await page.waitForFunction(() => /^(Staff|Settings)/.test(document.title));
  await page.keyboard.press("Control+k");
  await page.getByRole("dialog").waitFor();
  assert.equal(await page.evaluate(() => window.isSame), true, "the window was never loaded anew");
  await page.context().close();
});

test("a list that does not come without the server comes once it is there again", async () => {
  const page = await site.open("/ledger");
  await isReady(page);
  const path = "**/api/v1/obligations?*";
  await page.route(path, (route) => route.abort());
  await page.route("**/healthz", (route) => route.abort());
  await page.locator(".rail").getByRole("link", { name: "Today", exact: true }).click();
  await page.getByText("goes on by itself").first().waitFor();
  await page.unroute(path);
  await page.unroute("**/healthz");
  await page.locator(".data-list tbody tr").first().waitFor();
  await page.context().close();
});

test("without the server it bears the company's name, colour and logo as they are now", async () => {
  const brand = (name, colour) => site.api("PUT", "/api/v1/brand", { name, colour }, "empty");
  const { address, token } = site.empty;
  assert.equal((await brand("Loja <b>Ana</b>", "#7a1f5c")).status, 200);
  const logo = await fetch(`${address}/api/v1/brand/logo`, {
    method: "PUT",
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "image/svg+xml" },
    body: '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path d="M0 0h8v8z" fill="#7a1f5c"/></svg>',
  });
  assert.equal(logo.status, 200, await logo.text());
  const page = await site.open("/today", { on: "empty" });
  await isReady(page);
  const unreachable = async (name) => {
    await page.waitForFunction(async (wanted) => {
      const answer = await caches.match("/console-offline.html");
      return (await answer?.text())?.includes(wanted);
    }, name);
    await page.context().setOffline(true);
    await page.goto(`${address}/console/today`);
    await assertSays(page.locator("h1"), /cannot be reached/);
  };
  await unreachable("Loja &lt;b&gt;Ana");
  assert.equal(await page.locator(".brand").textContent(), "Loja <b>Ana</b>");
  assert.equal(await page.title(), "Loja <b>Ana</b>");
  const accent = () =>
    page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue("--accent").trim());
  assert.equal(await accent(), "#7a1f5c");
  assert.ok(await page.locator(".brand img").evaluate((img) => img.decode().then(() => img.naturalWidth > 0)));
  assert.deepEqual(await findings(page), []);

  await page.context().setOffline(false);
  assert.equal((await site.api("DELETE", "/api/v1/brand", undefined, "empty")).status, 204);
  await page.goto(`${address}/console/today`);
  await unreachable(">Troth</p>");
  assert.equal(await page.locator(".brand").textContent(), "Troth");
  assert.equal(await page.locator(".brand img").count(), 0);
  await page.context().close();
});

test("what an older version left goes when a newer one begins", async () => {
  const context = await site.browser.newContext();
  const page = await context.newPage();
  await page.goto(`${site.full.address}/console/sign-in`);
  await isReady(page);
  await page.evaluate(async () => {
    await (await caches.open((await caches.keys())[0])).put("/asset/older-000000000000.js", new Response("old"));
    for (const one of await navigator.serviceWorker.getRegistrations()) await one.unregister();
  });
  assert.ok((await kept(page)).includes("/asset/older-000000000000.js"));
  await page.reload();
  await isReady(page);
  await page.waitForFunction(async () => {
    const cache = await caches.open((await caches.keys())[0]);
    return !(await cache.match("/asset/older-000000000000.js"));
  });
  await context.close();
});

test("a window of an older version begins anew where its scripts are not there any more", async () => {
  const context = await site.browser.newContext({ serviceWorkers: "block" });
  const [name, value] = site.full.cookie.split("=");
  await context.addCookies([{ name, value, url: site.full.address }]);
  const page = await context.newPage();
  await page.goto(`${site.full.address}/console/today`);
  await page.waitForSelector("h1");
  let refused = 0;
  await page.route(/\/asset\/versions-/, (route) => {
    refused += 1;
    return refused <= 2 ? route.fulfill({ status: 404, body: "" }) : route.continue();
  });
  await page.evaluate(() => {
    history.pushState(null, "", "/console/code/versions");
    dispatchEvent(new PopStateEvent("popstate"));
  });
  await page.waitForFunction(() => document.title.startsWith("Versions of the Code"));
  await page.locator("h1", { hasText: "Versions" }).waitFor();
  assert.equal(refused, 3);
  await context.close();
});
