// node serve.mjs COMMAND…: runs COMMAND beside one server with the demo company and one without anything, told by the
// variables CONSOLE_FULL and CONSOLE_EMPTY: { address, cookie, token } each, of an administrator. TROTH names the program.
// The demo company is a copy of the one in the folder CONSOLE_DEMO, which `node serve.mjs --demo` fills; without it, a new one.
import { spawn } from "node:child_process";
import { cp, rm } from "node:fs/promises";
import { enter, Server } from "../../api/server.mjs";

async function signedIn(server, cookie) {
  return JSON.stringify({ address: server.url, cookie: await cookie, token: server.token });
}

const kept = process.env.CONSOLE_DEMO;
if (process.argv[2] === "--demo") {
  await rm(kept, { recursive: true, force: true });
  const server = await Server.open("--demo");
  await server.stop();
  await cp(server.folder, kept, { recursive: true });
  await server.close();
  process.exit(0);
}
const full = await Server.open(kept ? { copyOf: kept } : {}, "--demo");
const empty = await Server.open();
let code = 1;
try {
  const { id } = await empty.addStaff("ana@shop.example", ["administrator"]);
  const environment = {
    CONSOLE_FULL: await signedIn(full, enter(full.link)),
    CONSOLE_EMPTY: await signedIn(empty, empty.signIn(id)),
  };
  const [command, ...args] = process.argv.slice(2);
  const child = spawn(command, args, { stdio: "inherit", env: { ...process.env, ...environment } });
  code = await new Promise((resolve) => child.on("exit", (status) => resolve(status ?? 1)));
} finally {
  await full.close();
  await empty.close();
}
process.exit(code);
