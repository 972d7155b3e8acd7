// A server whose clock is set back while it runs: what waits does not wait for the clock to come round again. Runs the
// program whose clock can be set.
import assert from "node:assert/strict";
import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Server } from "../api/server.mjs";

const HOUR_US = 3600e6;
const PASSWORD = "violet harbour climbs seven";

let folder;
let clock;
const set = async (us) => {
  await writeFile(`${clock}.new`, String(us));
  await rename(`${clock}.new`, clock);
};
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "troth-clock-"));
  clock = join(folder, "clock");
});
after(() => rm(folder, { recursive: true }));

test("who_guessed_before_does_not_wait_for_the_clock_to_come_round_again", async () => {
  await set(HOUR_US);
  const server = await Server.open({ environment: { TROTH_TEST_CLOCK: clock } });
  const origin = { token: null, headers: { Origin: server.url } };
  const guess = () => server.post("/api/v1/sign-in", { email: "ana@shop.example", password: PASSWORD }, origin);
  let reply = await guess();
  while (reply.status !== 429) reply = await guess();
  await set(0);
  reply = await guess();
  const wait_s = Number(reply.headers.get("Retry-After") ?? 0);
  assert.ok(wait_s < 3600, `a wait of ${wait_s} s`);
  await server.close();
});
