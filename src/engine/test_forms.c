/* What a promise remembers under a key: of its forms together, and of each thing apart. */
#include "engine/test_replay_help.h"

#define CALLS(dates, most) \
    "promise calls under p\n  \"Few calls.\"\n  applies " dates "\n  at most " most "\n"

static void a_window_is_judged_once_though_the_promise_changes_in_it(void **state)
{
    (void)state;
    replay_is(CALLS("until 2024-03-10", "1 call.placed per customer each month")
                  CALLS("from 2024-03-10", "1 call.placed per customer each month"),
              TOUCHES("04 10:00 call.placed", "05 10:00 call.placed", "12 10:00 call.placed"),
              "20 00:00 end.x", "calls/0 broken due 04-01 00:00 at 03-05 10:00\n", NULL);
    replay_is(CALLS("until 2024-03-10", "0 call.placed per customer each month")
                  CALLS("from 2024-03-10", "0 call.placed per customer each week"),
              TOUCHES("05 10:00 call.placed", "12 10:00 call.placed"), "20 00:00 end.x",
              "calls/0 broken due 04-01 00:00 at 03-05 10:00\n"
              "calls/0 broken due 03-18 00:00 at 03-12 10:00\n",
              NULL);
}

static void a_window_excused_as_it_begins_is_not_judged_again(void **state)
{
    (void)state;
    replay_is("promise bills under p\n  \"A bill a day.\"\n  on meter.fitted\n"
              "  at least 1 bill.sent per thread each day\n",
              TOUCHES("04 10:00 meter.fitted", "05 00:00 obligation.excused promise=bills"),
              "06 12:00 end.x",
              "bills/0 excused due 03-06 00:00 at 03-05 00:00\n"
              "bills/1 open due 03-07 00:00 at -\n",
              NULL);
}

static void a_cap_on_remedies_counts_what_an_older_form_owed(void **state)
{
    (void)state;
    static const char wording[] = "\"We wording.\"\n  on every message.received\n"
                                  "  must message.sent within 1 hour\n  otherwise credit 5.00 EUR";
    struct buf code CLEANUP(buf_release) = {0};
    buf_addf(&code, "promise a under p\n  %s\n  applies until 2024-03-06\n", wording);
    buf_addf(&code, "promise a under p\n  %s at most 3 each month\n  applies from 2024-03-06\n",
             wording);
    replay_is(code.ptr,
              TOUCHES("04 10:00 message.received", "05 10:00 message.received",
                      "06 10:00 message.received", "07 10:00 message.received"),
              "08 00:00 end.x",
              "a/0 broken due 03-04 11:00 at 03-04 11:00\n"
              "a/0 broken due 03-05 11:00 at 03-05 11:00\n"
              "a/0 broken due 03-06 11:00 at 03-06 11:00\n"
              "a/0 broken due 03-07 11:00 at 03-07 11:00\n",
              "03-04 11:00 5.00 EUR\n03-05 11:00 5.00 EUR\n03-06 11:00 5.00 EUR\n");
}

static void another_person_than_each_of_two_events_is_told_apart(void **state)
{
    (void)state;
    replay_is("promise two under p\n  \"Another looks.\"\n  on case.opened\n  must case.closed by "
              "another person than case.read or case.left by another person than case.held within "
              "2 hours\n",
              TOUCHES("10:00 case.opened person=a", "10:10 case.read person=b",
                      "10:20 case.held person=c", "10:30 case.closed person=b",
                      "10:40 case.left person=c", "10:50 case.left person=b"),
              "13:00 end.x", "two/0 kept due 03-04 12:00 at 03-04 10:50\n", NULL);
}

static void what_is_due_makes_way_for_the_first_one_counted(void **state)
{
    (void)state;
    static const char older[] = "promise a under p\n  \"We answer.\"\n  applies until 2024-03-05\n"
                                "  on ask.sent\n  must answer.sent within 1 calendar day\n";
    static const char *const newer[] = {"at least 1 note.made in any 2 hours",
                                        "at most 0 note.made each day", "at most 0 note.made"};
    static const char *const opens[] = {"a/0 open due 03-05 02:00 at -\n",
                                        "a/0 broken due 03-06 00:00 at 03-05 00:00\n",
                                        "a/0 broken due 03-05 00:00 at 03-05 00:00\n"};
    for (size_t i = 0; i < sizeof newer / sizeof *newer; i++) {
        struct buf code CLEANUP(buf_release) = {0}, expected CLEANUP(buf_release) = {0};
        buf_addf(&code, "%spromise a under p\n  \"We tell.\"\n  applies from 2024-03-05\n  %s\n",
                 older, newer[i]);
        buf_addf(&expected, "a/0 broken due 03-05 00:00 at 03-05 00:00\n%s", opens[i]);
        replay_is(code.ptr, TOUCHES("10:00 ask.sent", "05 00:00 note.made"), "05 01:00 end.x",
                  expected.ptr, NULL);
    }
}

static void what_is_due_goes_before_a_window_of_that_instant(void **state)
{
    (void)state;
    replay_is("promise a under p\n  \"We tell.\"\n  applies until 2024-03-05\n"
              "  at least 1 note.made in any 2 hours\n  otherwise credit 3.00 EUR\n"
              "promise a under p\n  \"We answer.\"\n  applies from 2024-03-05\n"
              "  on every ask.sent\n  must answer.sent within 90 minutes\n"
              "  otherwise credit 5.00 EUR\n",
              TOUCHES("23:00 note.made", "05 01:30 ask.sent"), "05 03:30 end.x",
              "a/0 broken due 03-05 01:00 at 03-05 01:00\n"
              "a/1 broken due 03-05 03:00 at 03-05 03:00\n"
              "a/0 broken due 03-05 03:00 at 03-05 03:00\n"
              "a/2 open due 03-05 05:00 at -\n",
              "03-05 01:00 3.00 EUR\n03-05 03:00 5.00 EUR\n03-05 03:00 3.00 EUR\n");
}

static void forms_follow_their_dates_wherever_they_stand(void **state)
{
    (void)state;
    static const char *const orders[] = {
        CALLS("until 2024-03-06", "1 call.placed per customer each month")
            CALLS("from 2024-03-06", "1 call.placed per customer in any 7 days"),
        CALLS("from 2024-03-06", "1 call.placed per customer in any 7 days")
            CALLS("until 2024-03-06", "1 call.placed per customer each month")};
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
        replay_is(orders[i], TOUCHES("05 10:00 call.placed", "06 10:00 call.placed"),
                  "20 00:00 end.x",
                  "calls/0 broken due 04-01 00:00 at 03-06 10:00\n"
                  "calls/0 broken due 03-06 10:00 at 03-06 10:00\n",
                  NULL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_window_is_judged_once_though_the_promise_changes_in_it),
        cmocka_unit_test(a_window_excused_as_it_begins_is_not_judged_again),
        cmocka_unit_test(a_cap_on_remedies_counts_what_an_older_form_owed),
        cmocka_unit_test(another_person_than_each_of_two_events_is_told_apart),
        cmocka_unit_test(what_is_due_makes_way_for_the_first_one_counted),
        cmocka_unit_test(what_is_due_goes_before_a_window_of_that_instant),
        cmocka_unit_test(forms_follow_their_dates_wherever_they_stand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
