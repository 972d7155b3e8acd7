/* Statements: SQL as constant tables, prepared once per connection at first use (or all at start,
 * database_prepare()). Parameters are written $1, $2, … in the order of their first use, the same
 * for SQLite and PostgreSQL.
 *
 *   enum { TOUCH_ADD, TOUCH_COUNT_BY_DAY, TOUCH_STATEMENTS };
 *   static const struct statement statements[] = {
 *       [TOUCH_ADD] = {"touch_add", "INSERT INTO touch (id, body) VALUES ($1, $2)", NULL}, …
 *   };
 *   const struct statement_table touch_statements = {statements, TOUCH_STATEMENTS};
 *
 *   struct query q CLEANUP(query_end) = query_begin(db, &statements[TOUCH_ADD]);
 *   query_bind_int(&q, 1, id);
 *   query_bind_text(&q, 2, body);
 *   return query_run(&q, info);
 *
 * Our own mistakes (a parameter forgotten, bound twice or out of range, a column of another type, a
 * statement that does not prepare in the middle of work) abort with the statement's name. */
#ifndef TROTH_STORE_STATEMENT_H
#define TROTH_STORE_STATEMENT_H

#include "base/err.h"
#include "base/text.h"

struct database;
struct prepared;

struct statement {
    const char *name;     /* noun_verb, unique */
    const char *sql;      /* for both databases, or SQLite's alone */
    const char *postgres; /* NULL: sql serves */
};
struct statement_table {
    const struct statement *statements;
    size_t count;
};

/* One execution; one statement may not be begun twice on a connection at the same time. */
struct query {
    struct database *db;
    struct prepared *prepared;
    uint64_t bound; /* bit n - 1: parameter n */
    bool stepped, ended;
};
enum { QUERY_PARAMETERS_MAX = 64 };

struct query query_begin(struct database *db, const struct statement *statement);
void query_end(struct query *q);
/* Makes ready for another execution: everything is to be bound anew. */
void query_again(struct query *q);

/* Bytes bound are not copied: they must live until query_end() or query_again(). */
void query_bind_int(struct query *q, int parameter, int64_t value);
void query_bind_real(struct query *q, int parameter, double value);
void query_bind_bool(struct query *q, int parameter, bool value);
void query_bind_text(struct query *q, int parameter, struct text value);
void query_bind_bytes(struct query *q, int parameter, struct text value);
void query_bind_null(struct query *q, int parameter);
/* NULL for the empty text. */
void query_bind_text_or_null(struct query *q, int parameter, struct text value);

/* Executes a statement that gives no rows. ERR_CONFLICT: a unique, foreign key or check constraint
 * (info->detail says which); ERR_STORAGE: disk full, read-only, I/O; ERR_BUSY: over the deadline.
 */
enum err query_run(struct query *q, struct err_info *info);
/* Executes a statement that gives no rows and whose outcome nobody waits for. SQLite: query_run().
 * PostgreSQL: it goes out with what follows; an error of it is told by the next call that waits
 * (any query_run(), query_row(), query_many(), or the commit), and loses the whole transaction, not
 * this savepoint alone: for what cannot fail by the sender's fault. Only inside a transaction. */
enum err query_send(struct query *q, struct err_info *info);

/* One statement, executed many times, in order. */
struct executions {
    const struct statement *statement;
    size_t count;
    void *context;
    /* Binds every parameter of the i-th execution. */
    void (*bind)(struct query *q, size_t i, void *context);
    /* For each row of the i-th, NULL where the statement gives none. An error ends it all. */
    enum err (*row)(struct query *q, size_t i, void *context, struct err_info *info);
    /* After the i-th: how many rows it changed. May be NULL. */
    void (*done)(size_t i, int64_t changes, void *context);
    /* The same for many at once, in PostgreSQL's words; NULL: there is none. Each parameter is an
     * array of what bind() binds to that of the single one:
     *   INSERT INTO item (id, word) SELECT * FROM unnest($1::bigint[], $2::text[])
     * Its last column, if it has any, says whose row it is, from 1 (WITH ORDINALITY): row() sees
     * those before it; done() is told how many there were, so a statement that changes has to
     * return what it has changed where someone wants to know. Executions may not depend on each
     * other. */
    const struct statement *gathered;
};
/* SQLite: a loop. PostgreSQL: all in few round trips, so bind() may be called for later ones before
 * row() and done() for earlier ones; these may not use the database. The first error ends it; later
 * ones are not executed or (PostgreSQL, outside of a transaction) none stands. */
enum err query_many(struct database *db, const struct executions *all, struct err_info *info);

/* The next row, if there is one. Text and bytes of the row live until the next call on q. */
enum err query_row(struct query *q, bool *ret_row, struct err_info *info);

/* Columns of the present row, from 0. NULL reads as 0, false and the empty text. */
bool query_is_null(const struct query *q, int column);
int64_t query_int(const struct query *q, int column);
double query_real(const struct query *q, int column);
bool query_bool(const struct query *q, int column);
struct text query_text(const struct query *q, int column);
struct text query_bytes(const struct query *q, int column);

#endif
