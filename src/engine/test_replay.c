#include "engine/test_replay_help.h"

static const char answer[] =
    "promise answer under p\n  \"We answer.\"\n  on message.received per thread\n"
    "  must message.sent by staff within 4 hours\n";

static void an_answer_at_the_due_instant_is_in_time(void **state)
{
    (void)state;
    replay_is(answer, TOUCHES("10:00 message.received", "14:00 message.sent actor=staff"),
              "20:00 end.x", "answer/0 kept due 03-04 14:00 at 03-04 14:00\n", NULL);
}

static void an_answer_after_it_is_late_but_counted(void **state)
{
    (void)state;
    replay_is(answer, TOUCHES("10:00 message.received", "14:01 message.sent actor=staff"),
              "20:00 end.x", "answer/0 broken due 03-04 14:00 at 03-04 14:00 late 03-04 14:01\n",
              NULL);
}

static void due_at_the_end_of_the_replay_is_open(void **state)
{
    (void)state;
    replay_is(answer, TOUCHES("10:00 message.received"), "14:00 end.x",
              "answer/0 open due 03-04 14:00 at -\n", NULL);
}

static void a_second_trigger_opens_nothing_while_open(void **state)
{
    (void)state;
    replay_is(answer,
              TOUCHES("10:00 message.received", "11:00 message.received",
                      "12:00 message.sent actor=staff"),
              "20:00 end.x", "answer/0 kept due 03-04 14:00 at 03-04 12:00\n", NULL);
}

static void a_pause_lays_on_the_time_left(void **state)
{
    (void)state;
    replay_is("promise fix under p\n  \"We fix it.\"\n  on fault.reported\n  must fault.fixed "
              "within 4 working hours of office\n"
              "  pause while customer.asked until customer.answered\n",
              TOUCHES("15:00 fault.reported", "16:00 customer.asked", "05 12:00 customer.answered"),
              "08 00:00 end.x", "fix/0 broken due 03-05 15:00 at 03-05 15:00\n", NULL);
}

static void every_week_restarts_at_word_or_due(void **state)
{
    (void)state;
    replay_is(
        "promise progress under p\n  \"Weekly word.\"\n  on complaint.opened\n"
        "  must message.sent every 2 days until complaint.closed\n",
        TOUCHES("10:00 complaint.opened", "05 10:00 message.sent", "08 10:00 complaint.closed"),
        "20 00:00 end.x",
        "progress/0 kept due 03-06 10:00 at 03-05 10:00\n"
        "progress/1 broken due 03-07 10:00 at 03-07 10:00\n"
        "progress/2 void due 03-09 10:00 at 03-08 10:00\n",
        NULL);
}

static void the_excess_of_a_rolling_window_breaks(void **state)
{
    (void)state;
    replay_is("promise calls under p\n  \"Few calls.\"\n  at most 1 call.placed per customer in "
              "any 2 days\n",
              TOUCHES("10:00 call.placed", "05 10:00 call.placed", "07 10:00 call.placed"),
              "20 00:00 end.x",
              "calls/0 kept due 03-04 10:00 at 03-04 10:00\n"
              "calls/0 broken due 03-05 10:00 at 03-05 10:00\n"
              "calls/0 kept due 03-07 10:00 at 03-07 10:00\n",
              NULL);
}

static void a_debt_grows_by_completed_units_up_to_its_cap(void **state)
{
    (void)state;
    replay_is("promise power under p\n  \"Power back.\"\n  on power.failed\n  must power.restored "
              "within 12 hours\n"
              "  otherwise credit 95.00 GBP plus 45.00 GBP per 12 hours up to 165.00 GBP\n",
              TOUCHES("00:00 power.failed", "08 00:00 power.restored"), "20 00:00 end.x",
              "power/0 broken due 03-04 12:00 at 03-04 12:00 late 03-08 00:00\n",
              "03-04 12:00 95.00 GBP\n03-05 00:00 45.00 GBP\n03-05 12:00 25.00 GBP\n");
}

static void a_remedy_owed_is_itself_promised(void **state)
{
    (void)state;
    replay_is("promise answer under p\n  \"We answer.\"\n  on message.received\n  must "
              "message.sent within 1 hour\n"
              "  otherwise credit 10.00 BRL\n"
              "promise paid under p\n  \"We pay.\"\n  on remedy.owed where promise = answer\n"
              "  must remedy.paid within 2 days\n",
              TOUCHES("10:00 message.received", "06 11:00 remedy.paid"), "20 00:00 end.x",
              "answer/0 broken due 03-04 11:00 at 03-04 11:00\n"
              "paid/0 kept due 03-06 11:00 at 03-06 11:00\n",
              "03-04 11:00 10.00 BRL\n");
}

static void a_chain_may_cross_from_thread_to_customer(void **state)
{
    (void)state;
    replay_is("promise answer under p\n  \"We answer.\"\n  on message.received\n  must "
              "message.sent within 1 hour\n"
              "promise sorry under p\n  \"We say sorry.\"\n  on promise.broken where promise = "
              "answer per customer\n"
              "  must apology.sent within 2 days\n",
              TOUCHES("10:00 message.received", "05 11:00 apology.sent thread=other"),
              "20 00:00 end.x",
              "answer/0 broken due 03-04 11:00 at 03-04 11:00\n"
              "sorry/0 kept due 03-06 11:00 at 03-05 11:00\n",
              NULL);
}

static void an_outage_anywhere_excuses_what_falls_due_in_it(void **state)
{
    (void)state;
    replay_is("promise answer under p\n  \"We answer.\"\n  on message.received\n  must "
              "message.sent within 1 hour\n"
              "  excused while outage.declared anywhere until outage.ended anywhere\n",
              TOUCHES("10:00 message.received", "10:30 outage.declared thread=none",
                      "12:00 outage.ended thread=none", "12:00 message.received thread=b"),
              "20 00:00 end.x",
              "answer/0 excused due 03-04 11:00 at 03-04 11:00\n"
              "answer/0 broken due 03-04 13:00 at 03-04 13:00\n",
              NULL);
}

static void touches_out_of_order_are_folded_in_their_place(void **state)
{
    (void)state;
    replay_is(answer, TOUCHES("13:00 message.sent actor=staff", "10:00 message.received"),
              "20:00 end.x", "answer/0 kept due 03-04 14:00 at 03-04 13:00\n", NULL);
}

static void a_touch_opens_its_thread_only_as_the_first(void **state)
{
    (void)state;
    replay_is(
        "promise greet under p\n  \"We greet.\"\n  on message.received where opens thread\n"
        "  must message.sent within 1 hour\n",
        TOUCHES("10:00 note.added", "10:05 message.received", "10:06 message.received thread=b"),
        "20:00 end.x", "greet/0 broken due 03-04 11:06 at 03-04 11:06\n", NULL);
}

/* Touches of one shape are matched once; what a condition asks of the touch itself is not. */
static void touches_alike_but_for_their_customer_are_told_apart(void **state)
{
    (void)state;
    replay_is("promise gift under p\n  \"We thank.\"\n  on order.placed where customer = \"c1\"\n"
              "  must gift.sent within 1 hours\n"
              "promise early under p\n  \"Soon.\"\n  on order.placed where occurred < "
              "2024-03-04T11:00:00Z\n  must gift.sent within 2 hours\n",
              TOUCHES("10:00 order.placed customer=c1 thread=a",
                      "10:30 order.placed customer=c2 thread=b",
                      "12:00 order.placed customer=c1 thread=c",
                      "12:10 order.placed customer=c2 thread=d"),
              "12:20 end.x",
              "gift/0 broken due 03-04 11:00 at 03-04 11:00\n"
              "early/0 broken due 03-04 12:00 at 03-04 12:00\n"
              "early/0 open due 03-04 12:30 at -\n"
              "gift/0 open due 03-04 13:00 at -\n",
              NULL);
}

static void touches_that_differ_in_one_thing_are_told_apart(void **state)
{
    (void)state;
    replay_is("promise gift under p\n  \"We thank.\"\n  on order.placed by staff where kind = "
              "\"gift\" and person = \"ana\"\n  must gift.sent within 1 hours\n",
              TOUCHES("10:00 order.placed actor=staff kind=gift person=ana thread=a",
                      "10:01 order.placed actor=staff kind=lift person=ana thread=b",
                      "10:02 order.placed actor=staff kind=gift person=bia thread=c",
                      "10:03 order.placed actor=customer kind=gift person=ana thread=d",
                      "10:04 order.changed actor=staff kind=gift person=ana thread=e",
                      "10:05 order.placed actor=staff kind=gift person=ana thread=f"),
              "10:20 end.x", "gift/0 open due 03-04 11:00 at -\ngift/0 open due 03-04 11:05 at -\n",
              NULL);
}

static const struct plan *plan_of(struct arena *arena, const char *promises)
{
    struct diagnostics diagnostics = {0};
    struct err_info info = {0};
    const struct code *code =
        code_parse(arena, arena_printf(arena, "%s%s", head, promises), &diagnostics);
    struct plan *plan;
    assert_int_equal(plan_compile(arena, &code, 1, NULL, NULL, &plan, &info), ERR_NONE);
    return plan;
}

static void many_at_once_are_taken_as_one_by_one(void **state)
{
    (void)state;
    enum { COUNT = 1000 };
    struct arena arena CLEANUP(arena_release) = {0};
    const struct plan *plan = plan_of(&arena, answer);
    struct touch *touches = ARENA_ARRAY(&arena, struct touch, COUNT);
    for (uint64_t i = 0; i < COUNT; i++) {
        touches[i] = read_touch(&arena, i % 3 ? "10:00 message.received" : "12:00 message.sent",
                                i % 7 ? i + 1 : 1); /* every seventh again */
        touches[i].thread = arena_printf(&arena, "thread-%d", (int)i / 4);
        touches[i].actor = ACTOR_STAFF;
    }
    struct replay *singly = replay_new(plan), *at_once = replay_new(plan);
    size_t taken = 0;
    for (size_t i = 0; i < COUNT; i++) {
        taken += replay_add(singly, &touches[i]);
    }
    assert_int_equal(replay_add_all(at_once, touches, 0), 0);
    assert_int_equal(
        replay_add_all(at_once, touches, 333) + replay_add_all(at_once, touches + 333, 667), taken);
    assert_in_range(taken, 1, COUNT - 1);
    assert_int_equal(replay_add_all(at_once, touches, COUNT), 0);
    struct promise_result *one, *all;
    struct replay_options options = {.until_us = MOMENT_NEVER};
    assert_int_equal(replay_run(singly, &options, &arena, &one, NULL), ERR_NONE);
    assert_int_equal(replay_run(at_once, &options, &arena, &all, NULL), ERR_NONE);
    assert_memory_equal(one, all, sizeof(*one));
    assert_true(one->kept > 0 && one->open > 0);
    replay_free(singly);
    replay_free(at_once);
}

/* Ids that ascend need no look-up; one that does not needs all that came before. */
static void what_came_before_is_known_whether_or_not_ids_ascend(void **state)
{
    (void)state;
    static const struct {
        const char *source, *id;
        bool is_new;
    } cases[] = {
        {"desk", "8", true},           {"desk", "9", true},
        {"desk", "10", true},          {"shop", "9", true},
        {"shop", "touch-0001", true},  {"desk", "touch-0009", true},
        {"desk", "touch-0010", true},  {"shop", "touch-0001-of-a-long-row", true},
        {"desk", "10", false},         {"desk", "7", true},
        {"shop", "9", false},          {"shop", "8", true},
        {"desk", "touch-0009", false}, {"desk", "touch-0011", true},
        {"desk", "7", false},          {"shop", "touch-0001-of-a-long-row", false},
    };
    struct arena arena CLEANUP(arena_release) = {0};
    struct replay *replay = replay_new(plan_of(&arena, answer));
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct touch t = read_touch(&arena, "10:00 message.received", i + 1);
        t.source = text_of(cases[i].source);
        t.id = text_of(cases[i].id);
        assert_int_equal(replay_add(replay, &t), cases[i].is_new);
    }
    replay_free(replay);
}

static void touches_without_a_source_are_known_again(void **state)
{
    (void)state;
    struct arena arena CLEANUP(arena_release) = {0};
    struct replay *replay = replay_new(plan_of(&arena, answer));
    struct touch t = read_touch(&arena, "10:00 message.received", 1), other = t;
    t.source = TEXT("");
    other.source = TEXT("shop");
    assert_true(replay_add(replay, &t));
    assert_true(replay_add(replay, &other));
    assert_false(replay_add(replay, &t));
    replay_free(replay);
}

static void more_sources_than_are_watched_are_told_apart(void **state)
{
    (void)state;
    struct arena arena CLEANUP(arena_release) = {0};
    struct replay *replay = replay_new(plan_of(&arena, answer));
    for (uint64_t round = 0; round < 2; round++) {
        for (int i = 0; i < 20; i++) {
            struct touch t = read_touch(&arena, "10:00 message.received", round * 20 + 1);
            t.source = arena_printf(&arena, "source-%d", i);
            t.id = TEXT("1");
            assert_int_equal(replay_add(replay, &t), round == 0);
        }
    }
    replay_free(replay);
}

/* One key of many touches, some too long for a chunk of their drawer, and touches without a key. */
static void a_key_of_many_touches_and_long_texts_is_folded_whole(void **state)
{
    (void)state;
    enum { COUNT = 3000, LONG = 40000 };
    struct arena arena CLEANUP(arena_release) = {0};
    const struct plan *plan =
        plan_of(&arena, "promise answer under p\n  \"We answer.\"\n  on every message.received\n"
                        "  must message.sent within 1 hours\n");
    struct touch *touches = ARENA_ARRAY(&arena, struct touch, COUNT);
    for (uint64_t i = 0; i < COUNT; i++) {
        touches[i] =
            read_touch(&arena, i % 3 == 2 ? "10:30 message.sent" : "10:00 message.received", i + 1);
        touches[i].thread = i % 3 == 1 ? (struct text){0} : TEXT("one");
        touches[i].occurred_us += (int64_t)(i / 3) * 2 * HOUR_US;
        if (i % 100 == 0) {
            char *id = arena_alloc(&arena, LONG);
            memset(id, 'x', LONG);
            id[LONG - 1] = (char)('0' + i % 7);
            touches[i].id = (struct text){id, (size_t)LONG - i};
        }
    }
    struct replay *replay = replay_new(plan);
    assert_int_equal(replay_add_all(replay, touches, COUNT), COUNT);
    struct promise_result *result;
    struct replay_options options = {.until_us = MOMENT_NEVER};
    assert_int_equal(replay_run(replay, &options, &arena, &result, NULL), ERR_NONE);
    assert_int_equal(result->kept, COUNT / 3);
    assert_int_equal(result->broken + result->open, 0);
    replay_free(replay);
}

static void touches_that_share_texts_are_told_apart_by_the_rest(void **state)
{
    (void)state;
    struct arena arena CLEANUP(arena_release) = {0};
    const struct plan *plan = plan_of(
        &arena,
        "promise gift under p\n  \"We thank.\"\n  on every order.placed by staff where kind "
        "= \"gift\" and person = \"ana\"\n  must gift.sent within 1 hours\n");
    char person[] = "ana";
    struct touch touches[7], t = read_touch(&arena, "10:00 order.placed actor=staff kind=gift", 1);
    t.person = text_of(person);
    for (uint64_t i = 0; i < 7; i++) {
        touches[i] = t;
        touches[i].place = i + 1;
        touches[i].id = arena_printf(&arena, "%d", (int)i);
    }
    touches[1].actor = ACTOR_CUSTOMER;
    touches[2].attribute_count = 0;
    touches[3].person.len = 2;
    touches[4].event.len = 5;
    struct replay *replay = replay_new(plan);
    assert_int_equal(replay_add_all(replay, touches, 6), 6);
    person[2] = 'e'; /* the same pointers with other words */
    assert_int_equal(replay_add_all(replay, touches + 6, 1), 1);
    struct promise_result *result;
    struct replay_options options = {.until_us = MOMENT_NEVER};
    assert_int_equal(replay_run(replay, &options, &arena, &result, NULL), ERR_NONE);
    assert_int_equal(result->open, 2);
    replay_free(replay);
}

/* Enough threads that some have the same hash of 32 bits; and they fill pages, which are used again
 * after replay_clear(). */
static void every_one_of_many_threads_is_opened_once(void **state)
{
    (void)state;
    enum { THREADS = 200000 };
    struct arena arena CLEANUP(arena_release) = {0};
    const struct plan *plan = plan_of(
        &arena, "promise hello under p\n  \"We greet.\"\n  on every message.received where opens "
                "thread\n  must greeting.sent within 1 hours\n");
    struct replay *replay = replay_new(plan);
    for (int round = 0; round < 2; round++) {
        struct touch t = read_touch(&arena, "10:00 message.received", 1);
        for (uint64_t i = 0; i < THREADS + THREADS / 4; i++) {
            char id[32], thread[32];
            t.place = i + 1;
            snprintf(id, sizeof(id), "%d-%d", round, (int)i);
            snprintf(thread, sizeof(thread), "thread-%d", (int)(i % THREADS));
            t.id = text_of(id);
            t.thread = text_of(thread);
            assert_true(replay_add(replay, &t));
        }
        struct promise_result *result;
        struct replay_options options = {.until_us = MOMENT_NEVER};
        assert_int_equal(replay_run(replay, &options, &arena, &result, NULL), ERR_NONE);
        assert_int_equal(result->open, THREADS);
        replay_clear(replay);
    }
    replay_free(replay);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_at_the_due_instant_is_in_time),
        cmocka_unit_test(an_answer_after_it_is_late_but_counted),
        cmocka_unit_test(due_at_the_end_of_the_replay_is_open),
        cmocka_unit_test(a_second_trigger_opens_nothing_while_open),
        cmocka_unit_test(a_pause_lays_on_the_time_left),
        cmocka_unit_test(every_week_restarts_at_word_or_due),
        cmocka_unit_test(the_excess_of_a_rolling_window_breaks),
        cmocka_unit_test(a_debt_grows_by_completed_units_up_to_its_cap),
        cmocka_unit_test(a_remedy_owed_is_itself_promised),
        cmocka_unit_test(a_chain_may_cross_from_thread_to_customer),
        cmocka_unit_test(an_outage_anywhere_excuses_what_falls_due_in_it),
        cmocka_unit_test(touches_out_of_order_are_folded_in_their_place),
        cmocka_unit_test(a_touch_opens_its_thread_only_as_the_first),
        cmocka_unit_test(touches_alike_but_for_their_customer_are_told_apart),
        cmocka_unit_test(touches_that_differ_in_one_thing_are_told_apart),
        cmocka_unit_test(many_at_once_are_taken_as_one_by_one),
        cmocka_unit_test(what_came_before_is_known_whether_or_not_ids_ascend),
        cmocka_unit_test(touches_without_a_source_are_known_again),
        cmocka_unit_test(more_sources_than_are_watched_are_told_apart),
        cmocka_unit_test(a_key_of_many_touches_and_long_texts_is_folded_whole),
        cmocka_unit_test(touches_that_share_texts_are_told_apart_by_the_rest),
        cmocka_unit_test(every_one_of_many_threads_is_opened_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
