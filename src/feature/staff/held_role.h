/* Roles that people hold, and those that the company made: tables `role` and `staff_role`. */
#ifndef TROTH_FEATURE_STAFF_HELD_ROLE_H
#define TROTH_FEATURE_STAFF_HELD_ROLE_H

#include "feature/access/permission.h"
#include "store/database.h"

enum { ROLE_NAME_MAX = 60, ROLES_MAX = 200, ROLES_HELD_MAX = 16 };

extern const struct statement_table held_role_statements;

struct held_role {
    int64_t staff_id; /* who holds it; 0 in a list of roles */
    int64_t id;
    struct text name;
    permission_set permissions;
    int64_t holders; /* in a list of roles: how many hold it */
};
struct role_list {
    struct held_role *list;
    size_t count;
};
/* All roles, those that are built in first. */
enum err role_list(struct database *db, struct arena *arena, struct role_list *ret,
                   struct err_info *info);
/* By id ("rol_…") or by name; NULL: there is none. */
const struct held_role *role_named(const struct role_list *roles, struct text words);
const struct held_role *role_find(const struct role_list *roles, int64_t id);

/* A role of the company's own; name and permissions are checked. ret->id is drawn. */
enum err role_add(struct database *db, const struct role_list *roles, struct held_role *role,
                  int64_t now_us, struct err_info *info);
enum err role_write(struct database *db, const struct role_list *roles,
                    const struct held_role *role, struct err_info *info);
/* Nobody holds it then. */
enum err role_remove(struct database *db, int64_t id, struct err_info *info);

/* Of the people with ids from first to last, in the order of people; built-in ones first. */
enum err held_role_list(struct database *db, int64_t first, int64_t last, struct arena *arena,
                        struct held_role **ret, size_t *ret_count, struct err_info *info);
/* What one person may do by all their roles. */
enum err held_role_permissions(struct database *db, int64_t staff_id, permission_set *ret,
                               struct err_info *info);
/* Instead of those that they hold. */
enum err held_role_set(struct database *db, int64_t staff_id, const int64_t *ids, size_t count,
                       struct err_info *info);
/* First of all in a job that changes staff, teams or roles: two servers do not do so at once. */
enum err held_role_alone(struct database *db, struct err_info *info);
/* Whether anybody who may sign in is administrator. */
enum err held_role_any_administrator(struct database *db, bool *ret, struct err_info *info);
/* After the change, in its job. ERR_CONFLICT: there was one before it, and is none any more. */
enum err held_role_check_administrator(struct database *db, bool before, struct err_info *info);

#endif
