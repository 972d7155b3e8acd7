#include "stat/interval.h"

#include <assert.h>
#include <math.h>

void wilson(uint64_t k, uint64_t n, double *ret_low, double *ret_high)
{
    static const double z = 1.959964;
    assert(k <= n);
    if (n == 0) {
        *ret_low = 0;
        *ret_high = 1;
        return;
    }
    double count = (double)n, share = (double)k / count;
    double spread = 1 + z * z / count;
    double centre = (share + z * z / (2 * count)) / spread;
    double half = z * sqrt(share * (1 - share) / count + z * z / (4 * count * count)) / spread;
    /* At the ends the bound is exact; rounding must not pass it. */
    *ret_low = k == 0 ? 0 : fmax(0, centre - half);
    *ret_high = k == n ? 1 : fmin(1, centre + half);
}

static double share(uint64_t k, uint64_t n)
{
    return n ? (double)k / (double)n : 0.5;
}

void newcombe(uint64_t k1, uint64_t n1, uint64_t k2, uint64_t n2, double *ret_low, double *ret_high)
{
    double low1, high1, low2, high2;
    wilson(k1, n1, &low1, &high1);
    wilson(k2, n2, &low2, &high2);
    double p1 = share(k1, n1), p2 = share(k2, n2);
    *ret_low = p2 - p1 - hypot(p2 - low2, high1 - p1);
    *ret_high = p2 - p1 + hypot(high2 - p2, p1 - low1);
}
