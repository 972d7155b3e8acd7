// Signing in: the first administrator, passwords, second factors, links by mail, sessions.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Browser, code } from "./browser.mjs";
import { cookiesOf, Server } from "./server.mjs";

const GOOD = "violet harbour climbs seven";
const OTHER = "quiet lantern over marble";
const onPostgres = process.env.TROTH_TEST_DB === "postgresql";
let server;
let root; // its cookies
let folder; // of the key file, where none lies beside the database
const writeKey = () => writeFile(process.env.TROTH_KEY_FILE, randomBytes(32).toString("hex"), { mode: 0o600 });
before(async () => {
  if (onPostgres) {
    folder = await mkdtemp(join(tmpdir(), "troth-key-"));
    process.env.TROTH_KEY_FILE = join(folder, "key");
    await writeKey();
  }
  server = await Server.open("--rate", "0");
});
after(async () => {
  await server.close();
  if (folder) await rm(folder, { recursive: true });
});

test("the_first_administrator_is_made_by_the_code_that_the_server_printed_and_only_once", async () => {
  const printed = new URL(server.link);
  assert.equal(printed.pathname, "/console/first");
  const made = { code: printed.searchParams.get("code"), name: "Root", email: "root@shop.example", password: GOOD };
  const browser = new Browser(server);
  assert.equal((await browser.ask("GET", "/api/v1/sign-in")).body.first, true);
  const first = (change, headers) => browser.ask("POST", "/api/v1/first", { ...made, ...change }, headers);
  assert.equal((await first({ code: "troth_guess" })).status, 403);
  assert.equal((await first({}, { Origin: "http://elsewhere.example" })).status, 403);
  assert.deepEqual((await first({ password: "short" })).body.field, "password");
  assert.equal((await first({ password: "RootRootShop1234" })).status, 400, "made of their own name");
  assert.equal((await first({ email: "nobody" })).status, 400);
  assert.equal((await first({})).status, 201);
  assert.ok(await browser.isIn());
  const me = (await browser.ask("GET", "/api/v1/me")).body;
  assert.deepEqual([me.email, me.roles[0].name], ["root@shop.example", "administrator"]);
  assert.equal((await first({ email: "second@shop.example" })).status, 409);
  assert.equal((await browser.ask("GET", "/api/v1/sign-in")).body.first, false);
  root = browser;
});

test("a_password_lets_in_and_a_wrong_one_says_no_more_than_an_unknown_address", async () => {
  const browser = new Browser(server);
  const wrong = await browser.signIn("root@shop.example", "not the right password");
  const unknown = await browser.signIn("nobody@shop.example", "not the right password");
  const nonsense = await browser.signIn("no address", "x");
  const said = ({ status, body }) => ({ status, ...body, request_id: null });
  assert.equal(wrong.status, 401);
  assert.deepEqual(said(unknown), said(wrong));
  assert.deepEqual(said(nonsense), said(wrong));
  assert.equal(browser.session, undefined);
  const right = await browser.signIn(" ROOT@shop.example", GOOD);
  assert.equal(right.status, 200);
  const [cookie] = cookiesOf(right.headers);
  assert.match(cookie, /^troth_session=.*; Path=\/; HttpOnly; SameSite=Lax/);
  assert.ok(await browser.isIn());
});

test("the_same_letters_typed_on_another_system_are_the_same_password", async () => {
  const composed = "caf\u00e9 caf\u00e9 harbour lantern";
  const { body } = await root.ask("POST", "/api/v1/staff", { name: "Nfc", email: "nfc@shop.example", roles: [] });
  const { path } = (await root.ask("POST", `/api/v1/staff/${body.id}/invitation`)).body;
  const choice = { by: "invite", code: path.split("=")[1], password: composed };
  assert.equal((await new Browser(server).ask("POST", "/api/v1/password", choice)).status, 200);
  assert.equal((await new Browser(server).signIn("nfc@shop.example", composed.normalize("NFD"))).status, 200);
});

test("guessing_waits_longer_and_longer_while_a_known_browser_comes_in", async () => {
  const { body } = await root.ask("POST", "/api/v1/staff", { name: "Gil", email: "gil@shop.example", roles: [] });
  const { path } = (await root.ask("POST", `/api/v1/staff/${body.id}/invitation`)).body;
  const own = new Browser(server);
  assert.equal(
    (await own.ask("POST", "/api/v1/password", { by: "invite", code: path.split("=")[1], password: OTHER })).status,
    200,
  );
  const stranger = new Browser(server);
  const begun = performance.now();
  const tries = await Promise.all(
    Array.from({ length: 12 }, () => stranger.signIn("gil@shop.example", "not the right password")),
  );
  const took_s = (performance.now() - begun) / 1000;
  const refused = tries.filter((t) => t.status === 429);
  const looked = tries.filter((t) => t.status === 401).length;
  const told = `${JSON.stringify(tries.map((t) => t.status))} in ${took_s} s`;
  // The pause after the sixth is one second, then two, then four: what a slow machine spreads has gained so much.
  const waited = Math.floor(Math.log2(1 + took_s));
  assert.ok(looked >= 5 && looked <= 6 + waited, `five are free, and the one after which to wait: ${told}`);
  assert.equal(refused.length, 12 - looked, told);
  assert.ok(refused.length > 0, told);
  assert.ok(Number(refused[0].headers.get("Retry-After")) >= 1);
  assert.equal((await own.signIn("gil@shop.example", OTHER)).status, 200, "who has signed in here before does again");
});

test("a_cookie_of_another_account_s_browser_is_none_of_this_one_s", async () => {
  const thief = new Browser(server);
  thief.cookies.set("troth_device", root.cookies.get("troth_device"));
  const reply = await thief.signIn("gil@shop.example", "not the right password");
  assert.ok(reply.status === 401 || reply.status === 429);
  thief.cookies.set("troth_device", "x".repeat(64));
  assert.notEqual((await thief.signIn("gil@shop.example", "x")).status, 500);
});

test("signing_in_ends_the_session_before_and_takes_no_session_from_outside", async () => {
  const browser = new Browser(server);
  browser.cookies.set("troth_device", root.cookies.get("troth_device"));
  browser.cookies.set("troth_session", "troth_chosen_by_somebody_else");
  await browser.signIn("root@shop.example", GOOD);
  const first = browser.session;
  assert.notEqual(first, "troth_chosen_by_somebody_else");
  await browser.signIn("root@shop.example", GOOD);
  assert.notEqual(browser.session, first);
  const old = new Browser(server);
  old.cookies.set("troth_session", first);
  assert.equal(await old.isIn(), false);
});

test("another_site_can_neither_sign_a_browser_in_nor_out", async () => {
  const body = { email: "root@shop.example", password: GOOD };
  for (const headers of [{ Origin: "http://elsewhere.example" }, { "Sec-Fetch-Site": "cross-site" }]) {
    assert.equal((await new Browser(server).ask("POST", "/api/v1/sign-in", body, headers)).status, 403);
    assert.equal((await root.ask("POST", "/api/v1/sign-out", undefined, headers)).status, 403);
  }
  assert.ok(await root.isIn());
});

test("another_password_needs_the_present_one_and_ends_all_other_sessions", async () => {
  const here = new Browser(server);
  const there = new Browser(server);
  for (const b of [here, there]) {
    b.cookies.set("troth_device", root.cookies.get("troth_device"));
    assert.equal((await b.signIn("root@shop.example", GOOD)).status, 200);
  }
  const change = (current, password) => here.ask("PUT", "/api/v1/me/password", { current, password });
  assert.deepEqual((await change("wrong", OTHER)).body.field, "current");
  assert.equal((await change(GOOD, "password12345678")).status, 400);
  const before = here.session;
  assert.equal((await change(GOOD, OTHER)).status, 204);
  assert.notEqual(here.session, before);
  assert.ok(await here.isIn());
  assert.equal(await there.isIn(), false);
  assert.equal((await here.signIn("root@shop.example", GOOD)).status, 401);
  assert.equal((await here.ask("PUT", "/api/v1/me/password", { current: OTHER, password: GOOD })).status, 204);
  root = here;
});

test("one_sees_and_ends_one_s_own_sessions_and_nobody_else_s", async () => {
  const other = new Browser(server);
  other.cookies.set("troth_device", root.cookies.get("troth_device"));
  await other.ask(
    "POST",
    "/api/v1/sign-in",
    { email: "root@shop.example", password: GOOD },
    { "User-Agent": "Other/1" },
  );
  const mine = (await root.ask("GET", "/api/v1/me/sessions")).body.items;
  assert.equal(mine.filter((s) => s.here).length, 1);
  const theirs = mine.find((s) => s.agent === "Other/1");
  assert.equal(theirs.method, "password");
  const gil = (await root.ask("GET", "/api/v1/staff?email=gil%40shop.example")).body.items[0];
  const stranger = new Browser(server);
  const entered = await server.signIn(gil.id);
  stranger.cookies.set("troth_session", entered.split("=")[1]);
  assert.equal((await stranger.ask("DELETE", `/api/v1/me/sessions/${theirs.id}`)).status, 404);
  assert.equal((await root.ask("DELETE", `/api/v1/me/sessions/${theirs.id}`)).status, 204);
  assert.equal(await other.isIn(), false);
  await other.signIn("root@shop.example", GOOD);
  assert.equal((await root.ask("DELETE", "/api/v1/me/sessions")).status, 204);
  assert.equal(await other.isIn(), false);
  assert.ok(await root.isIn());
  assert.ok(await stranger.isIn());
});

test("a_second_factor_is_set_up_asked_for_and_each_code_of_it_good_once", async () => {
  if (onPostgres) {
    const keyless = await Server.beside(server, { environment: { TROTH_KEY_FILE: "" } }, "--rate", "0");
    const reply = await keyless.as(`troth_session=${root.session}`, "POST", "/api/v1/me/second-factor");
    assert.equal(reply.status, 409, "no key file is named there");
    await keyless.close();
  }
  const begun = await root.ask("POST", "/api/v1/me/second-factor");
  assert.equal(begun.status, 201);
  const { secret, address, picture } = begun.body;
  assert.match(address, /^otpauth:\/\/totp\/Troth:root@shop\.example\?secret=/);
  assert.match(picture, /^<svg [^>]*viewBox/);
  const confirm = (value) => root.ask("POST", "/api/v1/me/second-factor/confirm", { code: value });
  const device = root.cookies.get("troth_device");
  const signIn = async (value) => {
    const browser = new Browser(server);
    browser.cookies.set("troth_device", device);
    return browser.signIn("root@shop.example", GOOD, value);
  };
  assert.equal((await signIn()).status, 200, "not asked for before it is confirmed");
  assert.equal((await confirm("000000")).status, 403);
  const before = root.session;
  const earlier = code(secret, -1); // of one moment: the next may have another
  const confirmed = await confirm(earlier);
  assert.equal(confirmed.status, 200);
  assert.notEqual(root.session, before, "a new session for new powers");
  const codes = confirmed.body.recovery_codes;
  assert.equal(new Set(codes).size, 10);
  const missing = await signIn();
  assert.deepEqual([missing.status, missing.body.field], [401, "code"]);
  assert.equal((await signIn(earlier)).status, 401, "used to confirm");
  const now = code(secret);
  assert.equal((await signIn(now)).status, 200);
  assert.equal((await signIn(now)).status, 401, "used");
  assert.equal((await signIn(codes[3].toUpperCase().replaceAll("-", " "))).status, 200);
  assert.equal((await signIn(codes[3])).status, 401, "used");
  assert.equal((await root.ask("GET", "/api/v1/me/second-factor")).body.recovery_codes, 9);
  const fresh = await root.ask("POST", "/api/v1/me/recovery-codes", { code: codes[0] });
  assert.equal(fresh.body.recovery_codes.length, 10);
  assert.equal((await signIn(codes[1])).status, 401, "older codes are gone");
  const file = await stat(onPostgres ? process.env.TROTH_KEY_FILE : `${server.database}-key`);
  assert.equal(file.mode & 0o777, 0o600);
  assert.equal(
    (await root.ask("POST", "/api/v1/me/second-factor/remove", { code: fresh.body.recovery_codes[0] })).status,
    204,
  );
  assert.equal((await signIn()).status, 200);
});

test("a_role_may_ask_for_a_second_factor_and_nothing_else_works_without_it", async () => {
  const set = (roles) => root.ask("PUT", "/api/v1/settings/sign-in", { second_factor_roles: roles });
  const { body } = await root.ask("POST", "/api/v1/staff", { name: "Lee", email: "lee@shop.example", roles: ["lead"] });
  const cookie = await server.signIn(body.id);
  const status = async (path) => (await server.as(cookie, "GET", path)).status;
  assert.equal(await status("/api/v1/obligations"), 200);
  assert.equal((await set(["lead"])).status, 200);
  assert.equal((await set(["no such role"])).status, 400);
  assert.equal(await status("/api/v1/obligations"), 403);
  assert.equal(await status("/api/v1/me"), 200);
  assert.equal((await server.as(cookie, "GET", "/api/v1/me/second-factor")).body.required, true);
  const { secret } = (await server.as(cookie, "POST", "/api/v1/me/second-factor")).body;
  const confirmed = await server.as(cookie, "POST", "/api/v1/me/second-factor/confirm", { code: code(secret) });
  const next = cookiesOf(confirmed.headers)[0].split(";")[0];
  assert.equal((await server.as(next, "GET", "/api/v1/obligations")).status, 200);
  assert.equal((await server.ask("DELETE", `/api/v1/staff/${body.id}/second-factor`)).status, 204);
  assert.equal((await server.as(next, "GET", "/api/v1/obligations")).status, 403);
  await set([]);
});

test("links_for_passwords_open_once_and_only_their_own_door", async () => {
  const { body } = await root.ask("POST", "/api/v1/staff", {
    name: "Ina",
    email: "ina@shop.example",
    roles: ["agent"],
  });
  const link = async (kind) => (await root.ask("POST", `/api/v1/staff/${body.id}/${kind}`)).body;
  const [invited, reset] = [await link("invitation"), await link("reset")];
  assert.match(invited.path, /^\/console\/invite\?code=/);
  assert.match(reset.path, /^\/console\/reset\?code=/);
  assert.equal(invited.sent, false, "no mail goes out here");
  assert.ok(Date.parse(invited.expires) > Date.now() + 6 * 86400e3);
  assert.ok(Date.parse(reset.expires) <= Date.now() + 3600e3);
  const codeOf = (l) => l.path.split("=")[1];
  // Wrong codes make this address wait a little.
  const choose = async (by, value, password = OTHER) => {
    const reply = await new Browser(server).ask("POST", "/api/v1/password", { by, code: value, password });
    if (reply.status !== 429) return reply;
    await new Promise((resolve) => setTimeout(resolve, reply.headers.get("Retry-After") * 1000));
    return choose(by, value, password);
  };
  assert.equal((await choose("reset", codeOf(invited))).status, 403);
  assert.equal((await choose("invite", "troth_guess")).status, 403);
  assert.equal((await choose("invite", codeOf(invited), "ina ina ina ina ina")).status, 400);
  const chosen = await choose("invite", codeOf(invited));
  assert.deepEqual([chosen.status, chosen.body.signed_in], [200, true]);
  assert.equal((await choose("invite", codeOf(invited))).status, 403, "used");
  assert.equal((await choose("reset", codeOf(reset))).status, 403, "the others are forgotten with it");
  const old = await server.signIn(body.id);
  assert.equal((await choose("reset", codeOf(await link("reset")), GOOD)).status, 200);
  assert.equal((await server.as(old, "GET", "/api/v1/me")).status, 401, "sessions end with the password");
});

test("a_link_lets_in_once_to_add_another_way_in_and_asks_for_the_second_factor", async () => {
  const { body } = await root.ask("POST", "/api/v1/staff", {
    name: "Eli",
    email: "eli@shop.example",
    roles: ["agent"],
  });
  const linkFor = async (kind) => (await root.ask("POST", `/api/v1/staff/${body.id}/${kind}`)).body.path.split("=")[1];
  const enter = async (browser, by, link, more = {}) => {
    const reply = await browser.ask("POST", "/api/v1/sign-in/link", { by, link, ...more });
    if (reply.status !== 429) return reply;
    await new Promise((resolve) => setTimeout(resolve, reply.headers.get("Retry-After") * 1000));
    return enter(browser, by, link, more);
  };
  const invited = await linkFor("invitation");
  const eli = new Browser(server);
  assert.equal((await enter(eli, "reset", invited)).status, 403, "another door");
  assert.equal((await enter(eli, "invite", invited)).body.email, "eli@shop.example");
  assert.equal((await enter(new Browser(server), "invite", invited)).body.field, "code", "used");
  assert.equal((await eli.ask("GET", "/api/v1/me/passkeys/challenge")).status, 200, "soon enough to add one");
  const { secret } = (await eli.ask("POST", "/api/v1/me/second-factor")).body;
  const confirm = await eli.ask("POST", "/api/v1/me/second-factor/confirm", { code: code(secret, -1) });
  assert.equal(confirm.status, 200);
  const reset = await linkFor("reset");
  const again = new Browser(server);
  const asked = await enter(again, "reset", reset);
  assert.deepEqual([asked.status, asked.body.field], [401, "code"]);
  assert.equal((await enter(again, "reset", reset, { code: "000000" })).status, 401);
  assert.equal(again.session, undefined);
  assert.equal((await enter(again, "reset", reset, { code: confirm.body.recovery_codes[0] })).status, 200);
  assert.ok(await again.isIn());
});

test("who_asks_for_a_reset_is_never_told_the_link", async () => {
  const ask = (email) => new Browser(server).ask("POST", "/api/v1/reset", { email });
  const [known, unknown] = [await ask("ina@shop.example"), await ask("nobody@shop.example")];
  assert.equal(known.status, unknown.status);
  assert.equal(known.status, 409, "this server sends no mail");
  assert.doesNotMatch(known.text, /code=/);
});

test("with_mail_a_reset_is_a_mail_and_its_answer_the_same_for_everybody", async () => {
  const mailing = await Server.open(
    "--url",
    "https://promises.shop.example",
    "--smtp",
    "smtp://127.0.0.1:9",
    "--mail-from",
    "troth@shop.example",
    "--rate",
    "0",
  );
  const ana = await mailing.addStaff("ana@shop.example", ["agent"]);
  const ask = (email) => new Browser(mailing).ask("POST", "/api/v1/reset", { email });
  const [known, unknown] = [await ask("ana@shop.example"), await ask("nobody@shop.example")];
  assert.deepEqual([known.status, known.text], [204, ""]);
  assert.deepEqual([unknown.status, unknown.text], [204, ""]);
  const sent = (await mailing.post(`/api/v1/staff/${ana.id}/invitation`)).body;
  assert.equal(sent.sent, true);
  await mailing.close();
});

test("behind_a_trusted_proxy_cookies_are_for_tls_and_each_client_counts_for_itself", async () => {
  const proxied = await Server.open("--trusted-proxy", "127.0.0.1,10.0.0.0/8", "--rate", "5");
  const ana = await proxied.addStaff("ana@shop.example", ["agent"]);
  const { path } = (await proxied.post(`/api/v1/staff/${ana.id}/link`)).body;
  const forwarded = { "X-Forwarded-Proto": "https", "X-Forwarded-Host": "promises.shop.example" };
  const entered = await fetch(`${proxied.url}/enter`, {
    method: "POST",
    redirect: "manual",
    headers: { ...forwarded, Origin: "https://promises.shop.example" },
    body: new URLSearchParams({ code: path.split("=")[1] }),
  });
  const line = entered.headers.get("Set-Cookie");
  assert.match(line, /^__Host-troth_session=.*; Secure/);
  const value = line.match(/=([^;]+)/)[1];
  const me = async (cookie, headers = forwarded) =>
    (await proxied.get("/api/v1/me", { token: null, headers: { Cookie: cookie, ...headers } })).status;
  assert.equal(await me(`__Host-troth_session=${value}`), 200);
  assert.equal(await me(`troth_session=${value}`), 401, "another host of the domain may have set that");
  const change = async (Origin) =>
    (
      await proxied.ask(
        "PATCH",
        "/api/v1/me",
        {},
        {
          token: null,
          headers: { Cookie: `__Host-troth_session=${value}`, ...forwarded, Origin },
        },
      )
    ).status;
  assert.equal(await change("https://promises.shop.example"), 200);
  assert.equal(await change(proxied.url), 403);
  const sessions = (await proxied.get("/api/v1/sessions")).body.items;
  assert.equal(sessions[0].address, "127.0.0.1");
  const flood = (client) =>
    Promise.all(
      Array.from({ length: 40 }, async () => {
        const reply = await fetch(`${proxied.url}/code`, { headers: { "X-Forwarded-For": client } });
        await reply.body.cancel();
        return reply.status;
      }),
    );
  assert.ok((await flood("203.0.113.9, 10.0.0.3")).includes(429));
  const calm = await fetch(`${proxied.url}/code`, { headers: { "X-Forwarded-For": "198.51.100.7" } });
  await calm.body.cancel();
  assert.notEqual(calm.status, 429);
  await proxied.close();
});

test("a_stranger_s_word_about_who_they_are_is_not_taken", async () => {
  const plain = await Server.open("--rate", "0");
  const ana = await plain.addStaff("ana@shop.example", ["agent"]);
  const { path } = (await plain.post(`/api/v1/staff/${ana.id}/link`)).body;
  const entered = await fetch(`${plain.url}/enter`, {
    method: "POST",
    redirect: "manual",
    headers: { "X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9", Origin: plain.url },
    body: new URLSearchParams({ code: path.split("=")[1] }),
  });
  assert.match(entered.headers.get("Set-Cookie"), /^troth_session=/);
  assert.equal((await plain.get("/api/v1/sessions")).body.items[0].address, "127.0.0.1");
  await plain.close();
});

test("without_its_key_a_second_factor_is_not_passed_by", async () => {
  const { secret } = (await root.ask("POST", "/api/v1/me/second-factor")).body;
  await root.ask("POST", "/api/v1/me/second-factor/confirm", { code: code(secret) });
  await server.stop();
  await (onPostgres ? writeKey() : rm(`${server.database}-key`));
  await server.start();
  const reply = await new Browser(server).signIn("root@shop.example", GOOD, code(secret, 1));
  assert.equal(reply.status, 507, reply.text);
  assert.match(reply.body.detail, /another key/);
});
