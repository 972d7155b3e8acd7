/* The present of the show: a thread that tells what happens in the shop as time goes by, and has
 * the clerk take it. */
#include "feature/show/show.h"

#include "base/log.h"
#include "feature/ledger/ledger.h"
#include "feature/show/company.h"
#include "feature/show/names.h"
#include "feature/show/story.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

enum { BATCH = 200, PAUSE_MS = 500 };

struct show {
    struct clerk_job job; /* first: from the job back to the show */
    struct server *server;
    struct demo *demo;
    struct story_batch batch;
    uint32_t named, known; /* customers: of so many a name is written; so many are told of */
    struct taking takings[BATCH];
    pthread_mutex_t lock;
    pthread_cond_t woken;
    pthread_t thread;
    bool started, stopping, working;
    char link[TOKEN_TEXT_SIZE];
};

enum { LAST_TOUCH, STATEMENTS };
static const struct statement list[STATEMENTS] = {
    [LAST_TOUCH] = {"show_last_touch",
                    "SELECT external_id, occurred_us FROM touch ORDER BY id DESC LIMIT 1", NULL},
};
static const struct statement_table statements = {list, STATEMENTS};

/* -- where the story stands -- */

/* Told anew from its start, up to the last touch that is stored. Only when that is the same touch
 * does the story go on from there: after a time of serving it has gone its own way. */
static struct demo *go_on(int64_t from_us, struct text last_id, int64_t last_us)
{
    struct demo *demo = demo_new(DEMO_SEED, from_us);
    struct touch t;
    while (demo_next(demo, last_us, &t)) {
        if (t.occurred_us == last_us && text_eq(t.id, last_id)) {
            return demo;
        }
    }
    demo_free(demo);
    return demo_resume(DEMO_SEED, from_us, moment_now());
}

static enum err find_story(struct server *server, struct database *db, struct demo **ret,
                           struct err_info *info)
{
    struct book *book CLEANUP(book_drop) = publisher_book(server_module(server, "code"));
    struct query q CLEANUP(query_end) = query_begin(db, &list[LAST_TOUCH]);
    bool row;
    enum err e = query_row(&q, &row, info);
    if (!e && (!row || book_version_count(book) == 0)) {
        e = err_set(info, ERR_INTERNAL, "the shop's past is not loaded");
    }
    if (!e) { /* the Code was published when the story began */
        *ret = go_on(book_version(book, 0)->published_us, query_text(&q, 0), query_int(&q, 1));
        demo_set_pace(*ret, DEMO_LIVE_PACE);
    }
    return e;
}

/* -- the thread -- */

static enum err take(struct clerk_job *job, struct database *db, struct err_info *info)
{
    struct show *show = (struct show *)job;
    struct keeper *keeper = ledger_keeper(server_module(show->server, "ledger"));
    enum err e = keeper_take(keeper, db, show->batch.touches, show->batch.count, moment_now(),
                             show->takings, info);
    return e ? e : show_name_customers(db, show->named + 1, show->known, moment_now(), info);
}

static void taken(struct clerk_job *job, enum err result, const struct err_info *info)
{
    struct show *show = (struct show *)job;
    if (result) {
        log_say(LOG_WARNING, "demo_touches_not_taken", "%s", info->text);
    }
    pthread_mutex_lock(&show->lock);
    show->named = result ? show->named : show->known;
    show->working = false;
    pthread_cond_signal(&show->woken);
    pthread_mutex_unlock(&show->lock);
}

/* With the lock held. */
static void pause_a_little(struct show *show)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += PAUSE_MS * 1000000L;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    (void)pthread_cond_timedwait(&show->woken, &show->lock, &until);
}

static void *run(void *self)
{
    struct show *show = self;
    pthread_mutex_lock(&show->lock);
    while (!show->stopping) {
        pthread_mutex_unlock(&show->lock);
        bool any = story_batch(show->demo, moment_now(), BATCH, &show->batch);
        show->known = demo_customers(show->demo);
        show->job = (struct clerk_job){.run = take, .done = taken};
        show->working = any;
        if (any && !clerk_submit(server_clerk(show->server), &show->job)) {
            show->working = false; /* full: these touches are never told */
        }
        pthread_mutex_lock(&show->lock);
        while (show->working) {
            pthread_cond_wait(&show->woken, &show->lock);
        }
        if (!show->stopping) {
            pause_a_little(show);
        }
    }
    pthread_mutex_unlock(&show->lock);
    return NULL;
}

const char *show_link(const struct show *show)
{
    return show->link;
}

void show_start(struct show *show)
{
    show->started = pthread_create(&show->thread, NULL, run, show) == 0;
}

static void stop_show(void *self)
{
    struct show *show = self;
    pthread_mutex_lock(&show->lock);
    show->stopping = true;
    pthread_cond_signal(&show->woken);
    pthread_mutex_unlock(&show->lock);
    if (show->started) {
        pthread_join(show->thread, NULL);
    }
}

/* -- the module -- */

static enum err open_show(struct server *server, struct database *db, void **ret_self,
                          struct err_info *info)
{
    struct demo *demo;
    enum err e = find_story(server, db, &demo, info);
    if (e) {
        return e;
    }
    struct show *show = calloc(1, sizeof(*show));
    if (!show) {
        abort();
    }
    show->server = server;
    show->demo = demo;
    show->named = demo_customers(demo);
    show_make_link(db, show->link);
    pthread_mutex_init(&show->lock, NULL);
    pthread_cond_init(&show->woken, NULL);
    *ret_self = show;
    return ERR_NONE;
}

static void close_show(void *self)
{
    struct show *show = self;
    demo_free(show->demo);
    arena_release(&show->batch.arena);
    pthread_mutex_destroy(&show->lock);
    pthread_cond_destroy(&show->woken);
    free(show);
}

const struct module show_module = {
    .name = "show",
    .statements = &statements,
    .open = open_show,
    .stop = stop_show,
    .close = close_show,
};
