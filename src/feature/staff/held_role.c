#include "feature/staff/held_role.h"

#include "base/id.h"
#include "feature/access/role.h"
#include "feature/access/rows.h"
#include "store/sharing.h"

enum {
    HELD_ROLE_ADD,
    HELD_ROLE_IN_FORCE,
    HELD_ROLE_LIST,
    HELD_ROLE_DROP,
    ROLE_ADD,
    ROLE_DROP,
    ROLE_HOLDERS,
    ROLE_LIST,
    ROLE_REMOVE,
    ROLE_WRITE,
    STATEMENTS
};

static const struct statement statements[] = {
    [HELD_ROLE_ADD] = {"held_role_add",
                       "INSERT INTO staff_role (staff_id, role_id) VALUES ($1, $2)", NULL},
    [HELD_ROLE_IN_FORCE] = {"held_role_in_force",
                            "SELECT DISTINCT s.role_id, r.permissions FROM staff_role s "
                            "JOIN staff p ON p.id = s.staff_id AND p.disabled_us IS NULL "
                            "LEFT JOIN role r ON r.id = s.role_id",
                            NULL},
    [HELD_ROLE_LIST] = {"held_role_list",
                        "SELECT s.role_id, r.name, r.permissions, s.staff_id FROM staff_role s "
                        "LEFT JOIN role r ON r.id = s.role_id "
                        "WHERE s.staff_id >= $1 AND s.staff_id <= $2 "
                        "ORDER BY s.staff_id, s.role_id",
                        NULL},
    [HELD_ROLE_DROP] = {"held_role_drop", "DELETE FROM staff_role WHERE staff_id = $1", NULL},
    [ROLE_ADD] = {"role_add",
                  "INSERT INTO role (id, name, permissions, created_us) VALUES ($1, $2, $3, $4)",
                  NULL},
    [ROLE_DROP] = {"role_drop", "DELETE FROM staff_role WHERE role_id = $1", NULL},
    [ROLE_HOLDERS] = {"role_holders", "SELECT role_id, count(*) FROM staff_role GROUP BY role_id",
                      NULL},
    [ROLE_LIST] = {"role_list",
                   "SELECT id, name, permissions, CAST(0 AS BIGINT) FROM role ORDER BY id", NULL},
    [ROLE_REMOVE] = {"role_remove", "DELETE FROM role WHERE id = $1", NULL},
    [ROLE_WRITE] = {"role_write", "UPDATE role SET name = $1, permissions = $2 WHERE id = $3",
                    NULL},
};
const struct statement_table held_role_statements = {statements, STATEMENTS};

static void read_role(const struct query *q, struct arena *arena, void *to)
{
    const struct role *built_in = role_built_in(query_int(q, 0));
    *(struct held_role *)to = (struct held_role){
        .staff_id = query_int(q, 3),
        .id = query_int(q, 0),
        .name = built_in ? text_of(built_in->name) : arena_text(arena, query_text(q, 1)),
        .permissions =
            permission_parse(built_in ? text_of(built_in->permissions) : query_text(q, 2)),
    };
}

/* -- all roles -- */

static enum err count_holders(struct database *db, struct role_list *roles, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[ROLE_HOLDERS]);
    bool row;
    enum err e;
    while (!(e = query_row(&q, &row, info)) && row) {
        for (size_t i = 0; i < roles->count; i++) {
            if (roles->list[i].id == query_int(&q, 0)) {
                roles->list[i].holders = query_int(&q, 1);
            }
        }
    }
    return e;
}

enum err role_list(struct database *db, struct arena *arena, struct role_list *ret,
                   struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[ROLE_LIST]);
    struct rows rows = {.arena = arena, .row_size = sizeof(struct held_role), .read = read_role};
    enum err e = rows_read(&q, &rows, info);
    if (e) {
        return e;
    }
    struct role_list roles = {ARENA_ARRAY(arena, struct held_role, ROLES_BUILT_IN + rows.count),
                              ROLES_BUILT_IN + rows.count};
    for (size_t i = 0; i < ROLES_BUILT_IN; i++) {
        const struct role *r = &roles_built_in[i];
        roles.list[i] =
            (struct held_role){.id = r->id,
                               .name = text_of(r->name),
                               .permissions = permission_parse(text_of(r->permissions))};
    }
    if (rows.count) {
        memcpy(roles.list + ROLES_BUILT_IN, rows.list, rows.count * sizeof(*roles.list));
    }
    e = count_holders(db, &roles, info);
    if (!e) {
        *ret = roles;
    }
    return e;
}

const struct held_role *role_find(const struct role_list *roles, int64_t id)
{
    for (size_t i = 0; i < roles->count; i++) {
        if (roles->list[i].id == id) {
            return &roles->list[i];
        }
    }
    return NULL;
}

const struct held_role *role_named(const struct role_list *roles, struct text words)
{
    int64_t id;
    if (id_parse(words, "rol", &id)) {
        return role_find(roles, id);
    }
    for (size_t i = 0; i < roles->count; i++) {
        if (text_eq(roles->list[i].name, words)) {
            return &roles->list[i];
        }
    }
    return NULL;
}

static enum err check_name(const struct role_list *roles, const struct held_role *role,
                           struct err_info *info)
{
    struct text name = role->name;
    bool fits = name.len >= 1 && name.len <= ROLE_NAME_MAX && text_trim(name).len == name.len &&
                !text_starts(name, TEXT("rol_"));
    for (size_t i = 0; i < name.len && fits; i++) {
        fits = (unsigned char)name.ptr[i] >= ' ' && name.ptr[i] != 0x7f;
    }
    if (!fits) {
        return err_field(info, ERR_INVALID, "name",
                         "A role needs a name of 1 to %d bytes, without control characters and "
                         "without spaces around it.",
                         ROLE_NAME_MAX);
    }
    const struct held_role *other = role_named(roles, name);
    return other && other->id != role->id
               ? err_field(info, ERR_CONFLICT, "name", "There is a role of that name already.")
               : ERR_NONE;
}

enum err role_add(struct database *db, const struct role_list *roles, struct held_role *role,
                  int64_t now_us, struct err_info *info)
{
    enum err e = check_name(roles, role, info);
    if (!e && roles->count >= ROLES_MAX) {
        e = err_set(info, ERR_LIMIT, "There are %d roles already.", ROLES_MAX);
    }
    if (e) {
        return e;
    }
    struct arena arena CLEANUP(arena_release) = {0};
    struct id_source ids = id_source(database_node(db), roles->list[roles->count - 1].id);
    int64_t fresh = id_next(&ids, now_us);
    if (role->id && (role->id >= fresh || role_find(roles, role->id))) {
        return err_field(info, ERR_CONFLICT, "id",
                         "Nothing of this id was removed: leave it out for a new one.");
    }
    role->id = role->id ? role->id : fresh;
    struct query q CLEANUP(query_end) = query_begin(db, &statements[ROLE_ADD]);
    query_bind_int(&q, 1, role->id);
    query_bind_text(&q, 2, role->name);
    query_bind_text(&q, 3, permission_words(&arena, role->permissions));
    query_bind_int(&q, 4, now_us);
    return query_run(&q, info);
}

enum err role_write(struct database *db, const struct role_list *roles,
                    const struct held_role *role, struct err_info *info)
{
    enum err e = check_name(roles, role, info);
    if (e) {
        return e;
    }
    struct arena arena CLEANUP(arena_release) = {0};
    struct query q CLEANUP(query_end) = query_begin(db, &statements[ROLE_WRITE]);
    query_bind_text(&q, 1, role->name);
    query_bind_text(&q, 2, permission_words(&arena, role->permissions));
    query_bind_int(&q, 3, role->id);
    return query_run(&q, info);
}

static enum err run_for(struct database *db, int statement, int64_t id, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[statement]);
    query_bind_int(&q, 1, id);
    return query_run(&q, info);
}

enum err role_remove(struct database *db, int64_t id, struct err_info *info)
{
    enum err e = run_for(db, ROLE_DROP, id, info);
    return e ? e : run_for(db, ROLE_REMOVE, id, info);
}

/* -- who holds them -- */

enum err held_role_list(struct database *db, int64_t first, int64_t last, struct arena *arena,
                        struct held_role **ret, size_t *ret_count, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[HELD_ROLE_LIST]);
    query_bind_int(&q, 1, first);
    query_bind_int(&q, 2, last);
    struct rows rows = {.arena = arena, .row_size = sizeof(**ret), .read = read_role};
    enum err e = rows_read(&q, &rows, info);
    if (!e) {
        *ret = rows.list;
        *ret_count = rows.count;
    }
    return e;
}

enum err held_role_permissions(struct database *db, int64_t staff_id, permission_set *ret,
                               struct err_info *info)
{
    struct arena arena CLEANUP(arena_release) = {0};
    struct held_role *roles = NULL;
    size_t count = 0;
    enum err e = held_role_list(db, staff_id, staff_id, &arena, &roles, &count, info);
    if (!e) {
        *ret = 0;
    }
    for (size_t i = 0; i < count; i++) {
        *ret |= roles[i].permissions;
    }
    return e;
}

enum err held_role_set(struct database *db, int64_t staff_id, const int64_t *ids, size_t count,
                       struct err_info *info)
{
    enum err e = run_for(db, HELD_ROLE_DROP, staff_id, info);
    for (size_t i = 0; i < count && !e; i++) {
        struct query q CLEANUP(query_end) = query_begin(db, &statements[HELD_ROLE_ADD]);
        query_bind_int(&q, 1, staff_id);
        query_bind_int(&q, 2, ids[i]);
        e = query_run(&q, info);
    }
    return e;
}

enum err held_role_any_administrator(struct database *db, bool *ret, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[HELD_ROLE_IN_FORCE]);
    bool row, found = false;
    enum err e;
    while (!(e = query_row(&q, &row, info)) && row) {
        const struct role *built_in = role_built_in(query_int(&q, 0));
        struct text words = built_in ? text_of(built_in->permissions) : query_text(&q, 1);
        found = found || permission_parse(words) & permission_admin();
    }
    if (!e) {
        *ret = found;
    }
    return e;
}

enum err held_role_check_administrator(struct database *db, bool before, struct err_info *info)
{
    bool after = false;
    enum err e = held_role_any_administrator(db, &after, info);
    return e || after || !before
               ? e
               : err_set(info, ERR_CONFLICT,
                         "Nobody would be administrator any more. Make somebody else one first.");
}

enum err held_role_alone(struct database *db, struct err_info *info)
{
    return database_is_alone(db) ? ERR_NONE : database_want_alone(db, info);
}
