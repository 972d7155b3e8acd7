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
