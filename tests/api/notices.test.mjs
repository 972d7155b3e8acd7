// The licences of what the console is made with: every npm package in the bundle, with its text.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { Server } from "./server.mjs";

let server;
let notices;
before(async () => {
  server = await Server.open();
  const reply = await fetch(`${server.url}/console-notices.txt`);
  assert.equal(reply.status, 200);
  assert.match(reply.headers.get("content-type"), /^text\/plain/);
  notices = await reply.text();
});
after(() => server?.close());

const read = async (path) => JSON.parse(await readFile(path, "utf8"));

// What the bundler says it took from where, beside the program that was built with it.
async function bundled() {
  const { outputs } = await read(join(dirname(process.env.TROTH), "console/metafile.json"));
  const paths = Object.values(outputs).flatMap(({ inputs }) =>
    Object.keys(inputs).filter((path) => inputs[path].bytesInOutput > 0),
  );
  return new Set(paths.flatMap((path) => /^.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.slice(0, 1) ?? []));
}

test("every package of the bundle is named with the version of the lock file and its licence in full", async () => {
  const { packages } = await read(new URL("../../console/package-lock.json", import.meta.url));
  const parts = notices.split(/^-{80}\n(?=.+\n-{80}\n)/m).slice(1);
  const folders = await bundled();
  assert.ok(folders.size > 30, `${folders.size} packages`);
  for (const folder of folders) {
    const { version, license } = packages[folder];
    const head = `${folder.replace(/^.*node_modules\//, "")} ${version} (${license})\n`;
    const part = parts.find((one) => one.startsWith(head));
    assert.ok(part, head);
    assert.match(part, /copyright|public domain/i, head);
    assert.match(part, /warrant/i, head); // all of these licences speak of it
    assert.ok(part.length > 600, head);
  }
});

test("the letters' licence is there, and ECharts' notice", () => {
  assert.match(notices, /@fontsource-variable\/inter [\d.]+ \(OFL-1\.1\)/);
  assert.match(notices, /SIL OPEN FONT LICENSE/i);
  assert.match(notices, /Apache ECharts/);
});
