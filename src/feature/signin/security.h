/* Inside of this feature: how an account is secured, without a secret: what the audit trail keeps
 * of changes to passwords, second factors and sessions. */
#ifndef TROTH_FEATURE_SIGNIN_SECURITY_H
#define TROTH_FEATURE_SIGNIN_SECURITY_H

#include "http/request.h"
#include "store/database.h"

extern const struct statement_table security_statements;

struct security {
    int64_t password_us, factor_us; /* since when; MOMENT_NEVER: there is none */
    bool has_pending_factor;        /* set up, not confirmed */
    int64_t recovery_codes, sessions;
};
enum err security_read(struct database *db, int64_t staff_id, struct security *ret,
                       struct err_info *info);
/* Once the change is made: tells the trail. */
enum err security_noted(struct request *r, struct database *db, const char *action,
                        int64_t staff_id, const struct security *before, struct err_info *info);

#endif
