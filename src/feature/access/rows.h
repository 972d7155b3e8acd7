/* Inside of this feature: all rows of a query as one list. */
#ifndef TROTH_FEATURE_ACCESS_ROWS_H
#define TROTH_FEATURE_ACCESS_ROWS_H

#include "base/arena.h"
#include "store/statement.h"

struct rows {
    struct arena *arena;
    size_t row_size;
    void (*read)(const struct query *q, struct arena *arena, void *row);
    void *list; /* in the arena; NULL where there is none */
    size_t count;
};
/* Fills list and count; the query ends with its last row. */
enum err rows_read(struct query *q, struct rows *rows, struct err_info *info);

#endif
