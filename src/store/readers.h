/* The readers: threads with read-only connections. Quick questions and slow ones have threads and
 * queues of their own, so a report never delays a page. No read transaction lasts over
 * READ_SLICE_US (it would keep the log from being folded in): a quick question is one transaction;
 * a slow one has none of its own, each of its statements is one. */
#ifndef TROTH_STORE_READERS_H
#define TROTH_STORE_READERS_H

#include "base/histogram.h"
#include "base/queue.h"
#include "store/database.h"

enum { READ_SLICE_US = 250000, READ_SLOW_US = 10000000 };

enum reader_lane { READ_QUICK, READ_SLOW };

struct readers;
struct read_job {
    struct queue_link link; /* first: the readers' */
    enum reader_lane lane;
    /* On a reader's thread. Over the deadline its queries fail with ERR_BUSY. */
    enum err (*run)(struct read_job *job, struct database *db, struct err_info *info);
    /* On the reader's thread, at the end. The job is no longer the readers'. */
    void (*done)(struct read_job *job, enum err result, const struct err_info *info);
    int64_t queued_us;       /* the readers' */
    _Atomic(bool) cancelled; /* set by anyone: nobody wants the answer any more */
};

struct readers_config {
    const char *place;
    const struct statement_table *const *tables; /* prepared at start, to find mistakes early */
    size_t table_count;
    unsigned quick_threads, slow_threads; /* 0: 2 and 1 */
    size_t queue_max;                     /* for each lane. 0: 20,000 */
};
struct readers_figures {
    uint64_t jobs[2], failed[2], queued[2]; /* by lane */
    struct histogram_figures waits[2];      /* of a job in the queue */
};

/* The file must exist and be migrated. */
enum err readers_start(const struct readers_config *config, struct readers **ret,
                       struct err_info *info);
/* Any thread. False: that lane's queue is full or the readers are stopping. */
bool readers_submit(struct readers *readers, struct read_job *job);
/* Finishes what is queued, then ends the threads. */
void readers_stop(struct readers **readers);
struct readers_figures readers_figures(struct readers *readers); /* any thread */

#endif
