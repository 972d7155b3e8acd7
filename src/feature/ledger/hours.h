/* Inside of this feature: obligations that were there before verdicts were counted by the hour are
 * counted bit by bit, beside all other work. Those of the ids still to come to are in no hour's
 * count: who changes one leaves them alone. Where servers share a database, a bit is counted while
 * no other works (sharing.h), so that all agree how far it has come. */
#ifndef TROTH_FEATURE_LEDGER_HOURS_H
#define TROTH_FEATURE_LEDGER_HOURS_H

#include "store/database.h"

enum { HOURS_ROWS = 4000, HOURS_REST_US = 20000, HOURS_REST_SHARED_US = 250000 };
#define HOURS_MARK "hours"

extern const struct statement_table hours_statements;

struct hours {
    int64_t after_id, until_id; /* in between: not counted yet */
    int64_t rest_us;            /* goes on then */
    int64_t mark, mark_next;    /* mark_value() */
    bool is_doubtful;           /* what changed it was undone: read it again */
};

enum err hours_read(struct hours *h, struct database *db, struct err_info *info);
/* Whether the obligation is in the counts of hours, or will be as soon as it is written. */
static inline bool hours_has(const struct hours *h, int64_t id)
{
    return id <= h->after_id || id > h->until_id;
}
/* MOMENT_NEVER: nothing is left to do. */
int64_t hours_due(const struct hours *h);
/* Counts the next HOURS_ROWS. */
enum err hours_count(struct hours *h, struct database *db, uint32_t node, int64_t now_us,
                     struct err_info *info);

#endif
