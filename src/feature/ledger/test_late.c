/* What a touch that comes late takes back: verdicts, and what other keys made of them. */
#include "feature/ledger/test_keeper_help.h"

static const char chained_text[] = CODE_HEAD
    "promise answer under p\n  \"We answer.\"\n  on ask.sent\n  must answer.sent within 1 hour\n"
    "promise sorry under p\n  \"We say sorry.\"\n  on every promise.broken where promise = answer "
    "per customer\n  must apology.sent within 1 day\n"
    "promise look under p\n  \"We look into it.\"\n  on promise.broken where promise = answer per "
    "region\n  must region.visited within 1 day\n"
    "promise calm under p\n  \"All is well.\"\n  on fault.seen\n  must fault.gone within 2 hours\n"
    "  excused while promise.broken where promise = answer anywhere until all.clear\n";

static struct touch ask(const char *id, const char *thread)
{
    static const struct attribute region[] = {
        {{"region", 6}, {.type = VALUE_TEXT, .text = {"north", 5}}}};
    return (struct touch){.source = TEXT("test"),
                          .id = text_of(id),
                          .event = TEXT("ask.sent"),
                          .occurred_us = start_us,
                          .thread = text_of(thread),
                          .customer = TEXT("ana"),
                          .attributes = region,
                          .attribute_count = 1};
}

/* The obligations of a promise under a key: how many stand in that state. */
static size_t count_of(struct server *s, const char *key, const char *promise, enum state state)
{
    struct arena arena CLEANUP(arena_release) = {0};
    struct ledger_row *rows;
    size_t count, found = 0;
    assert_int_equal(ledger_row_of_key(s->db, text_of(key), &arena, &rows, &count, NULL), ERR_NONE);
    for (size_t i = 0; i < count; i++) {
        found += text_is(rows[i].promise, promise) && rows[i].state == state;
    }
    return found;
}

static void verdicts_are_told_apart_whatever_keys_and_ids_hold(void **state)
{
    (void)state;
    struct server s;
    struct touch touches[] = {ask("b/c", "a"), ask("c", "a/b"), ask("x", "%2F"), ask("x", "/"),
                              ask("c", "a/b")};
    open_server(&s, chained_text);
    touches[3].source = TEXT("other");
    touches[4].source = TEXT("third"); /* blocked: the one before is open */
    take(&s, touches, 5, start_us);
    tick(&s, start_us + 2 * HOUR_US);
    assert_int_equal(count_of(&s, "ana", "sorry", STATE_OPEN), 4);
    close_server(&s);
}

static void verdicts_of_two_sources_with_one_id_are_two(void **state)
{
    (void)state;
    struct server s;
    struct touch one = ask("1", "a"), other = ask("1", "a");
    other.source = TEXT("other");
    other.occurred_us += 2 * HOUR_US;
    open_server(&s, chained_text);
    take(&s, &one, 1, start_us);
    tick(&s, start_us + 2 * HOUR_US);
    take(&s, &other, 1, start_us + 2 * HOUR_US);
    tick(&s, start_us + 4 * HOUR_US);
    assert_int_equal(count_of(&s, "a", "answer", STATE_BROKEN), 2);
    assert_int_equal(count_of(&s, "ana", "sorry", STATE_OPEN), 2);
    close_server(&s);
}

static struct touch late_answer(void)
{
    struct touch t = ask("late", "a");
    t.event = TEXT("answer.sent");
    t.occurred_us += HOUR_US / 2;
    return t;
}

static void a_verdict_taken_back_is_taken_back_under_every_kind_of_key(void **state)
{
    (void)state;
    struct server s;
    struct touch first = ask("1", "a"), late = late_answer();
    open_server(&s, chained_text);
    take(&s, &first, 1, start_us);
    tick(&s, start_us + 3 * HOUR_US);
    assert_int_equal(count_of(&s, "ana", "sorry", STATE_OPEN), 1);
    assert_int_equal(count_of(&s, "north", "look", STATE_OPEN), 1);
    take(&s, &late, 1, start_us + 3 * HOUR_US);
    assert_int_equal(count_of(&s, "a", "answer", STATE_KEPT), 1);
    assert_int_equal(count_of(&s, "ana", "sorry", STATE_VOID), 1);
    assert_int_equal(count_of(&s, "north", "look", STATE_VOID), 1);
    tick(&s, start_us + 3 * DAY_US);
    assert_int_equal(count_of(&s, "north", "look", STATE_BROKEN), 0);
    close_server(&s);
}

static void a_verdict_taken_back_excuses_nobody_any_more(void **state)
{
    (void)state;
    struct server s;
    struct touch first[] = {ask("1", "a"), ask("2", "f")}, late = late_answer();
    first[1].event = TEXT("fault.seen");
    open_server(&s, chained_text);
    take(&s, first, 2, start_us);
    tick(&s, start_us + 3 * HOUR_US);
    assert_int_equal(count_of(&s, "f", "calm", STATE_EXCUSED), 1);
    take(&s, &late, 1, start_us + 3 * HOUR_US);
    tick(&s, start_us + 3 * HOUR_US + 1);
    assert_int_equal(count_of(&s, "f", "calm", STATE_EXCUSED), 0);
    assert_int_equal(count_of(&s, "f", "calm", STATE_BROKEN), 1);
    close_server(&s);
}

/* -- taken back and opened again -- */

static const char weekly_text[] =
    CODE_HEAD "promise progress under p\n  \"A word a day.\"\n  on complaint.opened\n"
              "  must word.sent every 1 day until complaint.closed\n"
              "  pause while customer.asked until customer.told\n";

static void an_obligation_taken_back_and_opened_again_is_the_same_one(void **state)
{
    (void)state;
    struct server s;
    struct arena arena CLEANUP(arena_release) = {0};
    struct touch opened = ask("1", "a"), asked = ask("2", "a"), told = ask("3", "a");
    opened.event = TEXT("complaint.opened");
    asked.event = TEXT("customer.asked");
    asked.occurred_us += DAY_US / 2;
    told.event = TEXT("customer.told");
    told.occurred_us += 2 * DAY_US;
    open_server(&s, weekly_text);
    take(&s, &opened, 1, start_us);
    tick(&s, start_us + DAY_US + HOUR_US); /* the first day is broken, the second begins */
    assert_int_equal(count_of(&s, "a", "progress", STATE_OPEN), 1);
    take(&s, &asked, 1, start_us + DAY_US + HOUR_US);
    assert_int_equal(count_of(&s, "a", "progress", STATE_PAUSED), 1);
    assert_int_equal(count_of(&s, "a", "progress", STATE_VOID), 1);
    take(&s, &told, 1, start_us + 2 * DAY_US);
    tick(&s, start_us + 3 * DAY_US); /* the first day ends now and is broken again */
    assert_int_equal(count_of(&s, "a", "progress", STATE_BROKEN), 1);
    assert_int_equal(count_of(&s, "a", "progress", STATE_OPEN), 1);
    assert_int_equal(count_of(&s, "a", "progress", STATE_VOID), 0);
    struct ledger_row *rows;
    struct entry_row *entries;
    size_t count;
    assert_int_equal(ledger_row_of_key(s.db, TEXT("a"), &arena, &rows, &count, NULL), ERR_NONE);
    assert_int_equal(count, 2);
    assert_int_equal(
        entry_row_of(s.db, rows[1].id, rows[1].home_id, &arena, &entries, &count, NULL), ERR_NONE);
    assert_int_equal(count, 3);
    assert_int_equal(entries[0].kind, ENTRY_OPENED);
    assert_int_equal(entries[1].kind, ENTRY_CORRECTED);
    assert_int_equal(entries[2].kind, ENTRY_OPENED);
    close_server(&s);
}

/* -- claims -- */

static const char claimed_text[] = CODE_HEAD
    "promise answer under p\n  \"We answer.\"\n  on ask.sent\n  must answer.sent within 1 hour\n"
    "  otherwise credit 5.00 EUR if claimed within 3 hours\n"
    "promise look under p\n  \"We look.\"\n  on ask.sent per region\n  must not ask.again for 1 "
    "hour\n  otherwise credit 7.00 EUR if claimed within 3 hours\n";

static size_t owed_of(struct server *s, const char *key, const char *promise)
{
    struct arena arena CLEANUP(arena_release) = {0};
    struct ledger_row *rows;
    size_t count, owed = 0;
    assert_int_equal(ledger_row_of_key(s->db, text_of(key), &arena, &rows, &count, NULL), ERR_NONE);
    for (size_t i = 0; i < count; i++) {
        owed += text_is(rows[i].promise, promise) ? rows[i].owed_count : 0;
    }
    return owed;
}

/* The first claim was too late, so nothing of the key was kept; then an earlier one is heard of. */
static void a_late_claim_is_heard_though_nothing_of_the_key_is_kept(void **state)
{
    (void)state;
    struct server s;
    struct touch touches[] = {ask("1", "a"), ask("2", "a"), ask("3", "a"), ask("4", "a")};
    touches[1].event = TEXT("ask.again");
    touches[1].occurred_us += HOUR_US / 2;
    touches[2].event = TEXT("answer.sent");
    touches[2].occurred_us += 2 * HOUR_US;
    touches[3].event = TEXT("remedy.claimed");
    touches[3].occurred_us += 9 * HOUR_US;
    struct touch late = touches[3];
    late.id = TEXT("late");
    late.occurred_us = start_us + 3 * HOUR_US;
    open_server(&s, claimed_text);
    for (size_t i = 0; i < 4; i++) {
        tick(&s, touches[i].occurred_us);
        take(&s, &touches[i], 1, touches[i].occurred_us);
    }
    tick(&s, start_us + 10 * HOUR_US);
    assert_int_equal(owed_of(&s, "a", "answer") + owed_of(&s, "north", "look"), 0);
    take(&s, &late, 1, start_us + 10 * HOUR_US);
    assert_int_equal(owed_of(&s, "a", "answer"), 1);
    assert_int_equal(owed_of(&s, "north", "look"), 1);
    close_server(&s);
}

/* -- what waits for its turn -- */

/* `answer` comes to hear the verdicts of a promise per customer, and so moves behind it. */
#define ANSWER \
    "promise answer under p\n  \"We answer.\"\n  on ask.sent\n  must answer.sent within 1 hour\n"
#define QUIET                                                                                 \
    "promise quiet under p\n  \"Few calls.\"\n  at most 1 call.placed per customer in any 2 " \
    "days\n"
#define MOVED ANSWER "  void when promise.broken where promise = quiet\n"
static const char stays_text[] =
    CODE_HEAD QUIET ANSWER "promise calm under p\n  \"All is well.\"\n  on fault.seen\n  must "
                           "fault.gone within 2 hours\n";
static const char moves_text[] =
    CODE_HEAD QUIET MOVED "promise calm under p\n  \"All is well.\"\n  on fault.seen\n  must "
                          "fault.gone within 2 hours\n";
static const char alone_text[] = CODE_HEAD QUIET ANSWER;
static const char moves_alone_text[] = CODE_HEAD QUIET MOVED;

static void falls_due_after(const char *before, const char *after, bool touched)
{
    struct server s;
    struct touch first = ask("1", "a"), fault = ask("2", "a");
    fault.event = TEXT("fault.seen");
    fault.occurred_us += HOUR_US / 2;
    open_server(&s, before);
    take(&s, &first, 1, start_us);
    publish(&s, keeper_next_id(s.keeper), after, start_us + HOUR_US / 4);
    assert_int_equal(count_of(&s, "a", "answer", STATE_OPEN), 1);
    if (touched) {
        take(&s, &fault, 1, start_us + HOUR_US / 2);
    }
    tick(&s, start_us + 2 * HOUR_US);
    assert_int_equal(count_of(&s, "a", "answer", STATE_OPEN), 0);
    assert_int_equal(count_of(&s, "a", "answer", STATE_BROKEN), 1);
    close_server(&s);
}

static void what_was_open_falls_due_when_its_promise_moves_to_another_lane(void **state)
{
    (void)state;
    falls_due_after(stays_text, moves_text, false);
    falls_due_after(moves_text, stays_text, false);
    falls_due_after(alone_text, moves_alone_text, false);
    falls_due_after(moves_alone_text, alone_text, false);
}

static void it_does_so_even_if_the_lane_it_left_is_touched_first(void **state)
{
    (void)state;
    falls_due_after(stays_text, moves_text, true);
    falls_due_after(moves_text, stays_text, true);
}

static const char storm_text[] = CODE_HEAD ANSWER
    "promise calm under p\n  \"All is well.\"\n  on fault.seen\n  must fault.gone within 9 "
    "days\n  excused while storm.began anywhere until storm.passed\n";

static void a_tick(struct server *s, int64_t now_us)
{
    struct err_info info = {0};
    assert_int_equal(keeper_tick(s->keeper, s->db, now_us, &info), ERR_NONE);
    assert_int_equal(keeper_before_commit(s->keeper, s->db, &info), ERR_NONE);
    keeper_committed(s->keeper);
}

static void an_obligation_does_not_wait_for_all_keys_that_a_storm_wakes(void **state)
{
    (void)state;
    enum { KEYS = 1200, EACH = 60 };
    struct server s;
    struct arena arena CLEANUP(arena_release) = {0};
    open_server(&s, storm_text);
    struct touch first = ask("1", "z");
    take(&s, &first, 1, start_us);
    for (int i = 0; i < KEYS; i += EACH) {
        struct touch faults[EACH];
        for (int k = 0; k < EACH; k++) {
            const char *name = arena_printf(&arena, "f%04d", i + k).ptr;
            faults[k] = ask(name, name);
            faults[k].event = TEXT("fault.seen");
        }
        take(&s, faults, EACH, start_us);
    }
    struct touch storm = ask("s", "");
    storm.event = TEXT("storm.began");
    storm.occurred_us += 1;
    take(&s, &storm, 1, start_us + 1);
    /* The storm wakes everybody while the answer falls due. */
    a_tick(&s, start_us + 2);
    assert_int_equal(count_of(&s, "z", "answer", STATE_OPEN), 1);
    a_tick(&s, start_us + HOUR_US);
    a_tick(&s, start_us + HOUR_US + 1);
    a_tick(&s, start_us + HOUR_US + 2);
    assert_int_equal(count_of(&s, "z", "answer", STATE_BROKEN), 1);
    assert_true(keeper_due(s.keeper) == 0); /* and there are still some to be woken */
    close_server(&s);
}

/* -- remedies withdrawn -- */

static const char owing_text[] = CODE_HEAD
    "promise answer under p\n  \"We answer.\"\n  on ask.sent\n  must answer.sent within 1 hour\n"
    "  otherwise credit 5.00 EUR\n"
    "promise paid under p\n  \"It is on its way.\"\n  on remedy.owed where promise = answer per "
    "customer\n  must remedy.paid within 5 days\n"
    "promise calm under p\n  \"All is well.\"\n  on fault.seen per customer\n  must fault.gone "
    "within "
    "9 days\n  void when remedy.owed where promise = answer\n";

/* The last entry of the only obligation of that promise. */
static struct entry_row last_entry(struct server *s, const char *key, const char *promise,
                                   struct arena *arena)
{
    struct ledger_row *rows;
    struct entry_row *entries = NULL;
    size_t count, entry_count = 0;
    assert_int_equal(ledger_row_of_key(s->db, text_of(key), arena, &rows, &count, NULL), ERR_NONE);
    for (size_t i = 0; i < count; i++) {
        if (text_is(rows[i].promise, promise)) {
            assert_int_equal(entry_row_of(s->db, rows[i].id, rows[i].home_id, arena, &entries,
                                          &entry_count, NULL),
                             ERR_NONE);
        }
    }
    if (!entries || !entry_count) {
        fail_msg("%s has no entries", promise);
        return (struct entry_row){0};
    }
    return entries[entry_count - 1];
}

static void a_remedy_withdrawn_voids_what_it_opened_and_revives_what_it_voided(void **state)
{
    (void)state;
    struct server s;
    struct arena arena CLEANUP(arena_release) = {0};
    struct touch first[] = {ask("1", "a"), ask("2", "f")}, late = late_answer();
    first[1].event = TEXT("fault.seen");
    open_server(&s, owing_text);
    take(&s, first, 2, start_us);
    tick(&s, start_us + 3 * HOUR_US);
    assert_int_equal(count_of(&s, "ana", "paid", STATE_OPEN), 1);
    assert_int_equal(count_of(&s, "ana", "calm", STATE_VOID), 1);
    take(&s, &late, 1, start_us + 3 * HOUR_US);
    assert_int_equal(count_of(&s, "a", "answer", STATE_KEPT), 1);
    assert_int_equal(count_of(&s, "ana", "paid", STATE_VOID), 1);
    assert_int_equal(count_of(&s, "ana", "calm", STATE_OPEN), 1);
    const char *const promises[] = {"paid", "calm"};
    for (size_t i = 0; i < 2; i++) {
        struct entry_row last = last_entry(&s, "ana", promises[i], &arena);
        assert_int_equal(last.kind, ENTRY_CORRECTED);
        assert_true(text_is(last.cause_id, "late"));
    }
    close_server(&s);
}

/* Somebody excuses one of two by hand, and the word comes after the clock has broken both. */
static void a_late_excuse_by_hand_excuses_what_it_names(void **state)
{
    (void)state;
    struct server s;
    static const struct attribute named[] = {
        {{"promise", 7}, {.type = VALUE_TEXT, .text = {"answer", 6}}},
        {{"opening", 7}, {.type = VALUE_TEXT, .text = {"1", 1}}}};
    struct touch first[] = {ask("1", "a"), ask("2", "b")},
                 excuse[] = {ask("3", "a"), ask("4", "b")};
    for (size_t i = 0; i < 2; i++) {
        excuse[i].event = TEXT("obligation.excused");
        excuse[i].occurred_us += HOUR_US / 2;
        excuse[i].attributes = named; /* the opening of thread a */
        excuse[i].attribute_count = 2;
    }
    open_server(&s, owing_text);
    take(&s, first, 2, start_us);
    tick(&s, start_us + 3 * HOUR_US);
    assert_int_equal(owed_of(&s, "a", "answer") + owed_of(&s, "b", "answer"), 2);
    take(&s, excuse, 2, start_us + 3 * HOUR_US);
    assert_int_equal(count_of(&s, "a", "answer", STATE_EXCUSED), 1);
    assert_int_equal(count_of(&s, "b", "answer", STATE_BROKEN), 1);
    assert_int_equal(owed_of(&s, "a", "answer"), 0);
    assert_int_equal(owed_of(&s, "b", "answer"), 1);
    close_server(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(verdicts_are_told_apart_whatever_keys_and_ids_hold),
        cmocka_unit_test(verdicts_of_two_sources_with_one_id_are_two),
        cmocka_unit_test(a_verdict_taken_back_is_taken_back_under_every_kind_of_key),
        cmocka_unit_test(a_verdict_taken_back_excuses_nobody_any_more),
        cmocka_unit_test(an_obligation_taken_back_and_opened_again_is_the_same_one),
        cmocka_unit_test(a_remedy_withdrawn_voids_what_it_opened_and_revives_what_it_voided),
        cmocka_unit_test(a_late_excuse_by_hand_excuses_what_it_names),
        cmocka_unit_test(a_late_claim_is_heard_though_nothing_of_the_key_is_kept),
        cmocka_unit_test(what_was_open_falls_due_when_its_promise_moves_to_another_lane),
        cmocka_unit_test(it_does_so_even_if_the_lane_it_left_is_touched_first),
        cmocka_unit_test(an_obligation_does_not_wait_for_all_keys_that_a_storm_wakes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
