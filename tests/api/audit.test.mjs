import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { CODE, Server, troth } from "./server.mjs";

let server;
before(async () => {
  server = await Server.open();
  await server.publish(CODE);
});
after(() => server.close());

const trail = async (query = "") => (await server.get(`/api/v1/audit?limit=500${query}`)).body.items;

test("publishing_a_code_leaves_a_record_of_who_did_it", async () => {
  const [record] = (await trail()).filter((r) => r.action.includes("code"));
  assert.ok(record, "there is a record");
  assert.match(record.actor, /^(tok_|command)/);
  assert.equal(record.erased, false);
});

test("every_write_of_the_api_is_noted_or_has_its_reason", async () => {
  const name = "noted";
  const before = (await trail()).length;
  const made = await server.post("/api/v1/tokens", { name, scopes: "touch:write" });
  assert.equal(made.status, 201);
  const [record, ...others] = (await trail()).slice(0, -before || undefined);
  assert.equal(others.length, 0);
  assert.ok(!JSON.stringify(record).includes(made.body.token), "the secret is not in it");
});

test("a_refused_write_leaves_no_record", async () => {
  const before = (await trail()).length;
  const refused = await server.post("/api/v1/tokens", { name: "x", scopes: "no:such" });
  assert.equal(refused.status, 400);
  assert.equal((await trail()).length, before);
});

test("touches_are_not_noted", async () => {
  const before = (await trail()).length;
  const touch = { source: "shop", id: "1", event: "message.received", occurred: "2025-01-06T10:00:00Z" };
  assert.equal((await server.post("/api/v1/touches", [touch])).status, 200);
  assert.equal((await trail()).length, before);
});

test("the_export_is_a_file_and_is_noted_itself", async () => {
  const reply = await server.get("/api/v1/audit/export");
  assert.equal(reply.status, 200);
  assert.match(reply.headers.get("content-type"), /^text\/csv/);
  assert.match(reply.text, /^at,actor,actor_name,action,subject,before,after\r\n/);
  const spanish = await server.get("/api/v1/audit/export?language=es");
  assert.match(spanish.text, /^Cuándo,Quién,Nombre,Acción,Sobre,Antes,Después\r\n/);
  let found = [];
  for (let i = 0; i < 1200 && found.length < 2; i++) {
    found = await trail("&action=audit.exported"); // written a moment after it was read
    if (found.length < 2) await sleep(50);
  }
  assert.equal(found.length, 2);
});

test("pages_of_the_trail_follow_each_other", async () => {
  const all = await trail();
  const ids = [];
  for (let next = ""; next !== null; ) {
    const { body } = await server.get(`/api/v1/audit?limit=2${next ? `&after=${next}` : ""}`);
    ids.push(...body.items.map((r) => r.id));
    next = body.next;
  }
  assert.deepEqual(
    ids,
    all.map((r) => r.id),
  );
});

test("the_trail_is_checked_by_the_api_and_the_command_line", async () => {
  const { body } = await server.get("/api/v1/audit/check");
  assert.equal(body.whole, true);
  assert.ok(body.rows > 0);
  const end = body.ends.map((e) => `${e.node}:${e.seq}:${e.hash}`);
  const said = JSON.parse(
    await troth("audit", "verify", "--json", "--db", server.database, ...end.flatMap((e) => ["--end", e])),
  );
  assert.equal(said.whole, true);
  const wrong = end[0].replace(/.{4}$/, "0000");
  await assert.rejects(troth("audit", "verify", "--db", server.database, "--end", wrong), { stdout: /rewritten/ });
});

test("words_about_one_subject_are_erased_and_the_chain_holds", async () => {
  const [record] = await trail("&action=token.made");
  const reply = await server.post("/api/v1/audit/erase", { subject: record.subject });
  assert.equal(reply.status, 200);
  assert.ok(reply.body.erased >= 1);
  const erased = (await trail()).find((r) => r.id === record.id);
  assert.deepEqual([erased.erased, erased.subject, erased.actor_name], [true, null, null]);
  assert.equal((await server.get("/api/v1/audit/check")).body.whole, true);
});

test("a_wrong_actor_is_told_what_an_actor_is", async () => {
  const { status, body } = await server.get("/api/v1/audit?actor=Ana");
  assert.equal(status, 400);
  assert.match(body.detail, /stf_/);
});

test("one_record_has_its_own_address_and_an_unknown_one_is_told_so", async () => {
  const [first] = (await server.get("/api/v1/audit?limit=1")).body.items;
  const { status, body } = await server.get(`/api/v1/audit/${first.id}`);
  assert.equal(status, 200);
  assert.deepEqual(body, first);
  for (const id of ["aud_0000000000000", "aud_7zzzzzzzzzzzz", "nonsense"]) {
    const unknown = await server.get(`/api/v1/audit/${id}`);
    assert.deepEqual([unknown.status, unknown.body.field], [404, "id"], id);
  }
  const token = await server.makeToken("ledger:read");
  assert.equal((await server.get(`/api/v1/audit/${first.id}`, { token })).status, 403);
});
