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

/* The same event by event, for people: an event that cannot be followed is told with its reason,
 * and the others go on. */
struct ical_event {
    struct text title; /* SUMMARY; may be empty */
    uint32_t line;     /* of its BEGIN:VEVENT; 0: not known */
    bool is_cancelled;
    bool repeats;
    const struct day_range *ranges;
    size_t count;
    struct text problem; /* empty: none */
};
/* ERR_INVALID and ERR_LIMIT for what is wrong with the file as a whole. */
enum err ical_events(struct arena *arena, struct text ics, const struct zone *zone,
                     struct ical_event **ret, size_t *ret_count, struct err_info *info);

#endif
