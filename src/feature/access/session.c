#include "feature/access/session.h"

#include <sodium.h>

void sessions_begin(struct sessions *s)
{
    memset(s, 0, sizeof(*s));
    pthread_mutex_init(&s->lock, NULL);
}

void sessions_end(struct sessions *s)
{
    pthread_mutex_destroy(&s->lock);
    sodium_memzero(s, sizeof(*s));
}

/* Takes the place of the one that ends first. */
static void keep(struct pass *list, size_t count, int64_t until_us,
                 char ret_secret[TOKEN_TEXT_SIZE])
{
    struct pass *place = &list[0];
    for (size_t i = 1; i < count; i++) {
        place = list[i].until_us < place->until_us ? &list[i] : place;
    }
    token_draw(ret_secret);
    token_hash(text_of(ret_secret), place->hash);
    place->until_us = until_us;
}

static struct pass *find(struct pass *list, size_t count, struct text secret, int64_t now_us)
{
    unsigned char hash[TOKEN_HASH_BYTES];
    token_hash(secret, hash);
    for (size_t i = 0; i < count; i++) {
        if (list[i].until_us > now_us && sodium_memcmp(list[i].hash, hash, sizeof(hash)) == 0) {
            return &list[i];
        }
    }
    return NULL;
}

void sessions_link(struct sessions *s, int64_t now_us, char ret_code[TOKEN_TEXT_SIZE])
{
    pthread_mutex_lock(&s->lock);
    keep(s->links, LINKS_MAX, now_us + LINK_LIFE_US, ret_code);
    pthread_mutex_unlock(&s->lock);
}

bool sessions_enter(struct sessions *s, struct text code, int64_t now_us,
                    char ret_cookie[TOKEN_TEXT_SIZE])
{
    pthread_mutex_lock(&s->lock);
    struct pass *link = find(s->links, LINKS_MAX, code, now_us);
    if (link) {
        link->until_us = 0;
        keep(s->sessions, SESSIONS_MAX, now_us + SESSION_LIFE_US, ret_cookie);
    }
    pthread_mutex_unlock(&s->lock);
    return link != NULL;
}

bool sessions_known(struct sessions *s, struct text cookie, int64_t now_us)
{
    pthread_mutex_lock(&s->lock);
    bool known = find(s->sessions, SESSIONS_MAX, cookie, now_us) != NULL;
    pthread_mutex_unlock(&s->lock);
    return known;
}
