#include "store/statement.h"

#include "base/log.h"
#include "store/connection.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A mistake of ours in the use of a statement. */
__attribute__((noreturn, format(printf, 2, 3))) static void mistake(
    const struct statement *statement, const char *format, ...)
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

/* Parameters are $1, $2, … in the order of their first use: SQLite counts them so. */
static void check_parameters(const struct statement *statement, sqlite3_stmt *sqlite)
{
    int count = sqlite3_bind_parameter_count(sqlite);
    if (count > QUERY_PARAMETERS_MAX) {
        mistake(statement, "%d parameters are more than %d", count, QUERY_PARAMETERS_MAX);
    }
    for (int i = 1; i <= count; i++) {
        char wanted[16];
        snprintf(wanted, sizeof(wanted), "$%d", i);
        const char *name = sqlite3_bind_parameter_name(sqlite, i);
        if (!name || strcmp(name, wanted) != 0) {
            mistake(statement, "parameter %d is written %s, not %s", i, name ? name : "?", wanted);
        }
    }
}

enum err connection_prepare(struct database *db, const struct statement *statement,
                            struct prepared **ret, struct err_info *info)
{
    if (db->prepared_count * 2 >= db->prepared_cap) {
        grow(db);
    }
    size_t slot = slot_of(db, statement);
    if (!db->prepared[slot]) {
        sqlite3_stmt *sqlite = NULL;
        const char *rest = NULL;
        int code = sqlite3_prepare_v3(db->sqlite, statement->sql, -1, SQLITE_PREPARE_PERSISTENT,
                                      &sqlite, &rest);
        if (code != SQLITE_OK) {
            return connection_error(db, code, statement->name, info);
        }
        if (!sqlite || rest[strspn(rest, " \t\r\n;")]) {
            mistake(statement, "is not exactly one statement");
        }
        check_parameters(statement, sqlite);
        struct prepared *prepared = calloc(1, sizeof(*prepared));
        if (!prepared) {
            abort();
        }
        *prepared = (struct prepared){
            .statement = statement,
            .sqlite = sqlite,
            .parameters = sqlite3_bind_parameter_count(sqlite),
        };
        db->prepared[slot] = prepared;
        db->prepared_count++;
    }
    *ret = db->prepared[slot];
    return ERR_NONE;
}

void connection_release_statements(struct database *db)
{
    for (size_t i = 0; i < db->prepared_cap; i++) {
        if (db->prepared[i]) {
            sqlite3_finalize(db->prepared[i]->sqlite);
            free(db->prepared[i]);
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
        mistake(statement, "does not prepare: %s", info.detail);
    }
    if (e) {
        /* The file was damaged or locked under us: query_run() and query_row() will say so. */
        log_say(LOG_ERROR, "statement", "%s %s", info.text, info.detail);
        q.prepared = NULL;
        return q;
    }
    assert(q.prepared);
    if (q.prepared->begun) {
        mistake(statement, "is begun twice at the same time");
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
        sqlite3_reset(q->prepared->sqlite); /* repeats the error of the last step: known */
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
    if (parameter < 1 || parameter > q->prepared->parameters) {
        mistake(q->prepared->statement, "has no parameter %d", parameter);
    }
    uint64_t bit = UINT64_C(1) << (parameter - 1);
    if (q->bound & bit) {
        mistake(q->prepared->statement, "parameter %d is bound twice", parameter);
    }
    if (q->stepped) {
        mistake(q->prepared->statement, "parameter %d is bound after the first row", parameter);
    }
    q->bound |= bit;
    return true;
}

static void check_bound(const struct query *q, int parameter, int code)
{
    if (code == SQLITE_NOMEM) {
        abort();
    }
    if (code != SQLITE_OK && code != SQLITE_TOOBIG) {
        mistake(q->prepared->statement, "parameter %d: %s", parameter, sqlite3_errstr(code));
    }
}

void query_bind_int(struct query *q, int parameter, int64_t value)
{
    if (take_parameter(q, parameter)) {
        check_bound(q, parameter, sqlite3_bind_int64(q->prepared->sqlite, parameter, value));
    }
}

void query_bind_real(struct query *q, int parameter, double value)
{
    if (take_parameter(q, parameter)) {
        check_bound(q, parameter, sqlite3_bind_double(q->prepared->sqlite, parameter, value));
    }
}

void query_bind_bool(struct query *q, int parameter, bool value)
{
    query_bind_int(q, parameter, value);
}

void query_bind_text(struct query *q, int parameter, struct text value)
{
    if (take_parameter(q, parameter)) {
        const char *bytes = value.ptr ? value.ptr : "";
        check_bound(q, parameter,
                    sqlite3_bind_text64(q->prepared->sqlite, parameter, bytes, value.len,
                                        SQLITE_STATIC, SQLITE_UTF8));
    }
}

void query_bind_bytes(struct query *q, int parameter, struct text value)
{
    if (take_parameter(q, parameter)) {
        const char *bytes = value.ptr ? value.ptr : "";
        check_bound(
            q, parameter,
            sqlite3_bind_blob64(q->prepared->sqlite, parameter, bytes, value.len, SQLITE_STATIC));
    }
}

void query_bind_null(struct query *q, int parameter)
{
    if (take_parameter(q, parameter)) {
        check_bound(q, parameter, sqlite3_bind_null(q->prepared->sqlite, parameter));
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

static void check_complete(const struct query *q)
{
    uint64_t all = q->prepared->parameters == QUERY_PARAMETERS_MAX
                       ? UINT64_MAX
                       : (UINT64_C(1) << q->prepared->parameters) - 1;
    if (q->bound != all) {
        int missing = __builtin_ctzll(~q->bound) + 1;
        mistake(q->prepared->statement, "parameter %d is not bound", missing);
    }
}

enum err query_row(struct query *q, bool *ret_row, struct err_info *info)
{
    if (!q->prepared) {
        return err_set(info, ERR_STORAGE,
                       "The database cannot be used at the moment; nothing was changed.");
    }
    if (!q->stepped) {
        check_complete(q);
        if (!q->db->in_transaction) {
            connection_begin_slice(q->db);
        }
        q->stepped = true;
    }
    if (q->ended) {
        mistake(q->prepared->statement, "is asked for a row after the last one");
    }
    int code = sqlite3_step(q->prepared->sqlite);
    if (code != SQLITE_ROW && code != SQLITE_DONE) {
        return connection_error(q->db, code, q->prepared->statement->name, info);
    }
    q->ended = code == SQLITE_DONE;
    *ret_row = !q->ended;
    return ERR_NONE;
}

enum err query_run(struct query *q, struct err_info *info)
{
    bool row = false;
    enum err e = query_row(q, &row, info);
    if (!e && row) {
        mistake(q->prepared->statement, "gives rows: use query_row()");
    }
    return e;
}

/* The column's statement, after checking that it is there and of a type that can be read so. */
static sqlite3_stmt *column(const struct query *q, int number, int type, int other)
{
    const struct statement *statement = q->prepared->statement;
    sqlite3_stmt *sqlite = q->prepared->sqlite;
    if (number < 0 || number >= sqlite3_data_count(sqlite)) {
        mistake(statement, "has no column %d in this row", number);
    }
    int found = sqlite3_column_type(sqlite, number);
    if (found != SQLITE_NULL && found != type && found != other) {
        mistake(statement, "column %d is of another type (%d, not %d)", number, found, type);
    }
    return sqlite;
}

bool query_is_null(const struct query *q, int number)
{
    return sqlite3_column_type(q->prepared->sqlite, number) == SQLITE_NULL;
}

int64_t query_int(const struct query *q, int number)
{
    return sqlite3_column_int64(column(q, number, SQLITE_INTEGER, SQLITE_INTEGER), number);
}

double query_real(const struct query *q, int number)
{
    return sqlite3_column_double(column(q, number, SQLITE_FLOAT, SQLITE_INTEGER), number);
}

bool query_bool(const struct query *q, int number)
{
    return query_int(q, number) != 0;
}

struct text query_text(const struct query *q, int number)
{
    sqlite3_stmt *sqlite = column(q, number, SQLITE_TEXT, SQLITE_TEXT);
    const char *bytes = (const char *)sqlite3_column_text(sqlite, number);
    return (struct text){bytes ? bytes : "", (size_t)sqlite3_column_bytes(sqlite, number)};
}

struct text query_bytes(const struct query *q, int number)
{
    sqlite3_stmt *sqlite = column(q, number, SQLITE_BLOB, SQLITE_TEXT);
    const char *bytes = sqlite3_column_blob(sqlite, number);
    return (struct text){bytes ? bytes : "", (size_t)sqlite3_column_bytes(sqlite, number)};
}
