#include "engine/grouping.h"

#include <stdlib.h>
#include <string.h>

/* -- lists -- */

void keyed_reserve(struct keyed_list *l, struct pages *pages, size_t more)
{
    size_t capacity = l->count + more;
    if (capacity > l->capacity) {
        capacity = capacity > l->capacity * 2 ? capacity : l->capacity * 2;
        l->items = pages_grown(pages, l->items, l->capacity * sizeof(*l->items),
                               l->count * sizeof(*l->items), capacity * sizeof(*l->items));
        l->capacity = capacity;
    }
}

void keyed_release(struct keyed_list *l, struct pages *pages)
{
    pages_give(pages, l->items, l->capacity * sizeof(*l->items));
    *l = (struct keyed_list){0};
}

/* -- buckets -- */

enum { TOUCHES_PER_BUCKET = 2048, BUCKET_BITS_MAX = 12 };

static size_t bucket_of(const struct grouping *g, uint32_t hash)
{
    return g->bucket_bits ? hash >> (32 - g->bucket_bits) : 0;
}

static void *zeroed(size_t count, size_t size)
{
    void *p = calloc(count + 1, size);
    if (!p) {
        abort();
    }
    return p;
}

/* By the upper bits of the hash; the order within a bucket stays. */
static void spread(struct grouping *g, const struct keyed_list *lists, size_t list_count)
{
    size_t *next = zeroed(g->bucket_count + 1, sizeof(*next));
    for (size_t l = 0; l < list_count; l++) {
        for (size_t i = 0; i < lists[l].count; i++) {
            next[bucket_of(g, lists[l].items[i].hash) + 1]++;
        }
    }
    for (size_t b = 0; b < g->bucket_count; b++) {
        g->bucket_most = next[b + 1] > g->bucket_most ? next[b + 1] : g->bucket_most;
        next[b + 1] += next[b];
    }
    memcpy(g->bucket_first, next, (g->bucket_count + 1) * sizeof(*next));
    for (size_t l = 0; l < list_count; l++) {
        for (size_t i = 0; i < lists[l].count; i++) {
            g->spread[next[bucket_of(g, lists[l].items[i].hash)]++] = lists[l].items[i];
        }
    }
    free(next);
}

struct grouping grouping_make(const struct keyed_list *lists, size_t list_count,
                              struct pages *pages)
{
    struct grouping g = {.slot_count = 16};
    for (size_t l = 0; l < list_count; l++) {
        g.count += lists[l].count;
    }
    while (g.bucket_bits < BUCKET_BITS_MAX && g.count >> g.bucket_bits > TOUCHES_PER_BUCKET) {
        g.bucket_bits++;
    }
    g.bucket_count = (size_t)1 << g.bucket_bits;
    g.bucket_first = zeroed(g.bucket_count + 1, sizeof(*g.bucket_first));
    g.spread = pages_take(pages, g.count * sizeof(*g.spread));
    spread(&g, lists, list_count);
    while (g.slot_count < g.bucket_most * 2) {
        g.slot_count *= 2;
    }
    g.ordered = zeroed(g.bucket_most, sizeof(*g.ordered));
    g.heads = zeroed(g.slot_count, sizeof(*g.heads));
    g.tails = zeroed(g.slot_count, sizeof(*g.tails));
    g.next = zeroed(g.bucket_most, sizeof(*g.next));
    return g;
}

void grouping_release(struct grouping *g, struct pages *pages)
{
    pages_give(pages, g->spread, g->count * sizeof(*g->spread));
    free(g->ordered);
    free(g->bucket_first);
    free(g->heads);
    free(g->tails);
    free(g->next);
}

/* -- chains -- */

/* Chains touches of equal hash in an open table; heads and next hold the place + 1, 0 ends. */
static void chain(struct grouping *g, const struct keyed *touches, size_t count)
{
    size_t mask = g->slot_count - 1;
    memset(g->heads, 0, g->slot_count * sizeof(*g->heads));
    for (uint32_t i = 0; i < count; i++) {
        uint32_t hash = touches[i].hash;
        size_t at = hash & mask;
        while (g->heads[at] && touches[g->heads[at] - 1].hash != hash) {
            at = (at + 1) & mask;
        }
        g->next[i] = 0;
        if (g->heads[at]) {
            g->next[g->tails[at]] = i + 1;
        } else {
            g->heads[at] = i + 1;
        }
        g->tails[at] = i;
    }
}

const struct keyed *grouping_take(struct grouping *g, size_t bucket, size_t *ret_count)
{
    const struct keyed *touches = g->spread + g->bucket_first[bucket];
    *ret_count = g->bucket_first[bucket + 1] - g->bucket_first[bucket];
    chain(g, touches, *ret_count);
    size_t at = 0;
    for (size_t s = 0; s < g->slot_count; s++) {
        for (uint32_t i = g->heads[s]; i; i = g->next[i - 1]) {
            g->ordered[at++] = touches[i - 1];
        }
    }
    return g->ordered;
}
