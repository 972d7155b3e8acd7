#include "base/moment.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void expect(const char *written, const char *meant)
{
    char words[MOMENT_TEXT_SIZE];
    int64_t us;
    if (!moment_parse(text_of(written), &us)) {
        fail_msg("%s was refused", written);
    }
    assert_string_equal(moment_format(us, words), meant);
}

static void refuse(const char *written)
{
    int64_t us;
    if (moment_parse(text_of(written), &us)) {
        fail_msg("%s was taken", written);
    }
}

static void moments_are_read_with_their_offset(void **state)
{
    (void)state;
    expect("2015-01-31T09:30:00-05:00", "2015-01-31T14:30:00Z");
    expect("2015-01-31T00:15:00.25+05:45", "2015-01-30T18:30:00.250000Z");
    expect("1960-02-29t23:59:59z", "1960-02-29T23:59:59Z");
}

static void a_leap_second_is_the_last_instant_of_its_month(void **state)
{
    (void)state;
    expect("2016-12-31T23:59:60Z", "2016-12-31T23:59:59.999999Z");
    expect("2016-12-31T23:59:60.5Z", "2016-12-31T23:59:59.999999Z");
    expect("1990-12-31T15:59:60-08:00", "1990-12-31T23:59:59.999999Z");
    expect("2015-07-01T05:44:60+05:45", "2015-06-30T23:59:59.999999Z");
    expect("1972-02-29T23:59:60Z", "1972-02-29T23:59:59.999999Z");
    expect("1969-12-31T23:59:60Z", "1969-12-31T23:59:59.999999Z");
}

static void a_second_60_anywhere_else_is_refused(void **state)
{
    (void)state;
    refuse("2016-12-31T23:58:60Z");
    refuse("2016-12-30T23:59:60Z");
    refuse("2016-12-31T23:59:60-08:00");
    refuse("2016-12-31T23:59:61Z");
    refuse("2016-12-31T24:00:00Z");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(moments_are_read_with_their_offset),
        cmocka_unit_test(a_leap_second_is_the_last_instant_of_its_month),
        cmocka_unit_test(a_second_60_anywhere_else_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
