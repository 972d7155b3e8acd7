#include "feature/staff/team.h"

#include "base/id.h"
#include "feature/access/rows.h"
#include "store/sharing.h"

#include <stdlib.h>

enum {
    TEAM_ADD,
    TEAM_LEAVE,
    TEAM_LEAVE_ALL,
    TEAM_JOIN,
    TEAM_LIST,
    TEAM_MOVE_ALL,
    TEAM_OF_MEMBERS,
    TEAM_REMOVE,
    TEAM_WRITE,
    STATEMENTS
};

static const struct statement statements[] = {
    [TEAM_ADD] = {"team_add",
                  "INSERT INTO team (id, name, parent_id, restricted, created_us) "
                  "VALUES ($1, $2, $3, $4, $5)",
                  NULL},
    [TEAM_LEAVE] = {"team_leave", "DELETE FROM team_member WHERE staff_id = $1", NULL},
    [TEAM_LEAVE_ALL] = {"team_leave_all", "DELETE FROM team_member WHERE team_id = $1", NULL},
    [TEAM_JOIN] = {"team_join",
                   "INSERT INTO team_member (team_id, staff_id, lead) VALUES ($1, $2, $3)", NULL},
    [TEAM_LIST] = {"team_list",
                   "SELECT t.id, coalesce(t.parent_id, 0), t.name, t.restricted, t.created_us, "
                   "(SELECT count(*) FROM team_member m WHERE m.team_id = t.id) "
                   "FROM team t ORDER BY t.id",
                   NULL},
    [TEAM_MOVE_ALL] = {"team_move_all",
                       "INSERT INTO team_member (team_id, staff_id, lead) "
                       "SELECT CAST($1 AS BIGINT), m.staff_id, CAST(0 AS BIGINT) "
                       "FROM team_member m WHERE m.team_id = $2 AND NOT EXISTS "
                       "(SELECT 1 FROM team_member o "
                       "WHERE o.team_id = $1 AND o.staff_id = m.staff_id)",
                       NULL},
    [TEAM_OF_MEMBERS] = {"team_of_members",
                         "SELECT m.staff_id, t.id, t.name, m.lead FROM team_member m "
                         "JOIN team t ON t.id = m.team_id "
                         "WHERE m.staff_id >= $1 AND m.staff_id <= $2 ORDER BY m.staff_id, t.name",
                         NULL},
    [TEAM_REMOVE] = {"team_remove", "DELETE FROM team WHERE id = $1", NULL},
    [TEAM_WRITE] = {"team_write",
                    "UPDATE team SET name = $1, parent_id = $2, restricted = $3 WHERE id = $4",
                    NULL},
};
const struct statement_table team_statements = {statements, STATEMENTS};

/* -- reading -- */

static void read_team(const struct query *q, struct arena *arena, void *to)
{
    *(struct team *)to = (struct team){
        .id = query_int(q, 0),
        .parent_id = query_int(q, 1),
        .name = arena_text(arena, query_text(q, 2)),
        .restricted = query_int(q, 3) != 0,
        .created_us = query_int(q, 4),
        .members = query_int(q, 5),
    };
}

enum err team_list(struct database *db, struct arena *arena, struct team_list *ret,
                   struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[TEAM_LIST]);
    struct rows rows = {.arena = arena, .row_size = sizeof(struct team), .read = read_team};
    enum err e = rows_read(&q, &rows, info);
    if (!e) {
        *ret = (struct team_list){rows.list, rows.count};
    }
    return e;
}

static int by_id(const void *a, const void *b)
{
    const struct team *x = a, *y = b;
    return (x->id > y->id) - (x->id < y->id);
}

const struct team *team_find(const struct team_list *teams, int64_t id)
{
    struct team wanted = {.id = id};
    return teams->count ? bsearch(&wanted, teams->list, teams->count, sizeof(*teams->list), by_id)
                        : NULL;
}

const struct team *team_named(const struct team_list *teams, struct text name)
{
    for (size_t i = 0; i < teams->count; i++) {
        if (text_eq(teams->list[i].name, name)) {
            return &teams->list[i];
        }
    }
    return NULL;
}

bool team_is_within(const struct team_list *teams, const struct team *team, int64_t above)
{
    for (size_t steps = 0; team && steps <= TEAMS_DEEP; steps++) {
        if (team->id == above) {
            return true;
        }
        team = team_find(teams, team->parent_id);
    }
    return false;
}

/* -- checks -- */

static enum err check_name(const struct team_list *teams, const struct team *t,
                           struct err_info *info)
{
    bool fits =
        t->name.len >= 1 && t->name.len <= TEAM_NAME_MAX && text_trim(t->name).len == t->name.len;
    for (size_t i = 0; i < t->name.len && fits; i++) {
        fits = (unsigned char)t->name.ptr[i] >= ' ' && t->name.ptr[i] != 0x7f;
    }
    if (!fits) {
        return err_field(info, ERR_INVALID, "name",
                         "A team needs a name of 1 to %d bytes, as touches have it, without "
                         "control characters and without spaces around it.",
                         TEAM_NAME_MAX);
    }
    const struct team *other = team_named(teams, t->name);
    return other && other->id != t->id
               ? err_field(info, ERR_CONFLICT, "name", "There is a team of that name already.")
               : ERR_NONE;
}

/* How many levels of teams there are from this one downwards. */
static size_t depth_below(const struct team_list *teams, int64_t id)
{
    size_t deepest = 1;
    for (size_t i = 0; id && i < teams->count; i++) {
        const struct team *t = &teams->list[i];
        size_t steps = 1;
        while (t && t->id != id && steps <= TEAMS_DEEP) {
            t = team_find(teams, t->parent_id);
            steps++;
        }
        deepest = t && t->id == id && steps > deepest ? steps : deepest;
    }
    return deepest;
}

static enum err check_parent(const struct team_list *teams, const struct team *t,
                             struct err_info *info)
{
    if (t->parent_id == 0) {
        return ERR_NONE;
    }
    const struct team *parent = team_find(teams, t->parent_id);
    if (!parent) {
        return err_field(info, ERR_INVALID, "parent", "There is no such team to lie within.");
    }
    if (t->id && team_is_within(teams, parent, t->id)) {
        return err_field(info, ERR_CONFLICT, "parent", "A team cannot lie within itself.");
    }
    size_t above = 0;
    for (const struct team *p = parent; p && above <= TEAMS_DEEP; above++) {
        p = team_find(teams, p->parent_id);
    }
    return above + depth_below(teams, t->id) > TEAMS_DEEP
               ? err_field(info, ERR_LIMIT, "parent", "Teams lie at most %d deep.", TEAMS_DEEP)
               : ERR_NONE;
}

/* -- changing -- */

static void bind_or_null(struct query *q, int parameter, int64_t id)
{
    if (id) {
        query_bind_int(q, parameter, id);
    } else {
        query_bind_null(q, parameter);
    }
}

enum err team_add(struct database *db, const struct team_list *teams, struct team *team,
                  struct err_info *info)
{
    enum err e = check_name(teams, team, info);
    e = e ? e : check_parent(teams, team, info);
    if (!e && teams->count >= TEAMS_MAX) {
        e = err_set(info, ERR_LIMIT, "There are %d teams already.", TEAMS_MAX);
    }
    if (e) {
        return e;
    }
    struct id_source ids =
        id_source(database_node(db), teams->count ? teams->list[teams->count - 1].id : 0);
    int64_t fresh = id_next(&ids, team->created_us);
    if (team->id && (team->id >= fresh || team_find(teams, team->id))) {
        return err_field(info, ERR_CONFLICT, "id",
                         "Nothing of this id was removed: leave it out for a new one.");
    }
    team->id = team->id ? team->id : fresh;
    struct query q CLEANUP(query_end) = query_begin(db, &statements[TEAM_ADD]);
    query_bind_int(&q, 1, team->id);
    query_bind_text(&q, 2, team->name);
    bind_or_null(&q, 3, team->parent_id);
    query_bind_int(&q, 4, team->restricted);
    query_bind_int(&q, 5, team->created_us);
    return query_run(&q, info);
}

enum err team_write(struct database *db, const struct team_list *teams, const struct team *team,
                    struct err_info *info)
{
    enum err e = check_name(teams, team, info);
    e = e ? e : check_parent(teams, team, info);
    if (e) {
        return e;
    }
    struct query q CLEANUP(query_end) = query_begin(db, &statements[TEAM_WRITE]);
    query_bind_text(&q, 1, team->name);
    bind_or_null(&q, 2, team->parent_id);
    query_bind_int(&q, 3, team->restricted);
    query_bind_int(&q, 4, team->id);
    return query_run(&q, info);
}

static enum err run_for(struct database *db, int statement, int64_t id, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[statement]);
    query_bind_int(&q, 1, id);
    return query_run(&q, info);
}

enum err team_remove(struct database *db, const struct team_list *teams, int64_t id,
                     struct err_info *info)
{
    for (size_t i = 0; i < teams->count; i++) {
        if (teams->list[i].parent_id == id) {
            return err_field(info, ERR_CONFLICT, "id",
                             "Other teams lie within this one: move or remove them first.");
        }
    }
    enum err e = run_for(db, TEAM_LEAVE_ALL, id, info);
    return e ? e : run_for(db, TEAM_REMOVE, id, info);
}

/* -- who belongs to them -- */

enum err team_move_members(struct database *db, int64_t from, int64_t to, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[TEAM_MOVE_ALL]);
    query_bind_int(&q, 1, to);
    query_bind_int(&q, 2, from);
    return query_run(&q, info);
}

static void read_belonging(const struct query *q, struct arena *arena, void *to)
{
    *(struct belonging *)to = (struct belonging){
        .staff_id = query_int(q, 0),
        .team_id = query_int(q, 1),
        .name = arena_text(arena, query_text(q, 2)),
        .lead = query_int(q, 3) != 0,
    };
}

enum err team_of_members(struct database *db, int64_t first, int64_t last, struct arena *arena,
                         struct belonging **ret, size_t *ret_count, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[TEAM_OF_MEMBERS]);
    query_bind_int(&q, 1, first);
    query_bind_int(&q, 2, last);
    struct rows rows = {.arena = arena, .row_size = sizeof(**ret), .read = read_belonging};
    enum err e = rows_read(&q, &rows, info);
    if (!e) {
        *ret = rows.list;
        *ret_count = rows.count;
    }
    return e;
}

enum err team_set_of_member(struct database *db, int64_t staff_id, const struct belonging *teams,
                            size_t count, struct err_info *info)
{
    enum err e = run_for(db, TEAM_LEAVE, staff_id, info);
    for (size_t i = 0; i < count && !e; i++) {
        struct query q CLEANUP(query_end) = query_begin(db, &statements[TEAM_JOIN]);
        query_bind_int(&q, 1, teams[i].team_id);
        query_bind_int(&q, 2, staff_id);
        query_bind_int(&q, 3, teams[i].lead);
        e = query_run(&q, info);
    }
    return e;
}
