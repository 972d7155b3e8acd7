// A provider of OpenID Connect, as small as one can be: says yes at once to the person that the test names.
// The real one is tried in tests/oidc.
import { createPublicKey, generateKeyPairSync, sign } from "node:crypto";
import { createServer } from "node:http";

export const CLIENT = "troth";

export async function openProvider(person) {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const key = { ...createPublicKey(privateKey).export({ format: "jwk" }), kid: "1", alg: "RS256", use: "sig" };
  const nonces = new Map(); // by code
  const it = { person };
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const token = (nonce) => {
    const now = Math.floor(Date.now() / 1000);
    const claims = { iss: it.issuer, aud: CLIENT, iat: now, exp: now + 60, nonce, ...it.person };
    const words = `${part({ alg: "RS256", kid: "1" })}.${part(claims)}`;
    return `${words}.${sign("sha256", Buffer.from(words), privateKey).toString("base64url")}`;
  };
  const answers = {
    "/.well-known/openid-configuration": () => ({
      issuer: it.issuer,
      authorization_endpoint: `${it.issuer}/enter`,
      token_endpoint: `${it.issuer}/token`,
      jwks_uri: `${it.issuer}/keys`,
      response_types_supported: ["code"],
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: ["RS256"],
    }),
    "/keys": () => ({ keys: [key] }),
    "/token": (_, body) => ({
      access_token: "x",
      token_type: "Bearer",
      id_token: token(nonces.get(new URLSearchParams(body).get("code"))),
    }),
  };
  const server = createServer(async (request, reply) => {
    const url = new URL(request.url, it.issuer);
    let body = "";
    for await (const bytes of request) body += bytes;
    if (url.pathname === "/enter") {
      const code = `code-${nonces.size}`;
      nonces.set(code, url.searchParams.get("nonce"));
      const back = new URL(url.searchParams.get("redirect_uri"));
      back.search = new URLSearchParams({ code, state: url.searchParams.get("state") });
      return reply.writeHead(303, { Location: back.href }).end();
    }
    const answer = answers[url.pathname];
    reply.writeHead(answer ? 200 : 404, { "Content-Type": "application/json" });
    return reply.end(JSON.stringify(answer ? answer(url, body) : {}));
  });
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  it.issuer = `http://127.0.0.1:${server.address().port}`;
  it.close = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return it;
}
