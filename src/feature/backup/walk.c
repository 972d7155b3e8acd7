#include "feature/backup/walk.h"

enum { PART = 1000 }; /* changes of one transaction */

/* One of the two, as a stream of rows. */
struct side {
    struct database *db;
    const struct table_access *a;
    struct arena arenas[2]; /* the last row of a chunk says where the next begins */
    int turn;
    struct chunk chunk;
    size_t at;
    bool has_ended;
};

static void side_end(struct side *s)
{
    arena_release(&s->arenas[0]);
    arena_release(&s->arenas[1]);
}

/* The present row, NULL after the last. */
static enum err side_row(struct side *s, const struct cell **ret, struct err_info *info)
{
    size_t columns = s->a->table->column_count;
    if (s->at == s->chunk.count && !s->has_ended) {
        const struct cell *after =
            s->chunk.count ? &s->chunk.cells[(s->chunk.count - 1) * columns] : NULL;
        s->turn = 1 - s->turn;
        arena_clear(&s->arenas[s->turn]);
        enum err e = table_read(s->db, s->a, after, &s->arenas[s->turn], &s->chunk, info);
        if (e) {
            return e;
        }
        s->at = 0;
        s->has_ended = s->chunk.count == 0;
    }
    *ret = s->has_ended ? NULL : &s->chunk.cells[s->at * columns];
    return ERR_NONE;
}

static int compare_keys(const struct stored_table *t, const struct cell *a, const struct cell *b)
{
    for (size_t i = 0; i < t->key_count; i++) {
        int order = t->columns[i].type == COLUMN_INT
                        ? (a[i].number > b[i].number) - (a[i].number < b[i].number)
                        : text_compare(a[i].text, b[i].text);
        if (order) {
            return order;
        }
    }
    return 0;
}

struct walk {
    struct side from, to;
    const struct table_access *a;
    struct transaction transaction; /* on `to` */
    struct buf from_bytes, to_bytes;
    struct walk_result result;
};

static void walk_end(struct walk *w)
{
    transaction_end(&w->transaction);
    side_end(&w->from);
    side_end(&w->to);
    buf_release(&w->from_bytes);
    buf_release(&w->to_bytes);
}

static enum err change(struct walk *w, const struct cell *remove, const struct cell *add,
                       struct err_info *info)
{
    enum err e = ERR_NONE;
    if (!w->transaction.db) {
        e = transaction_begin(&w->transaction, w->to.db, info);
    }
    if (!e && remove) {
        e = table_remove(w->to.db, w->a, remove, info);
    }
    if (!e && add) {
        e = table_add(w->to.db, w->a, add, info);
    }
    return !e && ++w->result.changes % PART == 0 ? transaction_commit(&w->transaction, info) : e;
}

/* What either side has of the smaller key; both of an equal one. */
static enum err step(struct walk *w, const struct cell *from, const struct cell *to,
                     struct err_info *info)
{
    const struct stored_table *t = w->a->table;
    int order = !from ? 1 : !to ? -1 : compare_keys(t, from, to);
    if (order <= 0) {
        buf_clear(&w->from_bytes);
        row_encode(t, from, &w->from_bytes);
        table_sum_add(&w->result.from, buf_text(&w->from_bytes));
        w->from.at++;
    }
    if (order >= 0) {
        buf_clear(&w->to_bytes);
        row_encode(t, to, &w->to_bytes);
        table_sum_add(&w->result.to, buf_text(&w->to_bytes));
        w->to.at++;
    }
    if (order == 0 && text_eq(buf_text(&w->from_bytes), buf_text(&w->to_bytes))) {
        return ERR_NONE;
    }
    return change(w, order >= 0 ? to : NULL, order <= 0 ? from : NULL, info);
}

enum err walk_table(struct database *from, struct database *to, const struct table_access *table,
                    void (*show)(void *context, int64_t rows), void *context,
                    struct walk_result *ret, struct err_info *info)
{
    struct walk w CLEANUP(walk_end) = {
        .from = {.db = from, .a = table}, .to = {.db = to, .a = table}, .a = table};
    for (uint64_t shown = 0;;) {
        const struct cell *a = NULL, *b = NULL;
        enum err e = side_row(&w.from, &a, info);
        e = e ? e : side_row(&w.to, &b, info);
        if (!e && !a && !b) {
            break;
        }
        e = e ? e : step(&w, a, b, info);
        if (e) {
            return e;
        }
        if (show && w.result.from.rows - shown >= CHUNK_ROWS) {
            show(context, (int64_t)(w.result.from.rows - shown));
            shown = w.result.from.rows;
        }
    }
    enum err e = w.transaction.db ? transaction_commit(&w.transaction, info) : ERR_NONE;
    if (!e) {
        *ret = w.result;
    }
    return e;
}
