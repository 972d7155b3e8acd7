// Settings: staff, teams, roles and the audit trail; the main path of each, and what is refused.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { enter } from "../../api/server.mjs";
import { assertCount, assertSays, checkPage, exported, findings, openConsole, PHONE } from "./site.mjs";

let site;
before(async () => {
  site = await openConsole();
});
after(() => site?.close());

const get = async (path, on = "full") => (await site.api("GET", path, undefined, on)).body;
const personWith = async (email, on) => (await get(`/api/v1/staff?email=${email}`, on)).items[0];
const roleNamed = async (name, on) => (await get("/api/v1/roles", on)).items.find((role) => role.name === name);
const teamNamed = async (name, on) => (await get("/api/v1/teams", on)).items.find((team) => team.name === name);

// Until the server says so: a page asks it after the click.
async function until(what) {
  for (let i = 0; i < 200; i++) {
    if (await what()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.fail(`never came: ${what}`);
}

async function close(page) {
  assert.deepEqual(page.complaints, []);
  await page.context().close();
}

test("people are found, and the address holds what one looks for", async () => {
  const page = await site.open("/settings/staff");
  const rows = page.locator("tbody tr");
  const all = await rows.count();
  await page.getByLabel("Search", { exact: true }).fill("LIVÍA");
  await page.waitForURL(/q=LIV/);
  await rows.nth(1).waitFor({ state: "detached" });
  await assertSays(rows.first(), /Livia.*livia@quintal\.example/);
  await page.reload();
  await assertCount(rows, 1);
  await page.getByLabel("State").selectOption("disabled");
  await page.getByText("Nobody is like that.").waitFor();
  await page.getByRole("button", { name: "Show everybody" }).click();
  await rows.nth(all - 1).waitFor();
  await page.getByLabel("Role").selectOption({ label: "administrator" });
  await rows.nth(1).waitFor({ state: "detached" });
  await assertSays(rows.first(), /Alma/);
  await close(page);
});

test("several are invited at once; what is no address is told by its line", async () => {
  const page = await site.open("/settings/staff", { on: "empty" });
  await page.getByRole("button", { name: "Invite people" }).click();
  const dialog = page.getByRole("dialog");
  await dialog
    .getByLabel("E-mail addresses")
    .fill("Rita Lobo <rita@shop.example>\nnobody at all\npaulo.reis@shop.example");
  await dialog.getByRole("button", { name: "Invite 2 people" }).click();
  await dialog.getByText("Line 2 has no address for mail: “nobody at all”.").waitFor();
  assert.equal(await personWith("rita@shop.example", "empty"), undefined, "nobody is invited before");
  await dialog
    .getByLabel("E-mail addresses")
    .fill("Rita Lobo <rita@shop.example>\npaulo.reis@shop.example\nana@shop.example");
  await dialog.getByRole("button", { name: "Invite 3 people" }).click();
  await dialog.getByText("This server sends no mail").waitFor();
  await assertSays(dialog, /Somebody with this address is there already/);
  const links = await dialog.locator("code").allTextContents();
  assert.equal(links.length, 2);
  const rita = await personWith("rita@shop.example", "empty");
  assert.deepEqual([rita.name, rita.roles.map((role) => role.name)], ["Rita Lobo", ["agent"]]);
  assert.equal((await personWith("paulo.reis@shop.example", "empty")).name, "Paulo Reis");
  const guest = await site.browser.newContext();
  const welcome = await guest.newPage();
  await welcome.goto(links[0]);
  await welcome
    .getByLabel(/password/i)
    .first()
    .waitFor();
  await guest.close();
  await dialog.getByRole("button", { name: "Done" }).click();
  await page.getByText("paulo.reis@shop.example").waitFor();
  await close(page);
});

test("a table of people brings their roles; an unknown one is told", async () => {
  const page = await site.open("/settings/staff", { on: "empty" });
  await page.getByRole("button", { name: "Invite people" }).click();
  const dialog = page.getByRole("dialog");
  const file = (text) => ({ name: "people.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
  const chooser = page.locator("input[type=file]");
  await chooser.setInputFiles(file("name,email,roles\nEva Luz,eva@shop.example,wizard\n"));
  await dialog.getByRole("button", { name: "Invite 1 person" }).click();
  await dialog.getByText("Line 2: there is no role “wizard”.").waitFor();
  await chooser.setInputFiles(file('name,email,roles\n"Luz, Eva",eva@shop.example,lead;analyst\n'));
  await dialog.getByRole("button", { name: "Invite 1 person" }).click();
  await dialog.locator("code").waitFor();
  const eva = await personWith("eva@shop.example", "empty");
  assert.deepEqual([eva.name, eva.roles.map((role) => role.name)], ["Luz, Eva", ["lead", "analyst"]]);
  await close(page);
});

test("an account is disabled with undo, its session ended, and the last administrator stays", async () => {
  const person = await personWith("otto@quintal.example");
  const { body: link } = await site.api("POST", `/api/v1/staff/${person.id}/link`);
  await enter(site.full.address + link.path);
  const page = await site.open(`/settings/staff/${person.id}`);
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByText("They are signed in nowhere.").waitFor();
  await page.getByRole("button", { name: "Disable account" }).click();
  await page.getByText("Otto cannot sign in any more.").waitFor();
  assert.ok((await personWith("otto@quintal.example")).disabled);
  await page.getByRole("button", { name: "Undo" }).click();
  await until(async () => !(await personWith("otto@quintal.example")).disabled);
  await page.getByRole("button", { name: "Disable account" }).waitFor();
  await close(page);
  const alma = await personWith("alma@quintal.example");
  const own = await site.open(`/settings/staff/${alma.id}`);
  await own.locator(".mantine-Pill-remove").first().click();
  await own.getByText("Nobody would be administrator any more. Make somebody else one first.").waitFor();
  assert.equal((await personWith("alma@quintal.example")).roles.length, 1);
  await close(own);
});

test("a name and an address are changed; a taken address is told at its field", async () => {
  const person = await personWith("renata@quintal.example");
  const page = await site.open(`/settings/staff/${person.id}`);
  await page.getByLabel("E-mail").fill("caio@quintal.example");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Somebody with this address is there already.").waitFor();
  await page.getByLabel("E-mail").fill("renata.lima@quintal.example");
  await page.getByLabel("Name").fill("Renata Lima");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("heading", { name: "Renata Lima" }).waitFor();
  assert.equal((await personWith("renata.lima@quintal.example")).name, "Renata Lima");
  await close(page);
});

test("a team is made, moved and restricted; it cannot lie within itself", async () => {
  const page = await site.open("/settings/teams");
  await page.getByRole("button", { name: "New team" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Make the team" }).click();
  await dialog.getByText("Give it a name.").waitFor();
  await dialog.getByLabel("Name").fill("desk");
  await dialog.getByRole("button", { name: "Make the team" }).click();
  await dialog.getByText("There is a team of that name already.").waitFor();
  await dialog.getByLabel("Name").fill("Fraud");
  await dialog.getByRole("button", { name: "Make the team" }).click();
  await page.getByRole("heading", { name: "Fraud", exact: true }).waitFor();
  const desk = await teamNamed("desk");
  await page.getByLabel("Lies within").selectOption({ label: "desk" });
  await until(async () => (await teamNamed("Fraud")).parent === desk.id);
  await page.getByRole("switch", { name: "Restricted" }).press("Space");
  await page.getByText("members of the teams above it: service, desk").waitFor();
  await assertSays(page.locator("main"), /administrator, privacy officer/);
  await page.getByRole("button", { name: "Undo" }).last().click();
  await until(async () => !(await teamNamed("Fraud")).restricted);
  await page.goto(`${site.full.address}/console/settings/teams/${desk.id}`);
  await page.getByLabel("Lies within").waitFor();
  const choices = await page.getByLabel("Lies within").locator("option").allTextContents();
  assert.ok(!choices.some((name) => /desk|Fraud/.test(name)), choices.join());
  await close(page);
});

test("people join a team, lead it, and are moved when it is deleted; undo brings all back", async () => {
  const { body: team } = await site.api("POST", "/api/v1/teams", { name: "Pilot" });
  const page = await site.open(`/settings/teams/${team.id}`);
  await page.getByText("Nobody belongs to this team yet.").waitFor();
  await page.getByRole("textbox", { name: "Add a person" }).fill("bruna");
  await page.getByRole("option", { name: /Bruna/ }).click();
  await page.getByRole("checkbox", { name: "Bruna leads this team" }).click();
  const bruna = () => personWith("bruna@quintal.example");
  await until(async () => (await bruna()).teams.some((one) => one.name === "Pilot" && one.lead));
  await page.getByRole("button", { name: "Delete team" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("What becomes of its members").selectOption({ label: "Its members move to night" });
  await dialog.getByRole("button", { name: "Delete team" }).click();
  await page.waitForURL(/\/settings\/teams$/);
  assert.deepEqual(
    (await bruna()).teams.map((one) => one.name),
    ["night"],
  );
  await page.getByRole("button", { name: "Undo" }).last().click();
  await until(async () => (await bruna()).teams.some((one) => one.name === "Pilot" && one.lead));
  assert.equal((await bruna()).teams.length, 1);
  await close(page);
});

test("a role is made, compared, and deleted only when nobody holds it", async () => {
  const page = await site.open("/settings/roles");
  const table = page.getByRole("table", { name: "What each role allows" });
  await assertCount(table.locator("thead th"), 7);
  await page.getByRole("button", { name: "agent", exact: true }).click();
  await page.getByRole("button", { name: "analyst", exact: true }).click();
  await page.getByRole("switch", { name: "Only what differs" }).press("Space");
  await page.waitForURL(/compare=.*only=differences/);
  await assertCount(table.locator("tbody th[scope=row]"), 2, "drafts and lists");
  await page.getByRole("button", { name: "New role" }).click();
  await page.getByRole("button", { name: "Make the role" }).click();
  await page.getByText("Give it a name.").waitFor();
  await page.getByLabel("Name").fill("night shift");
  await page.getByRole("button", { name: "Make the role" }).click();
  await page.getByText("Choose at least one thing that it allows.").waitFor();
  await page.getByLabel("Start from").selectOption({ label: "agent" });
  await page.getByRole("checkbox", { name: "Excuse obligations" }).click();
  await page.getByRole("button", { name: "Make the role" }).click();
  await page.getByText("Nobody holds this role yet.").waitFor();
  const role = await roleNamed("night shift");
  assert.ok(role.permissions.includes("ledger:excuse") && role.permissions.includes("code:read"));
  const davi = await personWith("davi@quintal.example");
  await site.api("PATCH", `/api/v1/staff/${davi.id}`, { roles: ["night shift"] });
  await page.reload();
  await page.getByText("It can be deleted once nobody holds it.").waitFor();
  assert.equal(await page.getByRole("button", { name: "Delete role" }).count(), 0);
  await site.api("PATCH", `/api/v1/staff/${davi.id}`, { roles: ["agent"] });
  await page.reload();
  await page.getByRole("button", { name: "Delete role" }).click();
  await page.waitForURL(/\/settings\/roles$/);
  assert.equal(await roleNamed("night shift"), undefined);
  await page.getByRole("button", { name: "Undo" }).last().click();
  await until(() => roleNamed("night shift"));
  await close(page);
});

test("the trail tells a change in words, is filtered by its parts, checked and erased", async () => {
  const { body: team } = await site.api("POST", "/api/v1/teams", { name: "Trailed" });
  await site.api("PATCH", `/api/v1/teams/${team.id}`, { name: "Trailed on" });
  const page = await site.open(`/settings/audit?subject=${team.id}`);
  const rows = page.locator("tbody tr");
  await rows.nth(1).waitFor();
  await assertSays(rows.first(), /changed a team: Trailed on.*name: Trailed → Trailed on/);
  await rows.nth(1).getByRole("button", { name: "made a team" }).click();
  await page.waitForURL(/action=team\.added/);
  await rows.nth(1).waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Check the chain" }).click();
  await page.getByText("The chain is whole").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Erase words" }).click();
  const dialog = page.getByRole("dialog");
  assert.equal(await dialog.getByLabel("Id of the subject").inputValue(), team.id);
  await dialog.getByRole("button", { name: "Erase words" }).click();
  await page.getByText("2 records were erased of their words").waitFor();
  assert.equal((await exported(page, "As CSV")).name, "audit.csv");
  await close(page);
});

test("the staff that filters leave are taken away as a file", async () => {
  const page = await site.open("/settings/staff?q=caio");
  await page.locator("tbody tr").first().waitFor();
  const { name, text } = await exported(page, "Text (CSV)");
  assert.equal(name, "staff.csv");
  assert.match(text, /^Id,Name,E-mail,Roles,Teams,State,/);
  assert.match(text, /caio@quintal\.example/);
  assert.equal(text.trim().split("\r\n").length, 2);
  await close(page);
});

test("a record has its own address, which opens it whole; an unknown one is told so", async () => {
  const { body: team } = await site.api("POST", "/api/v1/teams", { name: "Addressed" });
  await site.api("PATCH", `/api/v1/teams/${team.id}`, { name: "Addressed well" });
  const page = await site.open(`/settings/audit?subject=${team.id}`);
  await page.locator("tbody tr").nth(1).waitFor();
  await page.locator("a.audit-at").first().click();
  await page.waitForURL(/record=aud_/);
  const record = page.getByRole("region", { name: "The record of this address" });
  await record.getByText("Addressed well").last().waitFor();
  await assertSays(record, /changed a team.*name: Addressed → Addressed well/);
  await record.getByRole("button", { name: "Copy the link" }).waitFor();
  assert.deepEqual(await findings(page), []);
  const id = new URL(page.url()).searchParams.get("record");
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/record.png` });
  await record.getByRole("button", { name: "Close" }).click();
  await record.waitFor({ state: "detached" });
  // As a colleague opens it.
  const phone = await site.open(`/settings/audit?record=${id}`, { viewport: PHONE, colorScheme: "dark" });
  await phone.getByRole("region", { name: "The record of this address" }).getByText("Addressed well").last().waitFor();
  assert.deepEqual(await findings(phone), []);
  if (process.env.SHOTS) await phone.screenshot({ path: `${process.env.SHOTS}/record-phone.png` });
  await phone.goto(`${site.full.address}/console/settings/audit?record=aud_0000000000000`);
  await phone.getByText("No such record is in the trail").waitFor();
  await close(phone);
  await close(page);
});

test("a section is shown to whom it is permitted, and the palette knows sections and people", async () => {
  const { body: agent } = await site.api("POST", "/api/v1/staff", {
    name: "Sol",
    email: "sol@shop.example",
    roles: ["lead"],
  });
  const { body: link } = await site.api("POST", `/api/v1/staff/${agent.id}/link`);
  const cookie = await enter(site.full.address + link.path);
  const page = await site.open("/settings", { cookie });
  const list = page.getByRole("navigation", { name: "Sections of the settings" });
  const sections = await list.getByRole("link").allTextContents();
  assert.deepEqual(sections.slice(0, 3), ["Staff", "Teams", "Roles"]);
  assert.ok(!sections.includes("Audit trail") && !sections.includes("Tokens"), sections.join());
  assert.equal(await page.getByRole("button", { name: "Invite people" }).count(), 0);
  await page.goto(`${site.full.address}/console/settings/audit`);
  await page.getByText("You may not see this").waitFor();
  await page.keyboard.press("Control+k");
  await page.getByPlaceholder("Search or go to…").fill("roles");
  await page.keyboard.press("Enter");
  await page.waitForURL(/settings\/roles$/);
  await page.getByPlaceholder("Search or go to…").waitFor({ state: "hidden" });
  await page.keyboard.press("Control+k");
  await page.getByPlaceholder("Search or go to…").fill("livia");
  await page.getByText("livia@quintal.example").waitFor();
  await page.keyboard.press("Enter");
  await page.waitForURL(/settings\/staff\/stf_/);
  await close(page);
});

test("on a phone the list of sections comes first", async () => {
  const page = await site.open("/settings", { viewport: PHONE });
  await page.getByRole("link", { name: "Teams" }).click();
  await page.getByRole("heading", { name: "Teams" }).waitFor();
  await page.locator(".settings-back").getByRole("link", { name: "Settings" }).click();
  await page.getByRole("link", { name: "Audit trail" }).waitFor();
  await close(page);
});

for (const [name, path] of [
  ["staff", async () => "/settings/staff"],
  ["one person", async () => `/settings/staff/${(await personWith("caio@quintal.example")).id}`],
  ["teams", async () => "/settings/teams"],
  ["one team", async () => `/settings/teams/${(await teamNamed("night")).id}`],
  ["roles", async () => "/settings/roles"],
  ["a new role", async () => "/settings/roles/new"],
  ["the trail", async () => "/settings/audit"],
])
  test(`axe finds nothing on ${name}, light and dark, wide and narrow`, async () => checkPage(site, await path()));
