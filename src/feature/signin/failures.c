#include "feature/signin/failures.h"

#include "base/moment.h"

uint32_t failures_count(struct failures *f, int64_t staff_id, int64_t now_us)
{
    uint64_t spread = (uint64_t)staff_id * UINT64_C(0x9e3779b97f4a7c15);
    /* The first place is of nobody's names alone. */
    size_t i = staff_id ? 1 + (size_t)(spread >> 32) % (FAILURE_PLACES - 1) : 0;
    if (now_us - f->places[i].since_us >= HOUR_US) {
        f->places[i].since_us = now_us;
        f->places[i].count = 0;
    }
    uint32_t count = ++f->places[i].count;
    return count & (count - 1) ? 0 : count;
}
