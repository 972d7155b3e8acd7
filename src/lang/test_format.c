/* The one layout of a Code. */
#include "lang/code.h"

#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static struct arena arena;

static struct text format(struct text source)
{
    struct text out = {"", 0};
    struct err_info info = {0};
    if (code_format(&arena, source, &out, &info) != ERR_NONE) {
        fail_msg("%u:%u: %s in %.*s", info.line, info.column, info.text, TEXT_ARG(source));
    }
    return out;
}

static void assert_layout(const char *source, const char *expected)
{
    struct text out = format(text_of(source));
    assert_string_equal(out.ptr, expected);
    assert_string_equal(format(out).ptr, expected);
}

static void clauses_stand_in_one_column(void **state)
{
    (void)state;
    assert_layout(
        "code   \"C\"\n      zone UTC\n      channels email,chat , phone\n"
        "promise p  under q\n \"W.\"\n on a.b\n must not c.d for 7 days\n target 95 % each "
        "month\n otherwise credit 1 EUR\nprinciple q \"Q\"\n\t\"W.\"\n",
        "code \"C\"\n  zone     UTC\n  channels email, chat, phone\n\n"
        "promise p under q\n  \"W.\"\n  on       a.b\n  must not c.d for 7 days\n"
        "  target   95% each month\n  otherwise credit 1 EUR\n\n"
        "principle q \"Q\"\n  \"W.\"\n");
}

static void tables_and_calendars_have_columns_of_their_own(void **state)
{
    (void)state;
    assert_layout(
        "code \"C\"\n zone UTC\ncalendar c\n open mon .. fri 09:00 - 17:00\n closed every "
        "12-25 \"X\"\n"
        "table t by x\n a 1 hour\n else 2 hours\n"
        "table u by day\n mon..fri, sun 1 hour\n else 2 hours\n"
        "table v by y\n up to 30 minutes 5.00 EUR\n else 1.00 EUR\n",
        "code \"C\"\n  zone     UTC\n\n"
        "calendar c\n  open    mon..fri 09:00-17:00\n  closed  every 12-25 \"X\"\n\n"
        "table t by x\n  a        1 hour\n  else     2 hours\n\n"
        "table u by day\n  mon..fri, sun  1 hour\n  else           2 hours\n\n"
        "table v by y\n  up to 30 minutes  5.00 EUR\n  else              1.00 EUR\n");
}

static void comments_are_kept(void **state)
{
    (void)state;
    assert_layout("# top\ncode \"C\" # title  \n  # inside\n  zone UTC# zone\n# about p\n"
                  "# and more\npromise p\n \"W.\"\n on a.b\n    # between\n    where x = 1\n"
                  " must c.d within 1 hour\n# left\n # \"end\n",
                  "# top\ncode \"C\"  # title\n  # inside\n  zone     UTC  # zone\n\n# about p\n"
                  "# and more\npromise p\n  \"W.\"\n  on       a.b\n  # between\n"
                  "           where x = 1\n  must     c.d within 1 hour\n# left\n  # \"end\n");
}

static void blank_lines_are_at_most_one(void **state)
{
    (void)state;
    assert_layout("\n\n\ncode \"C\"\n\n\n  zone UTC\ngroup a = b\ngroup c = d,\n  e,\n  f\n\n\n"
                  "group g = h\n\n\n",
                  "code \"C\"\n\n  zone     UTC\n\ngroup a = b\ngroup c = d,\n  e,\n  f\n\n"
                  "group g = h\n");
}

static void clauses_that_go_on_keep_their_lines(void **state)
{
    (void)state;
    assert_layout(
        "code \"C\"\r\n  zone UTC\r\n  channels email,\r\n     chat\r\nprinciple q \"Q\"\r\n"
        "  \"One\"\r\n      \"two.\"\r\n",
        "code \"C\"\n  zone     UTC\n  channels email,\n           chat\n\n"
        "principle q \"Q\"\n  \"One\"\n    \"two.\"\n");
}

static void brackets_and_signs_are_set_tight(void **state)
{
    (void)state;
    assert_layout(
        "code \"C\"\n zone UTC\npromise p\n \"W.\"\n on a.b where x in ( 1,-2 , \"q\" ) and "
        "not( y>=3 )\n must c.d within 1 hour\n",
        "code \"C\"\n  zone     UTC\n\npromise p\n  \"W.\"\n"
        "  on       a.b where x in (1, -2, \"q\") and not (y >= 3)\n"
        "  must     c.d within 1 hour\n");
}

static void a_code_with_mistakes_of_form_is_not_laid_out(void **state)
{
    (void)state;
    struct text out = TEXT("untouched");
    struct err_info info;
    assert_int_equal(code_format(&arena, TEXT("code \"C\"\n  zone UTC\nnonsense\n"), &out, &info),
                     ERR_INVALID);
    assert_int_equal(info.line, 3);
    assert_int_equal(info.column, 1);
    assert_true(text_is(out, "untouched"));
}

static void names_that_are_not_known_do_not_hinder_the_layout(void **state)
{
    (void)state;
    assert_layout(
        "code \"C\"\n zone UTC\npromise p under nobody\n \"W.\"\n on a.b\n must c.d within "
        "2 working days of nowhere\n",
        "code \"C\"\n  zone     UTC\n\npromise p under nobody\n  \"W.\"\n"
        "  on       a.b\n  must     c.d within 2 working days of nowhere\n");
}

static void format_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    char *bytes = arena_alloc(&arena, CODE_BYTES_MAX);
    size_t len = fread(bytes, 1, CODE_BYTES_MAX, file);
    fclose(file);
    struct text once = format((struct text){bytes, len});
    struct text twice = format(once);
    if (!text_eq(once, twice)) {
        fail_msg("%s: laid out twice is not the same", path);
    }
}

static void laying_out_twice_changes_nothing_in_any_example(void **state)
{
    (void)state;
    static const char *const patterns[] = {"examples/*/*.troth", "tests/golden/codes/*.troth",
                                           "tests/golden/promises/*/*.troth"};
    size_t files = 0;
    for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
        glob_t found;
        if (glob(patterns[i], 0, NULL, &found) == 0) {
            for (size_t k = 0; k < found.gl_pathc; k++) {
                format_file(found.gl_pathv[k]);
                arena_clear(&arena);
                files++;
            }
            globfree(&found);
        }
    }
    assert_true(files >= 2);
}

static void the_example_of_the_language_is_already_laid_out(void **state)
{
    (void)state;
    FILE *file = fopen("tests/golden/codes/harbour-city.troth", "rb");
    assert_non_null(file);
    char bytes[8192];
    struct text source = {bytes, fread(bytes, 1, sizeof(bytes), file)};
    fclose(file);
    struct text out = format(source);
    assert_int_equal(out.len, source.len);
    assert_memory_equal(out.ptr, source.ptr, out.len);
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
        cmocka_unit_test(clauses_stand_in_one_column),
        cmocka_unit_test(tables_and_calendars_have_columns_of_their_own),
        cmocka_unit_test(comments_are_kept),
        cmocka_unit_test(blank_lines_are_at_most_one),
        cmocka_unit_test(clauses_that_go_on_keep_their_lines),
        cmocka_unit_test(brackets_and_signs_are_set_tight),
        cmocka_unit_test(a_code_with_mistakes_of_form_is_not_laid_out),
        cmocka_unit_test(names_that_are_not_known_do_not_hinder_the_layout),
        cmocka_unit_test(laying_out_twice_changes_nothing_in_any_example),
        cmocka_unit_test(the_example_of_the_language_is_already_laid_out),
    };
    return cmocka_run_group_tests(tests, NULL, tear_down);
}
