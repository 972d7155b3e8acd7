/* One's own account. */
#include "feature/access/access.h"
#include "feature/staff/staff_api.h"
#include "feature/staff/staff_json.h"

static enum err reply_me(const struct member *m, struct request *r, struct database *db,
                         struct reply *reply, struct err_info *info)
{
    struct staff_ties ties;
    enum err e = staff_ties_read(db, m->id, m->id, request_arena(r), &ties, info);
    if (e) {
        return e;
    }
    permission_set set = 0;
    for (size_t i = 0; i < ties.role_count; i++) {
        set |= ties.roles[i].permissions;
    }
    struct json_writer w = reply_json(reply, 200);
    json_object_begin(&w);
    staff_write(&w, m, &ties);
    json_key(&w, "permissions");
    permissions_write(&w, permission_in_force(set));
    json_object_end(&w);
    return ERR_NONE;
}

enum err me_show(struct request *r, struct database *db, struct reply *reply, struct err_info *info)
{
    struct member me;
    enum err e = member_find(db, request_identity(r)->staff_id, request_arena(r), &me, info);
    return e ? e : reply_me(&me, r, db, reply, info);
}

enum err me_change(struct request *r, struct database *db, struct reply *reply,
                   struct err_info *info)
{
    struct member me;
    enum err e = member_find(db, request_identity(r)->staff_id, request_arena(r), &me, info);
    if (e) {
        return e;
    }
    if (request_has(r, "name")) {
        me.name = text_trim(request_text(r, "name"));
    }
    if (request_has(r, "language")) {
        me.language = text_of(member_languages[request_choice(r, "language", 0)]);
    }
    if (request_has(r, "theme")) {
        me.theme = text_of(member_themes[request_choice(r, "theme", 0)]);
    }
    if (request_has(r, "time_zone")) {
        me.time_zone = request_text(r, "time_zone");
    }
    e = member_write(db, &me, info);
    if (!e) {
        access_changed(request_self(r));
        e = reply_me(&me, r, db, reply, info);
    }
    return e;
}
