#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/postgres.h"

enum {
    SENT_MOST = 256, /* between two looks at how what was sent has gone */
    CHUNK = 1000,    /* executions of query_many() between two syncs */
    DEFERRED = 16    /* so few of them may go out without one */
};

static struct postgres_database *database_of(struct database *db)
{
    return (struct postgres_database *)db;
}

static const char *sql_of(const struct statement *statement)
{
    return statement->postgres ? statement->postgres : statement->sql;
}

static void *take_memory(size_t count, size_t size)
{
    void *memory = calloc(count ? count : 1, size);
    if (!memory) {
        abort();
    }
    return memory;
}

/* -- preparing -- */

/* Parameters are $1, $2, … in the order of their first use, as SQLite wants it. Nothing of ours
 * has a dollar in a string. */
static void check_parameters(const struct statement *statement)
{
    unsigned long known = 0;
    for (const char *at = strchr(sql_of(statement), '$'); at; at = strchr(at + 1, '$')) {
        unsigned long number = strtoul(at + 1, NULL, 10);
        if (number == 0 || number > known + 1) {
            connection_mistake(statement, "parameter %lu is written $%lu", known + 1, number);
        }
        known = number > known ? number : known;
    }
    if (known > QUERY_PARAMETERS_MAX) {
        connection_mistake(statement, "%lu parameters are more than %d", known,
                           QUERY_PARAMETERS_MAX);
    }
}

/* Of the two commands: what the server says about the second. */
static void learn_types(void *self, size_t number, PGresult *result)
{
    struct postgres_prepared *p = self;
    if (number == 1) {
        int count = PQnparams(result);
        if (!p->types) {
            p->head.parameters = count;
            p->types = take_memory((size_t)count, sizeof(Oid));
            p->values = take_memory((size_t)count, sizeof(char *));
            p->lengths = take_memory((size_t)count, sizeof(int));
            p->formats = take_memory((size_t)count, sizeof(int));
            p->scratch = take_memory((size_t)count, sizeof(*p->scratch));
        }
        for (int i = 0; i < count && i < p->head.parameters; i++) {
            p->types[i] = PQparamtype(result, i);
        }
        postgres_gather_types(p);
    }
    PQclear(result);
}

static enum err prepare_now(struct postgres_database *d, const struct statement *statement,
                            struct postgres_prepared *p, struct err_info *info)
{
    snprintf(p->name, sizeof(p->name), "t%u", ++d->names);
    if (PQsendPrepare(d->conn, p->name, sql_of(statement), 0, NULL) != 1) {
        postgres_drop(d);
        return postgres_lost_error(d, info);
    }
    postgres_note_sent(d, statement);
    if (PQsendDescribePrepared(d->conn, p->name) != 1) {
        postgres_drop(d);
        return postgres_lost_error(d, info);
    }
    postgres_note_sent(d, statement);
    enum err e = postgres_settle(d, 2, learn_types, p, info);
    if (!e) {
        p->generation = d->generation;
    }
    return e;
}

enum err postgres_prepare(struct database *db, const struct statement *statement,
                          struct prepared **p, struct err_info *info)
{
    struct postgres_database *d = database_of(db);
    if (!db->in_transaction) {
        connection_begin_slice(db); /* the last one ended long ago where the connection rested */
    }
    enum err e = postgres_ready(d, info);
    if (e) {
        return e;
    }
    if (*p && postgres_of(*p)->generation == d->generation) {
        return ERR_NONE;
    }
    if (*p) {
        return prepare_now(d, statement, postgres_of(*p), info);
    }
    check_parameters(statement);
    struct postgres_prepared *made = take_memory(1, sizeof(*made));
    e = prepare_now(d, statement, made, info);
    if (e) {
        postgres_discard(db, &made->head);
        return e;
    }
    *p = &made->head;
    return ERR_NONE;
}

void postgres_discard(struct database *db, struct prepared *prepared)
{
    (void)db;
    struct postgres_prepared *p = postgres_of(prepared);
    postgres_reset(prepared);
    postgres_gather_free(p);
    free(p->types);
    free(p->values);
    free(p->lengths);
    free(p->formats);
    free(p->scratch);
    free(p);
}

/* -- executing -- */

void postgres_reset(struct prepared *prepared)
{
    struct postgres_prepared *p = postgres_of(prepared);
    PQclear(p->result);
    p->result = NULL;
    p->too_large = false;
}

enum err postgres_check_before(struct postgres_database *d, struct postgres_prepared *p,
                               struct err_info *info)
{
    if (d->failed && d->head.in_transaction) {
        if (info) {
            *info = d->failed_info;
        }
        return d->failed;
    }
    if (!d->conn || p->generation != d->generation) {
        return postgres_lost_error(d, info);
    }
    if (p->too_large) {
        return err_set(info, ERR_LIMIT, "A value is too large for the database.");
    }
    if (connection_is_over(&d->head)) {
        return err_set(info, ERR_BUSY, "This took longer than allowed. Ask for less at once.");
    }
    return ERR_NONE;
}

/* The server gets it with what follows, or as soon as libpq's buffer is full. */
static enum err put(struct postgres_database *d, struct postgres_prepared *p, struct err_info *info)
{
    if (PQsendQueryPrepared(d->conn, p->name, p->head.parameters, p->values, p->lengths, p->formats,
                            1) != 1) {
        postgres_drop(d);
        return postgres_lost_error(d, info);
    }
    postgres_note_sent(d, p->head.statement);
    return ERR_NONE;
}

static int64_t changes_of(PGresult *result)
{
    int64_t changes = 0;
    (void)text_to_int64(text_of(PQcmdTuples(result)), &changes);
    return changes;
}

static void keep_result(void *self, size_t number, PGresult *result)
{
    (void)number;
    struct postgres_prepared *p = self;
    PQclear(p->result);
    p->result = result;
    p->at = -1;
}

/* A transaction that had failed answers COMMIT with ROLLBACK. */
static bool was_refused(const struct postgres_prepared *p)
{
    return p->result && strcmp(p->head.statement->sql, "COMMIT") == 0 &&
           strcmp(PQcmdStatus(p->result), "COMMIT") != 0;
}

enum err postgres_row(struct database *db, struct prepared *prepared, bool *ret_row,
                      struct err_info *info)
{
    struct postgres_database *d = database_of(db);
    struct postgres_prepared *p = postgres_of(prepared);
    if (!p->result) {
        enum err e = postgres_check_before(d, p, info);
        e = e ? e : put(d, p, info);
        e = e ? e : postgres_settle(d, 1, keep_result, p, info);
        if (!e && was_refused(p)) {
            e = err_set(info, ERR_STORAGE,
                        "The database gave up the change. Nothing was changed. Try again.");
        }
        if (e) {
            return e;
        }
        assert(p->result);
        d->changes = changes_of(p->result);
    }
    p->at++;
    *ret_row = p->at < PQntuples(p->result);
    return ERR_NONE;
}

enum err postgres_send(struct database *db, struct prepared *prepared, struct err_info *info)
{
    struct postgres_database *d = database_of(db);
    enum err e = postgres_check_before(d, postgres_of(prepared), info);
    e = e ? e : put(d, postgres_of(prepared), info);
    if (!e && d->sent_count >= SENT_MOST) {
        e = postgres_settle(d, 0, NULL, NULL, info);
    }
    return e;
}

/* One chunk of executions, its results as they come. */
struct many {
    struct query *q;
    const struct executions *all;
    size_t first;
    enum err e; /* of a callback */
    struct err_info *info;
};

static void take_one(void *self, size_t number, PGresult *result)
{
    struct many *m = self;
    struct postgres_prepared *p = postgres_of(m->q->prepared);
    const struct executions *all = m->all;
    size_t i = m->first + number;
    p->result = result;
    for (p->at = 0; p->at < PQntuples(result) && !m->e; p->at++) {
        if (!all->row) {
            connection_mistake(all->statement, "gives rows that nobody takes");
        }
        m->e = all->row(m->q, i, all->context, m->info);
    }
    if (!m->e && all->done) {
        all->done(i, changes_of(result), all->context);
    }
    p->result = NULL;
    PQclear(result);
}

static enum err put_chunk(struct many *m, size_t count, struct err_info *info)
{
    struct postgres_database *d = database_of(m->q->db);
    struct postgres_prepared *p = postgres_of(m->q->prepared);
    enum err e = postgres_check_before(d, p, info);
    size_t sent = 0;
    for (; sent < count && !e; sent++) {
        m->q->bound = 0;
        p->too_large = false;
        m->all->bind(m->q, m->first + sent, m->all->context);
        connection_check_bound(m->q);
        e = p->too_large ? err_set(info, ERR_LIMIT, "A value is too large for the database.")
                         : put(d, p, info);
    }
    if (!d->conn) {
        return e;
    }
    if (!e && sent <= DEFERRED && postgres_may_defer(d, m->all)) {
        postgres_deferred(d);
        return ERR_NONE;
    }
    enum err too_large = e;
    sent -= too_large ? 1 : 0;
    struct err_info words = {0};
    e = postgres_settle(d, sent, take_one, m, &words);
    if (e && info) {
        *info = words;
    }
    return e ? e : m->e ? m->e : too_large;
}

enum err postgres_many(struct query *q, const struct executions *all, struct err_info *info)
{
    if (!q->db->in_transaction) {
        connection_begin_slice(q->db);
    }
    struct many m = {.q = q, .all = all, .info = info};
    enum err e = ERR_NONE;
    for (; m.first < all->count && !e; m.first += CHUNK) {
        size_t left = all->count - m.first;
        e = put_chunk(&m, left < CHUNK ? left : CHUNK, info);
    }
    return e;
}
