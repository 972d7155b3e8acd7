/* The floor of ingest: the rows that a server wrote, written again by SQLite alone into the same
 * schema, durably, in groups of so many touches, table to table without any program between.
 * A row that the server wrote several times (the state of a key) is written once only.
 *   floor_rows DATABASE GROUP      prints touches a second */
#include "store/database.h"
#include "store/migrate.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char *const tables[] = {
    "touch", "touch_key",   "touch_anywhere", "key_state",  "obligation",  "obligation_entry",
    "tally", "tally_total", "tally_hour",     "tally_open", "tally_remedy"};
enum { TABLES = sizeof(tables) / sizeof(tables[0]) };

static const struct statement touches = {"touches", "SELECT count(*) FROM old.touch", NULL};

static enum err count_touches(struct database *db, int64_t *ret, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &touches);
    bool row;
    enum err e = query_row(&q, &row, info);
    *ret = e || !row ? 0 : query_int(&q, 0);
    return e;
}

/* Of each table, the share of its rows that goes with this group. */
static void script_of_group(struct buf *out, int64_t group, int64_t groups)
{
    buf_clear(out);
    buf_add_str(out, "BEGIN IMMEDIATE;");
    for (int i = 0; i < TABLES; i++) {
        buf_addf(out,
                 "INSERT INTO main.%s SELECT * FROM old.%s WHERE rowid > (SELECT min(rowid) - 1 + "
                 "(max(rowid) - min(rowid) + 1) * %lld / %lld FROM old.%s) AND rowid <= (SELECT "
                 "min(rowid) - 1 + (max(rowid) - min(rowid) + 1) * %lld / %lld FROM old.%s);",
                 tables[i], tables[i], (long long)group, (long long)groups, tables[i],
                 (long long)group + 1, (long long)groups, tables[i]);
    }
    buf_add_str(out, "COMMIT;");
}

static enum err measure(const char *from, const char *to, int64_t group, struct err_info *info)
{
    struct database_config config = {.place = to, .mode = DATABASE_WRITE};
    struct database *db CLEANUP(database_close) = NULL;
    struct buf script CLEANUP(buf_release) = {0};
    int64_t count = 0;
    enum err e = database_open(&config, &db, info);
    e = e ? e : migrate(db, &schema_migrations, info);
    buf_addf(&script, "ATTACH '%s' AS old", from);
    e = e ? e : database_script(db, buf_text(&script), info);
    e = e ? e : count_touches(db, &count, info);
    int64_t groups = count / group + 1, started = database_clock();
    for (int64_t i = 0; i < groups && !e; i++) {
        script_of_group(&script, i, groups);
        e = database_script(db, buf_text(&script), info);
    }
    if (!e) {
        printf("%.0f\n", (double)count * 1e6 / (double)(database_clock() - started));
    }
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
