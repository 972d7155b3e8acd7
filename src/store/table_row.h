/* Rows of any table of the catalogue, in the order of its key: for what moves whole tables. */
#ifndef TROTH_STORE_TABLE_ROW_H
#define TROTH_STORE_TABLE_ROW_H

#include "store/catalogue.h"
#include "store/database.h"

enum cell_type { CELL_NULL, CELL_INT, CELL_TEXT, CELL_BYTES };
struct cell {
    enum cell_type type;
    int64_t number;
    struct text text; /* CELL_TEXT, CELL_BYTES */
};

/* The statements of one table, made of its names. */
struct table_access {
    const struct stored_table *table;
    struct statement count, first, next, add, remove;
};
/* In the arena, which must outlive the connections that it is used with. */
const struct table_access *table_access(struct arena *arena, const struct stored_table *table);

/* Some rows, one after the other: cell c of row r is cells[r * column_count + c]. */
struct chunk {
    struct cell *cells;
    size_t count;
};
enum { CHUNK_ROWS = 1000, CHUNK_BYTES = 4 << 20 };
/* The rows after that key (NULL: from the first on), at most CHUNK_ROWS and hardly more than
 * CHUNK_BYTES; none: that was the last. */
enum err table_read(struct database *db, const struct table_access *a, const struct cell *after,
                    struct arena *arena, struct chunk *ret, struct err_info *info);
enum err table_count(struct database *db, const struct table_access *a, int64_t *ret,
                     struct err_info *info);
/* Does nothing where a row of that key (or of another unique one) is there already. In a
 * transaction; what goes wrong is told by its commit at the latest (query_send()). */
enum err table_add(struct database *db, const struct table_access *a, const struct cell *row,
                   struct err_info *info);
/* row: its key at least. As table_add(). */
enum err table_remove(struct database *db, const struct table_access *a, const struct cell *row,
                      struct err_info *info);

#endif
