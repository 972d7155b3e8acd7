// The audit trail keeps of every write what was before and what is after it, and no secret of any. Each route that
// writes is called once with success, so that one without a record of its own, or one that nobody tests, is found.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Browser, code } from "./browser.mjs";
import { CODE, cookiesOf, EVERY_SCOPE, fromNow, Server, touch, troth } from "./server.mjs";

// Routes that need not, each with its reason.
const EXCEPT = {
  "POST /api/v1/touches": "touches are a record of their own",
  "POST /api/v1/code/check": "changes nothing",
  "POST /api/v1/code/format": "changes nothing",
  "POST /api/v1/code/vocabulary": "changes nothing",
  "POST /api/v1/calendars/{name}/import": "changes nothing: gives closures to put into a draft",
  "POST /api/v1/snapshot": "begins a copy that the command line reads; changes no data",
  "POST /api/v1/first": "there are people in this test; held in signin.test.mjs",
  "POST /api/v1/sign-in/passkey": "needs an authenticator: passkeys.test.mjs",
  "POST /api/v1/me/passkeys": "needs an authenticator: passkeys.test.mjs",
  "PATCH /api/v1/me/passkeys/{id}": "needs an authenticator: passkeys.test.mjs",
  "DELETE /api/v1/me/passkeys/{id}": "needs an authenticator: passkeys.test.mjs",
  "DELETE /api/v1/staff/{id}/passkeys": "needs an authenticator: passkeys.test.mjs",
  "POST /api/v1/settings/sign-in/providers/{id}/try": "needs a provider: tests/oidc",
  "DELETE /api/v1/staff/{id}/provider-identities": "needs a provider: tests/oidc",
  "POST /api/v1/me/providers/{id}/link": "needs a provider: tests/oidc",
  "DELETE /api/v1/me/providers/{id}": "needs a provider: tests/oidc",
};
const PASSWORDS = ["violet harbour climbs seven", "quiet lantern over marble"];

let server;
let routes; // "POST /api/v1/roles/{id}" and how its path looks
const called = new Set();
const silent = []; // calls that left nothing
const secrets = new Set(PASSWORDS);

before(async () => {
  const key = `${process.env.TMPDIR ?? "/tmp"}/troth-changes-${process.pid}.key`;
  await writeFile(key, "0123456789abcdef".repeat(4), { mode: 0o600 });
  const mail = [
    "--url",
    "https://promises.shop.example",
    "--smtp",
    "smtp://127.0.0.1:9",
    "--mail-from",
    "t@shop.example",
  ];
  server = await Server.open({ environment: { TROTH_KEY_FILE: key } }, "--rate", "0", ...mail);
  const { paths } = JSON.parse(await troth("openapi"));
  routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods)
      .filter((method) => method !== "get")
      .map((method) => ({
        name: `${method.toUpperCase()} ${path}`,
        fits: new RegExp(`^${method.toUpperCase()} ${path.replace(/\{\w+\}/g, "[^/]+")}$`),
      })),
  );
  const ask = server.ask.bind(server); // from here on every write is looked at
  server.ask = async (method, path, ...more) => {
    if (method === "GET") return ask(method, path, ...more);
    const last = (await trail(ask, 1))[0]?.id;
    const reply = await ask(method, path, ...more);
    if (reply.status >= 300) return reply;
    const route = routes
      .filter((r) => r.fits.test(`${method} ${path}`))
      .sort((a, b) => a.name.includes("{") - b.name.includes("{"))[0];
    called.add(route.name);
    keepSecrets(reply);
    const all = await trail(ask, 20);
    const said = all.slice(
      0,
      all.findIndex((r) => r.id === last),
    );
    if (!said.some((r) => r.before !== null || r.after !== null)) silent.push(`${route.name}: ${JSON.stringify(said)}`);
    return reply;
  };
});
after(() => server.close());

const trail = async (ask, limit) => (await ask("GET", `/api/v1/audit?limit=${limit}`)).body.items;

function keepSecrets({ body, headers }) {
  for (const cookie of cookiesOf(headers)) secrets.add(cookie.match(/=([^;]*)/)[1]);
  for (const words of [body?.token, body?.secret, body?.path?.split("code=")[1], ...(body?.recovery_codes ?? [])])
    if (words) secrets.add(words);
}

// A write that must go well.
async function does(method, path, body, options) {
  const reply = await server.ask(method, path, body, options);
  assert.ok(reply.status < 300, `${method} ${path}: ${reply.status} ${reply.text}`);
  return reply.body;
}
const newest = async (action) => (await server.get(`/api/v1/audit?limit=1&action=${action}`)).body.items[0];

test("teams_roles_and_people_are_kept_as_they_were_and_as_they_are", async () => {
  const team = await does("POST", "/api/v1/teams", { name: "desk" });
  await does("PATCH", `/api/v1/teams/${team.id}`, { name: "front" });
  const renamed = await newest("team.changed");
  assert.deepEqual([renamed.before.name, renamed.after.name], ["desk", "front"]);
  assert.equal(renamed.subject, team.id);
  await does("DELETE", `/api/v1/teams/${team.id}`);
  const role = await does("POST", "/api/v1/roles", { name: "caller", permissions: ["ledger:read"] });
  await does("PATCH", `/api/v1/roles/${role.id}`, { permissions: ["ledger:read", "export"] });
  assert.deepEqual((await newest("role.changed")).before.permissions, ["ledger:read"]);
  await does("DELETE", `/api/v1/roles/${role.id}`);
  const ana = await does("POST", "/api/v1/staff", { name: "Ana", email: "ana@shop.example", roles: ["agent"] });
  await does("PATCH", `/api/v1/staff/${ana.id}`, { roles: ["lead"] });
  const { before: was, after: is } = await newest("staff.changed");
  assert.deepEqual([was.roles[0].name, is.roles[0].name], ["agent", "lead"]);
  await does("POST", `/api/v1/staff/${ana.id}/disable`);
  await does("POST", `/api/v1/staff/${ana.id}/enable`);
  assert.notEqual((await newest("staff.enabled")).before.disabled, null);
  for (const link of ["link", "invitation", "reset"]) await does("POST", `/api/v1/staff/${ana.id}/${link}`);
});

test("ones_own_account_password_factor_and_sessions_are_kept_without_their_secrets", async () => {
  const [ana] = (await server.get("/api/v1/staff?email=ana@shop.example")).body.items;
  const invited = (await server.post(`/api/v1/staff/${ana.id}/invitation`)).body.path;
  const browser = new Browser(server);
  const mine = async (method, path, body) => {
    const reply = await browser.ask(method, path, body);
    assert.ok(reply.status < 300, `${method} ${path}: ${reply.status} ${reply.text}`);
    return reply.body;
  };
  await mine("POST", "/api/v1/password", {
    by: "invite",
    code: new URL(invited, server.url).searchParams.get("code"),
    password: PASSWORDS[0],
  });
  assert.equal((await newest("password.changed")).actor, ana.id);
  const again = (await server.post(`/api/v1/staff/${ana.id}/reset`)).body.path;
  await mine("POST", "/api/v1/sign-in/link", {
    by: "reset",
    link: new URL(again, server.url).searchParams.get("code"),
  });
  assert.equal((await newest("session.begun")).after.method, "link");
  await mine("POST", "/api/v1/sign-in", { email: "ana@shop.example", password: PASSWORDS[0] });
  const begun = await newest("session.begun");
  assert.equal(begun.actor, ana.id, "who signs in is named, though nobody was signed in before");
  assert.equal(begun.after.method, "password");
  await mine("PATCH", "/api/v1/me", { theme: "dark" });
  await mine("PUT", "/api/v1/me/password", { current: PASSWORDS[0], password: PASSWORDS[1] });
  const { secret } = await mine("POST", "/api/v1/me/second-factor");
  await mine("POST", "/api/v1/me/second-factor/confirm", { code: code(secret, -1) });
  const { before: was, after: is } = await newest("second_factor.set");
  assert.deepEqual([was.second_factor_since, was.recovery_codes, is.recovery_codes], [null, 0, 10]);
  await mine("POST", "/api/v1/me/recovery-codes", { code: code(secret) });
  await mine("POST", "/api/v1/me/second-factor/remove", { code: code(secret, 1) });
  await mine("DELETE", "/api/v1/me/sessions");
  const other = new Browser(server);
  await other.signIn("ana@shop.example", PASSWORDS[1]);
  const { items } = (await browser.ask("GET", "/api/v1/me/sessions")).body;
  await mine("DELETE", `/api/v1/me/sessions/${items.find((s) => !s.here).id}`);
  await mine("POST", "/api/v1/me/second-factor");
  await does("DELETE", `/api/v1/staff/${ana.id}/second-factor`);
  await does("DELETE", `/api/v1/sessions/${items.find((s) => s.here).id}`);
  await browser.signIn("ana@shop.example", PASSWORDS[1]);
  await mine("POST", "/api/v1/sign-out");
  const ended = await newest("session.ended");
  assert.deepEqual([ended.before.revoked, typeof ended.after.revoked], [null, "string"]);
  await new Browser(server).ask("POST", "/api/v1/reset", { email: "ana@shop.example" });
  await does("PUT", "/api/v1/settings/sign-in", { second_factor_roles: ["administrator"] });
  await does("PUT", "/api/v1/settings/sign-in", { second_factor_roles: [] });
  const given = {
    name: "Shop",
    issuer: "https://id.shop.example",
    client_id: "troth",
    client_secret: "a secret of both",
  };
  const provider = await does("POST", "/api/v1/settings/sign-in/providers", given);
  secrets.add(given.client_secret);
  await does("PATCH", `/api/v1/settings/sign-in/providers/${provider.id}`, { name: "The shop" });
  await does("DELETE", `/api/v1/settings/sign-in/providers/${provider.id}`);
  const token = await does("POST", "/api/v1/tokens", { name: "till", scopes: "touch:write" });
  await does("DELETE", `/api/v1/tokens/${token.id}`);
});

test("the_brand_is_kept", async () => {
  const picture = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path d="M0 0h8v8H0z"/></svg>';
  await does("PUT", "/api/v1/brand", { name: "Shop" });
  await does("PUT", "/api/v1/brand/logo", picture, { type: "image/svg+xml" });
  await does("DELETE", "/api/v1/brand/logo");
  await does("DELETE", "/api/v1/brand");
});

test("wrong_passwords_leave_a_trace_and_no_flood_of_rows", async () => {
  for (let i = 0; i < 5; i++) await new Browser(server).signIn("ana@shop.example", "wrong but quite long enough");
  await new Browser(server).signIn("nobody@shop.example", "wrong but quite long enough");
  const records = (await server.get("/api/v1/audit?limit=50&action=sign-in.failed")).body.items;
  const [nobody, ...ana] = records.map((r) => ({ subject: r.subject, ...r.after }));
  assert.deepEqual([nobody.subject, nobody.wrong, nobody.within_the_hour], ["nobody", "name", 1]);
  assert.deepEqual(
    ana.map((r) => [r.wrong, r.within_the_hour]),
    [
      ["password", 4],
      ["password", 2],
      ["password", 1],
    ],
  );
  assert.ok(!JSON.stringify(records).includes("nobody@"), "what was typed is not kept: it may be a password");
});

test("the_code_from_draft_to_sign_off_is_kept", async () => {
  await does("POST", "/api/v1/code", CODE, { type: "text/plain" });
  await does("PUT", "/api/v1/code/approval", { second_person: "always" });
  assert.equal((await newest("approval.set")).before.second_person, "auto");
  const draft = await does("POST", "/api/v1/drafts", { name: "Faster", source: CODE.replaceAll("4 hours", "3 hours") });
  const at = `/api/v1/drafts/${draft.id}`;
  await does("PATCH", at, { name: "Quicker" }, { headers: { "If-Match": '"1"' } });
  const changed = await newest("draft.changed");
  assert.deepEqual([changed.before.name, changed.after.name], ["Faster", "Quicker"]);
  assert.match(changed.after.source.blake2b, /^[0-9a-f]{32}$/);
  await does("DELETE", at);
  await does("POST", `${at}/restore`);
  const cancelled = await does("POST", `${at}/rehearsals`, {});
  await server.ask("DELETE", `/api/v1/rehearsals/${cancelled.id}`);
  const rehearse = async () => {
    const { id } = await does("POST", `${at}/rehearsals`, {});
    while ((await server.get(`/api/v1/rehearsals/${id}`)).body.state !== "done") await sleep(50);
    return id;
  };
  while ((await server.get(`/api/v1/rehearsals/${cancelled.id}`)).body.state === "running") await sleep(50);
  const rehearsal = await rehearse();
  await does("POST", `/api/v1/rehearsals/${rehearsal}/read`);
  await does("POST", `${at}/send`, {});
  await does("POST", `${at}/take-back`);
  await does("POST", `${at}/send`, {});
  await does("POST", `${at}/send-back`, { reason: "The words first." });
  await does("POST", `${at}/send`, {});
  const second = { token: await server.makeToken(EVERY_SCOPE), headers: { "If-Match": '"2"' } };
  await does("POST", `/api/v1/rehearsals/${rehearsal}/read`, undefined, second);
  const { version } = await does("POST", `${at}/approve`, undefined, second);
  const approved = await newest("draft.approved");
  assert.deepEqual(
    [approved.before.state, approved.after.state, approved.after.version],
    ["sent", "published", version],
  );
  const sam = await server.addStaff("sam@shop.example", ["administrator"]);
  const cookie = await server.signIn(sam.id);
  const signed = await server.as(cookie, "POST", `/api/v1/code/versions/${version}/sign-off`);
  assert.equal(signed.status, 200, signed.text);
  assert.equal((await newest("code.signed_off")).before.signed, null);
  const view = (await server.as(cookie, "POST", "/api/v1/views", { name: "Mine", filters: {} })).body;
  await server.as(cookie, "PATCH", `/api/v1/views/${view.id}`, { name: "Ours" });
  await server.as(cookie, "DELETE", `/api/v1/views/${view.id}`);
  await does("POST", `/api/v1/code/versions/${version}/reminders`);
  await does("POST", "/api/v1/code/reviews", { note: "All of it." });
  const comment = await does("POST", "/api/v1/code/comments", { promise: "answer", words: "Well said." });
  await does("PATCH", `/api/v1/code/comments/${comment.id}`, { answer: "Thank you." });
  assert.equal((await newest("comment.changed")).before.answer, "");
});

test("a_cancelled_rehearsal_is_kept", async () => {
  const draft = await does("POST", "/api/v1/drafts", { name: "Never", source: CODE });
  for (let i = 0; i < 20 && !called.has("DELETE /api/v1/rehearsals/{id}"); i++) {
    const { id, status } = await does("POST", `/api/v1/drafts/${draft.id}/rehearsals`, {});
    if ((await server.ask("DELETE", `/api/v1/rehearsals/${id}`)).status === 200) break;
    while (status !== 409 && !/done|cancelled/.test((await server.get(`/api/v1/rehearsals/${id}`)).body.state))
      await sleep(20);
  }
});

// What one token asks for another one withdraws, declines and confirms.
async function withSecondPerson(id) {
  await server.publish(CODE.replace(/^(code .*\n)/, "$1  excuses need a second person\n"));
  const other = { token: await server.makeToken("ledger:excuse") };
  const asked = async () => {
    await does("POST", "/api/v1/obligations/excuse", { ids: [id], reason: "The line was down." });
    const { excuses } = (await server.get(`/api/v1/obligations/${id}`)).body;
    return [excuses.find((one) => one.state === "waiting").id];
  };
  await does("POST", "/api/v1/excuses/withdraw", { ids: await asked() });
  await does("POST", "/api/v1/excuses/decline", { ids: await asked(), reason: "It was up." }, other);
  const declined = await newest("excuse.declined");
  assert.deepEqual([declined.before.state, declined.after.state], ["waiting", "declined"]);
  assert.equal(declined.after.answer, "It was up.");
  await does("POST", "/api/v1/excuses/confirm", { ids: await asked() }, other);
  assert.deepEqual((await newest("excuse.confirmed")).after.asked_by, (await newest("excuse.asked")).after.asked_by);
  await server.publish(CODE);
}

test("the_ledger_customers_and_what_goes_outside_are_kept", async () => {
  const asks = (customer) => touch("message.received", fromNow(-60), { thread: customer, customer, actor: "customer" });
  await server.post("/api/v1/touches", [asks("anna"), asks("hanna")]);
  const { items } = (await server.get("/api/v1/obligations?state=open")).body;
  await does("POST", "/api/v1/obligations/excuse", { ids: [items[0].id], reason: "The line was down." });
  const excused = await newest("obligation.excused");
  assert.equal(excused.subject, items[0].id);
  assert.deepEqual([excused.before.state, excused.after.state], ["open", "excused"]);
  await withSecondPerson(items[1].id);
  const anna = await server.get("/api/v1/customers/anna");
  await does(
    "PATCH",
    "/api/v1/customers/anna",
    { name: "Anna" },
    { headers: { "If-Match": anna.headers.get("ETag") } },
  );
  await does("POST", "/api/v1/customers/anna/merge", { from: "hanna" });
  await does("POST", "/api/v1/customers/anna/split", { from: "hanna" });
  const hook = await does("POST", "/api/v1/webhooks", {
    url: "https://hooks.shop.example/troth",
    events: ["obligation.broken"],
  });
  const at = `/api/v1/webhooks/${hook.id}`;
  await does("PATCH", at, { description: "The till" });
  await does("POST", `${at}/rotate`);
  await does("POST", `${at}/test`);
  await does("POST", `${at}/replay`, { since: fromNow(-60) });
  await does("DELETE", at);
  const mail = await does("POST", "/api/v1/outbox/test-mail", { to: "ana@shop.example" });
  const rests = async (tries) => {
    for (;;) {
      const { body } = await server.get(`/api/v1/outbox/${mail.id}`);
      if (body.tries >= tries && !body.sending) return;
      await sleep(50);
    }
  };
  await rests(1);
  await does("POST", `/api/v1/outbox/${mail.id}/retry`);
  await rests(2);
  await does("POST", `/api/v1/outbox/${mail.id}/cancel`);
  assert.deepEqual(
    [(await newest("outbox.cancelled")).before.state, (await newest("outbox.cancelled")).after.state],
    ["waiting", "cancelled"],
  );
  await does("POST", "/api/v1/audit/erase", { subject: items[0].id });
});

test("every_route_that_writes_left_before_or_after_and_none_is_untested", () => {
  const names = routes.map((r) => r.name);
  const untested = names.filter((name) => !called.has(name) && !EXCEPT[name]);
  assert.deepEqual(untested, []);
  assert.deepEqual(
    Object.keys(EXCEPT).filter((name) => !names.includes(name)),
    [],
    "exceptions that are no routes",
  );
  assert.deepEqual(
    silent.filter((words) => !EXCEPT[words.split(": ")[0]]),
    [],
  );
});

test("no_record_holds_a_secret", async () => {
  const { text } = await server.get("/api/v1/audit/export");
  assert.ok(secrets.size > 20);
  for (const secret of secrets) if (secret.length > 3) assert.ok(!text.includes(secret), `the trail holds ${secret}`);
});
