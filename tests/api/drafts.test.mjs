// Drafts: made from the version in force, changed by one at a time, compared, discarded and taken up again.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { CODE, Server } from "./server.mjs";

let server;
before(async () => {
  server = await Server.open();
  assert.equal((await server.publish(CODE)).status, 201);
});
after(() => server.close());

const make = async (more = {}) => {
  const { status, body, text } = await server.post("/api/v1/drafts", { name: "Faster", ...more });
  assert.equal(status, 201, text);
  return body;
};
const change = (draft, fields, revision = draft.revision) =>
  server.ask("PATCH", `/api/v1/drafts/${draft.id}`, fields, { headers: { "If-Match": `"${revision}"` } });

test("a_draft_begins_with_the_version_in_force", async () => {
  const draft = await make();
  assert.equal(draft.source, CODE);
  assert.equal(draft.state, "open");
  assert.match(draft.made_from, /^ver_/);
  assert.deepEqual(draft.authors, ["test"]);
  const read = await server.get(`/api/v1/drafts/${draft.id}`);
  assert.deepEqual(read.body, draft);
  assert.equal(read.headers.get("ETag"), '"1"');
});

test("two_who_change_a_draft_at_once_do_not_overwrite_each_other", async () => {
  const draft = await make();
  assert.equal((await server.ask("PATCH", `/api/v1/drafts/${draft.id}`, { name: "x" })).status, 428);
  const first = await change(draft, { source: CODE.replace("4 hours", "3 hours") });
  assert.equal(first.status, 200, first.text);
  assert.equal(first.body.revision, 2);
  const second = await change(draft, { source: CODE.replace("4 hours", "5 hours") });
  assert.equal(second.status, 412);
  assert.match((await server.get(`/api/v1/drafts/${draft.id}`)).body.source, /3 hours/);
});

test("a_draft_is_compared_promise_by_promise_in_words", async () => {
  const draft = await make({ source: CODE.replace("within 4 hours", "within 2 hours") });
  const { status, body } = await server.get(`/api/v1/drafts/${draft.id}/differences`);
  assert.equal(status, 200);
  assert.equal(body.changed, 1);
  const [item] = body.items;
  assert.deepEqual([item.kind, item.name, item.status], ["promise", "answer", "changed"]);
  assert.equal(item.before_words, "We answer within four hours.");
  assert.deepEqual(
    item.rows.map((row) => row.about),
    ["Kept"],
  );
  assert.match(item.rows[0].before, /within 4 hours/);
  assert.match(item.rows[0].after, /within 2 hours/);
  const headers = { "Accept-Language": "es-MX" };
  const [said] = (await server.get(`/api/v1/drafts/${draft.id}/differences`, { headers })).body.items[0].rows;
  assert.deepEqual([said.about, /plazo de 2 horas/.test(said.after)], ["Cumplida", true]);
  const same = await make();
  assert.equal((await server.get(`/api/v1/drafts/${same.id}/differences`)).body.changed, 0);
});

test("a_draft_may_be_wrong_while_it_is_written", async () => {
  const draft = await make();
  assert.equal((await change(draft, { source: "promise" })).status, 200);
  assert.equal((await server.get(`/api/v1/drafts/${draft.id}/differences`)).status, 200);
});

test("discarding_can_be_undone", async () => {
  const draft = await make();
  const gone = await server.ask("DELETE", `/api/v1/drafts/${draft.id}`);
  assert.equal(gone.body.state, "discarded");
  assert.equal((await change(draft, { name: "x" })).status, 409);
  const listed = async () => (await server.list("/api/v1/drafts")).some((d) => d.id === draft.id);
  assert.equal(await listed(), false);
  const back = await server.post(`/api/v1/drafts/${draft.id}/restore`);
  assert.equal(back.body.state, "open");
  assert.equal(await listed(), true);
});

test("drafts_are_listed_newest_first_page_by_page", async () => {
  const made = [await make({ name: "One" }), await make({ name: "Two" })];
  const names = (await server.list("/api/v1/drafts", 1)).slice(0, 2).map((d) => d.name);
  assert.deepEqual(names, ["Two", "One"]);
  assert.equal("source" in made[0], true);
});

test("who_may_only_read_writes_no_draft", async () => {
  const token = await server.makeToken("code:read");
  assert.equal((await server.post("/api/v1/drafts", { name: "x" }, { token })).status, 403);
  assert.equal((await server.get("/api/v1/drafts", { token })).status, 200);
});
