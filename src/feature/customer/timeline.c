/* The timeline: all touches of a customer and of those who are one with them, whatever the channel,
 * the newest first; with them what the touches without a customer say in their threads (an answer
 * of the staff). Each touch tells which obligations it opened, kept, broke, … */
#include "base/moment.h"
#include "feature/customer/customer_part.h"
#include "feature/ledger/ledger_json.h"
#include "store/home.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    THREADS_MOST = 50,       /* the newest, whose touches without a customer are shown too */
    THREAD_TOUCHES = 500,    /* the newest, among which threads are looked for */
    OBLIGATIONS_OF_ONE = 50, /* the newest of each key on the page */
    CAUSES_OF_ONE = 100
};

struct item {
    int64_t occurred_us, id;
    struct text source, sender_id, thread, team, json;
};
struct did { /* what a touch did to an obligation */
    struct did *next;
    struct text source, sender_id;
    const struct ledger_row *row;
    enum entry_kind kind;
};
struct promised {
    struct promised *next;
    struct ledger_row row;
};
struct timeline {
    struct request *r;
    struct database *db;
    struct arena *arena;
    struct kin_list kin;
    int64_t before_us, before_id;
    size_t most;
    struct text threads[THREADS_MOST];
    size_t thread_count;
    struct item *items;
    size_t count, capacity;
    struct promised *obligations;
    struct did *dids;
};

/* -- touches -- */

static void add_item(struct timeline *t, const struct query *q)
{
    if (t->count == t->capacity) {
        size_t capacity = t->capacity ? t->capacity * 2 : 64;
        t->items = arena_grow(t->arena, t->items, t->count, capacity, sizeof(*t->items));
        t->capacity = capacity;
    }
    struct buf json CLEANUP(buf_release) = {0};
    struct json_writer w = json_writer(&json);
    touch_record_to_json(&w, q);
    t->items[t->count++] = (struct item){.occurred_us = query_int(q, 5),
                                         .id = query_int(q, 0),
                                         .source = arena_text(t->arena, query_text(q, 2)),
                                         .sender_id = arena_text(t->arena, query_text(q, 3)),
                                         .thread = arena_text(t->arena, query_text(q, 6)),
                                         .team = arena_text(t->arena, query_text(q, 12)),
                                         .json = arena_text(t->arena, buf_text(&json))};
}

static enum err add_items(struct timeline *t, struct query *q, int p, struct err_info *info)
{
    query_bind_int(q, p, t->before_us);
    query_bind_int(q, p + 1, t->before_id);
    query_bind_int(q, p + 2, (int64_t)t->most + 1);
    bool row;
    enum err e;
    while (!(e = query_row(q, &row, info)) && row) {
        add_item(t, q);
    }
    return e;
}

static enum err add_touches_of(struct timeline *t, struct text id, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(t->db, &customer_sql[CUSTOMER_TOUCHES]);
    query_bind_text(&q, 1, id);
    return add_items(t, &q, 2, info);
}

static enum err add_touches_in(struct timeline *t, struct text thread, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(t->db, &customer_sql[CUSTOMER_THREAD_TOUCHES]);
    query_bind_text(&q, 1, thread);
    query_bind_int(&q, 2, home_of(thread));
    return add_items(t, &q, 3, info);
}

static void add_thread(struct timeline *t, struct text thread)
{
    for (size_t i = 0; i < t->thread_count; i++) {
        if (text_eq(t->threads[i], thread)) {
            return;
        }
    }
    if (thread.len && t->thread_count < THREADS_MOST) {
        t->threads[t->thread_count++] = arena_text(t->arena, thread);
    }
}

static enum err add_threads_of(struct timeline *t, struct text id, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(t->db, &customer_sql[CUSTOMER_THREADS]);
    query_bind_text(&q, 1, id);
    query_bind_int(&q, 2, THREAD_TOUCHES);
    bool row;
    enum err e;
    while (!(e = query_row(&q, &row, info)) && row) {
        add_thread(t, query_text(&q, 0));
    }
    return e;
}

static int compare_items(const void *a, const void *b)
{
    const struct item *x = a, *y = b;
    if (x->occurred_us != y->occurred_us) {
        return x->occurred_us > y->occurred_us ? -1 : 1;
    }
    return x->id > y->id ? -1 : x->id < y->id;
}

static enum err gather_touches(struct timeline *t, struct err_info *info)
{
    enum err e = ERR_NONE;
    for (size_t i = 0; i < t->kin.count && !e; i++) {
        e = add_touches_of(t, t->kin.ids[i], info);
        e = e ? e : add_threads_of(t, t->kin.ids[i], info);
    }
    for (size_t i = 0; i < t->thread_count && !e; i++) {
        e = add_touches_in(t, t->threads[i], info);
    }
    if (!e && t->count) {
        qsort(t->items, t->count, sizeof(*t->items), compare_items);
    }
    return e;
}

/* -- what they did -- */

static void add_obligation(struct timeline *t, const struct query *q)
{
    struct promised *o = ARENA_NEW(t->arena, struct promised);
    ledger_row_read(q, t->arena, &o->row);
    for (const struct promised *known = t->obligations; known; known = known->next) {
        if (known->row.id == o->row.id) {
            return;
        }
    }
    if (identity_sees_team(request_identity(t->r), o->row.team)) {
        o->next = t->obligations;
        t->obligations = o;
    }
}

static enum err add_obligations(struct timeline *t, struct query *q, struct err_info *info)
{
    bool row;
    enum err e;
    while (!(e = query_row(q, &row, info)) && row) {
        add_obligation(t, q);
    }
    return e;
}

static enum err add_obligations_of(struct timeline *t, struct text id, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(t->db, &customer_sql[CUSTOMER_OBLIGATIONS]);
    query_bind_text(&q, 1, id);
    query_bind_int(&q, 2, OBLIGATIONS_OF_ONE);
    return add_obligations(t, &q, info);
}

static enum err add_obligations_under(struct timeline *t, struct text key, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(t->db, &customer_sql[CUSTOMER_KEY_OBLIGATIONS]);
    query_bind_text(&q, 1, key);
    query_bind_int(&q, 2, home_of(key));
    query_bind_int(&q, 3, OBLIGATIONS_OF_ONE);
    return add_obligations(t, &q, info);
}

static enum err add_causes(struct timeline *t, const struct ledger_row *row, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(t->db, &customer_sql[CUSTOMER_CAUSES]);
    query_bind_int(&q, 1, row->id);
    query_bind_int(&q, 2, row->home_id);
    query_bind_int(&q, 3, CAUSES_OF_ONE);
    bool found;
    enum err e;
    while (!(e = query_row(&q, &found, info)) && found) {
        struct did *did = ARENA_NEW(t->arena, struct did);
        *did = (struct did){t->dids, arena_text(t->arena, query_text(&q, 1)),
                            arena_text(t->arena, query_text(&q, 2)), row,
                            (enum entry_kind)query_int(&q, 0)};
        t->dids = did;
    }
    return e;
}

/* Of the customer's, and of the threads on the page. */
static enum err gather_obligations(struct timeline *t, size_t count, struct err_info *info)
{
    enum err e = ERR_NONE;
    for (size_t i = 0; i < t->kin.count && !e; i++) {
        e = add_obligations_of(t, t->kin.ids[i], info);
        e = e ? e : add_obligations_under(t, t->kin.ids[i], info);
    }
    t->thread_count = 0;
    for (size_t i = 0; i < count; i++) {
        add_thread(t, t->items[i].thread);
    }
    for (size_t i = 0; i < t->thread_count && !e; i++) {
        e = add_obligations_under(t, t->threads[i], info);
    }
    for (const struct promised *o = t->obligations; o && !e; o = o->next) {
        e = add_causes(t, &o->row, info);
    }
    return e;
}

/* -- writing -- */

static void write_did(struct json_writer *w, const struct did *did)
{
    char id[ID_TEXT_SIZE];
    json_object_begin(w);
    json_key(w, "id");
    json_str(w, id_format(did->row->id, "obl", id));
    json_key(w, "promise");
    json_text(w, did->row->promise);
    json_key(w, "did");
    json_str(w, entry_name(did->kind));
    json_key(w, "state");
    json_str(w, state_name(did->row->state));
    json_object_end(w);
}

static void write_item(struct json_writer *w, const struct timeline *t, const struct item *item)
{
    json_object_begin(w);
    json_key(w, "record");
    json_raw(w, item->json);
    json_key(w, "obligations");
    json_array_begin(w);
    for (const struct did *did = t->dids; did; did = did->next) {
        if (text_eq(did->source, item->source) && text_eq(did->sender_id, item->sender_id)) {
            write_did(w, did);
        }
    }
    json_array_end(w);
    json_object_end(w);
}

static void write_page(const struct timeline *t, size_t count, struct reply *reply)
{
    const struct identity *viewer = request_identity(t->r);
    struct json_writer w = reply_json(reply, 200);
    json_object_begin(&w);
    json_key(&w, "items");
    json_array_begin(&w);
    for (size_t i = 0; i < count; i++) {
        if (identity_sees_team(viewer, t->items[i].team)) {
            request_reads_team(t->r, "customer.read", request_text(t->r, "id"), t->items[i].team);
            write_item(&w, t, &t->items[i]);
        }
    }
    json_array_end(&w);
    json_key(&w, "next");
    if (t->count > count) {
        char id[ID_TEXT_SIZE];
        const struct item *last = &t->items[count - 1];
        json_text(&w, arena_printf(t->arena, "%" PRId64 ".%s", last->occurred_us,
                                   id_format(last->id, "tou", id)));
    } else {
        json_null(&w);
    }
    json_object_end(&w);
}

/* "MICROSECONDS.ID" of the last one seen. */
static enum err read_place(struct timeline *t, struct err_info *info)
{
    struct text after = request_text(t->r, "after");
    const char *dot = after.len ? memchr(after.ptr, '.', after.len) : NULL;
    t->before_us = t->before_id = INT64_MAX;
    if (after.len == 0) {
        return ERR_NONE;
    }
    size_t first = dot ? (size_t)(dot - after.ptr) : 0;
    return dot && text_to_int64((struct text){after.ptr, first}, &t->before_us) &&
                   id_parse((struct text){dot + 1, after.len - first - 1}, "tou", &t->before_id)
               ? ERR_NONE
               : err_field(info, ERR_INVALID, "after", "after must be the next of a page before.");
}

enum err customer_timeline(struct request *r, struct database *db, struct reply *reply,
                           struct err_info *info)
{
    struct customers *customers = request_self(r);
    struct kin kin CLEANUP(kin_close) = {0};
    struct timeline t = {.r = r, .db = db, .arena = request_arena(r)};
    t.most = (size_t)request_int(r, "limit", 50);
    struct customer_view view;
    enum err e = read_place(&t, info);
    e = e ? e : kin_read(customers->kin, db, t.arena, &kin, info);
    e = e ? e
          : customer_find(db, request_identity(r), &kin, request_text(r, "id"), t.arena, &view,
                          info);
    if (e) {
        return e;
    }
    t.kin = kin_of(&kin, request_text(r, "id"));
    e = gather_touches(&t, info);
    size_t count = t.count < t.most ? t.count : t.most;
    e = e ? e : gather_obligations(&t, count, info);
    if (!e) {
        write_page(&t, count, reply);
    }
    return e;
}
