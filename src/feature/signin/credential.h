/* What people prove themselves with, as rows: passwords, second factors, codes for when those are
 * lost. Inside of this feature. */
#ifndef TROTH_FEATURE_SIGNIN_CREDENTIAL_H
#define TROTH_FEATURE_SIGNIN_CREDENTIAL_H

#include "base/arena.h"
#include "base/moment.h"
#include "store/database.h"

enum { RECOVERY_CODES = 10, RECOVERY_CODE_SIZE = 20 /* "abcde-fghij-kmnop", terminated */ };

extern const struct statement_table credential_statements;

struct credentials_kept {
    struct text hash;     /* of the password; empty: none */
    struct text sealed;   /* secret of the second factor; empty: none */
    int64_t confirmed_us; /* MOMENT_NEVER: not yet */
    int64_t last_step;
};
enum err credential_read(struct database *db, int64_t staff_id, struct arena *arena,
                         struct credentials_kept *ret, struct err_info *info);
enum err credential_set_password(struct database *db, int64_t staff_id, const char *hash,
                                 int64_t now_us, struct err_info *info);

/* Set up, not confirmed; replaces one before. */
enum err credential_set_totp(struct database *db, int64_t staff_id, struct text sealed,
                             struct err_info *info);
enum err credential_confirm_totp(struct database *db, int64_t staff_id, int64_t now_us,
                                 struct err_info *info);
/* A code of that step is used. ERR_CONFLICT: one of it, or of a later one, was used already. */
enum err credential_use_step(struct database *db, int64_t staff_id, int64_t step,
                             struct err_info *info);
/* With its recovery codes. */
enum err credential_remove_totp(struct database *db, int64_t staff_id, struct err_info *info);

/* Ten new ones instead of those before. */
enum err credential_new_codes(struct database *db, int64_t staff_id,
                              char ret[RECOVERY_CODES][RECOVERY_CODE_SIZE], struct err_info *info);
/* *ret_used: there was such a code, and it is gone now. */
enum err credential_use_code(struct database *db, int64_t staff_id, struct text code,
                             bool *ret_used, struct err_info *info);
enum err credential_count_codes(struct database *db, int64_t staff_id, int64_t *ret,
                                struct err_info *info);

#endif
