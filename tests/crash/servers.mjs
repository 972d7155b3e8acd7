// Several servers on one PostgreSQL under load: one after the other is killed (SIGKILL) and started again, the database once
// stopped with `pg_ctl stop -m immediate`. Clients send each batch until it is acknowledged, to whichever server answers; a
// subscriber goes on at another server when its own is gone. In the end nothing acknowledged may be missing, nothing there
// twice, every event heard once, and the ledger equal to a replay (troth db verify).
// Environment: TROTH, TORN, KILLS (12), SEED; scripts/postgres around it.
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { CODE, Server, TROTH } from "../api/server.mjs";

const exec = promisify(execFile);
const KILLS = Number(process.env.KILLS || 12);
const SERVERS = 3; // the first, and two beside it
const CLIENTS = 3;
const THREADS = 150;
let state = Number(process.env.SEED || process.pid);
// Below `bound`, the same for the same seed (mulberry32).
function random(bound) {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) % bound;
}
const rest = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const code = CODE.replace("  otherwise", "  otherwise").concat(`
promise sorry under respect
  "We say sorry."
  on   promise.broken where promise = answer per customer
  must apology.sent within 1 hour
`);

const servers = [await Server.open()];
const folder = await mkdtemp(join(tmpdir(), "troth-crash-"));
// With TORN, the program whose clock can be set: one is a minute ahead, one a minute behind.
for (const minute of [1, -1]) {
  const clock = join(folder, `clock${minute}`);
  await writeFile(clock, String(minute * 60e6));
  const program = process.env.TORN || TROTH;
  servers.push(await Server.beside(servers[0], { program, environment: { TROTH_TEST_CLOCK: clock } }));
}
await servers[0].publish(code);
console.error(`seed ${process.env.SEED || process.pid}`);
const psql = async (sql) =>
  (await exec("psql", ["-qXAt", "-c", sql, servers[0].database], { maxBuffer: 1 << 28 })).stdout;

// -- load --

const acknowledged = new Set();
let done = false;
let doubled = 0;
let drawn = 0;
function makeTouch() {
  const thread = random(THREADS);
  const kind = random(20);
  const [event, actor] =
    kind < 8
      ? ["message.received", "customer"]
      : kind < 14
        ? ["message.sent", "staff"]
        : kind < 16
          ? ["apology.sent", "staff"]
          : kind < 19
            ? ["note.added", "staff"]
            : [random(2) ? "question.asked" : "question.answered", "staff"];
  // Many fall due while all this goes on; some are late.
  const occurred = new Date(Date.now() - 4 * 3600e3 + random(12e3) - (random(10) ? 0 : 3600e3)).toISOString();
  drawn += 1;
  return {
    source: "crash",
    id: `c-${drawn}`,
    event,
    occurred,
    thread: `t${thread}`,
    customer: `c${thread % 20}`,
    actor,
  };
}

async function sendUntilTaken(batch) {
  let taken = 0;
  for (;;) {
    const server = servers[random(SERVERS)];
    const reply = await server.post("/api/v1/touches", batch).catch(() => null);
    if (reply?.status === 200) {
      taken += reply.body.taken;
      if (taken > batch.length || reply.body.refused) doubled += 1;
      for (const t of batch) acknowledged.add(t.id);
      return;
    }
    if (reply && reply.status < 500 && reply.status !== 429) throw new Error(`${reply.status} ${reply.text}`);
    await rest(20 + random(50));
  }
}

async function client() {
  while (!done) {
    await sendUntilTaken(Array.from({ length: 1 + random(20) }, makeTouch));
    if (random(30) === 0) await servers[random(SERVERS)].publish(code).catch(() => null);
  }
}

const heard = new Map();
let last;
let streams = 0;
let stream;
async function subscriber() {
  while (!done) {
    stream = await servers[random(SERVERS)]
      .listen("/api/v1/events", last ? { "Last-Event-ID": last } : {})
      .catch(() => null);
    if (stream?.status !== 200) {
      stream?.close();
      await rest(50);
      continue;
    }
    streams += 1;
    for (;;) {
      const [event] = await stream.next(1).catch(() => []);
      if (!event) break;
      last = event.id;
      if (event.data.id) heard.set(event.data.id, (heard.get(event.data.id) ?? 0) + 1);
    }
    stream.close();
  }
}

// -- kills --

async function startAgain(server) {
  for (;;) {
    try {
      return await server.start();
    } catch {
      await rest(200);
    }
  }
}

async function kill(server) {
  await server.end("SIGKILL");
  if (/Sanitizer|runtime error/.test(server.log)) throw new Error(server.log);
  await startAgain(server);
}

const subscribing = subscriber();
while (!last) {
  await sendUntilTaken([makeTouch()]);
  await rest(20);
}
const clients = Array.from({ length: CLIENTS }, client);
for (let i = 0; i < KILLS; i++) {
  await rest(300 + random(1200));
  if (i === KILLS >> 1) await exec(process.env.TROTH_TEST_POSTGRES_CRASH);
  await kill(servers[random(SERVERS)]);
}
await rest(500);
done = true;
await Promise.all(clients);

// -- judgement --

// Ids as the API writes them.
function idOf(text) {
  const letters = "0123456789abcdefghjkmnpqrstvwxyz";
  let rest = BigInt(text);
  let word = "";
  for (let i = 0; i < 13; i++, rest >>= 5n) word = letters[Number(rest & 31n)] + word;
  return `ent_${word}`;
}
for (const server of servers) await server.get("/readyz").catch(() => null);
await rest(1500); // what is due by now is decided, and told
const entries = (await psql("SELECT id FROM obligation_entry")).trim().split("\n").map(idOf).slice().sort();
const begin = entries.indexOf([...heard.keys()].slice().sort()[0]); // nobody listened before
const missing = () => entries.slice(begin).filter((id) => !heard.has(id)).length;
for (let i = 0; i < 100 && missing(); i++) await rest(100);
const missed = missing();
stream?.close();
await subscribing;
const stored = new Set((await psql("SELECT external_id FROM touch WHERE source = 'crash'")).trim().split("\n"));
const lost = [...acknowledged].filter((id) => !stored.has(id)).length;
const twice = await psql(
  "SELECT count(*) FROM (SELECT promise, key, opening_source, opening_id, n FROM obligation WHERE state <> 5 " +
    "GROUP BY 1, 2, 3, 4, 5 HAVING count(*) > 1) AS twice",
);
doubled += Number(twice);
const repeated = [...heard.values()].filter((n) => n > 1).length;
for (const server of servers.slice(1).slice().reverse()) await server.close();
await servers[0].stop();
const verified = await exec(TROTH, ["db", "verify", "--db", servers[0].database]).catch((e) => e);
const equal = verified.code === undefined;
if (!equal) console.error(verified.stdout, verified.stderr);
await servers[0].close();
await rm(folder, { recursive: true });
console.log(
  `kills ${KILLS} acknowledged ${acknowledged.size} lost ${lost} doubled ${doubled} ledger ${equal ? "equal" : "DIFFERENT"}`,
);
console.log(
  `events ${heard.size} missed ${missed} repeated ${repeated} over ${streams} streams; entries ${entries.length}`,
);
process.exit(lost || doubled || !equal || missed || repeated ? 1 : 0);
