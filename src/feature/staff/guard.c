#include "feature/staff/guard.h"

permission_set guard_permissions(const struct request *r)
{
    return permission_parse(request_identity(r)->scopes);
}

enum err guard_giving(const struct request *r, permission_set given, const char *field,
                      struct err_info *info)
{
    return permission_may_give(guard_permissions(r), given)
               ? ERR_NONE
               : err_field(info, ERR_FORBIDDEN, field,
                           "This role allows more than you may do yourself: ask an administrator.");
}

enum err guard_person(const struct request *r, struct database *db, int64_t staff_id,
                      struct err_info *info)
{
    permission_set theirs;
    enum err e = held_role_permissions(db, staff_id, &theirs, info);
    if (!e && !permission_may_give(guard_permissions(r), theirs)) {
        e = err_field(info, ERR_FORBIDDEN, "id",
                      "They may do more than you may do yourself: ask an administrator.");
    }
    return e;
}

enum err guard_team(const struct request *r, const struct team_list *teams, const struct team *team,
                    struct err_info *info)
{
    for (size_t i = 0; i < teams->count; i++) {
        const struct team *t = &teams->list[i];
        if (t->restricted && team_is_within(teams, t, team->id) &&
            !identity_sees_team(request_identity(r), t->name)) {
            return err_field(info, ERR_FORBIDDEN, "teams",
                             "This would open a restricted team that you do not belong to: ask "
                             "one of its members or an administrator.");
        }
    }
    return ERR_NONE;
}
