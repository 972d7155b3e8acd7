/* What changes how somebody gets in is done soon after they have signed in: a browser that was left
 * open, or a cookie that was stolen, is not enough to make a way in of one's own. */
#ifndef TROTH_FEATURE_ACCESS_FRESH_H
#define TROTH_FEATURE_ACCESS_FRESH_H

#include "http/request.h"
#include "store/database.h"

#define SESSION_FRESH_US (15 * MINUTE_US)

/* ERR_FORBIDDEN, field "session": the session that asks began longer ago; sign in again. */
enum err check_fresh(struct request *r, struct database *db, struct err_info *info);

#endif
