// Customers: the list and its search, one's timeline over all channels, what the staff write, merges and splits.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { CODE, fromNow, Server, touch } from "./server.mjs";

const HOUR = 3600;
const SCRIPT = '<script>alert("1")</script>';
const ODD = "ana/souza+1@example.org?x=%41&é#1";
let server;
// A server that is busy is asked again.
const get = async (path, options) => {
  for (let tries = 1; ; tries++) {
    const reply = await server.get(path, options);
    if (reply.status !== 503 || tries === 20) return reply;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
};
const at = (id, rest = "") => `/api/v1/customers/${encodeURIComponent(id)}${rest}`;
const one = async (id) => (await get(at(id))).body;
const send = async (...touches) => assert.equal((await server.post("/api/v1/touches", touches)).status, 200);
const change = (id, fields, etag) => server.ask("PATCH", at(id), fields, { headers: etag ? { "If-Match": etag } : {} });
const etagOf = async (id) => (await get(at(id))).headers.get("ETag");
const timeline = async (id) => {
  const items = [];
  for (let next = ""; next !== null; ) {
    const { status, body, text } = await get(at(id, `/timeline?limit=2&after=${encodeURIComponent(next)}`));
    assert.equal(status, 200, text);
    items.push(...body.items);
    next = body.next;
  }
  return items;
};
const search = async (q) =>
  (await get(`/api/v1/customers?q=${encodeURIComponent(q)}`)).body.items.map((item) => item.id);

// Words of an id are there a moment after its first touch.
const found = async (q, ids) => {
  let last;
  for (let tries = 0; tries < 200; tries++) {
    last = await search(q);
    if (JSON.stringify(last) === JSON.stringify(ids)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.deepEqual(last, ids, q);
};

before(async () => {
  server = await Server.open();
  assert.equal((await server.publish(CODE)).status, 201);
});
after(() => server.close());

test("every_customer_is_listed_once_page_by_page", async () => {
  const ids = Array.from({ length: 7 }, (_, i) => `page-${i}`);
  for (const customer of ids) {
    await send(
      touch("message.received", fromNow(-2 * HOUR), { customer, thread: `${customer}-a`, actor: "customer" }),
      touch("message.received", fromNow(-1 * HOUR), { customer, thread: `${customer}-b`, channel: "chat" }),
    );
  }
  await found("page", ids);
  const listed = [];
  for (let next = ""; next !== null; ) {
    const { body } = await get(`/api/v1/customers?q=page&limit=3&after=${encodeURIComponent(next)}`);
    assert.ok(body.items.length <= 3);
    listed.push(...body.items);
    next = body.next;
  }
  assert.deepEqual(
    listed.map((item) => item.id),
    ids,
  );
  assert.deepEqual([listed[0].open, listed[0].broken, listed[0].last_channel], [1, 0, "chat"]);
  const all = (await get("/api/v1/customers?limit=100")).body;
  assert.deepEqual([all.items.length, all.next], [7, null]);
});

test("a_customer_is_found_by_the_first_letters_of_any_words_of_name_address_number_and_id", async () => {
  await send(
    touch("message.received", fromNow(-60), { customer: "find-1", thread: "f1" }),
    touch("message.received", fromNow(-60), { customer: "find-2", thread: "f2" }),
    touch("message.received", fromNow(-60), { customer: "émile-3", thread: "f3" }),
  );
  await change("find-1", { name: "Émile Zola", email: "ez@médan.example.org" }, await etagOf("find-1"));
  await change(
    "find-2",
    { name: "Find Me", email: "ÉMILE@example.com", phone: "+55 (11) 98765-4321" },
    await etagOf("find-2"),
  );
  await found("émi", ["find-1", "find-2", "émile-3"]);
  assert.deepEqual(await search("EMI"), ["find-1", "find-2", "émile-3"]);
  assert.deepEqual(await search("zol"), ["find-1"]);
  assert.deepEqual(await search(" zola  emile "), ["find-1"]);
  assert.deepEqual(await search("medan.ex"), ["find-1"]);
  assert.deepEqual(await search("émile@example.com"), ["find-2"]);
  assert.deepEqual(await search("11 98765-4321"), ["find-2"]);
  assert.deepEqual(await search("987654321"), ["find-2"]);
  assert.deepEqual(await search("find"), ["find-1", "find-2"]);
  assert.deepEqual(await search("find-2"), ["find-2"]);
  for (const nobody of ["nobody", "mile", "zola find-2", "@", "1234"])
    assert.deepEqual(await search(nobody), [], nobody);
  const walked = [];
  for (let next = ""; next !== null; ) {
    const query = `q=${encodeURIComponent("e émi")}&limit=1&after=${encodeURIComponent(next)}`;
    const { body } = await get(`/api/v1/customers?${query}`);
    walked.push(...body.items.map((item) => item.id));
    next = body.next;
  }
  assert.deepEqual(walked, ["find-1", "find-2", "émile-3"]);
  for (const after of ["nonsense", "2.0.find-1", "1.9.x"]) {
    assert.equal((await get(`/api/v1/customers?q=find&after=${after}`)).status, 400, after);
  }
});

test("what_the_staff_write_anew_is_found_at_once_and_what_they_remove_no_longer", async () => {
  await send(touch("message.received", fromNow(-60), { customer: "moving", thread: "mv" }));
  await change("moving", { name: "Olga Before", phone: "555 0101" }, await etagOf("moving"));
  assert.deepEqual(await search("olga bef"), ["moving"]);
  await change("moving", { name: "Olga After", phone: "" }, await etagOf("moving"));
  assert.deepEqual(await search("olga aft"), ["moving"]);
  assert.deepEqual(await search("before"), []);
  assert.deepEqual(await search("0101"), []);
  assert.deepEqual(await search("moving"), ["moving"]);
});

test("an_id_may_hold_any_characters_and_script_is_text", async () => {
  await send(
    touch("message.received", fromNow(-60), { customer: ODD, thread: "odd/1", actor: "customer" }),
    touch("message.received", fromNow(-60), { customer: SCRIPT, thread: "odd/2" }),
  );
  assert.equal((await one(ODD)).id, ODD);
  const changed = await change(SCRIPT, { name: SCRIPT, traits: { [SCRIPT]: SCRIPT } }, await etagOf(SCRIPT));
  assert.equal(changed.status, 200, changed.text);
  assert.deepEqual([changed.body.name, changed.body.traits], [SCRIPT, { [SCRIPT]: SCRIPT }]);
  assert.doesNotMatch((await get(at(SCRIPT))).text, /<script/);
  assert.equal((await timeline(ODD)).length, 1);
  assert.equal((await get(at("nobody"))).status, 404);
  assert.equal((await get(at("nobody", "/timeline"))).status, 404);
});

test("what_the_staff_write_needs_the_revision_that_was_read", async () => {
  await send(touch("message.received", fromNow(-60), { customer: "written", thread: "w" }));
  assert.equal((await change("written", { name: "Ana" })).status, 428);
  const etag = await etagOf("written");
  const first = await change(
    "written",
    { name: " Ana ", note: "Calls on Mondays.", traits: { vip: true, age: 4 } },
    etag,
  );
  assert.deepEqual([first.status, first.body.name, first.body.traits], [200, "Ana", { vip: true, age: 4 }]);
  assert.equal((await change("written", { name: "Bea" }, etag)).status, 412);
  const second = await change("written", { phone: "1" }, first.headers.get("ETag"));
  assert.deepEqual([second.body.name, second.body.phone, second.body.note], ["Ana", "1", "Calls on Mondays."]);
  assert.equal((await change("written", { traits: { deep: {} } }, second.headers.get("ETag"))).status, 400);
  assert.equal((await change("nobody", { name: "x" }, etag)).status, 404);
  const { items } = (await get("/api/v1/audit?action=customer.changed&subject=written")).body;
  assert.equal(items.length, 2);
  const words = JSON.stringify(items);
  assert.match(words, /Ana/);
  assert.match(words, /Calls on Mondays/);
});

test("the_timeline_tells_what_each_touch_opened_and_kept_also_of_answers_without_a_customer", async () => {
  await send(
    touch("message.received", fromNow(-3 * HOUR), {
      customer: "line",
      thread: "l1",
      actor: "customer",
      channel: "email",
    }),
    touch("message.sent", fromNow(-2 * HOUR), { thread: "l1", actor: "staff", person: "Bea", channel: "email" }),
    touch("message.received", fromNow(-1 * HOUR), {
      customer: "line",
      thread: "l2",
      actor: "customer",
      channel: "chat",
    }),
  );
  const items = await timeline("line");
  assert.deepEqual(
    items.map(({ record: { touch: t }, obligations }) => [
      t.event,
      t.channel,
      t.person ?? null,
      obligations.map((o) => `${o.did} ${o.state}`),
    ]),
    [
      ["message.received", "chat", null, ["opened open"]],
      ["message.sent", "email", "Bea", ["kept kept"]],
      ["message.received", "email", null, ["opened kept"]],
    ],
  );
});

test("merged_customers_have_one_timeline_until_they_are_split", async () => {
  await send(
    touch("message.received", fromNow(-3 * HOUR), { customer: "ana", thread: "m1", actor: "customer" }),
    touch("message.received", fromNow(-1 * HOUR), { customer: "ana@mail/1", thread: "m2", actor: "customer" }),
  );
  const merged = await server.post(at("ana", "/merge"), { from: "ana@mail/1" });
  assert.equal(merged.status, 200, merged.text);
  assert.equal(merged.body.result, "merged");
  const ana = await one("ana");
  assert.deepEqual(ana.identities, ["ana", "ana@mail/1"]);
  assert.deepEqual([ana.merges[0].survivor, ana.merges[0].from, ana.open], ["ana", "ana@mail/1", 2]);
  assert.equal((await one("ana@mail/1")).merged_into, "ana");
  const both = (items) => items.map(({ record }) => record.touch.event);
  assert.deepEqual(both(await timeline("ana")), ["customer.merged", "message.received", "message.received"]);
  assert.deepEqual(await timeline("ana@mail/1"), await timeline("ana"));
  const obligations = await server.list("/api/v1/obligations?customer=ana");
  assert.deepEqual(obligations.map((o) => o.key).sort(), ["m1", "m2"]);

  assert.equal((await server.post(at("ana@mail/1", "/merge"), { from: "ana" })).status, 409);
  const { undo } = merged.body;
  const split = await server.ask(undo.method, undo.path, undo.body);
  assert.deepEqual([split.status, split.body.result], [200, "split"]);
  assert.deepEqual((await one("ana")).identities, ["ana"]);
  assert.equal((await one("ana@mail/1")).merged_into, null);
  assert.deepEqual(both(await timeline("ana@mail/1")), ["message.received"]);
  assert.deepEqual(
    (await server.list("/api/v1/obligations?customer=ana")).map((o) => o.key),
    ["m1"],
  );
  assert.equal((await server.post(at("ana", "/split"), { from: "ana@mail/1" })).status, 409);

  const again = await server.ask(split.body.undo.method, split.body.undo.path, split.body.undo.body);
  assert.equal(again.status, 200, again.text);
  assert.deepEqual((await one("ana")).identities, ["ana", "ana@mail/1"]);
  const { items } = (await get("/api/v1/audit?action=customer.merged")).body;
  assert.equal(items.length, 2);
});

test("nobody_is_merged_with_themselves_or_with_nobody", async () => {
  await send(touch("message.received", fromNow(-60), { customer: "alone", thread: "a" }));
  assert.equal((await server.post(at("alone", "/merge"), { from: "alone" })).status, 400);
  assert.equal((await server.post(at("alone", "/merge"), { from: "nobody" })).status, 404);
  assert.equal((await server.post(at("nobody", "/merge"), { from: "alone" })).status, 404);
  const token = await server.makeToken("customer:read");
  assert.equal((await server.post(at("alone", "/merge"), { from: "written" }, { token })).status, 403);
  const other = await server.makeToken("ledger:read");
  assert.equal((await get("/api/v1/customers", { token: other })).status, 403);
});

test("what_belongs_to_a_restricted_team_is_not_there_for_others", async () => {
  const team = await server.post("/api/v1/teams", { name: "law", restricted: true });
  assert.equal(team.status, 201, team.text);
  await send(
    touch("message.received", fromNow(-3 * HOUR), { customer: "half", thread: "h1", actor: "customer", team: "law" }),
    touch("message.received", fromNow(-2 * HOUR), { customer: "half", thread: "h2", actor: "customer" }),
    touch("message.received", fromNow(-1 * HOUR), { customer: "hid", thread: "h3", actor: "customer", team: "law" }),
  );
  const token = await server.makeToken("customer:read");
  await found("h", ["half", "hid"]);
  const ids = (await get("/api/v1/customers?q=h", { token })).body.items.map((item) => [item.id, item.open]);
  assert.deepEqual(ids, [["half", 1]]);
  assert.equal((await get(at("hid"), { token })).status, 404);
  assert.equal((await get(at("hid", "/timeline"), { token })).status, 404);
  const seen = (await get(at("half", "/timeline"), { token })).body.items;
  assert.deepEqual(
    seen.map(({ record }) => record.touch.thread),
    ["h2"],
  );
  assert.equal((await one("hid")).open, 1);
});

test("the_look_up_finds_customers_threads_and_obligations_that_whoever_asks_may_read", async () => {
  await send(
    touch("message.received", fromNow(-HOUR), { customer: "zoe", thread: "zt-1", actor: "customer", channel: "chat" }),
    touch("message.received", fromNow(-HOUR), { customer: "zoe", thread: "zt-2", actor: "customer", team: "law" }),
  );
  await change("zoe", { name: "Zoé Prado", email: "zp@example.org" }, await etagOf("zoe"));
  const person = async (name, roles) => server.signIn((await server.addStaff(`${name}@shop.example`, roles)).id);
  const root = await person("root", ["administrator"]);
  const look = async (who, q) => {
    const path = `/api/v1/look-up?q=${encodeURIComponent(q)}`;
    const { status, body, text } = await get(path, { token: null, headers: { Cookie: who } });
    assert.equal(status, 200, text);
    return {
      customers: body.customers.map((one) => one.id),
      threads: body.threads.map((one) => `${one.thread} ${one.customer}`),
      obligations: body.obligations.map((one) => one.key).sort(),
    };
  };
  const hers = { customers: ["zoe"], threads: [], obligations: ["zt-1", "zt-2"] };
  for (const q of ["ZOÉ p", "prado", "zp@ex", "zoe", " zoe "]) assert.deepEqual(await look(root, q), hers, q);
  const byThread = { customers: [], threads: ["zt-1 zoe", "zt-2 zoe"], obligations: ["zt-1", "zt-2"] };
  assert.deepEqual(await look(root, "zt-"), byThread);
  const [one] = (await get("/api/v1/obligations?customer=zoe&about=zt-1")).body.items;
  assert.deepEqual((await look(root, one.id)).obligations, ["zt-1"]);
  assert.deepEqual(await look(root, "nobody"), { customers: [], threads: [], obligations: [] });
  const twins = ["wilma.twin@example.org", "a.wilma.twin@example.org"];
  await send(...twins.map((customer) => touch("message.received", fromNow(-HOUR), { customer, thread: customer })));
  await found(twins[0], [twins[1], twins[0]]);
  assert.deepEqual((await look(root, twins[0])).customers, twins, "the whole id comes first");
  assert.deepEqual((await look(root, "wilma")).customers, [twins[1], twins[0]]);

  const agent = await person("agent", ["agent"]);
  assert.deepEqual(await look(agent, "zt-"), { customers: [], threads: ["zt-1 zoe"], obligations: ["zt-1"] });
  const role = await server.post("/api/v1/roles", { name: "reads customers", permissions: ["customer:read"] });
  assert.equal(role.status, 201, role.text);
  const reader = await person("reader", ["reads customers"]);
  assert.deepEqual(await look(reader, "zoé"), { customers: ["zoe"], threads: [], obligations: [] });
  assert.equal((await get("/api/v1/look-up?q=z")).status, 403, "it is for people");
  assert.equal((await server.as(root, "GET", "/api/v1/look-up")).status, 400);
});

test("what_is_due_within_the_hour_is_soon_though_its_promise_warns_of_nothing", async () => {
  const other = await Server.open();
  const code = CODE.replace("  warn      at 75%\n", "");
  assert.equal((await other.publish(code)).status, 201);
  await other.post("/api/v1/touches", [
    touch("message.received", fromNow(-3.5 * HOUR), { customer: "near", thread: "near", actor: "customer" }),
    touch("message.received", fromNow(-2 * HOUR), { customer: "far", thread: "far", actor: "customer" }),
  ]);
  const soon = async (id) => (await other.get(at(id))).body.soon;
  assert.deepEqual([await soon("near"), await soon("far")], [1, 0]);
  await other.close();
});
