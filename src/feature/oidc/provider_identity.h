/* Inside of this feature: who somebody is at a provider, as rows. Bound by the provider's name for
 * them alone (issuer, subject); addresses change hands, these do not. */
#ifndef TROTH_FEATURE_OIDC_PROVIDER_IDENTITY_H
#define TROTH_FEATURE_OIDC_PROVIDER_IDENTITY_H

#include "base/arena.h"
#include "base/moment.h"
#include "store/database.h"

extern const struct statement_table provider_identity_statements;

/* *ret_staff_id 0: nobody here is known by that. */
enum err provider_identity_find(struct database *db, struct text issuer, struct text subject,
                                int64_t *ret_staff_id, struct err_info *info);
/* Since when a person is known at that issuer; MOMENT_NEVER: they are not. */
enum err provider_identity_since(struct database *db, int64_t staff_id, struct text issuer,
                                 int64_t *ret_us, struct err_info *info);
/* Whether they are. */
enum err provider_identity_has(struct database *db, int64_t staff_id, struct text issuer,
                               bool *ret_has, struct err_info *info);
enum err provider_identity_bind(struct database *db, struct text issuer, struct text subject,
                                int64_t staff_id, int64_t now_us, struct err_info *info);
/* What a person is called at that issuer. */
enum err provider_identity_forget_at(struct database *db, int64_t staff_id, struct text issuer,
                                     struct err_info *info);
/* All of a person: the next sign-in by a provider binds anew. */
enum err provider_identity_forget(struct database *db, int64_t staff_id, int64_t *ret_count,
                                  struct err_info *info);

#endif
