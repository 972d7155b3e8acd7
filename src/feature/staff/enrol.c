#include "feature/staff/held_role.h"
#include "feature/staff/member.h"
#include "feature/staff/staff.h"

enum err staff_enrol(struct database *db, struct text name, struct text email, struct text role,
                     int64_t now_us, int64_t *ret_id, struct err_info *info)
{
    struct arena arena CLEANUP(arena_release) = {0};
    struct role_list roles;
    struct member m;
    enum err e = role_list(db, &arena, &roles, info);
    if (e) {
        return e;
    }
    const struct held_role *held = role.len ? role_named(&roles, role) : NULL;
    if (role.len && !held) {
        return err_field(info, ERR_INVALID, "role",
                         "There is no role \"%.*s\"; there are administrator, manager, lead, "
                         "agent, analyst, privacy officer, and the company's own.",
                         role.len < 40 ? (int)role.len : 40, role.ptr);
    }
    e = member_add(db, text_trim(name), email, now_us, &arena, &m, info);
    if (!e && held) {
        e = held_role_set(db, m.id, &held->id, 1, info);
    }
    if (!e) {
        *ret_id = m.id;
    }
    return e;
}

enum err staff_shut_out(struct database *db, struct text email, int64_t now_us,
                        struct err_info *info)
{
    struct arena arena CLEANUP(arena_release) = {0};
    struct text address;
    struct member m;
    bool before = false;
    enum err e = member_email(&arena, email, &address, info);
    e = e ? e : member_find_by_email(db, address, &arena, &m, info);
    e = e ? e : held_role_any_administrator(db, &before, info);
    if (e || m.disabled_us != MOMENT_NEVER) {
        return e;
    }
    m.disabled_us = now_us;
    e = member_write(db, &m, info);
    e = e ? e : held_role_check_administrator(db, before, info);
    e = e ? e : session_revoke_all(db, m.id, 0, now_us, info);
    return e ? e : link_forget(db, m.id, info);
}
