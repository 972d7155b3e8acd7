#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stat/interval.h"

static void eight_in_ten_of_1200_lie_between_77_64_and_82_17_percent(void **state)
{
    (void)state;
    double low, high;
    wilson(960, 1200, &low, &high);
    assert_float_equal(low, 0.7764, 0.00005);
    assert_float_equal(high, 0.8217, 0.00005);
}

static void none_and_all_reach_the_ends_and_no_further(void **state)
{
    (void)state;
    double low, high;
    wilson(0, 10, &low, &high);
    assert_true(low == 0);
    assert_float_equal(high, 0.27753, 0.00005);
    wilson(10, 10, &low, &high);
    assert_float_equal(low, 0.72247, 0.00005);
    assert_true(high == 1);
}

static void nothing_counted_says_nothing(void **state)
{
    (void)state;
    double low, high;
    wilson(0, 0, &low, &high);
    assert_true(low == 0 && high == 1);
}

static void more_cases_make_it_narrower(void **state)
{
    (void)state;
    double low, high, low_of_more, high_of_more;
    wilson(9, 10, &low, &high);
    wilson(900000000, 1000000000, &low_of_more, &high_of_more);
    assert_true(low < low_of_more && low_of_more < 0.9);
    assert_true(0.9 < high_of_more && high_of_more < high);
}

static void difference_of_48_in_80_and_56_in_70_lies_where_newcombe_found_it(void **state)
{
    (void)state;
    double low, high;
    newcombe(48, 80, 56, 70, &low, &high);
    assert_float_equal(low, 0.0524, 0.00005);
    assert_float_equal(high, 0.3339, 0.00005);
    newcombe(56, 70, 48, 80, &low, &high);
    assert_float_equal(low, -0.3339, 0.00005);
    newcombe(0, 0, 0, 0, &low, &high);
    assert_true(low >= -1 && low < 0 && high > 0 && high <= 1);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(eight_in_ten_of_1200_lie_between_77_64_and_82_17_percent),
        cmocka_unit_test(none_and_all_reach_the_ends_and_no_further),
        cmocka_unit_test(nothing_counted_says_nothing),
        cmocka_unit_test(more_cases_make_it_narrower),
        cmocka_unit_test(difference_of_48_in_80_and_56_in_70_lies_where_newcombe_found_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
