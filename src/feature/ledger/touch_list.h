/* Lists of stored touches: of a key, of all, of those heard anywhere. */
#ifndef TROTH_FEATURE_LEDGER_TOUCH_LIST_H
#define TROTH_FEATURE_LEDGER_TOUCH_LIST_H

#include "engine/engine.h"
#include "store/database.h"

extern const struct statement_table touch_list_statements;

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
/* That of this source and id, wherever it lives; where tables are spread there may be several. */
enum err touch_row_of_sender(struct database *db, struct text source, struct text id,
                             touch_row_each *each, void *context, struct err_info *info);

#endif
