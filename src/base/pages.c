#include "base/pages.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { HUGE_PAGE = 2 << 20 };

/* A place that begins with a huge page cannot be asked for: more is taken, and the ends given back.
 */
static void *map_aligned(size_t size)
{
    char *room =
        mmap(NULL, size + HUGE_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (room == MAP_FAILED) {
        abort();
    }
    size_t before = (HUGE_PAGE - (uintptr_t)room % HUGE_PAGE) % HUGE_PAGE;
    if (before) {
        munmap(room, before);
    }
    if (before < HUGE_PAGE) {
        munmap(room + before + size, HUGE_PAGE - before);
    }
    madvise(room + before, size, MADV_HUGEPAGE); /* as good as it gets */
    return room + before;
}

static size_t rounded(size_t size)
{
    return (size + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
}

/* Stands at the beginning of what was given back. */
struct pages_spare {
    struct pages_spare *next;
    size_t size;
};

void pages_release(struct pages *p)
{
    while (p->spares) {
        struct pages_spare *spare = p->spares;
        p->spares = spare->next;
        munmap(spare, spare->size);
    }
}

static void put_spare(struct pages *p, void *room, size_t size)
{
    struct pages_spare *spare = room;
    *spare = (struct pages_spare){p->spares, size};
    p->spares = spare;
}

/* The smallest that is large enough; what it has too much stays. NULL: none. */
static void *take_spare(struct pages *p, size_t size)
{
    struct pages_spare **best = NULL;
    for (struct pages_spare **s = &p->spares; *s; s = &(*s)->next) {
        best = (*s)->size >= size && (!best || (*s)->size < (*best)->size) ? s : best;
    }
    if (!best) {
        return NULL;
    }
    struct pages_spare *spare = *best;
    *best = spare->next;
    if (spare->size > size) {
        put_spare(p, (char *)spare + size, spare->size - size);
    }
    return spare;
}

void *pages_take(struct pages *p, size_t size)
{
    if (size > SIZE_MAX / 2) {
        abort();
    }
    if (size >= HUGE_PAGE) {
        void *spare = take_spare(p, rounded(size));
        return spare ? spare : map_aligned(rounded(size));
    }
    void *room = malloc(size + (size == 0));
    if (!room) {
        abort();
    }
    return room;
}

void pages_give(struct pages *p, void *room, size_t size)
{
    if (room && size >= HUGE_PAGE) {
        put_spare(p, room, rounded(size));
    } else {
        free(room);
    }
}

void *pages_grown(struct pages *p, void *room, size_t size, size_t used, size_t new_size)
{
    void *grown = pages_take(p, new_size);
    if (used) {
        memcpy(grown, room, used);
    }
    pages_give(p, room, size);
    return grown;
}
