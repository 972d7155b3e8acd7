#include "engine/keys.h"

#include <string.h>

enum { FIRST_BITS = 8, FIRST_CAPACITY = 4096 };

static size_t slots_size(const struct keys *k)
{
    return k->slots ? sizeof(*k->slots) << k->bits : 0;
}

void keys_release(struct keys *k, struct pages *pages)
{
    pages_give(pages, k->slots, slots_size(k));
    pages_give(pages, k->records, k->capacity);
    *k = (struct keys){0};
}

static void put_slot(struct keys *k, struct keys_slot slot)
{
    size_t at = slot.tag >> (32 - k->bits), mask = ((size_t)1 << k->bits) - 1;
    while (k->slots[at].place) {
        at = (at + 1) & mask;
    }
    k->slots[at] = slot;
}

static void grow_slots(struct keys *k, struct pages *pages)
{
    struct keys_slot *old = k->slots;
    size_t old_size = slots_size(k), old_count = old_size / sizeof(*old);
    k->bits = old ? k->bits + 1 : FIRST_BITS;
    k->count_most = ((size_t)1 << k->bits) / 2;
    k->slots = pages_take(pages, sizeof(*k->slots) << k->bits);
    memset(k->slots, 0, slots_size(k));
    for (size_t i = 0; i < old_count; i++) {
        if (old[i].place) {
            put_slot(k, old[i]);
        }
    }
    pages_give(pages, old, old_size);
}

static size_t record_size(size_t length)
{
    return (sizeof(struct key_record) + length + RECORD_UNIT - 1) / RECORD_UNIT * RECORD_UNIT;
}

void keys_grow(struct keys *k, struct pages *pages, size_t length)
{
    if (k->count >= k->count_most) {
        grow_slots(k, pages);
    }
    size_t least = k->used + record_size(length) + RECORD_UNIT;
    if (k->capacity < least) {
        size_t capacity = k->capacity ? k->capacity * 2 : FIRST_CAPACITY;
        capacity = capacity < least ? least : capacity;
        k->records = pages_grown(pages, k->records, k->capacity, k->used, capacity);
        k->capacity = capacity;
        k->used = k->used ? k->used : RECORD_UNIT; /* place 0 is of none */
    }
}

uint32_t keys_put(struct keys *k, size_t slot, uint64_t hash, struct text key)
{
    struct key_record *record = (struct key_record *)(void *)(k->records + k->used);
    k->slots[slot] = (struct keys_slot){(uint32_t)(hash >> 32), (uint32_t)(k->used / RECORD_UNIT)};
    *record = (struct key_record){(uint32_t)k->count++, (uint32_t)key.len};
    memcpy(record->characters, key.ptr, key.len);
    k->used += record_size(key.len);
    return record->number;
}
