// A provider of OpenID Connect on a free port of this machine: oidc-provider, whose page of signing in says yes at once
// to the person that the test names. `forge` puts another hand between it and the server: an ID token of one's own.
import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import { SignJWT } from "jose";
import Provider from "oidc-provider";

export const CLIENT = "troth";
export const SECRET = "a secret that both of them know & spell: %+:";

let made = 0;
export function makeKey(alg) {
  made += 1;
  const { privateKey } =
    alg === "ES256"
      ? generateKeyPairSync("ec", { namedCurve: "P-256" })
      : generateKeyPairSync("rsa", { modulusLength: 2048 });
  return { ...privateKey.export({ format: "jwk" }), kid: `key-${made}`, alg, use: "sig" };
}

export class OpenId {
  static async open({ alg = "RS256", auth = "client_secret_basic" } = {}) {
    const it = new OpenId();
    Object.assign(it, { alg, auth, keys: [makeKey(alg)], person: undefined, calls: [], forge: undefined });
    it.server = createServer((request, reply) => it.#take(request, reply));
    await it.#listen(0);
    it.issuer = `http://127.0.0.1:${it.port}`;
    return it;
  }

  // A free port, or again the one it had.
  async #listen(port) {
    this.server.listen(port, "127.0.0.1");
    await new Promise((resolve) => this.server.once("listening", resolve));
    this.port = this.server.address().port;
  }

  // Which clients it knows: those that come back to these addresses.
  begin(returnUrl) {
    this.returnUrl = returnUrl;
    this.provider = new Provider(this.issuer, {
      jwks: { keys: this.keys },
      clients: [
        {
          client_id: CLIENT,
          client_secret: SECRET,
          redirect_uris: [returnUrl],
          token_endpoint_auth_method: this.auth,
          id_token_signed_response_alg: this.alg,
        },
      ],
      claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
      conformIdTokenClaims: this.apart ?? true, // address and name are told apart from the ID token
      features: { devInteractions: { enabled: false } },
      cookies: { keys: ["of this test"] },
      interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
      ttl: { AccessToken: 60, AuthorizationCode: 60, IdToken: 60, Interaction: 60, Session: 60, Grant: 60 },
      findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...this.person }) }),
    });
    this.answer = this.provider.callback();
  }

  // Another key instead of the one before.
  rotate(alg = this.alg) {
    this.alg = alg;
    this.keys = [makeKey(alg)];
    this.begin(this.returnUrl);
  }

  async #take(request, reply) {
    this.calls.push(`${request.method} ${request.url.split("?")[0]}`);
    if (request.url.startsWith("/interaction/")) return this.#interact(request, reply);
    if (request.url === "/token" && this.forge) return this.#forge(request, reply);
    return this.answer(request, reply);
  }

  async #interact(request, reply) {
    const { prompt, params } = await this.provider.interactionDetails(request, reply);
    if (!this.person) return this.provider.interactionFinished(request, reply, { error: "access_denied" });
    const accountId = this.person.sub;
    if (prompt.name === "login") return this.provider.interactionFinished(request, reply, { login: { accountId } });
    const grant = new this.provider.Grant({ accountId, clientId: params.client_id });
    grant.addOIDCScope("openid email profile");
    return this.provider.interactionFinished(request, reply, { consent: { grantId: await grant.save() } });
  }

  // Answers the code itself: with a token of these claims, signed by the provider's key or another one.
  async #forge(_request, reply) {
    const { claims, key = this.keys[0], header = {} } = this.forge;
    const token =
      typeof claims === "string"
        ? claims
        : await new SignJWT(claims)
            .setProtectedHeader({ alg: key.alg, kid: key.kid, ...header })
            .sign(await asKey(key));
    reply.writeHead(200, { "Content-Type": "application/json" });
    reply.end(JSON.stringify({ access_token: "x", token_type: "Bearer", id_token: token }));
  }

  async stop() {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  again() {
    return this.#listen(this.port);
  }
}

async function asKey(key) {
  const { importJWK } = await import("jose");
  return importJWK(key, key.alg);
}
