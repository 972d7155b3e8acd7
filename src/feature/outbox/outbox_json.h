/* The outbox as the API shows it: for the routes of this feature and of those whose rows it holds.
 */
#ifndef TROTH_FEATURE_OUTBOX_OUTBOX_JSON_H
#define TROTH_FEATURE_OUTBOX_OUTBOX_JSON_H

#include "feature/outbox/row.h"
#include "http/route.h"

extern const struct shape outbox_item_shape;

/* A page of at most `most` rows; `rows` has one more where there is a next page. */
void outbox_reply_list(struct reply *reply, const struct outbox *o, const struct outbox_rows *rows,
                       size_t most);

#endif
