// Mails, from the outbox to the box of who reads them, through a real mail server.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { code } from "../api/browser.mjs";
import { Server } from "../api/server.mjs";
import { Exim } from "./exim.mjs";
import { RoughServer } from "./rough.mjs";

const OUTBOX = "/api/v1/outbox";
let exim;

before(async () => {
  exim = await Exim.open();
});
after(() => exim.close());

async function until(look, what) {
  for (let i = 0; i < 1200; i++) {
    const found = await look();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`never: ${what}`);
}

async function send(server, to, more = {}) {
  const { status, body, text } = await server.post(`${OUTBOX}/test-mail`, { to, ...more });
  assert.equal(status, 202, text);
  return body.id;
}

const item = async (server, id) => (await server.get(`${OUTBOX}/${id}`)).body;
const inState = (server, id, state) =>
  until(async () => {
    const found = await item(server, id);
    return found.state === state && found;
  }, `${id} ${state}`);
const tried = (server, id, times = 1) =>
  until(async () => {
    const found = await item(server, id);
    return found.tries >= times && found;
  }, `${id} tried`);

// Exim takes a mail first and puts it into the box afterwards.
const arrived = (address) =>
  until(() => {
    const mails = exim.mails(address);
    return mails.length > 0 && mails;
  }, `a mail to ${address}`);

async function serving(options, work) {
  const server = await Server.open(...options);
  try {
    await work(server);
  } finally {
    await server.close();
  }
}

const kill = (server) => server.end("SIGKILL");

test("a mail arrives through TLS and a password, in the reader's language, as text and as HTML", () =>
  serving(exim.options(), async (server) => {
    const id = await send(server, "ana@example.org", { language: "es" });
    const { tries, ended, log } = await inState(server, id, "sent");
    assert.equal(tries, 1);
    assert.ok(ended);
    assert.equal(log[0].code, 250);
    const [mail] = await arrived("ana@example.org");
    assert.equal(mail.headers.subject, "Los correos de Troth funcionan");
    assert.match(mail.headers.received, /esmtpsa/);
    assert.match(mail.headers["message-id"], /^<[0-9a-z]{26}@example\.org>$/);
    assert.equal(mail.headers["auto-submitted"], "auto-generated");
    assert.ok(Math.abs(Date.parse(mail.headers.date) - Date.now()) < 600_000);
    assert.match(mail.text, /para ver si los correos llegan\. Llegan\./);
    assert.match(mail.html, /<html lang="es">/);
    assert.ok(mail.raw.split("\n").every((line) => line.length < 999));
  }));

test("TLS from the first byte does as well", () =>
  serving(exim.options({ scheme: "smtps", port: exim.tlsPort }), async (server) => {
    await inState(server, await send(server, "first@example.org"), "sent");
    assert.equal((await arrived("first@example.org")).length, 1);
  }));

test("a refused recipient is told in the server's words, and tried again by hand alone", () =>
  serving(exim.options(), async (server) => {
    exim.set("refused", true);
    const id = await send(server, "refused@example.org");
    const failed = await inState(server, id, "failed");
    assert.equal(failed.reason, "550 5.1.1 Nobody of this name");
    assert.equal(failed.tries, 1);
    assert.equal(failed.next, null);
    const listed = await server.list(`${OUTBOX}?state=failed&kind=mail`);
    assert.deepEqual(
      listed.map((one) => one.id),
      [id],
    );
    exim.set("refused", false);
    const again = await server.post(`${OUTBOX}/${id}/retry`);
    assert.equal(again.body.state, "waiting");
    const sent = await inState(server, id, "sent");
    assert.deepEqual(
      sent.log.map((one) => one.code),
      [550, 250],
    );
    assert.equal((await server.post(`${OUTBOX}/${id}/retry`)).status, 409);
  }));

test("a recipient refused for now is tried again by itself", () =>
  serving(exim.options(), async (server) => {
    exim.set("grey", true);
    const id = await send(server, "grey@example.org");
    const { state, reason, next, log } = await tried(server, id);
    assert.deepEqual([state, reason], ["waiting", "451 4.2.0 Greylisted, come back later"]);
    assert.ok(Date.parse(next) > Date.parse(log[0].at));
    exim.set("grey", false);
    await inState(server, id, "sent");
    assert.equal((await arrived("grey@example.org")).length, 1);
  }));

test("mails wait for a server that is away", () =>
  serving(exim.options(), async (server) => {
    await exim.stop();
    const id = await send(server, "later@example.org");
    const { state, reason } = await tried(server, id);
    assert.equal(state, "waiting");
    assert.match(reason, /connect/i);
    await exim.start();
    await inState(server, id, "sent");
    assert.equal((await arrived("later@example.org")).length, 1);
  }));

test("a certificate for another host is refused, and said so", () =>
  serving(exim.options({ host: "127.0.0.1" }), async (server) => {
    const { state, reason } = await tried(server, await send(server, "wrong@example.org"));
    assert.equal(state, "waiting");
    assert.match(reason, /certificate/i);
    assert.equal(exim.mails("wrong@example.org").length, 0);
  }));

test("a certificate signed by a stranger is refused", () =>
  serving(exim.options().slice(0, -2), async (server) => {
    const { reason } = await tried(server, await send(server, "stranger@example.org"));
    assert.match(reason, /certificate/i);
    assert.equal(exim.mails("stranger@example.org").length, 0);
  }));

test("a wrong password is not the mail's fault: it waits", async () => {
  const password = join(exim.folder, "wrong");
  writeFileSync(password, "wrong");
  await serving(exim.options({ password }), async (server) => {
    const { state, reason } = await tried(server, await send(server, "login@example.org"));
    assert.equal(state, "waiting");
    assert.match(reason, /535|login|denied/i);
  });
});

test("without a mail server mails wait, and say why; a later start sends them", async () => {
  const server = await Server.open();
  const id = await send(server, "early@example.org");
  const { state, reason, next } = await item(server, id);
  assert.deepEqual([state, next], ["waiting", null]);
  assert.match(reason, /--smtp/);
  server.options = exim.options();
  assert.equal(await server.restart(), 0);
  await inState(server, id, "sent");
  await server.close();
});

test("what is cancelled is not sent, and its words are gone", async () => {
  const server = await Server.open();
  const id = await send(server, "cancelled@example.org");
  assert.equal((await server.post(`${OUTBOX}/${id}/cancel`)).body.state, "cancelled");
  assert.equal((await server.post(`${OUTBOX}/${id}/cancel`)).status, 409);
  assert.equal((await server.post(`${OUTBOX}/${id}/retry`)).status, 409);
  assert.equal((await server.get(`${OUTBOX}/out_0000000000000`)).status, 404);
  await server.close();
});

test("what is no address is refused at once", async () => {
  const server = await Server.open();
  for (const to of [
    "ana",
    "ana@",
    "@example.org",
    "ana@exa mple.org",
    "a@b.org, c@d.org",
    "ana@example.org\r\nBcc: eve@example.org",
    "<ana@example.org>",
    "ana@-example.org",
  ]) {
    assert.equal((await server.post(`${OUTBOX}/test-mail`, { to })).status, 400, to);
  }
  const { body } = await server.post(`${OUTBOX}/test-mail`, { to: "ana@bücher.example" });
  assert.equal(body.to, "ana@xn--bcher-kva.example");
  await server.close();
});

test("killed while it sends, it loses no mail; one that comes twice has the same Message-ID", async () => {
  const server = await Server.open(...exim.options());
  const ids = [];
  for (let i = 0; i < 24; i++) ids.push(await send(server, `kill${i}@example.org`));
  await kill(server);
  await server.start();
  for (const id of ids) await inState(server, id, "sent");
  for (let i = 0; i < 24; i++) {
    const mails = await arrived(`kill${i}@example.org`);
    assert.equal(new Set(mails.map((mail) => mail.headers["message-id"])).size, 1);
  }
  await server.close();
});

test("a line that is cut is no refusal, whatever was refused before the mail", async () => {
  const rough = await RoughServer.open({ knowsEhlo: false, body: (socket) => socket.destroy() });
  await serving(rough.options(), async (server) => {
    const { state, log } = await tried(server, await send(server, "ana@example.org"));
    assert.equal(state, "waiting", JSON.stringify(log));
  });
  rough.close();
});

test("while a mail server thinks about a mail, others are sent and the server can stop", async () => {
  const rough = await RoughServer.open({ data: () => {} });
  await serving(rough.options(), async (server) => {
    const first = await send(server, "ana@example.org");
    await until(() => rough.mails === 1, "the first mail");
    await send(server, "ben@example.org");
    await until(() => rough.mails === 2, "the second mail");
    const { state, tries } = await item(server, first);
    assert.deepEqual([state, tries], ["waiting", 0], "it is still being sent");
  });
  rough.close();
});

test("a mail that a mail server thinks about for long is not sent by another server as well", async (t) => {
  if (process.env.TROTH_TEST_DB !== "postgresql") return t.skip("one server alone");
  let taken;
  const rough = await RoughServer.open({ data: (answer) => (taken ??= () => answer("250 taken")) });
  await serving(rough.options(), async (server) => {
    const second = await Server.beside(server, ...rough.options());
    const id = await send(server, "ana@example.org");
    await until(() => taken, "the mail");
    await new Promise((resolve) => setTimeout(resolve, 13_000)); // longer than a dead server's mails are left alone
    assert.equal(rough.mails, 1);
    taken();
    await inState(server, id, "sent");
    await second.close();
  });
  rough.close();
});

test("another server on the same database goes on where one was killed", async (t) => {
  if (process.env.TROTH_TEST_DB !== "postgresql") return t.skip("only PostgreSQL has several servers");
  const first = await Server.open(...exim.options());
  const second = await Server.beside(first, ...exim.options());
  exim.set("grey", true);
  const ids = [];
  for (let i = 0; i < 12; i++)
    ids.push(await send(second, `both${i}@example.org`), await send(second, "grey@example.org"));
  await kill(second);
  exim.set("grey", false);
  for (const id of ids) await inState(first, id, "sent");
  await first.close();
});

test("who is told by mail that how they get in was changed: in their language, by whom, and what to do", () =>
  serving(["--url", "https://promises.shop.example", ...exim.options()], async (server) => {
    const rui = await server.addStaff("rui@example.org", ["agent"], { language: "pt-BR" });
    let cookie = await server.signIn(rui.id);
    const secured = await server.as(cookie, "PUT", "/api/v1/me/password", { password: "seven quiet herons at noon" });
    assert.equal(secured.status, 204);
    cookie = secured.headers.get("Set-Cookie").split(";")[0];
    const [password] = await arrived("rui@example.org");
    assert.equal(password.headers.subject, "Sua senha em Troth foi trocada");
    assert.match(password.text, /rui a trocou em \d{4}-\d\d-\d\d \d\d:\d\d UTC/);
    assert.match(password.text, /avise quem administra/);
    assert.match(password.text, /https:\/\/promises\.shop\.example\/console\/me/);
    assert.doesNotMatch(password.text, /herons/);
    // By somebody else: the mail names them.
    assert.equal((await server.ask("DELETE", `/api/v1/staff/${rui.id}/second-factor`)).status, 204);
    const { items } = (await server.get(`${OUTBOX}?limit=10`)).body;
    assert.equal(items.length, 1, "there was no second factor: nothing was removed");
  }));

test("each change of a second factor is told by mail: set up, new recovery codes, removed by oneself and by others", async () => {
  const folder = await mkdtemp(join(tmpdir(), "troth-key-"));
  const environment = { TROTH_KEY_FILE: join(folder, "key") };
  await writeFile(environment.TROTH_KEY_FILE, randomBytes(32).toString("hex"), { mode: 0o600 });
  await serving([{ environment }, "--url", "https://promises.shop.example", ...exim.options()], async (server) => {
    const { id } = await server.addStaff("noa@example.org", ["agent"], { language: "es" });
    let cookie = await server.signIn(id);
    const subjects = async (count) => {
      const mails = await until(() => {
        const found = exim.mails("noa@example.org");
        return found.length >= count && found;
      }, `${count} mails`);
      for (const mail of mails) {
        assert.match(mail.text, /https:\/\/promises\.shop\.example\/console\/me/);
        assert.match(mail.html, /<html lang="es">/);
      }
      return mails.map((mail) => mail.headers.subject).sort();
    };
    const ask = async (path, body, status) => {
      const reply = await server.as(cookie, "POST", `/api/v1/me/${path}`, body);
      assert.equal(reply.status, status, reply.text);
      cookie = reply.headers.get("Set-Cookie")?.split(";")[0] ?? cookie;
      return reply.body;
    };
    const set = "Su cuenta en Troth tiene un segundo factor";
    const renewed = "Los códigos de recuperación de su cuenta en Troth son nuevos";
    const removed = "Se quitó el segundo factor de su cuenta en Troth";
    const setUp = async () => {
      const { secret } = await ask("second-factor", undefined, 201);
      const { recovery_codes: codes } = await ask("second-factor/confirm", { code: code(secret, -1) }, 200);
      return { secret, codes };
    };

    const { secret, codes } = await setUp();
    assert.deepEqual(await subjects(1), [set]);
    const { recovery_codes: fresh } = await ask("recovery-codes", { code: codes[0] }, 200);
    assert.deepEqual(await subjects(2), [renewed, set]);
    await ask("second-factor/remove", { code: fresh[0] }, 204);
    assert.deepEqual(await subjects(3), [renewed, removed, set]);
    await setUp();
    assert.deepEqual(await subjects(4), [renewed, removed, set, set]);
    assert.equal((await server.ask("DELETE", `/api/v1/staff/${id}/second-factor`)).status, 204);
    assert.deepEqual(await subjects(5), [renewed, removed, removed, set, set]);
    const told = exim.mails("noa@example.org").map((mail) => mail.text);
    for (const word of [secret, ...codes, ...fresh]) assert.ok(!told.join().includes(word), "no mail tells a secret");
    assert.equal(told.filter((text) => /noa quitó el segundo factor/.test(text)).length, 1, "the other was not noa");
  });
  await rm(folder, { recursive: true });
});

test("a company's mails bear its name and its colour, in which words are read well, as text as well as HTML", () =>
  serving(["--url", "https://promises.shop.example", ...exim.options()], async (server) => {
    const set = (colour) => server.ask("PUT", "/api/v1/brand", { name: "Loja <Ana> & Filhas", colour });
    assert.equal((await set("#ffcc00")).status, 400, "white words on it could not be read");
    const { status, body } = await set("#7a1f5c");
    assert.equal(status, 200);
    assert.ok(body.contrast.light >= 4.5);
    await send(server, "lia@example.org", { language: "pt-BR" });
    const [mail] = await arrived("lia@example.org");
    assert.equal(mail.headers.subject, "Os e-mails de Loja <Ana> & Filhas funcionam");
    assert.match(mail.headers.from, /Loja <Ana> & Filhas"? <troth@example\.org>/);
    assert.match(mail.text, /-- \r?\nLoja <Ana> & Filhas\r?\n/);
    assert.match(mail.html, /Loja &lt;Ana&gt; &amp; Filhas/);
    assert.doesNotMatch(mail.text + mail.html, /Troth|<Ana> & Filhas<\/p>/);
    assert.doesNotMatch(mail.html, /<img|src=/, "nothing is fetched by who reads it");
    const { id } = await server.addStaff("teo@example.org", ["agent"]);
    assert.equal((await server.post(`/api/v1/staff/${id}/invitation`)).body.sent, true);
    const [invited] = await arrived("teo@example.org");
    assert.match(invited.html, /background:#7a1f5c;color:#ffffff/);
    assert.match(invited.text, /https:\/\/promises\.shop\.example\/console\/invite\?code=/);
  }));
