// Saved views: one's own, shared with a team or with all; names, filters and pins.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Server } from "./server.mjs";

const SCRIPT = '<script>alert("1")</script>';
let server;
let ana; // of the team of the night, which lies within support
let bea; // of support
let eva; // of no team
const teams = {};
const addTeam = async (name, parent) => {
  const { status, body } = await server.post("/api/v1/teams", { name, ...(parent ? { parent } : {}) });
  assert.equal(status, 201);
  teams[name] = body.id;
};
const person = async (name, inTeams, roles = ["agent"]) => {
  const added = await server.addStaff(`${name}@shop.example`, roles, { teams: inTeams });
  return server.signIn(added.id);
};
const save = (who, view) => server.as(who, "POST", "/api/v1/views", view);
const seen = async (who) => {
  const { status, body } = await server.as(who, "GET", "/api/v1/views");
  assert.equal(status, 200);
  return body.items;
};
const names = async (who) => (await seen(who)).map((view) => view.name);

before(async () => {
  server = await Server.open();
  await addTeam("support");
  await addTeam("night", teams.support);
  ana = await person("ana", [teams.night]);
  bea = await person("bea", [teams.support]);
  eva = await person("eva", []);
});
after(() => server.close());

test("a_view_is_its_owner_s_until_it_is_shared", async () => {
  const made = await save(ana, { name: " Late ", filters: { state: "broken", team: "night" }, pinned: true });
  assert.equal(made.status, 201, made.text);
  const { id, name, filters, audience, team, mine, pinned, owner } = made.body;
  assert.match(id, /^vie_/);
  assert.deepEqual(
    [name, filters, audience, team, mine, pinned, owner],
    ["Late", { state: "broken", team: "night" }, "own", null, true, true, "ana"],
  );
  assert.deepEqual([await names(ana), await names(bea), await names(eva)], [["Late"], [], []]);
  const shared = await server.as(ana, "PATCH", `/api/v1/views/${id}`, { audience: "all" });
  assert.deepEqual([shared.status, shared.body.audience], [200, "all"]);
  const [hers] = await seen(eva);
  assert.deepEqual([hers.name, hers.mine, hers.pinned, hers.owner], ["Late", false, false, "ana"]);
  assert.equal((await server.as(ana, "DELETE", `/api/v1/views/${id}`)).status, 204);
  assert.deepEqual([await names(ana), await names(eva)], [[], []]);
  const words = JSON.stringify((await server.get(`/api/v1/audit?subject=${id}`)).body.items);
  for (const action of ["view.saved", "view.changed", "view.deleted"]) assert.match(words, new RegExp(action));
});

test("a_team_s_view_is_seen_by_its_members_and_those_of_teams_within_it", async () => {
  const made = await save(bea, { name: "Ours", filters: {}, audience: "team", team: teams.support });
  assert.deepEqual([made.status, made.body.team_name], [201, "support"], made.text);
  assert.deepEqual([await names(bea), await names(ana), await names(eva)], [["Ours"], ["Ours"], []]);
  assert.equal((await save(bea, { name: "Theirs", filters: {}, audience: "team", team: teams.night })).status, 400);
  assert.equal((await save(eva, { name: "x", filters: {}, audience: "team", team: teams.support })).status, 400);
  assert.equal((await save(bea, { name: "x", filters: {}, audience: "team" })).status, 400);
  const own = await server.as(bea, "PATCH", `/api/v1/views/${made.body.id}`, { audience: "own" });
  assert.deepEqual([own.body.audience, own.body.team], ["own", null]);
  assert.deepEqual(await names(ana), []);
  await server.as(bea, "DELETE", `/api/v1/views/${made.body.id}`);
});

test("only_its_owner_changes_a_view_but_everybody_pins_for_themselves", async () => {
  const { body } = await save(ana, { name: "All of it", filters: { state: "open" }, audience: "all" });
  const path = `/api/v1/views/${body.id}`;
  assert.equal((await server.as(eva, "PATCH", path, { name: "Mine" })).status, 403);
  assert.equal((await server.as(eva, "DELETE", path)).status, 403);
  assert.equal((await server.as(eva, "PATCH", path, { pinned: true })).body.pinned, true);
  assert.deepEqual([(await seen(eva))[0].pinned, (await seen(bea))[0].pinned], [true, false]);
  assert.equal((await server.as(eva, "PATCH", path, { pinned: false })).body.pinned, false);
  const renamed = await server.as(ana, "PATCH", path, { name: "Everything", filters: { promise: "answer" } });
  assert.deepEqual([renamed.body.name, renamed.body.filters], ["Everything", { promise: "answer" }]);
  const root = await person("root", [], ["administrator"]);
  assert.equal((await server.as(root, "DELETE", path)).status, 204);
});

test("what_is_hidden_is_not_there_and_what_is_wrong_is_refused", async () => {
  const { body } = await save(ana, { name: "Hidden", filters: {} });
  for (const [method, what] of [
    ["PATCH", { pinned: true }],
    ["DELETE", undefined],
  ])
    assert.equal((await server.as(eva, method, `/api/v1/views/${body.id}`, what)).status, 404);
  assert.equal((await server.as(ana, "DELETE", "/api/v1/views/vie_0000000000000")).status, 404);
  for (const wrong of [
    { filters: {} },
    { name: "  ", filters: {} },
    { name: "x" },
    { name: "x", filters: { state: 1 } },
    { name: "x", filters: { state: { deep: "x" } } },
    { name: "x", filters: { state: "x".repeat(1001) } },
    { name: "x", filters: Object.fromEntries(Array.from({ length: 41 }, (_, i) => [`f${i}`, ""])) },
    { name: "x", filters: {}, audience: "everybody" },
    { name: "x".repeat(101), filters: {} },
  ])
    assert.equal((await save(ana, wrong)).status, 400, JSON.stringify(wrong).slice(0, 80));
  const script = await save(ana, { name: SCRIPT, filters: { about: SCRIPT } });
  assert.deepEqual([script.body.name, script.body.filters.about], [SCRIPT, SCRIPT]);
  assert.doesNotMatch(script.text, /<script/);
});

test("views_are_people_s_and_no_program_s", async () => {
  assert.equal((await server.get("/api/v1/views")).status, 403);
  assert.equal((await server.get("/api/v1/views", { token: null })).status, 401);
});
