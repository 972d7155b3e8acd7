/* Passkeys as the authenticator gives them and signs with them (WebAuthn Level 2, sections 7.1 and
 * 7.2), verified by libfido2. No attestation is asked for: which maker's device it is says nothing
 * that Troth would act on. The challenge is the caller's to judge, before. */
#ifndef TROTH_WEBAUTHN_PASSKEY_H
#define TROTH_WEBAUTHN_PASSKEY_H

#include "webauthn/client_data.h"

#include <stdint.h>

enum {
    WEBAUTHN_AUTHENTICATOR_DATA_MAX = 8192,
    WEBAUTHN_SIGNATURE_MAX = 1024,
    WEBAUTHN_ID_MAX = 1023
};

/* Which server asks. */
struct webauthn_party {
    struct text origin; /* "https://troth.example" */
    struct text id;     /* "troth.example" */
};
/* The party of an origin; the id is in the arena. */
struct webauthn_party webauthn_party_of(struct text origin, struct arena *arena);

struct webauthn_passkey {
    struct text id;         /* drawn by the authenticator */
    int64_t algorithm;      /* of COSE: -7 ES256, -8 EdDSA, -257 RS256 */
    struct text public_key; /* as libfido2 keeps it */
    int64_t sign_count;     /* 0: it does not count */
};
extern const int webauthn_algorithms[]; /* the best first; ended by 0 */

/* A new passkey. ERR_INVALID, ERR_FORBIDDEN: it is for another server, or who holds it was not
 * verified. The texts are in the arena. */
enum err webauthn_register(const struct webauthn_party *party,
                           const struct webauthn_client_data *client_data,
                           struct text authenticator_data, struct arena *arena,
                           struct webauthn_passkey *ret, struct err_info *info);

struct webauthn_assertion {
    struct text client_data; /* JSON, as it came: it is signed */
    struct text authenticator_data, signature;
};
/* ERR_FORBIDDEN: it is not signed by that passkey for this server by somebody who was verified, or
 * its count has gone back, as that of a copy does. */
enum err webauthn_judge(const struct webauthn_party *party, const struct webauthn_passkey *passkey,
                        const struct webauthn_client_data *client_data,
                        const struct webauthn_assertion *assertion, int64_t *ret_sign_count,
                        struct err_info *info);

#endif
