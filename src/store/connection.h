/* Inside of a connection: for the files of this room only. */
#ifndef TROTH_STORE_CONNECTION_H
#define TROTH_STORE_CONNECTION_H

#include "store/database.h"

#include <sqlite3.h>

struct prepared {
    const struct statement *statement;
    sqlite3_stmt *sqlite;
    int parameters;
    bool begun;
};
struct database {
    sqlite3 *sqlite;
    enum database_mode mode;
    int lock; /* descriptor of the lock file, -1: none */
    bool in_transaction;
    struct prepared **prepared; /* open hash by the statement's address */
    size_t prepared_cap, prepared_count;
    int64_t deadline_us, slice_us, slice_end_us;
    const _Atomic(bool) *cancel;
};

/* The words and the code for what SQLite said. */
enum err connection_error(struct database *db, int code, const char *statement,
                          struct err_info *info);
/* A statement (or read transaction) begins: its slice of time runs from here. */
void connection_begin_slice(struct database *db);
enum err connection_prepare(struct database *db, const struct statement *statement,
                            struct prepared **ret, struct err_info *info);
void connection_release_statements(struct database *db);

#endif
