// `troth serve --demo`: the shop's past is there, judged in its order, and goes on.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { CODE, Server, troth } from "./server.mjs";

let server;
before(async () => {
  server = await Server.open("--demo");
});
after(() => server.close());

test("thirteen_months_are_told_and_judged", async () => {
  const { items } = (await server.get("/api/v1/adherence?by=month")).body;
  assert.ok(items.length >= 13 && items.length <= 15);
  const full = items.slice(1, -1);
  assert.ok(full.every((m) => m.n > 500 && m.share > 0.5 && m.share < 1));
  const open = await server.list("/api/v1/obligations?state=open");
  assert.ok(open.length > 0);
  assert.ok(open.every((o) => o.due === null || Date.parse(o.due) > Date.now() - 60_000));
});

test("what_is_open_belongs_to_a_team_and_to_people_who_are_there", async () => {
  const teams = (await server.get("/api/v1/teams")).body.items;
  const parents = Object.fromEntries(teams.map((team) => [team.name, teams.find((t) => t.id === team.parent)?.name]));
  assert.deepEqual(parents, { service: undefined, desk: "service", night: "service", roastery: undefined });
  const names = (await server.list("/api/v1/staff")).map((one) => one.name);
  const open = await server.list("/api/v1/obligations?state=open");
  for (const { team, person, promise } of open) {
    assert.ok(team in parents, `${promise}: ${team}`);
    assert.ok(person === null || names.includes(person), `${promise}: ${person}`);
  }
  for (const team of ["desk", "roastery"]) {
    const rows = await server.list(`/api/v1/obligations?state=open&team=${team}`);
    assert.ok(rows.length > 0 && rows.every((row) => row.team === team), team);
  }
  const iara = await server.list("/api/v1/obligations?state=open&person=Iara");
  assert.ok(iara.length > 0 && iara.every((row) => row.team === "roastery"));
  const { items } = (await server.get("/api/v1/adherence?by=team")).body;
  const shares = items.filter((row) => row.n > 300 && row.share > 0.5).map((row) => row.team);
  for (const team of ["desk", "night", "roastery"]) assert.ok(shares.includes(team), `${team}: ${shares}`);
});

test("the_pages_show_it", async () => {
  const code = await server.get("/code", { token: null });
  assert.equal(code.status, 200);
  assert.match(code.text, /times in 100 last month/);
  const console = await server.get("/console/today", { token: null });
  assert.equal(console.status, 200);
});

test("after_a_restart_the_story_is_not_told_again", async () => {
  const until = new Date(Date.now() - 30 * 86_400_000).toISOString().slice(0, 10);
  const past = async () => (await server.get(`/api/v1/adherence?by=day&until=${until}`)).body;
  const before = await past();
  assert.ok(before.items.length > 300);
  assert.equal(await server.restart(), 0);
  assert.deepEqual(await past(), before);
});

test("a_companys_own_database_is_left_alone", async () => {
  const own = await Server.open();
  await own.publish(CODE);
  assert.equal(await own.stop(), 0);
  await assert.rejects(troth("serve", "--demo", "--db", own.database, "--listen", "127.0.0.1:0"), /own Code/);
  await own.close();
});
