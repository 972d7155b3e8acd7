/* Inside the engine only: which touches were seen, by source and id. */
#ifndef TROTH_ENGINE_SEEN_H
#define TROTH_ENGINE_SEEN_H

#include "base/pages.h"
#include "engine/plan.h"

/* Open addressing, a slot found by the upper bits of the hash: when the table doubles, slots keep
 * their order, so growing runs through memory once instead of jumping about. */
struct seen_slot {
    uint32_t tag;   /* upper half of the hash */
    uint32_t place; /* of the touch, + 1; 0: free */
};
struct seen {
    struct seen_slot *slots;
    size_t count;
    unsigned bits;
};

void seen_release(struct seen *s, struct pages *pages);
/* Makes room for so many more. */
void seen_reserve(struct seen *s, struct pages *pages, size_t more);
/* Calls its slot into the cache, once there is room: seen_add() soon after need not wait. */
static inline void seen_expect(const struct seen *s, uint64_t hash)
{
    __builtin_prefetch(&s->slots[hash >> (64 - s->bits)], 1);
}
uint64_t seen_hash(struct text source, struct text id);
/* False if touches[0, count) holds it already; else it is remembered as touches[count]. */
bool seen_add(struct seen *s, uint64_t hash, struct bound *const *touches, size_t count,
              const struct bound *b);

#endif
