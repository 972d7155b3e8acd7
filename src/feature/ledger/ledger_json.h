/* Rows of the ledger as the API shows them. */
#ifndef TROTH_FEATURE_LEDGER_LEDGER_JSON_H
#define TROTH_FEATURE_LEDGER_LEDGER_JSON_H

#include "base/id.h"
#include "base/json.h"
#include "feature/ledger/ledger_row.h"
#include "http/route.h"

extern const struct shape touch_shape, touch_record_shape, obligation_shape, entry_shape;

void obligation_to_json(struct json_writer *w, const struct ledger_row *row);
/* Members of an obligation, for an object that has more of them. */
void obligation_members(struct json_writer *w, const struct ledger_row *row);
void entry_members(struct json_writer *w, const struct entry_row *entry);
/* What the event stream tells. */
void event_to_json(struct json_writer *w, const struct entry_row *entry,
                   const struct ledger_row *row);

/* A touch with its id and arrival, from a row of: id, received_us, source, external_id, event,
 * occurred_us, thread, customer, channel, actor, person, role, team, attributes. */
#define TOUCH_RECORD_COLUMNS                                                                \
    "id, received_us, source, external_id, event, occurred_us, thread, customer, channel, " \
    "actor, person, role, team, attributes"
struct text touch_record_team(const struct query *q); /* of such a row */
void touch_record_to_json(struct json_writer *w, const struct query *q);

#endif
