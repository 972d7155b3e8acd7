/* Roles that people hold, and those that the company made: tables `role` and `staff_role`. */
#ifndef TROTH_FEATURE_STAFF_HELD_ROLE_H
#define TROTH_FEATURE_STAFF_HELD_ROLE_H

#include "feature/access/permission.h"
#include "store/database.h"

enum { ROLE_NAME_MAX = 60, ROLES_MAX = 200 };

extern const struct statement_table held_role_statements;

struct held_role {
    int64_t id;
    struct text name;
    permission_set permissions;
};
/* Of one person, by id: those that are built in come first. */
enum err held_role_list(struct database *db, int64_t staff_id, struct arena *arena,
                        struct held_role **ret, size_t *ret_count, struct err_info *info);
enum err held_role_add(struct database *db, int64_t staff_id, int64_t role_id,
                       struct err_info *info);

#endif
