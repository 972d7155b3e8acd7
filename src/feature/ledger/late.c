/* A key folded anew: a touch arrived late, the Code or the world changed under it. The new outcome
 * is held against the ledger, and what differs is corrected by appended entries that name the late
 * touch; nothing is rewritten. */
#include "feature/ledger/late.h"

#include <stdlib.h>
#include <string.h>

/* -- all touches of the key -- */

static bool collect(void *context, const struct touch *t)
{
    struct late *late = context;
    struct job *job = late->job;
    bool opens = false;
    struct key kind = plan_lane_key(job->plan, late->lane);
    if (kind.kind == KEY_THREAD) {
        opens = !late->thread_seen;
        late->thread_seen = true;
    } else if (plan_uses_opens_thread(job->plan) && t->thread.len) {
        job->failed = job_opens_thread(job, t, &opens);
    }
    const struct bound *b = plan_bind(job->plan, t, opens, &job->arena);
    struct text key;
    if (job->failed || !b || !bound_enters(b, late->lane) || !bound_key(b, late->lane, &key) ||
        !text_eq(key, late->key)) {
        return !job->failed;
    }
    if (late->touch_count == late->touch_capacity) {
        size_t capacity = late->touch_capacity ? late->touch_capacity * 2 : 32;
        late->touches = arena_grow(&job->arena, late->touches, late->touch_count, capacity,
                                   sizeof(*late->touches));
        late->touch_capacity = capacity;
    }
    late->touches[late->touch_count++] = b;
    return true;
}

/* A promise that a new Code chains to others lives in another lane from then on: that lane knows
 * nothing yet of what was opened before. */
static enum err wake_moved(struct late *late, const struct ledger_row *row, size_t lane)
{
    struct job *job = late->job;
    struct text own = plan_lane_name(job->plan, late->lane),
                other = plan_lane_name(job->plan, lane);
    bool may_act = row->state == STATE_OPEN || row->state == STATE_PAUSED ||
                   (row->state == STATE_BROKEN && row->fulfilled_us == MOMENT_NEVER);
    return may_act && text_eq(keeper_lane_kind(own), keeper_lane_kind(other))
               ? keeper_wake_key(job->keeper, job->db, other, late->key, job->now_us, late->info)
               : ERR_NONE;
}

static uint64_t identity_hash(struct text promise, struct text source, struct text id, uint32_t n)
{
    uint64_t hash = text_hash(promise) * 31 + text_hash(source);
    return ((hash * 31 + text_hash(id)) * 31 + n) * UINT64_C(0x9e3779b97f4a7c15) >> 16;
}

void late_index_rows(struct late *late)
{
    late->held.slot_count = 16;
    while (late->held.slot_count < late->held.count * 2) {
        late->held.slot_count *= 2;
    }
    late->held.slots = ARENA_ARRAY(&late->job->arena, uint32_t, late->held.slot_count);
    for (size_t i = 0; i < late->held.count; i++) {
        const struct ledger_row *row = &late->held.rows[i];
        size_t at = identity_hash(row->promise, row->opening_source, row->opening_id, row->n);
        while (late->held.slots[at & (late->held.slot_count - 1)]) {
            at++;
        }
        late->held.slots[at & (late->held.slot_count - 1)] = (uint32_t)i + 1;
    }
}

/* The obligation's row that no other has taken; the number of rows if there is none. */
static size_t find_row(const struct late *late, struct text promise, const struct obligation *o)
{
    size_t mask = late->held.slot_count - 1;
    size_t at = identity_hash(promise, o->opening_source, o->opening_id, o->n) & mask;
    for (; late->held.slots[at]; at = (at + 1) & mask) {
        size_t i = late->held.slots[at] - 1;
        const struct ledger_row *row = &late->held.rows[i];
        if (!late->held.seen[i] && row->n == o->n && text_eq(row->promise, promise) &&
            text_eq(row->opening_id, o->opening_id) &&
            text_eq(row->opening_source, o->opening_source)) {
            return i;
        }
    }
    return late->held.count;
}

static enum err read_ledger(struct late *late, bool lanes_may_differ)
{
    struct job *job = late->job;
    struct ledger_row *rows;
    size_t count, kept = 0;
    enum err e = ledger_row_of_key(job->db, late->key, &job->arena, &rows, &count, late->info);
    for (size_t i = 0; i < count && !e; i++) {
        size_t number, lane;
        bool known = plan_find_promise(job->plan, rows[i].promise, &number, &lane);
        if (known && lane == late->lane) {
            rows[kept++] = rows[i];
        } else if (known && lanes_may_differ) {
            e = wake_moved(late, &rows[i], lane);
        }
    }
    if (!e) {
        late->held.rows = rows;
        late->held.count = kept;
        late->held.seen = ARENA_ARRAY(&job->arena, bool, kept);
        late_index_rows(late);
    }
    return e;
}

/* -- the new outcome -- */

static void index_shadow(struct late *late, size_t number)
{
    size_t mask = late->shadow_capacity * 2 - 1;
    size_t at = (uint64_t)late->shadows[number].id * UINT64_C(0x9e3779b97f4a7c15) >> 20 & mask;
    while (late->shadow_slots[at]) {
        at = (at + 1) & mask;
    }
    late->shadow_slots[at] = (uint32_t)number + 1;
}

static void grow_shadows(struct late *late)
{
    struct arena *arena = &late->job->arena;
    size_t capacity = late->shadow_capacity ? late->shadow_capacity * 2 : 16;
    struct shadow *grown =
        arena_grow(arena, late->shadows, late->shadow_count, capacity, sizeof(*grown));
    for (size_t i = 0; i < late->shadow_count; i++) {
        grown[i].last = grown[i].first ? late->shadows[i].last : &grown[i].first;
    }
    late->shadows = grown;
    late->shadow_capacity = capacity;
    late->shadow_slots = ARENA_ARRAY(arena, uint32_t, capacity * 2);
    for (size_t i = 0; i < late->shadow_count; i++) {
        index_shadow(late, i);
    }
}

static struct shadow *shadow_new(struct late *late, const struct obligation *o)
{
    struct job *job = late->job;
    if (late->shadow_count == late->shadow_capacity) {
        grow_shadows(late);
    }
    struct shadow *s = &late->shadows[late->shadow_count++];
    *s = (struct shadow){.o = *o};
    s->last = &s->first;
    record_fill(job, &s->fresh, o);
    s->row = find_row(late, s->fresh.promise, o);
    s->known = s->row < late->held.count;
    if (s->known) {
        late->held.seen[s->row] = true;
        s->id = late->held.rows[s->row].id;
    } else {
        s->id = keeper_next_id(job->keeper);
    }
    index_shadow(late, late->shadow_count - 1);
    return s;
}

static struct shadow *shadow_of(struct late *late, const struct entry *e)
{
    if (*e->tag == 0) {
        struct shadow *s = shadow_new(late, e->obligation);
        *e->tag = s->id;
        return s;
    }
    size_t mask = late->shadow_capacity * 2 - 1;
    size_t at = (uint64_t)*e->tag * UINT64_C(0x9e3779b97f4a7c15) >> 20 & mask;
    for (; late->shadow_count && late->shadow_slots[at]; at = (at + 1) & mask) {
        struct shadow *s = &late->shadows[late->shadow_slots[at] - 1];
        if (s->id == *e->tag) {
            return s;
        }
    }
    abort(); /* a tag that this fold did not give: our own mistake */
}

static void late_entry(void *context, const struct entry *e)
{
    struct late *late = context;
    struct arena *a = &late->job->arena;
    struct shadow *s = shadow_of(late, e);
    struct text key = s->fresh.key;
    s->o = *e->obligation;
    s->o.key = key;
    struct shadow_entry *entry = ARENA_NEW(a, struct shadow_entry);
    entry->row = (struct entry_row){.kind = e->kind,
                                    .at_us = e->at_us,
                                    .cause_source = arena_text(a, e->cause_source),
                                    .cause_id = arena_text(a, e->cause_id),
                                    .amount_minor = e->amount.minor,
                                    .currency = arena_text(a, text_of(e->amount.currency)),
                                    .task = e->task,
                                    .unit = e->unit};
    *s->last = entry;
    s->last = &entry->next;
    if (e->kind == ENTRY_OWED) {
        s->owed_minor += e->amount.minor;
        s->owed_count++;
    }
}

static void late_derived(void *context, const struct touch *t)
{
    struct late *late = context;
    job_derived(late->job, t);
}

/* -- against the ledger -- */

static bool same_entry(const struct entry_row *a, const struct entry_row *b)
{
    return a->kind == b->kind && a->at_us == b->at_us && a->unit == b->unit &&
           a->amount_minor == b->amount_minor && text_eq(a->cause_id, b->cause_id);
}

/* What a history says that still holds: remedies owed before the last withdrawal do not. */
struct history {
    const struct entry_row *rows;
    size_t count, withdrawn; /* rows up to the last withdrawal */
};

static bool is_told(const struct history *h, const struct entry_row *wanted)
{
    for (size_t i = wanted->kind == ENTRY_OWED ? h->withdrawn : 0; i < h->count; i++) {
        if (same_entry(&h->rows[i], wanted)) {
            return true;
        }
    }
    return false;
}

/* Is everything that the history says to be owed still owed? */
static bool owed_stands(const struct history *h, const struct shadow *s)
{
    for (size_t i = h->withdrawn; i < h->count; i++) {
        const struct shadow_entry *entry = h->rows[i].kind == ENTRY_OWED ? s->first : NULL;
        while (entry && !same_entry(&entry->row, &h->rows[i])) {
            entry = entry->next;
        }
        if (!entry && h->rows[i].kind == ENTRY_OWED) {
            return false;
        }
    }
    return true;
}

static enum err read_history(struct late *late, const struct ledger_row *row, struct history *ret)
{
    struct entry_row *rows;
    enum err e = entry_row_of(late->job->db, row->id, row->home_id, &late->job->arena, &rows,
                              &ret->count, late->info);
    ret->rows = rows;
    for (size_t i = 0; !e && i < ret->count; i++) {
        ret->withdrawn = rows[i].kind == ENTRY_WITHDRAWN ? i + 1 : ret->withdrawn;
    }
    return e;
}

static void append(struct late *late, struct record *record, const struct shadow_entry *entry)
{
    struct entry_row row = entry->row;
    if (row.kind == ENTRY_OWED) {
        struct money amount = {.minor = row.amount_minor};
        memcpy(amount.currency, row.currency.ptr, row.currency.len < 4 ? row.currency.len : 3);
        record_owed(late->job, record, row.at_us, amount, row.task.len != 0, 1);
    }
    record_history(late->job, record, &row);
}

static void withdraw(struct late *late, struct record *record, int64_t minor, uint32_t count)
{
    struct money amount = {.minor = minor};
    struct text currency = record->row.owed_currency;
    memcpy(amount.currency, currency.ptr, currency.len < 4 ? currency.len : 3);
    struct money negative = amount;
    negative.minor = -minor;
    record_owed(late->job, record, record->row.decided_us, negative, currency.len == 0,
                -(int)count);
    struct entry_row row = {.kind = ENTRY_WITHDRAWN,
                            .at_us = late->job->now_us,
                            .cause_source = late->cause.source,
                            .cause_id = late->cause.id,
                            .amount_minor = minor,
                            .currency = currency};
    record_history(late->job, record, &row);
}

static void correct_entry(struct late *late, struct record *record)
{
    struct entry_row row = {.kind = ENTRY_CORRECTED,
                            .at_us = late->job->now_us,
                            .cause_source = late->cause.source,
                            .cause_id = late->cause.id};
    record_history(late->job, record, &row);
}

static bool is_decided(enum state s)
{
    return s != STATE_OPEN && s != STATE_PAUSED;
}

/* Does it hold an entry that is not in the ledger, such as a warning that falls due meanwhile? */
static bool is_news(const struct shadow *s, const struct history *h)
{
    for (const struct shadow_entry *entry = s->first; entry; entry = entry->next) {
        if (!is_told(h, &entry->row)) {
            return true;
        }
    }
    return false;
}

static enum err correct_known(struct late *late, const struct shadow *s,
                              const struct ledger_row *row)
{
    struct job *job = late->job;
    bool verdict_differs = row->state != s->o.state || row->decided_us != s->o.decided_us ||
                           row->fulfilled_us != s->o.fulfilled_us ||
                           row->owed_minor != s->owed_minor || row->owed_count != s->owed_count;
    bool differs =
        verdict_differs || row->due_us != s->o.due_us || row->opened_us != s->o.opened_us;
    if (!differs && is_decided(row->state)) {
        return ERR_NONE;
    }
    struct history history = {0};
    enum err e = read_history(late, row, &history);
    if (e || (!differs && !is_news(s, &history))) {
        return e;
    }
    struct record *record = record_add(job, row, false);
    bool corrected = is_decided(row->state) && verdict_differs;
    if (corrected && row->owed_count && !owed_stands(&history, s)) {
        withdraw(late, record, row->owed_minor, row->owed_count);
        history.withdrawn = history.count;
    }
    record_state(job, record, &s->o, s->fresh.team, s->fresh.person);
    if (corrected) {
        correct_entry(late, record);
    }
    bool told = corrected;
    for (const struct shadow_entry *entry = s->first; entry; entry = entry->next) {
        bool told_by_correction = corrected && entry->row.kind != ENTRY_OWED;
        if (!told_by_correction && !is_told(&history, &entry->row)) {
            append(late, record, entry);
            told = true;
        }
    }
    if (!told && row->state != s->o.state) { /* back to what had been corrected before */
        correct_entry(late, record);
    }
    return job->failed;
}

static void add_new(struct late *late, const struct shadow *s)
{
    struct ledger_row row = s->fresh;
    row.id = s->id;
    struct record *record = record_add(late->job, &row, true);
    record_state(late->job, record, &s->o, (struct text){0}, (struct text){0});
    for (const struct shadow_entry *entry = s->first; entry; entry = entry->next) {
        append(late, record, entry);
    }
}

/* Whether the history of a void obligation already says that it never was. */
static enum err already_told(struct late *late, const struct ledger_row *row, bool *ret)
{
    struct entry_row *entries;
    size_t count;
    enum err e = entry_row_of(late->job->db, row->id, row->home_id, &late->job->arena, &entries,
                              &count, late->info);
    if (!e) {
        *ret = row->state == STATE_VOID && count && entries[count - 1].kind == ENTRY_CORRECTED;
    }
    return e;
}

enum err late_never_opened(struct late *late, const struct ledger_row *row)
{
    bool told;
    enum err e = already_told(late, row, &told);
    if (e || told) {
        return e;
    }
    struct record *record = record_add(late->job, row, false);
    if (row->owed_count) {
        withdraw(late, record, row->owed_minor, row->owed_count);
    }
    struct obligation o = {.state = STATE_VOID,
                           .opened_us = row->opened_us,
                           .due_us = row->due_us,
                           .warn_us = MOMENT_NEVER,
                           .decided_us = late->job->now_us,
                           .fulfilled_us = MOMENT_NEVER};
    record_state(late->job, record, &o, (struct text){0}, (struct text){0});
    correct_entry(late, record);
    return late->job->failed;
}

enum err late_follow_keys(struct late *late, struct ledger_row *row, struct text key,
                          struct text thread, struct text customer)
{
    if (text_eq(row->key, key) && text_eq(row->thread, thread) &&
        text_eq(row->customer, customer)) {
        return ERR_NONE;
    }
    return ledger_row_move(late->job->db, row, key, thread, customer, late->info);
}

static enum err correct(struct late *late)
{
    enum err e = ERR_NONE;
    for (size_t i = 0; i < late->shadow_count && !e; i++) {
        const struct shadow *s = &late->shadows[i];
        if (s->known) {
            struct ledger_row *row = &late->held.rows[s->row];
            e = late_follow_keys(late, row, s->fresh.key, s->fresh.thread, s->fresh.customer);
            e = e ? e : correct_known(late, s, row);
        } else {
            add_new(late, s);
        }
    }
    if (late->heap) {
        return e ? e : late->job->failed;
    }
    for (size_t r = 0; r < late->held.count && !e; r++) {
        if (!late->held.seen[r]) {
            e = late_never_opened(late, &late->held.rows[r]);
        }
    }
    return e ? e : late->job->failed;
}

enum err late_fold(struct job *job, size_t number)
{
    struct late late = {.job = job, .info = job->info};
    late.lane = job->works[number].lane;
    late.key = job->works[number].key;
    late.cause = job->works[number].cause;
    if (!late.cause.id.len && job->works[number].touch_count) {
        const struct bound *first = job->works[number].touches[0].b;
        late.cause.source = bound_field(first, TEXT("source")).text;
        late.cause.id = bound_field(first, TEXT("id")).text;
    }
    struct key key = plan_lane_key(job->plan, late.lane);
    enum who_kind kind;
    bool family = job_kind_of(key, &kind) && job_is_family(job, kind, late.key);
    enum err e = job_touches_of_key(job, key, late.key, collect, &late);
    e = e ? e : job->failed;
    e = e        ? e
        : family ? late_take_heap(&late, kind)
                 : read_ledger(&late, job->works[number].refused);
    if (!e && late.held.count) {
        e = job_take_back(job, late.lane, late.key, &late.cause);
    }
    if (e) {
        return e;
    }
    struct fold *fold = job->fold;
    const struct sink sink = {.context = &late, .entry = late_entry, .derived = late_derived};
    fold_reset(fold, late.key);
    for (size_t i = 0; i < late.touch_count; i++) {
        fold_touch(fold, late.touches[i], &sink);
    }
    fold_advance(fold, job->now_us, &sink);
    return correct(&late);
}
