// Customers, adherence and staff as files: what is listed, in the words of whoever takes it away, and noted.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { CODE, fromNow, Server, touch } from "./server.mjs";
import { cellsOf, fileOf } from "./tables.mjs";

const HOUR = 3600;
const FORMULA = "=HYPERLINK(evil)";
const MANY = 230; // more than the server reads at once
let server;

// A server that is busy is asked again.
async function get(path, options) {
  for (let tries = 1; ; tries++) {
    const reply = await server.get(path, options);
    if (reply.status !== 503 || tries === 50) return reply;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
async function table(path, options) {
  const reply = await get(path, options);
  assert.equal(reply.status, 200, reply.text);
  const [head, ...rows] = cellsOf(reply.text);
  const lines = rows.map((row) => Object.fromEntries(head.map((name, i) => [name, row[i]])));
  return { head, rows, lines, file: reply.headers.get("content-disposition").match(/"(.*)"/)[1] };
}
async function spreadsheet(path) {
  for (let tries = 1; ; tries++) {
    const reply = await fetch(server.url + path, { headers: { Authorization: `Bearer ${server.token}` } });
    const bytes = Buffer.from(await reply.arrayBuffer());
    if (reply.status === 503 && tries < 50) continue;
    assert.equal(reply.status, 200);
    return fileOf(bytes, "xl/worksheets/sheet1.xml");
  }
}

before(async () => {
  server = await Server.open("--rate", "0");
  await server.publish(CODE);
  const asks = (customer, hours, more = {}) =>
    touch("message.received", fromNow(-hours * HOUR), {
      customer,
      thread: `t-${customer}`,
      actor: "customer",
      channel: "email",
      team: "desk",
      ...more,
    });
  const answers = (customer, hours) =>
    touch("message.sent", fromNow(-hours * HOUR), { thread: `t-${customer}`, actor: "staff", team: "desk" });
  const touches = [asks("ana", 30), answers("ana", 29), asks("bob", 20), asks(FORMULA, 1, { channel: "chat" })];
  for (let i = 0; i < MANY; i++) touches.push(asks(`many-${String(i).padStart(3, "0")}`, 40));
  const { status } = await server.post("/api/v1/touches", touches);
  assert.equal(status, 200);
  // What the clock breaks comes a moment later; the one that was asked an hour ago stays open.
  while ((await get("/api/v1/obligations/count?state=open")).body.count !== 1)
    await new Promise((resolve) => setTimeout(resolve, 50));
  const written = { name: "Ana Souza", email: "ana@mail.example", traits: { plan: "gold", since: 2019, vip: true } };
  const headers = { "If-Match": (await get("/api/v1/customers/ana")).headers.get("ETag") };
  assert.equal((await server.ask("PATCH", "/api/v1/customers/ana", written, { headers })).status, 200);
  assert.equal((await server.post("/api/v1/customers/ana/merge", { from: "bob" })).status, 200);
});
after(() => server.close());

test("customers_are_exported_as_they_are_listed_however_many", async () => {
  const listed = await server.list("/api/v1/customers", 100);
  assert.ok(listed.length > MANY);
  const { lines, file } = await table("/api/v1/exports/customers?time_zone=America/Sao_Paulo");
  assert.equal(file, "customers.csv");
  const ids = lines.map((line) => line.id.replace(/^'/, ""));
  assert.deepEqual(
    ids,
    listed.map((one) => one.id),
  );
  const last = "last_touch (America/Sao_Paulo)";
  for (const [i, one] of listed.entries()) {
    const line = lines[i];
    assert.equal(Date.parse(line[last]), Math.floor(Date.parse(one.last_touch) / 1000) * 1000);
    const numbers = ["open", "soon", "broken"].map((name) => Number(line[name]));
    assert.deepEqual(numbers, [one.open, one.soon, one.broken], one.id);
  }
  const ana = lines.find((line) => line.id === "ana");
  assert.deepEqual([ana.name, ana.email, ana.counted_all], ["Ana Souza", "ana@mail.example", "true"]);
  assert.deepEqual(JSON.parse(ana.traits), { plan: "gold", since: 2019, vip: true });
  assert.equal(lines.find((line) => line.id === "bob").merged_into, "ana");
});

test("a_search_of_customers_is_exported_alone_and_no_cell_is_a_formula", async () => {
  for (let tries = 0; ; tries++) {
    const { lines } = await table("/api/v1/exports/customers?q=souza");
    if (lines.length === 1) {
      assert.equal(lines[0].id, "ana");
      break;
    }
    assert.ok(tries < 200, "words are there a moment after they were written");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const { text } = await get("/api/v1/exports/customers");
  assert.ok(text.includes(`'${FORMULA}`), "an apostrophe stands before it");
  const sheet = await spreadsheet("/api/v1/exports/customers?format=xlsx");
  assert.ok(!sheet.includes("<f>"), "no formula");
  assert.equal(sheet.match(/<row /g).length, 1 + (await server.list("/api/v1/customers", 100)).length);
});

test("adherence_is_exported_by_whatever_it_is_asked_by_with_n_and_intervals", async () => {
  const names = ["kept", "broken", "excused", "void", "n"];
  for (const by of ["promise", "principle", "channel", "team", "day", "month", "promise-month", "hour"]) {
    const { items } = (await get(`/api/v1/adherence?by=${by}`)).body;
    const { lines } = await table(`/api/v1/exports/adherence?by=${by}`);
    assert.equal(lines.length, items.length, by);
    for (const [i, item] of items.entries()) {
      assert.deepEqual(
        names.map((name) => Number(lines[i][name])),
        names.map((name) => item[name]),
        by,
      );
      for (const name of ["low", "high"]) assert.ok(Math.abs(Number(lines[i][name]) - item[name]) < 1e-6, by);
      assert.equal(lines[i].share, item.share === null ? "" : item.share.toFixed(6), by);
      assert.equal(lines[i].too_few, String(item.too_few), by);
      for (const name of ["promise", "principle", "channel", "team", "day", "month", "weekday", "hour", "words"])
        assert.equal(lines[i][name], name in item ? String(item[name]) : undefined, `${by} ${name}`);
      for (const { currency, owed, paid } of item.remedies ?? []) {
        assert.equal(`${lines[i][`owed_${currency}`]} ${currency}`, owed, by);
        assert.equal(`${lines[i][`paid_${currency}`]} ${currency}`, paid, by);
      }
      assert.equal(lines[i].tasks, "tasks" in item ? String(item.tasks) : undefined, by);
      if (!by.startsWith("promise")) continue;
      assert.ok(item.remedies.length > 0, "something is owed");
      assert.equal(Number(lines[i].target), 0.9);
      assert.deepEqual([lines[i].may_break, lines[i].must_keep], [String(item.may_break), String(item.must_keep)]);
      assert.equal(lines[i].target_met, item.target_met === null ? "" : String(item.target_met));
    }
  }
  const { lines } = await table("/api/v1/exports/adherence?by=promise&per=week&team=desk");
  assert.match(lines[0].week, /^\d{4}-\d\d-\d\d$/);
  assert.ok(!("open" in lines[0]));
  assert.ok(!("tasks" in lines[0]), "of teams it is not known what is owed");
  const none = await table("/api/v1/exports/adherence?by=promise&team=nobody");
  assert.equal(none.lines.length, 0);
  assert.equal((await get("/api/v1/exports/adherence?by=hour&team=desk")).status, 400);
  assert.equal((await get("/api/v1/exports/adherence")).status, 400);
  const sheet = await spreadsheet("/api/v1/exports/adherence?by=team&format=xlsx");
  const { items } = (await get("/api/v1/adherence?by=team")).body;
  assert.equal(sheet.match(/<row /g).length, items.length + 1);
});

test("staff_are_exported_by_the_filters_of_their_list", async () => {
  const team = (await server.post("/api/v1/teams", { name: "desk" })).body;
  const bea = await server.addStaff("bea@shop.example", ["lead", "agent"], { teams: [{ id: team.id, lead: true }] });
  const carl = await server.addStaff("carl@shop.example", ["analyst"]);
  await server.signIn(bea.id);
  assert.equal((await server.post(`/api/v1/staff/${carl.id}/disable`)).status, 200);
  const { lines, file } = await table("/api/v1/exports/staff");
  assert.equal(file, "staff.csv");
  assert.deepEqual(
    lines.map((line) => line.id),
    (await server.list("/api/v1/staff")).map((one) => one.id),
  );
  const line = lines.find((one) => one.id === bea.id);
  assert.deepEqual(
    [line.email, line.roles, line.teams, line.state, line.second_factor],
    ["bea@shop.example", "lead; agent", "desk (lead)", "active", "false"],
  );
  const ids = async (filters) => (await table(`/api/v1/exports/staff?${filters}`)).lines.map((one) => one.id);
  assert.deepEqual(await ids(`team=${team.id}`), [bea.id]);
  assert.deepEqual(await ids("state=disabled"), [carl.id]);
  assert.deepEqual(await ids("q=bea&role=lead"), [bea.id]);
  assert.equal((await get("/api/v1/exports/staff?role=nonsense")).status, 400);
});

test("headings_and_states_are_words_of_the_language_asked_for", async () => {
  const people = await table("/api/v1/exports/staff?language=pt-BR&q=bea");
  assert.deepEqual(people.head.slice(0, 5), ["Id", "Nome", "E-mail", "Papéis", "Times"]);
  assert.equal(people.head[6], "Última vez aqui (UTC)");
  assert.equal(people.file, "equipe.csv");
  assert.deepEqual(people.rows[0].slice(3, 6), ["liderança; atendimento", "desk (lidera)", "com acesso"]);
  const customers = await table("/api/v1/exports/customers?language=es");
  assert.equal(customers.file, "clientes.csv");
  const ana = customers.lines.find((one) => one.Id === "ana");
  assert.equal(ana.Características, "plan: gold; since: 2019; vip: sí");
  const hours = await table("/api/v1/exports/adherence?by=hour&language=es");
  assert.deepEqual(hours.rows[0].slice(0, 2), ["lunes", "0"]);
  const promises = await table("/api/v1/exports/adherence?by=promise&language=en");
  assert.deepEqual(promises.head.slice(0, 3), ["Promise", "In words", "Kept"]);
  assert.deepEqual(promises.head.slice(-3), ["Owed (BRL)", "Paid (BRL)", "Tasks owed"]);
  const principles = await table("/api/v1/exports/adherence?by=principle&language=pt-BR");
  assert.deepEqual(principles.head.slice(-3), ["Devido (BRL)", "Pago (BRL)", "Tarefas devidas"]);
  for (const of of ["customers", "adherence?by=team", "staff"])
    assert.equal((await get(`/api/v1/exports/${of}${of.includes("?") ? "&" : "?"}language=xx`)).status, 400);
});

test("whoever_takes_a_list_away_may_read_it_and_export_and_is_noted", async () => {
  const needed = {
    obligations: "ledger:read",
    customers: "customer:read",
    "adherence?by=team": "measure:read",
    staff: "staff:read",
  };
  for (const [of, scope] of Object.entries(needed)) {
    for (const alone of [scope, "export"]) {
      const token = await server.makeToken(alone);
      assert.equal((await get(`/api/v1/exports/${of}`, { token })).status, 403, `${of} with ${alone} alone`);
    }
    const token = await server.makeToken(`export ${scope}`);
    assert.equal((await get(`/api/v1/exports/${of}`, { token })).status, 200, of);
    const action = `${of.split("?")[0]}.exported`;
    let items = [];
    for (let tries = 0; tries < 500 && items.length === 0; tries++) {
      items = (await get(`/api/v1/audit?action=${action}`)).body.items; // written a moment after it was read
      if (!items.length) await new Promise((resolve) => setTimeout(resolve, 20));
    }
    assert.ok(items[0]?.actor.startsWith("tok_"), action);
  }
});
