#include "webauthn/cbor.h"

enum { DEPTH_MAX = 4 };
enum major { UNSIGNED, NEGATIVE, BYTES, TEXTS, ARRAY, MAP, TAG, SIMPLE };

/* The head of an item: its kind, and its number or how much follows. */
static bool take_head(struct text *rest, enum major *ret_major, uint64_t *ret_count)
{
    if (rest->len == 0) {
        return false;
    }
    unsigned char first = (unsigned char)rest->ptr[0], more = first & 31;
    size_t bytes = more < 24 ? 0 : (size_t)1 << (more - 24);
    uint64_t count = more;
    if (more > 27 || rest->len - 1 < bytes) {
        return false;
    }
    for (size_t i = 0; i < bytes; i++) {
        count = (i ? count << 8 : 0) | (unsigned char)rest->ptr[1 + i];
    }
    *rest = (struct text){rest->ptr + 1 + bytes, rest->len - 1 - bytes};
    *ret_major = (enum major)(first >> 5);
    *ret_count = count;
    return true;
}

static bool take_item(struct text *rest, unsigned depth);

static bool take_items(struct text *rest, uint64_t count, unsigned depth)
{
    if (depth == DEPTH_MAX || count > rest->len) {
        return false;
    }
    for (uint64_t i = 0; i < count; i++) {
        if (!take_item(rest, depth + 1)) {
            return false;
        }
    }
    return true;
}

/* Ends at DEPTH_MAX. */
static bool take_item(struct text *rest, unsigned depth)
{
    enum major major;
    uint64_t count;
    if (!take_head(rest, &major, &count)) {
        return false;
    }
    switch (major) {
    case UNSIGNED:
    case NEGATIVE:
    case SIMPLE:
        return true;
    case BYTES:
    case TEXTS:
        if (count > rest->len) {
            return false;
        }
        *rest = (struct text){rest->ptr + count, rest->len - (size_t)count};
        return true;
    case ARRAY:
        return take_items(rest, count, depth);
    case MAP:
        return count <= rest->len && take_items(rest, 2 * count, depth);
    case TAG:
        break;
    }
    return false;
}

bool cbor_is_sound(struct text bytes)
{
    while (bytes.len) {
        if (!take_item(&bytes, 0)) {
            return false;
        }
    }
    return true;
}
