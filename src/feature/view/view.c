/* The routes of saved views: only people who are signed in have them. */
#include "feature/view/view.h"

#include "base/id.h"
#include "base/moment.h"
#include "feature/view/view_row.h"

static const char *const audiences[] = {"own", "team", "all", NULL};

#define MEMBER(member, kind, always, words)                                          \
    {                                                                                \
        .name = (member), .type = FIELD_##kind, .required = (always), .doc = (words) \
    }
static const struct field view_fields[] = {
    MEMBER("id", TEXT, true, "vie_…"),
    MEMBER("name", TEXT, true, "For people."),
    MEMBER("filters", OBJECT, true, "As the page's address has them: texts by name."),
    MEMBER("audience", TEXT, true, "own, team or all: who sees it."),
    MEMBER("team", TEXT, false, "tea_…, of a view for a team."),
    MEMBER("team_name", TEXT, false, "Its name."),
    MEMBER("owner", TEXT, true, "Whose it is, by name."),
    MEMBER("mine", BOOLEAN, true, "Whoever asks made it."),
    MEMBER("pinned", BOOLEAN, true, "By whoever asks."),
    MEMBER("changed", MOMENT, true, "When last."),
};
static const struct shape view_shape = {"SavedView", view_fields,
                                        sizeof(view_fields) / sizeof(view_fields[0])};

#define FIELDS_GIVEN(needed)                                                                 \
    {.name = "name",                                                                         \
     .place = FIELD_BODY,                                                                    \
     .type = FIELD_TEXT,                                                                     \
     .required = (needed),                                                                   \
     .least = 1,                                                                             \
     .most = VIEW_NAME_MAX,                                                                  \
     .doc = "For people."},                                                                  \
        {.name = "filters",                                                                  \
         .place = FIELD_BODY,                                                                \
         .type = FIELD_OBJECT,                                                               \
         .required = (needed),                                                               \
         .doc = "As the page's address has them: texts by name."},                           \
        {.name = "audience",                                                                 \
         .place = FIELD_BODY,                                                                \
         .type = FIELD_CHOICE,                                                               \
         .choices = audiences,                                                               \
         .doc = "Who sees it; own unless given."},                                           \
        {.name = "team",                                                                     \
         .place = FIELD_BODY,                                                                \
         .type = FIELD_TEXT,                                                                 \
         .doc = "tea_…, for the audience team: yours, or one that yours lies within."},      \
    {                                                                                        \
        .name = "pinned", .place = FIELD_BODY, .type = FIELD_BOOLEAN, .doc = "For yourself." \
    }
#define FIELD_ID                                                                                  \
    {                                                                                             \
        .name = "id", .place = FIELD_PATH, .type = FIELD_TEXT, .required = true, .doc = "vie_…" \
    }
static const struct field add_fields[] = {FIELDS_GIVEN(true)};
static const struct field change_fields[] = {FIELD_ID, FIELDS_GIVEN(false)};
static const struct field id_fields[] = {FIELD_ID};

/* -- writing -- */

static void member_text(struct json_writer *w, const char *name, struct text value, bool is_there)
{
    json_key(w, name);
    if (is_there) {
        json_text(w, value);
    } else {
        json_null(w);
    }
}

static void write_what(struct json_writer *w, const struct view_row *row)
{
    char id[ID_TEXT_SIZE];
    bool of_team = row->audience == VIEW_TEAM;
    member_text(w, "name", row->name, true);
    json_key(w, "filters");
    json_raw(w, row->filters);
    member_text(w, "audience", text_of(audiences[row->audience]), true);
    member_text(w, "team", text_of(id_format(row->team_id, "tea", id)), of_team);
}

static void write_view(struct json_writer *w, const struct view_row *row, int64_t viewer)
{
    char id[ID_TEXT_SIZE];
    json_object_begin(w);
    member_text(w, "id", text_of(id_format(row->id, "vie", id)), true);
    write_what(w, row);
    member_text(w, "team_name", row->team, row->audience == VIEW_TEAM && row->team.len);
    member_text(w, "owner", row->owner, true);
    json_key(w, "mine");
    json_bool(w, row->staff_id == viewer);
    json_key(w, "pinned");
    json_bool(w, row->is_pinned);
    json_key(w, "changed");
    json_moment(w, row->changed_us);
    json_object_end(w);
}

/* For the audit trail. */
static struct text words_of(struct arena *arena, const struct view_row *row)
{
    struct buf out CLEANUP(buf_release) = {0};
    struct json_writer w = json_writer(&out);
    json_object_begin(&w);
    write_what(&w, row);
    json_object_end(&w);
    return arena_text(arena, buf_text(&out));
}

static enum err view_get_list(struct request *r, struct database *db, struct reply *reply,
                              struct err_info *info)
{
    int64_t viewer = request_identity(r)->staff_id;
    struct view_list views;
    enum err e = view_row_list(db, viewer, request_arena(r), &views, info);
    if (e) {
        return e;
    }
    struct json_writer w = reply_json(reply, 200);
    json_object_begin(&w);
    json_key(&w, "items");
    json_array_begin(&w);
    for (size_t i = 0; i < views.count; i++) {
        write_view(&w, &views.list[i], viewer);
    }
    json_array_end(&w);
    json_key(&w, "next");
    json_null(&w);
    json_object_end(&w);
    return ERR_NONE;
}

/* Among those that they see. */
static enum err find(struct request *r, struct database *db, int64_t id, struct view_row *ret,
                     struct err_info *info)
{
    struct view_list views;
    enum err e = view_row_list(db, request_identity(r)->staff_id, request_arena(r), &views, info);
    for (size_t i = 0; i < views.count && !e; i++) {
        if (views.list[i].id == id) {
            *ret = views.list[i];
            return ERR_NONE;
        }
    }
    return e ? e : err_field(info, ERR_NOT_FOUND, "id", "There is no such view.");
}

static enum err find_wanted(struct request *r, struct database *db, struct view_row *ret,
                            struct err_info *info)
{
    int64_t id;
    return find(r, db, id_parse(request_text(r, "id"), "vie", &id) ? id : 0, ret, info);
}

static enum err answer(struct request *r, struct database *db, int64_t id, unsigned status,
                       struct reply *reply, struct err_info *info)
{
    struct view_row row = {0};
    enum err e = find(r, db, id, &row, info);
    if (!e) {
        struct json_writer w = reply_json(reply, status);
        write_view(&w, &row, request_identity(r)->staff_id);
    }
    return e;
}

/* -- changing -- */

static enum err read_filters(struct request *r, struct text *ret, struct err_info *info)
{
    struct buf out CLEANUP(buf_release) = {0};
    const struct json *filters = request_json(r, "filters");
    struct json_writer w = json_writer(&out);
    bool good = filters->count <= VIEW_FILTERS_MAX;
    json_object_begin(&w);
    for (const struct json *f = filters->first; f && good; f = f->next) {
        good = f->type == JSON_TEXT && f->text.len <= VIEW_FILTER_TEXT_MAX && f->key.len &&
               f->key.len <= VIEW_NAME_MAX;
        json_key_text(&w, f->key);
        json_text(&w, f->text);
    }
    json_object_end(&w);
    *ret = arena_text(request_arena(r), buf_text(&out));
    return good ? ERR_NONE
                : err_field(info, ERR_INVALID, "filters",
                            "filters must be at most %d texts of at most %d bytes, each with a "
                            "name.",
                            (int)VIEW_FILTERS_MAX, (int)VIEW_FILTER_TEXT_MAX);
}

static enum err read_team(struct request *r, struct database *db, struct view_row *row,
                          struct err_info *info)
{
    bool is_mine = false;
    if (request_has(r, "team") && !id_parse(request_text(r, "team"), "tea", &row->team_id)) {
        return err_field(info, ERR_INVALID, "team", "team is the id of a team.");
    }
    if (row->audience != VIEW_TEAM) {
        return ERR_NONE;
    }
    enum err e = view_is_my_team(db, request_identity(r)->staff_id, row->team_id, &is_mine, info);
    return e || is_mine ? e
                        : err_field(info, ERR_INVALID, "team",
                                    "A view is shared with a team of yours, or one that yours "
                                    "lies within: give its id as team.");
}

/* Whether anything but its pin is asked to change. */
static bool changes_it(const struct request *r)
{
    return request_has(r, "name") || request_has(r, "filters") || request_has(r, "audience") ||
           request_has(r, "team");
}

static enum err take(struct request *r, struct database *db, struct view_row *row,
                     struct err_info *info)
{
    if (request_has(r, "name")) {
        row->name = text_trim(request_text(r, "name"));
    }
    if (!row->name.len) {
        return err_field(info, ERR_INVALID, "name", "A view needs a name.");
    }
    row->audience = (enum view_audience)request_choice(r, "audience", row->audience);
    row->changed_us = moment_now();
    enum err e = request_has(r, "filters") ? read_filters(r, &row->filters, info) : ERR_NONE;
    bool shares = request_has(r, "audience") || request_has(r, "team");
    return e || !shares ? e : read_team(r, db, row, info);
}

static void note(struct request *r, const char *action, const struct view_row *row,
                 struct text before, struct text after)
{
    char id[ID_TEXT_SIZE];
    request_changed(r, &(struct request_change){.action = action,
                                                .subject = text_of(id_format(row->id, "vie", id)),
                                                .before = before,
                                                .after = after});
}

static enum err pin(struct request *r, struct database *db, int64_t id, struct err_info *info)
{
    return request_has(r, "pinned") ? view_row_pin(db, id, request_identity(r)->staff_id,
                                                   request_bool(r, "pinned", false), info)
                                    : ERR_NONE;
}

static enum err view_add(struct request *r, struct database *db, struct reply *reply,
                         struct err_info *info)
{
    struct view_row row = {.staff_id = request_identity(r)->staff_id};
    enum err e = take(r, db, &row, info);
    e = e ? e : view_row_add(db, &row, info);
    e = e ? e : pin(r, db, row.id, info);
    if (e) {
        return e;
    }
    note(r, "view.saved", &row, (struct text){0}, words_of(request_arena(r), &row));
    return answer(r, db, row.id, 201, reply, info);
}

static enum err check_owner(struct request *r, const struct view_row *row, struct err_info *info)
{
    return row->staff_id == request_identity(r)->staff_id || request_may(r, "admin")
               ? ERR_NONE
               : err_set(info, ERR_FORBIDDEN,
                         "This view is another person's. Save it under a name of your own.");
}

static enum err view_change(struct request *r, struct database *db, struct reply *reply,
                            struct err_info *info)
{
    struct view_row row = {0};
    enum err e = find_wanted(r, db, &row, info);
    if (!e && changes_it(r)) {
        struct text before = words_of(request_arena(r), &row);
        e = check_owner(r, &row, info);
        e = e ? e : take(r, db, &row, info);
        e = e ? e : view_row_write(db, &row, info);
        if (!e) {
            note(r, "view.changed", &row, before, words_of(request_arena(r), &row));
        }
    }
    e = e ? e : pin(r, db, row.id, info);
    return e ? e : answer(r, db, row.id, 200, reply, info);
}

static enum err view_remove(struct request *r, struct database *db, struct reply *reply,
                            struct err_info *info)
{
    struct view_row row = {0};
    enum err e = find_wanted(r, db, &row, info);
    e = e ? e : check_owner(r, &row, info);
    e = e ? e : view_row_remove(db, row.id, info);
    if (!e) {
        note(r, "view.deleted", &row, words_of(request_arena(r), &row), (struct text){0});
        reply_empty(reply);
    }
    return e;
}

/* -- the module -- */

static const struct route routes[] = {
    {.method = METHOD_GET,
     .path = "/api/v1/views",
     .scope = "self",
     .summary = "Saved views of the ledger: one's own, and those shared with one's teams or all.",
     .kind = ROUTE_READ,
     .reply = &view_shape,
     .reply_list = true,
     .handle = view_get_list},
    {.method = METHOD_POST,
     .path = "/api/v1/views",
     .scope = "self",
     .summary = "Save a view.",
     .kind = ROUTE_WRITE,
     .fields = add_fields,
     .field_count = sizeof(add_fields) / sizeof(add_fields[0]),
     .body = BODY_FIELDS,
     .reply = &view_shape,
     .reply_code = 201,
     .handle = view_add},
    {.method = METHOD_PATCH,
     .path = "/api/v1/views/{id}",
     .scope = "self",
     .summary = "Change a view of one's own, or pin any.",
     .kind = ROUTE_WRITE,
     .fields = change_fields,
     .field_count = sizeof(change_fields) / sizeof(change_fields[0]),
     .body = BODY_FIELDS,
     .reply = &view_shape,
     .handle = view_change},
    {.method = METHOD_DELETE,
     .path = "/api/v1/views/{id}",
     .scope = "self",
     .summary = "Delete a view of one's own.",
     .kind = ROUTE_WRITE,
     .fields = id_fields,
     .field_count = 1,
     .reply_code = 204,
     .handle = view_remove},
};

const struct module view_module = {
    .name = "view",
    .routes = routes,
    .route_count = sizeof(routes) / sizeof(routes[0]),
    .statements = &view_statements,
};
