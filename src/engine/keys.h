/* Inside the engine only: keys by number, counted from 0 in the order in which they were first met.
 * Keys that begin near each other in time so have numbers near each other. */
#ifndef TROTH_ENGINE_KEYS_H
#define TROTH_ENGINE_KEYS_H

#include "base/pages.h"
#include "engine/name_hash.h"

struct key_record { /* follows the one of the key before it */
    uint32_t number, length;
    char characters[];
};
enum { RECORD_UNIT = 8 };

/* Open addressing, a slot found by the upper bits of the hash. */
struct keys_slot {
    uint32_t tag;   /* upper half of the hash */
    uint32_t place; /* of the record, in units; 0: free */
};
struct keys { /* {0} is empty */
    struct keys_slot *slots;
    char *records;
    size_t used, capacity;    /* bytes of the records */
    size_t count, count_most; /* before there are more slots */
    unsigned bits;
};

void keys_release(struct keys *k, struct pages *pages);
/* Makes room for one more of that length. */
void keys_grow(struct keys *k, struct pages *pages, size_t length);
static inline void keys_reserve(struct keys *k, struct pages *pages, size_t length)
{
    if (k->count >= k->count_most ||
        k->capacity - k->used < sizeof(struct key_record) + length + RECORD_UNIT) {
        keys_grow(k, pages, length);
    }
}

static inline const struct key_record *key_record(const struct keys *k, uint32_t place)
{
    return (const void *)(k->records + (size_t)place * RECORD_UNIT);
}

static inline uint64_t keys_hash(struct text key)
{
    return name_hash(key, 0);
}

/* Once there is room: calls the slot of a key into the cache, and later what it points to. */
static inline void keys_expect_slot(const struct keys *k, uint64_t hash)
{
    __builtin_prefetch(&k->slots[hash >> (64 - k->bits)]);
}
static inline void keys_expect_record(const struct keys *k, uint64_t hash)
{
    uint32_t tag = (uint32_t)(hash >> 32);
    size_t at = tag >> (32 - k->bits), mask = ((size_t)1 << k->bits) - 1;
    while (k->slots[at].place && k->slots[at].tag != tag) {
        at = (at + 1) & mask;
    }
    __builtin_prefetch(key_record(k, k->slots[at].place));
}

/* A key not met before: its slot is the one at which it was missed. */
uint32_t keys_put(struct keys *k, size_t slot, uint64_t hash, struct text key);

/* Its number, after keys_reserve(). */
static inline uint32_t keys_number(struct keys *k, uint64_t hash, struct text key)
{
    uint32_t tag = (uint32_t)(hash >> 32);
    size_t at = tag >> (32 - k->bits), mask = ((size_t)1 << k->bits) - 1;
    for (; k->slots[at].place; at = (at + 1) & mask) {
        const struct key_record *record = key_record(k, k->slots[at].place);
        if (k->slots[at].tag == tag &&
            text_same((struct text){record->characters, record->length}, key)) {
            return record->number;
        }
    }
    return keys_put(k, at, hash, key);
}

#endif
