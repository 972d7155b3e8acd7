/* Any bytes are read as JSON or refused with a place; what is read, written out and read again is
 * the same text. */
#include "base/json.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_value(struct json_writer *w, const struct json *v)
{
    switch (v->type) {
    case JSON_NULL:
        json_null(w);
        return;
    case JSON_BOOL:
        json_bool(w, v->boolean);
        return;
    case JSON_NUMBER:
        json_number(w, v->number);
        return;
    case JSON_TEXT:
        json_text(w, v->text);
        return;
    case JSON_ARRAY:
    case JSON_OBJECT:
        break;
    }
    bool is_object = v->type == JSON_OBJECT;
    is_object ? json_object_begin(w) : json_array_begin(w);
    size_t count = 0;
    for (const struct json *m = v->first; m; m = m->next, count++) {
        if (is_object) {
            json_key_text(w, m->key);
        }
        write_value(w, m);
    }
    if (count != v->count) {
        abort();
    }
    is_object ? json_object_end(w) : json_array_end(w);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena CLEANUP(arena_release) = {0};
    struct buf once CLEANUP(buf_release) = {0}, twice CLEANUP(buf_release) = {0};
    struct json_limits roomy = {SIZE_MAX, 16, SIZE_MAX};
    const struct json *value;
    struct err_info info = {0};
    struct text in = {(const char *)data, size};
    if (json_parse(&arena, in, &json_default_limits, &value, &info)) {
        if (!info.text[0] || (size <= json_default_limits.bytes && info.line == 0)) {
            abort();
        }
        return 0;
    }
    struct json_writer w = json_writer(&once);
    write_value(&w, value);
    if (json_parse(&arena, buf_text(&once), &roomy, &value, NULL)) {
        abort();
    }
    w = json_writer(&twice);
    write_value(&w, value);
    if (!text_eq(buf_text(&once), buf_text(&twice))) {
        abort();
    }
    return 0;
}
