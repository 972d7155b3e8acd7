// What belongs to a restricted team is read by its members, those of teams above it and holders of restricted:read, on
// every way there is to it; for others it is not there. Totals of the whole company hold it, as the public page does.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { CODE, fromNow, Server, touch } from "./server.mjs";

let server;
let secret; // the obligation
let shared; // one of the open team, with a touch of the restricted one
const allowed = {}; // name -> how to ask
const shut = {};
const asked = (thread, team, more = {}) =>
  touch("message.received", fromNow(-60), { thread, customer: thread, actor: "customer", team, ...more });

before(async () => {
  server = await Server.open("--rate", "0");
  await server.publish(CODE);
  const make = async (name, more = {}) => (await server.post("/api/v1/teams", { name, ...more })).body;
  const house = await make("house");
  const fraud = await make("fraud", { parent: house.id, restricted: true });
  const desk = await make("desk");
  const member = async (email, teams, role = "manager") => {
    const cookie = await server.signIn((await server.addStaff(email, [role], { teams })).id);
    return { token: null, headers: { Cookie: cookie, Origin: server.url } };
  };
  allowed.inside = await member("inside@shop.example", [fraud.id]);
  allowed.above = await member("above@shop.example", [house.id]);
  allowed.privacy = await member("privacy@shop.example", [], "privacy officer");
  shut.outside = await member("outside@shop.example", [desk.id]);
  const scopes = "ledger:read events:read measure:read export customer:read code:read code:draft";
  shut.program = { token: await server.makeToken(scopes) };
  allowed.program = { token: await server.makeToken(`${scopes} restricted:read`) };

  const answered = (thread, team) =>
    touch("message.sent", fromNow(-30), { thread, customer: thread, actor: "staff", person: "hidden-agent", team });
  const sent = [
    asked("secret", "fraud"),
    asked("open", "desk"),
    asked("settled", "fraud", { occurred: fromNow(-80000) }),
    { ...answered("settled", "fraud"), occurred: fromNow(-79000) },
    asked("shared", "desk"),
    { ...answered("shared", "fraud"), event: "question.asked", occurred: fromNow(-50) },
    { ...answered("shared", "fraud"), event: "question.answered", occurred: fromNow(-40) },
    { ...answered("shared", "desk"), person: "Dora" },
  ];
  for (const one of sent) assert.equal((await server.post("/api/v1/touches", one)).status, 201);
  const all = (await server.get("/api/v1/obligations")).body.items;
  secret = all.find((o) => o.key === "secret");
  shared = all.find((o) => o.key === "shared");
  assert.deepEqual([secret.team, shared.team, shared.state], ["fraud", "desk", "kept"]);
});
after(() => server.close());

const tells = (text) => /secret|settled|fraud|hidden-agent/.test(text);

test("what_is_restricted_is_hidden_on_every_way_to_it", async () => {
  const ways = [
    "/api/v1/obligations",
    "/api/v1/obligations?state=open",
    "/api/v1/obligations?state=kept",
    "/api/v1/obligations?team=fraud",
    "/api/v1/obligations?key=secret",
    "/api/v1/exports/obligations",
    "/api/v1/exports/customers",
    "/api/v1/exports/adherence?by=team",
    "/api/v1/threads/secret/touches",
    "/api/v1/customers",
    "/api/v1/customers?q=secr",
    "/api/v1/customers/secret",
    "/api/v1/customers/secret/timeline",
    "/api/v1/customers/shared/timeline",
    "/api/v1/adherence?by=team",
    `/api/v1/obligations/${secret.id}`,
    `/api/v1/obligations/${shared.id}`,
  ];
  for (const path of ways) {
    const asOwner = await server.get(path);
    for (const [name, who] of Object.entries(allowed)) {
      const reply = await server.get(path, who);
      if (reply.status === 403) continue; // their role does not read this at all
      assert.equal(reply.status, asOwner.status, `${name} ${path}: ${reply.text}`);
      if (path.includes("customers?q") || path.includes("/shared")) continue;
      assert.ok(tells(reply.text), `${path} tells ${name}`);
    }
    for (const [name, who] of Object.entries(shut)) {
      const { text, status } = await server.get(path, who);
      assert.ok(status !== 403, `${name} may ask ${path}`);
      const said = text.replaceAll("/threads/secret/", "").replaceAll("/customers/secret", "");
      assert.ok(!tells(said), `${path} tells ${name}: ${text}`);
    }
  }
});

test("looking_up_finds_it_for_those_who_may_read_it_alone", async () => {
  for (const q of ["secr", "settl"]) {
    const path = `/api/v1/look-up?q=${q}`;
    assert.ok(tells((await server.get(path, allowed.inside)).text), q);
    const { status, text } = await server.get(path, shut.outside);
    assert.equal(status, 200, text);
    assert.ok(!tells(text), text);
  }
});

test("one_thing_of_it_is_not_there_rather_than_forbidden", async () => {
  const touchOfIt = (await server.get(`/api/v1/obligations/${secret.id}`)).body.touches[0].id;
  for (const path of [`/api/v1/obligations/${secret.id}`, "/api/v1/customers/secret", `/api/v1/touches/${touchOfIt}`]) {
    for (const who of Object.values(shut)) {
      const reply = await server.get(path, who);
      const none = await server.get(path.replace(/[^/]+$/, "obl_0s00000000000"), who);
      assert.equal(reply.status, 404, path);
      assert.equal(reply.body.detail, none.status === 404 ? none.body.detail : reply.body.detail);
    }
    assert.equal((await server.get(path)).status, 200, path);
  }
  const ids = [secret.id];
  const reason = "Not theirs to excuse.";
  const [item] = (await server.post("/api/v1/obligations/excuse", { ids, reason }, shut.outside)).body.items;
  assert.match(item.reason, /no such obligation/);
});

test("why_it_was_excused_is_told_where_it_is_told_itself", async () => {
  await server.post("/api/v1/touches", asked("pardoned secret", "fraud"));
  const { items } = (await server.get("/api/v1/obligations?state=open&limit=500")).body;
  const { id } = items.find((o) => o.key === "pardoned secret");
  const reason = "the secret of this case";
  const given = await server.post("/api/v1/obligations/excuse", { ids: [id], reason }, allowed.inside);
  assert.equal(given.body.items[0].result, "excused", given.text);
  const ways = ["/api/v1/threads/pardoned%20secret/touches", "/api/v1/customers/pardoned%20secret/timeline"];
  for (const path of ways) {
    assert.ok((await server.get(path, allowed.inside)).text.includes(reason), path);
    const theirs = await server.get(path, shut.outside);
    assert.ok(!theirs.text.includes(reason), `${path}: ${theirs.text}`);
  }
});

test("the_trail_tells_what_was_written_of_it_those_alone_who_may_read_it", async () => {
  await server.post("/api/v1/touches", asked("noted secret", "fraud"));
  const path = "/api/v1/customers/noted%20secret";
  const ETag = (await server.get(path, allowed.inside)).headers.get("ETag");
  const headers = { ...allowed.inside.headers, "If-Match": ETag };
  const written = await server.ask("PATCH", path, { note: "hidden-agent suspects" }, { token: null, headers });
  assert.equal(written.status, 200, written.text);
  const { items } = (await server.get("/api/v1/obligations?state=open&limit=500")).body;
  const ids = [items.find((o) => o.key === "noted secret").id];
  await server.post("/api/v1/obligations/excuse", { ids, reason: "hidden-agent erred" }, allowed.inside);
  for (const [action, words] of [
    ["customer.changed", "hidden-agent suspects"],
    ["obligation.excused", "hidden-agent erred"],
  ]) {
    const list = `/api/v1/audit?action=${action}`;
    const { body } = await server.get(list, allowed.privacy);
    const record = body.items.find((one) => JSON.stringify(one).includes(words));
    assert.ok(record, `${list} tells privacy`);
    for (const way of [list, `/api/v1/audit/export?action=${action}`, `/api/v1/audit/${record.id}`]) {
      assert.ok((await server.get(way, allowed.inside)).text.includes(words), `${way} tells inside`);
      const theirs = await server.get(way, shut.outside);
      assert.equal(theirs.status, way.endsWith(record.id) ? 404 : 200);
      assert.ok(!tells(theirs.text), `${way}: ${theirs.text}`);
    }
  }
});

test("counts_leave_it_out", async () => {
  const count = async (who, path) => (await server.get(path, who)).body;
  const path = "/api/v1/obligations/count";
  const [mine, theirs] = [await count(allowed.inside, path), await count(shut.outside, path)];
  assert.deepEqual([mine.open, mine.kept], [2, 2]);
  assert.deepEqual([theirs.open, theirs.kept], [1, 1]);
  const kept = async (who, query) => {
    const { items } = await count(who, `/api/v1/adherence?${query}`);
    return items.reduce((sum, item) => sum + item.kept, 0);
  };
  for (const by of ["promise", "principle", "day", "month", "team", "channel"]) {
    assert.equal(await kept(allowed.inside, `by=${by}`), 2, by);
    assert.equal(await kept(shut.outside, `by=${by}`), 1, by);
  }
  assert.equal(await kept(shut.outside, "by=promise&team=fraud"), 0);
});

test("a_rehearsal_tells_of_its_threads_and_team_only_those_who_may_read_them", async () => {
  const source = CODE.replaceAll("4 hours", "10 minutes");
  const draft = (await server.post("/api/v1/drafts", { name: "Faster", source })).body;
  const { id } = (await server.post(`/api/v1/drafts/${draft.id}/rehearsals`, {})).body;
  const at = `/api/v1/rehearsals/${id}`;
  while ((await server.get(at)).body.state !== "done") await sleep(50);
  const whole = (await server.get(at)).body.result;
  assert.ok(
    whole.by_team.some((t) => t.team === "fraud" && t.changed > 0),
    JSON.stringify(whole.by_team),
  );
  for (const path of [at, `/api/v1/drafts/${draft.id}/rehearsal`, `${at}/changes`, `${at}/changes?team=fraud`]) {
    const theirs = await server.get(path, shut.program);
    if (theirs.status === 404) continue;
    assert.equal(theirs.status, 200, path);
    assert.ok(!tells(theirs.text), `${path}: ${theirs.text}`);
  }
  const theirs = (await server.get(at, shut.program)).body.result;
  assert.equal(theirs.changed, whole.changed, "the total is the company's");
  assert.deepEqual(
    theirs.by_team,
    whole.by_team.filter((t) => t.team !== "fraud"),
  );
});

test("the_event_stream_tells_nothing_of_it_live_or_missed", async () => {
  const everything = await server.listen("/api/v1/events?topic=all");
  const headers = { Authorization: `Bearer ${shut.program.token}` };
  const theirs = await server.listen("/api/v1/events?topic=all", headers);
  await server.post("/api/v1/touches", asked("secret before", "fraud"));
  await server.post("/api/v1/touches", asked("plain before", "desk"));
  const heard = await everything.next(2);
  assert.deepEqual(
    heard.map((e) => e.data.obligation.key),
    ["secret before", "plain before"],
  );
  const [first] = await theirs.next(1);
  assert.equal(first.data.obligation.key, "plain before");
  theirs.close();
  await server.post("/api/v1/touches", asked("secret missed", "fraud"));
  await server.post("/api/v1/touches", asked("plain missed", "desk"));
  const missed = await server.listen("/api/v1/events?topic=all", { ...headers, "Last-Event-ID": first.id });
  await server.post("/api/v1/touches", asked("secret after", "fraud"));
  await server.post("/api/v1/touches", asked("plain after", "desk"));
  assert.deepEqual(
    (await missed.next(2)).map((e) => e.data.obligation.key),
    ["plain missed", "plain after"],
  );
  missed.close();
  everything.close();
});

test("who_reads_it_is_noted_once_a_thing_and_once_in_a_while_for_lists", async () => {
  await server.get(`/api/v1/obligations/${secret.id}`, allowed.inside);
  await server.get("/api/v1/obligations", allowed.inside);
  await server.get("/api/v1/obligations", allowed.inside);
  await server.get(`/api/v1/obligations/${shared.id}`, shut.outside);
  const read = async (query) => {
    for (let i = 0; i < 500; i++) {
      const { items } = (await server.get(`/api/v1/audit?limit=500${query}`)).body;
      if (items.length) return items;
      await sleep(20);
    }
    return [];
  };
  const me = (await server.get("/api/v1/me", allowed.inside)).body.id;
  const one = await read(`&action=obligation.read&actor=${me}`);
  assert.ok(one.length && one.every((r) => r.subject === secret.id));
  const lists = await read(`&action=obligations.listed&actor=${me}`);
  assert.deepEqual(
    lists.map((r) => r.subject),
    ["fraud"],
  );
  assert.ok((await read("&action=obligations.exported")).length);
  assert.ok((await read("&action=customer.read")).length);
  const other = (await server.get("/api/v1/me", shut.outside)).body.id;
  const { items } = (await server.get(`/api/v1/audit?limit=500&actor=${other}`)).body;
  assert.deepEqual(
    items.filter((r) => r.action.endsWith(".read") || r.action.endsWith(".listed")),
    [],
  );
});

test("many_who_read_a_list_again_and_again_are_each_noted_once", async () => {
  const readers = [];
  for (let i = 0; i < 40; i++) {
    const made = await server.post("/api/v1/tokens", { name: `reader ${i}`, scopes: "ledger:read restricted:read" });
    assert.equal(made.status, 201, made.text);
    readers.push({ token: made.body.token });
  }
  const noted = async (action, enough) => {
    for (;;) {
      const { items } = (await server.get(`/api/v1/audit?limit=500&action=${action}`)).body;
      const theirs = items.map((r) => r.actor_name).filter((name) => name.startsWith("reader "));
      if (theirs.length >= enough) return theirs;
      await sleep(20);
    }
  };
  for (let round = 0; round < 2; round++) {
    for (const reader of readers) await server.get("/api/v1/obligations?team=fraud", reader);
    await server.get(`/api/v1/obligations/${secret.id}`, readers[round]);
    await noted("obligation.read", round + 1); // what was read before it has been noted, too
  }
  const names = await noted("obligations.listed", readers.length);
  assert.equal(new Set(names).size, readers.length);
  assert.equal(names.length, readers.length, names.sort().join(", "));
});
