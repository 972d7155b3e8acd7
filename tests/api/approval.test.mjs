// A draft is sent once its rehearsal was read, and a second person, who has read it too, publishes it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { CODE, EVERY_SCOPE, Server, touch } from "./server.mjs";

let server, second;
before(async () => {
  server = await Server.open();
  second = await server.makeToken(EVERY_SCOPE);
  assert.equal((await server.publish(CODE)).status, 201);
  const asked = touch("message.received", new Date().toISOString(), { thread: "t", actor: "customer" });
  assert.equal((await server.post("/api/v1/touches", asked)).status, 201);
  assert.equal((await server.ask("PUT", "/api/v1/code/approval", { second_person: "always" })).status, 200);
});
after(() => server.close());

const code = (hours) => CODE.replace("within 4 hours", `within ${hours} hours`).replace("four", String(hours));
const draftOf = async (source) => (await server.post("/api/v1/drafts", { name: "Faster", source })).body;
async function rehearse(draft) {
  const { body } = await server.post(`/api/v1/drafts/${draft.id}/rehearsals`, {});
  for (;;) {
    const now = (await server.get(`/api/v1/rehearsals/${body.id}`)).body;
    if (now.state === "done") return now;
    assert.notEqual(now.state, "failed", now.trouble);
    await sleep(50);
  }
}
const read = (rehearsal, options) => server.post(`/api/v1/rehearsals/${rehearsal.id}/read`, undefined, options);
const send = (draft, body = {}) => server.post(`/api/v1/drafts/${draft.id}/send`, body);
const approve = (draft, token, revision = draft.revision) =>
  server.post(`/api/v1/drafts/${draft.id}/approve`, undefined, { token, headers: { "If-Match": `"${revision}"` } });

test("nothing_is_sent_before_its_rehearsal_was_read", async () => {
  const draft = await draftOf(code(3));
  assert.equal((await send(draft)).status, 409);
  const rehearsal = await rehearse(draft);
  assert.equal((await send(draft)).status, 409);
  await read(rehearsal);
  assert.equal((await send(draft)).body.state, "sent");
});

test("a_change_after_the_rehearsal_asks_for_another", async () => {
  const draft = await draftOf(code(3));
  await read(await rehearse(draft));
  await server.ask("PATCH", `/api/v1/drafts/${draft.id}`, { source: code(2) }, { headers: { "If-Match": '"1"' } });
  const { status, body } = await send(draft);
  assert.equal(status, 409);
  assert.match(body.detail, /changed since/);
});

test("a_second_person_who_has_read_it_approves_and_it_is_in_force", async () => {
  const draft = await draftOf(code(3));
  const rehearsal = await rehearse(draft);
  await read(rehearsal);
  await send(draft, { note: "Three hours, as asked." });
  assert.equal((await approve(draft, server.token)).status, 403, "its author may not");
  assert.equal((await approve(draft, second)).status, 409, "not read yet");
  await read(rehearsal, { token: second });
  const { status, body, text } = await approve(draft, second);
  assert.equal(status, 200, text);
  assert.equal(body.state, "published");
  const inForce = (await server.get("/api/v1/code")).body;
  assert.equal(inForce.id, body.version);
  assert.equal(inForce.source, code(3));
  assert.match((await server.get("/code")).text, /We answer within 3 hours/);
  assert.equal((await approve(draft, second)).status, 409, "once only");
  const differences = await server.get(`/api/v1/code/versions/${body.version}/differences`);
  assert.equal(differences.body.changed, 1);
});

test("another_version_in_between_asks_for_a_rehearsal_against_it", async () => {
  const draft = await draftOf(code(5));
  const rehearsal = await rehearse(draft);
  await read(rehearsal);
  await read(rehearsal, { token: second });
  await send(draft);
  await server.publish(code(6));
  const { status, body } = await approve(draft, second);
  assert.equal(status, 409);
  assert.match(body.detail, /Another version/);
});

test("a_date_to_come_is_waited_for", async () => {
  const begun = Date.now();
  const draft = await draftOf(code(7));
  const rehearsal = await rehearse(draft);
  await read(rehearsal);
  await read(rehearsal, { token: second });
  const past = await send(draft, { from: new Date(Date.now() - 1000).toISOString() });
  assert.equal(past.status, 400);
  // Thrice what a machine took for the steps so far: what follows is fewer.
  const from = new Date(Date.now() + 3000 + 3 * (Date.now() - begun)).toISOString();
  await send(draft, { from });
  const { body } = await approve(draft, second);
  assert.equal(body.state, "published");
  assert.equal((await server.get("/api/v1/code")).body.source, code(6), "not yet");
  const words = async () => (await server.get("/api/v1/adherence?by=promise")).body.items[0].words;
  assert.equal(await words(), "We answer within 6 hours.", "nor in the lists of the console");
  while (Date.now() < Date.parse(from)) await sleep(100);
  assert.equal((await server.get("/api/v1/code")).body.source, code(7));
  assert.equal(await words(), "We answer within 7 hours.");
});

test("what_is_sent_back_says_why_and_can_be_changed_again", async () => {
  const draft = await draftOf(code(8));
  const rehearsal = await rehearse(draft);
  await read(rehearsal);
  await send(draft);
  const patch = () =>
    server.ask("PATCH", `/api/v1/drafts/${draft.id}`, { name: "y" }, { headers: { "If-Match": '"1"' } });
  assert.equal((await patch()).status, 409);
  assert.equal((await server.post(`/api/v1/drafts/${draft.id}/send-back`, { reason: " " })).status, 400);
  const back = await server.post(`/api/v1/drafts/${draft.id}/send-back`, { reason: "Too much." }, { token: second });
  assert.deepEqual([back.body.state, back.body.reason], ["open", "Too much."]);
  assert.equal((await patch()).status, 200);
});

test("one_person_alone_may_publish_where_no_second_is_needed", async () => {
  const rule = await server.ask("PUT", "/api/v1/code/approval", { second_person: "auto" });
  assert.deepEqual(rule.body, { second_person: "auto", approvers: 0, needed: false });
  const draft = await draftOf(code(9));
  await read(await rehearse(draft));
  await send(draft);
  assert.equal((await approve(draft, server.token)).body.state, "published");
});
