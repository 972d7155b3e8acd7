#include "engine/calendar_table.h"

/* First day of a month so many months on from a year and month (from 0). */
static int64_t month_start(int64_t months)
{
    struct date d = {(int32_t)floor_div(months, 12), (int32_t)floor_mod(months, 12) + 1, 1};
    return date_to_days(d);
}

/* The day on which a window's year begins; 29 February is the 28th where there is none. */
static int64_t year_start(struct window w, int32_t year)
{
    int32_t month = w.month == 0 ? 1 : w.month, day = w.day == 0 ? 1 : w.day;
    int32_t last = date_days_in_month(year, month);
    return date_to_days((struct date){year, month, day > last ? last : day});
}

void window_bounds(const struct zone *zone, struct window w, int64_t us, int64_t *ret_start_us,
                   int64_t *ret_next_us)
{
    /* An hour gone through twice belongs to the window that holds its first time. */
    int64_t day = day_of_local(zone_reach(zone, us));
    struct date d = date_of_days(day);
    int64_t months = (int64_t)d.year * 12 + d.month - 1;
    int64_t start = day, next = day + 1;
    switch (w.kind) {
    case WINDOW_NONE:
    case WINDOW_ROLLING:
    case WINDOW_DAY:
        break;
    case WINDOW_WEEK:
        start = day - date_weekday(day);
        next = start + 7;
        break;
    case WINDOW_MONTH:
        start = month_start(months);
        next = month_start(months + 1);
        break;
    case WINDOW_QUARTER:
        start = month_start(months - floor_mod(months, 3));
        next = month_start(months - floor_mod(months, 3) + 3);
        break;
    case WINDOW_YEAR: {
        int32_t year = year_start(w, d.year) <= day ? d.year : d.year - 1;
        start = year_start(w, year);
        next = year_start(w, year + 1);
        break;
    }
    }
    *ret_start_us = zone_write(zone, start * DAY_US);
    *ret_next_us = zone_write(zone, next * DAY_US);
}
