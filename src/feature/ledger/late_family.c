/* The obligations of a family (merging.c) in one lane are one heap: each is taken by the fold that
 * has it, and in the end what no key has any more is void. */
#include "feature/ledger/late.h"

static enum err read_heap(struct late *late, enum who_kind kind)
{
    struct job *job = late->job;
    size_t capacity = 0;
    enum err e = ERR_NONE;
    for (const struct relative *r = job->family; r && !e; r = r->next) {
        struct ledger_row *rows;
        size_t count = 0;
        e = r->kind == kind
                ? ledger_row_of_key(job->db, r->key, &job->arena, &rows, &count, late->info)
                : ERR_NONE;
        for (size_t i = 0; i < count && !e; i++) {
            size_t number, lane;
            if (!plan_find_promise(job->plan, rows[i].promise, &number, &lane) ||
                lane != late->lane) {
                continue;
            }
            if (late->held.count == capacity) {
                capacity = capacity ? capacity * 2 : 16;
                late->held.rows = arena_grow(&job->arena, late->held.rows, late->held.count,
                                             capacity, sizeof(*late->held.rows));
            }
            late->held.rows[late->held.count++] = rows[i];
        }
    }
    late->held.seen = ARENA_ARRAY(&job->arena, bool, late->held.count);
    late_index_rows(late);
    return e;
}

enum err late_take_heap(struct late *late, enum who_kind kind)
{
    struct job *job = late->job;
    if (!job->heaps) {
        job->heaps = ARENA_ARRAY(&job->arena, struct heap *, plan_lane_count(job->plan));
    }
    struct heap *heap = job->heaps[late->lane];
    if (!heap) {
        enum err e = read_heap(late, kind);
        if (e) {
            return e;
        }
        heap = job->heaps[late->lane] = ARENA_NEW(&job->arena, struct heap);
        *heap = (struct heap){late->held, late->cause};
    }
    late->heap = heap;
    late->held = heap->held;
    return ERR_NONE;
}

/* The keys of an obligation that no fold has: those of its opening touch, as they are judged now.
 * What the clock or a verdict opened that is no more stays with the group that it was in. */
struct keys {
    struct job *job;
    enum who_kind kind;
    struct text key, thread, customer;
};

static bool judge_opening(void *context, const struct touch *t)
{
    struct keys *keys = context;
    struct touch judged = *t;
    keeper_judge(keys->job->keeper, &judged);
    struct text key = keys->kind == WHO_THREAD ? judged.thread : judged.customer;
    if (!job_is_family(keys->job, keys->kind, key)) {
        return true; /* another's of the same source and id */
    }
    struct arena *arena = &keys->job->arena; /* what is told of it outlives who is who */
    keys->key = arena_text(arena, key);
    keys->thread = arena_text(arena, judged.thread);
    keys->customer = arena_text(arena, judged.customer);
    return false;
}

static enum err leave_void(struct late *late, struct ledger_row *row, enum who_kind kind)
{
    struct job *job = late->job;
    const struct who *who = job->keeper->who;
    struct keys keys = {.job = job,
                        .kind = kind,
                        .key = arena_text(&job->arena, who_key(who, kind, row->key)),
                        .thread = arena_text(&job->arena, who_key(who, WHO_THREAD, row->thread)),
                        .customer =
                            arena_text(&job->arena, who_key(who, WHO_CUSTOMER, row->customer))};
    enum err e = touch_row_of_sender(job->db, row->opening_source, row->opening_id, judge_opening,
                                     &keys, late->info);
    e = e ? e : late_follow_keys(late, row, keys.key, keys.thread, keys.customer);
    return e ? e : late_never_opened(late, row);
}

enum err late_end_family(struct job *job, uint32_t lane)
{
    struct heap *heap = job->heaps ? job->heaps[lane] : NULL;
    enum who_kind kind = WHO_CUSTOMER;
    enum err e = ERR_NONE;
    if (!heap || !job_kind_of(plan_lane_key(job->plan, lane), &kind)) {
        return ERR_NONE;
    }
    struct late late = {.job = job, .lane = lane, .cause = heap->cause, .info = job->info};
    for (size_t r = 0; r < heap->held.count && !e; r++) {
        if (!heap->held.seen[r]) {
            e = leave_void(&late, &heap->held.rows[r], kind);
        }
    }
    return e;
}
