// Today: what breaks next, what broke, the month.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { CODE, Server } from "../../api/server.mjs";
import { assertSays, checkPage, comesTo, openConsole } from "./site.mjs";

let site;
before(async () => {
  site = await openConsole();
});
after(() => site?.close());

test("today keeps nobody out, full and empty", async () => {
  await checkPage(site, "/today");
  await checkPage(site, "/today", { on: "empty" });
});

test("open promises stand in their published words, the first to break first", async () => {
  const { body } = await site.api("GET", "/api/v1/obligations?state=open&limit=3");
  const page = await site.open("/today");
  const rows = page.locator(".data-list tbody tr");
  await assertSays(rows.first().locator(".promise-words"), /^“.+”$/);
  assert.match(await rows.first().textContent(), new RegExp(body.items[0].customer ?? body.items[0].key));
  const exact = await rows.first().locator("time").getAttribute("datetime");
  assert.equal(Date.parse(exact), Date.parse(body.items[0].due));
  await page.context().close();
});

test("what is due within the hour is never marked as far away, whatever its promise warns of", async () => {
  const page = await site.open("/me");
  const inMinutes = (minutes) => new Date(Date.now() + minutes * 60_000).toISOString();
  await page.route("**/api/v1/obligations?*", async (route) => {
    const answer = await route.fetch();
    const { items } = await answer.json();
    const like = (id, due, warn) => ({ ...items[0], id, state: "open", due, warn });
    const json = { items: [like("1", inMinutes(7), null), like("2", inMinutes(780), inMinutes(-5))], next: null };
    json.items.push(like("3", inMinutes(840), inMinutes(600)), like("4", inMinutes(900), null));
    return route.fulfill({ response: answer, json });
  });
  await page.locator(".rail").getByRole("link", { name: "Today", exact: true }).click();
  await page.locator(".data-list tbody tr").nth(3).waitFor();
  const marks = await page
    .locator(".data-list tbody .state-mark")
    .evaluateAll((all) => all.map((one) => one.className.match(/is-(\w+)/)[1]));
  assert.deepEqual(marks, ["soon", "soon", "open", "open"]);
  await page
    .locator(".today-legend", { hasText: "within the hour, or once its promise’s own warning has come" })
    .waitFor();
  await page.context().close();
});

test("what broke is listed from the same midnight on from which it is counted", async () => {
  const page = await site.open("/me");
  const asked = [];
  page.on("request", (request) => asked.push(new URL(request.url())));
  await page.locator(".rail").getByRole("link", { name: "Today", exact: true }).click();
  await comesTo(
    () => asked.map((url) => url.searchParams.get("decided_after")).find(Boolean),
    (found) => found !== undefined,
    "a list of what broke",
  );
  const list = asked.find((url) => url.searchParams.get("decided_after"));
  const begin = Date.parse(list.searchParams.get("decided_after"));
  const isMidnightOf = (day) =>
    Math.abs(begin - Date.parse(`${day}T00:00:00Z`)) <= 14 * 3600e3 && begin % (15 * 60e3) === 0;
  const days = asked.map((url) => url.searchParams.get("from")).filter(Boolean);
  assert.ok(days.some(isMidnightOf), `${list.search}: ${days}`);
  await page.context().close();
});

test("a busy server is asked again with a calm word, and in the end one is told how to go on", async () => {
  const page = await site.open("/me");
  await page.clock.install();
  let left = 2;
  const busy = { status: 503, title: "Busy", detail: "Try again.", request_id: "0f3a" };
  await page.route("**/api/v1/obligations?*", (route) => {
    left -= 1;
    return left < 0 ? route.continue() : route.fulfill({ status: 503, json: busy });
  });
  await page.locator(".rail").getByRole("link", { name: "Today", exact: true }).click();
  await page.getByRole("status").filter({ hasText: "The server is busy. It is being asked again" }).waitFor();
  assert.equal(await page.locator(".problem").count(), 0);
  await page.locator(".data-list tbody tr").first().waitFor();
  await page.waitForFunction(() => document.querySelector(".patience").textContent === "");
  left = Number.POSITIVE_INFINITY;
  await page.locator(".rail").getByRole("link", { name: "Ledger", exact: true }).click();
  await page.getByRole("status").filter({ hasText: "It is being asked again" }).waitFor();
  await comesTo(
    async () => {
      await page.clock.fastForward(10_000);
      return (await page.locator("main .problem").allTextContents()).join();
    },
    (text) => /ask for less at once: a shorter time/.test(text),
    "how to go on",
  );
  left = 0;
  await page.locator("main .problem").getByRole("button", { name: "Try again" }).first().click();
  await page.locator(".data-list tbody tr").first().waitFor();
  await page.context().close();
});

test("the month shows each promise against its target, with its interval", async () => {
  const page = await site.open("/today");
  const first = page.locator(".today-month li").first();
  await first.waitFor();
  assert.match(await first.textContent(), /^“.+”.* % of .* %.*\(.*, n [\d,]+\)/);
  await page.context().close();
});

test("a company without promises is led to its first ones", async () => {
  const page = await site.open("/today", { on: "empty" });
  await page.getByRole("heading", { name: "Nothing is promised yet" }).waitFor();
  await page.getByRole("link", { name: "Write the Code" }).click();
  await page.waitForURL(/\/console\/code$/);
  await page.context().close();
});

test("today stands when it hears only after a while that nothing is promised", async () => {
  const page = await site.open("/me", { on: "empty" });
  await page.route("**/api/v1/adherence?*", async (route) => {
    await page.locator(".today-open").waitFor(); // the page of a company that has promises
    await route.continue();
  });
  await page.goto(page.url().replace(/\/me$/, "/today"));
  await page.getByRole("heading", { name: "Nothing is promised yet" }).waitFor();
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test("a company whose Code is published is led on to what happens, not to write it once more", async () => {
  const server = await Server.open();
  assert.equal((await server.publish(CODE)).status, 201);
  const { id } = await server.addStaff("ana@new.example", ["administrator"]);
  const [name, value] = (await server.signIn(id)).split("=");
  const context = await site.browser.newContext();
  await context.addCookies([{ name, value, url: server.url }]);
  const page = await context.newPage();
  await page.goto(`${server.url}/console/today`);
  await page.getByRole("heading", { name: "Nothing breaks within the hour" }).waitFor();
  await page.getByRole("link", { name: "Connect what happens" }).click();
  await page.waitForURL(/settings\/tokens$/);
  await context.close();
  await server.close();
});

test("today speaks the browser's language", async () => {
  const page = await site.open("/today", { on: "empty", locale: "pt-BR" });
  await page.context().close();
  const gate = await site.open("/sign-in", { cookie: null, locale: "pt-BR" });
  assert.equal(await gate.locator("h1").textContent(), "Entrar");
  assert.equal(await gate.locator("html").getAttribute("lang"), "pt-BR");
  await gate.context().close();
});
