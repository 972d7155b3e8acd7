/* Members of staff page by page, as lists and files have them: the filters of an address, people
 * with their roles and teams. */
#ifndef TROTH_FEATURE_STAFF_STAFF_PAGE_H
#define TROTH_FEATURE_STAFF_STAFF_PAGE_H

#include "feature/staff/held_role.h"
#include "feature/staff/member.h"
#include "feature/staff/team.h"
#include "http/route.h"

/* For the field tables of routes. */
#define STAFF_FILTER_FIELDS                                                                       \
    {.name = "q",                                                                                 \
     .place = FIELD_QUERY,                                                                        \
     .type = FIELD_TEXT,                                                                          \
     .most = 200,                                                                                 \
     .doc = "Words in name or address, whatever the case and accents."},                          \
        {.name = "role",                                                                          \
         .place = FIELD_QUERY,                                                                    \
         .type = FIELD_TEXT,                                                                      \
         .doc = "Only who holds this role: its id or its name."},                                 \
        {.name = "team",                                                                          \
         .place = FIELD_QUERY,                                                                    \
         .type = FIELD_TEXT,                                                                      \
         .doc = "Only who belongs to this team: tea_…"},                                          \
    {                                                                                             \
        .name = "state", .place = FIELD_QUERY, .type = FIELD_CHOICE, .choices = member_states,    \
        .doc = "enabled: may sign in; active: and has been here; invited: and has not; disabled." \
    }
enum { STAFF_FILTER_FIELD_COUNT = 4 };
enum err staff_filter_read(struct request *r, struct database *db, struct member_filter *ret,
                           struct err_info *info);

/* Roles and teams of people whose ids lie side by side. */
struct staff_ties {
    struct held_role *roles;
    struct belonging *teams;
    size_t role_count, team_count;
};
struct staff_page {
    struct member *list;
    size_t count;
    struct staff_ties ties;
    bool has_more; /* behind the last one's id */
};
/* Texts in the arena. */
enum err staff_page_read(struct database *db, const struct member_filter *filter, size_t most,
                         struct arena *arena, struct staff_page *ret, struct err_info *info);

#endif
