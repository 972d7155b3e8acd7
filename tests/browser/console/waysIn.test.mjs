// Ways in besides a password: a passkey of the browser's own (virtual) authenticator, and the company's providers.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Server } from "../../api/server.mjs";
import { checkPage, findings, openConsole, PHONE, settle, WIDE } from "./site.mjs";

const PASSWORD = "seven quiet herons at noon";
let site;
let server;
let home; // by its name: passkeys belong to names
let page;
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
  await page.waitForURL(/\/console\/sign-in/);
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
