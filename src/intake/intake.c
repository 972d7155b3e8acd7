#include "intake/intake_parts.h"

#include <string.h>

void intake_take(struct intake *in, struct touch *t)
{
    t->place = ++in->place;
    if (in->sink->touch(in->sink->context, t)) {
        in->taken++;
    } else {
        in->again++;
    }
}

void intake_refuse(struct intake *in, uint64_t line, const struct err_info *info)
{
    in->refused++;
    in->sink->refused(in->sink->context, line, info);
}

void intake_record(struct intake *in, struct arena *arena, struct text json, uint64_t line)
{
    struct touch t;
    arena_clear(arena);
    in->records++;
    if (touch_parse(arena, json, &t, &in->why)) {
        intake_refuse(in, line, &in->why);
    } else {
        intake_take(in, &t);
    }
}

void intake_progress(struct intake *in, const struct bytes *b)
{
    enum { RECORDS_BETWEEN = 1 << 14 };
    if (in->sink->progress && in->records % RECORDS_BETWEEN == 0) {
        in->sink->progress(in->sink->context, bytes_share(b));
    }
}

/* -- lines -- */

struct lines {
    struct bytes *bytes;
    struct buf carried; /* a line that runs over the end of a chunk */
    uint64_t line;      /* number of the one last given */
};

static void lines_release(struct lines *l)
{
    buf_release(&l->carried);
}

enum line_state { LINE_WHOLE, LINE_TOO_LONG, LINE_NONE };

/* A part of a line, to its newline or to the end of the chunk. */
static enum line_state add_part(struct lines *l, struct text part, bool too_long)
{
    if (too_long || l->carried.len + part.len > INTAKE_LINE_MAX) {
        buf_clear(&l->carried);
        return LINE_TOO_LONG;
    }
    buf_add_text(&l->carried, part);
    return LINE_WHOLE;
}

static enum err next_line(struct lines *l, struct text *ret, enum line_state *ret_state,
                          struct err_info *info)
{
    enum line_state state = LINE_NONE;
    buf_clear(&l->carried);
    for (;;) {
        struct text chunk;
        enum err e = bytes_chunk(l->bytes, &chunk, info);
        if (e) {
            return e;
        }
        const char *newline = chunk.len ? memchr(chunk.ptr, '\n', chunk.len) : NULL;
        struct text part = {chunk.ptr, newline ? (size_t)(newline - chunk.ptr) : chunk.len};
        bytes_take(l->bytes, part.len + (newline != NULL));
        if (newline && state == LINE_NONE && part.len <= INTAKE_LINE_MAX) {
            l->line++; /* most lines: seen where they lie */
            *ret = part;
            *ret_state = LINE_WHOLE;
            return ERR_NONE;
        }
        if (chunk.len) {
            state = add_part(l, part, state == LINE_TOO_LONG);
        }
        if (newline || chunk.len == 0) {
            l->line++;
            *ret = buf_text(&l->carried);
            *ret_state = state;
            return ERR_NONE;
        }
    }
}

enum err intake_lines(struct intake *in, struct bytes *b, uint64_t line, struct err_info *info)
{
    struct arena arena CLEANUP(arena_release) = {0};
    struct lines lines CLEANUP(lines_release) = {.bytes = b, .line = line - 1};
    for (;;) {
        struct text text;
        enum line_state state;
        enum err e = next_line(&lines, &text, &state, info);
        if (e || state == LINE_NONE) {
            return e;
        }
        if (state == LINE_TOO_LONG) {
            struct err_info why;
            e = err_set(&why, ERR_LIMIT, "the line is longer than %d bytes", INTAKE_LINE_MAX);
            in->records += e == ERR_LIMIT;
            intake_refuse(in, lines.line, &why);
        } else if (text_trim(text).len) {
            intake_record(in, &arena, text, lines.line);
            intake_progress(in, b);
        }
    }
}

enum err intake_read(struct intake *in, struct bytes *bytes, struct err_info *info)
{
    if (in->mapping) {
        return intake_csv(in, bytes, info);
    }
    int first;
    uint64_t line = 1;
    enum err e = bytes_first(bytes, &line, &first, info);
    if (e || first == BYTES_END) {
        return e;
    }
    return first == '[' ? intake_array(in, bytes, line, info) : intake_lines(in, bytes, line, info);
}
