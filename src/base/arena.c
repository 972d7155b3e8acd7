#include "base/arena.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGNMENT = 16, FIRST_BLOCK = 4096, LARGEST_BLOCK = 1 << 20 };

struct arena_block {
    struct arena_block *older;
    size_t size;
    _Alignas(ALIGNMENT) char bytes[];
};

static void free_blocks(struct arena_block *block)
{
    while (block) {
        struct arena_block *older = block->older;
        free(block);
        block = older;
    }
}

void arena_release(struct arena *a)
{
    free_blocks(a->block);
    *a = (struct arena){0};
}

void arena_clear(struct arena *a)
{
    if (!a->block) {
        return;
    }
    free_blocks(a->block->older);
    a->block->older = NULL;
    a->next = a->block->bytes;
    a->end = a->block->bytes + a->block->size;
    a->total = 0;
}

static void add_block(struct arena *a, size_t at_least)
{
    size_t size = a->block ? a->block->size * 2 : FIRST_BLOCK;
    if (size > LARGEST_BLOCK) {
        size = LARGEST_BLOCK;
    }
    if (size < at_least) {
        size = at_least;
    }
    struct arena_block *block = malloc(sizeof(*block) + size);
    if (!block) {
        abort();
    }
    block->older = a->block;
    block->size = size;
    a->block = block;
    a->next = block->bytes;
    a->end = block->bytes + size;
}

void *arena_alloc(struct arena *a, size_t size)
{
    if (size > SIZE_MAX / 2) {
        abort();
    }
    size_t rounded = (size + (size == 0) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if ((size_t)(a->end - a->next) < rounded) {
        add_block(a, rounded);
    }
    void *result = a->next;
    a->next += rounded;
    a->total += rounded;
    return memset(result, 0, rounded);
}

void *arena_alloc_array(struct arena *a, size_t count, size_t size)
{
    size_t total;
    if (__builtin_mul_overflow(count, size, &total)) {
        abort();
    }
    return arena_alloc(a, total);
}

void *arena_grow(struct arena *a, const void *old, size_t old_count, size_t new_count, size_t size)
{
    void *grown = arena_alloc_array(a, new_count, size);
    if (old_count) {
        memcpy(grown, old, old_count * size);
    }
    return grown;
}

struct text arena_text(struct arena *a, struct text t)
{
    char *copy = arena_alloc(a, t.len + 1);
    if (t.len) {
        memcpy(copy, t.ptr, t.len);
    }
    return (struct text){copy, t.len};
}

struct text arena_printf(struct arena *a, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    struct buf b CLEANUP(buf_release) = {0};
    buf_vaddf(&b, format, args);
    va_end(args);
    return arena_text(a, buf_text(&b));
}
