#include "feature/passkey/passkey_row.h"

#include "base/id.h"
#include "feature/access/rows.h"
#include "store/sharing.h"

enum {
    PASSKEY_ADD,
    PASSKEY_FIND,
    PASSKEY_LAST,
    PASSKEY_LIST,
    PASSKEY_REMOVE,
    PASSKEY_REMOVE_ALL,
    PASSKEY_RENAME,
    PASSKEY_USED,
    STATEMENTS
};
#define COLUMNS \
    "id, staff_id, credential, algorithm, public_key, sign_count, name, created_us, used_us"
static const struct statement statements[] = {
    [PASSKEY_ADD] = {"passkey_add",
                     "INSERT INTO passkey (id, staff_id, credential, algorithm, public_key, "
                     "sign_count, name, created_us) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) "
                     "ON CONFLICT (credential) DO NOTHING",
                     NULL},
    [PASSKEY_FIND] = {"passkey_find", "SELECT " COLUMNS " FROM passkey WHERE credential = $1",
                      NULL},
    [PASSKEY_LAST] = {"passkey_last", "SELECT coalesce(max(id), 0) FROM passkey", NULL},
    [PASSKEY_LIST] = {"passkey_list",
                      "SELECT " COLUMNS " FROM passkey WHERE staff_id = $1 ORDER BY id", NULL},
    [PASSKEY_REMOVE] = {"passkey_remove", "DELETE FROM passkey WHERE id = $1 AND staff_id = $2",
                        NULL},
    [PASSKEY_REMOVE_ALL] = {"passkey_remove_all", "DELETE FROM passkey WHERE staff_id = $1", NULL},
    [PASSKEY_RENAME] = {"passkey_rename",
                        "UPDATE passkey SET name = $1 WHERE id = $2 AND staff_id = $3", NULL},
    /* Of two uses at once, on two servers even, one counts. */
    [PASSKEY_USED] = {"passkey_used",
                      "UPDATE passkey SET sign_count = $1, used_us = $2 WHERE id = $3 AND "
                      "(sign_count < $4 OR (sign_count = 0 AND $5 = 0))",
                      NULL},
};
const struct statement_table passkey_statements = {statements, STATEMENTS};

static void read_row(const struct query *q, struct arena *arena, void *to)
{
    *(struct passkey *)to = (struct passkey){
        .id = query_int(q, 0),
        .staff_id = query_int(q, 1),
        .key = {.id = arena_text(arena, query_bytes(q, 2)),
                .algorithm = query_int(q, 3),
                .public_key = arena_text(arena, query_bytes(q, 4)),
                .sign_count = query_int(q, 5)},
        .name = arena_text(arena, query_text(q, 6)),
        .created_us = query_int(q, 7),
        .used_us = query_is_null(q, 8) ? MOMENT_NEVER : query_int(q, 8),
    };
}

enum err passkey_list(struct database *db, int64_t staff_id, struct arena *arena,
                      struct passkey **ret, size_t *ret_count, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[PASSKEY_LIST]);
    query_bind_int(&q, 1, staff_id);
    struct rows rows = {.arena = arena, .row_size = sizeof(**ret), .read = read_row};
    enum err e = rows_read(&q, &rows, info);
    if (!e) {
        *ret = rows.list;
        *ret_count = rows.count;
    }
    return e;
}

enum err passkey_find(struct database *db, struct text credential, struct arena *arena,
                      struct passkey *ret, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[PASSKEY_FIND]);
    query_bind_bytes(&q, 1, credential);
    bool row;
    enum err e = query_row(&q, &row, info);
    if (!e && !row) {
        return err_set(info, ERR_NOT_FOUND,
                       "This passkey is not known here (any more). Sign in another way, then add "
                       "it anew.");
    }
    if (!e) {
        read_row(&q, arena, ret);
    }
    return e;
}

static enum err draw_id(struct database *db, int64_t now_us, int64_t *ret, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[PASSKEY_LAST]);
    bool row;
    enum err e = query_row(&q, &row, info);
    if (!e) {
        struct id_source ids = id_source(database_node(db), query_int(&q, 0));
        *ret = id_next(&ids, now_us);
    }
    return e;
}

enum err passkey_add(struct database *db, struct passkey *p, int64_t now_us, struct err_info *info)
{
    struct arena arena CLEANUP(arena_release) = {0};
    struct passkey *list;
    size_t count = 0;
    enum err e = passkey_list(db, p->staff_id, &arena, &list, &count, info);
    if (!e && count >= PASSKEYS_MAX) {
        e = err_set(info, ERR_LIMIT, "You have %d passkeys: remove one first.", PASSKEYS_MAX);
    }
    e = e ? e : draw_id(db, now_us, &p->id, info);
    if (e) {
        return e;
    }
    p->created_us = now_us;
    p->used_us = MOMENT_NEVER;
    struct query q CLEANUP(query_end) = query_begin(db, &statements[PASSKEY_ADD]);
    query_bind_int(&q, 1, p->id);
    query_bind_int(&q, 2, p->staff_id);
    query_bind_bytes(&q, 3, p->key.id);
    query_bind_int(&q, 4, p->key.algorithm);
    query_bind_bytes(&q, 5, p->key.public_key);
    query_bind_int(&q, 6, p->key.sign_count);
    query_bind_text(&q, 7, p->name);
    query_bind_int(&q, 8, now_us);
    e = query_run(&q, info);
    return !e && database_changes(db) == 0
               ? err_set(info, ERR_CONFLICT, "This passkey is known here already.")
               : e;
}

static enum err check_changed(struct database *db, enum err e, struct err_info *info)
{
    return !e && database_changes(db) == 0
               ? err_field(info, ERR_NOT_FOUND, "id", "You have no such passkey.")
               : e;
}

enum err passkey_rename(struct database *db, int64_t staff_id, int64_t id, struct text name,
                        struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[PASSKEY_RENAME]);
    query_bind_text(&q, 1, name);
    query_bind_int(&q, 2, id);
    query_bind_int(&q, 3, staff_id);
    enum err e = query_run(&q, info);
    return check_changed(db, e, info);
}

enum err passkey_remove(struct database *db, int64_t staff_id, int64_t id, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[PASSKEY_REMOVE]);
    query_bind_int(&q, 1, id);
    query_bind_int(&q, 2, staff_id);
    enum err e = query_run(&q, info);
    return check_changed(db, e, info);
}

enum err passkey_remove_all(struct database *db, int64_t staff_id, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[PASSKEY_REMOVE_ALL]);
    query_bind_int(&q, 1, staff_id);
    return query_run(&q, info);
}

enum err passkey_used(struct database *db, int64_t id, int64_t sign_count, int64_t now_us,
                      struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[PASSKEY_USED]);
    query_bind_int(&q, 1, sign_count);
    query_bind_int(&q, 2, now_us);
    query_bind_int(&q, 3, id);
    query_bind_int(&q, 4, sign_count);
    query_bind_int(&q, 5, sign_count);
    enum err e = query_run(&q, info);
    return !e && database_changes(db) == 0
               ? err_set(info, ERR_CONFLICT, "This passkey was used at the same time. Try again.")
               : e;
}
