#include "feature/ledger/job.h"

#include "feature/ledger/node_row.h"
#include "feature/ledger/waking.h"
#include "store/sharing.h"

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
    struct touch judged = *t;
    arena_clear(&reading->arena);
    keeper_judge(reading->keeper, &judged);
    const struct bound *b =
        plan_bind(book_plan(reading->keeper->book), &judged, false, &reading->arena);
    if (b && bound_is_anywhere(b)) {
        world_add(reading->keeper->world, b);
    }
    return true;
}

static bool note_who(void *context, const struct touch *t)
{
    who_note(((struct keeper *)context)->who, t);
    return true;
}

static enum err read_who(struct keeper *k, struct database *db, struct err_info *info)
{
    who_free(k->who);
    k->who = who_new();
    enum err e = touch_row_anywhere(db, note_who, k, info);
    (void)who_settle(k->who, MOMENT_NEVER);
    return e;
}

enum err keeper_read_world(struct keeper *k, struct database *db, struct err_info *info)
{
    enum err who = read_who(k, db, info);
    if (who) {
        return who;
    }
    world_free(k->world);
    k->world = world_new(book_plan(k->book));
    k->world_doubtful = false;
    struct world_reading reading = {.keeper = k};
    enum err e = touch_row_anywhere(db, read_world_touch, &reading, info);
    arena_release(&reading.arena);
    return e;
}

/* Woken keys are due at once, behind what is due already. */
static enum err wake_some(struct keeper *k, struct database *db, int64_t now_us, bool *ret_any,
                          struct err_info *info)
{
    enum err e = waking_some(db, book_plan(k->book), now_us - 1, ret_any, info);
    return e ? e : waking_any(db, &k->waking, info);
}

/* -- life -- */

/* Ids from here on are larger than all that are there, whoever drew them: of this node's no later
 * one is ever smaller, and all touches after a version of the Code have larger ids than it. */
static enum err draw_from_largest(struct keeper *k, struct database *db, struct err_info *info)
{
    int64_t touch = 0, row = 0, entry = 0, published = keeper_published_id(k);
    enum err e = touch_row_last(db, &touch, info);
    e = e ? e : ledger_row_last(db, &row, info);
    e = e ? e : entry_row_last(db, &entry, info);
    if (!e) {
        int64_t largest = touch > row ? touch : row;
        k->ids = id_source(database_node(db), largest > published ? largest : published);
        k->entry_ids = id_source(database_node(db), entry);
    }
    return e;
}

enum err keeper_open(struct database *db, const struct keeper_config *config, struct keeper **ret,
                     struct err_info *info)
{
    struct keeper *k = calloc(1, sizeof(*k));
    if (!k) {
        abort();
    }
    k->config = *config;
    k->book = book_hold(config->book);
    k->shared = database_is_shared(db);
    enum err e = draw_from_largest(k, db, info);
    e = e ? e : keeper_read_world(k, db, info);
    e = e ? e : waking_any(db, &k->waking, info);
    e = e ? e : hours_read(&k->hours, db, info);
    e = e ? e : state_row_next(db, &k->next_us, info);
    if (e) {
        keeper_close(&k);
        return e;
    }
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
        who_free((*k)->who);
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

static enum err take_book(struct keeper *k, struct database *db, struct book *book,
                          bool is_published_here, struct err_info *info)
{
    struct book *before = k->book;
    k->book = book_hold(book);
    enum err e =
        is_published_here ? find_anywhere(db, book_plan(before), book_plan(book), info) : ERR_NONE;
    e = e ? e : keeper_read_world(k, db, info);
    if (e) {
        book_drop(&k->book);
        k->book = before;
        k->world_doubtful = true;
        return e;
    }
    if (k->ids.last < keeper_published_id(k)) { /* drawn by a clock ahead of ours */
        k->ids.last = keeper_published_id(k);
    }
    if (k->previous) { /* published twice in one transaction: the first of all is gone back to */
        book_drop(&before);
    } else {
        k->previous = before;
    }
    return ERR_NONE;
}

enum err keeper_set_book(struct keeper *k, struct database *db, struct book *book,
                         struct err_info *info)
{
    return take_book(k, db, book, true, info);
}

enum err keeper_follow_book(struct keeper *k, struct database *db, struct book *book,
                            struct err_info *info)
{
    return take_book(k, db, book, false, info);
}

const struct book *keeper_book(const struct keeper *k)
{
    return k->book;
}

int64_t keeper_next_id(struct keeper *k)
{
    return id_next(&k->ids, moment_now() + k->clock_offset_us);
}

enum err keeper_version_id(struct keeper *k, struct database *db, int64_t *ret,
                           struct err_info *info)
{
    int64_t last = 0;
    enum err e = k->shared ? touch_row_last(db, &last, info) : ERR_NONE;
    if (e) {
        return e;
    }
    k->ids.last = k->ids.last > last ? k->ids.last : last;
    *ret = keeper_next_id(k);
    return ERR_NONE;
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
    enum err e = k->world_doubtful ? keeper_read_world(k, db, info) : ERR_NONE;
    e = e || !k->hours.is_doubtful ? e : hours_read(&k->hours, db, info);
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

/* A session has begun: perhaps with another number, and perhaps someone else has used ours. */
static enum err begin_session(struct keeper *k, struct database *db, struct err_info *info)
{
    struct text host = text_of(k->config.host ? k->config.host : "");
    enum err e = draw_from_largest(k, db, info);
    return e ? e : node_row_put(db, k->ids.node, host, database_now(db), info);
}

enum err keeper_begun(struct keeper *k, struct database *db, struct err_info *info)
{
    if (!k->shared) {
        return ERR_NONE;
    }
    enum err e = ERR_NONE;
    k->clock_offset_us = database_now(db) - moment_now();
    k->session_next = database_session(db);
    if (k->session != k->session_next) {
        e = begin_session(k, db, info);
    }
    if (!e && k->hours.mark != mark_value(db, HOURS_MARK)) {
        e = hours_read(&k->hours, db, info);
        k->hours.mark = e ? k->hours.mark : mark_value(db, HOURS_MARK);
    }
    if (!e && k->world_mark != mark_value(db, KEEPER_WORLD)) {
        e = keeper_read_world(k, db, info);
        k->world_mark = e ? k->world_mark : mark_value(db, KEEPER_WORLD);
    }
    return e;
}

int64_t keeper_due(const struct keeper *k)
{
    /* decided is what lies before the present, so a timer at t acts from t + 1 on */
    int64_t due_us = k->waking ? 0 : k->next_us == MOMENT_NEVER ? MOMENT_NEVER : k->next_us + 1;
    int64_t hours_us = hours_due(&k->hours);
    if (k->shared) {
        due_us = due_us < k->ask_us ? due_us : k->ask_us;
        due_us = due_us > k->rest_us ? due_us : k->rest_us;
    }
    return due_us < hours_us ? due_us : hours_us;
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

/* Where servers share a database: of those due, some that nobody else is at work on, all of the
 * lane of the first. A job takes its keys lane by lane; who held keys of a later lane from the
 * beginning might wait for it, and it for him. */
static enum err claim_some(struct job *job, struct state_row *rows, size_t count, size_t *ret_count)
{
    size_t of_lane = 0, claimed = 0;
    enum err e = ERR_NONE;
    struct text lane = count ? rows[0].lane : (struct text){0};
    for (size_t i = 0; i < count; i++) {
        if (text_eq(rows[i].lane, lane)) {
            rows[of_lane++] = rows[i];
        }
    }
    for (size_t from = 0, part; from < of_lane && claimed < KEEPER_TICK_KEYS && !e; from += part) {
        part = KEEPER_TICK_KEYS - claimed;
        part = part < of_lane - from ? part : of_lane - from;
        e = state_rows_claim(job->db, &rows[from], part, job->now_us, job->info);
        for (size_t i = from; i < from + part; i++) {
            if (rows[i].found) {
                rows[claimed++] = rows[i];
            }
        }
    }
    *ret_count = claimed;
    return e;
}

static enum err tick_keys(struct job *job, bool *ret_any)
{
    struct state_row *rows;
    size_t count = 0, most = KEEPER_TICK_KEYS;
    most *= job->keeper->shared ? KEEPER_SERVERS_ABREAST : 1;
    enum err e = state_row_due(job->db, job->now_us, most, &job->arena, &rows, &count, job->info);
    if (!e && job->keeper->shared) {
        e = claim_some(job, rows, count, &count);
    }
    for (size_t i = 0; i < count && !e; i++) {
        uint32_t lane;
        if (find_lane(job->plan, rows[i].lane, &lane)) {
            job_work(job, lane, rows[i].key)->wake = true;
        } else {
            e = leave_lane(job, &rows[i]);
        }
    }
    *ret_any = count > 0;
    return e ? e : job_run(job);
}

enum err keeper_tick(struct keeper *k, struct database *db, int64_t now_us, struct err_info *info)
{
    k->next_doubtful = true;
    struct job job;
    job_begin(&job, k, db, now_us, info);
    bool any_due = false, any_woken = false;
    enum err e = k->hours.is_doubtful ? hours_read(&k->hours, db, info) : ERR_NONE;
    if (!e && hours_due(&k->hours) <= now_us) {
        e = hours_count(&k->hours, db, k->ids.node, now_us, info);
    }
    e = e ? e : tick_keys(&job, &any_due);
    if (!e && (k->waking || k->shared)) {
        e = wake_some(k, db, now_us, &any_woken, info);
    }
    if (!e) {
        k->ask_us = now_us + KEEPER_ASK_US;
        k->rest_us = any_due || any_woken ? 0 : now_us + KEEPER_REST_US;
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
        e = keeper_read_world(k, db, info);
    }
    if (!e && k->next_doubtful) {
        e = state_row_next(db, &k->next_us, info);
        k->next_doubtful = false;
    }
    k->world_mark_next = mark_value(db, KEEPER_WORLD);
    k->hours.mark_next = mark_value(db, HOURS_MARK);
    return e;
}

void keeper_committed(struct keeper *k)
{
    book_drop(&k->previous);
    k->session = k->session_next;
    k->world_mark = k->world_mark_next;
    k->hours.mark = k->hours.mark_next;
    k->hours.is_doubtful = false;
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
    k->next_doubtful = k->world_doubtful = k->hours.is_doubtful = true;
    forget_gathered(k);
    forget_told(k);
    if (k->previous) {
        book_drop(&k->book);
        k->book = k->previous;
        k->previous = NULL;
    }
}
