/* The keys that a provider signs with (JSON Web Key Set, RFC 7517). */
#ifndef TROTH_OIDC_KEYS_H
#define TROTH_OIDC_KEYS_H

#include "base/arena.h"
#include "base/err.h"
#include "oidc/discovery.h"

enum { OIDC_KEYS_MAX = 32, OIDC_RSA_BYTES_MIN = 256 /* 2,048 bits */ };

enum oidc_key_kind { OIDC_KEY_RSA, OIDC_KEY_P256 };
struct oidc_key {
    enum oidc_key_kind kind;
    struct text id;  /* empty: it has none */
    struct text alg; /* empty: any that fits */
    struct text jwk; /* the public key alone, as JSON */
};
struct oidc_keys {
    struct oidc_key list[OIDC_KEYS_MAX];
    size_t count;
};
/* Letters of base64url alone, so many that they can be decoded. */
bool oidc_is_coded(struct text t);

/* Keys of kinds that are not read here, too weak ones, and those that are not for signatures are
 * passed over. ERR_INVALID: it is no key set. The texts point into json and the arena. */
enum err oidc_keys_read(struct text json, struct arena *arena, struct oidc_keys *ret,
                        struct err_info *info);
/* Asks the provider for them. ERR_IO: out of reach. */
enum err oidc_keys_fetch(const struct oidc_discovery *d, struct arena *arena, struct text *ret_json,
                         struct err_info *info);

#endif
