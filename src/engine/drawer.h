/* Inside the engine only: bound touches laid into drawers by the number of their key (keys.h), so
 * many keys a drawer. Touches of one key lie near each other although a million others came in
 * between; and as touches mostly come in the order of time, few drawers are open at any moment. */
#ifndef TROTH_ENGINE_DRAWER_H
#define TROTH_ENGINE_DRAWER_H

#include "base/pages.h"
#include "engine/plan.h"

enum { DRAWER_BITS = 6, DRAWER_KEYS = 1 << DRAWER_BITS };

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
    struct drawer *items;       /* the first is for touches without a key */
    size_t count, capacity;
};

/* Makes them ready for drawer_of() with keys below that number. */
void drawers_open_more(struct drawers *d, size_t keys);
static inline size_t drawer_number(uint32_t key)
{
    return (key >> DRAWER_BITS) + 1;
}
static inline void drawers_open(struct drawers *d, size_t keys)
{
    if (d->count < (keys + DRAWER_KEYS - 1) / DRAWER_KEYS + 1) {
        drawers_open_more(d, keys);
    }
}
void drawers_release(struct drawers *d, struct pages *pages);
void drawers_add_chunk(struct drawers *d, struct drawer *drawer, struct pages *pages,
                       size_t at_least);

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

/* The lines that its next touches will be written to are called in. */
static inline void drawer_keep(struct drawer *drawer, const struct bound *b)
{
    drawer->next += drawer_step(b); /* chunks hold a multiple of 8 */
    drawer->count++;
    __builtin_prefetch(drawer->next + 128, 1);
    __builtin_prefetch(drawer->next + 192, 1);
}

/* Its touches, in the order in which they were kept; returns how many. */
size_t drawer_list(const struct drawer *drawer, struct bound **out);

#endif
