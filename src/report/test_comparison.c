#include "report/comparison.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* A Code of one promise: what opens it, and what must follow. */
static const struct plan *plan_of(struct arena *arena, const char *clauses)
{
    struct diagnostics diagnostics = {0};
    struct err_info info = {0};
    const struct code *code = code_parse(arena,
                                         arena_printf(arena,
                                                      "code \"Shop\"\n  zone UTC\n"
                                                      "principle care \"We care\"\n"
                                                      "promise answer under care\n"
                                                      "  \"We answer soon.\"\n%s",
                                                      clauses),
                                         &diagnostics);
    assert_int_equal(diagnostics.errors, 0);
    struct plan *plan;
    assert_int_equal(plan_compile(arena, &code, 1, NULL, NULL, &plan, &info), ERR_NONE);
    return plan;
}

static void add(struct replay *r, struct arena *arena, const char *event, int number, int64_t at_us)
{
    static uint64_t place;
    struct touch t = {.source = TEXT("desk"),
                      .id = arena_printf(arena, "%s-%d", event, number),
                      .event = text_of(event),
                      .occurred_us = at_us,
                      .place = ++place,
                      .thread = arena_printf(arena, "t%d", number)};
    assert_true(replay_add(r, &t));
}

/* Contact i is asked at hour i and answered a minute later for every ten that i holds: the first
 * ten at once, the next a minute after, and so on. */
static void run(struct side *side, struct arena *arena, const char *clauses, int contacts)
{
    struct err_info info;
    const struct plan *plan = plan_of(arena, clauses);
    struct replay *r = replay_new(plan);
    for (int i = 0; i < contacts; i++) {
        int64_t asked_us = i * HOUR_US;
        add(r, arena, i % 2 ? "phone.asked" : "mail.asked", i, asked_us);
        add(r, arena, "desk.answered", i, asked_us + i / 10 * MINUTE_US + SECOND_US);
    }
    struct replay_options options = {.until_us = (contacts + 1) * HOUR_US};
    assert_int_equal(side_run(side, plan, r, options, arena, &info), ERR_NONE);
    replay_free(r);
}

#define MAIL "  on mail.asked\n  must desk.answered within "
#define PHONE "  on phone.asked\n  must desk.answered within "
#define ANY "  on mail.asked or phone.asked\n  must desk.answered within "

struct room {
    struct arena arena;
    struct side current, draft;
    struct comparison comparison;
};

static void room_release(struct room *r)
{
    comparison_release(&r->comparison);
    side_release(&r->current);
    side_release(&r->draft);
    arena_release(&r->arena);
}

static struct compared *compare(struct room *r, const char *current, const char *draft,
                                int contacts)
{
    run(&r->current, &r->arena, current, contacts);
    run(&r->draft, &r->arena, draft, contacts);
    comparison_make(&r->arena, &r->current, &r->draft, &r->comparison);
    assert_int_equal(r->comparison.promise_count, 1);
    return &r->comparison.promises[0];
}

static void a_promise_that_is_not_touched_hardly_differs(void **state)
{
    (void)state;
    struct room room CLEANUP(room_release) = {0};
    struct compared *p = compare(&room, ANY "5 minutes\n", ANY "5 minutes\n", 60);
    struct difference d;
    double low, high;
    assert_int_equal(room.comparison.change_count, 0);
    assert_int_equal(p->pairs.both, 50);
    assert_int_equal(p->pairs.neither, 10);
    assert_true(compared_difference(p, &d));
    newcombe(50, 60, 50, 60, &low, &high);
    assert_true(d.is_paired && d.by == 0);
    assert_true(d.low > low / 2 && d.high < high / 2);
}

static void a_stricter_draft_loses_what_was_kept_in_between(void **state)
{
    (void)state;
    struct room room CLEANUP(room_release) = {0};
    struct compared *p = compare(&room, ANY "5 minutes\n", ANY "3 minutes\n", 60);
    struct difference d;
    assert_int_equal(p->pairs.both, 30);
    assert_int_equal(p->pairs.lost, 20);
    assert_int_equal(p->pairs.gained, 0);
    assert_int_equal(p->pairs.neither, 10);
    assert_int_equal(room.comparison.change_count, 20);
    assert_string_equal(verdict_state(room.comparison.changes[0].before), "kept");
    assert_string_equal(verdict_state(room.comparison.changes[0].after), "broken");
    assert_true(compared_difference(p, &d));
    assert_true(d.is_paired && d.by < -0.33 && d.by > -0.34 && d.high < 0);
}

static void what_one_side_alone_decides_has_no_part_in_the_difference(void **state)
{
    (void)state;
    struct room room CLEANUP(room_release) = {0};
    struct compared *p = compare(&room, MAIL "5 minutes\n", ANY "5 minutes\n", 60);
    struct difference d;
    assert_int_equal(pairs_count(p->pairs), 30);
    assert_int_equal(p->current_alone, 0);
    assert_int_equal(p->draft_alone, 30);
    assert_int_equal(room.comparison.change_count, 30);
    assert_string_equal(verdict_state(room.comparison.changes[0].before), "none");
    assert_true(compared_difference(p, &d));
    assert_true(d.is_paired && d.by == 0);
}

static void sides_with_nothing_in_common_are_two_samples(void **state)
{
    (void)state;
    struct room room CLEANUP(room_release) = {0};
    struct compared *p = compare(&room, MAIL "5 minutes\n", PHONE "3 minutes\n", 60);
    struct difference d;
    double low, high;
    assert_int_equal(pairs_count(p->pairs), 0);
    assert_int_equal(p->current_alone, 30);
    assert_int_equal(p->draft_alone, 30);
    assert_int_equal(room.comparison.change_count, 60);
    assert_true(compared_difference(p, &d));
    newcombe(25, 30, 15, 30, &low, &high);
    assert_false(d.is_paired);
    assert_true(d.low == low && d.high == high);
}

static void too_few_pairs_say_nothing(void **state)
{
    (void)state;
    struct room room CLEANUP(room_release) = {0};
    struct difference d;
    assert_false(compared_difference(compare(&room, ANY "5 minutes\n", ANY "3 minutes\n", 4), &d));
}

static void changes_in_json_stop_at_the_bound(void **state)
{
    (void)state;
    struct room room CLEANUP(room_release) = {0};
    struct buf out CLEANUP(buf_release) = {0};
    struct json_writer w = json_writer(&out);
    compare(&room, ANY "5 minutes\n", ANY "3 minutes\n", 60);
    comparison_json_changes(&w, &room.comparison, 1);
    assert_string_equal(out.ptr,
                        "[{\"promise\":\"answer\",\"key\":\"t30\",\"opening\":\"mail.asked-30"
                        "\",\"source\":\"desk\",\"n\":0,\"current\":\"kept\",\"draft\":"
                        "\"broken\"}]");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_promise_that_is_not_touched_hardly_differs),
        cmocka_unit_test(a_stricter_draft_loses_what_was_kept_in_between),
        cmocka_unit_test(what_one_side_alone_decides_has_no_part_in_the_difference),
        cmocka_unit_test(sides_with_nothing_in_common_are_two_samples),
        cmocka_unit_test(too_few_pairs_say_nothing),
        cmocka_unit_test(changes_in_json_stop_at_the_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
