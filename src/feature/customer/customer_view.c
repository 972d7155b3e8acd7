/* A customer as the API shows them: what was written, and what their touches and obligations say.
 */
#include "base/moment.h"
#include "feature/customer/customer_part.h"
#include "feature/ledger/ledger_row.h"

enum { NEWEST_LOOKED_AT = 100, OBLIGATIONS_COUNTED = 200, KIN_LOOKED_AT = 20 };

struct part { /* of a view: one of the customers that are one */
    struct customer_view *view;
    struct text id;
    bool is_seen; /* a touch of it was */
    int counted;
};
struct looking {
    const struct identity *viewer;
    struct arena *arena;
    struct part *parts;
    size_t count;
    int64_t now_us;
};

static void bind_newest(struct query *q, size_t i, void *context)
{
    const struct looking *l = context;
    query_bind_text(q, 1, l->parts[i].id);
    query_bind_int(q, 2, l->viewer->hidden_team_count ? NEWEST_LOOKED_AT : 1);
}

/* The newest comes first. */
static enum err read_newest(struct query *q, size_t i, void *context, struct err_info *info)
{
    (void)info;
    struct looking *l = context;
    struct part *part = &l->parts[i];
    struct customer_view *view = part->view;
    if (part->is_seen || !identity_sees_team(l->viewer, query_text(q, 1))) {
        return ERR_NONE;
    }
    part->is_seen = view->is_seen = true;
    if (view->last_us == MOMENT_NEVER || view->last_us < query_int(q, 0)) {
        view->last_us = query_int(q, 0);
        view->last_channel = arena_text(l->arena, query_text(q, 2));
    }
    return ERR_NONE;
}

static void bind_counted(struct query *q, size_t i, void *context)
{
    query_bind_text(q, 1, ((struct looking *)context)->parts[i].id);
    query_bind_int(q, 2, OBLIGATIONS_COUNTED + 1);
}

static bool is_past(struct query *q, int column, int64_t now_us)
{
    return !query_is_null(q, column) && query_int(q, column) <= now_us;
}

static enum err count_obligation(struct query *q, size_t i, void *context, struct err_info *info)
{
    (void)info;
    struct looking *l = context;
    struct customer_view *view = l->parts[i].view;
    if (++l->parts[i].counted > OBLIGATIONS_COUNTED) {
        view->has_more = true;
        return ERR_NONE;
    }
    if (identity_sees_team(l->viewer, query_text(q, 2))) {
        int64_t state = query_int(q, 0);
        bool soon = is_past(q, 1, l->now_us) || is_past(q, 3, l->now_us + HOUR_US);
        view->open += state == STATE_OPEN || state == STATE_PAUSED;
        view->soon += state == STATE_OPEN && soon;
        view->broken += state == STATE_BROKEN;
    }
    return ERR_NONE;
}

static void add_parts(struct looking *l, const struct kin *kin, struct customer_view *view)
{
    struct kin_list list = kin_of(kin, view->row.id);
    size_t count = list.count < KIN_LOOKED_AT ? list.count : KIN_LOOKED_AT;
    l->parts = arena_grow(l->arena, l->parts, l->count, l->count + count, sizeof(*l->parts));
    for (size_t i = 0; i < count; i++) {
        l->parts[l->count++] = (struct part){.view = view, .id = list.ids[i]};
    }
    if (!text_eq(list.ids[0], view->row.id)) {
        view->merged_into = arena_text(l->arena, list.ids[0]);
    }
}

enum err customers_look(struct database *db, const struct identity *viewer, const struct kin *kin,
                        struct arena *arena, struct customer_view *views, size_t count,
                        struct err_info *info)
{
    struct looking l = {.viewer = viewer, .arena = arena, .now_us = moment_now()};
    struct customer_row *rows = ARENA_ARRAY(arena, struct customer_row, count + 1);
    for (size_t i = 0; i < count; i++) {
        rows[i].id = views[i].row.id;
        views[i] = (struct customer_view){.row.id = rows[i].id, .last_us = MOMENT_NEVER};
        add_parts(&l, kin, &views[i]);
    }
    enum err e = customer_rows_find(db, rows, count, arena, info);
    for (size_t i = 0; i < count; i++) {
        views[i].row = rows[i];
    }
    struct executions all = {.statement = &customer_sql[CUSTOMER_NEWEST],
                             .count = l.count,
                             .context = &l,
                             .bind = bind_newest,
                             .row = read_newest};
    e = e ? e : query_many(db, &all, info);
    all.statement = &customer_sql[CUSTOMER_COUNTED];
    all.bind = bind_counted;
    all.row = count_obligation;
    return e ? e : query_many(db, &all, info);
}

enum err customer_look(struct database *db, const struct identity *viewer, const struct kin *kin,
                       struct text id, struct arena *arena, struct customer_view *ret,
                       struct err_info *info)
{
    ret->row.id = id;
    return customers_look(db, viewer, kin, arena, ret, 1, info);
}

enum err customer_find(struct database *db, const struct identity *viewer, const struct kin *kin,
                       struct text id, struct arena *arena, struct customer_view *ret,
                       struct err_info *info)
{
    enum err e = customer_look(db, viewer, kin, id, arena, ret, info);
    return !e && !ret->is_seen
               ? err_field(info, ERR_NOT_FOUND, "id", "There is no touch of such a customer.")
               : e;
}

enum err customer_is_seen(struct customers *customers, struct database *db,
                          const struct identity *viewer, struct text id, struct arena *arena,
                          bool *ret, struct err_info *info)
{
    struct kin kin CLEANUP(kin_close) = {0};
    struct customer_view view;
    enum err e = kin_read(customers->kin, db, arena, &kin, info);
    e = e ? e : customer_look(db, viewer, &kin, id, arena, &view, info);
    *ret = !e && view.is_seen;
    return e;
}

static void member_text(struct json_writer *w, const char *name, struct text value)
{
    json_key(w, name);
    if (value.len) {
        json_text(w, value);
    } else {
        json_null(w);
    }
}

static void member_int(struct json_writer *w, const char *name, int64_t value)
{
    json_key(w, name);
    json_int(w, value);
}

void customer_view_members(struct json_writer *w, const struct customer_view *view)
{
    json_key(w, "id");
    json_text(w, view->row.id);
    customer_row_members(w, &view->row);
    member_text(w, "merged_into", view->merged_into);
    json_key(w, "last_touch");
    json_moment(w, view->last_us);
    member_text(w, "last_channel", view->last_channel);
    member_int(w, "open", view->open);
    member_int(w, "soon", view->soon);
    member_int(w, "broken", view->broken);
    json_key(w, "counted_all");
    json_bool(w, !view->has_more);
}

static bool is_among(const struct kin_list *list, struct text id)
{
    for (size_t i = 0; i < list->count; i++) {
        if (text_eq(list->ids[i], id)) {
            return true;
        }
    }
    return false;
}

static void write_links(struct json_writer *w, const struct kin *kin, const struct kin_list *list)
{
    json_key(w, "merges");
    json_array_begin(w);
    for (const struct kin_link *link = kin_links(kin); link && list->count > 1; link = link->next) {
        if (!link->is_merged || !is_among(list, link->survivor) || !is_among(list, link->other) ||
            kin_between(kin, link->survivor, link->other) != link) {
            continue;
        }
        json_object_begin(w);
        json_key(w, "survivor");
        json_text(w, link->survivor);
        json_key(w, "from");
        json_text(w, link->other);
        json_key(w, "at");
        json_moment(w, link->said_us);
        member_text(w, "by", link->person);
        json_object_end(w);
    }
    json_array_end(w);
}

void customer_view_write(struct json_writer *w, const struct kin *kin,
                         const struct customer_view *view)
{
    struct kin_list list = kin_of(kin, view->row.id);
    json_object_begin(w);
    customer_view_members(w, view);
    json_key(w, "changed");
    json_moment(w, view->row.changed_us);
    member_int(w, "revision", view->row.revision);
    json_key(w, "identities");
    json_array_begin(w);
    for (size_t i = 0; i < list.count; i++) {
        json_text(w, list.ids[i]);
    }
    json_array_end(w);
    write_links(w, kin, &list);
    json_object_end(w);
}
