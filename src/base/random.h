/* Random numbers that are the same on every machine for the same seed: xoshiro256** (Blackman and
 * Vigna, "Scrambled Linear Pseudorandom Number Generators", 2021), seeded by SplitMix64. For
 * made-up data and tests, never for secrets. */
#ifndef TROTH_BASE_RANDOM_H
#define TROTH_BASE_RANDOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct random {
    uint64_t s[4];
};

struct random random_seeded(uint64_t seed);
uint64_t random_next(struct random *r);
/* Evenly 0 to bound - 1; bound > 0. */
uint64_t random_below(struct random *r, uint64_t bound);
/* Evenly low to high, both included. */
int64_t random_between(struct random *r, int64_t low, int64_t high);
/* True `ppm` times in a million. */
bool random_chance(struct random *r, int64_t ppm);
/* An index, as often as its weight says; the weights' sum > 0. */
size_t random_weighted(struct random *r, const uint32_t *weights, size_t count);

#endif
