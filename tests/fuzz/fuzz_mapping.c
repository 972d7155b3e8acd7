/* Any text is read as a mapping or told about; one without mistakes is used on a few rows. */
#include "intake/mapping.h"
#include "intake/touch_json.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A header made of whatever names the mapping asks for cannot be had from outside: the rows have
 * the columns of the kept inputs. */
static void use(struct arena *arena, struct mapping *m)
{
    const struct text header[] = {TEXT("ID"), TEXT("OPENED"), TEXT("CLOSED"), TEXT("TYPE")};
    const struct text rows[][4] = {
        {TEXT("1"), TEXT("2015-01-02T10:00:00Z"), TEXT("2015-01-01T10:00:00Z"), TEXT("sign")},
        {TEXT("2"), TEXT("01/02/2015 10:00:00 AM"), TEXT(""), TEXT("12.5")},
        {TEXT(""), TEXT("NULL"), TEXT("x"), TEXT("true")},
    };
    struct mapper *mapper;
    struct touch touches[MAPPING_TOUCHES_MAX];
    uint64_t notes[MAPPING_NOTES_MAX] = {0};
    if (mapper_new(arena, m, (struct row){header, 4}, &mapper, NULL)) {
        return;
    }
    for (size_t i = 0; i < 3; i++) {
        size_t count;
        struct err_info info = {0};
        if (mapper_row(mapper, arena, (struct row){rows[i], 4}, touches, &count, notes, &info)) {
            if (!info.text[0]) {
                abort();
            }
            continue;
        }
        for (size_t j = 0; j < count; j++) {
            if (touch_check(&touches[j], NULL)) {
                abort();
            }
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena CLEANUP(arena_release) = {0};
    struct text source = {(const char *)data, size};
    struct diagnostics found;
    struct mapping *m = mapping_parse(&arena, source, &found);
    struct buf words CLEANUP(buf_release) = {0};
    diagnostics_print(&found, TEXT("fuzz.mapping"), source, &words);
    if (found.errors == 0) {
        struct zone *zone;
        if (mapping_zone(m).len && zone_load(&arena, mapping_zone(m), &zone, NULL)) {
            return 0;
        }
        if (mapping_zone(m).len) {
            mapping_set_zone(m, zone);
        }
        use(&arena, m);
    }
    return 0;
}
