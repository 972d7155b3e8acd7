/* JSON (RFC 8259), strict. Reader: one value into a tree in an arena; fast enough for bulk lines
 * when the arena is cleared between them. Writer: into a buffer; cannot be misnested (asserts). */
#ifndef TROTH_BASE_JSON_H
#define TROTH_BASE_JSON_H

#include "base/arena.h"
#include "base/err.h"

enum json_type { JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_TEXT, JSON_ARRAY, JSON_OBJECT };

struct json {
    enum json_type type;
    bool boolean;
    double number;
    struct text text;         /* JSON_TEXT: decoded, UTF-8; JSON_NUMBER: as it was written */
    struct text key;          /* the member's name, when the parent is an object */
    const struct json *first; /* first element or member */
    const struct json *next;  /* next sibling */
    size_t count;             /* elements or members */
};

struct json_limits {
    size_t bytes, depth, members; /* members: in all objects and arrays of the value together */
};
extern const struct json_limits json_default_limits; /* 1 MiB, 16 deep, 100,000 members */

/* Parses all of `in` (white space around is fine). Refuses duplicate names in one object, NUL in
 * text, bad UTF-8, lone surrogates, numbers out of range. The tree points into `in` where text
 * needed no decoding: keep both. Errors: ERR_INVALID (line and column), ERR_LIMIT. */
enum err json_parse(struct arena *arena, struct text in, const struct json_limits *limits,
                    const struct json **ret, struct err_info *info);
/* The member of that name, or NULL (also when object is not an object). */
const struct json *json_get(const struct json *object, const char *key);
/* True if value is a JSON_NUMBER written as an integer that fits. */
bool json_int64(const struct json *value, int64_t *ret);

enum { JSON_WRITER_DEPTH = 32 };
struct json_writer {
    struct buf *out;
    unsigned depth;
    bool has_item[JSON_WRITER_DEPTH];
    bool is_object[JSON_WRITER_DEPTH];
    bool after_key;
};

struct json_writer json_writer(struct buf *out);
void json_object_begin(struct json_writer *w);
void json_object_end(struct json_writer *w);
void json_array_begin(struct json_writer *w);
void json_array_end(struct json_writer *w);
void json_key(struct json_writer *w, const char *key);
void json_key_text(struct json_writer *w, struct text key);
void json_text(struct json_writer *w,
               struct text value); /* escapes <, > and & too: safe inside HTML */
void json_str(struct json_writer *w, const char *terminated);
void json_int(struct json_writer *w, int64_t value);
void json_number(struct json_writer *w,
                 double value); /* shortest text that reads back equal; not finite: null */
void json_bool(struct json_writer *w, bool value);
void json_null(struct json_writer *w);
void json_moment(struct json_writer *w, int64_t us); /* RFC 3339; null for MOMENT_NEVER */
/* A value already written as JSON. */
void json_raw(struct json_writer *w, struct text json);

#endif
