/* Counts of verdicts, as pages show them. */
#ifndef TROTH_FEATURE_PAGE_TALLY_H
#define TROTH_FEATURE_PAGE_TALLY_H

#include <stddef.h>
#include <stdint.h>

enum { TALLY_LEAST_N = 5 }; /* under it, a share is "too few to say" */

struct tally {
    uint64_t kept, broken, excused;
};
struct tally_month {
    int32_t year, month; /* 1 to 12, in the Code's zone */
    struct tally tally;
};

static inline uint64_t tally_n(struct tally t)
{
    return t.kept + t.broken;
}

#endif
