#include "feature/access/session.h"

#include "feature/access/rows.h"

#include <sodium.h>

enum {
    LINK_ADD,
    LINK_COUNT,
    LINK_FIND,
    LINK_FORGET,
    LINK_FORGET_OF,
    LINK_DELETE,
    PERSON_SEEN,
    SESSION_ADD,
    SESSION_COUNT,
    SESSION_FIND,
    SESSION_FORGET,
    SESSION_LIST,
    SESSION_LIST_OF,
    SESSION_REVOKE,
    SESSION_REVOKE_ALL,
    SESSION_SEEN,
    STATEMENTS
};

static const struct statement statements[] = {
    [LINK_ADD] = {"link_add",
                  "INSERT INTO sign_in_link (hash, created_us, expires_us, staff_id, purpose) "
                  "VALUES ($1, $2, $3, $4, $5)",
                  NULL},
    [LINK_COUNT] = {"link_count", "SELECT count(*) FROM sign_in_link", NULL},
    [LINK_FORGET] = {"link_forget", "DELETE FROM sign_in_link WHERE expires_us <= $1", NULL},
    [LINK_FIND] = {"link_find",
                   "SELECT staff_id FROM sign_in_link WHERE hash = $1 AND expires_us > $2 AND "
                   "purpose = $3 AND staff_id IS NOT NULL",
                   NULL},
    [LINK_FORGET_OF] = {"link_forget_of", "DELETE FROM sign_in_link WHERE staff_id = $1", NULL},
    [LINK_DELETE] = {"link_use", "DELETE FROM sign_in_link WHERE hash = $1 AND expires_us > $2",
                     NULL},
    [PERSON_SEEN] = {"person_seen",
                     "UPDATE staff SET seen_us = $1 "
                     "WHERE id = (SELECT staff_id FROM session WHERE id = $2)",
                     NULL},
    [SESSION_ADD] = {"session_add",
                     "INSERT INTO session (id, hash, created_us, seen_us, expires_us, staff_id, "
                     "agent, address, method) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                     NULL},
    [SESSION_COUNT] = {"session_count", "SELECT count(*) FROM session", NULL},
    [SESSION_FIND] = {"session_find",
                      "SELECT id, hash, created_us, seen_us, expires_us, revoked_us, staff_id, "
                      "agent, address, method FROM session WHERE id = $1 AND staff_id IS NOT NULL",
                      NULL},
    [SESSION_FORGET] = {"session_forget", "DELETE FROM session WHERE expires_us <= $1", NULL},
    [SESSION_LIST] = {"session_list",
                      "SELECT id, hash, created_us, seen_us, expires_us, revoked_us, staff_id, "
                      "agent, address, method FROM session "
                      "WHERE expires_us > $1 AND staff_id IS NOT NULL ORDER BY created_us DESC, id",
                      NULL},
    [SESSION_LIST_OF] = {"session_list_of",
                         "SELECT id, hash, created_us, seen_us, expires_us, revoked_us, staff_id, "
                         "agent, address, method FROM session WHERE staff_id = $1 AND "
                         "expires_us > $2 AND revoked_us IS NULL ORDER BY created_us DESC, id",
                         NULL},
    [SESSION_REVOKE] = {"session_revoke",
                        "UPDATE session SET revoked_us = coalesce(revoked_us, $1) WHERE id = $2",
                        NULL},
    [SESSION_REVOKE_ALL] = {"session_revoke_all",
                            "UPDATE session SET revoked_us = $1 WHERE staff_id = $2 AND id <> $3 "
                            "AND revoked_us IS NULL",
                            NULL},
    [SESSION_SEEN] = {"session_seen", "UPDATE session SET seen_us = $1 WHERE id = $2", NULL},
};
const struct statement_table session_statements = {statements, STATEMENTS};

static struct text hash_text(const unsigned char hash[TOKEN_HASH_BYTES])
{
    return (struct text){(const char *)hash, TOKEN_HASH_BYTES};
}

static int64_t id_of(const unsigned char hash[TOKEN_HASH_BYTES])
{
    uint64_t bits;
    memcpy(&bits, hash, sizeof(bits));
    return (int64_t)(bits >> 1) | 1;
}

/* Forgets what has ended; then there is room for one more. */
static enum err make_room(struct database *db, int forget, int count, int64_t most, int64_t now_us,
                          struct err_info *info)
{
    struct query old CLEANUP(query_end) = query_begin(db, &statements[forget]);
    query_bind_int(&old, 1, now_us);
    enum err e = query_run(&old, info);
    if (e) {
        return e;
    }
    struct query q CLEANUP(query_end) = query_begin(db, &statements[count]);
    bool row;
    e = query_row(&q, &row, info);
    if (!e && query_int(&q, 0) >= most) {
        e = err_set(info, ERR_LIMIT, "There are %lld already. Wait until some have ended.",
                    (long long)most);
    }
    return e;
}

static const struct {
    const char *name;
    int64_t life_us;
} purposes[] = {
    [LINK_ENTER] = {"enter", LINK_LIFE_US},
    [LINK_INVITE] = {"invite", LINK_INVITE_LIFE_US},
    [LINK_RESET] = {"reset", LINK_RESET_LIFE_US},
};

int64_t link_life_us(enum link_purpose purpose)
{
    return purposes[purpose].life_us;
}

enum err link_make(struct database *db, int64_t staff_id, enum link_purpose purpose, int64_t now_us,
                   char ret_code[TOKEN_TEXT_SIZE], struct err_info *info)
{
    enum err e = make_room(db, LINK_FORGET, LINK_COUNT, LINKS_MAX, now_us, info);
    if (e) {
        return e;
    }
    unsigned char hash[TOKEN_HASH_BYTES];
    token_draw(ret_code);
    token_hash(text_of(ret_code), hash);
    struct query q CLEANUP(query_end) = query_begin(db, &statements[LINK_ADD]);
    query_bind_bytes(&q, 1, hash_text(hash));
    query_bind_int(&q, 2, now_us);
    query_bind_int(&q, 3, now_us + purposes[purpose].life_us);
    query_bind_int(&q, 4, staff_id);
    query_bind_text(&q, 5, text_of(purposes[purpose].name));
    return query_run(&q, info);
}

static enum err link_is_gone(struct err_info *info)
{
    return err_field(info, ERR_FORBIDDEN, "code",
                     "This link was used already, or is too old. Ask for a new one.");
}

enum err link_find(struct database *db, struct text code, enum link_purpose purpose, int64_t now_us,
                   int64_t *ret_staff_id, struct err_info *info)
{
    unsigned char hash[TOKEN_HASH_BYTES];
    token_hash(code, hash);
    struct query q CLEANUP(query_end) = query_begin(db, &statements[LINK_FIND]);
    query_bind_bytes(&q, 1, hash_text(hash));
    query_bind_int(&q, 2, now_us);
    query_bind_text(&q, 3, text_of(purposes[purpose].name));
    bool row;
    enum err e = query_row(&q, &row, info);
    if (!e && !row) {
        e = link_is_gone(info);
    }
    if (!e) {
        *ret_staff_id = query_int(&q, 0);
    }
    return e;
}

/* Of two browsers at once, on two servers even, one deletes the row. */
enum err link_use(struct database *db, struct text code, enum link_purpose purpose, int64_t now_us,
                  int64_t *ret_staff_id, struct err_info *info)
{
    int64_t staff_id;
    unsigned char hash[TOKEN_HASH_BYTES];
    enum err e = link_find(db, code, purpose, now_us, &staff_id, info);
    if (e) {
        return e;
    }
    token_hash(code, hash);
    struct query q CLEANUP(query_end) = query_begin(db, &statements[LINK_DELETE]);
    query_bind_bytes(&q, 1, hash_text(hash));
    query_bind_int(&q, 2, now_us);
    e = query_run(&q, info);
    if (!e && database_changes(db) == 0) {
        return link_is_gone(info);
    }
    if (!e) {
        *ret_staff_id = staff_id;
    }
    return e;
}

enum err link_forget(struct database *db, int64_t staff_id, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[LINK_FORGET_OF]);
    query_bind_int(&q, 1, staff_id);
    return query_run(&q, info);
}

/* At most so many bytes, never half a letter. */
static struct text cut(struct text t, size_t most)
{
    if (t.len > most) {
        t.len = most;
        t.len = text_utf8_valid(t);
    }
    return t;
}

static enum err set_moment(struct database *db, int statement, int64_t id, int64_t now_us,
                           struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[statement]);
    query_bind_int(&q, 1, now_us);
    query_bind_int(&q, 2, id);
    return query_run(&q, info);
}

enum err session_begin(struct database *db, const struct session_start *start, int64_t now_us,
                       char ret_cookie[TOKEN_TEXT_SIZE], int64_t *ret_id, struct err_info *info)
{
    enum err e = make_room(db, SESSION_FORGET, SESSION_COUNT, SESSIONS_MAX, now_us, info);
    if (e) {
        return e;
    }
    unsigned char hash[TOKEN_HASH_BYTES];
    token_draw(ret_cookie);
    token_hash(text_of(ret_cookie), hash);
    struct query q CLEANUP(query_end) = query_begin(db, &statements[SESSION_ADD]);
    query_bind_int(&q, 1, id_of(hash));
    query_bind_bytes(&q, 2, hash_text(hash));
    query_bind_int(&q, 3, now_us);
    query_bind_int(&q, 4, now_us);
    query_bind_int(&q, 5, now_us + SESSION_LIFE_US);
    query_bind_int(&q, 6, start->staff_id);
    query_bind_text_or_null(&q, 7, cut(start->agent, SESSION_AGENT_MAX));
    query_bind_text_or_null(&q, 8, start->address);
    query_bind_text(&q, 9, text_of(start->method));
    e = query_run(&q, info);
    e = e ? e : set_moment(db, PERSON_SEEN, id_of(hash), now_us, info);
    if (!e && ret_id) {
        *ret_id = id_of(hash);
    }
    return e;
}

static enum err is_not_there(struct err_info *info)
{
    return err_field(info, ERR_NOT_FOUND, "id",
                     "There is no such session. GET /api/v1/sessions lists them.");
}

enum err session_revoke(struct database *db, int64_t id, int64_t now_us, struct err_info *info)
{
    enum err e = set_moment(db, SESSION_REVOKE, id, now_us, info);
    return !e && database_changes(db) == 0 ? is_not_there(info) : e;
}

enum err session_revoke_all(struct database *db, int64_t staff_id, int64_t but_id, int64_t now_us,
                            struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[SESSION_REVOKE_ALL]);
    query_bind_int(&q, 1, now_us);
    query_bind_int(&q, 2, staff_id);
    query_bind_int(&q, 3, but_id);
    return query_run(&q, info);
}

enum err session_seen(struct database *db, int64_t id, int64_t now_us, struct err_info *info)
{
    enum err e = set_moment(db, SESSION_SEEN, id, now_us, info);
    return e ? e : set_moment(db, PERSON_SEEN, id, now_us, info);
}

static void read_session(const struct query *q, struct arena *arena, void *to)
{
    struct session *s = to;
    *s = (struct session){
        .id = query_int(q, 0),
        .created_us = query_int(q, 2),
        .seen_us = query_int(q, 3),
        .expires_us = query_int(q, 4),
        .revoked_us = query_is_null(q, 5) ? MOMENT_NEVER : query_int(q, 5),
        .staff_id = query_int(q, 6),
        .agent = arena_text(arena, query_text(q, 7)),
        .address = arena_text(arena, query_text(q, 8)),
        .method = arena_text(arena, query_text(q, 9)),
    };
    token_hash_read(query_bytes(q, 1), s->hash);
}

enum err session_find(struct database *db, int64_t id, struct arena *arena, struct session *ret,
                      struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[SESSION_FIND]);
    query_bind_int(&q, 1, id);
    bool row;
    enum err e = query_row(&q, &row, info);
    if (!e && row) {
        read_session(&q, arena, ret);
    }
    return e || row ? e : is_not_there(info);
}

enum err session_list(struct database *db, int64_t now_us, struct arena *arena,
                      struct session **ret, size_t *ret_count, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[SESSION_LIST]);
    query_bind_int(&q, 1, now_us);
    struct rows rows = {.arena = arena, .row_size = sizeof(**ret), .read = read_session};
    enum err e = rows_read(&q, &rows, info);
    if (!e) {
        *ret = rows.list;
        *ret_count = rows.count;
    }
    return e;
}

enum err session_list_of(struct database *db, int64_t staff_id, int64_t now_us, struct arena *arena,
                         struct session **ret, size_t *ret_count, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[SESSION_LIST_OF]);
    query_bind_int(&q, 1, staff_id);
    query_bind_int(&q, 2, now_us);
    struct rows rows = {.arena = arena, .row_size = sizeof(**ret), .read = read_session};
    enum err e = rows_read(&q, &rows, info);
    if (!e) {
        *ret = rows.list;
        *ret_count = rows.count;
    }
    return e;
}
