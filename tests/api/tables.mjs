// Files with a table: what a test reads of them.
import assert from "node:assert/strict";
import { inflateRawSync } from "node:zlib";

// A file of CSV as rows of cells.
export function cellsOf(csv) {
  const lines = csv.split("\r\n").filter(Boolean);
  return lines.map((line) => {
    const cells = `${line},`.match(/("([^"]|"")*"|[^,]*),/g);
    return cells.map((cell) =>
      cell
        .replace(/,$/, "")
        .replace(/^"(.*)"$/, "$1")
        .replaceAll('""', '"'),
    );
  });
}

// A file of a ZIP archive, by its directory at the end.
export function fileOf(zip, name) {
  let at = zip.readUInt32LE(zip.lastIndexOf("PK\x05\x06") + 16);
  for (;;) {
    assert.equal(zip.readUInt32LE(at), 0x02014b50, `${name} is in the archive`);
    const [nameSize, extra, comment] = [28, 30, 32].map((place) => zip.readUInt16LE(at + place));
    if (zip.toString("utf8", at + 46, at + 46 + nameSize) === name) break;
    at += 46 + nameSize + extra + comment;
  }
  const size = zip.readUInt32LE(at + 20);
  const local = zip.readUInt32LE(at + 42);
  const begin = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
  return inflateRawSync(zip.subarray(begin, begin + size)).toString();
}
