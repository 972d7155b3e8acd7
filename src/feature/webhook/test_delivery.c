/* Which addresses are called, whatever a name resolves to; and signatures. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <sodium.h>
#include <stdio.h>

#include "feature/webhook/delivery.h"

static enum guard_verdict judge(const struct guard *g, const char *words)
{
    struct sockaddr_in four = {.sin_family = AF_INET};
    struct sockaddr_in6 six = {.sin6_family = AF_INET6};
    struct sockaddr_storage any = {0};
    if (inet_pton(AF_INET, words, &four.sin_addr) == 1) {
        memcpy(&any, &four, sizeof(four));
    } else {
        assert_int_equal(inet_pton(AF_INET6, words, &six.sin6_addr), 1);
        memcpy(&any, &six, sizeof(six));
    }
    return guard_judge(g, (const struct sockaddr *)&any);
}

static void an_address_inside_is_refused_however_it_is_written(void **state)
{
    (void)state;
    static const char *const inside[] = {
        "0.0.0.0",
        "10.0.0.1",
        "10.255.255.255",
        "100.64.0.1",
        "100.127.255.255",
        "127.0.0.1",
        "127.255.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.8",
        "192.0.2.1",
        "192.168.0.1",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.7",
        "203.0.113.7",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:10.1.2.3",
        "::ffff:0:10.0.0.1",
        "64:ff9b::a00:1",
        "64:ff9b:1::1",
        "2002:7f00:1::1",
        "2002:c0a8:1::",
        "2001::1",
        "2001:db8::1",
        "fc00::1",
        "fd12:3456::1",
        "fe80::1",
        "fec0::1",
        "ff02::1",
        "100::1",
    };
    static const char *const outside[] = {
        "1.1.1.1",          "9.255.255.255",   "11.0.0.1",   "100.63.255.255",
        "100.128.0.1",      "172.15.255.255",  "172.32.0.1", "192.169.0.1",
        "223.255.255.255",  "2606:4700::1111", "2a00::1",    "::ffff:1.1.1.1",
        "64:ff9b::101:101", "2002:101:101::1",
    };
    const struct guard none = {0};
    for (size_t i = 0; i < sizeof(inside) / sizeof(inside[0]); i++) {
        if (judge(&none, inside[i]) != GUARD_REFUSED) {
            fail_msg("%s is called", inside[i]);
        }
    }
    for (size_t i = 0; i < sizeof(outside) / sizeof(outside[0]); i++) {
        if (judge(&none, outside[i]) != GUARD_PUBLIC) {
            fail_msg("%s is refused", outside[i]);
        }
    }
    const struct sockaddr local = {.sa_family = AF_UNIX};
    assert_int_equal(guard_judge(&none, &local), GUARD_REFUSED);
}

static void what_the_operator_names_is_called_and_nothing_beside_it(void **state)
{
    (void)state;
    struct guard g = {0};
    assert_int_equal(guard_allow(&g, "10.1.0.0/16", NULL), ERR_NONE);
    assert_int_equal(guard_allow(&g, "192.168.7.9", NULL), ERR_NONE);
    assert_int_equal(guard_allow(&g, "fd00:1::/33", NULL), ERR_NONE);
    assert_int_equal(judge(&g, "10.1.255.255"), GUARD_ALLOWED);
    assert_int_equal(judge(&g, "::ffff:10.1.0.1"), GUARD_ALLOWED);
    assert_int_equal(judge(&g, "10.2.0.0"), GUARD_REFUSED);
    assert_int_equal(judge(&g, "192.168.7.9"), GUARD_ALLOWED);
    assert_int_equal(judge(&g, "192.168.7.8"), GUARD_REFUSED);
    assert_int_equal(judge(&g, "fd00:1::7"), GUARD_ALLOWED);
    assert_int_equal(judge(&g, "fd00:1:8000::7"), GUARD_REFUSED);
    assert_int_equal(judge(&g, "127.0.0.1"), GUARD_REFUSED);
    static const char *const wrong[] = {"",           "10.1.0.0/33", "10.1.0.0/",   "10.1/16",
                                        "fd00::/129", "fd00::/-1",   "example.org", "10.1.0.0/x"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_int_equal(guard_allow(&g, wrong[i], NULL), ERR_INVALID);
    }
}

static void an_address_plainly_inside_is_not_even_kept(void **state)
{
    (void)state;
    static const char *const inside[] = {
        "http://127.0.0.1:8080/",
        "https://127.1/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://10.1.2.3/hook",
        "https://172.16.0.1/",
        "https://192.168.0.1/",
        "https://169.254.169.254/latest",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[fe80::1]/",
        "https://[fd00::1]:8443/",
        "https://localhost/",
        "https://LocalHost./",
        "https://api.localhost:9/hook",
        "https://10.0.0.1./",
    };
    static const char *const others[] = {
        "https://example.com/hook", "https://1.1.1.1/",           "https://[2606:4700::1111]/",
        "https://notlocalhost/",    "https://localhost.example/", "https://10.example.com/hook"};
    struct err_info info = {0};
    const struct guard none = {0};
    for (size_t i = 0; i < sizeof(inside) / sizeof(inside[0]); i++) {
        assert_int_equal(delivery_check_url(&none, text_of(inside[i]), &info), ERR_INVALID);
        assert_string_equal(info.field, "url");
        assert_non_null(strstr(info.text, "inside a network"));
    }
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        assert_int_equal(delivery_check_url(&none, text_of(others[i]), &info), ERR_NONE);
    }
    struct guard allowing = {0};
    assert_int_equal(guard_allow(&allowing, "::1", NULL), ERR_NONE);
    assert_int_equal(delivery_check_url(&allowing, TEXT("http://localhost/"), NULL), ERR_NONE);
    assert_int_equal(delivery_check_url(&allowing, TEXT("http://[::1]/"), NULL), ERR_NONE);
    assert_int_equal(delivery_check_url(&allowing, TEXT("http://127.0.0.1/"), NULL), ERR_INVALID);
}

/* Calls an address whose name resolves as `resolve` says, as the outbox would. */
static struct delivery call(const char *url, const char *resolve, const char *allowed,
                            struct arena *arena)
{
    char secret[WEBHOOK_SECRET_SIZE];
    struct guard guard = {0};
    struct delivery d = {0};
    void *context = NULL;
    webhook_secret_draw(secret);
    assert_true(!allowed || guard_allow(&guard, allowed, NULL) == ERR_NONE);
    const struct endpoint e = {.url = text_of(url), .secret = text_of(secret)};
    const struct outbox_row row = {.token = TEXT("token"), .content = TEXT("{}")};
    CURL *curl = curl_easy_init();
    struct curl_slist *names = curl_slist_append(NULL, resolve);
    assert_int_equal(delivery_begin(&guard, &e, &row, arena, curl, &context, NULL), ERR_NONE);
    curl_easy_setopt(curl, CURLOPT_RESOLVE, names);
    CURLcode code = curl_easy_perform(curl);
    delivery_end(context, arena, curl, code, &d);
    curl_easy_cleanup(curl);
    curl_slist_free_all(names);
    return d;
}

/* A name server that answers with an address outside when the webhook is made, and with one inside
 * when it is called, gains nothing: what counts is where the connection goes. */
static void a_name_that_leads_inside_is_not_called(void **state)
{
    (void)state;
    static const char *const resolve[] = {
        "outside.example:9:127.0.0.1",          "outside.example:9:[::1]",
        "outside.example:9:10.0.0.1",           "outside.example:9:169.254.169.254",
        "outside.example:9:[::ffff:127.0.0.1]", "outside.example:9:127.0.0.1,192.168.0.1"};
    struct arena arena CLEANUP(arena_release) = {0};
    for (size_t i = 0; i < sizeof(resolve) / sizeof(resolve[0]); i++) {
        struct delivery d = call("https://outside.example:9/", resolve[i], NULL, &arena);
        assert_int_equal(d.state, OUTBOX_WAITING);
        assert_int_equal(d.code, 0);
        assert_true(text_starts(d.answer, TEXT("refused: ")));
        assert_true(text_contains(d.answer, TEXT(" is not on the open internet")));
    }
    struct delivery d =
        call("http://outside.example:9/", "outside.example:9:127.0.0.1", "127.0.0.1", &arena);
    assert_false(text_starts(d.answer, TEXT("refused: "))); /* nobody listens there, though */
    d = call("http://outside.example:9/", "outside.example:9:1.1.1.1", NULL, &arena);
    assert_true(text_is(d.answer, "refused: http:// is for allowed addresses only"));
}

/* The vector of the standard's own libraries. */
static void a_message_is_signed_as_the_standard_says(void **state)
{
    (void)state;
    struct buf out CLEANUP(buf_release) = {0};
    struct text secret = TEXT("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    struct text body = TEXT("{\"test\": 2432232314}");
    assert_true(webhook_sign(secret, TEXT("msg_p5jXN8AQM9LWM0D4loKWxJek"), 1614265330, body, &out));
    assert_string_equal(out.ptr, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    assert_true(webhook_sign(secret, TEXT("msg_p5jXN8AQM9LWM0D4loKWxJek"), 1614265330, body, &out));
    assert_string_equal(out.ptr, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE= "
                                 "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    assert_false(webhook_sign(TEXT("secret"), TEXT("msg_1"), 1, body, &out));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_inside_is_refused_however_it_is_written),
        cmocka_unit_test(what_the_operator_names_is_called_and_nothing_beside_it),
        cmocka_unit_test(an_address_plainly_inside_is_not_even_kept),
        cmocka_unit_test(a_name_that_leads_inside_is_not_called),
        cmocka_unit_test(a_message_is_signed_as_the_standard_says),
    };
    return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
