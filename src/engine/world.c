#include "engine/plan.h"

#include <stdlib.h>
#include <string.h>

/* What one lane hears, in order. A touch that no promise of a lane hears anywhere is not there, or
 * the saved folds of the lane would be stale for nothing. */
struct world_lane {
    const struct bound **touches;
    size_t count, capacity;
    uint64_t *prefixes; /* of each: what it and all before it are, as one number */
};

struct world {
    size_t lane_count; /* its own: a world may be freed after its plan */
    struct arena arena;
    struct world_lane *lanes;
};

struct world *world_new(const struct plan *p)
{
    struct world *w = calloc(1, sizeof(*w));
    if (!w) {
        abort();
    }
    w->lane_count = p->lane_count;
    w->lanes = ARENA_ARRAY(&w->arena, struct world_lane, p->lane_count);
    return w;
}

void world_free(struct world *w)
{
    if (w) {
        for (size_t l = 0; l < w->lane_count; l++) {
            free(w->lanes[l].touches);
            free(w->lanes[l].prefixes);
        }
        arena_release(&w->arena);
        free(w);
    }
}

const struct world_lane *world_of_lane(const struct world *w, size_t lane)
{
    return &w->lanes[lane];
}

/* The number that stands for what `before` stands for and then b. */
static uint64_t prefix_with(uint64_t before, const struct bound *b)
{
    uint64_t h = (before ^ text_hash(bound_text(b, FIELD_ID))) * UINT64_C(0x9e3779b97f4a7c15);
    h = (h ^ (h >> 29) ^ (uint64_t)b->occurred_us) * UINT64_C(0xbf58476d1ce4e5b9);
    h = (h ^ (h >> 32) ^ b->place) * UINT64_C(0x94d049bb133111eb);
    /* Under other keys (a merge, a split) it may say another thing. */
    h = (h ^ text_hash(bound_text(b, FIELD_THREAD))) * UINT64_C(0x9e3779b97f4a7c15);
    h = (h ^ (h >> 29) ^ text_hash(bound_text(b, FIELD_CUSTOMER))) * UINT64_C(0xbf58476d1ce4e5b9);
    return h ^ (h >> 31);
}

static void insert(struct world_lane *l, const struct bound *b)
{
    if (l->count == l->capacity) {
        l->capacity = l->capacity ? l->capacity * 2 : 16;
        l->touches = realloc(l->touches, l->capacity * sizeof(*l->touches));
        l->prefixes = realloc(l->prefixes, l->capacity * sizeof(*l->prefixes));
        if (!l->touches || !l->prefixes) {
            abort();
        }
    }
    size_t at = l->count++;
    while (at > 0 && bound_compare(l->touches[at - 1], b) > 0) {
        l->touches[at] = l->touches[at - 1];
        at--;
    }
    l->touches[at] = b;
    for (; at < l->count; at++) {
        l->prefixes[at] = prefix_with(at ? l->prefixes[at - 1] : 0, l->touches[at]);
    }
}

void world_add(struct world *w, const struct bound *b)
{
    const struct bound *copy = NULL;
    for (size_t lane = 0; lane < w->lane_count; lane++) {
        if (!bound_is_anywhere_in(b, lane)) {
            continue;
        }
        if (!copy) {
            copy = bound_copy(&w->arena, b);
        }
        insert(&w->lanes[lane], copy);
    }
}

static void drop(struct world_lane *l, struct text source, struct text id)
{
    size_t kept = 0;
    for (size_t i = 0; i < l->count; i++) {
        const struct bound *b = l->touches[i];
        if (!text_eq(bound_text(b, FIELD_ID), id) ||
            !text_eq(bound_text(b, FIELD_SOURCE), source)) {
            l->touches[kept] = b;
            l->prefixes[kept] = prefix_with(kept ? l->prefixes[kept - 1] : 0, b);
            kept++;
        }
    }
    l->count = kept;
}

void world_remove(struct world *w, struct text source, struct text id)
{
    for (size_t lane = 0; lane < w->lane_count; lane++) {
        drop(&w->lanes[lane], source, id);
    }
}

size_t world_count(const struct world_lane *l)
{
    return l->count;
}

const struct bound *world_at(const struct world_lane *l, size_t i)
{
    return l->touches[i];
}

uint64_t world_prefix(const struct world_lane *l, size_t count)
{
    return l && count ? l->prefixes[count - 1] : 0;
}
