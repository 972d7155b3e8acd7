/* The limiter: so many requests a second for each sender, with a burst of two seconds' worth. A
 * fixed table of instants, one a sender (ATM's generic cell rate algorithm: the instant until which
 * a sender has used up its share), free of locks.
 * Drawback: senders whose numbers fall on one place of the table share a budget. */
#ifndef TROTH_FEATURE_ACCESS_LIMITER_H
#define TROTH_FEATURE_ACCESS_LIMITER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum { LIMITER_PLACES = 16384, LIMITER_BURST_S = 2 };

struct limiter {
    _Atomic(int64_t) used_until_ns[LIMITER_PLACES];
};

/* now_ns: a monotonic clock. rate: a second; 0 lets everything through. False: too many; then
 * *ret_wait_ns tells how long to wait. */
bool limiter_admit(struct limiter *l, uint64_t sender, uint32_t rate, int64_t now_ns,
                   int64_t *ret_wait_ns);

#endif
