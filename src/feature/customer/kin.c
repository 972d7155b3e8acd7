#include "feature/customer/kin.h"

#include "base/moment.h"
#include "engine/who.h"
#include "feature/customer/customer_row.h"
#include "feature/ledger/touch_list.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

struct kinship {
    struct arena arena;
    struct who *who;
    struct kin_link *links;
    int64_t newest, mark; /* of what was heard anywhere: where they are the same, so is all else */
    atomic_int holders;
};
struct kin_cache {
    pthread_mutex_t lock;
    struct kinship *last; /* NULL: none was read yet */
};

/* -- holding one -- */

static void let_go(struct kinship *k)
{
    if (k && atomic_fetch_sub(&k->holders, 1) == 1) {
        who_free(k->who);
        arena_release(&k->arena);
        free(k);
    }
}

struct kin_cache *kin_cache_new(void)
{
    struct kin_cache *cache = calloc(1, sizeof(*cache));
    if (!cache) {
        abort();
    }
    pthread_mutex_init(&cache->lock, NULL);
    return cache;
}

void kin_cache_free(struct kin_cache *cache)
{
    let_go(cache->last);
    pthread_mutex_destroy(&cache->lock);
    free(cache);
}

static struct kinship *cached(struct kin_cache *cache, int64_t newest, int64_t mark)
{
    pthread_mutex_lock(&cache->lock);
    struct kinship *k = cache->last;
    bool fits = k && k->newest == newest && k->mark == mark;
    if (fits) {
        atomic_fetch_add(&k->holders, 1);
    }
    pthread_mutex_unlock(&cache->lock);
    return fits ? k : NULL;
}

/* Readers may be a little behind one another: then the older one is not kept. */
static void keep(struct kin_cache *cache, struct kinship *k)
{
    pthread_mutex_lock(&cache->lock);
    struct kinship *before = cache->last;
    bool newer = !before || k->mark > before->mark ||
                 (k->mark == before->mark && k->newest > before->newest);
    if (newer) {
        atomic_fetch_add(&k->holders, 1);
        cache->last = k;
    }
    pthread_mutex_unlock(&cache->lock);
    let_go(newer ? before : NULL);
}

/* -- reading -- */

/* They come in fold order: the last that was said of two comes to stand first. */
static bool note_touch(void *context, const struct touch *t)
{
    struct kinship *k = context;
    struct who_said said;
    if (!who_says(t, &said) || said.kind != WHO_CUSTOMER) {
        return true;
    }
    who_note(k->who, t);
    struct kin_link *link = ARENA_NEW(&k->arena, struct kin_link);
    *link = (struct kin_link){.survivor = arena_text(&k->arena, said.survivor),
                              .other = arena_text(&k->arena, said.other),
                              .person = arena_text(&k->arena, t->person),
                              .said_us = t->occurred_us,
                              .is_merged = !said.split,
                              .next = k->links};
    k->links = link;
    return true;
}

static enum err read_newest(struct database *db, int64_t *ret_newest, int64_t *ret_mark,
                            struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &customer_sql[CUSTOMER_SAID_LAST]);
    bool row = false;
    enum err e = query_row(&q, &row, info);
    *ret_newest = row ? query_int(&q, 0) : 0;
    *ret_mark = row ? query_int(&q, 1) : 0;
    return e;
}

static enum err read_all(struct database *db, int64_t newest, int64_t mark, struct kinship **ret,
                         struct err_info *info)
{
    struct kinship *k = calloc(1, sizeof(*k));
    if (!k) {
        abort();
    }
    k->who = who_new();
    k->newest = newest;
    k->mark = mark;
    atomic_init(&k->holders, 1);
    *ret = k;
    enum err e = touch_row_anywhere(db, note_touch, k, info);
    (void)who_settle(k->who, MOMENT_NEVER);
    return e;
}

enum err kin_read_changing(struct kin_cache *cache, struct database *db, struct arena *arena,
                           struct kin *ret, struct err_info *info)
{
    int64_t newest, mark;
    ret->arena = arena;
    enum err e = read_newest(db, &newest, &mark, info);
    if (e) {
        return e;
    }
    ret->kinship = cached(cache, newest, mark);
    return ret->kinship ? ERR_NONE : read_all(db, newest, mark, &ret->kinship, info);
}

enum err kin_read(struct kin_cache *cache, struct database *db, struct arena *arena,
                  struct kin *ret, struct err_info *info)
{
    enum err e = kin_read_changing(cache, db, arena, ret, info);
    if (!e) {
        keep(cache, ret->kinship);
    }
    return e;
}

void kin_close(struct kin *kin)
{
    let_go(kin->kinship);
    kin->kinship = NULL;
}

/* -- asking -- */

const struct kin_link *kin_links(const struct kin *kin)
{
    return kin->kinship->links;
}

const struct kin_link *kin_between(const struct kin *kin, struct text a, struct text b)
{
    for (const struct kin_link *link = kin_links(kin); link; link = link->next) {
        if ((text_eq(link->survivor, a) && text_eq(link->other, b)) ||
            (text_eq(link->survivor, b) && text_eq(link->other, a))) {
            return link;
        }
    }
    return NULL;
}

struct text kin_root(const struct kin *kin, struct text id)
{
    return who_key(kin->kinship->who, WHO_CUSTOMER, id);
}

struct gathering {
    struct kin_list list;
    size_t capacity;
    struct arena *arena;
};

static void add_id(void *context, struct text id)
{
    struct gathering *g = context;
    if (g->list.count && text_eq(id, g->list.ids[0])) {
        return;
    }
    if (g->list.count == g->capacity) {
        size_t capacity = g->capacity ? g->capacity * 2 : 4;
        g->list.ids =
            arena_grow(g->arena, g->list.ids, g->list.count, capacity, sizeof(struct text));
        g->capacity = capacity;
    }
    g->list.ids[g->list.count++] = arena_text(g->arena, id);
}

struct kin_list kin_of(const struct kin *kin, struct text id)
{
    struct gathering g = {.arena = kin->arena};
    struct text root = kin_root(kin, id);
    add_id(&g, root);
    if (who_is_grouped(kin->kinship->who, WHO_CUSTOMER, root)) {
        who_each(kin->kinship->who, WHO_CUSTOMER, root, add_id, &g);
    }
    return g.list;
}
