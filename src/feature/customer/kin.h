/* Which customers are one, as merges and splits among the touches say (rules 44 to 46). */
#ifndef TROTH_FEATURE_CUSTOMER_KIN_H
#define TROTH_FEATURE_CUSTOMER_KIN_H

#include "base/arena.h"
#include "store/database.h"

/* What was said of two customers. */
struct kin_link {
    struct text survivor, other, person;
    int64_t said_us;
    bool is_merged;
    struct kin_link *next;
};
/* All that was said, as of one state of the database. */
struct kinship;
/* The last of these that was read: it is read anew only when something was said since. */
struct kin_cache;
struct kin_cache *kin_cache_new(void);
void kin_cache_free(struct kin_cache *cache);

struct kin {
    struct kinship *kinship;
    struct arena *arena; /* for lists */
};
struct kin_list {
    struct text *ids; /* that under which they are judged comes first */
    size_t count;     /* at least 1 */
};

/* As of the transaction of db. kin_close() in any case. */
enum err kin_read(struct kin_cache *cache, struct database *db, struct arena *arena,
                  struct kin *ret, struct err_info *info);
/* The same within a change, whose end is not known yet: what it reads is not kept for others. */
enum err kin_read_changing(struct kin_cache *cache, struct database *db, struct arena *arena,
                           struct kin *ret, struct err_info *info);
void kin_close(struct kin *kin);
/* The last said first; each goes on at ->next. NULL: nothing was said. */
const struct kin_link *kin_links(const struct kin *kin);
/* The customer under whom that one is judged: itself, unless it was merged into another. */
struct text kin_root(const struct kin *kin, struct text id);
struct kin_list kin_of(const struct kin *kin, struct text id);
/* The last that was said of the two, whichever is the survivor; NULL: nothing. */
const struct kin_link *kin_between(const struct kin *kin, struct text a, struct text b);

#endif
