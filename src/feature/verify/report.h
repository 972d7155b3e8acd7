/* What a check of a database found. */
#ifndef TROTH_FEATURE_VERIFY_REPORT_H
#define TROTH_FEATURE_VERIFY_REPORT_H

#include "base/arena.h"

enum verify_part {
    VERIFY_SCHEMA,     /* tables and columns, the file itself */
    VERIFY_REFERENCES, /* what names another row */
    VERIFY_COUNTS,     /* against a rebuild */
    VERIFY_STATES,     /* of keys, against the ledger */
    VERIFY_LEDGER,     /* against a replay of all touches */
    VERIFY_PARTS
};
const char *verify_part_name(enum verify_part part);

enum { FINDINGS_OF_A_KIND = 5 }; /* examples shown; the rest is counted */

struct finding {
    enum verify_part part;
    struct text words;  /* what is wrong, and where */
    const char *remedy; /* what to do */
};
struct report {
    struct arena arena;
    struct finding *findings;
    size_t finding_count, finding_capacity;
    struct text *notes; /* what is no fault, yet was not compared */
    size_t note_count, note_capacity;
    int64_t touches, obligations, compared, entries;
    int64_t compared_until_us; /* what happened later was not compared; MOMENT_NEVER: all was */
};
void report_release(struct report *r); /* for CLEANUP */
void report_find(struct report *r, enum verify_part part, const char *remedy, const char *format,
                 ...) __attribute__((format(printf, 4, 5)));
void report_note(struct report *r, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* How many of that part there are. */
size_t report_count(const struct report *r, enum verify_part part);

#endif
