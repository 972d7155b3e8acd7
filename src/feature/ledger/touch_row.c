#include "feature/ledger/touch_row.h"

#include "intake/touch_json.h"

#define TOUCH_COLUMNS                                                                         \
    "id, source, external_id, event, occurred_us, thread, customer, channel, actor, person, " \
    "role, team, attributes"

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
    OF_ANYWHERE,
    OF_PREFIX,
    FIRST_OF_THREAD,
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
                   NULL},
    [KEY_ADD] = {"touch_key_add",
                 "INSERT INTO touch_key (lane, key, occurred_us, touch_id) VALUES ($1, $2, $3, $4) "
                 "ON CONFLICT (lane, key, occurred_us, touch_id) DO NOTHING",
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
    [TOUCH_REMOVE] = {"touch_remove", "DELETE FROM touch WHERE id = $1", NULL},
    [KEY_REMOVE] = {"touch_key_remove",
                    "DELETE FROM touch_key WHERE lane = $1 AND key = $2 AND occurred_us = $3 AND "
                    "touch_id = $4",
                    NULL},
    [ANYWHERE_REMOVE] = {"touch_anywhere_remove", "DELETE FROM touch_anywhere WHERE touch_id = $1",
                         NULL},
    [OF_PREFIX] = {"touch_of_prefix",
                   "SELECT " TOUCH_COLUMNS
                   " FROM touch WHERE source = $1 AND external_id >= $2 AND external_id < $3",
                   NULL},
    [OF_THREAD] = {"touch_of_thread",
                   "SELECT " TOUCH_COLUMNS " FROM touch WHERE thread = $1 ORDER BY occurred_us, id",
                   NULL},
    [OF_CUSTOMER] = {"touch_of_customer",
                     "SELECT " TOUCH_COLUMNS
                     " FROM touch WHERE customer = $1 ORDER BY occurred_us, id",
                     NULL},
    [OF_KEY] = {"touch_of_key",
                "SELECT t.id, source, external_id, event, t.occurred_us, thread, customer, "
                "channel, actor, person, "
                "role, team, attributes FROM touch_key k JOIN touch t ON t.id = k.touch_id "
                "WHERE k.lane = $1 AND k.key = $2 ORDER BY k.occurred_us, k.touch_id",
                NULL},
    [OF_ANYWHERE] =
        {"touch_of_anywhere",
         "SELECT t.id, source, external_id, event, t.occurred_us, thread, customer, channel, "
         "actor, "
         "person, role, team, attributes FROM touch_anywhere a JOIN touch t ON t.id = a.touch_id "
         "ORDER BY t.occurred_us, t.id",
         NULL},
    [FIRST_OF_THREAD] =
        {"touch_first_of_thread",
         "SELECT occurred_us, id FROM touch WHERE thread = $1 ORDER BY occurred_us, id LIMIT 1",
         NULL},
    [LATER_OF_THREAD] = {"touch_later_of_thread",
                         "SELECT 1 FROM touch WHERE thread = $1 AND ((occurred_us >= $2 AND id < "
                         "$3) OR id < $4) LIMIT 1",
                         NULL},
    [LATER_OF_CUSTOMER] = {"touch_later_of_customer",
                           "SELECT 1 FROM touch WHERE customer = $1 AND ((occurred_us >= $2 AND id "
                           "< $3) OR id < $4) LIMIT 1",
                           NULL},
    [LATER_OF_KEY] = {"touch_later_of_key",
                      "SELECT 1 FROM touch_key WHERE lane = $1 AND key = $2 AND ((occurred_us >= "
                      "$3 AND touch_id < $4) "
                      "OR touch_id < $5) LIMIT 1",
                      NULL},
    [LAST] = {"touch_last", "SELECT id FROM touch ORDER BY id DESC LIMIT 1", NULL},
};
const struct statement_table touch_row_statements = {statements, STATEMENTS};

/* Spread by what the touch is about; the touch alone decides. */
uint64_t touch_home(const struct touch *t)
{
    struct text about = t->thread.len ? t->thread : t->customer.len ? t->customer : t->id;
    return (text_hash(about) ^ text_hash(t->source) * 31) >> 1;
}

static void attributes_to_json(const struct touch *t, struct buf *out)
{
    struct json_writer w = json_writer(out);
    touch_attributes_to_json(&w, t);
}

enum err touch_row_add(struct database *db, int64_t id, const struct touch *t, int64_t received_us,
                       bool *ret_new, struct err_info *info)
{
    struct buf attributes CLEANUP(buf_release) = {0};
    struct query q CLEANUP(query_end) = query_begin(db, &statements[TOUCH_ADD]);
    query_bind_int(&q, 1, id);
    query_bind_int(&q, 2, (int64_t)touch_home(t));
    query_bind_text(&q, 3, t->source);
    query_bind_text(&q, 4, t->id);
    query_bind_text(&q, 5, t->event);
    query_bind_int(&q, 6, t->occurred_us);
    query_bind_int(&q, 7, received_us);
    query_bind_text_or_null(&q, 8, t->thread);
    query_bind_text_or_null(&q, 9, t->customer);
    query_bind_text_or_null(&q, 10, t->channel);
    query_bind_int(&q, 11, t->actor);
    query_bind_text_or_null(&q, 12, t->person);
    query_bind_text_or_null(&q, 13, t->role);
    query_bind_text_or_null(&q, 14, t->team);
    if (t->attribute_count) {
        attributes_to_json(t, &attributes);
    }
    query_bind_text_or_null(&q, 15, buf_text(&attributes));
    enum err e = query_run(&q, info);
    if (!e) {
        *ret_new = database_changes(db) == 1;
    }
    return e;
}

/* Adds or removes. */
static enum err change_key(struct query *q, struct text lane, struct text key, int64_t id,
                           int64_t occurred_us, struct err_info *info)
{
    query_bind_text(q, 1, lane);
    query_bind_text(q, 2, key);
    query_bind_int(q, 3, occurred_us);
    query_bind_int(q, 4, id);
    return query_run(q, info);
}

enum err touch_row_add_key(struct database *db, struct text lane, struct text key, int64_t id,
                           int64_t occurred_us, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[KEY_ADD]);
    return change_key(&q, lane, key, id, occurred_us, info);
}

enum err touch_row_remove_key(struct database *db, struct text lane, struct text key, int64_t id,
                              int64_t occurred_us, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[KEY_REMOVE]);
    return change_key(&q, lane, key, id, occurred_us, info);
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

enum err touch_row_remove(struct database *db, int64_t id, struct err_info *info)
{
    return change_by_id(db, TOUCH_REMOVE, id, info);
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

enum err touch_row_of_key(struct database *db, struct key key, struct text key_text,
                          touch_row_each *each, void *context, struct err_info *info)
{
    int statement = key.kind == KEY_THREAD     ? OF_THREAD
                    : key.kind == KEY_CUSTOMER ? OF_CUSTOMER
                                               : OF_KEY;
    struct query q CLEANUP(query_end) = query_begin(db, &statements[statement]);
    int parameter = 1;
    if (key.kind == KEY_ATTRIBUTE) {
        query_bind_text(&q, parameter++, key.attribute);
    }
    query_bind_text(&q, parameter, key_text);
    return each_touch(&q, each, context, info);
}

enum err touch_row_anywhere(struct database *db, touch_row_each *each, void *context,
                            struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[OF_ANYWHERE]);
    return each_touch(&q, each, context, info);
}

enum err touch_row_of_prefix(struct database *db, struct text source, struct text prefix,
                             touch_row_each *each, void *context, struct err_info *info)
{
    struct buf after CLEANUP(buf_release) = {0}; /* the first text that does not begin so */
    buf_add(&after, prefix.ptr, prefix.len - 1);
    buf_add_char(&after, '/' + 1);
    struct query q CLEANUP(query_end) = query_begin(db, &statements[OF_PREFIX]);
    query_bind_text(&q, 1, source);
    query_bind_text(&q, 2, prefix);
    query_bind_text(&q, 3, buf_text(&after));
    return each_touch(&q, each, context, info);
}

enum err touch_row_opens_thread(struct database *db, struct text thread, int64_t occurred_us,
                                int64_t id, bool *ret_opens, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[FIRST_OF_THREAD]);
    query_bind_text(&q, 1, thread);
    bool row;
    enum err e = query_row(&q, &row, info);
    if (!e) {
        *ret_opens = !row || occurred_us < query_int(&q, 0) ||
                     (occurred_us == query_int(&q, 0) && id <= query_int(&q, 1));
    }
    return e;
}

enum err touch_row_later(struct database *db, struct key key, struct text key_text,
                         int64_t occurred_us, int64_t id, int64_t published_id, bool *ret_later,
                         struct err_info *info)
{
    int statement = key.kind == KEY_THREAD     ? LATER_OF_THREAD
                    : key.kind == KEY_CUSTOMER ? LATER_OF_CUSTOMER
                                               : LATER_OF_KEY;
    struct query q CLEANUP(query_end) = query_begin(db, &statements[statement]);
    int parameter = 1;
    if (key.kind == KEY_ATTRIBUTE) {
        query_bind_text(&q, parameter++, key.attribute);
    }
    query_bind_text(&q, parameter++, key_text);
    query_bind_int(&q, parameter++, occurred_us);
    query_bind_int(&q, parameter++, id);
    query_bind_int(&q, parameter, published_id);
    return query_row(&q, ret_later, info);
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
