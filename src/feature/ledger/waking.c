/* A row of `waking` is a walk over the keys of one lane, in their order, or, with an empty lane,
 * over the ledger's entries from the touch's instant on: a key with nothing to keep has no state,
 * and yet a verdict of it may have been another had the touch been known. What is heard while one
 * is under way waits for its end, several in one walk. */
#include "feature/ledger/waking.h"

#include "base/id.h"
#include "feature/ledger/keeper.h"
#include "feature/ledger/state_row.h"

#include <inttypes.h>
#include <stdio.h>

enum { WAKING_ADD, WAKING_FIRST, WAKING_TAKE, WAKING_MOVE, WAKING_REMOVE, ENTRY_KEYS, STATEMENTS };
static const struct statement statements[] = {
    [WAKING_ADD] = {"waking_add",
                    "INSERT INTO waking (lane, begun, us, after) VALUES ($1, 0, $2, $3) "
                    "ON CONFLICT (lane, begun) DO UPDATE SET "
                    "us = CASE WHEN excluded.us < waking.us THEN excluded.us ELSE waking.us END, "
                    "after = CASE WHEN excluded.after < waking.after THEN excluded.after "
                    "ELSE waking.after END",
                    NULL},
    [WAKING_FIRST] = {"waking_first",
                      "SELECT lane, begun, after FROM waking ORDER BY lane, begun DESC LIMIT 1",
                      NULL},
    /* One that waits for the end of another does so also while that one is locked. */
    [WAKING_TAKE] = {"waking_take",
                     "SELECT lane, begun, after FROM waking ORDER BY lane, begun DESC LIMIT 1",
                     "SELECT lane, begun, after FROM waking w WHERE begun = 1 OR NOT EXISTS "
                     "(SELECT 1 FROM waking other WHERE other.lane = w.lane AND other.begun = 1) "
                     "ORDER BY lane, begun DESC LIMIT 1 FOR UPDATE SKIP LOCKED"},
    [WAKING_MOVE] = {"waking_move",
                     "UPDATE waking SET begun = 1, after = $1 WHERE lane = $2 AND begun = $3",
                     NULL},
    [WAKING_REMOVE] = {"waking_remove", "DELETE FROM waking WHERE lane = $1 AND begun = $2", NULL},
    /* Not a join: PostgreSQL might read all obligations for it. */
    [ENTRY_KEYS] = {"obligation_entry_keys",
                    "SELECT e.id, "
                    "(SELECT o.promise FROM obligation o WHERE o.id = e.obligation_id "
                    "AND o.home_id = e.home_id), "
                    "(SELECT o.key FROM obligation o WHERE o.id = e.obligation_id "
                    "AND o.home_id = e.home_id) "
                    "FROM obligation_entry e WHERE e.id > $1 ORDER BY e.id LIMIT $2",
                    NULL},
};
const struct statement_table waking_statements = {statements, STATEMENTS};

struct walk {
    struct text lane, after;
    int64_t begun;
};

static enum err add(struct database *db, const struct walk *walk, int64_t us, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[WAKING_ADD]);
    query_bind_text(&q, 1, walk->lane);
    query_bind_int(&q, 2, us);
    query_bind_text(&q, 3, walk->after);
    return query_run(&q, info);
}

enum err waking_add(struct database *db, const struct plan *plan, int64_t us, struct err_info *info)
{
    /* Entries of instants from us on were drawn ids at most so much earlier. */
    struct id_source ids = id_source(0, 0);
    char after[24];
    int len =
        snprintf(after, sizeof(after), "%020" PRId64, id_next(&ids, us - KEEPER_AHEAD_US) - 1);
    struct walk walk = {.lane = TEXT(""), .after = {after, (size_t)len}};
    enum err e = add(db, &walk, us, info);
    walk.after = TEXT("");
    for (size_t lane = 0; lane < plan_lane_count(plan) && !e; lane++) {
        walk.lane = plan_lane_name(plan, lane);
        e = add(db, &walk, us, info);
    }
    return e;
}

static enum err first(struct database *db, int statement, struct arena *arena, bool *ret_found,
                      struct walk *ret, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[statement]);
    enum err e = query_row(&q, ret_found, info);
    if (!e && *ret_found) {
        *ret = (struct walk){.lane = arena_text(arena, query_text(&q, 0)),
                             .after = arena_text(arena, query_text(&q, 2)),
                             .begun = query_int(&q, 1)};
    }
    return e;
}

enum err waking_any(struct database *db, bool *ret, struct err_info *info)
{
    struct arena arena CLEANUP(arena_release) = {0};
    struct walk walk;
    return first(db, WAKING_FIRST, &arena, ret, &walk, info);
}

/* Keys of verdicts; *ret_last is the last entry's id as text, empty when done. */
static enum err wake_decided(struct database *db, const struct plan *plan, const struct walk *walk,
                             int64_t due_us, struct arena *arena, struct text *ret_last,
                             struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[ENTRY_KEYS]);
    int64_t after, last = 0;
    if (!text_to_int64(walk->after, &after)) {
        after = 0;
    }
    query_bind_int(&q, 1, after);
    query_bind_int(&q, 2, WAKING_PART);
    bool row;
    enum err e;
    while (!(e = query_row(&q, &row, info)) && row) {
        size_t promise, lane;
        last = query_int(&q, 0);
        if (plan_find_promise(plan, query_text(&q, 1), &promise, &lane)) {
            struct text key = query_text(&q, 2);
            e = state_row_wake_key(db, plan_lane_name(plan, lane), key, due_us, info);
        }
        if (e) {
            break;
        }
    }
    *ret_last = last ? arena_printf(arena, "%020" PRId64, last) : (struct text){0};
    return e;
}

static enum err go_on(struct database *db, const struct walk *walk, struct text last,
                      struct err_info *info)
{
    struct query q CLEANUP(query_end) =
        query_begin(db, &statements[last.len ? WAKING_MOVE : WAKING_REMOVE]);
    int parameter = 1;
    if (last.len) {
        query_bind_text(&q, parameter++, last);
    }
    query_bind_text(&q, parameter++, walk->lane);
    query_bind_int(&q, parameter, walk->begun);
    return query_run(&q, info);
}

enum err waking_some(struct database *db, const struct plan *plan, int64_t due_us, bool *ret_any,
                     struct err_info *info)
{
    struct arena arena CLEANUP(arena_release) = {0};
    struct walk walk;
    struct text last;
    bool found;
    enum err e = first(db, WAKING_TAKE, &arena, &found, &walk, info);
    *ret_any = found;
    if (e || !found) {
        return e;
    }
    e = walk.lane.len
            ? state_row_wake(db, walk.lane, walk.after, WAKING_PART, due_us, &arena, &last, info)
            : wake_decided(db, plan, &walk, due_us, &arena, &last, info);
    return e ? e : go_on(db, &walk, last, info);
}
