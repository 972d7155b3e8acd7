/* Pages: large stretches of memory straight from the system, in huge pages where it has them: much
 * faster than malloc() for what is big and reached at random. New memory costs more than anything
 * that is done with it, so a pool keeps what was given back for those who ask next. */
#ifndef TROTH_BASE_PAGES_H
#define TROTH_BASE_PAGES_H

#include <stddef.h>

/* For one thread. {0} is empty. */
struct pages {
    struct pages_spare *spares;
};

/* Everything that was given back, to the system. */
void pages_release(struct pages *p);
/* Holds anything: not zeroed. Aborts when out of memory. */
void *pages_take(struct pages *p, size_t size);
/* size: as it was taken. room NULL: nothing. */
void pages_give(struct pages *p, void *room, size_t size);
/* Taken anew with the first `used` bytes kept, and the old room given back. room NULL: new. */
void *pages_grown(struct pages *p, void *room, size_t size, size_t used, size_t new_size);

#endif
