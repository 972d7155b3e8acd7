/* Keys that turn out to be one, and to be two after all. */
#include "feature/ledger/test_keeper_help.h"

static const char answer_text[] = CODE_HEAD
    "promise answer under p\n  \"We answer.\"\n  on ask.sent\n  must answer.sent within 1 hour\n"
    "  otherwise credit 5.00 EUR\n"
    "promise sorry under p\n  \"We say sorry.\"\n  on every promise.broken where promise = answer "
    "per customer\n  must apology.sent within 1 day\n"
    "promise first under p\n  \"We greet you.\"\n  on hello.said where opens thread per customer\n"
    "  must hello.answered within 1 hour\n";

static struct touch say(const char *id, const char *event, const char *thread, const char *customer,
                        int64_t after_us)
{
    return (struct touch){.source = TEXT("test"),
                          .id = text_of(id),
                          .event = text_of(event),
                          .occurred_us = start_us + after_us,
                          .thread = text_of(thread),
                          .customer = text_of(customer)};
}

static struct touch about(const char *id, const char *event, const char *survivor,
                          const struct attribute *from, int64_t after_us)
{
    bool thread = event[0] == 't';
    struct touch t = say(id, event, thread ? survivor : "", thread ? "" : survivor, after_us);
    t.attributes = from;
    t.attribute_count = 1;
    return t;
}

static const struct attribute from_b[] = {{{"from", 4}, {.type = VALUE_TEXT, .text = {"b", 1}}}};
static const struct attribute from_ben[] = {
    {{"from", 4}, {.type = VALUE_TEXT, .text = {"ben", 3}}}};

static void give(struct server *s, struct touch t)
{
    take(s, &t, 1, t.occurred_us);
}

/* The only obligation of that opening touch, wherever it stands. */
static struct ledger_row row_of(struct server *s, const char *key, const char *promise,
                                const char *opening, struct arena *arena)
{
    struct ledger_row *rows, found = {0};
    size_t count;
    assert_int_equal(ledger_row_of_key(s->db, text_of(key), arena, &rows, &count, NULL), ERR_NONE);
    for (size_t i = 0; i < count; i++) {
        if (text_is(rows[i].promise, promise) && text_is(rows[i].opening_id, opening)) {
            assert_int_equal(found.id, 0);
            found = rows[i];
        }
    }
    return found;
}

static void an_obligation_goes_on_in_its_own_row_over_merge_and_split(void **state)
{
    (void)state;
    struct server s;
    struct arena arena CLEANUP(arena_release) = {0};
    open_server(&s, answer_text);
    give(&s, say("1", "ask.sent", "b", "ben", 0));
    struct ledger_row before = row_of(&s, "b", "answer", "1", &arena);
    give(&s, about("2", "thread.merged", "a", from_b, HOUR_US / 4));
    struct ledger_row merged = row_of(&s, "a", "answer", "1", &arena);
    assert_int_equal(merged.id, before.id);
    assert_int_equal(merged.state, STATE_OPEN);
    assert_int_equal(row_of(&s, "b", "answer", "1", &arena).id, 0);
    give(&s, say("3", "answer.sent", "a", "ben", HOUR_US / 2)); /* in time for b, too */
    assert_int_equal(row_of(&s, "a", "answer", "1", &arena).state, STATE_KEPT);
    give(&s, about("4", "thread.split", "a", from_b, 2 * HOUR_US));
    struct ledger_row split = row_of(&s, "b", "answer", "1", &arena);
    assert_int_equal(split.id, before.id);
    assert_int_equal(split.state, STATE_BROKEN);
    struct entry_row *entries;
    size_t count;
    assert_int_equal(entry_row_of(s.db, split.id, split.home_id, &arena, &entries, &count, NULL),
                     ERR_NONE);
    bool named = false;
    for (size_t i = 0; i < count; i++) {
        named = named || (entries[i].kind == ENTRY_CORRECTED && text_is(entries[i].cause_id, "4"));
    }
    assert_true(named);
    close_server(&s);
}

/* While one is open another does not open: of two that prove to be one, the later is void. */
static void what_the_joint_thread_has_only_once_is_void_and_comes_back(void **state)
{
    (void)state;
    struct server s;
    struct arena arena CLEANUP(arena_release) = {0};
    open_server(&s, answer_text);
    give(&s, say("1", "ask.sent", "a", "ana", 0));
    give(&s, say("2", "ask.sent", "b", "ana", HOUR_US / 4));
    int64_t id = row_of(&s, "b", "answer", "2", &arena).id;
    give(&s, about("3", "thread.merged", "a", from_b, HOUR_US / 2));
    assert_int_equal(row_of(&s, "a", "answer", "1", &arena).state, STATE_OPEN);
    assert_int_equal(row_of(&s, "a", "answer", "2", &arena).state, STATE_VOID);
    give(&s,
         about("4", "thread.split", "b",
               (const struct attribute[]){{{"from", 4}, {.type = VALUE_TEXT, .text = {"a", 1}}}},
               HOUR_US / 2 + 1));
    assert_int_equal(row_of(&s, "b", "answer", "2", &arena).id, id);
    assert_int_equal(row_of(&s, "b", "answer", "2", &arena).state, STATE_OPEN);
    tick(&s, start_us + 3 * HOUR_US);
    assert_int_equal(row_of(&s, "b", "answer", "2", &arena).state, STATE_BROKEN);
    close_server(&s);
}

/* The merge is heard of long after, and over a restart. */
static void a_late_merge_is_judged_from_the_beginning(void **state)
{
    (void)state;
    struct server s;
    struct arena arena CLEANUP(arena_release) = {0};
    open_server(&s, answer_text);
    give(&s, say("1", "ask.sent", "a", "ben", 0));
    tick(&s, start_us + 2 * HOUR_US);
    assert_int_equal(row_of(&s, "ben", "sorry", "answer/a/test/1/0/promise.broken", &arena).state,
                     STATE_OPEN);
    struct touch merge = about("2", "customer.merged", "ana", from_ben, HOUR_US / 2);
    take(&s, &merge, 1, start_us + 3 * HOUR_US);
    assert_int_equal(row_of(&s, "a", "answer", "1", &arena).state, STATE_BROKEN);
    assert_true(text_is(row_of(&s, "a", "answer", "1", &arena).customer, "ana"));
    close_keeper(&s);
    open_keeper(&s);
    struct ledger_row sorry =
        row_of(&s, "ana", "sorry", "answer/a/test/1/0/promise.broken", &arena);
    assert_int_equal(sorry.state, STATE_OPEN);
    give(&s, say("3", "apology.sent", "", "ben", 4 * HOUR_US)); /* ben is ana */
    assert_int_equal(row_of(&s, "ana", "sorry", "answer/a/test/1/0/promise.broken", &arena).state,
                     STATE_KEPT);
    close_server(&s);
}

static void a_thread_that_was_merged_is_opened_once(void **state)
{
    (void)state;
    struct server s;
    struct arena arena CLEANUP(arena_release) = {0};
    open_server(&s, answer_text);
    give(&s, say("1", "hello.said", "a", "ana", HOUR_US / 4));
    give(&s, say("2", "hello.said", "b", "ben", HOUR_US / 2));
    assert_int_equal(row_of(&s, "ben", "first", "2", &arena).state, STATE_OPEN);
    give(&s, about("3", "thread.merged", "a", from_b, HOUR_US / 2));
    assert_int_equal(row_of(&s, "ana", "first", "1", &arena).state, STATE_OPEN);
    assert_int_equal(row_of(&s, "ben", "first", "2", &arena).state, STATE_VOID);
    struct touch late = say("4", "hello.said", "b", "cy", 0); /* before both */
    take(&s, &late, 1, start_us + HOUR_US / 2);
    assert_int_equal(row_of(&s, "cy", "first", "4", &arena).state, STATE_OPEN);
    assert_int_equal(row_of(&s, "ana", "first", "1", &arena).state, STATE_VOID);
    close_server(&s);
}

/* What nobody has any more goes back with the touch that had opened it. */
static void a_void_obligation_follows_its_opening_touch(void **state)
{
    (void)state;
    struct server s;
    struct arena arena CLEANUP(arena_release) = {0};
    open_server(&s, answer_text);
    give(&s, say("1", "hello.said", "a", "ana", HOUR_US / 4));
    give(&s, say("2", "hello.said", "b", "ben", HOUR_US / 2));
    give(&s, about("3", "customer.merged", "ana", from_ben, HOUR_US / 2));
    int64_t id = row_of(&s, "ana", "first", "2", &arena).id;
    assert_true(id != 0);
    struct touch late = say("4", "hello.said", "b", "cy", 0); /* so 2 does not open b */
    take(&s, &late, 1, start_us + HOUR_US / 2);
    assert_int_equal(row_of(&s, "ana", "first", "2", &arena).state, STATE_VOID);
    give(&s, about("5", "customer.split", "ana", from_ben, HOUR_US));
    struct ledger_row row = row_of(&s, "ben", "first", "2", &arena);
    assert_int_equal(row.id, id);
    assert_int_equal(row.state, STATE_VOID);
    assert_true(text_is(row.customer, "ben"));
    struct entry_row *entries;
    size_t count;
    assert_int_equal(entry_row_of(s.db, id, row.home_id, &arena, &entries, &count, NULL), ERR_NONE);
    assert_true(count > 1 && entries[0].kind == ENTRY_OPENED &&
                entries[count - 1].kind == ENTRY_CORRECTED);
    close_server(&s);
}

static const char weather_text[] = CODE_HEAD
    "promise answer under p\n  \"We answer.\"\n  on ask.sent\n  must answer.sent within 1 hour\n"
    "  excused while storm.began where customer = ana anywhere until storm.passed\n";

/* Whose storm it was concerns every key. */
static void what_a_merged_customer_says_anywhere_is_heard_by_every_key(void **state)
{
    (void)state;
    struct server s;
    struct arena arena CLEANUP(arena_release) = {0};
    open_server(&s, weather_text);
    give(&s, say("1", "ask.sent", "a", "cy", 0));
    give(&s, say("2", "storm.began", "", "ben", HOUR_US / 4));
    tick(&s, start_us + 2 * HOUR_US);
    assert_int_equal(row_of(&s, "a", "answer", "1", &arena).state, STATE_BROKEN);
    give(&s, about("3", "customer.merged", "ana", from_ben, 3 * HOUR_US));
    tick(&s, start_us + 3 * HOUR_US);
    assert_int_equal(row_of(&s, "a", "answer", "1", &arena).state, STATE_EXCUSED);
    close_keeper(&s);
    open_keeper(&s);
    give(&s, about("4", "customer.split", "ana", from_ben, 4 * HOUR_US));
    tick(&s, start_us + 4 * HOUR_US);
    assert_int_equal(row_of(&s, "a", "answer", "1", &arena).state, STATE_BROKEN);
    close_server(&s);
}

/* The same storm, but it is another's: it begins and ends for others than before. */
static const char bells_text[] = CODE_HEAD
    "promise answer under p\n  \"We answer.\"\n  on ask.sent\n  must answer.sent within 1 hour\n"
    "  excused while bell.rung where customer = ana anywhere until bell.rung where customer = ben "
    "anywhere\n";

static void what_is_still_heard_anywhere_but_says_another_thing_is_heard_anew(void **state)
{
    (void)state;
    struct server s;
    struct arena arena CLEANUP(arena_release) = {0};
    open_server(&s, bells_text);
    give(&s, say("1", "ask.sent", "a", "cy", 0));
    give(&s, say("2", "bell.rung", "", "ana", HOUR_US / 4));
    give(&s, say("3", "bell.rung", "", "ben", HOUR_US / 2));
    tick(&s, start_us + 2 * HOUR_US);
    assert_int_equal(row_of(&s, "a", "answer", "1", &arena).state, STATE_BROKEN);
    give(&s, about("4", "customer.merged", "ana", from_ben, 3 * HOUR_US));
    tick(&s, start_us + 3 * HOUR_US);
    assert_int_equal(row_of(&s, "a", "answer", "1", &arena).state, STATE_EXCUSED);
    close_server(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_obligation_goes_on_in_its_own_row_over_merge_and_split),
        cmocka_unit_test(what_the_joint_thread_has_only_once_is_void_and_comes_back),
        cmocka_unit_test(a_late_merge_is_judged_from_the_beginning),
        cmocka_unit_test(a_thread_that_was_merged_is_opened_once),
        cmocka_unit_test(a_void_obligation_follows_its_opening_touch),
        cmocka_unit_test(what_a_merged_customer_says_anywhere_is_heard_by_every_key),
        cmocka_unit_test(what_is_still_heard_anywhere_but_says_another_thing_is_heard_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
