/* What the engine is trained by before it is compiled for release (cmake/pgo.cmake): thirteen
 * months of the demo's shop, replayed and then taken touch by touch as a server does. Nothing is
 * printed; a fault ends it. */
#include "engine/replay.h"
#include "feature/demo/demo.h"

#include <stdio.h>
#include <stdlib.h>

enum { MOST = 1 << 18, FOLDS = 1 << 18 /* places for keys of all lanes */, SAVED_EVERY = 4 };
#define BEGIN_US (INT64_C(1735700400) * 1000000) /* midnight of 2025-01-01 in the shop's zone */
#define END_US (BEGIN_US + 396 * DAY_US)

static void require(bool holds, const char *what)
{
    if (!holds) {
        fprintf(stderr, "train_engine: %s\n", what);
        exit(1);
    }
}

struct training {
    struct arena arena;
    const struct plan *plan;
    struct touch *touches;
    size_t count;
};

static void compile(struct training *t)
{
    struct diagnostics diagnostics = {0};
    struct err_info info = {0};
    const struct code *code = code_parse(&t->arena, demo_code(), &diagnostics);
    struct plan *plan;
    require(diagnostics.errors == 0, "the shop's Code is wrong");
    require(!plan_compile(&t->arena, &code, 1, NULL, NULL, &plan, &info), info.text);
    t->plan = plan;
}

static void tell(struct training *t)
{
    struct demo *demo = demo_new(DEMO_SEED, BEGIN_US);
    struct touch next;
    t->touches = ARENA_ARRAY(&t->arena, struct touch, MOST);
    while (t->count < MOST && demo_next(demo, END_US, &next)) {
        t->touches[t->count++] = touch_copy(&t->arena, &next);
    }
    demo_free(demo);
    require(t->count > 10000, "the shop has no story");
}

/* -- replayed -- */

static void hear(void *context, const struct entry *e)
{
    *(uint64_t *)context += e->kind;
}

static void hear_obligation(void *context, const struct obligation *o)
{
    *(uint64_t *)context += o->state;
}

static void replay(struct training *t, bool all_at_once, bool heard)
{
    struct replay *r = replay_new(t->plan);
    struct promise_result *results;
    uint64_t sum = 0;
    const struct sink sink = {.context = &sum, .entry = hear};
    struct replay_options options = {.until_us = END_US};
    if (heard) {
        options.sink = &sink;
        options.each = hear_obligation;
        options.each_context = &sum;
    }
    if (all_at_once) {
        replay_add_all(r, t->touches, t->count);
    }
    for (size_t i = 0; i < t->count && !all_at_once; i++) {
        replay_add(r, &t->touches[i]);
    }
    require(!replay_run(r, &options, &t->arena, &results, NULL), "the replay fails");
    require(!heard || sum, "nobody heard of anything");
    replay_free(r);
}

/* -- live -- */

struct live {
    const struct training *training;
    struct world *world;
    struct fold **folds;
    struct sink sink;
    uint64_t heard;
    struct buf saved;
};

static struct fold *fold_of(struct live *l, size_t lane, struct text key)
{
    size_t at = (text_hash(key) + lane * 31) % FOLDS;
    if (!l->folds[at]) {
        l->folds[at] = fold_new(l->training->plan, lane, key, l->world);
    }
    return l->folds[at]; /* the few keys that share a place make one: this only trains */
}

static void take(struct live *l, size_t number, struct arena *arena)
{
    const struct plan *plan = l->training->plan;
    const struct bound *b = plan_bind(plan, &l->training->touches[number], false, arena);
    struct text key;
    if (b && bound_is_anywhere(b)) {
        world_add(l->world, b);
    }
    for (size_t lane = 0; b && lane < plan_lane_count(plan); lane++) {
        if (!bound_key(b, lane, &key)) {
            continue;
        }
        struct fold *f = fold_of(l, lane, key);
        if (number % SAVED_EVERY == 0) {
            buf_clear(&l->saved);
            fold_save(f, &l->saved);
            require(!fold_load(f, buf_text(&l->saved), NULL), "a state is not read again");
        }
        fold_touch(f, b, &l->sink);
    }
}

static void live(const struct training *t)
{
    struct arena arena = {0};
    struct live l = {.training = t, .world = world_new(t->plan)};
    l.folds = calloc(FOLDS, sizeof(struct fold *));
    require(l.folds, "no memory");
    l.sink = (struct sink){.context = &l.heard, .entry = hear};
    for (size_t i = 0; i < t->count; i++) {
        arena_clear(&arena);
        take(&l, i, &arena);
    }
    for (size_t i = 0; i < FOLDS; i++) {
        if (l.folds[i]) {
            fold_advance(l.folds[i], END_US, &l.sink);
        }
        fold_free(l.folds[i]);
    }
    require(l.heard, "nothing happened");
    free(l.folds);
    world_free(l.world);
    buf_release(&l.saved);
    arena_release(&arena);
}

int main(void)
{
    struct training t = {0};
    compile(&t);
    tell(&t);
    for (int pass = 0; pass < 4; pass++) {
        replay(&t, pass != 3, pass == 2);
    }
    live(&t);
    arena_release(&t.arena);
    return 0;
}
