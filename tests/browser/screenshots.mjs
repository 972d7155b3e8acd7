// node screenshots.mjs PAGES OUT [NAME…]: a picture of every page, wide and narrow, light and dark.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { openBrowser, openSite, PAGES } from "./site.mjs";

const [folder, out, ...names] = process.argv.slice(2);
if (!folder || !out) {
  console.error("node screenshots.mjs PAGES OUT [NAME…]");
  process.exit(2);
}
await mkdir(out, { recursive: true });
const site = await openSite(folder);
const browser = await openBrowser();
for (const name of names.length ? names : PAGES) {
  for (const colorScheme of ["light", "dark"]) {
    for (const width of [1440, 390]) {
      const page = await browser.newPage({ colorScheme, viewport: { width, height: width === 390 ? 844 : 900 } });
      await page.goto(`${site.address}/${name}`);
      await page.evaluate(() => document.fonts.ready);
      await page.screenshot({ path: join(out, `${name}-${colorScheme}-${width}.png`), fullPage: true });
      await page.close();
    }
  }
}
await browser.close();
await site.close();
