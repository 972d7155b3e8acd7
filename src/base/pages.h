/* Pages: large stretches of zeroed memory straight from the system, in huge pages where it has
 * them: much faster than malloc() for what is big and reached at random. */
#ifndef TROTH_BASE_PAGES_H
#define TROTH_BASE_PAGES_H

#include <stddef.h>

/* Aborts when out of memory. */
void *pages_new(size_t size);
/* The first `used` bytes kept, the rest zeroed; may move. pages NULL: new. */
void *pages_grown(void *pages, size_t size, size_t used, size_t new_size);
void pages_free(void *pages, size_t size);

#endif
