/* Inside of this feature: the trail as people read it, the newest first. */
#ifndef TROTH_FEATURE_AUDIT_TRAIL_H
#define TROTH_FEATURE_AUDIT_TRAIL_H

#include "base/moment.h"
#include "feature/audit/audit_part.h"
#include "feature/audit/sight.h"

extern const struct statement_table trail_statements;

struct trail_filter {
    struct text actor; /* "stf_…", "tok_…", "command", "visitor", "rule"; empty: all */
    struct text action, subject; /* empty: all */
    struct text words;           /* somewhere in names, subject, before or after; empty: all */
    int64_t from_us, until_us;   /* until is not in it */
    int64_t before_id;           /* only older ones; 0: from the newest */
};
/* ERR_INVALID: the actor is none. */
enum err trail_check(const struct trail_filter *filter, struct err_info *info);

enum { TRAIL_LOOKED_AT_MOST = 5000 }; /* rows that one call reads where it looks for words */

/* Calls each() for up to `most` rows that pass and are in sight. *ret_next: where to go on, 0 at
 * the end; where words are looked for it may come before `most` are found. */
enum err trail_read(struct database *db, const struct trail_filter *filter,
                    const struct sight *sight, size_t most, struct arena *arena,
                    void (*each)(void *self, const struct chain_link *link), void *self,
                    int64_t *ret_next, struct err_info *info);

/* One record. ERR_NOT_FOUND, also where it is out of sight. */
enum err trail_find(struct database *db, const struct sight *sight, int64_t id, struct arena *arena,
                    struct chain_link *ret, struct err_info *info);

/* "stf_01h…", "tok_…", "command", "visitor", "rule". */
struct text trail_actor(const struct chain_link *link, struct arena *arena);

#endif
