/* Inside the engine only: bound touches laid into drawers by the hash of their key. Those of one
 * key lie near each other, although a million others came in between: they are read again drawer by
 * drawer, each small enough for the processor's cache. */
#ifndef TROTH_ENGINE_DRAWER_H
#define TROTH_ENGINE_DRAWER_H

#include "base/pages.h"
#include "engine/plan.h"

enum { DRAWER_BITS = 10, DRAWERS = 1 << DRAWER_BITS };

struct drawer_chunk {
    struct drawer_chunk *newer;
    char *end; /* of what is kept in it, once there is a newer one */
    _Alignas(8) char bytes[];
};

struct drawer {
    char *next, *end; /* what is free of the newest chunk */
    struct drawer_chunk *oldest, *newest;
    size_t count;
};

struct drawers {
    struct drawer_block *block; /* memory for chunks; the newest */
    char *next, *end;           /* what is free of it */
    struct drawer *items;       /* DRAWERS; NULL: nothing was kept yet */
};

/* Makes them ready for drawer_of(). */
void drawers_open(struct drawers *d);
void drawers_release(struct drawers *d, struct pages *pages);
void drawers_add_chunk(struct drawers *d, struct drawer *drawer, struct pages *pages,
                       size_t at_least);

static inline struct drawer *drawer_of(const struct drawers *d, uint32_t hash)
{
    return &d->items[hash >> (32 - DRAWER_BITS)];
}

/* Room for a touch, taken for good by drawer_keep(). */
static inline void *drawer_room(struct drawers *d, struct drawer *drawer, struct pages *pages,
                                size_t size)
{
    if ((size_t)(drawer->end - drawer->next) < size) {
        drawers_add_chunk(d, drawer, pages, size);
    }
    return drawer->next;
}

static inline size_t drawer_step(const struct bound *b)
{
    return (bound_size(b) + 7) / 8 * 8;
}

static inline void drawer_keep(struct drawer *drawer, const struct bound *b)
{
    drawer->next += drawer_step(b); /* chunks hold a multiple of 8 */
    drawer->count++;
}

/* Its touches, in the order in which they were kept; returns how many. */
size_t drawer_list(const struct drawer *drawer, struct bound **out);

#endif
