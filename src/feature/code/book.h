/* The book: every published version of the Customer Code, compiled into one plan. Versions are
 * frozen when they are published, with the time zones and imported closures they used, so that the
 * past is always judged the same way. */
#ifndef TROTH_FEATURE_CODE_BOOK_H
#define TROTH_FEATURE_CODE_BOOK_H

#include "engine/engine.h"
#include "store/database.h"

struct version {
    int64_t id, published_us, from_us; /* from_us: MOMENT_BEFORE_ALL for the first */
    int64_t begins_us, ends_us;        /* from_us and the Code's own dates together */
    struct text published_by;
    const struct code *code;
};

/* Immutable; shared between threads by counting. */
struct book;

extern const struct statement_table book_statements;

/* Reads all versions and compiles them. */
enum err book_load(struct database *db, struct book **ret, struct err_info *info);
struct book *book_hold(struct book *b);
void book_drop(struct book **b); /* NULL inside is fine */
const struct plan *book_plan(const struct book *b);
size_t book_version_count(const struct book *b); /* oldest first */
const struct version *book_version(const struct book *b, size_t i);
/* The version in force: of those whose time it is, the one that begins last, as the engine judges.
 * NULL before the first. */
const struct version *book_current(const struct book *b, int64_t now_us);
/* Which version a Code of the plan is. */
const struct version *book_version_of(const struct book *b, const struct code *code);
/* The company's zone: of the version in force, else UTC. */
const struct zone *book_zone(const struct book *b);
/* The day of an instant in it, since 1970-01-01. */
int32_t book_day(const struct book *b, int64_t us);

/* An iCalendar file that the Code names. */
struct book_file {
    struct text name, bytes;
};

/* What a version was frozen with: for plan_compile(), read while the connection lives. */
struct book_frozen {
    struct database *db;
    int64_t version_id;
};
plan_read_fn book_read_frozen;
/* The iCalendar files that a version was published with, without its zones, in the arena. */
enum err book_files(struct database *db, int64_t version_id, struct arena *arena,
                    struct book_file *ret, size_t most, size_t *ret_count, struct err_info *info);

struct publication {
    int64_t id;
    struct text source; /* it has been checked */
    const struct book_file *files;
    size_t file_count;
    struct text published_by;
    int64_t now_us;
    /* In force from then on; the first: ever since, unless that is later than now. 0: from now on,
     * or from its own `applies from`. */
    int64_t from_us;
};
/* Writes a new version. Nothing else changes until the book is loaded again. ERR_INVALID when the
 * plan does not compile. */
enum err book_add(struct database *db, const struct publication *p, struct err_info *info);
/* The same without a date. */
enum err book_publish(struct database *db, int64_t id, struct text source,
                      const struct book_file *files, size_t file_count, struct text published_by,
                      int64_t now_us, struct err_info *info);

/* The newest version if publishing this would say the same once more: an equal source (so an equal
 * `applies from`), closures and time zones. Else NULL. */
enum err book_find_same(struct database *db, const struct book *b, struct text source,
                        const struct book_file *files, size_t file_count,
                        const struct version **ret, struct err_info *info);

#endif
