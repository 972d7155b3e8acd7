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
    struct grouping g = {0};
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
    return g;
}

void grouping_release(struct grouping *g, struct pages *pages)
{
    pages_give(pages, g->spread, g->count * sizeof(*g->spread));
    free(g->bucket_first);
}

/* -- chains -- */

void chains_release(struct chains *c)
{
    free(c->ordered);
    free(c->heads);
    free(c->tails);
    free(c->next);
    *c = (struct chains){0};
}

static size_t make_room(struct chains *c, size_t count)
{
    size_t slots = 16;
    while (slots < count * 2) {
        slots *= 2;
    }
    if (count > c->capacity || slots > c->slot_capacity) {
        chains_release(c);
        c->capacity = slots / 2;
        c->slot_capacity = slots;
        c->ordered = zeroed(c->capacity, sizeof(*c->ordered));
        c->next = zeroed(c->capacity, sizeof(*c->next));
        c->heads = zeroed(slots, sizeof(*c->heads));
        c->tails = zeroed(slots, sizeof(*c->tails));
    }
    memset(c->heads, 0, slots * sizeof(*c->heads));
    return slots;
}

/* In an open table; heads and next hold the place + 1, 0 ends. */
static void chain(struct chains *c, size_t slots, const struct keyed *touches, size_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        uint32_t hash = touches[i].hash;
        size_t at = hash & (slots - 1);
        while (c->heads[at] && touches[c->heads[at] - 1].hash != hash) {
            at = (at + 1) & (slots - 1);
        }
        c->next[i] = 0;
        if (c->heads[at]) {
            c->next[c->tails[at]] = i + 1;
        } else {
            c->heads[at] = i + 1;
        }
        c->tails[at] = i;
    }
}

const struct keyed *chains_order(struct chains *c, const struct keyed *touches, size_t count)
{
    size_t slots = make_room(c, count), at = 0;
    chain(c, slots, touches, count);
    for (size_t s = 0; s < slots; s++) {
        for (uint32_t i = c->heads[s]; i; i = c->next[i - 1]) {
            c->ordered[at++] = touches[i - 1];
        }
    }
    return c->ordered;
}
