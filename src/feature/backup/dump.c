#include "feature/backup/dump.h"

#include "base/moment.h"
#include "store/migrate.h"

#include <inttypes.h>

enum { PART_ROWS = 20000 };

enum { SCHEMA_PRESENT, POSITION, STATEMENTS };
static const struct statement statements[] = {
    [SCHEMA_PRESENT] = {"schema_present", "SELECT coalesce(max(number), 0) FROM schema_migration",
                        NULL},
    [POSITION] = {"ledger_position", "SELECT coalesce(max(id), 0) FROM obligation_entry", NULL},
};
_Static_assert(sizeof(statements) / sizeof(statements[0]) == STATEMENTS, "one each");

static enum err ask(struct database *db, const struct statement *statement, int64_t *ret,
                    struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, statement);
    bool row;
    enum err e = query_row(&q, &row, info);
    if (!e) {
        *ret = query_int(&q, 0);
    }
    return e;
}

enum err schema_present(struct database *db, uint32_t *ret, struct err_info *info)
{
    const struct statement_table table = {&statements[SCHEMA_PRESENT], 1};
    int64_t present = 0;
    if (database_prepare(db, &table, info) ||
        ask(db, &statements[SCHEMA_PRESENT], &present, info) || present == 0) {
        return err_set(info, ERR_CONFLICT, "the database holds no data of Troth yet");
    }
    if (present == MIGRATION_UNFINISHED) {
        return err_set(
            info, ERR_CONFLICT,
            "a copy into the database was begun and not finished; go on with it (troth db "
            "copy)");
    }
    if (present > (int64_t)schema_migrations.count) {
        return err_set(info, ERR_CONFLICT,
                       "the database was made by a newer Troth (schema %" PRId64
                       ", this one knows %zu); use the newer program",
                       present, schema_migrations.count);
    }
    *ret = (uint32_t)present;
    return ERR_NONE;
}

enum err ledger_position(struct database *db, int64_t *ret, struct err_info *info)
{
    return ask(db, &statements[POSITION], ret, info);
}

/* -- into a backup -- */

struct dumping {
    struct database *db;
    struct archive_writer *writer;
    const struct dump_watch *watch;
    int64_t rows, total;
};

static void tell(const struct dump_watch *watch, const char *table, int64_t rows, int64_t total)
{
    if (watch && watch->show) {
        watch->show(watch->context, table, rows, total);
    }
}

static enum err dump_rows(struct dumping *d, const struct table_access *a, struct err_info *info)
{
    struct arena arenas[2] = {{0}, {0}}; /* the last row of a chunk says where the next begins */
    const struct cell *after = NULL;
    struct chunk chunk = {.count = 1};
    enum err e = ERR_NONE;
    size_t columns = a->table->column_count;
    for (int turn = 0; !e && chunk.count; turn = 1 - turn) {
        arena_clear(&arenas[turn]);
        e = table_read(d->db, a, after, &arenas[turn], &chunk, info);
        for (size_t i = 0; !e && i < chunk.count; i++) {
            after = &chunk.cells[i * columns];
            e = archive_add_row(d->writer, after, info);
        }
        d->rows += e ? 0 : (int64_t)chunk.count;
        tell(d->watch, a->table->name, d->rows, d->total);
    }
    arena_release(&arenas[0]);
    arena_release(&arenas[1]);
    return e;
}

static enum err dump_tables(struct dumping *d, struct stored_tables tables, struct arena *arena,
                            struct err_info *info)
{
    const struct table_access **access =
        ARENA_ARRAY(arena, const struct table_access *, tables.count);
    enum err e = ERR_NONE;
    for (size_t i = 0; i < tables.count && !e; i++) {
        int64_t count = 0;
        access[i] = table_access(arena, &tables.list[i]);
        e = table_count(d->db, access[i], &count, info);
        d->total += count;
    }
    for (size_t i = 0; i < tables.count && !e; i++) {
        e = archive_begin_table(d->writer, &tables.list[i], info);
        e = e ? e : dump_rows(d, access[i], info);
        e = e ? e : archive_end_table(d->writer, info);
    }
    return e;
}

enum err dump(struct database *db, const struct dump_config *config, FILE *file,
              struct arena *arena, struct archive_head *ret_head, struct err_info *info)
{
    struct archive_head head = {.taken_us = moment_now()};
    struct archive_writer *writer CLEANUP(archive_writer_free) = NULL;
    struct transaction t CLEANUP(transaction_end) = {0};
    snprintf(head.troth, sizeof(head.troth), "%s", config->troth);
    snprintf(head.from, sizeof(head.from), "%s", config->from);
    enum err e = transaction_begin(&t, db, info);
    e = e ? e : schema_present(db, &head.schema, info);
    e = e ? e : ledger_position(db, &head.position, info);
    e = e ? e : archive_create(file, config->secret, &head, &writer, info);
    if (e) {
        return e;
    }
    struct dumping d = {.db = db, .writer = writer, .watch = &config->watch};
    e = dump_tables(&d, catalogue_at(arena, head.schema), arena, info);
    e = e ? e : archive_finish(writer, info);
    if (!e && ret_head) {
        *ret_head = head;
    }
    return e;
}

/* -- out of a backup -- */

enum err dump_check(struct archive_reader *reader, const struct dump_watch *watch,
                    struct check_result *ret, struct err_info *info)
{
    const struct stored_table *table = NULL;
    struct check_result result = {.head = *archive_head(reader)};
    enum err e = ERR_NONE;
    while (!e && !(e = archive_next_table(reader, &table, info)) && table) {
        struct cell cells[TABLE_COLUMNS_MAX];
        bool row = true;
        while (!e && row) {
            e = archive_next_row(reader, &row, cells, info);
            result.rows += !e && row;
            if (result.rows % CHUNK_ROWS == 0) {
                tell(watch, table->name, (int64_t)result.rows, 0);
            }
        }
        result.tables++;
        if (!e && watch->table) {
            watch->table(watch->context, table->name, archive_sum(reader));
        }
    }
    if (!e) {
        *ret = result;
    }
    return e;
}

static bool same_table(const struct stored_table *a, const struct stored_table *b)
{
    bool same = strcmp(a->name, b->name) == 0 && a->column_count == b->column_count &&
                a->key_count == b->key_count;
    for (size_t i = 0; same && i < a->column_count; i++) {
        const struct column *x = &a->columns[i], *y = &b->columns[i];
        same = strcmp(x->name, y->name) == 0 && x->type == y->type && x->nullable == y->nullable;
    }
    return same;
}

struct restoring {
    struct archive_reader *reader;
    struct database *db;
    enum restore_way way;
    struct transaction transaction;
    const struct dump_watch *watch;
    struct check_result result;
};

/* A row has been put in: shows it, and ends a part where parts are wanted. */
static enum err after_row(struct restoring *r, const char *table, struct err_info *info)
{
    uint64_t rows = ++r->result.rows;
    if (rows % CHUNK_ROWS == 0) {
        tell(r->watch, table, (int64_t)rows, 0);
    }
    if (r->way == RESTORE_AT_ONCE || rows % PART_ROWS != 0) {
        return ERR_NONE;
    }
    enum err e = transaction_commit(&r->transaction, info);
    return e ? e : transaction_begin(&r->transaction, r->db, info);
}

static enum err restore_rows(struct restoring *r, const struct table_access *a,
                             struct err_info *info)
{
    for (bool row = true; row;) {
        struct cell cells[TABLE_COLUMNS_MAX];
        enum err e = archive_next_row(r->reader, &row, cells, info);
        if (!e && row) {
            e = table_add(r->db, a, cells, info);
            e = e ? e : after_row(r, a->table->name, info);
        }
        if (e) {
            return e;
        }
    }
    int64_t count = 0;
    enum err e = table_count(r->db, a, &count, info);
    if (!e && (uint64_t)count != archive_sum(r->reader)->rows) {
        e = err_set(info, ERR_INVALID,
                    "the backup is damaged: %s holds rows with the same key. Use another one",
                    a->table->name);
    }
    return e;
}

static enum err restore_tables(struct restoring *r, struct stored_tables tables,
                               struct arena *arena, struct err_info *info)
{
    const struct stored_table *table = NULL;
    for (size_t i = 0; i <= tables.count; i++) {
        const struct stored_table *wanted = i < tables.count ? &tables.list[i] : NULL;
        enum err e = archive_next_table(r->reader, &table, info);
        if (!e && (!table != !wanted || (table && !same_table(table, wanted)))) {
            return err_set(info, ERR_INVALID,
                           "the backup's tables are not those of its schema (%s instead of %s). "
                           "Restore it with the program that made it",
                           table ? table->name : "none", wanted ? wanted->name : "none");
        }
        e = e || !table ? e : restore_rows(r, table_access(arena, wanted), info);
        if (e) {
            return e;
        }
        r->result.tables += table != NULL;
    }
    return ERR_NONE;
}

/* A migration may have filled tables: they come from the backup. */
static enum err clear_tables(struct database *db, struct stored_tables tables,
                             struct err_info *info)
{
    struct buf sql CLEANUP(buf_release) = {0};
    for (size_t i = tables.count; i-- > 0;) {
        buf_addf(&sql, "DELETE FROM %s;", tables.list[i].name);
    }
    return database_script(db, buf_text(&sql), info);
}

enum err database_is_empty(struct database *db, struct arena *arena, struct err_info *info)
{
    uint32_t present = 0;
    struct err_info none;
    if (schema_present(db, &present, &none)) {
        return ERR_NONE;
    }
    const struct stored_tables tables = catalogue_at(arena, present);
    for (size_t i = 0; i < tables.count; i++) {
        int64_t count = 0;
        enum err e = table_count(db, table_access(arena, &tables.list[i]), &count, info);
        if (!e && count) {
            e = err_set(info, ERR_CONFLICT,
                        "the database holds data already (table %s) and was left as it is. Name an "
                        "empty one",
                        tables.list[i].name);
        }
        if (e) {
            return e;
        }
    }
    return ERR_NONE;
}

enum err dump_restore(struct archive_reader *reader, struct database *db, enum restore_way way,
                      struct arena *arena, const struct dump_watch *watch, struct check_result *ret,
                      struct err_info *info)
{
    const struct archive_head *head = archive_head(reader);
    if (head->schema < 1 || head->schema > schema_migrations.count) {
        return err_set(info, ERR_CONFLICT,
                       "the backup was made by a newer Troth (%s, schema %u; this one knows %zu); "
                       "use the newer program",
                       head->troth, head->schema, schema_migrations.count);
    }
    const struct migrations then = {schema_migrations.list, head->schema};
    const struct stored_tables tables = catalogue_at(arena, head->schema);
    struct restoring r = {.reader = reader, .db = db, .way = way, .watch = watch};
    enum err e = database_is_empty(db, arena, info);
    e = e ? e : migrate(db, &then, info);
    e = e ? e : transaction_begin(&r.transaction, db, info);
    e = e ? e : clear_tables(db, tables, info);
    e = e ? e : restore_tables(&r, tables, arena, info);
    e = e ? e : transaction_commit(&r.transaction, info);
    transaction_end(&r.transaction);
    e = e ? e : migrate(db, &schema_migrations, info);
    if (!e) {
        r.result.head = *head;
        *ret = r.result;
    }
    return e;
}
