/* Closures from iCalendar files (RFC 5545), read with libical. */
#ifndef TROTH_ENGINE_ICAL_H
#define TROTH_ENGINE_ICAL_H

#include "engine/zone.h"

enum {
    ICAL_BYTES_MAX = 1 << 20,
    ICAL_EVENTS_MAX = 10000,
    ICAL_RANGES_MAX = 100000, /* occurrences, those of repeating events included */
    ICAL_LAST_YEAR = 2200     /* repeating events are followed up to its end */
};

struct day_range { /* local days, both included */
    int64_t first, last;
};

/* The days that the events of a file touch, in that zone; in the order of the file, may overlap.
 * Cancelled events are left out; changed occurrences replace what they change. ERR_INVALID with the
 * reason, ERR_LIMIT beyond the bounds above. */
enum err ical_days(struct arena *arena, struct text ics, const struct zone *zone,
                   struct day_range **ret, size_t *ret_count, struct err_info *info);

#endif
