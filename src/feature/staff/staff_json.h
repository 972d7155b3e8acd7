/* Inside of this feature: people as the API tells them, with their roles and teams. */
#ifndef TROTH_FEATURE_STAFF_STAFF_JSON_H
#define TROTH_FEATURE_STAFF_STAFF_JSON_H

#include "feature/staff/staff_page.h"

extern const struct shape staff_shape, me_shape;

enum err staff_ties_read(struct database *db, int64_t first, int64_t last, struct arena *arena,
                         struct staff_ties *ret, struct err_info *info);
/* Members of an object that is open. */
void staff_write(struct json_writer *w, const struct member *m, const struct staff_ties *ties);
/* One person with all that is theirs, as the audit trail keeps it. */
struct person_seen {
    struct member member;
    struct staff_ties ties;
};
extern const struct noun person_noun;
enum err person_read(struct database *db, int64_t id, struct arena *arena, struct person_seen *ret,
                     struct err_info *info);
void permissions_write(struct json_writer *w, permission_set set); /* an array of words */

#endif
