#include "feature/ledger/excuse_row.h"

#include "base/moment.h"
#include "store/statement.h"

enum {
    ADD,
    ANSWER,
    ASKED,
    CHANGED,
    FIND,
    LAST_CHANGE,
    OF_OBLIGATION,
    TOKEN_MAKER,
    WAITING,
    STATEMENTS
};
#define COLUMNS                                                                            \
    "id, obligation_id, reason, asked_us, asked_by, asker_kind, asker_id, state, answer, " \
    "answered_by, answered_us, change_id"
static const struct statement statements[STATEMENTS] = {
    [ADD] = {"excuse_request_add",
             "INSERT INTO excuse_request (" COLUMNS ") "
             "VALUES ($1, $2, $3, $4, $5, $6, $7, 0, '', '', NULL, $8) "
             "ON CONFLICT (obligation_id) WHERE state = 0 DO NOTHING",
             NULL},
    [ANSWER] = {"excuse_request_answer",
                "UPDATE excuse_request SET state = $1, answer = $2, answered_by = $3, "
                "answered_us = $4, change_id = $5 WHERE id = $6 AND state = $7",
                NULL},
    [ASKED] = {"excuse_request_asked",
               "SELECT " COLUMNS " FROM excuse_request "
               "WHERE asker_kind = $1 AND asker_id = $2 AND id < $3 ORDER BY id DESC LIMIT $4",
               NULL},
    [CHANGED] = {"excuse_request_changed",
                 "SELECT " COLUMNS " FROM excuse_request "
                 "WHERE ((change_id >> 12) & 1023) = $1 AND change_id > $2 "
                 "ORDER BY change_id LIMIT $3",
                 NULL},
    [FIND] = {"excuse_request_find", "SELECT " COLUMNS " FROM excuse_request WHERE id = $1", NULL},
    [LAST_CHANGE] = {"excuse_request_last_change",
                     "SELECT change_id FROM excuse_request "
                     "WHERE ((change_id >> 12) & 1023) = $1 ORDER BY change_id DESC LIMIT 1",
                     NULL},
    [OF_OBLIGATION] = {"excuse_request_of_obligation",
                       "SELECT " COLUMNS " FROM excuse_request WHERE obligation_id = $1 "
                       "ORDER BY id",
                       NULL},
    [TOKEN_MAKER] = {"excuse_token_maker",
                     "SELECT created_by, maker_kind, maker_id FROM token WHERE id = $1", NULL},
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
    query_bind_int(&q, 8, row->change_id);
    enum err e = query_run(&q, info);
    if (!e) {
        *ret_added = database_changes(db) > 0;
    }
    return e;
}

enum err excuse_row_answer(struct database *db, const struct excuse_row *row,
                           enum excuse_state from, bool *ret_done, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[ANSWER]);
    query_bind_int(&q, 1, row->state);
    query_bind_text(&q, 2, row->answer);
    query_bind_text(&q, 3, row->answered_by);
    if (row->answered_us == MOMENT_NEVER) {
        query_bind_null(&q, 4);
    } else {
        query_bind_int(&q, 4, row->answered_us);
    }
    query_bind_int(&q, 5, row->change_id);
    query_bind_int(&q, 6, row->id);
    query_bind_int(&q, 7, from);
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
        .change_id = query_is_null(q, 11) ? 0 : query_int(q, 11),
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

enum err excuse_row_asked(struct database *db, enum identity_kind kind, int64_t asker_id,
                          int64_t before, size_t most, struct arena *arena, struct excuse_rows *ret,
                          struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[ASKED]);
    query_bind_int(&q, 1, kind);
    query_bind_int(&q, 2, asker_id);
    query_bind_int(&q, 3, before);
    query_bind_int(&q, 4, (int64_t)most);
    return read_rows(&q, arena, ret, info);
}

enum err excuse_row_changed(struct database *db, uint32_t node, int64_t after, size_t most,
                            struct arena *arena, struct excuse_rows *ret, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[CHANGED]);
    query_bind_int(&q, 1, node);
    query_bind_int(&q, 2, after);
    query_bind_int(&q, 3, (int64_t)most);
    return read_rows(&q, arena, ret, info);
}

enum err excuse_row_last_change(struct database *db, uint32_t node, int64_t *ret,
                                struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[LAST_CHANGE]);
    query_bind_int(&q, 1, node);
    bool row;
    enum err e = query_row(&q, &row, info);
    *ret = !e && row ? query_int(&q, 0) : 0;
    return e;
}

enum err excuse_token_maker(struct database *db, int64_t token_id, struct arena *arena,
                            struct excuse_maker *ret, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[TOKEN_MAKER]);
    query_bind_int(&q, 1, token_id);
    bool row;
    enum err e = query_row(&q, &row, info);
    *ret = (struct excuse_maker){0};
    if (!e && row) {
        ret->name = arena_text(arena, query_text(&q, 0));
        ret->kind = query_is_null(&q, 1) ? IDENTITY_NONE : (enum identity_kind)query_int(&q, 1);
        ret->id = query_is_null(&q, 2) ? 0 : query_int(&q, 2);
    }
    return e;
}
