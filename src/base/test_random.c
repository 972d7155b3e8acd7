#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/random.h"

static void the_first_numbers_of_the_published_algorithm(void **state)
{
    (void)state;
    /* xoshiro256** from the state 1, 2, 3, 4: its authors' reference program prints these. */
    struct random r = {{1, 2, 3, 4}};
    assert_true(random_next(&r) == UINT64_C(11520));
    assert_true(random_next(&r) == UINT64_C(0));
    assert_true(random_next(&r) == UINT64_C(1509978240));
    assert_true(random_next(&r) == UINT64_C(1215971899390074240));
}

static void the_same_seed_gives_the_same_numbers(void **state)
{
    (void)state;
    struct random a = random_seeded(7), b = random_seeded(7), c = random_seeded(8);
    uint64_t first = random_next(&a);
    assert_true(first == random_next(&b));
    assert_true(first != random_next(&c));
}

static void numbers_below_a_bound_are_even(void **state)
{
    (void)state;
    struct random r = random_seeded(1);
    int counts[6] = {0};
    for (int i = 0; i < 60000; i++) {
        counts[random_below(&r, 6)]++;
    }
    for (int i = 0; i < 6; i++) {
        assert_in_range(counts[i], 9500, 10500);
    }
}

static void weights_decide_how_often(void **state)
{
    (void)state;
    struct random r = random_seeded(2);
    static const uint32_t weights[] = {1, 0, 3};
    int counts[3] = {0};
    for (int i = 0; i < 40000; i++) {
        counts[random_weighted(&r, weights, 3)]++;
    }
    assert_in_range(counts[0], 9400, 10600);
    assert_int_equal(counts[1], 0);
}

static void a_chance_of_none_never_comes_and_of_a_million_always(void **state)
{
    (void)state;
    struct random r = random_seeded(3);
    for (int i = 0; i < 1000; i++) {
        assert_false(random_chance(&r, 0));
        assert_true(random_chance(&r, 1000000));
        assert_in_range(random_between(&r, 5, 7), 5, 7);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_numbers_of_the_published_algorithm),
        cmocka_unit_test(the_same_seed_gives_the_same_numbers),
        cmocka_unit_test(numbers_below_a_bound_are_even),
        cmocka_unit_test(weights_decide_how_often),
        cmocka_unit_test(a_chance_of_none_never_comes_and_of_a_million_always),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
