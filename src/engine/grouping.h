/* Inside the engine only: touches gathered by key, in the order in which they were added. */
#ifndef TROTH_ENGINE_GROUPING_H
#define TROTH_ENGINE_GROUPING_H

#include "base/pages.h"
#include "engine/name_hash.h"

struct keyed { /* a touch under the hash of its key; different keys may have the same */
    uint32_t hash;
    uint32_t number; /* of the touch */
};

struct keyed_list {
    struct keyed *items;
    size_t count, capacity;
};

static inline uint32_t keyed_hash(struct text key)
{
    return (uint32_t)(name_hash(key, 0) >> 32);
}

void keyed_reserve(struct keyed_list *l, struct pages *pages, size_t more);
static inline void keyed_add(struct keyed_list *l, struct pages *pages, struct text key,
                             size_t number)
{
    if (l->count == l->capacity) {
        keyed_reserve(l, pages, l->capacity ? l->capacity : 256);
    }
    l->items[l->count++] = (struct keyed){keyed_hash(key), (uint32_t)number};
}
void keyed_release(struct keyed_list *l, struct pages *pages);

/* Brings touches of one hash together. {0} is empty. */
struct chains {
    struct keyed *ordered;
    uint32_t *heads, *tails, *next; /* of touches of equal hash */
    size_t capacity, slot_capacity;
};
void chains_release(struct chains *c);
/* The touches hash by hash, each in the order given. Valid until the next. */
const struct keyed *chains_order(struct chains *c, const struct keyed *touches, size_t count);

/* The same touches spread over buckets that fit in the processor's cache; within a bucket, keys of
 * one hash are brought together by chains_order(). */
struct grouping {
    struct keyed *spread;
    size_t *bucket_first; /* one more than there are buckets */
    size_t bucket_count;
    unsigned bucket_bits;
    size_t count;
    size_t bucket_most; /* touches of the largest bucket */
};

struct grouping grouping_make(const struct keyed_list *lists, size_t list_count,
                              struct pages *pages);
void grouping_release(struct grouping *g, struct pages *pages);
static inline const struct keyed *grouping_bucket(const struct grouping *g, size_t bucket,
                                                  size_t *ret_count)
{
    *ret_count = g->bucket_first[bucket + 1] - g->bucket_first[bucket];
    return g->spread + g->bucket_first[bucket];
}

#endif
