/* Text: a view (pointer and length, not terminated, not owned) and a growable buffer (owned, always
 * terminated). */
#ifndef TROTH_BASE_TEXT_H
#define TROTH_BASE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct text {
    const char *ptr;
    size_t len;
};

/* A view of a string literal; usable in constant initialisers. */
#define TEXT(literal) ((struct text){"" literal, sizeof(literal) - 1})
/* For printf: "%.*s", TEXT_ARG(t). */
#define TEXT_ARG(t) (int)(t).len, (t).ptr

struct text text_of(const char *terminated); /* NULL gives the empty text */
/* Here, because fields and names are compared more often than anything else happens. */
static inline bool text_eq(struct text a, struct text b)
{
    return a.len == b.len &&
           (a.len == 0 || (a.ptr[0] == b.ptr[0] && memcmp(a.ptr, b.ptr, a.len) == 0));
}
bool text_is(struct text a, const char *terminated);
int text_compare(struct text a, struct text b); /* byte order; <0, 0, >0 */
bool text_starts(struct text a, struct text prefix);
bool text_contains(struct text haystack, struct text needle);
struct text text_trim(struct text a); /* without spaces, tabs, CR and LF at both ends */
uint64_t text_hash(struct text a); /* stable over runs and machines (FNV-1a 64 with a final mix) */
/* Offset of the first byte that is not well-formed UTF-8 (RFC 3629), or a.len. */
size_t text_utf8_valid(struct text a);
/* Whole text as a signed decimal integer; false on anything else or overflow. */
bool text_to_int64(struct text a, int64_t *ret);

struct buf {
    char *ptr; /* NULL while empty and never grown; else terminated at ptr[len] */
    size_t len, cap;
};

void buf_release(struct buf *b);
void buf_clear(struct buf *b);
void buf_reserve(struct buf *b, size_t extra); /* aborts when out of memory */
void buf_add(struct buf *b, const void *bytes, size_t len);
void buf_add_text(struct buf *b, struct text t);
void buf_add_str(struct buf *b, const char *terminated);
void buf_add_char(struct buf *b, char c);
void buf_addf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buf_vaddf(struct buf *b, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));
struct text buf_text(const struct buf *b);

/* struct buf b CLEANUP(buf_release) = {0}; */
#define CLEANUP(function) __attribute__((cleanup(function)))

#endif
