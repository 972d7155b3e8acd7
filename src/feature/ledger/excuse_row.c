#include "feature/ledger/excuse_row.h"

#include "base/moment.h"
#include "store/statement.h"

enum { ADD, ANSWER, FIND, OF_OBLIGATION, TOKEN_MAKER, WAITING, STATEMENTS };
#define COLUMNS                                                                            \
    "id, obligation_id, reason, asked_us, asked_by, asker_kind, asker_id, state, answer, " \
    "answered_by, answered_us"
static const struct statement statements[STATEMENTS] = {
    [ADD] = {"excuse_request_add",
             "INSERT INTO excuse_request (" COLUMNS ") "
             "VALUES ($1, $2, $3, $4, $5, $6, $7, 0, '', '', NULL) "
             "ON CONFLICT (obligation_id) WHERE state = 0 DO NOTHING",
             NULL},
    [ANSWER] = {"excuse_request_answer",
                "UPDATE excuse_request SET state = $1, answer = $2, answered_by = $3, "
                "answered_us = $4 WHERE id = $5 AND state = 0",
                NULL},
    [FIND] = {"excuse_request_find", "SELECT " COLUMNS " FROM excuse_request WHERE id = $1", NULL},
    [OF_OBLIGATION] = {"excuse_request_of_obligation",
                       "SELECT " COLUMNS " FROM excuse_request WHERE obligation_id = $1 "
                       "ORDER BY id",
                       NULL},
    [TOKEN_MAKER] = {"excuse_token_maker", "SELECT created_by FROM token WHERE id = $1", NULL},
    [WAITING] = {"excuse_request_list",
                 "SELECT " COLUMNS " FROM excuse_request WHERE state = 0 AND id > $1 "
                 "ORDER BY id LIMIT $2",
                 NULL},
};
const struct statement_table excuse_row_statements = {statements, STATEMENTS};

const char *excuse_state_name(enum excuse_state state)
{
    static const char *const names[EXCUSE_STATES] = {"waiting", "confirmed", "declined",
                                                     "withdrawn", "closed"};
    return names[state];
}

enum err excuse_row_add(struct database *db, const struct excuse_row *row, bool *ret_added,
                        struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[ADD]);
    query_bind_int(&q, 1, row->id);
    query_bind_int(&q, 2, row->obligation_id);
    query_bind_text(&q, 3, row->reason);
    query_bind_int(&q, 4, row->asked_us);
    query_bind_text(&q, 5, row->asked_by);
    query_bind_int(&q, 6, row->asker_kind);
    query_bind_int(&q, 7, row->asker_id);
    enum err e = query_run(&q, info);
    if (!e) {
        *ret_added = database_changes(db) > 0;
    }
    return e;
}

enum err excuse_row_answer(struct database *db, const struct excuse_row *row, bool *ret_done,
                           struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[ANSWER]);
    query_bind_int(&q, 1, row->state);
    query_bind_text(&q, 2, row->answer);
    query_bind_text(&q, 3, row->answered_by);
    query_bind_int(&q, 4, row->answered_us);
    query_bind_int(&q, 5, row->id);
    enum err e = query_run(&q, info);
    if (!e) {
        *ret_done = database_changes(db) > 0;
    }
    return e;
}

static void read_row(const struct query *q, struct arena *arena, struct excuse_row *ret)
{
    *ret = (struct excuse_row){
        .id = query_int(q, 0),
        .obligation_id = query_int(q, 1),
        .reason = arena_text(arena, query_text(q, 2)),
        .asked_us = query_int(q, 3),
        .asked_by = arena_text(arena, query_text(q, 4)),
        .asker_kind = (enum identity_kind)query_int(q, 5),
        .asker_id = query_int(q, 6),
        .state = (enum excuse_state)query_int(q, 7),
        .answer = arena_text(arena, query_text(q, 8)),
        .answered_by = arena_text(arena, query_text(q, 9)),
        .answered_us = query_is_null(q, 10) ? MOMENT_NEVER : query_int(q, 10),
    };
}

enum err excuse_row_find(struct database *db, int64_t id, struct arena *arena,
                         struct excuse_row *ret, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[FIND]);
    query_bind_int(&q, 1, id);
    bool row;
    enum err e = query_row(&q, &row, info);
    if (!e && !row) {
        return err_set(info, ERR_NOT_FOUND, "There is no such request.");
    }
    if (!e) {
        read_row(&q, arena, ret);
    }
    return e;
}

static enum err read_rows(struct query *q, struct arena *arena, struct excuse_rows *ret,
                          struct err_info *info)
{
    *ret = (struct excuse_rows){0};
    size_t capacity = 0;
    bool row;
    enum err e;
    while (!(e = query_row(q, &row, info)) && row) {
        if (ret->count == capacity) {
            size_t more = capacity ? capacity * 2 : 8;
            ret->list = arena_grow(arena, ret->list, capacity, more, sizeof(*ret->list));
            capacity = more;
        }
        read_row(q, arena, &ret->list[ret->count++]);
    }
    return e;
}

enum err excuse_row_of(struct database *db, int64_t obligation_id, struct arena *arena,
                       struct excuse_rows *ret, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[OF_OBLIGATION]);
    query_bind_int(&q, 1, obligation_id);
    return read_rows(&q, arena, ret, info);
}

enum err excuse_row_waiting(struct database *db, int64_t after, size_t most, struct arena *arena,
                            struct excuse_rows *ret, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[WAITING]);
    query_bind_int(&q, 1, after);
    query_bind_int(&q, 2, (int64_t)most);
    return read_rows(&q, arena, ret, info);
}

enum err excuse_token_maker(struct database *db, int64_t token_id, struct arena *arena,
                            struct text *ret, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[TOKEN_MAKER]);
    query_bind_int(&q, 1, token_id);
    bool row;
    enum err e = query_row(&q, &row, info);
    *ret = !e && row ? arena_text(arena, query_text(&q, 0)) : (struct text){0};
    return e;
}
