#include "lang/value.h"

#include "base/moment.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct value text_value(const char *t)
{
    return (struct value){.type = VALUE_TEXT, .text = text_of(t)};
}

static void assert_money(const char *written, int64_t minor, const char *currency)
{
    struct money m;
    assert_true(money_parse(text_of(written), &m));
    assert_int_equal(m.minor, minor);
    assert_string_equal(m.currency, currency);
}

static void currencies_have_the_digits_of_iso_4217(void **state)
{
    (void)state;
    assert_int_equal(money_digits("BRL"), 2);
    assert_int_equal(money_digits("JPY"), 0);
    assert_int_equal(money_digits("BHD"), 3);
    assert_int_equal(money_digits("UYW"), 4);
    assert_int_equal(money_digits("P B"), 2);
    assert_money("50.00 BRL", 5000, "BRL");
    assert_money("50 BRL", 5000, "BRL");
    assert_money("-0.05 EUR", -5, "EUR");
    assert_money("1200 JPY", 1200, "JPY");
    assert_money("1.234 KWD", 1234, "KWD");
    assert_money("92233720368547758.07 EUR", INT64_MAX, "EUR");
}

static void money_of_the_wrong_form_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "",          "50",      "BRL",       "50.0 BRL",  "50.000 BRL",
        "50. BRL",   ".50 BRL", "1.0 JPY",   "50.00 brl", "50.00 BRLX",
        "50.00BRL",  "- BRL",   "1,000 EUR", "5e3 EUR",   "92233720368547758.08 EUR",
        "1.0.0 EUR", "--1 EUR", "5\n0 EUR",
    };
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        struct money m;
        if (money_parse(text_of(wrong[i]), &m)) {
            fail_msg("taken as money: %s", wrong[i]);
        }
    }
}

static void money_is_written_as_it_is_read(void **state)
{
    (void)state;
    static const struct {
        struct money money;
        const char *written;
    } cases[] = {
        {{5000, "BRL"}, "50.00 BRL"},
        {{-5, "EUR"}, "-0.05 EUR"},
        {{7, "JPY"}, "7 JPY"},
        {{INT64_MIN, "EUR"}, "-92233720368547758.08 EUR"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct buf out CLEANUP(buf_release) = {0};
        money_format(&out, cases[i].money);
        assert_string_equal(out.ptr, cases[i].written);
    }
}

static void durations_are_read_in_both_forms(void **state)
{
    (void)state;
    static const struct {
        const char *written;
        int64_t us;
    } cases[] = {
        {"PT3H20M", 200 * MINUTE_US}, {"P2DT4H", 52 * HOUR_US},
        {"P1W", 7 * DAY_US},          {"PT0.5S", SECOND_US / 2},
        {"PT1.5H", 90 * MINUTE_US},   {"3 hours", 3 * HOUR_US},
        {"1 hour", HOUR_US},          {"90 seconds", 90 * SECOND_US},
        {"2 days", 2 * DAY_US},       {"0 minutes", 0},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        int64_t us = -1;
        assert_true(duration_parse(text_of(cases[i].written), &us));
        assert_int_equal(us, cases[i].us);
    }
    static const char *const wrong[] = {
        "",
        "P",
        "PT",
        "P1Y",
        "P1M",
        "3h",
        "hours",
        "-3 hours",
        "PT3",
        "PT3H3H",
        "PT3M3H",
        "P1DT",
        "3.hours",
        "3 fortnights",
        "P99999999999999D",
        "1.1234567 seconds",
    };
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        int64_t us = -1;
        if (duration_parse(text_of(wrong[i]), &us) || us != -1) {
            fail_msg("taken as a duration: %s", wrong[i]);
        }
    }
}

static void text_is_read_as_what_it_is_compared_with(void **state)
{
    (void)state;
    assert_true(value_as(text_value("12.5"), VALUE_NUMBER, NULL).number == 12.5);
    assert_true(value_as(text_value("-1e3"), VALUE_NUMBER, NULL).number == -1000);
    assert_true(value_as(text_value("true"), VALUE_BOOL, NULL).boolean);
    struct value no = value_as(text_value("false"), VALUE_BOOL, NULL);
    assert_int_equal(no.type, VALUE_BOOL);
    assert_false(no.boolean);
    assert_int_equal(value_as(text_value("1970-01-01T00:00:01Z"), VALUE_MOMENT, NULL).moment_us,
                     SECOND_US);
    assert_int_equal(value_as(text_value("PT3H"), VALUE_DURATION, NULL).duration_us, 3 * HOUR_US);
    assert_int_equal(value_as(text_value("5.00 EUR"), VALUE_MONEY, NULL).money.minor, 500);
    static const char *const not_numbers[] = {"",    "x",   "1.", ".5",    "0x10", "1e",
                                              "inf", "nan", " 1", "1e999", "+1"};
    for (size_t i = 0; i < sizeof(not_numbers) / sizeof(not_numbers[0]); i++) {
        struct value v = value_as(text_value(not_numbers[i]), VALUE_NUMBER, NULL);
        assert_int_equal(v.type, VALUE_NONE);
    }
    assert_int_equal(value_as(text_value("yes"), VALUE_BOOL, NULL).type, VALUE_NONE);
}

static void numbers_are_read_as_text_and_as_seconds(void **state)
{
    (void)state;
    char room[VALUE_NUMBER_TEXT];
    struct value n = {.type = VALUE_NUMBER, .number = 311};
    assert_true(text_is(value_as(n, VALUE_TEXT, room).text, "311"));
    assert_int_equal(value_as(n, VALUE_TEXT, NULL).type, VALUE_NONE);
    assert_int_equal(value_as(n, VALUE_DURATION, room).duration_us, 311 * SECOND_US);
    n.number = 0.1;
    assert_true(text_is(value_as(n, VALUE_TEXT, room).text, "0.1"));
    n.number = -1;
    assert_int_equal(value_as(n, VALUE_DURATION, room).type, VALUE_NONE);
    assert_int_equal(value_as(n, VALUE_BOOL, room).type, VALUE_NONE);
    n.number = 1e300;
    assert_int_equal(value_as(n, VALUE_DURATION, room).type, VALUE_NONE);
}

static void what_is_missing_stays_missing(void **state)
{
    (void)state;
    struct value none = {.type = VALUE_NONE};
    for (enum value_type t = VALUE_NONE; t <= VALUE_MONEY; t++) {
        assert_int_equal(value_as(none, t, NULL).type, VALUE_NONE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(currencies_have_the_digits_of_iso_4217),
        cmocka_unit_test(money_of_the_wrong_form_is_refused),
        cmocka_unit_test(money_is_written_as_it_is_read),
        cmocka_unit_test(durations_are_read_in_both_forms),
        cmocka_unit_test(text_is_read_as_what_it_is_compared_with),
        cmocka_unit_test(numbers_are_read_as_text_and_as_seconds),
        cmocka_unit_test(what_is_missing_stays_missing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
