/* Findings for people: place, message, the line with a caret line under it, what to write instead.
 */
#include "lang/diagnostic.h"

#include <string.h>

enum { SHOWN_BEFORE = 80, SHOWN_AFTER = 80 }; /* bytes of a long line around the place */

static bool inside_character(char c)
{
    return ((unsigned char)c & 0xc0) == 0x80;
}

/* The line of the source that holds offset, or what of it is near. */
static struct text line_around(struct text source, size_t offset)
{
    size_t start = offset, end = offset;
    while (start > 0 && source.ptr[start - 1] != '\n' &&
           (offset - start < SHOWN_BEFORE || inside_character(source.ptr[start]))) {
        start--;
    }
    while (end < source.len && source.ptr[end] != '\n' &&
           (end - offset < SHOWN_AFTER || inside_character(source.ptr[end]))) {
        end++;
    }
    if (end > start && source.ptr[end - 1] == '\r') {
        end--;
    }
    return (struct text){source.ptr + start, end - start};
}

static void print_carets(struct text line, size_t before, size_t length, struct buf *out)
{
    size_t carets = 0;
    for (size_t i = 0; i < line.len && i < before; i++) {
        if (!inside_character(line.ptr[i])) {
            buf_add_char(out, line.ptr[i] == '\t' ? '\t' : ' ');
        }
    }
    for (size_t i = before; i < line.len && i < before + length; i++) {
        carets += !inside_character(line.ptr[i]);
    }
    do {
        buf_add_char(out, '^');
    } while (carets-- > 1);
    buf_add_char(out, '\n');
}

/* Control characters would play with the reader's terminal. */
static void print_line(struct text line, struct buf *out)
{
    for (size_t i = 0; i < line.len; i++) {
        bool control = (unsigned char)line.ptr[i] < 0x20 || line.ptr[i] == 0x7f;
        buf_add_char(out, control && line.ptr[i] != '\t' ? '?' : line.ptr[i]);
    }
    buf_add_char(out, '\n');
}

static void print_one(const struct diagnostic *item, struct text file, struct text source,
                      struct buf *out)
{
    const char *severity = item->severity == SEVERITY_ERROR ? "error" : "warning";
    buf_addf(out, "%.*s:%u:%u: %s: %.*s\n", TEXT_ARG(file), item->span.line, item->span.column,
             severity, TEXT_ARG(item->message));
    size_t offset = item->span.offset < source.len ? item->span.offset : source.len;
    struct text line = line_around(source, offset);
    if (line.len && text_utf8_valid(line) == line.len) {
        size_t before = offset - (size_t)(line.ptr - source.ptr);
        print_line(line, out);
        print_carets(line, before, item->span.length, out);
    }
    if (item->suggestion.len) {
        buf_addf(out, "  %.*s\n", TEXT_ARG(item->suggestion));
    }
}

void diagnostics_print(const struct diagnostics *d, struct text file, struct text source,
                       struct buf *out)
{
    for (size_t i = 0; i < d->count; i++) {
        print_one(&d->items[i], file, source, out);
    }
    if (d->left_out) {
        buf_addf(out, "%.*s: and %zu more\n", TEXT_ARG(file), d->left_out);
    }
}
