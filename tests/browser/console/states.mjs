// What pages look like once something was done to them, for pictures: { path, act(page) } by the name of the picture.
const CONTROL_K = "Control+k";

// The button that is seen: the rail's on a wide screen, the strip's on a phone.
const seen = (page, name) => page.getByRole("button", { name }).filter({ visible: true }).first();

async function refuse(page, status) {
  await page.route("**/api/v1/obligations?**", (route) =>
    route.fulfill({
      status,
      contentType: "application/problem+json",
      body: JSON.stringify({ status, title: "Something broke", request_id: "0f3a" }),
    }),
  );
  await page.reload();
  await page.locator(".problem").first().waitFor({ timeout: 90_000 }); // a busy one is asked several times
}

export const STATES = {
  palette: {
    path: "/today",
    async act(page) {
      await page.keyboard.press(CONTROL_K);
      await page.getByRole("dialog").getByRole("textbox").waitFor();
    },
  },
  "palette-found": {
    path: "/today",
    async act(page) {
      await page.keyboard.press(CONTROL_K);
      await page.getByRole("dialog").getByRole("textbox").fill("day");
    },
  },
  help: {
    path: "/today",
    async act(page) {
      await page.keyboard.press("?");
      await page.getByRole("dialog").waitFor();
    },
  },
  notifications: { path: "/today", act: (page) => seen(page, /^Notifications/).click() },
  account: { path: "/today", act: (page) => seen(page, /^Account/).click() },
  more: {
    path: "/today",
    isOn: (viewport) => viewport.width < 700,
    act: (page) => page.locator(".bottom").getByRole("button").click(),
  },
  "list-keys": {
    path: "/ledger",
    async act(page) {
      for (const key of ["j", "j", "x", "j", "x"]) await page.keyboard.press(key);
    },
  },
  excuse: {
    path: "/ledger",
    async act(page) {
      for (const key of ["j", "x"]) await page.keyboard.press(key);
      await page
        .getByRole("button", { name: /^Excuse/ })
        .first()
        .click();
      await page.getByRole("dialog").waitFor();
    },
  },
  export: {
    path: "/adherence",
    async act(page) {
      await page.getByRole("button", { name: "Export" }).click();
      await page.getByRole("menuitem").first().waitFor();
    },
  },
  table: {
    path: "/adherence",
    act: (page) => page.getByRole("button", { name: /table/i }).first().click(),
  },
  error: { path: "/ledger", act: (page) => refuse(page, 500) },
  busy: { path: "/today", act: (page) => refuse(page, 503) },
  missing: { path: "/no-such-page" },
  "missing-one": { path: "/ledger/999999999999" },
  loading: {
    path: "/ledger",
    isMoving: true,
    async act(page) {
      await page.route("**/api/v1/obligations?**", () => {}); // never answered
      await page.reload();
      await page.locator(".skeleton").first().waitFor();
      await page.waitForTimeout(600);
    },
  },
  lost: {
    path: "/today",
    async act(page) {
      await page.context().setOffline(true);
      await page.evaluate(() => window.dispatchEvent(new Event("offline")));
      await page.locator(".live.is-lost").first().waitFor({ state: "attached", timeout: 30_000 });
    },
  },
  focus: {
    path: "/today",
    async act(page) {
      for (let i = 0; i < 6; i++) await page.keyboard.press("Tab");
    },
  },
  "skip-link": { path: "/today", act: (page) => page.keyboard.press("Tab") },
};
