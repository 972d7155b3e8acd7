// What others' licences ask to be said: every npm package of which anything is in the bundle, or whose letters are built in,
// with its version as installed from package-lock.json and its licence in full.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

const FONTS = ["@fontsource-variable/inter", "@fontsource-variable/source-serif-4"];
const RULE = "-".repeat(80);

// By what the bundler says of its outputs: "node_modules/@mantine/core/esm/…" gives "node_modules/@mantine/core".
export function bundledFolders(metafiles) {
  const found = new Set(FONTS.map((name) => `node_modules/${name}`));
  for (const output of metafiles.flatMap((metafile) => Object.values(metafile.outputs)))
    for (const [path, { bytesInOutput }] of Object.entries(output.inputs)) {
      const folder = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0];
      if (folder && bytesInOutput > 0) found.add(folder);
    }
  return [...found].sort();
}

async function textsOf(folder) {
  const names = (await readdir(folder)).filter((name) => /^(licen[cs]e|copying|notice|copyright)/i.test(name));
  const more = names.includes("licenses") ? (await readdir(join(folder, "licenses"))).map((name) => `licenses/${name}`) : [];
  const files = [...names.filter((name) => name !== "licenses"), ...more].sort();
  return Promise.all(files.map((name) => readFile(join(folder, name), "utf8")));
}

// Some packages name their licence without bringing its text: that stands in licenses/.
async function commonText(home, about) {
  const text = await readFile(join(home, "licenses", `${about.license}.txt`), "utf8").catch(() => {
    throw new Error(`${about.name} brings no text of its licence, ${about.license}: add it to console/licenses/`);
  });
  const author = typeof about.author === "string" ? about.author : about.author?.name;
  return `${author ? `Copyright (c) ${author}` : `Copyright (c) the authors of ${about.name}`}\n\n${text}`;
}

export async function noticesOf(home, metafiles) {
  const parts = [];
  for (const folder of bundledFolders(metafiles)) {
    const about = JSON.parse(await readFile(join(home, folder, "package.json"), "utf8"));
    const texts = await textsOf(join(home, folder));
    if (texts.length === 0) texts.push(await commonText(home, about));
    parts.push([RULE, `${about.name} ${about.version} (${about.license})`, RULE, "", ...texts.map((one) => `${one.trim()}\n`)].join("\n"));
  }
  return [
    "Troth's console is made with the following packages. Their authors ask for these notices; Troth itself is under the",
    "Apache License, version 2.0.",
    "",
    ...parts,
  ].join("\n");
}
