// The calendars of the Code in force, and closures from an iCalendar file as a change of the Code.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Server } from "./server.mjs";

const year = new Date().getUTCFullYear() + 1;
const CODE = `code "Shop"
  zone     America/Sao_Paulo

calendar office
  open     mon..fri 09:00-12:00, 13:00-18:00
  open     sat 09:00-12:00
  closed   every 12-25 "Christmas"
  closed   ${year}-02-08..${year}-02-09 "Carnival" # two days
calendar always-on
  zone     UTC
  open     always

principle care "We care"

promise answer under care
  "You hear from us within four working hours."
  on       message.received where opens thread
  must     message.sent by staff within 4 working hours of office
`;
const event = (...lines) => ["BEGIN:VEVENT", ...lines, "END:VEVENT"].join("\r\n");
const file = (...events) => ["BEGIN:VCALENDAR", "VERSION:2.0", ...events, "END:VCALENDAR", ""].join("\r\n");
const day = (title, date, ...more) => event(`SUMMARY:${title}`, `DTSTART;VALUE=DATE:${date}`, ...more);
let server;

before(async () => {
  server = await Server.open();
});
after(() => server.close());

const bring = (ics, { calendar = "office", leaveOut = "", ...more } = {}) =>
  server.ask("POST", `/api/v1/calendars/${calendar}/import${leaveOut && `?leave_out=${leaveOut}`}`, ics, {
    type: "text/calendar",
    ...more,
  });

test("before a Code there are no calendars", async () => {
  assert.deepEqual((await server.get("/api/v1/calendars")).body.items, []);
  assert.equal((await server.get("/api/v1/calendars/office")).status, 404);
  assert.equal((await server.publish(CODE)).status, 201);
});

test("a calendar tells its hours, closures and each day of twelve months", async () => {
  const { items } = (await server.get("/api/v1/calendars")).body;
  assert.deepEqual(
    items.map((one) => [one.name, one.zone, one.always]),
    [
      ["office", "America/Sao_Paulo", false],
      ["always-on", "UTC", true],
    ],
  );
  assert.deepEqual(items[0].hours[0], {
    days: ["mon", "tue", "wed", "thu", "fri"],
    from: "09:00",
    until: "12:00",
    since: null,
  });
  assert.deepEqual(items[0].closures[0], { first: "12-25", last: "12-25", yearly: true, reason: "Christmas" });
  const { body } = await server.get("/api/v1/calendars/office");
  assert.ok(body.days.length >= 365 && body.days.length <= 366);
  assert.match(body.days[0].date, /-01$/);
  for (const one of body.days) {
    const weekday = new Date(`${one.date}T00:00:00Z`).getUTCDay();
    const hours = one.closed ? 0 : [0, 8, 8, 8, 8, 8, 3][weekday];
    assert.equal(one.open, hours * 3600, one.date);
  }
  assert.equal(body.days.find((one) => one.date.endsWith("-12-25")).reason, "Christmas");
});

test("what a file would close is told event by event, and nothing is changed", async () => {
  const ics = file(
    day("Tiradentes", `${year}0421`, "RRULE:FREQ=YEARLY"),
    day('The "long" break', `${year}0701`, `DTEND;VALUE=DATE:${year}0704`),
    day("Carnival and more", `${year}0208`, `DTEND;VALUE=DATE:${year}0211`),
    day("Christmas again", `${year}1225`),
    day("Long ago", "20010101"),
    event("SUMMARY:Nowhere", `DTSTART;TZID=No/Where:${year}0101T100000`),
    day("Called off", `${year}0303`, "STATUS:CANCELLED"),
    day("Inventory", `${year}0105`, "RRULE:FREQ=MONTHLY;COUNT=3"),
  );
  const { status, body, text } = await bring(ics);
  assert.equal(status, 200, text);
  const told = Object.fromEntries(body.events.map((one) => [one.title, one]));
  const states = Object.fromEntries(body.events.map((one) => [one.title, `${one.state} ${one.repeats}`]));
  assert.deepEqual(states, {
    Tiradentes: "new yearly",
    'The "long" break': "new no",
    "Carnival and more": "new no",
    "Christmas again": "there no",
    "Long ago": "passed no",
    Nowhere: "not-understood no",
    "Called off": "cancelled no",
    Inventory: "new yes",
  });
  assert.deepEqual(told.Tiradentes.clauses, ['closed   every 04-21 "Tiradentes"']);
  assert.deepEqual(told['The "long" break'].clauses, [`closed   ${year}-07-01..${year}-07-03 "The \\"long\\" break"`]);
  assert.deepEqual(told["Carnival and more"].clauses, [`closed   ${year}-02-10 "Carnival and more"`]);
  assert.equal(told.Inventory.clauses.length, 3);
  assert.match(told.Nowhere.problem, /time zone/);
  assert.equal(told.Nowhere.line, ics.split("\r\n").indexOf("SUMMARY:Nowhere"));
  assert.equal(body.added, 6);
  assert.equal((await server.get("/api/v1/code")).body.source, CODE);
});

test("the text goes into the right calendar, is a Code, and becomes a draft", async () => {
  const { body } = await bring(file(day("Tiradentes", `${year}0421`), day("Other", `${year}0422`)), { leaveOut: "7" });
  assert.equal(body.events[1].state, "left-out");
  const lines = body.source.split("\n");
  assert.equal(lines[lines.indexOf("calendar always-on") - 1], `  closed   ${year}-04-21 "Tiradentes"`);
  assert.equal(lines.length, CODE.split("\n").length + 1);
  const made = await server.post("/api/v1/drafts", { name: "Holidays", source: body.source });
  assert.equal(made.status, 201, made.text);
  const { body: differences } = await server.get(`/api/v1/drafts/${made.body.id}/differences`);
  assert.match(JSON.stringify(differences), /office/);
  assert.equal((await server.publish(body.source)).status, 201);
  const again = await bring(file(day("Tiradentes", `${year}0421`)));
  assert.equal(again.body.events[0].state, "there");
  assert.equal(again.body.source, body.source);
});

test("what is no calendar file, and bad wishes, are refused with what to do", async () => {
  assert.equal((await bring("BEGIN:VCARD")).status, 400);
  assert.equal((await bring("")).status, 400);
  assert.equal((await bring(file(day("x", `${year}0421`)), { leaveOut: "all" })).status, 400);
  assert.equal((await bring(file(), { calendar: "nowhere" })).status, 404);
  const daily = await bring(file(day("Each day", `${year}0101`, "RRULE:FREQ=DAILY")));
  assert.equal(daily.status, 200);
  assert.equal(daily.body.added, 6, "days that follow each other are one clause, but for what is closed");
  const alternate = await bring(
    file(...[0, 1, 2, 3].map((n) => day(`Each other ${n}`, `${year}0${n + 1}01`, "RRULE:FREQ=WEEKLY;BYDAY=MO,WE,FR"))),
  );
  assert.equal(alternate.status, 200);
  const many = [];
  for (let at = Date.UTC(year + 4, 0, 1); many.length < 1100; at += 2 * 86400_000)
    many.push(day("Every second", new Date(at).toISOString().slice(0, 10).replaceAll("-", "")));
  const over = await bring(file(...many));
  assert.equal(over.status >= 400, true);
  assert.match(over.body.detail, /1001|1,?000/);
  const large = await bring(`${file()}${" ".repeat(2 << 20)}`);
  assert.equal(large.status, 413);
});

test("who may not draft the Code may look but not import", async () => {
  const reader = await server.makeToken("code:read");
  assert.equal((await server.get("/api/v1/calendars", { token: reader })).status, 200);
  assert.equal((await bring(file(), { token: reader })).status, 403);
});
