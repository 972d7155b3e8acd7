#include "feature/outbox/turn.h"

#include "base/moment.h"
#include "store/sharing.h"

#include <sodium.h>

#define PAUSE_LEAST_US (5 * SECOND_US)
#define PAUSE_MOST_US (2 * HOUR_US)
#define KEEP_US (30 * DAY_US)

/* Up to the same again, so that many that failed together do not come back together. */
static int64_t with_jitter(int64_t us)
{
    return us / 2 + (int64_t)randombytes_uniform((uint32_t)(us / 2 / 1000) + 1) * 1000;
}

/* The pauses grow as the time grows for which it has been tried: 5 s, 20 s, 80 s, … 2 hours. */
static int64_t pause_after(const struct outbox_row *row, const struct delivery *d, int64_t now_us)
{
    int64_t tried_us = now_us - row->since_us;
    int64_t pause_us = tried_us > PAUSE_MOST_US / 3 ? PAUSE_MOST_US : tried_us * 3;
    pause_us = with_jitter(pause_us > PAUSE_LEAST_US ? pause_us : PAUSE_LEAST_US);
    return pause_us > d->wait_us ? pause_us : d->wait_us;
}

static enum err settle(struct turn *t, struct database *db, const struct settling *s,
                       struct err_info *info)
{
    int64_t now_us = database_now(db);
    struct delivery d = s->delivery;
    int64_t next_us = now_us;
    if (d.state == OUTBOX_WAITING && s->is_try) {
        next_us = now_us + pause_after(s->row, &d, now_us);
        if (next_us - s->row->since_us > OUTBOX_PATIENCE_US) {
            d.state = OUTBOX_FAILED;
        }
    }
    struct outbox_outcome outcome = {d.state,    next_us, s->is_try, now_us - s->took_us,
                                     s->took_us, d.code,  d.answer};
    enum err e = outbox_row_settle(db, s->row, s->row->lease, &outcome, info);
    const struct carrier *c = t->carriers[s->row->kind];
    return e || !s->is_try || !c->settled ? e : c->settled(c->self, db, s->row, &d, info);
}

static enum err take(struct turn *t, struct database *db, struct err_info *info)
{
    int64_t now_us = database_now(db), lease = 0;
    randombytes_buf(&lease, sizeof(lease));
    lease = (lease & INT64_MAX) | 1;
    enum err e = ERR_NONE;
    for (int kind = 0; kind < OUTBOX_KINDS && !e; kind++) {
        if (t->ready[kind] && t->room[kind]) {
            e = outbox_row_take(db, (enum outbox_kind)kind, t->room[kind], lease, now_us + LEASE_US,
                                &t->arena, &t->taken[kind], info);
        }
    }
    return e;
}

static enum err look_ahead(struct turn *t, struct database *db, struct err_info *info)
{
    int64_t now_us = database_now(db);
    enum err e = ERR_NONE;
    for (int kind = 0; kind < OUTBOX_KINDS && !e; kind++) {
        int64_t next_us = MOMENT_NEVER;
        if (t->ready[kind] && t->room[kind] > t->taken[kind].count) {
            e = outbox_row_next(db, (enum outbox_kind)kind, &next_us, info);
        }
        int64_t wait_us = next_us == MOMENT_NEVER ? MOMENT_NEVER
                          : next_us > now_us      ? next_us - now_us
                                                  : 0;
        t->wait_us = wait_us < t->wait_us ? wait_us : t->wait_us;
    }
    return e;
}

static enum err count(struct turn *t, struct database *db, struct err_info *info)
{
    enum err e = ERR_NONE;
    for (int kind = 0; kind < OUTBOX_KINDS && !e; kind++) {
        e = outbox_row_depth(db, (enum outbox_kind)kind, &t->waiting[kind], &t->oldest_us[kind],
                             info);
    }
    return e;
}

static enum err run(struct clerk_job *job, struct database *db, struct err_info *info)
{
    struct turn *t = (struct turn *)job;
    arena_clear(&t->arena); /* it may run again */
    memset(t->taken, 0, sizeof(t->taken));
    t->wait_us = MOMENT_NEVER;
    int64_t now_us = database_now(db);
    enum err e = ERR_NONE;
    for (size_t i = 0; i < t->settling_count && !e; i++) {
        e = settle(t, db, &t->settling[i], info);
    }
    for (size_t i = 0; i < t->renewing_count && !e; i++) {
        e = outbox_row_renew(db, t->renewing[i]->id, t->renewing[i]->lease, now_us + LEASE_US,
                             info);
    }
    e = e ? e : take(t, db, info);
    e = e ? e : look_ahead(t, db, info);
    e = e || !t->count ? e : count(t, db, info);
    return e || !t->prune ? e : outbox_row_prune(db, now_us - KEEP_US, info);
}

static void done(struct clerk_job *job, enum err result, const struct err_info *info)
{
    struct turn *t = (struct turn *)job;
    t->result = result;
    t->info = info ? *info : (struct err_info){0};
    t->told(t->told_self);
}

void turn_prepare(struct turn *t)
{
    t->job.run = run;
    t->job.done = done;
}
