/* The state of the demo, and the little plays it is made of: each thinks of everything that will
 * come of one arrival. */
#ifndef TROTH_FEATURE_DEMO_STORY_H
#define TROTH_FEATURE_DEMO_STORY_H

#include "base/random.h"
#include "feature/demo/happening.h"

enum { OPTED_OUT_KEPT = 512 };

struct demo {
    struct random random;
    struct happenings coming;
    struct arena arena;      /* the touch handed out last */
    int64_t arrivals_us;     /* everything that arrives before is thought of */
    int64_t second_shift_us; /* the improvement */
    int64_t outage_us, outage_end_us;
    uint32_t run; /* of ids */
    uint64_t place;
    unsigned pace;
    uint32_t threads, orders, customers; /* the last number given */
    uint32_t opted_out[OPTED_OUT_KEPT];  /* customers, the latest ones */
    uint32_t opted_out_count;
};

/* -- what each play draws from -- */

/* A time whose quantiles at 0, 10, 25, 50, 75, 90, 97 and 100 % are given, even in between. */
struct spread {
    int32_t at[8];
};
int64_t spread_draw(const struct spread *s, struct random *r);
uint32_t story_customer(struct demo *d); /* a new or a returning one */
/* How much slower everything is than usual, in percent: the weeks before Christmas, Mondays. */
int64_t story_load(int64_t us);
/* Pays what a broken promise owes, decided at us: mostly within the week. */
void story_pay(struct demo *d, uint32_t customer, int64_t us, const char *promise, int64_t amount);

/* -- the plays -- */

void story_letter(struct demo *d, int64_t at_us);
void story_chat(struct demo *d, int64_t at_us);
void story_call(struct demo *d, int64_t at_us);
void story_order(struct demo *d, int64_t at_us);
void story_opt_out(struct demo *d, int64_t at_us);
void story_mailing(struct demo *d, int64_t at_us);
/* A customer reports a damaged parcel; it is replaced or refunded. */
void story_damage(struct demo *d, uint32_t customer, uint32_t order, int64_t at_us);

#endif
