/* What the parser says about mistakes: rule, place and suggestion; and that it goes on after each.
 */
#include "lang/code.h"

#include "base/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct arena arena;
static struct diagnostics found;

static struct code *parse(struct text source)
{
    return code_parse(&arena, source, &found);
}

/* Line 10 is the first that a mistake can add. */
static const char preamble[] = "code \"C\"\n  zone UTC\n  channels email\n"
                               "calendar office\n  open mon..fri 09:00-17:00\n"
                               "group writing = email\n"
                               "table answer by priority\n  urgent  1 hour\n  else  2 hours\n";

struct mistake {
    const char *text, *rule;
    uint32_t line, column;
    const char *suggestion; /* part of it; "" for none */
};

static const struct mistake mistakes[] = {
    {"  zone UTC\n", "row-after-else", 10, 3, ""}, /* goes on with the table */
    {"promis a\n  x y\n", "unknown-block", 10, 1, "did you mean \"promise\"?"},
    {"x = 1\n", "unknown-block", 10, 1, ""},
    {"group Writing = a\n", "bad-name", 10, 7, ""},
    {"group writing = a\n", "duplicate-name", 10, 7, ""},
    {"code \"D\"\n", "duplicate-name", 10, 1, ""},
    {"group g = a,\n", "expected", 10, 13, ""},
    {"group g = a b\n", "unexpected", 10, 13, ""},
    {"principle p\n  \"W.\"\n", "expected", 10, 12, ""},
    {"principle p \"T\"\n  \"W.\"\n  \"V.\"\n", "duplicate-clause", 12, 3, ""},
    {"allow a\n  refund up to 50 per thread by agent\n", "expected", 11, 16, ""},
    {"allow a\n  refund up to 50.123 EUR by agent\n", "bad-money", 11, 16, ""},
    {"allow a\n  \"W.\"\n", "missing-clause", 10, 7, "refund up to"},
    {"calendar c\n  open mon-fri 09:00-17:00\n", "expected", 11, 8, "mon, tue"},
    {"calendar c\n  open mon 17:00-09:00\n", "bad-spell", 11, 12, "24:00"},
    {"calendar c\n  open mon 25:00-17:00\n", "no-such-time", 11, 12, "00:00 to 24:00"},
    {"calendar c\n  open mon 9:00-17:00\n", "bad-number", 11, 12, "08:30"},
    {"calendar c\n  closed 2015-02-29\n", "no-such-date", 11, 10, "year-month-day"},
    {"calendar c\n  closed 2015-2-2\n", "bad-number", 11, 10, "year-month-day"},
    {"calendar c\n  closed every 02-30\n", "no-such-date", 11, 16, "month-day"},
    {"calendar c\n  closed 2015-03-02..2015-03-01\n", "empty-dates", 11, 10, ""},
    {"calendar c\n  opens mon 09:00-17:00\n", "unknown-clause", 11, 3, "\"open\""},
    {"table t by x\n  a 1 hour\n  b 2.00 EUR\n", "mixed-table", 12, 5, ""},
    {"table t by x\n  a 1 hour\n  up to 3 2 hours\n", "mixed-table", 12, 3, ""},
    {"table t by x\n  up to 3 1 hour\n  up to 3 hours 2 hours\n", "mixed-table", 12, 3, ""},
    {"table t by x\n  else 1 hour\n  a 1 hour\n", "row-after-else", 12, 3, ""},
    {"table t by x\n", "missing-clause", 10, 7, "urgent 1 hour"},
    {"table t by x.y\n  else 1 hour\n", "expected", 10, 12, "events"},
    {"table t by x\n  a 1 fortnight\n", "expected", 11, 5, ""},
    {"promise p under q\n  \"W.\"\n  on a.b\n  must c.d within 1 hour\n", "unknown-principle", 10,
     17, ""},
    {"promise p\n  on a.b\n  must c.d within 1 hour\n", "missing-clause", 10, 9, "quotes"},
    {"promise p\n  \"W.\"\n  must c.d within 1 hour\n", "missing-clause", 10, 9, "on EVENT"},
    {"promise p\n  \"W.\"\n  on a.b\n", "missing-clause", 10, 9, "must EVENT"},
};

static const struct mistake clause_mistakes[] = {
    /* each stands as the third clause of a promise with words and `on`, on line 13 */
    {"must answered within 1 hour", "expected", 13, 8, "noun.verb"},
    {"must c.d", "expected", 13, 11, ""},
    {"must c.d within", "expected", 13, 18, ""},
    {"must c.d within 4 hrs", "unknown-unit", 13, 21, ""},
    {"must c.d within 4 huors", "unknown-unit", 13, 21, "\"hours\""},
    {"must c.d within 4h", "bad-number", 13, 19, "blank"},
    {"must c.d within 0 hours", "bad-duration", 13, 19, ""},
    {"must c.d within 1.5 days", "bad-duration", 13, 19, "whole"},
    {"must c.d within 10000 years", "bad-duration", 13, 19, ""},
    {"must c.d within 2 working weeks of office", "unknown-unit", 13, 21, "working days"},
    {"must c.d within 2 calendar hours", "unknown-unit", 13, 21, "calendar days"},
    {"must c.d within 2 working days", "missing-calendar", 13, 19, "of office"},
    {"must c.d within 2 working days of ofice", "unknown-calendar", 13, 37, "\"office\""},
    {"must c.d within anwser", "unknown-table", 13, 19, "\"answer\""},
    {"must c.d within 1 hour of day", "unexpected", 13, 26, ""},
    {"must c.d by staff", "expected", 13, 20, ""},
    {"must c.d from x", "expected", 13, 18, ""},
    {"must c.d every 7 days", "expected", 13, 24, ""},
    {"must c.d every 7 days utnil e.f", "expected", 13, 25, "\"until\""},
    {"must have c.d 2 days before", "expected", 13, 17, ""},
    {"must not c.d for", "expected", 13, 19, ""},
    {"must be x", "expected", 13, 12, ""},
    {"must be x == 1", "expected", 13, 14, ""},
    {"must be x not in writing", "expected", 13, 13, "before the attribute"},
    {"must be x in wriing", "unknown-group", 13, 16, "\"writing\""},
    {"must be x in (a, )", "expected", 13, 20, ""},
    {"must be (x = 1", "expected", 13, 17, ""},
    {"must be x is late", "expected", 13, 16, "="},
    {"must be x = 1 or c.d", "unexpected", 13, 17, ""},
    {"must be x > 3 months", "unfit-unit", 13, 15, "weeks"},
    {"must c.d by staff by bot within 1 hour", "duplicate", 13, 21, ""},
    {"must c.d where x = “a” within 1 hour", "bad-character", 13, 22, "instead of “"},
    {"must c.d where x = 'a' within 1 hour", "bad-character", 13, 22, "instead of '"},
    {"must c.d where x = \"a within 1 hour", "open-text", 13, 22, "close it"},
    {"must c.d where x = \"a\\n\" within 1 hour", "bad-escape", 13, 24, "\\\\"},
    {"must c.d where x & 1 within 1 hour", "bad-character", 13, 20, "double quotes"},
    {"at least 2 c.d per customer", "expected", 13, 30, ""},
    {"at least 0 c.d in any 2 days", "bad-count", 13, 3, ""},
    {"at least -1 c.d in any 2 days", "bad-count", 13, 12, ""},
    {"at least 1.5 c.d in any 2 days", "bad-count", 13, 12, ""},
    {"at least 1 c.d each year from 02-29", "no-such-date", 13, 33, ""},
    {"at most 2 c.d", "unexpected-on", 12, 6, ""},
    {"at most 2 c.d until e.f", "unexpected", 13, 23, ""},
    {"must c.d within 1 hour\n  must e.f within 1 hour", "duplicate-clause", 14, 3, ""},
    {"must c.d within 1 hour\n  at least 1 e.f each day", "two-duties", 14, 3, "second promise"},
    {"must c.d within 1 hour\n  on e.f", "duplicate-clause", 14, 3, ""},
    {"must c.d within 1 hour\n  warn 80%", "expected", 14, 8, ""},
    {"must c.d within 1 hour\n  warn at 80", "expected", 14, 13, ""},
    {"must c.d within 1 hour\n  target 101% each month", "bad-share", 14, 10, ""},
    {"must c.d within 1 hour\n  target 90% each moon", "expected", 14, 19, ""},
    {"must c.d within 1 hour\n  tagret 90% each month", "unknown-clause", 14, 3, "\"target\""},
    {"must c.d within 1 hour\n  void e.f", "expected", 14, 8, ""},
    {"must c.d within 1 hour\n  pause until e.f", "expected", 14, 9, ""},
    {"must c.d within 1 hour\n  extend by 1 day 0 times when e.f", "bad-count", 14, 19, ""},
    {"must c.d within 1 hour\n  otherwise 10.00 EUR", "expected", 14, 13, ""},
    {"must c.d within 1 hour\n  otherwise credit 10", "expected", 14, 20, ""},
    {"must c.d within 1 hour\n  otherwise credit anser", "unknown-table", 14, 20, "\"answer\""},
    {"must c.d within 1 hour\n  otherwise credit 1.00 EUR at most 0 each year", "bad-count", 14, 37,
     ""},
    {"must c.d within 1 hour\n  otherwise credit 1.00 EUR plus 1.00 EUR", "expected", 14, 42, ""},
    {"must c.d within 1 hour\n  otherwise task call", "expected", 14, 18, ""},
    {"must c.d within 1 hour\n  applies 2015-01-01", "expected", 14, 11, ""},
    {"must c.d within 1 hour\n  applies from 2015-01-02 until 2015-01-02", "empty-dates", 14, 11,
     ""},
    {"must c.d per x within 1 hour", "expected", 13, 12, ""},
    {"at least 1 c.d per x in any 2 days\n  on e.f", "duplicate-clause", 14, 3, ""},
};

static void assert_mistake(struct text source, const struct mistake *m)
{
    parse(source);
    const struct diagnostic *first = &found.items[0];
    if (found.errors == 0 || found.count == 0) {
        fail_msg("nothing found in: %s", m->text);
    }
    if (strcmp(first->rule, m->rule) != 0 || first->span.line != m->line ||
        first->span.column != m->column ||
        !text_contains(first->suggestion, text_of(m->suggestion))) {
        fail_msg("%s: %s at %u:%u: %.*s (%.*s)", m->text, first->rule, first->span.line,
                 first->span.column, TEXT_ARG(first->message), TEXT_ARG(first->suggestion));
    }
    if (found.errors != 1) {
        fail_msg("%s: one mistake, but also: %.*s", m->text, TEXT_ARG(found.items[1].message));
    }
}

static void each_mistake_is_told_once_with_its_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
        assert_mistake(arena_printf(&arena, "%s%s", preamble, mistakes[i].text), &mistakes[i]);
    }
}

static void each_mistake_in_a_clause_is_told_once_with_its_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(clause_mistakes) / sizeof(clause_mistakes[0]); i++) {
        struct text source = arena_printf(&arena, "%spromise p\n  \"W.\"\n  on a.b\n  %s\n",
                                          preamble, clause_mistakes[i].text);
        assert_mistake(source, &clause_mistakes[i]);
    }
}

static void reading_goes_on_after_a_mistake(void **state)
{
    (void)state;
    struct code *code = parse(TEXT("code \"C\"\n  zone UTC\n  owner nobody\n"
                                   "frobnicate\n  all of this is passed over = (\n"
                                   "promise a\n  \"W.\"\n  on x\n  must c.d within 1 hour\n"
                                   "promise b\n  \"W.\"\n  on a.b\n  must c.d within 2 hours\n"
                                   "  warn at x\n  target 90% each month\n"));
    assert_int_equal(found.errors, 4);
    assert_int_equal(found.items[0].span.line, 3);
    assert_int_equal(found.items[1].span.line, 4);
    assert_int_equal(found.items[2].span.line, 8);
    assert_int_equal(found.items[3].span.line, 14);
    assert_int_equal(code->promise_count, 2);
    assert_int_equal(code->promises[0].duty.kind, DUTY_WITHIN);
    assert_true(code->promises[1].has_target);
}

static void at_most_twenty_findings_are_kept(void **state)
{
    (void)state;
    struct buf source CLEANUP(buf_release) = {0};
    buf_add_str(&source, "code \"C\"\n  zone UTC\n");
    for (int i = 0; i < CODE_DIAGNOSTICS_MAX; i++) {
        buf_addf(&source, "mistake-%d\n", i);
    }
    parse(buf_text(&source));
    assert_int_equal(found.count, CODE_DIAGNOSTICS_MAX);
    assert_int_equal(found.left_out, 0);
    buf_add_str(&source, "one-more\n");
    parse(buf_text(&source));
    assert_int_equal(found.count, CODE_DIAGNOSTICS_MAX);
    assert_int_equal(found.left_out, 1);
    assert_int_equal(found.errors, CODE_DIAGNOSTICS_MAX + 1);
    assert_int_equal(found.items[19].span.line, 22);
}

static void findings_stand_in_the_order_of_the_text(void **state)
{
    (void)state;
    parse(TEXT("code \"C\"\n  zone UTC\npromise p\n  \"W.\"\n  on a.b\n"
               "  must c.d within 1 working day of x\ngroup g =\nnonsense\n"));
    assert_int_equal(found.count, 3);
    assert_string_equal(found.items[0].rule, "unknown-calendar");
    assert_string_equal(found.items[1].rule, "expected");
    assert_string_equal(found.items[2].rule, "unknown-block");
}

/* -- indentation, line ends, encoding -- */

static void assert_first(const char *source, size_t len, const char *rule, uint32_t line,
                         uint32_t column)
{
    parse((struct text){source, len});
    if (found.count == 0 || strcmp(found.items[0].rule, rule) != 0 ||
        found.items[0].span.line != line || found.items[0].span.column != column) {
        fail_msg("%s: %s at %u:%u", source, found.count ? found.items[0].rule : "nothing",
                 found.items[0].span.line, found.items[0].span.column);
    }
}

static void tabs_and_blanks_may_not_be_mixed_in_one_block(void **state)
{
    (void)state;
    parse(TEXT("code \"C\"\n\tzone UTC\n\tchannels\n\t\temail\n\tscope \"x\"\n"
               "calendar c\n  open mon 09:00-10:00\n"));
    assert_int_equal(found.errors, 0);
    static const char mixed[] = "code \"C\"\n  zone UTC\n\tscope \"x\"\n";
    assert_first(mixed, strlen(mixed), "mixed-indentation", 3, 1);
    static const char in_line[] = "code \"C\"\n \tzone UTC\n";
    assert_first(in_line, strlen(in_line), "mixed-indentation", 2, 1);
    assert_int_equal(found.errors, 1);
}

static void indentation_that_fits_no_block_is_told(void **state)
{
    (void)state;
    static const char less[] = "code \"C\"\n    zone UTC\n  scope \"x\"\n";
    assert_first(less, strlen(less), "bad-indentation", 3, 1);
    assert_int_equal(found.errors, 1);
    static const char first[] = "  code \"C\"\n    zone UTC\n";
    assert_first(first, strlen(first), "bad-indentation", 1, 1);
    assert_int_equal(found.errors, 1);
}

static void line_ends_of_any_system_are_read(void **state)
{
    (void)state;
    struct code *code = parse(TEXT("\xef\xbb\xbf"
                                   "code \"C\"\r\n  zone UTC # why\r\n\r\n  scope \"x\""));
    assert_int_equal(found.errors, 0);
    assert_true(text_is(code->zone, "UTC"));
    assert_true(text_is(code->scope, "x"));
    assert_int_equal(code->zone_span.line, 2);
}

static void bytes_that_are_no_text_are_refused(void **state)
{
    (void)state;
    static const char bad[] = "code \"C\"\n  owner \"\xc3\xa9\xff\"\n";
    assert_first(bad, strlen(bad), "bad-encoding", 2, 11);
    static const char nul[] = "code \"C\"\n  zone U\0C\n";
    assert_first(nul, sizeof(nul) - 1, "bad-character", 2, 9);
    static const char bell[] = "code \"C\a\"\n";
    assert_first(bell, strlen(bell), "bad-character", 1, 8);
    static const char nbsp[] = "code \"C\"\n\xc2\xa0 zone UTC\n";
    assert_first(nbsp, strlen(nbsp), "bad-character", 2, 1);
    assert_first("", 0, "missing-code", 1, 1);
    assert_first("# nothing", 9, "missing-code", 1, 1);
}

static void columns_count_characters_rather_than_bytes(void **state)
{
    (void)state;
    static const char source[] = "code \"é日本\" 5\n";
    assert_first(source, strlen(source), "unexpected", 1, 12);
}

/* -- printing -- */

static void findings_are_printed_with_line_caret_and_suggestion(void **state)
{
    (void)state;
    struct text source =
        TEXT("code \"C\"\n  zone UTC\n  channels email\ncalendar office\n\topen mon 09:00-17:00\n"
             "promise p\n\t\"É.\"\n\ton a.b\n\tmust c.d within 1 working day of ofice\n");
    parse(source);
    struct buf out CLEANUP(buf_release) = {0};
    diagnostics_print(&found, TEXT("a.troth"), source, &out);
    assert_string_equal(out.ptr, "a.troth:9:35: error: there is no calendar \"ofice\"\n"
                                 "\tmust c.d within 1 working day of ofice\n"
                                 "\t                                 ^^^^^\n"
                                 "  did you mean \"office\"?\n");
}

static void long_lines_are_printed_around_the_mistake(void **state)
{
    (void)state;
    struct buf source CLEANUP(buf_release) = {0}, out CLEANUP(buf_release) = {0};
    buf_add_str(&source, "code \"");
    for (int i = 0; i < 1000; i++) {
        buf_add_str(&source, "é");
    }
    buf_add_str(&source, "\" wrong\n");
    parse(buf_text(&source));
    diagnostics_print(&found, TEXT("a.troth"), buf_text(&source), &out);
    assert_true(out.len < 600);
    assert_true(text_contains(buf_text(&out), TEXT("a.troth:1:1009: error")));
    assert_true(text_contains(buf_text(&out), TEXT("é\" wrong\n")));
    assert_int_equal(text_utf8_valid(buf_text(&out)), out.len);
}

static void findings_are_written_as_json(void **state)
{
    (void)state;
    parse(TEXT("code \"C\"\n  zon UTC\n"));
    struct buf out CLEANUP(buf_release) = {0};
    struct json_writer w = json_writer(&out);
    diagnostics_json(&found, LANGUAGE_ENGLISH, &w);
    const struct json *array;
    struct err_info info;
    assert_int_equal(json_parse(&arena, buf_text(&out), &json_default_limits, &array, &info), 0);
    assert_int_equal(array->count, 1);
    assert_true(text_is(json_get(array->first, "rule")->text, "unknown-clause"));
    assert_true(text_is(json_get(array->first, "severity")->text, "error"));
    assert_true(json_get(array->first, "line")->number == 2);
    assert_true(json_get(array->first, "column")->number == 3);
    assert_true(json_get(array->first, "length")->number == 3);
    assert_true(text_is(json_get(array->first, "suggestion")->text, "did you mean \"zone\"?"));
}

static int tear_down(void **state)
{
    (void)state;
    arena_release(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_mistake_is_told_once_with_its_place),
        cmocka_unit_test(each_mistake_in_a_clause_is_told_once_with_its_place),
        cmocka_unit_test(reading_goes_on_after_a_mistake),
        cmocka_unit_test(at_most_twenty_findings_are_kept),
        cmocka_unit_test(findings_stand_in_the_order_of_the_text),
        cmocka_unit_test(tabs_and_blanks_may_not_be_mixed_in_one_block),
        cmocka_unit_test(indentation_that_fits_no_block_is_told),
        cmocka_unit_test(line_ends_of_any_system_are_read),
        cmocka_unit_test(bytes_that_are_no_text_are_refused),
        cmocka_unit_test(columns_count_characters_rather_than_bytes),
        cmocka_unit_test(findings_are_printed_with_line_caret_and_suggestion),
        cmocka_unit_test(long_lines_are_printed_around_the_mistake),
        cmocka_unit_test(findings_are_written_as_json),
    };
    return cmocka_run_group_tests(tests, NULL, tear_down);
}
