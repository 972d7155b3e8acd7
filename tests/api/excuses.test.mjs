// Where the Code says that excuses need a second person, nobody excuses alone: what is asked for waits until somebody
// else confirms it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { CODE, fromNow, Server, touch } from "./server.mjs";

const TWO = CODE.replace(/^(code .*\n)/m, "$1  excuses need a second person\n");
const reason = "The line was down.";
let server;
let ana;
let bea;
let team; // of neither
let threads = 0;

before(async () => {
  server = await Server.open("--rate", "0");
  await server.publish(TWO);
  team = (await server.post("/api/v1/teams", { name: "fraud", restricted: true })).body;
  const member = async (email, name) => {
    const cookie = await server.signIn((await server.addStaff(email, ["manager"], { name })).id);
    return { token: null, headers: { Cookie: cookie, Origin: server.url } };
  };
  ana = await member("ana@shop.example", "Ana");
  bea = await member("bea@shop.example", "Bea");
});
after(() => server.close());

async function open(more = {}) {
  const thread = `excuse-${++threads}`;
  await server.post("/api/v1/touches", touch("message.received", fromNow(-60), { thread, actor: "customer", ...more }));
  const { items } = (await server.get(`/api/v1/obligations?key=${thread}`)).body;
  assert.equal(items[0].state, "open");
  return items[0];
}
const read = async (id) => (await server.get(`/api/v1/obligations/${id}`)).body;
const ask = async (who, ...ids) => (await server.post("/api/v1/obligations/excuse", { ids, reason }, who)).body.items;
const answer = async (who, how, id, more = {}) =>
  (await server.post(`/api/v1/excuses/${how}`, { ids: [id], ...more }, who)).body.items[0];
const waiting = async (who) =>
  (await server.get("/api/v1/excuses?limit=500", who)).body.items.map((one) => one.obligation.id);
async function asked(who, more) {
  const { id } = await open(more);
  assert.deepEqual(await ask(who, id), [{ id, result: "asked", reason: null }]);
  return { id, request: (await read(id)).excuses[0].id };
}

test("it_excuses_nothing_until_another_person_confirms_it", async () => {
  const { id, request } = await asked(ana);
  let one = await read(id);
  assert.deepEqual([one.state, one.needs_second, one.history.length], ["open", true, 1]);
  assert.deepEqual([one.excuses[0].state, one.excuses[0].asked_by, one.excuses[0].reason], ["waiting", "Ana", reason]);
  assert.ok((await waiting(bea)).includes(id));
  const own = await answer(ana, "confirm", request);
  assert.equal(own.result, "refused");
  assert.match(own.reason, /another person/);
  assert.equal((await read(id)).state, "open");
  assert.equal((await answer(bea, "confirm", request)).result, "excused");
  one = await read(id);
  assert.equal(one.state, "excused");
  assert.deepEqual([one.excuses[0].state, one.excuses[0].answered_by], ["confirmed", "Bea"]);
  const { touch: told } = one.touches.at(-1);
  assert.deepEqual([told.person, told.attributes["asked-by"], told.attributes.reason], ["Bea", "Ana", reason]);
  assert.ok(!(await waiting(bea)).includes(id));
  assert.equal((await answer(bea, "confirm", request)).result, "refused", "once");
});

test("who_asked_is_told_as_theirs_and_may_withdraw_it_nobody_else", async () => {
  const { id, request } = await asked(ana);
  const mine = async (who) => (await server.get(`/api/v1/obligations/${id}`, who)).body.excuses[0].mine;
  assert.deepEqual([await mine(ana), await mine(bea)], [true, false]);
  assert.equal((await answer(bea, "withdraw", request)).result, "refused");
  assert.equal((await answer(ana, "withdraw", request)).result, "withdrawn");
  assert.deepEqual([(await read(id)).state, (await read(id)).excuses[0].state], ["open", "withdrawn"]);
  assert.equal((await answer(bea, "confirm", request)).result, "refused");
  assert.equal((await ask(bea, id))[0].result, "asked", "it can be asked for again");
});

test("it_is_declined_with_a_reason_by_somebody_else", async () => {
  const { id, request } = await asked(ana);
  const without = await server.post("/api/v1/excuses/decline", { ids: [request], reason: "  " }, bea);
  assert.equal(without.status, 400);
  assert.equal((await answer(ana, "decline", request, { reason: "Mine." })).result, "refused");
  assert.equal((await answer(bea, "decline", request, { reason: "It was up again." })).result, "declined");
  const one = await read(id);
  assert.equal(one.state, "open");
  assert.deepEqual(
    [one.excuses[0].state, one.excuses[0].answered_by, one.excuses[0].answer],
    ["declined", "Bea", "It was up again."],
  );
});

test("of_two_who_answer_at_once_one_is_told_that_the_other_has", async () => {
  const { id, request } = await asked(ana);
  const { id: staff } = await server.addStaff("cleo@shop.example", ["manager"], { name: "Cleo" });
  const cleo = { token: null, headers: { Cookie: await server.signIn(staff), Origin: server.url } };
  const results = await Promise.all([
    answer(bea, "confirm", request),
    answer(cleo, "confirm", request),
    answer(bea, "decline", request, { reason }),
  ]);
  assert.deepEqual(results.map((item) => item.result === "refused").sort(), [false, true, true]);
  assert.match(results.find((item) => item.result === "refused").reason, /answered/);
  const one = await read(id);
  assert.equal(one.excuses[0].state === "confirmed", one.state === "excused");
});

test("of_many_each_is_answered_for_itself", async () => {
  const [first, second, own] = [await asked(ana), await asked(ana), await asked(bea)];
  await server.post(
    "/api/v1/touches",
    touch("message.sent", fromNow(-5), { thread: (await read(second.id)).key, actor: "staff" }),
  );
  const ids = [first, second, own].map((one) => one.request);
  const { items } = (await server.post("/api/v1/excuses/confirm", { ids: [...ids, ids[0]] }, bea)).body;
  assert.deepEqual(
    items.map((item) => [item.id, item.result]),
    [
      [ids[0], "excused"],
      [ids[1], "refused"],
      [ids[2], "refused"],
      [ids[0], "refused"],
    ],
  );
  assert.deepEqual([(await read(first.id)).state, (await read(own.id)).state], ["excused", "open"]);
  for (const bad of [[], Array.from({ length: 201 }, () => ids[0]), ["obl_1"], [7]]) {
    const reply = await server.post("/api/v1/excuses/confirm", { ids: bad }, bea);
    assert.equal(reply.status, 400, JSON.stringify(bad).slice(0, 40));
  }
});

test("who_asked_may_have_left_since", async () => {
  const { id: staff } = await server.addStaff("dora@shop.example", ["manager"], { name: "Dora" });
  const dora = { token: null, headers: { Cookie: await server.signIn(staff), Origin: server.url } };
  const [one, two] = [await asked(dora), await asked(dora)];
  assert.ok((await server.post(`/api/v1/staff/${staff}/disable`)).status < 300);
  assert.equal((await server.post("/api/v1/excuses/withdraw", { ids: [one.request] }, dora)).status, 401);
  assert.equal((await answer(bea, "confirm", one.request)).result, "excused");
  assert.equal((await answer(bea, "decline", two.request, { reason })).result, "declined");
  assert.equal((await read(one.id)).excuses[0].asked_by, "Dora");
});

test("it_is_asked_for_once_at_a_time", async () => {
  const { id } = await asked(ana);
  const [again] = await ask(bea, id);
  assert.deepEqual([again.result, /waits/.test(again.reason)], ["refused", true]);
});

test("what_was_decided_meanwhile_is_closed_and_told", async () => {
  const { id, request } = await asked(ana);
  const { key } = await read(id);
  await server.post("/api/v1/touches", touch("message.sent", fromNow(-5), { thread: key, actor: "staff" }));
  assert.deepEqual([(await read(id)).state, (await read(id)).excuses[0].state], ["kept", "closed"]);
  assert.ok(!(await waiting(bea)).includes(id));
  const late = await answer(bea, "confirm", request);
  assert.deepEqual([late.result, /decided/.test(late.reason)], ["refused", true]);
  assert.equal((await read(id)).state, "kept");
});

test("a_token_is_another_person_unless_it_is_by_the_one_who_made_it", async () => {
  const { request } = await asked(ana);
  const program = { token: await server.makeToken("ledger:excuse ledger:read") };
  assert.equal((await answer(program, "confirm", request)).result, "excused");
  const second = await asked(program);
  assert.equal((await answer(program, "confirm", second.request)).result, "refused");
  const owner = await server.signIn(
    (await server.addStaff("olga@shop.example", ["administrator"], { name: "Olga" })).id,
  );
  const olga = { token: null, headers: { Cookie: owner, Origin: server.url } };
  const made = await server.post("/api/v1/tokens", { name: "hers", scopes: "ledger:excuse ledger:read" }, olga);
  assert.equal(made.status, 201, made.text);
  const hers = { token: made.body.secret ?? made.body.token };
  const third = await asked(olga);
  assert.equal((await answer(hers, "confirm", third.request)).result, "refused", "her own token");
  const fourth = await asked(hers);
  assert.equal((await answer(olga, "confirm", fourth.request)).result, "refused", "her own token asked");
  assert.equal((await answer(bea, "confirm", fourth.request)).result, "excused");
});

test("nobody_confirms_their_own_by_tokens_of_tokens_or_under_another_name", async () => {
  const { id: staff } = await server.addStaff("petra@shop.example", ["administrator"], { name: "Petra" });
  const petra = { token: null, headers: { Cookie: await server.signIn(staff), Origin: server.url } };
  const make = async (who, scopes) => {
    const made = await server.post("/api/v1/tokens", { name: "petra's", scopes }, who);
    assert.equal(made.status, 201, made.text);
    return { token: made.body.token };
  };
  const one = await make(petra, "admin");
  const two = await make(petra, "ledger:excuse");
  const three = await make(one, "ledger:excuse");
  const renamed = await server.ask("PATCH", "/api/v1/me", { name: "Someone Else" }, petra);
  assert.equal(renamed.status, 200, renamed.text);
  const all = { petra, one, two, three };
  for (const [asker, who] of Object.entries(all)) {
    const { request } = await asked(who);
    for (const [answerer, other] of Object.entries(all)) {
      const item = await answer(other, "confirm", request);
      assert.equal(item.result, "refused", `${asker} asked, ${answerer} confirmed`);
    }
    assert.equal((await answer(bea, "confirm", request)).result, "excused");
  }
  const { request } = await asked(undefined); // by the token of this test
  const child = { token: (await server.post("/api/v1/tokens", { name: "child", scopes: "ledger:excuse" })).body.token };
  assert.equal((await answer(child, "confirm", request)).result, "refused", "a token that the asking one made");
});

test("a_person_cannot_go_round_it_by_a_touch_a_program_of_the_company_can", async () => {
  const one = await open();
  const cookie = await server.signIn((await server.addStaff("otto@shop.example", ["administrator"])).id);
  const otto = { token: null, headers: { Cookie: cookie, Origin: server.url } };
  const excuse = touch("obligation.excused", fromNow(-1), {
    thread: one.key,
    actor: "staff",
    attributes: { promise: one.promise },
  });
  for (const body of [excuse, [excuse]]) {
    const sent = await server.post("/api/v1/touches", body, otto);
    assert.equal(sent.status, 403, sent.text);
  }
  assert.equal((await read(one.id)).state, "open");
  assert.equal((await server.post("/api/v1/touches", excuse)).status, 201);
  assert.equal((await read(one.id)).state, "excused");
});

test("nobody_without_the_permission_asks_or_answers", async () => {
  const { id, request } = await asked(ana);
  const reader = { token: await server.makeToken("ledger:read") };
  assert.equal((await server.post("/api/v1/obligations/excuse", { ids: [id], reason }, reader)).status, 403);
  for (const how of ["confirm", "decline", "withdraw"]) {
    const body = { ids: [request], ...(how === "decline" && { reason }) };
    assert.equal((await server.post(`/api/v1/excuses/${how}`, body, reader)).status, 403, how);
  }
});

test("of_a_restricted_team_only_those_hear_who_may_read_it", async () => {
  const { id, request } = await asked(undefined, { team: team.name });
  assert.ok((await waiting()).includes(id));
  assert.ok(!(await waiting(bea)).includes(id));
  const item = await answer(bea, "confirm", request);
  assert.match(item.reason, /no such request/);
  assert.equal((await read(id)).state, "open");
});

test("the_stream_tells_that_something_waits", async () => {
  const { id } = await open();
  const stream = await server.listen("/api/v1/events");
  await ask(ana, id);
  const [told] = await stream.next(1);
  assert.deepEqual([told.name, told.data.obligation], ["excuse.changed", id]);
  stream.close();
});

test("a_page_of_those_that_wait_goes_on_behind_it", async () => {
  const ids = [];
  for (let i = 0; i < 3; i++) ids.push((await asked(ana)).id);
  const first = (await server.get("/api/v1/excuses?limit=1")).body;
  assert.ok(first.next);
  const all = (await server.list("/api/v1/excuses", 1)).map((one) => one.obligation.id);
  assert.deepEqual(all.slice(-3), ids);
  assert.equal((await server.get("/api/v1/excuses?after=nonsense")).status, 400);
});

test("what_one_asked_for_oneself_is_listed_with_what_became_of_it_the_latest_first", async () => {
  const { id: staff } = await server.addStaff("mia@shop.example", ["manager"], { name: "Mia" });
  const mia = { token: null, headers: { Cookie: await server.signIn(staff), Origin: server.url } };
  const [first, second, third, hidden] = [
    await asked(mia),
    await asked(mia),
    await asked(mia),
    await asked(undefined, { team: team.name }),
  ];
  await answer(bea, "confirm", first.request);
  await answer(bea, "decline", second.request, { reason: "It was up." });
  const mine = async (more = "") => (await server.get(`/api/v1/excuses?mine=true${more}`, mia)).body;
  assert.deepEqual(
    (await mine()).items.map((one) => [one.id, one.state, one.answered_by, one.answer, one.obligation.id, one.mine]),
    [
      [third.request, "waiting", null, null, third.id, true],
      [second.request, "declined", "Bea", "It was up.", second.id, true],
      [first.request, "confirmed", "Bea", null, first.id, true],
    ],
  );
  const page = await mine("&limit=2");
  const rest = await mine(`&limit=2&after=${page.next}`);
  assert.deepEqual([page.items.length, rest.items.map((one) => one.id), rest.next], [2, [first.request], null]);
  assert.ok(!(await waiting(mia)).includes(hidden.id));
});

test("a_restart_keeps_what_waits", async () => {
  const { id, request } = await asked(ana);
  assert.equal(await server.restart(), 0);
  for (const who of [ana, bea]) who.headers.Origin = server.url; // it listens elsewhere now
  assert.equal((await answer(bea, "confirm", request)).result, "excused");
  assert.equal((await read(id)).state, "excused");
});

test("without_the_clause_one_person_excuses_and_what_waited_is_closed", async () => {
  const before = await asked(ana);
  await server.publish(CODE);
  await sleep(5);
  assert.equal((await read(before.id)).needs_second, false);
  assert.equal((await ask(ana, before.id))[0].result, "excused");
  assert.equal((await read(before.id)).excuses[0].state, "closed");
  const { id } = await open();
  assert.equal((await ask(bea, id))[0].result, "excused");
});

test("what_waits_for_a_promise_that_the_code_has_no_more_is_confirmed_as_any_other", async () => {
  await server.publish(TWO);
  const { request, id } = await asked(ana);
  const other = TWO.replaceAll(/promise answer\b/g, "promise reply");
  assert.notEqual(other, TWO);
  assert.equal((await server.publish(other)).status, 201);
  assert.equal((await answer(ana, "confirm", request)).result, "refused");
  assert.equal((await answer(bea, "confirm", request)).result, "excused");
  assert.equal((await read(id)).state, "excused");
});

test("a_promise_alone_can_ask_for_it", async () => {
  await server.publish(
    `${CODE.replace(/^ {2}must( +)message.sent/m, "  excuses need a second person\n  must$1message.sent")}`,
  );
  const { id } = await open();
  assert.equal((await ask(ana, id))[0].result, "asked");
});
