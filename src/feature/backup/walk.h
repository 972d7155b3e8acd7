/* Two databases side by side: a table of one made equal to that of the other. */
#ifndef TROTH_FEATURE_BACKUP_WALK_H
#define TROTH_FEATURE_BACKUP_WALK_H

#include "archive/row_code.h"

struct walk_result {
    struct table_sum from, to; /* of what was read; equal where nothing was changed */
    uint64_t changes;          /* rows added to or removed from `to` */
};
/* Goes through both in the order of the key and changes `to` (in transactions of its own) where it
 * differs. A row whose other unique columns are still another's is left for the next walk.
 * show: called with the rows of each part read; may be NULL. */
enum err walk_table(struct database *from, struct database *to, const struct table_access *table,
                    void (*show)(void *context, int64_t rows), void *context,
                    struct walk_result *ret, struct err_info *info);

#endif
