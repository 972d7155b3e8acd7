#include "feature/access/token.h"

#include "base/id.h"
#include "feature/access/rows.h"
#include "store/sharing.h"

#include <sodium.h>
#include <stdio.h>

enum { TOKEN_ADD, TOKEN_REVOKE, TOKEN_USED, TOKEN_LIST, STATEMENTS };
#define COLUMNS                                                                         \
    "id, name, hash, scopes, created_us, expires_us, revoked_us, used_us, created_by, " \
    "maker_kind, maker_id"

static const struct statement statements[] = {
    [TOKEN_ADD] = {"token_add",
                   "INSERT INTO token (id, name, hash, scopes, created_us, expires_us, created_by, "
                   "maker_kind, maker_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                   NULL},
    [TOKEN_REVOKE] = {"token_revoke",
                      "UPDATE token SET revoked_us = coalesce(revoked_us, $1) WHERE id = $2", NULL},
    [TOKEN_USED] = {"token_used", "UPDATE token SET used_us = $1 WHERE id = $2", NULL},
    [TOKEN_LIST] = {"token_list", "SELECT " COLUMNS " FROM token ORDER BY id DESC", NULL},
};
const struct statement_table token_statements = {statements, STATEMENTS};

void token_draw(char ret_secret[TOKEN_TEXT_SIZE])
{
    unsigned char bytes[32];
    randombytes_buf(bytes, sizeof(bytes));
    char letters[TOKEN_TEXT_SIZE - 6];
    sodium_bin2base64(letters, sizeof(letters), bytes, sizeof(bytes),
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    snprintf(ret_secret, TOKEN_TEXT_SIZE, "troth_%s", letters);
    sodium_memzero(letters, sizeof(letters));
    sodium_memzero(bytes, sizeof(bytes));
}

void token_hash(struct text secret, unsigned char ret_hash[TOKEN_HASH_BYTES])
{
    (void)crypto_generichash(ret_hash, TOKEN_HASH_BYTES, (const unsigned char *)secret.ptr,
                             secret.len, NULL, 0);
}

enum err token_check_name(struct text name, struct err_info *info)
{
    bool fits = name.len >= 1 && name.len <= TOKEN_NAME_MAX && text_utf8_valid(name) == name.len;
    for (size_t i = 0; i < name.len && fits; i++) {
        fits = (unsigned char)name.ptr[i] >= ' ' && name.ptr[i] != 0x7f;
    }
    return fits ? ERR_NONE
                : err_field(info, ERR_INVALID, "name",
                            "A token needs a name of 1 to %d bytes, without control characters: "
                            "say which program uses it.",
                            TOKEN_NAME_MAX);
}

static enum err add(struct database *db, const struct token *t, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[TOKEN_ADD]);
    query_bind_int(&q, 1, t->id);
    query_bind_text(&q, 2, t->name);
    query_bind_bytes(&q, 3, (struct text){(const char *)t->hash, TOKEN_HASH_BYTES});
    query_bind_text(&q, 4, t->scopes);
    query_bind_int(&q, 5, t->created_us);
    if (t->expires_us == MOMENT_NEVER) {
        query_bind_null(&q, 6);
    } else {
        query_bind_int(&q, 6, t->expires_us);
    }
    query_bind_text(&q, 7, t->created_by);
    if (t->maker.kind) {
        query_bind_int(&q, 8, t->maker.kind);
        query_bind_int(&q, 9, t->maker.id);
    } else {
        query_bind_null(&q, 8);
        query_bind_null(&q, 9);
    }
    return query_run(&q, info);
}

enum err token_create(struct database *db, struct text name, struct text scopes,
                      struct token_giver giver, int64_t expires_us, int64_t now_us,
                      struct arena *arena, struct token *ret, char ret_secret[TOKEN_TEXT_SIZE],
                      struct err_info *info)
{
    struct token t = {.name = name,
                      .created_us = now_us,
                      .expires_us = expires_us,
                      .revoked_us = MOMENT_NEVER,
                      .used_us = MOMENT_BEFORE_ALL,
                      .created_by = giver.name,
                      .maker = giver.maker};
    struct token *known;
    size_t count;
    enum err e = token_check_name(name, info);
    permission_set wanted = 0;
    e = e ? e : permission_check(scopes, "scopes", &wanted, info);
    if (!e && !permission_may_give(giver.may, wanted)) {
        e = err_field(info, ERR_FORBIDDEN, "scopes",
                      "A token may do no more than you may do yourself.");
    }
    t.scopes = permission_words(arena, wanted);
    e = e ? e : token_list(db, arena, &known, &count, info);
    if (e) {
        return e;
    }
    if (expires_us <= now_us) {
        return err_field(info, ERR_INVALID, "expires", "The token would have expired already.");
    }
    if (count >= TOKENS_MAX) {
        return err_set(info, ERR_LIMIT, "There are %d tokens: use one of them.", TOKENS_MAX);
    }
    struct id_source ids = id_source(database_node(db), count ? known[0].id : 0);
    char secret[TOKEN_TEXT_SIZE];
    token_draw(secret);
    token_hash(text_of(secret), t.hash);
    t.id = id_next(&ids, now_us);
    e = add(db, &t, info);
    if (!e) {
        *ret = t;
        memcpy(ret_secret, secret, sizeof(secret));
    }
    sodium_memzero(secret, sizeof(secret));
    return e;
}

static enum err is_not_there(struct err_info *info)
{
    return err_field(info, ERR_NOT_FOUND, "id",
                     "There is no such token. \"troth token list\" shows them.");
}

enum err token_revoke(struct database *db, int64_t id, int64_t now_us, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[TOKEN_REVOKE]);
    query_bind_int(&q, 1, now_us);
    query_bind_int(&q, 2, id);
    enum err e = query_run(&q, info);
    return !e && database_changes(db) == 0 ? is_not_there(info) : e;
}

void token_hash_read(struct text bytes, unsigned char ret_hash[TOKEN_HASH_BYTES])
{
    memset(ret_hash, 0, TOKEN_HASH_BYTES);
    memcpy(ret_hash, bytes.ptr, bytes.len < TOKEN_HASH_BYTES ? bytes.len : TOKEN_HASH_BYTES);
}

static void read_token(const struct query *q, struct arena *arena, void *to)
{
    struct token *t = to;
    *t = (struct token){
        .id = query_int(q, 0),
        .name = arena_text(arena, query_text(q, 1)),
        .scopes = arena_text(arena, query_text(q, 3)),
        .created_us = query_int(q, 4),
        .expires_us = query_is_null(q, 5) ? MOMENT_NEVER : query_int(q, 5),
        .revoked_us = query_is_null(q, 6) ? MOMENT_NEVER : query_int(q, 6),
        .used_us = query_is_null(q, 7) ? MOMENT_BEFORE_ALL : query_int(q, 7),
        .created_by = arena_text(arena, query_text(q, 8)),
        .maker = {query_is_null(q, 9) ? IDENTITY_NONE : (enum identity_kind)query_int(q, 9),
                  query_is_null(q, 10) ? 0 : query_int(q, 10)},
    };
    token_hash_read(query_bytes(q, 2), t->hash);
}

enum err token_used(struct database *db, int64_t id, int64_t now_us, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[TOKEN_USED]);
    query_bind_int(&q, 1, now_us);
    query_bind_int(&q, 2, id);
    return query_run(&q, info);
}

enum err token_list(struct database *db, struct arena *arena, struct token **ret, size_t *ret_count,
                    struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[TOKEN_LIST]);
    struct rows rows = {.arena = arena, .row_size = sizeof(**ret), .read = read_token};
    enum err e = rows_read(&q, &rows, info);
    if (!e) {
        *ret = rows.list;
        *ret_count = rows.count;
    }
    return e;
}

enum err token_find(struct database *db, int64_t id, struct arena *arena, struct token *ret,
                    struct err_info *info)
{
    struct token *list = NULL;
    size_t count = 0;
    enum err e = token_list(db, arena, &list, &count, info);
    for (size_t i = 0; i < count && !e; i++) {
        if (list[i].id == id) {
            *ret = list[i];
            return ERR_NONE;
        }
    }
    return e ? e : is_not_there(info);
}
