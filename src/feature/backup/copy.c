#include "feature/backup/copy.h"

#include "base/moment.h"
#include "feature/backup/walk.h"
#include "store/migrate.h"

#include <inttypes.h>
#include <time.h>

enum { WALKS_MOST = 5, WAIT_MS = 200 };

enum { MARK, MARKED, UNMARK, PROGRESS, NOTE, STATEMENTS };
static const struct statement statements[] = {
    [MARK] = {"copy_mark",
              "INSERT INTO schema_migration (number, name, hash, applied_us) VALUES ($1, "
              "'unfinished', $2, $3)",
              NULL},
    [MARKED] = {"copy_marked", "SELECT hash FROM schema_migration WHERE number = $1", NULL},
    [UNMARK] = {"copy_unmark", "DELETE FROM schema_migration WHERE number = $1", NULL},
    [PROGRESS] = {"copy_progress_find", "SELECT after, done FROM copy_progress WHERE name = $1",
                  NULL},
    [NOTE] =
        {"copy_progress_note",
         "INSERT INTO copy_progress (name, after, done) VALUES ($1, $2, $3) ON CONFLICT (name) "
         "DO UPDATE SET after = excluded.after, done = excluded.done",
         NULL},
};
_Static_assert(sizeof(statements) / sizeof(statements[0]) == STATEMENTS, "one each");

/* after: the key of the last row copied. */
static const struct text progress_table =
    TEXT("CREATE TABLE IF NOT EXISTS copy_progress (name TEXT PRIMARY KEY, after BLOB NOT NULL, "
         "done INTEGER NOT NULL)");

struct copying {
    const struct copy_config *config;
    struct arena arena; /* statements: outlives the connections */
    struct database *from, *to;
    const struct table_access **access;
    size_t count;
    const char *table; /* at work */
    int64_t rows, total;
    struct copy_result result;
};

static void copying_end(struct copying *c)
{
    database_close(&c->from);
    database_close(&c->to);
    arena_release(&c->arena);
}

static void show_rows(void *context, int64_t rows)
{
    struct copying *c = context;
    const struct dump_watch *watch = &c->config->watch;
    c->rows += rows;
    if (watch->show) {
        watch->show(watch->context, c->table, c->rows, c->total);
    }
}

/* -- the two ends -- */

static enum err open_source(struct copying *c, enum database_mode mode, struct err_info *info)
{
    struct database_config config = {.place = c->config->from, .mode = mode};
    uint32_t present = 0;
    database_close(&c->from);
    enum err e = database_open(&config, &c->from, info);
    e = e ? e : schema_present(c->from, &present, info);
    if (!e && present != schema_migrations.count) {
        return err_set(
            info, ERR_CONFLICT,
            "the source has schema %u and this program %zu; start the server on it once, "
            "which brings it up to date",
            present, schema_migrations.count);
    }
    return e;
}

static enum err run_number(struct database *db, int statement, int64_t number,
                           struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[statement]);
    query_bind_int(&q, 1, number);
    if (statement == MARK) {
        query_bind_int(&q, 2, (int64_t)schema_migrations.count);
        query_bind_int(&q, 3, moment_now());
    }
    return query_run(&q, info);
}

/* Whether a copy into it was begun: with the tables of this program. */
static enum err find_mark(struct database *db, bool *ret_begun, struct err_info *info)
{
    const struct statement_table table = {&statements[MARKED], 1};
    *ret_begun = false;
    if (database_prepare(db, &table, NULL)) {
        return ERR_NONE; /* it has no schema yet */
    }
    struct query q CLEANUP(query_end) = query_begin(db, &statements[MARKED]);
    query_bind_int(&q, 1, MIGRATION_UNFINISHED);
    enum err e = query_row(&q, ret_begun, info);
    if (!e && *ret_begun && query_int(&q, 0) != (int64_t)schema_migrations.count) {
        e = err_set(info, ERR_CONFLICT,
                    "the copy was begun by another version of Troth (schema %" PRId64
                    "); go on with that, or make the target anew",
                    query_int(&q, 0));
    }
    return e;
}

/* Empty tables of this schema, marked as unfinished. A migration may have filled some: the walks
 * make them equal. */
static enum err begin_target(struct copying *c, struct err_info *info)
{
    struct transaction t CLEANUP(transaction_end) = {0};
    enum err e = database_is_empty(c->to, &c->arena, info);
    e = e ? e : migrate(c->to, &schema_migrations, info);
    e = e ? e : transaction_begin(&t, c->to, info);
    e = e ? e : database_script(c->to, progress_table, info);
    e = e ? e : run_number(c->to, MARK, MIGRATION_UNFINISHED, info);
    return e ? e : transaction_commit(&t, info);
}

static enum err open_target(struct copying *c, struct err_info *info)
{
    struct database_config config = {.place = c->config->to, .mode = DATABASE_WRITE};
    bool begun = false;
    enum err e = database_open(&config, &c->to, info);
    e = e ? e : find_mark(c->to, &begun, info);
    return e || begun ? e : begin_target(c, info);
}

/* -- in bulk -- */

/* The key's columns alone, so that it can be kept as bytes. */
static struct stored_table key_of(const struct stored_table *t)
{
    struct stored_table key = *t;
    key.column_count = key.key_count;
    return key;
}

static enum err read_progress(struct copying *c, const struct stored_table *t, struct cell *ret_key,
                              bool *ret_begun, bool *ret_done, struct arena *arena,
                              struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(c->to, &statements[PROGRESS]);
    query_bind_text(&q, 1, text_of(t->name));
    enum err e = query_row(&q, ret_begun, info);
    if (e || !*ret_begun) {
        *ret_done = false;
        return e;
    }
    struct text after = arena_text(arena, query_bytes(&q, 0));
    const struct stored_table key = key_of(t);
    *ret_done = query_int(&q, 1) != 0;
    *ret_begun = after.len != 0;
    return after.len ? row_decode(&key, &after, ret_key, info) : ERR_NONE;
}

static enum err note_progress(struct copying *c, const struct stored_table *t,
                              const struct cell *last, struct err_info *info)
{
    struct buf after CLEANUP(buf_release) = {0};
    const struct stored_table key = key_of(t);
    if (last) {
        row_encode(&key, last, &after);
    }
    struct query q CLEANUP(query_end) = query_begin(c->to, &statements[NOTE]);
    query_bind_text(&q, 1, text_of(t->name));
    query_bind_bytes(&q, 2, buf_text(&after));
    query_bind_int(&q, 3, last == NULL);
    return query_run(&q, info);
}

/* One chunk and how far it goes, in one transaction. */
static enum err copy_chunk(struct copying *c, const struct table_access *a,
                           const struct chunk *chunk, struct err_info *info)
{
    size_t columns = a->table->column_count;
    struct transaction t CLEANUP(transaction_end) = {0};
    enum err e = transaction_begin(&t, c->to, info);
    for (size_t i = 0; i < chunk->count && !e; i++) {
        e = table_add(c->to, a, &chunk->cells[i * columns], info);
    }
    const struct cell *last = chunk->count ? &chunk->cells[(chunk->count - 1) * columns] : NULL;
    e = e ? e : note_progress(c, a->table, last, info);
    return e ? e : transaction_commit(&t, info);
}

static enum err copy_table(struct copying *c, const struct table_access *a, struct err_info *info)
{
    struct arena arenas[2] = {{0}, {0}};
    struct cell key[TABLE_COLUMNS_MAX];
    struct chunk chunk = {.count = 1};
    bool begun = false, done = false;
    enum err e = read_progress(c, a->table, key, &begun, &done, &arenas[1], info);
    const struct cell *after = begun ? key : NULL;
    c->table = a->table->name;
    for (int turn = 0; !e && !done && chunk.count; turn = 1 - turn) {
        arena_clear(&arenas[turn]);
        e = table_read(c->from, a, after, &arenas[turn], &chunk, info);
        e = e ? e : copy_chunk(c, a, &chunk, info);
        if (!e && chunk.count) {
            after = &chunk.cells[(chunk.count - 1) * a->table->column_count];
            show_rows(c, (int64_t)chunk.count);
        }
    }
    arena_release(&arenas[0]);
    arena_release(&arenas[1]);
    return e;
}

static enum err copy_tables(struct copying *c, struct err_info *info)
{
    enum err e = ERR_NONE;
    c->total = 0;
    for (size_t i = 0; i < c->count && !e; i++) {
        int64_t count = 0;
        e = table_count(c->from, c->access[i], &count, info);
        c->total += count;
    }
    for (size_t i = 0; i < c->count && !e; i++) {
        e = copy_table(c, c->access[i], info);
    }
    return e;
}

/* -- side by side -- */

/* *ret_changes: how much was different. */
static enum err catch_up(struct copying *c, uint64_t *ret_changes, struct err_info *info)
{
    *ret_changes = c->result.rows = 0;
    c->rows = 0;
    for (size_t i = 0; i < c->count; i++) {
        struct walk_result walk;
        c->table = c->access[i]->table->name;
        enum err e = walk_table(c->from, c->to, c->access[i], show_rows, c, &walk, info);
        if (e) {
            return e;
        }
        if (!walk.changes && !table_sum_eq(&walk.from, &walk.to)) {
            return err_set(info, ERR_INTERNAL, "the checksums of %s differ", c->table);
        }
        *ret_changes += walk.changes;
        c->result.rows += walk.from.rows;
        if (c->config->watch.table) {
            c->config->watch.table(c->config->watch.context, c->table, &walk.from);
        }
    }
    c->result.caught_up += *ret_changes;
    return ERR_NONE;
}

/* The source is ours alone: until a whole walk finds nothing different, and so every table's count
 * and checksum is equal. */
static enum err finish(struct copying *c, struct err_info *info)
{
    uint64_t changes = 1;
    int64_t began_us = database_clock();
    for (int walks = 0; changes; walks++) {
        if (walks == WALKS_MOST) {
            return err_set(info, ERR_INTERNAL,
                           "the databases do not become equal (table %s); nothing was released",
                           c->table);
        }
        enum err e = catch_up(c, &changes, info);
        if (e) {
            return e;
        }
    }
    struct transaction t CLEANUP(transaction_end) = {0};
    enum err e = transaction_begin(&t, c->to, info);
    e = e ? e : database_script(c->to, TEXT("DROP TABLE copy_progress"), info);
    e = e ? e : run_number(c->to, UNMARK, MIGRATION_UNFINISHED, info);
    e = e ? e : transaction_commit(&t, info);
    c->result.locked_us = database_clock() - began_us;
    c->result.tables = c->count;
    c->result.is_finished = !e;
    return e;
}

/* A server that stops or writes much may refuse a look now and then, too: who waits looks again. */
static bool looks_again(const struct copying *c, enum err e)
{
    const struct timespec pause = {.tv_nsec = WAIT_MS * 1000000L};
    if (e != ERR_BUSY || !c->config->waits) {
        return false;
    }
    nanosleep(&pause, NULL);
    return true;
}

/* Everything that can be done beside a running server. */
static enum err copy_live(struct copying *c, struct err_info *info)
{
    enum err e;
    do {
        uint64_t changes;
        e = open_source(c, DATABASE_READ, info);
        e = e ? e : copy_tables(c, info);
        e = e ? e : catch_up(c, &changes, info);
    } while (looks_again(c, e));
    return e;
}

static enum err wait_for_lock(struct copying *c, struct err_info *info)
{
    enum err e = open_source(c, DATABASE_WRITE, info);
    while (looks_again(c, e)) {
        uint64_t changes;
        e = open_source(c, DATABASE_READ, info);
        e = e ? e : catch_up(c, &changes, info);
        if (e && e != ERR_BUSY) {
            return e;
        }
        e = open_source(c, DATABASE_WRITE, info);
    }
    return e;
}

enum err copy_company(const struct copy_config *config, struct copy_result *ret,
                      struct err_info *info)
{
    struct copying c CLEANUP(copying_end) = {.config = config};
    struct stored_tables tables = catalogue_at(&c.arena, (uint32_t)schema_migrations.count);
    c.count = tables.count;
    c.access = ARENA_ARRAY(&c.arena, const struct table_access *, tables.count);
    for (size_t i = 0; i < tables.count; i++) {
        c.access[i] = table_access(&c.arena, &tables.list[i]);
    }
    enum err e = open_source(&c, DATABASE_READ, info);
    e = e ? e : open_target(&c, info);
    e = e ? e : copy_live(&c, info);
    e = e ? e : wait_for_lock(&c, info);
    if (e == ERR_BUSY) { /* its server runs: everything so far stands in the target */
        *ret = c.result;
        return ERR_NONE;
    }
    e = e ? e : finish(&c, info);
    if (!e) {
        *ret = c.result;
    }
    return e;
}
