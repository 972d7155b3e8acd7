#include "feature/webhook/feeder.h"

#include "base/id.h"
#include "base/json.h"
#include "base/moment.h"
#include "feature/ledger/ledger.h"
#include "feature/ledger/ledger_json.h"
#include "feature/ledger/node_row.h"

enum { AT_ONCE = 100 };

enum { ENTRIES, LAST_ENTRY, VERSIONS, LAST_VERSION, STATEMENTS };
static const struct statement statements[] = {
    [ENTRIES] = {"webhook_entries",
                 "SELECT " ENTRY_ROW_COLUMNS " FROM obligation_entry WHERE ((id >> 12) & 1023) = "
                 "$1 AND id > $2 ORDER BY id LIMIT $3",
                 NULL},
    [LAST_ENTRY] = {"webhook_last_entry",
                    "SELECT id FROM obligation_entry WHERE ((id >> 12) & 1023) = $1 ORDER BY id "
                    "DESC LIMIT 1",
                    NULL},
    [VERSIONS] = {"webhook_versions",
                  "SELECT id, published_us, from_us, title, published_by FROM code_version WHERE "
                  "id > $1 ORDER BY id LIMIT $2",
                  NULL},
    [LAST_VERSION] = {"webhook_last_version",
                      "SELECT id FROM code_version ORDER BY id DESC LIMIT 1", NULL},
};
_Static_assert(sizeof(statements) / sizeof(statements[0]) == STATEMENTS, "one each");
const struct statement_table feeder_statements = {statements, STATEMENTS};

const char *const feeder_events[] = {
    "obligation.opened",    "obligation.paused",    "obligation.resumed",
    "obligation.extended",  "obligation.warned",    "obligation.kept",
    "obligation.broken",    "obligation.excused",   "obligation.void",
    "obligation.fulfilled", "obligation.owed",      "obligation.not-owed",
    "obligation.withdrawn", "obligation.corrected", "obligation.counted",
    EVENT_CODE_PUBLISHED,   EVENT_STAFF_CHANGED,    NULL};

enum err feeder_send(struct outbox *o, struct database *db, const struct endpoint *e,
                     struct text event, int64_t at_us, struct text data, struct err_info *info)
{
    struct buf body CLEANUP(buf_release) = {0};
    struct json_writer w = json_writer(&body);
    int64_t id;
    json_object_begin(&w);
    json_key(&w, "type");
    json_text(&w, event);
    json_key(&w, "timestamp");
    json_moment(&w, at_us);
    json_key(&w, "data");
    json_raw(&w, data);
    json_object_end(&w);
    const struct outbox_row row = {.kind = OUTBOX_WEBHOOK,
                                   .target = e->url,
                                   .target_id = e->id,
                                   .title = event,
                                   .content = buf_text(&body)};
    return outbox_add(o, db, &row, &id, info);
}

/* -- one look -- */

struct looking {
    struct outbox *outbox;
    struct database *db;
    const struct endpoints *all;
    struct arena arena;
    struct endpoint_place *places; /* of the present node, of enabled endpoints */
    size_t place_count;
    bool more;
};

static bool is_wanted(const struct looking *l, int64_t id, struct text event)
{
    for (size_t i = 0; i < l->place_count; i++) {
        if (id > l->places[i].last &&
            endpoint_wants(endpoints_find(l->all, l->places[i].endpoint_id), event)) {
            return true;
        }
    }
    return false;
}

static enum err send_to_all(struct looking *l, int64_t id, struct text event, int64_t at_us,
                            struct text data, struct err_info *info)
{
    enum err e = ERR_NONE;
    for (size_t i = 0; i < l->place_count && !e; i++) {
        const struct endpoint *one = endpoints_find(l->all, l->places[i].endpoint_id);
        if (id > l->places[i].last && endpoint_wants(one, event)) {
            e = feeder_send(l->outbox, l->db, one, event, at_us, data, info);
        }
    }
    return e;
}

static enum err send_entry(struct looking *l, const struct entry_row *entry, struct err_info *info)
{
    struct text event = text_of(ledger_event_name(entry->kind));
    if (!is_wanted(l, entry->id, event)) {
        return ERR_NONE;
    }
    struct ledger_row row = {.id = entry->obligation_id, .home_id = entry->home_id};
    struct buf data CLEANUP(buf_release) = {0};
    struct json_writer w = json_writer(&data);
    enum err e = ledger_rows_read(l->db, &row, 1, &l->arena, info);
    if (e) {
        return e;
    }
    event_to_json(&w, entry, &row);
    return send_to_all(l, entry->id, event, entry->at_us, buf_text(&data), info);
}

static enum err feed_entries(struct looking *l, int64_t node, int64_t after, int64_t *ret_last,
                             struct err_info *info)
{
    struct entry_row *entries = ARENA_ARRAY(&l->arena, struct entry_row, AT_ONCE);
    size_t count = 0;
    enum err e;
    {
        struct query q CLEANUP(query_end) = query_begin(l->db, &statements[ENTRIES]);
        query_bind_int(&q, 1, node);
        query_bind_int(&q, 2, after);
        query_bind_int(&q, 3, AT_ONCE);
        bool row;
        while (!(e = query_row(&q, &row, info)) && row && count < AT_ONCE) {
            entry_row_read(&q, &l->arena, &entries[count++]);
        }
    }
    for (size_t i = 0; i < count && !e; i++) {
        e = send_entry(l, &entries[i], info);
    }
    if (!e && count) {
        *ret_last = entries[count - 1].id;
    }
    l->more = l->more || count == AT_ONCE;
    return e;
}

static void version_to_json(const struct query *q, struct buf *out)
{
    char id[ID_TEXT_SIZE];
    struct json_writer w = json_writer(out);
    json_object_begin(&w);
    json_key(&w, "id");
    json_str(&w, id_format(query_int(q, 0), "ver", id));
    json_key(&w, "published");
    json_moment(&w, query_int(q, 1));
    json_key(&w, "from");
    json_moment(&w, query_int(q, 2));
    json_key(&w, "title");
    json_text(&w, query_text(q, 3));
    json_key(&w, "by");
    json_text(&w, query_text(q, 4));
    json_object_end(&w);
}

static enum err feed_versions(struct looking *l, int64_t after, int64_t *ret_last,
                              struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(l->db, &statements[VERSIONS]);
    query_bind_int(&q, 1, after);
    query_bind_int(&q, 2, AT_ONCE);
    bool row;
    enum err e;
    while (!(e = query_row(&q, &row, info)) && row) {
        struct buf data CLEANUP(buf_release) = {0};
        version_to_json(&q, &data);
        e = send_to_all(l, query_int(&q, 0), TEXT(EVENT_CODE_PUBLISHED), query_int(&q, 1),
                        buf_text(&data), info);
        if (e) {
            return e;
        }
        *ret_last = query_int(&q, 0);
    }
    return e;
}

/* Holds the places of the node; of disabled endpoints none is moved: they begin anew. */
static enum err hold_places(struct looking *l, int64_t node, int64_t *ret_least,
                            struct err_info *info)
{
    struct endpoint_place *held;
    size_t count;
    enum err e = endpoint_places_hold(l->db, node, &l->arena, &held, &count, info);
    l->places = held;
    l->place_count = 0;
    int64_t least = INT64_MAX;
    for (size_t i = 0; i < count && !e; i++) {
        const struct endpoint *one = endpoints_find(l->all, held[i].endpoint_id);
        if (one && one->enabled) {
            least = held[i].last < least ? held[i].last : least;
            l->places[l->place_count++] = held[i];
        }
    }
    *ret_least = least;
    return e;
}

static enum err feed_node(struct looking *l, int64_t node, struct err_info *info)
{
    int64_t least, last = 0;
    arena_clear(&l->arena);
    enum err e = hold_places(l, node, &least, info);
    if (e || l->place_count == 0) {
        return e;
    }
    e = node == ENDPOINT_CODE ? feed_versions(l, least, &last, info)
                              : feed_entries(l, node, least, &last, info);
    for (size_t i = 0; i < l->place_count && !e; i++) {
        if (l->places[i].last < last) {
            l->places[i].last = last;
            e = endpoint_place_move(l->db, &l->places[i], info);
        }
    }
    return e;
}

/* -- all nodes -- */

struct nodes {
    struct arena arena;
    int64_t *list;
    size_t count;
};

static void nodes_release(struct nodes *n)
{
    arena_release(&n->arena);
}

static enum err nodes_read(struct database *db, struct nodes *ret, struct err_info *info)
{
    uint32_t *numbers;
    size_t count;
    enum err e = node_row_list(db, &ret->arena, &numbers, &count, info);
    if (e) {
        return e;
    }
    ret->list = ARENA_ARRAY(&ret->arena, int64_t, count + 1);
    ret->list[0] = ENDPOINT_CODE;
    for (size_t i = 0; i < count; i++) {
        ret->list[i + 1] = numbers[i];
    }
    ret->count = count + 1;
    return ERR_NONE;
}

static enum err last_of(struct database *db, int64_t node, int64_t *ret, struct err_info *info)
{
    int statement = node == ENDPOINT_CODE ? LAST_VERSION : LAST_ENTRY;
    struct query q CLEANUP(query_end) = query_begin(db, &statements[statement]);
    if (node != ENDPOINT_CODE) {
        query_bind_int(&q, 1, node);
    }
    bool row;
    enum err e = query_row(&q, &row, info);
    if (!e) {
        *ret = row ? query_int(&q, 0) : 0;
    }
    return e;
}

enum err feeder_begin(struct database *db, int64_t endpoint_id, struct err_info *info)
{
    struct nodes nodes CLEANUP(nodes_release) = {0};
    enum err e = nodes_read(db, &nodes, info);
    for (size_t i = 0; i < nodes.count && !e; i++) {
        int64_t last;
        e = last_of(db, nodes.list[i], &last, info);
        e = e ? e : endpoint_place_begin(db, endpoint_id, nodes.list[i], last, info);
    }
    return e;
}

static enum err ensure_places(struct database *db, const struct endpoints *all,
                              const struct nodes *nodes, struct err_info *info)
{
    enum err e = ERR_NONE;
    for (size_t i = 0; i < all->count; i++) {
        for (size_t k = 0; k < nodes->count && all->list[i].enabled && !e; k++) {
            e = endpoint_place_ensure(db, all->list[i].id, nodes->list[k], info);
        }
    }
    return e;
}

enum err feeder_run(struct outbox *o, struct database *db, const struct endpoints *all, bool again,
                    bool *ret_more, struct err_info *info)
{
    struct nodes nodes CLEANUP(nodes_release) = {0};
    struct looking l = {.outbox = o, .db = db, .all = all};
    enum err e = nodes_read(db, &nodes, info);
    e = e || !again ? e : ensure_places(db, all, &nodes, info);
    for (size_t i = 0; i < nodes.count && !e; i++) {
        e = feed_node(&l, nodes.list[i], info);
    }
    arena_release(&l.arena);
    *ret_more = l.more;
    return e;
}
