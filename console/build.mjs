// node build.mjs OPENAPI OUT: checks the console's types, bundles it, and writes OUT/assets.c with everything that the
// pages are served with, plain and compressed. OUT/sizes.json says how much a browser loads.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, extname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { build } from "esbuild";
import openapiTypes, { astToString } from "openapi-typescript";
import { bundleScripts } from "./chunks.mjs";
import { noticesOf } from "./licenses.mjs";

const [openapi, out] = process.argv.slice(2);
const home = dirname(fileURLToPath(import.meta.url));
const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
};

async function writeIfNew(path, text) {
  if ((await readFile(path, "utf8").catch(() => null)) !== text) await writeFile(path, text);
}

// The API's types are this build's own, so the settings of the type check are, too.
async function writeTypes() {
  const document = JSON.parse(await readFile(openapi, "utf8"));
  await writeIfNew(join(out, "schema.d.ts"), astToString(await openapiTypes(document)));
  const settings = {
    extends: relative(out, join(home, "tsconfig.json")),
    compilerOptions: {
      paths: { "~schema": [join(out, "schema.d.ts")] },
      typeRoots: [join(home, "node_modules/@types")],
      incremental: true,
      tsBuildInfoFile: join(out, "tsconfig.tsbuildinfo"),
    },
    include: [join(home, "src")],
  };
  await writeIfNew(join(out, "tsconfig.json"), JSON.stringify(settings, null, 2));
}

function checkTypes() {
  const program = join(home, "node_modules/typescript/bin/tsc");
  return new Promise((resolve, reject) => {
    const tsc = spawn(process.execPath, [program, "-p", join(out, "tsconfig.json"), "--pretty", "false"], {
      stdio: "inherit",
      cwd: home,
    });
    tsc.on("exit", (code) => (code === 0 ? resolve() : reject(new Error("the console's types do not fit"))));
  });
}

const assets = []; // { name, address, type, content, isFirst }
const addressOf = (name) => assets.find((asset) => asset.name === name)?.address;

// Under an address with a hash of its content, unless it has one already.
function add(name, content, options = {}) {
  const extension = extname(name);
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 12);
  const address = options.address ?? `/asset/${basename(name, extension)}-${hash}${extension}`;
  assets.push({ name, address, type: TYPES[extension], content, isFirst: options.isFirst ?? false });
}

// asset(NAME) in a text becomes the address of an earlier one; "asset(*)" those of all earlier ones.
function withAddresses(text, where) {
  return text.replaceAll(/asset\(([^)]*)\)/g, (_, name) => {
    const address = name === "*" ? assets.map((asset) => asset.address).join('", "') : addressOf(name);
    if (!address) throw new Error(`${where}: asset(${name}) is not built in`);
    return address;
  });
}

const textOf = async (path) => withAddresses(await readFile(path, "utf8"), relative(home, path));

async function addPages() {
  const fonts = join(home, "node_modules/@fontsource-variable");
  for (const [name, folder, file] of [
    ["inter", "inter", "inter-latin-wght-normal"],
    ["serif", "source-serif-4", "source-serif-4-latin-wght-normal"],
  ]) {
    add(`${name}.woff2`, await readFile(join(fonts, folder, "files", `${file}.woff2`)));
    add(`${name}-license.txt`, await readFile(join(fonts, folder, "LICENSE")));
  }
  add("icon.svg", await readFile(join(home, "pages/icon.svg")));
  for (const name of ["icon-192.png", "icon-512.png", "icon-mask.png"])
    add(name, await readFile(join(home, "src/install", name)));
  add("page.css", Buffer.from(await textOf(join(home, "pages/page.css"))));
}

// One stylesheet for the whole console, since a browser loads a lazy page's scripts by itself, but not its styles:
// those of the Mantine components that are used anywhere, in Mantine's own order and in a layer below, then every .css
// of src/.
async function styleSource(outputs) {
  const own = (await readdir(join(home, "src"), { recursive: true })).filter((name) => extname(name) === ".css").sort();
  const folder = join(home, "node_modules/@mantine/core/styles");
  const there = new Set(await readdir(folder));
  const bundled = Object.values(outputs).flatMap((output) =>
    Object.entries(output.inputs).filter(
      ([path, { bytesInOutput }]) => path.includes("@mantine/core/") && bytesInOutput > 0,
    ),
  );
  const used = new Set(bundled.map(([path]) => basename(path, ".mjs")));
  const isUsed = (name) => used.has(name) || /^[a-z]/.test(name); // those in small letters are for all of them
  const order = await mantineOrder(folder, there);
  const core = order.filter(isUsed).map((name) => `@import "@mantine/core/styles/${name}.layer.css";`);
  const others = ["notifications", "spotlight"].map((name) => `@import "@mantine/${name}/styles.layer.css";`);
  return [...core, ...others, ...own.map((name) => `@import "./src/${name}";`)].join("\n");
}

// The names of Mantine's stylesheets in the order in which its whole one has them: later ones count on earlier ones.
async function mantineOrder(folder, there) {
  const whole = await readFile(join(folder, "../styles.layer.css"), "utf8");
  const names = [...there]
    .filter((name) => name.endsWith(".layer.css"))
    .map((name) => name.slice(0, -".layer.css".length));
  const placed = await Promise.all(
    names.map(async (name) => {
      const text = await readFile(join(folder, `${name}.layer.css`), "utf8");
      const first = /\.m_\w+/.exec(text)?.[0];
      return { name, at: first ? whole.indexOf(first) : -1 };
    }),
  );
  return placed.sort((a, b) => a.at - b.at).map(({ name }) => name);
}

async function addConsole() {
  const { metafile, files } = await bundleScripts(home, join(out, "bundle"));
  const styles = await build({
    stdin: { contents: await styleSource(metafile.outputs), resolveDir: home, loader: "css" },
    bundle: true,
    minify: true,
    write: false,
    absWorkingDir: home,
    logLevel: "warning",
    legalComments: "none",
    external: ["asset(*"],
    metafile: true,
  });
  add("console.css", Buffer.from(withAddresses(styles.outputFiles[0].text, "console.css")));
  for (const { fileName, code, isEntry, isFirst } of files)
    add(isEntry ? "console.js" : fileName, Buffer.from(code), { address: `/asset/${fileName}`, isFirst });
  await writeFile(join(out, "metafile.json"), JSON.stringify(metafile));
  const notices = await noticesOf(home, [metafile, styles.metafile]);
  await writeFile(join(out, "notices.txt"), notices);
  add("notices.txt", Buffer.from(notices));
}

async function addInstall() {
  add("console.webmanifest", Buffer.from(await textOf(join(home, "src/install/console.webmanifest"))));
  add("offline.html", Buffer.from(await textOf(join(home, "src/install/offline.html"))));
  add("worker.js", Buffer.from(await textOf(join(home, "src/install/worker.js"))));
}

const asBrotli = promisify(brotliCompress);
const asGzip = promisify(gzip);

// Compressed where it gains something; letters and pictures are compressed already.
async function forms(content, type) {
  if (/^(font|image\/png)/.test(type) || content.length < 256) return [content];
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length };
  return [content, await asGzip(content, { level: 9 }), await asBrotli(content, { params })];
}

const incbin = (symbol, path) =>
  `__asm__(".section .rodata\\n.balign 16\\n.global ${symbol}\\n${symbol}:\\n.incbin \\"${path}\\"\\n"\n` +
  `        ".global ${symbol}_end\\n${symbol}_end:\\n.byte 0\\n.previous\\n");\n` +
  `extern const char ${symbol}[], ${symbol}_end[];\n`;

async function writeSource() {
  const folder = join(out, "embedded");
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  let bytes = "";
  let rows = "";
  const sizes = {};
  for (const [number, asset] of assets.entries()) {
    const all = await forms(asset.content, asset.type);
    const pairs = [];
    for (const [coding, content] of all.entries()) {
      const symbol = `asset_bytes_${number}_${coding}`;
      const path = join(folder, `${basename(asset.address)}.${coding}`);
      await writeFile(path, content);
      bytes += incbin(symbol, path);
      pairs.push(`{${symbol}, ${symbol}_end}`);
    }
    rows += `    {"${asset.name}", "${asset.address}", "${asset.type}", ${asset.isFirst}, {${pairs.join(", ")}}},\n`;
    sizes[asset.name] = { isFirst: asset.isFirst, bytes: all.map((content) => content.length) };
  }
  await writeFile(
    join(out, "assets.c"),
    `/* Made by console/build.mjs. */\n#include "feature/page/asset.h"\n\n${bytes}\n` +
      `const struct asset assets[] = {\n${rows}    {0},\n};\n`,
  );
  await writeFile(join(out, "sizes.json"), JSON.stringify(sizes, null, 2));
}

try {
  await mkdir(out, { recursive: true });
  await writeTypes();
  const checked = checkTypes();
  checked.catch(() => {}); // told below, once bundling is through
  await addPages();
  await addConsole();
  await addInstall();
  await checked;
  await writeSource();
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
