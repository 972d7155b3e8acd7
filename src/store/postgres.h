/* Inside of the driver of PostgreSQL.
 *
 * The connection is always in libpq's pipeline mode. What is sent (query_send(), BEGIN, SAVEPOINT)
 * waits in `sent` until a call needs an answer; that one ends the pipeline with a sync and reads
 * the results of everything before its own. libpq never blocks: all waiting is poll() here, bounded
 * by the deadline, the slice, or how long a silent server is borne. Over that bound the connection
 * is dropped, not cancelled (PQcancel() may block), and the server ends the query by itself
 * (statement_timeout, client_connection_check_interval).
 *
 * A connection that is lost takes its transaction with it: every call of that transaction fails
 * with ERR_STORAGE. The next transaction connects anew, at once and then at growing intervals, and
 * statements are prepared again when they are next used (`generation`). */
#ifndef TROTH_STORE_POSTGRES_H
#define TROTH_STORE_POSTGRES_H

#include <libpq-fe.h>

#include "store/connection.h"

struct postgres_database {
    struct database head; /* first */
    char *place;          /* with its password: never shown */
    struct buf name;      /* without */
    bool durable;
    PGconn *conn;        /* NULL: lost, or not yet there */
    uint32_t generation; /* of the connection, from 1 */
    uint32_t listening;  /* the connection that listens */
    uint32_t names;      /* of prepared statements, drawn */
    int64_t session_slice_us;
    const struct statement **sent; /* no result read yet, in order */
    size_t sent_count, sent_cap;
    enum err failed; /* of something sent: the transaction is lost */
    struct err_info failed_info;
    int64_t careful_until_us; /* until then nothing is deferred */
    int64_t changes;
    int64_t retry_at_us, rest_us; /* after a connection that failed */
};

/* postgres_place.c: a place as libpq reads it. */
bool postgres_takes(const char *place);
/* The place without password and options, for people. */
void postgres_name(const char *place, struct buf *out);
/* SQL of a script in PostgreSQL's words: INTEGER, REAL, BLOB, and TEXT in byte order. */
void postgres_translate(struct text sql, struct buf *out);

/* postgres_error.c */
enum err postgres_error(const PGresult *result, const char *statement, struct err_info *info);
/* Deadlock, lock timeout, serialization failure: it may go well another time. */
bool postgres_is_contention(const PGresult *result);
enum err postgres_lost_error(const struct postgres_database *d, struct err_info *info);
/* Why the server could not be reached, from libpq's words and without the place. */
enum err postgres_connect_error(const struct postgres_database *d, PGconn *conn,
                                struct err_info *info);

/* postgres_link.c: the connection itself. */
/* A live connection, made anew if need be (not within a transaction). */
enum err postgres_ready(struct postgres_database *d, struct err_info *info);
void postgres_drop(struct postgres_database *d);
/* Waits until a result can be taken without blocking; wait_us < 0: for ever. */
enum err postgres_wait(struct postgres_database *d, int64_t end_us, struct err_info *info);
/* A server's session knows its rows by their keys. A plan made while a table was small would stay,
 * and read all of a large one: these settings have it use indexes from the first. Migrations go
 * without them. */
extern const char postgres_by_index[], postgres_by_cost[];
/* The instant at which a statement begun now has waited too long. */
int64_t postgres_patience(const struct postgres_database *d);
enum err postgres_script(struct postgres_database *d, struct text sql, struct err_info *info);

/* postgres_pipeline.c */
void postgres_note_sent(struct postgres_database *d, const struct statement *statement);
/* Takes the results of the last `own` commands; number counts them from 0. */
typedef void postgres_taker(void *self, size_t number, PGresult *result);
/* Ends the pipeline and reads everything. The first error among all is returned; one of a command
 * that is not among the last `own` also loses the transaction. */
enum err postgres_settle(struct postgres_database *d, size_t own, postgres_taker *take, void *self,
                         struct err_info *info);

/* Whether executions that nobody waits for may go out without a look at how they went, so that the
 * server works at them while we make the next ones. Where one then fails, by whatever fault, its
 * transaction is lost and is to be run again, and for a while nothing is deferred: so who is at
 * fault is found and fails alone. Only for the clerk of a server, who runs a batch again. */
bool postgres_may_defer(const struct postgres_database *d, const struct executions *all);
/* On their way, as far as they go without waiting. */
void postgres_deferred(struct postgres_database *d);

struct postgres_prepared;

/* postgres_statement.c: what it adds to the driver's table. */
enum err postgres_prepare(struct database *db, const struct statement *statement,
                          struct prepared **p, struct err_info *info);
void postgres_discard(struct database *db, struct prepared *p);
enum err postgres_row(struct database *db, struct prepared *p, bool *ret_row,
                      struct err_info *info);
void postgres_reset(struct prepared *p);
enum err postgres_send(struct database *db, struct prepared *p, struct err_info *info);
enum err postgres_many(struct query *q, const struct executions *all, struct err_info *info);
/* Whether it may be sent at all. */
enum err postgres_check_before(struct postgres_database *d, struct postgres_prepared *p,
                               struct err_info *info);

/* postgres_gather.c: many executions as one, each parameter an array. */
/* When the types of the parameters are known: arrays are bound by their elements. */
void postgres_gather_types(struct postgres_prepared *p);
void postgres_gather_free(struct postgres_prepared *p);
enum err postgres_gather(struct query *q, const struct executions *all, struct err_info *info);

/* postgres_value.c: parameters and columns in PostgreSQL's binary form. */
struct postgres_prepared {
    struct prepared head; /* first */
    char name[16];
    uint32_t generation;
    Oid *types;
    const char **values;
    int *lengths, *formats;
    char (*scratch)[32];
    struct buf *arrays; /* one for each parameter of a gathered statement, else NULL */
    bool too_large;     /* a value does not fit its column */
    PGresult *result;   /* NULL: not executed */
    int at;             /* the present row; -1: before the first */
};
static inline struct postgres_prepared *postgres_of(struct prepared *p)
{
    return (struct postgres_prepared *)p;
}
void postgres_bind_int(struct prepared *p, int parameter, int64_t value);
void postgres_bind_real(struct prepared *p, int parameter, double value);
void postgres_bind_bool(struct prepared *p, int parameter, bool value);
void postgres_bind_text(struct prepared *p, int parameter, struct text value);
void postgres_bind_null(struct prepared *p, int parameter);
bool postgres_has_column(const struct prepared *p, int column);
bool postgres_column_is(const struct prepared *p, int column, char type);
bool postgres_is_null(const struct prepared *p, int column);
int64_t postgres_column_int(const struct prepared *p, int column);
double postgres_column_real(const struct prepared *p, int column);
struct text postgres_column_text(const struct prepared *p, int column);

#endif
