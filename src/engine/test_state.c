#include "engine/engine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const char source[] =
    "code \"Test\"\n  zone UTC\n"
    "principle p \"P\"\n  \"Words.\"\n"
    "promise answer under p\n  \"We answer.\"\n  on message.received\n"
    "  must message.sent within 1 hour\n"
    "  excused while outage.declared anywhere until outage.ended\n"
    "promise visit under p\n  \"We visit.\"\n  on visit.booked per customer\n"
    "  must visit.done within 1 day\n"
    "  void when promise.broken where promise = answer anywhere\n";

/* Two lanes: threads hear the outage anywhere, customers (who come later) the verdicts. */
enum { LANE_THREAD, LANE_CUSTOMER };

struct scene {
    struct arena arena;
    struct plan *plan;
    struct world *world;
    struct buf saved;
};

static int64_t hour(int n)
{
    return INT64_C(1709510400) * SECOND_US + n * HOUR_US; /* of 2024-03-04, a Monday */
}

static void set_up(struct scene *s)
{
    struct err_info info = {0};
    struct diagnostics diagnostics = {0};
    *s = (struct scene){0};
    const struct code *code = code_parse(&s->arena, text_of(source), &diagnostics);
    assert_int_equal(diagnostics.errors, 0);
    assert_int_equal(plan_compile(&s->arena, &code, 1, NULL, NULL, &s->plan, &info), ERR_NONE);
    assert_true(text_is(plan_lane_name(s->plan, LANE_THREAD), "thread"));
    assert_true(text_is(plan_lane_name(s->plan, LANE_CUSTOMER), "customer+1"));
    s->world = world_new(s->plan);
}

static void tear_down(struct scene *s)
{
    buf_release(&s->saved);
    world_free(s->world);
    arena_release(&s->arena);
}

static const struct bound *bind_event(struct scene *s, const char *event, int64_t at_us,
                                      const char *key)
{
    struct touch *t = ARENA_NEW(&s->arena, struct touch);
    *t = (struct touch){.source = TEXT("test"),
                        .id = text_of(event),
                        .event = text_of(event),
                        .occurred_us = at_us,
                        .thread = text_of(key),
                        .customer = text_of(key)};
    const struct bound *b = plan_bind(s->plan, t, false, &s->arena);
    assert_non_null(b);
    return b;
}

static void hear_verdict(void *context, const struct touch *t)
{
    struct scene *s = context;
    const struct bound *b = plan_bind(s->plan, t, false, &s->arena);
    if (b && bound_is_anywhere(b)) {
        world_add(s->world, b);
    }
}

/* Folds one touch of a key, lets time pass, and saves what has become of it. */
static void save_fold(struct scene *s, size_t lane, const struct bound *b, int64_t until_us)
{
    struct sink sink = {.context = s, .derived = hear_verdict};
    struct fold *fold = fold_new(s->plan, lane, TEXT("a"), s->world);
    assert_true(fold_touch(fold, b, &sink));
    fold_advance(fold, until_us, &sink);
    buf_clear(&s->saved);
    fold_save(fold, &s->saved);
    fold_free(fold);
}

static enum err load_fold(struct scene *s, size_t lane)
{
    struct fold *fold = fold_new(s->plan, lane, TEXT("a"), s->world);
    enum err e = fold_load(fold, buf_text(&s->saved), NULL);
    fold_free(fold);
    return e;
}

static void break_an_answer(struct scene *s, int64_t received_us)
{
    struct sink sink = {.context = s, .derived = hear_verdict};
    struct fold *fold = fold_new(s->plan, LANE_THREAD, TEXT("b"), s->world);
    assert_true(fold_touch(fold, bind_event(s, "message.received", received_us, "b"), &sink));
    fold_advance(fold, received_us + 2 * HOUR_US, &sink);
    fold_free(fold);
}

static void a_verdict_heard_anywhere_by_others_leaves_a_state_readable(void **state)
{
    (void)state;
    struct scene s;
    set_up(&s);
    world_add(s.world, bind_event(&s, "outage.declared", hour(10), "x"));
    save_fold(&s, LANE_THREAD, bind_event(&s, "message.received", hour(9), "a"), hour(20));
    break_an_answer(&s, hour(5)); /* broken at 6: before what the saved state has heard */
    assert_int_equal(load_fold(&s, LANE_THREAD), ERR_NONE);
    tear_down(&s);
}

static void a_state_is_stale_once_something_lies_before_what_it_heard(void **state)
{
    (void)state;
    struct scene s;
    set_up(&s);
    save_fold(&s, LANE_CUSTOMER, bind_event(&s, "visit.booked", hour(1), "a"), hour(20));
    assert_int_equal(load_fold(&s, LANE_CUSTOMER), ERR_NONE);
    break_an_answer(&s, hour(5));
    assert_int_equal(load_fold(&s, LANE_CUSTOMER), ERR_CONFLICT);
    world_add(s.world, bind_event(&s, "outage.declared", hour(10), "x"));
    save_fold(&s, LANE_THREAD, bind_event(&s, "message.received", hour(9), "a"), hour(20));
    assert_int_equal(load_fold(&s, LANE_THREAD), ERR_NONE);
    world_add(s.world, bind_event(&s, "outage.ended", hour(9) + 1, "x"));
    assert_int_equal(load_fold(&s, LANE_THREAD), ERR_CONFLICT);
    tear_down(&s);
}

static void what_comes_after_it_leaves_a_state_readable(void **state)
{
    (void)state;
    struct scene s;
    set_up(&s);
    world_add(s.world, bind_event(&s, "outage.declared", hour(10), "x"));
    save_fold(&s, LANE_THREAD, bind_event(&s, "message.received", hour(9), "a"), hour(20));
    world_add(s.world, bind_event(&s, "outage.ended", hour(20), "x"));
    assert_int_equal(load_fold(&s, LANE_THREAD), ERR_NONE);
    tear_down(&s);
}

static void a_state_with_any_byte_changed_or_cut_off_is_refused(void **state)
{
    (void)state;
    struct scene s;
    set_up(&s);
    save_fold(&s, LANE_THREAD, bind_event(&s, "message.received", hour(9), "a"), hour(9) + 1);
    assert_int_equal(load_fold(&s, LANE_THREAD), ERR_NONE);
    for (size_t i = 0; i < s.saved.len; i++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            s.saved.ptr[i] = (char)(s.saved.ptr[i] ^ (1 << bit));
            assert_int_equal(load_fold(&s, LANE_THREAD), ERR_CONFLICT);
            s.saved.ptr[i] = (char)(s.saved.ptr[i] ^ (1 << bit));
        }
    }
    while (s.saved.len > 0) {
        s.saved.len--;
        assert_int_equal(load_fold(&s, LANE_THREAD), ERR_CONFLICT);
    }
    tear_down(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_verdict_heard_anywhere_by_others_leaves_a_state_readable),
        cmocka_unit_test(a_state_is_stale_once_something_lies_before_what_it_heard),
        cmocka_unit_test(what_comes_after_it_leaves_a_state_readable),
        cmocka_unit_test(a_state_with_any_byte_changed_or_cut_off_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
