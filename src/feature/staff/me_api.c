/* One's own account. */
#include "feature/access/access.h"
#include "feature/staff/staff_api.h"
#include "feature/staff/staff_json.h"

static void reply_me(const struct person_seen *me, struct reply *reply)
{
    permission_set set = 0;
    for (size_t i = 0; i < me->ties.role_count; i++) {
        set |= me->ties.roles[i].permissions;
    }
    struct json_writer w = reply_json(reply, 200);
    json_object_begin(&w);
    staff_write(&w, &me->member, &me->ties);
    json_key(&w, "permissions");
    permissions_write(&w, permission_in_force(set));
    json_object_end(&w);
}

static enum err read_me(struct request *r, struct database *db, struct person_seen *ret,
                        struct err_info *info)
{
    return person_read(db, request_identity(r)->staff_id, request_arena(r), ret, info);
}

enum err me_show(struct request *r, struct database *db, struct reply *reply, struct err_info *info)
{
    struct person_seen me;
    enum err e = read_me(r, db, &me, info);
    if (!e) {
        reply_me(&me, reply);
    }
    return e;
}

enum err me_change(struct request *r, struct database *db, struct reply *reply,
                   struct err_info *info)
{
    struct person_seen before;
    enum err e = read_me(r, db, &before, info);
    if (e) {
        return e;
    }
    struct person_seen me = before;
    struct member *m = &me.member;
    if (request_has(r, "name")) {
        m->name = text_trim(request_text(r, "name"));
    }
    if (request_has(r, "language")) {
        m->language = text_of(member_languages[request_choice(r, "language", 0)]);
    }
    if (request_has(r, "theme")) {
        m->theme = text_of(member_themes[request_choice(r, "theme", 0)]);
    }
    if (request_has(r, "time_zone")) {
        m->time_zone = request_text(r, "time_zone");
    }
    e = member_write(db, m, info);
    if (!e) {
        access_changed(request_self(r));
        request_changed_thing(r, &person_noun, "account.changed", m->id, &before, &me);
        reply_me(&me, reply);
    }
    return e;
}
