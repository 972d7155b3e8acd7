// Keeps what never changes (/asset/…, whose addresses hold a hash), and a page that says so when there is no server.
// What the API answers and the pages themselves come from the server each time; of the company's, only the name, colours
// and logo are kept, which everybody may see: that page bears them.
const CACHE = "troth-assets-1";
const BRANDED = "troth-offline-1";
const OFFLINE = "/console-offline.html";
const NEEDED = ["asset(page.css)", "asset(inter.woff2)", "asset(serif.woff2)"];
// All that this version has. Another version has another list, so a browser takes its worker for a new one.
const CURRENT = new Set(["asset(*)"]);

// The page without a server, and what of the brand it names.
async function keepOffline() {
  const page = await fetch(OFFLINE, { cache: "no-cache" });
  if (!page.ok) return;
  const named = (await page.clone().text()).matchAll(/(?:href|src)="(\/brand[^"]*)"/g);
  const parts = [...named].map(([, address]) => address.replaceAll("&amp;", "&"));
  const cache = await caches.open(BRANDED);
  await cache.addAll(parts);
  await cache.put(OFFLINE, page);
  const current = new Set([OFFLINE, ...parts].map((address) => new URL(address, self.location.origin).href));
  for (const { url } of await cache.keys()) if (!current.has(url)) await cache.delete(url);
}

self.addEventListener("install", (event) => {
  const assets = caches.open(CACHE).then((cache) => cache.addAll(NEEDED));
  event.waitUntil(Promise.all([assets, keepOffline()]));
  self.skipWaiting();
});

async function begin() {
  const cache = await caches.open(CACHE);
  for (const { url } of await cache.keys()) if (!CURRENT.has(new URL(url).pathname)) await cache.delete(url);
  await self.clients.claim();
}
self.addEventListener("activate", (event) => event.waitUntil(begin()));

async function keep(request) {
  const cache = await caches.open(CACHE);
  const known = await cache.match(request);
  if (known) return known;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request, answer.clone());
  return answer;
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (url.pathname.startsWith("/asset/")) event.respondWith(keep(request));
  else if (request.mode === "navigate") {
    const answer = fetch(request);
    event.respondWith(answer.catch(() => caches.match(OFFLINE)));
    event.waitUntil(answer.then(keepOffline).catch(() => {})); // the brand may be another one by now
  } else if (url.pathname.startsWith("/brand")) {
    event.respondWith(fetch(request).catch(async () => (await caches.match(request)) ?? Response.error()));
  }
});
