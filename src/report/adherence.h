/* Adherence: the share of promises kept among those decided. */
#ifndef TROTH_REPORT_ADHERENCE_H
#define TROTH_REPORT_ADHERENCE_H

#include <stdbool.h>
#include <stdint.h>

enum { TOO_FEW = 5 }; /* verdicts under which a share is not shown */

/* kept / (kept + broken), with Wilson's interval. */
struct adherence {
    uint64_t kept, n;
    double share, low, high; /* only if there are enough */
    bool is_enough;
};
struct adherence adherence_of(uint64_t kept, uint64_t broken);

#endif
