/* The session's cookie: beginning and ending sessions of who asks. */
#ifndef TROTH_FEATURE_ACCESS_COOKIE_H
#define TROTH_FEATURE_ACCESS_COOKIE_H

#include "feature/access/access.h"

/* In a job of the clerk: a new session for that person, in the browser that asks. The one that it
 * came with ends: a secret from before signing in is worth nothing. method: constant, "link", … */
enum err cookie_begin(struct access *a, struct request *r, struct database *db, int64_t staff_id,
                      const char *method, struct reply *reply, struct err_info *info);
/* Ends the session of who asks. ERR_NOT_FOUND: they have none. */
enum err cookie_end(struct access *a, struct request *r, struct database *db, struct reply *reply,
                    struct err_info *info);

#endif
