/* Members of staff as a list: found by words, role, team or state. */
#include "base/id.h"
#include "feature/staff/held_role.h"
#include "feature/staff/staff_api.h"
#include "feature/staff/staff_json.h"

enum { LIST_USUAL = 100 };

/* Nobody, or the one with that address. */
static enum err list_one(struct request *r, struct database *db, struct member **ret,
                         size_t *ret_count, struct err_info *info)
{
    struct text email;
    struct member *m = ARENA_NEW(request_arena(r), struct member);
    enum err e = member_email(request_arena(r), request_text(r, "email"), &email, info);
    e = e ? e : member_find_by_email(db, email, request_arena(r), m, info);
    *ret = m;
    *ret_count = e ? 0 : 1;
    return e == ERR_NOT_FOUND ? ERR_NONE : e;
}

static enum err read_role(struct request *r, struct database *db, int64_t *ret,
                          struct err_info *info)
{
    struct role_list roles;
    if (!request_has(r, "role")) {
        return ERR_NONE;
    }
    enum err e = role_list(db, request_arena(r), &roles, info);
    if (e) {
        return e;
    }
    const struct held_role *role = role_named(&roles, request_text(r, "role"));
    if (!role) {
        return err_field(info, ERR_INVALID, "role",
                         "That must be the id or the name of a role: GET /api/v1/roles.");
    }
    *ret = role->id;
    return ERR_NONE;
}

static enum err read_filter(struct request *r, struct database *db, struct member_filter *ret,
                            struct err_info *info)
{
    struct member_filter f = {.words = text_trim(request_text(r, "q"))};
    struct text after = request_text(r, "after");
    if (after.len && !id_parse(after, "stf", &f.after)) {
        return err_field(info, ERR_INVALID, "after", "after must be the next of a page before.");
    }
    if (request_has(r, "team") && !id_parse(request_text(r, "team"), "tea", &f.team_id)) {
        return err_field(info, ERR_INVALID, "team",
                         "That must be the id of a team: GET /api/v1/teams.");
    }
    if (request_has(r, "state")) {
        f.state = (enum member_state)(MEMBER_ENABLED + request_choice(r, "state", 0));
    }
    enum err e = read_role(r, db, &f.role_id, info);
    if (!e) {
        *ret = f;
    }
    return e;
}

static void write_list(const struct member *list, size_t count, const struct staff_ties *ties,
                       bool more, struct reply *reply)
{
    char next[ID_TEXT_SIZE];
    struct json_writer w = reply_json(reply, 200);
    json_object_begin(&w);
    json_key(&w, "items");
    json_array_begin(&w);
    for (size_t i = 0; i < count; i++) {
        json_object_begin(&w);
        staff_write(&w, &list[i], ties);
        json_object_end(&w);
    }
    json_array_end(&w);
    json_key(&w, "next");
    if (more) {
        json_str(&w, id_format(list[count - 1].id, "stf", next));
    } else {
        json_null(&w);
    }
    json_object_end(&w);
}

enum err staff_list(struct request *r, struct database *db, struct reply *reply,
                    struct err_info *info)
{
    struct member_filter filter = {0};
    struct member *list = NULL;
    size_t count = 0, limit = (size_t)request_int(r, "limit", LIST_USUAL);
    enum err e = read_filter(r, db, &filter, info);
    if (!e) {
        e = request_has(r, "email")
                ? list_one(r, db, &list, &count, info)
                : member_list(db, &filter, limit + 1, request_arena(r), &list, &count, info);
    }
    bool more = count > limit;
    size_t shown = more ? limit : count;
    struct staff_ties ties = {0};
    if (!e && shown) {
        e = staff_ties_read(db, list[0].id, list[shown - 1].id, request_arena(r), &ties, info);
    }
    if (!e) {
        write_list(list, shown, &ties, more, reply);
    }
    return e;
}
