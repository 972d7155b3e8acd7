#include "feature/draft/rehearse.h"

#include "base/id.h"
#include "base/log.h"
#include "feature/code/sent.h"
#include "feature/draft/draft_part.h"
#include "feature/draft/errand.h"
#include "feature/draft/rehearsal.h"
#include "feature/draft/rehearsal_result.h"
#include "feature/ledger/touch_list.h"
#include "intake/touch_json.h"
#include "store/readers.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

enum { SLICE_TOUCHES = 500, CHANGES_AT_ONCE = 1000, LOOK_S = 5 };
enum { READ_SHARE_PPM = 400000, SIDE_SHARE_PPM = 280000, ALL_PPM = 1000000 };
#define BEAT_US (SECOND_US * 7 / 10)

struct rehearser {
    struct server *server;
    struct publisher *publisher;
    struct ledger *ledger;
    struct database *db; /* the thread's */
    pthread_t thread;
    atomic_bool stopping;
    pthread_mutex_t lock; /* over what follows */
    pthread_cond_t woken;
    bool wanted;
};

/* One rehearsal under way. */
struct rehearsing {
    struct rehearser *rehearser;
    struct arena arena;
    struct rehearsal row;
    struct draft draft;
    struct book *book;
    const struct version *version; /* held against; NULL: there was none */
    int64_t lease, beaten_us;
    struct plan *before, *after;
    struct replay *current, *drafted;
    int64_t last_touch;
    size_t slice;
    int64_t side_ppm; /* where the side at work begins */
    enum err trouble; /* of a beat within a replay */
    struct err_info info;
};

static void rehearsing_release(struct rehearsing *g)
{
    replay_free(g->current);
    replay_free(g->drafted);
    book_drop(&g->book);
    arena_release(&g->arena);
}

/* -- errands -- */

struct claim {
    struct rehearser *rehearser;
    int64_t id, lease;
    bool ours;
};

static enum err claim(void *context, struct database *db, struct err_info *info)
{
    struct claim *c = context;
    c->lease = keeper_next_id(ledger_keeper(c->rehearser->ledger));
    return rehearsal_claim(db, c->id, c->lease, moment_now(), &c->ours, info);
}

struct beat {
    const struct rehearsing *g;
    bool ours;
};

static enum err write_beat(void *context, struct database *db, struct err_info *info)
{
    struct beat *b = context;
    return rehearsal_beat(db, &b->g->row, b->g->lease, moment_now(), &b->ours, info);
}

/* ERR_CONFLICT: cancelled, or another server has it. */
static enum err beat(struct rehearsing *g, struct err_info *info)
{
    if (atomic_load(&g->rehearser->stopping)) {
        return err_set(info, ERR_CONFLICT, "The server stops.");
    }
    if (database_clock() < g->beaten_us + BEAT_US) {
        return ERR_NONE;
    }
    struct beat b = {.g = g};
    g->beaten_us = database_clock();
    enum err e = errand(server_clerk(g->rehearser->server), write_beat, &b, info);
    return e || b.ours ? e : err_set(info, ERR_CONFLICT, "It is no longer wanted.");
}

static enum err write_end(void *context, struct database *db, struct err_info *info)
{
    const struct rehearsing *g = context;
    return rehearsal_end(db, &g->row, g->lease, info);
}

static enum err write_leave(void *context, struct database *db, struct err_info *info)
{
    const struct rehearsing *g = context;
    return rehearsal_leave(db, g->row.id, g->lease, info);
}

/* -- what is read -- */

static enum err load(struct rehearsing *g, struct err_info *info)
{
    struct database *db = g->rehearser->db;
    enum err e = rehearsal_find(db, g->row.id, &g->arena, &g->row, info);
    e = e ? e : draft_find(db, g->row.draft_id, &g->arena, &g->draft, info);
    if (!e && g->draft.revision != g->row.revision) {
        e = err_set(info, ERR_INVALID, "The draft was changed meanwhile. Rehearse it again.");
    }
    g->book = publisher_book(g->rehearser->publisher);
    for (size_t i = 0; i < book_version_count(g->book); i++) {
        const struct version *v = book_version(g->book, i);
        g->version = v->id == g->row.version_id ? v : g->version;
    }
    return e;
}

/* Both are judged as if they had always been in force. */
static const struct code *ever(struct arena *arena, const struct code *code)
{
    struct code *copy = ARENA_NEW(arena, struct code);
    *copy = *code;
    copy->applies = (struct dates){0};
    return copy;
}

static enum err compile(struct rehearsing *g, struct err_info *info)
{
    struct sent *sent = ARENA_NEW(&g->arena, struct sent);
    struct book_frozen frozen = {g->rehearser->db, g->row.version_id};
    struct diagnostics found = {0};
    enum err e = draft_sent(&g->arena, &g->draft, sent, info);
    if (e) {
        return e;
    }
    const struct code *drafted = code_parse(&g->arena, sent->source, &found);
    if (found.errors) {
        return err_set(info, ERR_INVALID, "The draft has mistakes: %.*s.",
                       TEXT_ARG(found.items[0].message));
    }
    drafted = ever(&g->arena, drafted);
    e = plan_compile(&g->arena, &drafted, 1, sent_read_file, sent, &g->after, info);
    if (e) {
        return e;
    }
    const struct code *current = g->version
                                     ? ever(&g->arena, g->version->code)
                                     : code_parse(&g->arena, TEXT(""), &(struct diagnostics){0});
    return plan_compile(&g->arena, &current, 1, book_read_frozen, &frozen, &g->before, info);
}

static bool take_touch(void *context, const struct touch *t)
{
    struct rehearsing *g = context;
    g->last_touch = (int64_t)t->place;
    g->slice++;
    if (t->occurred_us >= g->row.from_us && t->occurred_us < g->row.until_us &&
        !touch_event_is_reserved(t->event)) { /* verdicts each side gives itself */
        replay_add(g->current, t);
        replay_add(g->drafted, t);
        g->row.touches++;
    }
    return true;
}

static int64_t share_read(const struct rehearsing *g)
{
    int64_t whole = g->row.until_us - g->row.from_us;
    int64_t done = id_moment(g->last_touch) - g->row.from_us;
    done = done < 0 ? 0 : done > whole ? whole : done;
    return whole > 0 ? done / (whole / READ_SHARE_PPM + 1) : 0;
}

/* A touch is received after it occurred, or hardly before: ids say when. */
static enum err read_touches(struct rehearsing *g, struct err_info *info)
{
    enum err e;
    g->last_touch = id_at(g->row.from_us - KEEPER_AHEAD_US - MINUTE_US);
    g->current = replay_new(g->before);
    g->drafted = replay_new(g->after);
    do {
        g->slice = 0;
        database_set_slice(g->rehearser->db, READ_SLICE_US);
        e = touch_row_after(g->rehearser->db, g->last_touch, SLICE_TOUCHES, take_touch, g, info);
        g->row.done_ppm = share_read(g);
        e = e ? e : beat(g, info);
        if (!e && g->row.touches > REHEARSE_TOUCHES_MAX) {
            e = err_set(info, ERR_LIMIT, "There are over %d touches. Choose a shorter time.",
                        REHEARSE_TOUCHES_MAX);
        }
    } while (!e && g->slice == SLICE_TOUCHES);
    return e;
}

/* -- what is judged -- */

static bool on_progress(void *context, double share)
{
    struct rehearsing *g = context;
    g->row.done_ppm = g->side_ppm + (int64_t)(share * SIDE_SHARE_PPM);
    g->trouble = beat(g, &g->info);
    return !g->trouble;
}

static enum err judge(struct rehearsing *g, struct side *side, const struct plan *plan,
                      struct replay *replay, struct err_info *info)
{
    const struct replay_options options = {
        .until_us = g->row.until_us, .progress = on_progress, .progress_context = g};
    enum err e = side_run(side, plan, replay, options, &g->arena, info);
    if (g->trouble) {
        *info = g->info;
        e = g->trouble;
    }
    return e;
}

struct adding {
    const struct rehearsing *g;
    const struct rehearsed *list;
    size_t count;
};

static enum err add_changes(void *context, struct database *db, struct err_info *info)
{
    const struct adding *a = context;
    return rehearsal_add_changes(db, a->g->row.id, a->list, a->count, info);
}

static enum err write_changes(struct rehearsing *g, const struct rehearsed *list, size_t count,
                              struct err_info *info)
{
    enum err e = ERR_NONE;
    for (size_t at = 0; at < count && !e; at += CHANGES_AT_ONCE) {
        size_t some = count - at < CHANGES_AT_ONCE ? count - at : CHANGES_AT_ONCE;
        struct adding a = {g, list + at, some};
        e = errand(server_clerk(g->rehearser->server), add_changes, &a, info);
        e = e ? e : beat(g, info);
    }
    return e;
}

static enum err compare(struct rehearsing *g, struct err_info *info)
{
    struct side current CLEANUP(side_release) = {0}, drafted CLEANUP(side_release) = {0};
    struct comparison comparison CLEANUP(comparison_release) = {0};
    struct rehearsed *list;
    g->side_ppm = READ_SHARE_PPM;
    enum err e = judge(g, &current, g->before, g->current, info);
    g->side_ppm += SIDE_SHARE_PPM;
    e = e ? e : judge(g, &drafted, g->after, g->drafted, info);
    if (e) {
        return e;
    }
    comparison_make(&g->arena, &current, &drafted, &comparison);
    size_t count = rehearsed_list(&g->arena, &comparison, book_zone(g->book), &list);
    g->row.result = rehearsal_result(&g->arena, &comparison, list, count);
    return write_changes(g, list, count < REHEARSAL_CHANGES_MAX ? count : REHEARSAL_CHANGES_MAX,
                         info);
}

/* -- the thread -- */

static enum err rehearse(struct rehearsing *g, struct err_info *info)
{
    enum err e = load(g, info);
    e = e ? e : compile(g, info);
    e = e ? e : read_touches(g, info);
    return e ? e : compare(g, info);
}

/* Trouble of the database or the clerk passes: it begins again when its lease has run out. */
static bool is_final(enum err e)
{
    return e == ERR_NONE || e == ERR_INVALID || e == ERR_LIMIT || e == ERR_NOT_FOUND;
}

static void make(struct rehearser *r, const struct claim *c)
{
    struct rehearsing g CLEANUP(rehearsing_release) = {
        .rehearser = r, .row = {.id = c->id}, .lease = c->lease, .beaten_us = database_clock()};
    struct err_info info = {0};
    enum err e = rehearse(&g, &info);
    if (e == ERR_CONFLICT) { /* if it was not given up, the server stops */
        (void)errand(server_clerk(r->server), write_leave, &g, &info);
        return;
    }
    if (is_final(e)) {
        g.row.state = e ? REHEARSAL_FAILED : REHEARSAL_DONE;
        g.row.trouble = e ? text_of(info.text) : (struct text){0};
        g.row.done_ppm = e ? g.row.done_ppm : ALL_PPM;
        g.row.ended_us = moment_now();
        struct err_info why = {0};
        e = errand(server_clerk(r->server), write_end, &g, &why);
        info = e ? why : info;
    }
    if (e) {
        log_say(LOG_WARNING, "rehearsal_interrupted", "%s %s", info.text, info.detail);
    }
}

/* False: there is nothing to do. */
static bool make_next(struct rehearser *r)
{
    struct claim c = {.rehearser = r};
    struct err_info info = {0};
    database_set_slice(r->db, READ_SLICE_US);
    enum err e = rehearsal_next(r->db, moment_now(), &c.id, &info);
    if (!e && c.id) {
        e = errand(server_clerk(r->server), claim, &c, &info);
    }
    if (e) {
        log_say(LOG_WARNING, "rehearsal_failed", "%s %s", info.text, info.detail);
    } else if (c.id && c.ours) {
        make(r, &c);
    }
    return !e && c.id;
}

/* Others may leave some behind, and a failed one is tried again. */
static void wait_until_wanted(struct rehearser *r)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += LOOK_S;
    pthread_mutex_lock(&r->lock);
    while (!r->wanted && !atomic_load(&r->stopping) &&
           pthread_cond_timedwait(&r->woken, &r->lock, &until) == 0) {
    }
    r->wanted = false;
    pthread_mutex_unlock(&r->lock);
}

static void *rehearser_run(void *self)
{
    struct rehearser *r = self;
    wait_until_wanted(r); /* the clerk is there by the first time */
    while (!atomic_load(&r->stopping)) {
        if (!make_next(r)) {
            wait_until_wanted(r);
        }
    }
    return NULL;
}

enum err rehearser_start(struct server *server, struct publisher *publisher, struct ledger *ledger,
                         struct rehearser **ret, struct err_info *info)
{
    struct database_config config = {.place = server_database(server), .mode = DATABASE_READ};
    struct database *db = NULL;
    enum err e = database_open(&config, &db, info);
    if (e) {
        return e;
    }
    struct rehearser *r = calloc(1, sizeof(*r));
    if (!r) {
        abort();
    }
    *r = (struct rehearser){.server = server, .publisher = publisher, .ledger = ledger, .db = db};
    pthread_mutex_init(&r->lock, NULL);
    pthread_cond_init(&r->woken, NULL);
    if (pthread_create(&r->thread, NULL, rehearser_run, r) != 0) {
        database_close(&r->db);
        free(r);
        return err_set(info, ERR_IO,
                       "A thread cannot be started. Raise the limits of the process.");
    }
    *ret = r;
    return ERR_NONE;
}

void rehearser_wake(struct rehearser *r)
{
    pthread_mutex_lock(&r->lock);
    r->wanted = true;
    pthread_cond_signal(&r->woken);
    pthread_mutex_unlock(&r->lock);
}

void rehearser_stop(struct rehearser **rehearser)
{
    struct rehearser *r = *rehearser;
    if (!r) {
        return;
    }
    atomic_store(&r->stopping, true);
    rehearser_wake(r);
    pthread_join(r->thread, NULL);
    database_close(&r->db);
    pthread_mutex_destroy(&r->lock);
    pthread_cond_destroy(&r->woken);
    free(r);
    *rehearser = NULL;
}
