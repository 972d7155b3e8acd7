#include "feature/staff/team.h"

#include "feature/access/rows.h"

enum { TEAM_OF_MEMBER, STATEMENTS };

static const struct statement statements[] = {
    [TEAM_OF_MEMBER] = {"team_of_member",
                        "SELECT t.id, t.name, m.lead FROM team_member m "
                        "JOIN team t ON t.id = m.team_id WHERE m.staff_id = $1 ORDER BY t.name",
                        NULL},
};
const struct statement_table team_statements = {statements, STATEMENTS};

static void read_belonging(const struct query *q, struct arena *arena, void *to)
{
    *(struct belonging *)to = (struct belonging){
        .team_id = query_int(q, 0),
        .name = arena_text(arena, query_text(q, 1)),
        .lead = query_int(q, 2) != 0,
    };
}

enum err team_of_member(struct database *db, int64_t staff_id, struct arena *arena,
                        struct belonging **ret, size_t *ret_count, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[TEAM_OF_MEMBER]);
    query_bind_int(&q, 1, staff_id);
    struct rows rows = {.arena = arena, .row_size = sizeof(**ret), .read = read_belonging};
    enum err e = rows_read(&q, &rows, info);
    if (!e) {
        *ret = rows.list;
        *ret_count = rows.count;
    }
    return e;
}
