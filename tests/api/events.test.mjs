import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { CODE, fromNow, Server, touch } from "./server.mjs";

const EVENTS = "/api/v1/events";
let server;
before(async () => {
  server = await Server.open();
  await server.publish(CODE);
});
after(() => server.close());

const open = (thread, at = -60) =>
  server.post("/api/v1/touches", touch("message.received", fromNow(at), { thread, actor: "customer" }));
const answer = (thread) =>
  server.post("/api/v1/touches", touch("message.sent", fromNow(-30), { thread, actor: "staff" }));

test("what_happens_is_heard", async () => {
  const stream = await server.listen(EVENTS);
  await open("a");
  await answer("a");
  const events = await stream.next(2);
  assert.deepEqual(
    events.map((e) => e.name),
    ["obligation.opened", "obligation.kept"],
  );
  assert.equal(events[0].id, events[0].data.id);
  assert.equal(events[1].data.obligation.key, "a");
  assert.equal(events[1].data.obligation.state, "kept");
  stream.close();
});

test("who_comes_back_hears_what_was_missed_and_nothing_twice", async () => {
  const stream = await server.listen(EVENTS);
  await open("b-1");
  const [first] = await stream.next(1);
  stream.close();
  await open("b-2");
  await open("b-3");
  const again = await server.listen(EVENTS, { "Last-Event-ID": first.id });
  await open("b-4");
  const missed = await again.next(3);
  assert.deepEqual(
    missed.map((e) => e.data.obligation.key),
    ["b-2", "b-3", "b-4"],
  );
  again.close();
  const asked = await server.listen(`${EVENTS}?last_event_id=${missed[1].id}`);
  assert.equal((await asked.next(1))[0].data.obligation.key, "b-4");
  asked.close();
});

test("a_resume_after_a_restart_misses_nothing", async () => {
  const stream = await server.listen(EVENTS);
  await open("c-1");
  const [first] = await stream.next(1);
  await open("c-2");
  assert.equal(await server.restart(), 0);
  const again = await server.listen(EVENTS, { "Last-Event-ID": first.id });
  const [missed] = await again.next(1);
  assert.equal(missed.data.obligation.key, "c-2");
  again.close();
});

test("topics_and_keys_are_chosen", async () => {
  const verdicts = await server.listen(`${EVENTS}?topic=verdicts`);
  const warnings = await server.listen(`${EVENTS}?topic=warnings`);
  const one = await server.listen(`${EVENTS}?key=d-2`);
  await open("d-1");
  await open("d-2");
  await answer("d-2");
  await open("d-3", -3.5 * 3600);
  assert.equal((await verdicts.next(1))[0].name, "obligation.kept");
  const [warned] = await warnings.next(1);
  assert.deepEqual([warned.name, warned.data.obligation.key], ["obligation.warned", "d-3"]);
  assert.deepEqual(
    (await one.next(2)).map((e) => [e.name, e.data.obligation.key]),
    [
      ["obligation.opened", "d-2"],
      ["obligation.kept", "d-2"],
    ],
  );
  for (const stream of [verdicts, warnings, one]) stream.close();
});

test("a_long_absence_is_made_up_for_in_parts", async () => {
  const stream = await server.listen(EVENTS);
  await open("e");
  const [first] = await stream.next(1);
  stream.close();
  const many = Array.from({ length: 6000 }, (_, i) =>
    touch("message.received", fromNow(-60), { thread: `e-${i}`, actor: "customer" }),
  );
  await server.post("/api/v1/touches", many);
  const heard = new Set();
  let last = first.id;
  while (heard.size < many.length) {
    const part = await server.listen(EVENTS, { "Last-Event-ID": last });
    for (;;) {
      const [event] = await part.next(1);
      if (!event) break;
      last = event.id;
      if (event.data.obligation) {
        assert.ok(!heard.has(event.data.obligation.key), "told twice");
        heard.add(event.data.obligation.key);
      }
      if (heard.size === many.length) break;
    }
    part.close();
  }
});

test("a_wrong_position_is_refused", async () => {
  const stream = await server.listen(EVENTS, { "Last-Event-ID": "yesterday" });
  assert.equal(stream.status, 400);
  stream.close();
});

test("a_stop_ends_open_streams_and_answers_what_was_begun", async () => {
  const streams = await Promise.all(Array.from({ length: 20 }, () => server.listen(EVENTS)));
  const sent = Array.from({ length: 50 }, (_, i) => open(`stop-${i}`).catch(() => null));
  const code = await server.stop();
  const replies = await Promise.all(sent);
  assert.equal(code, 0);
  for (const stream of streams) {
    await stream.next(1000).catch(() => {});
    stream.close();
  }
  await server.start();
  for (const [i, reply] of replies.entries()) {
    const { body } = await server.get(`/api/v1/obligations?key=stop-${i}`);
    if (reply?.status === 201) assert.equal(body.items.length, 1, "what was acknowledged is there");
  }
});
