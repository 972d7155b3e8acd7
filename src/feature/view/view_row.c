#include "feature/view/view_row.h"

#include "base/id.h"
#include "store/sharing.h"

enum { ADD, COUNT, LIST, MY_TEAM, PIN, REMOVE, UNPIN, UNPIN_ALL, WRITE, STATEMENTS };

#define COLUMNS                                                                                \
    "SELECT v.id, v.staff_id, v.team_id, v.name, v.filters, v.audience, v.changed_us, "        \
    "(SELECT s.name FROM staff s WHERE s.id = v.staff_id), "                                   \
    "(SELECT t.name FROM team t WHERE t.id = v.team_id), "                                     \
    "(SELECT count(*) FROM saved_view_pin p WHERE p.staff_id = $1 AND p.view_id = v.id) FROM " \
    "saved_view v "
/* The teams of a person, and those that these lie within. */
#define MY_TEAMS                                                                              \
    "WITH RECURSIVE mine (id) AS (SELECT team_id FROM team_member WHERE staff_id = $1 UNION " \
    "SELECT t.parent_id FROM team t JOIN mine ON t.id = mine.id WHERE t.parent_id IS NOT NULL) "

static const struct statement statements[STATEMENTS] = {
    [ADD] = {"view_add",
             "INSERT INTO saved_view (id, staff_id, team_id, name, filters, audience, changed_us) "
             "VALUES ($1, $2, $3, $4, $5, $6, $7)",
             NULL},
    [COUNT] = {"view_count",
               "SELECT count(*), (SELECT max(id) FROM saved_view) FROM saved_view "
               "WHERE staff_id = $1",
               NULL},
    [LIST] = {"view_list",
              MY_TEAMS COLUMNS "WHERE v.staff_id = $1 UNION ALL " COLUMNS
                               "WHERE v.audience = 2 AND v.staff_id <> $1 UNION ALL " COLUMNS
                               "WHERE v.audience = 1 AND v.team_id IN (SELECT id FROM mine) AND "
                               "v.staff_id <> $1 ORDER BY 1",
              NULL},
    [MY_TEAM] = {"view_my_team", MY_TEAMS "SELECT count(*) FROM mine WHERE id = $2", NULL},
    [PIN] = {"view_pin",
             "INSERT INTO saved_view_pin (staff_id, view_id) VALUES ($1, $2) "
             "ON CONFLICT (staff_id, view_id) DO NOTHING",
             NULL},
    [REMOVE] = {"view_remove", "DELETE FROM saved_view WHERE id = $1", NULL},
    [UNPIN] = {"view_unpin", "DELETE FROM saved_view_pin WHERE staff_id = $1 AND view_id = $2",
               NULL},
    [UNPIN_ALL] = {"view_unpin_all", "DELETE FROM saved_view_pin WHERE view_id = $1", NULL},
    [WRITE] = {"view_write",
               "UPDATE saved_view SET team_id = $1, name = $2, filters = $3, audience = $4, "
               "changed_us = $5 WHERE id = $6",
               NULL},
};
const struct statement_table view_statements = {statements, STATEMENTS};

static void read_row(const struct query *q, struct arena *arena, struct view_row *row)
{
    *row = (struct view_row){
        .id = query_int(q, 0),
        .staff_id = query_int(q, 1),
        .team_id = query_int(q, 2),
        .name = arena_text(arena, query_text(q, 3)),
        .filters = arena_text(arena, query_text(q, 4)),
        .audience = (enum view_audience)query_int(q, 5),
        .changed_us = query_int(q, 6),
        .owner = arena_text(arena, query_text(q, 7)),
        .team = arena_text(arena, query_text(q, 8)),
        .is_pinned = query_int(q, 9) > 0,
    };
}

enum err view_row_list(struct database *db, int64_t staff_id, struct arena *arena,
                       struct view_list *ret, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[LIST]);
    query_bind_int(&q, 1, staff_id);
    *ret = (struct view_list){0};
    size_t capacity = 0;
    bool row;
    enum err e;
    while (!(e = query_row(&q, &row, info)) && row) {
        if (ret->count == capacity) {
            size_t more = capacity ? capacity * 2 : 16;
            ret->list = arena_grow(arena, ret->list, capacity, more, sizeof(*ret->list));
            capacity = more;
        }
        read_row(&q, arena, &ret->list[ret->count++]);
    }
    return e;
}

enum err view_is_my_team(struct database *db, int64_t staff_id, int64_t team_id, bool *ret,
                         struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[MY_TEAM]);
    query_bind_int(&q, 1, staff_id);
    query_bind_int(&q, 2, team_id);
    bool row;
    enum err e = query_row(&q, &row, info);
    if (!e) {
        *ret = query_int(&q, 0) > 0;
    }
    return e;
}

static enum err next_id(struct database *db, const struct view_row *row, int64_t *ret,
                        struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[COUNT]);
    query_bind_int(&q, 1, row->staff_id);
    bool any;
    enum err e = query_row(&q, &any, info);
    if (!e && query_int(&q, 0) >= VIEWS_MAX) {
        e = err_set(info, ERR_LIMIT, "You have %d views, the most there may be. Delete one.",
                    VIEWS_MAX);
    }
    if (!e) {
        struct id_source ids = id_source(database_node(db), query_int(&q, 1));
        *ret = id_next(&ids, row->changed_us);
    }
    return e;
}

static void bind_team(struct query *q, int p, const struct view_row *row)
{
    if (row->audience == VIEW_TEAM) {
        query_bind_int(q, p, row->team_id);
    } else {
        query_bind_null(q, p);
    }
}

enum err view_row_add(struct database *db, struct view_row *row, struct err_info *info)
{
    enum err e = next_id(db, row, &row->id, info);
    if (e) {
        return e;
    }
    struct query q CLEANUP(query_end) = query_begin(db, &statements[ADD]);
    query_bind_int(&q, 1, row->id);
    query_bind_int(&q, 2, row->staff_id);
    bind_team(&q, 3, row);
    query_bind_text(&q, 4, row->name);
    query_bind_text(&q, 5, row->filters);
    query_bind_int(&q, 6, row->audience);
    query_bind_int(&q, 7, row->changed_us);
    return query_run(&q, info);
}

enum err view_row_write(struct database *db, const struct view_row *row, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[WRITE]);
    bind_team(&q, 1, row);
    query_bind_text(&q, 2, row->name);
    query_bind_text(&q, 3, row->filters);
    query_bind_int(&q, 4, row->audience);
    query_bind_int(&q, 5, row->changed_us);
    query_bind_int(&q, 6, row->id);
    return query_run(&q, info);
}

enum err view_row_remove(struct database *db, int64_t id, struct err_info *info)
{
    enum err e = ERR_NONE;
    for (size_t i = 0; i < 2 && !e; i++) {
        struct query q CLEANUP(query_end) = query_begin(db, &statements[i ? REMOVE : UNPIN_ALL]);
        query_bind_int(&q, 1, id);
        e = query_run(&q, info);
    }
    return e;
}

enum err view_row_pin(struct database *db, int64_t id, int64_t staff_id, bool pinned,
                      struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[pinned ? PIN : UNPIN]);
    query_bind_int(&q, 1, staff_id);
    query_bind_int(&q, 2, id);
    return query_run(&q, info);
}
