/* Replay. Touches are bound as they come and kept as blocks. A run goes lane by lane: the lane's
 * touches are grouped by key (hashed, spread over buckets that fit in the cache, chained in order
 * within a bucket), then each key is folded at once with all its memory warm. Verdict touches for
 * later lanes are collected on the way. */
#include "engine/replay.h"
#include "engine/fold.h"

#include <stdlib.h>
#include <string.h>

struct id_set { /* open addressing over hashes of (source, id); the touch settles equal hashes */
    uint32_t *slots; /* index of the touch + 1 */
    size_t capacity, count;
};

struct replay {
    const struct plan *plan;
    struct arena arena; /* blocks */
    struct bound **touches;
    uint64_t *id_hashes;
    size_t count, capacity;
    struct id_set ids;
    bool in_order, sorted, threads_known;
    struct world *world;
};

struct replay *replay_new(const struct plan *p)
{
    struct replay *r = calloc(1, sizeof(*r));
    if (!r) {
        abort();
    }
    r->plan = p;
    r->in_order = true;
    return r;
}

void replay_free(struct replay *r)
{
    if (r) {
        arena_release(&r->arena);
        free(r->touches);
        free(r->id_hashes);
        free(r->ids.slots);
        world_free(r->world);
        free(r);
    }
}

static void *grown(void *old, size_t count, size_t size)
{
    void *p = reallocarray(old, count, size);
    if (!p) {
        abort();
    }
    return p;
}

/* -- taking touches -- */

static uint64_t mix(uint64_t h)
{
    h = (h ^ (h >> 31)) * UINT64_C(0x9e3779b97f4a7c15);
    return h ^ (h >> 29);
}

static void id_set_grow(struct replay *r)
{
    struct id_set *set = &r->ids;
    set->capacity = set->capacity ? set->capacity * 2 : 1024;
    free(set->slots);
    set->slots = calloc(set->capacity, sizeof(*set->slots));
    if (!set->slots) {
        abort();
    }
    for (size_t i = 0; i < r->count; i++) {
        size_t at = r->id_hashes[i] & (set->capacity - 1);
        while (set->slots[at]) {
            at = (at + 1) & (set->capacity - 1);
        }
        set->slots[at] = (uint32_t)i + 1;
    }
}

/* True if the touch is new; then its slot is taken for index r->count. */
static bool id_is_new(struct replay *r, const struct touch *t, uint64_t hash)
{
    struct id_set *set = &r->ids;
    if (set->count * 2 >= set->capacity) {
        id_set_grow(r);
    }
    size_t at = hash & (set->capacity - 1);
    for (; set->slots[at]; at = (at + 1) & (set->capacity - 1)) {
        uint32_t i = set->slots[at] - 1;
        if (r->id_hashes[i] == hash && text_eq(bound_text(r->touches[i], FIELD_ID), t->id) &&
            text_eq(bound_text(r->touches[i], FIELD_SOURCE), t->source)) {
            return false;
        }
    }
    set->slots[at] = (uint32_t)r->count + 1;
    set->count++;
    return true;
}

static void *room_in_arena(void *context, size_t size)
{
    return arena_alloc(context, size);
}

bool replay_add(struct replay *r, const struct touch *t)
{
    uint64_t hash = mix(text_hash(t->id) ^ (text_hash(t->source) << 1));
    if (!id_is_new(r, t, hash)) {
        return false;
    }
    if (r->count == r->capacity) {
        r->capacity = r->capacity ? r->capacity * 2 : 1024;
        r->touches = grown(r->touches, r->capacity, sizeof(*r->touches));
        r->id_hashes = grown(r->id_hashes, r->capacity, sizeof(*r->id_hashes));
    }
    struct bound *b = bind_touch(r->plan, t, false, room_in_arena, &r->arena);
    if (r->count && bound_compare(r->touches[r->count - 1], b) > 0) {
        r->in_order = false;
    }
    r->id_hashes[r->count] = hash;
    r->touches[r->count++] = b;
    r->sorted = r->threads_known = false;
    return true;
}

/* -- grouping by key -- */

struct entry_of_lane {
    uint64_t hash;
    struct bound *touch;
};

struct group_table { /* chains of one bucket */
    uint32_t *heads; /* by slot: entry index + 1 */
    uint32_t *tails, *next;
    size_t slot_capacity, entry_capacity;
};

struct grouping {
    struct entry_of_lane *entries, *spread;
    size_t count, capacity;
    size_t *bucket_first;
    unsigned bucket_bits;
    struct group_table table;
};

static void grouping_release(struct grouping *g)
{
    free(g->entries);
    free(g->spread);
    free(g->bucket_first);
    free(g->table.heads);
    free(g->table.tails);
    free(g->table.next);
}

static void grouping_add(struct grouping *g, struct text key, struct bound *b)
{
    if (g->count == g->capacity) {
        g->capacity = g->capacity ? g->capacity * 2 : 1024;
        g->entries = grown(g->entries, g->capacity, sizeof(*g->entries));
    }
    g->entries[g->count++] = (struct entry_of_lane){text_hash(key), b};
}

enum { ENTRIES_PER_BUCKET = 2048, BUCKET_BITS_MAX = 13 };

static size_t bucket_of(const struct grouping *g, uint64_t hash)
{
    return g->bucket_bits ? (size_t)(hash >> (64 - g->bucket_bits)) : 0;
}

/* Spreads the entries over buckets by the upper bits of the hash; order within a bucket stays. */
static void grouping_spread(struct grouping *g)
{
    while (g->bucket_bits < BUCKET_BITS_MAX && (g->count >> g->bucket_bits) > ENTRIES_PER_BUCKET) {
        g->bucket_bits++;
    }
    size_t buckets = (size_t)1 << g->bucket_bits;
    g->spread = grown(NULL, g->count + 1, sizeof(*g->spread));
    g->bucket_first = calloc(buckets + 2, sizeof(*g->bucket_first));
    if (!g->bucket_first) {
        abort();
    }
    size_t *next = g->bucket_first + 1;
    for (size_t i = 0; i < g->count; i++) {
        next[bucket_of(g, g->entries[i].hash) + 1]++;
    }
    for (size_t b = 0; b < buckets; b++) {
        next[b + 1] += next[b];
    }
    for (size_t i = 0; i < g->count; i++) {
        g->spread[next[bucket_of(g, g->entries[i].hash)]++] = g->entries[i];
    }
}

/* Chains the entries [first, first + count) by hash; returns the number of slots. */
static size_t chain_bucket(struct grouping *g, size_t first, size_t count)
{
    struct group_table *t = &g->table;
    size_t slots = 16;
    while (slots < count * 2) {
        slots *= 2;
    }
    if (slots > t->slot_capacity) {
        t->slot_capacity = slots;
        t->heads = grown(t->heads, slots, sizeof(*t->heads));
        t->tails = grown(t->tails, slots, sizeof(*t->tails));
    }
    if (count > t->entry_capacity) {
        t->entry_capacity = count;
        t->next = grown(t->next, count, sizeof(*t->next));
    }
    memset(t->heads, 0, slots * sizeof(*t->heads));
    for (uint32_t i = 0; i < count; i++) {
        uint64_t hash = g->spread[first + i].hash;
        size_t at = hash & (slots - 1);
        while (t->heads[at] && g->spread[first + t->heads[at] - 1].hash != hash) {
            at = (at + 1) & (slots - 1);
        }
        t->next[i] = 0;
        if (t->heads[at]) {
            t->next[t->tails[at]] = i + 1;
        } else {
            t->heads[at] = i + 1;
        }
        t->tails[at] = i;
    }
    return slots;
}

/* -- a run -- */

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
    struct fold *fold;
    struct sink sink;
    size_t lane;
    struct arena arena; /* derived touches, texts of records */
    struct bound **derived;
    size_t derived_count, derived_capacity;
    struct bound **chain; /* touches of the key at hand */
    size_t chain_count, chain_capacity;
    struct records records;
    size_t done, total;
    bool cancelled;
};

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
    if (o->opening->derived) { /* lives in the fold's memory only */
        copy->opening_source = arena_text(&run->arena, o->opening_source);
        copy->opening_id = arena_text(&run->arena, o->opening_id);
        struct bound *opening = arena_alloc(&run->arena, o->opening->size);
        memcpy(opening, o->opening, o->opening->size);
        copy->opening = opening;
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
    struct promise_result *result = &run->results[e->obligation->promise];
    switch (e->kind) {
    case ENTRY_KEPT:
        result->kept++;
        record(run, e->obligation);
        break;
    case ENTRY_BROKEN:
        result->broken++;
        record(run, e->obligation);
        break;
    case ENTRY_EXCUSED:
        result->excused++;
        record(run, e->obligation);
        break;
    case ENTRY_VOID:
        result->void_++;
        record(run, e->obligation);
        break;
    case ENTRY_FULFILLED:
        result->fulfilled_late++;
        record_fulfilled(run, e->obligation);
        break;
    case ENTRY_OWED:
        add_owed(result, e);
        break;
    case ENTRY_OPENED:
    case ENTRY_PAUSED:
    case ENTRY_RESUMED:
    case ENTRY_EXTENDED:
    case ENTRY_WARNED:
    case ENTRY_NOT_OWED:
    case ENTRY_WITHDRAWN:
    case ENTRY_CORRECTED:
        break;
    }
    if (run->options->sink && run->options->sink->entry) {
        run->options->sink->entry(run->options->sink->context, e);
    }
}

static void on_derived(void *context, const struct touch *t)
{
    struct run *run = context;
    const struct plan *p = run->replay->plan;
    struct bound *b = bind_touch(p, t, false, room_in_arena, &run->arena);
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
    if (x->derived != y->derived) {
        return x->derived ? 1 : -1;
    }
    return x->derived ? bound_compare_derived(x, y) : bound_compare(x, y);
}

static void fold_chain(struct run *run, struct text key)
{
    run->records.key_first = run->records.count;
    fold_reset(run->fold, key);
    for (size_t i = 0; i < run->chain_count; i++) {
        fold_touch(run->fold, run->chain[i], &run->sink);
    }
    fold_advance(run->fold, run->until_us, &run->sink);
    fold_each(run->fold, on_open_at_end, run);
}

static void chain_push(struct run *run, struct bound *b)
{
    if (run->chain_count == run->chain_capacity) {
        run->chain_capacity = run->chain_capacity ? run->chain_capacity * 2 : 64;
        run->chain = grown(run->chain, run->chain_capacity, sizeof(*run->chain));
    }
    run->chain[run->chain_count++] = b;
}

/* Folds the keys of one chain of equal hashes: one key, but for the rarest of accidents. */
static void fold_hash(struct run *run, struct grouping *g, size_t first, uint32_t head, bool mixed)
{
    struct text done[8];
    size_t done_count = 0;
    for (;;) {
        struct text key = {0};
        run->chain_count = 0;
        for (uint32_t e = head; e; e = g->table.next[e - 1]) {
            struct bound *b = g->spread[first + e - 1].touch;
            struct text own;
            bound_key(b, run->lane, &own);
            bool seen = false;
            for (size_t d = 0; d < done_count; d++) {
                seen = seen || text_eq(done[d], own);
            }
            if (!seen && (!key.ptr || text_eq(key, own))) {
                key = key.ptr ? key : own;
                chain_push(run, b);
            }
        }
        if (!key.ptr) {
            return;
        }
        if (mixed) {
            qsort(run->chain, run->chain_count, sizeof(*run->chain), compare_chain);
        }
        fold_chain(run, key);
        if (done_count == sizeof(done) / sizeof(done[0])) {
            abort(); /* nine different keys of one 64-bit hash */
        }
        done[done_count++] = key;
        bool one_key = true;
        for (uint32_t e = head; e && one_key; e = g->table.next[e - 1]) {
            struct text own;
            bound_key(g->spread[first + e - 1].touch, run->lane, &own);
            one_key = text_eq(own, key);
        }
        if (one_key) {
            return;
        }
    }
}

static void prefetch_ahead(const struct grouping *g, size_t first, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        __builtin_prefetch(g->spread[first + i].touch);
        __builtin_prefetch((const char *)g->spread[first + i].touch + 64);
        __builtin_prefetch((const char *)g->spread[first + i].touch + 128);
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

static void run_lane(struct run *run)
{
    struct replay *r = run->replay;
    struct grouping g = {0};
    struct text key;
    bool mixed = false;
    for (size_t i = 0; i < r->count; i++) {
        if (r->touches[i]->occurred_us < run->until_us &&
            bound_key(r->touches[i], run->lane, &key)) {
            grouping_add(&g, key, r->touches[i]);
        }
    }
    for (size_t i = 0; i < run->derived_count; i++) {
        if (bound_enters(run->derived[i], run->lane) &&
            bound_key(run->derived[i], run->lane, &key)) {
            grouping_add(&g, key, run->derived[i]);
            mixed = true;
        }
    }
    grouping_spread(&g);
    run->fold = fold_new(r->plan, run->lane, TEXT(""), r->world);
    run->fold->borrows = true;
    for (size_t b = 0; b < (size_t)1 << g.bucket_bits; b++) {
        size_t first = g.bucket_first[b], count = g.bucket_first[b + 1] - first;
        prefetch_ahead(&g, first, count < 64 ? count : 64);
        size_t slots = count ? chain_bucket(&g, first, count) : 0;
        for (size_t s = 0; s < slots; s++) {
            if (g.table.heads[s]) {
                fold_hash(run, &g, first, g.table.heads[s], mixed);
            }
        }
        if (!report(run, count)) {
            break;
        }
    }
    fold_free(run->fold);
    grouping_release(&g);
}

/* -- before a run -- */

static int compare_touches(const void *a, const void *b)
{
    return bound_compare(*(const struct bound *const *)a, *(const struct bound *const *)b);
}

/* Marks the first touch of every thread (rule 3). */
static void know_threads(struct replay *r)
{
    struct grouping g = {0};
    for (size_t i = 0; i < r->count; i++) {
        struct text thread = bound_text(r->touches[i], FIELD_THREAD);
        r->touches[i]->opens_thread = false;
        if (thread.len) {
            grouping_add(&g, thread, r->touches[i]);
        }
    }
    grouping_spread(&g);
    for (size_t b = 0; b < (size_t)1 << g.bucket_bits; b++) {
        size_t first = g.bucket_first[b], count = g.bucket_first[b + 1] - first;
        size_t slots = count ? chain_bucket(&g, first, count) : 0;
        for (size_t s = 0; s < slots; s++) {
            if (g.table.heads[s]) {
                g.spread[first + g.table.heads[s] - 1].touch->opens_thread = true;
            }
        }
    }
    grouping_release(&g);
}

static void prepare(struct replay *r)
{
    if (!r->sorted) {
        if (!r->in_order) { /* the set of ids points by place of arrival: made anew on the next add
                             */
            qsort(r->touches, r->count, sizeof(struct bound *), compare_touches);
            for (size_t i = 0; i < r->count; i++) {
                r->id_hashes[i] = mix(text_hash(bound_text(r->touches[i], FIELD_ID)) ^
                                      (text_hash(bound_text(r->touches[i], FIELD_SOURCE)) << 1));
            }
            r->ids.capacity /= 2;
            id_set_grow(r);
            r->in_order = true;
        }
        r->sorted = true;
    }
    if (r->plan->uses_opens_thread && !r->threads_known) {
        know_threads(r);
    }
    r->threads_known = true;
}

static void make_world(struct run *run)
{
    struct replay *r = run->replay;
    world_free(r->world);
    r->world = world_new(r->plan);
    for (size_t i = 0; r->plan->hears_world && i < r->count; i++) {
        if (r->touches[i]->occurred_us < run->until_us && bound_is_anywhere(r->touches[i])) {
            world_add(r->world, r->touches[i]);
        }
    }
}

/* -- after a run -- */

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
    prepare(r);
    struct run run = {.replay = r,
                      .options = options,
                      .until_us = options->until_us,
                      .results = ARENA_ARRAY(arena, struct promise_result, r->plan->promise_count)};
    run.sink = (struct sink){&run, on_entry, on_derived};
    if (run.until_us == MOMENT_NEVER) {
        run.until_us = r->count ? r->touches[r->count - 1]->occurred_us + 1 : 0;
    }
    make_world(&run);
    run.total = r->count * r->plan->lane_count;
    for (run.lane = 0; run.lane < r->plan->lane_count && !run.cancelled; run.lane++) {
        run_lane(&run);
    }
    if (!run.cancelled && options->each) {
        give_records(&run);
    }
    free(run.records.items);
    free(run.derived);
    free(run.chain);
    arena_release(&run.arena);
    if (run.cancelled) {
        return err_set(info, ERR_BUSY, "the replay was cancelled");
    }
    *ret_results = run.results;
    return ERR_NONE;
}
