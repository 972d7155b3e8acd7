// Single sign-on by a real provider: who comes in by it, and what does not.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { cookiesOf, Server } from "../api/server.mjs";
import { CLIENT, makeKey, OpenId, SECRET } from "./provider.mjs";

const ANA = { sub: "ana-there", email: "ana@shop.example", email_verified: true, name: "Ana Luz" };
let server;
let openId;
let provider; // as the API tells of it
let folder;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "troth-oidc-"));
  process.env.TROTH_KEY_FILE = join(folder, "key");
  await writeFile(process.env.TROTH_KEY_FILE, randomBytes(32).toString("hex"), { mode: 0o600 });
  server = await Server.open("--rate", "0", "--smtp", "smtp://127.0.0.1:9", "--mail-from", "t@shop.example");
  await server.addStaff("ana@shop.example", ["agent"]);
  openId = await OpenId.open();
  const { status, body, text } = await server.post("/api/v1/settings/sign-in/providers", {
    name: "Shop account",
    issuer: openId.issuer,
    client_id: CLIENT,
    client_secret: SECRET,
    domains: ["Shop.example"],
  });
  assert.equal(status, 201, text);
  provider = body;
  openId.begin(provider.return_url);
});
after(async () => {
  await openId.stop();
  await server.close();
  await rm(folder, { recursive: true });
});

// A browser: keeps each site's cookies and follows where it is led.
class Browser {
  constructor() {
    this.cookies = new Map();
  }
  jar(url) {
    const { host } = new URL(url);
    if (!this.cookies.has(host)) this.cookies.set(host, new Map());
    return this.cookies.get(host);
  }
  async open(url) {
    const jar = this.jar(url);
    const Cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const reply = await fetch(url, { redirect: "manual", headers: Cookie ? { Cookie } : {} });
    const text = await reply.text();
    this.keep(url, reply.headers);
    const to = reply.headers.get("Location");
    return { status: reply.status, to: to && new URL(to, url).href, headers: reply.headers, text };
  }
  keep(url, headers) {
    const jar = this.jar(url);
    for (const line of cookiesOf(headers)) {
      const [, name, value] = line.match(/^([^=]+)=([^;]*)/);
      if (value === "" || /Max-Age=0|1970/.test(line)) jar.delete(name);
      else jar.set(name, value);
    }
  }
  enter(cookie) {
    this.jar(server.url).set("troth_session", cookie.split("=")[1]);
  }
  ask(method, path, body) {
    return server.as(`troth_session=${this.session}`, method, path, body);
  }
  // To the provider and as far as it leads; stops before the address that `until` accepts.
  async follow(url, until = () => false) {
    let at = url;
    for (let steps = 0; steps < 12; steps += 1) {
      if (until(at)) return at;
      const { status, to, text } = await this.open(at);
      if (!to) throw new Error(`${at}: ${status} ${text}`);
      at = to;
      if (at.startsWith(`${server.url}/console`)) return at;
    }
    throw new Error(`led in a circle: ${at}`);
  }
  start(to = "") {
    return `${server.url}/sign-in/by/${provider.id}${to && `?to=${encodeURIComponent(to)}`}`;
  }
  // Where it ends, as a path.
  async signIn(to) {
    return (await this.follow(this.start(to))).slice(server.url.length);
  }
  // As far as the address to which the provider sends it back.
  comeBack() {
    return this.follow(this.start(), (at) => at.startsWith(provider.return_url));
  }
  get session() {
    return this.jar(server.url).get("troth_session");
  }
  async me() {
    const Cookie = this.session ? `troth_session=${this.session}` : "troth_session=none";
    return server.ask("GET", "/api/v1/me", undefined, { token: null, headers: { Cookie } });
  }
}

// A browser in which somebody has signed in by a link, and what it asks as a page of the server's own does.
async function browserOf(email) {
  const { id } = await server.addStaff(email, ["agent"]);
  const browser = new Browser();
  browser.enter(await server.signIn(id));
  return Object.assign(browser, { id, email });
}
// Where linking ends, as a path.
async function link(browser, sub, more = {}) {
  openId.person = { sub, email: `${sub}@shop.example`, email_verified: true, ...more };
  const { status, body, text, headers } = await browser.ask("POST", `/api/v1/me/providers/${provider.id}/link`);
  assert.equal(status, 200, text);
  browser.keep(server.url, headers);
  return (await browser.follow(body.address)).slice(server.url.length);
}
// As if they had signed in so many minutes sooner.
const age = (browser, minutes) =>
  server.sql(
    `UPDATE session SET created_us = created_us - ${minutes * 60e6} ` +
      `WHERE staff_id = (SELECT id FROM staff WHERE email = '${browser.email}')`,
  );

const refusedFor = (problem) => `/console/sign-in?problem=${problem}`;
const asAna = (more = {}) => {
  openId.person = { ...ANA, ...more };
};
// The claims that the provider would sign, but for these.
const claims = (url, more) => {
  const now = Math.floor(Date.now() / 1000);
  return {
    iss: openId.issuer,
    sub: ANA.sub,
    aud: CLIENT,
    exp: now + 60,
    iat: now,
    nonce: new URL(url).searchParams.get("nonce"),
    email: ANA.email,
    email_verified: true,
    ...more,
  };
};
// Signs in, while the provider's answer to the code is forged.
async function signInForged(make) {
  const browser = new Browser();
  asAna();
  const asked = (await browser.open(browser.start())).to;
  const back = await browser.follow(asked, (at) => at.startsWith(provider.return_url));
  openId.forge = make((more) => claims(asked, more));
  const { to, text } = await browser.open(back);
  openId.forge = undefined;
  if (!to) assert.fail(text);
  assert.equal(browser.session !== undefined, to === `${server.url}/console/today`);
  return to.slice(server.url.length);
}

test("the_secret_never_comes_back_and_only_an_administrator_trusts_a_provider", async () => {
  const list = await server.get("/api/v1/settings/sign-in/providers");
  assert.equal(list.body.items[0].has_secret, true);
  assert.doesNotMatch(list.text, /a secret that both/);
  assert.deepEqual(list.body.items[0].domains, ["shop.example"]);
  const { id } = await server.addStaff("mia@shop.example", ["manager"]);
  const cookie = await server.signIn(id);
  const more = { name: "Mine", issuer: "https://mine.example", client_id: "x" };
  assert.equal((await server.as(cookie, "POST", "/api/v1/settings/sign-in/providers", more)).status, 403);
  for (const issuer of ["http://login.example", "https://a@b.example", "ftp://x", "nowhere"])
    assert.equal((await server.post("/api/v1/settings/sign-in/providers", { ...more, issuer })).status, 400, issuer);
  assert.equal((await server.post("/api/v1/settings/sign-in/providers", { ...more, enrols: true })).status, 400);
  const audit = await server.get("/api/v1/audit?action=provider.made");
  assert.equal(audit.body.items.length, 1);
  assert.doesNotMatch(audit.text, /a secret that both/);
});

test("the_sign_in_page_is_told_of_the_button_and_nothing_else", async () => {
  const { body } = await server.get("/api/v1/sign-in/providers", { token: null });
  assert.deepEqual(body.items, [{ name: "Shop account", path: `/sign-in/by/${provider.id}` }]);
});

test("who_is_known_comes_in_by_the_provider_and_lands_where_they_were_going", async () => {
  asAna();
  const browser = new Browser();
  assert.equal(await browser.signIn("/console/ledger?state=open"), "/console/ledger?state=open");
  const { body } = await browser.me();
  assert.equal(body.email, "ana@shop.example");
  assert.equal(browser.jar(server.url).has("troth_sign_in"), false, "the ticket is taken away");
  const [session] = (await server.as(`troth_session=${browser.session}`, "GET", "/api/v1/me/sessions")).body.items;
  assert.equal(session.method, "oidc");
  const noted = (await server.get("/api/v1/audit?q=session.begun")).text + (await server.get("/api/v1/audit")).text;
  assert.match(noted, /identity\.linked/);
  assert.match(noted, /session\.begun/);
});

test("what_is_asked_of_the_provider_is_pkce_state_and_nonce", async () => {
  const { to, headers } = await new Browser().open(new Browser().start());
  const asked = new URL(to).searchParams;
  assert.equal(asked.get("code_challenge_method"), "S256");
  assert.equal(asked.get("response_type"), "code");
  for (const name of ["state", "nonce", "code_challenge"]) assert.match(asked.get(name), /^[\w-]{43}$/);
  assert.match(headers.get("Set-Cookie"), /^troth_sign_in=[\w-]+; Path=\/; HttpOnly; SameSite=Lax; Max-Age=900/);
});

test("the_next_time_it_is_who_they_are_there_that_counts_not_the_address", async () => {
  asAna({ email: "ana.luz@elsewhere.example", email_verified: false });
  const browser = new Browser();
  assert.equal(await browser.signIn(), "/console/today");
  assert.equal((await browser.me()).body.email, "ana@shop.example");
  // Their address at the provider now belongs to somebody else there.
  openId.person = { ...ANA, sub: "another-ana" };
  assert.equal(await new Browser().signIn(), refusedFor("taken"));
});

test("a_session_from_before_signing_in_is_worth_nothing_afterwards", async () => {
  asAna();
  const browser = new Browser();
  await browser.signIn();
  const before = browser.session;
  await browser.signIn();
  assert.notEqual(browser.session, before);
  const old = await server.ask("GET", "/api/v1/me", undefined, {
    token: null,
    headers: { Cookie: `troth_session=${before}` },
  });
  assert.equal(old.status, 401);
});

test("nobody_is_led_to_another_site", async () => {
  asAna();
  for (const to of [
    "https://evil.example/",
    "//evil.example",
    "/\\evil.example",
    "/console/../x\r\nX: y",
    "javascript:1",
  ])
    assert.equal(await new Browser().signIn(to), "/console/today", to);
});

test("only_the_browser_that_began_comes_back_and_with_the_state_that_it_was_given", async () => {
  asAna();
  const browser = new Browser();
  const back = await browser.comeBack();
  assert.equal((await new Browser().open(back)).to, server.url + refusedFor("expired"), "another browser");
  const other = new URL(back);
  other.searchParams.set("state", "x".repeat(43));
  const forged = new Browser();
  forged.jar(server.url).set("troth_sign_in", browser.jar(server.url).get("troth_sign_in"));
  assert.equal((await forged.open(other.href)).to, server.url + refusedFor("expired"), "another state");
  assert.equal(forged.session, undefined);
  const otherIssuer = new URL(back);
  otherIssuer.searchParams.set("iss", "https://mixed-up.example");
  forged.jar(server.url).set("troth_sign_in", browser.jar(server.url).get("troth_sign_in"));
  assert.equal((await forged.open(otherIssuer.href)).to, server.url + refusedFor("provider-answer"));
});

test("a_code_is_good_once", async () => {
  asAna();
  const browser = new Browser();
  const back = await browser.comeBack();
  const ticket = browser.jar(server.url).get("troth_sign_in");
  assert.equal((await browser.open(back)).to, `${server.url}/console/today`);
  const again = new Browser();
  again.jar(server.url).set("troth_sign_in", ticket);
  assert.equal((await again.open(back)).to, server.url + refusedFor("expired"));
  assert.equal(again.session, undefined);
});

test("a_token_with_anything_wrong_lets_nobody_in", async () => {
  const minute = 60;
  const now = () => Math.floor(Date.now() / 1000);
  const stranger = { ...makeKey("RS256"), kid: openId.keys[0].kid };
  const cases = {
    "as it should be": [(own) => ({ claims: own({}) }), "/console/today"],
    "within the clocks' difference": [(own) => ({ claims: own({ exp: now() - 20 }) }), "/console/today"],
    "one of several audiences": [(own) => ({ claims: own({ aud: ["x", CLIENT], azp: CLIENT }) }), "/console/today"],
    "another nonce": [(own) => ({ claims: own({ nonce: "x".repeat(43) }) })],
    "no nonce": [(own) => ({ claims: own({ nonce: undefined }) })],
    "another audience": [(own) => ({ claims: own({ aud: "somebody else" }) })],
    "several audiences, made for another": [(own) => ({ claims: own({ aud: [CLIENT, "x"], azp: "x" }) })],
    "another issuer": [(own) => ({ claims: own({ iss: "https://evil.example" }) })],
    expired: [(own) => ({ claims: own({ exp: now() - 2 * minute }) })],
    "from the future": [(own) => ({ claims: own({ iat: now() + 5 * minute, exp: now() + 10 * minute }) })],
    "an old one": [(own) => ({ claims: own({ iat: now() - 60 * minute }) })],
    nobody: [(own) => ({ claims: own({ sub: undefined }) })],
    "another's key by the same name": [(own) => ({ claims: own({}), key: stranger })],
    "a key that is not listed": [(own) => ({ claims: own({}), key: makeKey("RS256") })],
    "no signature": [
      (own) => {
        const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
        return { claims: `${part({ alg: "none" })}.${part(own({}))}.` };
      },
    ],
    "no token": [() => ({ claims: "nonsense" })],
  };
  for (const [what, [make, wanted = refusedFor("provider-answer")]] of Object.entries(cases))
    assert.equal(await signInForged(make), wanted, what);
});

test("keys_that_were_changed_are_asked_for_anew", async () => {
  asAna();
  openId.rotate();
  // The keys were asked for a moment ago: those of a liar must not make us ask each time.
  const asks = () => openId.calls.filter((call) => call === "GET /jwks").length;
  const before = asks();
  let at;
  for (let tries = 0; tries < 30; tries += 1) {
    at = await new Browser().signIn();
    if (at === "/console/today") break;
    assert.equal(at, refusedFor("provider-answer"));
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  assert.equal(at, "/console/today");
  assert.ok(asks() - before <= 3, `${asks() - before} times`);
});

test("other_ways_to_sign_and_to_show_the_secret_work_as_well", async () => {
  const rest = () => new Promise((resolve) => setTimeout(resolve, 1000));
  const other = await OpenId.open({ alg: "ES256", auth: "client_secret_post" });
  other.apart = false;
  const { body } = await server.post("/api/v1/settings/sign-in/providers", {
    name: "Other account",
    issuer: other.issuer,
    client_id: CLIENT,
    client_secret: SECRET,
    domains: ["other.example"],
    enrols: true,
    role: "agent",
  });
  other.begin(body.return_url);
  const tried = await server.post(`/api/v1/settings/sign-in/providers/${body.id}/try`);
  assert.deepEqual(tried.body, { works: true, problem: null });
  // And who is not known yet is enrolled there, with that role.
  const first = provider;
  provider = body;
  try {
    other.person = { sub: "7", email: "New.One@other.example", email_verified: true, name: "New One" };
    const browser = new Browser();
    assert.equal(await browser.signIn(), "/console/today");
    const me = (await browser.me()).body;
    assert.deepEqual([me.name, me.email, me.roles[0].name], ["New One", "new.one@other.example", "agent"]);
    other.person = { sub: "8", email: "x@shop.example", email_verified: true };
    assert.equal(await new Browser().signIn(), refusedFor("domain"));
    other.person = { sub: "8", email: "y@other.example", email_verified: false };
    assert.equal(await new Browser().signIn(), refusedFor("no-address"));
    // Forgotten, they are known by their address again.
    assert.equal((await server.ask("DELETE", `/api/v1/staff/${me.id}/provider-identities`)).status, 204);
    other.person = { sub: "9", email: "new.one@other.example", email_verified: true };
    assert.equal(await new Browser().signIn(), "/console/today");
    other.person = undefined; // says no
    assert.equal(await new Browser().signIn(), refusedFor("declined"));
    await rest();
  } finally {
    provider = first;
    await other.stop();
  }
  assert.equal((await server.ask("DELETE", `/api/v1/settings/sign-in/providers/${body.id}`)).status, 204);
});

test("who_is_not_known_or_disabled_is_told_so", async () => {
  openId.person = { sub: "stranger", email: "nobody@shop.example", email_verified: true };
  assert.equal(await new Browser().signIn(), refusedFor("unknown"));
  const { id } = await server.addStaff("gone@shop.example", ["agent"]);
  assert.equal((await server.ask("POST", `/api/v1/staff/${id}/disable`)).status, 200);
  openId.person = { sub: "gone", email: "gone@shop.example", email_verified: true };
  assert.equal(await new Browser().signIn(), refusedFor("disabled"));
});

const own = async (browser) => (await browser.ask("GET", "/api/v1/me/providers")).body.items;
const LINKED = "/console/me?linked=yes";
// What mails to somebody say at their head, the newest first.
const mails = async (to) =>
  (await server.get("/api/v1/outbox?limit=100")).body.items.filter((one) => one.to === to).map((one) => one.title);

test("one_links_an_account_there_with_whatever_address_and_signs_in_by_it", async () => {
  const rui = await browserOf("rui@shop.example");
  assert.deepEqual(await own(rui), [{ id: provider.id, name: "Shop account", issuer: openId.issuer, linked: null }]);
  const before = rui.session;
  assert.equal(await link(rui, "rui-there"), LINKED);
  assert.equal(rui.session, before, "they were signed in and stay so");
  assert.ok(Date.parse((await own(rui))[0].linked) > Date.now() - 60e3);
  const [noted] = (await server.get("/api/v1/audit?action=identity.linked&limit=1")).body.items;
  assert.equal(noted.subject, rui.id);
  assert.equal(noted.actor, rui.id);
  assert.deepEqual(await mails("rui@shop.example"), ["An account was linked to yours at Troth"]);
  openId.person = { sub: "rui-there", email: "rui.other@shop.example", email_verified: true };
  const elsewhere = new Browser();
  assert.equal(await elsewhere.signIn(), "/console/today");
  assert.equal((await elsewhere.me()).body.email, "rui@shop.example");
  assert.equal(await link(rui, "rui-there"), LINKED, "once more changes nothing");
  assert.equal(await link(rui, "rui-second"), "/console/me?problem=second");
});

test("an_account_that_is_somebody_else_s_is_not_linked_nor_one_of_another_domain", async () => {
  const eva = await browserOf("eva@shop.example");
  assert.equal(await link(eva, "rui-there"), "/console/me?problem=others");
  assert.equal(await link(eva, "eva", { email: "eva@elsewhere.example" }), "/console/me?problem=domain");
  assert.equal(await link(eva, "eva", { email_verified: false }), "/console/me?problem=no-address");
  assert.equal((await own(eva))[0].linked, null);
  const refused = (await server.get("/api/v1/audit?action=identity.refused")).text;
  assert.match(refused, /others/);
});

test("linking_is_of_the_session_that_began_it_and_begun_by_a_page_of_ours", async () => {
  const eva = await browserOf("eve@shop.example");
  const path = `/api/v1/me/providers/${provider.id}/link`;
  const forged = await server.ask("POST", path, undefined, {
    token: null,
    headers: { Cookie: `troth_session=${eva.session}`, Origin: "https://evil.example" },
  });
  assert.equal(forged.status, 403);
  // Its ticket in a browser of somebody else, or of nobody, links nothing.
  openId.person = { sub: "eve-there", email: "eve@shop.example", email_verified: true };
  const { body, headers } = await eva.ask("POST", path);
  eva.keep(server.url, headers);
  const back = await eva.follow(body.address, (at) => at.startsWith(provider.return_url));
  const stranger = await browserOf("stranger@shop.example");
  stranger.jar(server.url).set("troth_sign_in", eva.jar(server.url).get("troth_sign_in"));
  assert.equal((await stranger.open(back)).to, `${server.url}/console/me?problem=expired`);
  assert.equal((await own(stranger))[0].linked, null);
  assert.equal((await own(eva))[0].linked, null);
});

test("ways_in_are_changed_soon_after_signing_in_alone", async () => {
  const lia = await browserOf("lia@shop.example");
  await age(lia, 14);
  assert.equal(await link(lia, "lia-there"), LINKED);
  await age(lia, 2);
  for (const [method, path] of [
    ["POST", `/api/v1/me/providers/${provider.id}/link`],
    ["DELETE", `/api/v1/me/providers/${provider.id}`],
    ["GET", "/api/v1/me/passkeys/challenge"],
    ["POST", "/api/v1/me/second-factor"],
  ]) {
    const { status, body } = await lia.ask(method, path);
    assert.deepEqual([status, body.field], [403, "session"], path);
  }
  const password = { password: "seven quiet herons at noon" }; // there is none yet
  assert.equal((await lia.ask("PUT", "/api/v1/me/password", password)).body.field, "session");
  openId.person = { sub: "lia-there", email: "lia@shop.example", email_verified: true };
  assert.equal(await lia.signIn("/console/me"), "/console/me");
  assert.equal((await lia.ask("PUT", "/api/v1/me/password", password)).status, 204);
});

test("unlinking_leaves_another_way_in", async () => {
  const ivo = await browserOf("ivo@shop.example");
  const path = `/api/v1/me/providers/${provider.id}`;
  assert.equal((await ivo.ask("DELETE", path)).status, 404, "nothing is linked");
  assert.equal(await link(ivo, "ivo-there"), LINKED);
  const last = await ivo.ask("DELETE", path);
  assert.equal(last.status, 409);
  assert.match(last.body.detail, /only way in/);
  const password = { password: "seven quiet herons at noon" };
  const changed = await ivo.ask("PUT", "/api/v1/me/password", password);
  assert.equal(changed.status, 204);
  ivo.keep(server.url, changed.headers);
  const set = (passwords) => server.ask("PUT", "/api/v1/settings/sign-in", { passwords });
  await set(false);
  assert.equal((await ivo.ask("DELETE", path)).status, 409, "a password that is not taken is no way in");
  await set(true);
  assert.equal((await ivo.ask("DELETE", path)).status, 204);
  assert.equal((await own(ivo))[0].linked, null);
  const [noted] = (await server.get("/api/v1/audit?action=identity.unlinked&limit=1")).body.items;
  assert.equal(noted.subject, ivo.id);
  assert.deepEqual(await mails("ivo@shop.example"), [
    "An account was unlinked from yours at Troth",
    "Your password at Troth was changed",
    "An account was linked to yours at Troth",
  ]);
  openId.person = { sub: "ivo-there", email: "ivo.other@shop.example", email_verified: true };
  assert.equal(await new Browser().signIn(), refusedFor("unknown"));
});

test("passwords_may_be_switched_off_while_there_is_another_way_in", async () => {
  const set = (passwords) => server.ask("PUT", "/api/v1/settings/sign-in", { passwords });
  assert.equal((await set(false)).body.passwords, false);
  assert.equal((await server.get("/api/v1/sign-in", { token: null })).body.password, false);
  const tried = { email: "ana@shop.example", password: "whatever it may be" };
  const refused = await server.ask("POST", "/api/v1/sign-in", tried, {
    token: null,
    headers: { Origin: server.url },
  });
  assert.equal(refused.status, 403);
  assert.match(refused.body.detail, /switched off/);
  const last = await server.ask("DELETE", `/api/v1/settings/sign-in/providers/${provider.id}`);
  assert.equal(last.status, 409);
  asAna();
  assert.equal(await new Browser().signIn(), "/console/today");
  assert.equal((await set(true)).body.passwords, true);
});

test("a_provider_that_is_down_or_hangs_is_told_soon_and_passwords_go_on", async () => {
  await openId.stop();
  const { body } = await server.post(`/api/v1/settings/sign-in/providers/${provider.id}/try`);
  assert.equal(body.works, false);
  asAna();
  assert.equal(await new Browser().signIn(), refusedFor("provider-down"));
  // One that takes calls and never answers: many who wait for it hold up nobody else.
  const hanging = createServer(() => {});
  hanging.listen(openId.port, "127.0.0.1");
  await new Promise((resolve) => hanging.once("listening", resolve));
  await new Promise((resolve) => setTimeout(resolve, 5100)); // it is asked again
  let ended = 0;
  const waiting = Array.from({ length: 8 }, async () => {
    const at = await new Browser().signIn();
    ended += 1;
    return at;
  });
  const password = await server.ask(
    "POST",
    "/api/v1/sign-in",
    { email: "nobody@shop.example", password: "x" },
    {
      token: null,
      headers: { Origin: server.url },
    },
  );
  assert.equal(password.status, 401);
  assert.equal(ended, 0, "the provider still hangs");
  for (const at of await Promise.all(waiting)) assert.equal(at, refusedFor("provider-down"));
  hanging.close();
  await openId.again();
  await new Promise((resolve) => setTimeout(resolve, 5100));
  assert.equal(await new Browser().signIn(), "/console/today");
});
