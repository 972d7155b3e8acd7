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

static void make_room(struct seen *s, struct pages *pages, size_t more)
{
    unsigned bits = s->slots ? s->bits : FIRST_BITS;
    while (s->count + more > ((size_t)1 << bits) / 4 * 3) { /* at most three quarters full */
        bits++;
    }
    if (s->slots && bits == s->bits) {
        return;
    }
    struct seen_slot *old = s->slots;
    size_t old_size = seen_size(s), old_count = old_size / sizeof(*old);
    s->bits = bits;
    s->slots = pages_take(pages, sizeof(*s->slots) << bits);
    memset(s->slots, 0, sizeof(*s->slots) << bits);
    for (size_t i = 0; i < old_count; i++) {
        if (old[i].place) {
            put(s, old[i]);
        }
    }
    pages_give(pages, old, old_size);
}

void seen_reserve(struct seen *s, struct pages *pages, size_t more)
{
    if (s->has_table) {
        make_room(s, pages, more);
    }
}

static bool is_same(const struct bound *a, const struct bound *b)
{
    return text_same(bound_text(a, FIELD_ID), bound_text(b, FIELD_ID)) &&
           text_same(bound_text(a, FIELD_SOURCE), bound_text(b, FIELD_SOURCE));
}

static bool table_add(struct seen *s, struct bound *const *touches, size_t count,
                      const struct bound *b)
{
    uint32_t tag =
        (uint32_t)(seen_hash(bound_text(b, FIELD_SOURCE), bound_text(b, FIELD_ID)) >> 32);
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

/* -- ids that ascend -- */

bool seen_add_source(struct seen *s, const struct bound *b)
{
    struct text source = bound_text(b, FIELD_SOURCE), id = bound_text(b, FIELD_ID);
    for (size_t i = 0; i < s->source_count; i++) {
        if (text_same(s->sources[i].source, source)) {
            s->latest = i;
            return seen_ascends(&s->sources[i], id);
        }
    }
    if (s->source_count == SEEN_SOURCES) {
        return false;
    }
    s->latest = s->source_count++;
    s->sources[s->latest] = (struct seen_source){source, id};
    return true;
}

bool seen_add_to_table(struct seen *s, struct pages *pages, struct bound *const *touches,
                       size_t count, const struct bound *b, size_t more)
{
    if (!s->has_table) {
        s->has_table = true;
        make_room(s, pages, count + 1 + more);
        for (size_t i = 0; i < count; i++) {
            table_add(s, touches, i, touches[i]);
        }
    }
    return table_add(s, touches, count, b);
}
