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

static int64_t within_dates(const struct zone *zone, struct dates dates, int64_t start_us)
{
    if (dates.has_from && start_us < start_of(zone, dates.from))
        return start_of(zone, dates.from);
    if (dates.has_until && start_us >= zone_to_utc(zone, date_to_days(dates.until) * DAY_US))
        return start_of(zone, date_of_days(date_to_days(dates.until) - 1));
    return start_us;
}

bool example_due(void *context, const struct code *code, const struct promise *promise,
                 int64_t start_us, int64_t *ret_local_start_us, int64_t *ret_local_due_us)
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
    int64_t due_us;
    if (!plan_due(plan, 0, &opening, &due_us))
        return false;
    *ret_local_start_us = zone_to_local(zone, start);
    *ret_local_due_us = zone_to_local(zone, due_us);
    return true;
}
