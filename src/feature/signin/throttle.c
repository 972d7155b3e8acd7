#include "feature/signin/throttle.h"

#include "base/moment.h"

enum kind { ACCOUNT_THERE, ADDRESS, ACCOUNT, BROWSER, KINDS };

/* So many tries are free; then the pause doubles from a second on, up to the longest. */
static const struct {
    uint32_t free;
    int64_t longest_us;
} rules[KINDS] = {
    [ACCOUNT_THERE] = {5, 15 * MINUTE_US},
    [ADDRESS] = {30, 5 * MINUTE_US},
    [ACCOUNT] = {20, 30 * SECOND_US},
    [BROWSER] = {10, 5 * MINUTE_US},
};
#define FORGETTING_US (15 * MINUTE_US)

static struct throttle_place *place_of(struct throttle *t, const struct throttle_try *try,
                                       enum kind kind)
{
    uint64_t number = t->seed + (uint64_t)kind * UINT64_C(0x9e3779b97f4a7c15);
    if (kind != ADDRESS) {
        number ^= text_hash(try->account);
    }
    if (kind == ADDRESS || kind == ACCOUNT_THERE) {
        number ^= text_hash(try->address) * UINT64_C(0xff51afd7ed558ccd);
    }
    number ^= number >> 29;
    number *= UINT64_C(0xbf58476d1ce4e5b9);
    return &t->places[(number >> 32) % THROTTLE_PLACES];
}

/* Which counts concern the try. */
static unsigned concerned(const struct throttle_try *try)
{
    return try->known_browser ? 1U << BROWSER : 1U << ACCOUNT_THERE | 1U << ADDRESS | 1U << ACCOUNT;
}

static void forget(struct throttle_place *p, int64_t now_us)
{
    while (p->tries && now_us - p->last_us >= FORGETTING_US) {
        p->tries /= 2;
        p->last_us += FORGETTING_US;
    }
    if (p->tries == 0) {
        *p = (struct throttle_place){.last_us = now_us};
    }
}

static void count(struct throttle_place *p, enum kind kind, int64_t now_us)
{
    p->tries++;
    p->last_us = now_us;
    if (p->tries > rules[kind].free) {
        uint32_t doublings = p->tries - rules[kind].free - 1;
        int64_t pause_us = doublings < 20 ? SECOND_US << doublings : rules[kind].longest_us;
        p->free_us =
            now_us + (pause_us < rules[kind].longest_us ? pause_us : rules[kind].longest_us);
    }
}

bool throttle_admit(struct throttle *t, const struct throttle_try *try, int64_t now_us,
                    int64_t *ret_wait_us)
{
    unsigned kinds = concerned(try);
    int64_t wait_us = 0;
    pthread_mutex_lock(&t->lock);
    for (enum kind k = 0; k < KINDS; k++) {
        struct throttle_place *p = place_of(t, try, k);
        if (kinds & 1U << k) {
            forget(p, now_us);
            wait_us = p->free_us - now_us > wait_us ? p->free_us - now_us : wait_us;
        }
    }
    for (enum kind k = 0; k < KINDS && wait_us <= 0; k++) {
        if (kinds & 1U << k) {
            count(place_of(t, try, k), k, now_us);
        }
    }
    pthread_mutex_unlock(&t->lock);
    *ret_wait_us = wait_us;
    return wait_us <= 0;
}

void throttle_take_back(struct throttle *t, const struct throttle_try *try)
{
    unsigned kinds = concerned(try);
    pthread_mutex_lock(&t->lock);
    for (enum kind k = 0; k < KINDS; k++) {
        struct throttle_place *p = place_of(t, try, k);
        if (kinds & 1U << k && p->tries) {
            p->tries--;
            p->free_us = 0;
        }
    }
    pthread_mutex_unlock(&t->lock);
}

/* An address keeps what it has counted: who has one account could else try all others for ever. */
void throttle_forgive(struct throttle *t, const struct throttle_try *try)
{
    throttle_take_back(t, try);
    pthread_mutex_lock(&t->lock);
    enum kind own = try->known_browser ? BROWSER : ACCOUNT_THERE;
    *place_of(t, try, own) = (struct throttle_place){0};
    pthread_mutex_unlock(&t->lock);
}
