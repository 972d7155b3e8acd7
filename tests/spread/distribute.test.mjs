// troth db distribute: over partitions of one server; what it says where there is no Citus, and what it would do there.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { tmpdir } from "node:os";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { CODE, fromNow, makeDatabase, Server, TROTH, touch } from "../api/server.mjs";

delete process.env.TROTH_TEST_PARTITIONS; // it is done here
const run = promisify(execFile);
const distribute = (...args) =>
  run(TROTH, ["db", "distribute", ...args]).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
  );
const ask = async (place, sql) =>
  (await run("psql", ["-qXAt", "-v", "ON_ERROR_STOP=1", "-c", sql, place])).stdout.trim();
const count = (place, what) => ask(place, `SELECT count(*) FROM ${what}`).then(Number);

let empty;
before(async () => {
  empty = await makeDatabase(tmpdir());
});
after(() => empty.drop());

test("without_Citus_it_says_so_and_changes_nothing", async () => {
  const { code, stderr } = await distribute("--db", empty.place);
  assert.equal(code, 1);
  assert.match(stderr, /has no Citus.*Nothing was changed.*--partitions/);
  const made = "pg_class WHERE relnamespace = 'public'::regnamespace AND relname NOT LIKE 'schema_migration%'";
  assert.equal(await count(empty.place, made), 0);
});

test("a_file_and_senseless_numbers_are_refused", async () => {
  const wrong = [
    [["--db", "troth.db"], /needs --db postgresql/],
    [["--db", empty.place, "--partitions", "1"], /from 2 to 1024/],
    [["--db", empty.place, "--shards", "1025"], /from 2 to 1024/],
    [["--db", empty.place, "--partitions", "4", "--shards", "4"], /one of them/],
  ];
  for (const [args, words] of wrong) {
    const { code, stderr } = await distribute(...args);
    assert.equal(code, 2);
    assert.match(stderr, words);
  }
});

test("every_touch_state_and_obligation_is_there_after_it_and_the_ledger_goes_on", async () => {
  const server = await Server.open();
  await server.publish(CODE);
  const at = (thread, event, seconds, actor) => touch(event, fromNow(seconds), { thread, customer: "c-1", actor });
  const threads = Array.from({ length: 20 }, (_, i) => `T-${i}`);
  await server.post(
    "/api/v1/touches",
    threads.map((t) => at(t, "message.received", -3600, "customer")),
  );
  const before = await server.list("/api/v1/obligations");
  assert.ok(before.length >= 20);
  await server.stop();

  const done = await distribute("--partitions", "4", "--db", server.database);
  assert.deepEqual([done.code, done.stderr], [0, ""]);
  assert.match(done.stdout, /4 partitions each hold a part of touch, .* and customer_word/);
  assert.equal(await count(server.database, "pg_class WHERE relispartition AND relkind = 'r'"), 6 * 4);
  assert.ok((await count(server.database, "touch_p0")) < 20);
  assert.match((await distribute("--partitions", "4", "--db", server.database)).stdout, /spread already/);

  await server.start();
  assert.deepEqual(await server.list("/api/v1/obligations"), before);
  await server.post(
    "/api/v1/touches",
    threads.map((t) => at(t, "message.sent", -60, "staff")),
  );
  assert.equal((await server.list("/api/v1/obligations?state=kept")).length >= 20, true);
  await server.stop();
  const { stdout } = await run(TROTH, ["db", "verify", "--db", server.database]);
  assert.match(stdout, /is sound/);
  await server.close();
});

// Citus itself is not here: its own functions are taken out, the rest is run.
test("for_Citus_each_table_with_a_home_is_distributed_and_each_of_its_unique_keys_holds_the_home", async () => {
  const { place, drop } = await makeDatabase(tmpdir());
  await run(TROTH, ["token", "create", "--db", place, "--name", "x", "--scope", "admin"]); // makes the tables
  const { code, stdout } = await distribute("--dry-run", "--shards", "64");
  assert.equal(code, 0);
  const statements = stdout.split("\n");
  const distributed = statements
    .map((s) => s.match(/create_distributed_table\('(\w+)', 'home_id'/)?.[1])
    .filter(Boolean);
  const references = statements.map((s) => s.match(/create_reference_table\('(\w+)'\)/)?.[1]).filter(Boolean);
  const homed = "SELECT table_name FROM information_schema.columns WHERE column_name = 'home_id' ORDER BY 1";
  assert.deepEqual([...distributed].sort(), (await ask(place, homed)).split("\n"));
  assert.deepEqual(references, ["code_version", "code_file", "touch_anywhere"]);
  assert.match(stdout, /'touch', 'home_id', shard_count => 64/);
  assert.equal(stdout.match(/colocate_with => 'touch'/g).length, distributed.length - 1);

  await ask(place, statements.filter((s) => !/create_\w+_table|EXTENSION/.test(s)).join("\n"));
  const without = `pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attname = 'home_id'
    WHERE i.indisunique AND NOT a.attnum = ANY (i.indkey)`;
  assert.equal(await count(place, without), 0);
  await drop();
});
