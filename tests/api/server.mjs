// A server under test: its own database (a file in a folder of its own; with TROTH_TEST_DB=postgresql a database of the
// server that scripts/postgres has started), a free port, a token with every scope.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

export const TROTH = process.env.TROTH;
// All permissions but admin, which is every one of them.
export const EVERY_SCOPE =
  "touch:write ledger:read ledger:excuse code:read code:draft code:approve code:write code:comment measure:read " +
  "events:read customer:read customer:write export staff:read staff:write settings:write token:write audit:read " +
  "restricted:read";
const exec = promisify(execFile);

export async function troth(...args) {
  const { stdout } = await exec(TROTH, args, { maxBuffer: 1 << 28 });
  return stdout;
}

// Servers that run. Whatever became of the test that started one, it keeps nobody waiting and ends with the tests.
const running = new Set();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});
process.on("SIGTERM", () => process.exit(1));

let made = 0;
// An empty database: its address and how to remove it.
export async function makeDatabase(folder) {
  if (process.env.TROTH_TEST_DB !== "postgresql") return { place: join(folder, "troth.db"), drop: async () => {} };
  const server = process.env.TROTH_TEST_POSTGRES;
  if (!server) {
    console.error("skipped: no PostgreSQL server; scripts/postgres COMMAND starts one");
    process.exit(77);
  }
  made += 1;
  const name = `troth_${process.pid}_${made}`;
  const command = (sql) => exec("psql", ["-qX", "-c", sql, server]);
  await command(`CREATE DATABASE ${name} TEMPLATE template0`);
  const place = server.replace("///postgres", `///${name}`);
  const partitions = process.env.TROTH_TEST_PARTITIONS; // the large tables spread over so many
  if (partitions) await exec(TROTH, ["db", "distribute", "--partitions", partitions, "--db", place]);
  return {
    place,
    drop: () => command(`DROP DATABASE ${name} WITH (FORCE)`),
  };
}

export class Server {
  // Options of `troth serve` besides --db and --listen; before them perhaps { host, environment, copyOf: a folder with a
  // database }.
  static async open(...options) {
    const server = new Server();
    const { host = "127.0.0.1", environment, copyOf } = typeof options[0] === "object" ? options.shift() : {};
    server.host = host;
    server.environment = environment;
    server.folder = await mkdtemp(join(tmpdir(), "troth-api-"));
    if (copyOf) await cp(copyOf, server.folder, { recursive: true });
    const { place, drop } = await makeDatabase(server.folder);
    server.database = place;
    server.drop = drop;
    server.options = options;
    await server.start();
    server.token = await server.makeToken("admin");
    return server;
  }

  // Another server on the same database (PostgreSQL), perhaps with { program, environment }. Close it before the first one.
  static async beside(first, ...options) {
    const server = new Server();
    if (typeof options[0] === "object") Object.assign(server, options.shift());
    server.host = first.host;
    server.database = first.database;
    server.drop = async () => {};
    server.options = options;
    server.token = first.token;
    await server.start();
    return server;
  }

  async start() {
    const args = ["serve", "--db", this.database, "--listen", `${this.host}:0`, ...this.options];
    this.process = spawn(this.program ?? TROTH, args, {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...this.environment },
    });
    running.add(this.process);
    this.log = "";
    this.process.stderr.on("data", (bytes) => {
      this.log += bytes;
    });
    let said = "";
    await new Promise((resolve, reject) => {
      this.process.on("exit", () => reject(new Error(`the server ended: ${this.log}`)));
      this.process.stdout.on("data", (bytes) => {
        said += bytes;
        if (said.includes("\n") && said.includes("Sign in")) resolve();
      });
    });
    this.keepsWaiting(false);
    this.url = said.match(/ at (http:\S+)/)[1].replace("localhost", "127.0.0.1");
    this.link = said.match(/Sign in:\s+(\S+)/)[1];
  }

  // Whether the tests wait for it: only while it starts and while it ends.
  keepsWaiting(does) {
    for (const part of [this.process, this.process.stdout, this.process.stderr]) does ? part.ref() : part.unref();
  }

  // Gives the exit code.
  async end(signal) {
    this.process.removeAllListeners("exit");
    this.keepsWaiting(true);
    const ended = new Promise((resolve) => this.process.on("exit", resolve));
    this.process.kill(signal);
    const code = await ended;
    running.delete(this.process);
    return code;
  }

  stop() {
    return this.end("SIGTERM");
  }

  async restart() {
    const code = await this.stop();
    await this.start();
    return code;
  }

  async close() {
    if (this.process.exitCode === null) assert.equal(await this.stop(), 0, this.log);
    assert.doesNotMatch(this.log, /Sanitizer|runtime error/);
    await this.drop();
    if (this.folder) await rm(this.folder, { recursive: true });
  }

  // A change behind the server's back: what else only time brings.
  async sql(statement) {
    if (process.env.TROTH_TEST_DB === "postgresql") await exec("psql", ["-qX", "-c", statement, this.database]);
    else await exec("sqlite3", ["-cmd", ".timeout 10000", this.database, statement]);
  }

  async makeToken(scopes, ...more) {
    const made = await troth("token", "create", "--db", this.database, "--name", "test", "--scope", scopes, ...more);
    return made.trim();
  }

  // body: a text, or an object to be sent as JSON.
  async ask(method, path, body, { type = "application/json", token = this.token, headers = {} } = {}) {
    const isRaw = body === undefined || typeof body === "string" || body instanceof Uint8Array;
    const sent = isRaw ? body : JSON.stringify(body);
    const reply = await fetch(this.url + path, {
      method,
      body: sent,
      redirect: "manual",
      headers: {
        ...(token ? { Authorization: `Bearer ${token}` } : {}),
        ...(sent === undefined ? {} : { "Content-Type": type }),
        ...headers,
      },
    });
    const text = await reply.text();
    const isJson = /json/.test(reply.headers.get("Content-Type") ?? "");
    return { status: reply.status, headers: reply.headers, text, body: isJson ? JSON.parse(text) : undefined };
  }

  // A member of staff with these roles; gives what the API says of them.
  async addStaff(email, roles, more = {}) {
    const { status, body } = await this.post("/api/v1/staff", { name: email.split("@")[0], email, roles, ...more });
    assert.equal(status, 201, JSON.stringify(body));
    return body;
  }

  // A new session of somebody, as the Cookie header of the browser.
  async signIn(id) {
    const { status, body } = await this.post(`/api/v1/staff/${id}/link`);
    assert.equal(status, 201, JSON.stringify(body));
    return enter(this.url + body.path);
  }

  // With a session: what a page of the server itself asks.
  as(cookie, method, path, body) {
    return this.ask(method, path, body, { token: null, headers: { Cookie: cookie, Origin: this.url } });
  }

  get(path, options) {
    return this.ask("GET", path, undefined, options);
  }

  post(path, body, options) {
    return this.ask("POST", path, body, options);
  }

  publish(source, options) {
    return this.post("/api/v1/code", source, { type: "text/plain", ...options });
  }

  // All items of a list, page by page; smaller pages where the server (slow under a sanitizer) asks for less at once.
  async list(path, limit = 500) {
    const items = [];
    const sign = path.includes("?") ? "&" : "?";
    for (let after = "", most = limit; after !== null; ) {
      const { status, body, text } = await this.get(`${path}${sign}limit=${most}${after && `&after=${after}`}`);
      if (status === 503 && most > 10) {
        most = Math.floor(most / 2);
        continue;
      }
      assert.equal(status, 200, text);
      items.push(...body.items);
      after = body.next;
    }
    return items;
  }

  // Server-sent events, as an object whose next(count) waits for so many.
  async listen(path, headers = {}) {
    const controller = new AbortController();
    const reply = await fetch(this.url + path, {
      signal: controller.signal,
      headers: { Authorization: `Bearer ${this.token}`, ...headers },
    });
    return new Stream(reply, controller);
  }
}

// Presses the button behind a link, as a browser does; the cookie, or undefined where the link opens nothing.
export async function enter(link, headers = {}) {
  const { origin, searchParams } = new URL(link);
  const reply = await fetch(`${origin}/enter`, {
    method: "POST",
    redirect: "manual",
    headers: { "Content-Type": "application/x-www-form-urlencoded", Origin: origin, ...headers },
    body: new URLSearchParams({ code: searchParams.get("code") }),
  });
  await reply.body?.cancel();
  return reply.headers.get("Set-Cookie")?.split(";")[0];
}

class Stream {
  constructor(reply, controller) {
    this.status = reply.status;
    this.controller = controller;
    this.reader = reply.body.pipeThrough(new TextDecoderStream()).getReader();
    this.text = "";
    this.ended = false;
  }

  // The next events; fewer if the stream ends before.
  async next(count) {
    const events = [];
    while (events.length < count) {
      const end = this.text.indexOf("\n\n");
      if (end < 0) {
        const { value, done } = await this.reader.read();
        if (done) {
          this.ended = true;
          return events;
        }
        this.text += value;
        continue;
      }
      const event = parseEvent(this.text.slice(0, end));
      this.text = this.text.slice(end + 2);
      if (event.name) events.push(event);
    }
    return events;
  }

  // Whoever waits for the next events has an end: an older Node.js may forget to tell them of abort().
  close() {
    this.reader.cancel().catch(() => {});
    this.controller.abort();
  }
}

function parseEvent(text) {
  const event = {};
  for (const line of text.split("\n")) {
    if (line.startsWith("id: ")) event.id = line.slice(4);
    if (line.startsWith("event: ")) event.name = line.slice(7);
    if (line.startsWith("data: ")) event.data = JSON.parse(line.slice(6));
  }
  return event;
}

// The cookies that an answer sets, a line each. Debian's Node.js has no getSetCookie().
export function cookiesOf(headers) {
  return (headers.get("Set-Cookie") ?? "").split(/, (?=[^;,=\s]+=)/).filter(Boolean);
}

// An instant so many seconds from now.
export function fromNow(seconds) {
  return new Date(Date.now() + seconds * 1000).toISOString();
}

let drawn = 0;
export function touch(event, occurred, more = {}) {
  drawn += 1;
  return { source: "test", id: `t-${drawn}`, event, occurred, ...more };
}

export const CODE = `code "Test"
  zone UTC

principle respect "Respect"
  "We answer."

promise answer under respect
  "We answer within four hours."
  on        message.received by customer
  must      message.sent within 4 hours
  pause     while question.asked until question.answered
  excused   while outage.started anywhere until outage.ended
  void      when thread.merged
  otherwise credit 10.00 BRL
  target    90% each month
  warn      at 75%
`;
