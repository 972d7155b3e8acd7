// People: who is signed in, and what a browser's session may do.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Server, troth } from "./server.mjs";

let server;
before(async () => {
  server = await Server.open();
});
after(() => server.close());

// Opens a link as a browser does that keeps cookies by host.
async function signIn(link) {
  const reply = await fetch(link, { redirect: "manual" });
  assert.equal(reply.status, 303);
  return reply.headers.get("Set-Cookie").split(";")[0];
}

test("one_s_own_account_is_no_program_s", async () => {
  assert.equal((await server.get("/api/v1/me")).status, 403);
  assert.equal((await server.get("/api/v1/me", { token: null })).status, 401);
});

test("a_change_by_cookie_comes_from_our_own_page_or_not_at_all", async () => {
  const link = (await troth("token", "link", "--db", server.database)).trim();
  const cookie = await signIn(link);
  const change = async (headers) => {
    const ask = { token: null, headers: { Cookie: cookie, ...headers } };
    return (await server.ask("PATCH", "/api/v1/me", {}, ask)).body.detail ?? "done";
  };
  const refused = "This change did not come from a page of this server.";
  assert.equal(await change({}), refused);
  assert.equal(await change({ Origin: "http://elsewhere.example" }), refused);
  assert.equal(await change({ Origin: "null" }), refused);
  assert.equal(await change({ Origin: `${server.url}.elsewhere.example` }), refused);
  assert.equal(await change({ Origin: server.url, "Sec-Fetch-Site": "cross-site" }), refused);
  assert.equal(await change({ Origin: server.url, "Sec-Fetch-Site": "same-site" }), refused);
  assert.notEqual(await change({ Origin: server.url }), refused);
  assert.notEqual(await change({ "Sec-Fetch-Site": "same-origin" }), refused);
});
