#include "feature/oidc/provider.h"

#include "base/id.h"
#include "store/sharing.h"

#include <sodium.h>

enum { PROVIDER_ADD, PROVIDER_FIND, PROVIDER_LIST, PROVIDER_REMOVE, PROVIDER_WRITE, STATEMENTS };
#define COLUMNS \
    "id, name, issuer, client_id, secret, domains, enrols, role_id, created_us, changed_us"
static const struct statement statements[] = {
    [PROVIDER_ADD] = {"provider_add",
                      "INSERT INTO sign_in_provider (" COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6, "
                      "$7, $8, $9, $10) ON CONFLICT (issuer) DO NOTHING",
                      NULL},
    [PROVIDER_FIND] = {"provider_find", "SELECT " COLUMNS " FROM sign_in_provider WHERE id = $1",
                       NULL},
    [PROVIDER_LIST] = {"provider_list", "SELECT " COLUMNS " FROM sign_in_provider ORDER BY id",
                       NULL},
    [PROVIDER_REMOVE] = {"provider_remove", "DELETE FROM sign_in_provider WHERE id = $1", NULL},
    [PROVIDER_WRITE] = {"provider_write",
                        "UPDATE sign_in_provider SET name = $1, issuer = $2, client_id = $3, "
                        "secret = $4, domains = $5, enrols = $6, role_id = $7, changed_us = $8 "
                        "WHERE id = $9",
                        NULL},
};
const struct statement_table provider_statements = {statements, STATEMENTS};

static void read_row(const struct query *q, struct arena *arena, struct provider *ret)
{
    *ret = (struct provider){
        .id = query_int(q, 0),
        .name = arena_text(arena, query_text(q, 1)),
        .issuer = arena_text(arena, query_text(q, 2)),
        .client_id = arena_text(arena, query_text(q, 3)),
        .secret = arena_text(arena, query_text(q, 4)),
        .domains = arena_text(arena, query_text(q, 5)),
        .enrols = query_int(q, 6) != 0,
        .role_id = query_is_null(q, 7) ? 0 : query_int(q, 7),
        .created_us = query_int(q, 8),
        .changed_us = query_int(q, 9),
    };
}

enum err provider_list(struct database *db, struct arena *arena, struct provider **ret,
                       size_t *ret_count, struct err_info *info)
{
    struct provider *list = ARENA_ARRAY(arena, struct provider, PROVIDERS_MAX);
    size_t count = 0;
    struct query q CLEANUP(query_end) = query_begin(db, &statements[PROVIDER_LIST]);
    bool row;
    enum err e;
    while (!(e = query_row(&q, &row, info)) && row && count < PROVIDERS_MAX) {
        read_row(&q, arena, &list[count++]);
    }
    if (!e) {
        *ret = list;
        *ret_count = count;
    }
    return e;
}

static enum err is_not_there(struct err_info *info)
{
    return err_field(info, ERR_NOT_FOUND, "id", "There is no such provider.");
}

enum err provider_find(struct database *db, int64_t id, struct arena *arena, struct provider *ret,
                       struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[PROVIDER_FIND]);
    query_bind_int(&q, 1, id);
    bool row;
    enum err e = query_row(&q, &row, info);
    if (!e && !row) {
        return is_not_there(info);
    }
    if (!e) {
        read_row(&q, arena, ret);
    }
    return e;
}

static void bind_role(struct query *q, int parameter, int64_t role_id)
{
    if (role_id) {
        query_bind_int(q, parameter, role_id);
    } else {
        query_bind_null(q, parameter);
    }
}

static enum err issuer_is_taken(struct err_info *info)
{
    return err_field(info, ERR_CONFLICT, "issuer", "There is a provider of this issuer already.");
}

static enum err check_issuer(struct database *db, struct arena *arena, const struct provider *p,
                             int64_t *ret_last_id, struct err_info *info)
{
    struct provider *list;
    size_t count;
    enum err e = provider_list(db, arena, &list, &count, info);
    if (e) {
        return e;
    }
    for (size_t i = 0; i < count; i++) {
        if (list[i].id != p->id && text_eq(list[i].issuer, p->issuer)) {
            return issuer_is_taken(info);
        }
    }
    if (p->id == 0 && count >= PROVIDERS_MAX) {
        return err_set(info, ERR_LIMIT, "There are %d providers already.", PROVIDERS_MAX);
    }
    *ret_last_id = count ? list[count - 1].id : 0;
    return ERR_NONE;
}

enum err provider_add(struct database *db, const struct keyring *keys, struct arena *arena,
                      struct provider *p, int64_t now_us, struct err_info *info)
{
    int64_t last_id = 0;
    enum err e = check_issuer(db, arena, p, &last_id, info);
    if (e) {
        return e;
    }
    struct id_source ids = id_source(database_node(db), last_id);
    p->id = id_next(&ids, now_us);
    p->created_us = p->changed_us = now_us;
    p->secret = provider_seal(p, keys, arena, p->secret);
    struct query q CLEANUP(query_end) = query_begin(db, &statements[PROVIDER_ADD]);
    query_bind_int(&q, 1, p->id);
    query_bind_text(&q, 2, p->name);
    query_bind_text(&q, 3, p->issuer);
    query_bind_text(&q, 4, p->client_id);
    query_bind_text(&q, 5, p->secret);
    query_bind_text(&q, 6, p->domains);
    query_bind_int(&q, 7, p->enrols);
    bind_role(&q, 8, p->role_id);
    query_bind_int(&q, 9, p->created_us);
    query_bind_int(&q, 10, p->changed_us);
    e = query_run(&q, info);
    /* Another server may have added it meanwhile. */
    return !e && database_changes(db) == 0 ? issuer_is_taken(info) : e;
}

enum err provider_write(struct database *db, struct provider *p, int64_t now_us,
                        struct err_info *info)
{
    struct arena arena CLEANUP(arena_release) = {0};
    int64_t last_id;
    enum err e = check_issuer(db, &arena, p, &last_id, info);
    if (e) {
        return e;
    }
    p->changed_us = now_us;
    struct query q CLEANUP(query_end) = query_begin(db, &statements[PROVIDER_WRITE]);
    query_bind_text(&q, 1, p->name);
    query_bind_text(&q, 2, p->issuer);
    query_bind_text(&q, 3, p->client_id);
    query_bind_text(&q, 4, p->secret);
    query_bind_text(&q, 5, p->domains);
    query_bind_int(&q, 6, p->enrols);
    bind_role(&q, 7, p->role_id);
    query_bind_int(&q, 8, p->changed_us);
    query_bind_int(&q, 9, p->id);
    return query_run(&q, info);
}

enum err provider_remove(struct database *db, int64_t id, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[PROVIDER_REMOVE]);
    query_bind_int(&q, 1, id);
    enum err e = query_run(&q, info);
    return !e && database_changes(db) == 0 ? is_not_there(info) : e;
}

/* -- its secret -- */

enum { VARIANT = sodium_base64_VARIANT_URLSAFE_NO_PADDING };

struct text provider_seal(const struct provider *p, const struct keyring *keys, struct arena *arena,
                          struct text secret)
{
    if (secret.len == 0) {
        return TEXT("");
    }
    struct text sealed = keyring_seal(keys, arena, p->id, secret);
    size_t size = sodium_base64_encoded_len(sealed.len, VARIANT);
    char *letters = arena_alloc(arena, size);
    sodium_bin2base64(letters, size, (const unsigned char *)sealed.ptr, sealed.len, VARIANT);
    return text_of(letters);
}

enum err provider_unseal(const struct provider *p, const struct keyring *keys, struct arena *arena,
                         struct text *ret, struct err_info *info)
{
    unsigned char *sealed = arena_alloc(arena, p->secret.len + 1);
    size_t len = 0;
    if (p->secret.len == 0) {
        *ret = TEXT("");
        return ERR_NONE;
    }
    if (sodium_base642bin(sealed, p->secret.len, p->secret.ptr, p->secret.len, NULL, &len, NULL,
                          VARIANT) != 0) {
        len = 0; /* no secret of ours: unsealing says so */
    }
    return keyring_unseal(keys, arena, p->id, (struct text){(const char *)sealed, len}, ret, info);
}

bool provider_speaks_for(const struct provider *p, struct text email)
{
    const char *at = email.len ? memrchr(email.ptr, '@', email.len) : NULL;
    struct text rest = p->domains;
    if (!at) {
        return false;
    }
    struct text domain = {at + 1, email.len - (size_t)(at + 1 - email.ptr)};
    while (rest.len) {
        const char *space = memchr(rest.ptr, ' ', rest.len);
        size_t len = space ? (size_t)(space - rest.ptr) : rest.len;
        if (text_eq((struct text){rest.ptr, len}, domain)) {
            return true;
        }
        size_t step = len + (space != NULL);
        rest = (struct text){rest.ptr + step, rest.len - step};
    }
    return p->domains.len == 0;
}
