// What happens is told to other programs: signed, again until it was heard, once an event, and never to an address inside.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Webhook } from "standardwebhooks";
import { CODE, Server, touch } from "../api/server.mjs";
import { Receiver } from "./receiver.mjs";

const HOOKS = "/api/v1/webhooks";
const OUTBOX = "/api/v1/outbox";
const ALLOW = ["--webhook-allow", "10.0.0.0/8,127.0.0.1"];
const ALL = ["obligation.opened", "obligation.kept", "obligation.broken", "code.published"];
let server;
let receiver;
let reader; // a token that may only read

before(async () => {
  server = await Server.open(...ALLOW);
  reader = await server.makeToken("ledger:read");
  receiver = await Receiver.open();
});
after(async () => {
  await server.close();
  await receiver.close();
});

async function until(look, what) {
  for (let i = 0; i < 1200; i++) {
    const found = await look();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`never: ${what}`);
}

async function make(more = {}) {
  const { status, body, text } = await server.post(HOOKS, { url: receiver.url, events: ALL, ...more });
  assert.equal(status, 201, text);
  return body;
}

// A webhook for the length of a test; what was called before is forgotten.
async function withHook(more, work) {
  receiver.calls = [];
  receiver.answer = () => ({ status: 204 });
  const hook = await make(more);
  try {
    await work(hook);
  } finally {
    assert.equal((await server.ask("DELETE", `${HOOKS}/${hook.id}`)).status, 204);
  }
}

const change = (hook, what) => server.ask("PATCH", `${HOOKS}/${hook.id}`, what);
const deliveries = async (hook, query = "") => (await server.get(`${HOOKS}/${hook.id}/deliveries${query}`)).body.items;
const called = (count, type) =>
  until(() => receiver.of(type).length >= count && receiver.of(type), `${count} of ${type}`);
const ago = (minutes) => new Date(Date.now() - minutes * 60_000).toISOString();

async function take(...touches) {
  const { status, text } = await server.post("/api/v1/touches", touches.length === 1 ? touches[0] : touches);
  assert.ok(status < 300, text);
}
const asked = (thread, more) => touch("message.received", ago(2), { thread, actor: "customer", ...more });
const answered = (thread) => touch("message.sent", ago(1), { thread, actor: "staff" });

test("a published Code and what it does to obligations are told, signed so that the standard's verifier agrees", () =>
  withHook({ description: "the shop's own" }, async (hook) => {
    assert.match(hook.secret, /^whsec_/);
    assert.equal((await server.publish(CODE)).status, 201);
    await take(asked("one"));
    await take(answered("one"));
    const [published] = await called(1, "code.published");
    const [opened] = await called(1, "obligation.opened");
    const [kept] = await called(1, "obligation.kept");
    const verifier = new Webhook(hook.secret);
    for (const call of [published, opened, kept]) {
      const said = verifier.verify(call.body, call.headers);
      assert.equal(call.method, "POST");
      assert.equal(call.headers["content-type"], "application/json");
      assert.ok(Date.parse(said.timestamp));
      assert.throws(() => verifier.verify(`${call.body} `, call.headers));
    }
    assert.equal(JSON.parse(published.body).data.title, "Test");
    assert.equal(JSON.parse(kept.body).data.obligation.promise, "answer");
    assert.equal(JSON.parse(kept.body).data.obligation.state, "kept");
    assert.equal((await server.get(`${HOOKS}/${hook.id}`)).body.secret, undefined);
    const told = await until(async () => {
      const items = await deliveries(hook, "?state=sent");
      return items.length === 3 && items;
    }, "three are sent");
    assert.deepEqual(
      new Set(told.map((one) => one.title)),
      new Set(["code.published", "obligation.opened", "obligation.kept"]),
    );
  }));

test("each event is told once to each that wants it, and to nobody else", () =>
  withHook({ events: ["obligation.opened"], url: `${receiver.url}/a` }, () =>
    withHook({ events: ["obligation.opened", "obligation.kept"], url: `${receiver.url}/b` }, async () => {
      const touches = [];
      for (let i = 0; i < 150; i++) touches.push(asked(`many-${i}`));
      await take(...touches);
      await take(answered("many-7"));
      await until(() => receiver.calls.length >= 301, "all calls");
      assert.equal(await server.restart(), 0);
      await take(asked("last"));
      await until(
        () => receiver.of("obligation.opened").some((call) => call.path.endsWith("b") && call.body.includes('"last"')),
        "the last one",
      );
      await until(() => receiver.calls.length >= 303, "the last ones");
      const ids = (path) =>
        receiver.calls.filter((call) => call.path === path).map((call) => JSON.parse(call.body).data.id);
      assert.equal(new Set(ids("/hook/a")).size, 151);
      assert.equal(ids("/hook/a").length, 151);
      assert.equal(new Set(ids("/hook/b")).size, 152);
      assert.equal(ids("/hook/b").length, 152);
    }),
  ));

test("through a kill, and beside another server, each event becomes one message", () =>
  withHook({ events: ["obligation.opened"] }, async () => {
    const beside = process.env.TROTH_TEST_DB === "postgresql" ? await Server.beside(server, ...ALLOW) : null;
    for (let i = 0; i < 40; i++) {
      await take(asked(`killed-${i}`));
      if (beside) await beside.post("/api/v1/touches", asked(`beside-${i}`));
      if (i === 20) {
        await server.end("SIGKILL");
        await server.start();
      }
    }
    const messages = () => {
      const byEvent = new Map();
      for (const call of receiver.of("obligation.opened")) {
        const event = JSON.parse(call.body).data.id;
        byEvent.set(event, (byEvent.get(event) ?? new Set()).add(call.headers["webhook-id"]));
      }
      return byEvent;
    };
    const wanted = beside ? 80 : 40;
    await until(() => messages().size >= wanted, "all events");
    assert.equal(messages().size, wanted);
    assert.ok([...messages().values()].every((ids) => ids.size === 1));
    await beside?.close();
  }));

test("an answer that is no success is written down, and the same message comes again", () =>
  withHook({}, async (hook) => {
    let fails = 1;
    receiver.answer = () =>
      fails-- > 0 ? { status: 500, text: `it burns\0${"x".repeat(5000)}` } : { status: 200, text: "thanks" };
    await take(asked("again"));
    const [first, second] = await called(2, "obligation.opened");
    assert.equal(first.headers["webhook-id"], second.headers["webhook-id"]);
    assert.equal(first.body, second.body);
    const [{ id }] = await deliveries(hook);
    const item = await until(async () => {
      const { body } = await server.get(`${OUTBOX}/${id}`);
      return body.state === "sent" && body;
    }, "it is sent");
    assert.deepEqual(
      item.log.map((one) => one.code),
      [500, 200],
    );
    assert.equal(item.log[0].answer.length, 1024);
    assert.match(item.log[0].answer, /^it burns\?x+$/);
    assert.equal(item.log[1].answer, "thanks");
    assert.equal((await server.get(`${HOOKS}/${hook.id}`)).body.failing_since, null);
  }));

test("a redirect is not followed", () =>
  withHook({}, async (hook) => {
    receiver.answer = () => ({ status: 302, headers: { Location: `http://127.0.0.1:${receiver.port}/elsewhere` } });
    await server.post(`${HOOKS}/${hook.id}/test`);
    const item = await until(async () => {
      const [one] = await deliveries(hook);
      return one?.tries > 0 && one;
    }, "tried");
    assert.equal(item.reason, "HTTP 302: a redirect is not followed");
    assert.ok(receiver.calls.every((call) => call.path === "/hook"));
    assert.ok((await server.get(`${HOOKS}/${hook.id}`)).body.failing_since);
  }));

test("an endpoint that is gone is disabled, and its contact told by mail", () =>
  withHook({ contact: "ops@example.org" }, async (hook) => {
    receiver.answer = () => ({ status: 410 });
    await server.post(`${HOOKS}/${hook.id}/test`);
    const gone = await until(async () => {
      const { body } = await server.get(`${HOOKS}/${hook.id}`);
      return !body.enabled && body;
    }, "disabled");
    assert.match(gone.disabled_because, /gone/);
    const mails = await server.list(`${OUTBOX}?kind=mail`);
    assert.deepEqual(
      mails.map((mail) => [mail.to, mail.title]),
      [["ops@example.org", "A webhook was disabled"]],
    );
    await take(asked("unheard"));
    receiver.answer = () => ({ status: 204 });
    const again = await change(hook, { enabled: true });
    assert.deepEqual([again.body.enabled, again.body.disabled_because], [true, null]);
    await take(asked("heard"));
    const [call] = await called(1, "obligation.opened");
    assert.match(call.body, /"heard"/);
  }));

test("one is sent again by hand, or all since a time, under the same webhook-id", () =>
  withHook({ events: ["obligation.opened"] }, async (hook) => {
    const since = new Date(Date.now() - 1000).toISOString();
    await take(asked("replayed-1"));
    await take(asked("replayed-2"));
    await called(2, "obligation.opened");
    const sent = await until(async () => {
      const items = await deliveries(hook, "?state=sent");
      return items.length === 2 && items;
    }, "both are sent");
    assert.equal((await server.post(`${OUTBOX}/${sent[0].id}/retry`)).status, 200);
    await called(3, "obligation.opened");
    await until(async () => (await deliveries(hook, "?state=sent")).length === 2, "sent again");
    const { body } = await server.post(`${HOOKS}/${hook.id}/replay`, { since });
    assert.deepEqual(body, { count: 2, next: null });
    const calls = await called(5, "obligation.opened");
    assert.equal(new Set(calls.map((call) => call.headers["webhook-id"])).size, 2);
    const later = await server.post(`${HOOKS}/${hook.id}/replay`, {
      since: new Date(Date.now() + 60_000).toISOString(),
    });
    assert.equal(later.body.count, 0);
  }));

test("what failed for good is sent again alone, and one tells what it was sent", () =>
  withHook({ events: ["obligation.opened"] }, async (hook) => {
    const since = new Date(Date.now() - 1000).toISOString();
    await take(asked("well"));
    await called(1, "obligation.opened");
    await until(async () => (await deliveries(hook, "?state=sent")).length === 1, "sent");
    const again = await server.post(`${HOOKS}/${hook.id}/replay`, { since, only_failed: true });
    assert.deepEqual(again.body, { count: 0, next: null });
    const [{ id }] = await deliveries(hook);
    const { body } = await server.get(`${OUTBOX}/${id}`);
    assert.equal(JSON.parse(body.content).type, "obligation.opened");
    assert.equal(body.log[0].code, 204);
    assert.ok(body.log[0].took >= 0);
  }));

test("who is added, changed or disabled is told, with who did it, and no secret", () =>
  withHook({ events: ["staff.changed"] }, async () => {
    const made = await server.post("/api/v1/staff", { name: "Rui Costa", email: "rui@example.org", roles: ["agent"] });
    assert.equal(made.status, 201, made.text);
    const one = `/api/v1/staff/${made.body.id}`;
    assert.equal((await server.ask("PATCH", one, { roles: ["manager"] })).status, 200);
    assert.equal((await server.post(`${one}/disable`)).status, 200);
    const calls = await called(3, "staff.changed");
    const told = calls.map((call) => JSON.parse(call.body).data).sort((a, b) => a.action.localeCompare(b.action));
    assert.deepEqual(
      told.map((one) => [one.action, one.id]),
      ["staff.added", "staff.changed", "staff.disabled"].map((action) => [action, made.body.id]),
    );
    assert.equal(told[0].before, null);
    assert.equal(told[0].after.email, "rui@example.org");
    assert.match(JSON.stringify(told[1].after), /manager/i);
    assert.match(told[2].by, /./);
  }));

test("while a secret is exchanged, both sign", () =>
  withHook({}, async (hook) => {
    const { body } = await server.post(`${HOOKS}/${hook.id}/rotate`);
    assert.notEqual(body.secret, hook.secret);
    assert.ok(Date.parse(body.old_secret_until) > Date.now() + 23 * 3600_000);
    await server.post(`${HOOKS}/${hook.id}/test`);
    const [call] = await called(1, "webhook.test");
    new Webhook(hook.secret).verify(call.body, call.headers);
    new Webhook(body.secret).verify(call.body, call.headers);
    assert.throws(() => new Webhook(`whsec_${Buffer.alloc(32).toString("base64")}`).verify(call.body, call.headers));
  }));

test("an address inside is refused when it is saved and when it is called, and nobody is called", async () => {
  const strict = await Server.open("--webhook-allow", "0.0.0.0/0,::/0");
  receiver.calls = [];
  const { port } = receiver;
  const inside = [
    `127.0.0.1:${port}`,
    `localhost:${port}`,
    `0.0.0.0:${port}`,
    `[::1]:${port}`,
    `[::ffff:127.0.0.1]:${port}`,
    `2130706433:${port}`,
    `0x7f.1:${port}`,
    "169.254.169.254",
    "192.168.0.1",
    "[fe80::1]",
    "[fd00::1]",
    "100.64.0.1",
  ];
  const hookOf = (host) => ({ url: `http://${host}/`, events: ["obligation.opened"] });
  const made = [];
  for (const host of inside) {
    const { status, body, text } = await strict.post(HOOKS, hookOf(host));
    assert.equal(status, 201, text);
    made.push([host, body]);
  }
  strict.options = ["--webhook-allow", "10.0.0.0/8"]; // the operator has become stricter
  await strict.restart();
  for (const [host, body] of made) {
    const refused = await strict.post(HOOKS, hookOf(host));
    assert.deepEqual([refused.status, refused.body.field], [400, "url"], host);
    assert.match(refused.body.detail, /inside a network.*--webhook-allow/, host);
    const moved = await strict.ask("PATCH", `${HOOKS}/${body.id}`, { url: `https://${host}/moved` });
    assert.equal(moved.status, 400, host);
    const kept = await strict.ask("PATCH", `${HOOKS}/${body.id}`, { ...hookOf(host), description: "kept" });
    assert.equal(kept.status, 200, kept.text);
    await strict.post(`${HOOKS}/${body.id}/test`);
    const [item] = await until(async () => {
      const { items } = (await strict.get(`${HOOKS}/${body.id}/deliveries`)).body;
      return items[0]?.tries > 0 && items;
    }, host);
    assert.match(item.reason, /^refused: \S+ is not on the open internet$/, host);
  }
  assert.deepEqual(receiver.calls, []);
  await strict.close();
});

test("what is no webhook is refused", async () => {
  const refused = [
    { url: "ftp://example.org/" },
    { url: "https://user:word@example.org/" },
    { url: "https://" },
    { url: "example.org" },
    { url: "file:///etc/passwd" },
    { events: ["obligation.unheard-of"] },
    { events: [] },
    { events: [7] },
    { contact: "nobody" },
    { secret: "whsec_mine" },
  ];
  for (const more of refused) {
    const { status } = await server.post(HOOKS, { url: "https://example.org/", events: ALL, ...more });
    assert.equal(status, 400, JSON.stringify(more));
  }
  assert.equal((await server.get(`${HOOKS}/whk_0000000000000`)).status, 404);
  assert.equal((await server.get(HOOKS, { token: reader })).status, 403);
});
