/* Inside of this feature: how an endpoint fares. One that has failed for five days, or says that it
 * is gone, is disabled, and its contact is told by mail. */
#ifndef TROTH_FEATURE_WEBHOOK_HEALTH_H
#define TROTH_FEATURE_WEBHOOK_HEALTH_H

#include "feature/outbox/carrier.h"
#include "feature/webhook/endpoint.h"

extern const struct statement_table health_statements;

/* After a try that began at now_us, in the clerk's transaction; *ret_changed: the endpoint was
 * written. What was removed or disabled meanwhile is left alone. `o` may be NULL. */
enum err health_settle(struct outbox *o, struct database *db, int64_t endpoint_id,
                       const struct delivery *delivery, int64_t now_us, bool *ret_changed,
                       struct err_info *info);

#endif
