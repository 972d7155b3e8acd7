// What the tests of the console share: pages of a signed-in browser on the servers that serve.mjs has started.
//   const site = await openConsole();
//   const page = await site.open("/today", { viewport: PHONE });   // of the demo company; { on: "empty" }: of none
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { findings } from "../axe.mjs";
import { openBrowser } from "../site.mjs";

export const WIDE = { width: 1440, height: 900 };
export const PHONE = { width: 390, height: 844 };

function server(name) {
  const told = process.env[name === "empty" ? "CONSOLE_EMPTY" : "CONSOLE_FULL"];
  assert.ok(told, "serve.mjs starts the servers: tests/browser/run-console");
  return JSON.parse(told);
}

export async function openConsole() {
  const browser = await openBrowser();
  return {
    full: server("full"),
    empty: server("empty"),
    browser,
    // path: below /console, or isPublic. Options of playwright's newContext, and on, cookie (null: nobody is signed in).
    async open(path, { on = "full", cookie, isPublic = false, ...options } = {}) {
      const { address, cookie: own } = server(on);
      const context = await browser.newContext({ viewport: WIDE, locale: "en-US", ...options });
      const session = cookie === undefined ? own : cookie;
      if (session) {
        const [name, value] = session.split("=");
        await context.addCookies([{ name, value, url: address, httpOnly: true, sameSite: "Lax" }]);
      }
      const page = await context.newPage();
      page.complaints = [];
      page.on("pageerror", (error) => page.complaints.push(`error: ${error.message}`));
      page.on("console", (message) => {
        // A server that is busy is asked again.
        if (message.type() === "error" && !/status of (4\d\d|503)/.test(message.text()))
          page.complaints.push(message.text());
      });
      page.on("dialog", (dialog) => {
        page.complaints.push(`a script of the data ran: ${dialog.message()}`);
        dialog.dismiss();
      });
      await page.goto(`${address}${isPublic ? "" : "/console"}${path}`);
      await settle(page);
      return page;
    },
    async api(method, path, body, on = "full") {
      const { address, token } = server(on);
      const reply = await fetch(address + path, {
        method,
        headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
        body: body === undefined ? undefined : JSON.stringify(body),
      });
      const text = await reply.text();
      return { status: reply.status, body: text ? JSON.parse(text) : undefined };
    },
    close: () => browser.close(),
  };
}

// Nothing is being loaded any more, the letters are there, and nothing moves.
export async function settle(page) {
  await page.waitForSelector("h1, .problem, pre");
  await page.waitForFunction(() => !document.querySelector(".skeleton"));
  await page.evaluate(() => document.fonts.ready);
  await page.evaluate(() => {
    const isOnce = (moved) => Number.isFinite(moved.effect.getComputedTiming().endTime);
    const ends = document
      .getAnimations()
      .filter(isOnce)
      .map((moved) => moved.finished.catch(() => {}));
    return Promise.all(ends);
  });
}

// What a page shows once its data has come: asked again until it is so, and the last answer told where it never is.
export async function comesTo(ask, isRight, wanted, words = "") {
  let last;
  for (const end = Date.now() + 60_000; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 50))) {
    last = await ask();
    if (isRight(last)) return;
  }
  assert.fail(`${words || "the page"} came to ${JSON.stringify(last)}, not to ${wanted}`);
}
export const assertCount = (locator, number, words) =>
  comesTo(
    () => locator.count(),
    (count) => count === number,
    number,
    words,
  );
export const assertSays = (locator, pattern, words) =>
  comesTo(
    () => locator.textContent(),
    (text) => pattern.test(text),
    pattern,
    words,
  );

// What the menu "Export" of a page gives: the file's name and text.
export async function exported(page, item) {
  await page.getByRole("button", { name: "Export" }).click();
  const coming = page.waitForEvent("download");
  await page.getByRole("menuitem", { name: item }).click();
  const download = await coming;
  return { name: download.suggestedFilename(), text: await readFile(await download.path(), "utf8") };
}

export { findings };

// An open page in both themes and both widths: nothing wider than a phone, no complaint; in each theme and each width once,
// nothing that axe finds.
export async function look(page, where) {
  for (const [viewport, colorScheme, isLookedAt] of [
    [WIDE, "light", true],
    [WIDE, "dark", false],
    [PHONE, "dark", true],
    [PHONE, "light", false],
  ]) {
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme });
    await page.waitForFunction((wanted) => {
      const { mantineColorScheme: shown } = document.documentElement.dataset; // public pages have none: styles alone
      return shown === undefined || shown === wanted;
    }, colorScheme);
    await settle(page);
    const view = `${where} ${viewport.width} ${colorScheme}`;
    if (isLookedAt) assert.deepEqual(await findings(page), [], view);
    assert.deepEqual(page.complaints ?? [], [], view);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(width <= viewport.width, `${view}: ${width} px wide`);
  }
}

export async function checkPage(site, path, options = {}) {
  const page = await site.open(path, { viewport: WIDE, colorScheme: "light", ...options });
  await look(page, path);
  await page.context().close();
}
