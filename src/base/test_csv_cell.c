#include "base/csv_cell.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void cells_are_quoted_and_formulas_neutralised(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"plain words", "plain words"},
        {"", ""},
        {"a,b", "\"a,b\""},
        {"say \"hi\"", "\"say \"\"hi\"\"\""},
        {"two\nlines", "\"two\nlines\""},
        {"=1+1", "'=1+1"},
        {"+5", "'+5"},
        {"-5", "'-5"},
        {"@sum", "'@sum"},
        {"=a,b", "\"'=a,b\""},
        {"\tx", "\"'\tx\""},
        {"5-3", "5-3"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct buf out CLEANUP(buf_release) = {0};
        buf_add_char(&out, '|');
        csv_cell(&out, text_of(cases[i][0]));
        assert_string_equal(out.ptr + 1, cases[i][1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_are_quoted_and_formulas_neutralised),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
