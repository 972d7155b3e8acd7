/* Addresses, and mails as they travel. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/moment.h"
#include "mail/address.h"
#include "mail/message.h"
#include "mail/smtp.h"

static void an_address_is_taken_as_it_travels(void **state)
{
    (void)state;
    static const struct {
        const char *words, *travels; /* NULL: refused */
    } cases[] = {
        {"ana@example.org", "ana@example.org"},
        {"o'neil+x@mail.example.org", "o'neil+x@mail.example.org"},
        {"ana@b\xc3\xbc"
         "cher.example",
         "ana@xn--bcher-kva.example"},
        {"ana@EXAMPLE.org", "ana@example.org"},
        {"ana", NULL},
        {"@example.org", NULL},
        {"ana@", NULL},
        {"ana@.org", NULL},
        {"ana@example..org", NULL},
        {"ana@-example.org", NULL},
        {".ana@example.org", NULL},
        {"a..na@example.org", NULL},
        {"ana ana@example.org", NULL},
        {"<ana@example.org>", NULL},
        {"ana@example.org>\r\nRCPT TO:<eve@example.org", NULL},
        {"ana@example.org\n", NULL},
        {"an\xc3\xa1@example.org", NULL},
    };
    struct arena arena CLEANUP(arena_release) = {0};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct text travels = {0};
        enum err e = mail_address(&arena, text_of(cases[i].words), &travels, NULL);
        assert_int_equal(e, cases[i].travels ? ERR_NONE : ERR_INVALID);
        assert_true(!cases[i].travels || text_is(travels, cases[i].travels));
    }
}

static const struct mail_message plain = {
    .from = {"troth@example.org", 17},
    .to = {"ana@example.org", 15},
    .subject = {"Hello", 5},
    .text = {"One line.\n", 10},
    .id = {"token@example.org", 17},
};

static bool has(const struct buf *mail, const char *words)
{
    return text_contains(buf_text(mail), text_of(words));
}

static void a_mail_has_the_headers_of_one_sent_by_a_program(void **state)
{
    (void)state;
    struct mail_message m = plain;
    m.unsubscribe = TEXT("https://example.org/off?x=1");
    m.date_us = INT64_C(1700000000) * SECOND_US;
    struct buf mail CLEANUP(buf_release) = {0};
    assert_int_equal(mail_build(&m, &mail, NULL), ERR_NONE);
    assert_true(has(&mail, "Message-Id: <token@example.org>\r\n"));
    assert_true(has(&mail, "Auto-Submitted: auto-generated\r\n"));
    assert_true(has(&mail, "Date: Tue, 14 Nov 2023 22:13:20 +0000\r\n"));
    assert_true(has(&mail, "List-Unsubscribe: <https://example.org/off?x=1>\r\n"));
    assert_true(has(&mail, "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"));
    assert_true(has(&mail, "MIME-Version: 1.0\r\n"));
    assert_false(has(&mail, "multipart"));
}

static void other_letters_are_encoded_in_headers(void **state)
{
    (void)state;
    struct mail_message m = plain;
    m.to_name = TEXT("Jos\xc3\xa9, \"o bom\"");
    m.subject = TEXT("Aprova\xc3\xa7\xc3\xa3o");
    m.html = TEXT("<p>ol\xc3\xa1</p>");
    struct buf mail CLEANUP(buf_release) = {0};
    assert_int_equal(mail_build(&m, &mail, NULL), ERR_NONE);
    for (size_t i = 0; i < mail.len; i++) {
        assert_true((unsigned char)mail.ptr[i] < 128);
    }
    assert_true(has(&mail, "Subject: =?"));
    assert_true(has(&mail, "multipart/alternative"));
    assert_true(has(&mail, "<p>ol=C3=A1</p>"));
}

static void nobody_adds_headers_through_a_name(void **state)
{
    (void)state;
    const struct text evil = TEXT("x\r\nBcc: eve@example.org"), nul = {"a\0b", 3};
    for (int i = 0; i < 14; i++) {
        struct mail_message m = plain;
        struct text *fields[] = {&m.from,    &m.from_name, &m.to,         &m.to_name,
                                 &m.subject, &m.id,        &m.unsubscribe};
        *fields[i / 2] = i % 2 ? nul : evil;
        struct buf mail CLEANUP(buf_release) = {0};
        assert_int_equal(mail_build(&m, &mail, NULL), ERR_INVALID);
        assert_int_equal(mail.len, 0);
    }
}

static void lines_stay_short_whatever_is_in_them(void **state)
{
    (void)state;
    struct buf words CLEANUP(buf_release) = {0}, mail CLEANUP(buf_release) = {0};
    for (int i = 0; i < 5000; i++) {
        buf_add_str(&words, "word");
    }
    struct mail_message m = plain;
    m.text = m.html = buf_text(&words);
    m.subject = (struct text){words.ptr, MAIL_HEADER_MOST};
    assert_int_equal(mail_build(&m, &mail, NULL), ERR_NONE);
    size_t line = 0;
    for (size_t i = 0; i < mail.len; i++) {
        line = mail.ptr[i] == '\n' ? 0 : line + 1;
        assert_true(line <= 999); /* 998 and CR: RFC 5322, 2.1.1 */
        assert_true(mail.ptr[i] != '\n' || mail.ptr[i - 1] == '\r');
    }
    m.subject = (struct text){words.ptr, MAIL_HEADER_MOST + 1};
    assert_int_equal(mail_build(&m, &mail, NULL), ERR_INVALID);
}

static void a_mail_server_is_named_so_that_no_secret_is_seen(void **state)
{
    (void)state;
    static const struct {
        struct smtp_config config;
        enum err e;
    } cases[] = {
        {{"smtp://mail.example.org:587", NULL, NULL, false}, ERR_NONE},
        {{"smtps://ana@mail.example.org", "secret", NULL, false}, ERR_NONE},
        {{"smtp://localhost:25", NULL, NULL, true}, ERR_NONE},
        {{"smtp://ana:secret@mail.example.org", NULL, NULL, false}, ERR_INVALID},
        {{"smtp://ana@mail.example.org", NULL, NULL, false}, ERR_INVALID},
        {{"smtp://mail.example.org", "secret", NULL, false}, ERR_INVALID},
        {{"smtp://ana@mail.example.org", "secret", NULL, true}, ERR_INVALID},
        {{"http://mail.example.org", NULL, NULL, false}, ERR_INVALID},
        {{"mail.example.org", NULL, NULL, false}, ERR_INVALID},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct smtp smtp = {0};
        assert_int_equal(smtp_read(&cases[i].config, &smtp, NULL), cases[i].e);
        smtp_release(&smtp);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_is_taken_as_it_travels),
        cmocka_unit_test(a_mail_has_the_headers_of_one_sent_by_a_program),
        cmocka_unit_test(other_letters_are_encoded_in_headers),
        cmocka_unit_test(nobody_adds_headers_through_a_name),
        cmocka_unit_test(lines_stay_short_whatever_is_in_them),
        cmocka_unit_test(a_mail_server_is_named_so_that_no_secret_is_seen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
