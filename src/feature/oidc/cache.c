#include "feature/oidc/cache.h"

#include "store/database.h"

void cache_init(struct cache *c)
{
    pthread_mutex_init(&c->lock, NULL);
}

void cache_release(struct cache *c)
{
    for (size_t i = 0; i < CACHE_PLACES; i++) {
        buf_release(&c->places[i].description);
        buf_release(&c->places[i].keys);
    }
    pthread_mutex_destroy(&c->lock);
}

static void clear(struct cache_place *p)
{
    p->issuer[0] = '\0';
    buf_clear(&p->description);
    buf_clear(&p->keys);
    p->description_us = p->keys_us = p->down_us = p->used_us = 0;
}

/* With the lock held. The place of an issuer; the one not used for longest becomes it. */
static struct cache_place *place_of(struct cache *c, struct text issuer)
{
    struct cache_place *oldest = &c->places[0];
    for (size_t i = 0; i < CACHE_PLACES; i++) {
        struct cache_place *p = &c->places[i];
        if (text_eq(text_of(p->issuer), issuer)) {
            p->used_us = database_clock();
            return p;
        }
        oldest = p->used_us < oldest->used_us ? p : oldest;
    }
    clear(oldest);
    memcpy(oldest->issuer, issuer.ptr, issuer.len); /* its length is checked where it is set */
    oldest->issuer[issuer.len] = '\0';
    oldest->used_us = database_clock();
    return oldest;
}

/* Empty: not kept, or for too long. */
static struct text kept(const struct buf *words, int64_t came_us, int64_t life_us,
                        struct arena *arena)
{
    return came_us && database_clock() - came_us < life_us ? arena_text(arena, buf_text(words))
                                                           : TEXT("");
}

static enum err check_up(const struct cache_place *p, struct err_info *info)
{
    return p->down_us && database_clock() - p->down_us < CACHE_DOWN_US
               ? err_set(info, ERR_IO, "The provider did not answer a moment ago.")
               : ERR_NONE;
}

static void note_down(struct cache *c, struct text issuer)
{
    pthread_mutex_lock(&c->lock);
    place_of(c, issuer)->down_us = database_clock();
    pthread_mutex_unlock(&c->lock);
}

enum err cache_discovery(struct cache *c, struct text issuer, struct arena *arena,
                         struct oidc_discovery *ret, struct err_info *info)
{
    struct text json;
    pthread_mutex_lock(&c->lock);
    struct cache_place *p = place_of(c, issuer);
    enum err e = check_up(p, info);
    json = kept(&p->description, p->description_us, CACHE_LIFE_US, arena);
    pthread_mutex_unlock(&c->lock);
    if (json.len) {
        return oidc_discovery_read(json, issuer, arena, ret, info);
    }
    e = e ? e : oidc_discover(issuer, arena, &json, info);
    if (e == ERR_IO) {
        note_down(c, issuer);
    }
    e = e ? e : oidc_discovery_read(json, issuer, arena, ret, info);
    if (e) {
        return e;
    }
    pthread_mutex_lock(&c->lock);
    p = place_of(c, issuer);
    buf_clear(&p->description);
    buf_add_text(&p->description, json);
    p->description_us = database_clock();
    p->down_us = 0;
    pthread_mutex_unlock(&c->lock);
    return ERR_NONE;
}

enum err cache_keys(struct cache *c, const struct oidc_discovery *d, bool newer,
                    struct arena *arena, struct oidc_keys *ret, struct err_info *info)
{
    struct text json;
    pthread_mutex_lock(&c->lock);
    struct cache_place *p = place_of(c, d->issuer);
    json = kept(&p->keys, p->keys_us, newer ? CACHE_KEYS_PAUSE_US : CACHE_LIFE_US, arena);
    pthread_mutex_unlock(&c->lock);
    if (json.len) {
        return oidc_keys_read(json, arena, ret, info);
    }
    enum err e = oidc_keys_fetch(d, arena, &json, info);
    if (e == ERR_IO) {
        note_down(c, d->issuer);
    }
    e = e ? e : oidc_keys_read(json, arena, ret, info);
    if (e) {
        return e;
    }
    pthread_mutex_lock(&c->lock);
    p = place_of(c, d->issuer);
    buf_clear(&p->keys);
    buf_add_text(&p->keys, json);
    p->keys_us = database_clock();
    pthread_mutex_unlock(&c->lock);
    return ERR_NONE;
}

void cache_forget(struct cache *c, struct text issuer)
{
    pthread_mutex_lock(&c->lock);
    clear(place_of(c, issuer));
    pthread_mutex_unlock(&c->lock);
}
