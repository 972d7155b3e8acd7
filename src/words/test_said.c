#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "words/said.h"

#include <stdio.h>
#include <string.h>

static void assert_said(enum language l, const char *english, const char *expected)
{
    struct buf out CLEANUP(buf_release) = {0};
    say(&out, l, text_of(english));
    buf_add_char(&out, '\0');
    assert_string_equal(out.ptr, expected);
}

static void a_sentence_is_said_in_the_language(void **state)
{
    (void)state;
    assert_said(LANGUAGE_ENGLISH, "There is no such role.", "There is no such role.");
    assert_said(LANGUAGE_PORTUGUESE, "There is no such role.", "Não há esse papel.");
    assert_said(LANGUAGE_SPANISH, "There is no such role.", "No hay tal rol.");
}

static void what_has_no_translation_stays_as_it_is(void **state)
{
    (void)state;
    assert_said(LANGUAGE_SPANISH, "", "");
    assert_said(LANGUAGE_SPANISH, "There is no such roles.", "There is no such roles.");
    assert_said(LANGUAGE_SPANISH, "Connection refused", "Connection refused");
}

static void values_keep_their_place_in_the_sentence(void **state)
{
    (void)state;
    assert_said(LANGUAGE_PORTUGUESE, "due must be 1 to -20.", "due: de 1 a -20.");
    assert_said(LANGUAGE_PORTUGUESE, "end the earlier form: applies until 2026-07-01",
                "encerre a forma anterior: applies until 2026-07-01");
    assert_said(LANGUAGE_SPANISH,
                "A name has 1 to 100 bytes, without control characters and "
                "without spaces around it.",
                "Un nombre tiene de 1 a 100 bytes, sin caracteres de control y sin espacios "
                "alrededor.");
    assert_said(LANGUAGE_SPANISH,
                "Words in this colour cannot be read well on light ground: 3.2 to 1, and 4.5 to 1 "
                "is needed. The nearest that will do is #0f6b5c.",
                "Las palabras en este color no se leen bien sobre fondo claro: 3.2 a 1, y hace "
                "falta 4,5 a 1. El color más cercano que sirve es #0f6b5c.");
}

static void a_value_may_hold_what_the_sentence_holds(void **state)
{
    (void)state;
    assert_said(LANGUAGE_PORTUGUESE, "It is held by Ana: the elder, Bo: take it from them first.",
                "Ana: the elder, Bo tem este papel: tire-o antes.");
}

static void a_sentence_within_a_sentence_is_said_too(void **state)
{
    (void)state;
    assert_said(LANGUAGE_SPANISH,
                "the Code has mistakes: calendar \"desk\": the iCalendar file has more than 9 "
                "events",
                "el Código tiene errores: calendario \"desk\": el archivo iCalendar tiene más de 9 "
                "eventos");
}

static void a_word_of_ours_within_a_sentence_is_said_too(void **state)
{
    (void)state;
    assert_said(LANGUAGE_PORTUGUESE, "there is no table \"table\"", "não há tabela \"table\"");
}

static void of_several_the_sentence_of_more_words_is_taken(void **state)
{
    (void)state;
    assert_said(LANGUAGE_PORTUGUESE, "limit must be a whole number.",
                "limit precisa ser um número inteiro.");
    assert_said(LANGUAGE_PORTUGUESE, "limit must be one of a, b and c.",
                "limit precisa ser um destes: a, b and c.");
}

/* Each format with something in the places of its values is found as itself. */
static void each_sentence_is_told_from_all_others(void **state)
{
    (void)state;
    for (const struct sayings *const *s = all_sayings; *s; s++) {
        for (size_t i = 0; i < (*s)->count; i++) {
            const struct saying *one = &(*s)->list[i];
            struct buf english CLEANUP(buf_release) = {0}, expected CLEANUP(buf_release) = {0};
            for (const char *c = one->english; *c; c++) {
                if (c[0] == '%' && c[1] == '%') {
                    buf_add_char(&english, *c++);
                } else if (c[0] == '%' && c[1] && c[1] != ' ') {
                    c += strspn(c + 1, "0123456789.*lz") + 1;
                    buf_add_char(&english, '7');
                } else {
                    buf_add_char(&english, *c);
                }
            }
            for (const char *c = one->spanish; *c; c++) {
                bool is_value = c[0] == '{' && c[1] >= '1' && c[1] <= '9';
                buf_add_char(&expected, is_value ? '7' : *c);
                c += !is_value ? 0 : c[2] == 'w' ? 3 : 2;
            }
            buf_add_char(&english, '\0');
            buf_add_char(&expected, '\0');
            assert_said(LANGUAGE_SPANISH, english.ptr, expected.ptr);
        }
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sentence_is_said_in_the_language),
        cmocka_unit_test(what_has_no_translation_stays_as_it_is),
        cmocka_unit_test(values_keep_their_place_in_the_sentence),
        cmocka_unit_test(a_value_may_hold_what_the_sentence_holds),
        cmocka_unit_test(a_sentence_within_a_sentence_is_said_too),
        cmocka_unit_test(a_word_of_ours_within_a_sentence_is_said_too),
        cmocka_unit_test(of_several_the_sentence_of_more_words_is_taken),
        cmocka_unit_test(each_sentence_is_told_from_all_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
