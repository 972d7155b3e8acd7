/* The engine's states in the database, by lane and key. */
#ifndef TROTH_FEATURE_LEDGER_STATE_ROW_H
#define TROTH_FEATURE_LEDGER_STATE_ROW_H

#include "base/arena.h"
#include "base/moment.h"
#include "store/database.h"

extern const struct statement_table state_row_statements;

struct state_row {
    struct text lane, key;
    int64_t next_us; /* MOMENT_NEVER: none */
    struct text state;
};
enum err state_row_find(struct database *db, struct text lane, struct text key, struct arena *arena,
                        bool *ret_found, struct text *ret_state, struct err_info *info);
enum err state_row_put(struct database *db, const struct state_row *row, uint64_t home,
                       struct err_info *info);
enum err state_row_remove(struct database *db, struct text lane, struct text key,
                          struct err_info *info);
/* Those whose next_us lies before now_us, the earliest first, at most `most`. */
enum err state_row_due(struct database *db, int64_t now_us, size_t most, struct arena *arena,
                       struct state_row **ret, size_t *ret_count, struct err_info *info);
enum err state_row_next(struct database *db, int64_t *ret_us,
                        struct err_info *info); /* MOMENT_NEVER: none */
/* Wakes (next_us = us) up to `most` keys of the lane after `after`; *ret_last is the last one
 * woken, empty when done. */
enum err state_row_wake(struct database *db, struct text lane, struct text after, size_t most,
                        int64_t us, struct arena *arena, struct text *ret_last,
                        struct err_info *info);
/* The same for one key; without a state it gets one that is to be folded anew. */
enum err state_row_wake_key(struct database *db, struct text lane, struct text key, int64_t us,
                            uint64_t home, struct err_info *info);

#endif
