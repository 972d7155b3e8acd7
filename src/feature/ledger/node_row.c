#include "feature/ledger/node_row.h"

#include "base/id.h"

enum { NODE_PUT, NODE_LIST, STATEMENTS };
static const struct statement statements[] = {
    [NODE_PUT] = {"node_put",
                  "INSERT INTO node (number, address, started_us) VALUES ($1, $2, $3) "
                  "ON CONFLICT (number) DO UPDATE SET address = excluded.address, "
                  "started_us = excluded.started_us",
                  NULL},
    [NODE_LIST] = {"node_list", "SELECT number FROM node WHERE number > 0 ORDER BY number", NULL},
};
_Static_assert(sizeof(statements) / sizeof(statements[0]) == STATEMENTS, "one each");
const struct statement_table node_row_statements = {statements, STATEMENTS};

enum err node_row_put(struct database *db, uint32_t number, struct text address, int64_t now_us,
                      struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[NODE_PUT]);
    query_bind_int(&q, 1, number);
    query_bind_text(&q, 2, address);
    query_bind_int(&q, 3, now_us);
    return query_run(&q, info);
}

enum err node_row_list(struct database *db, struct arena *arena, uint32_t **ret, size_t *ret_count,
                       struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[NODE_LIST]);
    uint32_t *list = ARENA_ARRAY(arena, uint32_t, ID_NODE_MAX + 1);
    size_t count = 1; /* the first is 0 */
    bool row;
    enum err e;
    while (!(e = query_row(&q, &row, info)) && row && count <= ID_NODE_MAX) {
        list[count++] = (uint32_t)query_int(&q, 0);
    }
    *ret = list;
    *ret_count = count;
    return e;
}
