/* What each kind of duty does when its promise opens, when its event comes, and when its timer runs
 * out. */
#include "engine/duty_part.h"

#include <string.h>

/* -- opening -- */

static bool forbids_from(const struct duty *duty)
{
    return duty->kind == DUTY_NOT && duty->limit_is_start;
}

static void start_clock(struct fold *f, size_t i, const struct term *term)
{
    struct item *item = &f->items[i];
    item->end_before = item->form->duty == DUTY_NOT;
    if (forbids_from(duty_of(item))) {
        item_need_rest(f, item)->forbidden_us = term->due_us;
        return;
    }
    term_start(f, i, term);
}

/* The limit for that opening touch; false when nothing opens: a moment is missing, or an interval
 * has no length. */
static bool limit_of(const struct fold *f, const struct form *form, const struct bound *b,
                     int64_t opened_us, struct term *ret)
{
    const struct duty *duty = &form->promise->duty;
    int64_t from;
    if (duty->kind == DUTY_BETWEEN && duty->from.kind != MOMENT_NONE &&
        !moment_of(form, &duty->from, b, &from)) {
        return false;
    }
    return term_of(f->memo, form, b, opened_us, 0, ret) &&
           (duty->kind != DUTY_EVERY || ret->due_us > opened_us);
}

static void open_timed(struct fold *f, const struct form *form, const struct bound *b, uint32_t n,
                       int64_t opened_us, const struct term *term, const struct bound *cause)
{
    size_t i = item_new(f, form, b, n, opened_us);
    start_clock(f, i, term);
    item_opened(f, i, cause);
}

/* Most limits are plain, and few warn: then the due instant is all there is to be worked out. */
static inline bool opens_plainly(const struct fold *f, const struct form *form)
{
    return form->limit_is_plain && !(form->warns && fold_wants(f, ENTRY_WARNED));
}

static inline int64_t plain_due(struct fold *f, const struct form *form, int64_t opened_us)
{
    return memo_after(f->memo, form->number, &form->clock, &form->promise->duty.limit.duration,
                      opened_us);
}

static inline void open_due_at(struct fold *f, const struct form *form, const struct bound *b,
                               uint32_t n, int64_t opened_us, int64_t due_us,
                               const struct bound *cause)
{
    size_t i = item_new(f, form, b, n, opened_us);
    struct item *item = &f->items[i];
    item->end_before = form->duty == DUTY_NOT;
    item->due_us = due_us;
    item->end_us = due_us < opened_us ? opened_us : due_us;
    item_retime(f, item);
    item_opened(f, i, cause);
}

/* Counted without an obligation when nobody hears more of one that is kept at once. */
static inline bool count_as_kept(struct fold *f, const struct form *form)
{
    const struct plan_promise *promise = &f->plan->promises[form->promise_number];
    if (!f->counts || f->told & (1U << ENTRY_OPENED | 1U << ENTRY_KEPT) ||
        promise->heard_in_lane[VERDICT_KEPT] || promise->heard_elsewhere[VERDICT_KEPT]) {
        return false;
    }
    f->counts[form->promise_number][ENTRY_OPENED]++;
    f->counts[form->promise_number][ENTRY_KEPT]++;
    f->next_place++; /* of its verdict */
    return true;
}

void duty_decide_at_once(struct fold *f, const struct form *form, const struct bound *b, bool kept)
{
    if (kept && count_as_kept(f, form)) {
        return;
    }
    size_t i = item_new(f, form, fold_keep(f, b), 0, b->occurred_us);
    f->items[i].due_us = b->occurred_us;
    item_opened(f, i, b);
    item_decide(f, i, kept ? STATE_KEPT : STATE_BROKEN, b->occurred_us, b);
}

static bool early_enough(const struct form *form, int64_t event_us, int64_t opened_us)
{
    return duration_after(&form->clock, form->promise->duty.limit.duration, event_us) <= opened_us;
}

static bool announced(const struct fold *f, const struct form *form, const struct bound *opening)
{
    const struct memory *memory = memory_find(f, form->number);
    if (!memory) {
        return false;
    }
    if (memory->first_us != MOMENT_BEFORE_ALL &&
        early_enough(form, memory->first_us, opening->occurred_us)) {
        return true;
    }
    for (uint32_t i = 0; i < memory->witness_count; i++) {
        if (!text_eq(memory->witnesses[i].person, bound_text(opening, FIELD_PERSON)) &&
            early_enough(form, memory->witnesses[i].first_us, opening->occurred_us)) {
            return true;
        }
    }
    return false;
}

/* Blocks until after this instant: not due yet, or a row, which goes on. */
static bool stays_in_the_way(const struct item *item, int64_t now_us)
{
    enum duty_kind kind = item->form->duty;
    return item->waiting || (item_live(item) && (item->end_us > now_us ||
                                                 (kind != DUTY_WITHIN && kind != DUTY_BETWEEN)));
}

enum way { WAY_FREE, WAY_SHUT, WAY_DUE_NOW };

/* Whether others of the promise keep it from opening (rule 11). */
static enum way way_of(const struct fold *f, const struct form *form, int64_t now_us)
{
    enum way way = WAY_FREE;
    if (!(f->promises & promise_bit(form->promise_number))) {
        return way;
    }
    for (size_t i = 0; i < f->item_count; i++) {
        const struct item *item = &f->items[i];
        if (item->promise == form->promise_number && !item->dead) {
            if (stays_in_the_way(item, now_us)) {
                return WAY_SHUT;
            }
            way = WAY_DUE_NOW;
        }
    }
    return way;
}

/* An obligation due at this very instant is decided first when it alone is in the way (rule 7b). */
static void make_way(struct fold *f, const struct form *form)
{
    size_t count = f->item_count;
    for (size_t i = 0; i < count; i++) {
        if (f->items[i].promise == form->promise_number && item_live(&f->items[i])) {
            duty_timer(f, i);
        }
    }
}

bool duty_way_is_free(struct fold *f, const struct form *form, int64_t now_us)
{
    enum way way = way_of(f, form, now_us);
    if (way == WAY_DUE_NOW) {
        make_way(f, form);
    }
    return way != WAY_SHUT;
}

static bool has_event(const struct fold *f, const struct form *form, const struct bound *b)
{
    const struct hit *hits = shape_hits(b->shape);
    for (uint32_t i = 0; i < b->shape->hit_count; i++) {
        const struct matcher *m = &f->plan->matchers[hits[i].matcher];
        if (m->form == form->number && m->role == ROLE_FULFIL && hit_counts(b, &hits[i])) {
            return true;
        }
    }
    return false;
}

/* Apart, so that the plain way has nothing on the stack. */
static __attribute__((noinline)) void open_by_term(struct fold *f, const struct form *form,
                                                   const struct bound *b, enum way way)
{
    struct term term;
    if (limit_of(f, form, b, b->occurred_us, &term)) { /* else it hastens nothing either */
        if (way == WAY_DUE_NOW) {
            make_way(f, form);
        }
        open_timed(f, form, fold_keep(f, b), 0, b->occurred_us, &term, b);
    }
}

static inline void open_by_limit(struct fold *f, const struct form *form, const struct bound *b,
                                 enum way way)
{
    if (!opens_plainly(f, form)) {
        open_by_term(f, form, b, way);
        return;
    }
    int64_t due_us = plain_due(f, form, b->occurred_us);
    if (form->duty == DUTY_EVERY && due_us <= b->occurred_us) {
        return;
    }
    if (way == WAY_DUE_NOW) {
        make_way(f, form);
    }
    open_due_at(f, form, fold_keep(f, b), 0, b->occurred_us, due_us, b);
}

void duty_open(struct fold *f, const struct form *form, const struct bound *b)
{
    if (!form_in_force(f->plan, form, b->occurred_us)) {
        return;
    }
    enum way way = form->promise->on_every ? WAY_FREE : way_of(f, form, b->occurred_us);
    if (way == WAY_SHUT) {
        return;
    }
    bool timed = form->duty != DUTY_BEFORE && form->duty != DUTY_BE && form->duty != DUTY_AT_LEAST;
    if (timed) {
        open_by_limit(f, form, b, way);
        return;
    }
    if (way == WAY_DUE_NOW) {
        make_way(f, form);
    }
    if (form->duty == DUTY_BEFORE) {
        duty_decide_at_once(f, form, b, announced(f, form, b));
    } else if (form->duty == DUTY_BE) {
        duty_decide_at_once(f, form, b, test_holds(form, form->be, b, b));
    } else {
        count_start_row(f, form, fold_keep(f, b), has_event(f, form, b));
    }
}

/* -- events -- */

static bool too_early(const struct item *item, int64_t at_us)
{
    int64_t from;
    const struct duty *duty = duty_of(item);
    return item->form->duty == DUTY_BETWEEN && duty->from.kind != MOMENT_NONE &&
           moment_of(item->form, &duty->from, item->opening, &from) && at_us < from;
}

static void fulfil_late(struct fold *f, size_t i, const struct bound *b)
{
    struct item *item = &f->items[i];
    item->fulfilled_us = b->occurred_us;
    item->watched = false;
    if (item->rest) {
        item->rest->accrual_next_us = MOMENT_NEVER;
        item_retime(f, item);
    }
    item_entry(f, i, ENTRY_FULFILLED, b->occurred_us, b);
    if (item_rest(&f->items[i])->claim_until_us == MOMENT_BEFORE_ALL) {
        item_drop(f, i);
    }
}

static void fulfil(struct fold *f, size_t i, const struct bound *b)
{
    struct item *item = &f->items[i];
    if (too_early(item, b->occurred_us)) {
        return;
    }
    if (item->state == STATE_BROKEN) {
        if (item->watched) {
            fulfil_late(f, i, b);
        }
    } else if (item->due_us >= b->occurred_us) {
        item_decide(f, i, STATE_KEPT, b->occurred_us, b);
        duty_next(f, i, b->occurred_us, b);
    } else if (item_rest(item)->late_us == MOMENT_NEVER) {
        item_need_rest(f, item)->late_us = b->occurred_us;
    }
}

static void offend(struct fold *f, size_t i, const struct bound *b)
{
    struct item *item = &f->items[i];
    if (!item_live(item) ||
        (forbids_from(duty_of(item)) && b->occurred_us < item_rest(item)->forbidden_us) ||
        (item->state == STATE_OPEN && item->end_us <= b->occurred_us)) {
        return;
    }
    item_decide(f, i, STATE_BROKEN, b->occurred_us, b);
}

static inline void each_item(struct fold *f, const struct matcher *m, const struct bound *b,
                             void (*act)(struct fold *f, size_t i, const struct bound *b))
{
    if (!(f->promises & promise_bit(m->promise))) {
        return;
    }
    size_t count = f->item_count;
    const uint32_t form = m->form;
    const struct item *item = f->items;
    for (size_t i = 0; i < count; i++, item++) {
        if (item->form_number == form && !item->dead && !item->waiting &&
            fold_event_holds(f, b, item->opening)) {
            act(f, i, b);
            item = &f->items[i]; /* they may have moved */
        }
    }
}

/* Whether it was another person than the opening touch's is known only when that comes: each one's
 * first is kept. */
static void remember_witness(struct fold *f, struct memory *memory, const struct bound *b)
{
    struct text person = bound_text(b, FIELD_PERSON);
    for (uint32_t i = 0; i < memory->witness_count; i++) {
        if (text_eq(memory->witnesses[i].person, person)) {
            return;
        }
    }
    memory->witnesses = arena_grow(&f->arena, memory->witnesses, memory->witness_count,
                                   memory->witness_count + 1, sizeof(*memory->witnesses));
    memory->witnesses[memory->witness_count++] =
        (struct witness){f->borrows ? person : arena_text(&f->arena, person), b->occurred_us};
}

/* must have: the earliest E that counts. */
static void remember_announcement(struct fold *f, const struct matcher *m, const struct bound *b)
{
    struct memory *memory = memory_of(f, m->form);
    bool certain = false, witness = false;
    for (size_t i = 0; i < f->alternative_count; i++) {
        const struct event *event = f->alternatives[i]->event;
        struct text person = bound_text(b, FIELD_PERSON);
        struct text than = fold_than_person(f, f->alternatives[i]);
        if (event->by != BY_ANOTHER_PERSON) {
            certain = true;
        } else if (person.len && than.len) {
            certain = certain || !text_eq(person, than);
        } else {
            witness = witness || person.len;
        }
    }
    if (certain && memory->first_us == MOMENT_BEFORE_ALL) {
        memory->first_us = b->occurred_us;
    } else if (!certain && witness) {
        remember_witness(f, memory, b);
    }
}

void duty_event(struct fold *f, const struct matcher *m, const struct bound *b)
{
    const struct form *form = &f->plan->forms[m->form];
    switch (form->duty) {
    case DUTY_WITHIN:
    case DUTY_BETWEEN:
    case DUTY_EVERY:
        each_item(f, m, b, fulfil);
        break;
    case DUTY_NOT:
        each_item(f, m, b, offend);
        break;
    case DUTY_BEFORE:
        remember_announcement(f, m, b);
        break;
    case DUTY_AT_MOST:
        count_at_most(f, form, b);
        break;
    case DUTY_AT_LEAST:
        count_at_least(f, form, b);
        break;
    case DUTY_BE:
        break;
    }
}

static void end_row(struct fold *f, size_t i, const struct bound *b)
{
    struct item *item = &f->items[i];
    const struct duty *duty = duty_of(item);
    if (item->waiting) {
        item_drop(f, i);
        return;
    }
    if (!item_live(item)) {
        return;
    }
    bool kept = duty->kind == DUTY_NOT ||
                (duty->kind == DUTY_AT_LEAST && duty->window.kind == WINDOW_ROLLING &&
                 duration_after(&item->form->clock, duty->window.rolling, item->opened_us) <=
                     b->occurred_us);
    item_decide(f, i, kept ? STATE_KEPT : STATE_VOID, b->occurred_us, b);
}

void duty_until(struct fold *f, const struct matcher *m, const struct bound *b)
{
    size_t count = f->promises & promise_bit(m->promise) ? f->item_count : 0;
    for (size_t i = 0; i < count; i++) {
        if (!f->items[i].dead && f->items[i].form_number == m->form &&
            fold_event_holds(f, b, f->items[i].opening)) {
            end_row(f, i, b);
        }
    }
}

/* -- timers -- */

void duty_timer(struct fold *f, size_t i)
{
    struct item *item = &f->items[i];
    const struct duty *duty = duty_of(item);
    int64_t at = item->end_us;
    if (item->waiting) {
        count_begin_window(f, i, at);
        item_opened(f, i, NULL);
        return;
    }
    bool kept = duty->kind == DUTY_NOT || duty->kind == DUTY_AT_MOST ||
                (duty->kind == DUTY_AT_LEAST && duty->window.kind != WINDOW_ROLLING &&
                 item_rest(item)->count >= duty->count);
    item_decide(f, i, kept ? STATE_KEPT : STATE_BROKEN, at, NULL);
    duty_next(f, i, at, NULL);
}

void duty_next_of_row(struct fold *f, size_t i, int64_t at_us, const struct bound *cause)
{
    const struct item *item = &f->items[i];
    const struct form *form = item->form;
    const struct bound *opening = item->opening;
    uint32_t n = item->n + 1;
    if (form->duty == DUTY_EVERY) {
        struct term term;
        if (opens_plainly(f, form)) {
            int64_t due_us = plain_due(f, form, at_us);
            if (due_us > at_us) {
                open_due_at(f, form, opening, n, at_us, due_us, cause);
            }
        } else if (limit_of(f, form, opening, at_us, &term)) {
            open_timed(f, form, opening, n, at_us, &term, cause);
        }
    } else {
        bool rolling = form->promise->duty.window.kind == WINDOW_ROLLING;
        bool is_judged = item->opened_us == at_us; /* excused as it began */
        size_t next = count_new_window(f, form, opening, n, at_us, is_judged);
        if (rolling || !f->items[next].waiting) {
            item_opened(f, next, cause);
        }
    }
}
