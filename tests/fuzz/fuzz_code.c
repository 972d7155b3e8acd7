/* Any text is parsed, judged, told about and laid out without a fault; what is laid out once stays
 * as it is, and reads as well as before. */
#include "base/json.h"
#include "lang/code.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void tell(const struct diagnostics *found, struct text source)
{
    struct buf out CLEANUP(buf_release) = {0};
    diagnostics_print(found, TEXT("fuzz.troth"), source, &out);
    if ((found->count == 0) != (out.len == 0)) {
        abort();
    }
    buf_clear(&out);
    struct json_writer w = json_writer(&out);
    diagnostics_json(found, LANGUAGE_ENGLISH, &w);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena CLEANUP(arena_release) = {0};
    struct text source = {(const char *)data, size}, once, twice;
    struct diagnostics found;
    code_parse(&arena, source, &found);
    tell(&found, source);
    if (code_format(&arena, source, &once, NULL) != ERR_NONE) {
        return 0;
    }
    if (once.len > CODE_BYTES_MAX) {
        return 0; /* columns may make it larger than a Code can be */
    }
    if (code_format(&arena, once, &twice, NULL) != ERR_NONE || !text_eq(once, twice)) {
        abort();
    }
    size_t errors = found.errors;
    code_parse(&arena, once, &found);
    if (found.errors != errors) {
        abort();
    }
    return 0;
}
