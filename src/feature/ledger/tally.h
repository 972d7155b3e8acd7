/* Counts kept as verdicts fall: what every figure on a page is made of. Changes of one job are
 * gathered and written in one go. */
#ifndef TROTH_FEATURE_LEDGER_TALLY_H
#define TROTH_FEATURE_LEDGER_TALLY_H

#include "base/arena.h"
#include "engine/engine.h"
#include "store/database.h"

extern const struct statement_table tally_statements;

struct tally_change;
struct tally {
    struct arena *arena;
    uint32_t node; /* whose rows are changed: each server has its own */
    struct tally_change *changes;
    size_t count, capacity;
    uint32_t *slots; /* by hash; number + 1 */
};

/* Verdicts of a promise on a day; count is 1, or -1 to take one back. Only decided states. */
void tally_verdict(struct tally *t, struct text promise, int32_t day, struct text channel,
                   struct text team, enum state state, int64_t count);
/* The same by the hour, wherever the company is. */
void tally_hour(struct tally *t, struct text promise, int64_t decided_us, enum state state,
                int64_t count);
/* Obligations open or paused now. */
void tally_state(struct tally *t, struct text promise, enum state state, int64_t count);
/* currency empty: a task. */
void tally_remedy_owed(struct tally *t, struct text promise, int32_t day, struct text currency,
                       int64_t minor, int64_t count);
void tally_remedy_paid(struct tally *t, struct text promise, int32_t day, struct text currency,
                       int64_t minor);
enum err tally_write(struct tally *t, struct database *db, struct err_info *info);

#endif
