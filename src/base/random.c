#include "base/random.h"

#include <assert.h>

static uint64_t splitmix(uint64_t *state)
{
    *state += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t z = *state;
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

struct random random_seeded(uint64_t seed)
{
    struct random r;
    for (size_t i = 0; i < 4; i++) {
        r.s[i] = splitmix(&seed);
    }
    return r;
}

static uint64_t rotate_left(uint64_t x, unsigned by)
{
    return (x << by) | (x >> (64 - by));
}

uint64_t random_next(struct random *r)
{
    uint64_t result = rotate_left(r->s[1] * 5, 7) * 9;
    uint64_t t = r->s[1] << 17;
    r->s[2] ^= r->s[0];
    r->s[3] ^= r->s[1];
    r->s[1] ^= r->s[2];
    r->s[0] ^= r->s[3];
    r->s[2] ^= t;
    r->s[3] = rotate_left(r->s[3], 45);
    return result;
}

uint64_t random_below(struct random *r, uint64_t bound)
{
    assert(bound > 0);
    /* Draws below the largest multiple of bound only, so that none is favoured. */
    uint64_t unusable = (UINT64_MAX % bound + 1) % bound;
    uint64_t x;
    do {
        x = random_next(r);
    } while (x > UINT64_MAX - unusable);
    return x % bound;
}

int64_t random_between(struct random *r, int64_t low, int64_t high)
{
    assert(low <= high);
    return low + (int64_t)random_below(r, (uint64_t)(high - low) + 1);
}

bool random_chance(struct random *r, int64_t ppm)
{
    return (int64_t)random_below(r, 1000000) < ppm;
}

size_t random_weighted(struct random *r, const uint32_t *weights, size_t count)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += weights[i];
    }
    uint64_t x = random_below(r, sum);
    size_t i = 0;
    while (x >= weights[i]) {
        x -= weights[i++];
    }
    return i;
}
