#include "feature/signin/credential.h"

#include <sodium.h>
#include <stdio.h>

enum {
    CODE_ADD,
    CODE_COUNT,
    CODE_DROP,
    CODE_USE,
    CREDENTIAL_READ,
    PASSWORD_SET,
    TOTP_CONFIRM,
    TOTP_REMOVE,
    TOTP_SET,
    TOTP_USE,
    STATEMENTS
};

static const struct statement statements[] = {
    [CODE_ADD] = {"recovery_code_add", "INSERT INTO recovery_code (staff_id, hash) VALUES ($1, $2)",
                  NULL},
    [CODE_COUNT] = {"recovery_code_count", "SELECT count(*) FROM recovery_code WHERE staff_id = $1",
                    NULL},
    [CODE_DROP] = {"recovery_code_drop", "DELETE FROM recovery_code WHERE staff_id = $1", NULL},
    /* Of two who show one code at once, on two servers even, one deletes the row. */
    [CODE_USE] = {"recovery_code_use",
                  "DELETE FROM recovery_code WHERE staff_id = $1 AND hash = $2", NULL},
    [CREDENTIAL_READ] = {"credential_read",
                         "SELECT (SELECT hash FROM password WHERE staff_id = $1), t.secret, "
                         "t.confirmed_us, t.last_step FROM (SELECT CAST($2 AS BIGINT) AS id) s "
                         "LEFT JOIN totp t ON t.staff_id = s.id",
                         NULL},
    [PASSWORD_SET] = {"password_set",
                      "INSERT INTO password (staff_id, hash, changed_us) VALUES ($1, $2, $3) "
                      "ON CONFLICT (staff_id) DO UPDATE SET hash = excluded.hash, "
                      "changed_us = excluded.changed_us",
                      NULL},
    [TOTP_CONFIRM] = {"totp_confirm", "UPDATE totp SET confirmed_us = $1 WHERE staff_id = $2",
                      NULL},
    [TOTP_REMOVE] = {"totp_remove", "DELETE FROM totp WHERE staff_id = $1", NULL},
    [TOTP_SET] = {"totp_set",
                  "INSERT INTO totp (staff_id, secret, last_step) VALUES ($1, $2, 0) "
                  "ON CONFLICT (staff_id) DO UPDATE SET secret = excluded.secret, "
                  "confirmed_us = NULL, last_step = 0",
                  NULL},
    [TOTP_USE] = {"totp_use",
                  "UPDATE totp SET last_step = $1 WHERE staff_id = $2 AND last_step < $3", NULL},
};
const struct statement_table credential_statements = {statements, STATEMENTS};

enum err credential_read(struct database *db, int64_t staff_id, struct arena *arena,
                         struct credentials_kept *ret, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[CREDENTIAL_READ]);
    query_bind_int(&q, 1, staff_id);
    query_bind_int(&q, 2, staff_id);
    bool row;
    enum err e = query_row(&q, &row, info);
    if (!e) {
        *ret = (struct credentials_kept){
            .hash = arena_text(arena, query_text(&q, 0)),
            .sealed = arena_text(arena, query_bytes(&q, 1)),
            .confirmed_us = query_is_null(&q, 2) ? MOMENT_NEVER : query_int(&q, 2),
            .last_step = query_int(&q, 3),
        };
    }
    return e;
}

enum err credential_set_password(struct database *db, int64_t staff_id, const char *hash,
                                 int64_t now_us, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[PASSWORD_SET]);
    query_bind_int(&q, 1, staff_id);
    query_bind_text(&q, 2, text_of(hash));
    query_bind_int(&q, 3, now_us);
    return query_run(&q, info);
}

enum err credential_set_totp(struct database *db, int64_t staff_id, struct text sealed,
                             struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[TOTP_SET]);
    query_bind_int(&q, 1, staff_id);
    query_bind_bytes(&q, 2, sealed);
    return query_run(&q, info);
}

enum err credential_confirm_totp(struct database *db, int64_t staff_id, int64_t now_us,
                                 struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[TOTP_CONFIRM]);
    query_bind_int(&q, 1, now_us);
    query_bind_int(&q, 2, staff_id);
    return query_run(&q, info);
}

enum err credential_use_step(struct database *db, int64_t staff_id, int64_t step,
                             struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[TOTP_USE]);
    query_bind_int(&q, 1, step);
    query_bind_int(&q, 2, staff_id);
    query_bind_int(&q, 3, step);
    enum err e = query_run(&q, info);
    return !e && database_changes(db) == 0
               ? err_field(info, ERR_CONFLICT, "code", "This code was used already.")
               : e;
}

static enum err run_for(struct database *db, int statement, int64_t id, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[statement]);
    query_bind_int(&q, 1, id);
    return query_run(&q, info);
}

enum err credential_remove_totp(struct database *db, int64_t staff_id, struct err_info *info)
{
    enum err e = run_for(db, CODE_DROP, staff_id, info);
    return e ? e : run_for(db, TOTP_REMOVE, staff_id, info);
}

/* -- recovery codes: fifteen letters that cannot be taken for others, 75 bits -- */

static const char alphabet[] = "0123456789abcdefghjkmnpqrstvwxyz";

static void draw_code(char ret[RECOVERY_CODE_SIZE])
{
    size_t at = 0;
    for (int i = 0; i < 15; i++) {
        if (i == 5 || i == 10) {
            ret[at++] = '-';
        }
        ret[at++] = alphabet[randombytes_uniform(32)];
    }
    ret[at] = '\0';
}

/* Of the letters alone, however they were written; so many bits need no slow hash. */
static void hash_code(int64_t staff_id, struct text code, unsigned char ret[32])
{
    char letters[32];
    size_t len = 0;
    for (size_t i = 0; i < code.len && len < sizeof(letters); i++) {
        char c =
            code.ptr[i] >= 'A' && code.ptr[i] <= 'Z' ? (char)(code.ptr[i] | 0x20) : code.ptr[i];
        c = c == 'o' ? '0' : c == 'i' || c == 'l' ? '1' : c;
        if (c != '-' && c != ' ') {
            letters[len++] = c;
        }
    }
    (void)crypto_generichash(ret, 32, (const unsigned char *)letters, len,
                             (const unsigned char *)&staff_id, sizeof(staff_id));
}

static struct text as_text(const unsigned char hash[32])
{
    return (struct text){(const char *)hash, 32};
}

enum err credential_new_codes(struct database *db, int64_t staff_id,
                              char ret[RECOVERY_CODES][RECOVERY_CODE_SIZE], struct err_info *info)
{
    enum err e = run_for(db, CODE_DROP, staff_id, info);
    for (int i = 0; i < RECOVERY_CODES && !e; i++) {
        unsigned char hash[32];
        draw_code(ret[i]);
        hash_code(staff_id, text_of(ret[i]), hash);
        struct query q CLEANUP(query_end) = query_begin(db, &statements[CODE_ADD]);
        query_bind_int(&q, 1, staff_id);
        query_bind_bytes(&q, 2, as_text(hash));
        e = query_run(&q, info);
    }
    return e;
}

enum err credential_use_code(struct database *db, int64_t staff_id, struct text code,
                             bool *ret_used, struct err_info *info)
{
    unsigned char hash[32];
    hash_code(staff_id, code, hash);
    struct query q CLEANUP(query_end) = query_begin(db, &statements[CODE_USE]);
    query_bind_int(&q, 1, staff_id);
    query_bind_bytes(&q, 2, as_text(hash));
    enum err e = query_run(&q, info);
    if (!e) {
        *ret_used = database_changes(db) > 0;
    }
    return e;
}

enum err credential_count_codes(struct database *db, int64_t staff_id, int64_t *ret,
                                struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[CODE_COUNT]);
    query_bind_int(&q, 1, staff_id);
    bool row;
    enum err e = query_row(&q, &row, info);
    if (!e) {
        *ret = query_int(&q, 0);
    }
    return e;
}
