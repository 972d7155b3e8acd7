#include "feature/ledger/touch_order.h"

#include "feature/ledger/gathered.h"
#include "store/home.h"

enum {
    FIRST_OF_THREAD,
    FIRST_OF_THREAD_BEFORE,
    LATER_OF_THREAD,
    LATER_OF_CUSTOMER,
    LATER_OF_KEY,
    STATEMENTS
};

static const struct statement statements[] = {
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
};
const struct statement_table touch_order_statements = {statements, STATEMENTS};

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
