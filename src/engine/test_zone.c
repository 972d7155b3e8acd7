/* Zones: held against the C library over the whole tz database, and against a plain search for the
 * inverse. */
#include "engine/zone.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
// cmocka wants those first
#include <cmocka.h>

static const char *const names[] = {"America/New_York",    "Europe/London",    "Australia/Sydney",
                                    "America/Sao_Paulo",   "Asia/Kolkata",     "Pacific/Apia",
                                    "Africa/Cairo",        "Antarctica/Troll", "America/St_Johns",
                                    "Africa/Casablanca",   "Europe/Dublin",    "Asia/Gaza",
                                    "Australia/Lord_Howe", "America/Nuuk",     "Asia/Tehran",
                                    "Pacific/Kwajalein",   "Etc/UTC",          "Etc/GMT-14",
                                    "America/Caracas",     "Asia/Kathmandu",   "EST5EDT",
                                    "Europe/Lisbon",       "Africa/Monrovia",  "America/Adak"};
enum { NAME_COUNT = sizeof names / sizeof *names };

static uint64_t random_state = 20150101;

static int64_t random_between(int64_t least, int64_t most)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return least + (int64_t)(random_state % (uint64_t)(most - least));
}

static int64_t utc(const char *text)
{
    int64_t us;
    assert_true(moment_parse(text_of(text), &us));
    return us;
}

static struct zone *load(struct arena *a, const char *name)
{
    struct zone *z = NULL;
    struct err_info info = {0};
    if (zone_load(a, text_of(name), &z, &info) != ERR_NONE) {
        fail_msg("%s: %s", name, info.text);
    }
    return z;
}

static void assert_like_c_library(const struct zone *z, int64_t at_s)
{
    time_t t = (time_t)at_s;
    struct tm tm;
    assert_non_null(localtime_r(&t, &tm));
    const char *abbreviation = NULL;
    int32_t offset_s = zone_offset(z, at_s * SECOND_US + 999999, &abbreviation);
    if (offset_s != tm.tm_gmtoff || strcmp(abbreviation, tm.tm_zone) != 0) {
        fail_msg("%.*s at %lld: %d %s, the C library says %ld %s", TEXT_ARG(zone_name(z)),
                 (long long)at_s, offset_s, abbreviation, tm.tm_gmtoff, tm.tm_zone);
    }
    assert_int_equal(zone_to_local(z, at_s * SECOND_US), (at_s + tm.tm_gmtoff) * SECOND_US);
}

static void local_time_is_what_the_c_library_says(void **state)
{
    (void)state;
    struct arena a CLEANUP(arena_release) = {0};
    for (size_t i = 0; i < NAME_COUNT; i++) {
        struct zone *z = load(&a, names[i]);
        setenv("TZ", names[i], 1);
        tzset();
        int64_t latest_s = utc("2500-01-01T00:00:00Z") / SECOND_US;
        for (int n = 0; n < 4000; n++) {
            assert_like_c_library(z, random_between(-4000000000, latest_s));
        }
        /* around every change: the offset changes at most hourly there, so look at each half hour
         * that borders on a change */
        int32_t before = zone_offset(z, -4000000000 * SECOND_US, NULL);
        for (int64_t s = -4000000000; s < 8000000000; s += 1800 * 24) {
            int32_t offset = zone_offset(z, s * SECOND_US, NULL);
            if (offset != before) {
                for (int64_t at = s - 1800 * 24; at <= s; at += 600) {
                    assert_like_c_library(z, at);
                    assert_like_c_library(z, at - 1);
                }
            }
            before = offset;
        }
    }
}

/* The rule for the inverse, said plainly: walk the instants around, second by second, and take the
 * first whose clock shows that time; if none does, the first after the jump over it. */
static int64_t slow_to_utc(const struct zone *z, int64_t local_s)
{
    int64_t first_s = local_s - 27 * 3600;
    int64_t low = first_s;
    for (int64_t s = first_s; s <= local_s + 27 * 3600; s++) {
        if (zone_to_local(z, s * SECOND_US) >= local_s * SECOND_US) {
            low = s;
            break;
        }
    }
    return low * SECOND_US;
}

static void clock_times_are_turned_into_the_first_instant_that_shows_them(void **state)
{
    (void)state;
    struct arena a CLEANUP(arena_release) = {0};
    for (size_t i = 0; i < NAME_COUNT; i++) {
        struct zone *z = load(&a, names[i]);
        /* days on which something happens, found by comparing offsets of mornings */
        int checked = 0;
        for (int64_t day = random_between(-20000, 20000); checked < 6 && day < 200000; day++) {
            int32_t was = zone_offset(z, (day - 1) * DAY_US, NULL);
            if (was == zone_offset(z, day * DAY_US, NULL) && day % 9973 != 0) {
                continue;
            }
            checked++;
            for (int n = 0; n < 6; n++) {
                int64_t local_s = random_between((day - 2) * 86400, (day + 2) * 86400);
                assert_int_equal(zone_to_utc(z, local_s * SECOND_US), slow_to_utc(z, local_s));
            }
        }
    }
}

static void assert_clock(struct zone *z, const char *local, const char *expected)
{
    char got[MOMENT_TEXT_SIZE];
    moment_format(zone_to_utc(z, utc(local)), got);
    assert_string_equal(got, expected);
}

static void missing_and_doubled_hours_follow_the_rule(void **state)
{
    (void)state;
    struct arena a CLEANUP(arena_release) = {0};
    struct zone *ny = load(&a, "America/New_York");
    assert_clock(ny, "2015-03-08T02:30:00Z", "2015-03-08T07:00:00Z");
    assert_clock(ny, "2015-03-08T01:59:59.999999Z", "2015-03-08T06:59:59.999999Z");
    assert_clock(ny, "2015-11-01T01:30:00Z", "2015-11-01T05:30:00Z");
    assert_clock(ny, "2015-11-01T02:00:00Z", "2015-11-01T07:00:00Z");
    struct zone *apia = load(&a, "Pacific/Apia");
    assert_clock(apia, "2011-12-30T12:00:00Z", "2011-12-30T10:00:00Z"); /* no such day there */
    assert_clock(apia, "2011-12-31T00:00:00Z", "2011-12-30T10:00:00Z");
    struct zone *sydney = load(&a, "Australia/Sydney");
    assert_clock(sydney, "2100-10-03T02:15:00Z", "2100-10-02T16:00:00Z");
    assert_clock(sydney, "9998-04-05T02:30:00Z", "9998-04-04T15:30:00Z");
}

static void rule_of_the_footer_goes_on_for_ever(void **state)
{
    (void)state;
    struct arena a CLEANUP(arena_release) = {0};
    setenv("TZ", "America/New_York", 1);
    tzset();
    struct zone *z = load(&a, "America/New_York");
    for (int n = 0; n < 4000; n++) {
        assert_like_c_library(z, random_between(4000000000, 253402300799));
    }
}

static void never_stays_never(void **state)
{
    (void)state;
    struct arena a CLEANUP(arena_release) = {0};
    struct zone *z = load(&a, "Europe/London");
    assert_int_equal(zone_to_local(z, MOMENT_NEVER), MOMENT_NEVER);
    assert_int_equal(zone_to_utc(z, MOMENT_NEVER), MOMENT_NEVER);
    assert_int_equal(zone_to_local(z, MOMENT_BEFORE_ALL), MOMENT_BEFORE_ALL);
}

static void names_outside_the_database_are_not_found(void **state)
{
    (void)state;
    struct arena a CLEANUP(arena_release) = {0};
    const char *const wrong[] = {
        "",       "Europe/Atlantis",         "../../etc/passwd", "/etc/passwd",
        "Europe", "Europe/../Europe/London", "Europe/Lon don"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct zone *z = NULL;
        struct err_info info;
        assert_int_equal(zone_load(&a, text_of(wrong[i]), &z, &info), ERR_NOT_FOUND);
        assert_null(z);
    }
}

/* A file made by hand: one type, no changes, and the footer given. */
static struct text file_with_footer(struct arena *a, const char *footer)
{
    struct buf b CLEANUP(buf_release) = {0};
    for (int block = 0; block < 2; block++) {
        buf_add(&b, "TZif2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 20);
        buf_add(&b, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0\4", 24);
        buf_add(&b, "\0\0\0\0\0\0UTC\0", 10);
    }
    buf_add_char(&b, '\n');
    buf_add_str(&b, footer);
    buf_add_char(&b, '\n');
    return arena_text(a, buf_text(&b));
}

static void footer_alone_rules_all_times(void **state)
{
    (void)state;
    struct arena a CLEANUP(arena_release) = {0};
    struct zone *z = NULL;
    struct text file = file_with_footer(&a, "<+03>-3<+04>,J60/24,J300/-1:30");
    assert_int_equal(zone_parse(&a, TEXT("made"), file, &z, NULL), ERR_NONE);
    const char *abbreviation;
    assert_int_equal(zone_offset(z, utc("2016-03-01T20:59:59Z"), NULL), 3 * 3600);
    assert_int_equal(zone_offset(z, utc("2016-03-01T21:00:00Z"), &abbreviation), 4 * 3600);
    assert_string_equal(abbreviation, "+04");
    assert_int_equal(zone_offset(z, utc("1016-10-26T18:29:59Z"), NULL), 4 * 3600);
    assert_int_equal(zone_offset(z, utc("1016-10-26T18:30:00Z"), NULL), 3 * 3600);
    /* daylight time all the year */
    file = file_with_footer(&a, "XXX3EDT4,0/0,J365/23");
    assert_int_equal(zone_parse(&a, TEXT("made"), file, &z, NULL), ERR_NONE);
    for (int64_t day = 0; day < 800; day++) {
        assert_int_equal(zone_offset(z, day * DAY_US + 3 * HOUR_US, NULL), -4 * 3600);
    }
}

static void malformed_footers_are_refused(void **state)
{
    (void)state;
    struct arena a CLEANUP(arena_release) = {0};
    const char *const wrong[] = {"X3",
                                 "EST",
                                 "EST25",
                                 "EST5EDT",
                                 "EST5EDT,",
                                 "EST5EDT,M3.2.0",
                                 "EST5EDT,M13.2.0,M11.1.0",
                                 "EST5EDT,M3.6.0,M11.1.0",
                                 "EST5EDT,M3.2.7,M11.1.0",
                                 "EST5EDT,M3.2.0/168,M11.1.0",
                                 "EST5EDT,J0,J1",
                                 "EST5EDT,366,1",
                                 "<EST5",
                                 "EST5EDT,M3.2.0,M11.1.0x",
                                 "EST5:60"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct zone *z = NULL;
        struct text file = file_with_footer(&a, wrong[i]);
        if (zone_parse(&a, TEXT("made"), file, &z, NULL) != ERR_INVALID) {
            fail_msg("taken: %s", wrong[i]);
        }
    }
}

static void every_cut_of_a_file_is_refused(void **state)
{
    (void)state;
    struct arena a CLEANUP(arena_release) = {0};
    struct text whole = zone_bytes(load(&a, "Europe/London"));
    for (size_t len = 0; len < whole.len; len++) {
        struct zone *z = NULL;
        struct text cut = {whole.ptr, len};
        assert_int_equal(zone_parse(&a, TEXT("cut"), cut, &z, NULL), ERR_INVALID);
        arena_clear(&a);
        whole = zone_bytes(load(&a, "Europe/London"));
    }
}

static void size_limit_holds_at_the_edge(void **state)
{
    (void)state;
    struct arena a CLEANUP(arena_release) = {0};
    struct text file = zone_bytes(load(&a, "Europe/London"));
    struct zone *z = NULL;
    char *padded = arena_alloc(&a, ZONE_BYTES_MAX + 1);
    memcpy(padded, file.ptr, file.len);
    struct text most = {padded, ZONE_BYTES_MAX}, over = {padded, ZONE_BYTES_MAX + 1};
    assert_int_equal(zone_parse(&a, TEXT("most"), most, &z, NULL), ERR_NONE);
    assert_int_equal(zone_parse(&a, TEXT("over"), over, &z, NULL), ERR_LIMIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(local_time_is_what_the_c_library_says),
        cmocka_unit_test(clock_times_are_turned_into_the_first_instant_that_shows_them),
        cmocka_unit_test(missing_and_doubled_hours_follow_the_rule),
        cmocka_unit_test(rule_of_the_footer_goes_on_for_ever),
        cmocka_unit_test(never_stays_never),
        cmocka_unit_test(names_outside_the_database_are_not_found),
        cmocka_unit_test(footer_alone_rules_all_times),
        cmocka_unit_test(malformed_footers_are_refused),
        cmocka_unit_test(every_cut_of_a_file_is_refused),
        cmocka_unit_test(size_limit_holds_at_the_edge),
    };
    return cmocka_run_group_tests_name("zone", tests, NULL, NULL);
}
