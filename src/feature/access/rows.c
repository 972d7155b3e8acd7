#include "feature/access/rows.h"

enum err rows_read(struct query *q, struct rows *rows, struct err_info *info)
{
    size_t capacity = 0;
    for (;;) {
        bool any;
        enum err e = query_row(q, &any, info);
        if (e || !any) {
            return e;
        }
        if (rows->count == capacity) {
            capacity = capacity ? capacity * 2 : 16;
            rows->list = arena_grow(rows->arena, rows->list, rows->count, capacity, rows->row_size);
        }
        rows->read(q, rows->arena, (char *)rows->list + rows->count++ * rows->row_size);
    }
}
