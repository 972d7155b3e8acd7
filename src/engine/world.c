#include "engine/plan.h"

#include <stdlib.h>
#include <string.h>

struct world {
    const struct plan *plan;
    struct arena arena;
    const struct bound **touches;
    size_t count, capacity;
    uint64_t *prefixes; /* of each: what it and all before it are, as one number */
};

struct world *world_new(const struct plan *p)
{
    struct world *w = calloc(1, sizeof(*w));
    if (!w) {
        abort();
    }
    w->plan = p;
    return w;
}

void world_free(struct world *w)
{
    if (w) {
        arena_release(&w->arena);
        free(w->touches);
        free(w->prefixes);
        free(w);
    }
}

/* The number that stands for what `before` stands for and then b. */
static uint64_t prefix_with(uint64_t before, const struct bound *b)
{
    uint64_t h = (before ^ text_hash(bound_text(b, FIELD_ID))) * UINT64_C(0x9e3779b97f4a7c15);
    h = (h ^ (h >> 29) ^ (uint64_t)b->occurred_us) * UINT64_C(0xbf58476d1ce4e5b9);
    h = (h ^ (h >> 32) ^ b->place) * UINT64_C(0x94d049bb133111eb);
    return h ^ (h >> 31);
}

bool world_add(struct world *w, const struct bound *b)
{
    if (w->count == w->capacity) {
        w->capacity = w->capacity ? w->capacity * 2 : 16;
        w->touches = realloc(w->touches, w->capacity * sizeof(*w->touches));
        w->prefixes = realloc(w->prefixes, w->capacity * sizeof(*w->prefixes));
        if (!w->touches || !w->prefixes) {
            abort();
        }
    }
    struct bound *copy = arena_alloc(&w->arena, b->size);
    memcpy(copy, b, b->size);
    size_t at = w->count++;
    bool late = at > 0 && bound_compare(w->touches[at - 1], copy) > 0;
    while (at > 0 && bound_compare(w->touches[at - 1], copy) > 0) {
        w->touches[at] = w->touches[at - 1];
        at--;
    }
    w->touches[at] = copy;
    for (; at < w->count; at++) {
        w->prefixes[at] = prefix_with(at ? w->prefixes[at - 1] : 0, w->touches[at]);
    }
    return late;
}

size_t world_count(const struct world *w)
{
    return w->count;
}

const struct bound *world_at(const struct world *w, size_t i)
{
    return w->touches[i];
}

uint64_t world_prefix(const struct world *w, size_t count)
{
    return w && count ? w->prefixes[count - 1] : 0;
}
