#include "feature/verify/report.h"

#include <stdio.h>

enum { WORDS = 512 };

const char *verify_part_name(enum verify_part part)
{
    static const char *const names[] = {
        [VERIFY_SCHEMA] = "schema", [VERIFY_REFERENCES] = "references", [VERIFY_COUNTS] = "counts",
        [VERIFY_STATES] = "states", [VERIFY_LEDGER] = "ledger",         [VERIFY_PARTS] = "",
    };
    return names[part];
}

void report_release(struct report *r)
{
    arena_release(&r->arena);
}

__attribute__((format(printf, 2, 0))) static struct text compose(struct report *r,
                                                                 const char *format, va_list args)
{
    char words[WORDS];
    vsnprintf(words, sizeof(words), format, args);
    return arena_text(&r->arena, text_of(words));
}

void report_find(struct report *r, enum verify_part part, const char *remedy, const char *format,
                 ...)
{
    if (r->finding_count == r->finding_capacity) {
        size_t capacity = r->finding_capacity ? r->finding_capacity * 2 : 16;
        r->findings =
            arena_grow(&r->arena, r->findings, r->finding_count, capacity, sizeof(*r->findings));
        r->finding_capacity = capacity;
    }
    va_list args;
    va_start(args, format);
    r->findings[r->finding_count++] = (struct finding){part, compose(r, format, args), remedy};
    va_end(args);
}

void report_note(struct report *r, const char *format, ...)
{
    if (r->note_count == r->note_capacity) {
        size_t capacity = r->note_capacity ? r->note_capacity * 2 : 4;
        r->notes = arena_grow(&r->arena, r->notes, r->note_count, capacity, sizeof(*r->notes));
        r->note_capacity = capacity;
    }
    va_list args;
    va_start(args, format);
    r->notes[r->note_count++] = compose(r, format, args);
    va_end(args);
}

size_t report_count(const struct report *r, enum verify_part part)
{
    size_t count = 0;
    for (size_t i = 0; i < r->finding_count; i++) {
        count += r->findings[i].part == part;
    }
    return count;
}
