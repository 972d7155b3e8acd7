#include "cli/example.h"

enum { START_HOUR = 10 }; /* within most opening hours */

static int64_t start_of(const struct zone *zone, struct date day)
{
    return zone_to_utc(zone, date_to_days(day) * DAY_US + START_HOUR * HOUR_US);
}

enum err example_start(const struct code *code, struct text on, int64_t *ret_us,
                       struct err_info *info)
{
    struct arena arena CLEANUP(arena_release) = {0};
    struct zone *zone;
    struct date day;
    if (on.len > 0 && moment_parse(on, ret_us))
        return ERR_NONE;
    enum err e = zone_load(&arena, code->zone, &zone, info);
    if (e != ERR_NONE)
        return e;
    if (on.len == 0)
        day = date_of_days(floor_div(zone_to_local(zone, moment_now()), DAY_US));
    else if (!date_parse(on, &day))
        return err_set(info, ERR_INVALID, "\"%.*s\" is no day: write it as 2015-01-16",
                       TEXT_ARG(on));
    *ret_us = start_of(zone, day);
    return ERR_NONE;
}

static void add_local(struct buf *out, const struct zone *zone, int64_t us)
{
    static const char days[7][4] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    static const char months[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    int64_t local = zone_to_local(zone, us);
    int64_t day = floor_div(local, DAY_US);
    int seconds = (int)(floor_mod(local, DAY_US) / SECOND_US);
    struct date date = date_of_days(day);
    buf_addf(out, "%s %d %s %d %02d:%02d", days[date_weekday(day)], date.day,
             months[date.month - 1], date.year, seconds / 3600, seconds / 60 % 60);
    if (seconds % 60 != 0)
        buf_addf(out, ":%02d", seconds % 60);
}

static int64_t within_dates(const struct zone *zone, struct dates dates, int64_t start_us)
{
    if (dates.has_from && start_us < start_of(zone, dates.from))
        return start_of(zone, dates.from);
    if (dates.has_until && start_us >= zone_to_utc(zone, date_to_days(dates.until) * DAY_US))
        return start_of(zone, date_of_days(date_to_days(dates.until) - 1));
    return start_us;
}

bool example_due(void *context, const struct code *code, const struct promise *promise,
                 int64_t start_us, int64_t *ret_due_us, struct buf *ret_local_start,
                 struct buf *ret_local_due)
{
    struct arena arena CLEANUP(arena_release) = {0};
    struct plan *plan;
    struct zone *zone;
    /* A Code with this form alone: the engine would take a promise's last form. */
    struct code alone = *code;
    alone.promises = promise;
    alone.promise_count = 1;
    const struct code *codes[] = {&alone};
    if (plan_compile(&arena, codes, 1, code_file_read_beside, context, &plan, NULL) != ERR_NONE ||
        zone_load(&arena, code->zone, &zone, NULL) != ERR_NONE)
        return false;
    int64_t start = within_dates(zone, promise->applies, start_us);
    struct touch opening = {.source = TEXT("example"),
                            .id = TEXT("1"),
                            .event = promise->on ? promise->on->name : TEXT("example.began"),
                            .occurred_us = start,
                            .thread = TEXT("1"),
                            .customer = TEXT("1")};
    if (!plan_due(plan, 0, &opening, ret_due_us))
        return false;
    add_local(ret_local_start, zone, start);
    add_local(ret_local_due, zone, *ret_due_us);
    return true;
}
