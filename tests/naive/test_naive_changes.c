/* The naive evaluator against verdicts worked out by hand: what changes an obligation, remedies,
 * verdict touches, forms. */
#include "story.h"

#define ANSWER PROMISE("  on ask.sent\n  must answer.sent within 2 hours\n")

/* -- void, excuse, pause, extend, warn: rules 20 to 24 -- */

static void void_comes_before_fulfilment_in_one_touch(void **state)
{
    (void)state;
    CHECK(PROMISE("  on ask.sent\n  must answer.sent within 2 hours\n  void when answer.sent where "
                  "spam = true\n"),
          "06T00:00:00", "1/t1 void 05 11:00, due 05 12:00", AT("05T10:00:00", "ask.sent"),
          AT("05T11:00:00", "answer.sent", .attributes = "spam=true"));
}

#define OUTAGE                                                                                \
    PROMISE("  on ask.sent\n  must answer.sent within 2 hours\n  excused while outage.began " \
            "anywhere until outage.ended anywhere\n")

static void excuse_counts_if_the_due_instant_lies_in_it(void **state)
{
    (void)state;
    CHECK(OUTAGE, "06T00:00:00", "1/t1 excused 05 12:00", AT("05T10:00:00", "ask.sent"),
          AT("05T12:00:00", "outage.began", .thread = ""));
    CHECK(OUTAGE, "06T00:00:00", "1/t2 broken 05 12:00",
          AT("05T09:00:00", "outage.began", .thread = ""), AT("05T10:00:00", "ask.sent"),
          AT("05T12:00:00", "outage.ended", .thread = "2"));
}

static void excuse_by_hand_names_the_promise_and_may_name_the_opening(void **state)
{
    (void)state;
    CHECK(ANSWER, "06T00:00:00", "1/t1 excused 05 11:00, due 05 12:00",
          AT("05T10:00:00", "ask.sent"),
          AT("05T11:00:00", "obligation.excused", .attributes = "promise=p"));
    CHECK(ANSWER, "06T00:00:00", "1/t1 broken 05 12:00", AT("05T10:00:00", "ask.sent"),
          AT("05T11:00:00", "obligation.excused", .attributes = "promise=p,opening=t9"),
          AT("05T11:00:00", "obligation.excused", .attributes = "promise=q"));
}

#define PAUSED                                                                                \
    PROMISE("  on ask.sent\n  must answer.sent within 2 hours\n  pause while ask.back until " \
            "ask.told for at most 3 hours\n")

static void time_left_at_the_pause_is_laid_on_from_the_resume(void **state)
{
    (void)state;
    CHECK(PAUSED, "06T00:00:00", "1/t1 broken 05 14:00", AT("05T10:00:00", "ask.sent"),
          AT("05T11:00:00", "ask.back"), AT("05T13:00:00", "ask.told"));
}

static void pauses_are_capped_in_total(void **state)
{
    (void)state;
    /* 2 h, then the third hour until 14:30, where the pause ends by itself; 30 min are left. */
    CHECK(PAUSED, "06T00:00:00", "1/t1 broken 05 15:00", AT("05T10:00:00", "ask.sent"),
          AT("05T11:00:00", "ask.back"), AT("05T13:00:00", "ask.told"),
          AT("05T13:30:00", "ask.back"), AT("05T14:30:00", "ask.back"));
    CHECK(PAUSED, "06T00:00:00", "1/t1 broken 05 15:00", AT("05T10:00:00", "ask.sent"),
          AT("05T11:00:00", "ask.back"), AT("05T14:30:00", "ask.back"));
}

static void paused_obligation_has_no_due_and_can_be_kept(void **state)
{
    (void)state;
    CHECK(PAUSED, "05T12:30:00", "1/t1 paused", AT("05T10:00:00", "ask.sent"),
          AT("05T11:00:00", "ask.back"));
    CHECK(PAUSED, "06T00:00:00", "1/t1 kept 05 13:30, due never", AT("05T10:00:00", "ask.sent"),
          AT("05T11:00:00", "ask.back"), AT("05T13:30:00", "answer.sent"));
}

static void pause_at_the_due_instant_does_nothing(void **state)
{
    (void)state;
    CHECK(PAUSED, "06T00:00:00", "1/t1 broken 05 12:00", AT("05T10:00:00", "ask.sent"),
          AT("05T12:00:00", "ask.back"));
}

static void working_limit_pauses_in_open_time(void **state)
{
    (void)state;
    /* Asked on Monday at 16:00, 4 working hours: 1 h today. Paused at 16:30 until Tuesday 08:00:
     * 3.5 h of open time are laid on from there. */
    CHECK(PROMISE("  on ask.sent\n  must answer.sent within 4 working hours of office\n  pause "
                  "while ask.back until ask.told\n"),
          "10T00:00:00", "1/t1 broken 06 12:30", AT("05T16:00:00", "ask.sent"),
          AT("05T16:30:00", "ask.back"), AT("06T08:00:00", "ask.told"));
}

static void extension_adds_up_from_the_opening_before_the_due_only(void **state)
{
    (void)state;
    const char *code = PROMISE("  on ask.sent\n  must answer.sent within 2 hours\n  extend by 1 "
                               "hour once when delay.told\n");
    CHECK(code, "06T00:00:00", "1/t1 broken 05 13:00", AT("05T10:00:00", "ask.sent"),
          AT("05T11:00:00", "delay.told"), AT("05T11:30:00", "delay.told"));
    CHECK(code, "06T00:00:00", "1/t1 broken 05 12:00", AT("05T10:00:00", "ask.sent"),
          AT("05T12:00:00", "delay.told"));
}

static void months_add_up_and_clamp_once(void **state)
{
    (void)state;
    /* 31 January + 1 + 1 months is 31 March, not 28 March. */
    CHECK(PROMISE("  on ask.sent\n  must answer.sent within 1 month\n  extend by 1 month once when "
                  "delay.told\n"),
          "31T12:00:00", "1/t1 open, due 03-31 10:00", AT("31T10:00:00", "ask.sent"),
          AT("31T11:00:00", "delay.told"));
}

static void extension_while_paused_counts_and_the_pause_is_laid_on_again(void **state)
{
    (void)state;
    CHECK(PROMISE("  on ask.sent\n  must answer.sent within 2 hours\n  pause while ask.back until "
                  "ask.told\n  extend by 1 hour when delay.told\n"),
          "06T00:00:00", "1/t1 broken 05 14:00", AT("05T10:00:00", "ask.sent"),
          AT("05T11:00:00", "ask.back"), AT("05T11:30:00", "delay.told"),
          AT("05T12:00:00", "ask.told"));
}

static void warning_is_a_share_of_the_limit_and_moves_with_a_pause(void **state)
{
    (void)state;
    const char *code = PROMISE("  on ask.sent\n  must answer.sent within 2 hours\n  warn at 75%\n  "
                               "pause while ask.back until ask.told\n");
    CHECK(code, "06T00:00:00", "1/t1 broken 05 12:00, warned 05 11:30",
          AT("05T10:00:00", "ask.sent"));
    CHECK(code, "06T00:00:00", "1/t1 broken 05 13:00, warned 05 12:30",
          AT("05T10:00:00", "ask.sent"), AT("05T11:00:00", "ask.back"),
          AT("05T12:00:00", "ask.told"));
    CHECK(code, "06T00:00:00", "1/t1 kept 05 11:30, due 05 12:00", AT("05T10:00:00", "ask.sent"),
          AT("05T11:30:00", "answer.sent"));
}

/* -- who: rule 6 -- */

static void another_person_differs_from_who_opened_or_from_the_latest_of_an_event(void **state)
{
    (void)state;
    CHECK(PROMISE("  on case.raised\n  must case.judged by another person within 5 hours\n"),
          "06T00:00:00", "1/t1 kept 05 12:00, due 05 15:00",
          AT("05T10:00:00", "case.raised", .who = "bea"),
          AT("05T11:00:00", "case.judged", .who = "bea"),
          AT("05T12:00:00", "case.judged", .who = "carl"));
    CHECK(PROMISE("  on case.raised\n  must case.judged by another person than case.answered "
                  "within 5 hours\n"),
          "06T00:00:00", "1/t2 kept 05 12:00, due 05 15:00",
          AT("05T09:00:00", "case.answered", .who = "carl"),
          AT("05T10:00:00", "case.raised", .who = "bea"),
          AT("05T11:00:00", "case.judged", .who = "carl"),
          AT("05T12:00:00", "case.judged", .who = "bea"));
}

static void first_touch_opens_its_thread(void **state)
{
    (void)state;
    CHECK(PROMISE("  on ask.sent where opens thread\n  must answer.sent within 2 hours\n"),
          "05T11:00:00", "2/t2 open, due 05 12:00", AT("05T09:00:00", "site.seen"),
          AT("05T10:00:00", "ask.sent", .thread = "2"), AT("05T10:00:00", "ask.sent"));
}

/* -- remedies: rules 27 to 31 -- */

static void share_of_an_attribute_rounds_halves_away_from_zero(void **state)
{
    (void)state;
    CHECK(PROMISE("  on ask.sent\n  must answer.sent within 2 hours\n  otherwise credit 25% of "
                  "price\n"),
          "06T00:00:00", "1/t1 broken 05 12:00; owed 0.03 EUR\n2/t2 broken 05 12:00",
          AT("05T10:00:00", "ask.sent", .attributes = "price=0.10 EUR"),
          AT("05T10:00:00", "ask.sent", .thread = "2"));
}

#define ACCRUES                                                                                    \
    PROMISE("  on power.lost\n  must power.restored within 2 hours\n  otherwise credit 95.00 GBP " \
            "plus 45.00 GBP per 1 hour up to 200.00 GBP\n")

static void accrual_counts_completed_units_up_to_its_cap(void **state)
{
    (void)state;
    CHECK(ACCRUES, "06T00:00:00",
          "1/t1 broken 05 12:00; owed 95.00 GBP; owed 45.00 GBP at 05 13:00; owed 45.00 GBP at 05 "
          "14:00; owed 15.00 GBP at 05 15:00",
          AT("05T10:00:00", "power.lost"));
}

static void fulfilment_at_the_instant_of_a_unit_prevents_it(void **state)
{
    (void)state;
    CHECK(ACCRUES, "06T00:00:00",
          "1/t1 broken 05 12:00, fulfilled 05 14:00; owed 95.00 GBP; owed 45.00 GBP at 05 13:00",
          AT("05T10:00:00", "power.lost"), AT("05T14:00:00", "power.restored"));
}

static void remedies_are_capped_in_count(void **state)
{
    (void)state;
    CHECK(PROMISE("  at most 0 cut.felt per thread\n  otherwise credit 50.00 GBP at most 1 each "
                  "day\n"),
          "07T00:00:00",
          "1/t1 broken 05 10:00; owed 50.00 GBP\n1/t2 broken 05 11:00\n1/t3 broken 06 10:00; owed "
          "50.00 GBP",
          AT("05T10:00:00", "cut.felt"), AT("05T11:00:00", "cut.felt"),
          AT("06T10:00:00", "cut.felt"));
}

static void remedy_on_claim_is_owed_when_claimed_in_time(void **state)
{
    (void)state;
    const char *code = PROMISE("  on ask.sent\n  must answer.sent within 2 hours\n  otherwise "
                               "credit 5.00 EUR if claimed within 1 day\n");
    CHECK(code, "08T00:00:00", "1/t1 broken 05 12:00; owed 5.00 EUR at 06 12:00",
          AT("05T10:00:00", "ask.sent"), AT("05T12:00:00", "remedy.claimed"),
          AT("06T12:00:00", "remedy.claimed", .attributes = "promise=p"),
          AT("06T12:00:00", "remedy.claimed"));
    CHECK(code, "08T00:00:00", "1/t1 broken 05 12:00", AT("05T10:00:00", "ask.sent"),
          AT("06T12:00:01", "remedy.claimed"),
          AT("06T11:00:00", "remedy.claimed", .attributes = "promise=q"));
}

static void remedy_can_be_a_task(void **state)
{
    (void)state;
    CHECK(PROMISE("  on ask.sent\n  must answer.sent within 2 hours\n  otherwise task \"call "
                  "them\"\n"),
          "06T00:00:00", "1/t1 broken 05 12:00; owed call them", AT("05T10:00:00", "ask.sent"));
}

/* -- verdict touches: rules 32 to 34 -- */

#define CHAIN                                                                                  \
    PROMISE("  on ask.sent\n  must answer.sent within 2 hours\n  otherwise credit 5.00 EUR\n") \
    "promise paid under care\n  \"Words.\"\n  on remedy.owed where promise = p per customer\n" \
    "  must remedy.paid within 1 day\n"

static void promise_about_a_remedy_opens_when_it_is_owed(void **state)
{
    (void)state;
    CHECK_OF("paid", CHAIN, "06T18:00:00",
             "ana/p/1/story/t1/0/remedy.owed kept 06 11:00, due 06 12:00",
             AT("05T10:00:00", "ask.sent"), AT("06T11:00:00", "remedy.paid", .thread = ""));
}

static void verdict_acts_after_outside_touches_of_its_instant(void **state)
{
    (void)state;
    /* The payment at 12:00 comes before the remedy is owed at 12:00: it pays nothing. */
    CHECK_OF("paid", CHAIN, "06T18:00:00", "ana/p/1/story/t1/0/remedy.owed broken 06 12:00",
             AT("05T10:00:00", "ask.sent"), AT("05T12:00:00", "remedy.paid", .thread = ""));
}

/* -- forms in force: rule 11 -- */

static void touch_is_judged_by_the_form_in_force(void **state)
{
    (void)state;
    CHECK(PROMISE("  applies until 2026-01-06\n  on every ask.sent\n  must answer.sent within 2 "
                  "hours\n") PROMISE("  applies from 2026-01-06\n  on every ask.sent\n  must "
                                     "answer.sent within 1 hour\n"),
          "07T00:00:00", "1/t1 kept 06 00:30, due 06 01:59:59\n1/t2 kept 06 00:30, due 06 01:00",
          AT("05T23:59:59", "ask.sent"), AT("06T00:00:00", "ask.sent"),
          AT("06T00:30:00", "answer.sent"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(void_comes_before_fulfilment_in_one_touch),
        cmocka_unit_test(excuse_counts_if_the_due_instant_lies_in_it),
        cmocka_unit_test(excuse_by_hand_names_the_promise_and_may_name_the_opening),
        cmocka_unit_test(time_left_at_the_pause_is_laid_on_from_the_resume),
        cmocka_unit_test(pauses_are_capped_in_total),
        cmocka_unit_test(paused_obligation_has_no_due_and_can_be_kept),
        cmocka_unit_test(pause_at_the_due_instant_does_nothing),
        cmocka_unit_test(working_limit_pauses_in_open_time),
        cmocka_unit_test(extension_adds_up_from_the_opening_before_the_due_only),
        cmocka_unit_test(months_add_up_and_clamp_once),
        cmocka_unit_test(extension_while_paused_counts_and_the_pause_is_laid_on_again),
        cmocka_unit_test(warning_is_a_share_of_the_limit_and_moves_with_a_pause),
        cmocka_unit_test(another_person_differs_from_who_opened_or_from_the_latest_of_an_event),
        cmocka_unit_test(first_touch_opens_its_thread),
        cmocka_unit_test(share_of_an_attribute_rounds_halves_away_from_zero),
        cmocka_unit_test(accrual_counts_completed_units_up_to_its_cap),
        cmocka_unit_test(fulfilment_at_the_instant_of_a_unit_prevents_it),
        cmocka_unit_test(remedies_are_capped_in_count),
        cmocka_unit_test(remedy_on_claim_is_owed_when_claimed_in_time),
        cmocka_unit_test(remedy_can_be_a_task),
        cmocka_unit_test(promise_about_a_remedy_opens_when_it_is_owed),
        cmocka_unit_test(verdict_acts_after_outside_touches_of_its_instant),
        cmocka_unit_test(touch_is_judged_by_the_form_in_force),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
