// The company's name, colours and logo: set, refused where words could not be read or a picture would act, and shown.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { CODE, Server } from "./server.mjs";

const BRAND = "/api/v1/brand";
const SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path d="M0 0h8v8z" fill="#123456"/></svg>';
let server;
before(async () => {
  server = await Server.open();
});
after(() => server.close());

const set = (body) => server.ask("PUT", BRAND, body);
const logo = (bytes, type = "image/svg+xml") => server.ask("PUT", `${BRAND}/logo`, bytes, { type });
const page = async (path) => {
  const reply = await fetch(server.url + path, { headers: { Accept: "text/html" } });
  return { status: reply.status, headers: reply.headers, text: await reply.text() };
};

function png(width, height) {
  const bytes = Buffer.alloc(40);
  Buffer.from("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "latin1").copy(bytes);
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return bytes;
}

test("without a brand everything is Troth's own", async () => {
  const { body } = await server.get(BRAND);
  assert.deepEqual([body.name, body.colour, body.contrast, body.logo, body.changed], ["", "", null, null, null]);
  assert.match((await page("/console")).text, /<meta name="brand" content="Troth">/);
  assert.match(
    (await page("/nothing")).text,
    /<title>[^<]* · Troth<\/title>[\s\S]*<p class="brand" translate="no">Troth<\/p>/,
  );
  assert.equal((await page("/brand.css")).text, "");
  assert.equal((await page("/brand/logo")).status, 404);
});

test("name and colours are on every page, in the style and the manifest, and noted with before and after", async () => {
  const { status, body, text } = await set({ name: 'Loja "Ana" <b>', colour: "#7a1f5c" });
  assert.equal(status, 200, text);
  assert.ok(body.contrast.light >= 4.5 && body.contrast.dark >= 4.5);
  assert.match(body.shown_dark, /^#[0-9a-f]{6}$/);
  const console = (await page("/console")).text;
  assert.match(console, /<meta name="brand" content="Loja &quot;Ana&quot; &lt;b&gt;">/);
  assert.match(console, /<title>Loja &quot;Ana&quot; &lt;b&gt;<\/title>|<title>Loja "Ana" &lt;b&gt;<\/title>/);
  const style = await page("/brand.css");
  assert.match(style.text, /--accent:#7a1f5c/);
  assert.match(style.text, /--kept:#0f6b5c/);
  const again = await fetch(`${server.url}/brand.css`, { headers: { "If-None-Match": style.headers.get("etag") } });
  assert.equal(again.status, 304);
  assert.equal(JSON.parse((await page("/console.webmanifest")).text).name, 'Loja "Ana" <b>');
  const told = /Loja (&quot;|")Ana(&quot;|") &lt;b&gt;/;
  for (const path of ["/nothing", "/code", "/enter?code=old"]) {
    const { text } = await page(path);
    assert.match(text, told, path);
    assert.match(text, /href="\/brand\.css/, path);
    assert.doesNotMatch(text, /Troth/, path);
  }
  const trail = (await server.get("/api/v1/audit?subject=brand")).body.items;
  assert.equal(trail[0].action, "brand.changed");
  assert.match(JSON.stringify(trail[0].after), /7a1f5c/);
  assert.equal((await server.publish(CODE)).status, 201);
  assert.match((await page("/code")).text, /<header class="company">Loja (&quot;|")Ana(&quot;|") &lt;b&gt;<\/header>/);
});

test("a colour in which words cannot be read is refused, with the nearest that will do", async () => {
  const pale = await set({ name: "x", colour: "#ffcc00" });
  assert.equal(pale.status, 400);
  assert.equal(pale.body.field, "colour");
  const better = pale.body.detail.match(/#[0-9a-f]{6}/)[0];
  assert.equal((await set({ name: "x", colour: better })).status, 200);
  assert.equal((await set({ name: "x", colour: better, colour_dark: "#101010" })).body.field, "colour_dark");
  for (const colour of ["red", "#12345", "#12345g", "#1234567", "url(x)"])
    assert.equal((await set({ name: "x", colour })).status, 400, colour);
  assert.equal((await set({ name: "x", colour_dark: "#ffffff" })).status, 400);
  assert.equal((await set({ name: "x".repeat(61) })).status, 400);
  assert.equal((await set({ name: "two\nlines" })).status, 400);
});

test("a logo is served so that nothing in it acts", async () => {
  assert.equal((await logo(SVG)).status, 200);
  const { body } = await server.get(BRAND);
  const served = await page(body.logo);
  assert.equal(served.text, SVG);
  assert.equal(served.headers.get("content-type"), "image/svg+xml");
  assert.match(served.headers.get("content-security-policy"), /default-src 'none'.*sandbox/);
  assert.equal(served.headers.get("content-disposition"), "attachment");
  assert.equal(served.headers.get("x-content-type-options"), "nosniff");
  const again = await fetch(server.url + body.logo, { headers: { "If-None-Match": served.headers.get("etag") } });
  assert.equal(again.status, 304);
  assert.match(
    (await page("/console")).text,
    new RegExp(`name="brand-logo" content="${body.logo.replace("?", "\\?")}"`),
  );
  assert.match((await page("/code")).text, /<header class="company"><img [^>]*src="\/brand\/logo/);
  assert.equal((await logo(png(200, 80), "image/png")).status, 200);
  assert.equal((await page("/brand/logo")).headers.get("content-type"), "image/png");
  assert.equal((await server.ask("DELETE", `${BRAND}/logo`)).status, 200);
  assert.equal((await page("/brand/logo")).status, 404);
});

test("pictures that act, are too large, or are none are refused", async () => {
  const svg = (inside) => `<svg xmlns="http://www.w3.org/2000/svg">${inside}</svg>`;
  for (const inside of [
    "<script>alert(1)</script>",
    "<SCRIPT href='x'/>",
    "<path onload='x()'/>",
    "<path\nONclick = 'x()'/>",
    "<foreignObject/>",
    "<a href='javascript:x'/>",
    "<use href='//evil.example/x#y'/>",
    "<image href='https://evil.example/x.png'/>",
    "<style>@import 'https://evil.example/x.css'</style>",
    "<animate attributeName='href'/>",
  ])
    assert.equal((await logo(svg(inside))).status, 400, inside);
  assert.equal((await logo(`<!DOCTYPE svg [<!ENTITY x "y">]>${SVG}`)).status, 400);
  assert.equal((await logo("<html></html>")).status, 400);
  assert.equal((await logo(SVG, "image/png")).status, 400);
  assert.equal((await logo(png(4000, 10), "image/png")).status, 400);
  assert.equal((await logo(png(0, 10), "image/png")).status, 400);
  assert.equal((await logo("RIFFxxxxWEBP", "image/webp")).status, 400);
  assert.equal((await logo(SVG, "text/html")).status, 415);
  assert.equal((await logo(`${SVG}${" ".repeat(300 << 10)}`)).status, 413);
});

test("taken back, everything is Troth's own again", async () => {
  assert.equal((await server.ask("DELETE", BRAND)).status, 204);
  assert.equal((await server.get(BRAND)).body.name, "");
  assert.match((await page("/console")).text, /<title>Troth<\/title>/);
  assert.equal(await server.restart(), 0);
  assert.equal((await server.get(BRAND)).body.changed, null);
});
