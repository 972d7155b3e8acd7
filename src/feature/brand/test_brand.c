/* Contrast as WCAG reckons it, and which pictures may be a logo. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "feature/brand/brand_row.h"

static struct colour colour(const char *words)
{
    struct colour c = {0};
    assert_true(colour_parse(text_of(words), &c));
    return c;
}

static void contrast_is_that_of_the_standard(void **state)
{
    (void)state;
    assert_float_equal(colour_contrast(colour("#000000"), colour("#ffffff")), 21.0, 0.001);
    assert_float_equal(colour_contrast(colour("#777777"), colour("#ffffff")), 4.48, 0.005);
    assert_float_equal(colour_contrast(colour("#767676"), colour("#ffffff")), 4.54, 0.005);
    assert_float_equal(colour_contrast(colour("#123456"), colour("#123456")), 1.0, 0.001);
}

static void any_colour_has_one_near_it_that_can_be_read(void **state)
{
    (void)state;
    static const char *const grounds[] = {COLOUR_GROUND_LIGHT, COLOUR_GROUND_DARK};
    char words[COLOUR_SIZE];
    for (size_t g = 0; g < 2; g++) {
        for (unsigned i = 0; i < 4096; i++) {
            struct colour c = {(i >> 8) / 15.0, (i >> 4 & 15) / 15.0, (i & 15) / 15.0};
            colour_format(colour_readable(c, colour(grounds[g])), words);
            assert_true(colour_contrast(colour(words), colour(grounds[g])) >=
                        COLOUR_CONTRAST_LEAST);
        }
    }
}

static void what_is_no_colour_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"",       "red",     "#fff",    "0f6b5c0",
                                      "#0f6b5", "#0f6b5g", "#0f6b5c "};
    struct colour c;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_false(colour_parse(text_of(bad[i]), &c));
    }
}

static void a_logo_may_be_drawn_but_not_act(void **state)
{
    (void)state;
    const struct text type = TEXT("image/svg+xml");
    const struct text plain = TEXT("<?xml version=\"1.0\"?><svg><title>Contact</title>"
                                   "<path d=\"M0 0\" fill=\"url(#one)\"/></svg>");
    assert_int_equal(brand_logo_check(plain, type, NULL), ERR_NONE);
    assert_int_equal(brand_logo_check(TEXT("<svg><path onfocus=\"x()\"/></svg>"), type, NULL),
                     ERR_INVALID);
    assert_int_equal(brand_logo_check((struct text){0}, type, NULL), ERR_LIMIT);
}

/* 60 times one letter, one that is written with an accent of its own, a flag, a family. */
static void a_name_is_as_long_as_the_letters_that_one_sees(void **state)
{
    (void)state;
    static const char *const letters[] = {"a",
                                          "\xc3\xa7",
                                          "c\xcc\xa7",
                                          "\xe6\xbc\xa2",
                                          "\xf0\x9f\x98\x80",
                                          "\xf0\x9f\x87\xa7\xf0\x9f\x87\xb7"};
    for (size_t i = 0; i < sizeof(letters) / sizeof(letters[0]); i++) {
        struct buf name CLEANUP(buf_release) = {0};
        struct err_info info = {0};
        for (size_t n = 0; n < BRAND_NAME_MOST; n++) {
            buf_add_str(&name, letters[i]);
        }
        struct brand_row row = {.name = buf_text(&name)};
        assert_int_equal(brand_row_check(&row, &info), ERR_NONE);
        buf_add_str(&name, letters[i]);
        row.name = buf_text(&name);
        assert_int_equal(brand_row_check(&row, &info), ERR_INVALID);
        assert_string_equal(info.field, "name");
        assert_string_equal(info.text, "The name is one line of at most 60 letters.");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(contrast_is_that_of_the_standard),
        cmocka_unit_test(any_colour_has_one_near_it_that_can_be_read),
        cmocka_unit_test(what_is_no_colour_is_refused),
        cmocka_unit_test(a_name_is_as_long_as_the_letters_that_one_sees),
        cmocka_unit_test(a_logo_may_be_drawn_but_not_act),
    };
    return cmocka_run_group_tests_name("brand", tests, NULL, NULL);
}
