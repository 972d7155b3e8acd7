/* Inside of this feature: what the roll knows of the company's people: who may come in, with which
 * permissions, and which restricted teams are hidden from them. */
#ifndef TROTH_FEATURE_ACCESS_PEOPLE_H
#define TROTH_FEATURE_ACCESS_PEOPLE_H

#include "feature/access/permission.h"
#include "store/database.h"

extern const struct statement_table people_statements;

struct person {
    int64_t id;
    struct text name;
    permission_set permissions;    /* of all their roles together */
    struct text scopes;            /* the same in words */
    bool has_factor, wants_factor; /* a second one; by a role that asks for it */
    const struct text *hidden;     /* names of teams */
    size_t hidden_count;
};
struct people {
    struct person *list; /* by id; without those who are disabled */
    size_t count;
    struct text *restricted; /* names of all restricted teams: hidden from tokens */
    size_t restricted_count;
};

/* Roles whose holders need a second factor. */
enum { FACTOR_ROLES_MAX = 200 };
struct factor_roles {
    int64_t ids[FACTOR_ROLES_MAX];
    size_t count;
};
enum err people_factor_roles(struct database *db, struct factor_roles *ret, struct err_info *info);

/* Everything in the arena. */
enum err people_read(struct database *db, struct arena *arena, struct people *ret,
                     struct err_info *info);
/* NULL: not there, or disabled. */
const struct person *people_find(const struct people *people, int64_t staff_id);

#endif
