#include "feature/ledger/ledger_row.h"

#include "feature/ledger/gathered.h"
#include "store/home.h"

enum {
    ROW_ADD,
    ROW_UPDATE,
    ROW_FIND,
    ROW_AT_HOME,
    ROW_OF_KEY,
    ROW_VOID,
    ROW_LAST,
    ROW_REMOVE,
    ENTRY_ADD,
    ENTRY_OF,
    ENTRY_LAST,
    ENTRY_REMOVE,
    STATEMENTS
};

static const struct statement statements[] = {
    [ROW_ADD] = {"obligation_add",
                 "INSERT INTO obligation (" LEDGER_ROW_COLUMNS
                 ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, "
                 "$12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)",
                 NULL},
    [ROW_UPDATE] =
        {"obligation_update",
         "UPDATE obligation SET state = $1, opened_us = $2, due_us = $3, warn_us = $4, "
         "decided_us = $5, fulfilled_us = $6, day = $7, owed_minor = $8, owed_currency = $9, "
         "owed_count = $10, team = $11, person = $12 WHERE id = $13 AND home_id = $14",
         NULL},
    [ROW_FIND] = {"obligation_find", "SELECT " LEDGER_ROW_COLUMNS " FROM obligation WHERE id = $1",
                  NULL},
    [ROW_AT_HOME] = {"obligation_at_home",
                     "SELECT " LEDGER_ROW_COLUMNS " FROM obligation WHERE id = $1 AND home_id = $2",
                     NULL},
    [ROW_OF_KEY] = {"obligation_of_key",
                    "SELECT " LEDGER_ROW_COLUMNS
                    " FROM obligation WHERE key = $1 AND home_id = $2 ORDER BY id",
                    NULL},
    [ROW_VOID] = {"obligation_void_of_key",
                  "SELECT " LEDGER_ROW_COLUMNS
                  " FROM obligation WHERE key = $1 AND home_id = $2 AND state = 5 ORDER BY id",
                  NULL},
    [ROW_LAST] = {"obligation_last", "SELECT id FROM obligation ORDER BY id DESC LIMIT 1", NULL},
    [ROW_REMOVE] = {"obligation_remove", "DELETE FROM obligation WHERE id = $1 AND home_id = $2",
                    NULL},
    [ENTRY_REMOVE] = {"obligation_entry_remove",
                      "DELETE FROM obligation_entry WHERE obligation_id = $1 AND home_id = $2",
                      NULL},
    [ENTRY_ADD] = {"obligation_entry_add",
                   "INSERT INTO obligation_entry (id, obligation_id, kind, at_us, cause_source, "
                   "cause_id, due_us, "
                   "state, amount_minor, currency, task, unit, home_id) "
                   "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
                   NULL},
    [ENTRY_OF] = {"obligation_entry_of",
                  "SELECT " ENTRY_ROW_COLUMNS
                  " FROM obligation_entry WHERE obligation_id = $1 AND home_id = $2 ORDER BY id",
                  NULL},
    [ENTRY_LAST] = {"obligation_entry_last",
                    "SELECT id FROM obligation_entry ORDER BY id DESC LIMIT 1", NULL},
};
const struct statement_table ledger_row_statements = {statements, STATEMENTS};

static void bind_moment(struct query *q, int parameter, int64_t us)
{
    if (us == MOMENT_NEVER) {
        query_bind_null(q, parameter);
    } else {
        query_bind_int(q, parameter, us);
    }
}

static int64_t moment_column(const struct query *q, int column)
{
    return query_is_null(q, column) ? MOMENT_NEVER : query_int(q, column);
}

static void bind_day(struct query *q, int parameter, const struct ledger_row *row)
{
    if (row->has_day) {
        query_bind_int(q, parameter, row->day);
    } else {
        query_bind_null(q, parameter);
    }
}

struct row_list {
    const struct ledger_row *const *rows;
};

static void bind_row(struct query *q, size_t i, void *context)
{
    const struct ledger_row *row = ((const struct row_list *)context)->rows[i];
    query_bind_int(q, 1, row->id);
    query_bind_int(q, 2, row->home_id);
    query_bind_int(q, 3, row->version_id);
    query_bind_text(q, 4, row->promise);
    query_bind_text(q, 5, row->key);
    query_bind_text(q, 6, row->opening_source);
    query_bind_text(q, 7, row->opening_id);
    query_bind_int(q, 8, row->n);
    query_bind_text_or_null(q, 9, row->thread);
    query_bind_text_or_null(q, 10, row->customer);
    query_bind_text_or_null(q, 11, row->channel);
    query_bind_text_or_null(q, 12, row->team);
    query_bind_text_or_null(q, 13, row->person);
    query_bind_int(q, 14, row->state);
    query_bind_int(q, 15, row->opened_us);
    bind_moment(q, 16, row->due_us);
    bind_moment(q, 17, row->warn_us);
    bind_moment(q, 18, row->decided_us);
    bind_moment(q, 19, row->fulfilled_us);
    bind_day(q, 20, row);
    query_bind_int(q, 21, row->owed_minor);
    query_bind_text_or_null(q, 22, row->owed_currency);
    query_bind_int(q, 23, row->owed_count);
}

static void bind_change(struct query *q, size_t i, void *context)
{
    const struct ledger_row *row = ((const struct row_list *)context)->rows[i];
    query_bind_int(q, 1, row->state);
    query_bind_int(q, 2, row->opened_us);
    bind_moment(q, 3, row->due_us);
    bind_moment(q, 4, row->warn_us);
    bind_moment(q, 5, row->decided_us);
    bind_moment(q, 6, row->fulfilled_us);
    bind_day(q, 7, row);
    query_bind_int(q, 8, row->owed_minor);
    query_bind_text_or_null(q, 9, row->owed_currency);
    query_bind_int(q, 10, row->owed_count);
    query_bind_text_or_null(q, 11, row->team);
    query_bind_text_or_null(q, 12, row->person);
    query_bind_int(q, 13, row->id);
    query_bind_int(q, 14, row->home_id);
}

enum err ledger_rows_add(struct database *db, const struct ledger_row *const *rows, size_t count,
                         struct err_info *info)
{
    return query_many(db,
                      &(struct executions){.statement = &statements[ROW_ADD],
                                           .gathered = &gathered[OBLIGATION_ADD_MANY],
                                           .count = count,
                                           .context = &(struct row_list){rows},
                                           .bind = bind_row},
                      info);
}

enum err ledger_rows_update(struct database *db, const struct ledger_row *const *rows, size_t count,
                            struct err_info *info)
{
    return query_many(db,
                      &(struct executions){.statement = &statements[ROW_UPDATE],
                                           .gathered = &gathered[OBLIGATION_UPDATE_MANY],
                                           .count = count,
                                           .context = &(struct row_list){rows},
                                           .bind = bind_change},
                      info);
}

void ledger_row_read(const struct query *q, struct arena *arena, struct ledger_row *row)
{
    *row = (struct ledger_row){
        .id = query_int(q, 0),
        .home_id = query_int(q, 1),
        .version_id = query_int(q, 2),
        .promise = arena_text(arena, query_text(q, 3)),
        .key = arena_text(arena, query_text(q, 4)),
        .opening_source = arena_text(arena, query_text(q, 5)),
        .opening_id = arena_text(arena, query_text(q, 6)),
        .n = (uint32_t)query_int(q, 7),
        .thread = arena_text(arena, query_text(q, 8)),
        .customer = arena_text(arena, query_text(q, 9)),
        .channel = arena_text(arena, query_text(q, 10)),
        .team = arena_text(arena, query_text(q, 11)),
        .person = arena_text(arena, query_text(q, 12)),
        .state = (enum state)query_int(q, 13),
        .opened_us = query_int(q, 14),
        .due_us = moment_column(q, 15),
        .warn_us = moment_column(q, 16),
        .decided_us = moment_column(q, 17),
        .fulfilled_us = moment_column(q, 18),
        .has_day = !query_is_null(q, 19),
        .day = (int32_t)query_int(q, 19),
        .owed_minor = query_int(q, 20),
        .owed_currency = arena_text(arena, query_text(q, 21)),
        .owed_count = (uint32_t)query_int(q, 22),
    };
}

enum err ledger_row_find(struct database *db, int64_t id, struct arena *arena,
                         struct ledger_row *ret, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[ROW_FIND]);
    query_bind_int(&q, 1, id);
    bool row;
    enum err e = query_row(&q, &row, info);
    if (e) {
        return e;
    }
    if (!row) {
        return err_set(info, ERR_NOT_FOUND, "there is no such obligation");
    }
    ledger_row_read(&q, arena, ret);
    return ERR_NONE;
}

struct reading {
    struct ledger_row *rows;
    size_t found;
    struct arena *arena;
};

static void bind_id(struct query *q, size_t i, void *context)
{
    const struct ledger_row *row = &((const struct reading *)context)->rows[i];
    query_bind_int(q, 1, row->id);
    query_bind_int(q, 2, row->home_id);
}

static enum err read_row(struct query *q, size_t i, void *context, struct err_info *info)
{
    (void)info;
    struct reading *reading = context;
    ledger_row_read(q, reading->arena, &reading->rows[i]);
    reading->found++;
    return ERR_NONE;
}

enum err ledger_rows_read(struct database *db, struct ledger_row *rows, size_t count,
                          struct arena *arena, struct err_info *info)
{
    struct reading reading = {.rows = rows, .arena = arena};
    enum err e = query_many(db,
                            &(struct executions){.statement = &statements[ROW_AT_HOME],
                                                 .gathered = &gathered[OBLIGATION_AT_HOME_MANY],
                                                 .count = count,
                                                 .context = &reading,
                                                 .bind = bind_id,
                                                 .row = read_row},
                            info);
    return e || reading.found == count
               ? e
               : err_set(info, ERR_INTERNAL, "a state names an obligation that is not there");
}

/* All rows that the query gives, as an array in the arena of things of that size. */
static enum err read_all(struct query *q, struct arena *arena, size_t size,
                         void (*read)(const struct query *q, struct arena *arena, void *ret),
                         void **ret, size_t *ret_count, struct err_info *info)
{
    char *rows = NULL;
    size_t count = 0;
    for (size_t capacity = 0;;) {
        bool row;
        enum err e = query_row(q, &row, info);
        if (e) {
            return e;
        }
        if (!row) {
            *ret = rows;
            *ret_count = count;
            return ERR_NONE;
        }
        if (count == capacity) {
            capacity = capacity ? capacity * 2 : 16;
            rows = arena_grow(arena, rows, count, capacity, size);
        }
        read(q, arena, rows + size * count++);
    }
}

static void read_ledger_row(const struct query *q, struct arena *arena, void *ret)
{
    ledger_row_read(q, arena, ret);
}

static enum err rows_of(struct database *db, int statement, struct text key, struct arena *arena,
                        struct ledger_row **ret, size_t *ret_count, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[statement]);
    query_bind_text(&q, 1, key);
    query_bind_int(&q, 2, home_of(key));
    void *rows;
    enum err e =
        read_all(&q, arena, sizeof(struct ledger_row), read_ledger_row, &rows, ret_count, info);
    if (!e) {
        *ret = rows;
    }
    return e;
}

enum err ledger_row_of_key(struct database *db, struct text key, struct arena *arena,
                           struct ledger_row **ret, size_t *ret_count, struct err_info *info)
{
    return rows_of(db, ROW_OF_KEY, key, arena, ret, ret_count, info);
}

enum err ledger_row_void(struct database *db, struct text key, struct arena *arena,
                         struct ledger_row **ret, size_t *ret_count, struct err_info *info)
{
    return rows_of(db, ROW_VOID, key, arena, ret, ret_count, info);
}

static enum err last_id(struct database *db, int statement, int64_t *ret, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[statement]);
    bool row;
    enum err e = query_row(&q, &row, info);
    if (!e) {
        *ret = row ? query_int(&q, 0) : 0;
    }
    return e;
}

enum err ledger_row_last(struct database *db, int64_t *ret, struct err_info *info)
{
    return last_id(db, ROW_LAST, ret, info);
}

/* -- entries -- */

struct entry_list {
    const struct entry_row *const *rows;
};

static void bind_entry(struct query *q, size_t i, void *context)
{
    const struct entry_row *row = ((const struct entry_list *)context)->rows[i];
    query_bind_int(q, 1, row->id);
    query_bind_int(q, 2, row->obligation_id);
    query_bind_int(q, 3, row->kind);
    query_bind_int(q, 4, row->at_us);
    query_bind_text_or_null(q, 5, row->cause_source);
    query_bind_text_or_null(q, 6, row->cause_id);
    bind_moment(q, 7, row->due_us);
    query_bind_int(q, 8, row->state);
    if (row->currency.len) {
        query_bind_int(q, 9, row->amount_minor);
    } else {
        query_bind_null(q, 9);
    }
    query_bind_text_or_null(q, 10, row->currency);
    query_bind_text_or_null(q, 11, row->task);
    query_bind_int(q, 12, row->unit);
    query_bind_int(q, 13, row->home_id);
}

enum err entry_rows_add(struct database *db, const struct entry_row *const *rows, size_t count,
                        struct err_info *info)
{
    return query_many(db,
                      &(struct executions){.statement = &statements[ENTRY_ADD],
                                           .gathered = &gathered[ENTRY_ADD_MANY],
                                           .count = count,
                                           .context = &(struct entry_list){rows},
                                           .bind = bind_entry},
                      info);
}

void entry_row_read(const struct query *q, struct arena *arena, struct entry_row *ret)
{
    *ret = (struct entry_row){
        .id = query_int(q, 0),
        .obligation_id = query_int(q, 1),
        .kind = (enum entry_kind)query_int(q, 2),
        .at_us = query_int(q, 3),
        .cause_source = arena_text(arena, query_text(q, 4)),
        .cause_id = arena_text(arena, query_text(q, 5)),
        .due_us = moment_column(q, 6),
        .state = (enum state)query_int(q, 7),
        .amount_minor = query_int(q, 8),
        .currency = arena_text(arena, query_text(q, 9)),
        .task = arena_text(arena, query_text(q, 10)),
        .unit = (uint32_t)query_int(q, 11),
        .home_id = query_int(q, 12),
    };
}

static void read_entry_row(const struct query *q, struct arena *arena, void *ret)
{
    entry_row_read(q, arena, ret);
}

enum err entry_row_of(struct database *db, int64_t obligation_id, int64_t home_id,
                      struct arena *arena, struct entry_row **ret, size_t *ret_count,
                      struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[ENTRY_OF]);
    query_bind_int(&q, 1, obligation_id);
    query_bind_int(&q, 2, home_id);
    void *rows;
    enum err e =
        read_all(&q, arena, sizeof(struct entry_row), read_entry_row, &rows, ret_count, info);
    if (!e) {
        *ret = rows;
    }
    return e;
}

enum err entry_row_last(struct database *db, int64_t *ret, struct err_info *info)
{
    return last_id(db, ENTRY_LAST, ret, info);
}

static enum err remove_of(struct database *db, int statement, int64_t id, int64_t home_id,
                          struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[statement]);
    query_bind_int(&q, 1, id);
    query_bind_int(&q, 2, home_id);
    return query_run(&q, info);
}

static enum err move_entries(struct database *db, const struct ledger_row *row, int64_t from,
                             struct err_info *info)
{
    struct arena arena CLEANUP(arena_release) = {0};
    struct entry_row *entries;
    size_t count = 0;
    enum err e = entry_row_of(db, row->id, from, &arena, &entries, &count, info);
    const struct entry_row **list = ARENA_ARRAY(&arena, const struct entry_row *, count);
    for (size_t i = 0; i < count && !e; i++) {
        entries[i].home_id = row->home_id;
        list[i] = &entries[i];
    }
    e = e ? e : remove_of(db, ENTRY_REMOVE, row->id, from, info);
    return e ? e : entry_rows_add(db, list, count, info);
}

/* Taken out and put in again: where rows lie on several machines, none can be given another home.
 */
enum err ledger_row_move(struct database *db, struct ledger_row *row, struct text key,
                         struct text thread, struct text customer, struct err_info *info)
{
    int64_t from = row->home_id;
    struct ledger_row moved = *row;
    moved.home_id = text_eq(key, row->key) ? from : home_of(key);
    moved.key = key;
    moved.thread = thread;
    moved.customer = customer;
    const struct ledger_row *list[] = {&moved};
    enum err e = remove_of(db, ROW_REMOVE, row->id, from, info);
    e = e ? e : ledger_rows_add(db, list, 1, info);
    e = e || moved.home_id == from ? e : move_entries(db, &moved, from, info);
    if (!e) {
        *row = moved;
    }
    return e;
}
