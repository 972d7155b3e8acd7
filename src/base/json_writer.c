#include "base/json.h"

#include "base/moment.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct json_writer json_writer(struct buf *out)
{
    return (struct json_writer){.out = out};
}

/* Before every value: the comma, where one is due. */
static void item(struct json_writer *w)
{
    if (w->after_key) {
        w->after_key = false;
        return;
    }
    assert(!w->is_object[w->depth] && "a member needs its key first");
    if (w->has_item[w->depth]) {
        assert(w->depth > 0 && "one value a text");
        buf_add_char(w->out, ',');
    }
    w->has_item[w->depth] = true;
}

static void begin(struct json_writer *w, bool object)
{
    item(w);
    assert(w->depth + 1 < JSON_WRITER_DEPTH);
    w->depth++;
    w->has_item[w->depth] = false;
    w->is_object[w->depth] = object;
    buf_add_char(w->out, object ? '{' : '[');
}

static void end(struct json_writer *w, bool object)
{
    assert(w->depth > 0 && w->is_object[w->depth] == object && !w->after_key);
    w->depth--;
    buf_add_char(w->out, object ? '}' : ']');
}

void json_object_begin(struct json_writer *w)
{
    begin(w, true);
}

void json_object_end(struct json_writer *w)
{
    end(w, true);
}

void json_array_begin(struct json_writer *w)
{
    begin(w, false);
}

void json_array_end(struct json_writer *w)
{
    end(w, false);
}

static bool is_plain(unsigned char c)
{
    return c >= 0x20 && c != '"' && c != '\\' && c != '<' && c != '>' && c != '&' && c != 0x7f;
}

static void add_escaped(struct buf *out, unsigned char c)
{
    static const char named[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
    const char *which = c ? strchr(named, c) : NULL;
    if (which) {
        buf_add_char(out, '\\');
        buf_add_char(out, letters[which - named]);
    } else {
        buf_addf(out, "\\u%04x", c);
    }
}

static void quoted(struct buf *out, struct text t)
{
    buf_add_char(out, '"');
    size_t plain = 0; /* start of what needs no escape */
    for (size_t i = 0; i < t.len; i++) {
        if (!is_plain((unsigned char)t.ptr[i])) {
            buf_add(out, t.ptr + plain, i - plain);
            add_escaped(out, (unsigned char)t.ptr[i]);
            plain = i + 1;
        }
    }
    if (t.len > plain) {
        buf_add(out, t.ptr + plain, t.len - plain);
    }
    buf_add_char(out, '"');
}

void json_key_text(struct json_writer *w, struct text key)
{
    assert(w->depth > 0 && w->is_object[w->depth] && !w->after_key);
    if (w->has_item[w->depth]) {
        buf_add_char(w->out, ',');
    }
    w->has_item[w->depth] = true;
    quoted(w->out, key);
    buf_add_char(w->out, ':');
    w->after_key = true;
}

void json_key(struct json_writer *w, const char *key)
{
    json_key_text(w, text_of(key));
}

void json_text(struct json_writer *w, struct text value)
{
    item(w);
    quoted(w->out, value);
}

void json_str(struct json_writer *w, const char *terminated)
{
    json_text(w, text_of(terminated));
}

void json_int(struct json_writer *w, int64_t value)
{
    item(w);
    buf_addf(w->out, "%lld", (long long)value);
}

void json_number(struct json_writer *w, double value)
{
    if (!isfinite(value)) {
        json_null(w);
        return;
    }
    item(w);
    char digits[40];
    for (int precision = 15; precision <= 17; precision++) {
        snprintf(digits, sizeof(digits), "%.*g", precision, value);
        double back = strtod(digits, NULL);
        if (back == value) {
            break;
        }
    }
    buf_add_str(w->out, digits);
}

void json_bool(struct json_writer *w, bool value)
{
    item(w);
    buf_add_str(w->out, value ? "true" : "false");
}

void json_null(struct json_writer *w)
{
    item(w);
    buf_add_str(w->out, "null");
}

void json_moment(struct json_writer *w, int64_t us)
{
    char words[MOMENT_TEXT_SIZE];
    if (us == MOMENT_NEVER || us == MOMENT_BEFORE_ALL) {
        json_null(w);
    } else {
        json_str(w, moment_format(us, words));
    }
}

void json_raw(struct json_writer *w, struct text json)
{
    item(w);
    buf_add_text(w->out, json);
}
