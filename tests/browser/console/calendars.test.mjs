// Settings: the calendars of the Code, and closed days from a file that become a draft.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { assertCount, checkPage, openConsole } from "./site.mjs";

let site;
let name; // of the first calendar
const year = new Date().getUTCFullYear() + 1;
before(async () => {
  site = await openConsole();
  name = (await site.api("GET", "/api/v1/calendars")).body.items[0].name;
});
after(() => site?.close());

const button = (page, words) => page.getByRole("button", { name: words, exact: true });
const file = (...lines) => ["BEGIN:VCALENDAR", ...lines, "END:VCALENDAR", ""].join("\r\n");
const day = (title, date) => ["BEGIN:VEVENT", `SUMMARY:${title}`, `DTSTART;VALUE=DATE:${date}`, "END:VEVENT"];

test("each calendar is drawn for twelve months with its hours and closed days", async () => {
  const page = await site.open("/settings/calendars");
  const section = page.getByRole("region", { name });
  await assertCount(section.getByRole("img"), 12);
  assert.match(await section.getByRole("img").first().getAttribute("aria-label"), /\d+ open days/);
  await section.getByText("Opening hours").waitFor();
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test("a file is looked at first, an event left out, and the rest becomes a draft", async () => {
  const page = await site.open(`/settings/calendars/${name}`);
  await button(page, "See what it would add").click();
  await page.getByText("Choose a file or paste its text first").waitFor();
  await page.getByLabel("or paste its text").fill("no calendar");
  await button(page, "See what it would add").click();
  await page.getByText("export it again").waitFor();
  const ics = file(
    ...day("Founding day", `${year}0310`),
    ...day("Picnic", `${year}0311`),
    "BEGIN:VEVENT",
    "SUMMARY:Odd <img src=x onerror=alert(1)>",
    "DTSTART:20270231T100000",
    "END:VEVENT",
  );
  await page
    .locator('input[type="file"]')
    .setInputFiles({ name: "days.ics", mimeType: "text/calendar", buffer: Buffer.from(ics) });
  await button(page, "See what it would add").click();
  await page.getByText("2 lines would be added to the Code.").waitFor();
  await page.getByText("1 event was not understood and is left out.").waitFor();
  await page.getByLabel("Take Picnic").uncheck();
  await page.getByText("1 line would be added to the Code.").waitFor();
  await button(page, "Make a draft").click();
  await page.waitForURL(/\/console\/code\/drafts\/dra_/);
  const id = page.url().match(/dra_\w+/)[0];
  const { body } = await site.api("GET", `/api/v1/drafts/${id}`);
  assert.match(body.source, new RegExp(`closed   ${year}-03-10 "Founding day"`));
  assert.doesNotMatch(body.source, /Picnic/);
  await site.api("POST", `/api/v1/drafts/${id}/discard`);
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test("without a calendar the page says so", async () => {
  const page = await site.open("/settings/calendars", { on: "empty" });
  await page.getByText("has no calendar").waitFor();
  await page.context().close();
});

test("axe finds nothing serious on these pages, light and dark, wide and narrow", async () => {
  for (const path of ["/settings/calendars", `/settings/calendars/${name}`]) {
    await checkPage(site, path);
  }
});
