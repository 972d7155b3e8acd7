#include "feature/draft/rehearsal.h"

enum {
    REHEARSAL_ADD,
    REHEARSAL_UNDER_WAY,
    REHEARSAL_FIND,
    REHEARSAL_LAST,
    REHEARSAL_CANCEL,
    READING_ADD,
    READING_LIST,
    CHANGE_LIST,
    REHEARSAL_NEXT,
    REHEARSAL_CLAIM,
    CHANGES_REMOVE,
    REHEARSAL_BEAT,
    CHANGE_ADD,
    REHEARSAL_END,
    LEASE_LEAVE,
    LEASES_FORGET,
    STATEMENTS
};

#define COLUMNS                                                                          \
    "id, draft_id, revision, version_id, from_us, until_us, asked_us, asked_by, state, " \
    "done_ppm, touches, ended_us, trouble, result"

static const struct statement statements[] = {
    [REHEARSAL_ADD] = {"rehearsal_add",
                       "INSERT INTO rehearsal (id, draft_id, revision, version_id, from_us, "
                       "until_us, asked_us, asked_by, state, done_ppm, touches, leased_until_us, "
                       "lease, trouble, result) "
                       "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, 0, 0, 0, 0, '', '')",
                       NULL},
    [REHEARSAL_UNDER_WAY] = {"rehearsal_under_way",
                             "SELECT draft_id FROM rehearsal WHERE state IN (0, 1)", NULL},
    [REHEARSAL_FIND] = {"rehearsal_find", "SELECT " COLUMNS " FROM rehearsal WHERE id = $1", NULL},
    [REHEARSAL_LAST] = {"rehearsal_last",
                        "SELECT " COLUMNS " FROM rehearsal WHERE draft_id = $1 "
                        "ORDER BY id DESC LIMIT 1",
                        NULL},
    [REHEARSAL_CANCEL] = {"rehearsal_cancel",
                          "UPDATE rehearsal SET state = 4, ended_us = $1 "
                          "WHERE id = $2 AND state IN (0, 1)",
                          NULL},
    [READING_ADD] = {"rehearsal_reading_add",
                     "INSERT INTO rehearsal_reading (rehearsal_id, person_id, name, read_us) "
                     "VALUES ($1, $2, $3, $4) ON CONFLICT (rehearsal_id, person_id) DO NOTHING",
                     NULL},
    [READING_LIST] = {"rehearsal_reading_list",
                      "SELECT person_id, name, read_us FROM rehearsal_reading "
                      "WHERE rehearsal_id = $1 ORDER BY read_us, person_id",
                      NULL},
    [CHANGE_LIST] = {"rehearsal_change_list",
                     "SELECT number, promise, key, opening_source, opening_id, n, opened_us, "
                     "weekday, hour, team, before, after FROM rehearsal_change "
                     "WHERE rehearsal_id = $1 AND number > $2 AND ($3 = '' OR promise = $3) "
                     "AND (NOT $4 OR team = $5) AND ($6 < 0 OR hour = $6) "
                     "ORDER BY number LIMIT $7",
                     "SELECT number, promise, key, opening_source, opening_id, n, opened_us, "
                     "weekday, hour, team, before, after FROM rehearsal_change "
                     "WHERE rehearsal_id = $1 AND number > $2 AND ($3 = '' OR promise = $3) "
                     "AND (NOT $4::boolean OR team = $5) AND ($6 < 0 OR hour = $6) "
                     "ORDER BY number LIMIT $7"},
    [REHEARSAL_NEXT] = {"rehearsal_next",
                        "SELECT id FROM rehearsal WHERE state IN (0, 1) AND leased_until_us < $1 "
                        "ORDER BY id LIMIT 1",
                        NULL},
    [REHEARSAL_CLAIM] = {"rehearsal_claim",
                         "UPDATE rehearsal SET state = 1, lease = $1, leased_until_us = $2, "
                         "done_ppm = 0, touches = 0 "
                         "WHERE id = $3 AND state IN (0, 1) AND leased_until_us < $4",
                         NULL},
    [CHANGES_REMOVE] = {"rehearsal_changes_remove",
                        "DELETE FROM rehearsal_change WHERE rehearsal_id = $1", NULL},
    [REHEARSAL_BEAT] = {"rehearsal_beat",
                        "UPDATE rehearsal SET leased_until_us = $1, done_ppm = $2, touches = $3 "
                        "WHERE id = $4 AND lease = $5 AND state = 1",
                        NULL},
    [CHANGE_ADD] = {"rehearsal_change_add",
                    "INSERT INTO rehearsal_change (rehearsal_id, number, promise, key, "
                    "opening_source, opening_id, n, opened_us, weekday, hour, team, before, after) "
                    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
                    NULL},
    [REHEARSAL_END] = {"rehearsal_end",
                       "UPDATE rehearsal SET state = $1, ended_us = $2, done_ppm = $3, touches = "
                       "$4, trouble = $5, result = $6 WHERE id = $7 AND lease = $8 AND state = 1",
                       NULL},
    [LEASE_LEAVE] = {"rehearsal_leave",
                     "UPDATE rehearsal SET leased_until_us = 0 WHERE id = $1 AND lease = $2", NULL},
    [LEASES_FORGET] = {"rehearsal_leases_forget",
                       "UPDATE rehearsal SET leased_until_us = 0 WHERE state = 1", NULL},
};
const struct statement_table rehearsal_statements = {statements, STATEMENTS};

const char *rehearsal_state_name(enum rehearsal_state s)
{
    static const char *const names[] = {"waiting", "running", "done", "failed", "cancelled"};
    return names[s];
}

/* -- for requests -- */

static enum err check_under_way(struct database *db, int64_t draft_id, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[REHEARSAL_UNDER_WAY]);
    bool row;
    enum err e;
    size_t count = 0;
    while (!(e = query_row(&q, &row, info)) && row) {
        count++;
        if (query_int(&q, 0) == draft_id) {
            return err_set(info, ERR_CONFLICT,
                           "A rehearsal of this draft is under way. Wait for it or cancel it.");
        }
    }
    if (!e && count >= REHEARSALS_WAITING_MAX) {
        e = err_set(info, ERR_BUSY, "%d rehearsals wait already. Try again when some are done.",
                    REHEARSALS_WAITING_MAX);
    }
    return e;
}

enum err rehearsal_add(struct database *db, const struct rehearsal *r, struct err_info *info)
{
    enum err e = check_under_way(db, r->draft_id, info);
    if (e) {
        return e;
    }
    struct query q CLEANUP(query_end) = query_begin(db, &statements[REHEARSAL_ADD]);
    query_bind_int(&q, 1, r->id);
    query_bind_int(&q, 2, r->draft_id);
    query_bind_int(&q, 3, r->revision);
    if (r->version_id) {
        query_bind_int(&q, 4, r->version_id);
    } else {
        query_bind_null(&q, 4);
    }
    query_bind_int(&q, 5, r->from_us);
    query_bind_int(&q, 6, r->until_us);
    query_bind_int(&q, 7, r->asked_us);
    query_bind_text(&q, 8, r->asked_by);
    return query_run(&q, info);
}

static void read_rehearsal(const struct query *q, struct arena *arena, struct rehearsal *r)
{
    *r = (struct rehearsal){
        .id = query_int(q, 0),
        .draft_id = query_int(q, 1),
        .revision = query_int(q, 2),
        .version_id = query_int(q, 3),
        .from_us = query_int(q, 4),
        .until_us = query_int(q, 5),
        .asked_us = query_int(q, 6),
        .asked_by = arena_text(arena, query_text(q, 7)),
        .state = (enum rehearsal_state)query_int(q, 8),
        .done_ppm = query_int(q, 9),
        .touches = query_int(q, 10),
        .ended_us = query_is_null(q, 11) ? MOMENT_NEVER : query_int(q, 11),
        .trouble = arena_text(arena, query_text(q, 12)),
        .result = arena_text(arena, query_text(q, 13)),
    };
}

enum err rehearsal_find(struct database *db, int64_t id, struct arena *arena, struct rehearsal *ret,
                        struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[REHEARSAL_FIND]);
    query_bind_int(&q, 1, id);
    bool row = false;
    enum err e = query_row(&q, &row, info);
    if (!e && !row) {
        return err_field(info, ERR_NOT_FOUND, "id", "There is no such rehearsal.");
    }
    if (!e) {
        read_rehearsal(&q, arena, ret);
    }
    return e;
}

enum err rehearsal_last(struct database *db, int64_t draft_id, struct arena *arena,
                        struct rehearsal *ret, bool *ret_found, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[REHEARSAL_LAST]);
    query_bind_int(&q, 1, draft_id);
    bool row = false;
    enum err e = query_row(&q, &row, info);
    if (!e && row) {
        read_rehearsal(&q, arena, ret);
    }
    if (!e) {
        *ret_found = row;
    }
    return e;
}

enum err rehearsal_cancel(struct database *db, int64_t id, int64_t now_us, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[REHEARSAL_CANCEL]);
    query_bind_int(&q, 2, id);
    query_bind_int(&q, 1, now_us);
    return query_run(&q, info);
}

enum err rehearsal_note_read(struct database *db, int64_t id, struct author by, int64_t now_us,
                             struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[READING_ADD]);
    query_bind_int(&q, 1, id);
    query_bind_int(&q, 2, by.id);
    query_bind_text(&q, 3, by.name);
    query_bind_int(&q, 4, now_us);
    return query_run(&q, info);
}

enum err rehearsal_readings(struct database *db, int64_t id, struct arena *arena,
                            struct reading **ret, size_t *ret_count, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[READING_LIST]);
    query_bind_int(&q, 1, id);
    struct reading *list = NULL;
    size_t count = 0, room = 0;
    bool row;
    enum err e;
    while (!(e = query_row(&q, &row, info)) && row) {
        if (count == room) {
            room = room ? 2 * room : 8;
            list = arena_grow(arena, list, count, room, sizeof(*list));
        }
        struct author by = {query_int(&q, 0), arena_text(arena, query_text(&q, 1))};
        list[count++] = (struct reading){by, query_int(&q, 2)};
    }
    if (!e) {
        *ret = list;
        *ret_count = count;
    }
    return e;
}

static void read_change(const struct query *q, struct arena *arena, struct rehearsed *c)
{
    *c = (struct rehearsed){
        .number = query_int(q, 0),
        .promise = arena_text(arena, query_text(q, 1)),
        .key = arena_text(arena, query_text(q, 2)),
        .opening_source = arena_text(arena, query_text(q, 3)),
        .opening_id = arena_text(arena, query_text(q, 4)),
        .n = query_int(q, 5),
        .opened_us = query_int(q, 6),
        .weekday = query_int(q, 7),
        .hour = query_int(q, 8),
        .team = arena_text(arena, query_text(q, 9)),
        .before = query_is_null(q, 10) ? -1 : query_int(q, 10),
        .after = query_is_null(q, 11) ? -1 : query_int(q, 11),
    };
}

enum err rehearsal_changes(struct database *db, int64_t id, const struct rehearsed_filter *filter,
                           int64_t after, size_t most, struct arena *arena, struct rehearsed *ret,
                           size_t *ret_count, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[CHANGE_LIST]);
    query_bind_int(&q, 1, id);
    query_bind_int(&q, 2, after);
    query_bind_text(&q, 3, filter->promise);
    query_bind_bool(&q, 4, filter->by_team);
    query_bind_text(&q, 5, filter->team);
    query_bind_int(&q, 6, filter->hour);
    query_bind_int(&q, 7, (int64_t)most);
    bool row;
    enum err e;
    size_t count = 0;
    while (!(e = query_row(&q, &row, info)) && row) {
        read_change(&q, arena, &ret[count++]);
    }
    if (!e) {
        *ret_count = count;
    }
    return e;
}

/* -- for the worker -- */

enum err rehearsal_next(struct database *db, int64_t now_us, int64_t *ret_id, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[REHEARSAL_NEXT]);
    query_bind_int(&q, 1, now_us);
    bool row = false;
    enum err e = query_row(&q, &row, info);
    if (!e) {
        *ret_id = row ? query_int(&q, 0) : 0;
    }
    return e;
}

enum err rehearsal_claim(struct database *db, int64_t id, int64_t lease, int64_t now_us,
                         bool *ret_ours, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[REHEARSAL_CLAIM]);
    query_bind_int(&q, 3, id);
    query_bind_int(&q, 1, lease);
    query_bind_int(&q, 2, now_us + REHEARSAL_LEASE_US);
    query_bind_int(&q, 4, now_us);
    enum err e = query_run(&q, info);
    bool ours = !e && database_changes(db) == 1;
    if (ours) {
        struct query old CLEANUP(query_end) = query_begin(db, &statements[CHANGES_REMOVE]);
        query_bind_int(&old, 1, id);
        e = query_run(&old, info);
    }
    if (!e) {
        *ret_ours = ours;
    }
    return e;
}

enum err rehearsal_beat(struct database *db, const struct rehearsal *r, int64_t lease,
                        int64_t now_us, bool *ret_ours, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[REHEARSAL_BEAT]);
    query_bind_int(&q, 4, r->id);
    query_bind_int(&q, 5, lease);
    query_bind_int(&q, 1, now_us + REHEARSAL_LEASE_US);
    query_bind_int(&q, 2, r->done_ppm);
    query_bind_int(&q, 3, r->touches);
    enum err e = query_run(&q, info);
    if (!e) {
        *ret_ours = database_changes(db) == 1;
    }
    return e;
}

struct adding {
    int64_t id;
    const struct rehearsed *list;
};

static void bind_state(struct query *q, int parameter, int64_t state)
{
    if (state < 0) {
        query_bind_null(q, parameter);
    } else {
        query_bind_int(q, parameter, state);
    }
}

static void bind_change(struct query *q, size_t i, void *context)
{
    const struct adding *adding = context;
    const struct rehearsed *c = &adding->list[i];
    query_bind_int(q, 1, adding->id);
    query_bind_int(q, 2, c->number);
    query_bind_text(q, 3, c->promise);
    query_bind_text(q, 4, c->key);
    query_bind_text(q, 5, c->opening_source);
    query_bind_text(q, 6, c->opening_id);
    query_bind_int(q, 7, c->n);
    query_bind_int(q, 8, c->opened_us);
    query_bind_int(q, 9, c->weekday);
    query_bind_int(q, 10, c->hour);
    query_bind_text(q, 11, c->team);
    bind_state(q, 12, c->before);
    bind_state(q, 13, c->after);
}

enum err rehearsal_add_changes(struct database *db, int64_t id, const struct rehearsed *list,
                               size_t count, struct err_info *info)
{
    struct adding adding = {id, list};
    const struct executions all = {.statement = &statements[CHANGE_ADD],
                                   .count = count,
                                   .context = &adding,
                                   .bind = bind_change};
    return query_many(db, &all, info);
}

enum err rehearsal_end(struct database *db, const struct rehearsal *r, int64_t lease,
                       struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[REHEARSAL_END]);
    query_bind_int(&q, 7, r->id);
    query_bind_int(&q, 8, lease);
    query_bind_int(&q, 1, r->state);
    query_bind_int(&q, 2, r->ended_us);
    query_bind_int(&q, 3, r->done_ppm);
    query_bind_int(&q, 4, r->touches);
    query_bind_text(&q, 5, r->trouble);
    query_bind_text(&q, 6, r->result);
    return query_run(&q, info);
}

enum err rehearsal_leave(struct database *db, int64_t id, int64_t lease, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[LEASE_LEAVE]);
    query_bind_int(&q, 1, id);
    query_bind_int(&q, 2, lease);
    return query_run(&q, info);
}

enum err rehearsal_forget_leases(struct database *db, struct err_info *info)
{
    struct transaction t CLEANUP(transaction_end) = {0};
    enum err e = transaction_begin(&t, db, info);
    if (!e) {
        struct query q CLEANUP(query_end) = query_begin(db, &statements[LEASES_FORGET]);
        e = query_run(&q, info);
    }
    return e ? e : transaction_commit(&t, info);
}
