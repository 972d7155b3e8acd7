// What /metrics tells: in the text format of Prometheus, and true.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { CODE, fromNow, Server, touch } from "./server.mjs";

let server;
before(async () => {
  server = await Server.open();
  await server.publish(CODE);
});
after(() => server.close());

const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (-?[0-9.]+(?:e[+-]?\d+)?|\+Inf|NaN)$/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,|$)/y;

function parseLabels(text) {
  const labels = {};
  for (LABEL.lastIndex = 0; LABEL.lastIndex < text.length; ) {
    const at = LABEL.lastIndex;
    const match = LABEL.exec(text);
    assert.ok(match, `a label at ${at} of ${text}`);
    assert.ok(!(match[1] in labels), `${match[1]} twice in ${text}`);
    labels[match[1]] = match[2];
  }
  return labels;
}

// Families by name, each { type, samples: [{ name, labels, value }] }; refuses what Prometheus would.
function parse(text) {
  assert.ok(text.endsWith("\n"));
  const families = {};
  let family;
  for (const line of text.slice(0, -1).split("\n")) {
    const help = line.match(/^# HELP (\S+) \S/);
    const type = line.match(/^# TYPE (\S+) (counter|gauge|histogram)$/);
    if (help) {
      assert.ok(!families[help[1]], `${help[1]} comes twice`);
      family = families[help[1]] = { name: help[1], samples: [] };
    } else if (type) {
      assert.equal(type[1], family.name);
      family.type = type[2];
    } else {
      const [, name, labels, value] = line.match(SAMPLE) ?? assert.fail(`no sample: ${line}`);
      const ends = family.type === "histogram" ? "_(bucket|sum|count)" : "";
      assert.match(name, new RegExp(`^${family.name}${ends}$`), `${name} under ${family.name}`);
      family.samples.push({ name, labels: parseLabels(labels ?? ""), value: Number(value) });
    }
  }
  return families;
}

function checkHistogram({ name, samples }) {
  const series = new Map();
  for (const sample of samples) {
    const { le, ...labels } = sample.labels;
    const key = JSON.stringify(labels);
    if (!series.has(key)) series.set(key, { buckets: [] });
    const one = series.get(key);
    if (le === undefined) one[sample.name.slice(name.length + 1)] = sample.value;
    else one.buckets.push([le === "+Inf" ? Infinity : Number(le), sample.value]);
  }
  for (const [key, { buckets, sum, count }] of series) {
    assert.equal(buckets.at(-1)[0], Infinity, `${name} ${key}`);
    assert.equal(buckets.at(-1)[1], count, `${name} ${key}: +Inf is the count`);
    assert.ok(sum >= 0, `${name} ${key} has a sum`);
    for (let i = 1; i < buckets.length; i++) {
      assert.ok(buckets[i][0] > buckets[i - 1][0], `${name} ${key}: bounds grow`);
      assert.ok(buckets[i][1] >= buckets[i - 1][1], `${name} ${key}: counts never fall`);
    }
  }
}

const scrape = async () => parse((await server.get("/metrics", { token: null })).text);

// The value of the only sample with these labels; undefined: there is none.
function value(family, labels = {}, name = family.name) {
  const found = family.samples.filter(
    (s) => s.name === name && Object.entries(labels).every(([k, v]) => s.labels[k] === v),
  );
  assert.ok(found.length <= 1, JSON.stringify(found));
  return found[0]?.value;
}

test("it_is_well_formed_and_described", async () => {
  await server.get("/nowhere");
  await server.get("/api/v1/obligations/x%22y%5Cz");
  const families = await scrape();
  const documented = await readFile(new URL("../../docs/server.md", import.meta.url), "utf8");
  for (const family of Object.values(families)) {
    assert.ok(family.type && family.samples.length, family.name);
    if (family.type === "counter") assert.match(family.name, /_total$/);
    if (family.type === "histogram") checkHistogram(family);
    assert.ok(documented.includes(`\`${family.name}\``), `docs/server.md says nothing of ${family.name}`);
  }
  for (const [, name] of documented.matchAll(/`(troth_(?:http|clerk|read|obligations)[a-z_]*)`/g))
    assert.ok(families[name], `${name} is described only`);
});

test("requests_are_counted_by_route_method_and_status", async () => {
  const of = (families, labels) =>
    value(families.troth_http_request_seconds, labels, "troth_http_request_seconds_count") ?? 0;
  const listed = { method: "GET", route: "/api/v1/obligations", status: "2xx" };
  const refused = { ...listed, status: "4xx" };
  const before = await scrape();
  await server.get("/api/v1/obligations");
  await server.get("/api/v1/obligations?limit=1");
  await server.get("/api/v1/obligations", { token: null });
  const then = await scrape();
  assert.equal(of(then, listed) - of(before, listed), 2);
  assert.equal(of(then, refused) - of(before, refused), 1);
});

test("writes_waits_and_commits_are_measured", async () => {
  const count = (families, name, labels) => value(families[name], labels, `${name}_count`);
  const before = await scrape();
  await server.post("/api/v1/touches", touch("message.received", fromNow(-60), { thread: "a" }));
  await server.get("/api/v1/obligations");
  const then = await scrape();
  for (const name of ["troth_clerk_wait_seconds", "troth_clerk_commit_seconds", "troth_clerk_batch_jobs"])
    assert.ok(count(then, name) > count(before, name), name);
  const quick = { lane: "quick" };
  assert.ok(count(then, "troth_read_wait_seconds", quick) > count(before, "troth_read_wait_seconds", quick));
  assert.ok(count(then, "troth_http_loop_turn_seconds") > count(before, "troth_http_loop_turn_seconds"));
});

test("obligations_are_told_by_state_as_the_ledger_counts_them", async () => {
  const received = touch("message.received", fromNow(-120), { thread: "b", actor: "customer" });
  const sent = touch("message.sent", fromNow(-60), { thread: "b", actor: "staff" });
  await server.post("/api/v1/touches", [received, sent]);
  const real = await server.list("/api/v1/obligations?promise=answer");
  const kept = real.filter((o) => o.state === "kept").length;
  assert.ok(kept >= 1);
  await server.restart(); // counts are read at the start
  const { troth_obligations: told } = await scrape();
  for (const state of ["open", "paused", "kept", "broken", "excused", "void"])
    assert.equal(value(told, { state }), real.filter((o) => o.state === state).length, state);
});

test("open_streams_are_counted", async () => {
  const streams = await Promise.all([server.listen("/api/v1/events"), server.listen("/api/v1/events")]);
  assert.equal(value((await scrape()).troth_http_streams), 2);
  for (const stream of streams) stream.close();
});
