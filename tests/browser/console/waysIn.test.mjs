// Ways in besides a password: a passkey of the browser's own (virtual) authenticator, and the company's providers.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Server } from "../../api/server.mjs";
import { CLIENT, openProvider } from "./openid.mjs";
import { checkPage, findings, openConsole, PHONE, settle, WIDE } from "./site.mjs";

const PASSWORD = "seven quiet herons at noon";
let site;
let server;
let home; // by its name: passkeys belong to names
let page;
let provider;
before(async () => {
  site = await openConsole();
  server = await Server.open();
  home = server.url.replace("127.0.0.1", "localhost");
  page = await (await site.browser.newContext({ viewport: WIDE, locale: "en-US" })).newPage();
  await page.addInitScript(() => {
    const offered = sessionStorage.getItem("offers") !== "no";
    PublicKeyCredential.isConditionalMediationAvailable = () => Promise.resolve(offered);
  });
});
after(async () => {
  await site?.close();
  await server?.close();
  await provider?.close();
});

// Whether the browser offers passkeys with the address, before anybody asks: this authenticator then agrees at once.
async function offers(yes) {
  await page.evaluate((given) => {
    sessionStorage.setItem("offers", given ? "yes" : "no");
    PublicKeyCredential.isConditionalMediationAvailable = () => Promise.resolve(given);
  }, yes);
}

async function addAuthenticator() {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("WebAuthn.enable");
  await devtools.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
}

async function signOut() {
  await page
    .locator(".rail")
    .getByRole("button", { name: /Account/ })
    .click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.waitForURL(/\/console\/sign-in$/);
}

test("a passkey is added to one's account, and named", async () => {
  await page.goto(home + new URL(server.link).pathname + new URL(server.link).search);
  await page.getByLabel("Your name").fill("Ana");
  await page.getByLabel("E-mail address").fill("ana@shop.example");
  await page.getByRole("textbox", { name: "Password" }).fill(PASSWORD);
  await page.getByRole("button", { name: "Begin" }).click();
  await page.waitForURL(/\/console\/today$/);
  await addAuthenticator();
  await page.goto(`${home}/console/me`);
  await settle(page);
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await page.getByText("not used yet").waitFor();
  await page.getByRole("button", { name: /^Rename/ }).click();
  await page.getByRole("textbox", { name: "Name of the passkey" }).fill("laptop");
  await page.getByRole("button", { name: "Save" }).last().click();
  await page.getByText("laptop", { exact: true }).waitFor();
  await page.reload();
  await settle(page);
  await page.getByText("laptop", { exact: true }).waitFor();
  assert.deepEqual(await findings(page), []);
});

test("it signs in without a password", async () => {
  await offers(false);
  await signOut();
  const button = page.getByRole("button", { name: "Sign in with a passkey" });
  await button.waitFor();
  assert.deepEqual(await findings(page), []);
  await button.click();
  await page.waitForURL(/\/console\/today$/);
  await page.goto(`${home}/console/me`);
  await page.getByText("last used").waitFor();
});

test("a browser that completes passkeys offers it with the address", async () => {
  await offers(true);
  await signOut();
  await page.waitForURL(/\/console\/today$/); // without a button: the one who holds it agrees at once
  await page.goto(`${home}/console/me`);
  await settle(page);
});

test("one that was removed lets nobody in, and the page says what to do", async () => {
  await page.getByRole("button", { name: "Remove: laptop" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await page.getByText("laptop", { exact: true }).waitFor({ state: "detached" });
  await offers(false);
  await signOut();
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await page.getByText("This passkey did not let you in").waitFor();
  await page.getByLabel("E-mail address").fill("ana@shop.example");
  await page.getByRole("textbox", { name: "Password" }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.waitForURL(/\/console\/today$/);
});

test("an account elsewhere is linked, unlinked, and the last way in stays", async () => {
  provider = await openProvider({ sub: "ana-there", email: "ana@elsewhere.example", email_verified: true });
  const made = await server.post("/api/v1/settings/sign-in/providers", {
    name: "Shop account",
    issuer: provider.issuer,
    client_id: CLIENT,
  });
  assert.equal(made.status, 201, made.text);
  await page.goto(`${server.url}/console/sign-in?from=%2Fme`); // where the provider sends people back to
  await page.getByLabel("E-mail address").fill("ana@shop.example");
  await page.getByRole("textbox", { name: "Password" }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByText("not linked").waitFor();
  assert.deepEqual(await findings(page), []);
  await page.getByRole("button", { name: "Link with Shop account" }).click();
  await page.getByText("Account linked.").waitFor();
  await page.waitForURL(/\/console\/me$/);
  await page.getByRole("button", { name: "Unlink: Shop account" }).waitFor();
  assert.deepEqual(await findings(page), []);
  await page.getByRole("button", { name: "Unlink: Shop account" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Unlink" }).click();
  await page.getByText("Account unlinked.").waitFor();
  await page.getByText("not linked").waitFor();
  // Somebody else's account is refused in words, in one's own language.
  const eva = await server.addStaff("eva@shop.example", ["agent"], { language: "es" });
  const other = await (await site.browser.newContext({ viewport: PHONE })).newPage();
  const [name, value] = (await server.signIn(eva.id)).split("=");
  await other.context().addCookies([{ name, value, url: server.url, httpOnly: true, sameSite: "Lax" }]);
  await other.goto(`${server.url}/console/me`);
  await other.getByRole("button", { name: "Vincular con Shop account" }).click();
  await other.getByText("Cuenta vinculada.").waitFor();
  await page.getByRole("button", { name: "Link with Shop account" }).click();
  await page.getByText("That account signs in somebody else here").waitFor();
  assert.deepEqual(await findings(page), []);
  // It is all that she has.
  await other.getByRole("button", { name: "Desvincular: Shop account" }).click();
  await other.getByRole("dialog").getByRole("button", { name: "Desvincular" }).click();
  await other.getByRole("dialog").waitFor({ state: "detached" });
  await other.getByText("Esta es su única forma de entrar").waitFor();
  assert.deepEqual(await findings(other), []);
  if (process.env.SHOTS) {
    await page.screenshot({ path: `${process.env.SHOTS}/links-wide.png`, fullPage: true });
    await other.screenshot({ path: `${process.env.SHOTS}/links-phone.png`, fullPage: true });
  }
  await other.context().close();
});

test("without passwords an invitation leads to what is allowed, and asks for no password", async () => {
  const set = (passwords) => server.ask("PUT", "/api/v1/settings/sign-in", { passwords });
  assert.equal((await set(false)).status, 200);
  const { id } = await server.addStaff("noa@shop.example", ["lead"], { language: "pt-BR" });
  const { path } = (await server.post(`/api/v1/staff/${id}/invitation`)).body;
  const context = await site.browser.newContext({ viewport: PHONE, locale: "pt-BR" });
  const noa = await context.newPage();
  await noa.goto(server.url + path);
  await noa.getByText("Aqui não há senhas").waitFor();
  assert.equal(await noa.locator("input[type=password]").count(), 0);
  assert.deepEqual(await findings(noa), []);
  if (process.env.SHOTS) await noa.screenshot({ path: `${process.env.SHOTS}/invite.png`, fullPage: true });
  await noa.getByRole("button", { name: "Continuar" }).click();
  await noa.getByRole("heading", { name: "Boas-vindas" }).waitFor();
  await noa.getByRole("button", { name: "Vincular com Shop account" }).waitFor();
  assert.equal(await noa.locator("input[type=password]").count(), 0);
  assert.deepEqual(await findings(noa), []);
  if (process.env.SHOTS) await noa.screenshot({ path: `${process.env.SHOTS}/welcome.png`, fullPage: true });
  provider.person = { sub: "noa-there", email: "noa@elsewhere.example", email_verified: true };
  await noa.getByRole("button", { name: "Vincular com Shop account" }).click();
  await noa.getByText("Conta vinculada.").waitFor();
  // The link is used up.
  const late = await (await site.browser.newContext({ viewport: WIDE })).newPage();
  await late.goto(server.url + path);
  await late.getByRole("button", { name: "Go on" }).click();
  await late.getByText("This link opens nothing any more").waitFor();
  assert.deepEqual(await findings(late), []);
  await late.context().close();
  // Where passwords are taken, they are offered first.
  await set(true);
  const reset = (await server.post(`/api/v1/staff/${id}/reset`)).body;
  await noa.goto(server.url + reset.path);
  await noa.getByRole("textbox", { name: "Nova senha" }).waitFor();
  assert.deepEqual(await findings(noa), []);
  if (process.env.SHOTS) await noa.screenshot({ path: `${process.env.SHOTS}/reset.png`, fullPage: true });
  await noa.getByRole("button", { name: "Usar uma chave de acesso ou outra conta" }).click();
  await noa.getByRole("heading", { name: "Boas-vindas" }).waitFor();
  await context.close();
});

test("who signed in long ago is asked to sign in again before a way in is changed", async () => {
  await server.sql("UPDATE session SET created_us = created_us - 1200000000");
  await page.goto(`${server.url}/console/me`);
  await page.getByRole("button", { name: "Link with Shop account" }).click();
  const again = page.getByRole("link", { name: "Sign in again" });
  await again.waitFor();
  assert.deepEqual(await findings(page), []);
  await again.click();
  await page.getByLabel("E-mail address").fill("ana@shop.example");
  await page.getByRole("textbox", { name: "Password" }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.waitForURL(/\/console\/me$/);
  provider.person = { sub: "ana-second", email: "ana@elsewhere.example", email_verified: true };
  await page.getByRole("button", { name: "Link with Shop account" }).click();
  await page.getByText("Account linked.").waitFor();
});

test("an administrator adds a provider, tries it, and its button stands on the sign-in page", async () => {
  const own = await site.open("/settings/sign-in", { on: "empty" });
  await own.getByRole("button", { name: "Add a provider" }).click();
  await own.getByLabel("Name on the button").fill("Shop account");
  await own.getByLabel("Issuer").fill("http://login.example");
  await own.getByLabel("Client id").fill("troth");
  await own.getByRole("textbox", { name: "Client secret" }).fill("hush hush");
  await own.getByRole("button", { name: "Save" }).click();
  await own.getByText("such as https://login.example.com").waitFor();
  await own.getByLabel("Issuer").fill("http://127.0.0.1:9");
  assert.deepEqual(await findings(own), []);
  await own.getByRole("button", { name: "Save" }).click();
  await own.getByText("/sign-in/back/idp_").waitFor();
  assert.equal(await own.getByText("hush hush").count(), 0);
  await own.getByRole("button", { name: "Try it: Shop account" }).click();
  await own.getByText(/127\.0\.0\.1 port 9/).waitFor();
  await checkPage(site, "/settings/sign-in", { on: "empty" });
  await checkPage(site, "/sign-in?problem=unknown", { on: "empty", cookie: null });
  const gate = await site.open("/sign-in?from=%2Fledger&problem=unknown", {
    on: "empty",
    cookie: null,
    viewport: PHONE,
  });
  await gate.getByText("Nobody here has your address yet").waitFor();
  await gate.getByRole("link", { name: "Sign in with Shop account" }).click();
  await gate.waitForURL(/problem=provider-down$/);
  await gate.getByText("The other side does not answer").waitFor();
  await gate.goto(`${site.empty.address}/console/sign-in?problem=constructor`);
  await gate.getByText("That took too long").waitFor();
});

test("passwords are switched off only while there is a provider, and the page then asks for none", async () => {
  const own = await site.open("/settings/sign-in", { on: "empty" });
  await own.getByRole("checkbox", { name: /sign in by a password/ }).click();
  await own.getByText("Saved.").first().waitFor();
  const gate = await site.open("/sign-in", { on: "empty", cookie: null });
  await gate.getByRole("link", { name: "Sign in with Shop account" }).waitFor();
  assert.equal(await gate.getByRole("textbox", { name: "Password" }).count(), 0);
  assert.deepEqual(await findings(gate), []);
  await own.getByRole("checkbox", { name: /sign in by a password/, checked: false }).click();
  await own.getByRole("checkbox", { name: /sign in by a password/, checked: true }).waitFor();
  await own.getByRole("button", { name: "Remove: Shop account" }).click();
  await own.getByRole("dialog").getByRole("textbox").fill("Shop account");
  await own.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await own.getByText("No provider yet").waitFor();
});
