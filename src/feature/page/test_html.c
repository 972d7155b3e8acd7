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
    html_count(&out, 0);
    buf_add_char(&out, ' ');
    html_count(&out, 999);
    buf_add_char(&out, ' ');
    html_count(&out, 4812);
    buf_add_char(&out, ' ');
    html_count(&out, UINT64_MAX);
    assert_written(&out, "0 999 4,812 18,446,744,073,709,551,615");
}

static void money_has_the_digits_of_its_currency_or_none(void **state)
{
    (void)state;
    struct buf out = {0};
    html_money(&out, (struct money){188000, "BRL"});
    assert_written(&out, "1,880" NBSP "BRL");
    html_money(&out, (struct money){1205, "BRL"});
    assert_written(&out, "12.05" NBSP "BRL");
    html_money(&out, (struct money){1205, "JPY"});
    assert_written(&out, "1,205" NBSP "JPY");
    html_money(&out, (struct money){-5, "EUR"});
    assert_written(&out, "−0.05" NBSP "EUR");
}

static void a_share_is_never_rounded_to_all_or_none(void **state)
{
    (void)state;
    struct buf out = {0};
    html_share(&out, 4624, 4812);
    assert_written(&out, "96.1" NBSP "%");
    html_share(&out, 99999, 100000);
    assert_written(&out, "99.9" NBSP "%");
    html_share(&out, 1, 100000);
    assert_written(&out, "0.1" NBSP "%");
    html_share(&out, 7, 7);
    assert_written(&out, "100" NBSP "%");
    html_share(&out, 0, 7);
    assert_written(&out, "0" NBSP "%");
}

static void an_interval_stands_with_its_denominator(void **state)
{
    (void)state;
    struct buf out = {0};
    html_interval(&out, 960, 1200);
    assert_written(&out, "(77.6–82.2, n" NBSP "1,200)");
}

static void targets_keep_their_digits(void **state)
{
    (void)state;
    struct buf out = {0};
    html_ppm(&out, 950000);
    assert_written(&out, "95" NBSP "%");
    html_ppm(&out, 999500);
    assert_written(&out, "99.95" NBSP "%");
    html_ppm(&out, 5);
    assert_written(&out, "0.0005" NBSP "%");
}

static void a_time_names_its_day_only_when_it_is_another(void **state)
{
    (void)state;
    struct arena arena CLEANUP(arena_release) = {0};
    struct zone *zone;
    assert_int_equal(zone_load(&arena, TEXT("America/Sao_Paulo"), &zone, NULL), ERR_NONE);
    int64_t now, same_day, year_before;
    assert_true(moment_parse(TEXT("2025-11-21T16:08:20Z"), &now));
    assert_true(moment_parse(TEXT("2025-11-22T02:59:00Z"), &same_day));
    assert_true(moment_parse(TEXT("2024-11-22T03:00:00Z"), &year_before));
    struct buf out = {0};
    html_time(&out, zone, same_day, now);
    assert_written(&out, "<time datetime=\"2025-11-22T02:59:00Z\" title=\"Friday 21 November 2025, "
                         "23:59:00 (America/Sao_Paulo)\">23:59</time>");
    html_time(&out, zone, year_before, now);
    assert_written(&out, "<time datetime=\"2024-11-22T03:00:00Z\" title=\"Friday 22 November 2024, "
                         "00:00:00 (America/Sao_Paulo)\">Fri 22 Nov 2024 00:00</time>");
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
        cmocka_unit_test(a_time_names_its_day_only_when_it_is_another),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
