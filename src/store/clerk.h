/* The clerk: the one thread that changes the database. Jobs queue up; it takes what is there (at
 * most CLERK_BATCH_JOBS, or what CLERK_BATCH_US allow; it never waits for more), runs them one
 * after the other in one transaction, each in a savepoint of its own, commits durably, and only
 * then tells each job how it went. If the database fails (disk full, read-only, I/O) the whole
 * batch is rolled back, every job of it hears ERR_STORAGE, and the clerk goes on with the next.
 *
 * Where servers share a database (sharing.h), a batch that got into the way of another server, or
 * that must be alone, is rolled back and run again, at last job by job; nobody has heard of it
 * then. So run() may be called several times. */
#ifndef TROTH_STORE_CLERK_H
#define TROTH_STORE_CLERK_H

#include "base/histogram.h"
#include "base/queue.h"
#include "store/database.h"

enum {
    CLERK_BATCH_JOBS = 512,
    CLERK_BATCH_US = 2000,
    CLERK_BATCH_GATHERED = 1000 /* once so much is gathered, no further job is taken */
};

struct clerk;
struct clerk_job {
    struct queue_link link; /* first: the clerk's */
    /* On the clerk's thread, inside the transaction. An error undoes what this job changed, and
     * nothing else. */
    enum err (*run)(struct clerk_job *job, struct database *db, struct err_info *info);
    /* On the clerk's thread, after the commit (ERR_NONE: durable) or the roll-back. The job is no
     * longer the clerk's. Must not block. */
    void (*done)(struct clerk_job *job, enum err result, const struct err_info *info);
    bool sure; /* run() never fails after it has changed a row: no savepoint is needed */
    /* run() changes no row: it leaves its work with a hook, which does that of several jobs at once
     * (take_gathered) before any other kind of job runs. If that fails, these jobs run again one by
     * one. */
    bool gathers;
    /* The clerk's own: */
    int64_t queued_us;
    enum err result;
    struct err_info *info;
};

/* What features add to the clerk's work. Any function may be NULL. All on the clerk's thread. */
struct clerk_hook {
    void *self;
    /* First words inside the transaction: read again what other servers have changed (sharing.h).
     * An error rolls the batch back. */
    enum err (*begun)(void *self, struct database *db, struct err_info *info);
    /* The next instant at which tick() has work (database_now() time), MOMENT_NEVER if none. Asked
     * after every batch; must be quick (keep it in memory). */
    int64_t (*due)(void *self);
    /* Like a job of a batch: does what has become due by now_us, a bounded part of it at a time; it
     * is called again while due() says so. */
    enum err (*tick)(void *self, struct database *db, int64_t now_us, struct err_info *info);
    /* A job (or tick) failed and what it wrote is undone: forget what it left in memory. */
    void (*undone)(void *self);
    /* Last words inside the transaction, after the jobs of the batch: counts, caches to write back.
     * An error rolls the batch back. */
    enum err (*before_commit)(void *self, struct database *db, struct err_info *info);
    void (*committed)(void *self);   /* it is durable: publish, before the jobs are told */
    void (*rolled_back)(void *self); /* the whole batch is gone: forget what it left in memory */
    size_t (*gathered)(void *self);  /* how much jobs have left with it */
    /* Does all of it, as one job. It is forgotten then, also after an error. */
    enum err (*take_gathered)(void *self, struct database *db, struct err_info *info);
};

struct clerk_config {
    struct database *db; /* for writing; the clerk's until clerk_stop() */
    const struct clerk_hook *hooks;
    size_t hook_count;
    size_t queue_max; /* jobs waiting; more are refused. 0: 20,000 */
};
struct clerk_figures {
    uint64_t jobs, failed_jobs, batches, failed_batches, ticks;
    uint64_t queued;                         /* now */
    uint64_t batch_sizes[11];                /* batches of at most 1, 2, 4, … 512, and larger */
    struct histogram_figures waits, commits; /* of a job in the queue; of COMMIT */
    uint64_t turns; /* of its loop: while it moves, one after each clerk_wake() */
};

enum err clerk_start(const struct clerk_config *config, struct clerk **ret, struct err_info *info);
/* Any thread. False: the queue is full (answer ERR_BUSY) or the clerk is stopping; the job stays
 * the caller's. */
bool clerk_submit(struct clerk *clerk, struct clerk_job *job);
/* Finishes what is queued, then ends the thread. The connection is the caller's again. */
void clerk_stop(struct clerk **clerk);
/* Asks due() of the hooks anew, when another thread changed what it would answer. */
void clerk_wake(struct clerk *clerk);
struct clerk_figures clerk_figures(struct clerk *clerk); /* any thread */

#endif
