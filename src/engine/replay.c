/* Replay: taking touches. They are bound as they come, kept as blocks one after the other, and
 * noted under the hash of their key in each lane while they are warm. */
#include "engine/replay.h"
#include "engine/replay_part.h"

#include <stdlib.h>

/* -- memory -- */

struct replay_block {
    struct replay_block *older;
    size_t size;
    _Alignas(16) char bytes[];
};

enum { BLOCK_FIRST = 1 << 16, BLOCK_MOST = 1 << 25 };

static void add_block(struct replay *r, size_t at_least)
{
    size_t size = r->block ? r->block->size * 2 : BLOCK_FIRST;
    size = size > BLOCK_MOST ? BLOCK_MOST : size;
    size = size < at_least + sizeof(struct replay_block) ? at_least + sizeof(struct replay_block)
                                                         : size;
    struct replay_block *block = pages_take(&r->pages, size);
    block->older = r->block;
    block->size = size;
    r->block = block;
    r->next = block->bytes;
    r->end = (char *)block + size;
}

/* Taken for good by keep(). */
static void *room(void *context, size_t size)
{
    struct replay *r = context;
    if ((size_t)(r->end - r->next) < size) {
        add_block(r, size);
    }
    return r->next;
}

static void keep(struct replay *r, const struct bound *b)
{
    r->next += (bound_size(b) + 7) / 8 * 8;
    r->next = r->next > r->end ? r->end : r->next;
}

static void release_blocks(struct replay *r)
{
    while (r->block) {
        struct replay_block *older = r->block->older;
        pages_give(&r->pages, r->block, r->block->size);
        r->block = older;
    }
    r->next = r->end = NULL;
}

/* -- life -- */

struct replay *replay_new(const struct plan *p)
{
    struct replay *r = calloc(1, sizeof(*r));
    if (!r || !(r->lanes = calloc(p->lane_count + 1, sizeof(*r->lanes)))) {
        abort();
    }
    r->plan = p;
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
    release_blocks(r);
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

void replay_note_keys(struct replay *r, const struct bound *b, size_t number)
{
    struct text key;
    for (size_t l = 0; b->shape->lanes && l < r->plan->lane_count; l++) {
        uint32_t field = r->plan->lanes[l].key_field;
        bool is_own = field >= FIELD_OWN && field < FIELD_TEXTS;
        if (!(b->shape->lanes & bound_lane_bit(l))) {
            continue;
        }
        if (is_own) {
            key = bound_text(b, field);
        }
        if (is_own ? key.len != 0 : bound_key_perhaps(b, l, &key)) {
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

static void push(struct replay *r, struct bound *b)
{
    if (r->count == r->capacity) {
        make_room(r, r->capacity ? r->capacity * 2 : 1024);
    }
    r->touches[r->count++] = b;
}

static inline bool add(struct replay *r, const struct touch *t, uint64_t hash, struct twins *twins)
{
    struct bound *b = bind_touch(r->plan, t, false, &r->shapes, twins, room, r);
    if (!seen_add(&r->seen, hash, r->touches, r->count, b)) {
        return false;
    }
    keep(r, b);
    push(r, b);
    replay_note_keys(r, b, r->count - 1);
    if (b->shape->is_about_keys) {
        who_note(r->who, t);
    }
    r->last_us = t->occurred_us > r->last_us ? t->occurred_us : r->last_us;
    r->threads_known = false;
    return true;
}

bool replay_add(struct replay *r, const struct touch *t)
{
    uint64_t hash = seen_hash(t->source, t->id);
    seen_reserve(&r->seen, &r->pages, 1);
    seen_expect(&r->seen, hash);
    return add(r, t, hash, NULL);
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

static inline uint64_t expect(const struct seen *seen, const struct touch *t)
{
    uint64_t hash = seen_hash(t->source, t->id);
    seen_expect(seen, hash);
    return hash;
}

size_t replay_add_all(struct replay *r, const struct touch *touches, size_t count)
{
    size_t taken = 0;
    struct twins twins = {0};
    uint64_t hashes[SEEN_AHEAD] __attribute__((uninitialized));
    make_room(r, r->count + count);
    seen_reserve(&r->seen, &r->pages, count);
    for (size_t l = 0; l < r->plan->lane_count && l < LANES_RESERVED; l++) {
        keyed_reserve(&r->lanes[l], &r->pages, count);
    }
    for (size_t i = 0; i < count && i < TEXTS_AHEAD; i++) {
        call_in_texts(&touches[i]);
    }
    for (size_t i = 0; i < count && i < SEEN_AHEAD; i++) {
        hashes[i] = expect(&r->seen, &touches[i]);
    }
    for (size_t i = 0; i < count; i++) {
        uint64_t hash = hashes[i % SEEN_AHEAD];
        if (i + TOUCHES_AHEAD < count) {
            call_in(&touches[i + TOUCHES_AHEAD]);
        }
        if (i + TEXTS_AHEAD < count) {
            call_in_texts(&touches[i + TEXTS_AHEAD]);
        }
        if (i + SEEN_AHEAD < count) {
            hashes[i % SEEN_AHEAD] = expect(&r->seen, &touches[i + SEEN_AHEAD]);
        }
        taken += add(r, &touches[i], hash, &twins);
    }
    return taken;
}
