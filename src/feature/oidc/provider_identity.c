#include "feature/oidc/provider_identity.h"

enum {
    IDENTITY_BIND,
    IDENTITY_FIND,
    IDENTITY_FORGET,
    IDENTITY_FORGET_ONE,
    IDENTITY_OF_STAFF,
    STATEMENTS
};
static const struct statement statements[] = {
    [IDENTITY_BIND] = {"provider_identity_bind",
                       "INSERT INTO provider_identity (issuer, subject, staff_id, created_us) "
                       "VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
                       NULL},
    [IDENTITY_FIND] = {"provider_identity_find",
                       "SELECT staff_id FROM provider_identity WHERE issuer = $1 AND subject = $2",
                       NULL},
    [IDENTITY_FORGET] = {"provider_identity_forget",
                         "DELETE FROM provider_identity WHERE staff_id = $1", NULL},
    [IDENTITY_FORGET_ONE] = {"provider_identity_forget_one",
                             "DELETE FROM provider_identity WHERE staff_id = $1 AND issuer = $2",
                             NULL},
    [IDENTITY_OF_STAFF] =
        {"provider_identity_of_staff",
         "SELECT created_us FROM provider_identity WHERE staff_id = $1 AND issuer = $2", NULL},
};
const struct statement_table provider_identity_statements = {statements, STATEMENTS};

enum err provider_identity_find(struct database *db, struct text issuer, struct text subject,
                                int64_t *ret_staff_id, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[IDENTITY_FIND]);
    query_bind_text(&q, 1, issuer);
    query_bind_text(&q, 2, subject);
    bool row;
    enum err e = query_row(&q, &row, info);
    if (!e) {
        *ret_staff_id = row ? query_int(&q, 0) : 0;
    }
    return e;
}

enum err provider_identity_since(struct database *db, int64_t staff_id, struct text issuer,
                                 int64_t *ret_us, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[IDENTITY_OF_STAFF]);
    query_bind_int(&q, 1, staff_id);
    query_bind_text(&q, 2, issuer);
    bool row;
    enum err e = query_row(&q, &row, info);
    if (!e) {
        *ret_us = row ? query_int(&q, 0) : MOMENT_NEVER;
    }
    return e;
}

enum err provider_identity_has(struct database *db, int64_t staff_id, struct text issuer,
                               bool *ret_has, struct err_info *info)
{
    int64_t since_us;
    enum err e = provider_identity_since(db, staff_id, issuer, &since_us, info);
    if (!e) {
        *ret_has = since_us != MOMENT_NEVER;
    }
    return e;
}

enum err provider_identity_forget_at(struct database *db, int64_t staff_id, struct text issuer,
                                     struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[IDENTITY_FORGET_ONE]);
    query_bind_int(&q, 1, staff_id);
    query_bind_text(&q, 2, issuer);
    return query_run(&q, info);
}

enum err provider_identity_bind(struct database *db, struct text issuer, struct text subject,
                                int64_t staff_id, int64_t now_us, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[IDENTITY_BIND]);
    query_bind_text(&q, 1, issuer);
    query_bind_text(&q, 2, subject);
    query_bind_int(&q, 3, staff_id);
    query_bind_int(&q, 4, now_us);
    enum err e = query_run(&q, info);
    return !e && database_changes(db) == 0
               ? err_set(info, ERR_CONFLICT, "Somebody signed in by this account just now.")
               : e;
}

enum err provider_identity_forget(struct database *db, int64_t staff_id, int64_t *ret_count,
                                  struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[IDENTITY_FORGET]);
    query_bind_int(&q, 1, staff_id);
    enum err e = query_run(&q, info);
    if (!e) {
        *ret_count = database_changes(db);
    }
    return e;
}
