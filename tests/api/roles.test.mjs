// Every route and every role: each allows just what its table says.
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { CODE, Server, troth } from "./server.mjs";

const DOCUMENT = new URL("../../docs/roles.md", import.meta.url);
let server;
let roles; // name -> { permissions, cookie }
before(async () => {
  server = await Server.open("--rate", "0");
  await server.publish(CODE);
  await server.post("/api/v1/roles", { name: "caller", permissions: ["ledger:read", "staff:read", "code:comment"] });
  roles = new Map();
  for (const role of (await server.get("/api/v1/roles")).body.items) {
    const { id } = await server.addStaff(`${role.name.replaceAll(" ", "-")}@shop.example`, [role.name]);
    roles.set(role.name, { permissions: role.permissions, id });
  }
  for (const role of roles.values()) role.cookie = await server.signIn(role.id);
});
after(() => server.close());

// Every route of the API, from its own description.
async function routes() {
  const { paths } = JSON.parse(await troth("openapi"));
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, route]) => ({
      method: method.toUpperCase(),
      path,
      scopes: route.security?.[0] ? Object.values(route.security[0])[0] : [],
    })),
  );
}

const may = (role, ...scopes) =>
  scopes.every((scope) => scope === "self" || role.permissions.includes(scope) || role.permissions.includes("admin"));

// What a role's own page is refused for: 401 and 403 by the router alone, before a handler has its say.
async function ask(role, method, path) {
  const reply = await fetch(server.url + path.replace(/\{\w+\}/g, "x"), {
    method,
    headers: { Cookie: role.cookie, Origin: server.url, "Content-Type": "application/json" },
    body: ["GET", "DELETE"].includes(method) ? undefined : "not JSON",
  });
  const text = reply.headers.get("Content-Type")?.includes("event-stream") ? "" : await reply.text();
  if (!text) await reply.body?.cancel().catch(() => {});
  return { status: reply.status, refused: reply.status === 403 && /needs the permission/.test(text) };
}

test("every_route_allows_every_role_just_what_the_table_says", async () => {
  const all = await routes();
  assert.ok(all.length > 60 && roles.size === 7);
  const wrong = [];
  for (const { method, path, scopes } of all) {
    if (path.endsWith("/sign-out") || path.endsWith("/me/sessions")) continue; // these end the session that asks
    for (const [name, role] of roles) {
      const { status, refused } = await ask(role, method, path);
      if (status === 401 || status === 500 || refused === may(role, ...scopes))
        wrong.push(`${name}: ${method} ${path} (${scopes}): ${status}`);
    }
  }
  assert.deepEqual(wrong, []);
});

test("the_document_of_roles_is_that_of_the_tables", async () => {
  const names = [...roles.keys()].filter((name) => name !== "caller");
  const row = (cells) => `| ${cells.join(" | ")} |`;
  const allowed = (scope) => names.map((name) => (may(roles.get(name), scope) ? "●" : ""));
  const lines = [
    "# Who may do what",
    "",
    "Made from the tables of permissions, roles and routes by `tests/api/roles.test.mjs`, which fails where it is not true any more",
    "(`WRITE=1` writes it anew). A role of the company's own has any permissions; a token has the same ones.",
    "",
    "## Permissions",
    "",
    row(["permission", "allows", ...names]),
    row(["---", "---", ...names.map(() => ":-:")]),
  ];
  for (const { name, allows } of (await server.get("/api/v1/permissions")).body.items)
    lines.push(row([`\`${name}\``, allows, ...allowed(name)]));
  lines.push("", "## Routes", "", row(["route", "needs"]), row(["---", "---"]));
  for (const { method, path, scopes } of await routes()) {
    const needs = scopes.map((scope) => (scope === "self" ? "being signed in" : `\`${scope}\``)).join(" and ");
    lines.push(row([`\`${method} ${path}\``, needs || "nothing"]));
  }
  const wanted = `${lines.join("\n")}\n`;
  if (process.env.WRITE) await writeFile(DOCUMENT, wanted);
  assert.equal(await readFile(DOCUMENT, "utf8"), wanted);
});
