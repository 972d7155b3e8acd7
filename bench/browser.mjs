// What a browser needs for each page of the console, on the demo company: run by tests/browser/console/serve.mjs.
// Prints a line a page: its name, then milliseconds until it can be used, first with nothing kept and then with the scripts
// kept from before (the middle one of TIMES each), then kilobytes received with nothing kept.
//   Usable: the page's head is there and nothing stands for what is still to come, all that it asked the server for has
//   come, and the main thread has ended its last long task (over 50 ms); the last of these, and half a second follows in which
//   none of them happens again. Counted from the start of the navigation.
import { openBrowser } from "../tests/browser/site.mjs";

const TIMES = Number(process.env.TIMES ?? 5);
const { address, cookie, token } = JSON.parse(process.env.CONSOLE_FULL);

async function first(path) {
  const reply = await fetch(address + path, { headers: { Authorization: `Bearer ${token}` } });
  if (!reply.ok) throw new Error(`${path}: ${await reply.text()}`);
  return (await reply.json()).items[0].id;
}

const obligation = await first("/api/v1/obligations?limit=1");
const customer = await first("/api/v1/customers?limit=1");
const PAGES = {
  "Sign in": "/sign-in",
  Today: "/today",
  Ledger: "/ledger",
  Obligation: `/ledger/${obligation}`,
  Adherence: "/adherence",
  Customers: "/customers",
  Customer: `/customers/${encodeURIComponent(customer)}`,
  Code: "/code",
  Versions: "/code/versions",
  "Settings, staff": "/settings/staff",
  "Settings, audit": "/settings/audit",
  Account: "/me",
};

// Runs in the page before its own scripts.
function watch() {
  window.lastAt = 0;
  const until = (at) => {
    window.lastAt = Math.max(window.lastAt, at);
  };
  const isAwaited = ({ entryType, name }) =>
    entryType === "longtask" || (name.includes("/api/") && !name.includes("/api/v1/events"));
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (isAwaited(entry)) until(entry.startTime + entry.duration);
  }).observe({ entryTypes: ["longtask", "resource"] });
  const look = () => {
    window.isWhole = document.querySelector("h1") !== null && document.querySelector(".skeleton") === null;
    if (!window.isWhole) until(performance.now());
    requestAnimationFrame(look);
  };
  look();
}

async function load(context, path) {
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  let bytes = 0;
  await session.send("Network.enable");
  session.on("Network.loadingFinished", ({ encodedDataLength }) => {
    bytes += encodedDataLength;
  });
  await page.addInitScript(watch);
  await page.goto(`${address}/console${path}`);
  await page.waitForFunction(() => window.isWhole && performance.now() > window.lastAt + 500);
  const ms = await page.evaluate(() => window.lastAt);
  await page.close();
  return { ms, bytes };
}

const middle = (list) => list.sort((a, b) => a - b)[Math.floor(list.length / 2)];

const browser = await openBrowser();
for (const [name, path] of Object.entries(PAGES)) {
  const cold = [];
  const warm = [];
  let bytes = 0;
  for (let i = 0; i < TIMES; i++) {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: "en-US" });
    if (path !== "/sign-in") {
      const [key, value] = cookie.split("=");
      await context.addCookies([{ name: key, value, url: address, httpOnly: true, sameSite: "Lax" }]);
    }
    const fresh = await load(context, path);
    cold.push(fresh.ms);
    bytes = fresh.bytes;
    warm.push((await load(context, path)).ms);
    await context.close();
  }
  console.log([name, middle(cold).toFixed(0), middle(warm).toFixed(0), (bytes / 1000).toFixed(1)].join("\t"));
}
await browser.close();
