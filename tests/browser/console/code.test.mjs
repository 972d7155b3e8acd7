// The Code's pages: a draft is written, compared, rehearsed and read by one person, approved by another, and stands on /code.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { CODE, Server, touch, troth } from "../../api/server.mjs";
import { openBrowser } from "../site.mjs";
import { assertCount, look } from "./site.mjs";

const HOUR = 3600;
const WAIT = { timeout: 60_000 };
let server, browser;

// Sixty threads, each answered after one to six hours.
async function fill() {
  const lines = [];
  const ago = (seconds) => new Date(Date.now() - seconds * 1000).toISOString();
  for (let i = 0; i < 60; i++) {
    const opened = (24 + i * 5) * HOUR;
    const about = { thread: `thread-${i}`, team: i % 2 ? "north" : "south" };
    lines.push(touch("message.received", ago(opened), { ...about, actor: "customer" }));
    lines.push(touch("message.sent", ago(opened - (1 + (i % 6)) * HOUR + 60), { ...about, actor: "staff" }));
  }
  const body = lines.map((line) => JSON.stringify(line)).join("\n");
  assert.equal((await server.post("/api/v1/touches", body, { type: "application/x-ndjson" })).status, 200);
}

before(async () => {
  server = await Server.open();
  assert.equal((await server.publish(CODE)).status, 201);
  await fill();
  for (const name of ["ana", "bruno"])
    await troth("staff", "add", `${name}@shop.example`, "--name", name, "--role", "manager", "--db", server.database);
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await server.close();
});

const trouble = [];
async function enter(name) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  page.on("pageerror", (error) => trouble.push(error.stack));
  page.on("console", (message) => {
    // Styles that Chromium or a library adds by itself are stopped by the policy, and nothing is lost with them.
    const text = message.text();
    if (/Content Security Policy/.test(text) && !text.startsWith("Applying inline style")) trouble.push(text);
  });
  const link = (await troth("staff", "link", `${name}@shop.example`, "--db", server.database)).match(/http\S+/)[0];
  await page.goto(link.replace("localhost", "127.0.0.1"));
  await page.locator("button").first().click();
  await page.waitForURL((url) => !url.pathname.startsWith("/enter"));
  return page;
}

// The same page anew, in both themes and both widths.
async function assertOpenToAll(page, sign) {
  const other = await page.context().newPage();
  await other.goto(page.url());
  await other.locator(sign).first().waitFor(WAIT);
  await look(other, other.url());
  await other.close();
}

const tab = (page, name) => page.getByRole("tab", { name }).click();

test("from_a_change_to_the_public_page_by_two_people", async () => {
  const ana = await enter("ana");
  await ana.goto(`${server.url}/console/code`);
  await ana.getByText("We answer within four hours.").waitFor(WAIT);
  await assertOpenToAll(ana, ".code-promise .figure");
  await ana.getByRole("button", { name: "Change it" }).click();

  // A mistake is told as one types, and gone when it is mended.
  const editor = ana.locator(".cm-content");
  await editor.waitFor(WAIT);
  const replace = async (text) => {
    await editor.click();
    await ana.keyboard.press("Control+a");
    await ana.keyboard.insertText(text);
  };
  await replace(CODE.replace("must ", "most "));
  await ana.getByText(/^1 mistake/).waitFor(WAIT);
  await ana.locator(".cm-lintRange-error").first().waitFor(WAIT);
  await replace(CODE.replace("within 4 hours", "within 2 hours").replace("four hours", "two hours"));
  await ana.getByText("No mistakes").waitFor(WAIT);
  await ana.getByLabel("Name of the draft").fill("Two hours");
  await ana.getByRole("button", { name: "Save" }).click();
  await ana.getByRole("heading", { name: "Two hours" }).waitFor(WAIT);
  await assertOpenToAll(ana, ".cm-line span");

  await tab(ana, "Compare");
  await ana.locator("del", { hasText: "4" }).first().waitFor(WAIT);
  await ana.locator("ins", { hasText: "2" }).first().waitFor(WAIT);
  await assertOpenToAll(ana, ".code-difference");

  await tab(ana, "Rehearse");
  await ana.getByRole("button", { name: "Rehearse", exact: true }).click();
  await ana.getByText("20 obligations would have ended otherwise").waitFor(WAIT);
  await assertCount(ana.getByRole("table", { name: "Which ones" }).locator("tbody tr"), 20);
  await ana.getByText("Read by ana").waitFor(WAIT);
  const one = ana.getByRole("table", { name: "Which ones" }).getByRole("link").first();
  const thread = await one.textContent();
  await one.click();
  await ana.getByRole("table", { name: "Obligations" }).getByText(thread).waitFor(WAIT);
  await ana.goBack();
  await assertOpenToAll(ana, ".code-table");

  await tab(ana, "Approve");
  await ana.getByLabel("What it changes, and why").fill("Two hours, as asked.");
  await ana.getByRole("button", { name: "Send for approval" }).click();
  await ana.getByText("a second person approves it").waitFor(WAIT);
  assert.equal(await ana.getByRole("button", { name: "Approve and publish" }).count(), 0);

  // Bruno finds it, must read what the rehearsal found, and publishes.
  const bruno = await enter("bruno");
  await bruno.goto(`${server.url}/console/code`);
  await bruno.getByRole("link", { name: "Two hours" }).click();
  await bruno.getByText("Rehearse it first, and read the result.").click();
  await bruno.getByText("Read by ana, bruno").waitFor(WAIT);
  await tab(bruno, "Approve");
  await bruno.getByRole("button", { name: "Approve and publish" }).click();
  await bruno.getByRole("dialog").getByRole("button", { name: "Approve and publish" }).click();
  await bruno.getByText("Published by bruno").waitFor(WAIT);
  await bruno.goto(`${server.url}/console/code/versions`);
  await bruno.getByText("in force", { exact: false }).first().waitFor(WAIT);
  await assertOpenToAll(bruno, ".code-version");
  assert.match((await server.get("/code", { token: null })).text, /We answer within two hours/);
  assert.deepEqual(trouble, []);
});

test("a_customers_comment_without_script_is_read_released_and_answered_and_a_version_signed_off", async () => {
  const guest = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
  await guest.goto(`${server.url}/code`);
  await guest.getByRole("link", { name: "Comment on this promise" }).first().click();
  await guest.getByLabel("What you think of this promise").fill("<script>alert(1)</script> Two hours is fine.");
  await guest.getByRole("button", { name: "Send" }).click();
  await guest.getByText("Thank you").waitFor(WAIT);

  const ana = await enter("ana");
  await ana.goto(`${server.url}/console/code`);
  await ana.getByText("1 comment of a customer waits to be read").waitFor(WAIT);
  await ana.getByRole("button", { name: "Answer" }).first().click();
  await ana.getByLabel("Answer").fill("Good to hear.");
  await ana.locator("form").getByRole("button", { name: "Answer" }).click();
  await ana.getByText("1 comment of a customer waits to be read").waitFor({ ...WAIT, state: "hidden" });
  await ana.getByRole("button", { name: "Sign off" }).click();
  await ana.getByText("You have signed off this version.").waitFor(WAIT);
  await ana.getByText("1 of 2 have signed off").waitFor(WAIT);
  await assertOpenToAll(ana, ".code-promise .figure");

  await guest.goto(`${server.url}/code`);
  await guest.getByText("Two hours is fine.").waitFor(WAIT);
  await guest.getByText("Good to hear.").waitFor(WAIT);
  assert.deepEqual(trouble, []);
});

test("a_promise_s_address_shows_it_and_its_figure_leads_to_its_obligations", async () => {
  const ana = await enter("ana");
  await ana.goto(`${server.url}/console/code#answer`);
  await ana.locator(".code-promise.is-meant").waitFor(WAIT);
  await ana.locator(".code-promise .figure-link").first().click();
  await ana.waitForURL(/ledger\?.*promise=answer/);
  await ana.getByRole("table", { name: "Obligations" }).locator("tbody tr").first().waitFor(WAIT);
  await ana.context().close();
  assert.deepEqual(trouble, []);
});

test("a_version_begins_at_the_time_of_one_s_own_zone", async () => {
  const ana = await enter("ana");
  await ana.evaluate(() => localStorage.setItem("troth-preferences", '{"language":"en","zone":"America/Sao_Paulo"}'));
  await ana.goto(`${server.url}/console/code`);
  await ana.getByRole("button", { name: "Change it" }).click();
  await ana.locator(".cm-content").waitFor(WAIT);
  await tab(ana, "Rehearse");
  await ana.getByRole("button", { name: "Rehearse", exact: true }).click();
  await ana.getByText("Read by ana").waitFor(WAIT);
  await tab(ana, "Approve");
  await ana.getByLabel("In force from").fill("2100-01-04T09:00");
  await ana.getByRole("button", { name: "Send for approval" }).click();
  await ana.getByText("To be in force from Jan 4, 2100, 09:00 AM").waitFor(WAIT);
  await ana.getByRole("button", { name: "Take it back" }).click();
  await ana.getByRole("button", { name: "Discard" }).click();
  await ana.context().close();
  assert.deepEqual(trouble, []);
});

test("a_version_to_come_is_announced_where_the_code_is_read_with_its_differences", async () => {
  const ana = await enter("ana");
  await ana.route("**/api/v1/code/history", async (route) => {
    const answer = await route.fetch();
    const { items } = await answer.json();
    const next = { ...items[0], in_force: false, number: 99, in_force_from: "2100-12-01T03:00:00Z" };
    return route.fulfill({ response: answer, json: { items: [next, ...items.slice(1)], next: null } });
  });
  await ana.goto(`${server.url}/console/code`);
  await ana.getByText(/From (Nov 30|Dec 1), 2100 another version is in force: version 99\./).waitFor(WAIT);
  await ana.getByRole("link", { name: "What it changes" }).click();
  await ana.waitForURL(/\/code\/versions#/);
  await ana.locator(".code-version").first().locator("details[open]").waitFor(WAIT);
  await ana.locator(".code-version").nth(1).locator("details:not([open])").waitFor(WAIT);
  await ana.context().close();
  assert.deepEqual(trouble, []);
});

test("remedies_of_a_rehearsal_are_written_as_the_reader_writes_money", async () => {
  const ana = await enter("ana");
  await ana.goto(`${server.url}/console/code`);
  await ana.getByRole("button", { name: "Change it" }).click();
  await ana.locator(".cm-content").waitFor(WAIT);
  await ana.route("**/api/v1/drafts/*/rehearsal", async (route) => {
    const answer = await route.fetch();
    const json = await answer.json();
    const owed = [{ currency: "BRL", amount: "11650.00 BRL", count: 3 }];
    for (const one of json.result?.promises ?? []) if (one.current) one.current.owed = owed;
    return route.fulfill({ response: answer, json });
  });
  await tab(ana, "Rehearse");
  await ana.getByRole("button", { name: "Rehearse", exact: true }).click();
  await ana.locator(".code-owed", { hasText: "R$11,650.00" }).first().waitFor(WAIT);
  await tab(ana, "Approve");
  await ana.getByRole("button", { name: "Discard" }).click();
  await ana.context().close();
  assert.deepEqual(trouble, []);
});

test("what_is_written_and_not_saved_outlives_other_pages_a_reload_and_the_session", async () => {
  const ana = await enter("ana");
  ana.on("dialog", (dialog) => dialog.accept()); // whether to leave what is not saved
  await ana.goto(`${server.url}/console/code`);
  await ana.getByRole("button", { name: "Change it" }).click();
  const first = ana.locator(".cm-line").first();
  const write = async (words) => {
    await ana.locator(".cm-content").click();
    await ana.keyboard.press("Control+Home");
    await ana.keyboard.insertText(`# ${words}\n`);
  };
  await ana.locator(".cm-content").waitFor(WAIT);
  await write("Words of Ana");
  await first.filter({ hasText: "Words of Ana" }).waitFor(WAIT);
  await tab(ana, "Compare");
  await ana.getByText("What you wrote is not saved yet").waitFor(WAIT);
  await ana.getByRole("link", { name: "Back to the text" }).click();
  await first.filter({ hasText: "Words of Ana" }).waitFor(WAIT);
  await ana.reload();
  await first.filter({ hasText: "Words of Ana" }).waitFor(WAIT);

  const draft = ana.url();
  const cookies = await ana.context().cookies();
  let isWritten;
  const written = new Promise((resolve) => {
    isWritten = resolve;
  });
  await ana.route("**/api/v1/**", (route) => written.then(() => route.continue()));
  await ana.context().clearCookies();
  await write("Words without a session");
  await first.filter({ hasText: "Words without a session" }).waitFor(WAIT);
  isWritten(); // whatever is asked for next leads to the sign-in
  await ana.waitForURL(/sign-in/, WAIT);
  await ana.unroute("**/api/v1/**");
  await ana.context().addCookies(cookies);
  await ana.goto(draft);
  await first.filter({ hasText: "Words without a session" }).waitFor(WAIT);

  // What another has saved meanwhile is not written over.
  const bruno = await enter("bruno");
  await bruno.goto(draft);
  await bruno.getByLabel("Name of the draft").fill("Of Bruno");
  await bruno.getByRole("button", { name: "Save" }).click();
  await bruno.getByRole("heading", { name: "Of Bruno" }).waitFor(WAIT);
  await ana.reload();
  await ana.getByRole("button", { name: "Save" }).click();
  await ana.getByText("Someone else has changed this draft meanwhile").waitFor(WAIT);
  await ana.getByRole("button", { name: "Read it anew" }).click();
  await ana.getByRole("heading", { name: "Of Bruno" }).waitFor(WAIT);
  await first.filter({ hasNotText: "Words" }).waitFor(WAIT);
  await ana.context().close();
  await bruno.context().close();
  assert.deepEqual(trouble, []);
});
