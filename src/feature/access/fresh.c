#include "feature/access/fresh.h"

#include "feature/access/session.h"

enum err check_fresh(struct request *r, struct database *db, struct err_info *info)
{
    struct session s;
    enum err e = session_find(db, request_identity(r)->id, request_arena(r), &s, info);
    if (e) {
        return e;
    }
    return moment_now() - s.created_us <= SESSION_FRESH_US
               ? ERR_NONE
               : err_field(info, ERR_FORBIDDEN, "session",
                           "You signed in more than 15 minutes ago. For this, sign in again.");
}
