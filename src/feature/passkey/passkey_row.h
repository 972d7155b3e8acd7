/* Passkeys as rows: table `passkey`. */
#ifndef TROTH_FEATURE_PASSKEY_PASSKEY_ROW_H
#define TROTH_FEATURE_PASSKEY_PASSKEY_ROW_H

#include "base/moment.h"
#include "store/database.h"
#include "webauthn/passkey.h"

enum { PASSKEYS_MAX = 20 /* of one person */, PASSKEY_NAME_MAX = 60 };

extern const struct statement_table passkey_statements;

struct passkey {
    int64_t id, staff_id;
    struct webauthn_passkey key;
    struct text name;
    int64_t created_us;
    int64_t used_us; /* MOMENT_NEVER: not yet */
};
/* Of one person, the oldest first. */
enum err passkey_list(struct database *db, int64_t staff_id, struct arena *arena,
                      struct passkey **ret, size_t *ret_count, struct err_info *info);
/* By the id that the authenticator drew. ERR_NOT_FOUND. */
enum err passkey_find(struct database *db, struct text credential, struct arena *arena,
                      struct passkey *ret, struct err_info *info);
/* p->id is drawn. ERR_LIMIT; ERR_CONFLICT: it is somebody's already. */
enum err passkey_add(struct database *db, struct passkey *p, int64_t now_us, struct err_info *info);
/* ERR_NOT_FOUND: that person has no such passkey. */
enum err passkey_rename(struct database *db, int64_t staff_id, int64_t id, struct text name,
                        struct err_info *info);
enum err passkey_remove(struct database *db, int64_t staff_id, int64_t id, struct err_info *info);
/* All of a person. */
enum err passkey_remove_all(struct database *db, int64_t staff_id, struct err_info *info);
/* It was used, and counts so. ERR_CONFLICT: meanwhile it has counted as far or further. */
enum err passkey_used(struct database *db, int64_t id, int64_t sign_count, int64_t now_us,
                      struct err_info *info);

#endif
