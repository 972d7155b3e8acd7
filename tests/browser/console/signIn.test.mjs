// From first start to a second factor, in a browser.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, test } from "node:test";
import { Server } from "../../api/server.mjs";
import { checkPage, findings, openConsole, PHONE, settle, WIDE } from "./site.mjs";

const PASSWORD = "seven quiet herons at noon";
const EMAIL = "ana@shop.example";

let site;
let server;
let page;
before(async () => {
  site = await openConsole();
  server = await Server.open();
  page = await (await site.browser.newContext({ viewport: WIDE, locale: "en-US" })).newPage();
});
after(async () => {
  await site?.close();
  await server?.close();
});

// RFC 6238, six figures, thirty seconds.
function totp(secret, at = Date.now()) {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret.replaceAll(/[\s=]/g, "")]
    .map((c) => letters.indexOf(c).toString(2).padStart(5, "0"))
    .join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const hash = createHmac("sha1", key).update(counter).digest();
  const offset = hash[19] & 15;
  return String((hash.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

async function signOut() {
  await page
    .locator(".rail")
    .getByRole("button", { name: /Account/ })
    .click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.waitForURL(/\/console\/sign-in$/); // loaded anew: nothing of before is left
}

async function giveCredentials(password) {
  await page.getByLabel("E-mail address").fill(EMAIL);
  await page.getByRole("textbox", { name: "Password" }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

test("the first administrator is made by the link that the server prints", async () => {
  await page.goto(server.link);
  await settle(page);
  assert.deepEqual(await findings(page), []);
  await page.getByLabel("Your name").fill("Ana");
  await page.getByLabel("E-mail address").fill(EMAIL);
  await page.getByRole("textbox", { name: "Password" }).fill("too short");
  await page.getByRole("button", { name: "Begin" }).click();
  await page.getByText("Choose another one").waitFor();
  await page.getByRole("textbox", { name: "Password" }).fill(PASSWORD);
  await page.getByRole("button", { name: "Begin" }).click();
  await page.waitForURL(/\/console\/today$/);
});

test("a wrong password is told inline, the right one leads to where one wanted to go", async () => {
  await signOut();
  await page.goto(`${server.url}/console/me`);
  await page.waitForURL(/sign-in\?from=%2Fme$/);
  await giveCredentials("not the right one at all");
  await page.getByText("The address or the password is wrong.").waitFor();
  await giveCredentials(PASSWORD);
  await page.waitForURL(/\/console\/me$/);
});

test("an address in the link leads nowhere else", async () => {
  await signOut();
  await page.goto(`${server.url}/console/sign-in?from=${encodeURIComponent("//evil.example/")}`);
  await giveCredentials(PASSWORD);
  await page.waitForURL(`${server.url}/console/today`);
});

test("a second factor is set up by its picture, asked for, and good once", async () => {
  await page.goto(`${server.url}/console/me`);
  await page.getByRole("button", { name: "Set up" }).click();
  const secret = await page.locator(".me-picture code").textContent();
  const drawn = await page
    .locator(".me-picture img")
    .evaluate((image) => image.decode().then(() => image.naturalWidth));
  assert.ok(drawn > 0);
  await page.getByLabel("Code").fill("000000");
  await page.getByRole("button", { name: "Turn on" }).click();
  await page.getByText("This code is wrong").waitFor();
  await page.getByLabel("Code").fill(totp(secret));
  await page.getByRole("button", { name: "Turn on" }).click();
  await page.locator(".me-codes li").first().waitFor();
  const recovery = await page.locator(".me-codes li").first().textContent();
  await page.getByRole("button", { name: "I have kept them" }).click();
  await signOut();
  await giveCredentials(PASSWORD);
  await page.getByLabel("Code").fill(recovery);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL(/\/console\/today$/);
  await signOut();
  await giveCredentials(PASSWORD);
  await page.getByLabel("Code").fill(recovery);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText("This code is wrong or was used already").waitFor();
});

test("who is invited chooses a password and is in", async () => {
  const { id } = await server.addStaff("rui@shop.example", ["agent"]);
  const { body } = await server.post(`/api/v1/staff/${id}/invitation`);
  const guest = await (await site.browser.newContext({ viewport: PHONE, locale: "es-ES" })).newPage();
  await guest.goto(server.url + body.path);
  await guest.getByLabel("Nueva contraseña").fill("una garza tranquila al mediodía");
  await guest.getByRole("button", { name: "Guardar" }).click();
  await guest.waitForURL(/\/console\/today$/);
  // From here on the page may speak the language of the account.
  await guest.goto(server.url + body.path);
  await guest.getByLabel(/New password|Nueva contraseña/).fill("otra garza tranquila al mediodía");
  await guest.getByRole("button", { name: /Save|Guardar/ }).click();
  await guest.getByText(/This link opens nothing any more|Este enlace ya no abre nada/).waitFor();
  await guest.context().close();
});

test("signing in and the account keep nobody out", async () => {
  await checkPage(site, "/sign-in", { cookie: null });
  await checkPage(site, "/me");
});
