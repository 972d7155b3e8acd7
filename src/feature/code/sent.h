/* A Code as a request brings it: the text alone, or JSON with the iCalendar files that it names. */
#ifndef TROTH_FEATURE_CODE_SENT_H
#define TROTH_FEATURE_CODE_SENT_H

#include "engine/engine.h"
#include "feature/code/book.h"
#include "http/route.h"

enum { SENT_FILES_MAX = 16, SENT_BYTES_MAX = 8 << 20 };
extern const char *const sent_types[]; /* route.body_types */

struct sent {
    struct text source;
    struct book_file files[SENT_FILES_MAX];
    size_t file_count;
};

/* Views into the request's body. ERR_INVALID, ERR_LIMIT. */
enum err sent_read(struct request *r, struct sent *ret, struct err_info *info);
/* The member "files" of an object: texts by their names. */
enum err sent_take_files(const struct json *files, struct sent *sent, struct err_info *info);
/* What parser and checker find, and what only the world outside the Code can tell: a zone that the
 * tz database does not hold, a missing file. */
const struct code *sent_check(struct arena *arena, const struct sent *sent, struct diagnostics *d);
/* The same in a prepare(): mistakes refuse the request, with all diagnostics in the problem. */
enum err sent_must_be_right(struct request *r, const struct sent *sent, struct err_info *info);
/* For plan_compile(), with the struct sent: zones are the system's. */
plan_read_fn sent_read_file;

#endif
