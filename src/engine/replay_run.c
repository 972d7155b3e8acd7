/* A run of a replay goes lane by lane: the lane's touches are gathered by key, then each key is
 * folded at once with all its memory warm. Verdict touches for later lanes are collected on the
 * way. */
#include "engine/fold.h"
#include "engine/name_hash.h"
#include "engine/replay_part.h"

#include <stdlib.h>
#include <string.h>

static void *grown(void *old, size_t count, size_t size)
{
    void *p = reallocarray(old, count, size);
    if (!p) {
        abort();
    }
    return p;
}

struct records {
    struct obligation *items;
    size_t count, capacity;
    size_t key_first; /* of the key at hand */
};

struct run {
    struct replay *replay;
    const struct replay_options *options;
    int64_t until_us;
    struct promise_result *results;
    uint64_t (*counts)[ENTRY_KINDS]; /* by promise */
    struct fold *fold;
    struct sink sink;
    size_t lane;
    struct arena arena; /* derived touches, texts of records */
    struct bound **derived;
    size_t derived_count, derived_capacity;
    struct bound *const *own; /* touches of the replay by number; then come verdict touches */
    size_t own_count;
    struct chains chains;
    struct bound **bucket; /* the touches of the bucket at hand */
    size_t bucket_capacity;
    struct bound **chain; /* touches of the key at hand */
    size_t chain_count, chain_capacity;
    struct records records;
    size_t done, total;
    bool cancelled;
};

enum {
    KINDS_OF_VERDICT = 1 << ENTRY_KEPT | 1 << ENTRY_BROKEN | 1 << ENTRY_EXCUSED | 1 << ENTRY_VOID,
    KINDS_OF_RECORDS = KINDS_OF_VERDICT | 1 << ENTRY_FULFILLED | 1 << ENTRY_WARNED,
};

/* Remedies are always looked at, everything else is counted by the fold. */
static uint32_t unwanted(const struct replay_options *o)
{
    uint32_t wanted = 1 << ENTRY_OWED;
    wanted |= o->each ? (uint32_t)KINDS_OF_RECORDS : 0; /* their warn_us is told */
    wanted |= o->sink && o->sink->entry ? ~o->sink->unwanted : 0;
    return ~wanted;
}

static void add_owed(struct promise_result *result, const struct entry *e)
{
    if (e->task.len) {
        result->tasks++;
        return;
    }
    for (size_t i = 0; i < result->owed_count; i++) {
        if (strcmp(result->owed[i].currency, e->amount.currency) == 0) {
            result->owed[i].minor += e->amount.minor;
            result->owed[i].count++;
            return;
        }
    }
    if (result->owed_count < REPLAY_CURRENCIES_MAX) {
        struct owed *owed = &result->owed[result->owed_count++];
        memcpy(owed->currency, e->amount.currency, sizeof(owed->currency));
        owed->minor = e->amount.minor;
        owed->count = 1;
    }
}

static void record(struct run *run, const struct obligation *o)
{
    if (!run->options->each) {
        return;
    }
    struct records *records = &run->records;
    if (records->count == records->capacity) {
        records->capacity = records->capacity ? records->capacity * 2 : 1024;
        records->items = grown(records->items, records->capacity, sizeof(*records->items));
    }
    struct obligation *copy = &records->items[records->count++];
    *copy = *o;
    if (o->opening->shape->derived) { /* lives in the fold's memory only */
        copy->opening_source = arena_text(&run->arena, o->opening_source);
        copy->opening_id = arena_text(&run->arena, o->opening_id);
        copy->opening = bound_copy(&run->arena, o->opening);
    }
}

static void record_fulfilled(struct run *run, const struct obligation *o)
{
    for (size_t i = run->records.count; i-- > run->records.key_first;) {
        struct obligation *known = &run->records.items[i];
        if (known->promise == o->promise && known->n == o->n &&
            text_eq(known->opening_id, o->opening_id) &&
            text_eq(known->opening_source, o->opening_source)) {
            known->fulfilled_us = o->fulfilled_us;
            return;
        }
    }
}

static void on_entry(void *context, const struct entry *e)
{
    struct run *run = context;
    if (KINDS_OF_VERDICT >> e->kind & 1) {
        record(run, e->obligation);
    } else if (e->kind == ENTRY_FULFILLED) {
        record_fulfilled(run, e->obligation);
    } else if (e->kind == ENTRY_OWED) {
        add_owed(&run->results[e->obligation->promise], e);
    }
    const struct sink *sink = run->options->sink;
    if (sink && sink->entry && !(sink->unwanted >> e->kind & 1)) {
        sink->entry(sink->context, e);
    }
}

static void on_derived(void *context, const struct touch *t)
{
    struct run *run = context;
    const struct plan *p = run->replay->plan;
    struct bound *b = bind_touch(p, t, false, &run->arena);
    if (bound_is_anywhere(b)) {
        world_add(run->replay->world, b);
    }
    if (run->derived_count == run->derived_capacity) {
        run->derived_capacity = run->derived_capacity ? run->derived_capacity * 2 : 256;
        run->derived = grown(run->derived, run->derived_capacity, sizeof(*run->derived));
    }
    run->derived[run->derived_count++] = b;
}

static void on_open_at_end(void *context, const struct obligation *o)
{
    struct run *run = context;
    if (o->state == STATE_OPEN || o->state == STATE_PAUSED) {
        struct promise_result *result = &run->results[o->promise];
        result->open += o->state == STATE_OPEN;
        result->paused += o->state == STATE_PAUSED;
        record(run, o);
    }
}

static int compare_chain(const void *a, const void *b)
{
    const struct bound *x = *(const struct bound *const *)a, *y = *(const struct bound *const *)b;
    if (x->occurred_us != y->occurred_us) {
        return x->occurred_us < y->occurred_us ? -1 : 1;
    }
    if (x->shape->derived != y->shape->derived) {
        return x->shape->derived ? 1 : -1;
    }
    return x->shape->derived ? bound_compare_derived(x, y) : bound_compare(x, y);
}

static inline bool in_order(const struct bound *a, const struct bound *b)
{
    return a->occurred_us < b->occurred_us || compare_chain(&a, &b) <= 0;
}

static void sort_chain(struct bound **touches, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        if (!in_order(touches[i - 1], touches[i])) {
            qsort(touches, count, sizeof(*touches), compare_chain);
            return;
        }
    }
}

/* All touches of one key. */
static void fold_chain(struct run *run, struct bound **touches, size_t count, struct text key)
{
    run->records.key_first = run->records.count;
    sort_chain(touches, count);
    fold_reset(run->fold, key);
    for (size_t i = 0; i < count; i++) {
        fold_touch(run->fold, touches[i], &run->sink);
    }
    fold_advance(run->fold, run->until_us, &run->sink);
    fold_each(run->fold, on_open_at_end, run);
}

static void chain_reserve(struct run *run, size_t count)
{
    if (count > run->chain_capacity) {
        run->chain_capacity = count * 2;
        run->chain = grown(run->chain, run->chain_capacity, sizeof(*run->chain));
    }
}

/* Of those listed under the lane. */
static inline bool enters(const struct run *run, const struct bound *b, struct text *ret_key)
{
    return b->occurred_us < run->until_us && bound_key(b, run->lane, ret_key);
}

/* The touches of that key. False: all of them were. */
static bool gather(struct run *run, struct bound *const *touches, size_t count, struct text key)
{
    bool others = false;
    chain_reserve(run, count);
    run->chain_count = 0;
    for (size_t i = 0; i < count; i++) {
        struct text own;
        if (!enters(run, touches[i], &own)) {
            continue;
        }
        if (text_same(key, own)) {
            run->chain[run->chain_count++] = touches[i];
        } else {
            others = true;
        }
    }
    return others;
}

static bool folded_before(const struct run *run, struct bound *const *touches, size_t count,
                          struct text key)
{
    struct text own;
    for (size_t i = 0; i < count; i++) {
        if (enters(run, touches[i], &own) && text_eq(own, key)) {
            return true;
        }
    }
    return false;
}

/* Touches of one hash: one key, but for the rarest of accidents. */
static void fold_hash(struct run *run, struct bound *const *touches, size_t count)
{
    struct text key;
    bool others = true;
    for (size_t i = 0; i < count && others; i++) {
        if (enters(run, touches[i], &key) && !folded_before(run, touches, i, key)) {
            others = gather(run, touches + i, count - i, key);
            fold_chain(run, run->chain, run->chain_count, key);
        }
    }
}

/* Touches of one key lie far apart in memory: they are called in while earlier keys are folded. */
static void prefetch(const struct bound *b)
{
    __builtin_prefetch(b);
    __builtin_prefetch((const char *)b + 64);
}

static struct bound *const *place_of(const struct run *run, uint32_t number)
{
    return number < run->own_count ? &run->own[number] : &run->derived[number - run->own_count];
}

enum { TOUCHES_AHEAD = 24, PLACES_AHEAD = 48 };

static void bucket_reserve(struct run *run, size_t count)
{
    if (count > run->bucket_capacity) {
        run->bucket = grown(run->bucket, count, sizeof(*run->bucket));
        run->bucket_capacity = count;
    }
}

static void fold_bucket(struct run *run, const struct keyed *unordered, size_t count)
{
    const struct keyed *touches = chains_order(&run->chains, unordered, count);
    size_t ahead = 0;
    bucket_reserve(run, count);
    for (size_t first = 0, end; first < count; first = end) {
        end = first + 1;
        while (end < count && touches[end].hash == touches[first].hash) {
            end++;
        }
        for (; ahead < end + TOUCHES_AHEAD && ahead < count; ahead++) {
            size_t later = ahead + PLACES_AHEAD < count ? ahead + PLACES_AHEAD : count - 1;
            __builtin_prefetch(place_of(run, touches[later].number));
            run->bucket[ahead] = *place_of(run, touches[ahead].number);
            prefetch(run->bucket[ahead]);
        }
        fold_hash(run, run->bucket + first, end - first);
    }
}

static bool report(struct run *run, size_t done)
{
    run->done += done;
    const struct replay_options *o = run->options;
    if (o->progress && !o->progress(o->progress_context,
                                    run->total ? (double)run->done / (double)run->total : 1)) {
        run->cancelled = true;
    }
    return !run->cancelled;
}

/* The verdict touches that come first in a lane, and its own. */
static void fold_lists(struct run *run, const struct keyed_list *own)
{
    struct replay *r = run->replay;
    struct keyed_list lists[] = {*own, {0}};
    struct text key;
    run->own = r->touches;
    run->own_count = r->count;
    for (size_t i = 0; i < run->derived_count; i++) {
        if (bound_enters(run->derived[i], run->lane) &&
            bound_key(run->derived[i], run->lane, &key)) {
            keyed_add(&lists[1], &r->pages, key, r->count + i);
        }
    }
    struct grouping g = grouping_make(lists, 2, &r->pages);
    keyed_release(&lists[1], &r->pages);
    for (size_t b = 0; b < g.bucket_count; b++) {
        size_t count;
        const struct keyed *touches = grouping_bucket(&g, b, &count);
        fold_bucket(run, touches, count);
        if (!report(run, count)) {
            break;
        }
    }
    grouping_release(&g, &r->pages);
}

/* -- drawers -- */

struct shelf { /* the touches of the drawer at hand, key by key */
    struct bound **as_laid, **by_key;
    uint32_t ends[DRAWER_KEYS]; /* of each key's */
};

static size_t largest_drawer(const struct replay *r)
{
    size_t most = 0;
    for (size_t d = 0; d < r->drawers.count; d++) {
        most = r->drawers.items[d].count > most ? r->drawers.items[d].count : most;
    }
    return most;
}

/* Those that meet the lane, as they lie; returns how many. */
static size_t shelf_take(struct run *run, struct shelf *shelf, const struct drawer *drawer)
{
    size_t all = drawer_list(drawer, shelf->as_laid), count = 0;
    uint32_t bit = bound_lane_bit(run->lane);
    bool is_shared = run->lane >= LANE_BITS; /* the bit */
    struct text key;
    memset(shelf->ends, 0, sizeof(shelf->ends));
    for (size_t i = 0; i < all; i++) {
        struct bound *b = shelf->as_laid[i];
        if (b->occurred_us < run->until_us && b->shape->lanes & bit &&
            (!(is_shared || b->shape->is_unsure) || bound_key(b, run->lane, &key))) {
            shelf->ends[b->drawer_key]++;
            shelf->as_laid[count++] = b;
        }
    }
    return count;
}

static void shelf_arrange(struct shelf *shelf, size_t count)
{
    uint32_t at = 0;
    for (size_t k = 0; k < DRAWER_KEYS; k++) {
        uint32_t own = shelf->ends[k];
        shelf->ends[k] = at; /* of those put there by now */
        at += own;
    }
    for (size_t i = 0; i < count; i++) {
        struct bound *b = shelf->as_laid[i];
        uint32_t end = shelf->ends[b->drawer_key]++;
        shelf->by_key[end] = b;
    }
}

static void fold_drawer(struct run *run, struct shelf *shelf, size_t drawer)
{
    const struct replay *r = run->replay;
    size_t count = shelf_take(run, shelf, &r->drawers.items[drawer]);
    uint32_t field = r->plan->lanes[run->lane].key_field;
    shelf_arrange(shelf, count);
    for (size_t k = 0, first = 0; k < DRAWER_KEYS; first = shelf->ends[k++]) {
        if (shelf->ends[k] > first) {
            struct bound **touches = shelf->by_key + first;
            fold_chain(run, touches, shelf->ends[k] - first, bound_text(touches[0], field));
        }
    }
}

/* Without another look at all touches: they lie by key already. */
static void fold_drawers(struct run *run)
{
    struct replay *r = run->replay;
    size_t most = largest_drawer(r);
    struct shelf shelf;
    shelf.as_laid = grown(NULL, most + 1, sizeof(*shelf.as_laid));
    shelf.by_key = grown(NULL, most + 1, sizeof(*shelf.by_key));
    for (size_t d = 1; d < r->drawers.count; d++) {
        fold_drawer(run, &shelf, d);
        if (!report(run, r->drawers.items[d].count)) {
            break;
        }
    }
    free(shelf.as_laid);
    free(shelf.by_key);
}

static void run_lane(struct run *run)
{
    struct replay *r = run->replay;
    struct keyed_list list = {0};
    struct text key;
    run->fold = fold_new(r->plan, run->lane, TEXT(""), r->world);
    run->fold->borrows = true;
    run->fold->memo = &r->memo;
    if (run->lane != r->drawer_lane) {
        fold_lists(run, &r->lanes[run->lane]);
    } else if (run->derived_count == 0) {
        fold_drawers(run);
    } else {
        for (size_t i = 0; i < r->count; i++) {
            if (bound_key_perhaps(r->touches[i], run->lane, &key)) {
                keyed_add(&list, &r->pages, key, i);
            }
        }
        fold_lists(run, &list);
        keyed_release(&list, &r->pages);
    }
    fold_free(run->fold);
}

/* -- before a run -- */

static int compare_touches(const void *a, const void *b)
{
    return bound_compare(*(const struct bound *const *)a, *(const struct bound *const *)b);
}

static void make_world(struct run *run)
{
    struct replay *r = run->replay;
    struct bound **heard = NULL;
    size_t count = 0, capacity = 0;
    world_free(r->world);
    r->world = world_new(r->plan);
    for (size_t i = 0; r->plan->hears_world && i < r->count; i++) {
        if (r->touches[i]->occurred_us < run->until_us && bound_is_anywhere(r->touches[i])) {
            if (count == capacity) {
                capacity = capacity ? capacity * 2 : 64;
                heard = grown(heard, capacity, sizeof(struct bound *));
            }
            heard[count++] = r->touches[i];
        }
    }
    if (count) {
        qsort(heard, count, sizeof(struct bound *), compare_touches);
    }
    for (size_t i = 0; i < count; i++) {
        world_add(r->world, heard[i]);
    }
    free(heard);
}

/* -- after a run -- */

static void take_counts(struct run *run)
{
    for (size_t i = 0; i < run->replay->plan->promise_count; i++) {
        struct promise_result *result = &run->results[i];
        result->kept = run->counts[i][ENTRY_KEPT];
        result->broken = run->counts[i][ENTRY_BROKEN];
        result->excused = run->counts[i][ENTRY_EXCUSED];
        result->void_ = run->counts[i][ENTRY_VOID];
        result->fulfilled_late = run->counts[i][ENTRY_FULFILLED];
    }
}

static int compare_records(const void *a, const void *b)
{
    const struct obligation *x = a, *y = b;
    if (x->opened_us != y->opened_us) {
        return x->opened_us < y->opened_us ? -1 : 1;
    }
    if (x->promise != y->promise) {
        return x->promise < y->promise ? -1 : 1;
    }
    int order = text_compare(x->key, y->key);
    order = order ? order : text_compare(x->opening_id, y->opening_id);
    order = order ? order : text_compare(x->opening_source, y->opening_source);
    return order ? order : (x->n > y->n) - (x->n < y->n);
}

static void give_records(struct run *run)
{
    struct records *records = &run->records;
    if (records->count) {
        qsort(records->items, records->count, sizeof(*records->items), compare_records);
    }
    for (size_t i = 0; i < records->count; i++) {
        run->options->each(run->options->each_context, &records->items[i]);
    }
}

enum err replay_run(struct replay *r, const struct replay_options *options, struct arena *arena,
                    struct promise_result **ret_results, struct err_info *info)
{
    struct run run = {.replay = r,
                      .options = options,
                      .until_us = options->until_us,
                      .results = ARENA_ARRAY(arena, struct promise_result, r->plan->promise_count)};
    run.counts = (uint64_t(*)[ENTRY_KINDS])arena_alloc_array(arena, r->plan->promise_count,
                                                             sizeof(*run.counts));
    run.sink = (struct sink){&run, on_entry, on_derived, unwanted(options), run.counts};
    if (run.until_us == MOMENT_NEVER) {
        run.until_us = r->count ? r->last_us + 1 : 0;
    }
    struct replay_view view;
    bool is_view = replay_judge(r, run.until_us, &view);
    if (r->plan->uses_opens_thread && !r->threads_known) {
        replay_know_threads(r);
    }
    make_world(&run);
    for (size_t l = 0; l < r->plan->lane_count; l++) {
        run.total += l == r->drawer_lane ? r->count : r->lanes[l].count;
    }
    for (run.lane = 0; run.lane < r->plan->lane_count && !run.cancelled; run.lane++) {
        run_lane(&run);
    }
    take_counts(&run);
    if (!run.cancelled && options->each) {
        give_records(&run);
    }
    if (is_view) {
        replay_judge_end(r, &view);
    }
    free(run.records.items);
    free(run.derived);
    free(run.chain);
    free(run.bucket);
    chains_release(&run.chains);
    arena_release(&run.arena);
    if (run.cancelled) {
        return err_set(info, ERR_BUSY, "the replay was cancelled");
    }
    *ret_results = run.results;
    return ERR_NONE;
}
