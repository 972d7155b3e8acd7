/* Makes a database that `past` has written larger: every row of the ledger again, so many times,
 * with ids and keys of its own, and the counts to match. So every row is one that Troth wrote,
 * and all rows agree with each other (`troth db verify` finds nothing).
 *   fill DATABASE TIMES
 * Indexes are dropped before and made again afterwards, as one does who loads a backup. */
#include "base/arena.h"
#include "store/catalogue.h"
#include "store/migrate.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    ROWS_A_STATEMENT = 200000,
    TIMES_MAX = 120, /* their entries have the second in which `past` draws no other ids */
    ENTRY_STEP = 8,  /* milliseconds */
    ID_CLOCK_SHIFT = 22
};

/* What is written when something happens. The counts are multiplied instead. */
static const char *const copied[] = {"touch", "key_state", "obligation", "obligation_entry"};
static const char *const counts[] = {"tally", "tally_total", "tally_hour", "tally_open",
                                     "tally_remedy"};
#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

struct filling {
    struct database *db;
    bool sqlite;
    int64_t times; /* the first rows included */
    int64_t span;  /* of the ids of touches and obligations */
    struct arena arena;
    struct stored_tables tables;
};

static bool is_one_of(const char *name, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (text_eq(text_of(name), text_of(list[i]))) {
            return true;
        }
    }
    return false;
}

/* As an expression: the column of copy c.n of the row r. Touches and obligations of a copy come
 * before those of the copy made before it; its entries lie between the first ones. */
static void add_column_of_copy(struct buf *out, const struct filling *f,
                               const struct stored_table *t, const char *name)
{
    static const char *const ids[] = {"id", "obligation_id"};
    static const char *const keys[] = {"external_id", "thread",     "customer",
                                       "key",         "opening_id", "cause_id"};
    bool entry = text_eq(text_of(t->name), TEXT("obligation_entry"));
    if (entry && text_eq(text_of(name), TEXT("id"))) {
        buf_addf(out, "r.%s + c.n * %" PRId64, name, (int64_t)ENTRY_STEP << ID_CLOCK_SHIFT);
    } else if (is_one_of(name, ids, LENGTH(ids))) {
        buf_addf(out, "r.%s - c.n * %" PRId64, name, f->span);
    } else if (is_one_of(name, keys, LENGTH(keys))) {
        buf_addf(out, "c.n || '-' || r.%s", name);
    } else if (text_eq(text_of(name), TEXT("state")) &&
               text_eq(text_of(t->name), TEXT("key_state"))) {
        buf_add_str(out, "substr(r.state, 1, 0)"); /* to be folded anew: it names its key */
    } else {
        buf_addf(out, "r.%s", name);
    }
}

static void add_columns(struct buf *out, const struct stored_table *t)
{
    for (size_t i = 0; i < t->column_count; i++) {
        buf_addf(out, "%s%s", i ? ", " : "", t->columns[i].name);
    }
}

static void add_columns_of_copy(struct buf *out, const struct filling *f,
                                const struct stored_table *t)
{
    for (size_t i = 0; i < t->column_count; i++) {
        buf_add_str(out, i ? ", " : "");
        add_column_of_copy(out, f, t, t->columns[i].name);
    }
}

/* A connection keeps what it has prepared, by the statement's place: each has one of its own. */
static enum err ask(struct filling *f, const char *sql, int64_t *ret, struct err_info *info)
{
    struct statement *statement = ARENA_NEW(&f->arena, struct statement);
    *statement = (struct statement){"fill", arena_text(&f->arena, text_of(sql)).ptr, NULL};
    struct query q CLEANUP(query_end) = query_begin(f->db, statement);
    bool row;
    enum err e = query_row(&q, &row, info);
    *ret = e || !row ? 0 : query_int(&q, 0);
    return e;
}

/* The first rows are set aside, numbered: the copies are made of them, some at a time. */
static enum err set_aside(struct filling *f, const struct stored_table *t, struct err_info *info)
{
    struct buf sql CLEANUP(buf_release) = {0};
    buf_addf(&sql, "CREATE TEMPORARY TABLE first_%s AS SELECT ", t->name);
    add_columns(&sql, t);
    buf_addf(&sql, ", row_number() OVER (ORDER BY %s) AS place FROM %s", t->columns[0].name,
             t->name);
    buf_addf(&sql, "; CREATE INDEX first_%s_place ON first_%s (place)", t->name, t->name);
    return database_script(f->db, buf_text(&sql), info);
}

static enum err find_span(struct filling *f, struct err_info *info)
{
    enum err e = ask(f,
                     "SELECT max(high) - min(low) FROM (SELECT max(id) AS high, min(id) AS low "
                     "FROM first_touch UNION ALL SELECT max(id), min(id) FROM first_obligation) x",
                     &f->span, info);
    f->span = ((f->span >> ID_CLOCK_SHIFT) + 1) << ID_CLOCK_SHIFT;
    return e;
}

static enum err copy_table(struct filling *f, const struct stored_table *t, struct err_info *info)
{
    char question[120];
    struct buf sql CLEANUP(buf_release) = {0};
    int64_t rows = 0, step = ROWS_A_STATEMENT / f->times + 1;
    snprintf(question, sizeof(question), "SELECT count(*) FROM first_%s", t->name);
    enum err e = ask(f, question, &rows, info);
    for (int64_t place = 1; place <= rows && !e; place += step) {
        buf_clear(&sql);
        buf_addf(&sql,
                 "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE "
                 "n < %" PRId64 ") INSERT INTO %s (",
                 f->times - 1, t->name);
        add_columns(&sql, t);
        buf_add_str(&sql, ") SELECT ");
        add_columns_of_copy(&sql, f, t);
        buf_addf(&sql,
                 " FROM first_%s r CROSS JOIN c WHERE r.place BETWEEN %" PRId64 " AND %" PRId64,
                 t->name, place, place + step - 1);
        e = database_script(f->db, buf_text(&sql), info);
    }
    return e;
}

static enum err multiply_counts(struct filling *f, const struct stored_table *t,
                                struct err_info *info)
{
    struct buf sql CLEANUP(buf_release) = {0};
    bool any = false;
    buf_addf(&sql, "UPDATE %s SET ", t->name);
    for (size_t i = t->key_count; i < t->column_count; i++) {
        const char *name = t->columns[i].name;
        buf_addf(&sql, "%s%s = %s * %" PRId64, any ? ", " : "", name, name, f->times);
        any = true;
    }
    return database_script(f->db, buf_text(&sql), info);
}

/* Their definitions, in the arena. The database makes those of keys itself. */
static enum err find_indexes(struct filling *f, struct text **ret_names, struct text **ret_sql,
                             size_t *ret_count, struct err_info *info)
{
    static const struct statement indexes = {
        "indexes",
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name "
        "IN ('touch', 'key_state', 'obligation', 'obligation_entry')",
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema() AND "
        "tablename IN ('touch', 'key_state', 'obligation', 'obligation_entry') AND "
        "NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = indexname)"};
    enum { MOST = 100 };
    *ret_names = arena_alloc(&f->arena, MOST * sizeof(struct text));
    *ret_sql = arena_alloc(&f->arena, MOST * sizeof(struct text));
    struct query q CLEANUP(query_end) = query_begin(f->db, &indexes);
    bool row = false;
    enum err e = query_row(&q, &row, info);
    for (*ret_count = 0; !e && row && *ret_count < MOST; ++*ret_count) {
        (*ret_names)[*ret_count] = arena_text(&f->arena, query_text(&q, 0));
        (*ret_sql)[*ret_count] = arena_text(&f->arena, query_text(&q, 1));
        e = query_row(&q, &row, info);
    }
    return e;
}

static enum err each_table(struct filling *f, const char *const *names, size_t count,
                           enum err (*work)(struct filling *f, const struct stored_table *t,
                                            struct err_info *info),
                           struct err_info *info)
{
    enum err e = ERR_NONE;
    for (size_t i = 0; i < f->tables.count && !e; i++) {
        const struct stored_table *t = &f->tables.list[i];
        e = is_one_of(t->name, names, count) ? work(f, t, info) : ERR_NONE;
    }
    return e;
}

static enum err copy_all(struct filling *f, struct err_info *info)
{
    enum err e = each_table(f, copied, LENGTH(copied), set_aside, info);
    e = e ? e : find_span(f, info);
    e = e ? e : each_table(f, copied, LENGTH(copied), copy_table, info);
    return e ? e : each_table(f, counts, LENGTH(counts), multiply_counts, info);
}

static enum err fill(struct filling *f, struct err_info *info)
{
    struct text *names, *sql;
    size_t count = 0;
    struct buf drop CLEANUP(buf_release) = {0};
    enum err e = find_indexes(f, &names, &sql, &count, info);
    for (size_t i = 0; i < count && !e; i++) {
        buf_clear(&drop);
        buf_addf(&drop, "DROP INDEX %.*s", TEXT_ARG(names[i]));
        e = database_script(f->db, buf_text(&drop), info);
    }
    e = e ? e : copy_all(f, info);
    for (size_t i = 0; i < count && !e; i++) {
        e = database_script(f->db, sql[i], info);
    }
    return e;
}

static enum err open_and_fill(struct filling *f, const char *place, struct err_info *info)
{
    struct database_config config = {
        .place = place, .mode = DATABASE_WRITE, .safety = DATABASE_UNSAFE};
    f->sqlite = database_is_file(place);
    enum err e = database_open(&config, &f->db, info);
    int64_t schema = 0;
    e = e ? e : ask(f, "SELECT max(number) FROM schema_migration", &schema, info);
    f->tables = catalogue_at(&f->arena, (uint32_t)schema);
    /* Nothing here must survive a crash: the bench would begin anew. */
    e = e ? e
          : database_script(f->db,
                            f->sqlite ? TEXT("PRAGMA journal_mode = OFF; PRAGMA cache_size = "
                                             "-400000; PRAGMA threads = 2")
                                      : TEXT("SET maintenance_work_mem = '400MB'"),
                            info);
    e = e ? e : fill(f, info);
    e = e ? e
          : database_script(f->db, f->sqlite ? TEXT("PRAGMA journal_mode = WAL") : TEXT("VACUUM"),
                            info);
    return e || f->sqlite ? e : database_script(f->db, TEXT("ANALYZE"), info);
}

int main(int argc, char **argv)
{
    struct filling f = {0};
    struct err_info info = {0};
    f.times = argc == 3 ? strtoll(argv[2], NULL, 10) : 0;
    if (f.times < 2 || f.times > TIMES_MAX) {
        fprintf(stderr, "usage: fill DATABASE TIMES (2 to %d)\n", TIMES_MAX);
        return 2;
    }
    enum err e = open_and_fill(&f, argv[1], &info);
    database_close(&f.db);
    arena_release(&f.arena);
    if (e) {
        fprintf(stderr, "fill: %s %s\n", info.text, info.detail);
    }
    return e ? 1 : 0;
}
