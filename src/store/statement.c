#include "store/statement.h"

#include "store/connection.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void connection_mistake(const struct statement *statement, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fprintf(stderr, "statement %s: ", statement->name);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    abort();
}

static size_t slot_of(const struct database *db, const struct statement *statement)
{
    size_t mask = db->prepared_cap - 1;
    size_t slot = (size_t)(((uintptr_t)statement >> 3) * 0x9e3779b97f4a7c15u >> 32) & mask;
    while (db->prepared[slot] && db->prepared[slot]->statement != statement) {
        slot = (slot + 1) & mask;
    }
    return slot;
}

static void grow(struct database *db)
{
    size_t old_cap = db->prepared_cap;
    struct prepared **old = db->prepared;
    db->prepared_cap = old_cap ? old_cap * 2 : 64;
    db->prepared = calloc(db->prepared_cap, sizeof(struct prepared *));
    if (!db->prepared) {
        abort();
    }
    for (size_t i = 0; i < old_cap; i++) {
        if (old[i]) {
            db->prepared[slot_of(db, old[i]->statement)] = old[i];
        }
    }
    free(old);
}

enum err connection_prepare(struct database *db, const struct statement *statement,
                            struct prepared **ret, struct err_info *info)
{
    if (db->prepared_count * 2 >= db->prepared_cap) {
        grow(db);
    }
    size_t slot = slot_of(db, statement);
    struct prepared *p = db->prepared[slot];
    enum err e = db->driver->prepare(db, statement, &p, info);
    if (e) {
        return e;
    }
    if (!db->prepared[slot]) {
        p->statement = statement;
        db->prepared[slot] = p;
        db->prepared_count++;
    }
    *ret = p;
    return ERR_NONE;
}

void connection_release_statements(struct database *db)
{
    for (size_t i = 0; i < db->prepared_cap; i++) {
        if (db->prepared[i]) {
            db->driver->discard(db, db->prepared[i]);
        }
    }
    free(db->prepared);
    db->prepared = NULL;
    db->prepared_cap = db->prepared_count = 0;
}

enum err database_prepare(struct database *db, const struct statement_table *table,
                          struct err_info *info)
{
    for (size_t i = 0; i < table->count; i++) {
        struct prepared *prepared;
        enum err e = connection_prepare(db, &table->statements[i], &prepared, info);
        if (e) {
            return e;
        }
    }
    return ERR_NONE;
}

struct query query_begin(struct database *db, const struct statement *statement)
{
    struct query q = {.db = db};
    struct err_info info = {0};
    enum err e = connection_prepare(db, statement, &q.prepared, &info);
    if (e == ERR_INTERNAL) {
        connection_mistake(statement, "does not prepare: %s", info.detail);
    }
    if (e) {
        /* The file was damaged or locked under us, the server is away: query_run() and query_row()
         * say so. */
        db->trouble = e;
        db->trouble_info = info;
        q.prepared = NULL;
        return q;
    }
    assert(q.prepared);
    if (q.prepared->begun) {
        connection_mistake(statement, "is begun twice at the same time");
    }
    q.prepared->begun = true;
    return q;
}

void query_end(struct query *q)
{
    if (q->prepared) {
        query_again(q);
        q->prepared->begun = false;
        q->prepared = NULL;
    }
}

void query_again(struct query *q)
{
    if (q->prepared) {
        q->db->driver->reset(q->prepared);
    }
    q->bound = 0;
    q->stepped = q->ended = false;
}

/* Notes that the parameter is bound; false when there is no statement to bind to. */
static bool take_parameter(struct query *q, int parameter)
{
    if (!q->prepared) {
        return false;
    }
    const struct statement *statement = q->prepared->statement;
    if (parameter < 1 || parameter > q->prepared->parameters) {
        connection_mistake(statement, "has no parameter %d", parameter);
    }
    uint64_t bit = UINT64_C(1) << (parameter - 1);
    if (q->bound & bit) {
        connection_mistake(statement, "parameter %d is bound twice", parameter);
    }
    if (q->stepped) {
        connection_mistake(statement, "parameter %d is bound after the first row", parameter);
    }
    q->bound |= bit;
    return true;
}

void query_bind_int(struct query *q, int parameter, int64_t value)
{
    if (take_parameter(q, parameter)) {
        q->db->driver->bind_int(q->prepared, parameter, value);
    }
}

void query_bind_real(struct query *q, int parameter, double value)
{
    if (take_parameter(q, parameter)) {
        q->db->driver->bind_real(q->prepared, parameter, value);
    }
}

void query_bind_bool(struct query *q, int parameter, bool value)
{
    if (take_parameter(q, parameter)) {
        q->db->driver->bind_bool(q->prepared, parameter, value);
    }
}

void query_bind_text(struct query *q, int parameter, struct text value)
{
    if (take_parameter(q, parameter)) {
        q->db->driver->bind_text(q->prepared, parameter, value);
    }
}

void query_bind_bytes(struct query *q, int parameter, struct text value)
{
    if (take_parameter(q, parameter)) {
        q->db->driver->bind_bytes(q->prepared, parameter, value);
    }
}

void query_bind_null(struct query *q, int parameter)
{
    if (take_parameter(q, parameter)) {
        q->db->driver->bind_null(q->prepared, parameter);
    }
}

void query_bind_text_or_null(struct query *q, int parameter, struct text value)
{
    if (value.len) {
        query_bind_text(q, parameter, value);
    } else {
        query_bind_null(q, parameter);
    }
}

void connection_check_bound(const struct query *q)
{
    uint64_t all = q->prepared->parameters == QUERY_PARAMETERS_MAX
                       ? UINT64_MAX
                       : (UINT64_C(1) << q->prepared->parameters) - 1;
    if (q->bound != all) {
        int missing = __builtin_ctzll(~q->bound) + 1;
        connection_mistake(q->prepared->statement, "parameter %d is not bound", missing);
    }
}

/* Why there is no statement to execute. */
static enum err tell_trouble(const struct query *q, struct err_info *info)
{
    if (info) {
        *info = q->db->trouble_info;
    }
    return q->db->trouble;
}

/* Everything is bound; the execution begins. */
static void start(struct query *q)
{
    connection_check_bound(q);
    if (!q->db->in_transaction) {
        connection_begin_slice(q->db);
    }
    q->stepped = true;
}

enum err query_row(struct query *q, bool *ret_row, struct err_info *info)
{
    if (!q->prepared) {
        return tell_trouble(q, info);
    }
    if (!q->stepped) {
        start(q);
    }
    if (q->ended) {
        connection_mistake(q->prepared->statement, "is asked for a row after the last one");
    }
    enum err e = q->db->driver->row(q->db, q->prepared, ret_row, info);
    q->ended = !e && !*ret_row;
    return e;
}

enum err query_run(struct query *q, struct err_info *info)
{
    bool row = false;
    enum err e = query_row(q, &row, info);
    if (!e && row) {
        connection_mistake(q->prepared->statement, "gives rows: use query_row()");
    }
    return e;
}

enum err query_send(struct query *q, struct err_info *info)
{
    if (!q->prepared || !q->db->driver->send) {
        return query_run(q, info);
    }
    start(q);
    q->ended = true;
    return q->db->driver->send(q->db, q->prepared, info);
}

/* The i-th execution, all its rows. */
static enum err execute(struct query *q, const struct executions *all, size_t i,
                        struct err_info *info)
{
    if (q->prepared) {
        all->bind(q, i, all->context);
    }
    bool has_row = false;
    enum err e = query_row(q, &has_row, info);
    while (!e && has_row) {
        if (!all->row) {
            connection_mistake(all->statement, "gives rows that nobody takes");
        }
        e = all->row(q, i, all->context, info);
        e = e ? e : query_row(q, &has_row, info);
    }
    if (!e && all->done) {
        all->done(i, database_changes(q->db), all->context);
    }
    query_again(q);
    return e;
}

enum err query_many(struct database *db, const struct executions *all, struct err_info *info)
{
    bool gathered = all->gathered && all->count > 1 && db->driver->gather && !db->apart;
    struct query q CLEANUP(query_end) = query_begin(db, gathered ? all->gathered : all->statement);
    if (q.prepared && gathered) {
        return db->driver->gather(&q, all, info);
    }
    if (q.prepared && db->driver->many) {
        return db->driver->many(&q, all, info);
    }
    enum err e = ERR_NONE;
    for (size_t i = 0; i < all->count && !e; i++) {
        e = execute(&q, all, i, info);
    }
    return e;
}

/* The row's statement, after checking that the column is there and can be read so. */
static const struct prepared *column(const struct query *q, int number, char type)
{
    const struct driver *driver = q->db->driver;
    if (!driver->has_column(q->prepared, number)) {
        connection_mistake(q->prepared->statement, "has no column %d in this row", number);
    }
    if (!driver->column_is(q->prepared, number, type)) {
        connection_mistake(q->prepared->statement, "column %d is of another type, not '%c'", number,
                           type);
    }
    return q->prepared;
}

bool query_is_null(const struct query *q, int number)
{
    return q->db->driver->is_null(q->prepared, number);
}

int64_t query_int(const struct query *q, int number)
{
    return q->db->driver->column_int(column(q, number, 'i'), number);
}

double query_real(const struct query *q, int number)
{
    return q->db->driver->column_real(column(q, number, 'r'), number);
}

bool query_bool(const struct query *q, int number)
{
    return q->db->driver->column_int(column(q, number, 'b'), number) != 0;
}

struct text query_text(const struct query *q, int number)
{
    return q->db->driver->column_text(column(q, number, 't'), number);
}

struct text query_bytes(const struct query *q, int number)
{
    return q->db->driver->column_bytes(column(q, number, 'y'), number);
}
