#include "feature/outbox/row.h"

#include "base/id.h"
#include "base/moment.h"
#include "store/sharing.h"

#include <sodium.h>

enum { TRIES_SHOWN = 100, PRUNE_AT_ONCE = 200 };

#define COLUMNS                                                                      \
    "id, kind, state, token, target, target_id, title, content, since_us, next_us, " \
    "lease, tries, error, done_us"

enum {
    ADD,
    LAST,
    TAKE,
    RENEW,
    SETTLE,
    GIVE_BACK,
    TRY_ADD,
    FREE_ALL,
    NEXT,
    DEPTH,
    OLDEST,
    PRUNE_TRIES,
    PRUNE,
    FIND,
    LIST,
    LIST_OF,
    REPLAY,
    RETRY,
    CANCEL,
    TRIES,
    STATEMENTS
};
#define TAKE_DUE                                                                              \
    "SELECT id FROM outbox WHERE kind = $3 AND state = 0 AND next_us <= $4 ORDER BY next_us " \
    "LIMIT $5"
/* Several times the same, so that each prunes a bounded part. */
#define OLD "SELECT id FROM outbox WHERE kind = $1 AND state = $2 AND id < $3 ORDER BY id LIMIT $4"
static const struct statement statements[] = {
    [ADD] = {"outbox_add",
             "INSERT INTO outbox (id, kind, state, token, target, target_id, title, content, "
             "since_us, next_us) VALUES ($1, $2, 0, $3, $4, $5, $6, $7, $8, $8)",
             NULL},
    [LAST] = {"outbox_last", "SELECT id FROM outbox ORDER BY id DESC LIMIT 1", NULL},
    [TAKE] = {"outbox_take",
              "UPDATE outbox SET lease = $1, next_us = $2 WHERE id IN (" TAKE_DUE
              ") RETURNING " COLUMNS,
              "UPDATE outbox SET lease = $1, next_us = $2 WHERE id = ANY(ARRAY(" TAKE_DUE
              " FOR UPDATE SKIP LOCKED)) RETURNING " COLUMNS},
    [RENEW] = {"outbox_renew",
               "UPDATE outbox SET next_us = $1 WHERE id = $2 AND lease = $3 AND state = 0", NULL},
    [SETTLE] = {"outbox_settle",
                "UPDATE outbox SET state = $1, next_us = $2, done_us = $3, error = $4, content = "
                "$5, tries = tries + 1, lease = 0 WHERE id = $6 AND lease = $7 AND state = 0",
                NULL},
    [GIVE_BACK] = {"outbox_give_back",
                   "UPDATE outbox SET next_us = $1, lease = 0 WHERE id = $2 AND lease = $3 AND "
                   "state = 0",
                   NULL},
    [TRY_ADD] = {"outbox_try_add",
                 "INSERT INTO outbox_try (outbox_id, n, at_us, took_us, code, answer) VALUES "
                 "($1, $2, $3, $4, $5, $6)",
                 NULL},
    [FREE_ALL] = {"outbox_free_all",
                  "UPDATE outbox SET lease = 0, next_us = $1 WHERE kind IN (0, 1) AND state = 0 "
                  "AND lease <> 0",
                  NULL},
    [NEXT] = {"outbox_next",
              "SELECT next_us FROM outbox WHERE kind = $1 AND state = 0 ORDER BY next_us LIMIT 1",
              NULL},
    [DEPTH] = {"outbox_depth", "SELECT count(*) FROM outbox WHERE kind = $1 AND state = 0", NULL},
    [OLDEST] = {"outbox_oldest",
                "SELECT id FROM outbox WHERE kind = $1 AND state = 0 ORDER BY id LIMIT 1", NULL},
    [PRUNE_TRIES] = {"outbox_prune_tries", "DELETE FROM outbox_try WHERE outbox_id IN (" OLD ")",
                     NULL},
    [PRUNE] = {"outbox_prune", "DELETE FROM outbox WHERE id IN (" OLD ")", NULL},
    [FIND] = {"outbox_find", "SELECT " COLUMNS " FROM outbox WHERE id = $1", NULL},
    [LIST] = {"outbox_list",
              "SELECT " COLUMNS " FROM outbox WHERE kind = $1 AND state = $2 AND id < $3 ORDER BY "
              "id DESC LIMIT $4",
              NULL},
    [LIST_OF] = {"outbox_list_of",
                 "SELECT " COLUMNS " FROM outbox WHERE target_id = $1 AND target_id <> 0 AND id < "
                 "$2 AND ($3 < 0 OR state = $3) ORDER BY id DESC LIMIT $4",
                 NULL},
    [REPLAY] = {"outbox_replay",
                "UPDATE outbox SET state = 0, since_us = $1, next_us = $1, done_us = NULL WHERE id "
                "IN (SELECT id FROM outbox WHERE target_id = $2 AND target_id <> 0 AND id > $3 AND "
                "state BETWEEN $4 AND $5 ORDER BY id LIMIT $6) RETURNING id",
                NULL},
    [RETRY] = {"outbox_retry",
               "UPDATE outbox SET state = 0, since_us = $1, next_us = $1, done_us = NULL WHERE "
               "id = $2",
               NULL},
    [CANCEL] = {"outbox_cancel",
                "UPDATE outbox SET state = 3, done_us = $1, content = $2 WHERE id = $3", NULL},
    [TRIES] = {"outbox_tries",
               "SELECT n, at_us, took_us, code, answer FROM outbox_try WHERE outbox_id = $1 ORDER "
               "BY n LIMIT $2",
               NULL},
};
_Static_assert(sizeof(statements) / sizeof(statements[0]) == STATEMENTS, "one each");
const struct statement_table outbox_row_statements = {statements, STATEMENTS};

static void row_read(const struct query *q, struct arena *arena, struct outbox_row *ret)
{
    *ret = (struct outbox_row){
        .id = query_int(q, 0),
        .kind = (enum outbox_kind)query_int(q, 1),
        .state = (enum outbox_state)query_int(q, 2),
        .token = arena_text(arena, query_text(q, 3)),
        .target = arena_text(arena, query_text(q, 4)),
        .target_id = query_int(q, 5),
        .title = arena_text(arena, query_text(q, 6)),
        .content = arena_text(arena, query_text(q, 7)),
        .since_us = query_int(q, 8),
        .next_us = query_int(q, 9),
        .lease = query_int(q, 10),
        .tries = query_int(q, 11),
        .error = arena_text(arena, query_text(q, 12)),
        .done_us = query_is_null(q, 13) ? MOMENT_NEVER : query_int(q, 13),
    };
}

/* At most `most` rows of a statement that gives whole ones. */
static enum err rows_read(struct query *q, size_t most, struct arena *arena,
                          struct outbox_rows *ret, struct err_info *info)
{
    struct outbox_rows rows = {ARENA_ARRAY(arena, struct outbox_row, most), 0};
    bool row;
    enum err e;
    while (!(e = query_row(q, &row, info)) && row && rows.count < most) {
        row_read(q, arena, &rows.list[rows.count++]);
    }
    if (!e) {
        *ret = rows;
    }
    return e;
}

/* 128 random bits, as 26 letters. */
static void token_draw(char out[OUTBOX_TOKEN_SIZE])
{
    static const char letters[] = "0123456789abcdefghjkmnpqrstvwxyz";
    unsigned char bytes[OUTBOX_TOKEN_SIZE - 1];
    randombytes_buf(bytes, sizeof(bytes));
    for (size_t i = 0; i < sizeof(bytes); i++) {
        out[i] = letters[bytes[i] & 31];
    }
    out[sizeof(bytes)] = '\0';
}

static enum err draw_id(struct database *db, int64_t *ret, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[LAST]);
    bool row;
    enum err e = query_row(&q, &row, info);
    if (!e) {
        struct id_source ids = id_source(database_node(db), row ? query_int(&q, 0) : 0);
        *ret = id_next(&ids, database_now(db));
    }
    return e;
}

enum err outbox_row_add(struct database *db, const struct outbox_row *row, int64_t *ret_id,
                        struct err_info *info)
{
    int64_t id;
    char token[OUTBOX_TOKEN_SIZE];
    enum err e = draw_id(db, &id, info);
    if (e) {
        return e;
    }
    token_draw(token);
    struct query q CLEANUP(query_end) = query_begin(db, &statements[ADD]);
    query_bind_int(&q, 1, id);
    query_bind_int(&q, 2, row->kind);
    query_bind_text(&q, 3, text_of(token));
    query_bind_text(&q, 4, row->target);
    query_bind_int(&q, 5, row->target_id);
    query_bind_text(&q, 6, row->title);
    query_bind_text(&q, 7, row->content);
    query_bind_int(&q, 8, database_now(db));
    e = query_run(&q, info);
    if (!e) {
        *ret_id = id;
    }
    return e;
}

enum err outbox_row_take(struct database *db, enum outbox_kind kind, size_t most, int64_t lease,
                         int64_t lease_us, struct arena *arena, struct outbox_rows *ret,
                         struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[TAKE]);
    query_bind_int(&q, 1, lease);
    query_bind_int(&q, 2, lease_us);
    query_bind_int(&q, 3, kind);
    query_bind_int(&q, 4, database_now(db));
    query_bind_int(&q, 5, (int64_t)most);
    return rows_read(&q, most + 1, arena, ret, info);
}

enum err outbox_row_renew(struct database *db, int64_t id, int64_t lease, int64_t lease_us,
                          struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[RENEW]);
    query_bind_int(&q, 1, lease_us);
    query_bind_int(&q, 2, id);
    query_bind_int(&q, 3, lease);
    return query_run(&q, info);
}

static enum err give_back(struct database *db, const struct outbox_row *row, int64_t lease,
                          int64_t next_us, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[GIVE_BACK]);
    query_bind_int(&q, 1, next_us);
    query_bind_int(&q, 2, row->id);
    query_bind_int(&q, 3, lease);
    return query_run(&q, info);
}

static enum err add_try(struct database *db, const struct outbox_row *row,
                        const struct outbox_outcome *o, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[TRY_ADD]);
    query_bind_int(&q, 1, row->id);
    query_bind_int(&q, 2, row->tries + 1);
    query_bind_int(&q, 3, o->at_us);
    query_bind_int(&q, 4, o->took_us);
    query_bind_int(&q, 5, o->code);
    query_bind_text(&q, 6, o->answer);
    return query_run(&q, info);
}

enum err outbox_row_settle(struct database *db, const struct outbox_row *row, int64_t lease,
                           const struct outbox_outcome *o, struct err_info *info)
{
    if (!o->is_try) {
        return give_back(db, row, lease, o->next_us, info);
    }
    struct query q CLEANUP(query_end) = query_begin(db, &statements[SETTLE]);
    query_bind_int(&q, 1, o->state);
    query_bind_int(&q, 2, o->next_us);
    if (o->state == OUTBOX_WAITING) {
        query_bind_null(&q, 3);
    } else {
        query_bind_int(&q, 3, database_now(db));
    }
    query_bind_text(&q, 4, o->state == OUTBOX_SENT ? TEXT("") : o->answer);
    bool forget = row->kind == OUTBOX_MAIL && o->state == OUTBOX_SENT;
    query_bind_text(&q, 5, forget ? TEXT("") : row->content);
    query_bind_int(&q, 6, row->id);
    query_bind_int(&q, 7, lease);
    enum err e = query_run(&q, info);
    return e || database_changes(db) == 0 ? e : add_try(db, row, o, info);
}

enum err outbox_row_free_all(struct database *db, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[FREE_ALL]);
    query_bind_int(&q, 1, database_now(db));
    return query_run(&q, info);
}

/* The one number that a statement gives for a kind; MOMENT_NEVER where it gives none. */
static enum err number_of(struct database *db, int statement, enum outbox_kind kind, int64_t *ret,
                          struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[statement]);
    query_bind_int(&q, 1, kind);
    bool row;
    enum err e = query_row(&q, &row, info);
    if (!e) {
        *ret = row ? query_int(&q, 0) : MOMENT_NEVER;
    }
    return e;
}

enum err outbox_row_next(struct database *db, enum outbox_kind kind, int64_t *ret_us,
                         struct err_info *info)
{
    return number_of(db, NEXT, kind, ret_us, info);
}

enum err outbox_row_depth(struct database *db, enum outbox_kind kind, int64_t *ret_count,
                          int64_t *ret_oldest_us, struct err_info *info)
{
    int64_t count, id;
    enum err e = number_of(db, DEPTH, kind, &count, info);
    e = e ? e : number_of(db, OLDEST, kind, &id, info);
    if (!e) {
        *ret_count = count;
        *ret_oldest_us = id == MOMENT_NEVER ? MOMENT_NEVER : id_moment(id);
    }
    return e;
}

/* The last id that can have been drawn before that instant. */
static int64_t id_before(int64_t us)
{
    enum { TIME_SHIFT = 22 };
    int64_t epoch_us = id_moment(0);
    return us <= epoch_us ? 0 : (((us - epoch_us) / 1000) << TIME_SHIFT) - 1;
}

static enum err prune(struct database *db, int statement, enum outbox_kind kind,
                      enum outbox_state state, int64_t before_id, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[statement]);
    query_bind_int(&q, 1, kind);
    query_bind_int(&q, 2, state);
    query_bind_int(&q, 3, before_id);
    query_bind_int(&q, 4, PRUNE_AT_ONCE);
    return query_run(&q, info);
}

enum err outbox_row_prune(struct database *db, int64_t before_us, struct err_info *info)
{
    int64_t before_id = id_before(before_us);
    enum err e = ERR_NONE;
    for (int kind = 0; kind < OUTBOX_KINDS && !e; kind++) {
        for (int state = OUTBOX_SENT; state < OUTBOX_STATES && !e; state++) {
            e = prune(db, PRUNE_TRIES, (enum outbox_kind)kind, (enum outbox_state)state, before_id,
                      info);
            e = e ? e
                  : prune(db, PRUNE, (enum outbox_kind)kind, (enum outbox_state)state, before_id,
                          info);
        }
    }
    return e;
}

enum err outbox_row_find(struct database *db, int64_t id, struct arena *arena,
                         struct outbox_row *ret, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[FIND]);
    query_bind_int(&q, 1, id);
    bool row;
    enum err e = query_row(&q, &row, info);
    if (e || !row) {
        return e ? e : err_set(info, ERR_NOT_FOUND, "There is nothing with this id in the outbox.");
    }
    row_read(&q, arena, ret);
    return ERR_NONE;
}

enum err outbox_row_list(struct database *db, enum outbox_kind kind, enum outbox_state state,
                         int64_t before_id, size_t most, struct arena *arena,
                         struct outbox_rows *ret, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[LIST]);
    query_bind_int(&q, 1, kind);
    query_bind_int(&q, 2, state);
    query_bind_int(&q, 3, before_id);
    query_bind_int(&q, 4, (int64_t)most);
    return rows_read(&q, most, arena, ret, info);
}

enum err outbox_row_list_of(struct database *db, int64_t target_id, int64_t state,
                            int64_t before_id, size_t most, struct arena *arena,
                            struct outbox_rows *ret, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[LIST_OF]);
    query_bind_int(&q, 1, target_id);
    query_bind_int(&q, 2, before_id);
    query_bind_int(&q, 3, state);
    query_bind_int(&q, 4, (int64_t)most);
    return rows_read(&q, most, arena, ret, info);
}

enum err outbox_row_replay(struct database *db, const struct outbox_again *what, int64_t *ret_count,
                           int64_t *ret_last, struct err_info *info)
{
    int64_t before = id_before(what->since_us), count = 0, last = 0;
    struct query q CLEANUP(query_end) = query_begin(db, &statements[REPLAY]);
    query_bind_int(&q, 1, database_now(db));
    query_bind_int(&q, 2, what->target_id);
    query_bind_int(&q, 3, what->after_id > before ? what->after_id : before);
    query_bind_int(&q, 4, what->only_failed ? OUTBOX_FAILED : OUTBOX_SENT);
    query_bind_int(&q, 5, what->only_failed ? OUTBOX_FAILED : OUTBOX_CANCELLED);
    query_bind_int(&q, 6, OUTBOX_REPLAY_MOST);
    bool row;
    enum err e;
    while (!(e = query_row(&q, &row, info)) && row) {
        last = query_int(&q, 0) > last ? query_int(&q, 0) : last;
        count++;
    }
    *ret_count = count;
    *ret_last = last;
    return e;
}

/* The row, if something may be done to it by hand now. */
static enum err find_still(struct database *db, int64_t id, struct arena *arena,
                           struct outbox_row *ret, struct err_info *info)
{
    enum err e = outbox_row_find(db, id, arena, ret, info);
    if (!e && ret->state == OUTBOX_WAITING && ret->lease && ret->next_us > database_now(db)) {
        return err_set(info, ERR_CONFLICT,
                       "It is being sent at this moment. Look again in a few seconds.");
    }
    return e;
}

enum err outbox_row_retry(struct database *db, int64_t id, struct err_info *info)
{
    struct arena arena CLEANUP(arena_release) = {0};
    struct outbox_row row = {0};
    enum err e = find_still(db, id, &arena, &row, info);
    if (e) {
        return e;
    }
    if (row.content.len == 0) {
        return err_set(info, ERR_CONFLICT,
                       "Its text is forgotten since it was sent or cancelled. Do again what caused "
                       "it.");
    }
    struct query q CLEANUP(query_end) = query_begin(db, &statements[RETRY]);
    query_bind_int(&q, 1, database_now(db));
    query_bind_int(&q, 2, id);
    return query_run(&q, info);
}

enum err outbox_row_cancel(struct database *db, int64_t id, struct err_info *info)
{
    struct arena arena CLEANUP(arena_release) = {0};
    struct outbox_row row = {0};
    enum err e = find_still(db, id, &arena, &row, info);
    if (e) {
        return e;
    }
    if (row.state == OUTBOX_SENT || row.state == OUTBOX_CANCELLED) {
        return err_set(info, ERR_CONFLICT,
                       row.state == OUTBOX_SENT ? "It was sent before."
                                                : "It was cancelled before.");
    }
    struct query q CLEANUP(query_end) = query_begin(db, &statements[CANCEL]);
    query_bind_int(&q, 1, database_now(db));
    query_bind_text(&q, 2, row.kind == OUTBOX_MAIL ? TEXT("") : row.content);
    query_bind_int(&q, 3, id);
    return query_run(&q, info);
}

enum err outbox_row_tries(struct database *db, int64_t id, struct arena *arena,
                          struct outbox_try **ret, size_t *ret_count, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[TRIES]);
    query_bind_int(&q, 1, id);
    query_bind_int(&q, 2, TRIES_SHOWN);
    struct outbox_try *list = ARENA_ARRAY(arena, struct outbox_try, TRIES_SHOWN);
    size_t count = 0;
    bool row;
    enum err e;
    while (!(e = query_row(&q, &row, info)) && row && count < TRIES_SHOWN) {
        list[count++] =
            (struct outbox_try){query_int(&q, 0), query_int(&q, 1), query_int(&q, 2),
                                (int)query_int(&q, 3), arena_text(arena, query_text(&q, 4))};
    }
    if (!e) {
        *ret = list;
        *ret_count = count;
    }
    return e;
}
