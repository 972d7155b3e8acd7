/* Teams: all of them, and changing them. */
#include "base/id.h"
#include "base/moment.h"
#include "feature/access/access.h"
#include "feature/staff/guard.h"
#include "feature/staff/staff_api.h"

static const struct field team_fields[] = {
    {.name = "id", .type = FIELD_TEXT, .required = true, .doc = "tea_…"},
    {.name = "name", .type = FIELD_TEXT, .required = true, .doc = "As touches have it."},
    {.name = "parent", .type = FIELD_TEXT, .doc = "The team that it lies within; null: none."},
    {.name = "restricted",
     .type = FIELD_BOOLEAN,
     .required = true,
     .doc = "Read only by its members, those of teams above it, and holders of restricted:read."},
    {.name = "members", .type = FIELD_INTEGER, .required = true, .doc = "How many belong to it."},
    {.name = "created", .type = FIELD_MOMENT, .required = true, .doc = "When it was made."},
};
const struct shape team_shape = {"Team", team_fields, 6};

static void write_team(struct json_writer *w, const void *thing)
{
    const struct team *t = thing;
    char id[ID_TEXT_SIZE];
    json_object_begin(w);
    json_key(w, "id");
    json_str(w, id_format(t->id, "tea", id));
    json_key(w, "name");
    json_text(w, t->name);
    json_key(w, "parent");
    if (t->parent_id) {
        json_str(w, id_format(t->parent_id, "tea", id));
    } else {
        json_null(w);
    }
    json_key(w, "restricted");
    json_bool(w, t->restricted);
    json_key(w, "members");
    json_int(w, t->members);
    json_key(w, "created");
    json_moment(w, t->created_us);
    json_object_end(w);
}

static const struct noun team_noun = {"tea", write_team};

enum err team_api_list(struct request *r, struct database *db, struct reply *reply,
                       struct err_info *info)
{
    struct team_list teams;
    enum err e = team_list(db, request_arena(r), &teams, info);
    if (e) {
        return e;
    }
    struct json_writer w = reply_json(reply, 200);
    json_object_begin(&w);
    json_key(&w, "items");
    json_array_begin(&w);
    for (size_t i = 0; i < teams.count; i++) {
        write_team(&w, &teams.list[i]);
    }
    json_array_end(&w);
    json_key(&w, "next");
    json_null(&w);
    json_object_end(&w);
    return ERR_NONE;
}

static enum err read_parent(struct request *r, int64_t *ret, struct err_info *info)
{
    struct text words = request_text(r, "parent");
    if (words.len == 0) {
        *ret = 0;
        return ERR_NONE;
    }
    return id_parse(words, "tea", ret)
               ? ERR_NONE
               : err_field(info, ERR_INVALID, "parent", "parent is the id of a team, or empty.");
}

enum err team_api_add(struct request *r, struct database *db, struct reply *reply,
                      struct err_info *info)
{
    struct team_list teams;
    struct team t = {.name = text_trim(request_text(r, "name")),
                     .restricted = request_bool(r, "restricted", false),
                     .created_us = moment_now()};
    enum err e = held_role_alone(db, info);
    e = e ? e : team_list(db, request_arena(r), &teams, info);
    e = e ? e : read_parent(r, &t.parent_id, info);
    if (!e && request_has(r, "id") && !id_parse(request_text(r, "id"), "tea", &t.id)) {
        e = err_field(info, ERR_CONFLICT, "id",
                      "Nothing of this id was removed: leave it out for a new one.");
    }
    e = e ? e : team_add(db, &teams, &t, info);
    if (e) {
        return e;
    }
    access_changed(request_self(r));
    request_changed_thing(r, &team_noun, "team.added", t.id, NULL, &t);
    struct json_writer w = reply_json(reply, 201);
    write_team(&w, &t);
    return ERR_NONE;
}

static enum err find_wanted(struct request *r, struct database *db, struct team_list *teams,
                            const struct team **ret, struct err_info *info)
{
    int64_t id;
    enum err e = held_role_alone(db, info);
    e = e ? e : team_list(db, request_arena(r), teams, info);
    if (e) {
        return e;
    }
    *ret = id_parse(request_text(r, "id"), "tea", &id) ? team_find(teams, id) : NULL;
    return *ret ? ERR_NONE : err_field(info, ERR_NOT_FOUND, "id", "There is no such team.");
}

/* What belongs to a team does so by its name: under another name, what is restricted would lie
 * open. */
static enum err check_rename(const struct team *before, const struct team *t, struct err_info *info)
{
    return before->restricted && !text_eq(before->name, t->name)
               ? err_field(info, ERR_CONFLICT, "name",
                           "Obligations belong to a team by its name: those of a restricted team "
                           "would be open. Lift the restriction first.")
               : ERR_NONE;
}

enum err team_api_change(struct request *r, struct database *db, struct reply *reply,
                         struct err_info *info)
{
    struct team_list teams;
    const struct team *before = NULL;
    enum err e = find_wanted(r, db, &teams, &before, info);
    e = e ? e : guard_team(r, &teams, before, info);
    if (e || !before) {
        return e;
    }
    struct team t = *before;
    t.restricted = request_bool(r, "restricted", t.restricted);
    if (request_has(r, "name")) {
        t.name = text_trim(request_text(r, "name"));
        e = check_rename(before, &t, info);
    }
    if (!e && request_has(r, "parent")) {
        e = read_parent(r, &t.parent_id, info);
    }
    e = e ? e : team_write(db, &teams, &t, info);
    if (e) {
        return e;
    }
    access_changed(request_self(r));
    request_changed_thing(r, &team_noun, "team.changed", t.id, before, &t);
    struct json_writer w = reply_json(reply, 200);
    write_team(&w, &t);
    return ERR_NONE;
}

/* members_to: the team that takes the members of the one that goes; nothing where it is not given.
 */
static enum err move_members(struct request *r, struct database *db, const struct team_list *teams,
                             const struct team *from, struct err_info *info)
{
    int64_t id;
    if (!request_has(r, "members_to")) {
        return ERR_NONE;
    }
    const struct team *to =
        id_parse(request_text(r, "members_to"), "tea", &id) ? team_find(teams, id) : NULL;
    if (!to || to->id == from->id) {
        return err_field(info, ERR_INVALID, "members_to", "That must be the id of another team.");
    }
    enum err e = guard_team(r, teams, to, info);
    return e ? e : team_move_members(db, from->id, to->id, info);
}

enum err team_api_remove(struct request *r, struct database *db, struct reply *reply,
                         struct err_info *info)
{
    struct team_list teams;
    const struct team *t = NULL;
    enum err e = find_wanted(r, db, &teams, &t, info);
    if (e || !t) {
        return e;
    }
    if (t->restricted) {
        e = err_field(info, ERR_CONFLICT, "id",
                      "What belongs to a restricted team would be open. Lift the restriction "
                      "first.");
    }
    e = e ? e : move_members(r, db, &teams, t, info);
    e = e ? e : team_remove(db, &teams, t->id, info);
    if (!e) {
        access_changed(request_self(r));
        request_changed_thing(r, &team_noun, "team.removed", t->id, t, NULL);
        reply_empty(reply);
    }
    return e;
}
