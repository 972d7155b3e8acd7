#include "engine/calendar_table.h"

#define NO_DAY INT64_MAX

/* -- days and blocks -- */

struct day_entry { /* a day in the table */
    const struct day_block *block;
    size_t bit;
    int64_t cycles; /* of 400 years by which it stands earlier */
};

static const struct day_block nothing_before; /* a closed block: days before 1900 */

static inline struct day_entry entry_of(const struct calendar *c, int64_t day)
{
    int64_t cycles = 0;
    if (day > c->end_day) {
        cycles = (day - c->end_day - 1) / CYCLE_DAYS + 1;
        day -= cycles * CYCLE_DAYS;
    }
    if (day < CALENDAR_FIRST_DAY) {
        return (struct day_entry){&nothing_before, 0, 0};
    }
    size_t at = (size_t)(day - CALENDAR_FIRST_DAY);
    return (struct day_entry){&c->blocks[at / BLOCK_DAYS], at % BLOCK_DAYS, cycles};
}

static inline bool entry_is_open(const struct day_entry *e)
{
    return e->block->open >> e->bit & 1;
}

/* Open days before it, and with it. */
static inline int64_t open_days_before(const struct calendar *c, const struct day_entry *e)
{
    return (int64_t)e->block->days_before + count_bits(e->block->open & bits_below(e->bit)) +
           e->cycles * c->cycle_days;
}

static inline int64_t open_days_through(const struct calendar *c, const struct day_entry *e)
{
    return open_days_before(c, e) + entry_is_open(e);
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
        time_us += count_bits(b->open & days & kind->in_block[weekday]) * kind->length_us;
    }
    for (uint32_t i = b->irregular; i < b[1].irregular; i++) {
        if (days >> (c->irregular[i].day - first_day) & 1) {
            time_us += c->irregular[i].extra_us;
        }
    }
    return time_us;
}

static inline int64_t open_time_before(const struct calendar *c, const struct day_entry *e)
{
    if (e->block == &nothing_before) {
        return 0;
    }
    return e->block->time_before_us + block_time_us(c, e->block, bits_below(e->bit)) +
           e->cycles * c->cycle_time_us;
}

int64_t calendar_days_before(const struct calendar *c, int64_t day)
{
    struct day_entry e = entry_of(c, day);
    return open_days_before(c, &e);
}

int64_t calendar_time_before_us(const struct calendar *c, int64_t day)
{
    struct day_entry e = entry_of(c, day);
    return open_time_before(c, &e);
}

enum sum { SUM_DAYS, SUM_TIME };

static inline int64_t sum_before(const struct day_block *b, enum sum sum)
{
    return sum == SUM_DAYS ? b->days_before : b->time_before_us;
}

/* The last block with less than `limit` before it. What is looked for is mostly near `hint` or
 * soon after it, so steps grow from there. */
static inline const struct day_block *block_by(const struct calendar *c, enum sum sum,
                                               int64_t limit, const struct day_block *hint)
{
    size_t low = 0, step = 1;
    if (hint != &nothing_before && sum_before(hint, sum) < limit) {
        low = (size_t)(hint - c->blocks);
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

/* Place of the n-th set bit, from 0; there are more than n. First its byte: those bytes whose sum
 * with all lower ones is at most n lie below it. */
static inline size_t nth_bit(uint64_t bits, uint64_t n)
{
    const uint64_t each = UINT64_C(0x0101010101010101), high = UINT64_C(0x8080808080808080);
    uint64_t sums = count_by_byte(bits) * each;
    uint64_t below = (((n * each | high) - sums) & high) >> 7;
    size_t at = (size_t)(below * each >> 56) * 8;
    n -= at == 0 ? 0 : sums >> (at - 8) & 0xff;
    bits >>= at;
    for (; n > 0; n--) {
        bits &= bits - 1;
    }
    return at + (size_t)__builtin_ctzll(bits);
}

/* The n-th open day of all, from 0; NO_DAY when there is none before the year 10000. */
static inline int64_t nth_open_day(const struct calendar *c, int64_t n,
                                   const struct day_block *hint)
{
    int64_t cycles = 0;
    if (n >= c->end_days) {
        if (c->cycle_days == 0) {
            return NO_DAY;
        }
        cycles = (n - c->end_days) / c->cycle_days + 1;
        n -= cycles * c->cycle_days;
    }
    const struct day_block *b = block_by(c, SUM_DAYS, n + 1, hint);
    int64_t day = block_first_day(c, b) +
                  (int64_t)nth_bit(b->open, (uint64_t)(n - b->days_before)) + cycles * CYCLE_DAYS;
    return day < CALENDAR_END_DAY ? day : NO_DAY;
}

/* The latest block that is surely not after the n-th open day: for looking back. */
static inline const struct day_block *block_before(const struct calendar *c,
                                                   const struct day_block *b)
{
    return b == &nothing_before || b == c->blocks ? b : b - 1;
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

struct openings {
    const struct opening *first, *end;
};

/* The spells of an open day. */
static inline struct openings hours_of(const struct calendar *c, int64_t day)
{
    const struct week *week = calendar_week(c, day);
    size_t weekday = calendar_weekday(day);
    const struct opening *first = week->openings[weekday];
    return (struct openings){first, first + week->opening_count[weekday]};
}

static inline struct openings openings_of(const struct calendar *c, int64_t day,
                                          const struct day_entry *e)
{
    return entry_is_open(e) ? hours_of(c, day) : (struct openings){NULL, NULL};
}

struct spell_us { /* a spell in instants; empty where a jump of the clock swallows it */
    int64_t starts, ends;
};

static inline struct spell_us spell_of(const struct calendar *c, const struct local_day *d,
                                       const struct opening *o)
{
    return (struct spell_us){zone_write_in(c->zone, d, o->from_us),
                             zone_write_in(c->zone, d, o->until_us)};
}

/* First opening of an open day. */
static int64_t day_opening_us(const struct calendar *c, int64_t day)
{
    struct local_day clock = zone_day(c->zone, day);
    const struct opening *o = hours_of(c, day).first;
    struct spell_us spell = spell_of(c, &clock, o);
    while (spell.starts == spell.ends) {
        spell = spell_of(c, &clock, ++o);
    }
    return spell.starts;
}

/* Last closing of an open day. */
static int64_t day_closing_us(const struct calendar *c, int64_t day)
{
    struct local_day clock = zone_day(c->zone, day);
    const struct opening *o = hours_of(c, day).end - 1;
    struct spell_us spell = spell_of(c, &clock, o);
    while (spell.starts == spell.ends) {
        spell = spell_of(c, &clock, --o);
    }
    return spell.ends;
}

static inline int64_t from_year_one(int64_t us)
{
    return us < YEAR_ONE_US ? YEAR_ONE_US : us;
}

struct opened {
    int64_t us;             /* the next instant at which it is open, or MOMENT_NEVER */
    struct place place;     /* what the wall clock shows then */
    struct day_entry entry; /* of that day */
};

static inline struct opened opened_on(const struct calendar *c, int64_t us)
{
    struct place p = place_of(zone_read(c->zone, us));
    return (struct opened){us, p, entry_of(c, p.day)};
}

/* us >= year 1 */
static inline struct opened next_opened(const struct calendar *c, int64_t us)
{
    struct reading r = zone_reading(c->zone, us);
    struct place p = place_of(r.reach);
    struct day_entry e = entry_of(c, p.day);
    struct openings day = openings_of(c, p.day, &e);
    for (const struct opening *o = day.first; o < day.end; o++) {
        if (o->until_us <= p.time_us) {
            continue;
        }
        if (o->from_us <= p.time_us) {
            return r.local == r.reach ? (struct opened){us, p, e} : opened_on(c, us);
        }
        struct local_day clock = zone_day(c->zone, p.day);
        struct spell_us spell = spell_of(c, &clock, o);
        if (clock.steady) {
            return (struct opened){spell.starts, {p.day, o->from_us}, e};
        }
        if (spell.starts < spell.ends) {
            return opened_on(c, spell.starts);
        }
    }
    int64_t next = nth_open_day(c, open_days_through(c, &e), e.block);
    return next == NO_DAY ? (struct opened){.us = MOMENT_NEVER}
                          : opened_on(c, day_opening_us(c, next));
}

/* -- what others may call -- */

bool calendar_is_open(const struct calendar *c, int64_t us)
{
    if (us < YEAR_ONE_US || us >= CALENDAR_END_US) {
        return false;
    }
    struct place p = place_of(zone_reach(c->zone, us));
    struct day_entry e = entry_of(c, p.day);
    struct openings day = openings_of(c, p.day, &e);
    for (const struct opening *o = day.first; o < day.end && o->from_us <= p.time_us; o++) {
        if (p.time_us < o->until_us) {
            return true;
        }
    }
    return false;
}

int64_t calendar_next_opening(const struct calendar *c, int64_t us)
{
    return us >= CALENDAR_END_US ? MOMENT_NEVER : next_opened(c, from_year_one(us)).us;
}

int64_t calendar_last_closing(const struct calendar *c, int64_t us)
{
    us = us > CALENDAR_END_US ? CALENDAR_END_US : from_year_one(us);
    struct place p = place_of(zone_reach(c->zone, us));
    struct day_entry e = entry_of(c, p.day);
    struct openings day = openings_of(c, p.day, &e);
    struct local_day clock = zone_day(c->zone, p.day);
    for (const struct opening *o = day.end; o > day.first;) {
        o--;
        struct spell_us spell = spell_of(c, &clock, o);
        if (o->until_us <= p.time_us && spell.starts < spell.ends) {
            return spell.ends;
        }
    }
    int64_t before = open_days_before(c, &e);
    return before == 0 ? MOMENT_BEFORE_ALL
                       : day_closing_us(c, nth_open_day(c, before - 1, block_before(c, e.block)));
}

/* Open time since 1900 until an instant, and the entry of its day. */
static inline int64_t open_time_until(const struct calendar *c, int64_t us,
                                      struct day_entry *ret_entry)
{
    us = us > CALENDAR_END_US ? CALENDAR_END_US : from_year_one(us);
    struct place p = place_of(zone_reach(c->zone, us));
    struct day_entry e = entry_of(c, p.day);
    int64_t open_us = open_time_before(c, &e);
    struct openings day = openings_of(c, p.day, &e);
    if (day.first < day.end) {
        struct local_day clock = zone_day(c->zone, p.day);
        for (const struct opening *o = day.first; o < day.end && o->from_us < p.time_us; o++) {
            struct spell_us spell = spell_of(c, &clock, o);
            open_us += (o->until_us <= p.time_us ? spell.ends : us) - spell.starts;
        }
    }
    *ret_entry = e;
    return open_us;
}

int64_t calendar_open_time(const struct calendar *c, int64_t from_us, int64_t until_us)
{
    struct day_entry unused;
    return open_time_until(c, until_us, &unused) - open_time_until(c, from_us, &unused);
}

/* The day in the block within which `time_us` of its open time has run. */
static size_t bit_at_time(const struct calendar *c, const struct day_block *b, int64_t time_us)
{
    const struct week *week = calendar_week(c, block_first_day(c, b));
    if (week->kind_count == 1 && b->irregular == b[1].irregular) {
        return nth_bit(b->open, (uint64_t)((time_us - 1) / week->kinds[0].length_us));
    }
    size_t bit = 0;
    for (size_t step = BLOCK_DAYS / 2; step > 0; step /= 2) {
        if (block_time_us(c, b, bits_below(bit + step)) < time_us) {
            bit += step;
        }
    }
    return bit;
}

/* The instant of so much open time into an open day. */
static int64_t lay_in_day(const struct calendar *c, int64_t day, int64_t open_us)
{
    struct local_day clock = zone_day(c->zone, day);
    for (const struct opening *o = hours_of(c, day).first;; o++) {
        struct spell_us spell = spell_of(c, &clock, o);
        if (open_us <= spell.ends - spell.starts) {
            return spell.starts + open_us;
        }
        open_us -= spell.ends - spell.starts;
    }
}

/* The common case: it runs out on the day on which it begins, and the clock does not change. */
static inline bool lay_today(const struct calendar *c, int64_t from_us, int64_t open_us,
                             int64_t *ret_us)
{
    struct place p = place_of(zone_reach(c->zone, from_us));
    struct day_entry e = entry_of(c, p.day);
    struct openings day = openings_of(c, p.day, &e);
    if (day.first == day.end) {
        return false;
    }
    struct local_day clock = zone_day(c->zone, p.day);
    for (const struct opening *o = day.first; o < day.end && clock.steady; o++) {
        int64_t starts = o->from_us > p.time_us ? o->from_us : p.time_us;
        if (o->until_us > starts) {
            if (open_us <= o->until_us - starts) {
                *ret_us = clock.midnight + starts + open_us - clock.offset_us;
                return true;
            }
            open_us -= o->until_us - starts;
        }
    }
    return false;
}

int64_t calendar_lay(const struct calendar *c, int64_t from_us, int64_t open_us)
{
    int64_t rest_us, cycles = 0;
    if (open_us <= 0 || from_us >= CALENDAR_END_US) {
        return calendar_next_opening(c, from_us);
    }
    if (lay_today(c, from_year_one(from_us), open_us, &rest_us)) {
        return rest_us;
    }
    struct day_entry e;
    if (__builtin_add_overflow(open_time_until(c, from_us, &e), open_us, &rest_us)) {
        return MOMENT_NEVER;
    }
    if (rest_us > c->end_time_us) {
        if (c->cycle_time_us == 0) {
            return MOMENT_NEVER;
        }
        cycles = (rest_us - c->end_time_us - 1) / c->cycle_time_us + 1;
        rest_us -= cycles * c->cycle_time_us;
    }
    const struct day_block *b = block_by(c, SUM_TIME, rest_us, e.block);
    rest_us -= b->time_before_us;
    size_t bit = bit_at_time(c, b, rest_us);
    rest_us -= block_time_us(c, b, bits_below(bit));
    int64_t day = block_first_day(c, b) + (int64_t)bit + cycles * CYCLE_DAYS;
    return day < CALENDAR_END_DAY ? lay_in_day(c, day, rest_us) : MOMENT_NEVER;
}

/* The instant of a time of day on an open day: within a spell itself, else the last closing before
 * it, else the next opening. */
static int64_t hold_in_day(const struct calendar *c, int64_t day, int64_t time_us)
{
    struct openings openings = hours_of(c, day);
    struct local_day clock = zone_day(c->zone, day);
    for (const struct opening *o = openings.end; o > openings.first;) {
        o--;
        if (o->from_us > time_us) {
            continue;
        }
        struct spell_us spell = spell_of(c, &clock, o);
        if (spell.starts < spell.ends) {
            return time_us < o->until_us ? zone_write_in(c->zone, &clock, time_us) : spell.ends;
        }
    }
    return day_opening_us(c, day);
}

int64_t calendar_add_days(const struct calendar *c, int64_t start_us, int64_t days)
{
    if (start_us >= CALENDAR_END_US || days > CALENDAR_END_DAY) {
        return MOMENT_NEVER;
    }
    struct opened opened = next_opened(c, from_year_one(start_us));
    if (days <= 0 || opened.us == MOMENT_NEVER) {
        return opened.us;
    }
    int64_t before = open_days_through(c, &opened.entry);
    int64_t day = nth_open_day(c, before + days - 1, opened.entry.block);
    return day == NO_DAY ? MOMENT_NEVER : hold_in_day(c, day, opened.place.time_us);
}

int64_t calendar_add_full_days(const struct calendar *c, int64_t start_us, int64_t days)
{
    if (start_us >= CALENDAR_END_US || days > CALENDAR_END_DAY) {
        return MOMENT_NEVER;
    }
    if (days <= 0) {
        return start_us;
    }
    struct day_entry e = entry_of(c, day_of_local(zone_reach(c->zone, from_year_one(start_us))));
    int64_t day = nth_open_day(c, open_days_through(c, &e) + days - 1, e.block);
    return day == NO_DAY ? MOMENT_NEVER : day_closing_us(c, day);
}

int64_t calendar_end_of(const struct calendar *c, int64_t us)
{
    if (us >= CALENDAR_END_US) {
        return MOMENT_NEVER;
    }
    int64_t day = day_of_local(zone_reach(c->zone, from_year_one(us)));
    struct day_entry e = entry_of(c, day);
    int64_t count = open_days_through(c, &e);
    if (count == 0) {
        return MOMENT_BEFORE_ALL;
    }
    return day_closing_us(
        c, entry_is_open(&e) ? day : nth_open_day(c, count - 1, block_before(c, e.block)));
}
