import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { CODE, EVERY_SCOPE, enter, Server, troth } from "./server.mjs";

let server;
before(async () => {
  server = await Server.open();
  await server.publish(CODE);
});
after(() => server.close());

// Every route of the API, from its own description.
async function routes() {
  const { paths } = JSON.parse(await troth("openapi"));
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, route]) => ({
      method: method.toUpperCase(),
      path: path.replace(/\{\w+\}/g, "x"),
      scopes: route.security?.[0] ? Object.values(route.security[0])[0] : [],
      route,
    })),
  );
}

test("the_description_is_the_one_that_is_served", async () => {
  const said = JSON.parse(await troth("openapi"));
  const { body } = await server.get("/api/v1/openapi.json");
  assert.deepEqual(body, said);
});

test("every_route_asks_for_its_scope_and_for_no_other", async () => {
  const tokens = {};
  for (const scope of [...EVERY_SCOPE.split(" "), "admin"]) tokens[scope] = await server.makeToken(scope);
  const all = await routes();
  assert.ok(all.length >= 16);
  for (const { method, path, scopes } of all) {
    const ask = async (token) => {
      const reply = await fetch(server.url + path, {
        method,
        headers: token ? { Authorization: `Bearer ${token}` } : {},
      });
      await reply.body?.cancel();
      return reply.status;
    };
    if (scopes.length === 0) {
      assert.notEqual(await ask(null), 401, `${method} ${path} is public`);
      continue;
    }
    assert.equal(await ask(null), 401, `${method} ${path} without a token`);
    assert.equal(await ask("troth_wrong"), 401, `${method} ${path} with a wrong token`);
    const together = scopes.join(" "); // a route may want two
    if (scopes.length > 1) tokens[together] ??= await server.makeToken(together);
    for (const [name, token] of Object.entries(tokens)) {
      const status = await ask(token);
      const what = `${method} ${path} with ${name}`;
      const isEnough = scopes.every((scope) => name.split(" ").includes(scope));
      if (isEnough || (name === "admin" && together !== "self")) assert.ok(status !== 401 && status !== 403, what);
      else assert.equal(status, 403, what);
    }
  }
});

test("every_scope_that_is_asked_for_can_be_given", async () => {
  const known = new Set([...EVERY_SCOPE.split(" "), "admin", "self"]);
  for (const { scopes, path } of await routes())
    for (const scope of scopes) assert.ok(known.has(scope), `${path}: ${scope}`);
});

test("a_token_gives_no_more_than_its_maker_has", async () => {
  const token = await server.makeToken("token:write code:read");
  const make = (scopes) => server.post("/api/v1/tokens", { name: "x", scopes }, { token });
  assert.equal((await make("code:read")).status, 201);
  assert.equal((await make("code:read ledger:read")).status, 403);
  assert.equal((await make("admin")).status, 403);
});

test("a_revoked_token_is_shut_out_at_once", async () => {
  const { body } = await server.post("/api/v1/tokens", { name: "short", scopes: "code:read" });
  const ask = () => server.get("/api/v1/code", { token: body.token });
  assert.equal((await ask()).status, 200);
  assert.equal((await server.ask("DELETE", `/api/v1/tokens/${body.id}`)).status, 204);
  assert.equal((await ask()).status, 401);
  const listed = (await server.get("/api/v1/tokens")).body.items.find((t) => t.id === body.id);
  assert.ok(listed.revoked);
  assert.equal(listed.token, undefined, "a secret is told once");
  assert.equal((await server.ask("DELETE", "/api/v1/tokens/tok_0000000000000")).status, 404);
});

test("a_token_tells_who_made_it_and_when_it_was_last_used", async () => {
  const { body } = await server.post("/api/v1/tokens", { name: "watched", scopes: "code:read" });
  const listed = async () => (await server.get("/api/v1/tokens")).body.items.find((t) => t.id === body.id);
  assert.equal((await listed()).used, null);
  assert.equal((await listed()).created_by, body.created_by);
  assert.match(body.created_by, /./);
  const before = Date.now() - 1000;
  assert.equal((await server.get("/api/v1/code", { token: body.token })).status, 200);
  let used = null;
  for (let tries = 0; tries < 100 && !used; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    used = (await listed()).used;
  }
  assert.ok(new Date(used).getTime() >= before, `used ${used}`);
});

test("a_token_ends_when_it_expires", async () => {
  // A slow machine needs one that lives longer to see it while it holds.
  let expires, body, held;
  for (let life = 1500; held === undefined; life *= 2) {
    expires = new Date(Date.now() + life).toISOString();
    const made = await server.post("/api/v1/tokens", { name: "brief", scopes: "code:read", expires });
    if (made.status === 400 && Date.now() > Date.parse(expires)) continue;
    assert.equal(made.status, 201, made.text);
    body = made.body;
    const { status } = await server.get("/api/v1/code", { token: body.token });
    if (Date.now() < Date.parse(expires)) held = status;
  }
  assert.equal(held, 200);
  while (Date.now() <= Date.parse(expires)) await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal((await server.get("/api/v1/code", { token: body.token })).status, 401);
  const past = { name: "past", scopes: "code:read", expires: "2020-01-01T00:00:00Z" };
  assert.equal((await server.post("/api/v1/tokens", past)).status, 400);
});

test("names_and_scopes_of_tokens_have_bounds", async () => {
  const make = (name, scopes) => server.post("/api/v1/tokens", { name, scopes });
  assert.equal((await make("x".repeat(100), "admin")).status, 201);
  assert.equal((await make("x".repeat(101), "admin")).status, 400);
  assert.equal((await make("", "admin")).status, 400);
  assert.equal((await make("x", "")).status, 400);
  const unknown = await make("x", "code:read everything");
  assert.deepEqual([unknown.status, unknown.body.field], [400, "scopes"]);
  assert.deepEqual((await make("x", "code:read admin code:read")).body.scopes, "code:read admin");
});

test("the_command_works_beside_a_running_server_and_without_one", async () => {
  const running = await server.makeToken("code:read");
  assert.equal((await server.get("/api/v1/code", { token: running })).status, 200);
  assert.equal(await server.stop(), 0);
  const alone = await server.makeToken("code:read");
  const listed = await troth("token", "list", "--db", server.database);
  assert.match(listed, /code:read/);
  assert.ok(!listed.includes(alone) && !listed.includes(running));
  await server.start();
  assert.equal((await server.get("/api/v1/code", { token: alone })).status, 200);
  assert.equal((await server.get("/api/v1/code", { token: running })).status, 200);
  await assert.rejects(server.makeToken("everything"));
});

let hasAna = false;
const newLink = async () => {
  if (!hasAna) await server.addStaff("ana@shop.example", ["agent"]);
  hasAna = true;
  return (await troth("staff", "link", "ana@shop.example", "--db", server.database)).trim();
};

test("a_sign_in_link_lets_one_browser_in_once", async () => {
  const link = await newLink();
  assert.ok(link.startsWith(server.url));
  const before = await fetch(link, { redirect: "manual" });
  assert.equal(before.status, 200);
  assert.match(await before.text(), /<form method="post" action="\/enter">/);
  assert.equal(before.headers.get("Set-Cookie"), null, "opening it is not using it: mail programs look ahead");
  const first = await fetch(`${server.url}/enter`, {
    method: "POST",
    redirect: "manual",
    headers: { "Content-Type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ code: new URL(link).searchParams.get("code") }),
  });
  assert.equal(first.status, 303);
  const cookie = first.headers.get("Set-Cookie");
  assert.match(cookie, /HttpOnly/);
  assert.match(cookie, /SameSite=Lax/);
  assert.equal(await enter(link), undefined);
  const headers = { Cookie: cookie.split(";")[0] };
  const page = (path, more = {}) => server.get(path, { token: null, headers: { ...headers, ...more } });
  assert.equal((await page("/api/v1/obligations")).status, 200);
  assert.equal((await page("/api/v1/tokens")).status, 403, "an agent makes no tokens");
  assert.equal((await server.get("/api/v1/obligations", { token: null })).status, 401);
  assert.equal(await reads("troth_session=x"), 401);
});

test("the_first_page_and_old_addresses_of_obligations_lead_to_the_console", async () => {
  const leads = async (path) => {
    const { status, headers } = await fetch(server.url + path, { redirect: "manual" });
    return [status, headers.get("Location")];
  };
  assert.deepEqual(await leads("/"), [303, "/console/today"]);
  assert.deepEqual(await leads("/obligation/obl_01kafd4v2w8x3"), [303, "/console/ledger/obl_01kafd4v2w8x3"]);
  assert.deepEqual(await leads("/obligation/%2F%2Felsewhere.example"), [303, "/console/ledger"]);
});

test("another_site_cannot_sign_a_browser_in", async () => {
  const link = await newLink();
  assert.equal(await enter(link, { Origin: "http://elsewhere.example" }), undefined);
  assert.equal(await enter(link, { "Sec-Fetch-Site": "cross-site" }), undefined);
  assert.match(await enter(link), /troth_session=troth_/);
});

test("signing_in_begins_a_new_session_and_ends_the_one_before", async () => {
  const fixed = await enter(await newLink());
  const next = await enter(await newLink(), { Cookie: fixed });
  assert.notEqual(next, fixed);
  assert.equal(await reads(fixed), 401);
  assert.equal(await reads(next), 200);
  const chosen = await enter(await newLink(), { Cookie: "troth_session=chosen_by_somebody_else" });
  assert.doesNotMatch(chosen, /chosen/);
});

const signIn = async (link) => {
  const cookie = await enter(link);
  assert.ok(cookie);
  return cookie;
};
const reads = async (cookie, from = server) =>
  (await from.get("/api/v1/obligations", { token: null, headers: { Cookie: cookie } })).status;

test("the_link_names_the_host_that_was_asked_for_and_holds_there", async () => {
  for (const host of ["localhost", "127.0.0.1"]) {
    const other = await Server.open({ host });
    const { port, hostname } = new URL(other.link);
    assert.equal(hostname, host);
    await other.addStaff("ana@shop.example", ["agent"]);
    const link = (await troth("staff", "link", "ana@shop.example", "--db", other.database)).trim();
    assert.ok(link.startsWith(`http://${host}:${port}/enter?code=`), link);
    // By address: where a name has two, an older Node takes the one where nobody listens.
    const cookie = await enter(link.replace(host, "127.0.0.1"));
    assert.equal(await reads(cookie, other), 200);
    await other.close();
  }
});

test("a_port_that_is_taken_is_told_with_a_remedy", async () => {
  const { port } = new URL(server.url);
  const other = join(server.folder, "other.db");
  const refused = await troth("serve", "--db", other, "--listen", `localhost:${port}`).catch((e) => e);
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, new RegExp(`port ${port}: another program uses it already`));
  assert.match(refused.stderr, new RegExp(`--listen localhost:${Number(port) + 1}`));
});

test("a_restart_signs_nobody_out_and_spoils_no_link", async () => {
  const cookie = await signIn(await newLink());
  const [waiting, used] = [await newLink(), await newLink()];
  await signIn(used);
  const before = server.url;
  assert.equal(await server.restart(), 0);
  assert.equal(await reads(cookie), 200);
  assert.equal(await enter(used.replace(before, server.url)), undefined);
  assert.equal(await reads(await signIn(waiting.replace(before, server.url))), 200);
});

test("a_session_is_listed_and_can_be_ended_by_the_operator", async () => {
  const cookie = await signIn(await newLink());
  const [session] = (await server.get("/api/v1/sessions")).body.items;
  assert.match(session.id, /^ses_/);
  assert.equal(session.revoked, null);
  assert.equal(await reads(cookie), 200);
  assert.equal((await server.ask("DELETE", `/api/v1/sessions/${session.id}`)).status, 204);
  assert.equal(await reads(cookie), 401);
  assert.equal((await server.ask("DELETE", "/api/v1/sessions/ses_0000000000000")).status, 404);
  await server.restart();
  assert.equal(await reads(cookie), 401);
});

test("signing_out_ends_the_session_and_only_from_our_own_page", async () => {
  const cookie = await signIn(await newLink());
  const leave = (origin) =>
    server.ask("POST", "/api/v1/sign-out", undefined, { token: null, headers: { Cookie: cookie, Origin: origin } });
  assert.equal((await leave("http://elsewhere.example")).status, 403);
  assert.equal(await reads(cookie), 200);
  const left = await leave(server.url);
  assert.equal(left.status, 204);
  assert.match(left.headers.get("Set-Cookie"), /Max-Age=0/);
  assert.equal(await reads(cookie), 401);
});

test("a_link_without_a_code_or_with_a_wrong_one_opens_nothing", async () => {
  assert.equal(await enter(`${server.url}/enter?code=wrong`), undefined);
  assert.equal((await fetch(`${server.url}/enter`, { redirect: "manual" })).status, 400);
});

test("assets_are_kept_for_ever", async () => {
  const { text } = await server.get("/code", { token: null });
  const address = text.match(/href="(\/asset\/page-[^"]+)"/)[1];
  const { status, headers } = await server.get(address, { token: null });
  assert.equal(status, 200);
  assert.match(headers.get("Cache-Control"), /immutable/);
  assert.equal((await server.get("/asset/none.css", { token: null })).status, 404);
});

test("who_asks_too_often_is_told_to_wait", async () => {
  const slow = await Server.open("--rate", "5");
  const replies = await Promise.all(Array.from({ length: 40 }, () => slow.get("/api/v1/code/versions")));
  const refused = replies.filter((r) => r.status === 429);
  assert.ok(refused.length > 0 && refused.length < 40);
  assert.ok(Number(refused[0].headers.get("Retry-After")) >= 1);
  await slow.close();
});

test("an_unknown_address_is_nothing_and_an_unknown_method_is_refused", async () => {
  assert.equal((await server.get("/api/v1/nothing")).status, 404);
  assert.equal((await server.ask("PUT", "/api/v1/code")).status, 405);
});
