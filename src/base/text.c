#include "base/text.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct text text_of(const char *terminated)
{
    return (struct text){terminated ? terminated : "", terminated ? strlen(terminated) : 0};
}

bool text_is(struct text a, const char *terminated)
{
    return text_eq(a, text_of(terminated));
}

int text_compare(struct text a, struct text b)
{
    size_t shorter = a.len < b.len ? a.len : b.len;
    int order = shorter ? memcmp(a.ptr, b.ptr, shorter) : 0;
    if (order != 0) {
        return order;
    }
    return (a.len > b.len) - (a.len < b.len);
}

bool text_starts(struct text a, struct text prefix)
{
    return a.len >= prefix.len && (prefix.len == 0 || memcmp(a.ptr, prefix.ptr, prefix.len) == 0);
}

bool text_contains(struct text haystack, struct text needle)
{
    return needle.len == 0 ||
           (haystack.len && memmem(haystack.ptr, haystack.len, needle.ptr, needle.len) != NULL);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct text text_trim(struct text a)
{
    while (a.len && is_blank(a.ptr[0])) {
        a.ptr++;
        a.len--;
    }
    while (a.len && is_blank(a.ptr[a.len - 1])) {
        a.len--;
    }
    return a;
}

uint64_t text_hash(struct text a)
{
    uint64_t h = 0xcbf29ce484222325u;
    for (size_t i = 0; i < a.len; i++) {
        h = (h ^ (unsigned char)a.ptr[i]) * 0x100000001b3u;
    }
    h ^= h >> 32;
    h *= 0xd6e8feb86659fd93u;
    return h ^ (h >> 32);
}

/* Length of the well-formed sequence at p (RFC 3629, table 3-7 of Unicode), 0 if there is none. */
static size_t utf8_sequence(const unsigned char *p, size_t left)
{
    unsigned char lead = p[0];
    if (lead < 0x80) {
        return 1;
    }
    size_t len = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || left < len) {
        return 0;
    }
    unsigned char low = 0x80, high = 0xbf;
    if (lead == 0xe0) {
        low = 0xa0;
    } else if (lead == 0xed) {
        high = 0x9f;
    } else if (lead == 0xf0) {
        low = 0x90;
    } else if (lead == 0xf4) {
        high = 0x8f;
    }
    if (p[1] < low || p[1] > high) {
        return 0;
    }
    for (size_t i = 2; i < len; i++) {
        if ((p[i] & 0xc0) != 0x80) {
            return 0;
        }
    }
    return len;
}

size_t text_utf8_valid(struct text a)
{
    const unsigned char *p = (const unsigned char *)a.ptr;
    size_t i = 0;
    while (i < a.len) {
        size_t step = utf8_sequence(p + i, a.len - i);
        if (step == 0) {
            return i;
        }
        i += step;
    }
    return a.len;
}

bool text_to_int64(struct text a, int64_t *ret)
{
    bool negative = a.len && a.ptr[0] == '-';
    size_t i = negative ? 1 : 0;
    if (i == a.len) {
        return false;
    }
    int64_t value = 0; /* counted below zero, where the range is one larger */
    for (; i < a.len; i++) {
        if (a.ptr[i] < '0' || a.ptr[i] > '9' || __builtin_mul_overflow(value, 10, &value) ||
            __builtin_sub_overflow(value, a.ptr[i] - '0', &value)) {
            return false;
        }
    }
    if (!negative && value == INT64_MIN) {
        return false;
    }
    *ret = negative ? value : -value;
    return true;
}

void buf_release(struct buf *b)
{
    free(b->ptr);
    *b = (struct buf){0};
}

void buf_clear(struct buf *b)
{
    b->len = 0;
    if (b->ptr) {
        b->ptr[0] = '\0';
    }
}

void buf_reserve(struct buf *b, size_t extra)
{
    size_t need = b->len + extra + 1;
    if (need < extra) {
        abort();
    }
    if (need <= b->cap) {
        return;
    }
    size_t cap = b->cap ? b->cap : 64;
    while (cap < need) {
        cap = cap > SIZE_MAX / 2 ? need : cap * 2;
    }
    b->ptr = realloc(b->ptr, cap);
    if (!b->ptr) {
        abort();
    }
    b->cap = cap;
    b->ptr[b->len] = '\0';
}

void buf_add(struct buf *b, const void *bytes, size_t len)
{
    buf_reserve(b, len);
    if (len) {
        memcpy(b->ptr + b->len, bytes, len);
    }
    b->len += len;
    b->ptr[b->len] = '\0';
}

void buf_add_text(struct buf *b, struct text t)
{
    buf_add(b, t.ptr, t.len);
}

void buf_add_str(struct buf *b, const char *terminated)
{
    buf_add_text(b, text_of(terminated));
}

void buf_add_char(struct buf *b, char c)
{
    buf_add(b, &c, 1);
}

void buf_vaddf(struct buf *b, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    if (len < 0) {
        abort();
    }
    buf_reserve(b, (size_t)len);
    vsnprintf(b->ptr + b->len, (size_t)len + 1, format, again);
    b->len += (size_t)len;
    va_end(again);
}

void buf_addf(struct buf *b, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    buf_vaddf(b, format, args);
    va_end(args);
}

struct text buf_text(const struct buf *b)
{
    return (struct text){b->ptr ? b->ptr : "", b->len};
}
