#include "base/markup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void assert_becomes(struct text text, const char *expected)
{
    struct buf out CLEANUP(buf_release) = {0};
    markup_text(&out, text);
    assert_string_equal(out.ptr ? out.ptr : "", expected);
}

static void markup_in_data_becomes_text(void **state)
{
    (void)state;
    assert_becomes(TEXT("<a href=\"x\">Tom & Jerry's</a>"),
                   "&lt;a href=&quot;x&quot;&gt;Tom &amp; Jerry&#39;s&lt;/a&gt;");
    assert_becomes(TEXT("nothing to escape"), "nothing to escape");
    assert_becomes(TEXT(""), "");
}

static void control_characters_are_shown(void **state)
{
    (void)state;
    assert_becomes(TEXT("a\x01z\x7f\t\n"), "a\ufffdz\ufffd\t\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(markup_in_data_becomes_text),
        cmocka_unit_test(control_characters_are_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
