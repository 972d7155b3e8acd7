// What an attacker tries. Some of it is held where the thing itself is tested; the list below says where, and the first
// test that those are still there:
//   session fixation, who may do what, token scopes, guessing, single-use links, proxies, webhooks to private addresses.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { Browser } from "./browser.mjs";
import { CODE, fromNow, Server, touch, troth } from "./server.mjs";

const ELSEWHERE = {
  "signin.test.mjs": [
    "signing_in_ends_the_session_before_and_takes_no_session_from_outside",
    "another_site_can_neither_sign_a_browser_in_nor_out",
    "guessing_waits_longer_and_longer_while_a_known_browser_comes_in",
    "one_sees_and_ends_one_s_own_sessions_and_nobody_else_s",
    "links_for_passwords_open_once_and_only_their_own_door",
    "behind_a_trusted_proxy_cookies_are_for_tls_and_each_client_counts_for_itself",
    "a_stranger_s_word_about_who_they_are_is_not_taken",
  ],
  "access.test.mjs": [
    "signing_in_begins_a_new_session_and_ends_the_one_before",
    "every_route_asks_for_its_scope_and_for_no_other",
    "a_token_gives_no_more_than_its_maker_has",
    "a_revoked_token_is_shut_out_at_once",
  ],
  "staff.test.mjs": ["nobody_gives_or_takes_more_than_they_have"],
  "roles.test.mjs": ["every_route_allows_every_role_just_what_the_table_says"],
  "restricted.test.mjs": ["what_is_restricted_is_hidden_on_every_way_to_it"],
  "../webhook/webhook.test.mjs": [
    "an address inside is refused when it is saved and when it is called, and nobody is called",
    "a redirect is not followed",
  ],
  "../../src/feature/webhook/test_delivery.c": [
    "a_name_that_leads_inside_is_not_called",
    "an_address_inside_is_refused_however_it_is_written",
  ],
};
const PASSWORD = "violet harbour climbs seven";

let server;
before(async () => {
  server = await Server.open("--rate", "0");
  await server.publish(CODE);
});
after(() => server.close());

test("what_is_held_elsewhere_is_there", async () => {
  for (const [file, names] of Object.entries(ELSEWHERE)) {
    const source = await readFile(new URL(file, import.meta.url), "utf8");
    for (const name of names)
      assert.ok(source.includes(`test("${name}"`) || source.includes(`unit_test(${name})`), name);
  }
});

// -- requests forged by another site --

const EVIL = [
  {},
  { Origin: "null" },
  { Origin: "https://evil.example" },
  { Origin: "https://evil.example", "Sec-Fetch-Site": "cross-site" },
  { "Sec-Fetch-Site": "cross-site" },
  { "Sec-Fetch-Site": "same-site" },
  { "Sec-Fetch-Site": "none" },
];

test("no_method_of_any_route_is_taken_from_another_site", async () => {
  const { id } = await server.addStaff("boss@shop.example", ["administrator"]);
  const Cookie = await server.signIn(id);
  const { paths } = JSON.parse(await troth("openapi"));
  const wrong = [];
  const methods = new Set();
  for (const [path, of] of Object.entries(paths))
    for (const [name, route] of Object.entries(of)) {
      if (name === "get" || !route.security?.length) continue;
      methods.add(name);
      const method = name.toUpperCase();
      for (const headers of [
        ...EVIL,
        { Origin: `${server.url}.evil.example` },
        { Origin: server.url, "Sec-Fetch-Site": "cross-site" },
      ]) {
        const options = { token: null, headers: { Cookie, ...headers } };
        const reply = await server.ask(
          method,
          path.replace(/\{\w+\}/g, "x"),
          method === "DELETE" ? undefined : {},
          options,
        );
        if (reply.status !== 403 || !/did not come from a page of this server/.test(reply.text))
          wrong.push(`${method} ${path} ${JSON.stringify(headers)}: ${reply.status}`);
      }
    }
  assert.deepEqual([...methods].sort(), ["delete", "patch", "post", "put"]);
  assert.deepEqual(wrong, []);
  const own = { token: null, headers: { Cookie, Origin: server.url } };
  assert.equal(
    (await server.ask("PATCH", "/api/v1/me", { theme: "dark" }, own)).status,
    200,
    "the same from our own page",
  );
});

test("json_is_not_taken_under_a_type_that_a_form_can_send", async () => {
  const { id } = await server.addStaff("typed@shop.example", ["administrator"]);
  const headers = { Cookie: await server.signIn(id), Origin: server.url };
  const send = (type) => server.ask("PATCH", "/api/v1/me", '{"theme":"light"}', { type, token: null, headers });
  for (const type of ["text/plain", "multipart/form-data; boundary=x", "application/octet-stream"])
    assert.equal((await send(type)).status, 415, type);
  assert.equal((await send("application/json")).status, 200);
});

test("public_ways_to_sign_in_or_write_are_no_other_site_s_either", async () => {
  const boss = await server.addStaff("forged@shop.example", ["agent"]);
  const { path } = (await server.post(`/api/v1/staff/${boss.id}/link`)).body;
  const code = new URL(path, server.url).searchParams.get("code");
  const forged = { token: null, headers: { Origin: "https://evil.example", "Sec-Fetch-Site": "cross-site" } };
  const entered = await server.ask("POST", "/enter", `code=${code}`, {
    ...forged,
    type: "application/x-www-form-urlencoded",
  });
  assert.equal(entered.status, 403);
  assert.equal(entered.headers.get("Set-Cookie"), null);
  const signed = await server.ask(
    "POST",
    "/api/v1/sign-in",
    { email: "forged@shop.example", password: PASSWORD },
    forged,
  );
  assert.equal(signed.status, 403);
});

// -- what the work tells --

async function hashes() {
  const { text } = await server.get("/metrics");
  return Number(text.match(/^troth_password_hashes_total (\d+)$/m)[1]);
}

test("a_try_to_sign_in_makes_one_hash_whoever_is_named", async () => {
  const known = await server.addStaff("known@shop.example", ["agent"]);
  const { path } = (await server.post(`/api/v1/staff/${known.id}/reset`)).body;
  const code = new URL(path, server.url).searchParams.get("code");
  const chosen = await new Browser(server).ask("POST", "/api/v1/password", { by: "reset", code, password: PASSWORD });
  assert.equal(chosen.status, 200, chosen.text);
  await server.addStaff("nopassword@shop.example", ["agent"]);
  const gone = await server.addStaff("gone@shop.example", ["agent"]);
  await server.post(`/api/v1/staff/${gone.id}/disable`);
  const answers = [];
  for (const email of [
    "known@shop.example",
    "unknown@shop.example",
    "nopassword@shop.example",
    "gone@shop.example",
    "no address",
  ]) {
    const was = await hashes();
    const reply = await new Browser(server).signIn(email, "quiet lantern over marble");
    answers.push(`${reply.status} ${reply.body.detail}`);
    assert.equal((await hashes()) - was, 1, email);
  }
  assert.equal(new Set(answers).size, 1, answers.join("\n"));
});

// -- addresses --

test("nothing_leads_to_another_host", async () => {
  const places = [
    "//evil.example",
    "/\\evil.example",
    "/%5Cevil.example",
    "/%2F%2Fevil.example",
    "/console//evil.example",
  ];
  places.push("/console/sign-in?from=//evil.example", "/?next=https://evil.example", "/obligation///evil.example");
  places.push("/enter?code=x&next=https://evil.example", "/console/%2e%2e//evil.example");
  for (const place of places) {
    const reply = await fetch(server.url + place, { redirect: "manual" });
    await reply.text();
    const to = reply.headers.get("Location");
    if (to !== null) assert.equal(new URL(to, server.url).origin, server.url, `${place} leads to ${to}`);
  }
  const own = await server.ask("GET", "/", undefined, { token: null, headers: { Host: "evil.example" } });
  assert.doesNotMatch(own.headers.get("Location") ?? "", /evil/);
});

// -- words of others in our pages --

test("words_of_a_code_and_of_comments_are_shown_as_words", async () => {
  const evil = `<script>alert(1)</script><img src=x onerror=alert(1)>' & </title></style>`;
  const source = CODE.replace('"Test"', JSON.stringify(`T ${evil}`).replaceAll('\\"', "'"))
    .replace('"Respect"', `"R ${evil}"`)
    .replace('"We answer."', `"A ${evil}"`)
    .replace('"We answer within four hours."', `"W ${evil}"`);
  const published = await server.publish(source);
  assert.equal(published.status, 201, published.text);
  const form = new URLSearchParams({ promise: "answer", words: evil, name: evil, contact: evil, website: "" });
  const headers = { Origin: server.url };
  const type = "application/x-www-form-urlencoded";
  assert.equal((await server.ask("POST", "/code/comment", `${form}`, { token: null, headers, type })).status, 200);
  const [comment] = (await server.get("/api/v1/code/comments")).body.items;
  await server.ask("PATCH", `/api/v1/code/comments/${comment.id}`, { answer: evil, public: true, state: "answered" });
  for (const path of ["/code", "/code?lang=pt-BR", "/code/comment?promise=answer"]) {
    const { text, headers: has } = await server.get(path, { token: null });
    assert.match(text, /&lt;script&gt;alert\(1\)/, `${path} shows it`);
    assert.doesNotMatch(text, /<script>alert|<img src=x/, path);
    const policy = has.get("Content-Security-Policy");
    assert.match(policy, /default-src '(none|self)'/);
    assert.doesNotMatch(policy, /unsafe/);
    assert.equal(has.get("X-Content-Type-Options"), "nosniff");
  }
  const { text } = await server.get("/api/v1/code/comments");
  assert.doesNotMatch(text, /<script/, "JSON is safe inside a page as well");
});

// -- streams --

// Ends within seconds: the test waits for it, and fails where it never does.
async function endsWhen(headers, act) {
  const stream = await server.listen("/api/v1/events?topic=all", headers);
  assert.equal(stream.status, 200);
  await act();
  const events = await stream.next(1000);
  assert.ok(stream.ended);
  return events;
}

test("a_stream_ends_with_what_let_it_in", async () => {
  const made = (await server.post("/api/v1/tokens", { name: "ears", scopes: "events:read" })).body;
  await endsWhen({ Authorization: `Bearer ${made.token}` }, () => server.ask("DELETE", `/api/v1/tokens/${made.id}`));

  const person = await server.addStaff("ears@shop.example", ["lead"]);
  const listening = async () => ({ Authorization: "", Cookie: await server.signIn(person.id) });
  let headers = await listening();
  await endsWhen(headers, () => server.as(headers.Cookie, "POST", "/api/v1/sign-out"));
  headers = await listening();
  const { items } = (await server.get("/api/v1/sessions")).body;
  const open = items.find((s) => s.staff === person.id && s.revoked === null);
  await endsWhen(headers, () => server.ask("DELETE", `/api/v1/sessions/${open.id}`));
  headers = await listening();
  await endsWhen(headers, () => server.ask("PATCH", `/api/v1/staff/${person.id}`, { roles: [] }));
  await server.ask("PATCH", `/api/v1/staff/${person.id}`, { roles: ["lead"] });
  headers = await listening();
  await endsWhen(headers, () => server.post(`/api/v1/staff/${person.id}/disable`));
});

test("a_stream_ends_with_a_heartbeat_once_its_session_has_expired", async () => {
  const person = await server.addStaff("late@shop.example", ["lead"]);
  const Cookie = await server.signIn(person.id);
  const theirs = `staff_id = (SELECT id FROM staff WHERE email = 'late@shop.example')`;
  // What is left is less than a heartbeat, and enough to begin on a busy machine.
  await server.sql(`UPDATE session SET expires_us = ${(Date.now() + 14_000) * 1000} WHERE ${theirs}`);
  await server.restart(); // reads what was changed behind its back
  await endsWhen({ Authorization: "", Cookie }, async () => {});
  assert.equal((await server.get("/api/v1/me", { token: null, headers: { Cookie } })).status, 401);
});

test("a_stream_ends_when_a_team_is_closed_to_who_hears_it_and_tells_nothing_of_it_after", async () => {
  const person = await server.addStaff("mole@shop.example", ["lead"]);
  const headers = { Authorization: "", Cookie: await server.signIn(person.id) };
  const events = await endsWhen(headers, async () => {
    await server.post("/api/v1/teams", { name: "vault", restricted: true });
    await server.post(
      "/api/v1/touches",
      touch("message.received", fromNow(-60), { thread: "vaulted", actor: "customer", team: "vault" }),
    );
  });
  assert.ok(!JSON.stringify(events).includes("vaulted"));
});

test("other_streams_go_on_while_one_ends", async () => {
  const staying = await server.listen("/api/v1/events?topic=all");
  const made = (await server.post("/api/v1/tokens", { name: "ears", scopes: "events:read" })).body;
  await endsWhen({ Authorization: `Bearer ${made.token}` }, () => server.ask("DELETE", `/api/v1/tokens/${made.id}`));
  await server.post(
    "/api/v1/touches",
    touch("message.received", fromNow(-60), { thread: "still heard", actor: "customer" }),
  );
  const [event] = await staying.next(1);
  assert.equal(event.data.obligation.key, "still heard");
  staying.close();
});
