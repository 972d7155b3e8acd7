/* Inside of this feature: what providers said of themselves and which keys they sign with, kept for
 * an hour, so that a sign-in costs one call. A key that is not known makes the keys be asked for
 * anew, at most every ten seconds. Who did not answer is not asked again for five seconds, so that
 * many who wait for one that hangs do not wait one after the other. Any thread; waits for the
 * network, so: for labour() alone. */
#ifndef TROTH_FEATURE_OIDC_CACHE_H
#define TROTH_FEATURE_OIDC_CACHE_H

#include "base/moment.h"
#include "oidc/discovery.h"
#include "oidc/keys.h"

#include <pthread.h>

enum { CACHE_PLACES = 16 };
#define CACHE_LIFE_US HOUR_US
#define CACHE_KEYS_PAUSE_US (10 * SECOND_US)
#define CACHE_DOWN_US (5 * SECOND_US)

struct cache_place {
    char issuer[OIDC_ISSUER_MAX + 1];
    struct buf description, keys;    /* JSON */
    int64_t description_us, keys_us; /* when they came; 0: not yet */
    int64_t down_us;                 /* when it did not answer */
    int64_t used_us;
};
struct cache {
    pthread_mutex_t lock;
    struct cache_place places[CACHE_PLACES];
};
void cache_init(struct cache *c);
void cache_release(struct cache *c);

/* ERR_IO: it cannot be reached; ERR_INVALID: it answers nonsense. In the arena. */
enum err cache_discovery(struct cache *c, struct text issuer, struct arena *arena,
                         struct oidc_discovery *ret, struct err_info *info);
/* newer: those that came before do not have the key that is looked for. */
enum err cache_keys(struct cache *c, const struct oidc_discovery *d, bool newer,
                    struct arena *arena, struct oidc_keys *ret, struct err_info *info);
/* Asked anew the next time. */
void cache_forget(struct cache *c, struct text issuer);

#endif
