#include "sql.h"

#include "figures.h"

#include <sqlite3.h>
#include <stdlib.h>

static const char schema[] = "CREATE TABLE touch (thread TEXT, event TEXT, occurred_us INTEGER);"
                             "CREATE INDEX touch_of ON touch (event, thread, occurred_us);";

/* Three days on the clock of Sao Paulo, which changes no more, are 72 hours. */
static const char delivered[] =
    "WITH placed AS (SELECT thread, occurred_us + 259200000000 AS due FROM touch"
    "                WHERE event = 'order.placed'),"
    "     judged AS (SELECT due, (SELECT min(occurred_us) FROM touch t"
    "                             WHERE t.event = 'order.delivered' AND t.thread = p.thread) AS at"
    "                FROM placed p)"
    "SELECT count(*) FILTER (WHERE at <= due), count(*) FILTER (WHERE at > due OR (at IS NULL AND "
    "due < $1)), count(*) FILTER (WHERE at IS NULL AND due >= $1) FROM judged";

static void must(int code, sqlite3 *db)
{
    if (code != SQLITE_OK && code != SQLITE_ROW && code != SQLITE_DONE) {
        fprintf(stderr, "sql: %s\n", sqlite3_errmsg(db));
        exit(1);
    }
}

static void bind_text(sqlite3_stmt *q, int number, struct text t)
{
    sqlite3_bind_text(q, number, t.ptr, (int)t.len, SQLITE_STATIC);
}

static void load(sqlite3 *db, const struct story *s)
{
    sqlite3_stmt *q = NULL;
    must(sqlite3_exec(db, schema, NULL, NULL, NULL), db);
    must(sqlite3_exec(db, "BEGIN", NULL, NULL, NULL), db);
    must(sqlite3_prepare_v2(db, "INSERT INTO touch VALUES ($1, $2, $3)", -1, &q, NULL), db);
    for (size_t i = 0; i < s->count; i++) {
        bind_text(q, 1, s->touches[i].thread);
        bind_text(q, 2, s->touches[i].event);
        sqlite3_bind_int64(q, 3, s->touches[i].occurred_us);
        must(sqlite3_step(q), db);
        sqlite3_reset(q);
    }
    sqlite3_finalize(q);
    must(sqlite3_exec(db, "COMMIT; ANALYZE", NULL, NULL, NULL), db);
}

double sql_delivered(const struct story *s, struct sql_counts *ret)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *q = NULL;
    must(sqlite3_open(":memory:", &db), db);
    load(db, s);
    double start = processor_seconds();
    must(sqlite3_prepare_v2(db, delivered, -1, &q, NULL), db);
    sqlite3_bind_int64(q, 1, s->touches[s->count - 1].occurred_us + 1);
    must(sqlite3_step(q), db);
    *ret = (struct sql_counts){(uint64_t)sqlite3_column_int64(q, 0),
                               (uint64_t)sqlite3_column_int64(q, 1),
                               (uint64_t)sqlite3_column_int64(q, 2)};
    sqlite3_finalize(q);
    double seconds = processor_seconds() - start;
    sqlite3_close(db);
    return seconds;
}
