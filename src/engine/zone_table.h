/* Inside of a zone, for this room only: the table of its offsets and the look-ups on the hot path.
 *
 * The table is a row of stretches of constant offset. The footer rule is worked out for 400 years
 * beyond the last listed change; after that the Gregorian calendar, weekdays and all, repeats, so
 * later times are looked up some whole cycles of 400 years earlier. A coarse index finds the
 * stretch in a step or two. Nothing changes after zone_parse(), so threads may share a zone. */
#ifndef TROTH_ENGINE_ZONE_TABLE_H
#define TROTH_ENGINE_ZONE_TABLE_H

#include "engine/zone.h"

#define CYCLE_DAYS INT64_C(146097) /* 400 years, a whole number of weeks */
#define CYCLE_US (CYCLE_DAYS * DAY_US)
#define ZONE_OFFSET_MAX_S (26 * 3600)
/* Beyond these (years -10000 and 14000, and the two moments that are none) a time is left alone. */
#define ZONE_LEAST_US (-380000000 * INT64_C(1000000000))
#define ZONE_MOST_US (380000000 * INT64_C(1000000000))

enum { ZONE_BUCKET_BITS = 43 }; /* 2^43 µs, about 101 days, a bucket of the index */

struct stretch {
    int64_t start_us, end_us; /* half-open, UTC */
    int64_t offset_us;
    /* The furthest that the wall clock has come by the end of this stretch: in order even where the
     * clock goes back. */
    int64_t local_end_us;
};

struct zone_type {
    int32_t offset_s;
    const char *abbreviation;
};

struct zone {
    struct text name, bytes;
    const struct zone_type *types;
    const struct stretch *stretches;
    const uint16_t *stretch_types;
    size_t stretch_count;
    const uint32_t *index; /* bucket to the stretch that holds its first instant, or an earlier one
                            */
    int64_t index_base_us;
    size_t index_count;
    int64_t repeats_from_us; /* from here on look up whole cycles earlier; MOMENT_NEVER: no need */
    int32_t repeats_from_year; /* every year from this one is like the one 400 years later */
};

static inline const struct stretch *zone_near(const struct zone *z, int64_t us)
{
    if (us < z->index_base_us) {
        return z->stretches;
    }
    size_t bucket = (size_t)(us - z->index_base_us) >> ZONE_BUCKET_BITS;
    return z->stretches + z->index[bucket < z->index_count ? bucket : z->index_count - 1];
}

/* The cycles by which to go back before looking up, in microseconds. */
static inline int64_t zone_cycles_us(const struct zone *z, int64_t us)
{
    return us < z->repeats_from_us ? 0 : ((us - z->repeats_from_us) / CYCLE_US + 1) * CYCLE_US;
}

static inline const struct stretch *zone_stretch(const struct zone *z, int64_t us)
{
    const struct stretch *s = zone_near(z, us);
    while (us >= s->end_us) {
        s++;
    }
    return s;
}

static inline bool zone_covers(int64_t us)
{
    return us > ZONE_LEAST_US && us < ZONE_MOST_US;
}

struct reading {
    int64_t local; /* what the wall clock shows */
    /* The furthest that it has come: like local, but while an hour is gone through a second time it
     * stays just before the end of the first time. Never goes back, and zone_write(x) <= us is the
     * same as x <= reach. */
    int64_t reach;
};

static inline struct reading zone_reading(const struct zone *z, int64_t us)
{
    if (!zone_covers(us)) {
        return (struct reading){us, us};
    }
    int64_t cycles_us = zone_cycles_us(z, us);
    const struct stretch *s = zone_stretch(z, us - cycles_us);
    int64_t local = us + s->offset_us;
    if (s > z->stretches && local < s[-1].local_end_us + cycles_us) {
        return (struct reading){local, s[-1].local_end_us + cycles_us - 1};
    }
    return (struct reading){local, local};
}

static inline int64_t zone_read(const struct zone *z, int64_t us)
{
    return zone_covers(us) ? us + zone_stretch(z, us - zone_cycles_us(z, us))->offset_us : us;
}

static inline int64_t zone_reach(const struct zone *z, int64_t us)
{
    return zone_reading(z, us).reach;
}

/* The stretch in which the wall clock first shows local or more. */
static inline const struct stretch *zone_local_stretch(const struct zone *z, int64_t local)
{
    /* No clock is further ahead than this, so the stretch found is never too late. */
    const struct stretch *s = zone_near(z, local - (ZONE_OFFSET_MAX_S + 1) * SECOND_US);
    while (local >= s->local_end_us) {
        s++;
    }
    return s;
}

/* The first instant at which the wall clock shows local or more. */
static inline int64_t zone_write(const struct zone *z, int64_t local)
{
    if (!zone_covers(local)) {
        return local;
    }
    int64_t cycles_us = zone_cycles_us(z, local);
    const struct stretch *s = zone_local_stretch(z, local - cycles_us);
    int64_t us = local - cycles_us - s->offset_us;
    return (us < s->start_us ? s->start_us : us) + cycles_us;
}

struct local_day {    /* one day of the wall clock */
    int64_t midnight; /* local */
    int64_t offset_us;
    bool steady; /* the offset holds from midnight to midnight, both included */
};

static inline struct local_day zone_day(const struct zone *z, int64_t day)
{
    int64_t midnight = day * DAY_US;
    int64_t local = midnight - zone_cycles_us(z, midnight);
    const struct stretch *s = zone_local_stretch(z, local);
    return (struct local_day){midnight, s->offset_us,
                              local - s->offset_us >= s->start_us &&
                                  local + DAY_US < s->local_end_us};
}

/* zone_write() of a time of that day. */
static inline int64_t zone_write_in(const struct zone *z, const struct local_day *d,
                                    int64_t time_us)
{
    int64_t local = d->midnight + time_us;
    return d->steady ? local - d->offset_us : zone_write(z, local);
}

/* The next change of offset after us; MOMENT_NEVER: none. */
static inline int64_t zone_next_change(const struct zone *z, int64_t us)
{
    int64_t cycles_us = zone_cycles_us(z, us);
    int64_t end_us = zone_stretch(z, us - cycles_us)->end_us;
    return end_us == MOMENT_NEVER ? MOMENT_NEVER : end_us + cycles_us;
}

/* The local day of a wall-clock time. */
static inline int64_t day_of_local(int64_t local)
{
    return local >= 0 ? local / DAY_US : ~(~local / DAY_US);
}

#endif
