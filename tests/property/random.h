/* Random numbers that are the same for the same seed everywhere (splitmix64, Steele, Lea and Flood
 * 2014). */
#ifndef TROTH_TESTS_RANDOM_H
#define TROTH_TESTS_RANDOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct random {
    uint64_t state;
};

static inline uint64_t random_next(struct random *r)
{
    uint64_t z = r->state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* 0 to n - 1 */
static inline size_t random_below(struct random *r, size_t n)
{
    return (size_t)(random_next(r) % n);
}

static inline bool random_percent(struct random *r, unsigned percent)
{
    return random_below(r, 100) < percent;
}

#define RANDOM_PICK(r, list) ((list)[random_below((r), sizeof(list) / sizeof *(list))])

#endif
