#include "feature/outbox/worker.h"

#include "base/log.h"
#include "base/moment.h"
#include "feature/outbox/courier.h"
#include "feature/outbox/turn.h"

#include <pthread.h>
#include <stdlib.h>

enum { FLIGHTS = TURN_MOST, POLL_MOST_MS = 60000 };
#define RENEW_US (LEASE_US / 3)
#define LOOK_US (3 * SECOND_US) /* where other servers leave rows behind */
#define COUNT_US (15 * SECOND_US)
#define PRUNE_US (10 * MINUTE_US)
#define REST_US (1 * SECOND_US) /* after the database has failed */
#define GRACE_US (3 * SECOND_US)

/* One delivery: from being taken until it is written how it went. */
struct flight {
    bool used, over, saving; /* over: ended; saving: the turn under way writes it */
    bool apart;              /* the courier has the handle */
    struct courier courier;
    struct arena arena;
    struct outbox_row row;
    CURL *curl;
    void *context;
    int64_t begun_us;
    struct settling settling;
};
struct worker {
    struct server *server;
    const struct carrier *const *carriers;
    pthread_t thread;
    CURLM *multi;
    atomic_bool stopping, woken, turned; /* turned: the turn is over */
    struct flight flights[FLIGHTS];
    struct turn turn;
    bool turning, shared, failed;
    int64_t look_us, renew_us, count_us, prune_us; /* when next */
    pthread_mutex_t lock;                          /* over what follows */
    struct worker_figures figures[OUTBOX_KINDS];
};

static int64_t clock_us(void)
{
    return database_clock();
}

/* -- deliveries -- */

static size_t flying(const struct worker *w, enum outbox_kind kind)
{
    size_t n = 0;
    for (size_t i = 0; i < FLIGHTS; i++) {
        n += w->flights[i].used && w->flights[i].row.kind == kind;
    }
    return n;
}

static void land(struct worker *w, struct flight *f, const struct delivery *d, bool is_try)
{
    int64_t now_us = clock_us();
    f->settling = (struct settling){
        .row = &f->row, .delivery = *d, .is_try = is_try, .took_us = now_us - f->begun_us};
    f->over = true;
    if (f->curl) {
        curl_multi_remove_handle(w->multi, f->curl); /* nothing where a courier had it */
        curl_easy_cleanup(f->curl);
        f->curl = NULL;
    }
}

static struct outbox_row row_copy(struct arena *arena, const struct outbox_row *row)
{
    struct outbox_row copy = *row;
    copy.token = arena_text(arena, row->token);
    copy.target = arena_text(arena, row->target);
    copy.title = arena_text(arena, row->title);
    copy.content = arena_text(arena, row->content);
    copy.error = (struct text){0};
    return copy;
}

/* There is one for each row that a turn takes. */
static struct flight *free_flight(struct worker *w)
{
    size_t at = 0;
    while (w->flights[at].used) {
        at++;
    }
    return &w->flights[at];
}

static void take(struct flight *f, const struct outbox_row *row)
{
    f->used = true;
    f->over = f->saving = f->apart = false;
    f->row = row_copy(&f->arena, row);
    f->begun_us = clock_us();
}

static void take_off(struct worker *w, const struct outbox_row *row)
{
    struct flight *f = free_flight(w);
    take(f, row);
    f->curl = curl_easy_init();
    if (!f->curl) {
        abort(); /* out of memory */
    }
    curl_easy_setopt(f->curl, CURLOPT_PRIVATE, f);
    struct err_info info = {0};
    const struct carrier *c = w->carriers[row->kind];
    enum err e = c->begin(c->self, &f->row, &f->arena, f->curl, &f->context, &info);
    if (e) {
        struct delivery d = {.state = e == ERR_INVALID ? OUTBOX_FAILED : OUTBOX_WAITING,
                             .answer = arena_text(&f->arena, text_of(info.text))};
        land(w, f, &d, true);
    } else if (c->waits) {
        f->apart = true;
        courier_send(&f->courier, f->curl, w->multi);
    } else if (curl_multi_add_handle(w->multi, f->curl) != CURLM_OK) {
        abort();
    }
}

static void end_flight(struct worker *w, struct flight *f, CURLcode code, bool is_try)
{
    struct delivery d = {.state = OUTBOX_WAITING};
    const struct carrier *c = w->carriers[f->row.kind];
    c->end(c->self, f->context, &f->arena, f->curl, code, &d);
    land(w, f, &d, is_try);
}

static void hear_curl(struct worker *w)
{
    int running, left;
    curl_multi_perform(w->multi, &running);
    for (CURLMsg *m; (m = curl_multi_info_read(w->multi, &left));) {
        struct flight *f;
        if (m->msg == CURLMSG_DONE) {
            curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &f);
            end_flight(w, f, m->data.result, true);
        }
    }
}

static void hear_couriers(struct worker *w)
{
    for (size_t i = 0; i < FLIGHTS; i++) {
        struct flight *f = &w->flights[i];
        if (f->used && !f->over && f->apart && courier_has_ended(&f->courier)) {
            end_flight(w, f, courier_join(&f->courier), true);
        }
    }
}

static void hear(struct worker *w)
{
    hear_curl(w);
    hear_couriers(w);
}

/* The server stops: what has not ended by now is given back. */
static void abandon(struct worker *w)
{
    for (size_t i = 0; i < FLIGHTS; i++) {
        courier_stop(&w->flights[i].courier);
    }
    for (size_t i = 0; i < FLIGHTS; i++) {
        struct flight *f = &w->flights[i];
        if (f->used && !f->over) {
            CURLcode code = f->apart ? courier_join(&f->courier) : CURLE_ABORTED_BY_CALLBACK;
            end_flight(w, f, code, code != CURLE_ABORTED_BY_CALLBACK);
        }
    }
}

/* -- turns -- */

/* Within the lock: who sees `turned` may end this worker, but waits for the lock before. */
static void told(void *self)
{
    struct worker *w = self;
    pthread_mutex_lock(&w->lock);
    atomic_store(&w->turned, true);
    curl_multi_wakeup(w->multi);
    pthread_mutex_unlock(&w->lock);
}

static void fill_turn(struct worker *w, int64_t now_us, bool take)
{
    struct turn *t = &w->turn;
    t->settling_count = t->renewing_count = 0;
    for (size_t i = 0; i < FLIGHTS; i++) {
        struct flight *f = &w->flights[i];
        f->saving = f->used && f->over;
        if (f->saving) {
            t->settling[t->settling_count++] = f->settling;
        } else if (f->used) {
            t->renewing[t->renewing_count++] = &f->row;
        }
    }
    for (int kind = 0; kind < OUTBOX_KINDS; kind++) {
        const struct carrier *c = w->carriers[kind];
        t->ready[kind] = take && c && c->is_ready(c->self);
        t->room[kind] = c ? c->at_once - flying(w, (enum outbox_kind)kind) : 0;
    }
    t->count = now_us >= w->count_us;
    t->prune = now_us >= w->prune_us;
    atomic_store(&w->turned, false);
}

static void submit_turn(struct worker *w, int64_t now_us, bool take)
{
    fill_turn(w, now_us, take);
    w->look_us = now_us + (w->shared ? LOOK_US : COUNT_US);
    w->renew_us = now_us + RENEW_US;
    if (clerk_submit(server_clerk(w->server), &w->turn.job)) {
        w->turning = true;
    } else {
        w->look_us = now_us + REST_US;
    }
}

static void count_figures(struct worker *w, const struct settling *s)
{
    struct worker_figures *f = &w->figures[s->row->kind];
    if (s->is_try) {
        f->sent += s->delivery.state == OUTBOX_SENT;
        f->later += s->delivery.state == OUTBOX_WAITING;
        f->failed += s->delivery.state == OUTBOX_FAILED;
    }
}

static void log_trouble(const struct settling *s)
{
    if (s->is_try && s->delivery.state != OUTBOX_SENT) {
        struct log_line line = log_begin(LOG_WARNING, "not_sent");
        log_str(&line, "kind", s->row->kind == OUTBOX_MAIL ? "mail" : "webhook");
        log_int(&line, "id", s->row->id);
        log_int(&line, "code", s->delivery.code);
        log_text(&line, "why", s->delivery.answer);
        log_end(&line);
    }
}

static void free_flights(struct worker *w)
{
    pthread_mutex_lock(&w->lock);
    for (size_t i = 0; i < FLIGHTS; i++) {
        struct flight *f = &w->flights[i];
        if (f->saving) {
            count_figures(w, &f->settling);
            log_trouble(&f->settling);
            arena_release(&f->arena);
            f->used = f->over = f->saving = false;
        }
    }
    for (int kind = 0; kind < OUTBOX_KINDS && w->turn.count; kind++) {
        w->figures[kind].waiting = w->turn.waiting[kind];
        w->figures[kind].oldest_us = w->turn.oldest_us[kind];
    }
    pthread_mutex_unlock(&w->lock);
}

static void begin_flights(struct worker *w, const struct outbox_rows *rows)
{
    for (size_t i = 0; i < rows->count; i++) {
        take_off(w, &rows->list[i]);
    }
}

static void absorb_turn(struct worker *w, int64_t now_us)
{
    struct turn *t = &w->turn;
    w->turning = false;
    if (t->result) {
        if (!w->failed) { /* once, until it works again */
            log_say(LOG_WARNING, "outbox_failed", "%s %s", t->info.text, t->info.detail);
        }
        w->failed = true;
        w->look_us = now_us + REST_US;
        return;
    }
    w->failed = false;
    w->count_us = t->count ? now_us + COUNT_US : w->count_us;
    w->prune_us = t->prune ? now_us + PRUNE_US : w->prune_us;
    free_flights(w);
    for (int kind = 0; kind < OUTBOX_KINDS; kind++) {
        begin_flights(w, &t->taken[kind]);
    }
    if (t->wait_us < w->look_us - now_us) {
        w->look_us = now_us + t->wait_us;
    }
}

/* -- the thread -- */

static bool has_flight(const struct worker *w, bool over)
{
    for (size_t i = 0; i < FLIGHTS; i++) {
        if (w->flights[i].used && w->flights[i].over == over) {
            return true;
        }
    }
    return false;
}

static bool wants_turn(struct worker *w, int64_t now_us)
{
    bool landed = has_flight(w, true) && !w->failed;
    bool news = atomic_exchange(&w->woken, false);
    return landed || news || now_us >= w->look_us ||
           (has_flight(w, false) && now_us >= w->renew_us);
}

static int poll_ms(const struct worker *w, int64_t now_us)
{
    int64_t until_us = w->look_us;
    if (has_flight(w, false) && w->renew_us < until_us) {
        until_us = w->renew_us;
    }
    int64_t ms = until_us > now_us ? (until_us - now_us) / 1000 + 1 : 0;
    return w->turning || ms > POLL_MOST_MS ? POLL_MOST_MS : (int)ms;
}

/* A turn that was under way when the stop came: what it took is given back. */
static void end_turn_late(struct worker *w)
{
    w->turning = false;
    if (w->turn.result) {
        return;
    }
    free_flights(w);
    const struct delivery back = {.state = OUTBOX_WAITING};
    for (int kind = 0; kind < OUTBOX_KINDS; kind++) {
        const struct outbox_rows *rows = &w->turn.taken[kind];
        for (size_t i = 0; i < rows->count; i++) {
            struct flight *f = free_flight(w);
            take(f, &rows->list[i]);
            land(w, f, &back, false);
        }
    }
}

/* Writes what has ended, while the clerk still works. */
static void wind_up(struct worker *w)
{
    int64_t until_us = clock_us() + GRACE_US;
    while (w->turning || (clock_us() < until_us && has_flight(w, false))) {
        hear(w);
        if (w->turning && atomic_load(&w->turned)) {
            end_turn_late(w);
        }
        curl_multi_poll(w->multi, NULL, 0, 100, NULL);
    }
    abandon(w);
    submit_turn(w, clock_us(), false);
    while (w->turning && !atomic_load(&w->turned)) {
        curl_multi_poll(w->multi, NULL, 0, 1000, NULL);
    }
}

static void *worker_run(void *self)
{
    struct worker *w = self;
    while (!atomic_load(&w->stopping)) {
        hear(w);
        int64_t now_us = clock_us();
        if (w->turning && atomic_load(&w->turned)) {
            absorb_turn(w, now_us);
        }
        if (!w->turning && wants_turn(w, now_us)) {
            submit_turn(w, now_us, true);
        }
        curl_multi_poll(w->multi, NULL, 0, poll_ms(w, now_us), NULL);
    }
    wind_up(w);
    return NULL;
}

enum err worker_start(struct server *server, const struct carrier *const *carriers,
                      struct worker **ret, struct err_info *info)
{
    struct worker *w = calloc(1, sizeof(*w));
    if (!w) {
        abort();
    }
    w->server = server;
    w->carriers = carriers;
    w->shared = !database_is_file(server_database(server));
    for (int kind = 0; kind < OUTBOX_KINDS; kind++) {
        w->figures[kind].oldest_us = MOMENT_NEVER;
    }
    w->turn.carriers = carriers;
    w->turn.told = told;
    w->turn.told_self = w;
    turn_prepare(&w->turn);
    pthread_mutex_init(&w->lock, NULL);
    w->multi = curl_multi_init();
    if (!w->multi || pthread_create(&w->thread, NULL, worker_run, w) != 0) {
        curl_multi_cleanup(w->multi);
        free(w);
        return err_set(info, ERR_IO,
                       "A thread cannot be started. Raise the limits of the process.");
    }
    *ret = w;
    return ERR_NONE;
}

void worker_stop(struct worker **worker)
{
    struct worker *w = *worker;
    if (!w) {
        return;
    }
    atomic_store(&w->stopping, true);
    curl_multi_wakeup(w->multi);
    pthread_join(w->thread, NULL);
    pthread_mutex_lock(&w->lock); /* told() may still be in it */
    pthread_mutex_unlock(&w->lock);
    for (size_t i = 0; i < FLIGHTS; i++) {
        arena_release(&w->flights[i].arena);
    }
    arena_release(&w->turn.arena);
    curl_multi_cleanup(w->multi);
    pthread_mutex_destroy(&w->lock);
    free(w);
    *worker = NULL;
}

void worker_wake(struct worker *w)
{
    if (!atomic_exchange(&w->woken, true)) {
        curl_multi_wakeup(w->multi);
    }
}

struct worker_figures worker_figures(struct worker *w, enum outbox_kind kind)
{
    pthread_mutex_lock(&w->lock);
    struct worker_figures figures = w->figures[kind];
    pthread_mutex_unlock(&w->lock);
    return figures;
}
