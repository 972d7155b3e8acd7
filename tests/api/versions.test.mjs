// What becomes of a published version: reviews, and who has signed it off.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { CODE, Server } from "./server.mjs";

const REVIEWED = `${CODE.replace("  zone UTC", "  zone UTC\n  review every 6 months")}
promise review under respect
  "We look at our promises every six months."
  on   code.published or code.reviewed
  must code.published or code.reviewed by review-by
`;

let server;
before(async () => {
  server = await Server.open();
});
after(() => server.close());

// They come a moment after what opens them.
async function reviews(least = 1) {
  for (;;) {
    const items = await server.list("/api/v1/obligations?promise=review");
    if (items.length >= least) return items;
    await sleep(20);
  }
}

test("a_promise_to_review_opens_with_the_version_and_is_kept_by_the_review", async () => {
  assert.equal((await server.publish(REVIEWED)).status, 201);
  const [opened] = await reviews();
  assert.equal(opened.state, "open");
  const [version] = (await server.get("/api/v1/code/history")).body.items;
  assert.equal(version.in_force, true);
  assert.equal(opened.due, version.review_by);
  const months = (Date.parse(version.review_by) - Date.parse(version.published)) / 86400000 / 30.4;
  assert.ok(months > 5.8 && months < 6.2, version.review_by);
  const done = await server.post("/api/v1/code/reviews", { note: "Still good." });
  assert.equal(done.status, 200, done.text);
  assert.equal(done.body.items[0].reviewed_by, "test");
  const states = (await reviews(2)).map((item) => item.state).sort();
  assert.deepEqual(states, ["kept", "open"]);
});

test("a_restart_tells_of_a_version_only_once", async () => {
  const before = (await reviews()).length;
  await server.restart();
  await server.get("/api/v1/code/history");
  await sleep(200);
  assert.equal((await reviews()).length, before);
});

test("a_token_signs_nothing_off", async () => {
  const { id } = (await server.get("/api/v1/code")).body;
  assert.equal((await server.post(`/api/v1/code/versions/${id}/sign-off`)).status, 403);
  const { body } = await server.get(`/api/v1/code/versions/${id}/sign-offs`);
  assert.deepEqual([body.signed, body.missing, body.by_me], [0, body.people.length, false]);
});
