/* The story that the replay figures are measured on: a Code of ten promises, and the touches of
 * many threads, ten a thread, spread over a year and interleaved in time order. Every touch meets
 * at least three of the promises. The same for the same number of threads on every machine. It lies
 * in huge pages: else half of what is measured is the processor looking up where the story lies. */
#ifndef TROTH_BENCH_STORY_H
#define TROTH_BENCH_STORY_H

#include "engine/touch.h"

#include <stdio.h>

enum { STORY_TOUCHES_PER_THREAD = 10 };

struct story {
    struct touch *touches;
    size_t count;
    char *names; /* what the touches point into */
};

extern const char story_code[];

struct story story_make(size_t threads);
void story_release(struct story *s);
/* One touch a line, as `troth replay` reads it. */
void story_write(const struct story *s, FILE *out);

#endif
