/* One's own account. */
#include "base/id.h"
#include "feature/access/access.h"
#include "feature/staff/held_role.h"
#include "feature/staff/member.h"
#include "feature/staff/staff_api.h"
#include "feature/staff/team.h"

static void write_roles(struct json_writer *w, const struct held_role *roles, size_t count)
{
    char id[ID_TEXT_SIZE];
    json_array_begin(w);
    for (size_t i = 0; i < count; i++) {
        json_object_begin(w);
        json_key(w, "id");
        json_str(w, id_format(roles[i].id, "rol", id));
        json_key(w, "name");
        json_text(w, roles[i].name);
        json_object_end(w);
    }
    json_array_end(w);
}

static void write_permissions(struct json_writer *w, permission_set set)
{
    permission_set all = permission_in_force(set);
    json_array_begin(w);
    for (size_t i = 0; permissions[i].name; i++) {
        if (all & UINT64_C(1) << i) {
            json_str(w, permissions[i].name);
        }
    }
    json_array_end(w);
}

static void write_teams(struct json_writer *w, const struct belonging *teams, size_t count)
{
    char id[ID_TEXT_SIZE];
    json_array_begin(w);
    for (size_t i = 0; i < count; i++) {
        json_object_begin(w);
        json_key(w, "id");
        json_str(w, id_format(teams[i].team_id, "tea", id));
        json_key(w, "name");
        json_text(w, teams[i].name);
        json_key(w, "lead");
        json_bool(w, teams[i].lead);
        json_object_end(w);
    }
    json_array_end(w);
}

static void write_member(struct json_writer *w, const struct member *m)
{
    char id[ID_TEXT_SIZE];
    json_key(w, "id");
    json_str(w, id_format(m->id, "stf", id));
    json_key(w, "name");
    json_text(w, m->name);
    json_key(w, "email");
    json_text(w, m->email);
    json_key(w, "language");
    json_text(w, m->language);
    json_key(w, "time_zone");
    if (m->time_zone.len) {
        json_text(w, m->time_zone);
    } else {
        json_null(w);
    }
    json_key(w, "theme");
    json_text(w, m->theme);
    json_key(w, "created");
    json_moment(w, m->created_us);
}

static enum err reply_me(const struct member *m, struct request *r, struct database *db,
                         struct reply *reply, struct err_info *info)
{
    struct held_role *roles = NULL;
    struct belonging *teams = NULL;
    size_t role_count = 0, team_count = 0;
    enum err e = held_role_list(db, m->id, request_arena(r), &roles, &role_count, info);
    e = e ? e : team_of_member(db, m->id, request_arena(r), &teams, &team_count, info);
    if (e) {
        return e;
    }
    permission_set set = 0;
    for (size_t i = 0; i < role_count; i++) {
        set |= roles[i].permissions;
    }
    struct json_writer w = reply_json(reply, 200);
    json_object_begin(&w);
    write_member(&w, m);
    json_key(&w, "roles");
    write_roles(&w, roles, role_count);
    json_key(&w, "permissions");
    write_permissions(&w, set);
    json_key(&w, "teams");
    write_teams(&w, teams, team_count);
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
