import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { CODE, Server } from "./server.mjs";

let server;
before(async () => {
  server = await Server.open();
});
after(() => server.close());

test("before_the_first_code_there_is_none", async () => {
  assert.equal((await server.get("/api/v1/code")).status, 404);
  assert.equal((await server.get("/code")).status, 404);
  assert.deepEqual((await server.get("/api/v1/code/versions")).body, { items: [], next: null });
});

test("a_wrong_code_is_refused_with_its_diagnostics", async () => {
  const { status, headers, body } = await server.publish(CODE.replace("must ", "most "));
  assert.equal(status, 400);
  assert.match(headers.get("Content-Type"), /problem\+json/);
  assert.equal(body.line, 10);
  const found = body.diagnostics.find((d) => d.line === 10);
  assert.equal(found.severity, "error");
  assert.equal(found.column, 3);
  assert.ok(found.message.length > 0 && found.rule.length > 0);
  assert.equal((await server.get("/api/v1/code")).status, 404, "nothing was published");
});

test("a_zone_that_does_not_exist_is_refused_at_its_place", async () => {
  const { status, body } = await server.publish(CODE.replace("zone UTC", "zone Mars/Olympus"));
  assert.equal(status, 400);
  assert.equal(body.diagnostics[0].line, 2);
});

test("checking_publishes_nothing", async () => {
  const good = await server.post("/api/v1/code/check", CODE, { type: "text/plain" });
  assert.equal(good.status, 200);
  assert.deepEqual([good.body.valid, good.body.promises], [true, 1]);
  const bad = await server.post("/api/v1/code/check", `${CODE}\npromise x\n`, { type: "text/plain" });
  assert.equal(bad.status, 200);
  assert.equal(bad.body.valid, false);
  const spanish = await server.ask("POST", "/api/v1/code/check", `${CODE}\npromise x\n`, {
    type: "text/plain",
    headers: { "Accept-Language": "es-MX" },
  });
  assert.deepEqual(
    [bad, spanish].map(({ body }) => body.diagnostics[0].message),
    ['"x" lacks the published words', 'a "x" le falta: las palabras publicadas'],
  );
  assert.equal((await server.get("/api/v1/code")).status, 404);
});

test("versions_are_listed_newest_first_and_read_one_by_one", async () => {
  const ids = [];
  for (const title of ["One", "Two", "Three"]) {
    const { status, body, headers } = await server.publish(CODE.replace('"Test"', `"${title}"`));
    assert.equal(status, 201);
    assert.equal(headers.get("Location"), `/api/v1/code/versions/${body.id}`);
    ids.push(body.id);
  }
  const all = await server.list("/api/v1/code/versions", 2);
  assert.deepEqual(
    all.map((v) => v.title),
    ["Three", "Two", "One"],
  );
  assert.deepEqual(
    all.map((v) => v.number),
    [3, 2, 1],
  );
  assert.equal(all[2].in_force_from, null, "the first holds ever since");
  assert.equal(all[0].published_by, "test");
  const first = await server.get(`/api/v1/code/versions/${ids[0]}`);
  assert.equal(first.body.source, CODE.replace('"Test"', '"One"'));
  assert.equal((await server.get("/api/v1/code")).body.title, "Three");
  assert.equal((await server.get("/api/v1/code/versions/ver_0000000000000")).status, 404);
  assert.equal((await server.get("/api/v1/code/versions/nonsense")).status, 404);
});

test("the_same_code_published_again_is_the_same_version", async () => {
  const one = CODE.replace('"Test"', '"Again"');
  const other = CODE.replace('"Test"', '"Other"');
  const first = await server.publish(one);
  assert.equal(first.status, 201);
  const again = await server.publish(one);
  assert.equal(again.status, 200);
  assert.deepEqual(again.body, first.body);
  assert.equal(again.headers.get("Location"), first.headers.get("Location"));
  const together = await Promise.all([server.publish(other), server.publish(other)]);
  assert.deepEqual(together.map((r) => r.status).sort(), [200, 201]);
  assert.equal(together[0].body.id, together[1].body.id);
  const back = await server.publish(one);
  assert.equal(back.status, 201, "a later version lies between");
  assert.notEqual(back.body.id, first.body.id);
});

test("the_same_code_with_other_closures_is_another_version", async () => {
  const source = CODE.replace(
    "principle",
    'calendar desk\n  open mon..fri 09:00-18:00\n  closed from "holidays.ics"\n\nprinciple',
  );
  const publish = (day) => {
    const files = { "holidays.ics": HOLIDAYS.replace("20250421", `2025${day}`) };
    return server.post("/api/v1/code", { source, files });
  };
  assert.deepEqual(
    [(await publish("1224")).status, (await publish("1224")).status, (await publish("1231")).status],
    [201, 200, 201],
  );
});

test("a_failing_write_beside_a_publication_changes_neither", async () => {
  const publications = [];
  for (let i = 0; i < 10; i++) {
    publications.push(server.publish(CODE.replace('"Test"', `"Beside ${i}"`)));
    publications.push(server.post("/api/v1/tokens", { name: "x", scopes: "no:such" }));
  }
  const replies = await Promise.all(publications);
  assert.ok(replies.every((r, i) => r.status === (i % 2 ? 400 : 201)));
  const versions = await server.list("/api/v1/code/versions");
  assert.equal(versions.filter((v) => v.title.startsWith("Beside")).length, 10);
});

test("a_code_of_one_megabyte_is_read_and_one_byte_more_is_not", async () => {
  const most = 1 << 20;
  const padded = (bytes) => `${CODE}# ${"x".repeat(bytes - CODE.length - 2)}`;
  const check = (source) => server.post("/api/v1/code/check", source, { type: "text/plain" });
  const whole = await check(padded(most));
  assert.deepEqual([whole.status, whole.body.valid], [200, true]);
  assert.equal((await check(padded(most + 1))).status, 413);
});

const HOLIDAYS = `BEGIN:VCALENDAR
VERSION:2.0
PRODID:test
BEGIN:VEVENT
UID:1
DTSTAMP:20250101T000000Z
DTSTART;VALUE=DATE:20250421
SUMMARY:Tiradentes
END:VEVENT
END:VCALENDAR
`.replaceAll("\n", "\r\n");

test("the_files_that_a_code_names_come_with_it", async () => {
  const source = CODE.replace(
    "principle",
    'calendar desk\n  open mon..fri 09:00-18:00\n  closed from "holidays.ics"\n\nprinciple',
  ).replace("within 4 hours", "within 4 working hours of desk");
  const without = await server.publish(source);
  assert.equal(without.status, 400);
  assert.match(without.body.diagnostics[0].message, /holidays\.ics/);
  const files = { "holidays.ics": HOLIDAYS };
  const found = (await server.post("/api/v1/code/check", { source, files })).body;
  assert.deepEqual([found.valid, found.diagnostics.filter((d) => d.severity === "error")], [true, []]);
  assert.equal((await server.post("/api/v1/code", { source, files })).status, 201);
  assert.equal(await server.restart(), 0);
  assert.equal((await server.get("/api/v1/code")).body.source, source);
  assert.equal((await server.post("/api/v1/code", { source, files: { "holidays.ics": 1 } })).status, 400);
  assert.equal((await server.post("/api/v1/code", { files })).status, 400);
  assert.equal((await server.post("/api/v1/code", { source: CODE, more: 1 })).status, 400);
});

test("a_code_must_come_as_text", async () => {
  assert.equal((await server.publish(CODE, { type: "application/octet-stream" })).status, 415);
});

test("everything_is_there_after_a_restart", async () => {
  const before = await server.list("/api/v1/code/versions");
  assert.equal(await server.restart(), 0);
  assert.deepEqual(await server.list("/api/v1/code/versions"), before);
});

test("the_public_page_shows_the_words_without_a_token", async () => {
  const { status, text, headers } = await server.get("/code", { token: null });
  assert.equal(status, 200);
  assert.match(text, /We answer within four hours\./);
  assert.match(headers.get("Content-Security-Policy"), /default-src 'none'/);
});

test("a_code_is_laid_out_without_being_published", async () => {
  const messy = CODE.replace("  zone UTC", "      zone   UTC");
  const { status, body } = await server.post("/api/v1/code/format", messy, { type: "text/plain" });
  assert.equal(status, 200);
  assert.match(body.source, /^ {2}zone {5}UTC$/m);
  const again = await server.post("/api/v1/code/format", body.source, { type: "text/plain" });
  assert.equal(again.body.source, body.source);
  const wrong = await server.post("/api/v1/code/format", 'promise "', { type: "text/plain" });
  assert.equal(wrong.status, 400);
});

test("an_editor_is_offered_words_and_the_names_in_use", async () => {
  await server.publish(CODE);
  const text = "promise late\n  on parcel.lost where weight > 3\n";
  const { status, body } = await server.post("/api/v1/code/vocabulary", text, { type: "text/plain" });
  assert.equal(status, 200);
  assert.ok(body.keywords.some((k) => k.word === "must" && k.block === "promise"));
  const names = body.names.map((n) => `${n.kind} ${n.name}`);
  for (const wanted of ["event parcel.lost", "attribute weight", "event message.received", "principle respect"])
    assert.ok(names.includes(wanted), wanted);
  assert.equal(new Set(names).size, names.length);
});

test("the_code_in_force_is_read_promise_by_promise_with_its_meaning", async () => {
  await server.publish(CODE);
  const { status, body } = await server.get("/api/v1/code/promises");
  assert.equal(status, 200);
  assert.deepEqual(body.principles, [{ name: "respect", title: "Respect", words: "We answer." }]);
  const [answer] = body.promises;
  assert.deepEqual([answer.name, answer.principle, answer.target], ["answer", "respect", 0.9]);
  assert.equal(answer.words, "We answer within four hours.");
  assert.match(answer.meaning.find((row) => row.about === "Kept").words, /within 4 hours/);
  const headers = { "Accept-Language": "pt-BR" };
  const [said] = (await server.get("/api/v1/code/promises", { headers })).body.promises;
  assert.match(said.meaning.find((row) => row.about === "Cumprida").words, /no prazo de 4 horas/);
  assert.equal(said.words, answer.words, "as the company wrote them");
});

test("the public page speaks the reader's language, and the address may name another", async () => {
  const read = (path, accept) =>
    server.get(path, { token: null, headers: accept ? { "Accept-Language": accept } : {} });
  const portuguese = await read("/code", "pt-PT, pt;q=0.9, en;q=0.5");
  assert.match(portuguese.text, /<html lang="pt-BR">/);
  assert.match(portuguese.text, /Se quebrarmos uma promessa/);
  assert.equal(portuguese.headers.get("Content-Language"), "pt-BR");
  assert.match(portuguese.headers.get("Vary"), /Accept-Language/);
  const spanish = await read("/code?lang=es", "pt-BR");
  assert.match(spanish.text, /<html lang="es">/);
  assert.match(spanish.text, /<link rel="alternate" hreflang="pt-BR" href="\/code\?lang=pt-BR">/);
  assert.match(spanish.text, /<a href="\/code\?lang=es" hreflang="es" lang="es" aria-current="true">Español<\/a>/);
  assert.match((await read("/code?lang=%22%3E%3Cb%3E", "fr")).text, /<html lang="en">/);
});
