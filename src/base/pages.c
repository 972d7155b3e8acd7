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

void *pages_new(size_t size)
{
    if (size > SIZE_MAX / 2) {
        abort();
    }
    if (size >= HUGE_PAGE) {
        return map_aligned(rounded(size));
    }
    void *room = calloc(1, size + (size == 0));
    if (!room) {
        abort();
    }
    return room;
}

void *pages_grown(void *pages, size_t size, size_t used, size_t new_size)
{
    void *room = pages_new(new_size);
    if (used) {
        memcpy(room, pages, used);
    }
    pages_free(pages, size);
    return room;
}

void pages_free(void *pages, size_t size)
{
    if (pages && size >= HUGE_PAGE) {
        munmap(pages, rounded(size));
    } else {
        free(pages);
    }
}
