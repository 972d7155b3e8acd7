// Ledger, one obligation and Adherence in a browser: their main paths on a real server, and axe, light and dark.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { CODE, fromNow, Server, touch } from "../../api/server.mjs";
import { openBrowser } from "../site.mjs";
import { assertCount, assertSays, comesTo, exported, findings, settle } from "./site.mjs";

const HOUR = 3600;
let server, browser, cookie;

before(async () => {
  server = await Server.open();
  await server.publish(CODE);
  const touches = [];
  for (let i = 0; i < 60; i++) {
    const of = (actor) => ({
      thread: `case-${i}`,
      customer: `c${i % 5}`,
      actor,
      channel: i % 2 ? "chat" : "email",
      team: "desk",
    });
    const begun = -(i < 8 ? 1 : 12 + i * 3) * HOUR;
    touches.push(touch("message.received", fromNow(begun), of("customer")));
    if (i === 7) touches.push(touch("question.asked", fromNow(begun + 60), of("staff")));
    else if (i >= 8 && i % 4) touches.push(touch("message.sent", fromNow(begun + HOUR), of("staff")));
  }
  await server.post("/api/v1/touches", touches);
  const open = async () => (await server.get("/api/v1/obligations/count?state=open")).body.count;
  while ((await open()) !== 7) await new Promise((resolve) => setTimeout(resolve, 50));
  const lead = await server.addStaff("lead@shop.example", ["administrator"]);
  cookie = await server.signIn(lead.id);
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await server?.close();
});

async function show(path, { colorScheme = "light", width = 1280 } = {}) {
  const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 }, reducedMotion: "reduce" });
  const [name, value] = cookie.split("=");
  await context.addCookies([{ name, value, url: server.url }]);
  const page = await context.newPage();
  page.faults = [];
  page.on("console", (message) => {
    if (message.type() === "error") page.faults.push(message.text());
  });
  page.on("pageerror", (error) => page.faults.push(error.message));
  await page.goto(`${server.url}/console${path}`);
  return page;
}
const rowsOf = (page) => page.locator("table tbody tr");

test("the_ledger_is_filtered_and_the_address_holds_it", async () => {
  const page = await show("/ledger");
  await assertCount(rowsOf(page), 8, "open and paused ones");
  for (const state of ["broken", "open", "paused"])
    await page.getByRole("button", { name: new RegExp(`^${state}`) }).click();
  await page.waitForURL(/state=broken$/);
  await page.waitForFunction(() => document.querySelectorAll("table tbody tr").length === 13);
  await page.getByLabel("Thread or customer").fill("case-1");
  await page.keyboard.press("Enter");
  await page.waitForURL(/about=case-1/);
  await page.waitForFunction(() => document.querySelectorAll("table tbody tr").length === 2);
  await page.reload();
  await assertCount(rowsOf(page), 2, "what a colleague sees");
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test("an_address_with_a_mistake_says_so_and_leaves_the_filters", async () => {
  const page = await show("/ledger?opened_after=yesterday");
  await page.getByText("opened_after must be a moment").waitFor();
  await page.getByLabel("Thread or customer").waitFor();
  assert.equal(await page.getByLabel("From").inputValue(), "");
  await page.context().close();
});

test("keys_lead_to_one_obligation_with_its_clock_and_history", async () => {
  const page = await show("/ledger?state=paused");
  await rowsOf(page).first().waitFor();
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "What happened" }).waitFor();
  await assertSays(page.locator("h1"), /We answer within four hours/);
  assert.match(await page.locator(".obligation-clock > svg").getAttribute("aria-label"), /ran: .*stood still: /);
  await assertSays(page.locator(".obligation-steps"), /question\.asked/);
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test("an_excuse_waits_for_its_undo_and_then_stands_in_the_history", async () => {
  const page = await show("/ledger?state=open");
  await rowsOf(page).first().waitFor();
  for (const key of ["j", "x", "j", "x"]) await page.keyboard.press(key);
  const excuse = async () => {
    await page.getByRole("toolbar").getByRole("button", { name: "Excuse" }).click();
    await page.getByRole("dialog").getByLabel("Reason").fill("The line was down");
    await page.getByRole("dialog").getByRole("button", { name: "Excuse" }).click();
  };
  const excused = async () => (await server.get("/api/v1/obligations/count?state=excused")).body.count;
  await excuse();
  await page.getByRole("button", { name: "Undo" }).click();
  await excuse();
  assert.equal(await excused(), 0, "nothing is sent while it can be undone");
  await page.getByText("2 obligations are excused").waitFor({ timeout: 20000 });
  assert.equal(await excused(), 2, "sent once");
  await page.context().close();
});

test("an_excuse_is_sent_at_once_by_who_leaves_its_page_or_closes_it", async () => {
  const excused = async () => (await server.get("/api/v1/obligations/count?state=excused")).body.count;
  const excuseFirst = async (page) => {
    await rowsOf(page).first().waitFor();
    for (const key of ["j", "x"]) await page.keyboard.press(key);
    await page.getByRole("toolbar").getByRole("button", { name: "Excuse" }).click();
    await page.getByRole("dialog").getByLabel("Reason").fill("The line was down");
    await page.getByRole("dialog").getByRole("button", { name: "Excuse" }).click();
    await page.getByText("1 obligation is being excused").waitFor();
  };
  const ways = {
    elsewhere: (page) => page.locator(".rail").getByRole("link", { name: "Adherence" }).click(),
    reload: (page) => page.reload(),
    close: (page) => page.close(),
  };
  const before = await excused();
  for (const [i, way] of Object.keys(ways).entries()) {
    const page = await show("/ledger?state=open");
    await page.clock.install();
    await excuseFirst(page);
    await page.clock.pauseAt(Date.now() + 2000); // the time of the undo never passes
    const context = page.context();
    await ways[way](page);
    await comesTo(excused, (count) => count === before + i + 1, before + i + 1, way);
    await context.close();
  }
});

test("filters_are_saved_as_a_view_renamed_updated_and_deleted_with_undo", async () => {
  const page = await show("/ledger?state=broken&channel=email");
  await rowsOf(page).first().waitFor();
  const menu = async (entry) => {
    await page.getByRole("button", { name: "Views", exact: true }).click();
    await page.getByRole("menuitem", { name: entry }).click();
  };
  const pinned = page.getByRole("navigation", { name: "Views" }).getByRole("button");
  const views = async () => (await server.as(cookie, "GET", "/api/v1/views")).body.items;
  await menu("Save these filters …");
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Late letters");
  await dialog.getByRole("radio", { name: "Everybody" }).check();
  await dialog.getByRole("button", { name: "Save" }).click();
  await page.waitForURL(/view=vie_/);
  await pinned.getByText("Late letters").waitFor();
  const [saved] = await views();
  assert.deepEqual(
    [saved.name, saved.filters, saved.audience, saved.pinned],
    ["Late letters", { state: "broken", channel: "email" }, "all", true],
  );

  await page.getByRole("button", { name: /^excused/ }).click();
  await pinned.getByText("changed").waitFor();
  await menu("Save the filters as they are now");
  await page.getByText("has these filters now").waitFor();
  assert.equal((await views())[0].filters.state, "broken,excused");
  await page.getByRole("button", { name: "Undo" }).click();
  await page.waitForURL(/state=broken&/);
  await pinned.getByText("changed").waitFor({ state: "detached" });

  await menu("Rename or share …");
  await dialog.getByLabel("Name").fill("Late post");
  await dialog.getByRole("button", { name: "Save" }).click();
  await pinned.getByText("Late post").waitFor();

  await menu("Delete");
  await page.getByText("“Late post” is deleted").waitFor();
  assert.deepEqual(await views(), []);
  await page.getByRole("button", { name: "Undo" }).click();
  await pinned.getByText("Late post").waitFor();
  assert.equal((await views())[0].audience, "all");

  await page.goto(`${server.url}/console/ledger`);
  await pinned.getByText("Late post").click();
  await page.waitForURL(/state=broken.*channel=email|channel=email.*state=broken/);
  await page.getByRole("button", { name: "Views", exact: true }).click();
  await page.getByRole("menuitem", { name: "Unpin" }).waitFor();
  const open = await findings(page); // an open menu lies outside of all regions
  assert.deepEqual(
    open.filter((finding) => !finding.startsWith("region")),
    [],
  );
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test("a_figure_of_adherence_leads_to_its_obligations", async () => {
  const page = await show("/adherence");
  await page.getByRole("heading", { name: "By channel" }).waitFor();
  await page.locator(".plot-drawn canvas").first().waitFor();
  await page.getByRole("button", { name: "Show as table" }).first().click();
  await page.locator(".plot-table tbody tr").first().waitFor();
  const row = page.getByRole("table", { name: "By channel" }).locator("tr", { hasText: "email" });
  const broken = Number(await row.locator("td").last().textContent());
  await row.locator("td").last().getByRole("link").click();
  await page.waitForURL(/ledger.*channel=email/);
  await assertCount(rowsOf(page), broken);
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test("each_table_of_adherence_is_taken_away_as_a_file", async () => {
  const page = await show("/adherence");
  await page.getByRole("table", { name: "By channel" }).locator("tbody tr").first().waitFor();
  const { name, text } = await exported(page, "By channel: Text (CSV)");
  assert.equal(name, "adherence.csv");
  assert.match(text, /^Channel,Kept,Broken,.*n,Share kept/);
  assert.match(text, /\r\nemail,\d/);
  const months = await exported(page, "This month: Text (CSV)");
  assert.match(months.text, /^Promise,In words,Kept/);
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test("an_hour_of_the_week_leads_to_what_broke_in_it", async () => {
  const page = await show("/adherence");
  const week = page.locator(".adherence-section", { has: page.getByRole("heading", { name: "By hour of the week" }) });
  await week.getByRole("button", { name: "Show as table" }).click();
  await week.getByRole("table").getByRole("link").first().click();
  await page.waitForURL(/ledger.*weekday=\d&hour=\d/);
  const [, weekday, hour] = /weekday=(\d)&hour=(\d+)/.exec(page.url());
  assert.equal(await page.getByLabel("Decided on").inputValue(), weekday);
  assert.equal(await page.getByLabel("Decided at").inputValue(), hour);
  await page.locator(".data-list, .empty").first().waitFor();
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test("axe_finds_nothing_serious_light_and_dark_wide_and_narrow", async () => {
  const { items } = (await server.get("/api/v1/obligations?state=paused")).body;
  for (const path of ["/ledger", "/ledger?state=excused&person=nobody", `/ledger/${items[0].id}`, "/adherence"]) {
    for (const [colorScheme, width] of [
      ["light", 1280],
      ["dark", 390],
    ]) {
      const page = await show(path, { colorScheme, width });
      await settle(page);
      assert.deepEqual(await findings(page), [], `${path} ${colorScheme}`);
      const wider = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
      assert.ok(!wider, `${path} at ${width} px is no wider than the window`);
      await page.context().close();
    }
  }
});
