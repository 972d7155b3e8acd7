#include "base/moment.h"

#include <stdio.h>
#include <time.h>

int64_t floor_div(int64_t a, int64_t b)
{
    int64_t q = a / b;
    return (a % b != 0 && (a < 0) != (b < 0)) ? q - 1 : q;
}

int64_t floor_mod(int64_t a, int64_t b)
{
    return a - floor_div(a, b) * b;
}

static bool is_leap(int32_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

int32_t date_days_in_month(int32_t year, int32_t month)
{
    static const int32_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

bool date_valid(struct date d)
{
    return d.year >= 1 && d.year <= 9999 && d.month >= 1 && d.month <= 12 && d.day >= 1 &&
           d.day <= date_days_in_month(d.year, d.month);
}

int64_t date_to_days(struct date d)
{
    int64_t y = d.year - (d.month <= 2);
    int64_t era = floor_div(y, 400);
    int64_t year_of_era = y - era * 400;
    int64_t day_of_year = (153 * (d.month + (d.month > 2 ? -3 : 9)) + 2) / 5 + d.day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

struct date date_of_days(int64_t days)
{
    int64_t z = days + 719468;
    int64_t era = floor_div(z, 146097);
    int64_t day_of_era = z - era * 146097;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t shifted = (5 * day_of_year + 2) / 153; /* months from March */
    int32_t day = (int32_t)(day_of_year - (153 * shifted + 2) / 5 + 1);
    int32_t month = (int32_t)(shifted < 10 ? shifted + 3 : shifted - 9);
    return (struct date){(int32_t)(year_of_era + era * 400 + (month <= 2)), month, day};
}

int date_weekday(int64_t days)
{
    return (int)floor_mod(days + 3, 7); /* 1970-01-01 was a Thursday */
}

/* Exactly `count` digits at *p; moves *p past them. */
static bool digits(const char **p, const char *end, int count, int32_t *ret)
{
    if (end - *p < count) {
        return false;
    }
    int32_t value = 0;
    for (int i = 0; i < count; i++) {
        char c = (*p)[i];
        if (c < '0' || c > '9') {
            return false;
        }
        value = value * 10 + (c - '0');
    }
    *p += count;
    *ret = value;
    return true;
}

static bool literal(const char **p, const char *end, char c)
{
    if (*p == end || **p != c) {
        return false;
    }
    (*p)++;
    return true;
}

static bool parse_date(const char **p, const char *end, struct date *ret)
{
    return digits(p, end, 4, &ret->year) && literal(p, end, '-') &&
           digits(p, end, 2, &ret->month) && literal(p, end, '-') && digits(p, end, 2, &ret->day) &&
           date_valid(*ret);
}

bool date_parse(struct text t, struct date *ret)
{
    const char *p = t.ptr, *end = t.ptr + t.len;
    struct date d;
    if (!parse_date(&p, end, &d) || p != end) {
        return false;
    }
    *ret = d;
    return true;
}

static int32_t parse_fraction(const char **p, const char *end)
{
    int32_t us = 0, scale = 100000;
    while (*p < end && **p >= '0' && **p <= '9') {
        us += (**p - '0') * scale;
        scale /= 10;
        (*p)++;
    }
    return us;
}

/* Z, z, +hh:mm or -hh:mm: minutes east of UTC. */
static bool parse_offset(const char **p, const char *end, int32_t *ret_minutes)
{
    if (*p == end) {
        return false;
    }
    char sign = *(*p)++;
    if (sign == 'Z' || sign == 'z') {
        *ret_minutes = 0;
        return true;
    }
    int32_t hours, minutes;
    if ((sign != '+' && sign != '-') || !digits(p, end, 2, &hours) || !literal(p, end, ':') ||
        !digits(p, end, 2, &minutes) || hours > 23 || minutes > 59) {
        return false;
    }
    *ret_minutes = (hours * 60 + minutes) * (sign == '-' ? -1 : 1);
    return true;
}

/* RFC 3339 knows second 60 at the end of a month, by UTC, wherever the offset says the clock is. */
static bool may_leap(int64_t minute)
{
    int64_t next = minute + 1;
    return next % (24 * 60) == 0 && date_of_days(next / (24 * 60)).day == 1;
}

bool moment_parse(struct text t, int64_t *ret_us)
{
    if (!t.len) { /* perhaps without a pointer */
        return false;
    }
    const char *p = t.ptr, *end = t.ptr + t.len;
    struct date d;
    int32_t hour, minute, second, us = 0, offset;
    if (!parse_date(&p, end, &d) || p == end || (*p != 'T' && *p != 't' && *p != ' ')) {
        return false;
    }
    p++;
    if (!digits(&p, end, 2, &hour) || !literal(&p, end, ':') || !digits(&p, end, 2, &minute) ||
        !literal(&p, end, ':') || !digits(&p, end, 2, &second) || hour > 23 || minute > 59 ||
        second > 60) {
        return false;
    }
    if (p < end && *p == '.') {
        p++;
        if (p == end || *p < '0' || *p > '9') {
            return false;
        }
        us = parse_fraction(&p, end);
    }
    if (!parse_offset(&p, end, &offset) || p != end) {
        return false;
    }
    int64_t utc = date_to_days(d) * 24 * 60 + hour * INT64_C(60) + minute - offset;
    if (second == 60) {
        if (!may_leap(utc)) {
            return false;
        }
        second = 59; /* the last instant of its day, as its clock says, and in order after :59 */
        us = SECOND_US - 1;
    }
    *ret_us = (utc * 60 + second) * SECOND_US + us;
    return true;
}

char *moment_format(int64_t us, char out[MOMENT_TEXT_SIZE])
{
    if (us == MOMENT_NEVER || us == MOMENT_BEFORE_ALL) {
        snprintf(out, MOMENT_TEXT_SIZE, "%s", us == MOMENT_NEVER ? "never" : "always");
        return out;
    }
    int64_t days = floor_div(us, DAY_US);
    int64_t rest = us - days * DAY_US;
    struct date d = date_of_days(days);
    int n =
        snprintf(out, MOMENT_TEXT_SIZE, "%04d-%02d-%02dT%02d:%02d:%02d", d.year, d.month, d.day,
                 (int)(rest / HOUR_US), (int)(rest / MINUTE_US % 60), (int)(rest / SECOND_US % 60));
    if (rest % SECOND_US != 0) {
        n += snprintf(out + n, (size_t)(MOMENT_TEXT_SIZE - n), ".%06d", (int)(rest % SECOND_US));
    }
    snprintf(out + n, (size_t)(MOMENT_TEXT_SIZE - n), "Z");
    return out;
}

int64_t moment_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * SECOND_US + now.tv_nsec / 1000;
}
