/* Intervals at 95 %, z = 1.959964. */
#ifndef TROTH_STAT_INTERVAL_H
#define TROTH_STAT_INTERVAL_H

#include <stdint.h>

/* Wilson's score interval of a share of k in n, as numbers from 0 to 1; k <= n. For n = 0 it is
 * everything: 0 to 1. */
void wilson(uint64_t k, uint64_t n, double *ret_low, double *ret_high);

/* The difference of two shares, k2/n2 - k1/n1, by Newcombe's hybrid score method; from -1 to 1. For
 * an n of 0 that share may be anything. */
void newcombe(uint64_t k1, uint64_t n1, uint64_t k2, uint64_t n2, double *ret_low,
              double *ret_high);

#endif
