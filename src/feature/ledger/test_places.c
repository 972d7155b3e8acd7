#include "feature/ledger/places.h"

#include "base/id.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* The n-th entry of a node. */
static int64_t entry(uint32_t node, int64_t n)
{
    return n << 22 | (int64_t)node << 12;
}

static void each_node_is_heard_up_to_its_own_last_entry(void **state)
{
    (void)state;
    struct places p = {0};
    assert_int_equal(places_of(&p, 1), 0);
    places_pass(&p, entry(1, 5));
    places_pass(&p, entry(2, 3));
    places_pass(&p, entry(1, 4)); /* told again */
    assert_int_equal(places_of(&p, 1), entry(1, 5));
    assert_int_equal(places_of(&p, 2), entry(2, 3));
    assert_int_equal(places_of(&p, 3), 0);
    assert_int_equal(places_node(entry(ID_NODE_MAX, 7)), ID_NODE_MAX);
}

static void places_written_are_read_again(void **state)
{
    (void)state;
    struct places p = {0};
    for (uint32_t node = 0; node < PLACES_MAX; node++) {
        places_pass(&p, entry(node, 1000 + node));
        struct buf words CLEANUP(buf_release) = {0};
        struct places again = {0};
        places_write(&p, &words);
        assert_true(places_read(buf_text(&words), &again));
        assert_int_equal(again.count, p.count);
        assert_memory_equal(again.last, p.last, p.count * sizeof(p.last[0]));
    }
}

static void nothing_heard_is_written_and_read_as_nothing(void **state)
{
    (void)state;
    struct places p = {0}, again = {.count = 1};
    struct buf words CLEANUP(buf_release) = {0};
    places_write(&p, &words);
    assert_true(places_read(buf_text(&words), &again));
    assert_int_equal(again.count, 0);
}

/* More nodes than there is room for: what is not noted is heard twice, never missed. */
static void a_node_too_many_is_not_noted(void **state)
{
    (void)state;
    struct places p = {0};
    for (uint32_t node = 0; node <= PLACES_MAX; node++) {
        places_pass(&p, entry(node, 1));
    }
    assert_int_equal(p.count, PLACES_MAX);
    assert_int_equal(places_of(&p, PLACES_MAX), 0);
    places_pass(&p, entry(3, 9)); /* those noted go on */
    assert_int_equal(places_of(&p, 3), entry(3, 9));
}

static void what_is_no_list_of_places_is_refused_and_leaves_the_old_one(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "",
        "ent_",
        "ent_000000000000",
        "tch_0000000000001",
        "ent_0000000000001~",
        "ent_0000000000001~000000000000",
        "ent_0000000000001,0000000000002",
        "ent_0000000000001~000000000000u",
        "ent_0000000000001~ent_0000000000002",
    };
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        struct places p = {.count = 7};
        assert_false(places_read(text_of(wrong[i]), &p));
        assert_int_equal(p.count, 7);
    }
    struct buf long_one CLEANUP(buf_release) = {0};
    buf_add_str(&long_one, "ent_0000000000001");
    for (size_t i = 0; i < PLACES_MAX; i++) {
        buf_add_str(&long_one, "~0000000000001");
    }
    struct places p;
    assert_false(places_read(buf_text(&long_one), &p));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_node_is_heard_up_to_its_own_last_entry),
        cmocka_unit_test(places_written_are_read_again),
        cmocka_unit_test(nothing_heard_is_written_and_read_as_nothing),
        cmocka_unit_test(a_node_too_many_is_not_noted),
        cmocka_unit_test(what_is_no_list_of_places_is_refused_and_leaves_the_old_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
