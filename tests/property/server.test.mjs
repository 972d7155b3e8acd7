// Random Codes and touches through a whole server: several connections, batches of random size, late and repeated
// touches, restarts, a second Code published on the way. What the API then lists is what `troth replay --ledger` makes of the
// same touches. SEEDS=n tries n seeds, from FIRST=m on; a seed that fails is printed.
// With TROTH_TEST_DB=postgresql through two servers on one database, whose clock is set there (all servers use it).
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { access, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { Server, troth } from "../api/server.mjs";

const FIRST = Number(process.env.FIRST ?? 1);
const SEEDS = Number(process.env.SEEDS ?? 12);
const PATIENCE = 150;
const POSTGRESQL = process.env.TROTH_TEST_DB === "postgresql";
const exec = promisify(execFile);

// The second Code of a case begins here: midnight of 28 March in its zone.
const SECOND_BEGINS = {
  UTC: "2026-03-28T00:00:00Z",
  "Europe/London": "2026-03-28T00:00:00Z",
  "America/New_York": "2026-03-28T04:00:00Z",
  "Australia/Lord_Howe": "2026-03-27T13:00:00Z",
};

function random(seed) {
  let state = seed >>> 0;
  return (n) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % n;
  };
}

const succeeds = (promise) =>
  promise.then(
    () => true,
    () => false,
  );

// A promise of the second Code is made per customer, under a new name: a name keeps its key.
async function moved(source, below, path) {
  const names = [...source.matchAll(/^promise (\S+) under/gm)].map((m) => m[1]);
  const name = names[below(names.length)];
  const blocks = source.split(/^(?=promise )/m).map((block) => {
    const own = block.startsWith(`promise ${name} `) ? block.replace(/ per (thread|order)\b/, " per customer") : block;
    return own.replace(new RegExp(`\\b${name}\\b`, "g"), `${name}-moved`);
  });
  await writeFile(path, blocks.join(""));
  if (await succeeds(troth("check", path))) return blocks.join("");
  await writeFile(path, source);
  return source;
}

// In place of PostgreSQL's own, for sessions that begin from then on.
const CLOCK = `
  CREATE SCHEMA clock;
  CREATE TABLE clock.ahead AS SELECT 0::bigint AS us;
  CREATE FUNCTION public.clock_timestamp() RETURNS timestamptz LANGUAGE sql
    AS $$ SELECT pg_catalog.clock_timestamp() + us * interval '1 microsecond' FROM clock.ahead $$;
  DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = public, pg_catalog', current_database()); END $$`;

// Half of the cases run as they would over the machines of Citus: each statement names one home.
const APART = "CREATE VIEW public.pg_extension AS SELECT 'citus'::name AS extname";

class Case {
  async begin() {
    this.server = await Server.open("--rate", "0");
    this.servers = [this.server];
    this.taken = new Map();
    if (POSTGRESQL) {
      await this.psql(CLOCK);
      if (this.below?.(2)) await this.psql(APART);
      this.servers.push(await Server.beside(this.server, "--rate", "0"));
    } else {
      this.clock = join(this.server.folder, "clock");
      process.env.TROTH_TEST_CLOCK = this.clock;
    }
  }

  async open(seed) {
    this.below = random(seed * 2654435761);
    await this.begin();
    const { stdout } = await exec(process.env.SCENARIO_FILES, [String(seed), this.server.folder]);
    this.until = Date.parse(stdout.trim()) + 10 * 60000;
    const text = await readFile(join(this.server.folder, "touches.ndjson"), "utf8");
    this.touches = text
      .trim()
      .split("\n")
      .map((line) => ({ line, ...JSON.parse(line), at: Date.parse(JSON.parse(line).occurred) }))
      .filter((t) => t.at < this.until);
    this.codes = [join(this.server.folder, "code-1.troth")];
    this.sources = [await readFile(this.codes[0], "utf8")];
    await this.addSecondCode(join(this.server.folder, "code-2.troth"));
    await this.setClock(Math.min(this.begins, this.touches[0]?.at ?? this.until));
    await this.restart();
    await writeFile(join(this.server.folder, "none.ndjson"), "");
    return succeeds(this.run("none.ndjson")); // some random Codes have mistakes
  }

  run(touches, ...options) {
    const codes = this.codes.flatMap((code) => ["--code", code]);
    return troth("replay", ...codes, "--touches", join(this.server.folder, touches), ...options);
  }

  // If the case has but one Code, it is published again with a promise moved.
  async addSecondCode(path) {
    const zone = this.sources[0].match(/zone (\S+)/)[1];
    this.begins = Date.parse(SECOND_BEGINS[zone]);
    const given = (await succeeds(access(path)))
      ? await readFile(path, "utf8")
      : this.sources[0].replace("\n\n", "\n  applies from 2026-03-28\n\n");
    this.codes.push(path);
    this.sources.push(await moved(given, this.below, path));
  }

  psql(sql) {
    return exec("psql", ["-qX", "-v", "ON_ERROR_STOP=1", "-c", sql, this.server.database]);
  }

  // The servers' clock shows that instant from now on.
  async setClock(at) {
    if (POSTGRESQL) {
      await this.psql(`UPDATE clock.ahead SET us = ${(at - Date.now()) * 1000}`);
      return;
    }
    await writeFile(`${this.clock}.new`, String((at - Date.now()) * 1000));
    await rename(`${this.clock}.new`, this.clock); // never seen half written
  }

  // Each now and then up to six places later.
  arrival(touches) {
    const order = [];
    for (const t of touches) order.splice(Math.max(0, order.length - (this.below(10) < 3 ? this.below(6) : 0)), 0, t);
    return order;
  }

  async post(touches) {
    const lines = touches.map((t) => t.line).join("\n");
    const server = this.below ? this.servers[this.below(this.servers.length)] : this.servers.at(-1);
    const { status, body } = await server.post("/api/v1/touches", lines, { type: "application/x-ndjson" });
    assert.equal(status, 200, JSON.stringify(body));
    for (const { line, result, id } of body.lines) {
      if (result === "taken") this.taken.set(id, touches[line - 1]);
    }
  }

  // Over up to four connections at once; now and then again; now and then the server is started anew.
  async deliver(touches, isLate) {
    for (let rest = this.arrival(touches); rest.length; ) {
      const posts = [];
      const now = [];
      for (let n = 1 + this.below(4); n > 0 && rest.length; n--) {
        const batch = rest.slice(0, 1 + this.below(6));
        rest = rest.slice(batch.length);
        now.push(...batch);
        posts.push(batch);
        if (this.below(4) === 0) posts.push(this.arrival(batch));
      }
      this.latest = Math.max(this.latest ?? 0, ...now.map((t) => t.at + 1000));
      if (!isLate) await this.setClock(this.latest);
      await Promise.all(posts.map((batch) => this.post(batch)));
      if (this.below(8) === 0) await this.restart();
    }
  }

  async restart() {
    for (const server of this.servers) {
      const code = await server.stop();
      assert.equal(code, 0, `it ended by ${server.process.signalCode ?? code}, having said:\n${server.log}`);
      await server.start();
    }
  }

  async close() {
    for (const server of this.servers.slice().reverse()) await server.close();
  }

  async publish(number) {
    const { status, body } = await this.server.publish(this.sources[number]);
    assert.equal(status, 201, JSON.stringify(body));
  }

  async live() {
    const isLate = this.below(2) === 0;
    await this.publish(0);
    if (isLate) await this.setClock(Math.min(this.begins, this.until));
    await this.deliver(
      this.touches.filter((t) => t.at < this.begins),
      isLate,
    );
    await this.setClock(Math.min(this.begins, this.until));
    await this.publish(1);
    if (isLate) await this.setClock(this.until);
    await this.deliver(
      this.touches.filter((t) => t.at >= this.begins),
      isLate,
    );
    await this.setClock(this.until);
  }

  // In the order in which the server took them: it decides between touches of one instant.
  async replay() {
    const folder = this.server.folder;
    const lines = [...this.taken].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, t]) => t.line);
    await writeFile(join(folder, "taken.ndjson"), lines.map((line) => `${line}\n`).join(""));
    const ledger = join(folder, "ledger.csv");
    await this.run("taken.ndjson", "--until", new Date(this.until).toISOString(), "--ledger", ledger);
    const [head, ...rows] = (await readFile(ledger, "utf8")).trim().split("\n");
    const names = head.split(",");
    return rows.map((line) => row(Object.fromEntries(line.split(",").map((cell, i) => [names[i], cell])))).sort();
  }

  async listed() {
    const items = await this.server.list("/api/v1/obligations");
    return items.map((o) => ({
      id: o.id,
      line: row({
        ...o,
        opening: o.opened_by.id,
        source: o.opened_by.source,
        due: o.due ?? "",
        decided: o.decided ?? "",
      }),
    }));
  }

  // What a late touch showed never to have been opened stays, void and corrected.
  async isTakenBack({ id, line }) {
    if (!line.includes(",void,")) return false;
    const { body } = await this.server.get(`/api/v1/obligations/${id}`);
    return body.history.at(-1).kind === "corrected";
  }

  async differences(expected) {
    const wanted = new Set(expected);
    const wrong = [];
    for (const item of await this.listed()) {
      if (!wanted.delete(item.line) && !(await this.isTakenBack(item))) wrong.push(`+ ${item.line}`);
    }
    return [...wrong, ...[...wanted].map((line) => `- ${line}`)];
  }

  // The clock decides what is due a part at a time.
  async compare() {
    const expected = await this.replay();
    let wrong;
    for (let i = 0; i < PATIENCE; i++) {
      wrong = await this.differences(expected);
      if (wrong.length === 0) return expected.length;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.fail(wrong.join("\n"));
  }
}

const row = (o) => [o.promise, o.key, o.opening, o.n, o.opened, o.due, o.state, o.decided, o.source].join();

test("what_the_server_lists_is_the_ledger_of_a_replay", async () => {
  let compared = 0;
  for (let seed = FIRST; seed < FIRST + SEEDS; seed++) {
    const it = new Case();
    try {
      if (await it.open(seed)) {
        await it.live();
        compared += await it.compare();
      }
    } catch (error) {
      error.message = `seed ${seed} (FIRST=${seed} SEEDS=1), in ${it.server?.folder}:\n${error.message}`;
      for (const server of it.servers ?? []) await server.stop();
      throw error;
    }
    await it.close();
  }
  assert.ok(SEEDS < 10 || compared > SEEDS, "too few obligations to prove anything");
});

const PER = (key) => `code "Clock"
  zone UTC

principle care "Care"
  "We care."

promise ahead-by-${key} under care
  "We answer before you ask."
  on case.opened per ${key}
  must have answer.sent at least 1 hour before
`;

// A version knows what came before it by ids, not by what the clock showed.
test("a_version_remembers_what_came_before_though_the_clock_was_set_back_on_the_way", async () => {
  const it = new Case();
  await it.begin();
  const say = (id, event, at) => [
    {
      line: JSON.stringify({
        source: "t",
        id,
        event,
        occurred: new Date(at).toISOString(),
        thread: "1",
        customer: "ana",
      }),
    },
  ];
  const start = Date.parse("2026-03-28T12:00:00Z");
  const hour = 3600_000;
  it.sources = [PER("thread"), PER("customer")];
  try {
    await it.setClock(start);
    await it.restart();
    await it.publish(0);
    await it.setClock(start + hour);
    await it.post(say("answer", "answer.sent", start - hour));
    await it.setClock(start);
    await it.publish(1);
    await it.setClock(start + hour);
    await it.post(say("case", "case.opened", start + hour / 2));
    const states = (await it.listed()).map(({ line }) => line.split(",")[6]);
    assert.deepEqual(states, ["kept"]);
  } finally {
    await it.close();
  }
});
