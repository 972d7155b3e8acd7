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
    r->drawer_field = r->drawer_lane < p->lane_count ? p->lanes[r->drawer_lane].key_field : 0;
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
    keys_release(&r->keys, &r->pages);
    shapes_release(&r->shapes);
    world_free(r->world);
    r->world = NULL;
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
        memo_release(&r->memo);
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

/* By which it is laid into a drawer; may be empty. */
static inline struct text drawer_key(const struct replay *r, const struct touch *t)
{
    switch (r->drawer_field) {
    case FIELD_THREAD:
        return t->thread;
    case FIELD_CUSTOMER:
        return t->customer;
    case FIELD_ID:
        return t->id;
    default:
        return (struct text){0}; /* no lane has such keys */
    }
}

/* Calls in where it will be looked up; returns the hash of its key. */
static inline uint64_t expect(struct replay *r, const struct touch *t)
{
    uint64_t hash = keys_hash(drawer_key(r, t));
    keys_expect_slot(&r->keys, hash);
    seen_expect(&r->seen, t->source, t->id);
    return hash;
}

/* more: how many are to follow it. */
static inline __attribute__((always_inline)) bool add(struct replay *r, const struct touch *t,
                                                      uint64_t hash, struct twins *twins,
                                                      size_t more)
{
    struct text text = drawer_key(r, t);
    struct drawer *drawer = r->drawers.items;
    uint32_t key = 0;
    if (text.len) {
        keys_reserve(&r->keys, &r->pages, text.len);
        key = keys_number(&r->keys, hash, text);
        drawers_open(&r->drawers, r->keys.count);
        drawer = &r->drawers.items[drawer_number(key)];
    }
    struct bound *b = drawer_room(&r->drawers, drawer, &r->pages, bound_size_of(t));
    bind_among(r->plan, t, &r->shapes, twins, b);
    if (!seen_add(&r->seen, &r->pages, r->touches, r->count, b, more)) {
        return false;
    }
    b->drawer_key = (uint8_t)(key % DRAWER_KEYS);
    drawer_keep(drawer, b);
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
_Static_assert(DRAWER_KEYS - 1 <= UINT8_MAX, "a byte tells the key in a drawer");

static void open_all(struct replay *r, size_t more)
{
    drawers_open(&r->drawers, r->keys.count);
    keys_reserve(&r->keys, &r->pages, 0);
    seen_reserve(&r->seen, &r->pages, more);
}

bool replay_add(struct replay *r, const struct touch *t)
{
    open_all(r, 1);
    return add(r, t, expect(r, t), NULL, 0);
}

/* What a touch points to lies anywhere in memory, and so does its place among those seen: both are
 * called in some touches before it is taken, a touch at a time, as a processor can wait for a dozen
 * lines or two and no more. */
enum {
    TOUCHES_AHEAD = 64,
    TEXTS_AHEAD = 32,
    KEYS_AHEAD = 16,
    RECORDS_AHEAD = 8,
    LANES_RESERVED = 4
};

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
    uint64_t hashes[KEYS_AHEAD] __attribute__((uninitialized));
    open_all(r, count);
    make_room(r, r->count + count);
    for (size_t l = 0; l < r->plan->lane_count && l < LANES_RESERVED; l++) {
        keyed_reserve(&r->lanes[l], &r->pages, l == r->drawer_lane ? 0 : count);
    }
    for (size_t i = 0; i < count && i < TEXTS_AHEAD; i++) {
        call_in_texts(&touches[i]);
    }
    for (size_t i = 0; i < count && i < KEYS_AHEAD; i++) {
        hashes[i] = expect(r, &touches[i]);
    }
    for (size_t i = 0; i < count; i++) {
        uint64_t hash = hashes[i % KEYS_AHEAD];
        if (i + TOUCHES_AHEAD < count) {
            call_in(&touches[i + TOUCHES_AHEAD]);
        }
        if (i + TEXTS_AHEAD < count) {
            call_in_texts(&touches[i + TEXTS_AHEAD]);
        }
        if (i + KEYS_AHEAD < count) {
            hashes[i % KEYS_AHEAD] = expect(r, &touches[i + KEYS_AHEAD]);
        }
        if (i + RECORDS_AHEAD < count) {
            keys_expect_record(&r->keys, hashes[(i + RECORDS_AHEAD) % KEYS_AHEAD]);
        }
        taken += add(r, &touches[i], hash, &twins, count - i - 1);
    }
    return taken;
}
