// Settings: tokens and webhooks, as who connects other programs meets them.
import assert from "node:assert/strict";
import { lookup } from "node:dns/promises";
import { hostname } from "node:os";
import { after, before, test } from "node:test";
import { Receiver } from "../../webhook/receiver.mjs";
import { checkPage, openConsole } from "./site.mjs";

let site;
before(async () => {
  site = await openConsole();
});
after(() => site?.close());

// A name of this machine, other than localhost, that leads inside.
async function nameInside() {
  for (const name of [hostname(), "ip6-localhost", "ip6-loopback"])
    if (/^(127\.|10\.|172\.|192\.168\.|::1$|f[cde])/.test((await lookup(name).catch(() => ({ address: "" }))).address))
      return name;
  return assert.fail("this machine has no name of its own");
}

const button = (page, name) => page.getByRole("button", { name, exact: true });

test("a token is made with its secret told once, lets a program in, and is revoked", async () => {
  const page = await site.open("/settings/tokens", { on: "empty" });
  await button(page, "Make a token").click();
  await button(page, "Make a token").click();
  await page.getByText("Give it a name").waitFor();
  await page.getByLabel("Name").fill("help desk <b>x</b>");
  await page.getByLabel("Send touches").uncheck();
  await button(page, "Make a token").click();
  await page.getByText("Choose at least one thing").waitFor();
  await page.getByLabel("Read the Code").check();
  await button(page, "Make a token").click();
  const secret = await page.locator(".secret code").textContent();
  assert.match(secret, /^troth_/);
  const ask = () => fetch(`${site.empty.address}/api/v1/calendars`, { headers: { Authorization: `Bearer ${secret}` } });
  assert.equal((await ask()).status, 200);
  await button(page, "I have kept it").click();
  const row = page.getByRole("row", { name: /help desk <b>x<\/b>/ });
  await row.waitFor();
  assert.doesNotMatch(await page.content(), new RegExp(secret));
  await row.getByRole("button", { name: /Revoke/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
  await row.waitFor({ state: "detached" });
  assert.equal((await ask()).status, 401);
  await page.getByLabel("Show expired and revoked ones").check();
  await row.getByText("revoked").waitFor();
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test("a webhook is added, refused inside the network in clear words, tested, and its tries are read", async () => {
  const page = await site.open("/settings/webhooks", { on: "empty" });
  const receiver = await Receiver.open();
  await button(page, "Add a webhook").click();
  await page.getByLabel("Address").fill("not an address");
  await button(page, "Add a webhook").click();
  await page.getByText("A webhook has an address such as").waitFor();
  await page.getByLabel("Address").fill(receiver.url);
  await button(page, "Add a webhook").click();
  const field = page.getByLabel("Address");
  await page.waitForFunction((one) => one.getAttribute("aria-invalid") === "true", await field.elementHandle());
  await page.getByText("This address lies inside a network: it is refused").waitFor();
  assert.deepEqual((await site.api("GET", "/api/v1/webhooks", undefined, "empty")).body.items, []);
  // A name says nothing before it is resolved.
  await page.getByLabel("Address").fill(`http://${await nameInside()}:${receiver.port}/`);
  await page.getByLabel("Contact").fill("nobody");
  await button(page, "Add a webhook").click();
  await page.getByText("This is no address of mail").waitFor();
  await page.getByLabel("Contact").fill("ops@shop.example");
  await page.getByLabel("Description").fill("the shop's own");
  await button(page, "Add a webhook").click();
  assert.match(await page.locator(".secret code").textContent(), /^whsec_/);
  await button(page, "I have kept it").click();
  await button(page, "Send a test").click();
  const row = page.getByRole("row", { name: /webhook\.test/ });
  await row.filter({ hasText: "lies inside a network" }).waitFor(); // the log follows by itself
  await row.getByRole("button", { name: "Show" }).click();
  await page.getByRole("table", { name: "Tries" }).getByText("no answer").first().waitFor();
  await page.getByText("What was sent").click();
  assert.equal(JSON.parse(await page.locator(".webhook-delivery pre").textContent()).type, "webhook.test");
  assert.equal(receiver.calls.length, 0, "nobody inside was called");
  await button(page, "Disable").click();
  await page.getByText("○ disabled").waitFor();
  await button(page, "New secret").click();
  await page.getByRole("dialog").getByRole("button", { name: "New secret" }).click();
  await page.locator(".secret code").waitFor();
  await button(page, "I have kept it").click();
  await button(page, "Remove").click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await page.getByText("No program is told what happens yet").waitFor();
  assert.deepEqual(page.complaints, []);
  await receiver.close();
  await page.context().close();
});

test("axe finds nothing serious on these pages, light and dark, wide and narrow", async () => {
  const { body } = await site.api("POST", "/api/v1/webhooks", {
    url: "https://hooks.example.com/troth",
    description: "Data warehouse",
    events: ["obligation.broken", "staff.changed"],
  });
  for (const path of [
    "/settings/tokens",
    "/settings/tokens/new",
    "/settings/webhooks",
    `/settings/webhooks/${body.id}`,
  ]) {
    await checkPage(site, path);
  }
  await site.api("DELETE", `/api/v1/webhooks/${body.id}`);
});
