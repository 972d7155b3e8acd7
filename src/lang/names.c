#include "lang/names.h"

static size_t slot_of(const struct names *n, struct text name)
{
    size_t slot = text_hash(name) & (n->slot_count - 1);
    while (n->slots[slot] && !text_eq(n->list[n->slots[slot] - 1], name)) {
        slot = (slot + 1) & (n->slot_count - 1);
    }
    return slot;
}

int names_look_up(const struct names *n, struct text name)
{
    if (n->count == 0) {
        return -1;
    }
    uint32_t place = n->slots[slot_of(n, name)];
    return place ? n->indexes[place - 1] : -1;
}

static void grow(struct arena *arena, struct names *n)
{
    size_t room = n->room ? n->room * 2 : 16;
    n->list = arena_grow(arena, n->list, n->count, room, sizeof(*n->list));
    n->indexes = arena_grow(arena, n->indexes, n->count, room, sizeof(*n->indexes));
    n->room = room;
    n->slot_count = room * 2; /* at most half full */
    n->slots = ARENA_ARRAY(arena, uint32_t, n->slot_count);
    for (size_t i = 0; i < n->count; i++) {
        n->slots[slot_of(n, n->list[i])] = (uint32_t)i + 1;
    }
}

void names_put(struct arena *arena, struct names *n, struct text name, int index)
{
    if (n->count == n->room) {
        grow(arena, n);
    }
    n->list[n->count] = name;
    n->indexes[n->count] = index;
    n->slots[slot_of(n, name)] = (uint32_t)++n->count;
}
