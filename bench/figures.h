/* What the programs of the bench measure with, and how they tell it to scripts/bench: one row a
 * line, its cells divided by tabs:
 *   name, value, unit, goal ("" or "5000000": at least; "<100": at most), beside (its name), value
 */
#ifndef TROTH_BENCH_FIGURES_H
#define TROTH_BENCH_FIGURES_H

#include <stdio.h>
#include <time.h>

/* Time of this process on the processor: others on the machine do not count. */
static inline double processor_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static inline void figure(const char *name, double value, const char *unit, const char *goal,
                          const char *beside, double beside_value)
{
    printf("%s\t%.6g\t%s\t%s\t%s\t%.6g\n", name, value, unit, goal, beside, beside_value);
    fflush(stdout);
}

#endif
