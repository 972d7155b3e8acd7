/* Inside the engine only: a hash for tables in memory, eight bytes at a time. Differs between
 * machines of other byte order, so never stored (text_hash() is for that). */
#ifndef TROTH_ENGINE_NAME_HASH_H
#define TROTH_ENGINE_NAME_HASH_H

#include "base/text.h"

/* Both halves of the product carry what the factors hold. */
static inline uint64_t hash_fold(uint64_t a, uint64_t b)
{
    unsigned __int128 product = (unsigned __int128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline __attribute__((always_inline)) uint64_t hash_word(const char *from, size_t size)
{
    uint64_t word = 0;
    if (size == 8) {
        memcpy(&word, from, 8);
    } else if (size >= 4) { /* two halves that may overlap */
        uint32_t low, high;
        memcpy(&low, from, 4);
        memcpy(&high, from + size - 4, 4);
        word = (uint64_t)high << 32 | low;
    } else if (size) {
        word = (uint64_t)(unsigned char)from[0] | (uint64_t)(unsigned char)from[size / 2] << 8 |
               (uint64_t)(unsigned char)from[size - 1] << 16;
    }
    return word;
}

static inline uint64_t name_hash(struct text t, uint64_t seed)
{
    const uint64_t factor = UINT64_C(0x9e3779b97f4a7c15);
    uint64_t h = seed ^ (t.len * UINT64_C(0xd6e8feb86659fd93));
    if (t.len < 8) {
        return hash_fold(h ^ hash_word(t.ptr, t.len), factor) * factor;
    }
    const char *last = t.ptr + t.len - 8; /* may overlap what comes before */
    for (; t.ptr < last; t.ptr += 8) {
        h = hash_fold(h ^ hash_word(t.ptr, 8), factor);
    }
    return hash_fold(h ^ hash_word(last, 8), factor) * factor;
}

/* Like text_eq(), without a call for short texts. */
static inline __attribute__((always_inline)) bool text_same(struct text a, struct text b)
{
    if (a.len != b.len) {
        return false;
    }
    if (a.len > 16) {
        return memcmp(a.ptr, b.ptr, a.len) == 0;
    }
    if (a.len > 8) {
        return hash_word(a.ptr, 8) == hash_word(b.ptr, 8) &&
               hash_word(a.ptr + a.len - 8, 8) == hash_word(b.ptr + b.len - 8, 8);
    }
    return a.len < 4 ? a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0
                     : hash_word(a.ptr, a.len) == hash_word(b.ptr, b.len);
}

#endif
