import { createHmac } from "node:crypto";
import { cookiesOf } from "./server.mjs";

// A browser: keeps cookies, and asks from a page of the server.
export class Browser {
  constructor(server) {
    this.server = server;
    this.cookies = new Map();
  }
  async ask(method, path, body, headers = {}) {
    const Cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const reply = await this.server.ask(method, path, body, {
      token: null,
      headers: { Origin: this.server.url, ...(Cookie && { Cookie }), ...headers },
    });
    for (const line of cookiesOf(reply.headers)) {
      const [, name, value] = line.match(/^([^=]+)=([^;]*)/);
      this.cookies.set(name, value);
    }
    return reply;
  }
  get session() {
    return this.cookies.get("troth_session");
  }
  signIn(email, password, code) {
    return this.ask("POST", "/api/v1/sign-in", { email, password, ...(code && { code }) });
  }
  async isIn() {
    return (await this.ask("GET", "/api/v1/me")).status === 200;
  }
}

// RFC 6238, by another implementation than the server's.
export function code(secret, steps = 0) {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret.replace(/=+$/, "")].map((c) => letters.indexOf(c).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30000) + steps));
  const hash = createHmac("sha1", key).update(counter).digest();
  const at = hash[19] & 15;
  return String((hash.readUInt32BE(at) & 0x7fffffff) % 1000000).padStart(6, "0");
}
