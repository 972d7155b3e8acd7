import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import "./filters.mjs";
import { CODE, fromNow, Server, touch } from "./server.mjs";

const HOUR = 3600;
let server;
const threads = {
  open: [["message.received", -1 * HOUR, "customer"]],
  kept: [
    ["message.received", -10 * HOUR, "customer"],
    ["message.sent", -9 * HOUR, "staff"],
  ],
  broken: [["message.received", -10 * HOUR, "customer"]],
  paused: [
    ["message.received", -3 * HOUR, "customer"],
    ["question.asked", -2 * HOUR, "staff"],
  ],
  void: [
    ["message.received", -2 * HOUR, "customer"],
    ["thread.merged", -1 * HOUR, "staff"],
  ],
};

before(async () => {
  server = await Server.open();
  await server.publish(CODE);
  const touches = Object.entries(threads).flatMap(([thread, events]) =>
    events.map(([event, at, actor]) => touch(event, fromNow(at), { thread, actor, channel: "email", team: "desk" })),
  );
  await server.post("/api/v1/touches", touches);
  await settle("broken", "broken");
});
after(() => server.close());

const only = async (query) => (await server.get(`/api/v1/obligations?${query}`)).body.items;

// What the clock decides comes a moment after the touch.
async function settle(key, state) {
  for (;;) {
    const [obligation] = await only(`key=${key}`);
    if (obligation?.state === state) return obligation;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test("each_state_has_its_list", async () => {
  for (const state of ["open", "kept", "broken", "paused", "void"]) {
    const items = await only(`state=${state}`);
    assert.deepEqual(
      items.map((o) => [o.key, o.state]),
      [[state, state]],
    );
  }
  assert.deepEqual(await only("state=excused"), []);
});

test("an_outage_excuses_what_ran_out_in_it", async () => {
  const thread = "excused";
  await server.post("/api/v1/touches", [
    touch("message.received", fromNow(-20 * HOUR), { thread, actor: "customer" }),
    touch("outage.started", fromNow(-17 * HOUR)),
    touch("outage.ended", fromNow(-15 * HOUR)),
  ]);
  const obligation = await settle(thread, "excused");
  assert.deepEqual(
    (await only("state=excused")).map((o) => o.id),
    [obligation.id],
  );
});

test("a_broken_promise_owes_its_remedy", async () => {
  const [broken] = await only("state=broken&promise=answer");
  assert.deepEqual([broken.owed, broken.owed_count], ["10.00 BRL", 1]);
  assert.equal(Date.parse(broken.due) - Date.parse(broken.opened), 4 * HOUR * 1000);
});

test("one_obligation_tells_its_history_and_the_touches_behind_it", async () => {
  const [kept] = await only("key=kept");
  const { body } = await server.get(`/api/v1/obligations/${kept.id}`);
  assert.deepEqual(
    body.history.map((e) => e.kind),
    ["opened", "kept"],
  );
  assert.deepEqual(
    body.touches.map((t) => t.touch.event),
    ["message.received", "message.sent"],
  );
  assert.equal(body.history[1].cause.id, body.touches[1].touch.id);
  const [broken] = await only("key=broken");
  const history = (await server.get(`/api/v1/obligations/${broken.id}`)).body.history;
  assert.deepEqual(
    history.map((e) => e.kind),
    ["opened", "warned", "broken", "owed"],
  );
  assert.equal(history[2].cause, null, "the clock broke it");
  assert.equal((await server.get("/api/v1/obligations/obl_0000000000000")).status, 404);
});

test("open_ones_come_by_due_and_can_be_asked_for_by_it", async () => {
  const at = [-3, -1, -2].map((h) => fromNow(h * HOUR - 60));
  await server.post(
    "/api/v1/touches",
    at.map((occurred, i) => touch("message.received", occurred, { thread: `due-${i}`, actor: "customer" })),
  );
  const all = await server.list("/api/v1/obligations?state=open", 1);
  const dues = all.map((o) => Date.parse(o.due));
  assert.deepEqual(
    dues,
    [...dues].sort((a, b) => a - b),
  );
  assert.equal(all.length, 4);
  const early = await only(`state=open&due_before=${fromNow(1.5 * HOUR)}`);
  assert.deepEqual(
    early.map((o) => o.key),
    ["due-0"],
  );
  const late = await only(`state=open&due_after=${encodeURIComponent(all[2].due)}`);
  assert.deepEqual(
    late.map((o) => o.id),
    all.slice(2).map((o) => o.id),
  );
});

test("all_come_in_the_order_of_opening_however_late_they_were_told", async () => {
  await server.post("/api/v1/touches", [
    touch("message.received", fromNow(-40 * HOUR), { thread: "told late", actor: "customer" }),
  ]);
  await settle("told late", "broken");
  const opened = (await only("limit=100")).map((o) => Date.parse(o.opened));
  assert.deepEqual(
    opened,
    [...opened].sort((a, b) => b - a),
  );
  const first = (await only("sort=opened&direction=up&limit=1"))[0];
  assert.equal(first.key, "told late");
  const ofThatDay = await only(`opened_after=${fromNow(-41 * HOUR)}&opened_before=${fromNow(-39 * HOUR)}`);
  assert.deepEqual(
    ofThatDay.map((o) => o.key),
    ["told late"],
  );
});

test("pages_hold_every_obligation_once", async () => {
  for (const query of ["", "?promise=answer", "?promise=answer&state=open", "?state=open"]) {
    const whole = await server.list(`/api/v1/obligations${query}`);
    const pages = await server.list(`/api/v1/obligations${query}`, 2);
    assert.ok(whole.length >= 4);
    assert.deepEqual(
      pages.map((o) => o.id),
      whole.map((o) => o.id),
    );
    assert.equal(new Set(pages.map((o) => o.id)).size, pages.length);
  }
});

test("wrong_questions_are_refused", async () => {
  const statuses = [];
  for (const query of [
    "state=lost",
    "state=kept&sort=due",
    "state=open&sort=decided",
    "state=open&decided_after=2025-01-01T00:00:00Z",
    "after=x",
    "after=1.x",
    "limit=0",
    "limit=501",
    "colour=red",
  ]) {
    statuses.push((await server.get(`/api/v1/obligations?${query}`)).status);
  }
  assert.deepEqual(statuses, Array(9).fill(400));
});

test("a_late_touch_corrects_the_verdict_and_the_counts", async () => {
  const thread = "late";
  await server.post("/api/v1/touches", touch("message.received", fromNow(-30 * HOUR), { thread, actor: "customer" }));
  const { id } = await settle(thread, "broken");
  const before = (await server.get("/api/v1/adherence?by=promise")).body.items[0];
  await server.post("/api/v1/touches", touch("message.sent", fromNow(-29 * HOUR), { thread, actor: "staff" }));
  const after = await settle(thread, "kept");
  assert.equal(after.id, id);
  const { history } = (await server.get(`/api/v1/obligations/${id}`)).body;
  assert.ok(history.some((e) => e.kind === "corrected"));
  const counts = (await server.get("/api/v1/adherence?by=promise")).body.items[0];
  assert.deepEqual([counts.kept, counts.broken], [before.kept + 1, before.broken - 1]);
});

test("adherence_counts_what_the_lists_hold", async () => {
  const all = await server.list("/api/v1/obligations");
  const count = (state) => all.filter((o) => o.state === state).length;
  for (const by of ["promise", "principle", "channel", "team", "day", "month", "promise-month"]) {
    const { status, body } = await server.get(`/api/v1/adherence?by=${by}`);
    assert.equal(status, 200);
    const sum = (name) => body.items.reduce((total, g) => total + g[name], 0);
    for (const state of ["kept", "broken", "excused", "void"]) assert.equal(sum(state), count(state), `${by} ${state}`);
    for (const group of body.items) {
      assert.equal(group.n, group.kept + group.broken);
      assert.equal(group.too_few, group.n < 5);
      assert.ok(group.low <= group.high);
    }
  }
  const [answer] = (await server.get("/api/v1/adherence?by=promise")).body.items;
  assert.deepEqual(
    [answer.promise, answer.open, answer.paused, answer.target],
    ["answer", count("open"), count("paused"), 0.9],
  );
  assert.equal((await server.get("/api/v1/adherence?by=promise&from=2000-01-01&until=2000-02-01")).body.items[0].n, 0);
  assert.equal((await server.get("/api/v1/adherence?by=promise&from=yesterday")).status, 400);
  assert.equal((await server.get("/api/v1/adherence")).status, 400);
});

test("a_restart_changes_nothing", async () => {
  const before = await server.list("/api/v1/obligations");
  const counts = (await server.get("/api/v1/adherence?by=day")).body;
  assert.equal(await server.restart(), 0);
  assert.deepEqual(await server.list("/api/v1/obligations"), before);
  assert.deepEqual((await server.get("/api/v1/adherence?by=day")).body, counts);
});
