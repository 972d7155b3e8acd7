/* Touches in the database. */
#ifndef TROTH_FEATURE_LEDGER_TOUCH_ROW_H
#define TROTH_FEATURE_LEDGER_TOUCH_ROW_H

#include "base/json.h"
#include "engine/engine.h"
#include "store/database.h"

extern const struct statement_table touch_row_statements;

/* Many at once: each function below that takes a list makes few round trips of it. */

struct touch_new {
    int64_t id;
    const struct touch *touch;
    bool is_new; /* set: false, and nothing changes, when its source and id are there already */
};
enum err touch_rows_add(struct database *db, struct touch_new *list, size_t count,
                        int64_t received_us, struct err_info *info);
/* For keys that are neither thread nor customer: so that the touch is found again. */
struct touch_key {
    struct text lane, key;
    int64_t occurred_us, id;
    int64_t home_id; /* of the touch */
};
enum err touch_rows_add_keys(struct database *db, struct touch_key *list, size_t count,
                             struct err_info *info);
enum err touch_row_add_anywhere(struct database *db, int64_t id, struct err_info *info);
/* Marks all touches of an event, for a Code that hears it anywhere for the first time. Reads every
 * touch. */
enum err touch_row_find_anywhere(struct database *db, struct text event, struct err_info *info);
/* Called for each touch, in fold order; it and its texts live until the call ends. False: stop. */
typedef bool touch_row_each(void *context, const struct touch *t);
enum err touch_row_of_key(struct database *db, struct key key, struct text key_text,
                          touch_row_each *each, void *context, struct err_info *info);
enum err touch_row_anywhere(struct database *db, touch_row_each *each, void *context,
                            struct err_info *info);
/* At most `most` of all touches whose id is larger than `after`, in the order of their ids. */
enum err touch_row_after(struct database *db, int64_t after, size_t most, touch_row_each *each,
                         void *context, struct err_info *info);
/* Those of that source whose id begins so, in any order. The prefix ends with "/". thread: theirs,
 * empty where they may be of several. */
enum err touch_row_of_prefix(struct database *db, struct text source, struct text prefix,
                             struct text thread, touch_row_each *each, void *context,
                             struct err_info *info);
/* Undo touch_rows_add(), touch_rows_add_keys(), touch_row_add_anywhere(): for verdict touches that
 * turned out not to be. */
enum err touch_row_remove(struct database *db, int64_t id, int64_t home_id, struct err_info *info);
enum err touch_row_remove_key(struct database *db, const struct touch_key *row,
                              struct err_info *info);
enum err touch_row_remove_anywhere(struct database *db, int64_t id, struct err_info *info);
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
 * smaller than before_id, or another server's, whose clock may differ), or one that was there
 * before the last Code was published (which may want to remember it). */
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
/* The largest id stored, 0 if none. */
enum err touch_row_last(struct database *db, int64_t *ret, struct err_info *info);
/* Where its row lives: what it is about decides, its thread, else its customer, else its id. */
int64_t touch_home(const struct touch *t);
/* What remedy.paid says was paid, for which promise; false: it is none, or does not say. */
bool touch_payment(const struct touch *t, struct text *ret_promise, struct money *ret_amount);

#endif
