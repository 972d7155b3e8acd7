#include "feature/ledger/touch_row.h"

#include "feature/ledger/gathered.h"
#include "intake/touch_json.h"
#include "store/home.h"
#include "store/sharing.h"

#include <stdlib.h>
#include <string.h>

#define TOUCH_COLUMNS                                                                         \
    "id, source, external_id, event, occurred_us, thread, customer, channel, actor, person, " \
    "role, team, attributes"

/* On tables that are spread, source and id are unique within a home only, and no index of them
 * alone can be named. */
#define TOUCH_ADD_AT_HOME                                                                    \
    "INSERT INTO touch (id, home_id, source, external_id, event, occurred_us, received_us, " \
    "thread, customer, channel, actor, person, role, team, attributes) VALUES ($1, $2, $3, " \
    "$4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) ON CONFLICT DO NOTHING"

enum { FETCHED_AT_ONCE = 64 };
enum {
    TOUCH_ADD,
    KEY_ADD,
    ANYWHERE_ADD,
    ANYWHERE_FIND,
    TOUCH_REMOVE,
    KEY_REMOVE,
    ANYWHERE_REMOVE,
    OF_THREAD,
    OF_CUSTOMER,
    OF_KEY,
    AT_HOME,
    OF_ANYWHERE,
    OF_ALL,
    OF_PREFIX,
    OF_PREFIX_AT_HOME,
    FIRST_OF_THREAD,
    FIRST_OF_THREAD_BEFORE,
    LATER_OF_THREAD,
    LATER_OF_CUSTOMER,
    LATER_OF_KEY,
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
    [ANYWHERE_FIND] =
        {"touch_anywhere_find",
         "INSERT INTO touch_anywhere (touch_id) SELECT id FROM touch WHERE event = $1 "
         "ON CONFLICT (touch_id) DO NOTHING",
         NULL},
    [ANYWHERE_ADD] =
        {"touch_anywhere_add",
         "INSERT INTO touch_anywhere (touch_id) VALUES ($1) ON CONFLICT (touch_id) DO NOTHING",
         NULL},
    [TOUCH_REMOVE] = {"touch_remove", "DELETE FROM touch WHERE id = $1 AND home_id = $2", NULL},
    [KEY_REMOVE] = {"touch_key_remove",
                    "DELETE FROM touch_key WHERE lane = $1 AND key = $2 AND occurred_us = $3 AND "
                    "touch_id = $4 AND home_id = $5",
                    NULL},
    [ANYWHERE_REMOVE] = {"touch_anywhere_remove", "DELETE FROM touch_anywhere WHERE touch_id = $1",
                         NULL},
    [OF_ALL] = {"touch_of_all",
                "SELECT " TOUCH_COLUMNS " FROM touch WHERE id > $1 ORDER BY id LIMIT $2", NULL},
    [OF_PREFIX] = {"touch_of_prefix",
                   "SELECT " TOUCH_COLUMNS
                   " FROM touch WHERE source = $1 AND external_id >= $2 AND external_id < $3",
                   NULL},
    [OF_PREFIX_AT_HOME] = {"touch_of_prefix_at_home",
                           "SELECT " TOUCH_COLUMNS " FROM touch WHERE source = $1 AND home_id = $2 "
                           "AND external_id >= $3 AND external_id < $4",
                           NULL},
    [OF_THREAD] = {"touch_of_thread",
                   "SELECT " TOUCH_COLUMNS
                   " FROM touch WHERE thread = $1 AND home_id = $2 ORDER BY occurred_us, id",
                   NULL},
    [OF_CUSTOMER] = {"touch_of_customer",
                     "SELECT " TOUCH_COLUMNS
                     " FROM touch WHERE customer = $1 ORDER BY occurred_us, id",
                     NULL},
    [OF_KEY] = {"touch_of_key",
                "SELECT touch_id, touch_home_id FROM touch_key WHERE lane = $1 AND key = $2 "
                "AND home_id = $3 ORDER BY occurred_us, touch_id",
                NULL},
    [AT_HOME] = {"touch_at_home",
                 "SELECT " TOUCH_COLUMNS " FROM touch WHERE id = $1 AND home_id = $2", NULL},
    [OF_ANYWHERE] = {"touch_of_anywhere",
                     "SELECT " TOUCH_COLUMNS
                     " FROM touch WHERE id IN (SELECT touch_id FROM touch_anywhere) "
                     "ORDER BY occurred_us, id",
                     NULL},
    [FIRST_OF_THREAD] = {"touch_first_of_thread",
                         "SELECT occurred_us, id FROM touch WHERE thread = $1 AND home_id = $2 "
                         "ORDER BY occurred_us, id LIMIT 1",
                         NULL},
    [FIRST_OF_THREAD_BEFORE] =
        {"touch_first_of_thread_before",
         "SELECT occurred_us, id FROM touch WHERE thread = $1 AND home_id = $2 AND "
         "(id < $3 OR ((id >> 12) & 1023) <> $4) "
         "ORDER BY occurred_us, id LIMIT 1",
         NULL},
    /* The clock may have decided what was open then, and nothing of the key be kept since. */
    [LATER_OF_THREAD] =
        {"touch_later_of_thread",
         "SELECT 1 FROM touch WHERE thread = $1 AND home_id = $2 AND occurred_us >= $3 AND "
         "(id < $4 OR ((id >> 12) & 1023) <> $5) "
         "UNION ALL "
         "SELECT 1 FROM touch WHERE thread = $1 AND home_id = $2 AND occurred_us < $6 AND id < $7 "
         "UNION ALL "
         "SELECT 1 FROM obligation WHERE key = $1 AND home_id = $2 AND decided_us >= $3 "
         "LIMIT 1",
         NULL},
    [LATER_OF_CUSTOMER] =
        {"touch_later_of_customer",
         "SELECT 1 FROM obligation WHERE key = $1 AND home_id = $2 AND decided_us >= $3 "
         "UNION ALL "
         "SELECT 1 FROM touch WHERE customer = $1 AND occurred_us >= $3 AND "
         "(id < $4 OR ((id >> 12) & 1023) <> $5) "
         "UNION ALL "
         "SELECT 1 FROM touch WHERE customer = $1 AND occurred_us < $6 AND id < $7 "
         "LIMIT 1",
         NULL},
    [LATER_OF_KEY] =
        {"touch_later_of_key",
         "SELECT 1 FROM touch_key WHERE lane = $1 AND key = $2 AND home_id = $3 AND occurred_us >= "
         "$4 "
         "AND (touch_id < $5 OR ((touch_id >> 12) & 1023) <> $6) "
         "UNION ALL "
         "SELECT 1 FROM touch_key WHERE lane = $1 AND key = $2 AND home_id = $3 AND occurred_us < "
         "$7 "
         "AND touch_id < $8 "
         "UNION ALL "
         "SELECT 1 FROM obligation WHERE key = $2 AND home_id = $3 AND decided_us >= $4 "
         "LIMIT 1",
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
    if (database_is_shared(db)) {
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

/* -- reading -- */

static struct value value_of_json(const struct json *j)
{
    switch (j->type) {
    case JSON_BOOL:
        return (struct value){.type = VALUE_BOOL, .boolean = j->boolean};
    case JSON_NUMBER:
        return (struct value){.type = VALUE_NUMBER, .number = j->number};
    case JSON_TEXT:
        return (struct value){.type = VALUE_TEXT, .text = j->text};
    case JSON_NULL:
    case JSON_ARRAY:
    case JSON_OBJECT:
        break;
    }
    return (struct value){.type = VALUE_NONE};
}

static enum err read_attributes(struct arena *arena, struct text text, struct touch *t,
                                struct err_info *info)
{
    if (!text.len) {
        return ERR_NONE;
    }
    const struct json *object;
    enum err e = json_parse(arena, text, &json_default_limits, &object, info);
    if (e) {
        return e;
    }
    struct attribute *list = ARENA_ARRAY(arena, struct attribute, object->count);
    for (const struct json *j = object->first; j; j = j->next) {
        list[t->attribute_count++] = (struct attribute){j->key, value_of_json(j)};
    }
    t->attributes = list;
    return ERR_NONE;
}

static enum err read_touch(const struct query *q, struct arena *arena, struct touch *t,
                           struct err_info *info)
{
    *t = (struct touch){
        .place = (uint64_t)query_int(q, 0),
        .source = query_text(q, 1),
        .id = query_text(q, 2),
        .event = query_text(q, 3),
        .occurred_us = query_int(q, 4),
        .thread = query_text(q, 5),
        .customer = query_text(q, 6),
        .channel = query_text(q, 7),
        .actor = (enum actor)query_int(q, 8),
        .person = query_text(q, 9),
        .role = query_text(q, 10),
        .team = query_text(q, 11),
    };
    return read_attributes(arena, query_text(q, 12), t, info);
}

static enum err each_touch(struct query *q, touch_row_each *each, void *context,
                           struct err_info *info)
{
    struct arena arena CLEANUP(arena_release) = {0};
    for (;;) {
        bool row;
        struct touch t;
        arena_clear(&arena);
        enum err e = query_row(q, &row, info);
        if (e || !row || (e = read_touch(q, &arena, &t, info)) || !each(context, &t)) {
            return e;
        }
    }
}

/* The touches of a touch_key, which have homes of their own. */
struct fetching {
    struct at_home {
        int64_t id, home_id;
    } places[FETCHED_AT_ONCE];
    struct touch touches[FETCHED_AT_ONCE];
    size_t count;
    struct arena arena;
};

static void bind_place(struct query *q, size_t i, void *context)
{
    const struct fetching *f = context;
    query_bind_int(q, 1, f->places[i].id);
    query_bind_int(q, 2, f->places[i].home_id);
}

static enum err fetch_one(struct query *q, size_t i, void *context, struct err_info *info)
{
    struct fetching *f = context;
    struct touch t;
    enum err e = read_touch(q, &f->arena, &t, info);
    if (!e) {
        f->touches[i] = touch_copy(&f->arena, &t);
    }
    return e;
}

/* Gives those noted; *ret_more is false if each() wants no more. */
static enum err fetch_noted(struct database *db, struct fetching *f, touch_row_each *each,
                            void *context, bool *ret_more, struct err_info *info)
{
    memset(f->touches, 0, sizeof(f->touches));
    enum err e = query_many(db,
                            &(struct executions){.statement = &statements[AT_HOME],
                                                 .count = f->count,
                                                 .context = f,
                                                 .bind = bind_place,
                                                 .row = fetch_one},
                            info);
    for (size_t i = 0; i < f->count && !e && *ret_more; i++) {
        *ret_more = !f->touches[i].place || each(context, &f->touches[i]);
    }
    f->count = 0;
    arena_clear(&f->arena);
    return e;
}

static enum err each_of_attribute(struct database *db, struct text lane, struct text key,
                                  touch_row_each *each, void *context, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[OF_KEY]);
    query_bind_text(&q, 1, lane);
    query_bind_text(&q, 2, key);
    query_bind_int(&q, 3, home_of(key));
    struct fetching f = {0};
    bool row, more = true;
    enum err e = ERR_NONE;
    while (more && !e && !(e = query_row(&q, &row, info)) && row) {
        f.places[f.count++] = (struct at_home){query_int(&q, 0), query_int(&q, 1)};
        e = f.count == FETCHED_AT_ONCE ? fetch_noted(db, &f, each, context, &more, info) : ERR_NONE;
    }
    e = e || !more ? e : fetch_noted(db, &f, each, context, &more, info);
    arena_release(&f.arena);
    return e;
}

enum err touch_row_of_key(struct database *db, struct key key, struct text key_text,
                          touch_row_each *each, void *context, struct err_info *info)
{
    if (key.kind == KEY_ATTRIBUTE) {
        return each_of_attribute(db, key.attribute, key_text, each, context, info);
    }
    bool thread = key.kind == KEY_THREAD;
    struct query q CLEANUP(query_end) =
        query_begin(db, &statements[thread ? OF_THREAD : OF_CUSTOMER]);
    query_bind_text(&q, 1, key_text);
    if (thread) {
        query_bind_int(&q, 2, home_of(key_text));
    }
    return each_touch(&q, each, context, info);
}

enum err touch_row_anywhere(struct database *db, touch_row_each *each, void *context,
                            struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[OF_ANYWHERE]);
    return each_touch(&q, each, context, info);
}

enum err touch_row_after(struct database *db, int64_t after, size_t most, touch_row_each *each,
                         void *context, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[OF_ALL]);
    query_bind_int(&q, 1, after);
    query_bind_int(&q, 2, (int64_t)most);
    return each_touch(&q, each, context, info);
}

enum err touch_row_of_prefix(struct database *db, struct text source, struct text prefix,
                             struct text thread, touch_row_each *each, void *context,
                             struct err_info *info)
{
    struct buf after CLEANUP(buf_release) = {0}; /* the first text that does not begin so */
    buf_add(&after, prefix.ptr, prefix.len - 1);
    buf_add_char(&after, '/' + 1);
    struct query q CLEANUP(query_end) =
        query_begin(db, &statements[thread.len ? OF_PREFIX_AT_HOME : OF_PREFIX]);
    int parameter = 1;
    query_bind_text(&q, parameter++, source);
    if (thread.len) {
        query_bind_int(&q, parameter++, home_of(thread));
    }
    query_bind_text(&q, parameter++, prefix);
    query_bind_text(&q, parameter, buf_text(&after));
    return each_touch(&q, each, context, info);
}

enum err touch_row_opens_thread(struct database *db, struct text thread, int64_t occurred_us,
                                int64_t id, bool *ret_opens, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[FIRST_OF_THREAD]);
    query_bind_text(&q, 1, thread);
    query_bind_int(&q, 2, home_of(thread));
    bool row;
    enum err e = query_row(&q, &row, info);
    if (!e) {
        *ret_opens = !row || occurred_us < query_int(&q, 0) ||
                     (occurred_us == query_int(&q, 0) && id <= query_int(&q, 1));
    }
    return e;
}

struct firsts {
    struct thread_first *list;
    int64_t before_id;
    uint32_t node;
};

static void bind_first(struct query *q, size_t i, void *context)
{
    const struct firsts *firsts = context;
    query_bind_text(q, 1, firsts->list[i].thread);
    query_bind_int(q, 2, home_of(firsts->list[i].thread));
    query_bind_int(q, 3, firsts->before_id);
    query_bind_int(q, 4, firsts->node);
}

static enum err read_first(struct query *q, size_t i, void *context, struct err_info *info)
{
    (void)info;
    struct thread_first *first = &((struct firsts *)context)->list[i];
    first->found = true;
    first->occurred_us = query_int(q, 0);
    first->id = query_int(q, 1);
    return ERR_NONE;
}

enum err touch_rows_first(struct database *db, struct thread_first *list, size_t count,
                          int64_t before_id, uint32_t node, struct err_info *info)
{
    struct firsts firsts = {list, before_id, node};
    return query_many(db,
                      &(struct executions){.statement = &statements[FIRST_OF_THREAD_BEFORE],
                                           .gathered = &gathered[TOUCH_FIRST_MANY],
                                           .count = count,
                                           .context = &firsts,
                                           .bind = bind_first,
                                           .row = read_first},
                      info);
}

struct laters {
    struct key key;
    const struct touch_past *past;
    struct touch_later *list;
};

static void bind_later(struct query *q, size_t i, void *context)
{
    const struct laters *laters = context;
    int parameter = 1;
    if (laters->key.kind == KEY_ATTRIBUTE) {
        query_bind_text(q, parameter++, laters->key.attribute);
    }
    query_bind_text(q, parameter++, laters->list[i].key);
    query_bind_int(q, parameter++, home_of(laters->list[i].key));
    query_bind_int(q, parameter++, laters->list[i].occurred_us);
    query_bind_int(q, parameter++, laters->past->before_id);
    query_bind_int(q, parameter++, laters->past->node);
    query_bind_int(q, parameter++, laters->past->published_us);
    query_bind_int(q, parameter, laters->past->published_id);
}

static enum err read_later(struct query *q, size_t i, void *context, struct err_info *info)
{
    (void)q, (void)info;
    ((struct laters *)context)->list[i].later = true;
    return ERR_NONE;
}

enum err touch_rows_later(struct database *db, struct key key, const struct touch_past *past,
                          struct touch_later *list, size_t count, struct err_info *info)
{
    int statement = key.kind == KEY_THREAD     ? LATER_OF_THREAD
                    : key.kind == KEY_CUSTOMER ? LATER_OF_CUSTOMER
                                               : LATER_OF_KEY;
    int many = key.kind == KEY_THREAD     ? TOUCH_LATER_OF_THREAD_MANY
               : key.kind == KEY_CUSTOMER ? TOUCH_LATER_OF_CUSTOMER_MANY
                                          : TOUCH_LATER_OF_KEY_MANY;
    struct laters laters = {key, past, list};
    return query_many(db,
                      &(struct executions){.statement = &statements[statement],
                                           .gathered = &gathered[many],
                                           .count = count,
                                           .context = &laters,
                                           .bind = bind_later,
                                           .row = read_later},
                      info);
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
