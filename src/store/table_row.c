#include "store/table_row.h"

#include <string.h>

/* -- the statements -- */

static void add_names(struct buf *sql, const struct stored_table *t, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        buf_addf(sql, "%s%s", i ? ", " : "", t->columns[i].name);
    }
}

static void add_parameters(struct buf *sql, size_t count)
{
    for (size_t i = 1; i <= count; i++) {
        buf_addf(sql, "%s$%zu", i > 1 ? ", " : "", i);
    }
}

static struct statement finish(struct arena *arena, const struct stored_table *t, const char *verb,
                               struct buf *sql)
{
    struct statement s = {.name = arena_printf(arena, "%s_%s", t->name, verb).ptr,
                          .sql = arena_text(arena, buf_text(sql)).ptr};
    buf_clear(sql);
    return s;
}

static struct statement select_rows(struct arena *arena, const struct stored_table *t, bool is_next,
                                    struct buf *sql)
{
    buf_add_str(sql, "SELECT ");
    add_names(sql, t, t->column_count);
    buf_addf(sql, " FROM %s", t->name);
    if (is_next) {
        buf_add_str(sql, " WHERE (");
        add_names(sql, t, t->key_count);
        buf_add_str(sql, ") > (");
        add_parameters(sql, t->key_count);
        buf_add_str(sql, ")");
    }
    buf_add_str(sql, " ORDER BY ");
    add_names(sql, t, t->key_count);
    buf_addf(sql, " LIMIT $%zu", (is_next ? t->key_count : 0) + 1);
    return finish(arena, t, is_next ? "move_next" : "move_first", sql);
}

const struct table_access *table_access(struct arena *arena, const struct stored_table *t)
{
    struct buf sql CLEANUP(buf_release) = {0};
    struct table_access *a = ARENA_NEW(arena, struct table_access);
    a->table = t;
    buf_addf(&sql, "SELECT count(*) FROM %s", t->name);
    a->count = finish(arena, t, "move_count", &sql);
    a->first = select_rows(arena, t, false, &sql);
    a->next = select_rows(arena, t, true, &sql);
    buf_addf(&sql, "INSERT INTO %s (", t->name);
    add_names(&sql, t, t->column_count);
    buf_add_str(&sql, ") VALUES (");
    add_parameters(&sql, t->column_count);
    buf_add_str(&sql, ") ON CONFLICT DO NOTHING");
    a->add = finish(arena, t, "move_add", &sql);
    buf_addf(&sql, "DELETE FROM %s WHERE (", t->name);
    add_names(&sql, t, t->key_count);
    buf_add_str(&sql, ") = (");
    add_parameters(&sql, t->key_count);
    buf_add_str(&sql, ")");
    a->remove = finish(arena, t, "move_remove", &sql);
    return a;
}

/* -- reading -- */

static struct cell read_cell(const struct query *q, size_t column, enum column_type type,
                             struct arena *arena)
{
    int number = (int)column;
    if (query_is_null(q, number)) {
        return (struct cell){.type = CELL_NULL};
    }
    switch (type) {
    case COLUMN_INT:
        return (struct cell){.type = CELL_INT, .number = query_int(q, number)};
    case COLUMN_TEXT:
        return (struct cell){.type = CELL_TEXT, .text = arena_text(arena, query_text(q, number))};
    case COLUMN_BYTES:
        break;
    }
    return (struct cell){.type = CELL_BYTES, .text = arena_text(arena, query_bytes(q, number))};
}

static void bind_cell(struct query *q, int parameter, const struct cell *c)
{
    switch (c->type) {
    case CELL_NULL:
        query_bind_null(q, parameter);
        break;
    case CELL_INT:
        query_bind_int(q, parameter, c->number);
        break;
    case CELL_TEXT:
        query_bind_text(q, parameter, c->text);
        break;
    case CELL_BYTES:
        query_bind_bytes(q, parameter, c->text);
        break;
    }
}

static void bind_cells(struct query *q, const struct cell *cells, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        bind_cell(q, (int)i + 1, &cells[i]);
    }
}

enum err table_read(struct database *db, const struct table_access *a, const struct cell *after,
                    struct arena *arena, struct chunk *ret, struct err_info *info)
{
    const struct stored_table *t = a->table;
    size_t bound = after ? t->key_count : 0;
    struct query q CLEANUP(query_end) = query_begin(db, after ? &a->next : &a->first);
    bind_cells(&q, after, bound);
    query_bind_int(&q, (int)bound + 1, CHUNK_ROWS);
    struct cell *cells = ARENA_ARRAY(arena, struct cell, CHUNK_ROWS * t->column_count);
    size_t count = 0, before = arena->total;
    for (;;) {
        bool row;
        enum err e = query_row(&q, &row, info);
        if (e) {
            return e;
        }
        if (!row) {
            break;
        }
        for (size_t c = 0; c < t->column_count; c++) {
            cells[count * t->column_count + c] = read_cell(&q, c, t->columns[c].type, arena);
        }
        count++;
        if (arena->total - before > CHUNK_BYTES) {
            break;
        }
    }
    *ret = (struct chunk){cells, count};
    return ERR_NONE;
}

enum err table_count(struct database *db, const struct table_access *a, int64_t *ret,
                     struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &a->count);
    bool row;
    enum err e = query_row(&q, &row, info);
    if (!e) {
        *ret = query_int(&q, 0);
    }
    return e;
}

/* -- writing -- */

enum err table_add(struct database *db, const struct table_access *a, const struct cell *row,
                   struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &a->add);
    bind_cells(&q, row, a->table->column_count);
    return query_send(&q, info);
}

enum err table_remove(struct database *db, const struct table_access *a, const struct cell *row,
                      struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &a->remove);
    bind_cells(&q, row, a->table->key_count);
    return query_send(&q, info);
}
