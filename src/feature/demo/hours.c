#include "feature/demo/hours.h"

#define ZONE_US (-3 * HOUR_US)

struct local hours_local(int64_t us)
{
    int64_t local_us = us + ZONE_US;
    int64_t days = floor_div(local_us, DAY_US);
    return (struct local){.date = date_of_days(days),
                          .weekday = date_weekday(days),
                          .second = floor_mod(local_us, DAY_US) / SECOND_US,
                          .days = days};
}

int64_t hours_midnight(int64_t days)
{
    return days * DAY_US - ZONE_US;
}

/* Easter Sunday, by the algorithm of the Nautical Almanac (Butcher 1876). */
static int64_t easter_days(int32_t year)
{
    int32_t a = year % 19, b = year / 100, c = year % 100;
    int32_t h = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
    int32_t l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
    int32_t m = (a + 11 * h + 22 * l) / 451;
    int32_t sum = h + l - 7 * m + 114;
    return date_to_days((struct date){year, sum / 31, sum % 31 + 1});
}

static bool is_holiday(enum hours h, int64_t days)
{
    static const int16_t desk[] = {101, 421, 501, 907, 1012, 1102, 1115, 1120, 1225, 0};
    static const int16_t roastery[] = {101, 501, 907, 1224, 1225, 0};
    struct date d = date_of_days(days);
    const int16_t *fixed = h == HOURS_ROASTERY ? roastery : desk;
    for (; *fixed; fixed++) {
        if (*fixed == d.month * 100 + d.day) {
            return true;
        }
    }
    int64_t to_easter = easter_days(d.year) - days;
    bool ash_wednesday = h == HOURS_ROASTERY && to_easter == 46;
    return to_easter == 48 || to_easter == 47 || to_easter == 2 || ash_wednesday;
}

/* The spell of work of a day, in seconds; empty when there is none. */
static void spell(enum hours h, int64_t days, int64_t *ret_from, int64_t *ret_until)
{
    int weekday = date_weekday(days);
    int64_t from = h == HOURS_ROASTERY ? 7 : 9, until = from;
    if (!is_holiday(h, days)) {
        switch (h) {
        case HOURS_DESK:
            until = weekday < 5 ? 18 : weekday == 5 ? 13 : from;
            break;
        case HOURS_EVENINGS:
            until = weekday < 5 ? 22 : 18;
            break;
        case HOURS_ROASTERY:
            until = weekday < 5 ? 16 : from;
            break;
        }
    }
    *ret_from = from * 3600;
    *ret_until = until * 3600;
}

int64_t hours_lay(enum hours h, int64_t from_us, int64_t work_s)
{
    struct local l = hours_local(from_us);
    int64_t left = work_s;
    for (int64_t days = l.days;; days++) {
        int64_t from, until;
        spell(h, days, &from, &until);
        if (days == l.days && from < l.second) {
            from = l.second;
        }
        if (until > from) {
            if (left <= until - from) {
                return hours_midnight(days) + (from + left) * SECOND_US;
            }
            left -= until - from;
        }
    }
}

int64_t hours_between(enum hours h, int64_t from_us, int64_t until_us)
{
    struct local first = hours_local(from_us), last = hours_local(until_us);
    int64_t sum = 0;
    for (int64_t days = first.days; days <= last.days; days++) {
        int64_t from, until;
        spell(h, days, &from, &until);
        if (days == first.days && from < first.second) {
            from = first.second;
        }
        if (days == last.days && until > last.second) {
            until = last.second;
        }
        sum += until > from ? until - from : 0;
    }
    return sum;
}

int64_t hours_add_days(enum hours h, int64_t from_us, int days)
{
    struct local l = hours_local(hours_lay(h, from_us, 0));
    int64_t day = l.days, from, until;
    for (int left = days; left > 0;) {
        spell(h, ++day, &from, &until);
        left -= until > from;
    }
    spell(h, day, &from, &until);
    int64_t second = l.second > until ? until : l.second;
    return hours_midnight(day) + second * SECOND_US;
}
