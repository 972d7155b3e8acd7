/* The two steps of a sign-in by a provider (authorisation code with PKCE, RFC 7636): where the
 * browser is sent, and what the code is worth that it comes back with. */
#ifndef TROTH_OIDC_SIGN_IN_H
#define TROTH_OIDC_SIGN_IN_H

#include "oidc/discovery.h"
#include "oidc/id_token.h"

enum { OIDC_SECRET_SIZE = 44 /* 256 bits as base64url, terminated */ };

struct oidc_client {
    struct text id, secret; /* empty secret: the provider asks for none */
    struct text return_url; /* where people come back, as the provider knows it */
};
struct oidc_secrets { /* of one sign-in */
    char state[OIDC_SECRET_SIZE], nonce[OIDC_SECRET_SIZE], verifier[OIDC_SECRET_SIZE];
};
void oidc_secrets_draw(struct oidc_secrets *ret);

/* Where the browser goes; in the arena. */
struct text oidc_sign_in_url(const struct oidc_discovery *d, const struct oidc_client *client,
                             const struct oidc_secrets *secrets, struct arena *arena);
struct oidc_tokens {
    struct text id;     /* ID token */
    struct text access; /* for oidc_ask_person(); empty: none */
};
/* The tokens for a code. ERR_IO: the provider is out of reach; ERR_FORBIDDEN: it does not take
 * the code (used, too old); ERR_INVALID: it does not know this client, or answers nonsense. */
enum err oidc_exchange(const struct oidc_discovery *d, const struct oidc_client *client,
                       struct text code, struct text verifier, struct arena *arena,
                       struct oidc_tokens *ret, struct err_info *info);
/* What a provider answered to the exchange. */
enum err oidc_exchange_read(unsigned status, struct text json, struct arena *arena,
                            struct oidc_tokens *ret, struct err_info *info);

/* Providers may tell address and name apart from the ID token: asks for what is not in it. ERR_IO;
 * ERR_INVALID: it speaks of somebody else. */
enum err oidc_ask_person(const struct oidc_discovery *d, struct text access_token,
                         struct arena *arena, struct oidc_person *person, struct err_info *info);
enum err oidc_person_read(struct text json, struct arena *arena, struct oidc_person *person,
                          struct err_info *info);

#endif
