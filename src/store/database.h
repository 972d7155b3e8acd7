/* A connection to the database: SQLite, or PostgreSQL by naming it; beyond its place nothing here
 * shows which. Used by one thread at a time. Exactly one connection writes: the clerk's.
 *
 * On PostgreSQL the rows of a result are all in memory before the first is seen, and an error
 * within a transaction ends what can be done in it until the savepoint (or all of it) is undone. */
#ifndef TROTH_STORE_DATABASE_H
#define TROTH_STORE_DATABASE_H

#include "store/statement.h"

enum database_mode {
    /* Creates the file if absent (PostgreSQL: the database must be there); holds PLACE-lock (an
     * advisory lock): a second process is refused. */
    DATABASE_WRITE,
    DATABASE_READ /* sees what is committed, can change nothing */
};
enum database_safety {
    DATABASE_DURABLE, /* a commit is on the disk before it returns */
    DATABASE_UNSAFE   /* for tests that show what durability is for */
};
struct database_config {
    const char *place; /* a path, postgresql://…; ":memory:" for a test of one connection */
    enum database_mode mode;
    enum database_safety safety;
    /* DATABASE_WRITE on PostgreSQL, beside other servers: see sharing.h. */
    bool shared;
};

/* ERR_BUSY: another process has it open for writing; ERR_STORAGE: cannot be opened or is not a
 * database of Troth. */
enum err database_open(const struct database_config *config, struct database **ret,
                       struct err_info *info);
void database_close(struct database **db); /* for CLEANUP; NULL inside is fine */

/* Whether the place is a file, and not an address. */
bool database_is_file(const char *place);
/* The place for people and logs: a path as it is, an address without its password. */
void database_name(const char *place, struct buf *out);

/* Prepares every statement; the first one that fails is named in the error. */
enum err database_prepare(struct database *db, const struct statement_table *table,
                          struct err_info *info);
/* Runs SQL given as text, several statements allowed: for migrations and tests only. */
enum err database_script(struct database *db, struct text sql, struct err_info *info);
/* Rows changed by the last query_run(). */
int64_t database_changes(const struct database *db);
/* Asks the database for one row of constant cost: is it there? */
enum err database_ping(struct database *db, struct err_info *info);

/* Queries after this instant (monotonic clock, microseconds; 0: never) stop with ERR_BUSY. */
void database_set_deadline(struct database *db, int64_t deadline_us);
/* Stops queries as soon as *flag is true (NULL: never); *flag may be set by any thread. */
void database_set_cancel(struct database *db, const _Atomic(bool) *flag);
/* Each statement (or read transaction) may run so long; 0: no limit. */
void database_set_slice(struct database *db, int64_t slice_us);
int64_t database_clock(void); /* the monotonic clock of these deadlines */

/* One at a time per connection.
 *   struct transaction t CLEANUP(transaction_end) = {0};
 *   if ((e = transaction_begin(&t, db, info)) …)
 *   …
 *   return transaction_commit(&t, info); */
struct transaction {
    struct database *db; /* NULL: not begun, or ended */
};
enum err transaction_begin(struct transaction *t, struct database *db, struct err_info *info);
/* On an error the transaction is rolled back. */
enum err transaction_commit(struct transaction *t, struct err_info *info);
void transaction_end(struct transaction *t); /* rolls back what was not committed */

/* Inside a transaction; may be nested. */
struct savepoint {
    struct database *db;
};
enum err savepoint_begin(struct savepoint *s, struct database *db, struct err_info *info);
enum err savepoint_keep(struct savepoint *s, struct err_info *info);
void savepoint_end(struct savepoint *s); /* undoes what was not kept */
/* True if the database itself has thrown the transaction away (disk full, I/O error). */
bool database_lost_transaction(const struct database *db);

#endif
