#include "engine/plan.h"

#include <stdlib.h>
#include <string.h>

struct world {
    const struct plan *plan;
    struct arena arena;
    const struct bound **touches;
    size_t count, capacity;
    uint64_t shifts; /* touches that came before others */
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
        free(w);
    }
}

bool world_add(struct world *w, const struct bound *b)
{
    if (w->count == w->capacity) {
        w->capacity = w->capacity ? w->capacity * 2 : 16;
        w->touches = realloc(w->touches, w->capacity * sizeof(*w->touches));
        if (!w->touches) {
            abort();
        }
    }
    struct bound *copy = arena_alloc(&w->arena, b->size);
    memcpy(copy, b, b->size);
    size_t at = w->count++;
    bool late = at > 0 && bound_compare(w->touches[at - 1], copy) > 0;
    w->shifts += late;
    while (at > 0 && bound_compare(w->touches[at - 1], copy) > 0) {
        w->touches[at] = w->touches[at - 1];
        at--;
    }
    w->touches[at] = copy;
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

uint64_t world_shifts(const struct world *w)
{
    return w ? w->shifts : 0;
}
