/* Inside of this feature: what has been written to the ledger becomes rows of the outbox, one for
 * each endpoint that wants it, exactly once: how far an endpoint has heard moves in the same
 * transaction. */
#ifndef TROTH_FEATURE_WEBHOOK_FEEDER_H
#define TROTH_FEATURE_WEBHOOK_FEEDER_H

#include "feature/outbox/outbox.h"
#include "feature/webhook/endpoint.h"

extern const struct statement_table feeder_statements;

/* What endpoints may ask for, NULL-terminated. */
extern const char *const feeder_events[];
#define EVENT_CODE_PUBLISHED "code.published"
#define EVENT_STAFF_CHANGED "staff.changed" /* told as it happens, see webhook.c */
#define EVENT_TEST "webhook.test"

/* An endpoint that begins now, or again: it hears what is written from here on. */
enum err feeder_begin(struct database *db, int64_t endpoint_id, struct err_info *info);
/* In the clerk's transaction: a bounded part of what is new. `again`: nodes or endpoints may have
 * come since the last time. *ret_more: there may be more. */
enum err feeder_run(struct outbox *o, struct database *db, const struct endpoints *all, bool again,
                    bool *ret_more, struct err_info *info);
/* One message: {"type", "timestamp", "data"}, for one endpoint. data: JSON. */
enum err feeder_send(struct outbox *o, struct database *db, const struct endpoint *e,
                     struct text event, int64_t at_us, struct text data, struct err_info *info);

#endif
