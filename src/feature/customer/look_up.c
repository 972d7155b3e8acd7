/* What the palette finds while somebody types: customers, threads and obligations, a few of each.
 * Each part is a walk in an index from where its first letters stand, so it costs the same however
 * much there is. */
#include "base/moment.h"
#include "feature/customer/customer_part.h"
#include "feature/ledger/ledger_json.h"
#include "store/home.h"

enum {
    FOUND_MOST = 5,      /* of each */
    THREADS_WALKED = 25, /* where some are hidden from who asks */
    TOUCHES_LOOKED_AT = 50
};

struct thread_found {
    struct text thread, customer, channel;
    int64_t last_us;
};
struct look_up {
    struct request *r;
    struct database *db;
    struct arena *arena;
    struct kin *kin;
    struct text q;
    struct customer_view customers[FOUND_MOST + 1];
    struct thread_found threads[FOUND_MOST];
    struct ledger_row obligations[FOUND_MOST];
    size_t customer_count, thread_count, obligation_count;
};

/* -- threads -- */

/* The newest touch of it that they may see tells whose it is. */
static enum err look_at_thread(struct look_up *l, struct text thread, struct err_info *info)
{
    const struct identity *viewer = request_identity(l->r);
    struct query q CLEANUP(query_end) = query_begin(l->db, &customer_sql[CUSTOMER_THREAD_NEWEST]);
    query_bind_text(&q, 1, thread);
    query_bind_int(&q, 2, home_of(thread));
    query_bind_int(&q, 3, TOUCHES_LOOKED_AT);
    struct thread_found found = {.thread = thread, .last_us = MOMENT_NEVER};
    bool row;
    enum err e;
    while (!(e = query_row(&q, &row, info)) && row && !found.customer.len) {
        if (!identity_sees_team(viewer, query_text(&q, 1))) {
            continue;
        }
        if (found.last_us == MOMENT_NEVER) {
            found.last_us = query_int(&q, 0);
            found.channel = arena_text(l->arena, query_text(&q, 2));
        }
        found.customer = arena_text(l->arena, query_text(&q, 3));
    }
    if (!e && found.last_us != MOMENT_NEVER) {
        l->threads[l->thread_count++] = found;
    }
    return e;
}

static enum err find_threads(struct look_up *l, struct err_info *info)
{
    bool hides = request_identity(l->r)->hidden_team_count > 0;
    struct query q CLEANUP(query_end) = query_begin(l->db, &customer_sql[CUSTOMER_THREAD_NAMES]);
    query_bind_text(&q, 1, l->q);
    query_bind_text(&q, 2, customer_prefix_end(l->q, l->arena));
    query_bind_int(&q, 3, hides ? THREADS_WALKED : FOUND_MOST);
    bool row;
    enum err e;
    while (!(e = query_row(&q, &row, info)) && row && l->thread_count < FOUND_MOST) {
        e = look_at_thread(l, arena_text(l->arena, query_text(&q, 0)), info);
        if (e) {
            return e;
        }
    }
    return e;
}

/* -- obligations -- */

static void add_obligation(struct look_up *l, const struct ledger_row *row)
{
    if (l->obligation_count == FOUND_MOST ||
        !identity_sees_team(request_identity(l->r), row->team)) {
        return;
    }
    for (size_t i = 0; i < l->obligation_count; i++) {
        if (l->obligations[i].id == row->id) {
            return;
        }
    }
    l->obligations[l->obligation_count++] = *row;
}

static enum err add_obligations(struct look_up *l, struct query *q, bool only_open,
                                struct err_info *info)
{
    bool found;
    enum err e;
    while (!(e = query_row(q, &found, info)) && found) {
        struct ledger_row row;
        ledger_row_read(q, l->arena, &row);
        if (!only_open || row.state == STATE_OPEN || row.state == STATE_PAUSED) {
            add_obligation(l, &row);
        }
    }
    return e;
}

static enum err add_open_of(struct look_up *l, struct text customer, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(l->db, &customer_sql[CUSTOMER_OBLIGATIONS]);
    query_bind_text(&q, 1, customer);
    query_bind_int(&q, 2, TOUCHES_LOOKED_AT);
    return add_obligations(l, &q, true, info);
}

static enum err add_of_keys(struct look_up *l, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(l->db, &customer_sql[CUSTOMER_KEYS_FROM]);
    query_bind_text(&q, 1, l->q);
    query_bind_text(&q, 2, customer_prefix_end(l->q, l->arena));
    query_bind_int(&q, 3, TOUCHES_LOOKED_AT);
    return add_obligations(l, &q, false, info);
}

/* The one of that id; else the open ones of the customers found, and those whose key begins so. */
static enum err find_obligations(struct look_up *l, struct err_info *info)
{
    int64_t id;
    struct ledger_row row;
    if (id_parse(l->q, "obl", &id)) {
        enum err e = ledger_row_find(l->db, id, l->arena, &row, info);
        if (!e) {
            add_obligation(l, &row);
        }
        return e == ERR_NOT_FOUND ? ERR_NONE : e;
    }
    enum err e = ERR_NONE;
    for (size_t i = 0; i < l->customer_count && !e; i++) {
        e = add_open_of(l, kin_root(l->kin, l->customers[i].row.id), info);
    }
    return e ? e : add_of_keys(l, info);
}

/* -- customers -- */

/* Whoever is asked for by the whole id comes first, before others that have its words. */
static enum err put_exact_first(struct look_up *l, struct err_info *info)
{
    struct customer_view exact = {0};
    enum err e = customer_find(l->db, request_identity(l->r), l->kin, l->q, l->arena, &exact, info);
    if (e) {
        return e == ERR_NOT_FOUND ? ERR_NONE : e;
    }
    size_t at = 0;
    while (at < l->customer_count && !text_eq(l->customers[at].row.id, exact.row.id)) {
        at++;
    }
    if (at == l->customer_count) {
        at = at < FOUND_MOST ? l->customer_count++ : FOUND_MOST - 1;
    }
    memmove(&l->customers[1], &l->customers[0], at * sizeof(l->customers[0]));
    l->customers[0] = exact;
    return ERR_NONE;
}

static enum err find_customers(struct look_up *l, struct err_info *info)
{
    enum err e = customer_search(request_identity(l->r), l->db, l->kin, l->q, FOUND_MOST, l->arena,
                                 l->customers, &l->customer_count, info);
    return e ? e : put_exact_first(l, info);
}

/* -- writing -- */

static void write_thread(struct json_writer *w, const struct thread_found *t)
{
    json_object_begin(w);
    json_key(w, "thread");
    json_text(w, t->thread);
    json_key(w, "customer");
    json_text(w, t->customer);
    json_key(w, "channel");
    json_text(w, t->channel);
    json_key(w, "last_touch");
    json_moment(w, t->last_us);
    json_object_end(w);
}

static void write_all(const struct look_up *l, struct reply *reply)
{
    struct json_writer w = reply_json(reply, 200);
    json_object_begin(&w);
    json_key(&w, "customers");
    json_array_begin(&w);
    for (size_t i = 0; i < l->customer_count; i++) {
        json_object_begin(&w);
        customer_view_members(&w, &l->customers[i]);
        json_object_end(&w);
    }
    json_array_end(&w);
    json_key(&w, "threads");
    json_array_begin(&w);
    for (size_t i = 0; i < l->thread_count; i++) {
        write_thread(&w, &l->threads[i]);
    }
    json_array_end(&w);
    json_key(&w, "obligations");
    json_array_begin(&w);
    for (size_t i = 0; i < l->obligation_count; i++) {
        obligation_to_json(&w, &l->obligations[i]);
    }
    json_array_end(&w);
    json_object_end(&w);
}

enum err customer_look_up(struct request *r, struct database *db, struct reply *reply,
                          struct err_info *info)
{
    struct customers *customers = request_self(r);
    struct kin kin CLEANUP(kin_close) = {0};
    struct look_up *l = ARENA_NEW(request_arena(r), struct look_up);
    *l = (struct look_up){.r = r,
                          .db = db,
                          .arena = request_arena(r),
                          .kin = &kin,
                          .q = text_trim(request_text(r, "q"))};
    enum err e = kin_read(customers->kin, db, l->arena, &kin, info);
    if (!e && l->q.len && request_may(r, "customer:read")) {
        e = find_customers(l, info);
    }
    if (!e && l->q.len && request_may(r, "ledger:read")) {
        e = find_threads(l, info);
        e = e ? e : find_obligations(l, info);
    }
    if (!e) {
        write_all(l, reply);
    }
    return e;
}
