/* How a batch goes:
 *
 *   waiting ──job queued or something due──► BEGIN ─► run jobs one by one ─► what is due ─► last
 * words ▲                                       │            │                                  │
 *      │                                     error    storage error                         COMMIT
 *      │                                       ▼            ▼                             ok │  │
 * error ├──────── everyone hears it ◄──── everything rolled back ◄────────────────────────────┼──┘
 *      └──────── each hears its own result ◄──── committed() ◄───────────────────────────────┘
 *
 * Beside other servers (sharing.h) a batch that was in their way is run again from BEGIN: once as
 * it was, then each job in a transaction of its own. Nobody has been told of it yet. Jobs that only
 * gather are done together before another kind of job runs, and at the end of the jobs, in one
 * savepoint; should that fail, each runs again in one of its own. A job that fails by its own fault
 * is undone to its savepoint and hears its error with the others, after the commit. `queued` counts
 * jobs from clerk_submit() until a batch takes them: the thread ends only when it is stopping and
 * that count is 0, so no job that was accepted is forgotten. */
#include "store/clerk.h"

#include "base/arena.h"
#include "base/log.h"
#include "base/moment.h"
#include "base/random.h"
#include "store/sharing.h"

#include <assert.h>
#include <inttypes.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

enum {
    QUEUE_MAX = 20000,
    SLEEP_MAX_MS = 1000, /* a clock that jumps is noticed after so long */
    RETRY_US = 1000000,  /* after a failure of what is due */
    TRIES_MOST = 12,     /* of one transaction, when others are in its way */
    REST_US = 4000       /* before another try: up to this, doubled each time up to 64 times it */
};

struct clerk {
    struct database *db;
    const struct clerk_hook *hooks;
    size_t hook_count, queue_max;
    pthread_t thread;
    int wake;
    struct queue queue;
    atomic_bool stopping;
    atomic_size_t queued;
    atomic_uint_fast64_t turns;

    /* The thread's own: */
    struct queue_link *pending;                  /* taken from the queue, not yet in a batch */
    int64_t tick_not_before_us, silent_until_us; /* on database_clock() */
    struct arena arena;                          /* of the batch: errors of its jobs */
    struct clerk_job *batch[CLERK_BATCH_JOBS];
    size_t batch_count;
    size_t batch_at;    /* how many of them this run has come to */
    size_t group_first; /* of the batch: jobs from here on have gathered and not been taken */
    bool again;         /* this run is another try: no new jobs */
    bool alone;         /* it keeps other servers away */
    struct random random;

    pthread_mutex_t figures_lock;
    struct clerk_figures figures;
    struct histogram waits, commits;
};

static void wake(struct clerk *clerk)
{
    uint64_t one = 1;
    ssize_t n = write(clerk->wake, &one, sizeof(one));
    assert(n == sizeof(one));
    (void)n;
}

/* The next job, or NULL. */
static struct clerk_job *take(struct clerk *clerk)
{
    if (!clerk->pending) {
        clerk->pending = queue_take(&clerk->queue);
    }
    struct queue_link *link = clerk->pending;
    if (!link) {
        return NULL;
    }
    clerk->pending = link->next;
    atomic_fetch_sub(&clerk->queued, 1);
    struct clerk_job *job = (struct clerk_job *)link;
    histogram_add(&clerk->waits, database_clock() - job->queued_us);
    return job;
}

/* How long until something is due; 0 or less: now. MOMENT_NEVER: nothing is. What has failed rests
 * for a while by the monotonic clock: the other one may be set back. */
static int64_t left_until_due(const struct clerk *clerk)
{
    int64_t due = MOMENT_NEVER;
    for (size_t i = 0; i < clerk->hook_count; i++) {
        const struct clerk_hook *hook = &clerk->hooks[i];
        int64_t at = hook->due ? hook->due(hook->self) : MOMENT_NEVER;
        due = at < due ? at : due;
    }
    if (due == MOMENT_NEVER) {
        return MOMENT_NEVER;
    }
    int64_t left_us = due - database_now(clerk->db);
    int64_t rest_us = clerk->tick_not_before_us - database_clock();
    return left_us > rest_us ? left_us : rest_us;
}

static void tell_undone(const struct clerk *clerk)
{
    for (size_t i = 0; i < clerk->hook_count; i++) {
        if (clerk->hooks[i].undone) {
            clerk->hooks[i].undone(clerk->hooks[i].self);
        }
    }
}

/* Work that has a savepoint to itself, unless it is sure not to need one: a job, or what jobs have
 * gathered, or a job that gathers and what it gathered, or a hook's tick. */
struct part {
    struct clerk_job *job;
    bool gathered;
    const struct clerk_hook *tick;
    bool sure;
};

static size_t count_gathered(const struct clerk *clerk)
{
    size_t count = 0;
    for (size_t i = 0; i < clerk->hook_count; i++) {
        const struct clerk_hook *hook = &clerk->hooks[i];
        count += hook->gathered ? hook->gathered(hook->self) : 0;
    }
    return count;
}

static enum err take_all(struct clerk *clerk, struct err_info *info)
{
    enum err e = ERR_NONE;
    for (size_t i = 0; i < clerk->hook_count && !e; i++) {
        const struct clerk_hook *hook = &clerk->hooks[i];
        if (hook->gathered && hook->gathered(hook->self)) {
            e = hook->take_gathered(hook->self, clerk->db, info);
        }
    }
    return e;
}

static enum err part_run(struct clerk *clerk, const struct part *part, struct err_info *info)
{
    enum err e = part->job ? part->job->run(part->job, clerk->db, info) : ERR_NONE;
    e = e || !part->gathered ? e : take_all(clerk, info);
    return e || !part->tick
               ? e
               : part->tick->tick(part->tick->self, clerk->db, database_now(clerk->db), info);
}

/* The transaction is to be run again. */
static bool is_in_the_way(const struct clerk *clerk)
{
    return database_wants_alone(clerk->db) || database_is_contended(clerk->db);
}

/* ERR_STORAGE: the batch is lost; other errors are the part's own and it is undone. */
static enum err part_run_apart(struct clerk *clerk, const struct part *part, struct err_info *info)
{
    struct savepoint savepoint CLEANUP(savepoint_end) = {0};
    enum err e = ERR_NONE;
    if (!part->sure) {
        e = savepoint_begin(&savepoint, clerk->db, info);
        if (e) {
            return ERR_STORAGE;
        }
    }
    e = part_run(clerk, part, info);
    if (database_lost_transaction(clerk->db) || is_in_the_way(clerk)) {
        return ERR_STORAGE;
    }
    if (!e && !part->sure && savepoint_keep(&savepoint, info) != ERR_NONE) {
        return ERR_STORAGE;
    }
    if (e) {
        savepoint_end(&savepoint);
        tell_undone(clerk);
    }
    return e;
}

/* ERR_STORAGE, with the words, if the batch is lost. */
static enum err run_job(struct clerk *clerk, const struct part *part, struct err_info *info)
{
    struct clerk_job *job = part->job;
    struct err_info words = {0};
    job->info = NULL;
    job->result = part_run_apart(clerk, part, &words);
    if (job->result) {
        job->info = ARENA_NEW(&clerk->arena, struct err_info);
        *job->info = words;
    }
    if (job->result == ERR_STORAGE) {
        *info = words;
        return ERR_STORAGE;
    }
    return ERR_NONE;
}

/* Does what the jobs of the batch before `end` have gathered; if that fails, job by job. */
static enum err finish_group(struct clerk *clerk, size_t end, struct err_info *info)
{
    size_t first = clerk->group_first;
    clerk->group_first = end;
    if (count_gathered(clerk) == 0) {
        return ERR_NONE;
    }
    enum err e = part_run_apart(clerk, &(struct part){.gathered = true}, info);
    if (!e || e == ERR_STORAGE) {
        return e;
    }
    e = ERR_NONE;
    for (size_t i = first; i < end && !e; i++) {
        struct clerk_job *job = clerk->batch[i];
        if (job->gathers && !job->result) {
            e = run_job(clerk, &(struct part){.job = job, .gathered = true}, info);
        }
    }
    return e;
}

/* Another one for the batch, or that of an earlier try; NULL: there is none. */
static struct clerk_job *next_job(struct clerk *clerk, int64_t end_us)
{
    if (clerk->batch_at < clerk->batch_count) {
        return clerk->batch[clerk->batch_at++];
    }
    bool room = !clerk->again && clerk->batch_count < CLERK_BATCH_JOBS &&
                database_clock() < end_us && count_gathered(clerk) < CLERK_BATCH_GATHERED;
    struct clerk_job *job = room ? take(clerk) : NULL;
    if (job) {
        clerk->batch[clerk->batch_count++] = job;
        clerk->batch_at++;
    }
    return job;
}

static enum err run_jobs(struct clerk *clerk, struct err_info *info)
{
    int64_t end_us = database_clock() + CLERK_BATCH_US;
    enum err e = ERR_NONE;
    struct clerk_job *job;
    clerk->group_first = clerk->batch_at = 0;
    while (!e && (job = next_job(clerk, end_us))) {
        job->result = ERR_NONE;
        if (!job->gathers) {
            e = finish_group(clerk, clerk->batch_at - 1, info);
            clerk->group_first = clerk->batch_at;
        }
        e = e ? e
              : run_job(clerk, &(struct part){.job = job, .sure = job->sure || job->gathers}, info);
    }
    return e ? e : finish_group(clerk, clerk->batch_at, info);
}

static enum err run_ticks(struct clerk *clerk, struct err_info *info)
{
    int64_t now_us = database_now(clerk->db);
    bool only_jobs = clerk->again && !clerk->alone;
    if (only_jobs || database_clock() < clerk->tick_not_before_us) {
        return ERR_NONE;
    }
    for (size_t i = 0; i < clerk->hook_count; i++) {
        const struct clerk_hook *hook = &clerk->hooks[i];
        if (!hook->tick || !hook->due || hook->due(hook->self) > now_us) {
            continue;
        }
        enum err e = part_run_apart(clerk, &(struct part){.tick = hook}, info);
        if (e && !is_in_the_way(clerk)) {
            clerk->tick_not_before_us = database_clock() + RETRY_US;
            log_say(LOG_ERROR, "due_work_failed", "%s %s", info->text, info->detail);
        }
        if (e == ERR_STORAGE) {
            return e;
        }
        pthread_mutex_lock(&clerk->figures_lock);
        clerk->figures.ticks++;
        pthread_mutex_unlock(&clerk->figures_lock);
    }
    return ERR_NONE;
}

static enum err say_first_words(struct clerk *clerk, struct err_info *info)
{
    for (size_t i = 0; i < clerk->hook_count; i++) {
        const struct clerk_hook *hook = &clerk->hooks[i];
        enum err e = hook->begun ? hook->begun(hook->self, clerk->db, info) : ERR_NONE;
        if (e) {
            return e;
        }
    }
    return ERR_NONE;
}

static enum err say_last_words(struct clerk *clerk, struct err_info *info)
{
    for (size_t i = 0; i < clerk->hook_count; i++) {
        const struct clerk_hook *hook = &clerk->hooks[i];
        enum err e =
            hook->before_commit ? hook->before_commit(hook->self, clerk->db, info) : ERR_NONE;
        if (e) {
            return e;
        }
    }
    return ERR_NONE;
}

/* Everything from BEGIN to COMMIT. */
static enum err work(struct clerk *clerk, int64_t *ret_commit_us, struct err_info *info)
{
    struct transaction t CLEANUP(transaction_end) = {0};
    enum err e = transaction_begin(&t, clerk->db, info);
    e = e ? e : database_join(clerk->db, clerk->alone, info);
    e = e ? e : say_first_words(clerk, info);
    e = e ? e : run_jobs(clerk, info);
    e = e ? e : run_ticks(clerk, info);
    e = e ? e : say_last_words(clerk, info);
    if (e) {
        return e;
    }
    int64_t started = database_clock();
    e = transaction_commit(&t, info);
    *ret_commit_us = database_clock() - started;
    return e;
}

static size_t size_class(size_t jobs)
{
    size_t class = 0;
    while (class < 10 && jobs > (size_t)1 << class) {
        class ++;
    }
    return class;
}

static void count_batch(struct clerk *clerk, enum err e, int64_t commit_us)
{
    if (e == ERR_NONE) {
        histogram_add(&clerk->commits, commit_us);
    }
    pthread_mutex_lock(&clerk->figures_lock);
    struct clerk_figures *f = &clerk->figures;
    f->batches++;
    f->failed_batches += e != ERR_NONE;
    f->jobs += clerk->batch_count;
    f->batch_sizes[size_class(clerk->batch_count)]++;
    for (size_t i = 0; i < clerk->batch_count; i++) {
        f->failed_jobs += e != ERR_NONE || clerk->batch[i]->result != ERR_NONE;
    }
    pthread_mutex_unlock(&clerk->figures_lock);
}

static void forget_batch(struct clerk *clerk)
{
    for (size_t i = 0; i < clerk->hook_count; i++) {
        if (clerk->hooks[i].rolled_back) {
            clerk->hooks[i].rolled_back(clerk->hooks[i].self);
        }
    }
}

/* After a failure nothing of the batch stands, whatever its jobs thought. Whether waiting for it
 * helps is the storage's to say: the next batch tries anew. */
static void fail_batch(struct clerk *clerk, enum err e, struct err_info *info)
{
    int64_t now_us = database_clock();
    if (now_us >= clerk->silent_until_us) { /* a full disk fails thousands of batches a second */
        clerk->silent_until_us = now_us + RETRY_US;
        log_say(LOG_ERROR, "batch_failed", "%s %s", info->text, info->detail);
    }
    clerk->tick_not_before_us = now_us + RETRY_US;
    /* A batch that could not even begin still takes the jobs that wait, to answer them. */
    while (clerk->batch_count == 0) {
        struct clerk_job *job = take(clerk);
        if (!job) {
            return;
        }
        clerk->batch[clerk->batch_count++] = job;
    }
    for (size_t i = 0; i < clerk->batch_count; i++) {
        clerk->batch[i]->result = e;
        clerk->batch[i]->info = info;
    }
}

/* So that two servers do not meet again and again. */
static void rest(struct clerk *clerk, unsigned tries)
{
    unsigned doubled = tries < 6 ? tries : 6;
    int64_t most_us = (int64_t)REST_US << doubled;
    struct timespec rest = {.tv_nsec =
                                (long)random_below(&clerk->random, (uint64_t)most_us) * 1000};
    nanosleep(&rest, NULL);
}

/* Runs the batch until it is through, fails for good, or others were in its way `most` times. */
static enum err try_batch(struct clerk *clerk, unsigned most, int64_t *ret_commit_us,
                          struct err_info *info)
{
    clerk->alone = false;
    for (unsigned tries = 1;; tries++) {
        enum err e = work(clerk, ret_commit_us, info);
        if (!e) {
            return ERR_NONE;
        }
        forget_batch(clerk);
        bool contended = database_is_contended(clerk->db);
        if (!is_in_the_way(clerk)) {
            return e;
        }
        if (tries >= most || (contended && clerk->batch_count == 0)) {
            return ERR_BUSY;
        }
        clerk->again = clerk->batch_count > 0;
        clerk->alone = clerk->alone || database_wants_alone(clerk->db);
        if (contended) {
            rest(clerk, tries);
        }
    }
}

static void tell_batch(struct clerk *clerk, enum err e, int64_t commit_us, struct err_info *info)
{
    if (e && is_in_the_way(clerk) && clerk->batch_count == 0) { /* only what is due: it stays so */
        rest(clerk, 1);
        return;
    }
    if (e) {
        fail_batch(clerk, e, info);
    }
    for (size_t i = 0; !e && i < clerk->hook_count; i++) {
        if (clerk->hooks[i].committed) {
            clerk->hooks[i].committed(clerk->hooks[i].self);
        }
    }
    count_batch(clerk, e, commit_us);
    for (size_t i = 0; i < clerk->batch_count; i++) {
        struct clerk_job *job = clerk->batch[i];
        job->done(job, job->result, job->info);
    }
}

/* Each of its jobs in a transaction of its own. */
static void run_singly(struct clerk *clerk)
{
    struct clerk_job *jobs[CLERK_BATCH_JOBS];
    size_t count = clerk->batch_count;
    memcpy(jobs, clerk->batch, count * sizeof(struct clerk_job *));
    for (size_t i = 0; i < count; i++) {
        struct err_info info = {0};
        int64_t commit_us = 0;
        clerk->batch[0] = jobs[i];
        clerk->batch_count = 1;
        enum err e = try_batch(clerk, TRIES_MOST, &commit_us, &info);
        tell_batch(clerk, e, commit_us, &info);
    }
}

static void run_batch(struct clerk *clerk)
{
    arena_clear(&clerk->arena);
    clerk->batch_count = 0;
    clerk->again = false;
    struct err_info info = {0};
    int64_t commit_us = 0;
    enum err e = try_batch(clerk, 2, &commit_us, &info);
    if (e && is_in_the_way(clerk) && clerk->batch_count > 1) {
        run_singly(clerk);
    } else {
        tell_batch(clerk, e, commit_us, &info);
    }
}

/* Until something is queued, something is due or the clerk is to stop. */
static void wait_for_work(struct clerk *clerk)
{
    int64_t left_us = left_until_due(clerk);
    if (left_us <= 0) {
        return;
    }
    int timeout =
        left_us < (int64_t)SLEEP_MAX_MS * 1000 ? (int)((left_us + 999) / 1000) : SLEEP_MAX_MS;
    struct pollfd fd = {.fd = clerk->wake, .events = POLLIN};
    if (poll(&fd, 1, timeout) > 0) {
        uint64_t count;
        ssize_t n = read(clerk->wake, &count, sizeof(count));
        (void)n; /* it only says that there is something */
    }
}

static void *clerk_run(void *self)
{
    struct clerk *clerk = self;
    for (;;) {
        atomic_fetch_add(&clerk->turns, 1);
        if (!clerk->pending && atomic_load(&clerk->queued) == 0) {
            if (atomic_load(&clerk->stopping)) {
                break;
            }
            wait_for_work(clerk);
        }
        if (!clerk->pending) {
            clerk->pending = queue_take(&clerk->queue);
        }
        if (clerk->pending || left_until_due(clerk) <= 0) {
            run_batch(clerk);
        }
    }
    return NULL;
}

enum err clerk_start(const struct clerk_config *config, struct clerk **ret, struct err_info *info)
{
    struct clerk *clerk = calloc(1, sizeof(*clerk));
    if (!clerk) {
        abort();
    }
    clerk->db = config->db;
    clerk->hooks = config->hooks;
    clerk->hook_count = config->hook_count;
    clerk->queue_max = config->queue_max ? config->queue_max : QUEUE_MAX;
    clerk->random = random_seeded((uint64_t)database_clock() ^ (uint64_t)getpid() << 32);
    clerk->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    pthread_mutex_init(&clerk->figures_lock, NULL);
    int code = clerk->wake < 0 ? -1 : pthread_create(&clerk->thread, NULL, clerk_run, clerk);
    if (code != 0) {
        pthread_mutex_destroy(&clerk->figures_lock);
        close(clerk->wake);
        free(clerk);
        return err_set(info, ERR_IO,
                       "A thread cannot be started. Raise the limits of the process.");
    }
    *ret = clerk;
    return ERR_NONE;
}

bool clerk_submit(struct clerk *clerk, struct clerk_job *job)
{
    /* Counted first: a stopping clerk waits for it. */
    size_t before = atomic_fetch_add(&clerk->queued, 1);
    if (before >= clerk->queue_max || atomic_load(&clerk->stopping)) {
        atomic_fetch_sub(&clerk->queued, 1);
        return false;
    }
    job->queued_us = database_clock();
    if (queue_put(&clerk->queue, &job->link)) {
        wake(clerk);
    }
    return true;
}

void clerk_wake(struct clerk *clerk)
{
    wake(clerk);
}

void clerk_stop(struct clerk **clerk)
{
    struct clerk *c = *clerk;
    if (!c) {
        return;
    }
    atomic_store(&c->stopping, true);
    wake(c);
    pthread_join(c->thread, NULL);
    arena_release(&c->arena);
    pthread_mutex_destroy(&c->figures_lock);
    close(c->wake);
    free(c);
    *clerk = NULL;
}

struct clerk_figures clerk_figures(struct clerk *clerk)
{
    pthread_mutex_lock(&clerk->figures_lock);
    struct clerk_figures figures = clerk->figures;
    pthread_mutex_unlock(&clerk->figures_lock);
    figures.queued = atomic_load(&clerk->queued);
    histogram_read(&clerk->waits, &figures.waits);
    histogram_read(&clerk->commits, &figures.commits);
    figures.turns = atomic_load(&clerk->turns);
    return figures;
}
