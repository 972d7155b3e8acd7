/* The tables that a company's data is made of, with their columns and keys: what a backup holds and
 * what moves from one database to another. A test holds it against the schema of each migration, so
 * one that adds a table or a column is to be told here as well. */
#ifndef TROTH_STORE_CATALOGUE_H
#define TROTH_STORE_CATALOGUE_H

#include "base/arena.h"

#include <stdint.h>

enum column_type { COLUMN_INT, COLUMN_TEXT, COLUMN_BYTES };
/* "int", "text", "bytes" */
const char *column_type_name(enum column_type type);

struct column {
    const char *name;
    enum column_type type;
    bool nullable;
    uint32_t since, until; /* schema numbers: there from since up to before until; 0: ever */
};
/* The first key_count columns are its primary key. */
struct stored_table {
    const char *name;
    const struct column *columns;
    size_t column_count, key_count;
    uint32_t since, until; /* as of a column */
};
enum { TABLE_COLUMNS_MAX = 64, TABLE_KEY_MAX = 8 };

struct stored_tables {
    const struct stored_table *list; /* a table that another refers to stands before it */
    size_t count;
};
/* All that ever were. */
extern const struct stored_tables catalogue;

/* Those of one schema number, with the columns that it has; in the arena. */
struct stored_tables catalogue_at(struct arena *arena, uint32_t schema);

#endif
