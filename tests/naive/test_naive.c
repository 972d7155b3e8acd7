/* The naive evaluator against verdicts worked out by hand from docs/language.md and docs/rules.md:
 * a few stories for each rule. All in January 2026 (the 5th is a Monday), in UTC unless said. */
#include "naive.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* One touch of a story; the n-th has the id tN. */
struct told {
    const char *at; /* "05T10:00:00" of January 2026 */
    const char *event;
    const char *who; /* "staff", "customer", … or a person of the staff */
    const char *attributes;
    const char *thread, *customer; /* "1" and "ana" unless given; "" for none */
};

static enum actor actor_named(const char *who)
{
    static const char *const names[] = {"", "staff", "customer", "bot", "system"};
    for (size_t i = 1; i < sizeof names / sizeof *names; i++) {
        if (strcmp(names[i], who) == 0) {
            return (enum actor)i;
        }
    }
    return ACTOR_STAFF;
}

/* "name=value,name=value" */
static void read_attributes(struct arena *arena, struct text t, struct touch *touch)
{
    struct attribute *attributes = ARENA_ARRAY(arena, struct attribute, TOUCH_ATTRIBUTES_MAX);
    touch->attributes = attributes;
    while (t.len) {
        const char *comma = memchr(t.ptr, ',', t.len);
        size_t len = comma ? (size_t)(comma - t.ptr) : t.len;
        const char *equals = memchr(t.ptr, '=', len);
        assert_non_null(equals);
        size_t name = (size_t)(equals - t.ptr);
        attributes[touch->attribute_count++] = (struct attribute){
            {t.ptr, name},
            {.type = VALUE_TEXT, .text = {equals + 1, len - name - 1}},
        };
        size_t step = len + (comma ? 1 : 0);
        t = (struct text){t.ptr + step, t.len - step};
    }
}

static int64_t january(const char *at)
{
    char text[64];
    snprintf(text, sizeof text, "2026-01-%sZ", at);
    int64_t us = 0;
    assert_true(moment_parse(text_of(text), &us));
    return us;
}

static struct touch *read_touches(struct arena *arena, const struct told *told, size_t count)
{
    struct touch *touches = ARENA_ARRAY(arena, struct touch, count);
    for (size_t i = 0; i < count; i++) {
        const char *who = told[i].who ? told[i].who : "";
        touches[i] = (struct touch){
            .source = TEXT("story"),
            .id = arena_printf(arena, "t%zu", i + 1),
            .event = text_of(told[i].event),
            .occurred_us = january(told[i].at),
            .place = i,
            .thread = text_of(told[i].thread ? told[i].thread : "1"),
            .customer = text_of(told[i].customer ? told[i].customer : "ana"),
            .actor = *who ? actor_named(who) : ACTOR_UNKNOWN,
            .person = actor_named(who) == ACTOR_STAFF ? text_of(who) : TEXT(""),
        };
        read_attributes(arena, text_of(told[i].attributes), &touches[i]);
    }
    return touches;
}

static const struct code *read_code(struct arena *arena, const char *clauses)
{
    struct text source =
        arena_printf(arena,
                     "code \"Test\"\n  zone UTC\n\ncalendar office\n  open mon..fri 09:00-17:00\n\n"
                     "principle care \"Care\"\n  \"We care.\"\n\n%s\n",
                     clauses);
    struct diagnostics *diagnostics = ARENA_NEW(arena, struct diagnostics);
    const struct code *code = code_parse(arena, source, diagnostics);
    if (diagnostics->errors) {
        struct buf out CLEANUP(buf_release) = {0};
        diagnostics_print(diagnostics, TEXT("test"), source, &out);
        fail_msg("%s", out.ptr);
    }
    return code;
}

/* "05 10:00", with seconds where there are any. */
static void add_moment(struct buf *out, int64_t us)
{
    char text[MOMENT_TEXT_SIZE];
    if (us == MOMENT_NEVER) {
        buf_add_str(out, "never");
        return;
    }
    moment_format(us, text);
    assert_memory_equal(text, "2026-0", 6);
    if (text[6] != '1') {
        buf_addf(out, "%.2s-", text + 5);
    }
    buf_addf(out, "%.2s %.5s", text + 8, text + 11);
    if (strcmp(text + 16, ":00Z") != 0) {
        buf_addf(out, "%.*s", (int)strlen(text + 16) - 1, text + 16);
    }
}

static void add_remedies(struct buf *out, const struct naive_ledger *g, size_t obligation)
{
    for (size_t i = 0; i < g->remedy_count; i++) {
        const struct naive_remedy *r = &g->remedies[i];
        if (r->obligation != obligation) {
            continue;
        }
        buf_add_str(out, "; owed ");
        if (r->is_task) {
            buf_add_text(out, r->task);
        } else {
            money_format(out, r->amount);
        }
        if (r->at_us != g->obligations[obligation].decided_us) {
            buf_add_str(out, " at ");
            add_moment(out, r->at_us);
        }
    }
}

/* One line for each obligation: KEY/OPENING[/N] STATE [at MOMENT] [due] [warned] [late] [owed]. */
static void add_line(struct buf *out, const struct naive_ledger *g, size_t i)
{
    const struct naive_obligation *o = &g->obligations[i];
    buf_addf(out, "%.*s/%.*s", TEXT_ARG(o->key), TEXT_ARG(o->opening_id));
    if (o->n) {
        buf_addf(out, "/%u", o->n);
    }
    static const char *const states[] = {"open", "paused", "kept", "broken", "excused", "void"};
    buf_addf(out, " %s", states[o->state]);
    if (o->decided_us != MOMENT_NEVER) {
        buf_add_char(out, ' ');
        add_moment(out, o->decided_us);
    }
    if (o->due_us != o->decided_us) {
        buf_add_str(out, ", due ");
        add_moment(out, o->due_us);
    }
    if (o->warned_us != MOMENT_NEVER) {
        buf_add_str(out, ", warned ");
        add_moment(out, o->warned_us);
    }
    if (o->fulfilled_us != MOMENT_NEVER) {
        buf_add_str(out, ", fulfilled ");
        add_moment(out, o->fulfilled_us);
    }
    add_remedies(out, g, i);
}

static void check(const char *clauses, const struct told *told, size_t count, const char *until,
                  const char *promise, const char *expected)
{
    struct arena arena CLEANUP(arena_release) = {0};
    const struct code *code = read_code(&arena, clauses);
    struct touch *touches = read_touches(&arena, told, count);
    struct naive_ledger ledger;
    struct err_info info = {0};
    if (naive_evaluate(&arena, &code, 1, touches, count, january(until), &ledger, &info) !=
        ERR_NONE) {
        fail_msg("%s", info.text);
    }
    struct buf out CLEANUP(buf_release) = {0};
    buf_add_str(&out, "");
    for (size_t i = 0; i < ledger.obligation_count; i++) {
        if (promise && !text_is(ledger.obligations[i].promise, promise)) {
            continue;
        }
        buf_add_str(&out, out.len ? "\n" : "");
        add_line(&out, &ledger, i);
    }
    buf_reserve(&out, 1);
    assert_string_equal(out.len ? out.ptr : "", expected);
}

#define AT(moment, what, ...)                          \
    {                                                  \
        .at = (moment), .event = (what), ##__VA_ARGS__ \
    }

/* CHECK(Code, until, expected, touches…) */
#define CHECK_OF(promise, clauses, until, expected, ...)                                  \
    check(clauses, (const struct told[]){__VA_ARGS__},                                    \
          sizeof(const struct told[]){__VA_ARGS__} / sizeof(struct told), until, promise, \
          expected)
#define CHECK(clauses, until, expected, ...) CHECK_OF(NULL, clauses, until, expected, __VA_ARGS__)

#define PROMISE(clauses) "promise p under care\n  \"Words.\"\n" clauses

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
    const struct code *code = read_code(&arena, PROMISE("  at most 1 ask.sent per thread\n"));
    const struct told told[] = {AT("05T10:00:00", "ask.sent"), AT("05T11:00:00", "ask.sent")};
    struct touch *touches = read_touches(&arena, told, 2);
    touches[1].id = touches[0].id;
    struct naive_ledger ledger;
    assert_int_equal(
        naive_evaluate(&arena, &code, 1, touches, 2, january("06T00:00:00"), &ledger, NULL),
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
    CHECK_OF("paid", CHAIN, "06T18:00:00", "ana/p/1/t1/0/remedy.owed kept 06 11:00, due 06 12:00",
             AT("05T10:00:00", "ask.sent"), AT("06T11:00:00", "remedy.paid", .thread = ""));
}

static void verdict_acts_after_outside_touches_of_its_instant(void **state)
{
    (void)state;
    /* The payment at 12:00 comes before the remedy is owed at 12:00: it pays nothing. */
    CHECK_OF("paid", CHAIN, "06T18:00:00", "ana/p/1/t1/0/remedy.owed broken 06 12:00",
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
