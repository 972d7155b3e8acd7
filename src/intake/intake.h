/* Files into touches: NDJSON, a JSON array (CloudEvents batch), or CSV through a mapping. Streams
 * with bounded memory; what is refused is told line by line, and the rest goes on. */
#ifndef TROTH_INTAKE_INTAKE_H
#define TROTH_INTAKE_INTAKE_H

#include "intake/bytes.h"
#include "intake/mapping.h"
#include "intake/touch_json.h"

enum {
    INTAKE_LINE_MAX = 1 << 20, /* bytes of a line, an element of an array, or a row */
};

struct intake_sink {
    void *context;
    /* The touch is valid during the call. Returns false if it was taken before. */
    bool (*touch)(void *context, const struct touch *t);
    /* info: as touch_parse() and mapper_row() fill it. */
    void (*refused)(void *context, uint64_t line, const struct err_info *info);
    /* Now and then; share as bytes_share(). NULL: none. */
    void (*progress)(void *context, double share);
};

struct intake {
    const struct intake_sink *sink;
    const struct mapping *mapping;     /* NULL: JSON */
    uint64_t place;                    /* of the last touch; goes on over files */
    uint64_t records;                  /* lines that hold something, elements, rows */
    uint64_t taken, again, refused;    /* touches, touches taken before, records */
    uint64_t notes[MAPPING_NOTES_MAX]; /* as mapping_notes() */
    struct err_info why;               /* scratch: what was wrong last */
};

/* Reads one file to its end. Errors only for what ends the reading: a damaged file, a header
 * without the columns needed (info->line tells where). What was read before stays. */
enum err intake_read(struct intake *in, struct bytes *bytes, struct err_info *info);

#endif
