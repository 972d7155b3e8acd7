#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "feature/page/language.h"

static enum language of(const char *wanted, const char *accept)
{
    return language_of(text_of(wanted), text_of(accept));
}

static void the_address_goes_before_the_browser(void **state)
{
    (void)state;
    assert_int_equal(of("es", "pt-BR"), LANGUAGE_SPANISH);
    assert_int_equal(of("en", "pt-BR"), LANGUAGE_ENGLISH);
    assert_int_equal(of("fr", "pt-BR"), LANGUAGE_PORTUGUESE);
    assert_int_equal(of("\"><script>", "es"), LANGUAGE_SPANISH);
}

static void the_browser_is_given_what_it_likes_best_of_ours(void **state)
{
    (void)state;
    assert_int_equal(of("", ""), LANGUAGE_ENGLISH);
    assert_int_equal(of("", "fr, de;q=0.9"), LANGUAGE_ENGLISH);
    assert_int_equal(of("", "fr-CH, es-MX;q=0.9, en;q=0.8, *;q=0.5"), LANGUAGE_SPANISH);
    assert_int_equal(of("", "en;q=0.3,PT-br;q=0.31"), LANGUAGE_PORTUGUESE);
    assert_int_equal(of("", "pt;q=0, es;q=0.1"), LANGUAGE_SPANISH);
    assert_int_equal(of("", "ptolemaic, ;;,q=,,es;q=x"), LANGUAGE_ENGLISH);
}

static void assert_duration(enum language l, enum span_form form, const char *words,
                            const char *expected)
{
    struct buf out CLEANUP(buf_release) = {0};
    language_duration(&out, l, form, &(struct duration){.words = text_of(words)});
    buf_add_char(&out, '\0');
    assert_string_equal(out.ptr, expected);
}

static void spans_of_time_are_said_in_the_language(void **state)
{
    (void)state;
    assert_duration(LANGUAGE_ENGLISH, SPAN_AS_WRITTEN, "4 working hours of desk",
                    "4 working hours of desk");
    assert_duration(LANGUAGE_PORTUGUESE, SPAN_AS_WRITTEN, "4 working hours of desk",
                    "4 horas úteis (desk)");
    assert_duration(LANGUAGE_SPANISH, SPAN_AS_WRITTEN, "1 month", "1 mes");
    assert_duration(LANGUAGE_PORTUGUESE, SPAN_AS_WRITTEN, "6 months", "6 meses");
    assert_duration(LANGUAGE_PORTUGUESE, SPAN_AS_WRITTEN, "day", "dia");
    assert_duration(LANGUAGE_PORTUGUESE, SPAN_COUNTED, "month", "1 mês");
    assert_duration(LANGUAGE_PORTUGUESE, SPAN_AS_WRITTEN, "1.5 hours", "1,5 hora");
    assert_duration(LANGUAGE_SPANISH, SPAN_AS_WRITTEN, "1.5 hours", "1,5 horas");
    assert_duration(LANGUAGE_SPANISH, SPAN_AS_WRITTEN, "3 <fortnights>", "3 &lt;fortnights&gt;");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_address_goes_before_the_browser),
        cmocka_unit_test(the_browser_is_given_what_it_likes_best_of_ours),
        cmocka_unit_test(spans_of_time_are_said_in_the_language),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
