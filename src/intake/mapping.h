/* Mapping files: how rows of a CSV file become touches. The form is documented in docs/touches.md;
 * this is the parsed mapping and its use on rows. Pure: no I/O (the caller loads the zone). */
#ifndef TROTH_INTAKE_MAPPING_H
#define TROTH_INTAKE_MAPPING_H

#include "engine/touch.h"
#include "engine/zone.h"
#include "lang/code.h"

enum {
    MAPPING_BYTES_MAX = 64 << 10,
    MAPPING_COLUMNS_MAX = 256, /* columns of a file */
    MAPPING_TOUCHES_MAX = 32,  /* touches of one row */
    MAPPING_TERMS_MAX = 16,    /* of one expression, and columns of `key` */
    MAPPING_NOTES_MAX = 64,    /* `skip` lines and `at the earliest` clauses together */
    MAPPING_CELL_MAX = 64 << 10
};

/* Something the report counts: rows skipped, times moved. */
struct mapping_note {
    struct text reason;
    uint32_t line; /* of the mapping */
    bool is_skip;  /* false: a time moved to the earliest */
};

struct mapping; /* in the arena given to mapping_parse() */

/* Always returns a mapping; it may be used only if ret_diagnostics->errors is 0. source is copied.
 */
struct mapping *mapping_parse(struct arena *arena, struct text source,
                              struct diagnostics *ret_diagnostics);
struct text mapping_title(const struct mapping *m);
char mapping_delimiter(const struct mapping *m);
char mapping_quote(const struct mapping *m);
bool mapping_is_latin1(const struct mapping *m);
/* Name of the zone to load, empty if it needs none; then give it here before any row. */
struct text mapping_zone(const struct mapping *m);
void mapping_set_zone(struct mapping *m, const struct zone *zone);
size_t mapping_notes(const struct mapping *m, const struct mapping_note **ret);

/* A mapping held against one file's columns. */
struct mapper;

struct row {
    const struct text *cells; /* UTF-8, trimmed */
    size_t count;
};

/* True if the first row is a header: give it to mapper_new(), else a row of no cells. */
bool mapping_wants_header(const struct mapping *m);
/* ERR_INVALID when a column that the mapping names is not there (with a suggestion), or is there
 * twice. m must outlive it. */
enum err mapper_new(struct arena *arena, const struct mapping *m, struct row header,
                    struct mapper **ret, struct err_info *info);
/* The touches of one row, 0 to MAPPING_TOUCHES_MAX, in order; place is left 0. They point into the
 * row and the arena. All or none: an error names the column or field. Counts what it notes in
 * notes[] (as mapping_notes(); only when it returns ERR_NONE). */
enum err mapper_row(struct mapper *mapper, struct arena *arena, struct row row,
                    struct touch ret[MAPPING_TOUCHES_MAX], size_t *ret_count, uint64_t *notes,
                    struct err_info *info);

#endif
