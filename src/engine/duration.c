#include "engine/calendar_table.h"

/* More days or months than there are until the year 10000: never. */
enum { DAYS_MOST = 4000000, MONTHS_MOST = 120000 };

static int64_t never_beyond_the_end(int64_t us)
{
    return us >= CALENDAR_END_US ? MOMENT_NEVER : us;
}

static int64_t add_elapsed(int64_t us, int64_t amount_us)
{
    int64_t sum;
    return __builtin_add_overflow(us, amount_us, &sum) ? MOMENT_NEVER : never_beyond_the_end(sum);
}

/* The same clock time so many months later (or earlier); the last day of the month where it has no
 * such day. */
static int64_t shift_months(int64_t local, int64_t months)
{
    int64_t day = day_of_local(local);
    struct date d = date_of_days(day);
    int64_t month = (int64_t)d.year * 12 + d.month - 1 + months;
    d.year = (int32_t)floor_div(month, 12);
    d.month = (int32_t)floor_mod(month, 12) + 1;
    int32_t last = date_days_in_month(d.year, d.month);
    d.day = d.day > last ? last : d.day;
    return date_to_days(d) * DAY_US + (local - day * DAY_US);
}

/* Civil time: by the clock on the wall. Count may be negative. */
static int64_t shift_civil(const struct zone *zone, enum unit unit, int64_t count, int64_t us)
{
    int64_t local = zone_read(zone, us);
    if (unit == UNIT_MONTH) {
        return count > MONTHS_MOST    ? MOMENT_NEVER
               : count < -MONTHS_MOST ? MOMENT_BEFORE_ALL
                                      : zone_write(zone, shift_months(local, count));
    }
    return count > DAYS_MOST    ? MOMENT_NEVER
           : count < -DAYS_MOST ? MOMENT_BEFORE_ALL
                                : zone_write(zone, local + count * DAY_US);
}

/* Midnight at the end of the day that is `count` days on; 0 is the day itself. */
static int64_t midnight_after(const struct zone *zone, int64_t us, int64_t count)
{
    if (us >= CALENDAR_END_US || count > DAYS_MOST) {
        return MOMENT_NEVER;
    }
    int64_t day = day_of_local(zone_reach(zone, us));
    return never_beyond_the_end(zone_write(zone, (day + count + 1) * DAY_US));
}

int64_t duration_after(const struct clock *clock, struct duration d, int64_t start_us)
{
    if (start_us >= CALENDAR_END_US) {
        return MOMENT_NEVER;
    }
    start_us = start_us < YEAR_ONE_US ? YEAR_ONE_US : start_us;
    switch (d.unit) {
    case UNIT_ELAPSED:
        return add_elapsed(start_us, d.count);
    case UNIT_DAY:
    case UNIT_MONTH:
        return d.count <= 0
                   ? start_us
                   : never_beyond_the_end(shift_civil(clock->zone, d.unit, d.count, start_us));
    case UNIT_CALENDAR_DAY:
        return d.count <= 0 ? start_us : midnight_after(clock->zone, start_us, d.count - 1);
    case UNIT_WORKING_TIME:
        return calendar_lay(clock->calendars[d.calendar], start_us, d.count);
    case UNIT_WORKING_DAY:
        return calendar_add_days(clock->calendars[d.calendar], start_us, d.count);
    case UNIT_FULL_WORKING_DAY:
        return calendar_add_full_days(clock->calendars[d.calendar], start_us, d.count);
    }
    return MOMENT_NEVER;
}

int64_t duration_end_after(const struct clock *clock, struct duration d, int64_t start_us)
{
    int64_t us = duration_after(clock, d, start_us);
    if (us == MOMENT_NEVER) {
        return us;
    }
    switch (d.unit) {
    case UNIT_ELAPSED:
    case UNIT_DAY:
    case UNIT_MONTH:
        return midnight_after(clock->zone, us, 0);
    case UNIT_CALENDAR_DAY:
    case UNIT_FULL_WORKING_DAY:
        return us; /* these end at the end of a day already */
    case UNIT_WORKING_TIME:
        /* The day that the last open moment lies in: a closing at 24:00 is still of that day. */
        return calendar_end_of(clock->calendars[d.calendar], d.count > 0 ? us - 1 : us);
    case UNIT_WORKING_DAY:
        return calendar_end_of(clock->calendars[d.calendar], us);
    }
    return MOMENT_NEVER;
}

/* The latest instant from which d has run by moment_us. The instants that satisfy this are all up
 * to some last one, but for the hour that a clock goes through twice in autumn: there the same
 * clock time may satisfy it a second time. */
static int64_t latest_start(const struct clock *clock, struct duration d, int64_t moment_us)
{
    int64_t high = moment_us + 1, step = DAY_US; /* nothing is over before it begins */
    int64_t low = moment_us;
    while (duration_after(clock, d, low) > moment_us) {
        high = low;
        low -= step;
        step *= 2;
        if (low < YEAR_ONE_US) {
            return MOMENT_BEFORE_ALL;
        }
    }
    while (high - low > 1) {
        int64_t middle = low + (high - low) / 2;
        if (duration_after(clock, d, middle) <= moment_us) {
            low = middle;
        } else {
            high = middle;
        }
    }
    const struct zone *zone = clock->zone;
    if (d.unit == UNIT_WORKING_DAY) {
        zone = clock->calendars[d.calendar]->zone;
    }
    int64_t change_us = zone_next_change(zone, low);
    if (change_us < MOMENT_NEVER && change_us - low <= DAY_US) {
        int64_t again = low + zone_read(zone, change_us - 1) + 1 - zone_read(zone, change_us);
        if (again > low && again >= change_us && duration_after(clock, d, again) <= moment_us) {
            return again;
        }
    }
    return low;
}

int64_t duration_before(const struct clock *clock, struct duration d, int64_t moment_us)
{
    if (moment_us >= CALENDAR_END_US || moment_us < YEAR_ONE_US) {
        return moment_us;
    }
    int64_t us;
    switch (d.unit) {
    case UNIT_ELAPSED:
        return __builtin_sub_overflow(moment_us, d.count, &us) ? MOMENT_BEFORE_ALL : us;
    case UNIT_DAY:
    case UNIT_MONTH:
        return d.count <= 0 ? moment_us : shift_civil(clock->zone, d.unit, -d.count, moment_us);
    case UNIT_CALENDAR_DAY:
    case UNIT_WORKING_TIME:
    case UNIT_WORKING_DAY:
    case UNIT_FULL_WORKING_DAY:
        return latest_start(clock, d, moment_us);
    }
    return MOMENT_BEFORE_ALL;
}

static bool runs_on_open_time(enum unit unit)
{
    return unit == UNIT_WORKING_TIME || unit == UNIT_WORKING_DAY || unit == UNIT_FULL_WORKING_DAY;
}

int64_t duration_measure(const struct clock *clock, struct duration d, int64_t from_us,
                         int64_t until_us)
{
    if (runs_on_open_time(d.unit)) {
        return calendar_open_time(clock->calendars[d.calendar], from_us, until_us);
    }
    int64_t us;
    if (__builtin_sub_overflow(until_us, from_us, &us)) {
        return until_us > from_us ? INT64_MAX : INT64_MIN;
    }
    return us;
}

int64_t duration_lay(const struct clock *clock, struct duration d, int64_t from_us,
                     int64_t amount_us)
{
    if (runs_on_open_time(d.unit)) {
        return calendar_lay(clock->calendars[d.calendar], from_us, amount_us);
    }
    return from_us == MOMENT_NEVER ? MOMENT_NEVER : add_elapsed(from_us, amount_us);
}
