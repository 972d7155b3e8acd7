#include "feature/ledger/job.h"
#include "feature/ledger/touch_order.h"

#include "store/sharing.h"

#include <stdlib.h>
#include <string.h>

void job_begin(struct job *job, struct keeper *k, struct database *db, int64_t now_us,
               struct err_info *info)
{
    *job = (struct job){.keeper = k,
                        .db = db,
                        .now_us = now_us,
                        .first_id = keeper_next_id(k),
                        .plan = book_plan(k->book),
                        .info = info};
    job->tally.arena = &job->arena;
    job->tally.node = k->ids.node;
}

void job_release(struct job *job)
{
    fold_free(job->fold);
    arena_release(&job->arena);
}

void job_keep_told(struct job *job)
{
    struct keeper *k = job->keeper;
    if (!k->config.tell || job->history_count == 0) {
        return;
    }
    if (k->telling_count == k->telling_capacity) {
        k->telling_capacity = k->telling_capacity ? k->telling_capacity * 2 : 4;
        k->tellings = reallocarray(k->tellings, k->telling_capacity, sizeof(*k->tellings));
        if (!k->tellings) {
            abort();
        }
    }
    k->tellings[k->telling_count++] =
        (struct telling){job->arena, job->history, job->history_count};
    job->arena = (struct arena){0};
}

/* -- the keys at work -- */

static size_t slot_of(const struct job *job, uint64_t hash)
{
    return hash & (job->work_slot_count - 1);
}

static void insert_slot(struct job *job, size_t work)
{
    size_t at = slot_of(job, job->works[work].hash);
    while (job->work_slots[at]) {
        at = (at + 1) & (job->work_slot_count - 1);
    }
    job->work_slots[at] = (uint32_t)work + 1;
}

static void grow_works(struct job *job)
{
    size_t capacity = job->work_capacity ? job->work_capacity * 2 : 8;
    job->works =
        arena_grow(&job->arena, job->works, job->work_count, capacity, sizeof(*job->works));
    job->work_capacity = capacity;
    job->work_slot_count = capacity * 2;
    job->work_slots = ARENA_ARRAY(&job->arena, uint32_t, job->work_slot_count);
    for (size_t i = 0; i < job->work_count; i++) {
        insert_slot(job, i);
    }
}

struct work *job_work(struct job *job, uint32_t lane, struct text key)
{
    uint64_t hash = text_hash(key) + lane * UINT64_C(0x9e3779b97f4a7c15);
    if (job->work_slot_count) {
        size_t at = slot_of(job, hash);
        for (; job->work_slots[at]; at = (at + 1) & (job->work_slot_count - 1)) {
            struct work *known = &job->works[job->work_slots[at] - 1];
            if (known->hash == hash && known->lane == lane && text_eq(known->key, key)) {
                return known;
            }
        }
    }
    if (job->work_count == job->work_capacity) {
        grow_works(job);
    }
    struct work *work = &job->works[job->work_count++];
    *work = (struct work){.lane = lane, .key = arena_text(&job->arena, key), .hash = hash};
    insert_slot(job, job->work_count - 1);
    return work;
}

void work_add(struct job *job, struct work *work, const struct bound *b)
{
    if (work->touch_count == work->touch_capacity) {
        size_t capacity = work->touch_capacity ? work->touch_capacity * 2 : 2;
        work->touches = arena_grow(&job->arena, work->touches, work->touch_count, capacity,
                                   sizeof(*work->touches));
        work->touch_capacity = capacity;
    }
    size_t number = work->touch_count++;
    work->touches[number] = (struct work_touch){b, number};
    work->unsorted = work->unsorted ||
                     (number && bound_occurred(work->touches[number - 1].b) > bound_occurred(b));
}

void job_fold_anew(struct job *job, uint32_t lane, struct text key, const struct cause *cause)
{
    struct work *work = job_work(job, lane, key);
    work->anew = work->wake = true;
    if (!work->cause.id.len) {
        work->cause = *cause;
    }
}

/* In order of occurrence; what came first stays first. */
static int compare_touches(const void *a, const void *b)
{
    const struct work_touch *x = a, *y = b;
    int64_t left = bound_occurred(x->b), right = bound_occurred(y->b);
    if (left != right) {
        return left < right ? -1 : 1;
    }
    return x->number < y->number ? -1 : x->number > y->number;
}

/* -- phase 2: the states -- */

static int compare_works(const void *a, const void *b)
{
    const struct work *x = *(struct work *const *)a, *y = *(struct work *const *)b;
    if (x->lane != y->lane) {
        return x->lane < y->lane ? -1 : 1;
    }
    return text_compare(x->key, y->key);
}

/* Of the keys without a state that want to know whether an earlier touch of theirs was folded. */
static enum err find_later(struct job *job, struct work **works, size_t count, uint32_t lane)
{
    struct touch_later *list = ARENA_ARRAY(&job->arena, struct touch_later, count);
    struct work **asked = ARENA_ARRAY(&job->arena, struct work *, count);
    size_t asking = 0;
    for (size_t i = 0; i < count; i++) {
        struct work *work = works[i];
        if (work->lane != lane || work->stored || work->anew || !work->touch_count) {
            continue;
        }
        if (job_is_grouped(job, plan_lane_key(job->plan, lane), work->key)) {
            work->anew = true; /* a touch may stand under another key of the group */
        } else {
            if (work->unsorted) {
                qsort(work->touches, work->touch_count, sizeof(*work->touches), compare_touches);
                work->unsorted = false;
            }
            asked[asking] = work;
            list[asking++] =
                (struct touch_later){work->key, bound_occurred(work->touches[0].b), false};
        }
    }
    int64_t published_id = keeper_published_id(job->keeper);
    struct touch_past past = {job->first_id, job->keeper->ids.node, published_id,
                              id_moment(published_id) + KEEPER_AHEAD_US + 1000};
    enum err e = asking ? touch_rows_later(job->db, plan_lane_key(job->plan, lane), &past, list,
                                           asking, job->info)
                        : ERR_NONE;
    for (size_t i = 0; i < asking && !e; i++) {
        asked[i]->anew = list[i].later;
    }
    return e;
}

/* A thread that was kept from other servers, but has nothing to do itself. */
static bool is_only_locked(const struct work *work)
{
    return work->touch_count == 0 && !work->wake && !work->anew;
}

enum { LOCKED, READ };
static const uint32_t ALL_LANES = UINT32_MAX;

/* Those of the lane that are not yet so, in the order of lane and key. */
static struct work **works_to_do(struct job *job, uint32_t lane, int what, size_t *ret_count)
{
    struct work **works = ARENA_ARRAY(&job->arena, struct work *, job->work_count);
    size_t count = 0;
    for (size_t i = 0; i < job->work_count; i++) {
        struct work *work = &job->works[i];
        if ((lane == ALL_LANES || work->lane == lane) &&
            (what == LOCKED ? !work->locked : !work->read)) {
            works[count++] = work;
        }
    }
    qsort(works, count, sizeof(struct work *), compare_works);
    *ret_count = count;
    return works;
}

static struct state_row *rows_of(struct job *job, struct work *const *works, size_t count)
{
    struct state_row *rows = ARENA_ARRAY(&job->arena, struct state_row, count);
    for (size_t i = 0; i < count; i++) {
        rows[i].lane = plan_lane_name(job->plan, works[i]->lane);
        rows[i].key = works[i]->key;
    }
    return rows;
}

/* What another server has written of these keys until now has smaller ids than what we write: a
 * history is in the order of its entries' ids, whatever the clocks of servers say. */
static enum err draw_after_all(struct job *job)
{
    int64_t last = 0;
    enum err e = entry_row_last(job->db, &last, job->info);
    struct id_source *ids = &job->keeper->entry_ids;
    ids->last = ids->last > last ? ids->last : last;
    return e;
}

/* Lane by lane, so that two jobs never wait for each other: verdict touches make work for later
 * lanes only. */
static enum err lock_lane(struct job *job, uint32_t lane)
{
    size_t count;
    struct work **works = works_to_do(job, lane, LOCKED, &count);
    struct state_row *rows = rows_of(job, works, count);
    enum err e = count ? state_rows_lock(job->db, rows, count, &job->arena, job->info) : ERR_NONE;
    for (size_t i = 0; i < count && !e; i++) {
        works[i]->locked = true;
        works[i]->stored = rows[i].found;
        works[i]->made = rows[i].made;
        works[i]->state = rows[i].state;
    }
    return e || !count ? e : draw_after_all(job);
}

enum err job_lock_threads(struct job *job, const struct touch_new *list, size_t count)
{
    /* Any lane will do, if all servers take the same: it is best one whose keys are threads. */
    uint32_t lane = 0;
    while (lane < plan_lane_count(job->plan) && plan_lane_key(job->plan, lane).kind != KEY_THREAD) {
        lane++;
    }
    lane = lane < plan_lane_count(job->plan) ? lane : 0;
    for (size_t i = 0; i < count; i++) {
        if (list[i].is_new && list[i].touch->thread.len) {
            (void)job_work(job, lane, list[i].touch->thread);
        }
    }
    return lock_lane(job, ALL_LANES);
}

static enum err read_alone(struct job *job, struct work *const *works, size_t count)
{
    struct state_row *rows = rows_of(job, works, count);
    enum err e = count ? state_rows_read(job->db, rows, count, &job->arena, job->info) : ERR_NONE;
    for (size_t i = 0; i < count && !e; i++) {
        works[i]->stored = rows[i].found;
        works[i]->state = rows[i].state;
    }
    return e || !count || !database_is_shared(job->db) ? e : draw_after_all(job);
}

/* Reads the states of the lane's keys that this job has come to. */
static enum err read_states(struct job *job, uint32_t lane)
{
    size_t count;
    struct work **works = works_to_do(job, lane, READ, &count);
    enum err e = database_is_alone(job->db) ? read_alone(job, works, count) : lock_lane(job, lane);
    for (size_t i = 0; i < count && !e; i++) {
        works[i]->read = !is_only_locked(works[i]); /* else it may still come to have touches */
    }
    return e || !count ? e : find_later(job, works, count, lane);
}

/* -- phase 3: folding -- */

static enum err fold_touches(struct job *job, size_t number, const struct sink *sink)
{
    struct work *work = &job->works[number];
    for (size_t i = 0; i < work->touch_count; i++) {
        if (!fold_touch(job->fold, work->touches[i].b, sink)) {
            work->anew = true;
            return i ? err_set(job->info, ERR_INTERNAL, "a touch was late within its own job")
                     : ERR_NONE;
        }
    }
    return ERR_NONE;
}

/* A key's instants are closed up to its own latest touch, however far another key's lies ahead; one
 * that is woken, up to the present. */
static int64_t closed_until(const struct job *job, const struct work *work)
{
    int64_t closed_us = work->touch_count
                            ? bound_occurred(work->touches[work->touch_count - 1].b) + 1
                            : MOMENT_BEFORE_ALL;
    return work->wake && job->now_us > closed_us ? job->now_us : closed_us;
}

static enum err fold_work(struct job *job, size_t number)
{
    struct work *work = &job->works[number];
    const struct sink sink = {.context = job, .entry = job_entry, .derived = job_derived};
    fold_reset(job->fold, work->key);
    job->voids_read = false;
    if (work->unsorted) {
        qsort(work->touches, work->touch_count, sizeof(*work->touches), compare_touches);
    }
    if (work->stored && fold_load(job->fold, work->state, NULL)) {
        work->anew = work->refused = true;
    }
    enum err e = work->anew ? ERR_NONE : fold_touches(job, number, &sink);
    if (e || work->anew) {
        return e ? e : late_fold(job, number);
    }
    fold_advance(job->fold, closed_until(job, work), &sink);
    return job->failed;
}

static void save(struct job *job, struct work *work)
{
    work->done = true;
    work->saved = (struct text){0};
    if (!fold_is_empty(job->fold)) {
        struct buf state CLEANUP(buf_release) = {0};
        fold_save(job->fold, &state);
        work->saved = arena_text(&job->arena, buf_text(&state));
        work->next_us = fold_next_us(job->fold);
    }
}

static enum err fold_lane(struct job *job, uint32_t lane)
{
    enum err e = ERR_NONE;
    fold_free(job->fold);
    job->fold = NULL;
    for (size_t i = 0; i < job->work_count && !e; i++) {
        if (job->works[i].lane != lane || job->works[i].done || is_only_locked(&job->works[i])) {
            continue;
        }
        if (!job->fold) {
            job->fold = fold_new(job->plan, lane, job->works[i].key, job->keeper->world);
        }
        e = fold_work(job, i);
        if (!e) {
            save(job, &job->works[i]);
        }
    }
    return e || !job->family ? e : late_end_family(job, lane);
}

/* -- phase 4: writing -- */

static enum err write_states(struct job *job)
{
    struct state_row *put = ARENA_ARRAY(&job->arena, struct state_row, job->work_count);
    struct state_row *gone = ARENA_ARRAY(&job->arena, struct state_row, job->work_count);
    size_t put_count = 0, gone_count = 0;
    for (size_t i = 0; i < job->work_count; i++) {
        const struct work *work = &job->works[i];
        struct state_row row = {.lane = plan_lane_name(job->plan, work->lane),
                                .key = work->key,
                                .next_us = work->next_us,
                                .state = work->saved,
                                .found = work->stored,
                                .made = work->made};
        if (work->saved.len) {
            put[put_count++] = row;
            if (row.next_us < job->keeper->next_us) {
                job->keeper->next_us = row.next_us;
            }
        } else if (work->made || (work->stored && work->done)) {
            gone[gone_count++] = row;
        }
    }
    enum err e = put_count ? state_rows_put(job->db, put, put_count, job->info) : ERR_NONE;
    return e || !gone_count ? e : state_rows_remove(job->db, gone, gone_count, job->info);
}

enum err job_run(struct job *job)
{
    enum err e = ERR_NONE;
    for (uint32_t lane = 0; lane < plan_lane_count(job->plan) && !e; lane++) {
        e = read_states(job, lane);
        e = e ? e : fold_lane(job, lane);
        e = e ? e : job_take_derived(job);
    }
    e = e ? e : records_read(job);
    e = e ? e : write_states(job);
    return e ? e : records_write(job);
}
