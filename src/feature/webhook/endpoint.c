#include "feature/webhook/endpoint.h"

#include "base/id.h"
#include "base/moment.h"
#include "store/sharing.h"

#include <stdlib.h>

enum {
    ALL,
    ONE,
    ADD,
    CHANGE,
    REMOVE,
    PLACES_REMOVE,
    PLACE_BEGIN,
    PLACE_ENSURE,
    PLACE_MOVE,
    PLACES,
    STATEMENTS
};
#define COLUMNS                                                                              \
    "id, url, description, contact, events, secret, secret_before, secret_before_until_us, " \
    "created_us, failing_since_us, enabled, disabled_why"
#define PLACES_OF \
    "SELECT webhook_id, node, last_id FROM webhook_place WHERE node = $1 ORDER BY webhook_id"
static const struct statement statements[] = {
    [ALL] = {"webhook_all", "SELECT " COLUMNS " FROM webhook ORDER BY id", NULL},
    [ONE] = {"webhook_one", "SELECT " COLUMNS " FROM webhook WHERE id = $1", NULL},
    [ADD] = {"webhook_add",
             "INSERT INTO webhook (id, url, description, contact, events, secret, created_us, "
             "enabled) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
             NULL},
    [CHANGE] = {"webhook_change",
                "UPDATE webhook SET url = $1, description = $2, contact = $3, events = $4, secret "
                "= $5, secret_before = $6, secret_before_until_us = $7, failing_since_us = $8, "
                "enabled = $9, disabled_why = $10 WHERE id = $11",
                NULL},
    [REMOVE] = {"webhook_remove", "DELETE FROM webhook WHERE id = $1", NULL},
    [PLACES_REMOVE] = {"webhook_places_remove", "DELETE FROM webhook_place WHERE webhook_id = $1",
                       NULL},
    [PLACE_BEGIN] = {"webhook_place_begin",
                     "INSERT INTO webhook_place (webhook_id, node, last_id) VALUES ($1, $2, $3) "
                     "ON CONFLICT (webhook_id, node) DO UPDATE SET last_id = excluded.last_id",
                     NULL},
    [PLACE_ENSURE] = {"webhook_place_ensure",
                      "INSERT INTO webhook_place (webhook_id, node, last_id) VALUES ($1, $2, 0) "
                      "ON CONFLICT (webhook_id, node) DO NOTHING",
                      NULL},
    [PLACE_MOVE] = {"webhook_place_move",
                    "UPDATE webhook_place SET last_id = $1 WHERE webhook_id = $2 AND node = $3",
                    NULL},
    [PLACES] = {"webhook_places", PLACES_OF, PLACES_OF " FOR UPDATE SKIP LOCKED"},
};
_Static_assert(sizeof(statements) / sizeof(statements[0]) == STATEMENTS, "one each");
const struct statement_table endpoint_statements = {statements, STATEMENTS};

bool endpoint_wants(const struct endpoint *e, struct text event)
{
    struct text rest = e->events;
    while (rest.len) {
        const char *space = memchr(rest.ptr, ' ', rest.len);
        size_t len = space ? (size_t)(space - rest.ptr) : rest.len;
        if (text_eq((struct text){rest.ptr, len}, event)) {
            return true;
        }
        size_t step = len + (space != NULL);
        rest = (struct text){rest.ptr + step, rest.len - step};
    }
    return false;
}

static int64_t moment_or_never(const struct query *q, int column)
{
    return query_is_null(q, column) ? MOMENT_NEVER : query_int(q, column);
}

static void endpoint_read(const struct query *q, struct arena *arena, struct endpoint *ret)
{
    *ret = (struct endpoint){
        .id = query_int(q, 0),
        .url = arena_text(arena, query_text(q, 1)),
        .description = arena_text(arena, query_text(q, 2)),
        .contact = arena_text(arena, query_text(q, 3)),
        .events = arena_text(arena, query_text(q, 4)),
        .secret = arena_text(arena, query_text(q, 5)),
        .secret_before = arena_text(arena, query_text(q, 6)),
        .secret_before_until_us = query_int(q, 7),
        .created_us = query_int(q, 8),
        .failing_since_us = moment_or_never(q, 9),
        .enabled = query_int(q, 10) != 0,
        .disabled_why = arena_text(arena, query_text(q, 11)),
    };
}

enum err endpoints_read(struct database *db, struct endpoints **ret, struct err_info *info)
{
    struct endpoints *all = calloc(1, sizeof(*all));
    if (!all) {
        abort();
    }
    all->list = ARENA_ARRAY(&all->arena, struct endpoint, ENDPOINTS_MAX);
    struct query q CLEANUP(query_end) = query_begin(db, &statements[ALL]);
    bool row;
    enum err e;
    while (!(e = query_row(&q, &row, info)) && row && all->count < ENDPOINTS_MAX) {
        endpoint_read(&q, &all->arena, &all->list[all->count]);
        all->any = all->any || all->list[all->count].enabled;
        all->count++;
    }
    if (e) {
        endpoints_free(&all);
        return e;
    }
    *ret = all;
    return ERR_NONE;
}

void endpoints_free(struct endpoints **endpoints)
{
    struct endpoints *all = *endpoints;
    if (all) {
        arena_release(&all->arena);
        free(all);
        *endpoints = NULL;
    }
}

const struct endpoint *endpoints_find(const struct endpoints *all, int64_t id)
{
    for (size_t i = 0; i < all->count; i++) {
        if (all->list[i].id == id) {
            return &all->list[i];
        }
    }
    return NULL;
}

enum err endpoint_add(struct database *db, struct endpoint *e, struct err_info *info)
{
    struct endpoints *all CLEANUP(endpoints_free) = NULL;
    enum err result = endpoints_read(db, &all, info);
    if (result) {
        return result;
    }
    if (all->count >= ENDPOINTS_MAX) {
        return err_set(info, ERR_LIMIT, "There are %d webhooks, the most there may be. Remove one.",
                       ENDPOINTS_MAX);
    }
    struct id_source ids =
        id_source(database_node(db), all->count ? all->list[all->count - 1].id : 0);
    e->created_us = database_now(db);
    e->id = id_next(&ids, e->created_us);
    struct query q CLEANUP(query_end) = query_begin(db, &statements[ADD]);
    query_bind_int(&q, 1, e->id);
    query_bind_text(&q, 2, e->url);
    query_bind_text(&q, 3, e->description);
    query_bind_text(&q, 4, e->contact);
    query_bind_text(&q, 5, e->events);
    query_bind_text(&q, 6, e->secret);
    query_bind_int(&q, 7, e->created_us);
    query_bind_int(&q, 8, e->enabled);
    return query_run(&q, info);
}

enum err endpoint_find(struct database *db, int64_t id, struct arena *arena, struct endpoint *ret,
                       struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[ONE]);
    query_bind_int(&q, 1, id);
    bool row;
    enum err e = query_row(&q, &row, info);
    if (e || !row) {
        return e ? e : err_set(info, ERR_NOT_FOUND, "There is no webhook with this id.");
    }
    endpoint_read(&q, arena, ret);
    return ERR_NONE;
}

enum err endpoint_change(struct database *db, const struct endpoint *e, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[CHANGE]);
    query_bind_text(&q, 1, e->url);
    query_bind_text(&q, 2, e->description);
    query_bind_text(&q, 3, e->contact);
    query_bind_text(&q, 4, e->events);
    query_bind_text(&q, 5, e->secret);
    query_bind_text(&q, 6, e->secret_before);
    query_bind_int(&q, 7, e->secret_before_until_us);
    if (e->failing_since_us == MOMENT_NEVER) {
        query_bind_null(&q, 8);
    } else {
        query_bind_int(&q, 8, e->failing_since_us);
    }
    query_bind_int(&q, 9, e->enabled);
    query_bind_text(&q, 10, e->disabled_why);
    query_bind_int(&q, 11, e->id);
    return query_run(&q, info);
}

static enum err run_by_id(struct database *db, int statement, int64_t id, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[statement]);
    query_bind_int(&q, 1, id);
    return query_run(&q, info);
}

enum err endpoint_remove(struct database *db, int64_t id, struct err_info *info)
{
    enum err e = run_by_id(db, PLACES_REMOVE, id, info);
    e = e ? e : run_by_id(db, REMOVE, id, info);
    return e || database_changes(db)
               ? e
               : err_set(info, ERR_NOT_FOUND, "There is no webhook with this id.");
}

/* -- places -- */

enum err endpoint_place_begin(struct database *db, int64_t endpoint_id, int64_t node, int64_t last,
                              struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[PLACE_BEGIN]);
    query_bind_int(&q, 1, endpoint_id);
    query_bind_int(&q, 2, node);
    query_bind_int(&q, 3, last);
    return query_run(&q, info);
}

enum err endpoint_place_ensure(struct database *db, int64_t endpoint_id, int64_t node,
                               struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[PLACE_ENSURE]);
    query_bind_int(&q, 1, endpoint_id);
    query_bind_int(&q, 2, node);
    return query_run(&q, info);
}

enum err endpoint_place_move(struct database *db, const struct endpoint_place *place,
                             struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[PLACE_MOVE]);
    query_bind_int(&q, 1, place->last);
    query_bind_int(&q, 2, place->endpoint_id);
    query_bind_int(&q, 3, place->node);
    return query_run(&q, info);
}

enum err endpoint_places_hold(struct database *db, int64_t node, struct arena *arena,
                              struct endpoint_place **ret, size_t *ret_count, struct err_info *info)
{
    struct endpoint_place *list = ARENA_ARRAY(arena, struct endpoint_place, ENDPOINTS_MAX);
    size_t count = 0;
    struct query q CLEANUP(query_end) = query_begin(db, &statements[PLACES]);
    query_bind_int(&q, 1, node);
    bool row;
    enum err e;
    while (!(e = query_row(&q, &row, info)) && row && count < ENDPOINTS_MAX) {
        list[count++] =
            (struct endpoint_place){query_int(&q, 0), query_int(&q, 1), query_int(&q, 2)};
    }
    *ret = list;
    *ret_count = count;
    return e;
}
