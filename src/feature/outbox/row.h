/* For this feature and those whose rows it holds: rows of the outbox and their tries. All in a job
 * of the clerk, except what only reads. Times are the database's. */
#ifndef TROTH_FEATURE_OUTBOX_ROW_H
#define TROTH_FEATURE_OUTBOX_ROW_H

#include "base/arena.h"
#include "feature/outbox/outbox.h"
#include "store/database.h"

extern const struct statement_table outbox_row_statements;

/* Draws id and token; state, times and tries are set. */
enum err outbox_row_add(struct database *db, const struct outbox_row *row, int64_t *ret_id,
                        struct err_info *info);

struct outbox_rows {
    struct outbox_row *list;
    size_t count;
};
/* Those of that kind that are due, at most `most`: nobody else sends them until lease_us. */
enum err outbox_row_take(struct database *db, enum outbox_kind kind, size_t most, int64_t lease,
                         int64_t lease_us, struct arena *arena, struct outbox_rows *ret,
                         struct err_info *info);
/* Still at it. */
enum err outbox_row_renew(struct database *db, int64_t id, int64_t lease, int64_t lease_us,
                          struct err_info *info);

struct outbox_outcome {
    enum outbox_state state; /* OUTBOX_WAITING: again at next_us */
    int64_t next_us;
    bool is_try; /* false: given back untouched */
    int64_t at_us, took_us;
    int code;
    struct text answer;
};
/* Nothing happens to a row that another one has taken meanwhile. */
enum err outbox_row_settle(struct database *db, const struct outbox_row *row, int64_t lease,
                           const struct outbox_outcome *outcome, struct err_info *info);
/* Of servers that are gone: on a database with one server, at its start. */
enum err outbox_row_free_all(struct database *db, struct err_info *info);
/* When the next one of that kind is due; MOMENT_NEVER. */
enum err outbox_row_next(struct database *db, enum outbox_kind kind, int64_t *ret_us,
                         struct err_info *info);
/* How many wait, and since when the oldest does (MOMENT_NEVER: none). */
enum err outbox_row_depth(struct database *db, enum outbox_kind kind, int64_t *ret_count,
                          int64_t *ret_oldest_us, struct err_info *info);
/* Forgets some of what came before that instant and has ended. */
enum err outbox_row_prune(struct database *db, int64_t before_us, struct err_info *info);

/* ERR_NOT_FOUND. */
enum err outbox_row_find(struct database *db, int64_t id, struct arena *arena,
                         struct outbox_row *ret, struct err_info *info);
/* Of one kind and state, the newest first, before that id. */
enum err outbox_row_list(struct database *db, enum outbox_kind kind, enum outbox_state state,
                         int64_t before_id, size_t most, struct arena *arena,
                         struct outbox_rows *ret, struct err_info *info);
/* Of one target_id, the newest first, before that id; state: -1, any. */
enum err outbox_row_list_of(struct database *db, int64_t target_id, int64_t state,
                            int64_t before_id, size_t most, struct arena *arena,
                            struct outbox_rows *ret, struct err_info *info);
/* What has ended of one target_id is to be sent again: the first OUTBOX_REPLAY_MOST that came since
 * that instant and after that id. *ret_last: the id of the last of them. */
enum { OUTBOX_REPLAY_MOST = 1000 };
enum err outbox_row_replay(struct database *db, const struct outbox_again *what, int64_t *ret_count,
                           int64_t *ret_last, struct err_info *info);
/* ERR_NOT_FOUND; ERR_CONFLICT: it was sent (its text is gone), or is being sent. */
enum err outbox_row_retry(struct database *db, int64_t id, struct err_info *info);
enum err outbox_row_cancel(struct database *db, int64_t id, struct err_info *info);

struct outbox_try {
    int64_t n, at_us, took_us;
    int code;
    struct text answer;
};
/* The first 100. */
enum err outbox_row_tries(struct database *db, int64_t id, struct arena *arena,
                          struct outbox_try **ret, size_t *ret_count, struct err_info *info);

#endif
