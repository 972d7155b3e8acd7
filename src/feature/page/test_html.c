#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "feature/page/html.h"

#define NBSP "\u00a0"

static void assert_written(struct buf *out, const char *expected)
{
    assert_string_equal(out->ptr ? out->ptr : "", expected);
    buf_release(out);
}

static void markup_in_an_attribute_becomes_text(void **state)
{
    (void)state;
    struct buf out = {0};
    html_attribute(&out, "title", TEXT("\" onclick=\"x"));
    assert_written(&out, " title=\"&quot; onclick=&quot;x\"");
}

static void counts_are_grouped_by_thousands(void **state)
{
    (void)state;
    struct buf out = {0};
    html_count(&out, LANGUAGE_ENGLISH, 0);
    buf_add_char(&out, ' ');
    html_count(&out, LANGUAGE_ENGLISH, 999);
    buf_add_char(&out, ' ');
    html_count(&out, LANGUAGE_ENGLISH, 4812);
    buf_add_char(&out, ' ');
    html_count(&out, LANGUAGE_ENGLISH, UINT64_MAX);
    assert_written(&out, "0 999 4,812 18,446,744,073,709,551,615");
}

static void money_has_the_digits_of_its_currency_or_none(void **state)
{
    (void)state;
    struct buf out = {0};
    html_money(&out, LANGUAGE_ENGLISH, (struct money){188000, "BRL"});
    assert_written(&out, "1,880" NBSP "BRL");
    html_money(&out, LANGUAGE_ENGLISH, (struct money){1205, "BRL"});
    assert_written(&out, "12.05" NBSP "BRL");
    html_money(&out, LANGUAGE_ENGLISH, (struct money){1205, "JPY"});
    assert_written(&out, "1,205" NBSP "JPY");
    html_money(&out, LANGUAGE_ENGLISH, (struct money){-5, "EUR"});
    assert_written(&out, "−0.05" NBSP "EUR");
}

static void a_share_is_never_rounded_to_all_or_none(void **state)
{
    (void)state;
    struct buf out = {0};
    html_share(&out, LANGUAGE_ENGLISH, 4624, 4812);
    assert_written(&out, "96.1" NBSP "%");
    html_share(&out, LANGUAGE_ENGLISH, 99999, 100000);
    assert_written(&out, "99.9" NBSP "%");
    html_share(&out, LANGUAGE_ENGLISH, 1, 100000);
    assert_written(&out, "0.1" NBSP "%");
    html_share(&out, LANGUAGE_ENGLISH, 7, 7);
    assert_written(&out, "100" NBSP "%");
    html_share(&out, LANGUAGE_ENGLISH, 0, 7);
    assert_written(&out, "0" NBSP "%");
}

static void an_interval_stands_with_its_denominator(void **state)
{
    (void)state;
    struct buf out = {0};
    html_interval(&out, LANGUAGE_ENGLISH, 960, 1200);
    assert_written(&out, "(77.6–82.2, n" NBSP "1,200)");
}

static void targets_keep_their_digits(void **state)
{
    (void)state;
    struct buf out = {0};
    html_ppm(&out, LANGUAGE_ENGLISH, 950000);
    assert_written(&out, "95" NBSP "%");
    html_ppm(&out, LANGUAGE_ENGLISH, 999500);
    assert_written(&out, "99.95" NBSP "%");
    html_ppm(&out, LANGUAGE_ENGLISH, 5);
    assert_written(&out, "0.0005" NBSP "%");
}

static void figures_are_written_as_each_language_does(void **state)
{
    (void)state;
    struct buf out = {0};
    html_count(&out, LANGUAGE_PORTUGUESE, 4812);
    assert_written(&out, "4.812");
    html_count(&out, LANGUAGE_SPANISH, 4812);
    assert_written(&out, "4812");
    html_count(&out, LANGUAGE_SPANISH, 48120);
    assert_written(&out, "48.120");
    html_money(&out, LANGUAGE_SPANISH, (struct money){1205, "BRL"});
    assert_written(&out, "12,05" NBSP "BRL");
    html_ppm(&out, LANGUAGE_PORTUGUESE, 999500);
    assert_written(&out, "99,95" NBSP "%");
    html_interval(&out, LANGUAGE_PORTUGUESE, 960, 1200);
    assert_written(&out, "(77,6–82,2; n" NBSP "1.200)");
}

static void a_time_tells_its_day_and_zone_in_the_language(void **state)
{
    (void)state;
    struct arena arena CLEANUP(arena_release) = {0};
    struct zone *zone;
    int64_t at;
    assert_int_equal(zone_load(&arena, TEXT("America/Sao_Paulo"), &zone, NULL), ERR_NONE);
    assert_true(moment_parse(TEXT("2025-11-22T02:59:00Z"), &at));
    struct buf out = {0};
    html_time(&out, LANGUAGE_ENGLISH, zone, at);
    assert_written(&out, "<time datetime=\"2025-11-22T02:59:00Z\" title=\"Friday 21 November 2025, "
                         "23:59:00 (America/Sao_Paulo)\">23:59</time>");
    html_date(&out, LANGUAGE_PORTUGUESE, zone, at);
    assert_written(&out,
                   "<time datetime=\"2025-11-22T02:59:00Z\" title=\"sexta-feira, 21 de novembro "
                   "de 2025, 23:59:00 (America/Sao_Paulo)\">21 de novembro de 2025</time>");
    html_plain_date(&out, LANGUAGE_SPANISH, (struct date){2025, 1, 6});
    assert_written(&out, "6 de enero de 2025");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(markup_in_an_attribute_becomes_text),
        cmocka_unit_test(counts_are_grouped_by_thousands),
        cmocka_unit_test(money_has_the_digits_of_its_currency_or_none),
        cmocka_unit_test(a_share_is_never_rounded_to_all_or_none),
        cmocka_unit_test(an_interval_stands_with_its_denominator),
        cmocka_unit_test(targets_keep_their_digits),
        cmocka_unit_test(figures_are_written_as_each_language_does),
        cmocka_unit_test(a_time_tells_its_day_and_zone_in_the_language),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
