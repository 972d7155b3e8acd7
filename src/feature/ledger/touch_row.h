/* Touches in the database. */
#ifndef TROTH_FEATURE_LEDGER_TOUCH_ROW_H
#define TROTH_FEATURE_LEDGER_TOUCH_ROW_H

#include "base/json.h"
#include "engine/engine.h"
#include "store/database.h"

extern const struct statement_table touch_row_statements;

/* Adds the touch under that id. *ret_new is false, and nothing changes, when its source and id are
 * there already. */
enum err touch_row_add(struct database *db, int64_t id, const struct touch *t, int64_t received_us,
                       bool *ret_new, struct err_info *info);
/* For keys that are neither thread nor customer: so that the touch is found again. */
enum err touch_row_add_key(struct database *db, struct text lane, struct text key, int64_t id,
                           int64_t occurred_us, struct err_info *info);
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
/* Those of that source whose id begins so, in any order. The prefix ends with "/". */
enum err touch_row_of_prefix(struct database *db, struct text source, struct text prefix,
                             touch_row_each *each, void *context, struct err_info *info);
/* Undoes touch_row_add(), touch_row_add_key(), touch_row_add_anywhere(): for verdict touches that
 * turned out not to be. */
enum err touch_row_remove(struct database *db, int64_t id, struct err_info *info);
enum err touch_row_remove_key(struct database *db, struct text lane, struct text key, int64_t id,
                              int64_t occurred_us, struct err_info *info);
enum err touch_row_remove_anywhere(struct database *db, int64_t id, struct err_info *info);
/* True if no touch of that thread comes before (occurred, id) in fold order. */
enum err touch_row_opens_thread(struct database *db, struct text thread, int64_t occurred_us,
                                int64_t id, bool *ret_opens, struct err_info *info);
/* True if the key has a touch at or after that instant whose id is smaller (one that had been
 * folded before), or one that was there before the last Code was published (which may want to
 * remember it). */
enum err touch_row_later(struct database *db, struct key key, struct text key_text,
                         int64_t occurred_us, int64_t id, int64_t published_id, bool *ret_later,
                         struct err_info *info);
/* The largest id stored, 0 if none. */
enum err touch_row_last(struct database *db, int64_t *ret, struct err_info *info);
uint64_t touch_home(const struct touch *t);

#endif
