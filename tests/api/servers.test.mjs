// Several servers on one database of PostgreSQL.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { CODE, fromNow, Server, touch } from "./server.mjs";

const SERVERS = 3;
const TWO = CODE.replace(/^(code .*\n)/m, "$1  excuses need a second person\n");
const servers = [];
before(async () => {
  servers.push(await Server.open());
  while (servers.length < SERVERS) servers.push(await Server.beside(servers[0]));
  await servers[0].publish(CODE);
});
after(async () => {
  for (const server of servers.slice().reverse()) await server.close();
});

const opening = (thread, at = -60) => touch("message.received", fromNow(at), { thread, actor: "customer" });
const answering = (thread, at = -30) => touch("message.sent", fromNow(at), { thread, actor: "staff" });
// Managers, each as a browser signs them in.
const members = (server, ...names) =>
  Promise.all(
    names.map(async (name) => {
      const { id } = await server.addStaff(`${name.toLowerCase()}@shop.example`, ["manager"], { name });
      return { token: null, headers: { Cookie: await server.signIn(id), Origin: server.url } };
    }),
  );
const obligations = async (server, key) => (await server.get(`/api/v1/obligations?key=${key}`)).body.items;
// Asks until the answer is what is waited for; the test's own limit of time ends it.
async function eventually(ask, wanted) {
  for (;;) {
    const answer = await ask();
    if (wanted(answer)) return answer;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

test("a_code_published_at_one_is_judged_by_at_the_others_at_once", async () => {
  for (const [i, server] of servers.entries()) {
    const sent = await server.post("/api/v1/touches", opening(`code-${i}`));
    assert.equal(sent.status, 201);
    assert.equal((await obligations(servers[0], `code-${i}`)).length, 1);
  }
  const more = CODE.replace("within 4 hours\n", "within 3 hours\n");
  assert.equal((await servers[1].publish(more)).status, 201);
  await servers[2].post("/api/v1/touches", opening("code-new", 0));
  const [o] = await obligations(servers[2], "code-new");
  assert.equal(Date.parse(o.due) - Date.parse(o.opened), 3 * 3600e3);
});

test("one_key_from_all_sides_is_one_story", async () => {
  const threads = Array.from({ length: 20 }, (_, i) => `side-${i}`);
  await Promise.all(threads.map((t, i) => servers[i % SERVERS].post("/api/v1/touches", opening(t, -600))));
  // Each server hears of every thread, in another order.
  const notes = (server) =>
    Array.from({ length: 4 }, (_, part) =>
      threads.map((t) => touch("note.added", fromNow(-500 + part * 10), { thread: t, actor: "staff" })),
    ).map((batch) => servers[server].post("/api/v1/touches", server % 2 ? batch : batch.slice().reverse()));
  const answers = threads.map((t, i) => servers[(i + 1) % SERVERS].post("/api/v1/touches", answering(t)));
  const replies = await Promise.all([...servers.keys()].flatMap(notes).concat(answers));
  for (const reply of replies) assert.ok(reply.status < 300, reply.text);
  for (const t of threads) {
    const found = await obligations(servers[0], t);
    assert.deepEqual(
      found.map((o) => o.state),
      ["kept"],
    );
  }
});

test("the_same_touch_at_all_servers_at_once_is_taken_once", async () => {
  const batch = Array.from({ length: 50 }, (_, i) => opening(`same-${i}`));
  const replies = await Promise.all(
    servers.map((s, i) => s.post("/api/v1/touches", i ? batch.slice().reverse() : batch)),
  );
  const taken = replies.map((r) => r.body.taken);
  assert.equal(
    taken.reduce((a, b) => a + b),
    50,
    String(taken),
  );
  assert.equal((await servers[0].list("/api/v1/obligations")).filter((o) => o.key.startsWith("same-")).length, 50);
});

test("what_falls_due_is_decided_once", async () => {
  // They are due in a moment: whoever comes first decides them.
  const at = -4 * 3600 + 2; // judged by the Code that was in force then
  await servers[0].post(
    "/api/v1/touches",
    Array.from({ length: 200 }, (_, i) => opening(`due-${i}`, at)),
  );
  const broken = () => servers[1].list("/api/v1/obligations?state=broken");
  const found = await eventually(broken, (list) => list.filter((o) => o.key.startsWith("due-")).length >= 200);
  for (const o of found.filter((f) => f.key.startsWith("due-"))) {
    const { body } = await servers[2].get(`/api/v1/obligations/${o.id}`);
    assert.equal(body.history.filter((h) => h.kind === "broken").length, 1);
  }
});

test("what_is_heard_anywhere_at_one_excuses_at_the_others", async () => {
  await servers[0].post("/api/v1/touches", opening("any-1", -5 * 3600));
  await servers[1].post("/api/v1/touches", touch("outage.started", fromNow(-4.5 * 3600), { actor: "staff" }));
  await servers[2].post("/api/v1/touches", opening("any-2", -4.2 * 3600));
  for (const key of ["any-1", "any-2"]) {
    const [o] = await eventually(
      () => obligations(servers[2], key),
      (list) => list[0]?.state === "excused",
    );
    assert.equal(o.state, "excused");
  }
  await servers[0].post("/api/v1/touches", touch("outage.ended", fromNow(-60), { actor: "staff" }));
});

test("keys_merged_at_one_are_one_at_the_others", async () => {
  const about = (event, at) =>
    touch(event, fromNow(at), { thread: "join-a", actor: "staff", attributes: { from: "join-b" } });
  await servers[1].post("/api/v1/touches", opening("join-b", -9 * 3600)); // broken by now
  const [before] = await eventually(
    () => obligations(servers[1], "join-b"),
    (list) => list[0]?.state === "broken",
  );
  assert.equal((await servers[2].post("/api/v1/touches", answering("join-a", -6 * 3600))).status, 201);
  assert.equal((await servers[0].post("/api/v1/touches", about("thread.merged", -1800))).status, 201);
  const [joint] = await obligations(servers[2], "join-a");
  assert.equal(joint.id, before.id);
  assert.equal(joint.state, "kept");
  assert.deepEqual(await obligations(servers[1], "join-b"), []);
  // Another one of the thread that is no more opens nothing while the first is open, wherever it is told.
  await servers[1].post("/api/v1/touches", opening("join-b", -600));
  await servers[2].post("/api/v1/touches", opening("join-a", -500));
  assert.equal((await obligations(servers[0], "join-a")).filter((o) => o.state === "open").length, 1);
  assert.equal((await servers[1].post("/api/v1/touches", about("thread.split", -60))).status, 201);
  const parts = await Promise.all(["join-a", "join-b"].map((key) => obligations(servers[0], key)));
  const states = parts.map((list) =>
    list
      .filter((o) => o.state !== "void")
      .map((o) => o.state)
      .slice()
      .sort(),
  );
  assert.deepEqual(states, [["open"], ["broken", "open"]]);
  assert.ok(parts[1].some((o) => o.id === before.id));
});

test("a_token_revoked_at_one_is_refused_by_the_others", async () => {
  const { body } = await servers[0].post("/api/v1/tokens", { name: "short", scopes: "ledger:read" });
  const token = body.secret ?? body.token;
  const asked = (server) => server.get("/api/v1/obligations", { token });
  await eventually(
    () => asked(servers[1]),
    (reply) => reply.status === 200,
  );
  const revoked = await servers[0].ask("DELETE", `/api/v1/tokens/${body.id}`);
  assert.ok(revoked.status < 300, revoked.text);
  await eventually(
    () => asked(servers[1]),
    (reply) => reply.status === 401,
  );
});

const EVENTS = "/api/v1/events";
test("every_event_is_heard_once_at_any_server_and_by_who_goes_on_at_another", async () => {
  const streams = await Promise.all(servers.map((server) => server.listen(EVENTS)));
  const send = (from, to) =>
    Promise.all(
      Array.from({ length: to - from }, (_, i) =>
        servers[i % SERVERS].post("/api/v1/touches", opening(`ev-${from + i}`)),
      ),
    );
  await send(0, 30);
  const keys = (events) => events.map((e) => e.data.obligation.key);
  const wanted = (from, to) =>
    Array.from({ length: to - from }, (_, i) => `ev-${from + i}`)
      .slice()
      .sort();
  const heard = await Promise.all(streams.map((stream) => stream.next(30)));
  for (const events of heard) assert.deepEqual(keys(events).slice().sort(), wanted(0, 30));
  // The first 10 were heard at one server; the rest is heard at another, with what comes then.
  streams[0].close();
  await send(30, 45);
  const again = await servers[1].listen(EVENTS, { "Last-Event-ID": heard[0][9].id });
  await send(45, 60);
  const rest = await again.next(50);
  assert.deepEqual(keys(heard[0].slice(0, 10).concat(rest)).slice().sort(), wanted(0, 60));
  // And on from there at the third.
  const third = await servers[2].listen(EVENTS, { "Last-Event-ID": rest[49].id });
  await send(60, 63);
  assert.deepEqual(
    keys(await third.next(3))
      .slice()
      .sort(),
    wanted(60, 63),
  );
  for (const stream of [...streams, again, third]) stream.close();
});

test("an_excuse_that_waits_is_told_by_the_streams_of_all_servers", async () => {
  await servers[0].publish(TWO);
  const [person] = await members(servers[0], "Ana");
  await eventually(
    () => servers[1].get("/api/v1/code/promises"),
    (reply) => JSON.stringify(reply.body).includes('"second_person":true'),
  );
  await servers[1].post("/api/v1/touches", opening("excuse-told"));
  const [{ id }] = await obligations(servers[1], "excuse-told");
  const streams = await Promise.all(servers.map((server) => server.listen("/api/v1/events")));
  const told = async () => {
    for (const stream of streams) {
      let event;
      do [event] = await stream.next(1);
      while (event.name !== "excuse.changed");
      assert.equal(event.data.obligation, id);
    }
  };
  const asked = await servers[1].post("/api/v1/obligations/excuse", { ids: [id], reason: "The line was down." });
  assert.equal(asked.body.items[0].result, "asked");
  await told();
  const { items } = (await servers[2].get("/api/v1/excuses")).body;
  const request = items.find((one) => one.obligation.id === id).id;
  const body = { ids: [request], reason: "It was up." };
  const answer = await servers[0].post("/api/v1/excuses/decline", body, person);
  assert.equal(answer.body.items[0].result, "declined", answer.text);
  await told();
  for (const stream of streams) stream.close();
});

test("two_who_confirm_the_same_at_once_at_two_servers_excuse_it_once", async () => {
  const threads = Array.from({ length: 30 }, (_, i) => `twice-${i}`);
  await servers[0].post(
    "/api/v1/touches",
    threads.map((thread) => opening(thread)),
  );
  const ids = (await servers[0].list("/api/v1/obligations?state=open"))
    .filter((o) => o.key.startsWith("twice-"))
    .map((o) => o.id);
  const asked = await servers[0].post("/api/v1/obligations/excuse", { ids, reason: "The line was down." });
  assert.ok(
    asked.body.items.every((item) => item.result === "asked"),
    asked.text,
  );
  const requests = (await servers[0].list("/api/v1/excuses"))
    .filter((one) => ids.includes(one.obligation.id))
    .map((one) => one.id);
  assert.equal(requests.length, 30);
  const people = await members(servers[0], "Bea", "Cleo");
  const confirm = (i, list) =>
    servers[i + 1].post(
      "/api/v1/excuses/confirm",
      { ids: list },
      { ...people[i], headers: { ...people[i].headers, Origin: servers[i + 1].url } },
    );
  for (const i of [0, 1]) {
    await eventually(
      () => confirm(i, ["exc_0000000000000"]),
      (reply) => reply.status === 200, // that server knows the session
    );
  }
  const replies = await Promise.all([confirm(0, requests), confirm(1, requests.slice().reverse())]);
  for (const reply of replies) assert.equal(reply.status, 200, reply.text);
  const excused = replies.flatMap((reply) => reply.body.items).filter((item) => item.result === "excused");
  assert.deepEqual(excused.map((item) => item.id).sort(), requests.slice().sort());
  for (const id of ids) {
    const { body } = await servers[0].get(`/api/v1/obligations/${id}`);
    assert.equal(body.history.filter((entry) => entry.kind === "excused").length, 1);
  }
});
