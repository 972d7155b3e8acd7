// Passkeys of the browser (WebAuthn), in the letters that the API speaks.

import { call, client, type Shapes } from "./api";
import { brandName } from "./brand";

// A server that is called by a number has none: they belong to names.
const isNumber = () => /^[\d.]+$|:/.test(window.location.hostname.replace(/^\[|\]$/g, ""));
export const hasPasskeys = () => window.isSecureContext && "PublicKeyCredential" in window && !isNumber();

function bytes(letters: string): Uint8Array<ArrayBuffer> {
  const binary = atob(letters.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (c) => c.charCodeAt(0));
}

function letters(buffer: ArrayBuffer): string {
  const binary = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

// The person changed their mind, or took too long: nothing went wrong.
export const wasGivenUp = (error: unknown) =>
  error instanceof DOMException && (error.name === "NotAllowedError" || error.name === "AbortError");
// This device holds one of theirs already.
export const isKnown = (error: unknown) => error instanceof DOMException && error.name === "InvalidStateError";

export async function makePasskey(name: string): Promise<Shapes["Passkey"]> {
  const asked = await call(client.GET("/api/v1/me/passkeys/challenge"));
  const made = await navigator.credentials.create({
    publicKey: {
      challenge: bytes(asked.challenge),
      rp: { id: asked.server, name: brandName() },
      user: { id: bytes(asked.user), name: asked.email, displayName: asked.name },
      pubKeyCredParams: (asked.algorithms as number[]).map((alg) => ({ type: "public-key", alg })),
      excludeCredentials: (asked.known as string[]).map((id) => ({ type: "public-key", id: bytes(id) })),
      authenticatorSelection: { residentKey: "required", requireResidentKey: true, userVerification: "required" },
      attestation: "none",
    },
  });
  const answer = (made as PublicKeyCredential).response as AuthenticatorAttestationResponse;
  return call(
    client.POST("/api/v1/me/passkeys", {
      body: {
        name,
        client_data: letters(answer.clientDataJSON),
        authenticator_data: letters(answer.getAuthenticatorData()),
      },
    }),
  );
}

// quietly: offered among what the field of the address completes to, until the signal ends it.
export async function enterByPasskey({ quietly, signal }: { quietly: boolean; signal: AbortSignal }) {
  const asked = await call(client.GET("/api/v1/sign-in/passkey"));
  const shown = await navigator.credentials.get({
    signal,
    ...(quietly && { mediation: "conditional" }),
    publicKey: { challenge: bytes(asked.challenge), rpId: asked.server, userVerification: "required" },
  });
  const credential = shown as PublicKeyCredential;
  const answer = credential.response as AuthenticatorAssertionResponse;
  return call(
    client.POST("/api/v1/sign-in/passkey", {
      body: {
        id: letters(credential.rawId),
        client_data: letters(answer.clientDataJSON),
        authenticator_data: letters(answer.authenticatorData),
        signature: letters(answer.signature),
        ...(answer.userHandle && { user: letters(answer.userHandle) }),
      },
    }),
  );
}

export async function completesPasskeys(): Promise<boolean> {
  return hasPasskeys() && ((await PublicKeyCredential.isConditionalMediationAvailable?.()) ?? false);
}
