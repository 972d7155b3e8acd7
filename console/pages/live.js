// The page Today, live: clocks count down by themselves; when the server tells of something new, the changed part is
// fetched and put in place, unless the pointer or the focus is on a row: then a button says how much is new.

const part = document.getElementById("part");
const live = document.querySelector(".live");
const news = document.querySelector(".news");

const WAIT_AFTER_EVENT_MS = 700;
const FETCH_AT_LEAST_EVERY_MS = 60_000;

let clockAheadMs = 0; // of the server's clock to this browser's
let waiting = null; // a part that came while somebody was on a row
let timer = 0;

// "3 h 12 min", in the same words as html_span() of the server.
function span(ms) {
  const s = Math.max(0, Math.floor(ms / 1000));
  const two = (a, unitA, b, unitB) => `${a}\u00a0${unitA}${b > 0 ? ` ${b}\u00a0${unitB}` : ""}`;
  if (s >= 2 * 86400) return two(Math.floor(s / 86400), "d", Math.floor((s % 86400) / 3600), "h");
  if (s >= 3600) return two(Math.floor(s / 3600), "h", Math.floor((s % 3600) / 60), "min");
  if (s >= 600) return two(Math.floor(s / 60), "min", 0, "");
  if (s >= 60) return two(Math.floor(s / 60), "min", s % 60, "s");
  return two(s, "s", 0, "");
}

function countDown() {
  const now = Date.now() + clockAheadMs;
  for (const time of part.querySelectorAll("[data-due]")) {
    const left = Number(time.dataset.due) - now;
    const words = left > 0 ? span(left) : "due now";
    if (time.textContent !== words) time.textContent = words;
  }
}

function learnTheTime(root) {
  const now = Number(root.querySelector("[data-now]")?.dataset.now);
  if (now) clockAheadMs = now - Date.now();
}

const ids = (root) => new Set(Array.from(root.querySelectorAll("[data-id]"), (row) => row.dataset.id));

function isBusy() {
  const focused = document.activeElement?.closest("[data-id]");
  return part.querySelector(".due:hover") !== null || part.contains(focused);
}

function show(next) {
  const before = ids(part);
  part.replaceChildren(...next.childNodes);
  for (const row of part.querySelectorAll("[data-id]")) {
    if (!before.has(row.dataset.id)) row.classList.add("arrived");
  }
  waiting = null;
  news.hidden = true;
  countDown();
}

function offer(next) {
  const before = ids(part);
  const after = ids(next);
  let count = 0;
  for (const id of after) if (!before.has(id)) count += 1;
  for (const id of before) if (!after.has(id)) count += 1;
  waiting = next;
  news.hidden = count === 0;
  news.textContent = `${count} new`;
}

async function fetchPart() {
  clearTimeout(timer);
  timer = setTimeout(fetchPart, FETCH_AT_LEAST_EVERY_MS);
  try {
    const answer = await fetch(part.dataset.part, { headers: { Accept: "text/html" } });
    if (answer.status === 401 || answer.status === 403) {
      location.reload();
      return;
    }
    if (!answer.ok) return;
    const next = document.createElement("div");
    next.append(document.createRange().createContextualFragment(await answer.text()));
    learnTheTime(next);
    if (isBusy()) offer(next);
    else show(next);
  } catch {
    say(false); // the server is away; the stream comes back by itself, and fetches then
  }
}

// One fetch for a burst of events; a steady stream of them must not put it off for ever.
let isFetchSoon = false;
function soon() {
  if (isFetchSoon) return;
  isFetchSoon = true;
  setTimeout(() => {
    isFetchSoon = false;
    fetchPart();
  }, WAIT_AFTER_EVENT_MS);
}

function say(isLive) {
  live.hidden = false;
  live.classList.toggle("away", !isLive);
  const words = isLive ? "live" : "the server is away, trying again";
  if (live.textContent !== words) live.textContent = words;
}

function listen() {
  const stream = new EventSource(part.dataset.events);
  let hasBeenAway = false;
  stream.addEventListener("open", () => {
    say(true);
    if (hasBeenAway) soon();
  });
  stream.addEventListener("error", () => {
    hasBeenAway = true;
    say(false);
    if (stream.readyState === EventSource.CLOSED) setTimeout(listen, 5000);
  });
  for (const name of part.dataset.names.split(" ")) stream.addEventListener(name, soon);
}

if (part?.dataset.events) {
  learnTheTime(part);
  countDown();
  setInterval(countDown, 1000);
  timer = setTimeout(fetchPart, FETCH_AT_LEAST_EVERY_MS);
  news.addEventListener("click", () => waiting && show(waiting));
  part.addEventListener("pointerleave", () => waiting && show(waiting));
  listen();
}
