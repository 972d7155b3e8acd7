/* Symbols: names numbered in the order in which they come. */
#include "engine/name_hash.h"
#include "engine/plan.h"

static void symbols_rehash(struct symbols *n, struct arena *a)
{
    n->slot_count = n->slot_count ? n->slot_count * 2 : 64;
    n->slots = ARENA_ARRAY(a, uint32_t, n->slot_count);
    for (uint32_t i = 0; i < n->count; i++) {
        uint32_t at = (uint32_t)name_hash(n->texts[i], 0) & (n->slot_count - 1);
        while (n->slots[at]) {
            at = (at + 1) & (n->slot_count - 1);
        }
        n->slots[at] = i + 1;
    }
}

uint32_t symbols_find(const struct symbols *n, struct text t)
{
    if (!n->slot_count) {
        return NAME_NONE;
    }
    uint32_t at = (uint32_t)name_hash(t, 0) & (n->slot_count - 1);
    while (n->slots[at]) {
        if (text_eq(n->texts[n->slots[at] - 1], t)) {
            return n->slots[at] - 1;
        }
        at = (at + 1) & (n->slot_count - 1);
    }
    return NAME_NONE;
}

uint32_t symbols_add(struct symbols *n, struct arena *a, struct text t)
{
    uint32_t found = symbols_find(n, t);
    if (found != NAME_NONE) {
        return found;
    }
    if (n->count == n->capacity) {
        uint32_t capacity = n->capacity ? n->capacity * 2 : 32;
        n->texts = arena_grow(a, n->texts, n->count, capacity, sizeof(*n->texts));
        n->capacity = capacity;
    }
    n->texts[n->count++] = t;
    if (n->count * 2 > n->slot_count) {
        symbols_rehash(n, a);
    } else {
        uint32_t at = (uint32_t)name_hash(t, 0) & (n->slot_count - 1);
        while (n->slots[at]) {
            at = (at + 1) & (n->slot_count - 1);
        }
        n->slots[at] = n->count;
    }
    return n->count - 1;
}
