#include "feature/ledger/touch_row.h"

#include "feature/ledger/gathered.h"
#include "intake/touch_json.h"
#include "store/home.h"
#include "store/sharing.h"

#include <stdlib.h>

/* On tables that are spread, source and id are unique within a home only, and no index of them
 * alone can be named. */
#define TOUCH_ADD_AT_HOME                                                                    \
    "INSERT INTO touch (id, home_id, source, external_id, event, occurred_us, received_us, " \
    "thread, customer, channel, actor, person, role, team, attributes) VALUES ($1, $2, $3, " \
    "$4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) ON CONFLICT DO NOTHING"

enum {
    TOUCH_ADD,
    KEY_ADD,
    ANYWHERE_ADD,
    ANYWHERE_FIND,
    TOUCH_REMOVE,
    KEY_REMOVE,
    ANYWHERE_REMOVE,
    LAST,
    STATEMENTS
};

static const struct statement statements[] = {
    [TOUCH_ADD] = {"touch_add",
                   "INSERT INTO touch (id, home_id, source, external_id, event, occurred_us, "
                   "received_us, thread, "
                   "customer, channel, actor, person, role, team, attributes) "
                   "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) "
                   "ON CONFLICT (source, external_id) DO NOTHING",
                   TOUCH_ADD_AT_HOME},
    [KEY_ADD] = {"touch_key_add",
                 "INSERT INTO touch_key (lane, key, occurred_us, touch_id, home_id, touch_home_id) "
                 "VALUES ($1, $2, $3, $4, $5, $6) "
                 "ON CONFLICT (lane, key, occurred_us, touch_id, home_id) DO NOTHING",
                 NULL},
    [ANYWHERE_ADD] =
        {"touch_anywhere_add",
         "INSERT INTO touch_anywhere (touch_id) VALUES ($1) ON CONFLICT (touch_id) DO NOTHING",
         NULL},
    [ANYWHERE_FIND] =
        {"touch_anywhere_find",
         "INSERT INTO touch_anywhere (touch_id) SELECT id FROM touch WHERE event = $1 "
         "ON CONFLICT (touch_id) DO NOTHING",
         NULL},
    [TOUCH_REMOVE] = {"touch_remove", "DELETE FROM touch WHERE id = $1 AND home_id = $2", NULL},
    [KEY_REMOVE] = {"touch_key_remove",
                    "DELETE FROM touch_key WHERE lane = $1 AND key = $2 AND occurred_us = $3 AND "
                    "touch_id = $4 AND home_id = $5",
                    NULL},
    [ANYWHERE_REMOVE] = {"touch_anywhere_remove", "DELETE FROM touch_anywhere WHERE touch_id = $1",
                         NULL},
    [LAST] = {"touch_last", "SELECT id FROM touch ORDER BY id DESC LIMIT 1", NULL},
};
const struct statement_table touch_row_statements = {statements, STATEMENTS};

int64_t touch_home(const struct touch *t)
{
    return home_of(t->thread.len ? t->thread : t->customer.len ? t->customer : t->id);
}

struct adding {
    struct touch_new *list;
    const struct touch_new **order;
    int64_t received_us;
    struct arena arena; /* attributes as text, until all are sent */
};

static struct text attributes_text(const struct touch *t, struct arena *arena)
{
    struct buf out CLEANUP(buf_release) = {0};
    if (t->attribute_count) {
        struct json_writer w = json_writer(&out);
        touch_attributes_to_json(&w, t);
    }
    return arena_text(arena, buf_text(&out));
}

/* Two servers with the same touches wait for each other in one order; of those given twice here,
 * the first is new. */
static int compare_senders(const void *a, const void *b)
{
    const struct touch_new *x = *(const struct touch_new *const *)a,
                           *y = *(const struct touch_new *const *)b;
    int order = text_compare(x->touch->source, y->touch->source);
    order = order ? order : text_compare(x->touch->id, y->touch->id);
    return order ? order : x->id < y->id ? -1 : x->id > y->id;
}

static void bind_touch_row(struct query *q, size_t i, void *context)
{
    struct adding *adding = context;
    const struct touch *t = adding->order[i]->touch;
    query_bind_int(q, 1, adding->order[i]->id);
    query_bind_int(q, 2, touch_home(t));
    query_bind_text(q, 3, t->source);
    query_bind_text(q, 4, t->id);
    query_bind_text(q, 5, t->event);
    query_bind_int(q, 6, t->occurred_us);
    query_bind_int(q, 7, adding->received_us);
    query_bind_text_or_null(q, 8, t->thread);
    query_bind_text_or_null(q, 9, t->customer);
    query_bind_text_or_null(q, 10, t->channel);
    query_bind_int(q, 11, t->actor);
    query_bind_text_or_null(q, 12, t->person);
    query_bind_text_or_null(q, 13, t->role);
    query_bind_text_or_null(q, 14, t->team);
    query_bind_text_or_null(q, 15, attributes_text(t, &adding->arena));
}

static void note_new(size_t i, int64_t changes, void *context)
{
    struct adding *adding = context;
    adding->list[adding->order[i] - adding->list].is_new = changes == 1;
}

enum err touch_rows_add(struct database *db, struct touch_new *list, size_t count,
                        int64_t received_us, struct err_info *info)
{
    struct adding adding = {.list = list, .received_us = received_us};
    adding.order = ARENA_ARRAY(&adding.arena, const struct touch_new *, count);
    for (size_t i = 0; i < count; i++) {
        adding.order[i] = &list[i];
    }
    if (!database_is_alone(db)) {
        qsort(adding.order, count, sizeof(struct touch_new *), compare_senders);
    }
    enum err e = query_many(db,
                            &(struct executions){.statement = &statements[TOUCH_ADD],
                                                 .gathered = &gathered[TOUCH_ADD_MANY],
                                                 .count = count,
                                                 .context = &adding,
                                                 .bind = bind_touch_row,
                                                 .done = note_new},
                            info);
    arena_release(&adding.arena);
    return e;
}

static void bind_touch_key(struct query *q, size_t i, void *context)
{
    const struct touch_key *row = (const struct touch_key *)context + i;
    query_bind_text(q, 1, row->lane);
    query_bind_text(q, 2, row->key);
    query_bind_int(q, 3, row->occurred_us);
    query_bind_int(q, 4, row->id);
    query_bind_int(q, 5, home_of(row->key));
}

static void bind_new_touch_key(struct query *q, size_t i, void *context)
{
    bind_touch_key(q, i, context);
    query_bind_int(q, 6, ((const struct touch_key *)context)[i].home_id);
}

enum err touch_rows_add_keys(struct database *db, struct touch_key *list, size_t count,
                             struct err_info *info)
{
    return query_many(db,
                      &(struct executions){.statement = &statements[KEY_ADD],
                                           .gathered = &gathered[TOUCH_KEY_ADD_MANY],
                                           .count = count,
                                           .context = list,
                                           .bind = bind_new_touch_key},
                      info);
}

enum err touch_row_remove_key(struct database *db, const struct touch_key *row,
                              struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[KEY_REMOVE]);
    struct touch_key copy = *row;
    bind_touch_key(&q, 0, &copy);
    return query_run(&q, info);
}

static enum err change_by_id(struct database *db, int statement, int64_t id, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[statement]);
    query_bind_int(&q, 1, id);
    return query_run(&q, info);
}

enum err touch_row_add_anywhere(struct database *db, int64_t id, struct err_info *info)
{
    return change_by_id(db, ANYWHERE_ADD, id, info);
}

enum err touch_row_remove_anywhere(struct database *db, int64_t id, struct err_info *info)
{
    return change_by_id(db, ANYWHERE_REMOVE, id, info);
}

enum err touch_row_remove(struct database *db, int64_t id, int64_t home_id, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[TOUCH_REMOVE]);
    query_bind_int(&q, 1, id);
    query_bind_int(&q, 2, home_id);
    return query_run(&q, info);
}

enum err touch_row_find_anywhere(struct database *db, struct text event, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[ANYWHERE_FIND]);
    query_bind_text(&q, 1, event);
    return query_run(&q, info);
}

enum err touch_row_last(struct database *db, int64_t *ret, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[LAST]);
    bool row;
    enum err e = query_row(&q, &row, info);
    if (!e) {
        *ret = row ? query_int(&q, 0) : 0;
    }
    return e;
}

bool touch_payment(const struct touch *t, struct text *ret_promise, struct money *ret_amount)
{
    struct text promise = {0};
    struct value amount = {.type = VALUE_NONE};
    if (!text_is(t->event, "remedy.paid")) {
        return false;
    }
    for (size_t i = 0; i < t->attribute_count; i++) {
        if (text_is(t->attributes[i].name, "promise")) {
            promise = value_as(t->attributes[i].value, VALUE_TEXT, NULL).text;
        } else if (text_is(t->attributes[i].name, "amount")) {
            amount = value_as(t->attributes[i].value, VALUE_MONEY, NULL);
        }
    }
    if (!promise.len || amount.type != VALUE_MONEY) {
        return false;
    }
    *ret_promise = promise;
    *ret_amount = amount.money;
    return true;
}
