/* Inside the engine only: which touches were seen, by source and id. */
#ifndef TROTH_ENGINE_SEEN_H
#define TROTH_ENGINE_SEEN_H

#include "base/pages.h"
#include "engine/name_hash.h"
#include "engine/plan.h"

#include <string.h>

/* Most who send count upwards: as long as each touch of a source has a higher id than the one
 * before it, none can come twice, and that is all that is remembered. Once one has not, all are
 * kept in a table. */
enum { SEEN_SOURCES = 8 };
struct seen_source {
    struct text source, highest; /* of ids: the longer, else the later by bytes */
};

/* Open addressing, a slot found by the upper bits of the hash: when the table doubles, slots keep
 * their order, so growing runs through memory once instead of jumping about. */
struct seen_slot {
    uint32_t tag;   /* upper half of the hash */
    uint32_t place; /* of the touch, + 1; 0: free */
};
struct seen {
    struct seen_source sources[SEEN_SOURCES];
    size_t source_count, latest;
    bool has_table;
    struct seen_slot *slots;
    size_t count; /* in the table */
    unsigned bits;
};

void seen_release(struct seen *s, struct pages *pages);
/* Makes room for so many more, if there is a table. */
void seen_reserve(struct seen *s, struct pages *pages, size_t more);
uint64_t seen_hash(struct text source, struct text id);
/* Calls its slot into the cache, once there is room: seen_add() soon after need not wait. */
static inline void seen_expect(const struct seen *s, struct text source, struct text id)
{
    if (s->has_table) {
        __builtin_prefetch(&s->slots[seen_hash(source, id) >> (64 - s->bits)], 1);
    }
}
static inline uint64_t seen_word(const char *from)
{
    uint64_t word;
    memcpy(&word, from, sizeof(word));
    return __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? __builtin_bswap64(word) : word;
}

static inline bool seen_is_higher(struct text a, struct text b)
{
    if (a.len != b.len) {
        return a.len > b.len;
    }
    if (a.len < 8 || a.len > 16) {
        return memcmp(a.ptr, b.ptr, a.len) > 0;
    }
    uint64_t first = seen_word(a.ptr), other = seen_word(b.ptr);
    return first != other ? first > other
                          : seen_word(a.ptr + a.len - 8) >
                                seen_word(b.ptr + b.len - 8); /* what overlaps is equal */
}

static inline bool seen_ascends(struct seen_source *source, struct text id)
{
    bool higher = seen_is_higher(id, source->highest);
    source->highest = higher ? id : source->highest;
    return higher;
}

/* Of a source other than the latest. False: nothing can be said of it. */
bool seen_add_source(struct seen *s, const struct bound *b);
bool seen_add_to_table(struct seen *s, struct pages *pages, struct bound *const *touches,
                       size_t count, const struct bound *b, size_t more);

/* False if touches[0, count) holds it already; else it is remembered as touches[count]. `more`: how
 * many may follow it. Keeps pointers into b. */
static inline bool seen_add(struct seen *s, struct pages *pages, struct bound *const *touches,
                            size_t count, const struct bound *b, size_t more)
{
    if (!s->has_table) {
        struct seen_source *latest = &s->sources[s->latest];
        bool ascends =
            s->source_count && text_same(latest->source, shape_text(b->shape, FIELD_SOURCE))
                ? seen_ascends(latest, bound_text(b, FIELD_ID))
                : seen_add_source(s, b);
        if (ascends) {
            return true;
        }
    }
    return seen_add_to_table(s, pages, touches, count, b, more);
}

#endif
