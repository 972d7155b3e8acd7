#include "feature/signin/signin.h"

#include "base/log.h"
#include "feature/signin/security.h"
#include "feature/signin/signin_api.h"
#include "feature/signin/ticket.h"
#include "feature/signin/ways.h"

#include <sodium.h>
#include <stdlib.h>

const char *signin_first_code(const struct signin *s)
{
    return s->first_code;
}

void signin_set_url(struct signin *s, const char *url)
{
    s->url = url;
}

struct access *signin_access(struct signin *s)
{
    return s->access;
}

const struct keyring *signin_keys(const struct signin *s)
{
    return &s->keys;
}

struct throttle *signin_throttle(struct signin *s)
{
    return &s->throttle;
}

struct text signin_origin(const struct signin *s, struct request *r)
{
    const char *url = s->url;
    return url ? text_of(url)
               : arena_printf(request_arena(r), "%s://%.*s",
                              request_is_secure(r) ? "https" : "http", TEXT_ARG(request_host(r)));
}

void signin_mark_browser(struct signin *s, struct request *r, struct text email,
                         struct reply *reply)
{
    set_device_cookie(s, r, email, reply);
}

static enum err draw_first_code(struct signin *s, struct database *db, struct err_info *info)
{
    struct arena arena CLEANUP(arena_release) = {0};
    struct member *list = NULL;
    size_t count = 0;
    enum err e = member_list(db, &(struct member_filter){0}, 1, &arena, &list, &count, info);
    if (!e && count == 0) {
        token_draw(s->first_code);
        token_hash(text_of(s->first_code), s->first_hash);
    }
    return e;
}

static enum err open_signin(struct server *server, struct database *db, void **ret_self,
                            struct err_info *info)
{
    struct signin *s = calloc(1, sizeof(*s));
    if (!s) {
        abort();
    }
    s->access = server_module(server, "access");
    s->outbox = server_module(server, "outbox");
    pthread_mutex_init(&s->throttle.lock, NULL);
    randombytes_buf(&s->throttle.seed, sizeof(s->throttle.seed));
    enum err e = database_prepare(db, &setting_statements, info);
    e = e ? e : database_prepare(db, &security_statements, info);
    e = e ? e : database_prepare(db, &ticket_statements, info);
    e = e ? e : database_prepare(db, &way_statements, info);
    e = e ? e : keyring_open(server_database(server), &s->keys, info);
    e = e ? e : draw_first_code(s, db, info);
    if (e) {
        pthread_mutex_destroy(&s->throttle.lock);
        free(s);
        return e;
    }
    if (!s->keys.is_kept) {
        log_say(LOG_INFO, "no_key_file", "TROTH_KEY_FILE names none: no second factors are kept");
    }
    *ret_self = s;
    return ERR_NONE;
}

static void close_signin(void *self)
{
    struct signin *s = self;
    pthread_mutex_destroy(&s->throttle.lock);
    sodium_memzero(s, sizeof(*s));
    free(s);
}

static void write_metrics(void *self, struct buf *out)
{
    struct signin *s = self;
    buf_addf(
        out,
        "# HELP troth_password_hashes_total Argon2id hashes made to judge or to set passwords.\n"
        "# TYPE troth_password_hashes_total counter\n"
        "troth_password_hashes_total %llu\n",
        (unsigned long long)atomic_load(&s->hashed));
}

const struct module signin_module = {
    .name = "signin",
    .routes = signin_routes,
    .route_count = SIGN_IN_ROUTES,
    .statements = &credential_statements,
    .open = open_signin,
    .close = close_signin,
    .metrics = write_metrics,
};
