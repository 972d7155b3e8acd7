/* Teams (departments, one within another) and who belongs to them: tables `team` and `team_member`.
 */
#ifndef TROTH_FEATURE_STAFF_TEAM_H
#define TROTH_FEATURE_STAFF_TEAM_H

#include "base/arena.h"
#include "store/database.h"

enum { TEAM_NAME_MAX = 128 /* as of a touch's team */, TEAMS_MAX = 5000, TEAMS_DEEP = 16 };

extern const struct statement_table team_statements;

/* A team that somebody belongs to. */
struct belonging {
    int64_t team_id;
    struct text name;
    bool lead;
};
/* Of one person, by name. */
enum err team_of_member(struct database *db, int64_t staff_id, struct arena *arena,
                        struct belonging **ret, size_t *ret_count, struct err_info *info);

#endif
