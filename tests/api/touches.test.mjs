import assert from "node:assert/strict";
import { request } from "node:http";
import { after, before, test } from "node:test";
import { CODE, fromNow, Server, touch } from "./server.mjs";

const TOUCHES = "/api/v1/touches";
const NDJSON = { type: "application/x-ndjson" };
let server;
before(async () => {
  server = await Server.open();
  await server.publish(CODE);
});
after(() => server.close());

const lines = (touches) => touches.map((t) => `${typeof t === "string" ? t : JSON.stringify(t)}\n`).join("");

test("a_touch_is_taken_once_and_found_again", async () => {
  const sent = touch("message.received", fromNow(-60), {
    thread: "once",
    customer: "c-1",
    channel: "email",
    actor: "customer",
    attributes: { priority: "urgent", size: 2.5, new: true },
  });
  const first = await server.post(TOUCHES, sent);
  assert.equal(first.status, 201);
  assert.equal(first.body.result, "taken");
  const again = await server.post(TOUCHES, { ...sent, event: "message.sent" });
  assert.deepEqual([again.status, again.body], [200, { result: "again" }]);
  const { body } = await server.get(`/api/v1/touches/${first.body.id}`);
  assert.equal(body.touch.event, "message.received");
  assert.deepEqual(body.touch.attributes, sent.attributes);
  assert.equal((await server.get("/api/v1/touches/tou_0000000000000")).status, 404);
});

test("a_cloudevent_is_a_touch", async () => {
  const event = {
    specversion: "1.0",
    source: "events",
    id: "e-1",
    type: "message.received",
    time: fromNow(-60),
    subject: "cloud",
    data: { actor: "customer" },
  };
  const single = await server.post(TOUCHES, event, { type: "application/cloudevents+json" });
  assert.equal(single.status, 201);
  const batch = [event, { ...event, id: "e-2" }];
  const { status, body } = await server.post(TOUCHES, batch, { type: "application/cloudevents-batch+json" });
  assert.equal(status, 200);
  assert.deepEqual([body.taken, body.again, body.refused], [1, 1, 0]);
  assert.equal((await server.list("/api/v1/threads/cloud/touches")).length, 2);
});

// docs/scale.md: where tables are spread, nobody sees both homes.
test("the_same_id_about_another_thread_is_the_same_touch_unless_tables_are_spread", async () => {
  const sent = touch("message.received", fromNow(-60), { thread: "home-a" });
  assert.equal((await server.post(TOUCHES, sent)).body.result, "taken");
  const other = await server.post(TOUCHES, { ...sent, thread: "home-b" });
  assert.equal(other.body.result, process.env.TROTH_TEST_PARTITIONS ? "taken" : "again");
  assert.equal((await server.post(TOUCHES, sent)).body.result, "again");
});

test("each_line_is_answered", async () => {
  const good = touch("message.received", fromNow(-50), { thread: "lines" });
  const batch = [good, { ...good, id: "other", wrong: 1 }, good, "not json", touch("x.y", fromNow(-40))];
  const { status, body } = await server.post(TOUCHES, `\n${lines(batch)}\n`, NDJSON);
  assert.equal(status, 207);
  assert.deepEqual([body.taken, body.again, body.refused], [2, 1, 2]);
  assert.deepEqual(
    body.lines.map((l) => l.result),
    ["taken", "refused", "again", "refused", "taken"],
  );
  assert.deepEqual(
    body.lines.map((l) => l.line),
    [1, 2, 3, 4, 5],
  );
  assert.equal(body.lines[1].field, "wrong");
  assert.match(body.lines[1].reason, /unknown field/);
  assert.match(body.lines[0].id, /^tou_/);
});

test("a_thread_is_told_in_the_order_of_its_events", async () => {
  const sent = [30, 10, 20].map((s) => touch("note.added", fromNow(-s), { thread: "a/thread ç" }));
  await server.post(TOUCHES, sent);
  const told = await server.list(`/api/v1/threads/${encodeURIComponent("a/thread ç")}/touches`, 2);
  assert.deepEqual(
    told.map((r) => r.touch.id),
    [sent[0].id, sent[2].id, sent[1].id],
  );
  assert.equal((await server.get("/api/v1/threads/x/touches?after=nonsense")).status, 400);
});

test("the_future_is_refused_beyond_five_minutes", async () => {
  assert.equal((await server.post(TOUCHES, touch("a.b", fromNow(290)))).status, 201);
  const { status, body } = await server.post(TOUCHES, touch("a.b", fromNow(400)));
  assert.deepEqual([status, body.field], [400, "occurred"]);
  const mixed = [touch("a.b", fromNow(400)), touch("a.b", fromNow(0))];
  const batch = await server.post(TOUCHES, mixed);
  assert.deepEqual([batch.status, batch.body.taken, batch.body.refused], [207, 1, 1]);
});

test("verdicts_are_not_taken_from_outside", async () => {
  assert.equal((await server.post(TOUCHES, touch("promise.kept", fromNow(-1)))).status, 400);
});

test("ten_thousand_lines_are_taken_and_one_more_is_not", async () => {
  const many = Array.from({ length: 10001 }, () => touch("note.added", fromNow(-5)));
  const over = await server.post(TOUCHES, lines(many), NDJSON);
  assert.equal(over.status, 413);
  const whole = await server.post(TOUCHES, lines(many.slice(1)), NDJSON);
  assert.equal(whole.status, 200);
  assert.equal(whole.body.taken, 10000, "nothing of the larger batch was taken");
});

// What the server says to a body of that many bytes before it is sent.
function announced(bytes) {
  return new Promise((resolve, reject) => {
    const sent = request(server.url + TOUCHES, {
      method: "POST",
      headers: {
        Authorization: `Bearer ${server.token}`,
        "Content-Type": NDJSON.type,
        "Content-Length": bytes,
        Expect: "100-continue",
      },
    });
    sent.on("continue", () => resolve(100));
    sent.on("response", (reply) => resolve(reply.statusCode));
    sent.on("error", reject);
    sent.flushHeaders();
  });
}

test("sixteen_megabytes_are_read_and_one_byte_more_is_not", async () => {
  const line = lines([touch("note.added", fromNow(-5))]);
  const padded = (bytes) => line + "\n".repeat(bytes - line.length);
  assert.equal((await server.post(TOUCHES, padded(16 << 20), NDJSON)).status, 200);
  assert.equal(await announced((16 << 20) + 1), 413);
});

test("names_are_as_long_as_128_bytes", async () => {
  for (const field of ["source", "id", "thread", "customer", "channel", "person", "role", "team"]) {
    const long = (length) => ({ ...touch("a.b", fromNow(-5)), [field]: "x".repeat(length) });
    assert.equal((await server.post(TOUCHES, long(128))).status, 201, field);
    const { status, body } = await server.post(TOUCHES, long(129));
    assert.deepEqual([status, body.field], [413, field]);
  }
});

test("a_touch_has_at_most_64_attributes", async () => {
  const some = (count) =>
    touch("a.b", fromNow(-5), {
      attributes: Object.fromEntries(Array.from({ length: count }, (_, i) => [`a${i}`, i])),
    });
  assert.equal((await server.post(TOUCHES, some(64))).status, 201);
  assert.equal((await server.post(TOUCHES, some(65))).status, 413);
});

test("an_attribute_text_has_at_most_4096_bytes", async () => {
  const text = (length) => touch("a.b", fromNow(-5), { attributes: { words: "x".repeat(length) } });
  assert.equal((await server.post(TOUCHES, text(4096))).status, 201);
  assert.equal((await server.post(TOUCHES, text(4097))).status, 413);
});

test("deep_json_is_refused_without_harm", async () => {
  const { status } = await server.post(TOUCHES, `{"a":${"[".repeat(100000)}`);
  assert.ok(status === 400 || status === 413);
  assert.equal((await server.get("/healthz")).status, 200);
});

test("an_empty_batch_says_so", async () => {
  assert.equal((await server.post(TOUCHES, "[]")).status, 400);
  assert.equal((await server.post(TOUCHES, "\n\n", NDJSON)).status, 400);
  assert.equal((await server.post(TOUCHES, "[")).status, 400);
});

test("what_is_sent_at_once_by_many_is_taken_once", async () => {
  const sent = touch("message.received", fromNow(-5), { thread: "race", actor: "customer" });
  const replies = await Promise.all(Array.from({ length: 20 }, () => server.post(TOUCHES, sent)));
  assert.equal(replies.filter((r) => r.status === 201).length, 1);
  assert.equal(replies.filter((r) => r.status === 200).length, 19);
});

test("touches_survive_a_restart", async () => {
  const before = await server.list("/api/v1/threads/lines/touches");
  assert.equal(await server.restart(), 0);
  assert.deepEqual(await server.list("/api/v1/threads/lines/touches"), before);
});

// Sends the body as told; gives the answer's status and problem, and whether the server had said "100 Continue".
function upload(body, headers) {
  return new Promise((resolve, reject) => {
    let continued = false;
    const type = { Authorization: `Bearer ${server.token}`, "Content-Type": "application/x-ndjson" };
    const sent = request(`${server.url}/api/v1/touches`, { method: "POST", headers: { ...type, ...headers } });
    sent.on("error", reject);
    sent.on("response", async (reply) => {
      let text = "";
      for await (const part of reply) text += part;
      resolve({ status: reply.statusCode, text, continued });
      sent.destroy();
    });
    if (headers.Expect) {
      sent.flushHeaders();
      sent.on("continue", () => {
        continued = true;
        sent.end(body);
      });
    } else {
      sent.end(body);
    }
  });
}

test("a_body_over_the_bound_is_refused_in_words_that_the_client_can_read", async () => {
  const most = 16 * 1024 * 1024;
  for (const size of [most + 1, 3 * most]) {
    const body = Buffer.alloc(size, "\n");
    for (const headers of [{ "Content-Length": size }, { "Transfer-Encoding": "chunked" }]) {
      const { status, text } = await upload(body, headers);
      assert.equal(status, 413);
      assert.match(JSON.parse(text).detail, /larger than 16777216 bytes. Send it in smaller parts/);
    }
  }
  const asked = await upload(Buffer.alloc(most + 1), { "Content-Length": most + 1, Expect: "100-continue" });
  assert.deepEqual([asked.status, asked.continued], [413, false]);
  const line = `${JSON.stringify(touch("message.received", fromNow(-60)))}\n`;
  const taken = await upload(line, { "Content-Length": line.length, Expect: "100-continue" });
  assert.deepEqual([taken.status, taken.continued], [200, true]);
});
