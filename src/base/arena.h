/* Arena: memory for one request, job or compiled Code, freed whole. Not for threads to share.
 * Drawback: nothing in it can be freed singly, so loops that allocate want an arena of their own.
 */
#ifndef TROTH_BASE_ARENA_H
#define TROTH_BASE_ARENA_H

#include "base/text.h"

struct arena_block;
struct arena {
    struct arena_block *block; /* newest block */
    char *next, *end;
    size_t total; /* bytes handed out since the last clear */
};

void arena_release(struct arena *a); /* frees everything; the arena is empty and usable again */
void arena_clear(struct arena *a);   /* forgets everything but keeps one block for reuse */
/* Zeroed, aligned to 16. Aborts when out of memory. size 0 gives a unique non-NULL pointer. */
void *arena_alloc(struct arena *a, size_t size);
void *arena_alloc_array(struct arena *a, size_t count, size_t size); /* aborts on overflow */
/* Grows an array: returns room for new_count elements with the old ones copied (old may be NULL).
 */
void *arena_grow(struct arena *a, const void *old, size_t old_count, size_t new_count, size_t size);
/* A copy; terminated, so .ptr is also a C string. */
struct text arena_text(struct arena *a, struct text t);
struct text arena_printf(struct arena *a, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#define ARENA_NEW(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
#define ARENA_ARRAY(arena, type, count) ((type *)arena_alloc_array((arena), (count), sizeof(type)))

#endif
