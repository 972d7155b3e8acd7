/* Inside of this feature: saved views as they are stored. */
#ifndef TROTH_FEATURE_VIEW_VIEW_ROW_H
#define TROTH_FEATURE_VIEW_VIEW_ROW_H

#include "base/arena.h"
#include "store/database.h"

enum { VIEW_NAME_MAX = 100, VIEW_FILTERS_MAX = 40, VIEW_FILTER_TEXT_MAX = 1000, VIEWS_MAX = 200 };

enum view_audience { VIEW_OWN, VIEW_TEAM, VIEW_ALL };

struct view_row {
    int64_t id, staff_id, team_id; /* team_id: 0 unless it is for a team */
    struct text name, filters;     /* filters: a JSON object of texts */
    enum view_audience audience;
    int64_t changed_us;
    struct text owner, team; /* their names, when read */
    bool is_pinned;          /* by who asks */
};
struct view_list {
    struct view_row *list;
    size_t count;
};

extern const struct statement_table view_statements;

/* All that a person sees: their own, those of their teams and of teams above these, those for all;
 * by id. */
enum err view_row_list(struct database *db, int64_t staff_id, struct arena *arena,
                       struct view_list *ret, struct err_info *info);
/* Is the team one of theirs, or above one of theirs? */
enum err view_is_my_team(struct database *db, int64_t staff_id, int64_t team_id, bool *ret,
                         struct err_info *info);
/* Draws its id. ERR_LIMIT: they have VIEWS_MAX already. */
enum err view_row_add(struct database *db, struct view_row *row, struct err_info *info);
enum err view_row_write(struct database *db, const struct view_row *row, struct err_info *info);
/* With everybody's pins. */
enum err view_row_remove(struct database *db, int64_t id, struct err_info *info);
enum err view_row_pin(struct database *db, int64_t id, int64_t staff_id, bool pinned,
                      struct err_info *info);

#endif
