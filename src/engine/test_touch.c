#include "engine/touch.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void order_is_occurred_then_place_then_source_then_id(void **state)
{
    (void)state;
    struct touch a = {
        .source = TEXT("m"), .id = TEXT("5"), .occurred_us = 10, .place = 3, .event = TEXT("x.y")};
    struct touch b = a;
    assert_int_equal(touch_compare(&a, &b), 0);
    b.id = TEXT("6");
    assert_true(touch_compare(&a, &b) < 0);
    b.source = TEXT("a");
    assert_true(touch_compare(&a, &b) > 0);
    b.place = 4;
    assert_true(touch_compare(&a, &b) < 0);
    b.occurred_us = 9;
    assert_true(touch_compare(&a, &b) > 0 && touch_compare(&b, &a) < 0);
}

static void fields_and_attributes_are_found_by_name(void **state)
{
    (void)state;
    struct attribute attributes[] = {
        {TEXT("priority"), {.type = VALUE_TEXT, .text = TEXT("urgent")}},
        {TEXT("size"), {.type = VALUE_NUMBER, .number = 2}},
        {TEXT("note"), {.type = VALUE_TEXT, .text = TEXT("")}},
    };
    struct touch t = {.source = TEXT("shop"),
                      .id = TEXT("1"),
                      .occurred_us = 7,
                      .thread = TEXT("t1"),
                      .actor = ACTOR_STAFF,
                      .attributes = attributes,
                      .attribute_count = 3};
    assert_true(text_is(touch_field(&t, TEXT("source")).text, "shop"));
    assert_true(text_is(touch_field(&t, TEXT("actor")).text, "staff"));
    assert_int_equal(touch_field(&t, TEXT("occurred")).type, VALUE_MOMENT);
    assert_true(text_is(touch_field(&t, TEXT("priority")).text, "urgent"));
    assert_true(touch_field(&t, TEXT("size")).number == 2.0);
    assert_int_equal(touch_field(&t, TEXT("note")).type, VALUE_NONE);
    assert_int_equal(touch_field(&t, TEXT("customer")).type, VALUE_NONE);
    assert_int_equal(touch_field(&t, TEXT("unheard-of")).type, VALUE_NONE);
    t.actor = ACTOR_UNKNOWN;
    assert_int_equal(touch_field(&t, TEXT("actor")).type, VALUE_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(order_is_occurred_then_place_then_source_then_id),
        cmocka_unit_test(fields_and_attributes_are_found_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
