/* The floor of durable writes: SQLite alone, FULL, one row of SIZE bytes a job, committed in groups
 * of GROUP, without HTTP or threads.
 *   floor_store [group] [seconds] [row bytes] */
#include "store/database.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct statement row_add = {
    "row_add", "INSERT INTO row (id, source, body) VALUES ($1, $2, $3)", NULL};

static enum err write_group(struct database *db, int64_t first, int group, struct text body,
                            struct err_info *info)
{
    struct transaction t CLEANUP(transaction_end) = {0};
    enum err e = transaction_begin(&t, db, info);
    struct query q CLEANUP(query_end) = query_begin(db, &row_add);
    for (int i = 0; i < group && !e; i++) {
        query_bind_int(&q, 1, first + i);
        query_bind_text(&q, 2, TEXT("bench"));
        query_bind_text(&q, 3, body);
        e = query_run(&q, info);
        query_again(&q);
    }
    query_end(&q);
    return e ? e : transaction_commit(&t, info);
}

static enum err measure(const char *path, int group, double seconds, struct text body,
                        struct err_info *info)
{
    struct database_config config = {.place = path, .mode = DATABASE_WRITE};
    struct database *db CLEANUP(database_close) = NULL;
    enum err e = database_open(&config, &db, info);
    e = e ? e
          : database_script(
                db, TEXT("CREATE TABLE row (id BIGINT PRIMARY KEY, source TEXT, body TEXT)"), info);
    int64_t started = database_clock(), rows = 0, elapsed = 0;
    while (!e && (double)elapsed < seconds * 1e6) {
        e = write_group(db, rows, group, body, info);
        rows += group;
        elapsed = database_clock() - started;
    }
    if (!e) {
        printf("{\"floor_store_per_second\": %.0f, \"group\": %d, \"row_bytes\": %zu}\n",
               (double)rows * 1e6 / (double)elapsed, group, body.len);
    }
    return e;
}

int main(int argc, char **argv)
{
    int group = argc > 1 ? (int)strtol(argv[1], NULL, 10) : 64;
    double seconds = argc > 2 ? strtod(argv[2], NULL) : 3;
    size_t bytes = argc > 3 ? strtoul(argv[3], NULL, 10) : 120;
    char folder[] = "/tmp/troth-bench-XXXXXX", path[64];
    struct buf body CLEANUP(buf_release) = {0};
    if (group < 1 || bytes > 1 << 20 || !mkdtemp(folder)) {
        fprintf(stderr, "usage: floor_store [group] [seconds] [row bytes]\n");
        return 2;
    }
    for (size_t i = 0; i < bytes; i++) {
        buf_add_char(&body, 'x');
    }
    snprintf(path, sizeof(path), "%s/floor.db", folder);
    struct err_info info = {0};
    enum err e = measure(path, group, seconds, buf_text(&body), &info);
    static const char *const ends[] = {"", "-wal", "-shm", "-lock"};
    for (size_t i = 0; i < 4; i++) {
        char file[80];
        snprintf(file, sizeof(file), "%s%s", path, ends[i]);
        unlink(file);
    }
    rmdir(folder);
    if (e) {
        fprintf(stderr, "floor_store: %s %s\n", info.text, info.detail);
    }
    return e ? 1 : 0;
}
