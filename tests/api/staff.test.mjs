// People: their accounts, roles and teams; what a browser's session may do.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { enter, Server, troth } from "./server.mjs";

let server;
let root;
before(async () => {
  server = await Server.open();
  root = await server.addStaff("root@shop.example", ["administrator"]);
});
after(() => server.close());

test("what_is_wrong_is_told_in_the_language_asked_for", async () => {
  const teams = (language) =>
    server.ask(
      "PATCH",
      "/api/v1/teams/tea_00000000000001",
      { name: "x" },
      { headers: { "Accept-Language": language } },
    );
  const told = async (language) => {
    const { status, body } = await teams(language);
    assert.equal(status, 404);
    assert.equal(body.type, "/problems/not-found");
    return [body.title, body.detail];
  };
  const english = ["There is no such thing", "There is no such team."];
  assert.deepEqual(await told("pt-PT, en;q=0.5"), ["Isto não existe", "Não há esse time."]);
  assert.deepEqual(await told("es"), ["Eso no existe", "No hay tal equipo."]);
  assert.deepEqual(await told("fr"), english);
  assert.deepEqual(await told("*"), english);
});

test("one_s_own_account_is_no_program_s", async () => {
  assert.equal((await server.get("/api/v1/me")).status, 403);
  assert.equal((await server.get("/api/v1/me", { token: null })).status, 401);
});

test("who_is_signed_in_sees_and_changes_their_own_account", async () => {
  const eva = await server.addStaff(" Eva@Shop.example ", ["lead", "analyst"]);
  assert.equal(eva.email, "eva@shop.example");
  const cookie = await server.signIn(eva.id);
  const { body } = await server.as(cookie, "GET", "/api/v1/me");
  assert.equal(body.id, eva.id);
  assert.deepEqual(
    body.roles.map((r) => r.name),
    ["lead", "analyst"],
  );
  assert.ok(body.permissions.includes("ledger:excuse") && body.permissions.includes("code:draft"));
  assert.ok(!body.permissions.includes("admin"));
  const change = (what) => server.as(cookie, "PATCH", "/api/v1/me", what);
  const wanted = { name: "Eva Luz", language: "pt-BR", time_zone: "America/Sao_Paulo", theme: "dark" };
  const changed = (await change(wanted)).body;
  assert.deepEqual(
    Object.keys(wanted).map((k) => changed[k]),
    Object.values(wanted),
  );
  assert.equal((await change({ time_zone: "" })).body.time_zone, null);
  for (const wrong of [
    { language: "xx" },
    { theme: "blue" },
    { time_zone: "Mars/Olympus" },
    { time_zone: "../../etc/passwd" },
    { name: "" },
    { name: "a\u0007b" },
    { email: "other@shop.example" },
  ])
    assert.equal((await change(wrong)).status, 400, JSON.stringify(wrong));
});

test("a_change_by_cookie_comes_from_our_own_page_or_not_at_all", async () => {
  const cookie = await server.signIn(root.id);
  const change = async (headers) => {
    const ask = { token: null, headers: { Cookie: cookie, ...headers } };
    return (await server.ask("PATCH", "/api/v1/me", {}, ask)).status;
  };
  assert.equal(await change({}), 403);
  assert.equal(await change({ Origin: "http://elsewhere.example" }), 403);
  assert.equal(await change({ Origin: "null" }), 403);
  assert.equal(await change({ Origin: `${server.url}.elsewhere.example` }), 403);
  assert.equal(await change({ Origin: server.url, "Sec-Fetch-Site": "cross-site" }), 403);
  assert.equal(await change({ Origin: server.url, "Sec-Fetch-Site": "same-site" }), 403);
  assert.equal(await change({ Origin: server.url }), 200);
  assert.equal(await change({ "Sec-Fetch-Site": "same-origin" }), 200);
});

test("an_address_is_one_person_s", async () => {
  await server.addStaff("one@shop.example", []);
  const again = await server.post("/api/v1/staff", { name: "x", email: "ONE@shop.example" });
  assert.deepEqual([again.status, again.body.field], [409, "email"]);
  for (const email of ["", "x", "@shop.example", "a@", "a b@shop.example", "a@b@c", "<a@shop.example>"])
    assert.equal((await server.post("/api/v1/staff", { name: "x", email })).status, 400, email);
});

test("everybody_is_listed_page_by_page", async () => {
  for (let i = 0; i < 5; i++) await server.addStaff(`list${i}@shop.example`, ["agent"]);
  const all = (await server.get("/api/v1/staff?limit=500")).body.items;
  const paged = await server.list("/api/v1/staff", 2);
  assert.deepEqual(paged, all);
  const found = (await server.get("/api/v1/staff?email=List3%40shop.example")).body.items;
  assert.deepEqual(
    found.map((m) => m.email),
    ["list3@shop.example"],
  );
  assert.deepEqual((await server.get("/api/v1/staff?email=nobody%40shop.example")).body.items, []);
});

test("people_are_found_by_words_role_team_and_state", async () => {
  const { body: team } = await server.post("/api/v1/teams", { name: "finders" });
  const one = await server.addStaff("joao.silva@shop.example", ["analyst"], {
    name: "JOÃO da Silva",
    teams: [team.id],
    language: "pt-BR",
    time_zone: "America/Sao_Paulo",
  });
  assert.deepEqual(
    [one.language, one.time_zone, one.seen, one.second_factor],
    ["pt-BR", "America/Sao_Paulo", null, false],
  );
  const found = async (query) => {
    const { status, body } = await server.get(`/api/v1/staff?${query}`);
    assert.equal(status, 200, query);
    return body.items.filter((m) => m.id === one.id).length;
  };
  for (const query of [
    "q=joao",
    "q=JO%C3%83O%20DA",
    "q=silva%40shop",
    "role=analyst",
    `team=${team.id}`,
    "state=invited",
  ])
    assert.equal(await found(query), 1, query);
  for (const query of ["q=joaquim", "role=lead", "state=active", "state=disabled", "q=joao&role=agent"])
    assert.equal(await found(query), 0, query);
  assert.equal((await server.list("/api/v1/staff?q=silva&state=enabled", 1)).length, 1);
  await server.signIn(one.id);
  assert.equal(await found("state=active"), 1, "who has been here is invited no more");
  assert.ok((await server.get(`/api/v1/staff/${one.id}`)).body.seen);
  await server.post(`/api/v1/staff/${one.id}/disable`);
  assert.equal(await found("state=disabled"), 1);
  assert.equal(await found("state=enabled"), 0);
  for (const wrong of ["role=nobody", "team=desk", "state=gone", "after=x"])
    assert.equal((await server.get(`/api/v1/staff?${wrong}`)).status, 400, wrong);
});

test("one_person_s_sessions_are_listed_and_ended", async () => {
  const nora = await server.addStaff("sessions-of@shop.example", ["agent"]);
  const cookie = await server.signIn(nora.id);
  const list = async () => (await server.get(`/api/v1/sessions?staff=${nora.id}`)).body.items;
  const [session, ...others] = await list();
  assert.deepEqual([session.staff, others.length], [nora.id, 0]);
  assert.equal((await server.ask("DELETE", `/api/v1/sessions/${session.id}`)).status, 204);
  assert.deepEqual(await list(), []);
  assert.equal((await server.as(cookie, "GET", "/api/v1/me")).status, 401);
  assert.equal((await server.get("/api/v1/sessions?staff=nora")).status, 400);
});

test("a_team_that_goes_leaves_its_members_to_another_or_to_none", async () => {
  const make = async (name) => (await server.post("/api/v1/teams", { name })).body;
  const [old, next, last] = [await make("old desk"), await make("new desk"), await make("last desk")];
  const both = await server.addStaff("both@shop.example", [], { teams: [old.id, { id: next.id, lead: true }] });
  const only = await server.addStaff("only@shop.example", [], { teams: [{ id: old.id, lead: true }] });
  const teamsOf = async (person) =>
    (await server.get(`/api/v1/staff/${person.id}`)).body.teams.map((t) => [t.name, t.lead]);
  for (const wrong of [old.id, "tea_x", "new desk"]) {
    const path = `/api/v1/teams/${old.id}?members_to=${encodeURIComponent(wrong)}`;
    assert.equal((await server.ask("DELETE", path)).status, 400, wrong);
  }
  assert.equal((await server.ask("DELETE", `/api/v1/teams/${old.id}?members_to=${next.id}`)).status, 204);
  assert.deepEqual(await teamsOf(both), [["new desk", true]]);
  assert.deepEqual(await teamsOf(only), [["new desk", false]], "leading is given, not moved");
  assert.equal((await server.ask("DELETE", `/api/v1/teams/${last.id}`)).status, 204);
  assert.equal((await server.ask("DELETE", `/api/v1/teams/${next.id}`)).status, 204);
  assert.deepEqual(await teamsOf(only), []);
});

test("who_is_disabled_is_shut_out_at_once_and_comes_back_without_their_sessions", async () => {
  const joe = await server.addStaff("joe@shop.example", ["agent"]);
  const cookie = await server.signIn(joe.id);
  assert.equal((await server.as(cookie, "GET", "/api/v1/me")).status, 200);
  assert.ok((await server.post(`/api/v1/staff/${joe.id}/disable`)).body.disabled);
  assert.equal((await server.as(cookie, "GET", "/api/v1/me")).status, 401);
  assert.equal((await server.post(`/api/v1/staff/${joe.id}/link`)).status, 409);
  assert.equal((await server.post(`/api/v1/staff/${joe.id}/enable`)).body.disabled, null);
  assert.equal((await server.as(cookie, "GET", "/api/v1/me")).status, 401);
  assert.equal((await server.as(await server.signIn(joe.id), "GET", "/api/v1/me")).status, 200);
});

test("a_role_that_is_taken_away_is_gone_from_sessions_that_run", async () => {
  const kim = await server.addStaff("kim@shop.example", ["manager"]);
  const cookie = await server.signIn(kim.id);
  assert.equal((await server.as(cookie, "GET", "/api/v1/staff")).status, 200);
  assert.equal((await server.ask("PATCH", `/api/v1/staff/${kim.id}`, { roles: ["agent"] })).status, 200);
  assert.equal((await server.as(cookie, "GET", "/api/v1/staff")).status, 403);
});

test("the_last_administrator_stays", async () => {
  const other = await server.addStaff("second@shop.example", ["administrator"]);
  assert.equal((await server.post(`/api/v1/staff/${other.id}/disable`)).status, 200);
  const path = `/api/v1/staff/${root.id}`;
  assert.equal((await server.post(`${path}/disable`)).status, 409);
  assert.equal((await server.ask("PATCH", path, { roles: ["manager"] })).status, 409);
  await assert.rejects(troth("staff", "disable", "root@shop.example", "--db", server.database));
  assert.equal((await server.get(path)).body.disabled, null);
  assert.deepEqual(
    (await server.get(path)).body.roles.map((r) => r.name),
    ["administrator"],
  );
  assert.equal((await server.post(`/api/v1/staff/${other.id}/enable`)).status, 200);
  assert.equal((await server.post(`${path}/disable`)).status, 200);
  assert.equal((await server.post(`${path}/enable`)).status, 200);
});

test("nobody_gives_or_takes_more_than_they_have", async () => {
  const { body: clerk } = await server.post("/api/v1/roles", {
    name: "clerk",
    permissions: ["staff:read", "staff:write", "ledger:read"],
  });
  const pat = await server.addStaff("pat@shop.example", [clerk.id]);
  const cookie = await server.signIn(pat.id);
  const ask = (method, path, body) => server.as(cookie, method, path, body);
  const add = (roles) => ask("POST", "/api/v1/staff", { name: "x", email: `x${Math.random()}@shop.example`, roles });
  assert.equal((await add(["clerk"])).status, 201);
  assert.equal((await add(["administrator"])).status, 403);
  assert.equal((await add(["agent"])).status, 403);
  assert.equal((await ask("PATCH", `/api/v1/staff/${pat.id}`, { roles: ["administrator"] })).status, 403);
  for (const [method, path, body] of [
    ["PATCH", "", { email: "pats@elsewhere.example" }],
    ["PATCH", "", { roles: [] }],
    ["POST", "/disable"],
    ["POST", "/link"],
  ])
    assert.equal((await ask(method, `/api/v1/staff/${root.id}${path}`, body)).status, 403, path);
  assert.equal((await ask("POST", "/api/v1/roles", { name: "mighty", permissions: ["admin"] })).status, 403);
  assert.equal((await ask("PATCH", `/api/v1/roles/${clerk.id}`, { permissions: ["admin"] })).status, 403);
});

test("roles_of_the_company_come_and_go_and_built_in_ones_stay", async () => {
  const { body: role } = await server.post("/api/v1/roles", { name: "caller", permissions: ["ledger:read"] });
  const sam = await server.addStaff("sam@shop.example", ["caller"]);
  const cookie = await server.signIn(sam.id);
  assert.equal((await server.as(cookie, "GET", "/api/v1/code/versions")).status, 403);
  await server.ask("PATCH", `/api/v1/roles/${role.id}`, { permissions: ["ledger:read", "code:read"] });
  assert.equal((await server.as(cookie, "GET", "/api/v1/code/versions")).status, 200);
  const listed = (await server.get("/api/v1/roles")).body.items;
  assert.equal(listed.filter((r) => r.built_in).length, 6);
  assert.equal(listed.find((r) => r.id === role.id).holders, 1);
  assert.equal((await server.post("/api/v1/roles", { name: "agent", permissions: ["ledger:read"] })).status, 409);
  assert.equal((await server.post("/api/v1/roles", { name: "x", permissions: ["sudo"] })).status, 400);
  assert.equal((await server.ask("PATCH", `/api/v1/roles/${listed[0].id}`, { name: "x" })).status, 409);
  assert.equal((await server.ask("DELETE", `/api/v1/roles/${listed[0].id}`)).status, 409);
  const held = await server.ask("DELETE", `/api/v1/roles/${role.id}`);
  assert.equal(held.status, 409, "not while somebody holds it");
  assert.match(held.body.detail, /held by sam/);
  assert.equal((await server.ask("PATCH", `/api/v1/staff/${sam.id}`, { roles: [] })).status, 200);
  assert.equal((await server.ask("DELETE", `/api/v1/roles/${role.id}`)).status, 204);
  assert.equal((await server.as(cookie, "GET", "/api/v1/obligations")).status, 403);
});

test("teams_lie_within_teams_and_never_within_themselves", async () => {
  const make = async (name, parent) => (await server.post("/api/v1/teams", { name, ...(parent && { parent }) })).body;
  const house = await make("house");
  const desk = await make("desk", house.id);
  const night = await make("night", desk.id);
  const move = (team, parent) => server.ask("PATCH", `/api/v1/teams/${team.id}`, { parent });
  assert.equal((await move(house, night.id)).status, 409);
  assert.equal((await move(desk, desk.id)).status, 409);
  assert.equal((await move(night, house.id)).body.parent, house.id);
  assert.equal((await server.post("/api/v1/teams", { name: "desk" })).status, 409);
  assert.equal((await server.ask("DELETE", `/api/v1/teams/${house.id}`)).status, 409);
  let deepest = await make("deep");
  for (let i = 1; i < 16; i++) deepest = await make(`deep ${i}`, deepest.id);
  assert.ok(deepest.id);
  assert.equal((await server.post("/api/v1/teams", { name: "too deep", parent: deepest.id })).status, 413);
  const lea = await server.addStaff("lea@shop.example", ["agent"], { teams: [desk.id, { id: night.id, lead: true }] });
  assert.deepEqual(
    lea.teams.map((t) => [t.name, t.lead]),
    [
      ["desk", false],
      ["night", true],
    ],
  );
  assert.equal((await server.ask("DELETE", `/api/v1/teams/${night.id}`)).status, 204);
  assert.deepEqual(
    (await server.get(`/api/v1/staff/${lea.id}`)).body.teams.map((t) => t.name),
    ["desk"],
  );
});

test("the_command_adds_lists_and_disables_beside_a_running_server_and_without_one", async () => {
  const staff = (...args) => troth("staff", ...args, "--db", server.database);
  await staff("add", "nora@shop.example", "--name", "Nora", "--role", "privacy officer");
  await server.stop();
  await staff("add", "olaf@shop.example", "--name", "Olaf");
  await assert.rejects(staff("add", "olaf@shop.example", "--name", "Olaf"));
  await assert.rejects(staff("add", "ole@shop.example", "--name", "Ole", "--role", "boss"));
  const alone = await staff("list");
  await server.start();
  assert.equal(await staff("list"), alone);
  assert.match(alone, /nora@shop\.example +Nora +privacy officer/);
  assert.match(alone, /olaf@shop\.example +Olaf +agent/);
  await staff("disable", "nora@shop.example");
  assert.match(await staff("list"), /nora@shop\.example +Nora +disabled/);
  await assert.rejects(staff("link", "nora@shop.example"));
  await assert.rejects(staff("link", "nobody@shop.example"));
});

test("a_team_or_a_role_that_was_removed_comes_back_with_its_id", async () => {
  for (const [list, more] of [
    ["teams", {}],
    ["roles", { permissions: ["ledger:read"] }],
  ]) {
    const path = `/api/v1/${list}`;
    const made = (await server.post(path, { name: "comes and goes", ...more })).body;
    const again = { id: made.id, name: "comes and goes again", ...more };
    assert.equal((await server.post(path, again)).status, 409, "it is there");
    assert.equal((await server.ask("DELETE", `${path}/${made.id}`)).status, 204);
    assert.equal((await server.post(path, { ...again, id: `${made.id.slice(0, 4)}7zzzzzzzzzzzz` })).body.field, "id");
    assert.equal((await server.post(path, { ...again, id: "nonsense" })).body.field, "id");
    const back = await server.post(path, again);
    assert.equal(back.status, 201, back.text);
    assert.equal(back.body.id, made.id);
    assert.equal((await server.ask("DELETE", `${path}/${made.id}`)).status, 204);
  }
});

test("links_of_somebody_disabled_open_nothing_after_they_are_enabled_either", async () => {
  const { id } = await server.addStaff("gone@shop.example", ["agent"]);
  const { body } = await server.post(`/api/v1/staff/${id}/link`);
  const { body: reset } = await server.post(`/api/v1/staff/${id}/reset`);
  assert.equal((await server.post(`/api/v1/staff/${id}/disable`)).status, 200);
  assert.equal(await enter(server.url + body.path), undefined);
  assert.equal((await server.post(`/api/v1/staff/${id}/enable`)).status, 200);
  const code = new URL(server.url + reset.path).searchParams.get("code");
  const options = { token: null, headers: { Origin: server.url } };
  const set = { by: "reset", code, password: "violet harbour climbs seven" };
  assert.equal((await server.post("/api/v1/password", set, options)).status, 403);
});
