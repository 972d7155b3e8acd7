#include "feature/ledger/job.h"

#include "feature/ledger/waking.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* -- what is heard anywhere -- */

struct world_reading {
    struct keeper *keeper;
    struct arena arena;
};

static bool read_world_touch(void *context, const struct touch *t)
{
    struct world_reading *reading = context;
    arena_clear(&reading->arena);
    const struct bound *b = plan_bind(book_plan(reading->keeper->book), t, false, &reading->arena);
    if (b && bound_is_anywhere(b)) {
        world_add(reading->keeper->world, b);
    }
    return true;
}

static enum err read_world(struct keeper *k, struct database *db, struct err_info *info)
{
    world_free(k->world);
    k->world = world_new(book_plan(k->book));
    k->world_doubtful = false;
    struct world_reading reading = {.keeper = k};
    enum err e = touch_row_anywhere(db, read_world_touch, &reading, info);
    arena_release(&reading.arena);
    return e;
}

/* Woken keys are due at once, behind what is due already. */
static enum err wake_some(struct keeper *k, struct database *db, int64_t now_us,
                          struct err_info *info)
{
    enum err e = waking_some(db, book_plan(k->book), now_us - 1, info);
    return e ? e : waking_any(db, &k->waking, info);
}

/* -- life -- */

enum err keeper_open(struct database *db, const struct keeper_config *config, struct keeper **ret,
                     struct err_info *info)
{
    struct keeper *k = calloc(1, sizeof(*k));
    if (!k) {
        abort();
    }
    k->config = *config;
    k->book = book_hold(config->book);
    int64_t touch = 0, row = 0, entry = 0;
    enum err e = touch_row_last(db, &touch, info);
    e = e ? e : ledger_row_last(db, &row, info);
    e = e ? e : entry_row_last(db, &entry, info);
    e = e ? e : read_world(k, db, info);
    e = e ? e : waking_any(db, &k->waking, info);
    e = e ? e : state_row_next(db, &k->next_us, info);
    if (e) {
        keeper_close(&k);
        return e;
    }
    int64_t published = keeper_published_id(k), largest = touch > row ? touch : row;
    k->ids = id_source(config->node, published > largest ? published : largest);
    k->entry_ids = id_source(config->node, entry);
    *ret = k;
    return ERR_NONE;
}

static void forget_told(struct keeper *k)
{
    while (k->telling_count) {
        arena_release(&k->tellings[--k->telling_count].arena);
    }
}

void keeper_close(struct keeper **k)
{
    if (*k) {
        book_drop(&(*k)->book);
        book_drop(&(*k)->previous);
        world_free((*k)->world);
        forget_told(*k);
        free((*k)->tellings);
        free((*k)->gathered);
        free(*k);
    }
    *k = NULL;
}

int64_t keeper_published_id(const struct keeper *k)
{
    size_t count = book_version_count(k->book);
    return count ? book_version(k->book, count - 1)->id : 0;
}

static bool heard_anywhere(const struct plan *plan, struct text event)
{
    struct text known;
    for (size_t i = 0; (known = plan_anywhere_event(plan, i)).len; i++) {
        if (text_eq(known, event)) {
            return true;
        }
    }
    return false;
}

/* Older touches of events that are heard anywhere from now on. */
static enum err find_anywhere(struct database *db, const struct plan *before,
                              const struct plan *now, struct err_info *info)
{
    struct text event;
    for (size_t i = 0; (event = plan_anywhere_event(now, i)).len; i++) {
        enum err e =
            heard_anywhere(before, event) ? ERR_NONE : touch_row_find_anywhere(db, event, info);
        if (e) {
            return e;
        }
    }
    return ERR_NONE;
}

enum err keeper_set_book(struct keeper *k, struct database *db, struct book *book,
                         struct err_info *info)
{
    struct book *before = k->book;
    k->book = book_hold(book);
    enum err e = find_anywhere(db, book_plan(before), book_plan(book), info);
    e = e ? e : read_world(k, db, info);
    if (e) {
        book_drop(&k->book);
        k->book = before;
        k->world_doubtful = true;
        return e;
    }
    if (k->previous) { /* published twice in one transaction: the first of all is gone back to */
        book_drop(&before);
    } else {
        k->previous = before;
    }
    return ERR_NONE;
}

const struct book *keeper_book(const struct keeper *k)
{
    return k->book;
}

int64_t keeper_next_id(struct keeper *k)
{
    return id_next(&k->ids, moment_now());
}

/* -- taking touches -- */

void keeper_gather(struct keeper *k, const struct touch *touches, size_t count, struct taking *ret)
{
    if (k->gathered_count == k->gathered_capacity) {
        k->gathered_capacity = k->gathered_capacity ? k->gathered_capacity * 2 : 64;
        k->gathered = reallocarray(k->gathered, k->gathered_capacity, sizeof(*k->gathered));
        if (!k->gathered) {
            abort();
        }
    }
    k->gathered[k->gathered_count++] = (struct gathered){touches, count, ret};
    k->gathered_touches += count;
}

size_t keeper_gathered(const struct keeper *k)
{
    return k->gathered_touches;
}

static void forget_gathered(struct keeper *k)
{
    k->gathered_count = k->gathered_touches = 0;
}

enum err keeper_take_gathered(struct keeper *k, struct database *db, int64_t now_us,
                              struct err_info *info)
{
    struct job job;
    job_begin(&job, k, db, now_us, info);
    enum err e = k->world_doubtful ? read_world(k, db, info) : ERR_NONE;
    e = e ? e : job_take_incoming(&job, k->gathered, k->gathered_count);
    e = e ? e : job_run(&job);
    forget_gathered(k);
    if (!e) {
        k->world_doubtful = false;
        job_keep_told(&job);
    }
    job_release(&job);
    return e;
}

enum err keeper_take(struct keeper *k, struct database *db, const struct touch *touches,
                     size_t count, int64_t now_us, struct taking *ret, struct err_info *info)
{
    assert(k->gathered_count == 0);
    keeper_gather(k, touches, count, ret);
    return keeper_take_gathered(k, db, now_us, info);
}

/* -- the clerk's hook -- */

int64_t keeper_due(const struct keeper *k)
{
    /* decided is what lies before the present, so a timer at t acts from t + 1 on */
    return k->waking ? 0 : k->next_us == MOMENT_NEVER ? MOMENT_NEVER : k->next_us + 1;
}

/* Its lane's number; false: no such lane in this plan any more. */
static bool find_lane(const struct plan *plan, struct text name, uint32_t *ret)
{
    for (uint32_t lane = 0; lane < plan_lane_count(plan); lane++) {
        if (text_eq(plan_lane_name(plan, lane), name)) {
            *ret = lane;
            return true;
        }
    }
    return false;
}

struct text keeper_lane_kind(struct text lane)
{
    const char *phase = memchr(lane.ptr, '+', lane.len);
    return (struct text){lane.ptr, phase ? (size_t)(phase - lane.ptr) : lane.len};
}

enum err keeper_wake_key(struct keeper *k, struct database *db, struct text lane, struct text key,
                         int64_t now_us, struct err_info *info)
{
    k->next_doubtful = true;
    return state_row_wake_key(db, lane, key, now_us - 1, info);
}

/* No promise of this Code lives in that lane: they have moved to others of its kind, or are gone.
 */
static enum err leave_lane(struct job *job, const struct state_row *row)
{
    struct state_row gone = *row;
    enum err e = state_rows_remove(job->db, &gone, 1, job->info);
    for (size_t lane = 0; lane < plan_lane_count(job->plan) && !e; lane++) {
        struct text name = plan_lane_name(job->plan, lane);
        if (text_eq(keeper_lane_kind(name), keeper_lane_kind(row->lane))) {
            e = keeper_wake_key(job->keeper, job->db, name, row->key, job->now_us, job->info);
        }
    }
    return e;
}

static enum err tick_keys(struct job *job)
{
    struct state_row *rows;
    size_t count;
    enum err e = state_row_due(job->db, job->now_us, KEEPER_TICK_KEYS, &job->arena, &rows, &count,
                               job->info);
    for (size_t i = 0; i < count && !e; i++) {
        uint32_t lane;
        if (find_lane(job->plan, rows[i].lane, &lane)) {
            job_work(job, lane, rows[i].key)->wake = true;
        } else {
            e = leave_lane(job, &rows[i]);
        }
    }
    return e ? e : job_run(job);
}

enum err keeper_tick(struct keeper *k, struct database *db, int64_t now_us, struct err_info *info)
{
    k->next_doubtful = true;
    struct job job;
    job_begin(&job, k, db, now_us, info);
    enum err e = tick_keys(&job);
    if (!e && k->waking) {
        e = wake_some(k, db, now_us, info);
    }
    if (!e) {
        job_keep_told(&job);
    }
    job_release(&job);
    return e;
}

void keeper_undone(struct keeper *k)
{
    forget_gathered(k);
    k->next_doubtful = true;
}

enum err keeper_before_commit(struct keeper *k, struct database *db, struct err_info *info)
{
    enum err e = ERR_NONE;
    if (k->world_doubtful) {
        e = read_world(k, db, info);
    }
    if (!e && k->next_doubtful) {
        e = state_row_next(db, &k->next_us, info);
        k->next_doubtful = false;
    }
    return e;
}

void keeper_committed(struct keeper *k)
{
    book_drop(&k->previous);
    bool heard =
        k->telling_count && (!k->config.is_heard || k->config.is_heard(k->config.tell_self));
    for (size_t i = 0; i < k->telling_count && heard; i++) {
        const struct telling *telling = &k->tellings[i];
        for (size_t t = 0; t < telling->count; t++) {
            struct keeper_event event = {&telling->told[t].entry, &telling->told[t].row};
            k->config.tell(k->config.tell_self, &event);
        }
    }
    forget_told(k);
}

void keeper_rolled_back(struct keeper *k)
{
    k->next_doubtful = k->world_doubtful = true;
    forget_gathered(k);
    forget_told(k);
    if (k->previous) {
        book_drop(&k->book);
        k->book = k->previous;
        k->previous = NULL;
    }
}
