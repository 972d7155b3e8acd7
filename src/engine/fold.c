/* The fold: one key's touches, instant by instant.
 *
 * An instant opens when the first touch or timer at it comes, and closes when a later one does (or
 * the driver advances): opening:  timers that lie before the touches of the instant (pause caps,
 * half-open windows) touches:  outside touches of the key and of the world, in order; for each,
 * matched events act promise by promise closing:  promise by promise in order of dependence:
 * verdict touches of the instant, then due timers Closing may give verdict touches that later
 * promises hear in the same closing. Everything decided lies at the instant it belongs to, never at
 * the instant somebody looked. */
#include "engine/fold.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* -- life -- */

struct fold *fold_new(const struct plan *p, size_t lane, struct text key, const struct world *world)
{
    struct fold *f = calloc(1, sizeof(*f));
    if (!f) {
        abort();
    }
    f->plan = p;
    f->lane_number = (uint32_t)lane;
    f->lane = &p->lanes[lane];
    f->world = f->lane->hears_world && world ? world_of_lane(world, lane) : NULL;
    fold_reset(f, key);
    return f;
}

void fold_reset(struct fold *f, struct text key)
{
    arena_clear(&f->arena);
    if (f->borrows) {
        f->key = key;
    } else if (key.ptr != f->key.ptr || key.len != f->key.len) {
        buf_clear(&f->key_copy);
        buf_add_text(&f->key_copy, key);
        f->key = buf_text(&f->key_copy);
    }
    f->reached_us = MOMENT_BEFORE_ALL;
    f->in_instant = f->started = f->timers_changed = false;
    f->world_next = 0;
    f->next_place = 0;
    f->timer_us = MOMENT_NEVER;
    f->item_count = f->memory_count = f->pending_count = 0;
    f->dead_first = SIZE_MAX;
    f->promises = 0;
}

void fold_free(struct fold *f)
{
    if (f) {
        arena_release(&f->arena);
        buf_release(&f->key_copy);
        free(f->items);
        free(f->memories);
        free(f->pending);
        free(f);
    }
}

static inline void sweep(struct fold *f)
{
    size_t kept = f->dead_first;
    if (kept >= f->item_count) {
        return;
    }
    uint64_t promises = 0;
    int64_t timer_us = MOMENT_NEVER;
    size_t count = f->item_count;
    for (size_t i = 0; i < count; i++) {
        const struct item *item = &f->items[i];
        if (item->dead) {
            continue;
        }
        promises |= promise_bit(item->promise);
        timer_us = item->timer_us < timer_us ? item->timer_us : timer_us;
        if (i >= kept) {
            f->items[kept++] = *item;
        }
    }
    f->promises = promises;
    f->item_count = kept;
    f->dead_first = SIZE_MAX;
    f->timer_us = timer_us;
    f->timers_changed = false;
}

/* -- acting -- */

static inline void each_live(struct fold *f, const struct matcher *m, const struct bound *b,
                             void (*act)(struct fold *f, size_t i, const struct matcher *m,
                                         const struct bound *b))
{
    if (!(f->promises & promise_bit(m->promise))) {
        return;
    }
    size_t count = f->item_count; /* those opened before this event acts */
    for (size_t i = 0; i < count; i++) {
        struct item *item = &f->items[i];
        if (item->form_number == m->form && (item_live(item) || item->waiting) &&
            fold_event_holds(f, b, item->opening)) {
            act(f, i, m, b);
        }
    }
}

static void act_void(struct fold *f, size_t i, const struct matcher *m, const struct bound *b)
{
    (void)m;
    if (f->items[i].waiting) {
        item_drop(f, i);
    } else {
        item_decide(f, i, STATE_VOID, b->occurred_us, b);
    }
}

static void act_excuse(struct fold *f, size_t i, const struct matcher *m, const struct bound *b)
{
    (void)m;
    uint32_t field = FIELD_ATTRIBUTE + symbols_find(&f->plan->attributes, TEXT("opening"));
    char number[VALUE_NUMBER_TEXT];
    struct value opening = value_as(bound_value(b, field), VALUE_TEXT, number);
    if (f->items[i].waiting ||
        (opening.type == VALUE_TEXT &&
         !text_eq(opening.text, bound_text(f->items[i].opening, FIELD_ID)))) {
        return;
    }
    item_decide(f, i, STATE_EXCUSED, b->occurred_us, b);
    duty_next(f, i, b->occurred_us, b);
}

static void act_resume(struct fold *f, size_t i, const struct matcher *m, const struct bound *b)
{
    if (f->items[i].state == STATE_PAUSED && item_rest(&f->items[i])->pause_pair == m->index) {
        term_resume(f, i, b->occurred_us, b);
    }
}

static void act_pause(struct fold *f, size_t i, const struct matcher *m, const struct bound *b)
{
    enum duty_kind kind = f->items[i].form->promise->duty.kind;
    bool counts = kind == DUTY_AT_MOST || kind == DUTY_AT_LEAST; /* windows do not stop */
    if (f->items[i].state == STATE_OPEN && !f->items[i].waiting && !counts) {
        term_pause(f, i, m->index, b);
    }
}

static void act_extend(struct fold *f, size_t i, const struct matcher *m, const struct bound *b)
{
    if (!f->items[i].waiting) {
        term_extend(f, i, m->index, b);
    }
}

static void remember_excuse(struct fold *f, const struct matcher *m)
{
    struct memory *memory = memory_of(f, m->form);
    uint64_t bit = UINT64_C(1) << (m->index & 63);
    if (m->role == ROLE_EXCUSE_START) {
        memory->running |= bit;
    } else {
        memory->running &= ~bit;
    }
}

static void remember_person(struct fold *f, const struct matcher *m, const struct bound *b)
{
    struct memory *memory = memory_of(f, THAN_MEMORY | m->than);
    memory->person = f->borrows ? bound_text(b, FIELD_PERSON)
                                : arena_text(&f->arena, bound_text(b, FIELD_PERSON));
}

static void act(struct fold *f, const struct matcher *m, const struct bound *b)
{
    switch (m->role) {
    case ROLE_VOID:
        each_live(f, m, b, act_void);
        break;
    case ROLE_UNTIL:
        duty_until(f, m, b);
        break;
    case ROLE_EXCUSE_NOW:
        each_live(f, m, b, act_excuse);
        break;
    case ROLE_EXCUSE_END:
    case ROLE_EXCUSE_START:
        remember_excuse(f, m);
        break;
    case ROLE_RESUME:
        each_live(f, m, b, act_resume);
        break;
    case ROLE_PAUSE:
        each_live(f, m, b, act_pause);
        break;
    case ROLE_EXTEND:
        each_live(f, m, b, act_extend);
        break;
    case ROLE_FULFIL:
        duty_event(f, m, b);
        break;
    case ROLE_CLAIM:
        remedy_claim(f, m, b);
        break;
    case ROLE_THAN:
        remember_person(f, m, b);
        break;
    case ROLE_OPEN:
        duty_open(f, &f->plan->forms[m->form], b);
        break;
    }
}

enum { EVERY_PROMISE = UINT32_MAX };

bool fold_event_holds_for(const struct fold *f, const struct bound *b, const struct bound *opening)
{
    for (size_t i = 0; i < f->alternative_count; i++) {
        const struct matcher *m = f->alternatives[i];
        if (matcher_holds(f->plan, m, b, opening, fold_than_person(f, m))) {
            return true;
        }
    }
    return false;
}

static inline bool concerns(const struct fold *f, const struct matcher *m, const struct bound *b,
                            const struct hit *hit, unsigned heard, uint32_t promise)
{
    unsigned way = m->anywhere ? HEARD_ANYWHERE : HEARD_BY_KEY;
    return m->lane == f->lane_number && (way & heard) &&
           (promise == EVERY_PROMISE || m->promise == promise) && hit_counts(b, hit);
}

static inline void add_alternative(struct fold *f, const struct matcher *m, const struct bound *b,
                                   const struct hit *hit, unsigned heard, uint32_t promise)
{
    if (concerns(f, m, b, hit, heard, promise) && f->alternative_count < ALTERNATIVES_MAX) {
        f->alternatives[f->alternative_count++] = m;
        f->looks_at_openings = f->looks_at_openings && m->per_opening;
    }
}

/* Alternatives of one clause stand together: moves on to the last of them. */
static bool take_alternatives(struct fold *f, const struct bound *b, uint32_t *hit, unsigned heard,
                              uint32_t promise)
{
    const struct matcher *matchers = f->plan->matchers;
    const struct hit *hits = shape_hits(b->shape);
    uint32_t clause = matchers[hits[*hit].matcher].clause, i = *hit;
    f->alternative_count = 0;
    f->looks_at_openings = true;
    for (; i < b->shape->hit_count && matchers[hits[i].matcher].clause == clause; i++) {
        add_alternative(f, &matchers[hits[i].matcher], b, &hits[i], heard, promise);
    }
    *hit = i - 1;
    return f->alternative_count != 0;
}

/* Lets b act on one promise of the lane, or on every one in Code order. */
static inline __attribute__((always_inline)) void apply_as(struct fold *f, const struct bound *b,
                                                           unsigned heard, uint32_t promise)
{
    const struct matcher *matchers = f->plan->matchers;
    const struct hit *hits = shape_hits(b->shape);
    uint32_t count = b->shape->hit_count;
    for (uint32_t i = 0; i < count; i++) {
        const struct matcher *m = &matchers[hits[i].matcher];
        bool acts;
        if (m->alone) {
            acts = concerns(f, m, b, &hits[i], heard, promise);
            f->alternatives[0] = m;
            f->alternative_count = 1;
            f->looks_at_openings = m->per_opening;
        } else {
            acts = take_alternatives(f, b, &i, heard, promise);
        }
        if (!acts) {
            continue;
        }
        m = f->alternatives[0];
        if (m->role == ROLE_OPEN) { /* nearly always this or that: no call to ask which */
            duty_open(f, &f->plan->forms[m->form], b);
        } else if (m->role == ROLE_FULFIL) {
            duty_event(f, m, b);
        } else {
            act(f, m, b);
        }
    }
    f->alternative_count = 0;
}

static void apply(struct fold *f, const struct bound *b, unsigned heard, uint32_t promise)
{
    apply_as(f, b, heard, promise);
}

/* -- instants -- */

static inline int64_t next_timer(struct fold *f)
{
    if (f->timers_changed) {
        int64_t earliest = MOMENT_NEVER;
        const struct item *end = f->items + f->item_count;
        for (const struct item *item = f->items; item < end; item++) {
            earliest = item->timer_us < earliest ? item->timer_us : earliest;
        }
        f->timer_us = earliest;
        f->timers_changed = false;
    }
    return f->timer_us;
}

static inline const struct bound *next_of_world(const struct fold *f)
{
    return f->world && f->world_next < world_count(f->world) ? world_at(f->world, f->world_next)
                                                             : NULL;
}

static void open_instant(struct fold *f, int64_t at_us)
{
    f->reached_us = at_us;
    f->in_instant = true;
    if (next_timer(f) > at_us) {
        return;
    }
    for (size_t i = 0; i < f->item_count; i++) {
        int64_t cap_us = item_rest(&f->items[i])->pause_cap_us;
        if (!f->items[i].dead && cap_us <= at_us) {
            term_resume(f, i, cap_us, NULL);
        }
        if (!f->items[i].dead && f->items[i].end_before && f->items[i].end_us <= at_us) {
            duty_timer(f, i);
        }
    }
}

/* Dues, then at-least windows. */
static void run_ends(struct fold *f, uint32_t promise, int64_t now)
{
    bool has_windows = false;
    for (size_t i = 0; i < f->item_count; i++) {
        if (!f->items[i].dead && f->items[i].promise == promise && f->items[i].end_us <= now) {
            if (f->items[i].form->duty == DUTY_AT_LEAST) {
                has_windows = true;
            } else {
                duty_timer(f, i);
            }
        }
    }
    for (size_t i = 0; has_windows && i < f->item_count; i++) {
        if (!f->items[i].dead && f->items[i].promise == promise && f->items[i].end_us <= now) {
            duty_timer(f, i);
        }
    }
}

/* One promise's timers at the closing of an instant: warnings, ends, accruals, each in order of
 * opening. */
static void run_timers(struct fold *f, uint32_t promise)
{
    int64_t now = f->reached_us;
    if (!(f->promises & promise_bit(promise))) {
        return;
    }
    for (size_t i = 0; i < f->item_count; i++) {
        struct item *item = &f->items[i];
        if (item->promise == promise && item->state == STATE_OPEN && !item->waiting &&
            !item->warned && item->warn_us <= now && item->warn_us < item->end_us) {
            item->warned = true;
            item_retime(f, item);
            item_entry(f, i, ENTRY_WARNED, item->warn_us, NULL);
        }
    }
    run_ends(f, promise, now);
    for (size_t i = 0; i < f->item_count; i++) {
        if (!f->items[i].dead && f->items[i].promise == promise &&
            item_rest(&f->items[i])->accrual_next_us <= now) {
            remedy_accrue(f, i, now + 1);
        }
    }
}

static int compare_pending(const void *a, const void *b)
{
    const struct pending *x = a, *y = b;
    return bound_compare_derived(x->touch, y->touch);
}

/* Verdict touches given while a promise is at work are for promises of higher rank only, so the
 * order of acting stays right although the list grows. */
static void act_pending(struct fold *f, uint32_t promise)
{
    if (f->pending_count > 1) {
        qsort(f->pending, f->pending_count, sizeof(*f->pending), compare_pending);
    }
    for (size_t i = 0; i < f->pending_count; i++) {
        apply(f, f->pending[i].touch, f->pending[i].heard, promise);
    }
}

static void close_instant(struct fold *f)
{
    const struct bound *w;
    while ((w = next_of_world(f)) && w->occurred_us <= f->reached_us) {
        f->world_next++;
        if (w->shape->derived) {
            fold_push_pending(f, w, HEARD_ANYWHERE);
        } else {
            apply(f, w, HEARD_ANYWHERE, EVERY_PROMISE);
        }
    }
    if (f->pending_count || next_timer(f) <= f->reached_us) {
        for (size_t r = 0; r < f->lane->promise_count; r++) {
            uint32_t promise = f->lane->promises_by_rank[r];
            act_pending(f, promise);
            if (next_timer(f) <= f->reached_us) {
                run_timers(f, promise);
            } else if (!f->pending_count) {
                break;
            }
        }
        f->pending_count = 0;
    }
    sweep(f);
    f->in_instant = false;
    f->reached_us++;
}

/* Closes every instant before at_us; then all that is left lies at at_us or after. */
static void run_until(struct fold *f, int64_t at_us)
{
    for (;;) {
        if (f->in_instant) {
            if (f->reached_us >= at_us) {
                return;
            }
            close_instant(f);
        }
        int64_t next = next_timer(f);
        const struct bound *w = next_of_world(f);
        if (w && w->occurred_us < next) {
            next = w->occurred_us;
        }
        if (next >= at_us || next == MOMENT_NEVER) {
            break;
        }
        open_instant(f, next > f->reached_us ? next : f->reached_us);
    }
    if (f->reached_us < at_us) {
        f->reached_us = at_us;
    }
}

/* Nothing of the world before the key's first touch matters, unless something of it is remembered.
 */
static void start(struct fold *f, const struct bound *b)
{
    f->started = true;
    if (!f->world || f->lane->remembers_world) {
        return;
    }
    size_t low = 0, high = world_count(f->world);
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (bound_compare(world_at(f->world, middle), b) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    f->world_next = low;
}

/* What the world heard before b acts first. True: b itself is heard anywhere, too. */
static bool world_before(struct fold *f, const struct bound *b)
{
    const struct bound *w;
    while ((w = next_of_world(f))) {
        int order = bound_compare(w, b);
        if (order > 0) {
            return false;
        }
        f->world_next++;
        if (order == 0) {
            return true;
        }
        apply(f, w, HEARD_ANYWHERE, EVERY_PROMISE);
    }
    return false;
}

void fold_push_pending(struct fold *f, const struct bound *b, unsigned heard)
{
    for (size_t i = 0; i < f->pending_count; i++) { /* heard in both ways, it acts once */
        if (bound_compare_derived(f->pending[i].touch, b) == 0) {
            f->pending[i].heard |= heard;
            return;
        }
    }
    if (f->pending_count == f->pending_capacity) {
        f->pending_capacity = f->pending_capacity ? f->pending_capacity * 2 : 8;
        f->pending = realloc(f->pending, f->pending_capacity * sizeof(*f->pending));
        if (!f->pending) {
            abort();
        }
    }
    f->pending[f->pending_count++] = (struct pending){b, heard};
}

static inline void set_sink(struct fold *f, const struct sink *sink)
{
    f->sink = sink;
    f->counts = sink ? sink->counts : NULL;
    f->told = sink && sink->entry ? ~sink->unwanted : 0;
}

/* Most touches come when nothing else does: nothing is pending, and no timer lies between the
 * instant that is open and theirs, or at theirs. Then closing the one and opening the other changes
 * nothing else. */
static inline bool steps_on(struct fold *f, int64_t at_us)
{
    if (!f->in_instant || f->pending_count || f->world || at_us <= f->reached_us ||
        next_timer(f) <= at_us) {
        return false;
    }
    f->reached_us = at_us;
    return true;
}

bool fold_touch(struct fold *f, const struct bound *b, const struct sink *sink)
{
    if (b->occurred_us < f->reached_us) {
        return false;
    }
    set_sink(f, sink);
    if (!f->started) {
        start(f, b);
    }
    if (!steps_on(f, b->occurred_us)) {
        run_until(f, b->occurred_us);
        if (!f->in_instant) {
            open_instant(f, b->occurred_us);
        }
    }
    if (b->shape->derived) {
        fold_push_pending(f, fold_keep(f, b), HEARD_BY_KEY);
    } else {
        if (world_before(f, b)) {
            apply(f, b, HEARD_ANYWHERE | HEARD_BY_KEY, EVERY_PROMISE);
        } else {
            apply_as(f, b, HEARD_BY_KEY, EVERY_PROMISE); /* nearly always */
        }
        sweep(f);
    }
    f->sink = NULL;
    return true;
}

void fold_advance(struct fold *f, int64_t now_us, const struct sink *sink)
{
    if (f->started && now_us > f->reached_us) {
        set_sink(f, sink);
        run_until(f, now_us);
        f->sink = NULL;
    }
}

int64_t fold_next_us(const struct fold *f)
{
    if (f->in_instant && f->pending_count) {
        return f->reached_us;
    }
    int64_t next = MOMENT_NEVER;
    for (size_t i = 0; i < f->item_count; i++) {
        int64_t timer = f->items[i].timer_us;
        next = timer < next ? timer : next;
    }
    return next;
}

bool fold_is_empty(const struct fold *f)
{
    return f->item_count == 0 && f->memory_count == 0 && f->pending_count == 0;
}

void fold_each(const struct fold *f, void (*each)(void *context, const struct obligation *o),
               void *context)
{
    for (size_t i = 0; i < f->item_count; i++) {
        if (!f->items[i].waiting && !f->items[i].dead) {
            struct obligation o = item_obligation(f, &f->items[i]);
            each(context, &o);
        }
    }
}
