/* Touches in the database: writing them and what finds them again. */
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
/* Undo touch_rows_add(), touch_rows_add_keys(), touch_row_add_anywhere(): for verdict touches that
 * turned out not to be. */
enum err touch_row_remove(struct database *db, int64_t id, int64_t home_id, struct err_info *info);
enum err touch_row_remove_key(struct database *db, const struct touch_key *row,
                              struct err_info *info);
enum err touch_row_remove_anywhere(struct database *db, int64_t id, struct err_info *info);
/* The largest id stored, 0 if none. */
enum err touch_row_last(struct database *db, int64_t *ret, struct err_info *info);
/* Where its row lives: what it is about decides, its thread, else its customer, else its id. */
int64_t touch_home(const struct touch *t);
/* What remedy.paid says was paid, for which promise; false: it is none, or does not say. */
bool touch_payment(const struct touch *t, struct text *ret_promise, struct money *ret_amount);

#endif
