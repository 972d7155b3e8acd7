/* The company's people: who they are, their teams and roles; each one's own account. Behind
 * "access" in the list of modules. */
#ifndef TROTH_FEATURE_STAFF_STAFF_H
#define TROTH_FEATURE_STAFF_STAFF_H

#include "feature/access/session.h"
#include "server/server.h"

extern const struct module staff_module; /* "staff"; its self is access's */

/* For commands and for the demo, which have the database to themselves: nobody's permissions are
 * checked. In a transaction. A member with one role, by its name ("administrator"; empty: none). */
enum err staff_enrol(struct database *db, struct text name, struct text email, struct text role,
                     int64_t now_us, int64_t *ret_id, struct err_info *info);
/* ERR_NOT_FOUND; ERR_CONFLICT: the last administrator. */
enum err staff_shut_out(struct database *db, struct text email, int64_t now_us,
                        struct err_info *info);

#endif
