#include "store/readers.h"

#include "base/log.h"
#include "base/moment.h"

#include <pthread.h>
#include <stdlib.h>

enum { LANES = 2, QUICK_THREADS = 2, SLOW_THREADS = 1, THREADS_MAX = 64, QUEUE_MAX = 20000 };

struct lane {
    pthread_mutex_t lock;
    pthread_cond_t filled;
    struct queue_link *first, *last;
    size_t queued, queue_max;
    bool stopping;
    uint64_t jobs, failed;
    struct histogram waits;
};
struct reader {
    struct lane *lane;
    enum reader_lane kind;
    struct database *db;
    pthread_t thread;
    bool running;
};
struct readers {
    struct lane lanes[LANES];
    struct reader readers[THREADS_MAX];
    size_t count;
};

/* The oldest job; waits for one. NULL: stopping and nothing left. */
static struct read_job *take(struct lane *lane)
{
    pthread_mutex_lock(&lane->lock);
    while (!lane->first && !lane->stopping) {
        pthread_cond_wait(&lane->filled, &lane->lock);
    }
    struct queue_link *link = lane->first;
    if (link) {
        lane->first = link->next;
        lane->queued--;
    }
    pthread_mutex_unlock(&lane->lock);
    struct read_job *job = (struct read_job *)link;
    if (job) {
        histogram_add(&lane->waits, database_clock() - job->queued_us);
    }
    return job;
}

/* One snapshot for the whole question. */
static enum err run_quick(struct reader *reader, struct read_job *job, struct err_info *info)
{
    struct transaction t CLEANUP(transaction_end) = {0};
    enum err e = transaction_begin(&t, reader->db, info);
    e = e ? e : job->run(job, reader->db, info);
    return e ? e : transaction_commit(&t, info);
}

static enum err run_job(struct reader *reader, struct read_job *job, struct err_info *info)
{
    if (atomic_load(&job->cancelled)) {
        return err_set(info, ERR_BUSY, "Nobody waits for the answer any more.");
    }
    database_set_cancel(reader->db, &job->cancelled);
    bool slow = reader->kind == READ_SLOW;
    database_set_deadline(reader->db, slow ? database_clock() + READ_SLOW_US : 0);
    enum err e = slow ? job->run(job, reader->db, info) : run_quick(reader, job, info);
    database_set_cancel(reader->db, NULL);
    return e;
}

static void *reader_run(void *self)
{
    struct reader *reader = self;
    for (;;) {
        struct read_job *job = take(reader->lane);
        if (!job) {
            return NULL;
        }
        struct err_info info = {0};
        enum err e = run_job(reader, job, &info);
        pthread_mutex_lock(&reader->lane->lock);
        reader->lane->jobs++;
        reader->lane->failed += e != ERR_NONE;
        pthread_mutex_unlock(&reader->lane->lock);
        job->done(job, e, &info);
    }
}

static enum err reader_open(struct reader *reader, const struct readers_config *config,
                            struct err_info *info)
{
    struct database_config place = {.place = config->place, .mode = DATABASE_READ};
    enum err e = database_open(&place, &reader->db, info);
    if (e) {
        return e;
    }
    database_set_slice(reader->db, READ_SLICE_US);
    for (size_t i = 0; i < config->table_count && !e; i++) {
        e = database_prepare(reader->db, config->tables[i], info);
    }
    if (!e && pthread_create(&reader->thread, NULL, reader_run, reader) != 0) {
        e = err_set(info, ERR_IO, "A thread cannot be started. Raise the limits of the process.");
    }
    reader->running = !e;
    return e;
}

enum err readers_start(const struct readers_config *config, struct readers **ret,
                       struct err_info *info)
{
    struct readers *readers CLEANUP(readers_stop) = calloc(1, sizeof(*readers));
    if (!readers) {
        abort();
    }
    for (int i = 0; i < LANES; i++) {
        pthread_mutex_init(&readers->lanes[i].lock, NULL);
        pthread_cond_init(&readers->lanes[i].filled, NULL);
        readers->lanes[i].queue_max = config->queue_max ? config->queue_max : QUEUE_MAX;
    }
    size_t quick = config->quick_threads ? config->quick_threads : QUICK_THREADS;
    size_t total = quick + (config->slow_threads ? config->slow_threads : SLOW_THREADS);
    if (total > THREADS_MAX) {
        return err_set(info, ERR_LIMIT, "At most %d reader threads.", THREADS_MAX);
    }
    for (size_t i = 0; i < total; i++) {
        struct reader *reader = &readers->readers[readers->count++];
        reader->kind = i < quick ? READ_QUICK : READ_SLOW;
        reader->lane = &readers->lanes[reader->kind];
        enum err e = reader_open(reader, config, info);
        if (e) {
            return e;
        }
    }
    *ret = readers;
    readers = NULL; /* the caller's now */
    return ERR_NONE;
}

bool readers_submit(struct readers *readers, struct read_job *job)
{
    struct lane *lane = &readers->lanes[job->lane];
    pthread_mutex_lock(&lane->lock);
    bool taken = !lane->stopping && lane->queued < lane->queue_max;
    if (taken) {
        job->link.next = NULL;
        job->queued_us = database_clock();
        if (lane->first) {
            lane->last->next = &job->link;
        } else {
            lane->first = &job->link;
        }
        lane->last = &job->link;
        lane->queued++;
    }
    pthread_mutex_unlock(&lane->lock);
    if (taken) {
        pthread_cond_signal(&lane->filled);
    }
    return taken;
}

void readers_stop(struct readers **readers)
{
    struct readers *r = *readers;
    if (!r) {
        return;
    }
    for (int i = 0; i < LANES; i++) {
        pthread_mutex_lock(&r->lanes[i].lock);
        r->lanes[i].stopping = true;
        pthread_mutex_unlock(&r->lanes[i].lock);
        pthread_cond_broadcast(&r->lanes[i].filled);
    }
    for (size_t i = 0; i < r->count; i++) {
        if (r->readers[i].running) {
            pthread_join(r->readers[i].thread, NULL);
        }
        database_close(&r->readers[i].db);
    }
    for (int i = 0; i < LANES; i++) {
        pthread_mutex_destroy(&r->lanes[i].lock);
        pthread_cond_destroy(&r->lanes[i].filled);
    }
    free(r);
    *readers = NULL;
}

struct readers_figures readers_figures(struct readers *readers)
{
    struct readers_figures figures = {0};
    for (int i = 0; i < LANES; i++) {
        struct lane *lane = &readers->lanes[i];
        pthread_mutex_lock(&lane->lock);
        figures.jobs[i] = lane->jobs;
        figures.failed[i] = lane->failed;
        figures.queued[i] = lane->queued;
        histogram_read(&lane->waits, &figures.waits[i]);
        pthread_mutex_unlock(&lane->lock);
    }
    return figures;
}
