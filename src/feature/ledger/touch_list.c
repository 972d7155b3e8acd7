#include "feature/ledger/touch_list.h"

#include "base/json.h"
#include "store/home.h"

#include <string.h>

#define TOUCH_COLUMNS                                                                         \
    "id, source, external_id, event, occurred_us, thread, customer, channel, actor, person, " \
    "role, team, attributes"

enum { FETCHED_AT_ONCE = 64 };
enum {
    OF_THREAD,
    OF_CUSTOMER,
    OF_KEY,
    AT_HOME,
    OF_ANYWHERE,
    OF_ALL,
    OF_PREFIX,
    OF_PREFIX_AT_HOME,
    OF_SENDER,
    STATEMENTS
};

static const struct statement statements[] = {
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
    [OF_SENDER] = {"touch_of_sender",
                   "SELECT " TOUCH_COLUMNS " FROM touch WHERE source = $1 AND external_id = $2",
                   NULL},
};
const struct statement_table touch_list_statements = {statements, STATEMENTS};

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

enum err touch_row_of_sender(struct database *db, struct text source, struct text id,
                             touch_row_each *each, void *context, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[OF_SENDER]);
    query_bind_text(&q, 1, source);
    query_bind_text(&q, 2, id);
    return each_touch(&q, each, context, info);
}
