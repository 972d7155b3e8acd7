#include "base/moment.h"
#include "intake/time_format.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void reads(const char *format, const char *words, const char *expected)
{
    int64_t us = 0;
    char said[MOMENT_TEXT_SIZE];
    if (!time_format_read(text_of(format), text_of(words), &us)) {
        fail_msg("%s does not read %s", format, words);
    }
    assert_string_equal(moment_format(us, said), expected);
}

static void times_are_read_by_their_format(void **state)
{
    (void)state;
    reads("%m/%d/%Y %I:%M:%S %p", "01/31/2015 12:07:03 AM", "2015-01-31T00:07:03Z");
    reads("%m/%d/%Y %I:%M:%S %p", "1/3/2015   12:07:03 pm", "2015-01-03T12:07:03Z");
    reads("%Y%m%d%H%M%S", "20240229235959", "2024-02-29T23:59:59Z");
    reads("%d %b %y", "5 sep 68", "2068-09-05T00:00:00Z");
    reads("%d %b %y", "5 September 69", "1969-09-05T00:00:00Z");
    reads("%d-%b-%Y", "28-FEB-2001", "2001-02-28T00:00:00Z");
    reads("%Y-%m-%dT%H:%M:%S.%f%z", "2011-10-11T13:45:40.2764567+02:00",
          "2011-10-11T11:45:40.276456Z");
    reads("%Y-%m-%d %H:%M%z", "2011-10-11 13:45-0330", "2011-10-11T17:15:00Z");
    reads("%Y-%m-%d %H:%M%z", "2011-10-11 13:45Z", "2011-10-11T13:45:00Z");
    reads("%s", "-1", "1969-12-31T23:59:59Z");
    reads("%s.%f", "1425000000.5", "2015-02-27T01:20:00.500000Z");
    reads("%d%%%m%%%Y", "1%2%2003", "2003-02-01T00:00:00Z");
}

static void times_that_are_none_are_refused(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"%Y-%m-%d", "2015-02-29"},
        {"%Y-%m-%d", "2015-13-01"},
        {"%Y-%m-%d", "2015-01-01 "},
        {"%Y-%m-%d", "15-01-01"},
        {"%Y-%m-%d", ""},
        {"%Y-%m-%d %H:%M", "2015-01-01 24:00"},
        {"%Y-%m-%d %H:%M", "2015-01-01T23:00"},
        {"%Y-%m-%d %I%p", "2015-01-01 13PM"},
        {"%Y-%m-%d %I%p", "2015-01-01 0AM"},
        {"%Y-%m-%d %H:%M:%S", "2015-01-01 10:00:60"},
        {"%Y-%m-%d%z", "2015-01-01+24:00"},
        {"%Y-%m-%d%z", "2015-01-01"},
        {"%d %b %Y", "1 Foo 2015"},
        {"%s", "999999999999"},
        {"%Y-%m-%d.%f", "2015-01-01."},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        int64_t us = 77;
        if (time_format_read(text_of(cases[i][0]), text_of(cases[i][1]), &us)) {
            fail_msg("%s reads %s", cases[i][0], cases[i][1]);
        }
    }
}

static void formats_are_judged_before_use(void **state)
{
    (void)state;
    static const char *const wrong[] = {"%Y-%m",       "%q",    "%Y-%m-%d %", "%Y-%m-%d %I:%M",
                                        "%Y-%m-%d %p", "%H:%M", "%Y-%Y-%m-%d"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        const char *why = NULL;
        assert_false(time_format_valid(text_of(wrong[i]), &why));
        assert_non_null(why);
    }
    const char *why = NULL;
    assert_true(time_format_valid(TEXT("%m/%d/%Y %I:%M:%S %p"), &why));
    assert_true(time_format_valid(TEXT("%s"), &why));
    assert_true(time_format_is_absolute(TEXT("%Y-%m-%d%z")));
    assert_true(time_format_is_absolute(TEXT("%s")));
    assert_false(time_format_is_absolute(TEXT("%Y-%m-%d%%z")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_are_read_by_their_format),
        cmocka_unit_test(times_that_are_none_are_refused),
        cmocka_unit_test(formats_are_judged_before_use),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
