// Customers in a browser: found, read, written about, merged after a comparison, split, each with its undo; axe, light and
// dark.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { CODE, fromNow, Server, touch } from "../../api/server.mjs";
import { openBrowser } from "../site.mjs";
import { assertCount, checkPage, exported, findings, openConsole, PHONE, WIDE } from "./site.mjs";

const HOUR = 3600;
const ODD = "ana/souza?x=%41&é#1";
const SCRIPT = '<img src=x onerror="alert(1)">';
let server, browser, cookie;

before(async () => {
  server = await Server.open();
  await server.publish(CODE);
  const from = (customer, thread, hours, more = {}) =>
    touch("message.received", fromNow(-hours * HOUR), {
      customer,
      thread,
      actor: "customer",
      channel: "email",
      ...more,
    });
  await server.post("/api/v1/touches", [
    from("ana", "a1", 9),
    touch("message.sent", fromNow(-8 * HOUR), { thread: "a1", actor: "staff", person: "Bea", channel: "email" }),
    from("ana", "a2", 1, { channel: "chat" }),
    from("ana@mail.example", "a3", 2),
    from(ODD, "odd/1", 2),
    from(SCRIPT, "s1", 2),
    ...Array.from({ length: 60 }, (_, i) => from(`page-${String(i).padStart(2, "0")}`, `p${i}`, 30)),
  ]);
  const root = await server.addStaff("root@shop.example", ["administrator"]);
  cookie = await server.signIn(root.id);
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await server?.close();
});

async function show(path, { as = cookie, ...options } = {}) {
  const context = await browser.newContext({ viewport: WIDE, locale: "en-US", reducedMotion: "reduce", ...options });
  const [name, value] = as.split("=");
  await context.addCookies([{ name, value, url: server.url }]);
  const page = await context.newPage();
  page.faults = [];
  page.on("dialog", (dialog) => {
    page.faults.push(`a script of the data ran: ${dialog.message()}`);
    dialog.dismiss();
  });
  page.on("pageerror", (error) => page.faults.push(error.message));
  await page.goto(`${server.url}/console${path}`);
  await page.locator("h1").first().waitFor();
  return page;
}
const close = async (page) => {
  assert.deepEqual(page.faults, []);
  await page.context().close();
};
const at = (id) => `/customers/${encodeURIComponent(id)}`;
const one = async (id) => (await server.get(`/api/v1/customers/${encodeURIComponent(id)}`)).body;
const rows = (page) => page.locator("table tbody tr");
async function until(what, is) {
  for (let i = 0; i < 200; i++) {
    if (is(await what())) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.fail(`it never came: ${JSON.stringify(await what())}`);
}

test("what a search finds is taken away as a file", async () => {
  const page = await show("/customers?q=ana+sou");
  await rows(page).first().waitFor();
  const { name, text } = await exported(page, "Text (CSV)");
  assert.equal(name, "customers.csv");
  const [head, ...lines] = text.trim().split("\r\n");
  assert.match(head, /^Id,Name,E-mail,/);
  assert.equal(lines.length, 1);
  assert.ok(lines[0].includes(ODD), lines[0]);
  await close(page);
});

test("the list goes on page by page, and a search leads to one customer by keys alone", async () => {
  const page = await show("/customers");
  await assertCount(rows(page), 50);
  await page.getByRole("button", { name: "Show more" }).click();
  await page.waitForFunction(() => document.querySelectorAll("table tbody tr").length === 64);
  await page.getByRole("searchbox").fill("ana sou");
  await page.waitForURL(/q=ana/);
  await page.waitForFunction(() => document.querySelectorAll("table tbody tr").length === 1);
  await page.getByRole("searchbox").blur();
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: ODD }).waitFor();
  await page.getByRole("searchbox").waitFor({ state: "detached" });
  await page.goBack();
  await page.getByRole("searchbox").fill("nobody at all");
  await page.getByText("found by these words").waitFor();
  await close(page);
});

test("the timeline tells what each touch did, and open promises count down beside it", async () => {
  const page = await show(at("ana"));
  await rows(page).first().waitFor();
  const told = await rows(page).allTextContents();
  assert.equal(told.length, 3);
  assert.match(told[0], /message\.received.*chat.*applies from here.*four hours/);
  assert.match(told[1], /message\.sent.*Bea.*Kept/);
  const open = page.getByRole("region", { name: "Open promises" }).getByRole("listitem");
  assert.match(await open.first().textContent(), /\d+ (h|min)/);
  await rows(page).nth(1).getByRole("link").click();
  await page.getByRole("heading", { name: "What happened" }).waitFor();
  assert.match(page.url(), /\/console\/ledger\/obl_/);
  await close(page);
});

test("what is written is saved, stands in the audit trail and is taken back by Undo", async () => {
  const page = await show(at("ana"));
  const dialog = page.getByRole("dialog");
  await page.getByRole("button", { name: "Change" }).click();
  await dialog.getByLabel("Name", { exact: true }).fill("Ana Souza");
  await dialog.getByRole("button", { name: "Add a trait" }).click();
  await dialog.getByLabel("Trait", { exact: true }).fill("language");
  await dialog.getByLabel("Value of language").fill("pt");
  await dialog.getByRole("button", { name: "Save" }).click();
  await page.getByRole("heading", { level: 1, name: "Ana Souza" }).waitFor();
  const written = await one("ana");
  assert.deepEqual([written.name, written.traits], ["Ana Souza", { language: "pt" }]);
  const audit = (await server.get("/api/v1/audit?action=customer.changed&subject=ana")).body.items;
  assert.match(JSON.stringify(audit), /Ana Souza/);
  await page.getByRole("button", { name: "Undo" }).click();
  await until(
    () => one("ana"),
    (ana) => ana.name === "" && Object.keys(ana.traits).length === 0,
  );
  await page.getByRole("heading", { level: 1, name: "ana", exact: true }).waitFor();
  await close(page);
});

test("two customers are compared, merged, and split by Undo and by hand", async () => {
  const page = await show(at("ana"));
  const dialog = page.getByRole("dialog");
  const merge = async () => {
    await page.getByRole("button", { name: "Merge with …" }).click();
    await dialog.getByRole("searchbox").fill("ana@");
    await dialog.getByRole("button", { name: "ana@mail.example" }).click();
    const compared = dialog.getByRole("table");
    await compared.waitFor();
    assert.deepEqual((await compared.getByRole("columnheader").allTextContents()).slice(1), [
      "ana",
      "ana@mail.example",
    ]);
    assert.equal(await dialog.getByRole("radio", { name: "ana", exact: true }).isChecked(), true);
    await dialog.getByRole("button", { name: "Merge", exact: true }).click();
    await dialog.waitFor({ state: "detached" });
  };
  const identities = async () => (await one("ana")).identities.length;
  await merge();
  await page.getByText("ana@mail.example counts as ana now").waitFor();
  await page.waitForFunction(() => document.querySelectorAll("table tbody tr").length === 5); // the merge's own touch, too
  await page.getByRole("button", { name: "Undo" }).click();
  await until(identities, (n) => n === 1);
  await merge();
  await until(identities, (n) => n === 2);
  await page.getByRole("button", { name: "Split off ana@mail.example" }).click();
  await until(identities, (n) => n === 1);
  await page.getByText("a customer of their own again").waitFor();
  await close(page);
});

test("who may only read sees no button, and nothing of what is hidden from them", async () => {
  await server.post("/api/v1/teams", { name: "law", restricted: true });
  await server.post("/api/v1/touches", [
    touch("message.received", fromNow(-HOUR), { customer: "page-00", thread: "hid", actor: "customer", team: "law" }),
  ]);
  const analyst = await server.addStaff("analyst@shop.example", ["agent"]);
  const page = await show(at("page-00"), { as: await server.signIn(analyst.id) });
  await rows(page).first().waitFor();
  assert.equal(
    await page
      .getByText("hid", { exact: false })
      .filter({ hasText: /· hid$/ })
      .count(),
    0,
  );
  const mayWrite = (await server.as(await server.signIn(analyst.id), "GET", "/api/v1/me")).body.permissions;
  assert.equal(
    await page.getByRole("button", { name: "Merge with …" }).count(),
    mayWrite.includes("customer:write") ? 1 : 0,
  );
  await close(page);
});

test("nothing keeps people out, light and dark, wide and narrow", async () => {
  for (const path of ["/customers", "/customers?q=nobody", at("ana"), at(SCRIPT)]) {
    for (const options of [
      { viewport: WIDE, colorScheme: "dark" },
      { viewport: PHONE, colorScheme: "light" },
    ]) {
      const page = await show(path, options);
      await page.waitForFunction(() => !document.querySelector(".skeleton"));
      const where = `${path} ${options.viewport.width} ${options.colorScheme}`;
      assert.deepEqual(await findings(page), [], where);
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(width <= options.viewport.width, `${where}: ${width} px wide`);
      await close(page);
    }
  }
  const page = await show(at("ana"), { colorScheme: "dark" });
  await page.getByRole("button", { name: "Change" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Add a trait" }).click();
  assert.deepEqual(await findings(page), [], "the form");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Merge with …" }).click();
  await page.getByRole("dialog").getByRole("searchbox").fill("ana@");
  await page.getByRole("dialog").getByRole("button", { name: "ana@mail.example" }).click();
  await page.getByRole("dialog").getByRole("table").waitFor();
  assert.deepEqual(await findings(page), [], "the comparison");
  await close(page);
});

test("before the first touch the page says where customers come from, and leads to a token", async () => {
  const site = await openConsole();
  try {
    const page = await site.open("/customers", { on: "empty" });
    await page.getByText("No customer yet").waitFor();
    const description = await page.getByRole("link", { name: "How touches are sent" }).getAttribute("href");
    assert.equal((await fetch(site.empty.address + description)).status, 200);
    const begin = page.getByRole("link", { name: "Make a token" });
    const [words, ground] = await begin.evaluate((link) => {
      const { color, backgroundColor } = getComputedStyle(link);
      return [color, backgroundColor];
    });
    assert.notEqual(words, ground, "its words can be seen: axe leaves out words of their ground's own colour");
    await begin.click();
    await page.getByRole("heading", { level: 1, name: "Tokens" }).waitFor();
    assert.deepEqual(page.complaints, []);
    await page.context().close();
    await checkPage(site, "/customers", { on: "empty" });
  } finally {
    await site.close();
  }
});
