#include "feature/staff/held_role.h"

#include "feature/access/role.h"
#include "feature/access/rows.h"

enum { HELD_ROLE_LIST, HELD_ROLE_ADD, STATEMENTS };

static const struct statement statements[] = {
    [HELD_ROLE_LIST] = {"held_role_list",
                        "SELECT s.role_id, r.name, r.permissions FROM staff_role s "
                        "LEFT JOIN role r ON r.id = s.role_id WHERE s.staff_id = $1 "
                        "ORDER BY s.role_id",
                        NULL},
    [HELD_ROLE_ADD] = {"held_role_add",
                       "INSERT INTO staff_role (staff_id, role_id) VALUES ($1, $2)", NULL},
};
const struct statement_table held_role_statements = {statements, STATEMENTS};

static void read_role(const struct query *q, struct arena *arena, void *to)
{
    const struct role *built_in = role_built_in(query_int(q, 0));
    *(struct held_role *)to = (struct held_role){
        .id = query_int(q, 0),
        .name = built_in ? text_of(built_in->name) : arena_text(arena, query_text(q, 1)),
        .permissions =
            permission_parse(built_in ? text_of(built_in->permissions) : query_text(q, 2)),
    };
}

enum err held_role_list(struct database *db, int64_t staff_id, struct arena *arena,
                        struct held_role **ret, size_t *ret_count, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[HELD_ROLE_LIST]);
    query_bind_int(&q, 1, staff_id);
    struct rows rows = {.arena = arena, .row_size = sizeof(**ret), .read = read_role};
    enum err e = rows_read(&q, &rows, info);
    if (!e) {
        *ret = rows.list;
        *ret_count = rows.count;
    }
    return e;
}

enum err held_role_add(struct database *db, int64_t staff_id, int64_t role_id,
                       struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[HELD_ROLE_ADD]);
    query_bind_int(&q, 1, staff_id);
    query_bind_int(&q, 2, role_id);
    return query_run(&q, info);
}
