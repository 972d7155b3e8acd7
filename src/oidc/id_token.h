/* What a provider says of who has signed in (OpenID Connect Core 1.0, section 3.1.3.7): a signed
 * token, judged by the provider's keys and by what was asked for. */
#ifndef TROTH_OIDC_ID_TOKEN_H
#define TROTH_OIDC_ID_TOKEN_H

#include "base/moment.h"
#include "oidc/keys.h"

enum { OIDC_TOKEN_MAX = 64 * 1024, OIDC_SUBJECT_MAX = 255 };
#define OIDC_SKEW_US (60 * SECOND_US) /* how far the provider's clock may be from ours */
#define OIDC_AGE_US (10 * MINUTE_US)  /* it was made for this sign-in */

struct oidc_expected {
    struct text issuer, client_id, nonce;
    int64_t now_us;
};
struct oidc_person {
    struct text subject;     /* who they are there, for ever */
    struct text email, name; /* empty: not told */
    bool email_verified;
};
/* ERR_NOT_FOUND: no key of that name is among these (ask for them anew); ERR_INVALID: the words say
 * what is wrong with it. The texts are in the arena. */
enum err oidc_id_token_judge(struct text token, const struct oidc_keys *keys,
                             const struct oidc_expected *expected, struct arena *arena,
                             struct oidc_person *ret, struct err_info *info);

struct json;
/* true, or "true", as some providers write it. */
bool oidc_is_true(const struct json *value);

#endif
