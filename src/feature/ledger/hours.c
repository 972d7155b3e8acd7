#include "feature/ledger/hours.h"

#include "feature/ledger/tally.h"
#include "store/sharing.h"

enum { READ, ROWS, MOVE, END, STATEMENTS };

static const struct statement statements[] = {
    [READ] = {"hours_read", "SELECT after_id, until_id FROM backfill WHERE name = 'tally_hour'",
              NULL},
    [ROWS] = {"hours_rows",
              "SELECT id, promise, state, decided_us FROM obligation WHERE id > $1 AND id <= $2 "
              "ORDER BY id LIMIT $3",
              NULL},
    [MOVE] = {"hours_move", "UPDATE backfill SET after_id = $1 WHERE name = 'tally_hour'", NULL},
    [END] = {"hours_end", "DELETE FROM backfill WHERE name = 'tally_hour'", NULL},
};
const struct statement_table hours_statements = {statements, STATEMENTS};

enum err hours_read(struct hours *h, struct database *db, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[READ]);
    bool row;
    enum err e = query_row(&q, &row, info);
    if (!e) {
        h->after_id = row ? query_int(&q, 0) : 0;
        h->until_id = row ? query_int(&q, 1) : 0;
        h->is_doubtful = false;
    }
    return e;
}

int64_t hours_due(const struct hours *h)
{
    return h->after_id < h->until_id ? h->rest_us : MOMENT_NEVER;
}

static enum err add_rows(struct hours *h, struct database *db, struct tally *t, size_t *ret_count,
                         struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[ROWS]);
    query_bind_int(&q, 1, h->after_id);
    query_bind_int(&q, 2, h->until_id);
    query_bind_int(&q, 3, HOURS_ROWS);
    for (*ret_count = 0;; ++*ret_count) {
        bool row;
        enum err e = query_row(&q, &row, info);
        if (e || !row) {
            return e;
        }
        h->after_id = query_int(&q, 0);
        tally_hour(t, query_text(&q, 1), query_int(&q, 3), (enum state)query_int(&q, 2), 1);
    }
}

static enum err move(const struct hours *h, struct database *db, bool is_last,
                     struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[is_last ? END : MOVE]);
    if (!is_last) {
        query_bind_int(&q, 1, h->after_id);
    }
    enum err e = query_run(&q, info);
    return e ? e : mark_move(db, HOURS_MARK, info);
}

enum err hours_count(struct hours *h, struct database *db, uint32_t node, int64_t now_us,
                     struct err_info *info)
{
    if (database_is_shared(db) && !database_is_alone(db)) {
        return database_want_alone(db, info);
    }
    struct arena arena CLEANUP(arena_release) = {0};
    struct tally tally = {.arena = &arena, .node = node};
    size_t count;
    h->is_doubtful = true; /* until it is committed */
    enum err e = add_rows(h, db, &tally, &count, info);
    e = e ? e : tally_write(&tally, db, info);
    bool is_last = count < HOURS_ROWS;
    e = e ? e : move(h, db, is_last, info);
    h->until_id = is_last ? h->after_id : h->until_id;
    h->rest_us = now_us + (database_is_shared(db) ? HOURS_REST_SHARED_US : HOURS_REST_US);
    return e;
}
