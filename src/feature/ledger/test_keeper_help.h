/* For the tests of this folder: a keeper over a database of its own, and the clerk's part by hand.
 */
#ifndef TROTH_FEATURE_LEDGER_TEST_KEEPER_HELP_H
#define TROTH_FEATURE_LEDGER_TEST_KEEPER_HELP_H

#include "feature/ledger/job.h"
#include "store/migrate.h"
#include "store/testing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { TAKE_MOST = 64 };
static const int64_t start_us = INT64_C(1709539200) * SECOND_US; /* 2024-03-04 08:00 UTC */

/* The head of a Code, and a principle p for its promises. */
#define CODE_HEAD                                                                                \
    "code \"Test\"\n  owner \"Desk\"\n  contact \"desk@shop.example\"\n  scope \"All\"\n  zone " \
    "Europe/London\n  channels email\n  review every 6 months\n"                                 \
    "principle p \"P\"\n  \"Words.\"\n"

struct server {
    struct place place;
    struct database *db;
    struct book *book;
    struct keeper *keeper;
};

static inline void open_keeper(struct server *s)
{
    struct err_info info = {0};
    if (book_load(s->db, &s->book, &info)) {
        fail_msg("%s", info.text);
    }
    struct keeper_config config = {.book = s->book};
    assert_int_equal(keeper_open(s->db, &config, &s->keeper, &info), ERR_NONE);
}

static inline void close_keeper(struct server *s)
{
    keeper_close(&s->keeper);
    book_drop(&s->book);
}

static inline void open_server(struct server *s, const char *code)
{
    struct err_info info = {0};
    s->place = place_make_light();
    struct database_config config = {.place = s->place.path, .mode = DATABASE_WRITE};
    assert_int_equal(database_open(&config, &s->db, &info), ERR_NONE);
    assert_int_equal(migrate(s->db, &schema_migrations, &info), ERR_NONE);
    place_spread(&s->place);
    if (book_publish(s->db, 1, text_of(code), NULL, 0, TEXT("test"), start_us, &info)) {
        fail_msg("%s", info.text);
    }
    open_keeper(s);
}

static inline void close_server(struct server *s)
{
    close_keeper(s);
    database_close(&s->db);
    place_remove(&s->place);
}

static inline void take(struct server *s, const struct touch *touches, size_t count, int64_t now_us)
{
    struct err_info info = {0};
    struct taking taking[TAKE_MOST];
    assert_true(count <= TAKE_MOST);
    struct transaction t CLEANUP(transaction_end) = {0};
    assert_int_equal(transaction_begin(&t, s->db, &info), ERR_NONE);
    if (keeper_take(s->keeper, s->db, touches, count, now_us, taking, &info)) {
        fail_msg("%s %s", info.text, info.detail);
    }
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(taking[i].result, TAKEN_NEW);
    }
    assert_int_equal(keeper_before_commit(s->keeper, s->db, &info), ERR_NONE);
    assert_int_equal(transaction_commit(&t, &info), ERR_NONE);
    keeper_committed(s->keeper);
}

static inline void tick(struct server *s, int64_t now_us)
{
    struct err_info info = {0};
    while (keeper_due(s->keeper) <= now_us) {
        struct transaction t CLEANUP(transaction_end) = {0};
        assert_int_equal(transaction_begin(&t, s->db, &info), ERR_NONE);
        if (keeper_tick(s->keeper, s->db, now_us, &info)) {
            fail_msg("%s %s", info.text, info.detail);
        }
        assert_int_equal(keeper_before_commit(s->keeper, s->db, &info), ERR_NONE);
        assert_int_equal(transaction_commit(&t, &info), ERR_NONE);
        keeper_committed(s->keeper);
    }
}

static inline void publish(struct server *s, int64_t id, const char *source, int64_t now_us)
{
    struct err_info info = {0};
    struct book *book CLEANUP(book_drop) = NULL;
    if (book_publish(s->db, id, text_of(source), NULL, 0, TEXT("test"), now_us, &info) ||
        book_load(s->db, &book, &info)) {
        fail_msg("%s", info.text);
    }
    assert_int_equal(keeper_set_book(s->keeper, s->db, book, &info), ERR_NONE);
    keeper_committed(s->keeper);
    book_drop(&s->book);
    s->book = book_hold(book);
}

#endif
