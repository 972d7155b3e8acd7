// The console's scripts, in few files. esbuild compiles them and divides what pages share by who shares it: some hundred
// files, forty of them for the frame alone. rollup knows what a browser has already when it opens a page: the frame becomes
// one file, what many pages use another ("parts"), and a page loads itself and a few more.
import { rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { build, transform } from "esbuild";
import { rollup } from "@rollup/wasm-node";
import { direct } from "./direct.mjs";

const MANY_PAGES = 8;
const TARGET = "es2022";

// What is loaded at once with a script: what it imports, and they in turn.
function withImports(outputs, path, found = new Set()) {
  if (found.has(path)) return found;
  found.add(path);
  for (const one of outputs[path].imports) if (one.kind === "import-statement") withImports(outputs, one.path, found);
  return found;
}

// Where a file of esbuild's goes: what the frame loads becomes one, and what belongs to no page and comes with many another.
function placesOf(outputs) {
  const entries = Object.keys(outputs).filter((path) => outputs[path].entryPoint);
  const frame = withImports(
    outputs,
    entries.find((path) => outputs[path].entryPoint === "src/main.tsx"),
  );
  const pages = new Map();
  for (const entry of entries.filter((path) => !frame.has(path)))
    for (const path of withImports(outputs, entry)) pages.set(path, (pages.get(path) ?? 0) + 1);
  const places = new Map([...frame].map((path) => [basename(path), "console"]));
  for (const [path, number] of pages)
    if (number >= MANY_PAGES && !frame.has(path) && !entries.includes(path)) places.set(basename(path), "parts");
  return places;
}

const minify = {
  name: "minify",
  async renderChunk(text) {
    const { code } = await transform(text, { minify: true, target: TARGET, format: "esm", legalComments: "none" });
    return { code, map: null };
  },
};

// The scripts of src/main.tsx below `home`: `metafile`, esbuild's, says what is in them; `files` are { fileName, code,
// isEntry, isFirst }, isFirst: asked for beside the entry by every page. `folder` is emptied and worked in.
export async function bundleScripts(home, folder) {
  await rm(folder, { recursive: true, force: true });
  const { metafile } = await build({
    bundle: true,
    absWorkingDir: home,
    logLevel: "warning",
    legalComments: "none",
    entryPoints: ["src/main.tsx"],
    outdir: folder,
    format: "esm",
    splitting: true,
    target: [TARGET],
    jsx: "automatic",
    entryNames: "console",
    chunkNames: "[name]-[hash]",
    define: { "process.env.NODE_ENV": '"production"' },
    metafile: true,
    plugins: [await direct(home, ["@mantine/core", "@mantine/hooks"])],
  });
  const places = placesOf(metafile.outputs);
  const bundle = await rollup({
    input: join(folder, "console.js"),
    treeshake: false, // esbuild has left out what nobody uses
    plugins: [minify],
    onLog: (level, log, tell) => log.code === "CIRCULAR_DEPENDENCY" || tell(level, log),
  });
  const { output } = await bundle.generate({
    format: "es",
    hashCharacters: "base36",
    entryFileNames: "console-[hash].js",
    chunkFileNames: ({ name }) => `${name.replace(/-[A-Z0-9]{8}$/, "")}-[hash].js`,
    manualChunks: (path) => places.get(basename(path)),
    onlyExplicitManualChunks: true,
  });
  await bundle.close();
  const files = output.map(({ fileName, code, isEntry, name }) => ({ fileName, code, isEntry, isFirst: name === "parts" }));
  return { metafile, files };
}
