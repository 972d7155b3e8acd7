#include "store/migrate.h"

#include "base/moment.h"
#include "store/connection.h"

#include <assert.h>
#include <inttypes.h>

enum { MIGRATION_LARGEST, MIGRATION_FIND, MIGRATION_ADD, MIGRATION_STATEMENTS };
static const struct statement statements[] = {
    [MIGRATION_LARGEST] = {"migration_largest",
                           "SELECT coalesce(max(number), 0) FROM schema_migration", NULL},
    [MIGRATION_FIND] = {"migration_find", "SELECT hash FROM schema_migration WHERE number = $1",
                        NULL},
    [MIGRATION_ADD] = {"migration_add",
                       "INSERT INTO schema_migration (number, name, hash, applied_us) "
                       "VALUES ($1, $2, $3, $4)",
                       NULL},
};
_Static_assert(sizeof(statements) / sizeof(statements[0]) == MIGRATION_STATEMENTS, "one each");

const struct text schema_migration_table =
    TEXT("CREATE TABLE IF NOT EXISTS schema_migration (number INTEGER PRIMARY KEY, "
         "name TEXT NOT NULL, hash BIGINT NOT NULL, applied_us BIGINT NOT NULL)");

static enum err largest(struct database *db, int64_t *ret, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[MIGRATION_LARGEST]);
    bool row;
    enum err e = query_row(&q, &row, info);
    if (!e) {
        *ret = query_int(&q, 0);
    }
    return e;
}

/* An applied migration must still be what was applied. */
static enum err check_unchanged(struct database *db, const struct migration *m,
                                struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[MIGRATION_FIND]);
    query_bind_int(&q, 1, m->number);
    bool row;
    enum err e = query_row(&q, &row, info);
    if (e) {
        return e;
    }
    if (!row || query_int(&q, 0) != (int64_t)text_hash(m->sql)) {
        return err_set(
            info, ERR_CONFLICT,
            "Migration %04u (%s) is not the one that made this database. Use the program "
            "that made it, or a new database.",
            m->number, m->name);
    }
    return ERR_NONE;
}

static enum err record(struct database *db, const struct migration *m, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[MIGRATION_ADD]);
    query_bind_int(&q, 1, m->number);
    query_bind_text(&q, 2, text_of(m->name));
    query_bind_int(&q, 3, (int64_t)text_hash(m->sql));
    query_bind_int(&q, 4, moment_now());
    return query_run(&q, info);
}

static enum err apply(struct database *db, const struct migration *m, struct err_info *info)
{
    struct transaction t CLEANUP(transaction_end) = {0};
    enum err e = transaction_begin(&t, db, info);
    e = e ? e : database_script(db, m->sql, info);
    e = e ? e : record(db, m, info);
    return e ? e : transaction_commit(&t, info);
}

static enum err apply_all(struct database *db, const struct migrations *migrations,
                          struct err_info *info)
{
    int64_t present = 0;
    enum err e = database_script(db, schema_migration_table, info);
    e = e ? e : largest(db, &present, info);
    if (e) {
        return e;
    }
    if (present == MIGRATION_UNFINISHED) {
        return err_set(info, ERR_CONFLICT,
                       "A copy into this database was begun and not finished. Go on with it (troth "
                       "db copy), or make the database anew.");
    }
    if (present > (int64_t)migrations->count) {
        return err_set(info, ERR_CONFLICT,
                       "The database was made by a newer Troth (schema %" PRId64
                       ", this one knows %zu). It was left as it is; install the newer program.",
                       present, migrations->count);
    }
    if (present < (int64_t)migrations->count && db->driver->functions.len) {
        e = database_script(db, db->driver->functions, info);
    }
    for (size_t i = 0; i < migrations->count && !e; i++) {
        const struct migration *m = &migrations->list[i];
        assert(m->number == i + 1);
        e = m->number <= present ? check_unchanged(db, m, info) : apply(db, m, info);
    }
    return e;
}

enum err migrate(struct database *db, const struct migrations *migrations, struct err_info *info)
{
    if (!db->driver->lock_schema) {
        return apply_all(db, migrations, info);
    }
    enum err e = db->driver->lock_schema(db, true, info);
    if (e) {
        return e;
    }
    e = apply_all(db, migrations, info);
    enum err unlocked = db->driver->lock_schema(db, false, e ? NULL : info);
    return e ? e : unlocked;
}
