// Passkeys: an authenticator made here, of each kind of key, against the server.
import assert from "node:assert/strict";
import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { after, before, test } from "node:test";
import { Server } from "./server.mjs";

let server;
let origin;
let ana; // { id, cookie }
before(async () => {
  server = await Server.open("--rate", "0", "--smtp", "smtp://127.0.0.1:9", "--mail-from", "t@shop.example");
  origin = server.url.replace("127.0.0.1", "localhost");
  ana = await person("ana@shop.example", ["agent"]);
});
after(() => server.close());

async function person(email, roles) {
  const { id } = await server.addStaff(email, roles);
  return { id, cookie: await server.signIn(id) };
}

// As a page of http://localhost:PORT asks: names that are numbers have no passkeys.
const host = () => new URL(origin).host;
async function ask(method, path, body, cookie) {
  const { request } = await import("node:http");
  return new Promise((resolve, reject) => {
    const sent = body === undefined ? undefined : JSON.stringify(body);
    const headers = { Host: host(), Origin: origin, ...(cookie && { Cookie: cookie }) };
    if (sent) Object.assign(headers, { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(sent) });
    const { port } = new URL(origin);
    const r = request({ host: "127.0.0.1", port, method, path, headers }, (reply) => {
      let text = "";
      reply.on("data", (bytes) => {
        text += bytes;
      });
      reply.on("end", () =>
        resolve({
          status: reply.statusCode,
          headers: reply.headers,
          text,
          body: text.startsWith("{") ? JSON.parse(text) : undefined,
        }),
      );
    });
    r.on("error", reject);
    r.end(sent);
  });
}

// -- CBOR, as much as a key needs --
function cbor(value) {
  const head = (major, n) =>
    n < 24
      ? Buffer.from([(major << 5) | n])
      : n < 256
        ? Buffer.from([(major << 5) | 24, n])
        : Buffer.from([(major << 5) | 25, n >> 8, n & 255]);
  if (typeof value === "number") return value >= 0 ? head(0, value) : head(1, -1 - value);
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value]);
  return Buffer.concat([head(5, value.size), ...[...value].flatMap(([k, v]) => [cbor(k), cbor(v)])]);
}

const KINDS = {
  ES256: () => {
    const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const { x, y } = pair.publicKey.export({ format: "jwk" });
    const bytes = (t) => Buffer.from(t, "base64url");
    return {
      cose: new Map([
        [1, 2],
        [3, -7],
        [-1, 1],
        [-2, bytes(x)],
        [-3, bytes(y)],
      ]),
      sign: (data) => sign("sha256", data, pair.privateKey),
    };
  },
  RS256: () => {
    const pair = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const { n, e } = pair.publicKey.export({ format: "jwk" });
    return {
      cose: new Map([
        [1, 3],
        [3, -257],
        [-1, Buffer.from(n, "base64url")],
        [-2, Buffer.from(e, "base64url")],
      ]),
      sign: (data) => sign("sha256", data, pair.privateKey),
    };
  },
  EdDSA: () => {
    const pair = generateKeyPairSync("ed25519");
    const { x } = pair.publicKey.export({ format: "jwk" });
    return {
      cose: new Map([
        [1, 1],
        [3, -8],
        [-1, 6],
        [-2, Buffer.from(x, "base64url")],
      ]),
      sign: (data) => sign(null, data, pair.privateKey),
    };
  },
};

class Authenticator {
  constructor(kind = "ES256", counts = true) {
    this.key = KINDS[kind]();
    this.id = randomBytes(32);
    this.count = counts ? 1 : 0;
    this.counts = counts;
  }
  data({ rp = "localhost", flags = 0x05, attested = false }) {
    const head = Buffer.concat([
      createHash("sha256").update(rp).digest(),
      Buffer.from([flags | (attested ? 0x40 : 0)]),
    ]);
    const count = Buffer.alloc(4);
    count.writeUInt32BE(this.count);
    if (!attested) return Buffer.concat([head, count]);
    const length = Buffer.from([0, this.id.length]);
    return Buffer.concat([head, count, Buffer.alloc(16), length, this.id, cbor(this.key.cose)]);
  }
  said(type, challenge, more = {}) {
    return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false, ...more }));
  }
  make(challenge, { name = "phone", said = {}, type = "webauthn.create", ...how } = {}) {
    return {
      name,
      client_data: this.said(type, challenge, said).toString("base64url"),
      authenticator_data: this.data({ attested: true, ...how }).toString("base64url"),
    };
  }
  show(challenge, { said = {}, type = "webauthn.get", user, id = this.id, ...how } = {}) {
    if (this.counts) this.count += how.step ?? 1;
    const clientData = this.said(type, challenge, said);
    const data = this.data(how);
    const signature = this.key.sign(Buffer.concat([data, createHash("sha256").update(clientData).digest()]));
    return {
      id: id.toString("base64url"),
      client_data: clientData.toString("base64url"),
      authenticator_data: data.toString("base64url"),
      signature: signature.toString("base64url"),
      ...(user && { user }),
    };
  }
}

const challengeToAdd = async (who = ana) =>
  (await ask("GET", "/api/v1/me/passkeys/challenge", undefined, who.cookie)).body;
const challenge = async () => (await ask("GET", "/api/v1/sign-in/passkey")).body.challenge;
const add = (body, who = ana) => ask("POST", "/api/v1/me/passkeys", body, who.cookie);
const enter = (body) => ask("POST", "/api/v1/sign-in/passkey", body);
async function made(kind, counts, who) {
  const it = new Authenticator(kind, counts);
  const asked = await challengeToAdd(who);
  const reply = await add(it.make(asked.challenge, { name: `${kind} key` }), who);
  assert.equal(reply.status, 201, reply.text);
  return Object.assign(it, { row: reply.body, user: asked.user });
}

test("what_a_browser_needs_to_make_one_is_told_and_those_that_are_there", async () => {
  const asked = await challengeToAdd();
  assert.equal(asked.server, "localhost");
  assert.deepEqual(asked.algorithms, [-7, -8, -257]);
  assert.deepEqual([asked.email, asked.known], ["ana@shop.example", []]);
  assert.ok(!Buffer.from(asked.user, "base64url").includes("ana"), "it says nothing of who they are");
  const other = await challengeToAdd();
  assert.notEqual(other.challenge, asked.challenge);
});

for (const kind of Object.keys(KINDS)) {
  test(`a_passkey_of_${kind}_signs_in_and_its_last_use_is_told`, async () => {
    const it = await made(kind);
    assert.equal(it.row.used, null);
    const reply = await enter(it.show(await challenge(), { user: it.user }));
    assert.equal(reply.status, 200, reply.text);
    assert.equal(reply.body.email, "ana@shop.example");
    const cookie = reply.headers["set-cookie"].find((line) => line.startsWith("troth_session=")).split(";")[0];
    const { items } = (await ask("GET", "/api/v1/me/passkeys", undefined, cookie)).body;
    assert.ok(items.find((p) => p.id === it.row.id).used);
    const sessions = (await ask("GET", "/api/v1/me/sessions", undefined, cookie)).body.items;
    assert.equal(sessions.find((s) => s.here).method, "passkey");
  });
}

test("a_challenge_is_good_once_for_its_own_purpose_and_person", async () => {
  const it = await made("ES256", false);
  const asked = await challenge();
  assert.equal((await enter(it.show(asked))).status, 200);
  assert.equal((await enter(it.show(asked))).status, 409, "again");
  assert.equal((await enter(it.show((await challengeToAdd()).challenge))).status, 403, "one to add a passkey");
  assert.equal((await enter(it.show(randomBytes(32).toString("base64url")))).status, 403, "nobody's");
  const bia = await person("bia@shop.example", ["agent"]);
  const hers = await challengeToAdd(bia);
  assert.equal((await add(new Authenticator().make(hers.challenge))).status, 403, "another's");
  assert.equal((await add(new Authenticator().make(await challenge()))).status, 403, "one to sign in");
  const fresh = new Authenticator().make((await challengeToAdd()).challenge);
  assert.equal((await add(fresh)).status, 201);
  assert.equal((await add(fresh)).status, 409);
});

test("who_signs_must_be_here_verified_on_a_page_of_this_server", async () => {
  const it = await made("ES256", false);
  const cases = {
    "another site's page": { said: { origin: "http://localhost.evil.example" } },
    "another port": { said: { origin: "http://localhost:1" } },
    "a page within another's": { said: { crossOrigin: true } },
    "made for another server": { rp: "evil.example" },
    "not verified": { flags: 0x01 },
    "nobody there": { flags: 0x04 },
    "another step": { type: "webauthn.create" },
    "somebody else's name": { user: Buffer.alloc(8, 7).toString("base64url") },
    "another passkey": { id: randomBytes(32) },
  };
  for (const [what, how] of Object.entries(cases)) {
    const reply = await enter(it.show(await challenge(), how));
    assert.ok([400, 403, 404].includes(reply.status), `${what}: ${reply.status} ${reply.text}`);
    assert.equal(reply.headers["set-cookie"], undefined, what);
  }
  const forged = it.show(await challenge());
  const bytes = Buffer.from(forged.signature, "base64url");
  bytes[bytes.length - 1] ^= 1;
  assert.equal((await enter({ ...forged, signature: bytes.toString("base64url") })).status, 403);
  assert.equal((await enter(it.show(await challenge()))).status, 200, "as it should be");
});

test("a_new_one_must_be_made_for_this_server_by_somebody_who_was_verified", async () => {
  const cases = {
    "another site's page": { said: { origin: "https://evil.example" } },
    "made for another server": { rp: "evil.example" },
    "not verified": { flags: 0x01 },
    "another step": { type: "webauthn.get" },
  };
  for (const [what, how] of Object.entries(cases)) {
    const reply = await add(new Authenticator().make((await challengeToAdd()).challenge, how));
    assert.ok([400, 403].includes(reply.status), `${what}: ${reply.status} ${reply.text}`);
  }
  const { challenge: asked } = await challengeToAdd();
  const cut = new Authenticator().make(asked);
  cut.authenticator_data = cut.authenticator_data.slice(0, 120);
  assert.equal((await add(cut)).status, 400);
  cut.authenticator_data = "not base64url!";
  assert.equal((await add(cut)).status, 400);
});

test("a_passkey_that_counts_back_is_refused_as_a_copy", async () => {
  const it = await made("ES256");
  assert.equal((await enter(it.show(await challenge(), { step: 5 }))).status, 200);
  const reply = await enter(it.show(await challenge(), { step: -3 }));
  assert.equal(reply.status, 403);
  assert.match(reply.body.detail, /copy/);
  assert.equal((await enter(it.show(await challenge(), { step: 9 }))).status, 200);
});

// What mails to somebody say at their head, the newest first.
const mails = async (to) =>
  (await server.get("/api/v1/outbox?limit=100")).body.items.filter((one) => one.to === to).map((one) => one.title);

test("one_renames_and_removes_one_s_own_and_nobody_else_s", async () => {
  const cleo = await person("cleo@shop.example", ["agent"]);
  const it = await made("ES256", false, cleo);
  const path = `/api/v1/me/passkeys/${it.row.id}`;
  assert.equal((await ask("PATCH", path, { name: "mine" }, ana.cookie)).status, 404);
  assert.equal((await ask("DELETE", path, undefined, ana.cookie)).status, 404);
  assert.equal((await ask("PATCH", path, { name: "laptop" }, cleo.cookie)).status, 204);
  assert.equal((await ask("GET", "/api/v1/me/passkeys", undefined, cleo.cookie)).body.items[0].name, "laptop");
  assert.equal((await add(it.make((await challengeToAdd()).challenge))).status, 409, "it is hers");
  const last = await ask("DELETE", path, undefined, cleo.cookie);
  assert.equal(last.status, 409, "her only way in");
  await made("ES256", false, cleo);
  assert.equal((await ask("DELETE", path, undefined, cleo.cookie)).status, 204);
  assert.deepEqual(await mails("cleo@shop.example"), [
    "A passkey was removed from your account at Troth",
    "A passkey was added to your account at Troth",
    "A passkey was added to your account at Troth",
  ]);
  assert.equal((await enter(it.show(await challenge()))).status, 404);
  const noted = (await server.get("/api/v1/audit?q=passkey")).text + (await server.get("/api/v1/audit")).text;
  for (const action of ["passkey.added", "passkey.renamed", "passkey.removed"]) assert.match(noted, new RegExp(action));
});

test("who_is_disabled_comes_in_no_more_and_lost_ones_are_removed_by_who_may", async () => {
  const dora = await person("dora@shop.example", ["agent"]);
  const it = await made("ES256", false, dora);
  assert.equal((await server.post(`/api/v1/staff/${dora.id}/disable`)).status, 200);
  assert.equal((await enter(it.show(await challenge()))).status, 403);
  assert.equal((await ask("DELETE", `/api/v1/staff/${dora.id}/passkeys`, undefined, ana.cookie)).status, 403);
  assert.equal((await server.ask("DELETE", `/api/v1/staff/${dora.id}/passkeys`)).status, 204);
  assert.equal((await mails("dora@shop.example"))[0], "A passkey was removed from your account at Troth");
  assert.equal((await enter(it.show(await challenge()))).status, 404);
});

test("a_passkey_is_as_good_as_two_factors", async () => {
  const eva = await person("eva@shop.example", ["lead"]);
  const it = await made("ES256", false, eva);
  await server.ask("PUT", "/api/v1/settings/sign-in", { second_factor_roles: ["lead"] });
  assert.equal((await ask("GET", "/api/v1/obligations", undefined, eva.cookie)).status, 403);
  const reply = await enter(it.show(await challenge()));
  const cookie = reply.headers["set-cookie"].find((line) => line.startsWith("troth_session=")).split(";")[0];
  assert.equal((await ask("GET", "/api/v1/obligations", undefined, cookie)).status, 200);
});
