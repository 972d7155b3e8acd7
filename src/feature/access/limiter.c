#include "feature/access/limiter.h"

static const int64_t SECOND_NS = 1000000000;

bool limiter_admit(struct limiter *l, uint64_t sender, uint32_t rate, int64_t now_ns,
                   int64_t *ret_wait_ns)
{
    if (rate == 0) {
        return true;
    }
    _Atomic(int64_t) *place = &l->used_until_ns[sender % LIMITER_PLACES];
    int64_t step = SECOND_NS / rate, burst = LIMITER_BURST_S * SECOND_NS;
    int64_t used = atomic_load_explicit(place, memory_order_relaxed), next;
    do {
        next = (used > now_ns ? used : now_ns) + step;
        if (next - now_ns > burst) {
            *ret_wait_ns = next - now_ns - burst;
            return false;
        }
    } while (!atomic_compare_exchange_weak_explicit(place, &used, next, memory_order_relaxed,
                                                    memory_order_relaxed));
    return true;
}
