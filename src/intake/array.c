/* A JSON array of touches, element by element: a small scanner finds where each ends, so that a
 * batch of any length takes the memory of its longest element. What an element is like, the JSON
 * reader judges. */
#include "intake/intake_parts.h"

enum place_in_array { BEFORE_FIRST, IN_ELEMENT, AFTER_ARRAY };

struct scanner {
    struct intake *in;
    struct bytes *bytes;
    struct arena arena;
    struct buf element;
    enum place_in_array place;
    unsigned depth; /* of brackets within the element */
    bool in_text, after_backslash, too_long;
    uint64_t line, element_line;
    bool has_elements;
};

static void scanner_release(struct scanner *s)
{
    arena_release(&s->arena);
    buf_release(&s->element);
}

/* After , or ]: gives the element that ended. */
static void end_element(struct scanner *s, bool is_last)
{
    struct text element = text_trim(buf_text(&s->element));
    struct err_info why;
    enum err e = ERR_NONE;
    if (s->too_long) {
        e = err_set(&why, ERR_LIMIT, "the touch is longer than %d bytes", INTAKE_LINE_MAX);
    } else if (element.len == 0 && (s->has_elements || !is_last)) {
        e = err_set(&why, ERR_INVALID, "a touch is missing here: take the comma away");
    }
    if (e) {
        s->in->records++;
        intake_refuse(s->in, s->element_line, &why);
    } else if (element.len) {
        intake_record(s->in, &s->arena, element, s->element_line);
        intake_progress(s->in, s->bytes);
    }
    buf_clear(&s->element);
    s->has_elements = true;
    s->too_long = false;
}

/* Within a text: only its closing quote matters. */
static void scan_text(struct scanner *s, char c)
{
    if (s->after_backslash) {
        s->after_backslash = false;
    } else if (c == '\\') {
        s->after_backslash = true;
    } else if (c == '"') {
        s->in_text = false;
    }
}

static void keep(struct scanner *s, char c)
{
    if (s->element.len == 0) {
        s->element_line = s->line;
        if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
            return;
        }
    }
    if (s->element.len == INTAKE_LINE_MAX) {
        s->too_long = true;
    } else {
        buf_add_char(&s->element, c);
    }
}

static void scan_element(struct scanner *s, char c)
{
    if (s->in_text) {
        scan_text(s, c);
    } else if (c == '"') {
        s->in_text = true;
    } else if (c == '{' || c == '[') {
        s->depth++;
    } else if (s->depth == 0 && (c == ',' || c == ']')) {
        end_element(s, c == ']');
        s->place = c == ']' ? AFTER_ARRAY : IN_ELEMENT;
        return;
    } else if ((c == '}' || c == ']') && s->depth > 0) {
        s->depth--;
    }
    keep(s, c);
}

static enum err scan(struct scanner *s, char c, struct err_info *info)
{
    switch (s->place) {
    case BEFORE_FIRST: /* at the [ that told an array */
        s->place = IN_ELEMENT;
        s->element_line = s->line;
        break;
    case IN_ELEMENT:
        scan_element(s, c);
        break;
    case AFTER_ARRAY:
        if (c != ' ' && c != '\t' && c != '\r' && c != '\n') {
            return err_set(info, ERR_INVALID, "something follows the end of the array: remove it");
        }
        break;
    }
    s->line += c == '\n';
    return ERR_NONE;
}

enum err intake_array(struct intake *in, struct bytes *b, uint64_t line, struct err_info *info)
{
    struct scanner s CLEANUP(scanner_release) = {.in = in, .bytes = b, .line = line};
    for (;;) {
        struct text chunk;
        enum err e = bytes_chunk(b, &chunk, info);
        if (!e && chunk.len == 0 && s.place != AFTER_ARRAY) {
            e = err_set(info, ERR_INVALID, "the array has no closing ]: the file is cut off");
        }
        for (size_t i = 0; !e && i < chunk.len; i++) {
            e = scan(&s, chunk.ptr[i], info);
        }
        if (e) {
            if (info && e != ERR_IO) {
                info->line = (uint32_t)s.line;
            }
            return e;
        }
        if (chunk.len == 0) {
            return ERR_NONE;
        }
        bytes_take(b, chunk.len);
    }
}
