// Live is replay: what the server makes of touches as they come is what `troth replay` makes of all of them.
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Server, troth } from "./server.mjs";

const TOUCHES = 6000;
const NDJSON = { type: "application/x-ndjson" };
let whole, parts, lines, expected;

const row = (o) => [o.promise, o.key, o.opening, o.n, o.opened, o.due, o.state, o.decided, o.source].join();

async function replayed(folder, code, touches) {
  const ledger = join(folder, "ledger.csv");
  await troth("replay", "--code", code, "--touches", touches, "--until", new Date().toISOString(), "--ledger", ledger);
  const [head, ...rows] = (await readFile(ledger, "utf8")).trim().split("\n");
  const names = head.split(",");
  return rows.map((line) => row(Object.fromEntries(line.split(",").map((cell, i) => [names[i], cell])))).sort();
}

before(async () => {
  [whole, parts] = await Promise.all([Server.open(), Server.open()]);
  const code = join(whole.folder, "shop.troth");
  const file = join(whole.folder, "touches.ndjson");
  await troth("demo", "--code", code, "--touches", file, "--until", "2025-03-01");
  lines = (await readFile(file, "utf8")).trim().split("\n").slice(0, TOUCHES);
  await writeFile(file, `${lines.join("\n")}\n`);
  const source = await readFile(code, "utf8");
  for (const server of [whole, parts]) assert.equal((await server.publish(source)).status, 201);
  expected = await replayed(whole.folder, code, file);
});
after(() => Promise.all([whole.close(), parts.close()]));

async function ledger(server) {
  const items = await server.list("/api/v1/obligations");
  return items
    .map((o) =>
      row({ ...o, opening: o.opened_by.id, source: o.opened_by.source, due: o.due ?? "", decided: o.decided ?? "" }),
    )
    .sort();
}

// The clock decides what is due a part at a time.
async function settle(server) {
  const isOpen = expected.filter((line) => line.includes(",open,")).length;
  for (;;) {
    const { items } = (await server.get("/api/v1/adherence?by=promise")).body;
    if (items.reduce((sum, g) => sum + g.open, 0) <= isOpen) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

test("touches_in_one_delivery_give_the_ledger_of_replay", async () => {
  const { status, body } = await whole.post("/api/v1/touches", lines.join("\n"), NDJSON);
  assert.deepEqual([status, body.taken], [200, lines.length]);
  await settle(whole);
  assert.deepEqual(await ledger(whole), expected);
});

// Between the deliveries the clock has broken what later touches then show to have been kept: the ledger corrects it,
// and keeps what followed from the mistake as void.
test("touches_that_come_years_late_and_in_parts_end_in_the_same_ledger", async () => {
  for (let at = 0; at < lines.length; at += 1000) {
    const { status } = await parts.post("/api/v1/touches", lines.slice(at, at + 1000).join("\n"), NDJSON);
    assert.equal(status, 200);
    if (at === 2000) assert.equal(await parts.restart(), 0);
  }
  await settle(parts);
  const wanted = new Set(expected);
  const kept = await ledger(parts);
  assert.deepEqual(
    kept.filter((line) => wanted.has(line)),
    expected,
  );
  for (const line of kept.filter((l) => !wanted.has(l))) assert.match(line, /,void,/);
});

test("sending_everything_again_changes_nothing", async () => {
  const { body } = await whole.post("/api/v1/touches", lines.join("\n"), NDJSON);
  assert.deepEqual([body.taken, body.again], [0, lines.length]);
  assert.deepEqual(await ledger(whole), expected);
});
