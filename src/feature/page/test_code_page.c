#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "feature/page/code_page.h"

static const struct promise promise = {
    .words = TEXT("We answer."), .has_target = true, .target_ppm = 950000};

static struct buf record_in(enum language l, const struct tally_month *months, size_t count,
                            int64_t published_us)
{
    static const struct money paid = {188000, "BRL"};
    struct code_record record = {
        .months = months, .month_count = count, .paid = &paid, .paid_count = 1};
    struct code_page page = {.language = l, .published_us = published_us, .now_us = 400 * DAY_US};
    struct buf out = {0};
    code_page_record(&page, &promise, count ? &record : NULL, &out);
    return out;
}

static void assert_says_in(enum language l, const struct tally_month *months, size_t count,
                           const char *words)
{
    struct buf out CLEANUP(buf_release) = record_in(l, months, count, 0);
    if (!text_contains(buf_text(&out), text_of(words))) {
        fail_msg("\"%s\" is not in %s", words, out.ptr);
    }
}

static void assert_says(const struct tally_month *months, size_t count, const char *words)
{
    assert_says_in(LANGUAGE_ENGLISH, months, count, words);
}

static void last_month_is_told_in_one_sentence(void **state)
{
    (void)state;
    const struct tally_month months[] = {{2025, 10, {4624, 188, 41}}, {2025, 11, {10, 0, 0}}};
    assert_says(months, 2,
                "Kept 96 times in 100 last month (4,624 of 4,812). 188 broken, 41 excused; "
                "1,880\u00a0BRL paid.");
    assert_says(months, 2, "(95.5–96.6, n\u00a04,812)");
}

static void a_share_is_rounded_down_so_that_it_never_claims_too_much(void **state)
{
    (void)state;
    const struct tally_month months[] = {{2025, 10, {999999, 1, 0}}, {2025, 11, {0, 0, 0}}};
    assert_says(months, 2, "Kept 99 times in 100 last month");
}

static void all_and_none_have_words_of_their_own(void **state)
{
    (void)state;
    const struct tally_month all[] = {{2025, 10, {312, 0, 0}}, {2025, 11, {0, 0, 0}}};
    const struct tally_month none[] = {{2025, 10, {0, 7, 0}}, {2025, 11, {0, 0, 0}}};
    assert_says(all, 2, "Kept every time last month (312 of 312).");
    assert_says(none, 2, "Not kept once last month (0 of 7). 7 broken");
}

static void under_five_cases_nothing_is_said(void **state)
{
    (void)state;
    const struct tally_month four[] = {{2025, 10, {3, 1, 0}}, {2025, 11, {0, 0, 0}}};
    const struct tally_month five[] = {{2025, 10, {4, 1, 0}}, {2025, 11, {0, 0, 0}}};
    assert_says(four, 2, "Too few to say: 4 cases last month.");
    assert_says(five, 2, "Kept 80 times in 100 last month (4 of 5).");
}

static void the_first_month_is_told_while_it_runs(void **state)
{
    (void)state;
    const struct tally_month months[] = {{2025, 11, {9, 1, 0}}};
    assert_says(months, 1, "Kept 90 times in 100 so far in November (9 of 10). 1 broken.");
}

static void a_new_promise_says_that_its_record_begins(void **state)
{
    (void)state;
    assert_says(NULL, 0, "No record yet");
    struct buf out CLEANUP(buf_release) =
        record_in(LANGUAGE_ENGLISH, NULL, 0, 400 * DAY_US - HOUR_US);
    assert_true(text_contains(buf_text(&out), TEXT("Published today. No record yet")));
}

static void the_months_are_drawn_and_listed(void **state)
{
    (void)state;
    const struct tally_month months[] = {
        {2025, 9, {90, 10, 0}}, {2025, 10, {2, 0, 0}}, {2025, 11, {95, 5, 0}}};
    assert_says(months, 3, "<title>September 2025: 90.0\u00a0% (82.6–94.5, n\u00a0100)</title>");
    assert_says(months, 3, "<title>October 2025: too few to say</title>");
    assert_says(months, 3, "<title>November 2025 so far: 95.0\u00a0%");
    assert_says(months, 3, "<details><summary>Month by month as a table</summary>");
}

static void one_month_alone_is_not_drawn(void **state)
{
    (void)state;
    const struct tally_month months[] = {{2025, 10, {90, 10, 0}}, {2025, 11, {1, 0, 0}}};
    struct buf out CLEANUP(buf_release) = record_in(LANGUAGE_ENGLISH, months, 2, 0);
    assert_false(text_contains(buf_text(&out), TEXT("class=\"plot\"")));
}

static void each_language_writes_words_and_figures_in_its_own_way(void **state)
{
    (void)state;
    const struct tally_month months[] = {{2025, 10, {4624, 188, 1}}, {2025, 11, {10, 0, 0}}};
    assert_says_in(LANGUAGE_PORTUGUESE, months, 2,
                   "Cumprida 96 vezes em 100 no mês passado (4.624 de 4.812). 188 quebradas, 1 "
                   "justificada; 1.880\u00a0BRL pagos.");
    assert_says_in(LANGUAGE_PORTUGUESE, months, 2, "96,1\u00a0% (95,5–96,6; n\u00a04.812)");
    assert_says_in(LANGUAGE_PORTUGUESE, months, 2, "novembro de 2025 até agora: 100\u00a0%");
    assert_says_in(LANGUAGE_SPANISH, months, 2,
                   "Cumplida 96 de cada 100 veces el mes pasado (4624 de 4812). 188 rotas, 1 "
                   "justificada; 1880\u00a0BRL pagados.");
}

static void where_to_complain_is_told_only_if_the_code_says_it(void **state)
{
    (void)state;
    static const struct text channels[] = {TEXT("email"), TEXT("phone")};
    struct arena arena CLEANUP(arena_release) = {0};
    struct zone *zone;
    assert_int_equal(zone_load(&arena, TEXT("UTC"), &zone, NULL), ERR_NONE);
    struct code code = {.title = TEXT("Shop"), .channels = channels, .channel_count = 2};
    struct code_page page = {.code = &code, .zone = zone, .now_us = 400 * DAY_US};
    struct buf without CLEANUP(buf_release) = {0}, with CLEANUP(buf_release) = {0};
    code_page(&page, &without);
    assert_false(text_contains(buf_text(&without), TEXT("Tell us")));
    assert_true(text_contains(buf_text(&without), TEXT("You reach us by email and phone.")));
    code.contact = TEXT("help@shop.example");
    code_page(&page, &with);
    assert_true(
        text_contains(buf_text(&with), TEXT("Tell us: <a href=\"mailto:help@shop.example\">")));
}

static void no_language_lacks_a_word(void **state)
{
    (void)state;
    for (int l = 0; l < LANGUAGES; l++) {
        const char *words[sizeof(struct page_words) / sizeof(char *)];
        memcpy(words, page_words((enum language)l), sizeof words);
        for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
            assert_non_null(words[i]);
            assert_true(words[i][0]);
        }
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(last_month_is_told_in_one_sentence),
        cmocka_unit_test(a_share_is_rounded_down_so_that_it_never_claims_too_much),
        cmocka_unit_test(all_and_none_have_words_of_their_own),
        cmocka_unit_test(under_five_cases_nothing_is_said),
        cmocka_unit_test(the_first_month_is_told_while_it_runs),
        cmocka_unit_test(a_new_promise_says_that_its_record_begins),
        cmocka_unit_test(the_months_are_drawn_and_listed),
        cmocka_unit_test(one_month_alone_is_not_drawn),
        cmocka_unit_test(each_language_writes_words_and_figures_in_its_own_way),
        cmocka_unit_test(where_to_complain_is_told_only_if_the_code_says_it),
        cmocka_unit_test(no_language_lacks_a_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
