/* Roles: those that are built in, and the company's own. */
#include "base/id.h"
#include "base/moment.h"
#include "feature/access/access.h"
#include "feature/access/role.h"
#include "feature/staff/guard.h"
#include "feature/staff/staff_api.h"
#include "feature/staff/staff_json.h"

static const struct field role_fields[] = {
    {.name = "id", .type = FIELD_TEXT, .required = true, .doc = "rol_…"},
    {.name = "name", .type = FIELD_TEXT, .required = true, .doc = "Of the role."},
    {.name = "permissions", .type = FIELD_ARRAY, .required = true, .doc = "Words."},
    {.name = "built_in",
     .type = FIELD_BOOLEAN,
     .required = true,
     .doc = "It comes with Troth and cannot be changed."},
    {.name = "holders", .type = FIELD_INTEGER, .required = true, .doc = "How many hold it."},
};
const struct shape role_shape = {"Role", role_fields, 5};
static const struct field permission_fields[] = {
    {.name = "name", .type = FIELD_TEXT, .required = true, .doc = "ledger:read, …"},
    {.name = "allows", .type = FIELD_TEXT, .required = true, .doc = "What it allows, in words."},
};
const struct shape permission_shape = {"Permission", permission_fields, 2};

static void write_role(struct json_writer *w, const void *thing)
{
    const struct held_role *role = thing;
    char id[ID_TEXT_SIZE];
    json_object_begin(w);
    json_key(w, "id");
    json_str(w, id_format(role->id, "rol", id));
    json_key(w, "name");
    json_text(w, role->name);
    json_key(w, "permissions");
    permissions_write(w, role->permissions);
    json_key(w, "built_in");
    json_bool(w, role_built_in(role->id) != NULL);
    json_key(w, "holders");
    json_int(w, role->holders);
    json_object_end(w);
}

static const struct noun role_noun = {"rol", write_role};

static struct json_writer list_begin(struct reply *reply)
{
    struct json_writer w = reply_json(reply, 200);
    json_object_begin(&w);
    json_key(&w, "items");
    json_array_begin(&w);
    return w;
}

static void list_end(struct json_writer *w)
{
    json_array_end(w);
    json_key(w, "next");
    json_null(w);
    json_object_end(w);
}

enum err role_api_list(struct request *r, struct database *db, struct reply *reply,
                       struct err_info *info)
{
    struct role_list roles;
    enum err e = role_list(db, request_arena(r), &roles, info);
    if (e) {
        return e;
    }
    struct json_writer w = list_begin(reply);
    for (size_t i = 0; i < roles.count; i++) {
        write_role(&w, &roles.list[i]);
    }
    list_end(&w);
    return ERR_NONE;
}

enum err permission_api_list(struct request *r, struct database *db, struct reply *reply,
                             struct err_info *info)
{
    (void)r, (void)db, (void)info;
    struct json_writer w = list_begin(reply);
    for (size_t i = 0; permissions[i].name; i++) {
        json_object_begin(&w);
        json_key(&w, "name");
        json_str(&w, permissions[i].name);
        json_key(&w, "allows");
        json_str(&w, permissions[i].doc);
        json_object_end(&w);
    }
    list_end(&w);
    return ERR_NONE;
}

/* ["ledger:read", …] */
static enum err read_permissions(struct request *r, permission_set *ret, struct err_info *info)
{
    permission_set set = 0;
    for (const struct json *j = request_json(r, "permissions")->first; j; j = j->next) {
        permission_set one = 0;
        enum err e =
            permission_check(j->type == JSON_TEXT ? j->text : TEXT("?"), "permissions", &one, info);
        if (e) {
            return e;
        }
        set |= one;
    }
    *ret = set;
    return guard_giving(r, set, "permissions", info);
}

enum err role_api_add(struct request *r, struct database *db, struct reply *reply,
                      struct err_info *info)
{
    struct role_list roles;
    struct held_role role = {.name = text_trim(request_text(r, "name"))};
    enum err e = held_role_alone(db, info);
    e = e ? e : role_list(db, request_arena(r), &roles, info);
    e = e ? e : read_permissions(r, &role.permissions, info);
    if (!e && request_has(r, "id") && !id_parse(request_text(r, "id"), "rol", &role.id)) {
        e = err_field(info, ERR_CONFLICT, "id",
                      "Nothing of this id was removed: leave it out for a new one.");
    }
    e = e ? e : role_add(db, &roles, &role, moment_now(), info);
    if (e) {
        return e;
    }
    access_changed(request_self(r));
    request_changed_thing(r, &role_noun, "role.added", role.id, NULL, &role);
    struct json_writer w = reply_json(reply, 201);
    write_role(&w, &role);
    return ERR_NONE;
}

static enum err find_own(struct request *r, struct database *db, struct role_list *roles,
                         struct held_role *ret, struct err_info *info)
{
    int64_t id;
    enum err e = held_role_alone(db, info);
    e = e ? e : role_list(db, request_arena(r), roles, info);
    if (e) {
        return e;
    }
    const struct held_role *found =
        id_parse(request_text(r, "id"), "rol", &id) ? role_find(roles, id) : NULL;
    if (!found) {
        return err_field(info, ERR_NOT_FOUND, "id", "There is no such role.");
    }
    if (role_built_in(found->id)) {
        return err_field(info, ERR_CONFLICT, "id",
                         "This role comes with Troth and stays as it is: make one of your own.");
    }
    *ret = *found;
    return guard_giving(r, found->permissions, "id", info);
}

enum err role_api_change(struct request *r, struct database *db, struct reply *reply,
                         struct err_info *info)
{
    struct role_list roles;
    struct held_role role = {0};
    bool before = false;
    enum err e = find_own(r, db, &roles, &role, info);
    e = e ? e : held_role_any_administrator(db, &before, info);
    if (e) {
        return e;
    }
    const struct held_role was = role;
    if (request_has(r, "name")) {
        role.name = text_trim(request_text(r, "name"));
    }
    if (request_has(r, "permissions")) {
        e = read_permissions(r, &role.permissions, info);
    }
    e = e ? e : role_write(db, &roles, &role, info);
    e = e ? e : held_role_check_administrator(db, before, info);
    if (e) {
        return e;
    }
    access_changed(request_self(r));
    request_changed_thing(r, &role_noun, "role.changed", role.id, &was, &role);
    struct json_writer w = reply_json(reply, 200);
    write_role(&w, &role);
    return ERR_NONE;
}

/* Who loses a role is asked about one by one: a role that is held stays. */
static enum err check_unheld(struct request *r, struct database *db, const struct held_role *role,
                             struct err_info *info)
{
    enum { NAMED = 3 };
    struct buf names CLEANUP(buf_release) = {0};
    struct member *list = NULL;
    size_t count = 0;
    struct member_filter filter = {.role_id = role->id};
    enum err e = member_list(db, &filter, NAMED, request_arena(r), &list, &count, info);
    for (size_t i = 0; i < count; i++) {
        buf_addf(&names, "%s%.*s", i ? ", " : "", TEXT_ARG(list[i].name));
    }
    if (role->holders > NAMED) {
        buf_addf(&names, " and %lld more", (long long)role->holders - NAMED);
    }
    return e || !count
               ? e
               : err_field(info, ERR_CONFLICT, "id", "It is held by %.*s: take it from them first.",
                           TEXT_ARG(buf_text(&names)));
}

enum err role_api_remove(struct request *r, struct database *db, struct reply *reply,
                         struct err_info *info)
{
    struct role_list roles;
    struct held_role role = {0};
    bool before = false;
    enum err e = find_own(r, db, &roles, &role, info);
    e = e ? e : check_unheld(r, db, &role, info);
    e = e ? e : held_role_any_administrator(db, &before, info);
    e = e ? e : role_remove(db, role.id, info);
    e = e ? e : held_role_check_administrator(db, before, info);
    if (!e) {
        access_changed(request_self(r));
        request_changed_thing(r, &role_noun, "role.removed", role.id, &role, NULL);
        reply_empty(reply);
    }
    return e;
}
