#include "feature/ledger/state_row.h"

#include "feature/ledger/gathered.h"
#include "store/home.h"

enum {
    STATE_FIND,
    STATE_LOCK,
    STATE_MAKE,
    STATE_PUT,
    STATE_REMOVE,
    STATE_DUE,
    STATE_CLAIM,
    STATE_NEXT,
    LANE_KEYS,
    STATE_WAKE,
    STATE_WAKE_KEY,
    STATEMENTS
};

enum { LOCK_TRIES = 8 };

static const struct statement statements[] = {
    [STATE_FIND] = {"key_state_find",
                    "SELECT state FROM key_state WHERE lane = $1 AND key = $2 AND home_id = $3",
                    NULL},
    [STATE_LOCK] =
        {"key_state_lock",
         "SELECT state FROM key_state WHERE lane = $1 AND key = $2 AND home_id = $3",
         "SELECT state FROM key_state WHERE lane = $1 AND key = $2 AND home_id = $3 FOR UPDATE"},
    [STATE_MAKE] = {"key_state_make",
                    "INSERT INTO key_state (lane, key, home_id, next_us, state) "
                    "VALUES ($1, $2, $3, NULL, $4) ON CONFLICT (lane, key, home_id) DO NOTHING",
                    NULL},
    [STATE_PUT] =
        {"key_state_put",
         "INSERT INTO key_state (lane, key, home_id, next_us, state) VALUES ($1, $2, $3, $4, $5) "
         "ON CONFLICT (lane, key, home_id) DO UPDATE SET next_us = excluded.next_us, state = "
         "excluded.state",
         NULL},
    [STATE_REMOVE] = {"key_state_remove",
                      "DELETE FROM key_state WHERE lane = $1 AND key = $2 AND home_id = $3", NULL},
    [STATE_DUE] = {"key_state_due",
                   "SELECT lane, key FROM key_state WHERE next_us < $1 ORDER BY next_us LIMIT $2",
                   NULL},
    [STATE_CLAIM] = {"key_state_claim",
                     "SELECT 1 FROM key_state WHERE lane = $1 AND key = $2 AND home_id = $3 AND "
                     "next_us < $4",
                     "SELECT 1 FROM key_state WHERE lane = $1 AND key = $2 AND home_id = $3 AND "
                     "next_us < $4 FOR UPDATE SKIP LOCKED"},
    [STATE_NEXT] =
        {"key_state_next",
         "SELECT next_us FROM key_state WHERE next_us IS NOT NULL ORDER BY next_us LIMIT 1", NULL},
    [LANE_KEYS] = {"key_state_of_lane",
                   "SELECT key FROM key_state WHERE lane = $1 AND key > $2 ORDER BY key LIMIT $3",
                   NULL},
    [STATE_WAKE] = {"key_state_wake",
                    "UPDATE key_state SET next_us = $1 WHERE lane = $2 AND key > $3 AND key <= $4 "
                    "AND (next_us IS NULL OR next_us > $1)",
                    NULL},
    [STATE_WAKE_KEY] =
        {"key_state_wake_key",
         "INSERT INTO key_state (lane, key, home_id, next_us, state) VALUES ($1, $2, $3, $4, $5) "
         "ON CONFLICT (lane, key, home_id) DO UPDATE SET next_us = excluded.next_us "
         "WHERE key_state.next_us IS NULL OR key_state.next_us > excluded.next_us",
         NULL},
};
const struct statement_table state_row_statements = {statements, STATEMENTS};

struct rows {
    struct state_row *list;
    struct arena *arena;
};

static void bind_key(struct query *q, size_t i, void *context)
{
    const struct state_row *row = &((const struct rows *)context)->list[i];
    query_bind_text(q, 1, row->lane);
    query_bind_text(q, 2, row->key);
    query_bind_int(q, 3, home_of(row->key));
}

static enum err read_state(struct query *q, size_t i, void *context, struct err_info *info)
{
    (void)info;
    struct rows *rows = context;
    rows->list[i].found = true;
    rows->list[i].state = arena_text(rows->arena, query_bytes(q, 0));
    return ERR_NONE;
}

enum err state_rows_read(struct database *db, struct state_row *rows, size_t count,
                         struct arena *arena, struct err_info *info)
{
    struct rows context = {rows, arena};
    return query_many(db,
                      &(struct executions){.statement = &statements[STATE_FIND],
                                           .gathered = &gathered[STATE_FIND_MANY],
                                           .count = count,
                                           .context = &context,
                                           .bind = bind_key,
                                           .row = read_state},
                      info);
}

static void bind_empty(struct query *q, size_t i, void *context)
{
    bind_key(q, i, context);
    query_bind_bytes(q, 4, (struct text){0});
}

static void note_made(size_t i, int64_t changes, void *context)
{
    ((struct rows *)context)->list[i].made = changes == 1;
}

static enum err lock_those_there(struct database *db, struct rows *rows, size_t count,
                                 struct err_info *info)
{
    return query_many(db,
                      &(struct executions){.statement = &statements[STATE_LOCK],
                                           .gathered = &gathered[STATE_LOCK_MANY],
                                           .count = count,
                                           .context = rows,
                                           .bind = bind_key,
                                           .row = read_state},
                      info);
}

/* Moves those that are neither found nor made to the front; gives their number. */
static size_t count_missing(struct state_row *rows, size_t count, size_t *places)
{
    size_t missing = 0;
    for (size_t i = 0; i < count; i++) {
        if (!rows[i].found && !rows[i].made) {
            places[missing++] = i;
        }
    }
    return missing;
}

/* One that was not there when it was to be locked is made, unless another server has just made it,
 * or is gone again because that one kept nothing: then both are tried again. */
enum err state_rows_lock(struct database *db, struct state_row *rows, size_t count,
                         struct arena *arena, struct err_info *info)
{
    size_t *places = ARENA_ARRAY(arena, size_t, count);
    struct state_row *left = ARENA_ARRAY(arena, struct state_row, count);
    struct rows all = {rows, arena}, some = {left, arena};
    enum err e = lock_those_there(db, &all, count, info);
    for (int tries = 0; !e; tries++) {
        size_t missing = count_missing(rows, count, places);
        if (missing == 0) {
            return ERR_NONE;
        }
        if (tries == LOCK_TRIES) {
            return err_set(info, ERR_BUSY, "The database is busy. Try again in a moment.");
        }
        for (size_t i = 0; i < missing; i++) {
            left[i] = rows[places[i]];
        }
        e = query_many(db,
                       &(struct executions){.statement = &statements[STATE_MAKE],
                                            .gathered = &gathered[STATE_MAKE_MANY],
                                            .count = missing,
                                            .context = &some,
                                            .bind = bind_empty,
                                            .done = note_made},
                       info);
        for (size_t i = 0; i < missing; i++) {
            rows[places[i]].made = left[i].made;
        }
        missing = e ? 0 : count_missing(rows, count, places);
        for (size_t i = 0; i < missing; i++) {
            left[i] = rows[places[i]];
        }
        e = e || !missing ? e : lock_those_there(db, &some, missing, info);
        for (size_t i = 0; i < missing; i++) {
            rows[places[i]] = left[i];
        }
    }
    return e;
}

static void bind_state(struct query *q, size_t i, void *context)
{
    const struct state_row *row = &((const struct rows *)context)->list[i];
    bind_key(q, i, context);
    if (row->next_us == MOMENT_NEVER) {
        query_bind_null(q, 4);
    } else {
        query_bind_int(q, 4, row->next_us);
    }
    query_bind_bytes(q, 5, row->state);
}

static enum err change(struct database *db, int statement, int many, struct state_row *rows,
                       size_t count, struct err_info *info)
{
    return query_many(db,
                      &(struct executions){.statement = &statements[statement],
                                           .gathered = &gathered[many],
                                           .count = count,
                                           .context = &(struct rows){.list = rows},
                                           .bind = statement == STATE_PUT ? bind_state : bind_key},
                      info);
}

/* On PostgreSQL a row that is there is changed at less cost than by an insert that finds it. */
enum err state_rows_put(struct database *db, struct state_row *rows, size_t count,
                        struct err_info *info)
{
    size_t there = 0;
    for (size_t i = 0; i < count; i++) {
        if (rows[i].found || rows[i].made) {
            struct state_row row = rows[i];
            rows[i] = rows[there];
            rows[there++] = row;
        }
    }
    enum err e = there ? change(db, STATE_PUT, STATE_CHANGE_MANY, rows, there, info) : ERR_NONE;
    return e || there == count
               ? e
               : change(db, STATE_PUT, STATE_PUT_MANY, &rows[there], count - there, info);
}

enum err state_rows_remove(struct database *db, struct state_row *rows, size_t count,
                           struct err_info *info)
{
    return change(db, STATE_REMOVE, STATE_REMOVE_MANY, rows, count, info);
}

enum err state_row_due(struct database *db, int64_t now_us, size_t most, struct arena *arena,
                       struct state_row **ret, size_t *ret_count, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[STATE_DUE]);
    query_bind_int(&q, 1, now_us);
    query_bind_int(&q, 2, (int64_t)most);
    struct state_row *rows = ARENA_ARRAY(arena, struct state_row, most);
    for (size_t count = 0;;) {
        bool row;
        enum err e = query_row(&q, &row, info);
        if (e) {
            return e;
        }
        if (!row || count == most) {
            *ret = rows;
            *ret_count = count;
            return ERR_NONE;
        }
        rows[count++] = (struct state_row){
            .lane = arena_text(arena, query_text(&q, 0)),
            .key = arena_text(arena, query_text(&q, 1)),
        };
    }
}

struct claiming {
    struct rows rows;
    int64_t now_us;
};

static void bind_claim(struct query *q, size_t i, void *context)
{
    bind_key(q, i, context);
    query_bind_int(q, 4, ((const struct claiming *)context)->now_us);
}

static enum err note_claimed(struct query *q, size_t i, void *context, struct err_info *info)
{
    (void)q, (void)info;
    ((struct claiming *)context)->rows.list[i].found = true;
    return ERR_NONE;
}

enum err state_rows_claim(struct database *db, struct state_row *rows, size_t count, int64_t now_us,
                          struct err_info *info)
{
    struct claiming claiming = {{.list = rows}, now_us};
    return query_many(db,
                      &(struct executions){.statement = &statements[STATE_CLAIM],
                                           .gathered = &gathered[STATE_CLAIM_MANY],
                                           .count = count,
                                           .context = &claiming,
                                           .bind = bind_claim,
                                           .row = note_claimed},
                      info);
}

enum err state_row_next(struct database *db, int64_t *ret_us, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[STATE_NEXT]);
    bool row;
    enum err e = query_row(&q, &row, info);
    if (!e) {
        *ret_us = row ? query_int(&q, 0) : MOMENT_NEVER;
    }
    return e;
}

static enum err last_key(struct database *db, struct text lane, struct text after, size_t most,
                         struct arena *arena, struct text *ret_last, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[LANE_KEYS]);
    query_bind_text(&q, 1, lane);
    query_bind_text(&q, 2, after);
    query_bind_int(&q, 3, (int64_t)most);
    struct text last = {0};
    for (;;) {
        bool row;
        enum err e = query_row(&q, &row, info);
        if (e || !row) {
            *ret_last = last;
            return e;
        }
        last = arena_text(arena, query_text(&q, 0));
    }
}

enum err state_row_wake(struct database *db, struct text lane, struct text after, size_t most,
                        int64_t us, struct arena *arena, struct text *ret_last,
                        struct err_info *info)
{
    struct text last;
    enum err e = last_key(db, lane, after, most, arena, &last, info);
    if (e) {
        return e;
    }
    if (last.len) {
        struct query q CLEANUP(query_end) = query_begin(db, &statements[STATE_WAKE]);
        query_bind_int(&q, 1, us);
        query_bind_text(&q, 2, lane);
        query_bind_text(&q, 3, after);
        query_bind_text(&q, 4, last);
        if ((e = query_run(&q, info))) {
            return e;
        }
    }
    *ret_last = last;
    return ERR_NONE;
}

enum err state_row_wake_key(struct database *db, struct text lane, struct text key, int64_t us,
                            struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[STATE_WAKE_KEY]);
    query_bind_text(&q, 1, lane);
    query_bind_text(&q, 2, key);
    query_bind_int(&q, 3, home_of(key));
    query_bind_int(&q, 4, us);
    query_bind_bytes(&q, 5, (struct text){0});
    return query_run(&q, info);
}
