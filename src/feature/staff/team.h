/* Teams (departments, one within another) and who belongs to them: tables `team` and `team_member`.
 * What is read here is all of them at once: a company has few. */
#ifndef TROTH_FEATURE_STAFF_TEAM_H
#define TROTH_FEATURE_STAFF_TEAM_H

#include "base/arena.h"
#include "store/database.h"

enum { TEAM_NAME_MAX = 128 /* as of a touch's team */, TEAMS_MAX = 5000, TEAMS_DEEP = 16 };

extern const struct statement_table team_statements;

struct team {
    int64_t id;
    int64_t parent_id; /* 0: none */
    struct text name;
    bool restricted;
    int64_t created_us;
    int64_t members; /* of itself, without those of teams within */
};
struct team_list {
    struct team *list; /* by id */
    size_t count;
};
enum err team_list(struct database *db, struct arena *arena, struct team_list *ret,
                   struct err_info *info);
/* NULL: there is none. */
const struct team *team_find(const struct team_list *teams, int64_t id);
const struct team *team_named(const struct team_list *teams, struct text name);
/* Whether `team` is `above` or lies within it. */
bool team_is_within(const struct team_list *teams, const struct team *team, int64_t above);

/* Checks name, parent and depth. ERR_CONFLICT: the name is taken. ret->id is drawn. */
enum err team_add(struct database *db, const struct team_list *teams, struct team *team,
                  struct err_info *info);
/* The same for one that is there, by its id; also refuses circles. */
enum err team_write(struct database *db, const struct team_list *teams, const struct team *team,
                    struct err_info *info);
/* With its memberships. ERR_CONFLICT: teams lie within it. */
enum err team_remove(struct database *db, const struct team_list *teams, int64_t id,
                     struct err_info *info);

/* Who belongs to one comes to belong to the other, too; they lead it only if they do already. */
enum err team_move_members(struct database *db, int64_t from, int64_t to, struct err_info *info);

/* A team that somebody belongs to. */
struct belonging {
    int64_t staff_id, team_id;
    struct text name;
    bool lead;
};
/* Of the people with ids from first to last, in the order of people, then of names. */
enum err team_of_members(struct database *db, int64_t first, int64_t last, struct arena *arena,
                         struct belonging **ret, size_t *ret_count, struct err_info *info);
/* Instead of those that they belong to. Each team is there, once. */
enum err team_set_of_member(struct database *db, int64_t staff_id, const struct belonging *teams,
                            size_t count, struct err_info *info);

#endif
