/* Phase 1 of a job: touches are written and given to the keys that they meet. Those from outside
 * all at once at its beginning, verdict touches lane by lane as they are given. */
#include "feature/ledger/job.h"
#include "feature/ledger/touch_order.h"
#include "feature/ledger/waking.h"
#include "intake/touch_json.h"
#include "store/sharing.h"

#include <stdlib.h>
#include <string.h>

/* -- those of this job, by source and id -- */

static uint64_t ref_hash(struct text source, struct text id)
{
    return text_hash(id) * 31 + text_hash(source);
}

static size_t ref_slot(const struct job *job, struct text source, struct text id)
{
    size_t mask = job->ref_slot_count - 1, at = ref_hash(source, id) & mask;
    for (; job->ref_slots[at]; at = (at + 1) & mask) {
        const struct touch_ref *ref = &job->refs[job->ref_slots[at] - 1];
        if (text_eq(ref->id, id) && text_eq(ref->source, source)) {
            break;
        }
    }
    return at;
}

const struct touch_ref *job_ref(const struct job *job, struct text source, struct text id)
{
    uint32_t number = id.len && job->ref_slot_count ? job->ref_slots[ref_slot(job, source, id)] : 0;
    return number ? &job->refs[number - 1] : NULL;
}

static void make_refs(struct job *job, size_t most)
{
    job->refs = ARENA_ARRAY(&job->arena, struct touch_ref, most);
    job->ref_slot_count = 16;
    while (job->ref_slot_count < most * 2) {
        job->ref_slot_count *= 2;
    }
    job->ref_slots = ARENA_ARRAY(&job->arena, uint32_t, job->ref_slot_count);
}

static void add_ref(struct job *job, const struct touch *t)
{
    size_t at = ref_slot(job, t->source, t->id);
    job->refs[job->ref_count++] = (struct touch_ref){t->source, t->id, t->team, t->person};
    job->ref_slots[at] = (uint32_t)job->ref_count;
}

/* -- to the keys -- */

static void add_touch_key(struct job *job, struct touch_key key)
{
    if (job->touch_key_count == job->touch_key_capacity) {
        size_t capacity = job->touch_key_capacity ? job->touch_key_capacity * 2 : 64;
        job->touch_keys = arena_grow(&job->arena, job->touch_keys, job->touch_key_count, capacity,
                                     sizeof(*job->touch_keys));
        job->touch_key_capacity = capacity;
    }
    job->touch_keys[job->touch_key_count++] = key;
}

static enum err write_touch_keys(struct job *job)
{
    size_t count = job->touch_key_count;
    job->touch_key_count = 0;
    return touch_rows_add_keys(job->db, job->touch_keys, count, job->info);
}

/* A touch heard anywhere: put into the world, and every key told to look. */
static enum err hear_anywhere(struct job *job, const struct bound *b, int64_t id)
{
    struct keeper *k = job->keeper;
    if (!database_is_alone(job->db)) {
        return database_want_alone(job->db, job->info);
    }
    k->world_doubtful = true; /* until the job has succeeded */
    k->waking = true;         /* should the job be undone: the next look finds nothing to wake */
    world_add(k->world, b);
    enum err e = waking_add(job->db, job->plan, bound_occurred(b), job->info);
    e = e ? e : mark_move(job->db, KEEPER_WORLD, job->info);
    return e ? e : touch_row_add_anywhere(job->db, id, job->info);
}

static enum err meet_lanes(struct job *job, const struct bound *b, int64_t id, int64_t home_id)
{
    if (bound_is_anywhere(b)) {
        enum err e = hear_anywhere(job, b, id);
        if (e) {
            return e;
        }
    }
    for (uint32_t lane = 0; lane < plan_lane_count(job->plan); lane++) {
        struct text key;
        if (!bound_enters(b, lane) || !bound_key(b, lane, &key)) {
            continue;
        }
        work_add(job, job_work(job, lane, key), b);
        struct key kind = plan_lane_key(job->plan, lane);
        if (kind.kind == KEY_ATTRIBUTE) {
            add_touch_key(job,
                          (struct touch_key){kind.attribute, key, bound_occurred(b), id, home_id});
        }
    }
    return ERR_NONE;
}

/* -- who opens a thread (rule 3) -- */

static int compare_new(const void *a, const void *b)
{
    const struct touch_new *x = *(const struct touch_new *const *)a,
                           *y = *(const struct touch_new *const *)b;
    int order = text_compare(x->touch->thread, y->touch->thread);
    if (order) {
        return order;
    }
    if (x->touch->occurred_us != y->touch->occurred_us) {
        return x->touch->occurred_us < y->touch->occurred_us ? -1 : 1;
    }
    return x->id < y->id ? -1 : x->id > y->id;
}

struct unseating {
    struct job *job;
    int64_t id; /* of the touch that opened the thread until now */
    const struct bound *b;
};

static bool find_unseated(void *context, const struct touch *t)
{
    struct unseating *u = context;
    if (t->place != (uint64_t)u->id) {
        return true;
    }
    struct touch judged = *t;
    keeper_judge(u->job->keeper, &judged);
    u->b = plan_bind(u->job->plan, &judged, true, &u->job->arena);
    return false;
}

/* A late touch is the first of its thread, so the one that was opens the thread no longer: wherever
 * it was heard is folded anew. */
static enum err unseat(struct job *job, const struct touch *first, int64_t id)
{
    const struct cause cause = {first->source, first->id};
    struct unseating u = {.job = job, .id = id};
    enum err e = touch_row_of_key(job->db, (struct key){.kind = KEY_THREAD}, first->thread,
                                  find_unseated, &u, job->info);
    for (uint32_t lane = 0; u.b && !e && lane < plan_lane_count(job->plan); lane++) {
        struct text key;
        if (bound_key(u.b, lane, &key)) {
            job_fold_anew(job, lane, key, &cause);
        }
    }
    return e;
}

static bool opens(const struct thread_first *before, const struct touch_new *first)
{
    return !before->found || first->touch->occurred_us < before->occurred_us ||
           (first->touch->occurred_us == before->occurred_us && first->id < before->id);
}

static bool is_of_group(const struct job *job, const struct touch_new *new)
{
    return who_is_grouped(job->keeper->who, WHO_THREAD, new->touch->thread);
}

/* Of a thread that was merged with others. */
static enum err find_opener_of_group(struct job *job, const struct touch_new *new, bool *ret_opens)
{
    struct touch t = *new->touch;
    t.place = (uint64_t) new->id;
    keeper_judge(job->keeper, &t);
    enum err e = job_opens_thread(job, &t, ret_opens);
    return e || !*ret_opens ? e : job_thread_anew(job, &t);
}

/* Sets opens[i] of those that open their thread. */
static enum err find_openers(struct job *job, const struct touch_new *list, size_t count,
                             bool *ret_opens)
{
    const struct touch_new **sorted = ARENA_ARRAY(&job->arena, const struct touch_new *, count);
    size_t with_thread = 0, threads = 0;
    for (size_t i = 0; i < count; i++) {
        if (list[i].is_new && list[i].touch->thread.len && !is_of_group(job, &list[i])) {
            sorted[with_thread++] = &list[i];
        }
    }
    qsort(sorted, with_thread, sizeof(struct touch_new *), compare_new);
    struct thread_first *before = ARENA_ARRAY(&job->arena, struct thread_first, with_thread);
    for (size_t i = 0; i < with_thread; i++) {
        if (i == 0 || !text_eq(sorted[i]->touch->thread, sorted[i - 1]->touch->thread)) {
            before[threads].thread = sorted[i]->touch->thread;
            sorted[threads++] = sorted[i];
        }
    }
    enum err e =
        touch_rows_first(job->db, before, threads, job->first_id, job->keeper->ids.node, job->info);
    for (size_t i = 0; i < threads && !e; i++) {
        if (opens(&before[i], sorted[i])) {
            ret_opens[sorted[i] - list] = true;
            e = before[i].found ? unseat(job, sorted[i]->touch, before[i].id) : ERR_NONE;
        }
    }
    for (size_t i = 0; i < count && !e; i++) {
        if (list[i].is_new && is_of_group(job, &list[i])) {
            e = find_opener_of_group(job, &list[i], &ret_opens[i]);
        }
    }
    return e;
}

/* -- touches from outside -- */

static void count_payment(struct job *job, const struct touch *t)
{
    struct text promise;
    struct money amount;
    if (touch_payment(t, &promise, &amount)) {
        tally_remedy_paid(&job->tally, promise, book_day(job->keeper->book, t->occurred_us),
                          text_of(amount.currency), amount.minor);
    }
}

static bool is_refused(const struct job *job, const struct touch *t, struct err_info *why)
{
    if (t->occurred_us > job->now_us + KEEPER_AHEAD_US) {
        (void)err_field(why, ERR_INVALID, "occurred",
                        "occurred lies more than 5 minutes ahead of the server's clock: send it "
                        "when it has happened");
        return true;
    }
    if (touch_event_is_reserved(t->event)) {
        (void)err_field(why, ERR_INVALID, "event",
                        "verdicts come from the ledger itself; leave them out");
        return true;
    }
    return false;
}

struct incoming {
    struct touch_new *list;
    struct taking **takings; /* where each is answered */
    size_t count;
};

static void admit(struct job *job, const struct gathered *g, struct incoming *in)
{
    for (size_t i = 0; i < g->count; i++) {
        struct taking *taking = &g->ret[i];
        *taking = (struct taking){0};
        if (is_refused(job, &g->touches[i], &taking->info)) {
            taking->result = TAKEN_REFUSED;
            continue;
        }
        in->list[in->count] =
            (struct touch_new){keeper_next_id(job->keeper), &g->touches[i], false};
        in->takings[in->count++] = taking;
    }
}

static enum err meet(struct job *job, const struct touch_new *new, bool opens_thread)
{
    struct touch t = *new->touch;
    t.place = (uint64_t) new->id;
    add_ref(job, &t);
    count_payment(job, &t);
    keeper_judge(job->keeper, &t);
    const struct bound *b = plan_bind(job->plan, &t, opens_thread, &job->arena);
    return b ? meet_lanes(job, b, new->id, touch_home(new->touch)) : ERR_NONE;
}

enum err job_take_incoming(struct job *job, const struct gathered *gathered, size_t count)
{
    size_t most = 0;
    for (size_t i = 0; i < count; i++) {
        most += gathered[i].count;
    }
    struct incoming in = {.list = ARENA_ARRAY(&job->arena, struct touch_new, most),
                          .takings = ARENA_ARRAY(&job->arena, struct taking *, most)};
    for (size_t i = 0; i < count; i++) {
        admit(job, &gathered[i], &in);
    }
    make_refs(job, in.count);
    bool *opening = ARENA_ARRAY(&job->arena, bool, in.count);
    enum err e = touch_rows_add(job->db, in.list, in.count, job->now_us, job->info);
    e = e ? e : job_learn_who(job, in.list, in.count);
    if (!e && plan_uses_opens_thread(job->plan)) {
        e = database_is_alone(job->db) ? ERR_NONE : job_lock_threads(job, in.list, in.count);
        e = e ? e : find_openers(job, in.list, in.count, opening);
    }
    for (size_t i = 0; i < in.count && !e; i++) {
        in.takings[i]->result = in.list[i].is_new ? TAKEN_NEW : TAKEN_AGAIN;
        in.takings[i]->id = in.list[i].is_new ? in.list[i].id : 0;
        e = in.list[i].is_new ? meet(job, &in.list[i], opening[i]) : ERR_NONE;
    }
    return e ? e : write_touch_keys(job);
}

/* -- verdict touches -- */

void job_derived(void *context, const struct touch *t)
{
    struct job *job = context;
    if (job->derived_count == job->derived_capacity) {
        size_t capacity = job->derived_capacity ? job->derived_capacity * 2 : 32;
        job->derived = arena_grow(&job->arena, job->derived, job->derived_count, capacity,
                                  sizeof(*job->derived));
        job->derived_capacity = capacity;
    }
    job->derived[job->derived_count++] = touch_copy(&job->arena, t);
}

enum err job_take_derived(struct job *job)
{
    size_t count = job->derived_count;
    job->derived_count = 0;
    struct touch_new *list = ARENA_ARRAY(&job->arena, struct touch_new, count);
    for (size_t i = 0; i < count; i++) {
        list[i] = (struct touch_new){keeper_next_id(job->keeper), &job->derived[i], false};
    }
    enum err e = touch_rows_add(job->db, list, count, job->now_us, job->info);
    for (size_t i = 0; i < count && !e; i++) {
        const struct bound *b =
            list[i].is_new ? plan_bind(job->plan, list[i].touch, false, &job->arena) : NULL;
        e = b ? meet_lanes(job, b, list[i].id, touch_home(list[i].touch)) : ERR_NONE;
    }
    return e ? e : write_touch_keys(job);
}
