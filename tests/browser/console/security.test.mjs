// Words that people write are words on every page: no script of theirs runs, and the policy of the pages, which would
// forbid it, is never asked to.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { comesTo, openConsole, settle } from "./site.mjs";

const EVIL = `<script>alert(1)</script><img src=x onerror=alert(2)>"'&`;
const SHOWN =
  /^\/(ledger(\/|\?about).*|code\/drafts\/.*|customers(\/|\?q).*|settings\/(staff|teams|roles|tokens|webhooks))$/;
let site;
const paths = [];

before(async () => {
  site = await openConsole();
  const make = async (method, path, body) => {
    const reply = await site.api(method, path, body);
    assert.ok(reply.status < 300, `${method} ${path}: ${reply.status} ${JSON.stringify(reply.body)}`);
    return reply.body;
  };
  const team = await make("POST", "/api/v1/teams", { name: `t ${EVIL}` });
  const role = await make("POST", "/api/v1/roles", { name: `r ${EVIL}`, permissions: ["ledger:read"] });
  const person = { name: `p ${EVIL}`, email: "evil@shop.example", roles: [role.id], teams: [team.id] };
  await make("POST", "/api/v1/staff", person);
  await make("POST", "/api/v1/tokens", { name: `k ${EVIL}`, scopes: "ledger:read" });
  const hook = { url: "https://hooks.shop.example/x", description: EVIL, events: ["obligation.broken"] };
  await make("POST", "/api/v1/webhooks", hook);
  const code = await make("GET", "/api/v1/code");
  const source = code.source.replace(/"[^"\n]*"/, `"${EVIL.replaceAll('"', "")}"`);
  const draft = await make("POST", "/api/v1/drafts", { name: EVIL, source });
  const { items } = await make("GET", "/api/v1/code/promises").catch(() => ({ items: [] }));
  const promise = code.source.match(/^promise (\S+)/m)?.[1] ?? items[0]?.name;
  await make("POST", "/api/v1/code/comments", { promise, words: EVIL });
  const customer = `c-${EVIL}`;
  const event = "complaint.opened"; // whoever complains is heard again within some days: it stays open
  const attributes = { "<b>evil</b>": EVIL, note: EVIL };
  const now = new Date(Date.now() - 1000).toISOString();
  const touch = { source: EVIL, id: "evil-1", event, occurred: now, thread: EVIL, customer, actor: "customer" };
  await make("POST", "/api/v1/touches", { ...touch, team: `t ${EVIL}`, channel: EVIL, person: EVIL, attributes });
  const list = await make("GET", `/api/v1/obligations?key=${encodeURIComponent(EVIL)}`);
  assert.equal(list.items.length, 1, "the ledger has it");
  const at = encodeURIComponent(customer);
  paths.push(
    "/today",
    "/ledger",
    `/ledger?about=${encodeURIComponent(EVIL)}`,
    `/ledger?team=${encodeURIComponent(EVIL)}`,
  );
  paths.push(`/ledger/${list.items[0].id}`);
  paths.push("/adherence", "/adherence?by=team", "/code", `/code/drafts/${draft.id}`, "/customers");
  const find = () => make("GET", `/api/v1/customers?q=${at}`);
  await comesTo(
    find,
    (found) => found.items.length > 0,
    "one",
    "customers of new touches are found a little later, and",
  );
  paths.push(`/customers?q=${at}`, `/customers/${at}`);
  paths.push("/settings/staff", "/settings/teams", "/settings/roles", "/settings/tokens", "/settings/webhooks");
  paths.push("/settings/audit", "/me", `/nothing/${encodeURIComponent(EVIL)}`);
});
after(() => site?.close());

test("what people wrote runs nowhere in the console", async () => {
  const page = await site.open("/today");
  const reported = [];
  await page.exposeFunction("reportedByTheTest", (words) => reported.push(words));
  await page.addInitScript(() =>
    document.addEventListener("securitypolicyviolation", (e) =>
      window.reportedByTheTest(`${e.violatedDirective} ${e.blockedURI} ${e.sample}`),
    ),
  );
  for (const path of paths) {
    await page.goto(`${site.full.address}/console${path}`);
    await settle(page);
    const shows = () => page.evaluate(() => document.body.textContent.includes("<script>alert(1)</script>"));
    // As it was written: once the lists have come that are loaded after the page.
    if (SHOWN.test(path)) await comesTo(shows, (is) => is, "the words", path);
    assert.equal(await page.locator("img[src=x]").count(), 0, path);
  }
  assert.deepEqual(reported, []);
  assert.deepEqual(
    page.complaints.filter((words) => /script of the data|Content Security Policy/.test(words)),
    [],
  );
  await page.context().close();
});

test("the sign-in page leads back into the console alone", async () => {
  for (const [from, to] of [
    ["/ledger", "/console/ledger"],
    ["//evil.example", "/console/today"],
    ["/\\evil.example", "/console/today"],
    ["https://evil.example/", "/console/today"],
    ["javascript:alert(1)", "/console/today"],
    ["/%2F/evil.example"],
    ["/../..//evil.example", "/console/today"],
  ]) {
    const page = await site.open(`/sign-in?from=${encodeURIComponent(from)}`);
    // The browser has a session: what is left of signing in is where it leads.
    await page.route("**/api/v1/sign-in", (route) =>
      route.request().method() === "POST" ? route.fulfill({ status: 200, json: {} }) : route.continue(),
    );
    const asked = [];
    page.on("request", (request) => request.isNavigationRequest() && asked.push(request.url()));
    await page.getByLabel("E-mail address").fill("ana@shop.example");
    await page.getByRole("textbox", { name: "Password" }).fill("violet harbour climbs seven");
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.waitForURL((url) => !url.pathname.endsWith("/sign-in"));
    const { origin, pathname } = new URL(page.url());
    assert.equal(origin, site.full.address, from);
    assert.ok(to ? pathname === to : pathname.startsWith("/console/"), `${from} leads to ${pathname}`);
    assert.deepEqual(asked, [], from);
    assert.deepEqual(page.complaints, [], from);
    await page.context().close();
  }
});
