/* store_many PLACE: rows a second into a table of two columns and its key, in transactions of
 * 1,000: one statement after the other, sent without waiting, and many at once. SQLite or
 * PostgreSQL. */
#include <stdio.h>
#include <stdlib.h>

#include "base/moment.h"
#include "store/database.h"

enum { BATCH = 1000, BATCHES = 20 };

static const struct statement add = {
    "bench_add", "INSERT INTO bench_row (id, words) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING",
    NULL};

static void must(enum err e, const struct err_info *info)
{
    if (e) {
        fprintf(stderr, "store_many: %s %s\n", info->text, info->detail);
        exit(1);
    }
}

static void bind(struct query *q, size_t i, void *context)
{
    query_bind_int(q, 1, *(const int64_t *)context + (int64_t)i);
    query_bind_text(q, 2, TEXT("forty bytes of words in every single row"));
}

static void one_by_one(struct database *db, int64_t first, bool send, struct err_info *info)
{
    for (size_t i = 0; i < BATCH; i++) {
        struct query q CLEANUP(query_end) = query_begin(db, &add);
        bind(&q, i, &first);
        must(send ? query_send(&q, info) : query_run(&q, info), info);
    }
}

static void at_once(struct database *db, int64_t first, struct err_info *info)
{
    struct executions all = {.statement = &add, .count = BATCH, .context = &first, .bind = bind};
    must(query_many(db, &all, info), info);
}

static void measure(struct database *db, int way)
{
    static const char *const names[] = {"query_run", "query_send", "query_many"};
    struct err_info info = {0};
    int64_t started = database_clock();
    for (int64_t b = 0; b < BATCHES; b++) {
        int64_t first = (way * BATCHES + b) * BATCH;
        struct transaction t CLEANUP(transaction_end) = {0};
        must(transaction_begin(&t, db, &info), &info);
        if (way == 2) {
            at_once(db, first, &info);
        } else {
            one_by_one(db, first, way == 1, &info);
        }
        must(transaction_commit(&t, &info), &info);
    }
    int64_t us = database_clock() - started;
    printf("%-10s %8.1f ms a batch of %d, %8.0f rows/s\n", names[way], (double)us / BATCHES / 1000,
           BATCH, (double)BATCH * BATCHES * SECOND_US / (double)us);
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: store_many PLACE\n");
        return 2;
    }
    struct err_info info = {0};
    struct database *db CLEANUP(database_close) = NULL;
    struct database_config config = {.place = argv[1], .mode = DATABASE_WRITE};
    must(database_open(&config, &db, &info), &info);
    must(database_script(db,
                         TEXT("DROP TABLE IF EXISTS bench_row; "
                              "CREATE TABLE bench_row (id BIGINT PRIMARY KEY, words TEXT)"),
                         &info),
         &info);
    for (int way = 0; way < 3; way++) {
        measure(db, way);
    }
    return 0;
}
