// node bundle.mjs SIZES: what a browser loads of the console's scripts and styles, in kilobytes as they travel (Brotli): with
// the first page, and with each part that is loaded later. A line each: name, kB, words, goal.
import { readFile } from "node:fs/promises";

const LEAST = 1000; // bytes; smaller parts are told together
const sizes = JSON.parse(await readFile(process.argv[2], "utf8"));
const travels = Object.entries(sizes)
  .filter(([name]) => /\.(js|css)$/.test(name) && !["live.js", "page.css", "worker.js"].includes(name))
  .map(([name, { isFirst, bytes }]) => ({ name, isFirst, bytes: bytes.at(-1) }))
  .sort((a, b) => b.bytes - a.bytes);
const sum = (list) => list.reduce((all, { bytes }) => all + bytes, 0);
const isFirst = (part) => part.isFirst || /^console\.(js|css)$/.test(part.name);
const tell = (key, bytes, goal, words) => console.log([key, (bytes / 1000).toFixed(1), words, goal].join("\t"));

const later = travels.filter((part) => !isFirst(part));
tell("first", sum(travels.filter(isFirst)), "<200", "scripts and styles of the frame, before any page");
const plain = (name) => name.replace(/-[a-z0-9]{8}\.js$/, "");
const seen = new Map();
for (const { name, bytes } of later.filter((part) => part.bytes >= LEAST)) {
  const nth = (seen.get(plain(name)) ?? 0) + 1;
  seen.set(plain(name), nth);
  const key = nth === 1 ? plain(name) : `${plain(name)}_${nth}`;
  tell(key.replaceAll(/[^A-Za-z0-9]/g, "_"), bytes, "", `  later: ${key.replace("_", " ")}`);
}
const small = later.filter((part) => part.bytes < LEAST);
tell("small", sum(small), "", `  later: ${small.length} parts under 1 kB`);
tell("all", sum(travels), "", "everything");
