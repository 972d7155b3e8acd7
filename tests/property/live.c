#include "live.h"

#include "naive.h"

#include <stdlib.h>

struct waiting { /* a touch for one fold */
    const struct bound *bound;
    int64_t at_us;
    bool is_verdict;
    size_t rank;     /* of the promise that gave it */
    struct text key; /* under which it was given */
    size_t sequence;
};

struct place {
    size_t lane;
    struct text key;
    struct fold *fold;
    int64_t acted_us; /* of the latest touch given to it or entry told by it */
    struct waiting *waiting;
    size_t waiting_count, waiting_room;
};

struct live {
    const struct trial *trial;
    struct outcome *outcome;
    struct world *world;
    struct place **places;
    size_t place_count, place_room;
    const struct bound **heard_anywhere;
    size_t heard_count, heard_room;
    struct text threads[8];
    size_t thread_count;
    struct place *working; /* whose fold is at work */
    size_t sequence;
    int64_t now_us;
};

/* -- places -- */

static struct place *place_of(struct live *l, size_t lane, struct text key)
{
    for (size_t i = 0; i < l->place_count; i++) {
        if (l->places[i]->lane == lane && text_eq(l->places[i]->key, key)) {
            return l->places[i];
        }
    }
    if (l->place_count == l->place_room) {
        l->place_room = l->place_room ? 2 * l->place_room : 16;
        l->places = arena_grow(l->trial->arena, l->places, l->place_count, l->place_room,
                               sizeof(struct place *));
    }
    struct place *p = ARENA_NEW(l->trial->arena, struct place);
    *p = (struct place){
        .lane = lane, .key = arena_text(l->trial->arena, key), .acted_us = MOMENT_BEFORE_ALL};
    p->fold = fold_new(l->trial->plan, lane, p->key, l->world);
    l->places[l->place_count++] = p;
    return p;
}

static int order_of(const struct waiting *a, const struct waiting *b)
{
    if (a->at_us != b->at_us) {
        return a->at_us < b->at_us ? -1 : 1;
    }
    if (a->is_verdict != b->is_verdict) {
        return a->is_verdict ? 1 : -1;
    }
    if (a->rank != b->rank) {
        return a->rank < b->rank ? -1 : 1;
    }
    int order = text_compare(a->key, b->key);
    return order ? order : (a->sequence > b->sequence) - (a->sequence < b->sequence);
}

/* Kept in order, so that verdicts of one instant act as rule 7 says. */
static void put_by(struct live *l, struct place *p, struct waiting w)
{
    if (p->waiting_count == p->waiting_room) {
        p->waiting_room = p->waiting_room ? 2 * p->waiting_room : 16;
        p->waiting = arena_grow(l->trial->arena, p->waiting, p->waiting_count, p->waiting_room,
                                sizeof *p->waiting);
    }
    size_t i = p->waiting_count++;
    for (; i > 0 && order_of(&p->waiting[i - 1], &w) > 0; i--) {
        p->waiting[i] = p->waiting[i - 1];
    }
    p->waiting[i] = w;
}

/* -- verdict touches -- */

static struct touch *copy_touch(struct arena *arena, const struct touch *t)
{
    struct touch *copy = ARENA_NEW(arena, struct touch);
    *copy = *t;
    struct text *const texts[] = {&copy->source, &copy->id,       &copy->event,
                                  &copy->thread, &copy->customer, &copy->channel,
                                  &copy->person, &copy->role,     &copy->team};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        *texts[i] = arena_text(arena, *texts[i]);
    }
    struct attribute *attributes = ARENA_ARRAY(arena, struct attribute, t->attribute_count);
    for (size_t i = 0; i < t->attribute_count; i++) {
        attributes[i] = t->attributes[i];
        attributes[i].name = arena_text(arena, attributes[i].name);
        if (attributes[i].value.type == VALUE_TEXT) {
            attributes[i].value.text = arena_text(arena, attributes[i].value.text);
        }
    }
    copy->attributes = attributes;
    return copy;
}

static void remember_anywhere(struct live *l, const struct bound *b)
{
    if (l->heard_count == l->heard_room) {
        l->heard_room = l->heard_room ? 2 * l->heard_room : 16;
        l->heard_anywhere = arena_grow(l->trial->arena, l->heard_anywhere, l->heard_count,
                                       l->heard_room, sizeof(struct bound *));
    }
    l->heard_anywhere[l->heard_count++] = b;
    world_add(l->world, b);
}

static void take_derived(void *context, const struct touch *t)
{
    struct live *l = context;
    const struct trial *trial = l->trial;
    struct touch *copy = copy_touch(trial->arena, t);
    const struct bound *bound = plan_bind(trial->plan, copy, false, trial->arena);
    if (!bound) {
        return;
    }
    if (bound_is_anywhere(bound)) {
        remember_anywhere(l, bound);
    }
    struct text promise = touch_field(copy, TEXT("promise")).text;
    struct waiting w = {
        .bound = bound,
        .at_us = copy->occurred_us,
        .is_verdict = true,
        .rank = naive_rank(trial->arena, trial->codes, trial->code_count, promise),
        .key = touch_field(copy, TEXT("key")).text,
        .sequence = l->sequence++,
    };
    for (size_t lane = l->working->lane + 1; lane < plan_lane_count(trial->plan); lane++) {
        struct text key;
        if (bound_key(bound, lane, &key)) {
            put_by(l, place_of(l, lane, key), w);
        }
    }
}

static void has_acted(struct place *p, int64_t at_us)
{
    p->acted_us = at_us > p->acted_us ? at_us : p->acted_us;
}

static void take_entry(void *context, const struct entry *e)
{
    struct live *l = context;
    has_acted(l->working, e->at_us);
    outcome_take(l->outcome, e);
}

static void take_end(void *context, const struct obligation *o)
{
    struct live *l = context;
    outcome_take_obligation(l->outcome, o);
}

/* -- the clock -- */

static void fold_waiting(struct live *l, struct place *p, int64_t before_us)
{
    const struct sink sink = {.context = l, .entry = take_entry, .derived = take_derived};
    l->working = p;
    size_t taken = 0;
    for (; taken < p->waiting_count && p->waiting[taken].at_us < before_us; taken++) {
        if (!fold_touch(p->fold, p->waiting[taken].bound, &sink)) {
            outcome_went_wrong(l->outcome, "a touch in order was refused as late", "");
        }
        has_acted(p, p->waiting[taken].at_us);
    }
    for (size_t i = taken; i < p->waiting_count; i++) {
        p->waiting[i - taken] = p->waiting[i];
    }
    p->waiting_count -= taken;
}

void live_advance(struct live *l, int64_t now_us)
{
    const struct sink sink = {.context = l, .entry = take_entry, .derived = take_derived};
    for (size_t lane = 0; lane < plan_lane_count(l->trial->plan); lane++) {
        for (size_t i = 0; i < l->place_count; i++) {
            struct place *p = l->places[i];
            if (p->lane == lane) {
                fold_waiting(l, p, now_us);
                l->working = p;
                fold_advance(p->fold, now_us, &sink);
            }
        }
    }
    l->now_us = now_us > l->now_us ? now_us : l->now_us;
}

/* -- touches -- */

static bool opens_thread(struct live *l, const struct touch *t)
{
    for (size_t i = 0; i < l->thread_count; i++) {
        if (text_eq(l->threads[i], t->thread)) {
            return false;
        }
    }
    if (t->thread.len && l->thread_count < sizeof l->threads / sizeof *l->threads) {
        l->threads[l->thread_count++] = t->thread;
    }
    return t->thread.len > 0;
}

void live_give(struct live *l, const struct touch *t, bool at_once)
{
    const struct bound *bound = plan_bind(l->trial->plan, t, opens_thread(l, t), l->trial->arena);
    if (!bound) {
        return;
    }
    if (at_once) {
        live_advance(l, t->occurred_us); /* the verdicts before it come first */
    }
    if (bound_is_anywhere(bound)) {
        remember_anywhere(l, bound);
    }
    const struct sink sink = {.context = l, .entry = take_entry, .derived = take_derived};
    for (size_t lane = 0; lane < plan_lane_count(l->trial->plan); lane++) {
        struct text key;
        if (!bound_key(bound, lane, &key)) {
            continue;
        }
        struct place *p = place_of(l, lane, key);
        put_by(
            l, p,
            (struct waiting){.bound = bound, .at_us = t->occurred_us, .sequence = l->sequence++});
        /* Only outside touches of its instant stand before it, so it may be folded now. */
        while (at_once && p->waiting_count && !p->waiting[0].is_verdict &&
               p->waiting[0].at_us <= t->occurred_us) {
            l->working = p;
            if (!fold_touch(p->fold, p->waiting[0].bound, &sink)) {
                outcome_went_wrong(l->outcome, "a touch in order was refused as late", "");
            }
            has_acted(p, p->waiting[0].at_us);
            for (size_t i = 1; i < p->waiting_count; i++) {
                p->waiting[i - 1] = p->waiting[i];
            }
            p->waiting_count--;
        }
    }
}

bool live_refuses(struct live *l, const struct touch *t)
{
    const struct sink sink = {0};
    const struct bound *bound = plan_bind(l->trial->plan, t, false, l->trial->arena);
    bool refused = true;
    for (size_t i = 0; bound && i < l->place_count; i++) {
        struct place *p = l->places[i];
        struct text key;
        if (!bound_key(bound, p->lane, &key) || !text_eq(key, p->key) ||
            p->acted_us <= t->occurred_us) {
            continue;
        }
        struct buf before CLEANUP(buf_release) = {0}, after CLEANUP(buf_release) = {0};
        fold_save(p->fold, &before);
        refused = refused && !fold_touch(p->fold, bound, &sink);
        fold_save(p->fold, &after);
        refused = refused && text_eq(buf_text(&before), buf_text(&after));
    }
    return refused;
}

/* -- beginning and end -- */

struct live *live_new(const struct trial *t, struct outcome *outcome)
{
    struct live *l = ARENA_NEW(t->arena, struct live);
    *outcome = (struct outcome){.arena = t->arena, .plan = t->plan};
    *l = (struct live){
        .trial = t, .outcome = outcome, .world = world_new(t->plan), .now_us = MOMENT_BEFORE_ALL};
    return l;
}

void live_free(struct live *l)
{
    for (size_t i = 0; i < l->place_count; i++) {
        fold_each(l->places[i]->fold, take_end, l);
        fold_free(l->places[i]->fold);
    }
    world_free(l->world);
}

void live_restart(struct live *l)
{
    struct world *world = world_new(l->trial->plan);
    for (size_t i = 0; i < l->heard_count; i++) {
        world_add(world, l->heard_anywhere[i]);
    }
    for (size_t i = 0; i < l->place_count; i++) {
        struct place *p = l->places[i];
        struct buf saved CLEANUP(buf_release) = {0};
        struct err_info info = {0};
        fold_save(p->fold, &saved);
        fold_free(p->fold);
        p->fold = fold_new(l->trial->plan, p->lane, p->key, world);
        if (fold_load(p->fold, buf_text(&saved), &info) != ERR_NONE) {
            outcome_went_wrong(l->outcome, "a saved fold could not be loaded:", info.text);
        }
    }
    world_free(l->world);
    l->world = world;
}
