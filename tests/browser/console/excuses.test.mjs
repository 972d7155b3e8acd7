// An excuse that needs a second person, in two browsers: one asks, the other confirms or declines.
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { after, before, test } from "node:test";
import { CODE, fromNow, Server, touch } from "../../api/server.mjs";
import { openBrowser } from "../site.mjs";
import { findings, settle } from "./site.mjs";

const SHOTS = process.env.SHOTS; // a folder for pictures, if wanted
const THREADS = ["anna", "berta", "carla"];
const MANY = ["dieter", "emil", "frida", "gesa", "hanno"];
let server, browser, ana, bea, items, many;

before(async () => {
  server = await Server.open();
  await server.publish(CODE.replace(/^(code .*\n)/m, "$1  excuses need a second person\n"));
  const asks = (thread) =>
    touch("message.received", fromNow(-60), { thread, customer: thread, actor: "customer", channel: "email" });
  await server.post("/api/v1/touches", [...THREADS, ...MANY].map(asks));
  const all = (await server.list("/api/v1/obligations")).sort((a, b) => a.key.localeCompare(b.key));
  items = all.filter((one) => THREADS.includes(one.key));
  many = all.filter((one) => MANY.includes(one.key));
  const member = async (name, role) =>
    server.signIn((await server.addStaff(`${name.toLowerCase()}@shop.example`, [role], { name })).id);
  ana = await member("Ana", "manager");
  bea = await member("Bea", "manager");
  browser = await openBrowser();
  if (SHOTS) await mkdir(SHOTS, { recursive: true });
});
after(async () => {
  await browser?.close();
  await server?.close();
});

async function show(cookie, path, { colorScheme = "light", width = 1440, locale = "en" } = {}) {
  const context = await browser.newContext({
    colorScheme,
    locale,
    viewport: { width, height: 900 },
    reducedMotion: "reduce",
  });
  const [name, value] = cookie.split("=");
  await context.addCookies([{ name, value, url: server.url }]);
  const page = await context.newPage();
  page.faults = [];
  page.on("pageerror", (error) => page.faults.push(error.message));
  await page.goto(`${server.url}/console${path}`);
  return page;
}
const stateOf = async (one) => (await server.get(`/api/v1/obligations/${one.id}`)).body.state;
const ask = (cookie, one, reason) => server.as(cookie, "POST", "/api/v1/obligations/excuse", { ids: [one.id], reason });

test("one_person_asks_and_another_confirms", async () => {
  const [anna] = items;
  const hers = await show(ana, `/ledger/${anna.id}`);
  const other = await show(bea, `/ledger/${anna.id}`);
  await other.getByRole("button", { name: "Excuse" }).waitFor();
  await hers.getByRole("button", { name: "Excuse" }).click();
  const dialog = hers.getByRole("dialog");
  await dialog.getByText("The Code wants a second person").waitFor();
  if (SHOTS) await hers.screenshot({ path: `${SHOTS}/ask.png` });
  await dialog.getByLabel("Reason").fill("The line was down.");
  await dialog.getByRole("button", { name: "Ask for it" }).click();
  await hers.getByRole("button", { name: "Withdraw" }).waitFor({ timeout: 20000 });
  assert.equal(await hers.getByRole("button", { name: "Confirm" }).count(), 0, "not alone");
  assert.equal(await stateOf(anna), "open");
  await other.getByText("Asked for by Ana").waitFor(); // told by the stream
  if (SHOTS) await other.screenshot({ path: `${SHOTS}/waits.png` });
  await other.getByRole("button", { name: "Confirm" }).click();
  await other.getByRole("dialog").getByRole("button", { name: "Confirm" }).click();
  await other.getByText("asked for by Ana").waitFor();
  await other.getByText("Bea", { exact: false }).first().waitFor();
  assert.equal(await stateOf(anna), "excused");
  await hers.getByText("asked for by Ana").waitFor();
  if (SHOTS) await hers.screenshot({ path: `${SHOTS}/excused.png` });
  assert.deepEqual([...hers.faults, ...other.faults], []);
  await hers.context().close();
  await other.context().close();
});

test("it_is_declined_with_a_reason_which_stands_there_afterwards", async () => {
  const berta = items[1];
  await ask(ana, berta, "The line was down.");
  const page = await show(bea, `/ledger/${berta.id}`);
  await page.getByRole("button", { name: "Decline" }).click();
  const dialog = page.getByRole("dialog");
  assert.ok(await dialog.getByRole("button", { name: "Decline" }).isDisabled());
  await dialog.getByLabel("Reason").fill("It was up again by nine.");
  await dialog.getByRole("button", { name: "Decline" }).click();
  await page.getByText("Bea declined to excuse it: “It was up again by nine.”").waitFor();
  await page.getByRole("button", { name: "Excuse" }).waitFor();
  assert.equal(await stateOf(berta), "open");
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/declined.png`, fullPage: true });
  await page.context().close();
});

test("what_waits_stands_in_the_ledger_and_on_today_and_who_asked_withdraws_it", async () => {
  const carla = items[2];
  await ask(ana, carla, "The line was down.");
  const today = await show(bea, "/");
  await today.getByRole("heading", { name: "1 excuse waits for a second person" }).waitFor();
  if (SHOTS) await today.screenshot({ path: `${SHOTS}/today.png` });
  const ledger = await show(bea, "/ledger");
  await ledger.getByText("waits for a second person").waitFor();
  if (SHOTS) await ledger.screenshot({ path: `${SHOTS}/ledger.png` });
  for (const [colorScheme, width, locale] of [
    ["light", 1440, "en"],
    ["dark", 390, "pt-BR"],
  ]) {
    const page = await show(bea, `/ledger/${carla.id}`, { colorScheme, width, locale });
    await page.locator(".second-person").waitFor();
    await settle(page);
    if (SHOTS) await page.screenshot({ path: `${SHOTS}/one-${width}.png`, fullPage: true });
    assert.deepEqual(await findings(page), []);
    await page.context().close();
  }
  const hers = await show(ana, `/ledger/${carla.id}`);
  await hers.getByRole("button", { name: "Withdraw" }).press("Enter");
  await hers.getByText("It was withdrawn").waitFor();
  await today.getByText("1 excuse waits").waitFor({ state: "detached" });
  assert.equal(await stateOf(carla), "open");
  for (const page of [today, ledger, hers]) await page.context().close();
});

const VIEWS = [
  ["light", 1440, "en"],
  ["dark", 1440, "es"],
  ["light", 390, "pt-BR"],
  ["dark", 390, "en"],
];
async function look(page, name) {
  await settle(page);
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}.png`, fullPage: true });
  assert.deepEqual(await findings(page), [], name);
}

test("many_are_confirmed_or_declined_at_once_each_with_its_own_result_and_it_can_be_undone", async () => {
  const empty = await show(bea, "/excuses", { width: 390 });
  await empty.getByText("Nothing waits for a second person.").waitFor();
  await look(empty, "list-empty");
  await empty.context().close();
  for (const one of many) await ask(one.key === "hanno" ? bea : ana, one, `The line of ${one.key} was down.`);
  for (const [colorScheme, width, locale] of VIEWS) {
    const page = await show(bea, "/excuses", { colorScheme, width, locale });
    await page.getByText("The line of hanno was down.").waitFor();
    await look(page, `list-${width}-${colorScheme}`);
    await page.context().close();
  }
  const page = await show(bea, "/excuses");
  const row = (name) => page.getByRole("row", { name: new RegExp(name) });
  const choose = async (...names) => {
    for (const name of names) await row(name).getByRole("checkbox").check();
  };
  await choose("dieter", "emil", "frida", "hanno");
  await page.getByRole("button", { name: "Confirm" }).click();
  await page.getByText("3 excuses are being confirmed").waitFor();
  await row("dieter").waitFor({ state: "detached" });
  await row("hanno").waitFor(); // her own stays
  await page.getByRole("button", { name: "Undo" }).click();
  await row("dieter").waitFor();
  assert.equal(await stateOf(many[0]), "open");

  // Emil is answered while the undo of the others is still shown.
  await choose("dieter", "emil");
  await page.getByRole("button", { name: "Confirm" }).click();
  await page.getByText("2 excuses are being confirmed").waitFor();
  await server.post("/api/v1/touches", touch("message.sent", fromNow(-5), { thread: "emil", actor: "staff" }));
  await page.getByText("1 obligation is excused; 1 could not be answered").waitFor({ timeout: 20000 });
  await page.getByRole("status", { name: "1 could not be answered" }).getByText("emil · It has been decided").waitFor();
  await look(page, "list-refused");
  assert.equal(await page.locator(".data-list-news").count(), 0, "what one did oneself is no news");
  await page.waitForFunction(() => !document.querySelector("table")?.textContent.includes("dieter"));
  assert.deepEqual([await stateOf(many[0]), await stateOf(many[1])], ["excused", "kept"]);

  // On a phone one asks for the boxes first.
  await page.setViewportSize({ width: 390, height: 844 });
  assert.ok(!(await row("frida").getByRole("checkbox").isVisible()));
  await page.getByRole("button", { name: "Select", exact: true }).click();
  await choose("frida", "gesa");
  await look(page, "list-picked");
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.getByRole("button", { name: "Decline" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("Decline 2 excuses").waitFor();
  await dialog.getByLabel("Reason").fill("It was up again by nine.");
  await look(page, "list-decline");
  await dialog.getByRole("button", { name: "Decline" }).click();
  await page.getByText("2 excuses are being declined").waitFor();
  await page.getByRole("link", { name: "Today" }).filter({ visible: true }).first().click(); // who leaves does not lose it
  await page.getByText("2 excuses are declined").waitFor();
  const { items: left } = (await server.get("/api/v1/excuses")).body;
  assert.deepEqual(
    left.map((one) => one.obligation.key),
    ["hanno"],
  );
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test("the_bell_tells_who_may_confirm_and_who_asked_what_became_of_it", async () => {
  for (const [colorScheme, width, locale] of VIEWS) {
    const page = await show(ana, "/", { colorScheme, width, locale });
    const bell = page.locator("button.bell:visible");
    await page.locator("button.bell:visible i").waitFor();
    await bell.click();
    await page.locator(".bell-list li").first().waitFor();
    await look(page, `bell-${width}-${colorScheme}`);
    await page.context().close();
  }
  const hers = await show(ana, "/ledger");
  await hers.locator("button.bell:visible i").waitFor();
  await hers.locator("button.bell:visible").click();
  await hers.getByText("Bea asks for an excuse that you may confirm").waitFor();
  await hers.getByText("Bea confirmed the excuse you asked for").first().waitFor();
  await hers.getByText("Bea declined the excuse you asked for: “It was up again by nine.”").first().waitFor();
  await hers.reload();
  await hers.getByRole("button", { name: "Notifications", exact: true }).waitFor(); // nothing unread
  await hers.getByRole("button", { name: "Notifications", exact: true }).click();
  const one = hers.locator(".bell-list li").filter({ hasText: "Bea asks for an excuse" });
  await one.getByRole("link").click();
  await hers.waitForURL(`**/ledger/${many[4].id}`);
  await hers.getByRole("button", { name: "Confirm" }).waitFor();
  await hers.context().close();
});
