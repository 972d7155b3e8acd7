#include "base/histogram.h"

const int64_t histogram_bounds_us[HISTOGRAM_CLASSES - 1] = {
    500,    1000,   2500,   5000,    10000,   25000,   50000,
    100000, 250000, 500000, 1000000, 2500000, 5000000, 10000000};

void histogram_add(struct histogram *h, int64_t us)
{
    int class = 0;
    while (class < HISTOGRAM_CLASSES - 1 && us > histogram_bounds_us[class]) {
        class ++;
    }
    atomic_fetch_add_explicit(&h->counts[class], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&h->sum_us, us > 0 ? (uint64_t)us : 0, memory_order_relaxed);
}

void histogram_read(const struct histogram *h, struct histogram_figures *to)
{
    for (int i = 0; i < HISTOGRAM_CLASSES; i++) {
        to->counts[i] += atomic_load_explicit(&h->counts[i], memory_order_relaxed);
    }
    to->sum_us += atomic_load_explicit(&h->sum_us, memory_order_relaxed);
}

uint64_t histogram_total(const struct histogram_figures *f)
{
    uint64_t total = 0;
    for (int i = 0; i < HISTOGRAM_CLASSES; i++) {
        total += f->counts[i];
    }
    return total;
}
