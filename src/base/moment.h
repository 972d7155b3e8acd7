/* Moments: int64_t microseconds since 1970-01-01T00:00:00Z, and the proleptic Gregorian calendar.
 * Knows nothing of time zones (src/engine/zone.h does). Supported: years 1 to 9999. */
#ifndef TROTH_BASE_MOMENT_H
#define TROTH_BASE_MOMENT_H

#include "base/text.h"

#define SECOND_US INT64_C(1000000)
#define MINUTE_US (60 * SECOND_US)
#define HOUR_US (60 * MINUTE_US)
#define DAY_US (24 * HOUR_US)
#define MOMENT_NEVER INT64_MAX      /* after every moment */
#define MOMENT_BEFORE_ALL INT64_MIN /* before every moment */

struct date {
    int32_t year;
    int32_t month; /* 1 to 12 */
    int32_t day;   /* 1 to 31 */
};

bool date_valid(struct date d);
int32_t date_days_in_month(int32_t year, int32_t month);
/* Days since 1970-01-01 (negative before); inverse of date_of_days. Source: Howard Hinnant,
 * "chrono-Compatible Low-Level Date Algorithms". */
int64_t date_to_days(struct date d);
struct date date_of_days(int64_t days);
/* 0 Monday … 6 Sunday. */
int date_weekday(int64_t days);
/* "2015-01-31" exactly. */
bool date_parse(struct text t, struct date *ret);

/* Floor division, for days and times before 1970. */
int64_t floor_div(int64_t a, int64_t b);
int64_t floor_mod(int64_t a, int64_t b);

/* RFC 3339 with offset or Z, up to 6 fractional digits kept (more are cut). The leap second
 * 23:59:60 is taken at the end of any month by UTC, announced or not, as 23:59:59.999999: our days
 * have 86,400 seconds, and it stays on its day and behind what was before it. */
bool moment_parse(struct text t, int64_t *ret_us);
enum { MOMENT_TEXT_SIZE = 32 };
/* "2015-01-31T09:30:00Z", with ".123456" only where not whole seconds. Returns out. */
char *moment_format(int64_t us, char out[MOMENT_TEXT_SIZE]);
/* The present, from the system's clock. Only floors 3 and up may ask. */
int64_t moment_now(void);

#endif
