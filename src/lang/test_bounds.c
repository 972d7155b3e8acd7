/* The bounds at the head of code.h, just under and just over; and inputs meant to exhaust. */
#include "lang/code.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct diagnostics found;

/* The promises, or -1 and the first error in `found`. */
static int parse(const struct buf *source)
{
    struct arena arena CLEANUP(arena_release) = {0};
    const struct code *code = code_parse(&arena, buf_text(source), &found);
    return found.errors ? -1 : (int)code->promise_count;
}

static void assert_refused(const struct buf *source, const char *rule)
{
    assert_int_equal(parse(source), -1);
    assert_string_equal(found.items[0].rule, rule);
}

static void add_head(struct buf *source)
{
    buf_add_str(source, "code \"C\"\n  zone     UTC\n  channels email\n"
                        "calendar office\n  open mon..fri 09:00-17:00\n");
}

static void repeat(struct buf *source, const char *words, int times)
{
    for (int i = 0; i < times; i++) {
        buf_add_str(source, words);
    }
}

static void a_code_has_at_most_a_mebibyte(void **state)
{
    (void)state;
    struct buf source CLEANUP(buf_release) = {0};
    add_head(&source);
    buf_add_char(&source, '#');
    while (source.len < CODE_BYTES_MAX) {
        buf_add_char(&source, 'x');
    }
    assert_int_equal(parse(&source), 0);
    buf_add_char(&source, 'x');
    assert_refused(&source, "too-large");
}

static void add_promises(struct buf *source, int from, int until)
{
    for (int i = from; i < until; i++) {
        buf_addf(source,
                 "promise p%d\n  \"W %d.\"\n  on e.e%d where kind = k%d and opens thread\n"
                 "  must f.f%d within %d working days of office\n  warn at 80%%\n",
                 i, i, i, i, i, i + 1);
    }
}

static void a_code_has_at_most_two_thousand_promises(void **state)
{
    (void)state;
    struct buf source CLEANUP(buf_release) = {0};
    add_head(&source);
    add_promises(&source, 0, CODE_PROMISES_MAX);
    assert_int_equal(parse(&source), CODE_PROMISES_MAX);
    add_promises(&source, CODE_PROMISES_MAX, CODE_PROMISES_MAX + 2);
    assert_refused(&source, "too-many-promises");
    assert_int_equal(found.errors, 1);
}

static void add_nested(struct buf *source, const char *open, const char *close, int depth)
{
    buf_clear(source);
    add_head(source);
    buf_add_str(source, "promise p\n  \"W.\"\n  on a.b\n  must be ");
    repeat(source, open, depth);
    buf_add_str(source, "x = 1");
    repeat(source, close, depth);
    buf_add_char(source, '\n');
}

static void conditions_nest_at_most_thirty_two_deep(void **state)
{
    (void)state;
    struct buf source CLEANUP(buf_release) = {0};
    add_nested(&source, "(", ")", CODE_NESTING_MAX);
    assert_int_equal(parse(&source), 1);
    add_nested(&source, "(", ")", CODE_NESTING_MAX + 1);
    assert_refused(&source, "nested-too-deep");
    add_nested(&source, "not ", "", CODE_NESTING_MAX);
    assert_int_equal(parse(&source), 1);
    add_nested(&source, "not ", "", CODE_NESTING_MAX + 1);
    assert_refused(&source, "nested-too-deep");
    add_nested(&source, "(", ")", 400000);
    assert_refused(&source, "nested-too-deep");
}

static void names_have_at_most_sixty_four_bytes(void **state)
{
    (void)state;
    for (int letters = CODE_NAME_MAX; letters <= CODE_NAME_MAX + 1; letters++) {
        struct buf source CLEANUP(buf_release) = {0};
        add_head(&source);
        buf_add_str(&source, "promise ");
        repeat(&source, "n", letters);
        buf_add_str(&source, "\n  \"W.\"\n  on a.b\n  must c.d within 1 hour\n");
        if (letters == CODE_NAME_MAX) {
            assert_int_equal(parse(&source), 1);
        } else {
            assert_refused(&source, "name-too-long");
        }
    }
}

static int depth_of(const struct cond *c)
{
    if (!c) {
        return 0;
    }
    int left = depth_of(c->left), right = depth_of(c->right);
    return 1 + (left > right ? left : right);
}

static void a_hundred_thousand_terms_side_by_side_do_not_go_deep(void **state)
{
    (void)state;
    struct arena arena CLEANUP(arena_release) = {0};
    struct buf source CLEANUP(buf_release) = {0};
    add_nested(&source, "x = 1 and ", "", 100000);
    const struct code *code = code_parse(&arena, buf_text(&source), &found);
    assert_int_equal(found.errors, 0);
    assert_true(depth_of(code->promises[0].duty.be) <= 18);
}

static void noise_of_the_largest_size_ends_with_twenty_findings(void **state)
{
    (void)state;
    static const char *const noise[] = {"(",
                                        "\"",
                                        "a.b or ",
                                        "x\n",
                                        "\n  y",
                                        "promise p\n",
                                        "table t\n",
                                        "1h ",
                                        "é",
                                        "\\",
                                        "-1..%",
                                        "\t \n",
                                        "calendar c\n  open mon\n"};
    for (size_t i = 0; i < sizeof(noise) / sizeof(noise[0]); i++) {
        struct buf source CLEANUP(buf_release) = {0};
        repeat(&source, noise[i], CODE_BYTES_MAX / (int)strlen(noise[i]));
        assert_int_equal(parse(&source), -1);
        assert_true(found.count <= CODE_DIAGNOSTICS_MAX);
    }
}

static void two_thousand_unknown_names_are_counted(void **state)
{
    (void)state;
    struct buf source CLEANUP(buf_release) = {0};
    add_head(&source);
    for (int i = 0; i < 2000; i++) {
        buf_addf(&source, "table t%d by x\n  a 1 working day of c%d\n  else 1 hour\n", i, i);
    }
    assert_refused(&source, "unknown-calendar");
    assert_int_equal(found.errors, 2000);
    assert_int_equal(found.left_out, 2000 - CODE_DIAGNOSTICS_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_code_has_at_most_a_mebibyte),
        cmocka_unit_test(a_code_has_at_most_two_thousand_promises),
        cmocka_unit_test(conditions_nest_at_most_thirty_two_deep),
        cmocka_unit_test(names_have_at_most_sixty_four_bytes),
        cmocka_unit_test(a_hundred_thousand_terms_side_by_side_do_not_go_deep),
        cmocka_unit_test(noise_of_the_largest_size_ends_with_twenty_findings),
        cmocka_unit_test(two_thousand_unknown_names_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
