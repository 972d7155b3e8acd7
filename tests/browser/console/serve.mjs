// node serve.mjs COMMAND…: runs COMMAND beside one server with the demo company and one without anything, told by the
// variables CONSOLE_FULL and CONSOLE_EMPTY: { address, cookie, token } each, of an administrator. TROTH names the program.
import { spawn } from "node:child_process";
import { enter, Server } from "../../api/server.mjs";

async function signedIn(server, cookie) {
  return JSON.stringify({ address: server.url, cookie: await cookie, token: server.token });
}

const full = await Server.open("--demo");
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
