/* Inside the engine only: duration_after() for the many starts that lie near each other.
 *
 * Around any start, duration_after() is a line: within some range of starts the end either moves
 * with the start or stays where it is. A *line* says so for one range; a *memo* keeps lines by
 * duration and by the time at which they begin, so that the next start in a range costs an addition
 * instead of a walk through zone and calendar. Nothing is guessed: a start outside every kept range
 * is worked out. */
#ifndef TROTH_ENGINE_DURATION_LINE_H
#define TROTH_ENGINE_DURATION_LINE_H

#include "engine/calendar.h"

struct line {
    int64_t from_us, until_us; /* starts, half-open */
    int64_t base_us;           /* what is added, or where it ends */
    int64_t mask;              /* -1: the end moves with the start; 0: it stays */
};

static inline bool line_holds(const struct line *l, int64_t start_us)
{
    return start_us >= l->from_us && start_us < l->until_us;
}

static inline int64_t line_after(const struct line *l, int64_t start_us)
{
    return (start_us & l->mask) + l->base_us;
}

/* A line that holds start_us: as long as it was easy to find, perhaps that instant alone. */
struct line duration_line(const struct clock *clock, struct duration d, int64_t start_us);

enum {
    MEMO_OPEN_BITS = 34,  /* 2^34 µs, under 5 hours, share a set where opening hours count */
    MEMO_DAY_BITS = 36,   /* 19 hours where the day of the start does */
    MEMO_CIVIL_BITS = 42, /* 51 days where only changes of the clock do */
    MEMO_SETS = 2048,     /* a year of opening hours and more */
    MEMO_WAYS = 4,
    MEMO_LINES = 2048, /* two years: three a working day */
    MEMO_NEIGHBOURS = 16,
    MEMO_TABLES_MAX = 64
};

struct memo_table {
    struct clock clock;
    enum unit unit;
    int calendar;
    int64_t count;
    unsigned set_bits;
    uint16_t next; /* line to be taken over by a new one */
    /* Numbers of lines, the newest first. A line is taken over without a look at who points to it:
     * it says itself which starts it holds. Number 0 holds none. Kept apart from the lines, which
     * many sets share, all that a year needs fits in the processor's second cache. */
    uint16_t sets[MEMO_SETS][MEMO_WAYS];
    struct line lines[MEMO_LINES];
};

/* For one thread. Holds up to MEMO_TABLES_MAX durations, 80 KiB each; any more are worked out. */
struct memo {
    struct memo_table *tables[MEMO_TABLES_MAX];
    size_t count;
    uint8_t near[256]; /* by hint: the table it led to the last time */
};

void memo_release(struct memo *m);
/* The way of memo_after() when nothing kept holds the start. */
int64_t memo_work_out(struct memo *m, uint32_t hint, const struct clock *clock, struct duration d,
                      int64_t start_us);

static inline bool memo_table_is(const struct memo_table *t, const struct clock *clock,
                                 const struct duration *d)
{
    return t->count == d->count && t->unit == d->unit && t->calendar == d->calendar &&
           t->clock.zone == clock->zone && t->clock.calendars == clock->calendars;
}

static inline uint16_t *memo_set(struct memo_table *t, int64_t start_us)
{
    return t->sets[(uint64_t)start_us >> t->set_bits & (MEMO_SETS - 1)];
}

/* NULL: none is kept. */
static inline const struct line *memo_line(struct memo_table *t, int64_t start_us)
{
    const uint16_t *set = memo_set(t, start_us);
    for (size_t i = 0; i < MEMO_WAYS; i++) {
        if (line_holds(&t->lines[set[i]], start_us)) {
            return &t->lines[set[i]];
        }
    }
    return NULL;
}

/* duration_after(); m may be NULL. hint: any number, better the same for the same duration. Zone
 * and calendars must outlive the memo. */
static inline int64_t memo_after(struct memo *m, uint32_t hint, const struct clock *clock,
                                 const struct duration *d, int64_t start_us)
{
    struct memo_table *t = m ? m->tables[m->near[hint & 255]] : NULL;
    const struct line *line = t && memo_table_is(t, clock, d) ? memo_line(t, start_us) : NULL;
    if (line) {
        return line_after(line, start_us);
    }
    return memo_work_out(m, hint, clock, *d, start_us);
}

#endif
