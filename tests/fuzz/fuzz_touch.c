/* Any bytes are read as a file of touches, lines or array, or refused line by line. A touch that is
 * taken keeps the bounds, and written out it is taken again and is the same. */
#include "intake/intake.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool on_touch(void *context, const struct touch *t)
{
    struct arena arena CLEANUP(arena_release) = {0};
    struct buf once CLEANUP(buf_release) = {0}, twice CLEANUP(buf_release) = {0};
    struct touch again;
    struct json_writer w = json_writer(&once);
    (void)context;
    touch_to_json(&w, t);
    if (touch_check(t, NULL) || touch_parse(&arena, buf_text(&once), &again, NULL)) {
        abort();
    }
    w = json_writer(&twice);
    touch_to_json(&w, &again);
    if (!text_eq(buf_text(&once), buf_text(&twice))) {
        abort();
    }
    return true;
}

static void on_refused(void *context, uint64_t line, const struct err_info *info)
{
    (void)context;
    if (line == 0 || !info->text[0]) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct intake_sink sink = {NULL, on_touch, on_refused, NULL};
    struct intake in = {.sink = &sink};
    struct bytes *b = bytes_of((struct text){(const char *)data, size});
    struct err_info info = {0};
    if (intake_read(&in, b, &info) && !info.text[0]) {
        abort();
    }
    if (in.taken + in.again + in.refused != in.records) {
        abort();
    }
    bytes_close(b);
    return 0;
}
