/* Any text is refused or gives ranges of days, each in order, and the calendar that they close can
 * be asked. */
#include "engine/calendar.h"
#include "engine/ical.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

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
    if (ical_days(&arena, ics, z, &ranges, &count, NULL) != ERR_NONE) {
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
