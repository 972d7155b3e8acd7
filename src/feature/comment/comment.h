/* Comments on a promise: by staff, and by customers from the public page. A customer's is held
 * until someone of the staff releases it; then it is shown beneath its promise, with its answer. */
#ifndef TROTH_FEATURE_COMMENT_COMMENT_H
#define TROTH_FEATURE_COMMENT_COMMENT_H

#include "base/arena.h"
#include "base/moment.h"
#include "store/database.h"

enum { COMMENT_WORDS_MAX = 2000, COMMENT_NAME_MAX = 100, COMMENT_HELD_MAX = 2000 };
enum comment_state { COMMENT_HELD, COMMENT_OPEN, COMMENT_ANSWERED, COMMENT_CLOSED, COMMENT_STATES };
extern const char *const comment_state_names[]; /* "held", …, NULL */

struct comment {
    int64_t id, version_id;
    struct text promise, name, contact, words;
    bool by_customer, is_public;
    int64_t written_us;
    enum comment_state state;
    struct text answer, answered_by;
    int64_t answered_us; /* MOMENT_NEVER: not */
};

extern const struct statement_table comment_statements;

/* ERR_LIMIT: too many wait to be released. */
enum err comment_add(struct database *db, const struct comment *c, struct err_info *info);
/* ERR_NOT_FOUND. */
enum err comment_find(struct database *db, int64_t id, struct arena *arena, struct comment *ret,
                      struct err_info *info);
/* State, is_public and the answer. */
enum err comment_change(struct database *db, const struct comment *c, int64_t now_us,
                        struct err_info *info);
struct comment_filter {
    enum comment_state state; /* COMMENT_STATES: any */
    struct text promise;      /* empty: any */
    bool only_public;
    int64_t before; /* ids below */
};
/* The newest first. ret has room for most. */
enum err comment_list(struct database *db, const struct comment_filter *filter, size_t most,
                      struct arena *arena, struct comment *ret, size_t *ret_count,
                      struct err_info *info);

#endif
