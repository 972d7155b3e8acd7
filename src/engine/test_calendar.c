/* Calendars against two slow ones written from the definition: one minute by minute over ten weeks
 * around changes of the clock, leap days and turns of the year, one day by day over years. */
#include "engine/test_clock_help.h"

#include <stdlib.h>

/* -- minute by minute -- */

enum { AROUND_DAYS = 35, MINUTES = 2 * AROUND_DAYS * 1440, SPELLS_MAX = 4000 };

struct slow {
    int64_t base_us; /* the first minute */
    int64_t local[MINUTES];
    bool open[MINUTES];
    struct {
        int64_t day;
        int32_t from, until; /* minutes of the clock */
        int opens, closes;   /* minutes of the window */
    } spells[SPELLS_MAX];
    size_t spell_count;
    int change; /* a minute at which the clock changes, or the middle */
};

static int64_t at(const struct slow *s, int minute)
{
    return s->base_us + minute * MINUTE_US;
}

/* The first minute at which the clock shows that or more. */
static int first_showing(const struct slow *s, int64_t local)
{
    int minute = 0;
    while (minute < MINUTES && s->local[minute] < local) {
        minute++;
    }
    return minute;
}

static void slow_fill(struct slow *s, const struct calendar_def *def, const struct zone *z,
                      int64_t day)
{
    s->base_us = (day - AROUND_DAYS) * DAY_US;
    s->spell_count = 0;
    s->change = MINUTES / 2;
    for (int m = 0; m < MINUTES; m++) {
        s->local[m] = zone_to_local(z, at(s, m));
        s->open[m] = false;
        if (m > 5 * 1440 && m < MINUTES - 5 * 1440 && s->local[m] != s->local[m - 1] + MINUTE_US) {
            s->change = m;
        }
    }
    for (int64_t d = day - AROUND_DAYS + 2; d < day + AROUND_DAYS - 2; d++) {
        int32_t from[48], until[48];
        size_t count = defined_spells(def, d, from, until);
        for (size_t i = 0; i < count; i++) {
            int opens = first_showing(s, d * DAY_US + from[i] * MINUTE_US);
            int closes = first_showing(s, d * DAY_US + until[i] * MINUTE_US);
            if (opens < closes) {
                s->spells[s->spell_count].day = d;
                s->spells[s->spell_count].from = from[i];
                s->spells[s->spell_count].until = until[i];
                s->spells[s->spell_count].opens = opens;
                s->spells[s->spell_count++].closes = closes;
                memset(s->open + opens, true, (size_t)(closes - opens));
            }
        }
    }
}

static int slow_next_opening(const struct slow *s, int minute)
{
    while (minute < MINUTES && !s->open[minute]) {
        minute++;
    }
    return minute;
}

static int slow_lay(const struct slow *s, int minute, int open_minutes)
{
    while (minute < MINUTES && open_minutes > 0) {
        open_minutes -= s->open[minute++];
    }
    return minute;
}

/* The N-th open day after a day; the last that the window knows ends the search. */
static int64_t slow_nth_day(const struct slow *s, int64_t day, int days)
{
    for (size_t i = 0; i < s->spell_count; i++) {
        if (s->spells[i].day > day) {
            day = s->spells[i].day;
            if (--days == 0) {
                return day;
            }
        }
    }
    return INT64_MAX;
}

static int64_t slow_add_days(const struct slow *s, int minute, int days)
{
    minute = slow_next_opening(s, minute);
    if (minute == MINUTES || days == 0) {
        return minute == MINUTES ? MOMENT_NEVER : at(s, minute);
    }
    int64_t day = floor_div(s->local[minute], DAY_US);
    int64_t clock = s->local[minute] - day * DAY_US;
    int64_t target = slow_nth_day(s, day, days);
    int64_t found = MOMENT_NEVER;
    for (size_t i = 0; i < s->spell_count; i++) {
        if (s->spells[i].day != target) {
            continue;
        }
        if (s->spells[i].from * MINUTE_US > clock) {
            return found == MOMENT_NEVER ? at(s, s->spells[i].opens) : found;
        }
        found =
            at(s, clock < s->spells[i].until * MINUTE_US ? first_showing(s, target * DAY_US + clock)
                                                         : s->spells[i].closes);
    }
    return found;
}

static int64_t slow_day_closing(const struct slow *s, int64_t day)
{
    int64_t found = MOMENT_NEVER;
    for (size_t i = 0; i < s->spell_count; i++) {
        if (s->spells[i].day == day) {
            found = at(s, s->spells[i].closes);
        }
    }
    return found;
}

static int64_t slow_last_closing(const struct slow *s, int minute)
{
    int64_t found = MOMENT_BEFORE_ALL;
    for (size_t i = 0; i < s->spell_count && s->spells[i].closes <= minute; i++) {
        found = at(s, s->spells[i].closes);
    }
    return found;
}

static void assert_same(const char *what, const struct calendar_def *def, int64_t from_us,
                        int64_t got, int64_t expected)
{
    char a[MOMENT_TEXT_SIZE], b[MOMENT_TEXT_SIZE], c[MOMENT_TEXT_SIZE];
    if (got != expected) {
        fail_msg("%s from %s in %.*s: %s, expected %s", what, moment_format(from_us, a),
                 TEXT_ARG(def->zone), moment_format(got, b), moment_format(expected, c));
    }
}

static void compare_minute(const struct slow *s, const struct calendar_def *def,
                           const struct calendar *c, int m)
{
    int64_t us = at(s, m);
    assert_int_equal(calendar_is_open(c, us), s->open[m]);
    int opening = slow_next_opening(s, m);
    if (opening < MINUTES) {
        assert_same("next opening", def, us, calendar_next_opening(c, us), at(s, opening));
    }
    int64_t closing = slow_last_closing(s, m);
    if (closing != MOMENT_BEFORE_ALL) {
        assert_same("last closing", def, us, calendar_last_closing(c, us), closing);
    }
    int later = (int)between(m, MINUTES - 3 * 1440), count = 0;
    for (int i = m; i < later; i++) {
        count += s->open[i];
    }
    assert_int_equal(calendar_open_time(c, us, at(s, later)), count * MINUTE_US);
    assert_int_equal(calendar_open_time(c, at(s, later), us), -count * MINUTE_US);
    int amount = (int)between(1, 6000), reached = slow_lay(s, m, amount);
    if (reached < MINUTES - 3 * 1440) {
        assert_same("lay", def, us, calendar_lay(c, us, amount * MINUTE_US), at(s, reached));
    }
}

static void compare_days(const struct slow *s, const struct calendar_def *def,
                         const struct calendar *c, int m)
{
    int64_t us = at(s, m);
    int days = (int)between(0, 12);
    int64_t expected = slow_add_days(s, m, days);
    if (expected != MOMENT_NEVER) {
        assert_same("add days", def, us, calendar_add_days(c, us, days), expected);
    }
    int64_t day = floor_div(s->local[m], DAY_US);
    expected = days == 0 ? us : slow_day_closing(s, slow_nth_day(s, day, days));
    if (expected != MOMENT_NEVER) {
        assert_same("add full days", def, us, calendar_add_full_days(c, us, days), expected);
    }
    int64_t last = INT64_MIN;
    for (size_t i = 0; i < s->spell_count && s->spells[i].day <= day; i++) {
        last = s->spells[i].day;
    }
    if (last != INT64_MIN) {
        assert_same("end of", def, us, calendar_end_of(c, us), slow_day_closing(s, last));
    }
}

static void agrees_minute_by_minute(void **state)
{
    (void)state;
    struct slow *s = malloc(sizeof *s);
    assert_non_null(s);
    for (int n = 0; n < 96; n++) {
        struct arena a CLEANUP(arena_release) = {0};
        const char *name = test_zones[n % TEST_ZONES];
        struct zone *z = test_zone(&a, name);
        int64_t day = interesting_day(z);
        struct calendar_def def = random_calendar(&a, name, day);
        struct calendar *c = NULL;
        if (calendar_compile(&a, &def, z, NULL, &c, NULL) != ERR_NONE) {
            continue;
        }
        slow_fill(s, &def, z, day);
        for (int i = 0; i < 60; i++) {
            int m = one_in(3)   ? (int)between(3 * 1440, MINUTES - 3 * 1440)
                    : one_in(2) ? s->change + (int)between(-4 * 1440, 4 * 1440)
                                : s->change + (int)between(-90, 150);
            compare_minute(s, &def, c, m);
            compare_days(s, &def, c, m);
        }
    }
    free(s);
}

/* -- day by day -- */

static int64_t days_open_time(const struct calendar_def *def, const struct zone *z, int64_t day,
                              int64_t from_us, int64_t until_us)
{
    int32_t from[48], until[48];
    int64_t sum = 0;
    size_t count = defined_spells(def, day, from, until);
    for (size_t i = 0; i < count; i++) {
        int64_t opens = zone_to_utc(z, day * DAY_US + from[i] * MINUTE_US);
        int64_t closes = zone_to_utc(z, day * DAY_US + until[i] * MINUTE_US);
        opens = opens > from_us ? opens : from_us;
        closes = closes < until_us ? closes : until_us;
        sum += closes > opens ? closes - opens : 0;
    }
    return sum;
}

static void agrees_day_by_day_over_years(void **state)
{
    (void)state;
    static const int32_t years[] = {1969, 2010, 2190, 2430, 2437, 2590, 2836, 6000, 9990};
    for (int n = 0; n < 36; n++) {
        struct arena a CLEANUP(arena_release) = {0};
        const char *name = test_zones[n % TEST_ZONES];
        struct zone *z = test_zone(&a, name);
        int64_t first = date_to_days((struct date){years[n % 9], 1, 1}) + between(0, 365);
        struct calendar_def def = random_calendar(&a, name, one_in(2) ? first + 300 : 16000);
        struct calendar *c = NULL;
        if (calendar_compile(&a, &def, z, NULL, &c, NULL) != ERR_NONE) {
            continue;
        }
        int64_t from_us = first * DAY_US + between(0, DAY_US), open_us = 0, days = 0;
        int64_t day = floor_div(zone_to_local(z, from_us), DAY_US);
        for (int64_t d = day - 1; d < day + 1200; d++) {
            int64_t until_us = zone_to_utc(z, (d + 1) * DAY_US);
            open_us += days_open_time(&def, z, d, from_us, until_us);
            bool open = days_open_time(&def, z, d, INT64_MIN, INT64_MAX) > 0;
            days += open && d > day;
            if (until_us < from_us || d % 7 != 0) {
                continue;
            }
            assert_int_equal(calendar_open_time(c, from_us, until_us), open_us);
            if (open && days > 0) {
                assert_same("full days", &def, from_us, calendar_add_full_days(c, from_us, days),
                            calendar_last_closing(c, until_us));
                int64_t due = calendar_add_days(c, from_us, days);
                assert_true(due > from_us && due <= calendar_add_days(c, from_us, days + 1));
            }
        }
    }
}

/* -- laws -- */

static void laying_what_was_measured_comes_back(void **state)
{
    (void)state;
    for (int n = 0; n < 60; n++) {
        struct arena a CLEANUP(arena_release) = {0};
        const char *name = test_zones[n % TEST_ZONES];
        struct zone *z = test_zone(&a, name);
        int64_t day = interesting_day(z);
        struct calendar_def def = random_calendar(&a, name, day);
        struct calendar *c = NULL;
        if (calendar_compile(&a, &def, z, NULL, &c, NULL) != ERR_NONE) {
            continue;
        }
        int64_t before = INT64_MIN, from_us = (day - 9000) * DAY_US;
        for (int i = 0; i < 200; i++) {
            from_us += between(0, one_in(9) ? 400 * DAY_US : 10 * HOUR_US);
            int64_t amount_us = between(1, one_in(3) ? 20000 * HOUR_US : 30 * HOUR_US);
            int64_t due = calendar_lay(c, from_us, amount_us);
            if (due != MOMENT_NEVER) {
                assert_int_equal(calendar_open_time(c, from_us, due), amount_us);
                assert_int_equal(calendar_open_time(c, due - 1, due), 1);
            }
            int64_t same = calendar_lay(c, from_us, 12345678901);
            assert_true(same >= before); /* never earlier from a later start */
            before = same;
        }
    }
}

static void no_open_time_is_lost_between(void **state)
{
    (void)state;
    struct arena a CLEANUP(arena_release) = {0};
    struct zone *z = test_zone(&a, "Europe/London");
    struct calendar_def def = random_calendar(&a, "Europe/London", 16500);
    struct calendar *c = NULL;
    assert_int_equal(calendar_compile(&a, &def, z, NULL, &c, NULL), ERR_NONE);
    for (int i = 0; i < 20000; i++) {
        int64_t x = between(-2000 * DAY_US, 2900000 * DAY_US);
        int64_t y = x + between(-900 * DAY_US, 900 * DAY_US);
        int64_t w = y + between(-9 * DAY_US, 9 * DAY_US);
        assert_int_equal(calendar_open_time(c, x, y) + calendar_open_time(c, y, w),
                         calendar_open_time(c, x, w));
    }
}

/* -- the words of the rules -- */

static struct calendar *office(struct arena *a)
{
    static const struct spell hours = {.days = 0x1f, .from_s = 30600, .until_s = 61200};
    static const struct closure christmas = {
        .yearly = true, .date = {0, 12, 25}, .last = {0, 12, 25}};
    struct calendar_def def = {.name = TEXT("office"),
                               .zone = TEXT("America/New_York"),
                               .spells = &hours,
                               .spell_count = 1,
                               .closures = &christmas,
                               .closure_count = 1};
    struct calendar *c = NULL;
    assert_int_equal(calendar_compile(a, &def, NULL, NULL, &c, NULL), ERR_NONE);
    return c;
}

static void assert_moment(int64_t got, const char *expected)
{
    char text[MOMENT_TEXT_SIZE];
    assert_string_equal(moment_format(got, text), expected);
}

static void closing_instant_is_after_hours(void **state)
{
    (void)state;
    struct arena a CLEANUP(arena_release) = {0};
    struct calendar *c = office(&a);
    int64_t closing = utc("2015-03-06T17:00:00-05:00"); /* Friday before the clocks change */
    assert_true(calendar_is_open(c, closing - 1));
    assert_false(calendar_is_open(c, closing));
    assert_moment(calendar_add_days(c, closing - 1, 1), "2015-03-09T20:59:59.999999Z");
    assert_moment(calendar_add_days(c, closing, 1), "2015-03-10T12:30:00Z");
    assert_moment(calendar_add_days(c, closing, 0), "2015-03-09T12:30:00Z");
}

static void limit_that_runs_out_at_closing_ends_at_closing(void **state)
{
    (void)state;
    struct arena a CLEANUP(arena_release) = {0};
    struct calendar *c = office(&a);
    int64_t friday = utc("2015-03-06T13:00:00-05:00");
    assert_moment(calendar_lay(c, friday, 4 * HOUR_US), "2015-03-06T22:00:00Z");
    assert_moment(calendar_lay(c, friday, 4 * HOUR_US + 1), "2015-03-09T12:30:00.000001Z");
    assert_moment(calendar_lay(c, utc("2015-03-07T09:00:00-05:00"), 0), "2015-03-09T12:30:00Z");
    assert_int_equal(calendar_lay(c, friday, 0), friday);
}

static void full_working_days_begin_after_the_trigger(void **state)
{
    (void)state;
    struct arena a CLEANUP(arena_release) = {0};
    struct calendar *c = office(&a);
    const char *wednesday = "2015-06-10T21:00:00Z"; /* its closing */
    assert_moment(calendar_add_full_days(c, utc("2015-06-08T11:00:00-04:00"), 2), wednesday);
    assert_moment(calendar_add_full_days(c, utc("2015-06-08T00:00:00-04:00"), 2), wednesday);
    assert_moment(calendar_add_full_days(c, utc("2015-06-08T23:59:59-04:00"), 2), wednesday);
    assert_moment(calendar_add_full_days(c, utc("2015-06-06T12:00:00-04:00"), 2),
                  "2015-06-09T21:00:00Z"); /* Saturday: Monday and Tuesday */
}

static void day_without_that_time_gives_the_closing_before_it_or_the_opening(void **state)
{
    (void)state;
    struct arena a CLEANUP(arena_release) = {0};
    static const struct spell hours[] = {
        {.days = 0x01, .from_s = 8 * 3600, .until_s = 20 * 3600}, /* Monday */
        {.days = 0x02, .from_s = 10 * 3600, .until_s = 12 * 3600},
        {.days = 0x02, .from_s = 14 * 3600, .until_s = 86400}};
    struct calendar_def def = {
        .name = TEXT("shop"), .zone = TEXT("Etc/UTC"), .spells = hours, .spell_count = 3};
    struct calendar *c = NULL;
    assert_int_equal(calendar_compile(&a, &def, NULL, NULL, &c, NULL), ERR_NONE);
    assert_moment(calendar_add_days(c, utc("2015-06-08T13:00:00Z"), 1), "2015-06-09T12:00:00Z");
    assert_moment(calendar_add_days(c, utc("2015-06-08T12:00:00Z"), 1), "2015-06-09T12:00:00Z");
    assert_moment(calendar_add_days(c, utc("2015-06-08T12:00:00Z") + 1, 1), "2015-06-09T12:00:00Z");
    assert_moment(calendar_add_days(c, utc("2015-06-08T09:00:00Z"), 1), "2015-06-09T10:00:00Z");
    assert_moment(calendar_add_days(c, utc("2015-06-08T19:00:00Z"), 1), "2015-06-09T19:00:00Z");
    assert_moment(calendar_add_days(c, utc("2015-06-09T23:00:00Z"), 1), "2015-06-15T20:00:00Z");
    assert_moment(calendar_end_of(c, utc("2015-06-09T01:00:00Z")), "2015-06-10T00:00:00Z");
}

static void yearly_closure_of_29_february_counts_in_leap_years_only(void **state)
{
    (void)state;
    struct arena a CLEANUP(arena_release) = {0};
    static const struct closure leap = {.yearly = true, .date = {0, 2, 29}, .last = {0, 2, 29}};
    struct calendar_def def = {.name = TEXT("c"),
                               .zone = TEXT("Etc/UTC"),
                               .always = true,
                               .closures = &leap,
                               .closure_count = 1};
    struct calendar *c = NULL;
    assert_int_equal(calendar_compile(&a, &def, NULL, NULL, &c, NULL), ERR_NONE);
    assert_false(calendar_is_open(c, utc("2096-02-29T12:00:00Z")));
    assert_true(calendar_is_open(c, utc("2100-02-28T12:00:00Z")));
    assert_true(calendar_is_open(c, utc("2100-03-01T00:00:00Z")));
    assert_false(calendar_is_open(c, utc("2104-02-29T12:00:00Z")));
    assert_false(calendar_is_open(c, utc("9996-02-29T23:59:59Z")));
    assert_int_equal(
        calendar_open_time(c, utc("2000-01-01T00:00:00Z"), utc("2400-01-01T00:00:00Z")),
        (146097 - 97) * DAY_US);
}

static void skipped_day_is_no_open_day(void **state)
{
    (void)state;
    struct arena a CLEANUP(arena_release) = {0};
    static const struct spell hours = {.days = 0x7f, .from_s = 9 * 3600, .until_s = 17 * 3600};
    struct calendar_def def = {
        .name = TEXT("c"), .zone = TEXT("Pacific/Apia"), .spells = &hours, .spell_count = 1};
    struct calendar *c = NULL;
    assert_int_equal(calendar_compile(&a, &def, NULL, NULL, &c, NULL), ERR_NONE);
    int64_t thursday = utc("2011-12-29T10:00:00-10:00");
    assert_moment(calendar_add_days(c, thursday, 1), "2011-12-30T20:00:00Z"); /* Saturday there */
}

static void calendar_without_an_open_day_is_refused(void **state)
{
    (void)state;
    struct arena a CLEANUP(arena_release) = {0};
    struct calendar_def def = {.name = TEXT("none"), .zone = TEXT("Etc/UTC")};
    struct calendar *c = NULL;
    struct err_info info = {0};
    assert_int_equal(calendar_compile(&a, &def, NULL, NULL, &c, &info), ERR_INVALID);
    assert_non_null(strstr(info.text, "never open"));
    def.always = true;
    def.zone = TEXT("Mars/Olympus");
    assert_int_equal(calendar_compile(&a, &def, NULL, NULL, &c, &info), ERR_NOT_FOUND);
    assert_null(c);
}

static void calendar_that_closes_for_good_is_never_open_again(void **state)
{
    (void)state;
    struct arena a CLEANUP(arena_release) = {0};
    static const struct closure rest = {.date = {2020, 1, 1}, .last = {9999, 12, 31}};
    struct calendar_def def = {.name = TEXT("c"),
                               .zone = TEXT("Etc/UTC"),
                               .always = true,
                               .closures = &rest,
                               .closure_count = 1};
    struct calendar *c = NULL;
    assert_int_equal(calendar_compile(&a, &def, NULL, NULL, &c, NULL), ERR_NONE);
    int64_t end = utc("2020-01-01T00:00:00Z");
    assert_int_equal(calendar_lay(c, end - HOUR_US, HOUR_US), end);
    assert_int_equal(calendar_lay(c, end - HOUR_US, HOUR_US + 1), MOMENT_NEVER);
    assert_int_equal(calendar_next_opening(c, end), MOMENT_NEVER);
    assert_int_equal(calendar_add_days(c, end - HOUR_US, 1), MOMENT_NEVER);
    assert_int_equal(calendar_add_full_days(c, end, 1), MOMENT_NEVER);
    assert_int_equal(calendar_last_closing(c, MOMENT_NEVER), end);
}

static void moments_that_are_none_are_taken(void **state)
{
    (void)state;
    struct arena a CLEANUP(arena_release) = {0};
    struct calendar *c = office(&a);
    assert_int_equal(calendar_add_days(c, MOMENT_NEVER, 1), MOMENT_NEVER);
    assert_int_equal(calendar_lay(c, MOMENT_NEVER, 1), MOMENT_NEVER);
    assert_int_equal(calendar_lay(c, 0, INT64_MAX), MOMENT_NEVER);
    assert_int_equal(calendar_add_days(c, 0, INT64_MAX), MOMENT_NEVER);
    assert_int_equal(calendar_last_closing(c, MOMENT_BEFORE_ALL), MOMENT_BEFORE_ALL);
    assert_false(calendar_is_open(c, MOMENT_NEVER));
    assert_moment(calendar_next_opening(c, MOMENT_BEFORE_ALL), "1900-01-01T13:30:00Z");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_minute_by_minute),
        cmocka_unit_test(agrees_day_by_day_over_years),
        cmocka_unit_test(laying_what_was_measured_comes_back),
        cmocka_unit_test(no_open_time_is_lost_between),
        cmocka_unit_test(closing_instant_is_after_hours),
        cmocka_unit_test(limit_that_runs_out_at_closing_ends_at_closing),
        cmocka_unit_test(full_working_days_begin_after_the_trigger),
        cmocka_unit_test(day_without_that_time_gives_the_closing_before_it_or_the_opening),
        cmocka_unit_test(yearly_closure_of_29_february_counts_in_leap_years_only),
        cmocka_unit_test(skipped_day_is_no_open_day),
        cmocka_unit_test(calendar_without_an_open_day_is_refused),
        cmocka_unit_test(calendar_that_closes_for_good_is_never_open_again),
        cmocka_unit_test(moments_that_are_none_are_taken),
    };
    return cmocka_run_group_tests_name("calendar", tests, NULL, NULL);
}
