// Lists of obligations by their filters: each combination holds what the whole ledger, filtered here, holds.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { CODE, fromNow, Server, touch } from "./server.mjs";
import { cellsOf, fileOf } from "./tables.mjs";

const HOUR = 3600;
const MORE = `${CODE}
principle care "Care"
  "We take care."

promise greet under care
  "We say hello within an hour."
  on        message.received by customer
  must      greeting.sent within 1 hour
`;
let server, all;

before(async () => {
  server = await Server.open();
  await server.publish(MORE);
  const touches = [];
  for (let i = 0; i < 90; i++) {
    const thread = `case-${i % 9}${i}`;
    const of = (actor) => ({
      thread,
      actor,
      channel: ["email", "chat", undefined][i % 3],
      team: ["desk", "shop", undefined, "desk"][i % 4],
      person: actor === "staff" ? `p${i % 5}` : undefined,
      customer: `c${i % 7}`,
    });
    const begun = -(i % 30) * HOUR - 60 - i;
    touches.push(touch("message.received", fromNow(begun), of("customer")));
    if (i % 5 === 1) touches.push(touch("question.asked", fromNow(begun + 30), of("staff")));
    else if (i % 2) touches.push(touch("message.sent", fromNow(begun + (i % 6) * HOUR * 0.9), of("staff")));
    if (i % 4 === 2) touches.push(touch("greeting.sent", fromNow(begun + 40), of("staff")));
    if (i % 11 === 3) touches.push(touch("thread.merged", fromNow(begun + 50), of("staff")));
  }
  const past = touches.filter((t) => Date.parse(t.occurred) < Date.now());
  await server.post("/api/v1/touches", past);
  for (;;) {
    all = await server.list("/api/v1/obligations?direction=up");
    const late = all.filter((o) => o.state === "open" && o.due && Date.parse(o.due) < Date.now());
    if (late.length === 0 && all.length >= 180) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
});
after(() => server.close());

const ids = (list) => list.map((o) => o.id);
const number = (o, name) => (o[name] ? Date.parse(o[name]) : null);

async function holds(query, wanted) {
  for (const limit of [500, 7]) {
    const found = await server.list(`/api/v1/obligations?${query}`, limit);
    assert.deepEqual(new Set(ids(found)), new Set(ids(all.filter(wanted))), query);
    assert.equal(found.length, new Set(ids(found)).size, query);
  }
  return server.list(`/api/v1/obligations?${query}`, 7);
}

test("the_past_has_obligations_of_every_kind", () => {
  const states = new Set(all.map((o) => o.state));
  assert.deepEqual([...states].sort(), ["broken", "kept", "open", "paused", "void"]);
});

test("states_promises_and_principles_are_found_together", async () => {
  const of =
    (...states) =>
    (o) =>
      states.includes(o.state);
  await holds("state=open,paused", of("open", "paused"));
  await holds("state=kept,broken,void", of("kept", "broken", "void"));
  await holds("state=broken,void", of("broken", "void"));
  await holds("state=open,broken", of("open", "broken"));
  await holds("promise=greet", (o) => o.promise === "greet");
  await holds("promise=greet&state=kept,broken", (o) => o.promise === "greet" && of("kept", "broken")(o));
  await holds("promise=greet,answer&state=paused", of("paused"));
  await holds("principle=respect&state=broken", (o) => o.promise === "answer" && o.state === "broken");
  await holds("principle=respect&promise=greet", () => false);
  await holds("promise=never-made", () => false);
});

test("channels_teams_persons_and_customers_are_found_together", async () => {
  await holds("channel=chat", (o) => o.channel === "chat");
  await holds("channel=", (o) => o.channel === null);
  await holds("team=desk&state=broken", (o) => o.team === "desk" && o.state === "broken");
  await holds("team=", (o) => o.team === null);
  await holds("person=p3&state=kept", (o) => o.person === "p3" && o.state === "kept");
  await holds("customer=c4", (o) => o.customer === "c4");
  await holds("customer=c4&state=kept,broken&channel=email", (o) => {
    return o.customer === "c4" && ["kept", "broken"].includes(o.state) && o.channel === "email";
  });
  await holds("about=case-1", (o) => o.key.startsWith("case-1"));
  await holds("about=case-1&state=open", (o) => o.key.startsWith("case-1") && o.state === "open");
});

test("times_are_found_and_bound_the_list_on_both_sides", async () => {
  const from = fromNow(-12 * HOUR);
  const until = fromNow(-4 * HOUR);
  for (const name of ["opened", "due", "decided"]) {
    await holds(`${name}_after=${from}&${name}_before=${until}`, (o) => {
      const at = number(o, name);
      return at !== null && at >= Date.parse(from) && at < Date.parse(until);
    });
  }
  await holds(`state=broken,kept&promise=answer&opened_after=${from}`, (o) => {
    return ["broken", "kept"].includes(o.state) && o.promise === "answer" && number(o, "opened") >= Date.parse(from);
  });
  await holds(`state=open&due_before=${fromNow(HOUR)}`, (o) => {
    return o.state === "open" && o.due && number(o, "due") < Date.parse(fromNow(HOUR));
  });
});

test("decided_at_an_hour_of_the_week_in_the_companys_zone", async () => {
  const at = (o) => (o.decided ? new Date(o.decided) : undefined);
  const weekday = (o) => ((at(o)?.getUTCDay() ?? 7) + 6) % 7;
  const now = new Date();
  const [day, hour] = [((now.getUTCDay() + 6) % 7) + 1, now.getUTCHours()];
  await holds(`hour=${hour}`, (o) => at(o)?.getUTCHours() === hour);
  const found = await holds(
    `weekday=${day}&state=broken`,
    (o) => o.state === "broken" && at(o) && weekday(o) === day - 1,
  );
  assert.ok(found.length > 0);
  const { body } = await server.get(`/api/v1/obligations/count?weekday=${day}`);
  assert.equal(body.broken, found.length);
  assert.equal((await server.get("/api/v1/obligations?weekday=8")).status, 400);
});

test("lists_come_in_the_order_asked_for", async () => {
  for (const [query, name, up] of [
    ["state=open", "due", true],
    ["state=open&direction=down", "due", false],
    ["state=kept,broken", "decided", false],
    ["state=kept,broken,void&direction=up", "decided", true],
    ["promise=answer&state=kept,broken", "decided", false],
    ["state=broken,void", "decided", false],
    ["state=broken,void&direction=up&sort=decided", "decided", true],
  ]) {
    const times = (await server.list(`/api/v1/obligations?${query}`, 5)).map((o) => number(o, name));
    assert.ok(times.length > 5, query);
    assert.deepEqual(
      times,
      [...times].sort((a, b) => (up ? a - b : b - a)),
      query,
    );
  }
  const down = await server.list("/api/v1/obligations");
  assert.deepEqual(ids(down), ids(all).reverse(), "the newest come first");
});

test("counts_are_those_of_the_lists", async () => {
  const midnight = (days) => new Date(Math.floor(Date.now() / 864e5 + days) * 864e5).toISOString();
  for (const query of [
    "",
    "state=open,paused",
    "state=kept&promise=answer",
    "principle=care",
    "channel=chat&state=kept,broken,void",
    "team=&channel=email&state=broken",
    "team=desk",
    "person=p3",
    "customer=c4",
    "about=case-1",
    `decided_after=${midnight(-1)}&decided_before=${midnight(0)}`,
    `decided_after=${midnight(-1)}&decided_before=${midnight(0)}&team=shop`,
    `opened_after=${fromNow(-9 * HOUR)}`,
  ]) {
    const list = await server.list(`/api/v1/obligations?${query}`);
    const { body } = await server.get(`/api/v1/obligations/count?${query}`);
    assert.equal(body.count, list.length, query);
    assert.equal(body.at_least, false);
    for (const state of ["open", "paused", "kept", "broken", "excused", "void"]) {
      assert.equal(body[state], list.filter((o) => o.state === state).length, `${query} ${state}`);
    }
  }
});

test("each_figure_of_adherence_leads_to_the_obligations_behind_it", async () => {
  const day = (days) => new Date(Date.now() + days * 864e5).toISOString().slice(0, 10);
  for (const asked of [
    "by=promise",
    "by=promise&per=day",
    "by=principle&per=week",
    "by=principle&per=month&channel=chat",
    "by=channel&team=desk",
    "by=team&principle=care&per=day",
    "by=day&promise=answer",
    `by=promise&from=${day(-1)}&until=${day(0)}`,
  ]) {
    const { items } = (await server.get(`/api/v1/adherence?${asked}`)).body;
    assert.ok(items.length > 0, asked);
    const filters = new URLSearchParams(asked);
    for (const group of items) {
      const query = new URLSearchParams({ state: "kept,broken" });
      for (const name of ["promise", "principle", "channel", "team"]) {
        const value = group[name] ?? filters.get(name);
        if (value !== undefined && value !== null) query.set(name, value);
      }
      for (const name of ["decided_after", "decided_before"]) if (group[name]) query.set(name, group[name]);
      const { body } = await server.get(`/api/v1/obligations/count?${query}`);
      assert.deepEqual([body.kept, body.broken], [group.kept, group.broken], `${asked} ${query}`);
    }
  }
});

test("hours_of_the_week_hold_every_verdict_at_its_place", async () => {
  const { items } = (await server.get("/api/v1/adherence?by=hour&principle=respect")).body;
  assert.equal(items.length, 168);
  const at = (o) => ((new Date(o.decided).getUTCDay() + 6) % 7) * 24 + new Date(o.decided).getUTCHours();
  for (const state of ["kept", "broken", "void"]) {
    const wanted = Array(168).fill(0);
    for (const o of all.filter((o) => o.promise === "answer" && o.state === state)) wanted[at(o)] += 1;
    assert.deepEqual(
      items.map((hour) => hour[state]),
      wanted,
      state,
    );
  }
  assert.deepEqual([items[25].weekday, items[25].hour], [2, 1]);
  assert.equal((await server.get("/api/v1/adherence?by=hour&team=desk")).status, 400);
  assert.equal((await server.get("/api/v1/adherence?by=hour&from=2020-01-01")).status, 400);
  assert.equal((await server.get("/api/v1/adherence?by=day&per=week")).status, 400);
});

test("what_may_still_break_keeps_to_the_target", async () => {
  const { items } = (await server.get("/api/v1/adherence?by=promise&per=week")).body;
  const answers = items.filter((group) => group.promise === "answer");
  assert.ok(answers.length > 0);
  for (const { kept, n, target, may_break: may, must_keep: must } of answers) {
    const meets = (k, of) => k >= target * of - 1e-9;
    assert.equal(must === 0, meets(kept, n));
    if (must > 0) assert.ok(meets(kept + must, n + must) && !meets(kept + must - 1, n + must - 1));
    else assert.ok(meets(kept, n + may) && !meets(kept, n + may + 1));
  }
});

test("an_open_obligation_is_excused_by_hand_with_its_reason", async () => {
  const threads = ["excuse-1", "excuse-2"];
  const touches = threads.map((thread) => touch("message.received", fromNow(-60), { thread, actor: "customer" }));
  await server.post("/api/v1/touches", touches);
  const of = async (thread) => (await server.get(`/api/v1/obligations?key=${thread}&promise=answer`)).body.items[0];
  const open = await of("excuse-1");
  const untouched = await of("excuse-2");
  const { items: kept } = (await server.get("/api/v1/obligations?state=kept&limit=1")).body;
  const ids = [open.id, kept[0].id, "obl_0000000000001"];
  const { status, body } = await server.post("/api/v1/obligations/excuse", { ids, reason: "The line was down" });
  assert.equal(status, 200);
  assert.deepEqual(
    body.items.map((item) => item.result),
    ["excused", "refused", "refused"],
  );
  const one = (await server.get(`/api/v1/obligations/${open.id}`)).body;
  assert.equal(one.state, "excused");
  const cause = one.touches.find((t) => t.touch.event === "obligation.excused").touch;
  assert.equal(cause.attributes.reason, "The line was down");
  assert.deepEqual(
    one.history.map((entry) => entry.kind),
    ["opened", "excused"],
  );
  assert.equal((await of("excuse-2")).state, untouched.state, "another thread is left alone");
  const wrong = [{ ids: [], reason: "why not" }, { ids, reason: " " }, { ids: ["x"], reason: "why not" }, { ids }];
  for (const asked of wrong) assert.equal((await server.post("/api/v1/obligations/excuse", asked)).status, 400);
  const reader = await server.makeToken("ledger:read");
  const refused = await server.ask("POST", "/api/v1/obligations/excuse", { ids, reason: "why not" }, { token: reader });
  assert.equal(refused.status, 403);
});

test("one_obligation_shows_its_clock_and_the_words_of_its_promise", async () => {
  const paused = all.find((o) => o.state === "paused" && o.promise === "answer");
  const { body } = await server.get(`/api/v1/obligations/${paused.id}`);
  assert.deepEqual([body.words, body.principle], ["We answer within four hours.", "Respect"]);
  assert.deepEqual([body.limit, body.time_zone], ["4 hours", "UTC"]);
  assert.deepEqual(
    body.clock.map((stretch) => stretch.kind),
    ["runs", "stands"],
  );
  assert.equal(body.clock[0].counted_seconds, 30);
});

test("what_is_listed_is_exported_with_times_in_the_zone_asked_for", async () => {
  const listed = await server.list("/api/v1/obligations?state=broken,kept&channel=chat");
  const address = "/api/v1/exports/obligations?state=broken,kept&channel=chat&time_zone=America/Sao_Paulo";
  const reply = await server.ask("GET", address);
  assert.equal(reply.status, 200);
  assert.match(reply.headers.get("content-type"), /^text\/csv/);
  assert.match(reply.headers.get("content-disposition"), /obligations\.csv/);
  const [head, ...rows] = cellsOf(reply.text);
  assert.deepEqual(
    rows.map((row) => row[0]),
    ids(listed),
  );
  const opened = head.indexOf("opened (America/Sao_Paulo)");
  assert.ok(opened > 0);
  assert.deepEqual(
    rows.map((row) => Date.parse(row[opened])),
    listed.map((o) => Math.floor(Date.parse(o.opened) / 1000) * 1000),
  );
  assert.ok(rows.every((row) => row[opened].endsWith("-03:00")));
  assert.equal((await server.get(`${address}X`)).status, 400);
});

test("an_export_speaks_the_language_asked_for_and_else_that_of_programs", async () => {
  const address = "/api/v1/exports/obligations?state=broken";
  const told = async (language) => {
    const reply = await server.ask("GET", `${address}${language}`);
    const [head, ...rows] = cellsOf(reply.text);
    return { head, state: rows[0][2], file: reply.headers.get("content-disposition").match(/"(.*)"/)[1] };
  };
  const program = await told("");
  assert.deepEqual(program.head.slice(0, 3), ["id", "promise", "state"]);
  assert.deepEqual([program.state, program.file], ["broken", "obligations.csv"]);
  const portuguese = await told("&language=pt-BR&time_zone=America/Sao_Paulo");
  assert.deepEqual(portuguese.head.slice(0, 3), ["Id", "Promessa", "Estado"]);
  assert.equal(portuguese.head[10], "Prazo (America/Sao_Paulo)");
  assert.deepEqual([portuguese.state, portuguese.file], ["quebrada", "obrigacoes.csv"]);
  assert.equal((await told("&language=es")).state, "rota");
  assert.equal((await told("&language=en")).head[12].split(" (")[0], "Done late");
  assert.equal((await server.get(`${address}&language=xx`)).status, 400);
});

test("a_cell_is_never_a_formula", async () => {
  const thread = '=HYPERLINK("http://evil.example")';
  await server.post("/api/v1/touches", [touch("message.received", fromNow(-60), { thread, actor: "customer" })]);
  const { text } = await server.ask("GET", `/api/v1/exports/obligations?key=${encodeURIComponent(thread)}`);
  assert.ok(text.includes(`"'=HYPERLINK(""http`), text);
});

test("a_spreadsheet_holds_as_many_rows_as_the_list", async () => {
  const listed = await server.list("/api/v1/obligations?state=broken");
  const reply = await fetch(`${server.url}/api/v1/exports/obligations?state=broken&format=xlsx`, {
    headers: { Authorization: `Bearer ${server.token}` },
  });
  const bytes = Buffer.from(await reply.arrayBuffer());
  assert.equal(reply.status, 200);
  assert.equal(Number(reply.headers.get("content-length")), bytes.length);
  const sheet = fileOf(bytes, "xl/worksheets/sheet1.xml");
  assert.equal(sheet.match(/<row /g).length, listed.length + 1);
  assert.ok(!sheet.includes("<f>"), "no formula");
  for (const o of listed) assert.ok(sheet.includes(o.id), o.id);
});

test("exporting_needs_its_permission", async () => {
  const token = await server.makeToken("ledger:read");
  assert.equal((await server.get("/api/v1/exports/obligations", { token })).status, 403);
});
