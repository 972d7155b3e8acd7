#include "base/id.h"
#include "base/moment.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const int64_t now_us = INT64_C(1700000000123456);

static void ids_grow_within_a_millisecond_and_beyond_its_4096(void **state)
{
    (void)state;
    struct id_source source = id_source(7, 0);
    int64_t last = 0;
    for (int i = 0; i < 10000; i++) {
        int64_t id = id_next(&source, now_us);
        assert_true(id > last);
        assert_int_equal((id >> 12) & ID_NODE_MAX, 7);
        last = id;
    }
}

static void ids_grow_when_the_clock_steps_back(void **state)
{
    (void)state;
    struct id_source source = id_source(1, 0);
    int64_t first = id_next(&source, now_us);
    assert_true(id_next(&source, now_us - HOUR_US) > first);
    assert_true(id_next(&source, INT64_C(0)) > first);
}

static void ids_begin_above_the_largest_known_of_another_node(void **state)
{
    (void)state;
    struct id_source other = id_source(900, 0);
    int64_t known = id_next(&other, now_us);
    struct id_source source = id_source(3, known);
    int64_t id = id_next(&source, now_us - DAY_US);
    assert_true(id > known);
    assert_int_equal((id >> 12) & ID_NODE_MAX, 3);
}

static void an_id_tells_when_it_was_drawn_to_the_millisecond(void **state)
{
    (void)state;
    struct id_source source = id_source(0, 0);
    assert_int_equal(id_moment(id_next(&source, now_us)), now_us / 1000 * 1000);
}

static void ids_read_back_from_their_letters(void **state)
{
    (void)state;
    static const int64_t ids[] = {0, 1, 31, 32, INT64_C(1) << 40, INT64_MAX};
    for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
        char out[ID_TEXT_SIZE];
        int64_t back = -1;
        id_format(ids[i], "cus", out);
        assert_int_equal(strlen(out), 4 + ID_LETTERS);
        assert_true(id_parse(text_of(out), "cus", &back));
        assert_int_equal(back, ids[i]);
    }
}

static void letters_that_people_mix_up_are_understood(void **state)
{
    (void)state;
    int64_t a, b;
    assert_true(id_parse(TEXT("cus_0000000000O1l"), "cus", &a));
    assert_true(id_parse(TEXT("cus_0000000000011"), "cus", &b));
    assert_int_equal(a, b);
    assert_true(id_parse(TEXT("cus_000000000ABCD"), "cus", &a));
    assert_true(id_parse(TEXT("cus_000000000abcd"), "cus", &b));
    assert_int_equal(a, b);
}

static void what_is_no_id_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "",
        "cus_",
        "cus_000000000000",   /* a letter short */
        "cus_00000000000000", /* one too many */
        "cux_0000000000000",  /* another prefix */
        "cus-0000000000000",
        "cus_000000000000u", /* u is no letter of it */
        "cus_8000000000000", /* over 63 bits */
    };
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        int64_t id = 5;
        assert_false(id_parse(text_of(wrong[i]), "cus", &id));
        assert_int_equal(id, 5);
    }
}

static void an_instant_lies_before_the_ids_drawn_from_then_on(void **state)
{
    (void)state;
    int64_t then_us = INT64_C(1700000000000000);
    struct id_source source = id_source(3, 0);
    int64_t id = id_next(&source, then_us);
    assert_true(id_at(then_us) <= id);
    assert_true(id_at(then_us + 1000) > id);
    assert_int_equal(id_at(0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_instant_lies_before_the_ids_drawn_from_then_on),
        cmocka_unit_test(ids_grow_within_a_millisecond_and_beyond_its_4096),
        cmocka_unit_test(ids_grow_when_the_clock_steps_back),
        cmocka_unit_test(ids_begin_above_the_largest_known_of_another_node),
        cmocka_unit_test(an_id_tells_when_it_was_drawn_to_the_millisecond),
        cmocka_unit_test(ids_read_back_from_their_letters),
        cmocka_unit_test(letters_that_people_mix_up_are_understood),
        cmocka_unit_test(what_is_no_id_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
