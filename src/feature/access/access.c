#include "feature/access/access.h"

#include "feature/access/access_api.h"
#include "feature/access/limiter.h"

#include <sodium.h>
#include <stdlib.h>
#include <time.h>

/* What a person signed in through a link may do: look. */
static const char session_scopes[] = "ledger:read code:read measure:read events:read";

/* The tokens in force, by hash; replaced whole. */
struct roll {
    struct arena arena;
    struct token *tokens;
    size_t count;
};

struct access {
    pthread_rwlock_t lock; /* over roll */
    struct roll *roll;
    struct roll *next; /* the clerk's: read, not yet durable */
    bool changed;      /* the clerk's */
    struct sessions sessions;
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

struct sessions *access_sessions(struct access *a)
{
    return &a->sessions;
}

void access_set_rates(struct access *a, uint32_t known, uint32_t unknown)
{
    a->rate = known;
    a->rate_unknown = unknown;
}

void access_tokens_changed(struct access *a)
{
    a->changed = true;
}

/* -- the roll -- */

static void roll_free(struct roll **roll)
{
    if (*roll) {
        arena_release(&(*roll)->arena);
        free(*roll);
        *roll = NULL;
    }
}

static int by_hash(const void *a, const void *b)
{
    const struct token *x = a, *y = b;
    return memcmp(x->hash, y->hash, TOKEN_HASH_BYTES);
}

static enum err roll_read(struct database *db, struct roll **ret, struct err_info *info)
{
    struct roll *roll = calloc(1, sizeof(*roll));
    if (!roll) {
        abort();
    }
    struct token *all;
    size_t count;
    enum err e = token_list(db, &roll->arena, &all, &count, info);
    if (e) {
        roll_free(&roll);
        return e;
    }
    roll->tokens = all;
    for (size_t i = 0; i < count; i++) {
        if (all[i].revoked_us == MOMENT_NEVER) {
            roll->tokens[roll->count++] = all[i];
        }
    }
    if (roll->count) {
        qsort(roll->tokens, roll->count, sizeof(*roll->tokens), by_hash);
    }
    *ret = roll;
    return ERR_NONE;
}

static const struct token *roll_find(const struct roll *roll,
                                     const unsigned char hash[TOKEN_HASH_BYTES], int64_t now_us)
{
    struct token wanted;
    memcpy(wanted.hash, hash, TOKEN_HASH_BYTES);
    const struct token *t =
        roll->count ? bsearch(&wanted, roll->tokens, roll->count, sizeof(*roll->tokens), by_hash)
                    : NULL;
    return t && t->expires_us > now_us ? t : NULL;
}

/* -- who asks -- */

static enum err authenticate_token(struct access *a, struct text secret, struct arena *arena,
                                   struct identity *ret, struct err_info *info)
{
    unsigned char hash[TOKEN_HASH_BYTES];
    token_hash(secret, hash);
    if (sodium_memcmp(hash, a->admin_hash, sizeof(hash)) == 0) {
        *ret = (struct identity){INT64_MAX, TEXT("command line"), TEXT("admin")};
        return ERR_NONE;
    }
    pthread_rwlock_rdlock(&a->lock);
    const struct token *t = roll_find(a->roll, hash, moment_now());
    if (t) {
        *ret = (struct identity){t->id, arena_text(arena, t->name), arena_text(arena, t->scopes)};
    }
    pthread_rwlock_unlock(&a->lock);
    return t ? ERR_NONE
             : err_set(info, ERR_UNAUTHENTICATED,
                       "This token is not known, expired or revoked. The operator makes a new one "
                       "with \"troth token create\".");
}

static enum err authenticate(void *self, const struct credentials *c, struct arena *arena,
                             struct identity *ret, struct err_info *info)
{
    struct access *a = self;
    if (c->bearer.len) {
        return authenticate_token(a, c->bearer, arena, ret, info);
    }
    if (sessions_known(&a->sessions, c->cookie, moment_now())) {
        int64_t id = (int64_t)(text_hash(c->cookie) >> 1) | 1;
        *ret = (struct identity){id, TEXT("operator"), text_of(session_scopes)};
        return ERR_NONE;
    }
    return err_set(info, ERR_UNAUTHENTICATED,
                   "This session has ended. Sign in by a new link: \"troth token link\".");
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

/* -- the module -- */

static enum err open_access(struct server *server, struct database *db, void **ret_self,
                            struct err_info *info)
{
    (void)server;
    if (sodium_init() < 0) {
        return err_set(info, ERR_INTERNAL, "The system gives no random numbers.");
    }
    struct roll *roll;
    enum err e = roll_read(db, &roll, info);
    if (e) {
        return e;
    }
    struct access *a = calloc(1, sizeof(*a));
    if (!a) {
        abort();
    }
    a->roll = roll;
    a->rate = ACCESS_RATE;
    a->rate_unknown = ACCESS_RATE_UNKNOWN;
    pthread_rwlock_init(&a->lock, NULL);
    sessions_begin(&a->sessions);
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
    sessions_end(&a->sessions);
    pthread_rwlock_destroy(&a->lock);
    sodium_memzero(a, sizeof(*a));
    free(a);
}

static enum err before_commit(void *self, struct database *db, struct err_info *info)
{
    struct access *a = self;
    if (!a->changed) {
        return ERR_NONE;
    }
    a->changed = false;
    roll_free(&a->next);
    return roll_read(db, &a->next, info);
}

static void committed(void *self)
{
    struct access *a = self;
    if (!a->next) {
        return;
    }
    pthread_rwlock_wrlock(&a->lock);
    struct roll *old = a->roll;
    a->roll = a->next;
    pthread_rwlock_unlock(&a->lock);
    a->next = NULL;
    roll_free(&old);
}

static void rolled_back(void *self)
{
    struct access *a = self;
    a->changed = false;
    roll_free(&a->next);
}

static const struct clerk_hook hook = {
    .before_commit = before_commit, .committed = committed, .rolled_back = rolled_back};

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
