/* The driver of PostgreSQL: sessions on a server, by libpq. */
#include "store/postgres.h"

#include <stdlib.h>
#include <string.h>

#include "store/migrate.h"

static struct postgres_database *database_of(struct database *db)
{
    return (struct postgres_database *)db;
}

static void close_place(struct database *db)
{
    struct postgres_database *d = database_of(db);
    PQfinish(d->conn);
    buf_release(&d->name);
    free(d->place);
    free(d->sent);
    free(d);
}

/* For CLEANUP while it is being opened. */
static void release(struct postgres_database **d)
{
    if (*d) {
        struct database *db = &(*d)->head;
        database_close(&db);
    }
}

/* Only databases of ours are touched: those with the table of migrations, and empty ones, which
 * get it now. */
static enum err check_owner(struct database *db, const char *name, struct err_info *info)
{
    static const struct statement look = {
        "owner_find",
        "SELECT count(*), coalesce(sum(CASE WHEN relname = 'schema_migration' THEN 1 ELSE 0 END), "
        "0) FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = "
        "current_schema()::regnamespace",
        NULL};
    int64_t tables = 0, ours = 0;
    enum err e = ERR_NONE;
    {
        struct query q CLEANUP(query_end) = query_begin(db, &look);
        bool row = false;
        e = query_row(&q, &row, info);
        if (!e) {
            tables = query_int(&q, 0);
            ours = query_int(&q, 1);
        }
    }
    if (!e && tables == 0 && db->mode == DATABASE_WRITE) {
        return database_script(db, schema_migration_table, info);
    }
    if (!e && ours == 0) {
        return err_set(info, ERR_STORAGE,
                       "%s is not a database of Troth. It was left as it is; name another one, or "
                       "make one: createdb NAME.",
                       name);
    }
    return e;
}

static enum err open_place(const struct database_config *config, struct database **ret,
                           struct err_info *info)
{
    struct postgres_database *d CLEANUP(release) = calloc(1, sizeof(*d));
    if (!d) {
        abort();
    }
    d->head.driver = &postgres_driver;
    d->head.mode = config->mode;
    d->head.shared = config->shared && config->mode == DATABASE_WRITE;
    d->durable = config->safety == DATABASE_DURABLE;
    d->place = strdup(config->place);
    if (!d->place) {
        abort();
    }
    postgres_name(config->place, &d->name);
    enum err e = postgres_ready(d, info);
    e = e ? e : check_owner(&d->head, d->name.ptr, info);
    if (e) {
        return e;
    }
    *ret = &d->head;
    d = NULL; /* the caller's now */
    return ERR_NONE;
}

static enum err script(struct database *db, struct text sql, struct err_info *info)
{
    enum err e = postgres_ready(database_of(db), info);
    return e ? e : postgres_script(database_of(db), sql, info);
}

static int64_t changes(const struct database *db)
{
    return ((const struct postgres_database *)db)->changes;
}

/* An error within a savepoint is undone with it; any other takes all. */
static bool lost_transaction(const struct database *db)
{
    const struct postgres_database *d = (const struct postgres_database *)db;
    return !d->conn || d->failed ||
           (PQtransactionStatus(d->conn) == PQTRANS_INERROR && db->savepoints == 0);
}

/* Whatever has happened, the next transaction begins on a clean connection. */
static void roll_back(struct database *db)
{
    struct postgres_database *d = database_of(db);
    d->failed = ERR_NONE;
    if (d->conn && postgres_script(d, TEXT("ROLLBACK"), NULL) != ERR_NONE && d->conn) {
        /* What was sent before has failed: only now is there nothing left unread. */
        if (postgres_script(d, TEXT("ROLLBACK"), NULL) != ERR_NONE) {
            postgres_drop(d);
        }
    }
    d->failed = ERR_NONE;
}

static enum err lock_schema(struct database *db, bool lock, struct err_info *info)
{
    if (db->shared) {
        enum err e = script(db, text_of(lock ? postgres_by_cost : postgres_by_index), info);
        if (e) {
            return e;
        }
    }
    return script(db,
                  lock ? TEXT("SET lock_timeout = 0; SELECT pg_advisory_lock(1416787048, 2); "
                              "SET lock_timeout = '5s'")
                       : TEXT("SELECT pg_advisory_unlock(1416787048, 2)"),
                  info);
}

/* home_of() (home.h): text_hash() in steps that do not overflow. */
#define HOME_OF                                                                                \
    "CREATE OR REPLACE FUNCTION home_of(about text) RETURNS bigint LANGUAGE plpgsql "          \
    "IMMUTABLE STRICT PARALLEL SAFE AS $$ "                                                    \
    "DECLARE bytes bytea := convert_to(about, 'UTF8'); "                                       \
    "h numeric := 14695981039346656037; low bigint; "                                          \
    "BEGIN "                                                                                   \
    "FOR i IN 0 .. length(bytes) - 1 LOOP "                                                    \
    "low := mod(h, 256); "                                                                     \
    "h := mod((h - low + (low # get_byte(bytes, i))) * 1099511628211, 18446744073709551616); " \
    "END LOOP; "                                                                               \
    "low := mod(h, 4294967296); "                                                              \
    "h := h - low + (low # div(h, 4294967296)::bigint); "                                      \
    "h := mod(h * 15485907386658061715, 18446744073709551616); "                               \
    "low := mod(h, 4294967296); "                                                              \
    "h := h - low + (low # div(h, 4294967296)::bigint); "                                      \
    "RETURN div(h, 2); END $$"

const struct driver postgres_driver = {
    .open = open_place,
    .close = close_place,
    .prepare = postgres_prepare,
    .discard = postgres_discard,
    .bind_int = postgres_bind_int,
    .bind_real = postgres_bind_real,
    .bind_bool = postgres_bind_bool,
    .bind_text = postgres_bind_text,
    .bind_bytes = postgres_bind_text,
    .bind_null = postgres_bind_null,
    .row = postgres_row,
    .reset = postgres_reset,
    .send = postgres_send,
    .many = postgres_many,
    .gather = postgres_gather,
    .has_column = postgres_has_column,
    .column_is = postgres_column_is,
    .is_null = postgres_is_null,
    .column_int = postgres_column_int,
    .column_real = postgres_column_real,
    .column_text = postgres_column_text,
    .column_bytes = postgres_column_text,
    .script = script,
    .changes = changes,
    .lost_transaction = lost_transaction,
    .roll_back = roll_back,
    .lock_schema = lock_schema,
    .functions = TEXT(HOME_OF),
};
