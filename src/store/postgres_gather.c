/* Many executions as one: a row of each, gathered in an array for every parameter, which the server
 * turns into rows again (unnest). What costs is a statement, not a row: its messages, its start and
 * end in the server. */
#include <endian.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "store/postgres.h"

enum {
    GATHERED_MOST = 1000,             /* executions in one statement */
    GATHERED_BYTES = 4 * 1024 * 1024, /* no more of them once there are so many */
    DEFERRED_BYTES = 1024 * 1024      /* of one statement: libpq keeps them until they are sent */
};

/* catalog/pg_type.dat: fixed for ever. */
static const struct {
    Oid array, element;
} types[] = {{1000, 16} /* bool */, {1001, 17} /* bytea */, {1016, 20} /* int8 */,
             {1007, 23} /* int4 */, {1009, 25} /* text */,  {1022, 701} /* float8 */,
             {1015, 1043} /* varchar */};
enum { TYPES = sizeof(types) / sizeof(types[0]) };

/* 0: no array that we know. */
static Oid element_of(Oid type)
{
    for (size_t i = 0; i < TYPES; i++) {
        if (types[i].array == type) {
            return types[i].element;
        }
    }
    return 0;
}

void postgres_gather_types(struct postgres_prepared *p)
{
    int count = p->head.parameters, arrays = 0;
    for (int i = 0; i < count; i++) {
        arrays += element_of(p->types[i]) != 0;
    }
    if (arrays == 0 || arrays < count) {
        return;
    }
    for (int i = 0; i < count; i++) {
        p->types[i] = element_of(p->types[i]);
    }
    if (!p->arrays) {
        p->arrays = calloc((size_t)count, sizeof(*p->arrays));
        if (!p->arrays) {
            abort();
        }
    }
}

void postgres_gather_free(struct postgres_prepared *p)
{
    for (int i = 0; p->arrays && i < p->head.parameters; i++) {
        buf_release(&p->arrays[i]);
    }
    free(p->arrays);
    p->arrays = NULL;
}

/* -- arrays in PostgreSQL's binary form (array_send()): how many dimensions, whether there may be a
 * NULL, the type of an element, how many there are, the number of the first; then each element, its
 * length before it. -- */

enum { HEAD_WORDS = 5, COUNT_AT = 12 /* bytes */ };

static void add_word(struct buf *out, uint32_t word)
{
    word = htobe32(word);
    buf_add(out, &word, sizeof(word));
}

static void clear_arrays(struct postgres_prepared *p)
{
    for (int i = 0; i < p->head.parameters; i++) {
        const uint32_t head[HEAD_WORDS] = {1, 1, p->types[i], 0, 1};
        buf_clear(&p->arrays[i]);
        for (int word = 0; word < HEAD_WORDS; word++) {
            add_word(&p->arrays[i], head[word]);
        }
    }
}

/* What is bound now, as one more element of each. Gives its bytes. */
static size_t add_elements(struct postgres_prepared *p)
{
    size_t bytes = 0;
    for (int i = 0; i < p->head.parameters; i++) {
        struct buf *array = &p->arrays[i];
        if (!p->values[i]) {
            add_word(array, UINT32_MAX); /* NULL */
            continue;
        }
        add_word(array, (uint32_t)p->lengths[i]);
        buf_add(array, p->values[i], (size_t)p->lengths[i]);
        bytes += (size_t)p->lengths[i];
        p->too_large = p->too_large || array->len > INT_MAX;
    }
    return bytes;
}

static enum err send_arrays(struct postgres_database *d, struct postgres_prepared *p, size_t count,
                            struct err_info *info)
{
    uint32_t big = htobe32((uint32_t)count);
    for (int i = 0; i < p->head.parameters; i++) {
        memcpy(p->arrays[i].ptr + COUNT_AT, &big, sizeof(big));
        p->values[i] = p->arrays[i].ptr;
        p->lengths[i] = (int)p->arrays[i].len;
        p->formats[i] = 1;
    }
    if (PQsendQueryPrepared(d->conn, p->name, p->head.parameters, p->values, p->lengths, p->formats,
                            1) != 1) {
        postgres_drop(d);
        return postgres_lost_error(d, info);
    }
    postgres_note_sent(d, p->head.statement);
    return ERR_NONE;
}

/* -- one statement of them -- */

struct gathering {
    struct query *q;
    const struct executions *all;
    size_t first, count;
    int64_t rows[GATHERED_MOST]; /* given for each */
    enum err e;                  /* of a callback */
    struct err_info *info;
};

/* Whose the present row is. */
static size_t owner_of(const struct gathering *g, const struct postgres_prepared *p)
{
    int64_t number = postgres_column_int(&p->head, PQnfields(p->result) - 1);
    if (number < 1 || number > (int64_t)g->count) {
        connection_mistake(p->head.statement, "does not end with the number of the execution");
    }
    return (size_t)number - 1;
}

static void take_rows(void *self, size_t number, PGresult *result)
{
    (void)number;
    struct gathering *g = self;
    struct postgres_prepared *p = postgres_of(g->q->prepared);
    const struct executions *all = g->all;
    if (all->done && PQnfields(result) == 0) {
        connection_mistake(p->head.statement, "does not tell what it has changed");
    }
    p->result = result;
    for (p->at = 0; p->at < PQntuples(result) && !g->e; p->at++) {
        size_t owner = owner_of(g, p);
        g->rows[owner]++;
        if (all->row) {
            g->e = all->row(g->q, g->first + owner, all->context, g->info);
        }
    }
    for (size_t i = 0; all->done && i < g->count && !g->e; i++) {
        all->done(g->first + i, g->rows[i], all->context);
    }
    p->result = NULL;
    PQclear(result);
}

/* Binds as many as go into one. */
static enum err bind_some(struct gathering *g, size_t *ret_bytes, struct err_info *info)
{
    struct postgres_prepared *p = postgres_of(g->q->prepared);
    size_t bytes = 0;
    clear_arrays(p);
    for (g->count = 0;
         g->first + g->count < g->all->count && g->count < GATHERED_MOST && bytes < GATHERED_BYTES;
         g->count++) {
        g->q->bound = 0;
        p->too_large = false;
        g->all->bind(g->q, g->first + g->count, g->all->context);
        connection_check_bound(g->q);
        bytes += add_elements(p);
        if (p->too_large) {
            return err_set(info, ERR_LIMIT, "A value is too large for the database.");
        }
    }
    *ret_bytes = bytes;
    return ERR_NONE;
}

static enum err gather_some(struct gathering *g, struct err_info *info)
{
    struct postgres_database *d = (struct postgres_database *)g->q->db;
    struct postgres_prepared *p = postgres_of(g->q->prepared);
    memset(g->rows, 0, sizeof(g->rows));
    enum err e = postgres_check_before(d, p, info);
    size_t bytes = 0;
    e = e ? e : bind_some(g, &bytes, info);
    e = e ? e : send_arrays(d, p, g->count, info);
    if (!e && bytes <= DEFERRED_BYTES && postgres_may_defer(d, g->all)) {
        postgres_deferred(d);
        return ERR_NONE;
    }
    e = e ? e : postgres_settle(d, 1, take_rows, g, info);
    return e ? e : g->e;
}

enum err postgres_gather(struct query *q, const struct executions *all, struct err_info *info)
{
    if (!postgres_of(q->prepared)->arrays) {
        connection_mistake(all->gathered, "has a parameter that is no array");
    }
    if (!q->db->in_transaction) {
        connection_begin_slice(q->db);
    }
    struct gathering g = {.q = q, .all = all, .info = info};
    enum err e = ERR_NONE;
    for (; g.first < all->count && !e; g.first += g.count) {
        e = gather_some(&g, info);
    }
    return e;
}
