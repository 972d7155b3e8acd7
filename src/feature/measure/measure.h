/* Adherence: how often promises were kept, from the counts that the ledger keeps. The same cost at
 * a hundred obligations and at a hundred million. */
#ifndef TROTH_FEATURE_MEASURE_MEASURE_H
#define TROTH_FEATURE_MEASURE_MEASURE_H

#include "feature/code/book.h"

enum { MEASURE_LEAST_N = 5, MEASURE_CURRENCIES_MAX = 8 };

enum measure_by {
    MEASURE_BY_PROMISE,
    MEASURE_BY_PRINCIPLE,
    MEASURE_BY_CHANNEL,
    MEASURE_BY_TEAM,
    MEASURE_BY_DAY,
    MEASURE_BY_MONTH,
    MEASURE_BY_PROMISE_MONTH
};

struct remedies { /* of one currency; minor units */
    char currency[4];
    int64_t owed, paid;
};

struct measured {        /* one group */
    struct text promise; /* by promise, or promise and month; else empty */
    struct text name;    /* principle, channel, team; may be empty: not given */
    int32_t day;         /* by day; by month: its first */
    int64_t kept, broken, excused, void_;
    int64_t open, paused;                             /* now; by promise and principle */
    struct remedies remedies[MEASURE_CURRENCIES_MAX]; /* not by channel and team */
    size_t remedy_count;
    int64_t tasks;
};

struct measure_question {
    enum measure_by by;
    int32_t from_day, until_day; /* half-open, days of the company's zone since 1970 */
    struct text promise;         /* empty: all */
};

extern const struct statement_table measure_statements;

/* Groups in the order of the Code (promises, principles), of time, or of their names. Those without
 * any count are left out. */
enum err measure_read(struct database *db, const struct book *book,
                      const struct measure_question *question, struct arena *arena,
                      struct measured **ret, size_t *ret_count, struct err_info *info);

#endif
