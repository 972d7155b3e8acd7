#include "feature/ledger/job.h"

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
}

void job_release(struct job *job)
{
    for (size_t i = 0; i < job->work_count; i++) {
        fold_free(job->works[i].fold);
    }
    arena_release(&job->arena);
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
    /* in order of occurrence; what came first stays first */
    size_t at = work->touch_count++;
    int64_t occurred = bound_occurred(b);
    while (at > 0 && bound_occurred(work->touches[at - 1]) > occurred) {
        work->touches[at] = work->touches[at - 1];
        at--;
    }
    work->touches[at] = b;
}

/* -- folding -- */

/* A verdict touch that other lanes hear: stored like any touch, and put before the keys it meets.
 */
void job_derived(void *context, const struct touch *t)
{
    struct job *job = context;
    bool is_new = false;
    int64_t id = keeper_next_id(job->keeper);
    if (!job->failed) {
        job->failed = touch_row_add(job->db, id, t, job->now_us, &is_new, job->info);
    }
    if (job->failed || !is_new) {
        return;
    }
    const struct bound *b = plan_bind(job->plan, t, false, &job->arena);
    if (b && bound_is_anywhere(b) && !job->failed) {
        job->failed = job_hear_anywhere(job, b, id);
    }
    for (uint32_t lane = 0; b && lane < plan_lane_count(job->plan); lane++) {
        struct text key;
        if (!bound_enters(b, lane) || !bound_key(b, lane, &key)) {
            continue;
        }
        struct key kind = plan_lane_key(job->plan, lane);
        if (kind.kind == KEY_ATTRIBUTE && !job->failed) {
            job->failed =
                touch_row_add_key(job->db, kind.attribute, key, id, t->occurred_us, job->info);
        }
        work_add(job, job_work(job, lane, key), b);
    }
}

static enum err load(struct job *job, struct work *work)
{
    struct text state;
    work->fold = fold_new(job->plan, work->lane, work->key, job->keeper->world);
    enum err e = state_row_find(job->db, plan_lane_name(job->plan, work->lane), work->key,
                                &job->arena, &work->stored, &state, job->info);
    if (!e && work->stored && fold_load(work->fold, state, NULL)) {
        work->anew = work->refused = true;
    }
    if (!e && !work->stored && !work->anew &&
        work->touch_count) { /* what had nothing to keep may have been folded further */
        e = touch_row_later(job->db, plan_lane_key(job->plan, work->lane), work->key,
                            bound_occurred(work->touches[0]), job->first_id,
                            keeper_published_id(job->keeper), &work->anew, job->info);
    }
    return e;
}

static enum err fold_work(struct job *job, size_t number)
{
    struct work *work = &job->works[number];
    const struct sink sink = {.context = job, .entry = job_entry, .derived = job_derived};
    enum err e = load(job, work);
    for (size_t i = 0; i < work->touch_count && !e && !work->anew; i++) {
        work->anew = !fold_touch(work->fold, work->touches[i], &sink);
        work = &job->works[number]; /* derived touches may have moved it */
        if (work->anew && i > 0) {
            return err_set(job->info, ERR_INTERNAL, "a touch was late within its own job");
        }
    }
    if (e) {
        return e;
    }
    if (work->anew) {
        return late_fold(job, number);
    }
    /* A key's instants are closed up to its own latest touch, however far another key's lies ahead.
     */
    int64_t closed_us = work->touch_count ? bound_occurred(work->touches[work->touch_count - 1]) + 1
                                          : MOMENT_BEFORE_ALL;
    if (work->wake && job->now_us > closed_us) {
        closed_us = job->now_us;
    }
    fold_advance(work->fold, closed_us, &sink);
    return job->failed;
}

static enum err save(struct job *job, const struct work *work)
{
    struct text lane = plan_lane_name(job->plan, work->lane);
    if (fold_is_empty(work->fold)) {
        return work->stored ? state_row_remove(job->db, lane, work->key, job->info) : ERR_NONE;
    }
    struct buf state CLEANUP(buf_release) = {0};
    fold_save(work->fold, &state);
    struct state_row row = {lane, work->key, fold_next_us(work->fold), buf_text(&state)};
    if (row.next_us < job->keeper->next_us) {
        job->keeper->next_us = row.next_us;
    }
    return state_row_put(job->db, &row, text_hash(work->key) >> 1, job->info);
}

enum err job_run(struct job *job)
{
    enum err e = ERR_NONE;
    for (uint32_t lane = 0; lane < plan_lane_count(job->plan) && !e; lane++) {
        for (size_t i = 0; i < job->work_count && !e; i++) { /* the list grows on the way */
            if (job->works[i].lane == lane) {
                job->current = i;
                e = fold_work(job, i);
                if (!e) {
                    e = save(job, &job->works[i]);
                }
            }
        }
    }
    return e ? e : records_write(job);
}
