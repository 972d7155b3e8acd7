/* The list: without a search all customers by id, skipping from one to the next in the index of
 * touches; with one, those whose name begins so, then whose e-mail does, then whose id does. */
#include "feature/customer/customer_part.h"

#include <stdlib.h>

enum section { BY_NAME = 1, BY_EMAIL, BY_ID, SECTIONS };

struct place { /* behind that one */
    int64_t section;
    struct text key, id;
};
struct list {
    struct request *r;
    struct database *db;
    struct arena *arena;
    struct kin *kin;
    struct text q, key; /* as asked, and for searching; empty: all */
    struct customer_view *views;
    size_t count, most;
    struct place place;
    bool has_more;
};

/* SECTION.LENGTH.KEYID */
static struct text write_place(const struct list *l)
{
    return arena_printf(l->arena, "%d.%zu.%.*s%.*s", (int)l->place.section, l->place.key.len,
                        TEXT_ARG(l->place.key), TEXT_ARG(l->place.id));
}

static bool take_number(struct text *rest, int64_t *ret)
{
    const char *dot = rest->len ? memchr(rest->ptr, '.', rest->len) : NULL;
    if (!dot || !text_to_int64((struct text){rest->ptr, (size_t)(dot - rest->ptr)}, ret)) {
        return false;
    }
    size_t used = (size_t)(dot - rest->ptr) + 1;
    *rest = (struct text){rest->ptr + used, rest->len - used};
    return true;
}

static void begin(struct list *l, struct text q)
{
    l->q = text_trim(q);
    l->key = customer_search_key(l->q, l->arena);
    l->place = (struct place){.section = l->q.len ? BY_NAME : BY_ID, .key = l->key};
}

static enum err read_place(struct list *l, struct err_info *info)
{
    struct text rest = request_text(l->r, "after");
    int64_t length = 0;
    if (!rest.len) {
        return ERR_NONE;
    }
    if (!take_number(&rest, &l->place.section) || l->place.section < BY_NAME ||
        l->place.section >= SECTIONS || !take_number(&rest, &length) || length < 0 ||
        (size_t)length > rest.len) {
        return err_field(info, ERR_INVALID, "after", "after must be the next of a page before.");
    }
    l->place.key = (struct text){rest.ptr, (size_t)length};
    l->place.id = (struct text){rest.ptr + length, rest.len - (size_t)length};
    return text_utf8_valid(l->place.key) == l->place.key.len &&
                   text_utf8_valid(l->place.id) == l->place.id.len
               ? ERR_NONE
               : err_field(info, ERR_INVALID, "after", "after must be the next of a page before.");
}

/* Found by an earlier section already? */
static bool is_double(const struct list *l, const struct customer_row *row)
{
    if (!l->q.len || l->place.section == BY_NAME) {
        return false;
    }
    return text_starts(customer_search_key(row->name, l->arena), l->key) ||
           (l->place.section == BY_ID &&
            text_starts(customer_search_key(row->email, l->arena), l->key));
}

static enum err take(struct list *l, struct text key, struct text id, struct err_info *info)
{
    l->place.key = arena_text(l->arena, key);
    l->place.id = arena_text(l->arena, id);
    struct customer_view *view = &l->views[l->count];
    enum err e =
        customer_look(l->db, request_identity(l->r), l->kin, l->place.id, l->arena, view, info);
    l->count += !e && view->is_seen && !is_double(l, &view->row);
    return e;
}

/* The first that may come: one bound, as SQLite would seek by only one of two. No text has a byte
 * 0, so nothing lies between an id and the same with a byte 1 behind it. */
static struct text first_id(const struct list *l)
{
    return l->place.id.len ? arena_printf(l->arena, "%.*s\x01", TEXT_ARG(l->place.id)) : l->q;
}

static void bind_section(struct list *l, struct query *q, size_t wanted)
{
    if (l->place.section == BY_ID) {
        query_bind_text(q, 1, first_id(l));
        query_bind_text(q, 2, customer_prefix_end(l->q, l->arena));
        query_bind_int(q, 3, (int64_t)wanted);
    } else {
        query_bind_text(q, 1, l->place.key);
        query_bind_text(q, 2, l->place.id);
        query_bind_text(q, 3, customer_prefix_end(l->key, l->arena));
        query_bind_int(q, 4, (int64_t)wanted);
    }
}

static enum err list_section(struct list *l, struct err_info *info)
{
    static const int of_section[] = {
        [BY_NAME] = CUSTOMER_BY_NAME, [BY_EMAIL] = CUSTOMER_BY_EMAIL, [BY_ID] = CUSTOMER_IDS};
    bool by_id = l->place.section == BY_ID;
    size_t wanted = l->most - l->count + 1, seen = 0;
    struct query q CLEANUP(query_end) =
        query_begin(l->db, &customer_sql[of_section[l->place.section]]);
    bind_section(l, &q, wanted);
    bool row;
    enum err e;
    while (!(e = query_row(&q, &row, info)) && row) {
        if (++seen == wanted) {
            l->has_more = true;
            return ERR_NONE;
        }
        e = take(l, by_id ? (struct text){0} : query_text(&q, 0), query_text(&q, by_id ? 0 : 1),
                 info);
        if (e) {
            return e;
        }
    }
    return e;
}

static enum err list_all(struct list *l, struct err_info *info)
{
    enum err e = ERR_NONE;
    while (!(e = list_section(l, info)) && !l->has_more && l->place.section < BY_ID) {
        l->place = (struct place){.section = l->place.section + 1, .key = l->key};
    }
    return e;
}

static void write_list(struct list *l, struct reply *reply)
{
    struct json_writer w = reply_json(reply, 200);
    json_object_begin(&w);
    json_key(&w, "items");
    json_array_begin(&w);
    for (size_t i = 0; i < l->count; i++) {
        json_object_begin(&w);
        customer_view_members(&w, l->kin, &l->views[i]);
        json_object_end(&w);
    }
    json_array_end(&w);
    json_key(&w, "next");
    if (l->has_more) {
        json_text(&w, write_place(l));
    } else {
        json_null(&w);
    }
    json_object_end(&w);
}

enum err customer_search(struct request *r, struct database *db, struct kin *kin, struct text q,
                         size_t most, struct customer_view *views, size_t *ret_count,
                         struct err_info *info)
{
    struct list l = {.r = r, .db = db, .arena = request_arena(r), .kin = kin, .most = most};
    l.views = views;
    begin(&l, q);
    enum err e = list_all(&l, info);
    *ret_count = l.count;
    return e;
}

enum err customer_get_list(struct request *r, struct database *db, struct reply *reply,
                           struct err_info *info)
{
    struct customers *customers = request_self(r);
    struct kin kin CLEANUP(kin_close) = {0};
    struct list l = {.r = r, .db = db, .arena = request_arena(r), .kin = &kin};
    l.most = (size_t)request_int(r, "limit", 50);
    begin(&l, request_text(r, "q"));
    l.views = ARENA_ARRAY(l.arena, struct customer_view, l.most + 1);
    enum err e = read_place(&l, info);
    e = e ? e : kin_read(customers->kin, db, l.arena, &kin, info);
    e = e ? e : list_all(&l, info);
    if (!e) {
        write_list(&l, reply);
    }
    return e;
}
