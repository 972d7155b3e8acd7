#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "feature/demo/cast.h"
#include "feature/demo/demo.h"
#include "feature/demo/hours.h"

static int64_t moment(const char *words)
{
    int64_t us = 0;
    assert_true(moment_parse(text_of(words), &us));
    return us;
}

struct summary {
    uint64_t hash, count, in_order;
    int64_t last_us;
};

static void mix(struct summary *s, struct text t)
{
    s->hash = s->hash * UINT64_C(0x100000001b3) ^ text_hash(t);
}

static void add(void *context, const struct touch *t)
{
    struct summary *s = context;
    mix(s, t->id);
    mix(s, t->event);
    mix(s, t->thread);
    mix(s, t->customer);
    mix(s, t->person);
    s->hash = s->hash * 31 ^ (uint64_t)t->occurred_us;
    s->in_order += t->occurred_us >= s->last_us;
    s->last_us = t->occurred_us;
    s->count++;
}

static int64_t week_from, week_until;

static int set_up(void **state)
{
    (void)state;
    week_from = moment("2025-03-10T03:00:00Z");
    week_until = moment("2025-03-17T03:00:00Z");
    return 0;
}

static void the_same_seed_tells_the_same_story(void **state)
{
    (void)state;
    struct summary a = {0}, b = {0}, c = {0};
    demo_generate(7, week_from, week_until, add, &a);
    demo_generate(7, week_from, week_until, add, &b);
    demo_generate(8, week_from, week_until, add, &c);
    assert_true(a.hash == b.hash);
    assert_true(a.hash != c.hash);
}

static void asked_minute_by_minute_it_is_the_same_story(void **state)
{
    (void)state;
    struct summary whole = {0}, parts = {0};
    demo_generate(7, week_from, week_until, add, &whole);
    struct demo *d = demo_new(7, week_from);
    struct touch t;
    for (int64_t now = week_from; now < week_until; now += MINUTE_US) {
        while (demo_next(d, now, &t)) {
            add(&parts, &t);
        }
    }
    while (demo_next(d, week_until - 1, &t)) {
        add(&parts, &t);
    }
    demo_free(d);
    assert_true(whole.hash == parts.hash);
}

static void thirteen_months_are_some_eighty_thousand_touches_in_order(void **state)
{
    (void)state;
    int64_t until = moment("2025-11-21T12:00:00Z");
    int64_t from = demo_start(until, DEMO_MONTHS);
    assert_true(from == moment("2024-10-21T03:00:00Z"));
    struct summary s = {0};
    demo_generate(DEMO_SEED, from, until, add, &s);
    assert_in_range(s.count, 60000, 100000);
    assert_int_equal(s.in_order, s.count);
    assert_true(s.last_us < until);
}

static void every_touch_is_of_an_event_and_a_source(void **state)
{
    (void)state;
    struct demo *d = demo_new(3, week_from);
    struct touch t;
    while (demo_next(d, week_until, &t)) {
        assert_true(text_is(t.source, "shop"));
        assert_true(text_contains(t.event, TEXT(".")));
        assert_true(t.thread.len > 0 || t.customer.len > 0 || t.actor == ACTOR_STAFF);
        assert_true(t.attribute_count <= 7);
    }
    demo_free(d);
}

static void a_resumed_story_gives_out_new_threads(void **state)
{
    (void)state;
    struct demo *before = demo_new(7, week_from), *after = demo_resume(7, week_from, week_until);
    struct text highest = {0};
    char kept[64] = "";
    struct touch t;
    while (demo_next(before, week_until, &t)) {
        if (text_is(t.event, "message.received") && text_compare(t.thread, highest) > 0) {
            assert_true(t.thread.len < sizeof kept);
            for (size_t i = 0; i <= t.thread.len; i++) {
                kept[i] = t.thread.ptr[i];
            }
            highest = text_of(kept);
        }
    }
    while (demo_next(after, week_until + DAY_US, &t)) {
        if (t.thread.len) {
            assert_true(text_compare(t.thread, highest) > 0);
        }
    }
    demo_free(before);
    demo_free(after);
}

static void a_live_story_has_customers_at_night(void **state)
{
    (void)state;
    struct demo *d = demo_new(7, week_from);
    demo_set_pace(d, DEMO_LIVE_PACE);
    unsigned count = 0;
    struct touch t;
    while (demo_next(d, week_from + HOUR_US, &t)) {
        count++;
    }
    demo_free(d);
    assert_in_range(count, 20, 500);
}

static void work_is_counted_over_nights_weekends_and_holidays(void **state)
{
    (void)state;
    /* Friday 17:00 in the shop, four hours of work: until 18:00, and three on Saturday morning. */
    int64_t friday = moment("2025-03-14T20:00:00Z");
    assert_true(hours_lay(HOURS_DESK, friday, 4 * 3600) == moment("2025-03-15T15:00:00Z"));
    assert_true(hours_between(HOURS_DESK, friday, moment("2025-03-15T15:00:00Z")) == 4 * 3600);
    /* Two working days of the roastery from Friday before Carnival 2025 end on Friday after it:
     * Monday to Ash Wednesday are off. */
    assert_true(hours_add_days(HOURS_ROASTERY, moment("2025-02-28T13:00:00Z"), 2) ==
                moment("2025-03-07T13:00:00Z"));
    /* Good Friday and Tiradentes (Monday) around Easter 2025. */
    assert_true(hours_lay(HOURS_DESK, moment("2025-04-18T12:00:00Z"), 0) ==
                moment("2025-04-19T12:00:00Z"));
}

/* Three languages, no address twice, each made of the name that is written beside it. */
static void customers_have_names_and_addresses_of_their_own(void **state)
{
    (void)state;
    enum { PEOPLE = 12000, SLOTS = 1 << 16 };
    struct arena arena = {0};
    struct text *seen = ARENA_ARRAY(&arena, struct text, SLOTS);
    for (uint32_t number = 1; number <= PEOPLE; number++) {
        struct text address = cast_customer(number, &arena);
        size_t at = text_hash(address) % SLOTS;
        for (; seen[at].len; at = (at + 1) % SLOTS) {
            assert_false(text_eq(seen[at], address));
        }
        seen[at] = address;
        for (size_t i = 0; i < address.len; i++) {
            assert_true(address.ptr[i] > ' ' && address.ptr[i] < 0x7f);
        }
    }
    struct cast_person p = cast_person(7);
    assert_string_equal(p.first, "Álvaro");
    assert_true(text_starts(cast_customer(7, &arena), TEXT("alvaro.")));
    arena_release(&arena);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_seed_tells_the_same_story),
        cmocka_unit_test(asked_minute_by_minute_it_is_the_same_story),
        cmocka_unit_test(thirteen_months_are_some_eighty_thousand_touches_in_order),
        cmocka_unit_test(every_touch_is_of_an_event_and_a_source),
        cmocka_unit_test(a_resumed_story_gives_out_new_threads),
        cmocka_unit_test(a_live_story_has_customers_at_night),
        cmocka_unit_test(customers_have_names_and_addresses_of_their_own),
        cmocka_unit_test(work_is_counted_over_nights_weekends_and_holidays),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
