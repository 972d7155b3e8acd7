/* Members of staff as a list: found by words, role, team or state. */
#include "base/id.h"
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

enum err staff_filter_read(struct request *r, struct database *db, struct member_filter *ret,
                           struct err_info *info)
{
    struct member_filter f = {.words = text_trim(request_text(r, "q"))};
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

enum err staff_page_read(struct database *db, const struct member_filter *filter, size_t most,
                         struct arena *arena, struct staff_page *ret, struct err_info *info)
{
    struct staff_page page = {0};
    enum err e = member_list(db, filter, most + 1, arena, &page.list, &page.count, info);
    page.has_more = !e && page.count > most;
    page.count -= page.has_more;
    if (!e && page.count) {
        e = staff_ties_read(db, page.list[0].id, page.list[page.count - 1].id, arena, &page.ties,
                            info);
    }
    if (!e) {
        *ret = page;
    }
    return e;
}

static enum err read_one(struct request *r, struct database *db, struct staff_page *ret,
                         struct err_info *info)
{
    struct staff_page page = {0};
    enum err e = list_one(r, db, &page.list, &page.count, info);
    if (!e && page.count) {
        e = staff_ties_read(db, page.list[0].id, page.list[0].id, request_arena(r), &page.ties,
                            info);
    }
    if (!e) {
        *ret = page;
    }
    return e;
}

static void write_page(const struct staff_page *page, struct reply *reply)
{
    char next[ID_TEXT_SIZE];
    struct json_writer w = reply_json(reply, 200);
    json_object_begin(&w);
    json_key(&w, "items");
    json_array_begin(&w);
    for (size_t i = 0; i < page->count; i++) {
        json_object_begin(&w);
        staff_write(&w, &page->list[i], &page->ties);
        json_object_end(&w);
    }
    json_array_end(&w);
    json_key(&w, "next");
    if (page->has_more) {
        json_str(&w, id_format(page->list[page->count - 1].id, "stf", next));
    } else {
        json_null(&w);
    }
    json_object_end(&w);
}

enum err staff_list(struct request *r, struct database *db, struct reply *reply,
                    struct err_info *info)
{
    struct member_filter filter = {0};
    struct staff_page page;
    struct text after = request_text(r, "after");
    enum err e = staff_filter_read(r, db, &filter, info);
    if (!e && after.len && !id_parse(after, "stf", &filter.after)) {
        e = err_field(info, ERR_INVALID, "after", "after must be the next of a page before.");
    }
    if (!e) {
        e = request_has(r, "email")
                ? read_one(r, db, &page, info)
                : staff_page_read(db, &filter, (size_t)request_int(r, "limit", LIST_USUAL),
                                  request_arena(r), &page, info);
    }
    if (!e) {
        write_page(&page, reply);
    }
    return e;
}
