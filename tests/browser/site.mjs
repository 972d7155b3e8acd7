// What the browser tests share: a server of the rendered pages on a free port of 127.0.0.1, and Debian's Chromium without a
// window, which takes a third less of the machine.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { chromium } from "playwright-core";

const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".woff2": "font/woff2",
};

// As src/feature/page/frame.h asks for.
const POLICY =
  "default-src 'none'; style-src 'self'; font-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; " +
  "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

// /NAME is NAME.html of the folder.
export async function openSite(folder) {
  const server = createServer(async (request, response) => {
    const path = normalize(new URL(request.url, "http://site").pathname);
    const file = extname(path) ? path : `${path}.html`;
    if (path === "/brand.css") {
      response.writeHead(200, { "Content-Type": TYPES[".css"] }).end(); // of a company without a brand
      return;
    }
    try {
      const body = await readFile(join(folder, file));
      const isAlone = path.startsWith("/replay"); // a page in one file, styles and all
      const policy = isAlone ? {} : { "Content-Security-Policy": POLICY };
      response.writeHead(200, { "Content-Type": TYPES[extname(file)], ...policy });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    address: `http://127.0.0.1:${server.address().port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export function openBrowser() {
  return chromium.launch({
    executablePath: "/usr/bin/chromium-headless-shell",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

export const PAGES = [
  "code-full",
  "code-new",
  "code-extreme",
  "code-full-pt",
  "code-new-es",
  "code-extreme-es",
  "code-missing",
  "enter",
  "enter-refused",
  "replay-full",
  "replay-nothing",
  "replay-against",
];
