/* Any bytes are read as CSV through one mapping, or refused row by row; touches that come of them
 * keep the bounds. The first byte chooses between the mappings. */
#include "intake/intake.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const mappings[] = {
    "mapping \"M\"\n source \"s\"\n key id\nskip when what = \"x\"\ntouch a.b\n occurred t\n"
    " attribute what what\n attribute size number size\ntouch c.d when end is given\n occurred end "
    "at the earliest t\n thread id\n",
    "mapping \"M\"\n source \"s\"\n columns id, t\n delimiter \"\\t\"\n quote \"'\"\n encoding "
    "latin-1\n time \"%Y-%m-%d %H:%M:%S.%f%z\"\n time \"%s\"\n time \"%d %b %y %I%p%z\"\n"
    "touch named id\n id id + t\n occurred t\n",
};

static bool on_touch(void *context, const struct touch *t)
{
    (void)context;
    if (touch_check(t, NULL)) {
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
    if (size == 0) {
        return 0;
    }
    struct arena arena CLEANUP(arena_release) = {0};
    struct diagnostics found;
    struct intake_sink sink = {NULL, on_touch, on_refused, NULL};
    struct intake in = {.sink = &sink,
                        .mapping = mapping_parse(&arena, text_of(mappings[data[0] & 1]), &found)};
    struct err_info info = {0};
    if (found.errors) {
        abort();
    }
    struct bytes *b = bytes_of((struct text){(const char *)data + 1, size - 1});
    if (intake_read(&in, b, &info) && !info.text[0]) {
        abort();
    }
    bytes_close(b);
    return 0;
}
