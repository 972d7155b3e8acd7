/* Inside of this feature: which failed sign-ins the audit trail hears of. Of each account the
 * first, second, fourth, eighth, … within an hour, with how many there were; all names that are
 * nobody's count as one account. So guessing leaves its trace, and no flood of rows. In memory,
 * each server for itself; accounts that fall on one place of the table count together. */
#ifndef TROTH_FEATURE_SIGNIN_FAILURES_H
#define TROTH_FEATURE_SIGNIN_FAILURES_H

#include <stdint.h>

enum { FAILURE_PLACES = 1024 };
struct failures {
    struct {
        int64_t since_us;
        uint32_t count;
    } places[FAILURE_PLACES];
};

/* One more for that person (0: nobody's name). How many within the hour, or 0 where the trail need
 * not hear of it. */
uint32_t failures_count(struct failures *f, int64_t staff_id, int64_t now_us);

#endif
