/* Histogram: how often something took how long, in fixed classes as Prometheus wants them. Any
 * thread adds, any thread reads; a reading is near the truth, not a cut through it. */
#ifndef TROTH_BASE_HISTOGRAM_H
#define TROTH_BASE_HISTOGRAM_H

#include <stdatomic.h>
#include <stdint.h>

enum { HISTOGRAM_CLASSES = 15 }; /* the last: longer than all bounds */
extern const int64_t histogram_bounds_us[HISTOGRAM_CLASSES - 1];

struct histogram {
    atomic_uint_fast64_t counts[HISTOGRAM_CLASSES], sum_us;
};
struct histogram_figures {
    uint64_t counts[HISTOGRAM_CLASSES]; /* each class alone, not summed up */
    uint64_t sum_us;
};

void histogram_add(struct histogram *h, int64_t us);
/* Adds what h has to *to. */
void histogram_read(const struct histogram *h, struct histogram_figures *to);
uint64_t histogram_total(const struct histogram_figures *f);

#endif
