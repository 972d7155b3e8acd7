#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "oidc/id_token.h"
#include "oidc/web.h"

/* Signed by jose: iss https://login.example, aud troth, nonce n-1, iat 1740000000, exp 1740000060.
 */
static const char keys_json[] =
    "{\"keys\":[{\"kty\":\"EC\",\"x\":\"AhiflPjeFlE15c_Iy4-KK3qISH3MaxNLpXDiG2FitK8\""
    ",\"y\":\"2Tc_1TpE9u6fTov5W9wgSy77lKWjjfRSVkh8DD7H-Yk\",\"crv\":\"P-256\",\"kid\""
    ":\"ES256\",\"alg\":\"ES256\",\"use\":\"sig\"}]}";
static const char token[] =
    "eyJhbGciOiJFUzI1NiIsImtpZCI6IkVTMjU2In0.eyJpc3MiOiJodHRwczovL2xvZ2luLm"
    "V4YW1wbGUiLCJzdWIiOiJhbmEiLCJhdWQiOiJ0cm90aCIsImlhdCI6MTc0MDAwMDAwMCwi"
    "ZXhwIjoxNzQwMDAwMDYwLCJub25jZSI6Im4tMSIsImVtYWlsIjoiYW5hQHNob3AuZXhhbX"
    "BsZSIsImVtYWlsX3ZlcmlmaWVkIjp0cnVlLCJuYW1lIjoiQW5hIn0.gdnTGF9qFyLyEMh5"
    "8CUdHRG3XLrdpI4e7Y6LkFRLw2NQTCtJd2c0vhBBLFfjvazwrF2IrotiwXEMydbVNTTd1A";
static const int64_t made_us = INT64_C(1740000000000000);

static enum err judge(const char *keys, const char *words, const char *nonce, int64_t now_us)
{
    struct arena arena CLEANUP(arena_release) = {0};
    struct oidc_keys set;
    struct oidc_person person;
    const struct oidc_expected expected = {TEXT("https://login.example"), TEXT("troth"),
                                           text_of(nonce), now_us};
    assert_int_equal(oidc_keys_read(text_of(keys), &arena, &set, NULL), ERR_NONE);
    enum err e = oidc_id_token_judge(text_of(words), &set, &expected, &arena, &person, NULL);
    if (!e) {
        assert_true(text_is(person.subject, "ana") && person.email_verified);
        assert_true(text_is(person.email, "ana@shop.example"));
    }
    return e;
}

static void a_token_is_good_until_it_ends_and_a_minute_more(void **state)
{
    (void)state;
    int64_t ends_us = made_us + 60 * SECOND_US;
    assert_int_equal(judge(keys_json, token, "n-1", made_us), ERR_NONE);
    assert_int_equal(judge(keys_json, token, "n-1", ends_us + OIDC_SKEW_US - 1), ERR_NONE);
    assert_int_equal(judge(keys_json, token, "n-1", ends_us + OIDC_SKEW_US), ERR_INVALID);
    assert_int_equal(judge(keys_json, token, "n-1", made_us - OIDC_SKEW_US), ERR_NONE);
    assert_int_equal(judge(keys_json, token, "n-1", made_us - OIDC_SKEW_US - 1), ERR_INVALID);
}

static void a_token_of_another_sign_in_or_that_was_touched_is_refused(void **state)
{
    (void)state;
    char touched[sizeof(token)];
    assert_int_equal(judge(keys_json, token, "n-2", made_us), ERR_INVALID);
    assert_int_equal(judge(keys_json, token, "", made_us), ERR_INVALID);
    for (size_t i = 0; i < sizeof(token) - 1; i += 7) {
        memcpy(touched, token, sizeof(token));
        touched[i] = touched[i] == 'A' ? 'B' : 'A';
        assert_int_not_equal(judge(keys_json, touched, "n-1", made_us), ERR_NONE);
    }
    assert_int_equal(judge(keys_json, "", "n-1", made_us), ERR_INVALID);
}

static void a_token_that_cannot_be_decoded_is_refused(void **state)
{
    (void)state;
    char spoilt[sizeof(token) + 2];
    for (size_t i = 0; i < sizeof(token) - 1; i++) {
        memcpy(spoilt, token, sizeof(token));
        spoilt[i] = '=';
        assert_int_equal(judge(keys_json, spoilt, "n-1", made_us), ERR_INVALID);
        memcpy(spoilt, token, sizeof(token));
        memmove(spoilt + i, spoilt + i + 1, sizeof(token) - i - 1);
        assert_int_not_equal(judge(keys_json, spoilt, "n-1", made_us), ERR_NONE);
        memcpy(spoilt + i + 1, token + i, sizeof(token) - i);
        spoilt[i] = '.';
        assert_int_equal(judge(keys_json, spoilt, "n-1", made_us), ERR_INVALID);
    }
}

static void a_key_that_is_not_listed_is_told_from_a_wrong_signature(void **state)
{
    (void)state;
    assert_int_equal(judge("{\"keys\":[]}", token, "n-1", made_us), ERR_NOT_FOUND);
}

static void weak_keys_and_those_for_something_else_are_passed_over(void **state)
{
    (void)state;
    struct arena arena CLEANUP(arena_release) = {0};
    struct oidc_keys set;
    struct text json = TEXT("{\"keys\":["
                            "{\"kty\":\"oct\",\"k\":\"c2VjcmV0\"},"
                            "{\"kty\":\"RSA\",\"n\":\"0vx7\",\"e\":\"AQAB\"},"
                            "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AA\",\"y\":\"AA\"},"
                            "{\"kty\":\"EC\",\"use\":\"enc\"}, 7, null]}");
    assert_int_equal(oidc_keys_read(json, &arena, &set, NULL), ERR_NONE);
    assert_int_equal(set.count, 0);
    assert_int_equal(oidc_keys_read(TEXT("[]"), &arena, &set, NULL), ERR_INVALID);
}

static void only_https_is_called_but_for_this_machine(void **state)
{
    (void)state;
    static const char *const good[] = {"https://login.example", "https://10.0.0.7:8443/realms/x",
                                       "http://localhost:3000", "http://127.0.0.1/",
                                       "http://[::1]:9"};
    static const char *const bad[] = {
        "",
        "http://login.example",
        "http://localhost@evil.example",
        "https://a b",
        "ftp://x",
        "https://user:p@l.example",
        "http://localhost.evil.example",
        "https://x/#y",
        "nowhere",
        "http://127.0.0.1.evil.test",
        "file:///etc/passwd",
    };
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        assert_true(web_is_safe_url(text_of(good[i])));
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        if (web_is_safe_url(text_of(bad[i]))) {
            fail_msg("%s is taken", bad[i]);
        }
    }
}

static void a_provider_must_call_itself_as_it_is_called(void **state)
{
    (void)state;
    struct arena arena CLEANUP(arena_release) = {0};
    struct oidc_discovery d;
    struct text json = TEXT("{\"issuer\":\"https://l.example\","
                            "\"authorization_endpoint\":\"https://l.example/a\","
                            "\"token_endpoint\":\"https://l.example/t\","
                            "\"jwks_uri\":\"https://l.example/k\"}");
    assert_int_equal(oidc_discovery_read(json, TEXT("https://l.example"), &arena, &d, NULL),
                     ERR_NONE);
    assert_true(d.takes_basic && !d.names_itself && d.userinfo_endpoint.len == 0);
    assert_int_equal(oidc_discovery_read(json, TEXT("https://l.example/"), &arena, &d, NULL),
                     ERR_INVALID);
    assert_int_equal(oidc_discovery_read(TEXT("{}"), TEXT("https://l.example"), &arena, &d, NULL),
                     ERR_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_token_is_good_until_it_ends_and_a_minute_more),
        cmocka_unit_test(a_token_of_another_sign_in_or_that_was_touched_is_refused),
        cmocka_unit_test(a_token_that_cannot_be_decoded_is_refused),
        cmocka_unit_test(a_key_that_is_not_listed_is_told_from_a_wrong_signature),
        cmocka_unit_test(weak_keys_and_those_for_something_else_are_passed_over),
        cmocka_unit_test(only_https_is_called_but_for_this_machine),
        cmocka_unit_test(a_provider_must_call_itself_as_it_is_called),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
