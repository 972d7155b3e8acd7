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
    bool found; /* by state_rows_read(), state_rows_lock() and state_rows_claim() */
    bool made;  /* by state_rows_lock() */
};
/* Fills `found` and `state` of rows that name lane and key. */
enum err state_rows_read(struct database *db, struct state_row *rows, size_t count,
                         struct arena *arena, struct err_info *info);
/* The same where servers share a database: keeps others away from these keys until the commit. A
 * key without a state gets an empty row (`made`), to be put or removed before the commit. Give rows
 * in order of lane and key, so that servers wait for each other in one order. */
enum err state_rows_lock(struct database *db, struct state_row *rows, size_t count,
                         struct arena *arena, struct err_info *info);
/* found or made: there is a row of this key. In another order afterwards. */
enum err state_rows_put(struct database *db, struct state_row *rows, size_t count,
                        struct err_info *info);
enum err state_rows_remove(struct database *db, struct state_row *rows, size_t count,
                           struct err_info *info);
/* Lane and key of those whose next_us lies before now_us, the earliest first, at most `most`. */
enum err state_row_due(struct database *db, int64_t now_us, size_t most, struct arena *arena,
                       struct state_row **ret, size_t *ret_count, struct err_info *info);
/* Sets `found` of those that are still due, and keeps other servers away from them until the
 * commit; waits for nobody: those that another one is at work on are left to it. In two steps,
 * because over several machines a row is locked at its home only. */
enum err state_rows_claim(struct database *db, struct state_row *rows, size_t count, int64_t now_us,
                          struct err_info *info);
enum err state_row_next(struct database *db, int64_t *ret_us,
                        struct err_info *info); /* MOMENT_NEVER: none */
/* Wakes (next_us = us) up to `most` keys of the lane after `after`; *ret_last is the last one
 * woken, empty when done. */
enum err state_row_wake(struct database *db, struct text lane, struct text after, size_t most,
                        int64_t us, struct arena *arena, struct text *ret_last,
                        struct err_info *info);
/* The same for one key; without a state it gets one that is to be folded anew. */
enum err state_row_wake_key(struct database *db, struct text lane, struct text key, int64_t us,
                            struct err_info *info);

#endif
