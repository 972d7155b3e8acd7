/* Counts against what counting anew gives, and the rebuild of them. */
#include "feature/verify/parts.h"

#include "feature/verify/owed.h"

#include <inttypes.h>

static const char rebuild[] = "stop the server, then troth db verify --repair counts";

/* Sums and row counts come as BIGINT: PostgreSQL's sum() of them is numeric otherwise. */
#define STATE_IS(number) "CAST(sum(CASE WHEN state = " #number " THEN 1 ELSE 0 END) AS BIGINT)"
#define VERDICTS STATE_IS(2) ", " STATE_IS(3) ", " STATE_IS(4) ", " STATE_IS(5)
/* The hour of a verdict, since 1970; floors before it, too. */
#define HOUR "(decided_us - (decided_us % 3600000000 + 3600000000) % 3600000000) / 3600000000"
/* Rows of both sides in one: equal where all sums are 0. */
#define DIFFERS "HAVING sum(kept) <> 0 OR sum(broken) <> 0 OR sum(excused) <> 0 OR sum(void) <> 0"

static const struct row_check counts[] = {
    {{"verify_tally",
      "SELECT count(*), min(promise || ' on day ' || day) FROM (SELECT promise, day FROM ("
      "SELECT promise, day, channel, team, kept, broken, excused, void FROM tally UNION ALL "
      "SELECT promise, day, coalesce(channel, ''), coalesce(team, ''), "
      "CASE WHEN state = 2 THEN -1 ELSE 0 END, CASE WHEN state = 3 THEN -1 ELSE 0 END, "
      "CASE WHEN state = 4 THEN -1 ELSE 0 END, CASE WHEN state = 5 THEN -1 ELSE 0 END "
      "FROM obligation WHERE state >= 2) both_sides GROUP BY promise, day, channel, team " DIFFERS
      ") wrong",
      NULL},
     "counts of verdicts are not those of the obligations (tally), such as",
     rebuild},
    {{"verify_tally_total",
      "SELECT count(*), min(promise || ' on day ' || day) FROM (SELECT promise, day FROM ("
      "SELECT promise, day, kept, broken, excused, void FROM tally_total UNION ALL "
      "SELECT promise, day, -kept, -broken, -excused, -void FROM tally) both_sides "
      "GROUP BY promise, day " DIFFERS ") wrong",
      NULL},
     "totals of verdicts are not the sums of their parts (tally_total), such as",
     rebuild},
    {{"verify_tally_hour",
      "SELECT count(*), min(promise || ' in hour ' || hour) FROM (SELECT promise, hour FROM ("
      "SELECT promise, hour, kept, broken, excused, void FROM tally_hour UNION ALL "
      "SELECT promise, " HOUR ", "
      "CASE WHEN state = 2 THEN -1 ELSE 0 END, CASE WHEN state = 3 THEN -1 ELSE 0 END, "
      "CASE WHEN state = 4 THEN -1 ELSE 0 END, CASE WHEN state = 5 THEN -1 ELSE 0 END "
      "FROM obligation o WHERE state >= 2 AND NOT EXISTS (SELECT 1 FROM backfill b WHERE "
      "b.name = 'tally_hour' AND o.id > b.after_id AND o.id <= b.until_id)) both_sides "
      "GROUP BY promise, hour " DIFFERS ") wrong",
      NULL},
     "counts of verdicts by the hour are not those of the obligations (tally_hour), such as",
     rebuild},
    {{"verify_tally_open",
      "SELECT count(*), min(promise) FROM (SELECT promise FROM ("
      "SELECT promise, open, paused FROM tally_open UNION ALL "
      "SELECT promise, CASE WHEN state = 0 THEN -1 ELSE 0 END, CASE WHEN state = 1 THEN -1 ELSE 0 "
      "END FROM obligation WHERE state < 2) both_sides GROUP BY promise "
      "HAVING sum(open) <> 0 OR sum(paused) <> 0) wrong",
      NULL},
     "counts of open obligations are not those of the obligations (tally_open), such as",
     rebuild},
};

enum {
    REMEDY_TOTALS,
    CLEAR_TALLY,
    CLEAR_TOTAL,
    CLEAR_HOUR,
    CLEAR_BACKFILL,
    CLEAR_OPEN,
    CLEAR_REMEDY,
    FILL_TALLY,
    FILL_TOTAL,
    FILL_HOUR,
    FILL_OPEN,
    ADD_REMEDY,
    STATEMENTS
};
static const struct statement statements[] = {
    [REMEDY_TOTALS] =
        {"verify_remedy_totals",
         "SELECT promise, CAST(sum(owed) AS BIGINT), CAST(sum(owed_count) AS BIGINT), "
         "CAST(sum(paid) AS BIGINT), CAST(sum(paid_count) AS BIGINT) FROM "
         "tally_remedy GROUP BY promise",
         NULL},
    [CLEAR_TALLY] = {"verify_clear_tally", "DELETE FROM tally", NULL},
    [CLEAR_TOTAL] = {"verify_clear_tally_total", "DELETE FROM tally_total", NULL},
    [CLEAR_HOUR] = {"verify_clear_tally_hour", "DELETE FROM tally_hour", NULL},
    [CLEAR_BACKFILL] = {"verify_clear_backfill", "DELETE FROM backfill WHERE name = 'tally_hour'",
                        NULL},
    [CLEAR_OPEN] = {"verify_clear_tally_open", "DELETE FROM tally_open", NULL},
    [CLEAR_REMEDY] = {"verify_clear_tally_remedy", "DELETE FROM tally_remedy", NULL},
    [FILL_TALLY] = {"verify_fill_tally",
                    "INSERT INTO tally (promise, day, channel, team, kept, broken, excused, void) "
                    "SELECT promise, day, coalesce(channel, ''), coalesce(team, ''), " VERDICTS
                    " FROM obligation WHERE state >= 2 "
                    "GROUP BY promise, day, coalesce(channel, ''), coalesce(team, '')",
                    NULL},
    [FILL_TOTAL] = {"verify_fill_tally_total",
                    "INSERT INTO tally_total (promise, day, kept, broken, excused, void) "
                    "SELECT promise, day, " VERDICTS
                    " FROM obligation WHERE state >= 2 GROUP BY promise, day",
                    NULL},
    [FILL_HOUR] = {"verify_fill_tally_hour",
                   "INSERT INTO tally_hour (promise, hour, kept, broken, excused, void) "
                   "SELECT promise, hour, " VERDICTS " FROM (SELECT promise, state, " HOUR
                   " AS hour FROM obligation WHERE state >= 2) decided GROUP BY promise, hour",
                   NULL},
    [FILL_OPEN] = {"verify_fill_tally_open",
                   "INSERT INTO tally_open (promise, open, paused) SELECT promise, " STATE_IS(
                       0) ", " STATE_IS(1) " FROM obligation WHERE state < 2 GROUP BY promise",
                   NULL},
    [ADD_REMEDY] = {"verify_add_tally_remedy",
                    "INSERT INTO tally_remedy (promise, day, currency, owed, owed_count, paid, "
                    "paid_count) VALUES ($1, $2, $3, $4, $5, $6, $7)",
                    NULL},
};
_Static_assert(sizeof(statements) / sizeof(statements[0]) == STATEMENTS, "one each");

/* -- the check -- */

static void compare(const struct owed_sum *stored, const struct owed_sum *counted,
                    struct text promise, struct report *r)
{
    if (stored->owed != counted->owed || stored->owed_count != counted->owed_count) {
        report_find(r, VERIFY_COUNTS, rebuild,
                    "remedies owed for %.*s are counted as %" PRId64 " in %" PRId64
                    ", and are %" PRId64 " in %" PRId64 " (tally_remedy)",
                    TEXT_ARG(promise), stored->owed, stored->owed_count, counted->owed,
                    counted->owed_count);
    }
    if (stored->paid != counted->paid || stored->paid_count != counted->paid_count) {
        report_find(r, VERIFY_COUNTS, rebuild,
                    "remedies paid for %.*s are counted as %" PRId64 " in %" PRId64
                    ", and are %" PRId64 " in %" PRId64 " (tally_remedy)",
                    TEXT_ARG(promise), stored->paid, stored->paid_count, counted->paid,
                    counted->paid_count);
    }
}

static enum err check_remedies(struct database *db, struct book *book, struct report *r,
                               struct err_info *info)
{
    struct arena arena CLEANUP(arena_release) = {0};
    struct owed all = {.arena = &arena};
    enum err e = owed_read(db, book, &all, info);
    if (e) {
        return e;
    }
    struct owed totals = {.arena = &arena}; /* of all days and currencies */
    for (const struct owed_row *row = all.first; row; row = row->next) {
        struct owed_sum *sum = &owed_at(&totals, row->promise, 0, (struct text){0})->sum;
        owed_sum_add(sum, &row->sum);
    }
    struct query q CLEANUP(query_end) = query_begin(db, &statements[REMEDY_TOTALS]);
    bool row;
    while (!(e = query_row(&q, &row, info)) && row) {
        struct owed_sum stored = {query_int(&q, 1), query_int(&q, 2), query_int(&q, 3),
                                  query_int(&q, 4)};
        struct owed_row *counted = owed_at(&totals, query_text(&q, 0), 0, (struct text){0});
        compare(&stored, &counted->sum, counted->promise, r);
        counted->seen = true;
    }
    const struct owed_sum none = {0};
    for (const struct owed_row *left = totals.first; !e && left; left = left->next) {
        if (!left->seen) {
            compare(&none, &left->sum, left->promise, r);
        }
    }
    return e;
}

enum err check_counts(struct database *db, struct book *book, struct report *r,
                      struct err_info *info)
{
    enum err e = run_checks(db, counts, sizeof(counts) / sizeof(counts[0]), VERIFY_COUNTS, r, info);
    return e ? e : check_remedies(db, book, r, info);
}

/* -- the rebuild -- */

static enum err add_remedy(struct database *db, const struct owed_row *row, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[ADD_REMEDY]);
    query_bind_text(&q, 1, row->promise);
    query_bind_int(&q, 2, row->day);
    query_bind_text(&q, 3, row->currency);
    query_bind_int(&q, 4, row->sum.owed);
    query_bind_int(&q, 5, row->sum.owed_count);
    query_bind_int(&q, 6, row->sum.paid);
    query_bind_int(&q, 7, row->sum.paid_count);
    return query_run(&q, info);
}

enum err rebuild_counts(struct database *db, struct book *book, struct err_info *info)
{
    struct arena arena CLEANUP(arena_release) = {0};
    struct owed all = {.arena = &arena};
    enum err e = owed_read(db, book, &all, info);
    for (int i = CLEAR_TALLY; i <= FILL_OPEN && !e; i++) {
        struct query q CLEANUP(query_end) = query_begin(db, &statements[i]);
        e = query_run(&q, info);
    }
    for (const struct owed_row *row = all.first; row && !e; row = row->next) {
        e = add_remedy(db, row, info);
    }
    return e;
}
