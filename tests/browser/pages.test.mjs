// The pages that need no script in a real browser: readable by everyone, whatever is in them.
// PAGES names the folder that render_pages wrote.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { findings } from "./axe.mjs";
import { openBrowser, openSite, PAGES } from "./site.mjs";

const folder = process.env.PAGES;
const WIDE = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };

let site;
let browser;
before(async () => {
  assert.ok(folder, "PAGES names the folder that render_pages wrote");
  site = await openSite(folder);
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await site?.close();
});

async function open(name, options = {}) {
  const context = await browser.newContext({ viewport: WIDE, ...options });
  const page = await context.newPage();
  page.complaints = [];
  page.on("pageerror", (error) => page.complaints.push(`error: ${error.message}`));
  page.on("console", (message) => message.type() === "error" && page.complaints.push(message.text()));
  page.on("dialog", (dialog) => {
    page.complaints.push(`a script of the data ran: ${dialog.message()}`);
    dialog.dismiss();
  });
  await page.goto(`${site.address}/${name}`);
  await page.evaluate(() => document.fonts.ready);
  return page;
}

for (const name of PAGES) {
  test(`${name} has nothing that keeps people out`, async () => {
    for (const options of [{ colorScheme: "dark" }, { viewport: PHONE, colorScheme: "light" }]) {
      const page = await open(name, options);
      await page.evaluate(() => {
        for (const details of document.querySelectorAll(".rules")) details.open = true;
      });
      assert.deepEqual(await findings(page), []);
      assert.deepEqual(page.complaints, []);
      await page.context().close();
    }
  });

  test(`${name} fits a phone`, async () => {
    const page = await open(name, { viewport: PHONE });
    const tooWide = await page.evaluate(() =>
      Array.from(document.querySelectorAll("body *"))
        .filter((e) => !e.closest(".scroll, pre, .unseen") && e.getBoundingClientRect().right > innerWidth + 1)
        .map((e) => e.outerHTML.slice(0, 100)),
    );
    assert.deepEqual(tooWide, []);
    await page.context().close();
  });
}

test("what people wrote is shown as they wrote it", async () => {
  const page = await open("code-extreme");
  const words = await page.locator("h1").textContent();
  assert.equal(words, `<script>alert(1)</script>"><img src=x onerror=alert(2)>&amp;'`);
  assert.equal(await page.locator("main script, main img").count(), 0);
  await page.context().close();
});

test("the public page is whole without a script", async () => {
  const page = await open("code-full", { javaScriptEnabled: false });
  assert.equal(await page.locator("article.promise").count(), 10);
  assert.match(
    await page.locator("#chat .sentence").textContent(),
    /^Kept 96 times in 100 last month \(315 of 328\)\./,
  );
  assert.equal(await page.locator("#chat .plot .dot").count(), 13);
  await page.locator("#chat .record summary").click();
  assert.equal(await page.locator("#chat tbody tr").count(), 13);
  assert.match(await page.locator("#quiet .sentence").textContent(), /^Too few to say: 3 cases last month\./);
  await page.context().close();
});

test("the contents lead to every promise by keyboard and are not printed", async () => {
  const page = await open("code-full");
  const links = page.locator(".contents a.words");
  assert.equal(await links.count(), await page.locator("article.promise").count());
  const lost = await page.evaluate(() =>
    Array.from(document.querySelectorAll(".contents a"))
      .map((a) => decodeURIComponent(a.hash.slice(1)))
      .filter((id) => !document.getElementById(id)),
  );
  assert.deepEqual(lost, []);
  await page.locator('.contents a[href="#chat"]').focus();
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => {
    const top = document.getElementById("chat").getBoundingClientRect().top;
    return top >= 0 && top < innerHeight / 2;
  });
  await page.emulateMedia({ media: "print" });
  assert.equal(await page.locator(".contents").isVisible(), false);
  await page.context().close();
});

test("what counts as kept is folded beneath each promise, in the page's language, and printed", async () => {
  for (const [name, summary, kept] of [
    ["code-full", "What counts", "Kept"],
    ["code-full-pt", "O que conta", "Cumprida"],
  ]) {
    const page = await open(name, { javaScriptEnabled: false });
    const rules = page.locator("#chat .rules");
    assert.equal(await page.locator("article.promise .rules").count(), await page.locator("article.promise").count());
    assert.equal(await rules.locator("dl").isVisible(), false);
    await rules.getByText(summary, { exact: true }).click();
    await rules.locator("dl").waitFor();
    assert.ok((await rules.locator("dt").allTextContents()).includes(kept));
    await page.context().close();
  }
  const page = await open("code-full");
  await page.emulateMedia({ media: "print" });
  const rows = page.locator("#chat .rules dl");
  assert.equal(await rows.evaluate((dl) => dl.checkVisibility({ contentVisibilityAuto: true })), true);
  await page.context().close();
});

test("the tables are printed without being opened", async () => {
  const page = await open("code-full");
  const table = page.locator("#chat .months");
  assert.equal(await table.isVisible(), false);
  await page.emulateMedia({ media: "print" });
  assert.equal(await table.evaluate((t) => t.checkVisibility({ contentVisibilityAuto: true })), true);
  await page.context().close();
});

for (const name of ["code-full", "code-full-pt"]) {
  test(`on a phone the table of ${name} breaks no figure and needs no scrolling sideways`, async () => {
    const page = await open(name, { viewport: PHONE });
    await page.locator("#chat .record summary").click();
    const table = page.locator("#chat .scroll");
    assert.equal(await table.evaluate((e) => e.scrollWidth - e.clientWidth), 0);
    const broken = await table
      .locator("tbody .interval")
      .evaluateAll((all) => all.filter((e) => e.getBoundingClientRect().height > 24).map((e) => e.textContent));
    assert.deepEqual(broken, []);
    await page.context().close();
  });
}

test("every language of the public page names the others and itself", async () => {
  const page = await open("code-full-pt");
  assert.equal(await page.locator("html").getAttribute("lang"), "pt-BR");
  const links = page.getByRole("navigation", { name: "Idioma" }).getByRole("link");
  assert.deepEqual(await links.allTextContents(), ["English", "Português", "Español"]);
  assert.equal(await links.nth(1).getAttribute("aria-current"), "true");
  assert.match(await page.locator("#chat .sentence").textContent(), /^Cumprida 96 vezes em 100 no mês passado/);
  await page.emulateMedia({ media: "print" });
  assert.equal(await links.first().isVisible(), false);
  await page.context().close();
});
