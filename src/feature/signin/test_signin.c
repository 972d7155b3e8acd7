#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <sodium.h>

#include "base/moment.h"
#include "feature/signin/keyring.h"
#include "feature/signin/password.h"
#include "feature/signin/throttle.h"
#include "feature/signin/totp.h"

static const int64_t now_us = INT64_C(1740000000000000);

/* -- passwords -- */

static bool is_taken(const char *password)
{
    return password_check(text_of(password), TEXT("Ana Luz Prado"),
                          TEXT("ana.prado@quintal.example"), NULL) == ERR_NONE;
}

static void a_password_has_fifteen_letters_whatever_their_bytes(void **state)
{
    (void)state;
    assert_true(is_taken("velvet mosquito"));
    assert_false(is_taken("velvet mosquit"));
    assert_true(is_taken("ñandú über żółw"));
    char longest[PASSWORD_LETTERS_MAX + 2] = "";
    for (size_t i = 0; i <= PASSWORD_LETTERS_MAX; i++) {
        longest[i] = (char)('b' + (i * i + i / 7) % 23);
    }
    assert_false(is_taken(longest));
    longest[PASSWORD_LETTERS_MAX] = '\0';
    assert_true(is_taken(longest));
}

static void what_others_try_first_is_refused(void **state)
{
    (void)state;
    static const char *const weak[] = {
        "passwordpassword",     "Password12345678",  "P@ssw0rd-P@ssw0rd", "123456789012345",
        "qwertyuiopasdfgh",     "aaaaaaaaaaaaaaaa",  "abcabcabcabcabc",   "quintalquintal2026",
        "Ana.Prado.Quintal",    "iloveyou iloveyou", "1q2w3e4r5t6y7u8i",  "letmein-letmein-1",
        "summer2026summer2026",
    };
    for (size_t i = 0; i < sizeof(weak) / sizeof(weak[0]); i++) {
        if (is_taken(weak[i])) {
            fail_msg("%s is taken", weak[i]);
        }
    }
    assert_true(is_taken("correct horse battery staple"));
    assert_true(is_taken("password of my velvet goose"));
}

static void letters_are_the_same_however_they_are_composed(void **state)
{
    (void)state;
    struct arena arena CLEANUP(arena_release) = {0};
    struct text one, other;
    assert_int_equal(password_normal(&arena, TEXT("caf\xc3\xa9"), &one, NULL), ERR_NONE);
    assert_int_equal(password_normal(&arena, TEXT("cafe\xcc\x81"), &other, NULL), ERR_NONE);
    assert_true(text_eq(one, other));
    assert_int_equal(password_normal(&arena, TEXT("\xff"), &one, NULL), ERR_INVALID);
}

/* -- the throttle -- */

struct throttling {
    struct throttle throttle;
    int64_t at_us;
};

static bool tries(struct throttling *t, const char *account, const char *address, bool known)
{
    struct throttle_try try = {text_of(account), text_of(address), known};
    int64_t wait_us;
    return throttle_admit(&t->throttle, &try, t->at_us, &wait_us);
}

static struct throttling *throttling(void)
{
    static struct throttling t;
    memset(&t, 0, sizeof(t));
    pthread_mutex_init(&t.throttle.lock, NULL);
    t.at_us = now_us;
    return &t;
}

static void the_pause_doubles_up_to_a_quarter_of_an_hour(void **state)
{
    (void)state;
    struct throttling *t = throttling();
    int64_t pauses_us[14];
    for (int i = 0; i < 6; i++) {
        assert_true(tries(t, "ana", "192.0.2.1", false));
    }
    for (int i = 0; i < 14; i++) {
        int64_t from_us = t->at_us;
        while (!tries(t, "ana", "192.0.2.1", false)) {
            t->at_us += SECOND_US / 4;
        }
        pauses_us[i] = t->at_us - from_us;
    }
    assert_true(pauses_us[0] == SECOND_US && pauses_us[1] == 2 * SECOND_US);
    assert_true(pauses_us[2] == 4 * SECOND_US);
    for (int i = 0; i < 14; i++) {
        assert_true(pauses_us[i] <= 15 * MINUTE_US);
    }
}

static void an_attack_from_everywhere_delays_its_victim_by_half_a_minute_at_most(void **state)
{
    (void)state;
    struct throttling *t = throttling();
    for (int i = 0; i < 5000; i++) {
        char address[32];
        snprintf(address, sizeof(address), "203.0.%d.%d", i / 250, i % 250);
        (void)tries(t, "ana", address, false);
        t->at_us += SECOND_US / 10;
    }
    assert_true(tries(t, "ana", "any", true)); /* with her own browser: at once */
    struct throttle_try try = {TEXT("ana"), TEXT("192.0.2.77"), false};
    int64_t wait_us;
    (void)throttle_admit(&t->throttle, &try, t->at_us, &wait_us);
    assert_true(wait_us <= 30 * SECOND_US);
    assert_true(tries(t, "bia", "192.0.2.77", false));
}

static void who_was_right_begins_anew_and_an_address_keeps_its_count(void **state)
{
    (void)state;
    struct throttling *t = throttling();
    struct throttle_try right = {TEXT("own"), TEXT("192.0.2.1"), false};
    for (int i = 0; i < 31; i++) {
        char account[16];
        snprintf(account, sizeof(account), "a%d", i);
        assert_true(tries(t, account, "192.0.2.1", false));
        t->at_us += 2 * SECOND_US;
        if (i < 30 && tries(t, "own", "192.0.2.1", false)) {
            throttle_forgive(&t->throttle, &right);
        }
    }
    t->at_us -= 2 * SECOND_US;
    assert_false(tries(t, "another", "192.0.2.1", false));
    t->at_us += 10 * 15 * MINUTE_US;
    assert_true(tries(t, "another", "192.0.2.1", false));
}

/* -- tickets -- */

static void a_ticket_is_good_for_its_purpose_until_its_time_and_unread_by_others(void **state)
{
    (void)state;
    struct arena arena CLEANUP(arena_release) = {0};
    struct keyring keys = {0}, others = {0};
    struct text words;
    int64_t until_us;
    randombytes_buf(keys.ticket, sizeof(keys.ticket));
    randombytes_buf(others.ticket, sizeof(others.ticket));
    struct text ticket =
        keyring_ticket(&keys, &arena, "one", now_us + SECOND_US, TEXT("a secret of ours"));
    assert_false(text_contains(ticket, TEXT("secret")));
    assert_true(keyring_ticket_read(&keys, &arena, "one", ticket, now_us, &words, &until_us));
    assert_true(text_is(words, "a secret of ours") && until_us == now_us + SECOND_US);
    assert_false(
        keyring_ticket_read(&keys, &arena, "one", ticket, now_us + SECOND_US, &words, &until_us));
    assert_false(keyring_ticket_read(&keys, &arena, "two", ticket, now_us, &words, &until_us));
    assert_false(keyring_ticket_read(&others, &arena, "one", ticket, now_us, &words, &until_us));
    assert_false(keyring_ticket_read(&keys, &arena, "one", TEXT(""), now_us, &words, &until_us));
    for (size_t i = 0; i < ticket.len; i++) {
        struct text cut = {ticket.ptr, i};
        assert_false(keyring_ticket_read(&keys, &arena, "one", cut, now_us, &words, &until_us));
    }
}

/* -- codes by time: the vectors of RFC 6238, appendix B, their last six digits -- */

static void codes_are_those_of_the_standard(void **state)
{
    (void)state;
    struct text secret = TEXT("12345678901234567890");
    assert_true(totp_step(secret, TEXT("287082"), 59 * SECOND_US) == 1);
    assert_true(totp_step(secret, TEXT("081804"), INT64_C(1111111109) * SECOND_US) == 37037036);
    assert_true(totp_step(secret, TEXT("279037"), INT64_C(2000000000) * SECOND_US) == 66666666);
    assert_true(totp_step(secret, TEXT("287082"), 89 * SECOND_US) == 1);
    assert_true(totp_step(secret, TEXT("287082"), 90 * SECOND_US) == -1);
    assert_true(totp_step(secret, TEXT("287083"), 59 * SECOND_US) == -1);
    assert_true(totp_step(secret, TEXT("28708"), 59 * SECOND_US) == -1);
}

/* -- the server's key -- */

static void what_is_sealed_opens_for_its_owner_and_key_alone(void **state)
{
    (void)state;
    struct arena arena CLEANUP(arena_release) = {0};
    struct keyring one, other;
    struct text opened;
    assert_int_equal(keyring_open("postgresql:///none", &one, NULL), ERR_NONE);
    assert_int_equal(keyring_open("postgresql:///none", &other, NULL), ERR_NONE);
    struct text sealed = keyring_seal(&one, &arena, 7, TEXT("secret"));
    assert_int_equal(keyring_unseal(&one, &arena, 7, sealed, &opened, NULL), ERR_NONE);
    assert_true(text_is(opened, "secret"));
    assert_int_equal(keyring_unseal(&one, &arena, 8, sealed, &opened, NULL), ERR_STORAGE);
    assert_int_equal(keyring_unseal(&other, &arena, 7, sealed, &opened, NULL), ERR_STORAGE);
    struct text device = keyring_device(&one, &arena, TEXT("ana@shop.example"));
    assert_true(keyring_device_is(&one, TEXT("ana@shop.example"), device));
    assert_false(keyring_device_is(&one, TEXT("bia@shop.example"), device));
    assert_false(keyring_device_is(&other, TEXT("ana@shop.example"), device));
    assert_false(keyring_device_is(&one, TEXT("ana@shop.example"), TEXT("")));
}

static int set_up(void **state)
{
    (void)state;
    return sodium_init() < 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_password_has_fifteen_letters_whatever_their_bytes),
        cmocka_unit_test(what_others_try_first_is_refused),
        cmocka_unit_test(letters_are_the_same_however_they_are_composed),
        cmocka_unit_test(the_pause_doubles_up_to_a_quarter_of_an_hour),
        cmocka_unit_test(an_attack_from_everywhere_delays_its_victim_by_half_a_minute_at_most),
        cmocka_unit_test(who_was_right_begins_anew_and_an_address_keeps_its_count),
        cmocka_unit_test(a_ticket_is_good_for_its_purpose_until_its_time_and_unread_by_others),
        cmocka_unit_test(codes_are_those_of_the_standard),
        cmocka_unit_test(what_is_sealed_opens_for_its_owner_and_key_alone),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
