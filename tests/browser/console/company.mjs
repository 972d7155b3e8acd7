// What a company has besides the touches and the Code of the demo, so that no page is seen half empty.
import assert from "node:assert/strict";

// api(method, path, body) asks the server as an administrator. A route that is not there is a mistake here.
export async function furnish(api) {
  const make = async (path, body) => {
    const reply = await api("POST", path, body);
    assert.ok(reply.status < 300, `POST ${path}: ${reply.status} ${JSON.stringify(reply.body)}`);
    return reply.body;
  };
  const known = await api("GET", "/api/v1/drafts");
  if (known.body.items.length > 0) return; // it was here before
  const shop = await make("/api/v1/teams", { name: "shop" });
  await make("/api/v1/teams", { name: "complaints", parent: shop.id, restricted: true });
  const bruno = await make("/api/v1/staff", {
    name: "Bruno Lima",
    email: "bruno@shop.example",
    roles: ["manager"],
    teams: [shop.id],
  });
  await make("/api/v1/staff", { name: "Carla Reyes", email: "carla@shop.example", roles: ["agent"] });
  await make(`/api/v1/staff/${bruno.id}/invitation`);
  const { body: code } = await api("GET", "/api/v1/code");
  const { body: promises } = await api("GET", "/api/v1/code/promises");
  const draft = await make("/api/v1/drafts", {
    name: "Answer twice as fast",
    source: code.source
      .replace("within four working hours", "within two working hours")
      .replace(/(else +)4 working/, (_, before) => `${before}2 working`),
  });
  await make(`/api/v1/drafts/${draft.id}/rehearsals`, {});
  await make("/api/v1/code/comments", {
    promise: promises.promises[0].name,
    words: "Customers read this as four hours on the clock. Could we say “four opening hours”?",
  });
}
