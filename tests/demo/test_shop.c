/* Thirteen months of the demo's shop through the engine: the story that examples/shop/README.md
 * tells must be seen in the ledger. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "engine/replay.h"
#include "feature/demo/demo.h"

enum { PROMISES_MAX = 16, MONTHS = DEMO_MONTHS + 1 };

struct counts {
    uint64_t kept, broken, excused;
};

static struct story {
    struct arena arena;
    struct plan *plan;
    struct replay *replay;
    struct promise_result *results;
    int64_t from_us, until_us;
    uint64_t touches;
    struct counts months[PROMISES_MAX][MONTHS];
} story;

static void add(void *context, const struct touch *t)
{
    struct story *s = context;
    s->touches += replay_add(s->replay, t);
}

static void count(void *context, const struct obligation *o)
{
    struct story *s = context;
    if (o->decided_us == MOMENT_NEVER || o->promise >= PROMISES_MAX) {
        return;
    }
    int month = 0;
    while (month + 1 < MONTHS && demo_start(s->from_us, -(month + 1)) <= o->decided_us) {
        month++;
    }
    struct counts *c = &s->months[o->promise][month];
    c->kept += o->state == STATE_KEPT;
    c->broken += o->state == STATE_BROKEN;
    c->excused += o->state == STATE_EXCUSED;
}

static int tell(void **state)
{
    (void)state;
    struct diagnostics d = {0};
    struct code *code = code_parse(&story.arena, demo_code(), &d);
    assert_int_equal(d.errors, 0);
    const struct code *codes[] = {code};
    assert_int_equal(plan_compile(&story.arena, codes, 1, NULL, NULL, &story.plan, NULL), ERR_NONE);
    story.replay = replay_new(story.plan);
    assert_true(moment_parse(TEXT("2025-11-21T12:00:00Z"), &story.until_us));
    story.from_us = demo_start(story.until_us, DEMO_MONTHS);
    uint64_t told = demo_generate(DEMO_SEED, story.from_us, story.until_us, add, &story);
    assert_int_equal(told, story.touches);
    struct replay_options options = {
        .until_us = story.until_us, .each = count, .each_context = &story};
    assert_int_equal(replay_run(story.replay, &options, &story.arena, &story.results, NULL),
                     ERR_NONE);
    for (size_t i = 0; i < plan_promise_count(story.plan); i++) {
        struct promise_result r = story.results[i];
        printf("%-12.*s open %3llu kept %6llu broken %4llu excused %3llu owed %lld\n",
               TEXT_ARG(plan_promise(story.plan, i).name), (unsigned long long)r.open,
               (unsigned long long)r.kept, (unsigned long long)r.broken,
               (unsigned long long)r.excused, r.owed_count ? (long long)r.owed[0].minor : 0LL);
    }
    return 0;
}

static int forget(void **state)
{
    (void)state;
    replay_free(story.replay);
    arena_release(&story.arena);
    return 0;
}

static size_t promise(const char *name)
{
    for (size_t i = 0; i < plan_promise_count(story.plan); i++) {
        if (text_is(plan_promise(story.plan, i).name, name)) {
            return i;
        }
    }
    fail_msg("no promise %s", name);
    return 0;
}

static double share(struct counts c)
{
    assert_true(c.kept + c.broken > 0);
    return (double)c.kept / (double)(c.kept + c.broken);
}

static struct counts months(const char *name, int first, int last)
{
    struct counts sum = {0};
    for (int m = first; m <= last; m++) {
        struct counts c = story.months[promise(name)][m];
        sum = (struct counts){sum.kept + c.kept, sum.broken + c.broken, sum.excused + c.excused};
    }
    return sum;
}

static void every_promise_is_mostly_kept_and_sometimes_broken(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        double least, most;
    } shares[] = {{"answer", 0.88, 0.98},     {"chat", 0.82, 0.95},
                  {"phone", 0.80, 0.97},      {"dispatch", 0.93, 0.99},
                  {"delivery", 0.92, 0.99},   {"damaged", 0.85, 0.995},
                  {"progress", 0.85, 0.995},  {"credit-paid", 0.93, 0.998},
                  {"one-story", 0.95, 0.999}, {"quiet", 0.9, 1}};
    for (size_t i = 0; i < sizeof shares / sizeof *shares; i++) {
        double s = share(months(shares[i].name, 0, MONTHS - 1));
        if (s < shares[i].least || s > shares[i].most) {
            fail_msg("%s is kept %.3f, not %.3f to %.3f", shares[i].name, s, shares[i].least,
                     shares[i].most);
        }
    }
}

static void the_second_shift_is_seen_in_the_month_it_began(void **state)
{
    (void)state;
    double before = share(months("chat", 0, 5)), after = share(months("chat", 6, MONTHS - 1));
    assert_true(before < 0.85);
    assert_true(after > 0.93);
    for (int m = 0; m < 6; m++) {
        assert_true(share(story.months[promise("chat")][m]) <
                    share(story.months[promise("chat")][6]));
    }
    assert_true(share(months("answer", 6, MONTHS - 1)) > share(months("answer", 0, 5)));
}

static void the_outage_excuses_in_its_month_and_in_no_other(void **state)
{
    (void)state;
    for (int m = 0; m < MONTHS; m++) {
        uint64_t excused = story.months[promise("answer")][m].excused;
        assert_true(m == 8 ? excused >= 5 : excused == 0);
    }
}

static void december_is_hard_for_the_carrier(void **state)
{
    (void)state;
    /* The story begins on 21 October: the second month of it ends on 20 December. */
    assert_true(share(months("delivery", 1, 2)) < share(months("delivery", 4, 8)) - 0.015);
}

static void what_is_owed_is_paid_mostly_within_the_week(void **state)
{
    (void)state;
    struct promise_result paid = story.results[promise("credit-paid")];
    assert_true(paid.broken > 0);
    assert_true(paid.kept > 20 * paid.broken);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_promise_is_mostly_kept_and_sometimes_broken),
        cmocka_unit_test(the_second_shift_is_seen_in_the_month_it_began),
        cmocka_unit_test(the_outage_excuses_in_its_month_and_in_no_other),
        cmocka_unit_test(december_is_hard_for_the_carrier),
        cmocka_unit_test(what_is_owed_is_paid_mostly_within_the_week),
    };
    return cmocka_run_group_tests(tests, tell, forget);
}
