#include "feature/access/cookie.h"

#include "feature/access/session_noted.h"

#include <sodium.h>

static void set_cookie(struct request *r, struct reply *reply, const char *secret, int64_t life_us)
{
    reply_header(
        reply, "Set-Cookie",
        arena_printf(request_arena(r),
                     "%s" ACCESS_COOKIE "=%s; Path=/; HttpOnly; SameSite=Lax; Max-Age=%lld%s",
                     request_is_secure(r) ? "__Host-" : "", secret,
                     (long long)(life_us / SECOND_US), request_is_secure(r) ? "; Secure" : ""));
}

static enum err end_former(struct request *r, struct database *db, struct err_info *info)
{
    const struct identity *who = request_identity(r);
    return who->kind == IDENTITY_STAFF ? session_end(r, db, who->id, info) : ERR_NONE;
}

enum err cookie_begin(struct access *a, struct request *r, struct database *db, int64_t staff_id,
                      const char *method, struct reply *reply, struct err_info *info)
{
    char secret[TOKEN_TEXT_SIZE];
    int64_t id;
    struct session_start start = {
        .staff_id = staff_id,
        .method = method,
        .agent = request_header(r, "User-Agent"),
        .address = request_client(r),
    };
    enum err e = end_former(r, db, info);
    e = e ? e : session_begin(db, &start, moment_now(), secret, &id, info);
    e = e ? e : session_noted(r, db, id, info);
    if (!e) {
        access_changed(a);
        set_cookie(r, reply, secret, SESSION_LIFE_US);
        sodium_memzero(secret, sizeof(secret));
    }
    return e;
}

enum err cookie_end(struct access *a, struct request *r, struct database *db, struct reply *reply,
                    struct err_info *info)
{
    enum err e = session_end(r, db, request_identity(r)->id, info);
    if (!e) {
        access_changed(a);
        set_cookie(r, reply, "", 0);
    }
    return e;
}
