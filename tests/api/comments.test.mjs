// Comments on promises: by staff, and by customers without a script, shown once someone has read them.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { CODE, Server } from "./server.mjs";

let server;
before(async () => {
  server = await Server.open();
  assert.equal((await server.publish(CODE)).status, 201);
});
after(() => server.close());

const write = (fields) =>
  server.post("/code/comment", new URLSearchParams(fields).toString(), {
    type: "application/x-www-form-urlencoded",
    token: null,
  });
const change = (comment, fields) => server.ask("PATCH", `/api/v1/code/comments/${comment.id}`, fields);
const held = async () => (await server.get("/api/v1/code/comments?state=held")).body.items;
const publicPage = async () => (await server.get("/code", { token: null })).text;

test("a_customers_comment_is_shown_once_it_was_released_and_with_its_answer", async () => {
  const form = await server.get("/code/comment?promise=answer", { token: null });
  assert.equal(form.status, 200);
  assert.match(form.text, /We answer within four hours/);
  const sent = await write({
    promise: "answer",
    words: "Four hours is long.",
    name: "Ana",
    contact: "ana@example.org",
  });
  assert.equal(sent.status, 200, sent.text);
  assert.doesNotMatch(await publicPage(), /Four hours is long/);
  const [comment] = await held();
  assert.deepEqual([comment.by_customer, comment.name, comment.contact], [true, "Ana", "ana@example.org"]);
  assert.match(comment.version, /^ver_/);
  const answered = await change(comment, { answer: "We work on it." });
  assert.deepEqual([answered.body.state, answered.body.public], ["answered", true]);
  const page = await publicPage();
  assert.match(page, /Four hours is long/);
  assert.match(page, /We work on it/);
  assert.doesNotMatch(page, /ana@example\.org/);
});

test("what_is_closed_without_being_released_is_never_shown", async () => {
  await write({ promise: "answer", words: "Buy pills." });
  const [comment] = await held();
  assert.equal((await change(comment, { state: "closed" })).body.public, false);
  assert.doesNotMatch(await publicPage(), /Buy pills/);
});

test("script_in_a_comment_is_text", async () => {
  const words = '<script>alert(1)</script><img src=x onerror="alert(2)">';
  await write({ promise: "answer", words, name: words.slice(0, 60) });
  const [comment] = await held();
  assert.equal(comment.words, words);
  await change(comment, { state: "open" });
  const page = await publicPage();
  assert.doesNotMatch(page, /<script>alert|<img src=x/);
  assert.match(page, /&lt;script&gt;alert/);
});

test("a_program_that_fills_in_everything_is_thanked_and_ignored", async () => {
  const before = (await server.list("/api/v1/code/comments")).length;
  assert.equal((await write({ promise: "answer", words: "Spam", website: "http://x" })).status, 200);
  assert.equal((await server.list("/api/v1/code/comments")).length, before);
});

test("staff_comment_openly_and_only_on_promises_there_are", async () => {
  const made = await server.post("/api/v1/code/comments", { promise: "answer", words: "Can we keep this?" });
  assert.equal(made.status, 201);
  assert.deepEqual([made.body.by_customer, made.body.state, made.body.public], [false, "open", false]);
  assert.equal((await server.post("/api/v1/code/comments", { promise: "nothing", words: "x" })).status, 404);
  assert.equal((await server.get("/code/comment?promise=nothing", { token: null })).status, 404);
  const token = await server.makeToken("code:read");
  assert.equal((await server.post("/api/v1/code/comments", { promise: "answer", words: "x" }, { token })).status, 403);
});

test("one_address_is_held_back_after_some", async () => {
  const codes = [];
  for (let i = 0; i < 8; i++) codes.push((await write({ promise: "answer", words: `More ${i}` })).status);
  assert.equal(codes[0], 200);
  assert.equal(codes.at(-1), 503);
});
