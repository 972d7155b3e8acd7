/* Inside of this feature: a turn of the worker, one job of the clerk. */
#ifndef TROTH_FEATURE_OUTBOX_TURN_H
#define TROTH_FEATURE_OUTBOX_TURN_H

#include "feature/outbox/carrier.h"
#include "feature/outbox/row.h"

#define LEASE_US (10 * SECOND_US)

struct settling { /* a delivery that has ended */
    const struct outbox_row *row;
    struct delivery delivery;
    bool is_try;
    int64_t at_us, took_us; /* at_us: our clock */
};
enum { TURN_MOST = OUTBOX_KINDS * CARRIER_AT_ONCE_MOST };

struct turn {
    struct clerk_job job; /* first */
    const struct carrier *const *carriers;
    /* What is to be done. */
    struct settling settling[TURN_MOST];
    const struct outbox_row *renewing[TURN_MOST];
    size_t settling_count, renewing_count;
    size_t room[OUTBOX_KINDS]; /* so many may be taken */
    bool ready[OUTBOX_KINDS];
    bool count, prune;
    /* What came of it. */
    struct arena arena;
    struct outbox_rows taken[OUTBOX_KINDS];
    int64_t wait_us; /* until something is due; MOMENT_NEVER */
    int64_t waiting[OUTBOX_KINDS], oldest_us[OUTBOX_KINDS];
    enum err result;
    struct err_info info;
    void (*told)(void *self); /* on the clerk's thread: it is over */
    void *told_self;
};

/* Sets job.run and job.done. */
void turn_prepare(struct turn *turn);

#endif
