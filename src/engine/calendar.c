#include "engine/calendar_table.h"

#define NO_DAY INT64_MAX

/* -- days and blocks -- */

/* A day as the table has it, and the cycles of 400 years by which that lies earlier. */
static inline int64_t day_in_table(const struct calendar *c, int64_t day, int64_t *ret_cycles)
{
    if (day <= c->end_day) {
        *ret_cycles = 0;
        return day;
    }
    *ret_cycles = (day - c->end_day - 1) / CYCLE_DAYS + 1;
    return day - *ret_cycles * CYCLE_DAYS;
}

static inline const struct day_block *block_of(const struct calendar *c, int64_t table_day,
                                               size_t *ret_bit)
{
    size_t at = (size_t)(table_day - CALENDAR_FIRST_DAY);
    *ret_bit = at % BLOCK_DAYS;
    return &c->blocks[at / BLOCK_DAYS];
}

static inline int64_t block_first_day(const struct calendar *c, const struct day_block *b)
{
    return CALENDAR_FIRST_DAY + (b - c->blocks) * BLOCK_DAYS;
}

int64_t block_time_us(const struct calendar *c, const struct day_block *b, uint64_t days)
{
    int64_t first_day = block_first_day(c, b);
    size_t weekday = (size_t)(b - c->blocks) % WEEK_DAYS; /* 64 days are 9 weeks and a day */
    const struct week *week = calendar_week(c, first_day);
    int64_t time_us = 0;
    for (size_t i = 0; i < week->kind_count; i++) {
        const struct day_kind *kind = &week->kinds[i];
        time_us += __builtin_popcountll(b->open & days & kind->in_block[weekday]) * kind->length_us;
    }
    for (uint32_t i = b->irregular; i < b[1].irregular; i++) {
        if (days >> (c->irregular[i].day - first_day) & 1) {
            time_us += c->irregular[i].extra_us;
        }
    }
    return time_us;
}

static inline bool day_is_open(const struct calendar *c, int64_t day)
{
    int64_t cycles;
    day = day_in_table(c, day, &cycles);
    if (day < CALENDAR_FIRST_DAY) {
        return false;
    }
    size_t bit;
    const struct day_block *b = block_of(c, day, &bit);
    return b->open >> bit & 1;
}

int64_t calendar_days_before(const struct calendar *c, int64_t day)
{
    int64_t cycles;
    day = day_in_table(c, day, &cycles);
    if (day <= CALENDAR_FIRST_DAY) {
        return 0;
    }
    size_t bit;
    const struct day_block *b = block_of(c, day, &bit);
    return (int64_t)b->days_before + __builtin_popcountll(b->open & bits_below(bit)) +
           cycles * c->cycle_days;
}

int64_t calendar_time_before_us(const struct calendar *c, int64_t day)
{
    int64_t cycles;
    day = day_in_table(c, day, &cycles);
    if (day <= CALENDAR_FIRST_DAY) {
        return 0;
    }
    size_t bit;
    const struct day_block *b = block_of(c, day, &bit);
    return b->time_before_us + block_time_us(c, b, bits_below(bit)) + cycles * c->cycle_time_us;
}

enum sum { SUM_DAYS, SUM_TIME };

static inline int64_t sum_before(const struct day_block *b, enum sum sum)
{
    return sum == SUM_DAYS ? b->days_before : b->time_before_us;
}

/* The last block with less than `limit` before it. What is looked for is mostly near `hint` or
 * soon after it, so steps grow from there. */
static inline const struct day_block *block_by(const struct calendar *c, enum sum sum,
                                               int64_t limit, int64_t hint_day)
{
    int64_t cycles;
    size_t bit, low = 0, step = 1;
    hint_day = day_in_table(c, hint_day, &cycles);
    if (hint_day >= CALENDAR_FIRST_DAY) {
        const struct day_block *hint = block_of(c, hint_day, &bit);
        low = sum_before(hint, sum) < limit ? (size_t)(hint - c->blocks) : 0;
    }
    size_t high = low + 1;
    while (high < c->block_count && sum_before(&c->blocks[high], sum) < limit) {
        low = high;
        high += step;
        step *= 2;
    }
    high = high < c->block_count ? high : c->block_count;
    while (high - low > 1) {
        size_t middle = (low + high) / 2;
        if (sum_before(&c->blocks[middle], sum) < limit) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return &c->blocks[low];
}

/* Place of the n-th set bit, from 0. */
static inline size_t nth_bit(uint64_t bits, size_t n)
{
    size_t at = 0;
    for (size_t step = BLOCK_DAYS / 2; step > 0; step /= 2) {
        size_t below = (size_t)__builtin_popcountll(bits & bits_below(step));
        if (n >= below) {
            n -= below;
            bits >>= step;
            at += step;
        }
    }
    return at;
}

/* The n-th open day of all, from 0; NO_DAY when there is none before the year 10000. */
static inline int64_t nth_open_day(const struct calendar *c, int64_t n, int64_t hint_day)
{
    int64_t cycles = 0;
    if (n >= c->end_days) {
        if (c->cycle_days == 0) {
            return NO_DAY;
        }
        cycles = (n - c->end_days) / c->cycle_days + 1;
        n -= cycles * c->cycle_days;
    }
    const struct day_block *b = block_by(c, SUM_DAYS, n + 1, hint_day);
    int64_t day = block_first_day(c, b) + (int64_t)nth_bit(b->open, (size_t)(n - b->days_before)) +
                  cycles * CYCLE_DAYS;
    return day < CALENDAR_END_DAY ? day : NO_DAY;
}

/* -- times of the day -- */

struct place { /* a local day and the time on its clock */
    int64_t day, time_us;
};

static inline struct place place_of(int64_t local)
{
    int64_t day = day_of_local(local);
    return (struct place){day, local - day * DAY_US};
}

/* Where an instant lies among the spells: see zone_reach(). */
static inline struct place place_among_spells(const struct calendar *c, int64_t us)
{
    return place_of(zone_reach(c->zone, us));
}

struct openings {
    const struct opening *first, *end;
};

static inline struct openings openings_of(const struct calendar *c, int64_t day)
{
    if (!day_is_open(c, day)) {
        return (struct openings){NULL, NULL};
    }
    const struct week *week = calendar_week(c, day);
    size_t weekday = calendar_weekday(day);
    const struct opening *first = week->openings[weekday];
    return (struct openings){first, first + week->opening_count[weekday]};
}

/* First opening of an open day; one that a jump of the clock swallows is none. */
static int64_t first_opening_us(const struct calendar *c, int64_t day, const struct opening *o)
{
    int64_t starts_us = opening_starts_us(c, day, o);
    while (starts_us == opening_ends_us(c, day, o)) {
        starts_us = opening_starts_us(c, day, ++o);
    }
    return starts_us;
}

/* Last closing of an open day. */
static int64_t day_closing_us(const struct calendar *c, int64_t day)
{
    const struct opening *o = openings_of(c, day).end - 1;
    int64_t ends_us = opening_ends_us(c, day, o);
    while (ends_us == opening_starts_us(c, day, o)) {
        ends_us = opening_ends_us(c, day, --o);
    }
    return ends_us;
}

/* -- what others may call -- */

static inline int64_t from_year_one(int64_t us)
{
    return us < YEAR_ONE_US ? YEAR_ONE_US : us;
}

bool calendar_is_open(const struct calendar *c, int64_t us)
{
    if (us < YEAR_ONE_US || us >= CALENDAR_END_US) {
        return false;
    }
    struct place p = place_among_spells(c, us);
    struct openings day = openings_of(c, p.day);
    for (const struct opening *o = day.first; o < day.end && o->from_us <= p.time_us; o++) {
        if (p.time_us < o->until_us) {
            return true;
        }
    }
    return false;
}

int64_t calendar_next_opening(const struct calendar *c, int64_t us)
{
    if (us >= CALENDAR_END_US) {
        return MOMENT_NEVER;
    }
    struct place p = place_among_spells(c, from_year_one(us));
    struct openings day = openings_of(c, p.day);
    for (const struct opening *o = day.first; o < day.end; o++) {
        if (o->until_us <= p.time_us) {
            continue;
        }
        if (o->from_us <= p.time_us) {
            return us;
        }
        int64_t starts_us = opening_starts_us(c, p.day, o);
        if (starts_us < opening_ends_us(c, p.day, o)) {
            return starts_us;
        }
    }
    int64_t next = nth_open_day(c, calendar_days_before(c, p.day + 1), p.day);
    return next == NO_DAY ? MOMENT_NEVER : first_opening_us(c, next, openings_of(c, next).first);
}

int64_t calendar_last_closing(const struct calendar *c, int64_t us)
{
    us = us > CALENDAR_END_US ? CALENDAR_END_US : from_year_one(us);
    struct place p = place_among_spells(c, us);
    struct openings day = openings_of(c, p.day);
    for (const struct opening *o = day.end; o > day.first;) {
        o--;
        if (o->until_us <= p.time_us) {
            int64_t ends_us = opening_ends_us(c, p.day, o);
            if (ends_us > opening_starts_us(c, p.day, o)) {
                return ends_us;
            }
        }
    }
    int64_t before = calendar_days_before(c, p.day);
    return before == 0 ? MOMENT_BEFORE_ALL
                       : day_closing_us(c, nth_open_day(c, before - 1, p.day - BLOCK_DAYS));
}

/* Open time since 1900 until an instant. */
static inline int64_t open_time_until(const struct calendar *c, int64_t us)
{
    us = us > CALENDAR_END_US ? CALENDAR_END_US : from_year_one(us);
    struct place p = place_among_spells(c, us);
    int64_t open_us = calendar_time_before_us(c, p.day);
    struct openings day = openings_of(c, p.day);
    for (const struct opening *o = day.first; o < day.end && o->from_us < p.time_us; o++) {
        int64_t starts_us = opening_starts_us(c, p.day, o);
        open_us += (o->until_us <= p.time_us ? opening_ends_us(c, p.day, o) : us) - starts_us;
    }
    return open_us;
}

int64_t calendar_open_time(const struct calendar *c, int64_t from_us, int64_t until_us)
{
    return open_time_until(c, until_us) - open_time_until(c, from_us);
}

/* The day in the block within which `time_us` of its open time has run. */
static size_t bit_at_time(const struct calendar *c, const struct day_block *b, int64_t time_us)
{
    size_t bit = 0;
    for (size_t step = BLOCK_DAYS / 2; step > 0; step /= 2) {
        if (block_time_us(c, b, bits_below(bit + step)) < time_us) {
            bit += step;
        }
    }
    return bit;
}

int64_t calendar_lay(const struct calendar *c, int64_t from_us, int64_t open_us)
{
    int64_t rest_us, cycles = 0;
    if (open_us <= 0 || from_us >= CALENDAR_END_US) {
        return calendar_next_opening(c, from_us);
    }
    if (__builtin_add_overflow(open_time_until(c, from_us), open_us, &rest_us)) {
        return MOMENT_NEVER;
    }
    if (rest_us > c->end_time_us) {
        if (c->cycle_time_us == 0) {
            return MOMENT_NEVER;
        }
        cycles = (rest_us - c->end_time_us - 1) / c->cycle_time_us + 1;
        rest_us -= cycles * c->cycle_time_us;
    }
    const struct day_block *b =
        block_by(c, SUM_TIME, rest_us, day_of_local(from_year_one(from_us)) - 1);
    rest_us -= b->time_before_us;
    size_t bit = bit_at_time(c, b, rest_us);
    rest_us -= block_time_us(c, b, bits_below(bit));
    int64_t day = block_first_day(c, b) + (int64_t)bit + cycles * CYCLE_DAYS;
    if (day >= CALENDAR_END_DAY) {
        return MOMENT_NEVER;
    }
    for (const struct opening *o = openings_of(c, day).first;; o++) {
        int64_t starts_us = opening_starts_us(c, day, o);
        int64_t length_us = opening_ends_us(c, day, o) - starts_us;
        if (rest_us <= length_us) {
            return starts_us + rest_us;
        }
        rest_us -= length_us;
    }
}

/* The instant of a time of day on an open day: within a spell itself, else the last closing before
 * it, else the next opening. */
static int64_t hold_in_day(const struct calendar *c, int64_t day, int64_t time_us)
{
    struct openings openings = openings_of(c, day);
    for (const struct opening *o = openings.end; o > openings.first;) {
        o--;
        if (o->from_us > time_us) {
            continue;
        }
        int64_t starts_us = opening_starts_us(c, day, o);
        int64_t ends_us = opening_ends_us(c, day, o);
        if (starts_us < ends_us) {
            return time_us < o->until_us ? zone_write(c->zone, day * DAY_US + time_us) : ends_us;
        }
    }
    return first_opening_us(c, day, openings.first);
}

int64_t calendar_add_days(const struct calendar *c, int64_t start_us, int64_t days)
{
    int64_t open_us = calendar_next_opening(c, start_us);
    if (days <= 0 || open_us == MOMENT_NEVER) {
        return open_us;
    }
    struct place p = place_of(zone_read(c->zone, from_year_one(open_us)));
    if (days > CALENDAR_END_DAY) {
        return MOMENT_NEVER;
    }
    int64_t day = nth_open_day(c, calendar_days_before(c, p.day + 1) + days - 1, p.day);
    return day == NO_DAY ? MOMENT_NEVER : hold_in_day(c, day, p.time_us);
}

int64_t calendar_add_full_days(const struct calendar *c, int64_t start_us, int64_t days)
{
    if (start_us >= CALENDAR_END_US || days > CALENDAR_END_DAY) {
        return MOMENT_NEVER;
    }
    if (days <= 0) {
        return start_us;
    }
    struct place p = place_among_spells(c, from_year_one(start_us));
    int64_t day = nth_open_day(c, calendar_days_before(c, p.day + 1) + days - 1, p.day);
    return day == NO_DAY ? MOMENT_NEVER : day_closing_us(c, day);
}

int64_t calendar_end_of(const struct calendar *c, int64_t us)
{
    if (us >= CALENDAR_END_US) {
        return MOMENT_NEVER;
    }
    struct place p = place_among_spells(c, from_year_one(us));
    int64_t count = calendar_days_before(c, p.day + 1);
    return count == 0 ? MOMENT_BEFORE_ALL
                      : day_closing_us(c, nth_open_day(c, count - 1, p.day - BLOCK_DAYS));
}
