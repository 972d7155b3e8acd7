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
struct kin {
    struct who *who;
    struct arena *arena;
    struct kin_link *links; /* the last said first */
};
struct kin_list {
    struct text *ids; /* that under which they are judged comes first */
    size_t count;     /* at least 1 */
};

/* Texts in the arena. kin_close() in any case. */
enum err kin_read(struct database *db, struct arena *arena, struct kin *ret, struct err_info *info);
void kin_close(struct kin *kin);
/* The customer under whom that one is judged: itself, unless it was merged into another. */
struct text kin_root(const struct kin *kin, struct text id);
struct kin_list kin_of(const struct kin *kin, struct text id);
/* The last that was said of the two, whichever is the survivor; NULL: nothing. */
const struct kin_link *kin_between(const struct kin *kin, struct text a, struct text b);

#endif
