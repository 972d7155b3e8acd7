#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "feature/customer/words.h"

static struct arena arena;

static const char *written(const struct words *words)
{
    struct text all = {0};
    for (size_t i = 0; i < words->count; i++) {
        all = arena_printf(&arena, "%.*s%s%.*s", TEXT_ARG(all), i ? " " : "",
                           TEXT_ARG(words->list[i]));
    }
    return arena_printf(&arena, "%.*s", TEXT_ARG(all)).ptr;
}

static const char *asked(const char *typed)
{
    struct words words = {.count = 0};
    words_of(text_of(typed), WORDS_ASKED_MAX, &arena, &words);
    return written(&words);
}

static bool finds(const struct customer_row *row, const char *typed)
{
    struct words words, letters = {.count = 0};
    words_of_customer(row, &arena, &words);
    words_of(text_of(typed), WORDS_ASKED_MAX, &arena, &letters);
    for (size_t i = 0; i < letters.count; i++) {
        if (!words_beginning(&words, letters.list[i]).len) {
            return false;
        }
    }
    return letters.count > 0;
}

static void capitals_accents_and_widths_make_no_difference(void **state)
{
    (void)state;
    assert_string_equal(asked(" João-Pedro  D'Ávila "), "joao pedro d avila");
    assert_string_equal(asked("Jo\xc3\xa3o"), asked("Joa\xcc\x83o"));
    assert_string_equal(asked("ＡＮＡ STRAẞE"), "ana strasse");
    assert_string_equal(asked("Ναός ЖЕНЯ"), "ναοσ женя");
    assert_string_equal(asked("ana@example.com"), "ana example com");
    assert_string_equal(asked("--- @ !"), "");
}

static void a_word_is_kept_once_and_only_its_beginning_when_it_is_long(void **state)
{
    (void)state;
    char longest[WORD_BYTES_MAX + 40];
    memset(longest, 'a', sizeof(longest));
    memcpy(longest + WORD_BYTES_MAX - 1, "ж", 2);
    longest[sizeof(longest) - 1] = '\0';
    assert_int_equal(strlen(asked(longest)), WORD_BYTES_MAX - 1);
    assert_string_equal(asked("Ana ANA aná"), "ana");
    assert_string_equal(asked("a b c d e f g h i j"), "a b c d e f g h");
}

static void a_number_is_found_however_it_is_written(void **state)
{
    (void)state;
    const char *stored[] = {"+55 (11) 98765-4321", "5511987654321", "+55.11.98765.4321"};
    const char *typed[] = {"+5511987654321", "11 98765-4321", "(11) 98765", "98765-4321",
                           "987654321",      "4321",          "11987654321"};
    for (size_t i = 0; i < sizeof(stored) / sizeof(stored[0]); i++) {
        struct customer_row row = {.id = TEXT("x"), .phone = text_of(stored[i])};
        for (size_t k = 0; k < sizeof(typed) / sizeof(typed[0]); k++) {
            if (!finds(&row, typed[k])) {
                fail_msg("%s is not found by %s", stored[i], typed[k]);
            }
        }
        assert_false(finds(&row, "1234"));
    }
}

static void every_word_must_be_there_in_any_order_and_field(void **state)
{
    (void)state;
    const struct customer_row row = {.id = TEXT("crm-77/b"),
                                     .name = TEXT("Émile Zola"),
                                     .email = TEXT("ezola@Médan.example.org")};
    const char *found[] = {"zo em", "zola", "77", "crm 77", "ezola@medan", "medan.ex", "ÉMI 77"};
    for (size_t i = 0; i < sizeof(found) / sizeof(found[0]); i++) {
        assert_true(finds(&row, found[i]));
    }
    assert_false(finds(&row, "zola bruno"));
    assert_false(finds(&row, "ola"));
    assert_false(finds(&row, ""));
}

static int free_arena(void **state)
{
    (void)state;
    arena_release(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(capitals_accents_and_widths_make_no_difference, free_arena),
        cmocka_unit_test_teardown(a_word_is_kept_once_and_only_its_beginning_when_it_is_long,
                                  free_arena),
        cmocka_unit_test_teardown(a_number_is_found_however_it_is_written, free_arena),
        cmocka_unit_test_teardown(every_word_must_be_there_in_any_order_and_field, free_arena),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
