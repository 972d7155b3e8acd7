#include "feature/ledger/job.h"

#include "feature/ledger/waking.h"
#include "intake/touch_json.h"

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
    k->ids = id_source(config->node, touch > row ? touch : row);
    k->entry_ids = id_source(config->node, entry);
    *ret = k;
    return ERR_NONE;
}

void keeper_close(struct keeper **k)
{
    if (*k) {
        book_drop(&(*k)->book);
        book_drop(&(*k)->previous);
        world_free((*k)->world);
        arena_release(&(*k)->told_arena);
        free((*k)->told);
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

static void count_payment(struct job *job, const struct touch *t)
{
    struct text promise = {0};
    struct value amount = {.type = VALUE_NONE};
    for (size_t i = 0; i < t->attribute_count; i++) {
        if (text_is(t->attributes[i].name, "promise")) {
            promise = value_as(t->attributes[i].value, VALUE_TEXT, NULL).text;
        } else if (text_is(t->attributes[i].name, "amount")) {
            amount = value_as(t->attributes[i].value, VALUE_MONEY, NULL);
        }
    }
    if (promise.len && amount.type == VALUE_MONEY) {
        tally_remedy_paid(&job->tally, promise, book_day(job->keeper->book, t->occurred_us),
                          text_of(amount.money.currency), amount.money.minor);
    }
}

static enum err meet_lanes(struct job *job, const struct bound *b, const struct touch *t,
                           int64_t id)
{
    for (uint32_t lane = 0; lane < plan_lane_count(job->plan); lane++) {
        struct text key;
        struct key kind = plan_lane_key(job->plan, lane);
        if (!bound_key(b, lane, &key)) {
            continue;
        }
        work_add(job, job_work(job, lane, key), b);
        if (kind.kind == KEY_ATTRIBUTE) {
            enum err e =
                touch_row_add_key(job->db, kind.attribute, key, id, t->occurred_us, job->info);
            if (e) {
                return e;
            }
        }
    }
    return ERR_NONE;
}

enum err job_hear_anywhere(struct job *job, const struct bound *b, int64_t id)
{
    struct keeper *k = job->keeper;
    k->world_doubtful = true; /* until the job has succeeded */
    k->waking = true;         /* should the job be undone: the next look finds nothing to wake */
    world_add(k->world, b);
    enum err e = waking_add(job->db, job->plan, bound_occurred(b), job->info);
    return e ? e : touch_row_add_anywhere(job->db, id, job->info);
}

struct unseating {
    struct job *job;
    int64_t id;            /* of the touch that opens the thread now */
    const struct bound *b; /* the one that did */
};

static bool find_unseated(void *context, const struct touch *t)
{
    struct unseating *u = context;
    if (t->place == (uint64_t)u->id) {
        return true;
    }
    u->b = plan_bind(u->job->plan, t, true, &u->job->arena);
    return false;
}

/* A late touch is the first of its thread, so the one that was opens the thread no longer: wherever
 * it was heard is folded anew. */
static enum err unseat(struct job *job, struct text thread, int64_t id)
{
    struct unseating u = {.job = job, .id = id};
    enum err e = touch_row_of_key(job->db, (struct key){.kind = KEY_THREAD}, thread, find_unseated,
                                  &u, job->info);
    for (uint32_t lane = 0; u.b && !e && lane < plan_lane_count(job->plan); lane++) {
        struct text key;
        if (bound_key(u.b, lane, &key)) {
            struct work *work = job_work(job, lane, key);
            work->anew = work->wake = true;
        }
    }
    return e;
}

static enum err take_new(struct job *job, const struct touch *given, int64_t id)
{
    struct touch t = *given;
    t.place = (uint64_t)id;
    job->refs[job->ref_count++] = (struct touch_ref){t.source, t.id, t.team, t.person};
    if (text_is(t.event, "remedy.paid")) {
        count_payment(job, &t);
    }
    bool opens = false;
    enum err e = ERR_NONE;
    if (plan_uses_opens_thread(job->plan) && t.thread.len) {
        e = touch_row_opens_thread(job->db, t.thread, t.occurred_us, id, &opens, job->info);
        e = e || !opens ? e : unseat(job, t.thread, id);
    }
    const struct bound *b = e ? NULL : plan_bind(job->plan, &t, opens, &job->arena);
    if (!b) {
        return e;
    }
    if (bound_is_anywhere(b) && (e = job_hear_anywhere(job, b, id))) {
        return e;
    }
    return meet_lanes(job, b, &t, id);
}

static enum err take_one(struct job *job, const struct touch *t, struct taking *ret)
{
    if (t->occurred_us > job->now_us + KEEPER_AHEAD_US) {
        ret->result = TAKEN_REFUSED;
        (void)err_field(&ret->info, ERR_INVALID, "occurred",
                        "occurred lies more than 5 minutes ahead of the server's clock: send it "
                        "when it has happened");
        return ERR_NONE;
    }
    if (touch_event_is_reserved(t->event)) {
        ret->result = TAKEN_REFUSED;
        (void)err_field(&ret->info, ERR_INVALID, "event",
                        "verdicts come from the ledger itself; leave them out");
        return ERR_NONE;
    }
    bool is_new;
    int64_t id = keeper_next_id(job->keeper);
    enum err e = touch_row_add(job->db, id, t, job->now_us, &is_new, job->info);
    if (e) {
        return e;
    }
    ret->result = is_new ? TAKEN_NEW : TAKEN_AGAIN;
    ret->id = is_new ? id : 0;
    return is_new ? take_new(job, t, id) : ERR_NONE;
}

enum err keeper_take(struct keeper *k, struct database *db, const struct touch *touches,
                     size_t count, int64_t now_us, struct taking *ret, struct err_info *info)
{
    struct job job;
    job_begin(&job, k, db, now_us, info);
    k->told_mark = k->told_count;
    job.refs = ARENA_ARRAY(&job.arena, struct touch_ref, count);
    enum err e = k->world_doubtful ? read_world(k, db, info) : ERR_NONE;
    for (size_t i = 0; i < count && !e; i++) {
        ret[i] = (struct taking){0};
        e = take_one(&job, &touches[i], &ret[i]);
    }
    e = e ? e : job_run(&job);
    job_release(&job);
    if (!e) {
        k->world_doubtful = false;
        k->told_mark = k->told_count; /* what fails after it is another's */
    }
    return e;
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
    return state_row_wake_key(db, lane, key, now_us - 1, text_hash(key) >> 1, info);
}

/* No promise of this Code lives in that lane: they have moved to others of its kind, or are gone.
 */
static enum err leave_lane(struct job *job, const struct state_row *row)
{
    enum err e = state_row_remove(job->db, row->lane, row->key, job->info);
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
    k->told_mark = k->told_count;
    k->next_doubtful = true;
    struct job job;
    job_begin(&job, k, db, now_us, info);
    enum err e = tick_keys(&job);
    job_release(&job);
    if (!e && k->waking) {
        e = wake_some(k, db, now_us, info);
    }
    if (!e) {
        k->told_mark = k->told_count;
    }
    return e;
}

void keeper_undone(struct keeper *k)
{
    k->told_count = k->told_mark;
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

static void forget_told(struct keeper *k)
{
    k->told_count = k->told_mark = 0;
    arena_clear(&k->told_arena);
}

void keeper_committed(struct keeper *k)
{
    book_drop(&k->previous);
    for (size_t i = 0; i < k->told_count; i++) {
        struct keeper_event event = {&k->told[i].entry, &k->told[i].row};
        k->config.tell(k->config.tell_self, &event);
    }
    forget_told(k);
}

void keeper_rolled_back(struct keeper *k)
{
    k->next_doubtful = k->world_doubtful = true;
    forget_told(k);
    if (k->previous) {
        book_drop(&k->book);
        k->book = k->previous;
        k->previous = NULL;
    }
}
