/* Memoised ends of durations against those worked out, over changes of the clock, dated changes of
 * hours and closures, in zones of every kind. */
#include "engine/duration_line.h"
#include "engine/test_clock_help.h"

struct bench {
    struct arena arena;
    struct calendar *calendar;
    struct clock clock;
    int64_t day; /* something happens near it */
};

static void bench_release(struct bench *b)
{
    arena_release(&b->arena);
}

static void bench_set(struct bench *b)
{
    *b = (struct bench){0};
    const char *name = test_zones[between(0, TEST_ZONES)];
    struct zone *zone = test_zone(&b->arena, name);
    b->day = interesting_day(zone);
    struct err_info info = {0};
    do {
        struct calendar_def def = random_calendar(&b->arena, name, b->day);
        if (calendar_compile(&b->arena, &def, zone, NULL, &b->calendar, &info) != ERR_NONE) {
            b->calendar = NULL; /* never open */
        }
    } while (!b->calendar);
    b->clock = (struct clock){
        one_in(3) ? test_zone(&b->arena, test_zones[between(0, TEST_ZONES)]) : zone, &b->calendar};
}

static struct duration random_duration(void)
{
    static const enum unit units[] = {UNIT_ELAPSED,          UNIT_DAY,          UNIT_MONTH,
                                      UNIT_CALENDAR_DAY,     UNIT_WORKING_TIME, UNIT_WORKING_DAY,
                                      UNIT_FULL_WORKING_DAY, UNIT_WORKING_TIME, UNIT_WORKING_DAY};
    struct duration d = {.unit = units[between(0, sizeof units / sizeof *units)]};
    d.count = d.unit == UNIT_WORKING_TIME || d.unit == UNIT_ELAPSED
                  ? between(0, 200) * (one_in(2) ? 15 * MINUTE_US : 1)
                  : between(0, 8);
    return d;
}

/* Quarters of an hour, a microsecond beside one, or anything. */
static int64_t random_start(const struct bench *b)
{
    int64_t start_us = (b->day + between(-10, 10)) * DAY_US + between(0, 96) * 15 * MINUTE_US;
    return start_us + (one_in(4) ? between(0, DAY_US) : between(-1, 2));
}

static void assert_same(const struct bench *b, struct duration d, int64_t start_us, int64_t end_us)
{
    int64_t expected = duration_after(&b->clock, d, start_us);
    if (end_us != expected) {
        char start[MOMENT_TEXT_SIZE], is[MOMENT_TEXT_SIZE], want[MOMENT_TEXT_SIZE];
        moment_format(start_us, start);
        moment_format(end_us, is);
        moment_format(expected, want);
        fail_msg("unit %d, count %lld, from %s: %s, not %s", (int)d.unit, (long long)d.count, start,
                 is, want);
    }
}

/* At both ends of its range, just inside, and anywhere in it. */
static void a_line_gives_what_the_duration_gives(void **state)
{
    (void)state;
    for (int i = 0; i < 400; i++) {
        struct bench b CLEANUP(bench_release);
        bench_set(&b);
        for (int k = 0; k < 60; k++) {
            struct duration d = random_duration();
            int64_t start_us = random_start(&b);
            struct line line = duration_line(&b.clock, d, start_us);
            assert_true(line_holds(&line, start_us));
            assert_same(&b, d, start_us, line_after(&line, start_us));
            assert_same(&b, d, line.from_us, line_after(&line, line.from_us));
            assert_same(&b, d, line.until_us - 1, line_after(&line, line.until_us - 1));
            for (int n = 0; n < 8; n++) {
                int64_t us = between(line.from_us, line.until_us);
                assert_same(&b, d, us, line_after(&line, us));
            }
        }
    }
}

static void a_memo_gives_what_the_durations_give(void **state)
{
    (void)state;
    for (int i = 0; i < 60; i++) {
        struct bench b CLEANUP(bench_release);
        struct memo memo CLEANUP(memo_release) = {0};
        struct duration durations[5];
        bench_set(&b);
        for (size_t k = 0; k < 5; k++) {
            durations[k] = random_duration();
        }
        for (int n = 0; n < 2000; n++) {
            uint32_t k = (uint32_t)between(0, 5);
            int64_t start_us = random_start(&b);
            assert_same(&b, durations[k], start_us,
                        memo_after(&memo, one_in(10) ? 0 : k, &b.clock, &durations[k], start_us));
        }
    }
}

static void more_durations_than_it_has_room_for_are_worked_out(void **state)
{
    (void)state;
    struct bench b CLEANUP(bench_release);
    struct memo memo CLEANUP(memo_release) = {0};
    bench_set(&b);
    for (uint32_t n = 0; n < 2 * MEMO_TABLES_MAX; n++) {
        struct duration d = {.unit = UNIT_WORKING_DAY, .count = n};
        int64_t start_us = random_start(&b);
        assert_same(&b, d, start_us, memo_after(&memo, n, &b.clock, &d, start_us));
    }
    assert_int_equal(memo.count, MEMO_TABLES_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_gives_what_the_duration_gives),
        cmocka_unit_test(a_memo_gives_what_the_durations_give),
        cmocka_unit_test(more_durations_than_it_has_room_for_are_worked_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
