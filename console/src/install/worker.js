// Keeps what never changes (/asset/…, whose addresses hold a hash), and a page that says so when there is no server.
// Nothing of the company's is ever kept: what the API answers and the pages themselves come from the server each time.
const CACHE = "troth-assets-1";
const OFFLINE = "asset(offline.html)";
const NEEDED = [OFFLINE, "asset(page.css)", "asset(inter.woff2)", "asset(serif.woff2)"];
// All that this version has. Another version has another list, so a browser takes its worker for a new one.
const CURRENT = new Set(["asset(*)"]);

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(NEEDED)));
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
  else if (request.mode === "navigate") event.respondWith(fetch(request).catch(() => caches.match(OFFLINE)));
});
