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

uint64_t pairs_count(struct pairs p)
{
    return p.both + p.lost + p.gained + p.neither;
}

/* The correlation of the two judgements, corrected downwards for continuity. */
static double phi(struct pairs p)
{
    double both = (double)p.both, lost = (double)p.lost, gained = (double)p.gained;
    double neither = (double)p.neither, half = (both + lost + gained + neither) / 2;
    double margins = (both + lost) * (gained + neither) * (both + gained) * (lost + neither);
    double lean = both * neither - lost * gained;
    if (lean > 0) {
        lean = fmax(lean - half, 0);
    }
    return margins > 0 ? lean / sqrt(margins) : 0;
}

/* The third side of a triangle; never the root of a number that rounding made negative. */
static double joined(double a, double b, double correlation)
{
    return sqrt(fmax(0, a * a - 2 * correlation * a * b + b * b));
}

void newcombe_paired(struct pairs p, double *ret_low, double *ret_high)
{
    uint64_t n = pairs_count(p);
    if (n == 0) {
        *ret_low = -1;
        *ret_high = 1;
        return;
    }
    double low1, high1, low2, high2, correlation = phi(p);
    wilson(p.both + p.lost, n, &low1, &high1);
    wilson(p.both + p.gained, n, &low2, &high2);
    double p1 = share(p.both + p.lost, n), p2 = share(p.both + p.gained, n);
    *ret_low = fmax(-1, p2 - p1 - joined(p2 - low2, high1 - p1, correlation));
    *ret_high = fmin(1, p2 - p1 + joined(high2 - p2, p1 - low1, correlation));
}
