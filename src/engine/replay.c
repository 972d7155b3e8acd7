/* Replay: taking touches. They are bound as they come, laid into drawers by their key in the most
 * important lane, and noted under the hash of their key in the others while they are warm. */
#include "engine/replay.h"
#include "engine/replay_part.h"

#include <stdlib.h>

/* -- life -- */

static bool is_own(uint32_t field)
{
    return field >= FIELD_OWN && field < FIELD_TEXTS;
}

/* The lane with the most promises of those whose key is a text of the touch itself. */
static size_t lane_for_drawers(const struct plan *p)
{
    size_t best = p->lane_count;
    for (size_t l = 0; l < p->lane_count; l++) {
        if (is_own(p->lanes[l].key_field) &&
            (best == p->lane_count || p->lanes[l].promise_count > p->lanes[best].promise_count)) {
            best = l;
        }
    }
    return best;
}

struct replay *replay_new(const struct plan *p)
{
    struct replay *r = calloc(1, sizeof(*r));
    if (!r || !(r->lanes = calloc(p->lane_count + 1, sizeof(*r->lanes)))) {
        abort();
    }
    r->plan = p;
    r->drawer_lane = lane_for_drawers(p);
    for (size_t l = 0; l < p->lane_count; l++) {
        r->listed_lanes |= l == r->drawer_lane ? 0 : bound_lane_bit(l);
    }
    r->who = who_new();
    r->last_us = MOMENT_BEFORE_ALL;
    return r;
}

void replay_clear(struct replay *r)
{
    for (size_t l = 0; l < r->plan->lane_count; l++) {
        keyed_release(&r->lanes[l], &r->pages);
    }
    keyed_release(&r->threads, &r->pages);
    seen_release(&r->seen, &r->pages);
    pages_give(&r->pages, r->touches, r->capacity * sizeof(*r->touches));
    r->touches = NULL;
    r->count = r->capacity = 0;
    drawers_release(&r->drawers, &r->pages);
    shapes_release(&r->shapes);
    world_free(r->world);
    r->world = NULL;
    memo_release(&r->memo);
    who_free(r->who);
    r->who = who_new();
    r->threads_known = false;
    r->last_us = MOMENT_BEFORE_ALL;
}

void replay_free(struct replay *r)
{
    if (r) {
        replay_clear(r);
        pages_release(&r->pages);
        free(r->lanes);
        who_free(r->who);
        free(r);
    }
}

/* -- taking touches -- */

void replay_note_keys(struct replay *r, const struct bound *b, size_t number, size_t but_lane)
{
    struct text key;
    for (size_t l = 0; b->shape->lanes && l < r->plan->lane_count; l++) {
        if (l != but_lane && bound_key_perhaps(b, l, &key)) {
            keyed_add(&r->lanes[l], &r->pages, key, number);
        }
    }
    if (r->plan->uses_opens_thread && bound_text(b, FIELD_THREAD).len) {
        keyed_add(&r->threads, &r->pages, bound_text(b, FIELD_THREAD), number);
    }
}

static void make_room(struct replay *r, size_t capacity)
{
    if (capacity > r->capacity) {
        capacity = capacity > r->capacity * 2 ? capacity : r->capacity * 2;
        r->touches = pages_grown(&r->pages, r->touches, r->capacity * sizeof(*r->touches),
                                 r->count * sizeof(*r->touches), capacity * sizeof(*r->touches));
        r->capacity = capacity;
    }
}

struct place { /* where a touch is to lie */
    struct replay *replay;
    struct drawer *drawer;
};

static void *room(void *context, size_t size)
{
    const struct place *at = context;
    return drawer_room(&at->replay->drawers, at->drawer, &at->replay->pages, size);
}

/* Under which it is laid into a drawer. */
static inline uint32_t drawer_hash(const struct replay *r, const struct touch *t)
{
    if (r->drawer_lane == r->plan->lane_count) {
        return 0;
    }
    uint32_t field = r->plan->lanes[r->drawer_lane].key_field;
    return keyed_hash(field == FIELD_THREAD     ? t->thread
                      : field == FIELD_CUSTOMER ? t->customer
                                                : t->id);
}

struct expected { /* hashes of a touch that is soon to be taken */
    uint64_t seen;
    uint32_t drawer;
};

/* Calls in where it will be looked up and laid. */
static inline struct expected expect(const struct replay *r, const struct touch *t)
{
    struct expected e = {seen_hash(t->source, t->id), drawer_hash(r, t)};
    seen_expect(&r->seen, e.seen);
    const char *next = drawer_of(&r->drawers, e.drawer)->next;
    __builtin_prefetch(next, 1);
    __builtin_prefetch(next + 64, 1);
    return e;
}

static inline bool add(struct replay *r, const struct touch *t, struct expected expected,
                       struct twins *twins)
{
    struct place at = {r, drawer_of(&r->drawers, expected.drawer)};
    struct bound *b = bind_touch(r->plan, t, false, &r->shapes, twins, room, &at);
    if (!seen_add(&r->seen, expected.seen, r->touches, r->count, b)) {
        return false;
    }
    drawer_keep(at.drawer, b);
    if (r->count == r->capacity) {
        make_room(r, r->capacity ? r->capacity * 2 : 1024);
    }
    r->touches[r->count] = b;
    if (b->shape->lanes & r->listed_lanes || r->plan->uses_opens_thread) {
        replay_note_keys(r, b, r->count, r->drawer_lane);
    }
    r->count++;
    if (b->shape->is_about_keys) {
        who_note(r->who, t);
    }
    r->last_us = t->occurred_us > r->last_us ? t->occurred_us : r->last_us;
    r->threads_known = false;
    return true;
}

bool replay_add(struct replay *r, const struct touch *t)
{
    drawers_open(&r->drawers);
    seen_reserve(&r->seen, &r->pages, 1);
    return add(r, t, expect(r, t), NULL);
}

/* What a touch points to lies anywhere in memory, and so does its place among those seen: both are
 * called in some touches before it is taken, a touch at a time, as a processor can wait for a dozen
 * lines or two and no more. */
enum { TOUCHES_AHEAD = 64, TEXTS_AHEAD = 32, SEEN_AHEAD = 16, LANES_RESERVED = 4 };

static inline void call_in(const struct touch *t)
{
    for (size_t i = 0; i < sizeof(*t); i += 64) {
        __builtin_prefetch((const char *)t + i);
    }
}

static inline void call_in_texts(const struct touch *t)
{
    __builtin_prefetch(t->id.ptr);
    __builtin_prefetch(t->thread.ptr);
    __builtin_prefetch(t->customer.ptr);
}

size_t replay_add_all(struct replay *r, const struct touch *touches, size_t count)
{
    size_t taken = 0;
    struct twins twins = {0};
    struct expected expected[SEEN_AHEAD] __attribute__((uninitialized));
    drawers_open(&r->drawers);
    make_room(r, r->count + count);
    seen_reserve(&r->seen, &r->pages, count);
    for (size_t l = 0; l < r->plan->lane_count && l < LANES_RESERVED; l++) {
        keyed_reserve(&r->lanes[l], &r->pages, l == r->drawer_lane ? 0 : count);
    }
    for (size_t i = 0; i < count && i < TEXTS_AHEAD; i++) {
        call_in_texts(&touches[i]);
    }
    for (size_t i = 0; i < count && i < SEEN_AHEAD; i++) {
        expected[i] = expect(r, &touches[i]);
    }
    for (size_t i = 0; i < count; i++) {
        struct expected now = expected[i % SEEN_AHEAD];
        if (i + TOUCHES_AHEAD < count) {
            call_in(&touches[i + TOUCHES_AHEAD]);
        }
        if (i + TEXTS_AHEAD < count) {
            call_in_texts(&touches[i + TEXTS_AHEAD]);
        }
        if (i + SEEN_AHEAD < count) {
            expected[i % SEEN_AHEAD] = expect(r, &touches[i + SEEN_AHEAD]);
        }
        taken += add(r, &touches[i], now, &twins);
    }
    return taken;
}
