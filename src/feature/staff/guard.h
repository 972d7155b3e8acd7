/* Inside of this feature: nobody gives others more than they have themselves, nor takes it from who
 * has more. */
#ifndef TROTH_FEATURE_STAFF_GUARD_H
#define TROTH_FEATURE_STAFF_GUARD_H

#include "feature/staff/held_role.h"
#include "feature/staff/team.h"
#include "http/request.h"

/* What who asks may do. */
permission_set guard_permissions(const struct request *r);
/* ERR_FORBIDDEN: these permissions are more than who asks has. what: "role", for the words. */
enum err guard_giving(const struct request *r, permission_set given, const char *field,
                      struct err_info *info);
/* The same of a person whose account is to be changed. */
enum err guard_person(const struct request *r, struct database *db, int64_t staff_id,
                      struct err_info *info);
/* Who belongs to this team reads what belongs to restricted ones at and below it: ERR_FORBIDDEN
 * where who asks may not read all of that. */
enum err guard_team(const struct request *r, const struct team_list *teams, const struct team *team,
                    struct err_info *info);

#endif
