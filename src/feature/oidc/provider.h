/* Providers by which people sign in, as rows: table `sign_in_provider`. */
#ifndef TROTH_FEATURE_OIDC_PROVIDER_H
#define TROTH_FEATURE_OIDC_PROVIDER_H

#include "base/arena.h"
#include "base/moment.h"
#include "feature/signin/keyring.h"
#include "store/database.h"

enum {
    PROVIDERS_MAX = 16,
    PROVIDER_NAME_MAX = 60,
    PROVIDER_CLIENT_MAX = 255,
    PROVIDER_SECRET_MAX = 255,
    PROVIDER_DOMAINS_MAX = 50
};

extern const struct statement_table provider_statements;

struct provider {
    int64_t id;
    struct text name, issuer, client_id;
    struct text secret;  /* sealed, in letters; empty: it asks for none */
    struct text domains; /* a space between; empty: all */
    bool enrols;
    int64_t role_id; /* of who is enrolled; 0: none */
    int64_t created_us, changed_us;
};
/* In the order in which they were made. */
enum err provider_list(struct database *db, struct arena *arena, struct provider **ret,
                       size_t *ret_count, struct err_info *info);
/* ERR_NOT_FOUND. */
enum err provider_find(struct database *db, int64_t id, struct arena *arena, struct provider *ret,
                       struct err_info *info);
/* ret->id and its times are set, and the secret, which is given open, sealed. ERR_LIMIT;
 * ERR_CONFLICT: another one has that issuer. */
enum err provider_add(struct database *db, const struct keyring *keys, struct arena *arena,
                      struct provider *p, int64_t now_us, struct err_info *info);
/* The secret as it is stored. ERR_CONFLICT: another one has that issuer. */
enum err provider_write(struct database *db, struct provider *p, int64_t now_us,
                        struct err_info *info);
/* Who somebody is there stays known. ERR_NOT_FOUND. */
enum err provider_remove(struct database *db, int64_t id, struct err_info *info);

struct text provider_seal(const struct provider *p, const struct keyring *keys, struct arena *arena,
                          struct text secret);
/* ERR_STORAGE: sealed with another key of the server. */
enum err provider_unseal(const struct provider *p, const struct keyring *keys, struct arena *arena,
                         struct text *ret, struct err_info *info);

/* Whether it may speak for an address (in small letters). */
bool provider_speaks_for(const struct provider *p, struct text email);

#endif
