/* What lies before and after a touch among those stored: who opens a thread, who is late. */
#ifndef TROTH_FEATURE_LEDGER_TOUCH_ORDER_H
#define TROTH_FEATURE_LEDGER_TOUCH_ORDER_H

#include "engine/engine.h"
#include "store/database.h"

extern const struct statement_table touch_order_statements;

/* True if no touch of that thread comes before (occurred, id) in fold order. */
enum err touch_row_opens_thread(struct database *db, struct text thread, int64_t occurred_us,
                                int64_t id, bool *ret_opens, struct err_info *info);
/* The first touch of each thread, in fold order, of those with smaller ids than before_id or of
 * another node. */
struct thread_first {
    struct text thread;
    bool found;
    int64_t occurred_us, id;
};
enum err touch_rows_first(struct database *db, struct thread_first *list, size_t count,
                          int64_t before_id, uint32_t node, struct err_info *info);
/* `later`: the key has a touch at or after that instant that is not of this job (whose id is
 * smaller than before_id, or another server's), or one that was there before the last Code was
 * published (which may want to remember it).
 *
 * The latter is known by its id, whatever the clocks of servers show: all draw ids by the
 * database's, a version's id is drawn behind every touch's, by a server that is alone
 * (keeper_version_id()), and every server draws behind it from its next transaction on
 * (keeper_follow_book()). A touch is admitted up to KEEPER_AHEAD_US after the instant in its id,
 * because an id may run ahead of the clock, never behind: so one from published_us on came after
 * the version, also when the database's clock is set back meanwhile. */
struct touch_later {
    struct text key;
    int64_t occurred_us;
    bool later;
};
struct touch_past {
    int64_t before_id; /* or drawn by another node than `node` */
    uint32_t node;
    int64_t published_id;
    int64_t published_us; /* touches from then on have larger ids than published_id */
};
enum err touch_rows_later(struct database *db, struct key key, const struct touch_past *past,
                          struct touch_later *list, size_t count, struct err_info *info);

#endif
