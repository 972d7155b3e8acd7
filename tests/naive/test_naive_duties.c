/* The naive evaluator against verdicts worked out by hand from docs/language.md and docs/rules.md:
 * the duties, a few stories for each rule. */
#include "story.h"

/* -- within: rules 8, 9, 11, 12, 25, 35 -- */

#define ANSWER PROMISE("  on ask.sent\n  must answer.sent within 2 hours\n")

static void answer_at_the_due_instant_is_in_time(void **state)
{
    (void)state;
    CHECK(ANSWER, "06T00:00:00", "1/t1 kept 05 12:00", AT("05T10:00:00", "ask.sent"),
          AT("05T12:00:00", "answer.sent"));
}

static void answer_after_the_due_instant_marks_how_late(void **state)
{
    (void)state;
    CHECK(ANSWER, "06T00:00:00", "1/t1 broken 05 12:00, fulfilled 05 12:00:01",
          AT("05T10:00:00", "ask.sent"), AT("05T12:00:01", "answer.sent"),
          AT("05T13:00:00", "answer.sent"));
}

static void answer_under_another_key_changes_nothing(void **state)
{
    (void)state;
    CHECK(ANSWER, "06T00:00:00", "1/t1 broken 05 12:00", AT("05T10:00:00", "ask.sent"),
          AT("05T11:00:00", "answer.sent", .thread = "2"),
          AT("05T11:00:00", "answer.sent", .thread = ""));
}

static void touch_never_fulfils_what_it_opens(void **state)
{
    (void)state;
    CHECK(PROMISE("  on ask.sent\n  must ask.sent within 2 hours\n"), "05T13:00:00",
          "1/t1 kept 05 11:00, due 05 12:00\n1/t2 open, due 05 13:00",
          AT("05T10:00:00", "ask.sent"), AT("05T11:00:00", "ask.sent"));
}

static void due_before_until_is_broken_and_at_until_is_open(void **state)
{
    (void)state;
    CHECK(ANSWER, "05T12:00:00", "1/t1 open, due 05 12:00", AT("05T10:00:00", "ask.sent"));
    CHECK(ANSWER, "05T12:00:00.000001", "1/t1 broken 05 12:00", AT("05T10:00:00", "ask.sent"));
}

static void second_trigger_opens_nothing_while_one_is_open(void **state)
{
    (void)state;
    CHECK(ANSWER, "05T12:30:00", "1/t1 broken 05 12:00\n1/t3 open, due 05 14:00:01",
          AT("05T10:00:00", "ask.sent"), AT("05T11:00:00", "ask.sent"),
          AT("05T12:00:01", "ask.sent"));
}

static void trigger_at_the_due_instant_finds_the_way_free(void **state)
{
    (void)state;
    /* The first answer comes after the second trigger: too late for the first obligation. */
    CHECK(ANSWER, "06T00:00:00",
          "1/t1 broken 05 12:00, fulfilled 05 12:00\n1/t2 kept 05 12:00, due 05 14:00",
          AT("05T10:00:00", "ask.sent"), AT("05T12:00:00", "ask.sent"),
          AT("05T12:00:00", "answer.sent"));
}

static void on_every_opens_beside_what_is_open_and_one_answer_keeps_all(void **state)
{
    (void)state;
    CHECK(PROMISE("  on every ask.sent\n  must answer.sent within 2 hours\n"), "06T00:00:00",
          "1/t1 kept 05 11:30, due 05 12:00\n1/t2 kept 05 11:30, due 05 13:00",
          AT("05T10:00:00", "ask.sent"), AT("05T11:00:00", "ask.sent"),
          AT("05T11:30:00", "answer.sent"));
}

static void late_answer_marks_every_broken_one(void **state)
{
    (void)state;
    CHECK(ANSWER, "07T00:00:00",
          "1/t1 broken 05 12:00, fulfilled 05 16:00\n1/t2 broken 05 15:00, fulfilled 05 16:00",
          AT("05T10:00:00", "ask.sent"), AT("05T13:00:00", "ask.sent"),
          AT("05T16:00:00", "answer.sent"));
}

static void repeated_id_counts_once(void **state)
{
    (void)state;
    struct arena arena CLEANUP(arena_release) = {0};
    const struct code *code = story_code(&arena, PROMISE("  at most 1 ask.sent per thread\n"));
    const struct told told[] = {AT("05T10:00:00", "ask.sent"), AT("05T11:00:00", "ask.sent")};
    struct touch *touches = story_touches(&arena, told, 2);
    touches[1].id = touches[0].id;
    struct naive_ledger ledger;
    assert_int_equal(
        naive_evaluate(&arena, &code, 1, touches, 2, story_moment("06T00:00:00"), &ledger, NULL),
        ERR_NONE);
    assert_int_equal(ledger.obligation_count, 1);
}

static void due_in_the_past_breaks_at_the_opening(void **state)
{
    (void)state;
    CHECK(PROMISE("  on ask.sent\n  must answer.sent by promised\n"), "06T00:00:00",
          "1/t1 broken 05 10:00, due 05 09:00, fulfilled 05 10:00",
          AT("05T10:00:00", "ask.sent", .attributes = "promised=2026-01-05T09:00:00Z"),
          AT("05T10:00:00", "answer.sent"));
}

static void promise_without_its_moment_does_not_open(void **state)
{
    (void)state;
    CHECK(PROMISE("  on ask.sent\n  must answer.sent by promised\n"), "06T00:00:00", "",
          AT("05T10:00:00", "ask.sent", .attributes = "promised=soon"),
          AT("05T11:00:00", "ask.sent"));
}

static void visit_before_its_slot_does_not_count(void **state)
{
    (void)state;
    CHECK(PROMISE("  on slot.agreed\n  must visit.made from slot-start by slot-end\n"),
          "06T00:00:00", "1/t1 kept 05 12:00, due 05 16:00",
          AT("05T08:00:00", "slot.agreed",
             .attributes = "slot-start=2026-01-05T12:00:00Z,slot-end=2026-01-05T16:00:00Z"),
          AT("05T11:59:59", "visit.made"), AT("05T12:00:00", "visit.made"));
}

static void table_gives_the_limit_and_else_where_nothing_fits(void **state)
{
    (void)state;
    CHECK(
        "table speed by priority\n  urgent 1 hour\n  else 3 hours\n" PROMISE(
            "  on every ask.sent\n  must answer.sent within speed\n"),
        "05T10:00:01", "1/t1 open, due 05 11:00\n1/t2 open, due 05 13:00\n1/t3 open, due 05 13:00",
        AT("05T10:00:00", "ask.sent", .attributes = "priority=urgent"),
        AT("05T10:00:00", "ask.sent", .attributes = "priority=low"), AT("05T10:00:00", "ask.sent"));
}

/* -- every: rule 14 -- */

#define NEWS PROMISE("  on case.opened\n  must news.sent every 1 hour until case.closed\n")

static void every_interval_restarts_at_news_or_at_due(void **state)
{
    (void)state;
    CHECK(NEWS, "05T13:00:00",
          "1/t1 kept 05 10:30, due 05 11:00\n1/t1/1 broken 05 11:30, fulfilled 05 12:00\n"
          "1/t1/2 kept 05 12:00, due 05 12:30\n1/t1/3 void 05 12:45, due 05 13:00",
          AT("05T10:00:00", "case.opened"), AT("05T10:30:00", "news.sent"),
          AT("05T12:00:00", "news.sent"), AT("05T12:45:00", "case.closed"));
}

static void every_row_starts_anew_only_after_its_end(void **state)
{
    (void)state;
    CHECK(NEWS, "05T10:59:00", "1/t1 void 05 10:20, due 05 11:00\n1/t4 open, due 05 11:30",
          AT("05T10:00:00", "case.opened"), AT("05T10:10:00", "case.opened"),
          AT("05T10:20:00", "case.closed"), AT("05T10:30:00", "case.opened"));
}

static void closing_at_the_due_instant_calls_the_interval_off(void **state)
{
    (void)state;
    CHECK(NEWS, "06T00:00:00", "1/t1 void 05 11:00", AT("05T10:00:00", "case.opened"),
          AT("05T11:00:00", "case.closed"));
}

/* -- decided at the opening: rules 15, 16 -- */

static void notice_given_in_time_keeps_and_too_late_breaks(void **state)
{
    (void)state;
    const char *code =
        PROMISE("  on works.started\n  must have works.announced at least 2 hours before\n");
    CHECK(code, "06T00:00:00", "1/t2 kept 05 12:00", AT("05T10:00:00", "works.announced"),
          AT("05T12:00:00", "works.started"));
    CHECK(code, "06T00:00:00", "1/t2 broken 05 12:00", AT("05T10:00:01", "works.announced"),
          AT("05T12:00:00", "works.started"));
}

static void must_be_looks_at_the_opening_touch(void **state)
{
    (void)state;
    CHECK(PROMISE("  on call.ended\n  must be wait <= 60\n"), "06T00:00:00",
          "1/t1 kept 05 10:00\n1/t2 broken 05 11:00\n1/t3 broken 05 12:00",
          AT("05T10:00:00", "call.ended", .attributes = "wait=60"),
          AT("05T11:00:00", "call.ended", .attributes = "wait=61"),
          AT("05T12:00:00", "call.ended"));
}

/* -- must not: rule 17 -- */

static void must_not_for_is_kept_at_its_end_before_touches_of_that_instant(void **state)
{
    (void)state;
    const char *code = PROMISE("  on talk.held\n  must not call.made for 2 hours\n");
    CHECK(code, "06T00:00:00", "1/t1 kept 05 12:00", AT("05T10:00:00", "talk.held"),
          AT("05T12:00:00", "call.made"));
    CHECK(code, "06T00:00:00", "1/t1 broken 05 11:59:59, due 05 12:00",
          AT("05T10:00:00", "talk.held"), AT("05T11:59:59", "call.made"));
}

static void must_not_from_allows_until_then_and_until_keeps(void **state)
{
    (void)state;
    const char *code =
        PROMISE("  on mail.stopped\n  must not mail.sent from 2 hours until mail.wanted\n");
    CHECK(code, "06T00:00:00", "1/t1 broken 05 12:00, due never", AT("05T10:00:00", "mail.stopped"),
          AT("05T11:00:00", "mail.sent"), AT("05T12:00:00", "mail.sent"));
    CHECK(code, "06T00:00:00", "1/t1 kept 05 11:00, due never", AT("05T10:00:00", "mail.stopped"),
          AT("05T11:00:00", "mail.wanted"), AT("05T12:00:00", "mail.sent"));
}

/* -- counts: rules 18, 19 -- */

static void at_most_on_the_whole_key_breaks_with_each_excess(void **state)
{
    (void)state;
    CHECK(PROMISE("  at most 1 thread.moved per thread\n"), "06T00:00:00",
          "1/t1 kept 05 10:00\n1/t2 broken 05 11:00\n1/t3 broken 05 12:00",
          AT("05T10:00:00", "thread.moved"), AT("05T11:00:00", "thread.moved"),
          AT("05T12:00:00", "thread.moved"));
}

static void rolling_window_is_open_where_it_begins(void **state)
{
    (void)state;
    CHECK(PROMISE("  at most 1 call.made per customer in any 2 hours\n"), "06T00:00:00",
          "ana/t1 kept 05 10:00\nana/t2 kept 05 12:00\nana/t3 broken 05 13:59:59",
          AT("05T10:00:00", "call.made"), AT("05T12:00:00", "call.made"),
          AT("05T13:59:59", "call.made"));
}

static void calendar_window_breaks_once_and_is_kept_at_its_end(void **state)
{
    (void)state;
    CHECK(PROMISE("  at most 1 call.made per customer each day\n"), "07T12:00:00",
          "ana/t1 broken 05 11:00, due 06 00:00\nana/t4 kept 07 00:00\nana/t5 open, due 08 00:00",
          AT("05T10:00:00", "call.made"), AT("05T11:00:00", "call.made"),
          AT("05T12:00:00", "call.made"), AT("06T00:00:00", "call.made"),
          AT("07T00:00:00", "call.made"));
}

static void at_least_breaks_when_a_whole_window_held_too_few(void **state)
{
    (void)state;
    CHECK(PROMISE("  on meter.fitted\n  at least 1 bill.sent per thread in any 3 days\n"),
          "12T00:00:00", "1/t1 broken 10 12:00\n1/t1/1 open, due 13 12:00",
          AT("05T10:00:00", "meter.fitted"), AT("07T12:00:00", "bill.sent"));
}

static void at_least_rolling_is_kept_by_its_end_after_a_whole_window_else_void(void **state)
{
    (void)state;
    const char *code = PROMISE(
        "  on meter.fitted\n  at least 1 bill.sent per thread in any 3 days until meter.removed\n");
    CHECK(code, "12T00:00:00", "1/t1 void 08 09:59:59, due 09 10:00",
          AT("05T10:00:00", "meter.fitted"), AT("06T10:00:00", "bill.sent"),
          AT("08T09:59:59", "meter.removed"));
    CHECK(code, "12T00:00:00", "1/t1 kept 08 10:00, due 09 10:00",
          AT("05T10:00:00", "meter.fitted"), AT("06T10:00:00", "bill.sent"),
          AT("08T10:00:00", "meter.removed"));
}

static void at_least_by_the_calendar_judges_whole_windows(void **state)
{
    (void)state;
    CHECK(PROMISE("  on meter.fitted\n  at least 1 bill.sent per thread each day\n"), "08T12:00:00",
          "1/t1 kept 07 00:00\n1/t1/1 broken 08 00:00\n1/t1/2 open, due 09 00:00",
          AT("05T10:00:00", "meter.fitted"), AT("05T11:00:00", "bill.sent"),
          AT("06T00:00:00", "bill.sent"), AT("08T00:00:00", "bill.sent"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answer_at_the_due_instant_is_in_time),
        cmocka_unit_test(answer_after_the_due_instant_marks_how_late),
        cmocka_unit_test(answer_under_another_key_changes_nothing),
        cmocka_unit_test(touch_never_fulfils_what_it_opens),
        cmocka_unit_test(due_before_until_is_broken_and_at_until_is_open),
        cmocka_unit_test(second_trigger_opens_nothing_while_one_is_open),
        cmocka_unit_test(trigger_at_the_due_instant_finds_the_way_free),
        cmocka_unit_test(on_every_opens_beside_what_is_open_and_one_answer_keeps_all),
        cmocka_unit_test(late_answer_marks_every_broken_one),
        cmocka_unit_test(repeated_id_counts_once),
        cmocka_unit_test(due_in_the_past_breaks_at_the_opening),
        cmocka_unit_test(promise_without_its_moment_does_not_open),
        cmocka_unit_test(visit_before_its_slot_does_not_count),
        cmocka_unit_test(table_gives_the_limit_and_else_where_nothing_fits),
        cmocka_unit_test(every_interval_restarts_at_news_or_at_due),
        cmocka_unit_test(every_row_starts_anew_only_after_its_end),
        cmocka_unit_test(closing_at_the_due_instant_calls_the_interval_off),
        cmocka_unit_test(notice_given_in_time_keeps_and_too_late_breaks),
        cmocka_unit_test(must_be_looks_at_the_opening_touch),
        cmocka_unit_test(must_not_for_is_kept_at_its_end_before_touches_of_that_instant),
        cmocka_unit_test(must_not_from_allows_until_then_and_until_keeps),
        cmocka_unit_test(at_most_on_the_whole_key_breaks_with_each_excess),
        cmocka_unit_test(rolling_window_is_open_where_it_begins),
        cmocka_unit_test(calendar_window_breaks_once_and_is_kept_at_its_end),
        cmocka_unit_test(at_least_breaks_when_a_whole_window_held_too_few),
        cmocka_unit_test(at_least_rolling_is_kept_by_its_end_after_a_whole_window_else_void),
        cmocka_unit_test(at_least_by_the_calendar_judges_whole_windows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
