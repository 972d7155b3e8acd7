/* Sessions of people in a browser, and the one-time links that begin them. Held in memory, hashed:
 * a restart of the server ends them. Any thread. */
#ifndef TROTH_FEATURE_ACCESS_SESSION_H
#define TROTH_FEATURE_ACCESS_SESSION_H

#include "feature/access/token.h"

#include <pthread.h>

enum { LINKS_MAX = 16, SESSIONS_MAX = 64 };
#define LINK_LIFE_US (10 * MINUTE_US)
#define SESSION_LIFE_US (7 * DAY_US)

struct pass { /* a secret with an end; the oldest make room for new ones */
    unsigned char hash[TOKEN_HASH_BYTES];
    int64_t until_us; /* 0: none */
};
struct sessions {
    pthread_mutex_t lock;
    struct pass links[LINKS_MAX], sessions[SESSIONS_MAX];
};

void sessions_begin(struct sessions *s);
void sessions_end(struct sessions *s);
/* A code that lets one browser in, once, within LINK_LIFE_US. */
void sessions_link(struct sessions *s, int64_t now_us, char ret_code[TOKEN_TEXT_SIZE]);
/* Uses the code up; false: not known, used or too old. cookie: the new session. */
bool sessions_enter(struct sessions *s, struct text code, int64_t now_us,
                    char ret_cookie[TOKEN_TEXT_SIZE]);
bool sessions_known(struct sessions *s, struct text cookie, int64_t now_us);

#endif
