// esbuild divides what it bundles by files, and so takes whoever imports one name from a package's index for a reader of
// all that the index leads to: components of one page would be loaded with every page. This plugin has each name imported
// from the file where it stands.
import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";

// What the index of a package leads to: name → where, and under which name.
async function exportsOf(folder) {
  const places = new Map();
  const index = await readFile(join(folder, "index.mjs"), "utf8");
  for (const [, names, path] of index.matchAll(/export \{([^}]*)\} from '([^']+)'/g))
    for (const words of names.split(",")) {
      const [there, here = there] = words.trim().split(" as ");
      places.set(here, { there, from: path.startsWith(".") ? join(folder, path) : path });
    }
  return places;
}

// What has no place in the index (types, say) is imported as it was.
function rewritten(names, name, places) {
  const lines = [];
  const others = [];
  for (const words of names.split(",").map((word) => word.trim())) {
    const [there, here = there] = words.split(" as ");
    const place = places.get(there);
    if (place) lines.push(`import { ${place.there} as ${here} } from ${JSON.stringify(place.from)};`);
    else if (words) others.push(words);
  }
  if (others.length) lines.push(`import { ${others.join(", ")} } from "${name}";`);
  return lines.join(" ");
}

// For the packages named, wherever modules of `home`/src or of Mantine import from them.
export async function direct(home, names) {
  const indexes = new Map();
  for (const name of names) indexes.set(name, await exportsOf(join(home, "node_modules", name, "esm")));
  return {
    name: "direct",
    setup(build) {
      build.onLoad({ filter: /\/console\/src\/.*\.tsx?$|\/@mantine\/.*\.mjs$/ }, async ({ path }) => {
        const text = await readFile(path, "utf8");
        const contents = text.replace(/^import \{([^}]*)\} from ["']([^"']+)["'];?$/gm, (all, some, name) =>
          indexes.has(name) ? rewritten(some, name, indexes.get(name)) : all,
        );
        return { contents, loader: { ".tsx": "tsx", ".ts": "ts", ".mjs": "js" }[extname(path)] };
      });
    },
  };
}
