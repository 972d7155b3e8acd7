/* Adherence: how often promises were kept, from the counts that the ledger keeps. The same cost at
 * a hundred obligations and at a hundred million. */
#ifndef TROTH_FEATURE_MEASURE_MEASURE_H
#define TROTH_FEATURE_MEASURE_MEASURE_H

#include "feature/code/book.h"
#include "http/request.h"

enum { MEASURE_LEAST_N = 5, MEASURE_CURRENCIES_MAX = 8 };

enum measure_by {
    MEASURE_BY_PROMISE,
    MEASURE_BY_PRINCIPLE,
    MEASURE_BY_CHANNEL,
    MEASURE_BY_TEAM,
    MEASURE_BY_DAY,
    MEASURE_BY_MONTH,
    MEASURE_BY_PROMISE_MONTH,
    MEASURE_BY_HOUR /* of the week, in the company's zone: measure_read_hours() */
};
/* Groups are split further by time. */
enum measure_per { MEASURE_PER_ALL, MEASURE_PER_DAY, MEASURE_PER_WEEK, MEASURE_PER_MONTH };

struct remedies { /* of one currency; minor units */
    char currency[4];
    int64_t owed, paid;
};

struct measured {        /* one group */
    struct text promise; /* by promise, or promise and month; else empty */
    struct text name;    /* principle, channel, team; may be empty: not given */
    int32_t day;         /* by or per day; by or per week, month: its first */
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
    enum measure_per per;
    struct text principle;             /* empty: all */
    const struct text *channel, *team; /* NULL: all */
    const struct identity *viewer;     /* teams hidden from them are left out; NULL: none is */
};
enum { MEASURE_GROUPS_MAX = 20000, MEASURE_HOURS_DAYS_MAX = 400, WEEK_HOURS = 168 };
/* Counts are read by channel and team: then remedies and open ones are not known. */
bool measure_is_fine(const struct measure_question *question);
/* First day of the period (week: its Monday) that holds the day, and of the next. */
void measure_period(enum measure_per per, int32_t day, int32_t *ret_first, int32_t *ret_next);

extern const struct statement_table measure_statements;

/* Groups in the order of the Code (promises, principles), of time, or of their names. Those without
 * any count are left out. */
enum err measure_read(struct database *db, const struct book *book,
                      const struct measure_question *question, struct arena *arena,
                      struct measured **ret, size_t *ret_count, struct err_info *info);
/* Verdicts by hour of the week, Monday 00:00 first, in the company's zone; where that is off by
 * half an hour, an hour here begins at half past. from_day and until_day must be at most
 * MEASURE_HOURS_DAYS_MAX apart. Channel and team are not known of hours. */
enum err measure_read_hours(struct database *db, const struct book *book,
                            const struct measure_question *question,
                            struct measured ret[WEEK_HOURS], struct err_info *info);

#endif
