// Settings: the company's name, colour and logo, seen at once and on every page.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { checkPage, openConsole } from "./site.mjs";

let site;
before(async () => {
  site = await openConsole();
});
after(async () => {
  await site?.api("DELETE", "/api/v1/brand", undefined, "empty");
  await site?.close();
});

const button = (page, words) => page.getByRole("button", { name: words, exact: true });
const SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path d="M0 0h8v8z" fill="#7a1f5c"/></svg>';

test("a colour that cannot be read is told while it is typed, and the nearest is taken; all pages follow", async () => {
  const page = await site.open("/settings/brand", { on: "empty" });
  await page.getByLabel("Name").fill("Loja da Ana <i>");
  const colour = page.getByRole("textbox", { name: "Colour", exact: true });
  await colour.fill("no colour");
  await colour.fill("#ffcc00");
  await page.getByText("too faint to read").waitFor();
  assert.equal(await button(page, "Save").isDisabled(), true);
  await button(page, "Take it").click();
  await page.getByText("can be read well").first().waitFor();
  await button(page, "Save").click();
  await page.getByText("Saved. It is seen everywhere").waitFor();
  await page.locator("a.brand:visible", { hasText: "Loja da Ana <i>" }).waitFor();
  await page.locator('input[type="file"]').setInputFiles({
    name: "bad.svg",
    mimeType: "image/svg+xml",
    buffer: Buffer.from("<svg><script>x</script></svg>"),
  });
  await page.getByText("This picture cannot be taken").waitFor();
  await page
    .locator('input[type="file"]')
    .setInputFiles({ name: "logo.svg", mimeType: "image/svg+xml", buffer: Buffer.from(SVG) });
  await page.getByText("The logo is shown from now on").waitFor();
  await page.locator("a.brand:visible img").waitFor();
  assert.ok(await page.locator("a.brand:visible img").evaluate((img) => img.decode().then(() => img.naturalWidth > 0)));
  assert.deepEqual(page.complaints, []);
  await page.context().close();
  const gate = await site.open("/sign-in", { on: "empty", cookie: null });
  await gate.locator(".brand", { hasText: "Loja da Ana <i>" }).waitFor();
  assert.match(await gate.title(), /Loja da Ana <i>/);
  const accent = await gate.evaluate(() =>
    getComputedStyle(document.documentElement).getPropertyValue("--accent").trim(),
  );
  assert.notEqual(accent, "#0f6b5c");
  await gate.context().close();
  await checkPage(site, "/settings/brand", { on: "empty" });
});

test("a name may have as many letters as one sees, and too long a one is said at its field", async () => {
  const page = await site.open("/settings/brand", { on: "empty" });
  const name = page.getByLabel("Name");
  await name.fill("漢".repeat(30) + "👩‍👩‍👧".repeat(30));
  await button(page, "Save").click();
  await page.getByText("Saved. It is seen everywhere").waitFor();
  await name.fill("漢".repeat(61));
  await page.getByText("At most 60 letters: shorten it.").waitFor();
  assert.equal(await name.getAttribute("aria-invalid"), "true");
  assert.equal(await button(page, "Save").isDisabled(), true);
  await name.fill("Loja");
  await page.route("**/api/v1/brand", (route) =>
    route.request().method() === "PUT"
      ? route.fulfill({ status: 400, json: { title: "x", status: 400, field: "name", detail: "Not this one." } })
      : route.continue(),
  );
  await button(page, "Save").click();
  await page.getByText("Not this one.").waitFor();
  assert.equal(await name.getAttribute("aria-invalid"), "true");
  await page.context().close();
});

test("the brand is taken back after asking", async () => {
  const page = await site.open("/settings/brand", { on: "empty" });
  await button(page, "Back to Troth’s own").click();
  await page.getByRole("dialog").getByRole("button", { name: "Back to Troth’s own" }).click();
  await page.locator("a.brand:visible", { hasText: "Troth" }).waitFor();
  assert.equal((await site.api("GET", "/api/v1/brand", undefined, "empty")).body.name, "");
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});
