#include "engine/drawer.h"

#include <stdlib.h>
#include <string.h>

/* A drawer begins small, as there are many; most of what is taken is then in large pieces. */
enum { CHUNK_FIRST = 256, CHUNK_MOST = 1 << 15, BLOCK_FIRST = 1 << 16, BLOCK_MOST = 1 << 25 };
enum { LIST_AHEAD = 1024 }; /* bytes */

struct drawer_block {
    struct drawer_block *older;
    size_t size;
    _Alignas(16) char bytes[];
};

void drawers_open_more(struct drawers *d, size_t keys)
{
    size_t count = (keys + DRAWER_KEYS - 1) / DRAWER_KEYS + 1;
    if (count > d->capacity) {
        d->capacity = count > d->capacity * 2 ? count : d->capacity * 2;
        d->items = reallocarray(d->items, d->capacity, sizeof(*d->items));
        if (!d->items) {
            abort();
        }
    }
    memset(d->items + d->count, 0, (count - d->count) * sizeof(*d->items));
    d->count = count;
}

void drawers_release(struct drawers *d, struct pages *pages)
{
    while (d->block) {
        struct drawer_block *older = d->block->older;
        pages_give(pages, d->block, d->block->size);
        d->block = older;
    }
    free(d->items);
    *d = (struct drawers){0};
}

static void add_block(struct drawers *d, struct pages *pages, size_t at_least)
{
    size_t size = d->block ? d->block->size * 2 : BLOCK_FIRST;
    size = size > BLOCK_MOST ? BLOCK_MOST : size;
    size = size < at_least + sizeof(struct drawer_block) ? at_least + sizeof(struct drawer_block)
                                                         : size;
    struct drawer_block *block = pages_take(pages, size);
    block->older = d->block;
    block->size = size;
    d->block = block;
    d->next = block->bytes;
    d->end = (char *)block + size;
}

void drawers_add_chunk(struct drawers *d, struct drawer *drawer, struct pages *pages,
                       size_t at_least)
{
    size_t had = drawer->newest ? (size_t)(drawer->end - (char *)drawer->newest) : 0;
    size_t size = had ? had * 2 : CHUNK_FIRST;
    size = size > CHUNK_MOST ? CHUNK_MOST : size;
    at_least = (at_least + sizeof(struct drawer_chunk) + 7) / 8 * 8;
    size = size < at_least ? at_least : size;
    if ((size_t)(d->end - d->next) < size) {
        add_block(d, pages, size);
    }
    struct drawer_chunk *chunk = (struct drawer_chunk *)(void *)d->next;
    d->next += size;
    chunk->newer = NULL;
    if (drawer->newest) {
        drawer->newest->end = drawer->next;
        drawer->newest->newer = chunk;
    } else {
        drawer->oldest = chunk;
    }
    drawer->newest = chunk;
    drawer->next = chunk->bytes;
    drawer->end = (char *)chunk + size;
}

size_t drawer_list(const struct drawer *drawer, struct bound **out)
{
    size_t count = 0;
    for (struct drawer_chunk *c = drawer->oldest; c; c = c->newer) {
        char *end = c->newer ? c->end : drawer->next;
        for (char *at = c->bytes; at < end; at += drawer_step(out[count++])) {
            __builtin_prefetch(at + LIST_AHEAD);
            out[count] = (struct bound *)(void *)at;
        }
    }
    return count;
}
