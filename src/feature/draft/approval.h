/* Approval: a second person looks at what a draft would change and publishes it, or sends it back.
 * Whether one is needed is a setting; unless it says otherwise, as soon as there are two who may
 * approve. */
#ifndef TROTH_FEATURE_DRAFT_APPROVAL_H
#define TROTH_FEATURE_DRAFT_APPROVAL_H

#include "feature/draft/draft.h"

enum second_person { SECOND_AUTO, SECOND_ALWAYS, SECOND_NEVER };
extern const char *const second_person_names[]; /* "auto", "always", "never", NULL */

struct approval_rule {
    enum second_person setting;
    int64_t approvers; /* members of staff who may approve */
    bool is_needed;
};

struct approval {
    int64_t version_id, draft_id;
    struct text sent_by, approved_by, note;
    int64_t approved_us;
};

extern const struct statement_table approval_statements;

enum err approval_rule(struct database *db, struct approval_rule *ret, struct err_info *info);
enum err approval_set_rule(struct database *db, enum second_person setting, struct err_info *info);
/* Of all versions that came from a draft, the newest first. */
enum err approval_list(struct database *db, struct arena *arena, struct approval **ret,
                       size_t *ret_count, struct err_info *info);
enum err approval_add(struct database *db, const struct approval *a, struct err_info *info);

#endif
