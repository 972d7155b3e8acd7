/* Any text is refused or gives ranges of days, each in order, and the calendar that they close can
 * be asked. */
#include "engine/calendar.h"
#include "engine/ical.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Event by event no more is refused than in one piece, and the days are the same. */
static void check_events(struct arena *arena, struct text ics, const struct zone *z, bool is_read,
                         size_t range_count)
{
    struct ical_event *events = NULL;
    size_t count = 0, ranges = 0;
    bool sound = true;
    if (ical_events(arena, ics, z, &events, &count, NULL) != ERR_NONE) {
        if (is_read) {
            abort();
        }
        return;
    }
    for (size_t i = 0; i < count; i++) {
        ranges += events[i].count;
        sound = sound && events[i].problem.len == 0;
    }
    if (is_read && (!sound || ranges != range_count)) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena CLEANUP(arena_release) = {0};
    struct zone *z = NULL;
    struct text ics = {(const char *)data, size}, file = TEXT("fuzz.ics");
    if (zone_load(&arena, TEXT("Europe/London"), &z, NULL) != ERR_NONE) {
        abort();
    }
    struct day_range *ranges = NULL;
    size_t count = 0;
    bool is_read = ical_days(&arena, ics, z, &ranges, &count, NULL) == ERR_NONE;
    check_events(&arena, ics, z, is_read, count);
    if (!is_read) {
        return 0;
    }
    struct calendar_def def = {
        .name = TEXT("fuzz"), .always = true, .ics_files = &file, .ics_count = 1};
    struct calendar *c = NULL;
    if (calendar_compile(&arena, &def, z, &ics, &c, NULL) != ERR_NONE) {
        abort();
    }
    for (size_t i = 0; i < count; i++) {
        if (ranges[i].first > ranges[i].last ||
            calendar_is_open(c, zone_to_utc(z, ranges[i].first * DAY_US + 12 * HOUR_US))) {
            abort();
        }
    }
    return 0;
}
