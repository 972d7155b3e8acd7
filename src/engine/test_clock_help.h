/* Shared by the tests of zones, calendars and durations: random numbers from a fixed seed, moments
 * as text, and random calendars. */
#ifndef TROTH_ENGINE_TEST_CLOCK_HELP_H
#define TROTH_ENGINE_TEST_CLOCK_HELP_H

#include "engine/calendar.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
// cmocka wants those first
#include <cmocka.h>

static const char *const test_zones[] = {"America/New_York",  "Europe/London",   "Australia/Sydney",
                                         "America/Sao_Paulo", "Asia/Kolkata",    "Pacific/Apia",
                                         "Africa/Cairo",      "Antarctica/Troll"};
enum { TEST_ZONES = sizeof test_zones / sizeof *test_zones };

static uint64_t test_random_state = 20150308;

/* least <= result < most */
static inline int64_t between(int64_t least, int64_t most)
{
    test_random_state ^= test_random_state << 13;
    test_random_state ^= test_random_state >> 7;
    test_random_state ^= test_random_state << 17;
    return least + (int64_t)(test_random_state % (uint64_t)(most - least));
}

static inline bool one_in(int64_t n)
{
    return between(0, n) == 0;
}

static inline int64_t utc(const char *text)
{
    int64_t us = 0;
    if (!moment_parse(text_of(text), &us)) {
        fail_msg("no moment: %s", text);
    }
    return us;
}

static inline struct zone *test_zone(struct arena *a, const char *name)
{
    struct zone *z = NULL;
    struct err_info info = {0};
    if (zone_load(a, text_of(name), &z, &info) != ERR_NONE) {
        fail_msg("%s: %s", name, info.text);
    }
    return z;
}

/* An instant near a change of that zone's clock, a leap day, a turn of the year or any day. */
static inline int64_t interesting_day(const struct zone *z)
{
    static const int32_t years[] = {1975, 1986, 2000, 2004, 2011, 2015, 2024, 2037,
                                    2038, 2100, 2199, 2200, 2437, 2438, 2441, 9998};
    int32_t year = years[between(0, sizeof years / sizeof *years)];
    int64_t day = date_to_days((struct date){year, 1, 1});
    int64_t kind = between(0, 5);
    if (kind == 0) {
        return day + between(-20, 20);
    }
    if (kind == 1) {
        return day + 58 + between(-15, 15);
    }
    if (kind == 2) {
        return day + between(0, 365);
    }
    int32_t before = zone_offset(z, day * DAY_US, NULL);
    for (int64_t d = day + between(0, 150); d < day + 365; d++) {
        int32_t offset = zone_offset(z, d * DAY_US, NULL);
        if (offset != before) {
            return d + between(-3, 3);
        }
    }
    return date_to_days((struct date){2011, 12, 30}); /* Apia had no such day */
}

/* Hours that are often around those at which clocks change. */
static inline struct spell random_spell(void)
{
    struct spell s = {.days = (unsigned)between(1, 128)};
    s.from_s = (int32_t)(one_in(2) ? between(0, 16) * 900 : between(0, 95) * 900);
    int32_t room = 96 - s.from_s / 900;
    s.until_s =
        s.from_s + 900 * (int32_t)between(1, one_in(3) ? room + 1 : (room > 12 ? 12 : room) + 1);
    return s;
}

static inline struct closure random_closure(int64_t near_day)
{
    struct closure c = {0};
    int64_t day = near_day + between(-25, 25);
    c.date = date_of_days(day);
    c.last = c.date;
    if (one_in(4)) {
        c.yearly = true;
        if (one_in(3)) {
            c.date = (struct date){0, 2, 29};
        }
        c.date.year = 0;
        c.last = c.date;
    } else if (one_in(3)) {
        c.last = date_of_days(day + between(0, 9));
    }
    return c;
}

static inline struct calendar_def random_calendar(struct arena *a, const char *zone,
                                                  int64_t near_day)
{
    struct calendar_def def = {.name = TEXT("random"), .zone = text_of(zone)};
    def.spell_count = (size_t)between(1, 7);
    struct spell *spells = ARENA_ARRAY(a, struct spell, def.spell_count);
    struct date changes[2] = {date_of_days(near_day + between(-20, 20)),
                              date_of_days(near_day + between(-20, 400))};
    for (size_t i = 0; i < def.spell_count; i++) {
        spells[i] = random_spell();
        if (i > 0 && one_in(3)) {
            spells[i].has_from_date = true;
            spells[i].from_date = changes[between(0, 2)];
        }
    }
    def.spells = spells;
    def.closure_count = (size_t)between(0, 8);
    struct closure *closures = ARENA_ARRAY(a, struct closure, def.closure_count);
    for (size_t i = 0; i < def.closure_count; i++) {
        closures[i] = random_closure(near_day);
    }
    def.closures = closures;
    def.always = one_in(12);
    return def;
}

/* The hours of one local day, from the definition itself: any minute of it. */
static inline bool defined_open(const struct calendar_def *def, int64_t day, int32_t minute)
{
    struct date date = date_of_days(day);
    for (size_t i = 0; i < def->closure_count; i++) {
        const struct closure *c = &def->closures[i];
        bool closed = c->yearly ? c->date.month == date.month && c->date.day == date.day
                                : date_to_days(c->date) <= day && day <= date_to_days(c->last);
        if (closed) {
            return false;
        }
    }
    if (def->always) {
        return true;
    }
    int64_t in_force = INT64_MIN; /* the last dated change of hours up to that day */
    for (size_t i = 0; i < def->spell_count; i++) {
        const struct spell *s = &def->spells[i];
        if (s->has_from_date && date_to_days(s->from_date) <= day &&
            date_to_days(s->from_date) > in_force) {
            in_force = date_to_days(s->from_date);
        }
    }
    for (size_t i = 0; i < def->spell_count; i++) {
        const struct spell *s = &def->spells[i];
        int64_t from = s->has_from_date ? date_to_days(s->from_date) : INT64_MIN;
        if (from == in_force && (s->days >> date_weekday(day) & 1) && s->from_s <= minute * 60 &&
            minute * 60 < s->until_s) {
            return true;
        }
    }
    return false;
}

/* Spells of a local day in minutes, maximal runs of open minutes; returns how many. */
static inline size_t defined_spells(const struct calendar_def *def, int64_t day, int32_t from[48],
                                    int32_t until[48])
{
    size_t count = 0;
    bool was_open = false;
    for (int32_t minute = 0; minute <= 1440; minute += 15) {
        bool open = minute < 1440 && defined_open(def, day, minute);
        if (open && !was_open) {
            from[count] = minute;
        } else if (!open && was_open) {
            until[count++] = minute;
        }
        was_open = open;
    }
    return count;
}

#endif
