/* What a provider says of itself (OpenID Connect Discovery 1.0). */
#ifndef TROTH_OIDC_DISCOVERY_H
#define TROTH_OIDC_DISCOVERY_H

#include "base/arena.h"
#include "base/err.h"

enum { OIDC_ISSUER_MAX = 500 };

struct oidc_discovery {
    struct text issuer, authorization_endpoint, token_endpoint, jwks_uri;
    struct text userinfo_endpoint; /* empty: it has none */
    bool takes_basic;  /* the client's secret as Authorization: Basic; else in the form */
    bool names_itself; /* it adds `iss` to where it sends people back (RFC 9207) */
};
/* An issuer is named https://…, or http:// on this very machine. ERR_INVALID, ERR_LIMIT. */
enum err oidc_check_issuer(struct text issuer, struct err_info *info);
/* ERR_INVALID: it is none, or another's. The texts point into json and the arena. */
enum err oidc_discovery_read(struct text json, struct text issuer, struct arena *arena,
                             struct oidc_discovery *ret, struct err_info *info);
/* Asks the provider. ERR_IO: out of reach. */
enum err oidc_discover(struct text issuer, struct arena *arena, struct text *ret_json,
                       struct err_info *info);

#endif
