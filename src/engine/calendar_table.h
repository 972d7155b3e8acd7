/* Inside of a calendar, for this room only.
 *
 * Every day from 1900 on is one bit (open or closed), 64 days a block. A block also holds the open
 * days and the open time before it, so counting takes a look-up and a count of bits, and finding
 * the n-th open day or the instant at which so much open time has run is a search over blocks. A
 * day's open time follows from its weekday; the few days that are otherwise (a change of the clock
 * while open, or a change of hours within a block) are listed as irregular.
 *
 * The table reaches 400 years beyond everything that does not repeat (dated closures, changes of
 * hours, irregular history of the zone); later days are looked up whole cycles of 400 years
 * earlier. Nothing is open before 1900. Nothing changes after calendar_compile(), so threads may
 * share a calendar. */
#ifndef TROTH_ENGINE_CALENDAR_TABLE_H
#define TROTH_ENGINE_CALENDAR_TABLE_H

#include "engine/calendar.h"
#include "engine/zone_table.h"

#define CALENDAR_FIRST_DAY INT64_C(-25567) /* 1900-01-01, a Monday */
#define CALENDAR_END_DAY INT64_C(2932897)  /* 10000-01-01 */
#define CALENDAR_END_US (CALENDAR_END_DAY * DAY_US)
#define YEAR_ONE_US (INT64_C(-719162) * DAY_US)

enum { CALENDAR_FIRST_YEAR = 1900, CALENDAR_END_YEAR = 10000, BLOCK_DAYS = 64, WEEK_DAYS = 7 };

struct opening { /* a spell of a local day, in microseconds from its midnight */
    int64_t from_us, until_us;
};

struct day_kind { /* weekdays that are open equally long */
    int64_t length_us;
    uint64_t in_block[WEEK_DAYS]; /* which days of a block, by the weekday it begins with */
};

struct week { /* opening hours from a day on */
    int64_t first_day;
    const struct opening *openings[WEEK_DAYS]; /* in order, apart */
    size_t opening_count[WEEK_DAYS];
    int64_t length_us[WEEK_DAYS]; /* without changes of the clock */
    struct day_kind kinds[WEEK_DAYS];
    size_t kind_count;
    uint64_t open_in_block[WEEK_DAYS];
};

struct day_block {
    uint64_t open; /* bit n: the n-th day of the block is open */
    int64_t time_before_us;
    uint32_t days_before;
    uint32_t irregular; /* the first irregular day of this block or a later one */
};

struct irregular_day {
    int64_t day;
    int64_t extra_us; /* open time beyond that of its weekday in the hours at the block's start */
};

struct calendar {
    const struct zone *zone;
    const struct week *weeks; /* in order; at least one */
    size_t week_count;
    const struct day_block *blocks; /* one more than block_count, for its sums */
    size_t block_count;
    const struct irregular_day *irregular;
    int64_t end_day;                   /* days beyond are looked up whole cycles earlier */
    int64_t end_days, end_time_us;     /* open days and open time before end_day */
    int64_t cycle_days, cycle_time_us; /* in the last 400 years before end_day */
};

static inline const struct week *calendar_week(const struct calendar *c, int64_t day)
{
    size_t low = 0, high = c->week_count;
    while (high - low > 1) {
        size_t middle = (low + high) / 2;
        if (c->weeks[middle].first_day <= day) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return &c->weeks[low];
}

/* Weekday of a day from 1900 on. */
static inline size_t calendar_weekday(int64_t day)
{
    return (size_t)(day - CALENDAR_FIRST_DAY) % WEEK_DAYS;
}

static inline uint64_t bits_below(size_t bit)
{
    return (UINT64_C(1) << bit) - 1; /* bit < 64 */
}

/* Set bits in each byte. The plain x86-64 that packages are built for has no instruction for it. */
static inline uint64_t count_by_byte(uint64_t bits)
{
    bits -= bits >> 1 & UINT64_C(0x5555555555555555);
    bits = (bits & UINT64_C(0x3333333333333333)) + (bits >> 2 & UINT64_C(0x3333333333333333));
    return (bits + (bits >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
}

static inline int64_t count_bits(uint64_t bits)
{
    return (int64_t)(count_by_byte(bits) * UINT64_C(0x0101010101010101) >> 56);
}

/* Opening and closing instants of a day's spell; equal where a jump of the clock swallows it. */
static inline int64_t opening_starts_us(const struct calendar *c, int64_t day,
                                        const struct opening *o)
{
    return zone_write(c->zone, day * DAY_US + o->from_us);
}

static inline int64_t opening_ends_us(const struct calendar *c, int64_t day,
                                      const struct opening *o)
{
    return zone_write(c->zone, day * DAY_US + o->until_us);
}

/* Open time of some days of a block, given as bits. */
int64_t block_time_us(const struct calendar *c, const struct day_block *b, uint64_t days);
/* Open days, and open time, before a day (of the table, or later). */
int64_t calendar_days_before(const struct calendar *c, int64_t day);
int64_t calendar_time_before_us(const struct calendar *c, int64_t day);

#endif
