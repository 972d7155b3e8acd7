#include "engine/duration_line.h"

#include "engine/calendar_table.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_US (CALENDAR_FIRST_DAY * DAY_US)
#define END_US (CALENDAR_END_US - 400 * DAY_US)

static struct line point(int64_t start_us, int64_t end_us)
{
    return (struct line){start_us, start_us + 1, end_us, 0};
}

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static struct line moving(int64_t start_us, int64_t end_us, int64_t from_us, int64_t until_us)
{
    return (struct line){from_us, until_us, end_us - start_us, -1};
}

static struct line staying(int64_t end_us, int64_t from_us, int64_t until_us)
{
    return (struct line){from_us, until_us, end_us, 0};
}

/* -- by the wall clock -- */

/* Any start on its local day gives the same end. */
static struct line of_its_day(const struct zone *zone, int64_t start_us, int64_t end_us)
{
    struct local_day day = zone_day(zone, day_of_local(zone_reach(zone, start_us)));
    int64_t from_us = day.midnight - day.offset_us;
    return day.steady ? staying(end_us, from_us, from_us + DAY_US) : point(start_us, end_us);
}

/* Both clock times move through one stretch of the zone each, and the start through its own day if
 * months are counted. */
static struct line by_the_clock(const struct zone *zone, enum unit unit, int64_t start_us,
                                int64_t end_us)
{
    int64_t local = zone_read(zone, start_us), shown = zone_read(zone, end_us);
    if (start_us >= zone->repeats_from_us || shown >= zone->repeats_from_us) {
        return point(start_us, end_us);
    }
    const struct stretch *s = zone_stretch(zone, start_us), *e = zone_local_stretch(zone, shown);
    int64_t first = later(e->start_us, FIRST_US) + e->offset_us;
    first = e > zone->stretches ? later(first, e[-1].local_end_us) : first;
    int64_t last = earlier(earlier(e->local_end_us, END_US), zone->repeats_from_us);
    int64_t from_us = s->start_us, until_us = earlier(s->end_us, zone->repeats_from_us);
    int64_t day_us = day_of_local(local) * DAY_US;
    /* In a gap, or by the second time of a doubled hour, the clock does not show what was counted.
     */
    bool exact = (shown - day_of_local(shown) * DAY_US) == local - day_us && shown >= first &&
                 shown < last && shown - e->offset_us == end_us && end_us != e->start_us;
    if (!exact) {
        return point(start_us, end_us);
    }
    if (unit == UNIT_MONTH) {
        from_us = later(from_us, day_us - s->offset_us);
        until_us = earlier(until_us, day_us - s->offset_us + DAY_US);
    }
    return moving(start_us, end_us, later(from_us, start_us - (shown - first)),
                  earlier(until_us, start_us + (last - shown)));
}

/* -- by a calendar -- */

struct spell_at {
    int64_t from_us, until_us; /* in instants */
    struct local_day day;
    int64_t time_us; /* of the instant, on the wall clock */
};

/* The spell of opening hours that holds an open instant; false: the clock changes that day. */
static bool spell_at(const struct calendar *c, int64_t us, struct spell_at *ret)
{
    int64_t local = zone_reach(c->zone, us), day = day_of_local(local);
    struct local_day clock = zone_day(c->zone, day);
    int64_t time_us = local - clock.midnight;
    const struct week *week = calendar_week(c, day);
    size_t weekday = calendar_weekday(day);
    for (size_t i = 0; clock.steady && i < week->opening_count[weekday]; i++) {
        const struct opening *o = &week->openings[weekday][i];
        if (o->from_us <= time_us && time_us < o->until_us) {
            int64_t midnight_us = clock.midnight - clock.offset_us;
            *ret = (struct spell_at){midnight_us + o->from_us, midnight_us + o->until_us, clock,
                                     time_us};
            return true;
        }
    }
    return false;
}

/* While it is closed the clock does not run. */
static struct line while_closed(const struct calendar *c, int64_t start_us, int64_t end_us)
{
    int64_t from_us = calendar_last_closing(c, start_us);
    int64_t until_us = calendar_next_opening(c, start_us);
    return staying(end_us, from_us == MOMENT_BEFORE_ALL ? start_us : from_us,
                   until_us == MOMENT_NEVER ? start_us + 1 : until_us + 1);
}

/* Both run through an open spell. The end may lie on a closing, never on an opening. */
static struct line of_working_time(const struct calendar *c, int64_t start_us, int64_t end_us)
{
    struct spell_at s, e;
    if (!calendar_is_open(c, start_us)) {
        return while_closed(c, start_us, end_us);
    }
    if (!spell_at(c, start_us, &s) || !calendar_is_open(c, end_us - 1) ||
        !spell_at(c, end_us - 1, &e)) {
        return point(start_us, end_us);
    }
    return moving(start_us, end_us, later(s.from_us, start_us - (end_us - e.from_us) + 1),
                  earlier(s.until_us, start_us + (e.until_us - end_us) + 1));
}

/* The end shows the clock time of the start, where the day reached is open then; else a closing
 * before it or the first opening after it. */
static struct line of_working_days(const struct calendar *c, int64_t start_us, int64_t end_us)
{
    struct spell_at s, e;
    if (!calendar_is_open(c, start_us)) {
        return while_closed(c, start_us, end_us);
    }
    int64_t shown = zone_reach(c->zone, end_us);
    struct local_day day = zone_day(c->zone, day_of_local(shown));
    if (!spell_at(c, start_us, &s) || !day.steady) {
        return point(start_us, end_us);
    }
    int64_t end_time_us = shown - day.midnight;
    if (end_time_us == s.time_us) {
        return calendar_is_open(c, end_us) && spell_at(c, end_us, &e)
                   ? moving(start_us, end_us, later(s.from_us, start_us - (end_us - e.from_us)),
                            earlier(s.until_us, start_us + (e.until_us - end_us)))
                   : point(start_us, end_us);
    }
    int64_t from_us = 0, until_us = end_time_us; /* clock times that wait for that opening */
    if (end_time_us < s.time_us) {               /* or go back to that closing */
        int64_t next_us = calendar_next_opening(c, end_us) - end_us;
        from_us = end_time_us;
        until_us = earlier(DAY_US, end_time_us + next_us);
    }
    return staying(end_us, later(s.from_us, start_us - (s.time_us - from_us)),
                   earlier(s.until_us, start_us + (until_us - s.time_us)));
}

static struct line line_of(const struct clock *clock, struct duration d, int64_t start_us,
                           int64_t end_us)
{
    switch (d.unit) {
    case UNIT_ELAPSED:
        return moving(start_us, end_us, start_us, start_us + 1);
    case UNIT_DAY:
    case UNIT_MONTH:
        return by_the_clock(clock->zone, d.unit, start_us, end_us);
    case UNIT_CALENDAR_DAY:
        return of_its_day(clock->zone, start_us, end_us);
    case UNIT_WORKING_TIME:
        return of_working_time(clock->calendars[d.calendar], start_us, end_us);
    case UNIT_WORKING_DAY:
        return of_working_days(clock->calendars[d.calendar], start_us, end_us);
    case UNIT_FULL_WORKING_DAY:
        return of_its_day(clock->calendars[d.calendar]->zone, start_us, end_us);
    }
    return point(start_us, end_us);
}

/* Away from the ends of time, where every rule has its own exception. */
static bool is_plain(struct duration d, int64_t start_us, int64_t end_us)
{
    return d.count > 0 && start_us >= FIRST_US && end_us >= start_us && end_us < END_US;
}

struct line duration_line(const struct clock *clock, struct duration d, int64_t start_us)
{
    int64_t end_us = duration_after(clock, d, start_us);
    if (!is_plain(d, start_us, end_us)) {
        return point(start_us, end_us);
    }
    struct line l = line_of(clock, d, start_us, end_us);
    l.from_us = later(l.from_us, FIRST_US);
    l.until_us = earlier(l.until_us, l.mask ? END_US - l.base_us : END_US);
    return l;
}

/* -- memo -- */

void memo_release(struct memo *m)
{
    for (size_t i = 0; i < m->count; i++) {
        free(m->tables[i]);
    }
    *m = (struct memo){0};
}

static unsigned set_bits(enum unit unit)
{
    switch (unit) {
    case UNIT_ELAPSED:
    case UNIT_DAY:
        return MEMO_CIVIL_BITS;
    case UNIT_MONTH:
    case UNIT_CALENDAR_DAY:
    case UNIT_FULL_WORKING_DAY:
        return MEMO_DAY_BITS;
    case UNIT_WORKING_TIME:
    case UNIT_WORKING_DAY:
        return MEMO_OPEN_BITS;
    }
    return MEMO_OPEN_BITS;
}

/* NULL: there are enough already. */
static struct memo_table *table_for(struct memo *m, uint32_t hint, const struct clock *clock,
                                    struct duration d)
{
    for (uint32_t i = 0; i < m->count; i++) {
        if (memo_table_is(m->tables[i], clock, &d)) {
            m->near[hint & 255] = (uint8_t)i;
            return m->tables[i];
        }
    }
    if (m->count == MEMO_TABLES_MAX) {
        return NULL;
    }
    struct memo_table *t = calloc(1, sizeof(*t));
    if (!t) {
        abort();
    }
    t->clock = *clock;
    t->unit = d.unit;
    t->calendar = d.calendar;
    t->count = d.count;
    t->set_bits = set_bits(d.unit);
    m->near[hint & 255] = (uint8_t)m->count;
    return m->tables[m->count++] = t;
}

static uint16_t put_line(struct memo_table *t, struct line line)
{
    t->next = (uint16_t)(t->next + 1 < MEMO_LINES ? t->next + 1 : 1);
    t->lines[t->next] = line;
    return t->next;
}

/* A long line holds starts of other sets as well: where there is room, they get it at once. */
static void tell_neighbours(struct memo_table *t, uint16_t number, int64_t start_us)
{
    const int64_t step_us = INT64_C(1) << t->set_bits;
    const struct line *line = &t->lines[number];
    int64_t from_us = later(line->from_us, start_us - MEMO_NEIGHBOURS * step_us);
    int64_t until_us = earlier(line->until_us, start_us + MEMO_NEIGHBOURS * step_us);
    for (int64_t us = from_us; us < until_us; us += step_us) {
        uint16_t *set = memo_set(t, us);
        for (size_t i = 0; i < MEMO_WAYS && set[i] != number; i++) {
            if (set[i] == 0) {
                set[i] = number;
                break;
            }
        }
    }
}

int64_t memo_work_out(struct memo *m, uint32_t hint, const struct clock *clock, struct duration d,
                      int64_t start_us)
{
    struct memo_table *t = m && d.unit != UNIT_ELAPSED ? table_for(m, hint, clock, d) : NULL;
    if (!t) {
        return duration_after(clock, d, start_us);
    }
    const struct line *known = memo_line(t, start_us);
    if (known) {
        return line_after(known, start_us);
    }
    struct line line = duration_line(clock, d, start_us);
    uint16_t number = put_line(t, line);
    uint16_t *set = memo_set(t, start_us);
    memmove(set + 1, set, (MEMO_WAYS - 1) * sizeof(*set));
    set[0] = number;
    tell_neighbours(t, number, start_us);
    return line_after(&line, start_us);
}
