#include "base/id.h"

#include "base/moment.h"

#include <assert.h>
#include <string.h>

enum { NODE_BITS = 10, SEQUENCE_BITS = 12, LOW_BITS = NODE_BITS + SEQUENCE_BITS };

static const int64_t epoch_us = INT64_C(1577836800) * SECOND_US; /* 2020-01-01T00:00:00Z */
static const char letters[] = "0123456789abcdefghjkmnpqrstvwxyz";

struct id_source id_source(uint32_t node, int64_t largest_known)
{
    assert(node <= ID_NODE_MAX);
    return (struct id_source){.last = largest_known, .node = node};
}

static int64_t id_first_of(int64_t ms, uint32_t node)
{
    return ms << LOW_BITS | (int64_t)node << SEQUENCE_BITS;
}

int64_t id_next(struct id_source *source, int64_t now_us)
{
    int64_t ms = (now_us - epoch_us) / 1000;
    int64_t id = id_first_of(ms < 0 ? 0 : ms, source->node);
    if (id <= source->last) {
        /* The same millisecond, or the clock stepped back: count on from the last one. */
        int64_t last_ms = source->last >> LOW_BITS;
        int64_t sequence = (source->last & ((1 << SEQUENCE_BITS) - 1)) + 1;
        bool same_node = ((source->last >> SEQUENCE_BITS) & ID_NODE_MAX) == source->node;
        bool fits = same_node && sequence < 1 << SEQUENCE_BITS;
        id = fits ? source->last + 1 : id_first_of(last_ms + 1, source->node);
    }
    source->last = id;
    return id;
}

int64_t id_moment(int64_t id)
{
    return (id >> LOW_BITS) * 1000 + epoch_us;
}

int64_t id_at(int64_t us)
{
    return us <= epoch_us ? 0 : id_first_of((us - epoch_us) / 1000, 0);
}

char *id_format(int64_t id, const char *prefix, char out[ID_TEXT_SIZE])
{
    size_t len = strlen(prefix);
    assert(len <= ID_PREFIX_MAX && id >= 0);
    memcpy(out, prefix, len);
    out[len] = '_';
    uint64_t rest = (uint64_t)id;
    for (size_t i = ID_LETTERS; i-- > 0;) {
        out[len + 1 + i] = letters[rest & 31];
        rest >>= 5;
    }
    out[len + 1 + ID_LETTERS] = '\0';
    return out;
}

/* The value of one letter, -1 for none. */
static int letter_value(char c)
{
    if (c >= 'A' && c <= 'Z') {
        c = (char)(c - 'A' + 'a');
    }
    if (c == 'i' || c == 'l') {
        return 1;
    }
    if (c == 'o') {
        return 0;
    }
    const char *found = c ? strchr(letters, c) : NULL;
    return found ? (int)(found - letters) : -1;
}

bool id_parse(struct text t, const char *prefix, int64_t *ret)
{
    size_t len = strlen(prefix);
    if (t.len != len + 1 + ID_LETTERS || memcmp(t.ptr, prefix, len) != 0 || t.ptr[len] != '_') {
        return false;
    }
    uint64_t value = 0;
    for (size_t i = len + 1; i < t.len; i++) {
        int digit = letter_value(t.ptr[i]);
        if (digit < 0) {
            return false;
        }
        /* 13 letters hold 65 bits: an id has 63. */
        if (i == len + 1 && digit > 7) {
            return false;
        }
        value = value << 5 | (uint64_t)digit;
    }
    *ret = (int64_t)value;
    return true;
}
