/* What the browser says of a ceremony with a passkey: which one, for which page, by which
 * challenge. The passkey signs it (WebAuthn Level 2, section 5.8.1). */
#ifndef TROTH_WEBAUTHN_CLIENT_DATA_H
#define TROTH_WEBAUTHN_CLIENT_DATA_H

#include "base/arena.h"
#include "base/err.h"

enum { WEBAUTHN_CLIENT_DATA_MAX = 4096 };

enum webauthn_ceremony { WEBAUTHN_CREATE, WEBAUTHN_GET };
struct webauthn_client_data {
    struct text challenge; /* base64url, as it was given out */
    struct text origin;    /* "https://troth.example:8443" */
};
/* ERR_INVALID: it is none, of another ceremony, or of a page within a page of another site. The
 * texts point into json and the arena. */
enum err webauthn_client_data_read(struct text json, enum webauthn_ceremony ceremony,
                                   struct arena *arena, struct webauthn_client_data *ret,
                                   struct err_info *info);

#endif
