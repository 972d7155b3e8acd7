#include "feature/access/roll.h"

#include <stddef.h>
#include <stdlib.h>

void roll_free(struct roll **roll)
{
    if (*roll) {
        arena_release(&(*roll)->arena);
        free(*roll);
        *roll = NULL;
    }
}

static int token_by_hash(const void *a, const void *b)
{
    const struct roll_token *x = a, *y = b;
    return memcmp(x->token.hash, y->token.hash, TOKEN_HASH_BYTES);
}

static int session_by_hash(const void *a, const void *b)
{
    const struct roll_session *x = a, *y = b;
    return memcmp(x->session.hash, y->session.hash, TOKEN_HASH_BYTES);
}

static enum err read_tokens(struct roll *roll, struct database *db, struct err_info *info)
{
    struct token *all;
    size_t count;
    enum err e = token_list(db, &roll->arena, &all, &count, info);
    if (e || count == 0) {
        return e;
    }
    roll->tokens = ARENA_ARRAY(&roll->arena, struct roll_token, count);
    for (size_t i = 0; i < count; i++) {
        if (all[i].revoked_us == MOMENT_NEVER) {
            struct roll_token *t = &roll->tokens[roll->token_count++];
            t->token = all[i];
            atomic_init(&t->used_us, all[i].used_us);
        }
    }
    qsort(roll->tokens, roll->token_count, sizeof(*roll->tokens), token_by_hash);
    return ERR_NONE;
}

static enum err read_sessions(struct roll *roll, struct database *db, int64_t now_us,
                              struct err_info *info)
{
    struct session *all;
    size_t count;
    enum err e = session_list(db, now_us, &roll->arena, &all, &count, info);
    if (e || count == 0) {
        return e;
    }
    roll->sessions = ARENA_ARRAY(&roll->arena, struct roll_session, count);
    for (size_t i = 0; i < count; i++) {
        if (all[i].revoked_us == MOMENT_NEVER) {
            struct roll_session *s = &roll->sessions[roll->session_count++];
            s->session = all[i];
            atomic_init(&s->seen_us, all[i].seen_us);
        }
    }
    qsort(roll->sessions, roll->session_count, sizeof(*roll->sessions), session_by_hash);
    return ERR_NONE;
}

enum err roll_read(struct database *db, int64_t now_us, struct roll **ret, struct err_info *info)
{
    struct roll *roll = calloc(1, sizeof(*roll));
    if (!roll) {
        abort();
    }
    enum err e = read_tokens(roll, db, info);
    e = e ? e : read_sessions(roll, db, now_us, info);
    e = e ? e : people_read(db, &roll->arena, &roll->people, info);
    if (e) {
        roll_free(&roll);
        return e;
    }
    *ret = roll;
    return ERR_NONE;
}

struct roll_token *roll_token(const struct roll *roll, struct text secret, int64_t now_us)
{
    struct roll_token wanted;
    token_hash(secret, wanted.token.hash);
    struct roll_token *t = roll->token_count ? bsearch(&wanted, roll->tokens, roll->token_count,
                                                       sizeof(*roll->tokens), token_by_hash)
                                             : NULL;
    return t && t->token.expires_us > now_us ? t : NULL;
}

struct roll_session *roll_session(const struct roll *roll, struct text secret, int64_t now_us)
{
    struct roll_session wanted;
    token_hash(secret, wanted.session.hash);
    struct roll_session *s = roll->session_count
                                 ? bsearch(&wanted, roll->sessions, roll->session_count,
                                           sizeof(*roll->sessions), session_by_hash)
                                 : NULL;
    return s && s->session.expires_us > now_us ? s : NULL;
}

enum err roll_write_seen(const struct roll *roll, struct database *db, struct err_info *info)
{
    enum err e = ERR_NONE;
    for (size_t i = 0; i < roll->session_count && !e; i++) {
        struct roll_session *s = &roll->sessions[i];
        int64_t seen_us = atomic_load_explicit(&s->seen_us, memory_order_relaxed);
        if (roll_is_news(seen_us, s->session.seen_us, SESSION_SEEN_STEP_US)) {
            e = session_seen(db, s->session.id, seen_us, info);
        }
    }
    for (size_t i = 0; i < roll->token_count && !e; i++) {
        struct roll_token *t = &roll->tokens[i];
        int64_t used_us = atomic_load_explicit(&t->used_us, memory_order_relaxed);
        if (roll_is_news(used_us, t->token.used_us, TOKEN_USED_STEP_US)) {
            e = token_used(db, t->token.id, used_us, info);
        }
    }
    return e;
}
