/* Faults that kills under load found: what comes late, and what a restart must not forget. */
#include "feature/ledger/job.h"
#include "store/migrate.h"
#include "store/testing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char code_text[] =
    "code \"Test\"\n  owner \"Desk\"\n  contact \"desk@shop.example\"\n  scope \"All\"\n"
    "  zone UTC\n  channels email\n  review every 6 months\n"
    "principle p \"P\"\n  \"Words.\"\n"
    "promise answer under p\n  \"We answer.\"\n  on message.received where opens thread\n"
    "  must message.sent within 4 hours\n"
    "  excused while outage.declared anywhere until outage.ended\n"
    "  otherwise credit 10.00 GBP\n  warn at 75%\n"
    "promise solved under p\n  \"We solve it.\"\n  on case.opened\n"
    "  must case.closed within 1 day\n"
    "promise still under p\n  \"We leave it so.\"\n  on case.reviewed\n"
    "  must not case.changed for 2 hours\n";

struct scene {
    struct place place;
    struct database *db;
    struct book *book;
    struct keeper *keeper;
    struct arena arena;
    unsigned sent;
};

static int64_t at(int hour, int minute)
{
    return INT64_C(1709510400) * SECOND_US + hour * HOUR_US + minute * MINUTE_US; /* 2024-03-04 */
}

static void open_keeper(struct scene *s)
{
    struct err_info info = {0};
    if (book_load(s->db, &s->book, &info)) {
        fail_msg("%s", info.text);
    }
    struct keeper_config config = {.book = s->book};
    assert_int_equal(keeper_open(s->db, &config, &s->keeper, &info), ERR_NONE);
}

static void close_keeper(struct scene *s)
{
    keeper_close(&s->keeper);
    book_drop(&s->book);
}

static void restart(struct scene *s)
{
    close_keeper(s);
    open_keeper(s);
}

static void set_up(struct scene *s)
{
    struct err_info info = {0};
    *s = (struct scene){.place = place_make_light()};
    struct database_config config = {.place = s->place.path, .mode = DATABASE_WRITE};
    assert_int_equal(database_open(&config, &s->db, &info), ERR_NONE);
    assert_int_equal(migrate(s->db, &schema_migrations, &info), ERR_NONE);
    place_spread(&s->place);
    if (book_publish(s->db, 1, text_of(code_text), NULL, 0, TEXT("test"), at(0, 0), &info)) {
        fail_msg("%s", info.text);
    }
    open_keeper(s);
}

static void tear_down(struct scene *s)
{
    close_keeper(s);
    database_close(&s->db);
    place_remove(&s->place);
    arena_release(&s->arena);
}

static void commit(struct scene *s, struct transaction *t)
{
    struct err_info info = {0};
    assert_int_equal(keeper_before_commit(s->keeper, s->db, &info), ERR_NONE);
    assert_int_equal(transaction_commit(t, &info), ERR_NONE);
    keeper_committed(s->keeper);
}

/* A touch of thread "a" (an outage has none), which arrives at now_us. */
static void take(struct scene *s, const char *event, int64_t occurred_us, int64_t now_us)
{
    struct err_info info = {0};
    struct taking taking;
    bool is_outage = text_starts(text_of(event), TEXT("outage."));
    struct touch touch = {.source = TEXT("test"),
                          .id = arena_printf(&s->arena, "t%u", s->sent++),
                          .event = text_of(event),
                          .occurred_us = occurred_us,
                          .thread = is_outage ? (struct text){0} : TEXT("a")};
    struct transaction t CLEANUP(transaction_end) = {0};
    assert_int_equal(transaction_begin(&t, s->db, &info), ERR_NONE);
    if (keeper_take(s->keeper, s->db, &touch, 1, now_us, &taking, &info)) {
        fail_msg("%s %s", info.text, info.detail);
    }
    assert_int_equal(taking.result, TAKEN_NEW);
    commit(s, &t);
}

/* Lets the clock act, as the clerk does: as often as there is something to do. */
static void tick(struct scene *s, int64_t now_us)
{
    struct err_info info = {0};
    while (keeper_due(s->keeper) <= now_us) {
        struct transaction t CLEANUP(transaction_end) = {0};
        assert_int_equal(transaction_begin(&t, s->db, &info), ERR_NONE);
        if (keeper_tick(s->keeper, s->db, now_us, &info)) {
            fail_msg("%s %s", info.text, info.detail);
        }
        commit(s, &t);
    }
}

/* The only obligation of the first promise. */
static struct ledger_row answer_row(struct scene *s)
{
    struct ledger_row *rows;
    size_t count, found = 0, at = 0;
    assert_int_equal(ledger_row_of_key(s->db, TEXT("a"), &s->arena, &rows, &count, NULL), ERR_NONE);
    for (size_t i = 0; i < count; i++) {
        if (text_is(rows[i].promise, "answer")) {
            at = i;
            found++;
        }
    }
    assert_int_equal(found, 1);
    return rows[at];
}

static void state_is(struct scene *s, enum state wanted)
{
    assert_string_equal(state_name(answer_row(s).state), state_name(wanted));
}

/* Its entries in order, as words. */
static void history_is(struct scene *s, const char *wanted)
{
    struct entry_row *entries;
    size_t count;
    struct buf words CLEANUP(buf_release) = {0};
    assert_int_equal(entry_row_of(s->db, answer_row(s).id, answer_row(s).home_id, &s->arena,
                                  &entries, &count, NULL),
                     ERR_NONE);
    for (size_t i = 0; i < count; i++) {
        buf_addf(&words, "%s%s", i ? " " : "", entry_name(entries[i].kind));
    }
    assert_string_equal(words.ptr, wanted);
}

static int64_t owed_in_all(struct scene *s)
{
    static const struct statement sum = {"test_owed",
                                         "SELECT coalesce(sum(owed), 0) FROM tally_remedy", NULL};
    struct query q CLEANUP(query_end) = query_begin(s->db, &sum);
    bool row;
    assert_int_equal(query_row(&q, &row, NULL), ERR_NONE);
    return query_int(&q, 0);
}

static bool has_state(struct scene *s)
{
    struct state_row row = {.lane = TEXT("thread"), .key = TEXT("a")};
    assert_int_equal(state_rows_read(s->db, &row, 1, &s->arena, NULL), ERR_NONE);
    return row.found;
}

static void keys_that_a_late_outage_concerns_are_woken_after_a_restart(void **state)
{
    (void)state;
    struct scene s;
    set_up(&s);
    take(&s, "message.received", at(10, 0), at(10, 0));
    tick(&s, at(15, 0));
    state_is(&s, STATE_BROKEN); /* at 14:00 */
    take(&s, "outage.declared", at(13, 0), at(16, 0));
    restart(&s);
    tick(&s, at(16, 0));
    state_is(&s, STATE_EXCUSED);
    tear_down(&s);
}

static void a_late_outage_concerns_verdicts_of_keys_that_keep_no_state(void **state)
{
    (void)state;
    struct scene s;
    set_up(&s);
    take(&s, "message.received", at(10, 0), at(10, 0));
    tick(&s, at(15, 0));
    take(&s, "message.sent", at(15, 30), at(15, 30));
    state_is(&s, STATE_BROKEN);
    assert_false(has_state(&s));
    take(&s, "outage.declared", at(13, 0), at(16, 0));
    tick(&s, at(16, 0));
    state_is(&s, STATE_EXCUSED);
    tear_down(&s);
}

static void a_state_saved_before_a_late_outage_is_not_gone_on_from_after_a_restart(void **state)
{
    (void)state;
    struct scene s;
    set_up(&s);
    take(&s, "message.received", at(10, 0), at(10, 0));
    tick(&s, at(15, 0));
    state_is(&s, STATE_BROKEN);
    take(&s, "outage.declared", at(13, 0), at(16, 0));
    restart(&s);
    take(&s, "message.sent", at(16, 0), at(16, 0)); /* before any key was woken */
    state_is(&s, STATE_EXCUSED);
    tear_down(&s);
}

static void what_opened_a_thread_opens_it_no_longer_when_an_earlier_touch_comes(void **state)
{
    (void)state;
    struct scene s;
    set_up(&s);
    take(&s, "message.received", at(10, 0), at(10, 0));
    take(&s, "note.added", at(9, 0), at(11, 0)); /* an event that the Code does not name */
    state_is(&s, STATE_VOID);
    history_is(&s, "opened corrected");
    tear_down(&s);
}

static void a_warning_that_falls_due_while_its_key_is_folded_anew_is_told(void **state)
{
    (void)state;
    struct scene s;
    set_up(&s);
    take(&s, "message.received", at(10, 0), at(10, 0));
    take(&s, "case.opened", at(11, 0), at(11, 0));
    take(&s, "case.closed", at(10, 30), at(13, 30)); /* late; the warning was at 13:00 */
    history_is(&s, "opened warned");
    tick(&s, at(13, 30));
    history_is(&s, "opened warned");
    tear_down(&s);
}

static void a_remedy_withdrawn_is_owed_again_when_the_promise_was_broken_after_all(void **state)
{
    (void)state;
    struct scene s;
    set_up(&s);
    take(&s, "message.received", at(10, 0), at(10, 0));
    tick(&s, at(15, 0));
    assert_int_equal(owed_in_all(&s), 1000);
    take(&s, "outage.declared", at(13, 0), at(16, 0));
    tick(&s, at(16, 0));
    state_is(&s, STATE_EXCUSED);
    assert_int_equal(owed_in_all(&s), 0);
    take(&s, "outage.ended", at(13, 30), at(17, 0)); /* over before the answer was due */
    tick(&s, at(17, 0));
    state_is(&s, STATE_BROKEN);
    assert_int_equal(answer_row(&s).owed_minor, 1000);
    assert_int_equal(owed_in_all(&s), 1000);
    history_is(&s, "opened warned broken owed withdrawn corrected corrected owed");
    tear_down(&s);
}

static void what_the_clock_decided_still_blocks_a_late_trigger(void **state)
{
    (void)state;
    struct scene s;
    set_up(&s);
    take(&s, "case.reviewed", at(10, 0), at(10, 0));
    tick(&s, at(13, 0)); /* kept at 12:00; the key keeps no state */
    assert_false(has_state(&s));
    take(&s, "case.reviewed", at(11, 0), at(14, 0)); /* while the first was open */
    struct ledger_row *rows;
    size_t count;
    assert_int_equal(ledger_row_of_key(s.db, TEXT("a"), &s.arena, &rows, &count, NULL), ERR_NONE);
    assert_int_equal(count, 1);
    tear_down(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_that_a_late_outage_concerns_are_woken_after_a_restart),
        cmocka_unit_test(a_late_outage_concerns_verdicts_of_keys_that_keep_no_state),
        cmocka_unit_test(a_state_saved_before_a_late_outage_is_not_gone_on_from_after_a_restart),
        cmocka_unit_test(what_opened_a_thread_opens_it_no_longer_when_an_earlier_touch_comes),
        cmocka_unit_test(a_warning_that_falls_due_while_its_key_is_folded_anew_is_told),
        cmocka_unit_test(a_remedy_withdrawn_is_owed_again_when_the_promise_was_broken_after_all),
        cmocka_unit_test(what_the_clock_decided_still_blocks_a_late_trigger),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
