/* One obligation from its opening to its end, touch by touch (rules 7, 12 to 14, 17, 20 to 25). */
#include "naive_part.h"

int when_compare(struct when a, struct when b)
{
    if (a.at_us != b.at_us) {
        return a.at_us < b.at_us ? -1 : 1;
    }
    if (a.phase != b.phase) {
        return a.phase < b.phase ? -1 : 1;
    }
    if (a.position != b.position) {
        return a.position < b.position ? -1 : 1;
    }
    return (a.step > b.step) - (a.step < b.step);
}

size_t first_after(const struct sight *s, struct when w)
{
    if (w.phase == PHASE_TOUCH) {
        return w.position + 1;
    }
    size_t i = 0;
    while (i < s->count &&
           (s->items[i].touch->occurred_us < w.at_us ||
            (s->items[i].touch->occurred_us == w.at_us && w.phase == PHASE_AFTER))) {
        i++;
    }
    return i;
}

struct when at_touch(const struct sight *s, size_t position, enum step step)
{
    return (struct when){s->items[position].touch->occurred_us, PHASE_TOUCH, position, step};
}

static bool is_counted(const struct life *l)
{
    enum duty_kind kind = l->form->promise->duty.kind;
    return kind == DUTY_AT_MOST || kind == DUTY_AT_LEAST;
}

/* It has a due instant that pauses and extensions can move. */
static bool has_limit(const struct life *l)
{
    const struct duty *duty = &l->form->promise->duty;
    return duty->kind == DUTY_BETWEEN || duty->kind == DUTY_WITHIN || duty->kind == DUTY_EVERY ||
           (duty->kind == DUTY_NOT && duty->limit.kind != LIMIT_NONE && !duty->limit_is_start);
}

/* Where the limit's clock starts and what it gives; counted duties set their due themselves. */
static void life_start_clock(struct life *l)
{
    const struct duty *duty = &l->form->promise->duty;
    l->clock_start_us = l->opened.at_us;
    if (duty->kind == DUTY_BETWEEN) {
        if (duty->from.kind != MOMENT_NONE) {
            naive_moment_of(l->form, &duty->from, l->opening, &l->from_us);
        }
        life_count_due(l);
    } else if (duty->kind == DUTY_NOT && duty->limit_is_start) {
        l->from_us = limit_after(l->form, &duty->limit, l->opening, l->opened.at_us);
    } else if (duty->kind == DUTY_BEFORE || duty->kind == DUTY_BE) {
        l->due_us = l->opened.at_us;
    } else if (has_limit(l)) {
        l->clock_start_us = limit_start(l->form, &duty->limit, l->opened.at_us);
        life_count_due(l);
    }
}

struct life *life_new(const struct sight *s, const struct form *f, size_t opening_position,
                      struct when opened, uint32_t n)
{
    struct life *l = ARENA_NEW(s->arena, struct life);
    *l = (struct life){.form = f,
                       .opening = s->items[opening_position].touch,
                       .opening_position = opening_position,
                       .n = n,
                       .opened = opened,
                       .from_us = MOMENT_BEFORE_ALL,
                       .due_us = MOMENT_NEVER,
                       .warn_us = MOMENT_NEVER,
                       .warned_us = MOMENT_NEVER,
                       .fulfilled_us = MOMENT_NEVER,
                       .state = STATE_OPEN,
                       .decided = {.at_us = MOMENT_NEVER}};
    l->times_extended = ARENA_ARRAY(s->arena, int64_t, f->promise->extension_count);
    l->allowances = ARENA_ARRAY(s->arena, int64_t, f->promise->pair_count);
    for (size_t i = 0; i < f->promise->pair_count; i++) {
        l->allowances[i] = -1;
    }
    life_start_clock(l);
    return l;
}

/* -- verdicts -- */

void life_decide(struct life *l, enum state state, struct when w)
{
    l->state = state;
    l->decided = w;
}

/* Rule 21: does an interval of that clause run at that point? A touch that is both ends one and
 * begins another. */
static bool excuse_runs(const struct sight *s, const struct form *f, const struct pair *pair,
                        struct when w)
{
    bool runs = false;
    for (size_t i = 0; i < s->count && i < first_after(s, w); i++) {
        const struct touch *t = s->items[i].touch;
        if (runs && pair_ends(s, f, pair, i, t)) {
            runs = false;
        }
        runs = runs || event_matches(s, f, pair->start, i, t);
    }
    return runs;
}

void life_break(const struct sight *s, struct life *l, struct when w)
{
    const struct promise *p = l->form->promise;
    for (size_t i = 0; i < p->pair_count; i++) {
        if (p->pairs[i].kind == PAIR_EXCUSE && excuse_runs(s, l->form, &p->pairs[i], w)) {
            life_decide(l, STATE_EXCUSED, w);
            return;
        }
    }
    life_decide(l, STATE_BROKEN, w);
}

static bool is_decided(const struct life *l)
{
    return l->state != STATE_OPEN && l->state != STATE_PAUSED;
}

/* -- the clock -- */

static int64_t pause_end(const struct life *l)
{
    const struct pair *pair = &l->form->promise->pairs[l->pause_clause];
    if (!pair->has_most) {
        return MOMENT_NEVER;
    }
    return duration_lay(&l->form->version->clock, pair->most, l->paused_us,
                        l->allowances[l->pause_clause]);
}

static void resume(const struct sight *s, struct life *l, int64_t at_us)
{
    const struct pair *pair = &l->form->promise->pairs[l->pause_clause];
    if (pair->has_most) {
        l->allowances[l->pause_clause] -=
            duration_measure(&l->form->version->clock, pair->most, l->paused_us, at_us);
    }
    l->pauses =
        arena_grow(s->arena, l->pauses, l->pause_count, l->pause_count + 1, sizeof *l->pauses);
    l->pauses[l->pause_count++] = (struct pause){l->paused_us, at_us};
    l->state = STATE_OPEN;
    if (has_limit(l)) {
        life_count_due(l);
    }
}

/* What the clock does before the touches of an instant (7a): the next such instant. */
static int64_t next_before(const struct life *l)
{
    const struct duty *duty = &l->form->promise->duty;
    if (l->state == STATE_PAUSED) {
        return pause_end(l);
    }
    bool ends = duty->kind == DUTY_NOT || (is_counted(l) && duty->window.kind != WINDOW_ROLLING);
    return ends ? l->due_us : MOMENT_NEVER;
}

static void act_before(const struct sight *s, struct life *l, int64_t at_us)
{
    const struct duty *duty = &l->form->promise->duty;
    struct when w = {.at_us = at_us, .phase = PHASE_BEFORE, .step = STEP_WINDOW};
    if (l->state == STATE_PAUSED) {
        resume(s, l, at_us);
    } else if (duty->kind == DUTY_AT_LEAST &&
               count_in_window(s, l, first_after(s, w)) < duty->count) {
        life_break(s, l, w);
    } else {
        life_decide(l, STATE_KEPT, w);
    }
}

static bool will_warn(const struct life *l)
{
    return l->state == STATE_OPEN && l->warned_us == MOMENT_NEVER && l->warn_us < l->due_us;
}

/* What the clock does after the touches of an instant (7c): the next such instant. */
static int64_t next_after(const struct life *l)
{
    const struct duty *duty = &l->form->promise->duty;
    if (l->state == STATE_PAUSED || duty->kind == DUTY_NOT ||
        (is_counted(l) && duty->window.kind != WINDOW_ROLLING)) {
        return MOMENT_NEVER;
    }
    /* A due in the past breaks at the opening (rule 12). */
    int64_t due_us = l->due_us > l->opened.at_us ? l->due_us : l->opened.at_us;
    return will_warn(l) && l->warn_us < due_us ? l->warn_us : due_us;
}

static void act_after(const struct sight *s, struct life *l, int64_t at_us)
{
    if (will_warn(l) && l->warn_us == at_us) {
        l->warned_us = at_us;
        return;
    }
    enum step step = is_counted(l) ? STEP_WINDOW : STEP_DUE;
    life_break(s, l, (struct when){.at_us = at_us, .phase = PHASE_AFTER, .step = step});
}

/* Lets the clock run up to the touches of an instant, or to the end of time. */
static void run_clock(const struct sight *s, struct life *l, int64_t to_us, bool is_end)
{
    while (!is_decided(l)) {
        int64_t before_us = next_before(l), after_us = next_after(l);
        bool before_is_due = before_us < to_us || (before_us == to_us && !is_end);
        if (before_us <= after_us && before_us != MOMENT_NEVER && before_is_due) {
            act_before(s, l, before_us);
        } else if (after_us < before_us && after_us < to_us) {
            act_after(s, l, after_us);
        } else {
            return;
        }
    }
}

/* -- the steps of one touch -- */

/* An `obligation.excused` that names this one (rule 21). */
static bool is_excused_by_hand(const struct sight *s, const struct life *l, size_t position)
{
    const struct touch *t = s->items[position].touch;
    struct text key;
    if (!text_is(t->event, "obligation.excused") || !key_of(t, &l->form->promise->key, &key) ||
        !text_eq(key, s->key)) {
        return false;
    }
    struct value promise = field_of(t, TEXT("promise"));
    struct value opening = field_of(t, TEXT("opening"));
    return promise.type == VALUE_TEXT && text_eq(promise.text, s->promise) &&
           (opening.type == VALUE_NONE ||
            (opening.type == VALUE_TEXT && text_eq(opening.text, l->opening->id)));
}

static void begin_pause(const struct sight *s, struct life *l, size_t position)
{
    const struct promise *p = l->form->promise;
    int64_t at_us = s->items[position].touch->occurred_us;
    if (l->state != STATE_OPEN || is_counted(l) || at_us >= l->due_us) {
        return;
    }
    for (size_t i = 0; i < p->pair_count && l->state == STATE_OPEN; i++) {
        const struct pair *pair = &p->pairs[i];
        if (pair->kind != PAIR_PAUSE || l->allowances[i] == 0 ||
            !event_matches(s, l->form, pair->start, position, l->opening)) {
            continue;
        }
        if (pair->has_most && l->allowances[i] < 0) {
            const struct clock *clock = &l->form->version->clock;
            l->allowances[i] = duration_measure(clock, pair->most, at_us,
                                                duration_after(clock, pair->most, at_us));
        }
        l->state = STATE_PAUSED;
        l->pause_clause = i;
        l->paused_us = at_us;
        l->due_us = MOMENT_NEVER;
    }
}

static void add_extension(const struct sight *s, struct life *l, struct duration by)
{
    for (size_t i = 0; i < l->added_count; i++) {
        if (l->added[i].unit == by.unit && l->added[i].calendar == by.calendar) {
            l->added[i].count += by.count;
            return;
        }
    }
    l->added = arena_grow(s->arena, l->added, l->added_count, l->added_count + 1, sizeof *l->added);
    l->added[l->added_count++] = by;
}

static void extend(const struct sight *s, struct life *l, size_t position)
{
    const struct promise *p = l->form->promise;
    int64_t at_us = s->items[position].touch->occurred_us;
    for (size_t i = 0; i < p->extension_count && has_limit(l); i++) {
        const struct extension *e = &p->extensions[i];
        if ((l->state == STATE_OPEN && at_us >= l->due_us) ||
            (e->times && l->times_extended[i] >= e->times) ||
            !event_matches(s, l->form, e->when, position, l->opening)) {
            continue;
        }
        l->times_extended[i]++;
        add_extension(s, l, e->by);
        if (l->state == STATE_OPEN) {
            life_count_due(l);
        }
    }
}

static void fulfil(const struct sight *s, struct life *l, size_t position)
{
    const struct duty *duty = &l->form->promise->duty;
    int64_t at_us = s->items[position].touch->occurred_us;
    struct when w = at_touch(s, position, STEP_FULFIL);
    if (duty->kind == DUTY_AT_LEAST) {
        if (duty->window.kind == WINDOW_ROLLING) {
            l->due_us = at_least_due(s, l, position + 1);
        }
        return;
    }
    if (!event_matches(s, l->form, duty->event, position, l->opening) || at_us < l->from_us) {
        return;
    }
    if (duty->kind == DUTY_NOT) {
        life_break(s, l, w);
    } else if (duty->kind == DUTY_AT_MOST) {
        if (count_in_window(s, l, position + 1) > duty->count) {
            life_break(s, l, w);
        }
    } else if (l->state == STATE_PAUSED || at_us <= l->due_us) {
        life_decide(l, STATE_KEPT, w);
    }
}

/* `until` and `void when`. */
static bool is_called_off(const struct sight *s, struct life *l, size_t position)
{
    const struct promise *p = l->form->promise;
    struct when w = at_touch(s, position, STEP_VOID);
    if (p->void_when && event_matches(s, l->form, p->void_when, position, l->opening)) {
        life_decide(l, STATE_VOID, w);
        l->ends_row = true;
        return true;
    }
    if (!p->duty.until || !event_matches(s, l->form, p->duty.until, position, l->opening)) {
        return false;
    }
    bool is_kept = p->duty.kind == DUTY_NOT;
    if (p->duty.kind == DUTY_AT_LEAST && p->duty.window.kind == WINDOW_ROLLING) {
        is_kept = duration_after(&l->form->version->clock, p->duty.window.rolling,
                                 l->opened.at_us) <= w.at_us;
    }
    life_decide(l, is_kept ? STATE_KEPT : STATE_VOID, w);
    l->ends_row = true;
    return true;
}

/* Rule 7b, "due": it would stand in the way of a touch that falls on its due instant. */
static bool gives_way(const struct sight *s, const struct life *l, size_t position)
{
    int64_t at_us = s->items[position].touch->occurred_us;
    enum duty_kind kind = l->form->promise->duty.kind;
    if ((kind != DUTY_WITHIN && kind != DUTY_BETWEEN) || l->state != STATE_OPEN ||
        l->due_us > at_us) {
        return false;
    }
    const struct form *f = naive_form_in_force(s, at_us);
    return f && !f->promise->on_every && form_is_triggered(s, f, position);
}

static void touch_acts(const struct sight *s, struct life *l, size_t position)
{
    if (is_called_off(s, l, position)) {
        return;
    }
    if (is_excused_by_hand(s, l, position)) {
        life_decide(l, STATE_EXCUSED, at_touch(s, position, STEP_EXCUSE));
        return;
    }
    if (l->state == STATE_PAUSED) {
        const struct pair *pair = &l->form->promise->pairs[l->pause_clause];
        if (pair_ends(s, l->form, pair, position, l->opening)) {
            resume(s, l, s->items[position].touch->occurred_us);
        }
    }
    begin_pause(s, l, position);
    extend(s, l, position);
    fulfil(s, l, position);
    if (!is_decided(l) && gives_way(s, l, position)) {
        life_break(s, l, at_touch(s, position, STEP_DUE));
    }
}

/* Rule 25: the first fulfilment after it was broken. */
static void mark_lateness(const struct sight *s, struct life *l)
{
    enum duty_kind kind = l->form->promise->duty.kind;
    if (l->state != STATE_BROKEN ||
        (kind != DUTY_WITHIN && kind != DUTY_BETWEEN && kind != DUTY_EVERY)) {
        return;
    }
    for (size_t i = first_after(s, l->opened); i < s->count; i++) {
        int64_t at_us = s->items[i].touch->occurred_us;
        bool is_late = i >= first_after(s, l->decided) || at_us > l->due_us;
        if (is_late && at_us >= l->from_us &&
            event_matches(s, l->form, l->form->promise->duty.event, i, l->opening)) {
            l->fulfilled_us = at_us;
            return;
        }
    }
}

void life_live(const struct sight *s, struct life *l)
{
    size_t position = first_after(s, l->opened);
    for (; position < s->count && !is_decided(l); position++) {
        run_clock(s, l, s->items[position].touch->occurred_us, false);
        if (!is_decided(l)) {
            touch_acts(s, l, position);
        }
    }
    run_clock(s, l, s->until_us, true);
    mark_lateness(s, l);
}
