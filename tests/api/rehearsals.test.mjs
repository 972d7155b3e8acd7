// Rehearsals: the past judged by a draft and by the version in force, on the server, in the background.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { CODE, Server, touch } from "./server.mjs";

let server;
const DAY = 86400;
const ago = (seconds) => new Date(Date.now() - seconds * 1000).toISOString();

// Threads answered after one, two, … hours, of two teams, within the last days.
async function fill(count) {
  const lines = [];
  for (let i = 0; i < count; i++) {
    const thread = `t-${i}`;
    const opened = (2 + (i % 20)) * DAY;
    const team = i % 2 ? "north" : "south";
    lines.push(touch("message.received", ago(opened), { thread, actor: "customer", team }));
    lines.push(touch("message.sent", ago(opened - (1 + (i % 6)) * 3600 + 60), { thread, actor: "staff", team }));
  }
  const text = lines.map((line) => JSON.stringify(line)).join("\n");
  const { status } = await server.post("/api/v1/touches", text, { type: "application/x-ndjson" });
  assert.equal(status, 200);
}

before(async () => {
  server = await Server.open();
  assert.equal((await server.publish(CODE)).status, 201);
  await fill(60);
});
after(() => server.close());

const draftOf = async (source) => (await server.post("/api/v1/drafts", { name: "Faster", source })).body;
const rehearse = async (draft, body = {}) => {
  const { status, body: made, text } = await server.post(`/api/v1/drafts/${draft.id}/rehearsals`, body);
  assert.equal(status, 202, text);
  return made;
};
async function ended(rehearsal) {
  for (;;) {
    const { body } = await server.get(`/api/v1/rehearsals/${rehearsal.id}`);
    if (!["waiting", "running"].includes(body.state)) return body;
    await sleep(50);
  }
}

test("a_shorter_limit_breaks_what_was_kept_and_says_whom", async () => {
  const draft = await draftOf(CODE.replace("within 4 hours", "within 2 hours"));
  const done = await ended(await rehearse(draft));
  assert.equal(done.state, "done", done.trouble);
  assert.deepEqual([done.share, done.touches], [1, 120]);
  const [answer] = done.result.promises;
  // Of each six, four were answered within four hours, two within two.
  assert.deepEqual([answer.current.kept, answer.current.broken], [40, 20]);
  assert.deepEqual([answer.draft.kept, answer.draft.broken], [20, 40]);
  assert.ok(Math.abs(answer.difference.share + 1 / 3) < 1e-9);
  assert.ok(answer.difference.low < answer.difference.share && answer.difference.share < answer.difference.high);
  assert.equal(answer.difference.paired, true);
  assert.deepEqual(
    [answer.current, answer.draft].map((side) => side.owed.map((owed) => owed.amount)),
    [["200.00 BRL"], ["400.00 BRL"]],
  );
  assert.deepEqual([done.result.changed, done.result.newly_broken, done.result.newly_kept], [20, 20, 0]);
  const teams = Object.fromEntries(done.result.by_team.map((t) => [t.team, t.changed]));
  assert.equal(teams.north + teams.south, 20);
  const sum = (list) => list.reduce((n, item) => n + item.changed, 0);
  assert.deepEqual([sum(done.result.by_hour), sum(done.result.by_weekday)], [20, 20]);

  const all = await server.list(`/api/v1/rehearsals/${done.id}/changes`, 7);
  assert.equal(all.length, 20);
  assert.ok(all.every((c) => c.current === "kept" && c.draft === "broken" && c.key.startsWith("t-")));
  assert.equal(new Set(all.map((c) => c.key)).size, 20);
  const north = await server.list(`/api/v1/rehearsals/${done.id}/changes?team=north`);
  assert.equal(north.length, teams.north);
  const hour = all[0].hour;
  const atHour = await server.list(`/api/v1/rehearsals/${done.id}/changes?hour=${hour}`);
  assert.equal(atHour.length, done.result.by_hour[hour].changed);
});

test("only_the_time_asked_for_is_judged", async () => {
  const draft = await draftOf(CODE);
  const done = await ended(await rehearse(draft, { months: 1 }));
  assert.equal(done.touches, 120);
  assert.equal(done.result.changed, 0);
  assert.equal(done.result.promises[0].difference.share, 0);
});

test("a_draft_with_mistakes_is_not_rehearsed", async () => {
  const draft = await draftOf("promise x\n");
  assert.equal((await server.post(`/api/v1/drafts/${draft.id}/rehearsals`, {})).status, 400);
  assert.equal((await server.get(`/api/v1/drafts/${draft.id}/rehearsal`)).status, 404);
});

test("a_new_promise_is_told_beside_nothing", async () => {
  const more = `${CODE}\npromise sent under respect\n  "We write."\n  on message.sent\n  must message.read within 1 day\n`;
  const done = await ended(await rehearse(await draftOf(more)));
  const sent = done.result.promises.find((p) => p.promise === "sent");
  assert.equal(sent.current, null);
  assert.equal(sent.draft.broken, 60);
});

test("who_has_read_the_result_is_known", async () => {
  const draft = await draftOf(CODE);
  const made = await rehearse(draft);
  const done = await ended(made);
  assert.deepEqual([done.readers.length, done.read_by_me], [0, false]);
  const read = await server.post(`/api/v1/rehearsals/${made.id}/read`);
  assert.equal(read.body.read_by_me, true);
  await server.post(`/api/v1/rehearsals/${made.id}/read`);
  const again = await server.get(`/api/v1/drafts/${draft.id}/rehearsal`);
  assert.deepEqual(
    again.body.readers.map((r) => r.name),
    ["test"],
  );
});

test("a_restart_in_the_middle_begins_it_again", async () => {
  await fill(3000);
  const made = await rehearse(await draftOf(CODE.replace("within 4 hours", "within 3 hours")));
  await server.restart();
  const done = await ended(made);
  assert.equal(done.state, "done", done.trouble);
  const all = await server.list(`/api/v1/rehearsals/${made.id}/changes`);
  assert.equal(all.length, done.result.changed);
});

test("a_rehearsal_can_be_cancelled_and_one_draft_has_one_at_a_time", async () => {
  const draft = await draftOf(CODE);
  // A machine may have ended one before it is asked for another, or before it is cancelled: until both were in time.
  for (let isSeen = false, tries = 0; !isSeen; tries++) {
    assert.ok(tries < 50, "none could be cancelled");
    const made = await rehearse(draft);
    const second = await server.post(`/api/v1/drafts/${draft.id}/rehearsals`, {});
    const cancelled = await server.ask("DELETE", `/api/v1/rehearsals/${made.id}`);
    isSeen = second.status === 409 && cancelled.status === 200;
    if (isSeen) assert.equal((await ended(made)).state, "cancelled");
    else assert.equal((await ended(made)).state, cancelled.status === 200 ? "cancelled" : "done");
    if (second.status === 202) await ended(second.body);
  }
  assert.equal((await server.post(`/api/v1/drafts/${draft.id}/rehearsals`, {})).status, 202);
});

test("where_a_server_is_killed_another_one_takes_its_rehearsal_over", async (t) => {
  if (process.env.TROTH_TEST_DB !== "postgresql") return t.skip("only PostgreSQL has several servers");
  for (let i = 0; i < 3; i++) await fill(3000);
  const draft = await draftOf(CODE.replace("within 4 hours", "within 2 hours"));
  const second = await Server.beside(server);
  const { status, body: made } = await second.post(`/api/v1/drafts/${draft.id}/rehearsals`, {});
  assert.equal(status, 202);
  const state = async () => (await server.get(`/api/v1/rehearsals/${made.id}`)).body.state;
  while ((await state()) === "waiting") await sleep(5);
  await second.end("SIGKILL");
  assert.equal((await ended(made)).state, "done");
});
