#include "feature/access/access.h"

#include "feature/access/access_api.h"
#include "feature/access/limiter.h"
#include "feature/access/roll.h"
#include "store/sharing.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <time.h>

#define ACCESS_MARK "access"
enum { ACCESS_ASK_US = 2000000 /* a token that is revoked at another server works here so long */ };

struct access {
    pthread_rwlock_t lock; /* over roll */
    struct roll *roll;
    struct roll *next;       /* the clerk's: read, not yet durable */
    bool changed;            /* the clerk's: here */
    bool read;               /* the clerk's: by another server */
    int64_t mark, mark_next; /* the clerk's: mark_value() of roll and next */
    int64_t ask_us;          /* where servers share a database: another may have changed it */
    bool shared;
    atomic_bool seen; /* a session or token has been, that the database thinks long absent */
    struct server *server;
    struct limiter limiter;
    uint64_t seed; /* senders fall on other places of the limiter after each start */
    _Atomic(uint32_t) rate, rate_unknown;
    char admin[TOKEN_TEXT_SIZE];
    unsigned char admin_hash[TOKEN_HASH_BYTES];
};

const char *access_admin_secret(const struct access *a)
{
    return a->admin;
}

void access_set_rates(struct access *a, uint32_t known, uint32_t unknown)
{
    a->rate = known;
    a->rate_unknown = unknown;
}

void access_changed(struct access *a)
{
    a->changed = true;
}

/* -- who asks -- */

static const struct text *copy_texts(struct arena *arena, const struct text *texts, size_t count)
{
    struct text *copies = count ? ARENA_ARRAY(arena, struct text, count) : NULL;
    for (size_t i = 0; i < count; i++) {
        copies[i] = arena_text(arena, texts[i]);
    }
    return copies;
}

static void set_restricted(struct identity *to, const struct people *people, struct arena *arena)
{
    to->restricted_team_count = people->restricted_count;
    to->restricted_teams = copy_texts(arena, people->restricted, people->restricted_count);
}

/* A program reads restricted teams only where its token says so. */
static void set_token(struct identity *to, const struct roll *roll, const struct token *t,
                      struct arena *arena)
{
    permission_set all = permission_in_force(permission_parse(t->scopes));
    bool reads_all = all & permission_parse(TEXT("restricted:read"));
    const struct people *people = &roll->people;
    *to = (struct identity){
        .kind = IDENTITY_TOKEN,
        .id = t->id,
        .name = arena_text(arena, t->name),
        .scopes = arena_text(arena, t->scopes),
        .hidden_team_count = reads_all ? 0 : people->restricted_count,
    };
    to->hidden_teams = copy_texts(arena, people->restricted, to->hidden_team_count);
    set_restricted(to, people, arena);
}

/* Someone was seen whom the database thinks long absent. */
static void tell_clerk(struct access *a)
{
    if (!atomic_exchange(&a->seen, true)) {
        clerk_wake(server_clerk(a->server));
    }
}

static enum err authenticate_token(struct access *a, struct text secret, struct arena *arena,
                                   struct identity *ret, struct err_info *info)
{
    unsigned char hash[TOKEN_HASH_BYTES];
    token_hash(secret, hash);
    if (sodium_memcmp(hash, a->admin_hash, sizeof(hash)) == 0) {
        *ret = (struct identity){.kind = IDENTITY_COMMAND,
                                 .id = INT64_MAX,
                                 .name = TEXT("command line"),
                                 .scopes = TEXT("admin")};
        return ERR_NONE;
    }
    int64_t now_us = moment_now();
    pthread_rwlock_rdlock(&a->lock);
    struct roll_token *t = roll_token(a->roll, secret, now_us);
    bool is_news = t && roll_is_news(now_us, t->token.used_us, TOKEN_USED_STEP_US);
    if (t) {
        set_token(ret, a->roll, &t->token, arena);
        atomic_store_explicit(&t->used_us, now_us, memory_order_relaxed);
    }
    pthread_rwlock_unlock(&a->lock);
    if (is_news) {
        tell_clerk(a);
    }
    return t ? ERR_NONE
             : err_set(info, ERR_UNAUTHENTICATED,
                       "This token is not known, expired or revoked. The operator makes a new one "
                       "with \"troth token create\".");
}

/* Until they have set the second factor up that their role asks for, they may do nothing else. A
 * passkey and another's sign-in are as good as two. */
static bool lacks_factor(const struct person *p, const struct session *s)
{
    return p->wants_factor && !p->has_factor && !text_is(s->method, "passkey") &&
           !text_is(s->method, "oidc");
}

static bool set_person(struct identity *to, const struct roll *roll, const struct session *s,
                       struct arena *arena)
{
    const struct person *p = people_find(&roll->people, s->staff_id);
    if (!p) {
        return false; /* disabled meanwhile */
    }
    *to = (struct identity){
        .kind = IDENTITY_STAFF,
        .id = s->id,
        .staff_id = p->id,
        .name = arena_text(arena, p->name),
        .scopes = lacks_factor(p, s) ? TEXT("") : arena_text(arena, p->scopes),
        .hidden_teams = copy_texts(arena, p->hidden, p->hidden_count),
        .hidden_team_count = p->hidden_count,
    };
    set_restricted(to, &roll->people, arena);
    return true;
}

/* Known now; the clerk is told when the database believes it absent for long. */
static bool meet_session(struct access *a, struct text secret, struct arena *arena,
                         struct identity *ret)
{
    int64_t now_us = moment_now();
    pthread_rwlock_rdlock(&a->lock);
    struct roll_session *s = roll_session(a->roll, secret, now_us);
    bool is_known = s && set_person(ret, a->roll, &s->session, arena);
    bool is_news = is_known && roll_is_news(now_us, s->session.seen_us, SESSION_SEEN_STEP_US);
    if (is_known) {
        atomic_store_explicit(&s->seen_us, now_us, memory_order_relaxed);
    }
    pthread_rwlock_unlock(&a->lock);
    if (is_news) {
        tell_clerk(a);
    }
    return is_known;
}

static enum err authenticate(void *self, const struct credentials *c, struct arena *arena,
                             struct identity *ret, struct err_info *info)
{
    struct access *a = self;
    if (c->bearer.len) {
        return authenticate_token(a, c->bearer, arena, ret, info);
    }
    struct identity who;
    if (meet_session(a, c->cookie, arena, &who)) {
        *ret = who;
        return ERR_NONE;
    }
    return err_set(info, ERR_UNAUTHENTICATED, "This session has ended. Sign in again.");
}

static bool admit(void *self, const struct request *request, uint32_t *ret_retry_s)
{
    struct access *a = self;
    int64_t id = request_identity(request)->id;
    uint64_t sender =
        id ? (uint64_t)id * UINT64_C(0x9e3779b97f4a7c15) : text_hash(request_client(request));
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    int64_t now_ns = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec, wait_ns;
    sender ^= a->seed;
    sender ^= sender >> 32;
    if (limiter_admit(&a->limiter, sender, id ? a->rate : a->rate_unknown, now_ns, &wait_ns)) {
        return true;
    }
    *ret_retry_s = (uint32_t)(wait_ns / 1000000000) + 1;
    return false;
}

bool access_wants_second_factor(struct access *a, int64_t staff_id)
{
    pthread_rwlock_rdlock(&a->lock);
    const struct person *p = people_find(&a->roll->people, staff_id);
    bool wants = p && p->wants_factor;
    pthread_rwlock_unlock(&a->lock);
    return wants;
}

/* -- the module -- */

static enum err open_access(struct server *server, struct database *db, void **ret_self,
                            struct err_info *info)
{
    if (sodium_init() < 0) {
        return err_set(info, ERR_INTERNAL, "The system gives no random numbers.");
    }
    struct roll *roll;
    enum err e = database_prepare(db, &session_statements, info);
    e = e ? e : database_prepare(db, &people_statements, info);
    e = e ? e : roll_read(db, moment_now(), &roll, info);
    if (e) {
        return e;
    }
    struct access *a = calloc(1, sizeof(*a));
    if (!a) {
        abort();
    }
    a->server = server;
    a->shared = database_is_shared(db);
    a->roll = roll;
    a->rate = ACCESS_RATE;
    a->rate_unknown = ACCESS_RATE_UNKNOWN;
    pthread_rwlock_init(&a->lock, NULL);
    randombytes_buf(&a->seed, sizeof(a->seed));
    token_draw(a->admin);
    token_hash(text_of(a->admin), a->admin_hash);
    *ret_self = a;
    return ERR_NONE;
}

static void close_access(void *self)
{
    struct access *a = self;
    roll_free(&a->roll);
    roll_free(&a->next);
    pthread_rwlock_destroy(&a->lock);
    sodium_memzero(a, sizeof(*a));
    free(a);
}

/* -- the clerk's -- */

static enum err begun(void *self, struct database *db, struct err_info *info)
{
    (void)info;
    struct access *a = self;
    a->read = a->mark != mark_value(db, ACCESS_MARK);
    a->ask_us = database_now(db) + ACCESS_ASK_US;
    return ERR_NONE;
}

static int64_t due(void *self)
{
    struct access *a = self;
    return atomic_load(&a->seen) ? 0 : a->shared ? a->ask_us : MOMENT_NEVER;
}

static enum err write_seen(void *self, struct database *db, int64_t now_us, struct err_info *info)
{
    (void)now_us;
    struct access *a = self;
    if (!atomic_load(&a->seen)) {
        return ERR_NONE; /* begun() has looked what others have changed */
    }
    atomic_store(&a->seen, false); /* before reading: who is seen from here on tells again */
    a->changed = true;
    return roll_write_seen(a->roll, db, info); /* only this thread replaces the roll */
}

static enum err before_commit(void *self, struct database *db, struct err_info *info)
{
    struct access *a = self;
    enum err e = a->changed ? mark_move(db, ACCESS_MARK, info) : ERR_NONE;
    a->mark_next = mark_value(db, ACCESS_MARK);
    if (e || (!a->changed && !a->read)) {
        return e;
    }
    a->changed = a->read = false;
    roll_free(&a->next);
    return roll_read(db, database_now(db), &a->next, info);
}

static void committed(void *self)
{
    struct access *a = self;
    a->mark = a->mark_next;
    if (!a->next) {
        return;
    }
    pthread_rwlock_wrlock(&a->lock);
    struct roll *old = a->roll;
    a->roll = a->next;
    pthread_rwlock_unlock(&a->lock);
    a->next = NULL;
    roll_free(&old);
    server_doubt(a->server);
}

static void rolled_back(void *self)
{
    struct access *a = self;
    a->changed = a->read = false;
    roll_free(&a->next);
}

static const struct clerk_hook hook = {.begun = begun,
                                       .due = due,
                                       .tick = write_seen,
                                       .before_commit = before_commit,
                                       .committed = committed,
                                       .rolled_back = rolled_back};

const struct module access_module = {
    .name = "access",
    .routes = access_routes,
    .route_count = ACCESS_ROUTES,
    .statements = &token_statements,
    .open = open_access,
    .close = close_access,
    .hook = &hook,
    .authenticate = authenticate,
    .admit = admit,
};
