/* What the programs of the bench measure with. */
#ifndef TROTH_BENCH_FIGURES_H
#define TROTH_BENCH_FIGURES_H

#include <time.h>

/* Time of this process on the processor: others on the machine do not count. */
static inline double processor_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

#endif
