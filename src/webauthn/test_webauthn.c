#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "webauthn/cbor.h"
#include "webauthn/passkey.h"

static void what_announces_more_than_there_is_is_not_read(void **state)
{
    (void)state;
    assert_true(cbor_is_sound(TEXT("")));
    assert_true(cbor_is_sound(TEXT("\xa2\x01\x02\x03\x26")));        /* {1: 2, 3: -7} */
    assert_true(cbor_is_sound(TEXT("\x42xy\x81\x05")));              /* h'7879', [5] */
    assert_false(cbor_is_sound(TEXT("\xa2\x01\x02\x03")));           /* a value is missing */
    assert_false(cbor_is_sound(TEXT("\x43xy")));                     /* a byte is missing */
    assert_false(cbor_is_sound(TEXT("\x9b\0\0\0\x10\0\0\0\0\1")));   /* 2^36 members */
    assert_false(cbor_is_sound(TEXT("\xbb\x80\0\0\0\0\0\0\1\1\1"))); /* 2^63 and one, doubled: 2 */
    assert_false(cbor_is_sound(TEXT("\x9f\x01\xff")));               /* an open end */
    assert_false(cbor_is_sound(TEXT("\x81\x81\x81\x81\x81\x81\x01"))); /* too deep */
    assert_false(cbor_is_sound(TEXT("\x19\x01")));                     /* half a number */
}

static void a_party_is_the_name_in_its_origin_without_the_port(void **state)
{
    (void)state;
    struct arena arena CLEANUP(arena_release) = {0};
    static const char *const cases[][2] = {
        {"https://troth.example", "troth.example"},
        {"https://troth.example:8443", "troth.example"},
        {"http://localhost:8080", "localhost"},
        {"http://[::1]:8080", "[::1]"},
        {"nothing", ""},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct webauthn_party party = webauthn_party_of(text_of(cases[i][0]), &arena);
        assert_true(text_is(party.id, cases[i][1]) && text_is(party.origin, cases[i][0]));
    }
}

static void the_browser_s_words_are_of_this_step_and_no_page_within_another_s(void **state)
{
    (void)state;
    struct arena arena CLEANUP(arena_release) = {0};
    struct webauthn_client_data said;
    struct text own =
        TEXT("{\"type\":\"webauthn.get\",\"challenge\":\"AA\",\"origin\":\"http://x\"}");
    struct text within = TEXT("{\"type\":\"webauthn.get\",\"crossOrigin\":true}");
    assert_int_equal(webauthn_client_data_read(own, WEBAUTHN_GET, &arena, &said, NULL), ERR_NONE);
    assert_true(text_is(said.challenge, "AA") && text_is(said.origin, "http://x"));
    assert_int_equal(webauthn_client_data_read(own, WEBAUTHN_CREATE, &arena, &said, NULL),
                     ERR_INVALID);
    assert_int_equal(webauthn_client_data_read(within, WEBAUTHN_GET, &arena, &said, NULL),
                     ERR_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_announces_more_than_there_is_is_not_read),
        cmocka_unit_test(a_party_is_the_name_in_its_origin_without_the_port),
        cmocka_unit_test(the_browser_s_words_are_of_this_step_and_no_page_within_another_s),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
