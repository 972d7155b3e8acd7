/* The floor of ingest: the rows that a server wrote, written again by SQLite alone into the same
 * schema, durably, in groups of so many touches, table to table without any program between and
 * with statements prepared once.
 * A row that the server wrote several times (the state of a key) is written once only.
 *   floor_rows DATABASE GROUP      prints touches a second */
#include "store/database.h"
#include "store/migrate.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* $1: behind that row; $2: up to that one. */
#define TABLE(name)                                                                               \
    {                                                                                             \
        {"bounds_" #name,                                                                         \
         "SELECT (SELECT min(rowid) FROM old." #name "), (SELECT max(rowid) FROM old." #name ")", \
         NULL},                                                                                   \
            {"copy_" #name,                                                                       \
             "INSERT INTO main." #name " SELECT * FROM old." #name                                \
             " WHERE rowid > $1 AND rowid <= $2",                                                 \
             NULL},                                                                               \
    }
static const struct {
    struct statement bounds, copy;
} tables[] = {TABLE(touch),      TABLE(touch_key),    TABLE(touch_anywhere),
              TABLE(key_state),  TABLE(obligation),   TABLE(obligation_entry),
              TABLE(tally),      TABLE(tally_total),  TABLE(tally_hour),
              TABLE(tally_open), TABLE(tally_remedy), TABLE(customer_word)};
enum { TABLES = sizeof(tables) / sizeof(tables[0]) };
static const struct statement touches = {"touches", "SELECT count(*) FROM old.touch", NULL};

struct floor {
    struct database *db;
    int64_t count, first[TABLES], last[TABLES]; /* touches; rows of each table */
};

static enum err ask(struct database *db, const struct statement *statement, int64_t *ret, int count,
                    struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, statement);
    bool row;
    enum err e = query_row(&q, &row, info);
    for (int i = 0; i < count && !e; i++) {
        ret[i] = query_is_null(&q, i) ? 0 : query_int(&q, i);
    }
    return e;
}

static enum err find_bounds(struct floor *f, struct err_info *info)
{
    enum err e = ask(f->db, &touches, &f->count, 1, info);
    for (int i = 0; i < TABLES && !e; i++) {
        int64_t bounds[2];
        e = ask(f->db, &tables[i].bounds, bounds, 2, info);
        f->first[i] = e ? 0 : bounds[0];
        f->last[i] = e ? -1 : bounds[1];
    }
    return e;
}

/* Of each table, the share of its rows that goes with this group. */
static enum err copy_group(struct floor *f, int64_t group, int64_t groups, struct err_info *info)
{
    struct transaction t CLEANUP(transaction_end) = {0};
    enum err e = transaction_begin(&t, f->db, info);
    for (int i = 0; i < TABLES && !e; i++) {
        int64_t rows = f->last[i] - f->first[i] + 1;
        struct query q CLEANUP(query_end) = query_begin(f->db, &tables[i].copy);
        query_bind_int(&q, 1, f->first[i] - 1 + rows * group / groups);
        query_bind_int(&q, 2, f->first[i] - 1 + rows * (group + 1) / groups);
        e = query_run(&q, info);
    }
    return e ? e : transaction_commit(&t, info);
}

static enum err measure(const char *from, const char *to, int64_t group, struct err_info *info)
{
    struct database_config config = {.place = to, .mode = DATABASE_WRITE};
    struct floor f = {0};
    struct buf script CLEANUP(buf_release) = {0};
    enum err e = database_open(&config, &f.db, info);
    e = e ? e : migrate(f.db, &schema_migrations, info);
    buf_addf(&script, "ATTACH '%s' AS old", from);
    e = e ? e : database_script(f.db, buf_text(&script), info);
    e = e ? e : find_bounds(&f, info);
    int64_t groups = f.count / group + 1, started = database_clock();
    for (int64_t i = 0; i < groups && !e; i++) {
        e = copy_group(&f, i, groups, info);
    }
    if (!e) {
        printf("%.0f\n", (double)f.count * 1e6 / (double)(database_clock() - started));
    }
    database_close(&f.db);
    return e;
}

int main(int argc, char **argv)
{
    char folder[] = "/tmp/troth-bench-XXXXXX", path[64], file[80];
    if (argc != 3 || strtoll(argv[2], NULL, 10) < 1 || !mkdtemp(folder)) {
        fprintf(stderr, "usage: floor_rows DATABASE GROUP\n");
        return 2;
    }
    snprintf(path, sizeof(path), "%s/floor.db", folder);
    struct err_info info = {0};
    enum err e = measure(argv[1], path, strtoll(argv[2], NULL, 10), &info);
    static const char *const ends[] = {"", "-wal", "-shm", "-lock"};
    for (size_t i = 0; i < 4; i++) {
        snprintf(file, sizeof(file), "%s%s", path, ends[i]);
        unlink(file);
    }
    rmdir(folder);
    if (e) {
        fprintf(stderr, "floor_rows: %s %s\n", info.text, info.detail);
    }
    return e ? 1 : 0;
}
