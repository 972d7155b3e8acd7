/* Intervals at 95 %, z = 1.959964. */
#ifndef TROTH_STAT_INTERVAL_H
#define TROTH_STAT_INTERVAL_H

#include <stdint.h>

/* Wilson's score interval of a share of k in n, as numbers from 0 to 1; k <= n. For n = 0 it is
 * everything: 0 to 1. */
void wilson(uint64_t k, uint64_t n, double *ret_low, double *ret_high);

/* The difference of two shares of independent samples, k2/n2 - k1/n1, by Newcombe's hybrid score
 * method; from -1 to 1. For an n of 0 that share may be anything. R. G. Newcombe, "Interval
 * estimation for the difference between independent proportions: comparison of eleven methods",
 * Statistics in Medicine 17 (1998) 873-890, method 10. */
void newcombe(uint64_t k1, uint64_t n1, uint64_t k2, uint64_t n2, double *ret_low,
              double *ret_high);

/* The same cases judged twice. */
struct pairs {
    uint64_t both;   /* yes by the first and the second */
    uint64_t lost;   /* yes by the first only */
    uint64_t gained; /* yes by the second only */
    uint64_t neither;
};
uint64_t pairs_count(struct pairs p);

/* The difference of the two shares of yes, (gained - lost) / n, from -1 to 1. What is judged by
 * both leans on itself, so the interval is much narrower than newcombe()'s: the terms of the score
 * intervals are joined with the correlation phi of the two judgements, which is taken smaller than
 * found (by n/2 in its numerator) and as 0 where a margin is empty. With nothing lost or gained the
 * interval still has a width, some 4/n: cases not seen may differ.
 * R. G. Newcombe, "Improved confidence intervals for the difference between binomial proportions
 * based on paired data", Statistics in Medicine 17 (1998) 2635-2650, method 10.
 * For no pairs it is -1 to 1. */
void newcombe_paired(struct pairs p, double *ret_low, double *ret_high);

#endif
