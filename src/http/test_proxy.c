#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/proxy.h"

static bool lies_within(const char *network, const char *address)
{
    struct proxy_network n;
    assert_int_equal(proxy_network_parse(text_of(network), &n, NULL), ERR_NONE);
    return proxy_network_has(&n, 1, text_of(address));
}

static void a_network_has_its_addresses_and_no_others(void **state)
{
    (void)state;
    assert_true(lies_within("10.0.0.0/8", "10.255.3.4"));
    assert_false(lies_within("10.0.0.0/8", "11.0.0.1"));
    assert_true(lies_within("192.0.2.0/25", "192.0.2.127"));
    assert_false(lies_within("192.0.2.0/25", "192.0.2.128"));
    assert_true(lies_within("192.0.2.7", "192.0.2.7"));
    assert_false(lies_within("192.0.2.7", "192.0.2.8"));
    assert_true(lies_within("127.0.0.1", "::ffff:127.0.0.1"));
    assert_true(lies_within("2001:db8::/32", "2001:db8:ffff::1"));
    assert_false(lies_within("2001:db8::/32", "2001:db9::1"));
    assert_true(lies_within("0.0.0.0/0", "203.0.113.9"));
    assert_false(lies_within("0.0.0.0/0", "2001:db8::1"));
    assert_false(lies_within("10.0.0.0/8", "unknown"));
}

static void what_is_no_network_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",          "10.0.0.0/33", "10.0.0/8",   "::/129",
                                        "10.0.0.0/", "here",        "10.0.0.0/-1"};
    struct proxy_network n;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_int_equal(proxy_network_parse(text_of(wrong[i]), &n, NULL), ERR_INVALID);
    }
}

static void the_client_is_who_the_last_trusted_proxy_saw(void **state)
{
    (void)state;
    struct proxy_network n;
    assert_int_equal(proxy_network_parse(TEXT("10.0.0.0/8"), &n, NULL), ERR_NONE);
    static const struct {
        const char *peer, *forwarded, *client;
    } cases[] = {
        {"10.0.0.1", "203.0.113.9", "203.0.113.9"},
        {"10.0.0.1", "198.51.100.1, 203.0.113.9", "203.0.113.9"}, /* the first was said by them */
        {"10.0.0.1", "203.0.113.9, 10.0.0.2", "203.0.113.9"},
        {"10.0.0.1", "", "10.0.0.1"},
        {"10.0.0.1", "no address", "10.0.0.1"},
        {"10.0.0.1", "203.0.113.9, ", "10.0.0.1"},
        {"203.0.113.5", "192.0.2.1", "203.0.113.5"}, /* a stranger's word */
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct text client =
            proxy_client(&n, 1, text_of(cases[i].forwarded), text_of(cases[i].peer));
        assert_true(text_is(client, cases[i].client));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_network_has_its_addresses_and_no_others),
        cmocka_unit_test(what_is_no_network_is_refused),
        cmocka_unit_test(the_client_is_who_the_last_trusted_proxy_saw),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
