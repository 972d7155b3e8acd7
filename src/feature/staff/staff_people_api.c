/* Members of staff: one of them, adding and changing them. */
#include "base/id.h"
#include "feature/access/access.h"
#include "feature/access/session_noted.h"
#include "feature/staff/guard.h"
#include "feature/staff/staff_api.h"
#include "feature/staff/staff_json.h"

enum { TEAMS_HELD_MAX = 32 };

/* -- reading -- */

static void reply_one(const struct person_seen *p, unsigned status, struct reply *reply)
{
    struct json_writer w = reply_json(reply, status);
    person_noun.write(&w, p);
}

static enum err find_wanted(struct request *r, struct database *db, struct person_seen *ret,
                            struct err_info *info)
{
    int64_t id;
    if (!id_parse(request_text(r, "id"), "stf", &id)) {
        id = 0;
    }
    return person_read(db, id, request_arena(r), ret, info);
}

enum err staff_show(struct request *r, struct database *db, struct reply *reply,
                    struct err_info *info)
{
    struct person_seen p;
    enum err e = find_wanted(r, db, &p, info);
    if (!e) {
        reply_one(&p, 200, reply);
    }
    return e;
}

/* -- changing -- */

/* ["rol_…" or a name, …] */
static enum err set_roles(struct request *r, struct database *db, int64_t staff_id,
                          struct err_info *info)
{
    const struct json *given = request_json(r, "roles");
    struct role_list roles;
    enum err e = role_list(db, request_arena(r), &roles, info);
    if (e) {
        return e;
    }
    int64_t ids[ROLES_HELD_MAX];
    size_t count = 0;
    for (const struct json *j = given->first; j && !e; j = j->next) {
        const struct held_role *role = j->type == JSON_TEXT ? role_named(&roles, j->text) : NULL;
        if (!role) {
            return err_field(info, ERR_INVALID, "roles",
                             "Each must be the id or the name of a role: GET /api/v1/roles.");
        }
        bool again = false;
        for (size_t i = 0; i < count; i++) {
            again = again || ids[i] == role->id;
        }
        if (!again) {
            ids[count++] = role->id;
        }
        e = guard_giving(r, role->permissions, "roles", info);
    }
    return e ? e : held_role_set(db, staff_id, ids, count, info);
}

/* "tea_…", or {"id": "tea_…", "lead": true} */
static const struct team *read_team(const struct json *j, const struct team_list *teams,
                                    bool *ret_lead)
{
    const struct json *id = j->type == JSON_OBJECT ? json_get(j, "id") : j;
    const struct json *lead = json_get(j, "lead");
    int64_t number;
    *ret_lead = lead && lead->type == JSON_BOOL && lead->boolean;
    return id && id->type == JSON_TEXT && id_parse(id->text, "tea", &number)
               ? team_find(teams, number)
               : NULL;
}

static bool belongs(const struct staff_ties *ties, int64_t team_id)
{
    for (size_t i = 0; i < ties->team_count; i++) {
        if (ties->teams[i].team_id == team_id) {
            return true;
        }
    }
    return false;
}

static enum err set_teams(struct request *r, struct database *db, int64_t staff_id,
                          struct err_info *info)
{
    struct team_list teams;
    struct staff_ties ties;
    enum err e = team_list(db, request_arena(r), &teams, info);
    e = e ? e : staff_ties_read(db, staff_id, staff_id, request_arena(r), &ties, info);
    if (e) {
        return e;
    }
    struct belonging set[TEAMS_HELD_MAX];
    size_t count = 0;
    for (const struct json *j = request_json(r, "teams")->first; j; j = j->next) {
        bool lead;
        const struct team *team = read_team(j, &teams, &lead);
        if (!team) {
            return err_field(info, ERR_INVALID, "teams",
                             "Each must be the id of a team, or {\"id\": …, \"lead\": true}: GET "
                             "/api/v1/teams.");
        }
        e = belongs(&ties, team->id) ? ERR_NONE : guard_team(r, &teams, team, info);
        if (e) {
            return e;
        }
        for (size_t i = 0; i < count; i++) {
            if (set[i].team_id == team->id) {
                return err_field(info, ERR_INVALID, "teams", "A team is named twice.");
            }
        }
        set[count++] = (struct belonging){.team_id = team->id, .lead = lead};
    }
    return team_set_of_member(db, staff_id, set, count, info);
}

static enum err set_ties(struct request *r, struct database *db, int64_t staff_id,
                         struct err_info *info)
{
    enum err e = request_has(r, "roles") ? set_roles(r, db, staff_id, info) : ERR_NONE;
    return !e && request_has(r, "teams") ? set_teams(r, db, staff_id, info) : e;
}

/* Once it is done: tells the trail, and whoever asks. */
static enum err has_changed(struct request *r, struct database *db, const char *action, int64_t id,
                            const struct person_seen *before, struct reply *reply,
                            struct err_info *info)
{
    struct person_seen now;
    enum err e = person_read(db, id, request_arena(r), &now, info);
    if (!e) {
        access_changed(request_self(r));
        request_changed_thing(r, &person_noun, action, id, before, &now);
        reply_one(&now, before ? 200 : 201, reply);
    }
    return e;
}

/* What they would choose for themselves. */
static void set_preferences(struct request *r, struct member *m)
{
    if (request_has(r, "language")) {
        m->language = text_of(member_languages[request_choice(r, "language", 0)]);
    }
    if (request_has(r, "time_zone")) {
        m->time_zone = request_text(r, "time_zone");
    }
}

enum err staff_add(struct request *r, struct database *db, struct reply *reply,
                   struct err_info *info)
{
    struct member m;
    enum err e = held_role_alone(db, info);
    e = e ? e
          : member_add(db, text_trim(request_text(r, "name")), request_text(r, "email"),
                       moment_now(), request_arena(r), &m, info);
    if (!e) {
        set_preferences(r, &m);
        e = member_write(db, &m, info);
    }
    e = e ? e : set_ties(r, db, m.id, info);
    return e ? e : has_changed(r, db, "staff.added", m.id, NULL, reply, info);
}

enum err staff_change(struct request *r, struct database *db, struct reply *reply,
                      struct err_info *info)
{
    struct person_seen was;
    bool before = false;
    enum err e = held_role_alone(db, info);
    e = e ? e : find_wanted(r, db, &was, info);
    e = e ? e : guard_person(r, db, was.member.id, info);
    e = e ? e : held_role_any_administrator(db, &before, info);
    if (e) {
        return e;
    }
    struct member m = was.member;
    if (request_has(r, "name")) {
        m.name = text_trim(request_text(r, "name"));
    }
    if (request_has(r, "email")) {
        e = member_email(request_arena(r), request_text(r, "email"), &m.email, info);
    }
    set_preferences(r, &m);
    e = e ? e : member_write(db, &m, info);
    e = e ? e : set_ties(r, db, m.id, info);
    e = e ? e : held_role_check_administrator(db, before, info);
    return e ? e : has_changed(r, db, "staff.changed", m.id, &was, reply, info);
}

static enum err set_disabled(struct request *r, struct database *db, int64_t disabled_us,
                             struct reply *reply, struct err_info *info)
{
    struct person_seen was;
    bool before = false;
    enum err e = held_role_alone(db, info);
    e = e ? e : find_wanted(r, db, &was, info);
    e = e ? e : guard_person(r, db, was.member.id, info);
    e = e ? e : held_role_any_administrator(db, &before, info);
    if (e) {
        return e;
    }
    struct member m = was.member;
    bool is_disabled = m.disabled_us != MOMENT_NEVER;
    if (is_disabled != (disabled_us != MOMENT_NEVER)) {
        m.disabled_us = disabled_us;
        e = member_write(db, &m, info);
        e = e ? e : held_role_check_administrator(db, before, info);
        e = e ? e : session_revoke_all(db, m.id, 0, moment_now(), info);
        e = e ? e : link_forget(db, m.id, info);
    }
    return e ? e
             : has_changed(r, db,
                           m.disabled_us == MOMENT_NEVER ? "staff.enabled" : "staff.disabled", m.id,
                           &was, reply, info);
}

/* Their sessions end, and links of theirs open nothing. */
enum err staff_disable(struct request *r, struct database *db, struct reply *reply,
                       struct err_info *info)
{
    return set_disabled(r, db, moment_now(), reply, info);
}

enum err staff_enable(struct request *r, struct database *db, struct reply *reply,
                      struct err_info *info)
{
    return set_disabled(r, db, MOMENT_NEVER, reply, info);
}

/* Signs in as that person: nothing for those who may do less than they. */
enum err staff_link(struct request *r, struct database *db, struct reply *reply,
                    struct err_info *info)
{
    struct person_seen p;
    char code[TOKEN_TEXT_SIZE];
    int64_t now_us = moment_now();
    enum err e = find_wanted(r, db, &p, info);
    const struct member *m = &p.member;
    e = e ? e : guard_person(r, db, m->id, info);
    if (!e && m->disabled_us != MOMENT_NEVER) {
        e = err_field(info, ERR_CONFLICT, "id", "They are disabled: enable them first.");
    }
    e = e ? e : session_link(db, m->id, now_us, code, info);
    if (e) {
        return e;
    }
    link_noted(r, m->id, LINK_ENTER, now_us);
    struct json_writer w = reply_json(reply, 201);
    json_object_begin(&w);
    json_key(&w, "path");
    json_text(&w, arena_printf(request_arena(r), "/enter?code=%s", code));
    json_key(&w, "expires");
    json_moment(&w, now_us + LINK_LIFE_US);
    json_object_end(&w);
    return ERR_NONE;
}
