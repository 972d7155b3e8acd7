/* Durations and windows: civil time from the rules in words, the rest against their definitions. */
#include "engine/test_clock_help.h"

static struct calendar *office_in(struct arena *a, const char *zone)
{
    static const struct spell hours = {.days = 0x1f, .from_s = 30600, .until_s = 61200};
    struct calendar_def def = {
        .name = TEXT("office"), .zone = TEXT(""), .spells = &hours, .spell_count = 1};
    struct calendar *c = NULL;
    assert_int_equal(calendar_compile(a, &def, test_zone(a, zone), NULL, &c, NULL), ERR_NONE);
    return c;
}

struct bench { /* a clock with one calendar */
    struct arena arena;
    struct calendar *calendar;
    struct clock clock;
};

static void bench_release(struct bench *b)
{
    arena_release(&b->arena);
}

static void bench_set(struct bench *b, const char *zone)
{
    *b = (struct bench){0};
    b->calendar = office_in(&b->arena, zone);
    b->clock = (struct clock){test_zone(&b->arena, zone), &b->calendar};
}

static struct duration of(enum unit unit, int64_t count)
{
    return (struct duration){.unit = unit, .count = count};
}

static void assert_after(const struct bench *b, struct duration d, const char *start,
                         const char *expected)
{
    char text[MOMENT_TEXT_SIZE];
    moment_format(duration_after(&b->clock, d, utc(start)), text);
    assert_string_equal(text, expected);
}

static void assert_end_after(const struct bench *b, struct duration d, const char *start,
                             const char *expected)
{
    char text[MOMENT_TEXT_SIZE];
    moment_format(duration_end_after(&b->clock, d, utc(start)), text);
    assert_string_equal(text, expected);
}

static void civil_days_keep_the_clock_time_over_changes(void **state)
{
    (void)state;
    struct bench b CLEANUP(bench_release);
    bench_set(&b, "America/New_York");
    assert_after(&b, of(UNIT_DAY, 2), "2015-03-07T10:00:00-05:00", "2015-03-09T14:00:00Z");
    assert_after(&b, of(UNIT_DAY, 1), "2015-03-07T02:30:00-05:00", "2015-03-08T07:00:00Z");
    assert_after(&b, of(UNIT_DAY, 1), "2015-10-31T01:30:00-04:00", "2015-11-01T05:30:00Z");
    assert_after(&b, of(UNIT_DAY, 1), "2015-11-01T01:30:00-05:00", "2015-11-02T06:30:00Z");
    assert_after(&b, of(UNIT_ELAPSED, 48 * HOUR_US), "2015-03-07T10:00:00-05:00",
                 "2015-03-09T15:00:00Z");
}

static void month_ends_clamp(void **state)
{
    (void)state;
    struct bench b CLEANUP(bench_release);
    bench_set(&b, "Etc/UTC");
    assert_after(&b, of(UNIT_MONTH, 1), "2015-01-31T10:00:00Z", "2015-02-28T10:00:00Z");
    assert_after(&b, of(UNIT_MONTH, 1), "2016-01-31T10:00:00Z", "2016-02-29T10:00:00Z");
    assert_after(&b, of(UNIT_MONTH, 3), "2015-01-31T10:00:00Z", "2015-04-30T10:00:00Z");
    assert_after(&b, of(UNIT_MONTH, 12), "2016-02-29T10:00:00Z", "2017-02-28T10:00:00Z");
    assert_after(&b, of(UNIT_MONTH, 1200), "2000-02-29T10:00:00Z", "2100-02-28T10:00:00Z");
    assert_after(&b, of(UNIT_MONTH, 11), "2015-12-31T23:59:59Z", "2016-11-30T23:59:59Z");
}

static void calendar_days_count_today_and_end_at_midnight(void **state)
{
    (void)state;
    struct bench b CLEANUP(bench_release);
    bench_set(&b, "America/New_York");
    assert_after(&b, of(UNIT_CALENDAR_DAY, 1), "2015-03-08T00:00:00-05:00", "2015-03-09T04:00:00Z");
    assert_after(&b, of(UNIT_CALENDAR_DAY, 3), "2015-03-06T23:59:59-05:00", "2015-03-09T04:00:00Z");
    assert_end_after(&b, of(UNIT_CALENDAR_DAY, 1), "2015-06-01T12:00:00-04:00",
                     "2015-06-02T04:00:00Z");
}

static void end_of_gives_the_end_of_the_day_reached(void **state)
{
    (void)state;
    struct bench b CLEANUP(bench_release);
    bench_set(&b, "America/New_York");
    assert_end_after(&b, of(UNIT_DAY, 2), "2015-06-01T12:00:00-04:00", "2015-06-04T04:00:00Z");
    assert_end_after(&b, of(UNIT_MONTH, 1), "2015-01-31T12:00:00-05:00", "2015-03-01T05:00:00Z");
    assert_end_after(&b, of(UNIT_ELAPSED, 12 * HOUR_US), "2015-06-01T13:00:00-04:00",
                     "2015-06-03T04:00:00Z");
    assert_end_after(&b, of(UNIT_WORKING_DAY, 1), "2015-06-05T10:00:00-04:00",
                     "2015-06-08T21:00:00Z");
    assert_end_after(&b, of(UNIT_WORKING_TIME, 9 * HOUR_US), "2015-06-05T10:00:00-04:00",
                     "2015-06-08T21:00:00Z");
    assert_end_after(&b, of(UNIT_WORKING_TIME, 7 * HOUR_US), "2015-06-05T10:00:00-04:00",
                     "2015-06-05T21:00:00Z");
    assert_end_after(&b, of(UNIT_FULL_WORKING_DAY, 2), "2015-06-05T10:00:00-04:00",
                     "2015-06-09T21:00:00Z");
}

static void working_time_that_ends_at_midnight_ends_on_its_own_day(void **state)
{
    (void)state;
    struct bench b CLEANUP(bench_release);
    bench_set(&b, "Etc/UTC");
    static const struct spell late = {.days = 0x7f, .from_s = 72000, .until_s = 86400};
    struct calendar_def def = {
        .name = TEXT("late"), .zone = TEXT("Etc/UTC"), .spells = &late, .spell_count = 1};
    assert_int_equal(calendar_compile(&b.arena, &def, NULL, NULL, &b.calendar, NULL), ERR_NONE);
    assert_after(&b, of(UNIT_WORKING_TIME, 4 * HOUR_US), "2015-06-01T09:00:00Z",
                 "2015-06-02T00:00:00Z");
    assert_end_after(&b, of(UNIT_WORKING_TIME, 4 * HOUR_US), "2015-06-01T09:00:00Z",
                     "2015-06-02T00:00:00Z");
}

static void nothing_is_due_beyond_year_9999(void **state)
{
    (void)state;
    struct bench b CLEANUP(bench_release);
    bench_set(&b, "America/New_York");
    static const enum unit units[] = {UNIT_ELAPSED,      UNIT_DAY,         UNIT_MONTH,
                                      UNIT_CALENDAR_DAY, UNIT_WORKING_DAY, UNIT_FULL_WORKING_DAY,
                                      UNIT_WORKING_TIME};
    int64_t last_year = utc("9999-06-01T12:00:00Z");
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        bool is_time = units[i] == UNIT_ELAPSED || units[i] == UNIT_WORKING_TIME;
        struct duration year = of(units[i], is_time ? 365 * DAY_US : 365);
        struct duration endless = of(units[i], INT64_MAX);
        assert_int_equal(duration_after(&b.clock, year, last_year), MOMENT_NEVER);
        assert_int_equal(duration_after(&b.clock, endless, last_year), MOMENT_NEVER);
        assert_int_equal(duration_after(&b.clock, endless, 0), MOMENT_NEVER);
        assert_int_equal(duration_after(&b.clock, of(units[i], 1), MOMENT_NEVER), MOMENT_NEVER);
        assert_int_equal(duration_end_after(&b.clock, year, last_year), MOMENT_NEVER);
        assert_true(duration_after(&b.clock, of(units[i], 1), last_year) < MOMENT_NEVER);
    }
}

static void before_is_the_same_clock_time_earlier_for_civil_units(void **state)
{
    (void)state;
    struct bench b CLEANUP(bench_release);
    bench_set(&b, "America/New_York");
    assert_int_equal(duration_before(&b.clock, of(UNIT_DAY, 2), utc("2015-03-09T10:00:00-04:00")),
                     utc("2015-03-07T10:00:00-05:00"));
    assert_int_equal(duration_before(&b.clock, of(UNIT_MONTH, 1), utc("2015-03-31T10:00:00-04:00")),
                     utc("2015-02-28T10:00:00-05:00"));
    assert_int_equal(duration_before(&b.clock, of(UNIT_ELAPSED, HOUR_US), 0), -HOUR_US);
}

/* The latest instant from which it has run by then: from it, it has; from none later. */
static void before_is_the_latest_start_for_the_other_units(void **state)
{
    (void)state;
    static const enum unit units[] = {UNIT_CALENDAR_DAY, UNIT_WORKING_TIME, UNIT_WORKING_DAY,
                                      UNIT_FULL_WORKING_DAY};
    for (int n = 0; n < 64; n++) {
        struct arena a CLEANUP(arena_release) = {0};
        const char *name = test_zones[n % TEST_ZONES];
        struct zone *z = test_zone(&a, name);
        int64_t day = interesting_day(z);
        struct calendar_def def = random_calendar(&a, name, day);
        struct calendar *c = NULL;
        if (calendar_compile(&a, &def, z, NULL, &c, NULL) != ERR_NONE) {
            continue;
        }
        struct clock clock = {z, &c};
        for (int i = 0; i < 24; i++) {
            enum unit unit = units[i % 4];
            struct duration d =
                of(unit, unit == UNIT_WORKING_TIME ? between(0, 90 * HOUR_US) : between(0, 9));
            int64_t moment = (day + between(-3, 20)) * DAY_US + between(0, 1440) * MINUTE_US;
            int64_t start = duration_before(&clock, d, moment);
            assert_true(duration_after(&clock, d, start) <= moment);
            assert_true(duration_after(&clock, d, start + 1) > moment);
            for (int k = 0; k < 60; k++) {
                int64_t later = start + 1 + between(0, one_in(2) ? 3 * HOUR_US : 30 * DAY_US);
                assert_true(duration_after(&clock, d, later) > moment);
            }
        }
    }
}

static void no_later_start_gives_an_earlier_due_time(void **state)
{
    (void)state;
    static const enum unit units[] = {UNIT_ELAPSED, UNIT_CALENDAR_DAY, UNIT_WORKING_TIME,
                                      UNIT_FULL_WORKING_DAY};
    for (int n = 0; n < 32; n++) {
        struct arena a CLEANUP(arena_release) = {0};
        const char *name = test_zones[n % TEST_ZONES];
        struct zone *z = test_zone(&a, name);
        int64_t day = interesting_day(z);
        struct calendar_def def = random_calendar(&a, name, day);
        struct calendar *c = NULL;
        if (calendar_compile(&a, &def, z, NULL, &c, NULL) != ERR_NONE) {
            continue;
        }
        struct clock clock = {z, &c};
        int64_t starts = day * DAY_US - 2 * DAY_US, before[4] = {0, 0, 0, 0};
        for (int i = 0; i < 4; i++) {
            before[i] = INT64_MIN;
        }
        for (int i = 0; i < 300; i++) {
            starts += between(1, 40 * MINUTE_US);
            for (int k = 0; k < 4; k++) {
                struct duration d = of(units[k], k % 2 == 0 ? 7 * HOUR_US + 1 : 2);
                int64_t due = duration_after(&clock, d, starts);
                assert_true(due >= starts && due >= before[k]);
                before[k] = due;
            }
        }
    }
}

static void measure_and_lay_run_on_the_units_clock(void **state)
{
    (void)state;
    struct bench b CLEANUP(bench_release);
    bench_set(&b, "America/New_York");
    int64_t friday = utc("2015-06-05T16:00:00-04:00"), monday = utc("2015-06-08T09:30:00-04:00");
    assert_int_equal(duration_measure(&b.clock, of(UNIT_WORKING_DAY, 1), friday, monday),
                     2 * HOUR_US);
    assert_int_equal(duration_measure(&b.clock, of(UNIT_DAY, 1), friday, monday), monday - friday);
    assert_int_equal(duration_lay(&b.clock, of(UNIT_WORKING_TIME, 1), friday, 2 * HOUR_US), monday);
    assert_int_equal(duration_lay(&b.clock, of(UNIT_MONTH, 1), friday, HOUR_US), friday + HOUR_US);
    assert_int_equal(duration_lay(&b.clock, of(UNIT_DAY, 1), friday, INT64_MAX), MOMENT_NEVER);
}

static void assert_window(const struct zone *z, struct window w, const char *at, const char *start,
                          const char *next)
{
    int64_t got_start, got_next;
    window_bounds(z, w, utc(at), &got_start, &got_next);
    assert_int_equal(got_start, utc(start));
    assert_int_equal(got_next, utc(next));
}

static void windows_begin_at_local_midnights(void **state)
{
    (void)state;
    struct arena a CLEANUP(arena_release) = {0};
    struct zone *z = test_zone(&a, "America/New_York");
    const char *at = "2015-03-08T12:00:00-04:00"; /* a Sunday; the clocks changed that night */
    assert_window(z, (struct window){.kind = WINDOW_DAY}, at, "2015-03-08T05:00:00Z",
                  "2015-03-09T04:00:00Z");
    assert_window(z, (struct window){.kind = WINDOW_WEEK}, at, "2015-03-02T05:00:00Z",
                  "2015-03-09T04:00:00Z");
    assert_window(z, (struct window){.kind = WINDOW_MONTH}, at, "2015-03-01T05:00:00Z",
                  "2015-04-01T04:00:00Z");
    assert_window(z, (struct window){.kind = WINDOW_QUARTER}, at, "2015-01-01T05:00:00Z",
                  "2015-04-01T04:00:00Z");
    assert_window(z, (struct window){.kind = WINDOW_YEAR, .month = 4, .day = 1}, at,
                  "2014-04-01T04:00:00Z", "2015-04-01T04:00:00Z");
    assert_window(z, (struct window){.kind = WINDOW_YEAR, .month = 2, .day = 29}, at,
                  "2015-02-28T05:00:00Z", "2016-02-29T05:00:00Z");
    assert_window(z, (struct window){.kind = WINDOW_QUARTER}, "2015-12-31T23:59:59-05:00",
                  "2015-10-01T04:00:00Z", "2016-01-01T05:00:00Z");
}

static void every_instant_lies_in_its_window_and_windows_join(void **state)
{
    (void)state;
    static const char *const names[] = {"America/St_Johns", "America/Sao_Paulo", "Pacific/Apia",
                                        "Asia/Gaza", "Europe/London"};
    for (int n = 0; n < 5; n++) {
        struct arena a CLEANUP(arena_release) = {0};
        struct zone *z = test_zone(&a, names[n]);
        for (int i = 0; i < 400; i++) {
            int64_t us = interesting_day(z) * DAY_US + between(-DAY_US, DAY_US);
            for (enum window_kind kind = WINDOW_DAY; kind <= WINDOW_YEAR; kind++) {
                struct window w = {.kind = kind, .month = 3, .day = 31};
                int64_t start, next, other_start, other_next;
                window_bounds(z, w, us, &start, &next);
                assert_true(start <= us && us < next);
                window_bounds(z, w, next, &other_start, &other_next);
                assert_int_equal(other_start, next);
                window_bounds(z, w, next - 1, &other_start, &other_next);
                assert_int_equal(other_start, start);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(civil_days_keep_the_clock_time_over_changes),
        cmocka_unit_test(month_ends_clamp),
        cmocka_unit_test(calendar_days_count_today_and_end_at_midnight),
        cmocka_unit_test(end_of_gives_the_end_of_the_day_reached),
        cmocka_unit_test(working_time_that_ends_at_midnight_ends_on_its_own_day),
        cmocka_unit_test(nothing_is_due_beyond_year_9999),
        cmocka_unit_test(before_is_the_same_clock_time_earlier_for_civil_units),
        cmocka_unit_test(before_is_the_latest_start_for_the_other_units),
        cmocka_unit_test(no_later_start_gives_an_earlier_due_time),
        cmocka_unit_test(measure_and_lay_run_on_the_units_clock),
        cmocka_unit_test(windows_begin_at_local_midnights),
        cmocka_unit_test(every_instant_lies_in_its_window_and_windows_join),
    };
    return cmocka_run_group_tests_name("duration", tests, NULL, NULL);
}
