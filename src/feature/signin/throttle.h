/* The throttle: who guesses passwords waits longer and longer. Counted apart: an account as tried
 * from one address; an address, whatever it tries; an account from anywhere; and a browser that has
 * signed in to that account before, which shows so by a cookie. So an attack from elsewhere never
 * delays who comes back with their own browser, and delays them elsewhere by half a minute at most;
 * a link by mail opens at any time. Each try counts before it is judged, so trying at once in many
 * requests gains nothing; a right one is taken back. In memory, each server for itself; what was
 * counted is halved every quarter of an hour.
 * Drawback: senders whose numbers fall on one place of the table share it. */
#ifndef TROTH_FEATURE_SIGNIN_THROTTLE_H
#define TROTH_FEATURE_SIGNIN_THROTTLE_H

#include "base/text.h"

#include <pthread.h>

enum { THROTTLE_PLACES = 8192 };

struct throttle_place {
    uint32_t tries;
    int64_t last_us, free_us;
};
struct throttle {
    pthread_mutex_t lock;
    uint64_t seed;
    struct throttle_place places[THROTTLE_PLACES];
};
/* A try: by whom on which account. */
struct throttle_try {
    struct text account, address;
    bool known_browser;
};

/* May it be judged? Then it counts as wrong from now on. False: *ret_wait_us. Any thread. */
bool throttle_admit(struct throttle *t, const struct throttle_try *try, int64_t now_us,
                    int64_t *ret_wait_us);
/* It was right: what counted against it is forgotten. */
void throttle_forgive(struct throttle *t, const struct throttle_try *try);
/* It was neither right nor wrong: it does not count. */
void throttle_take_back(struct throttle *t, const struct throttle_try *try);

#endif
