#include "engine/seen.h"

#include "engine/name_hash.h"

#include <string.h>

enum { FIRST_BITS = 8 };

static size_t seen_size(const struct seen *s)
{
    return s->slots ? sizeof(*s->slots) << s->bits : 0;
}

void seen_release(struct seen *s, struct pages *pages)
{
    pages_give(pages, s->slots, seen_size(s));
    *s = (struct seen){0};
}

uint64_t seen_hash(struct text source, struct text id)
{
    return name_hash(id, name_hash(source, 0));
}

static void put(struct seen *s, struct seen_slot slot)
{
    size_t at = slot.tag >> (32 - s->bits), mask = ((size_t)1 << s->bits) - 1;
    while (s->slots[at].place) {
        at = (at + 1) & mask;
    }
    s->slots[at] = slot;
}

void seen_reserve(struct seen *s, struct pages *pages, size_t more)
{
    unsigned bits = s->slots ? s->bits : FIRST_BITS;
    while (s->count + more > ((size_t)1 << bits) / 4 * 3) { /* at most three quarters full */
        bits++;
    }
    if (s->slots && bits == s->bits) {
        return;
    }
    struct seen old = *s;
    s->bits = bits;
    s->slots = pages_take(pages, sizeof(*s->slots) << bits);
    memset(s->slots, 0, sizeof(*s->slots) << bits);
    for (size_t i = 0; old.slots && i < (size_t)1 << old.bits; i++) {
        if (old.slots[i].place) {
            put(s, old.slots[i]);
        }
    }
    seen_release(&old, pages);
}

static bool is_same(const struct bound *a, const struct bound *b)
{
    return text_same(bound_text(a, FIELD_ID), bound_text(b, FIELD_ID)) &&
           text_same(bound_text(a, FIELD_SOURCE), bound_text(b, FIELD_SOURCE));
}

bool seen_add(struct seen *s, uint64_t hash, struct bound *const *touches, size_t count,
              const struct bound *b)
{
    uint32_t tag = (uint32_t)(hash >> 32);
    size_t at = tag >> (32 - s->bits), mask = ((size_t)1 << s->bits) - 1;
    for (; s->slots[at].place; at = (at + 1) & mask) {
        if (s->slots[at].tag == tag && is_same(touches[s->slots[at].place - 1], b)) {
            return false;
        }
    }
    s->slots[at] = (struct seen_slot){tag, (uint32_t)count + 1};
    s->count++;
    return true;
}
