/* What opens when, and what is counted (rules 9 to 11, 14 to 19). A row is what one trigger starts:
 * one obligation, or for `every` and `at least` one after the other. */
#include "naive_part.h"

struct opened {
    const struct sight *sight;
    struct lives lives;
    struct lives rows; /* the last of each: the row runs until it is decided */
};

/* -- counts -- */

static bool is_counted_event(const struct sight *s, const struct form *f, size_t position)
{
    return event_matches(s, f, f->promise->duty.event, position, s->items[position].touch);
}

int64_t count_in_window(const struct sight *s, const struct life *l, size_t end)
{
    const struct form *f = l->form;
    bool at_least = f->promise->duty.kind == DUTY_AT_LEAST;
    int64_t start_us = 0, next_us = 0, count = 0;
    window_bounds(f->version->zone, f->promise->duty.window, l->opened.at_us, &start_us, &next_us);
    for (size_t i = at_least ? l->opening_position : 0; i < end; i++) {
        int64_t at_us = s->items[i].touch->occurred_us;
        count += at_us >= start_us && at_us < next_us && is_counted_event(s, f, i);
    }
    return count;
}

/* Rule 18: E <= t < E + W, those up to and with position. */
static int64_t count_rolling(const struct sight *s, const struct form *f, size_t position)
{
    const struct window *w = &f->promise->duty.window;
    int64_t at_us = s->items[position].touch->occurred_us, count = 0;
    for (size_t i = 0; i <= position; i++) {
        int64_t event_us = s->items[i].touch->occurred_us;
        bool is_inside = w->kind == WINDOW_NONE ||
                         at_us < duration_after(&f->version->clock, w->rolling, event_us);
        count += is_inside && is_counted_event(s, f, i);
    }
    return count;
}

/* Touches that an obligation of `at least`, rolling, counts: since the trigger, or for later ones
 * of the row after the instant of their opening. */
static bool counts_for(const struct sight *s, const struct life *l, size_t position)
{
    bool is_after = l->n == 0 ? position >= l->opening_position
                              : s->items[position].touch->occurred_us > l->opened.at_us;
    return is_after && is_counted_event(s, l->form, position);
}

static int64_t leaves_window(const struct life *l, int64_t us)
{
    return duration_after(&l->form->version->clock, l->form->promise->duty.window.rolling, us);
}

static bool has_too_few(const struct sight *s, const struct life *l, size_t end, int64_t at_us)
{
    int64_t count = 0;
    for (size_t i = 0; i < end; i++) {
        count += counts_for(s, l, i) && at_us < leaves_window(l, s->items[i].touch->occurred_us);
    }
    return count < l->form->promise->duty.count;
}

int64_t at_least_due(const struct sight *s, const struct life *l, size_t end)
{
    /* The count falls only where an event leaves the window, so only these instants matter. */
    int64_t first_us = leaves_window(l, l->opened.at_us), due_us = MOMENT_NEVER;
    if (has_too_few(s, l, end, first_us)) {
        return first_us;
    }
    for (size_t i = 0; i < end; i++) {
        int64_t at_us = leaves_window(l, s->items[i].touch->occurred_us);
        if (counts_for(s, l, i) && at_us > first_us && at_us < due_us &&
            has_too_few(s, l, end, at_us)) {
            due_us = at_us;
        }
    }
    return due_us;
}

/* -- rows -- */

static void append(struct arena *arena, struct lives *to, struct life *l)
{
    to->items = naive_grow(arena, to->items, to->count, sizeof *to->items);
    to->items[to->count++] = l;
}

static void add(struct opened *o, struct life *l)
{
    append(o->sight->arena, &o->lives, l);
}

static void add_row(struct opened *o, struct life *last)
{
    append(o->sight->arena, &o->rows, last);
}

static void open_single(struct opened *o, const struct form *f, size_t position)
{
    const struct sight *s = o->sight;
    struct life *l = life_new(s, f, position, at_touch(s, position, STEP_OPEN), 0);
    life_live(s, l);
    add(o, l);
    add_row(o, l);
}

static bool is_decided(const struct life *l)
{
    return l->decided.at_us != MOMENT_NEVER;
}

/* `every`, and `at least` rolling: each obligation begins where the one before was decided. */
static void open_chain(struct opened *o, const struct form *f, size_t position)
{
    const struct sight *s = o->sight;
    struct when opened = at_touch(s, position, STEP_OPEN);
    const struct life *before = NULL;
    for (uint32_t n = 0;; n++) {
        struct life *l = life_new(s, f, position, opened, n);
        l->before = before;
        if (f->promise->duty.kind == DUTY_AT_LEAST) {
            l->due_us = at_least_due(s, l, first_after(s, opened));
        }
        life_live(s, l);
        add(o, l);
        if (!is_decided(l) || l->ends_row) {
            add_row(o, l);
            return;
        }
        opened = l->decided;
        before = l;
    }
}

/* The first touch after the trigger that ends a row of calendar windows; count if none. */
static size_t row_end(const struct sight *s, const struct form *f, size_t position)
{
    const struct touch *opening = s->items[position].touch;
    const struct promise *p = f->promise;
    for (size_t i = position + 1; i < s->count; i++) {
        if ((p->void_when && event_matches(s, f, p->void_when, i, opening)) ||
            (p->duty.until && event_matches(s, f, p->duty.until, i, opening))) {
            return i;
        }
    }
    return s->count;
}

/* A row that ends at a touch though no obligation of it may be open then: its last life stands in
 * for it. */
static void add_ended_row(struct opened *o, const struct form *f, size_t position, size_t end)
{
    const struct sight *s = o->sight;
    struct life *stand_in = life_new(s, f, position, at_touch(s, position, STEP_OPEN), 0);
    if (end < s->count) {
        life_decide(stand_in, STATE_VOID, at_touch(s, end, STEP_VOID));
    }
    add_row(o, stand_in);
}

/* `at least` by the calendar: an obligation for each window from the trigger on. */
static void open_windows(struct opened *o, const struct form *f, size_t position)
{
    const struct sight *s = o->sight;
    int64_t at_us = s->items[position].touch->occurred_us, start_us = 0, next_us = 0;
    window_bounds(f->version->zone, f->promise->duty.window, at_us, &start_us, &next_us);
    struct when opened = at_touch(s, position, STEP_OPEN);
    size_t end = row_end(s, f, position);
    const struct life *before = NULL;
    if (start_us != at_us) {
        opened = (struct when){.at_us = next_us, .phase = PHASE_BEFORE, .step = STEP_OPEN};
    }
    for (uint32_t n = 0; opened.at_us < s->until_us && first_after(s, opened) <= end; n++) {
        struct life *l = life_new(s, f, position, opened, n);
        l->before = before;
        before = l;
        window_bounds(f->version->zone, f->promise->duty.window, opened.at_us, &start_us,
                      &l->due_us);
        life_live(s, l);
        add(o, l);
        opened = (struct when){.at_us = l->due_us, .phase = PHASE_BEFORE, .step = STEP_OPEN};
    }
    add_ended_row(o, f, position, end);
}

/* -- decided at once -- */

/* Rule 15. */
static bool had_in_time(const struct sight *s, const struct life *l)
{
    const struct duty *duty = &l->form->promise->duty;
    for (size_t i = 0; i < l->opening_position; i++) {
        int64_t ready_us = duration_after(&l->form->version->clock, duty->limit.duration,
                                          s->items[i].touch->occurred_us);
        if (event_matches(s, l->form, duty->event, i, l->opening) && ready_us <= l->opened.at_us) {
            return true;
        }
    }
    return false;
}

static void open_decided(struct opened *o, const struct form *f, size_t position)
{
    const struct sight *s = o->sight;
    const struct duty *duty = &f->promise->duty;
    struct life *l = life_new(s, f, position, at_touch(s, position, STEP_OPEN), 0);
    bool is_kept = false;
    l->due_us = l->opened.at_us;
    if (duty->kind == DUTY_BEFORE) {
        is_kept = had_in_time(s, l);
    } else if (duty->kind == DUTY_BE) {
        is_kept = condition_holds(f, duty->be, &s->items[position], l->opening);
    } else {
        is_kept = count_rolling(s, f, position) <= duty->count;
    }
    if (is_kept) {
        life_decide(l, STATE_KEPT, l->opened);
    } else {
        life_break(s, l, l->opened);
    }
    add(o, l);
    add_row(o, l);
}

static bool is_of_window(const struct life *l, int64_t start_us, int64_t next_us)
{
    const struct window *w = &l->form->promise->duty.window;
    if (l->form->promise->duty.kind != DUTY_AT_MOST || w->kind == WINDOW_NONE ||
        w->kind == WINDOW_ROLLING) {
        return false;
    }
    int64_t its_start_us = 0, its_next_us = 0;
    window_bounds(l->form->version->zone, *w, l->opened.at_us, &its_start_us, &its_next_us);
    return its_start_us == start_us && its_next_us == next_us;
}

/* At most, by the calendar (rule 18): the first event of a window that is in force. */
static void open_window(struct opened *o, const struct form *f, size_t position)
{
    const struct sight *s = o->sight;
    int64_t at_us = s->items[position].touch->occurred_us, start_us = 0, next_us = 0;
    window_bounds(f->version->zone, f->promise->duty.window, at_us, &start_us, &next_us);
    for (size_t i = 0; i < o->lives.count; i++) {
        if (is_of_window(o->lives.items[i], start_us, next_us)) {
            return; /* one for each window */
        }
    }
    struct life *l = life_new(s, f, position, at_touch(s, position, STEP_OPEN), 0);
    l->due_us = next_us;
    if (count_in_window(s, l, position + 1) > f->promise->duty.count) {
        life_break(s, l, l->opened);
    } else {
        life_live(s, l);
    }
    add(o, l);
    add_row(o, l);
}

static void open_row(struct opened *o, const struct form *f, size_t position)
{
    const struct duty *duty = &f->promise->duty;
    bool is_rolling = duty->window.kind == WINDOW_ROLLING || duty->window.kind == WINDOW_NONE;
    if (duty->kind == DUTY_BEFORE || duty->kind == DUTY_BE ||
        (duty->kind == DUTY_AT_MOST && is_rolling)) {
        open_decided(o, f, position);
    } else if (duty->kind == DUTY_AT_MOST) {
        open_window(o, f, position);
    } else if (duty->kind == DUTY_AT_LEAST && !is_rolling) {
        open_windows(o, f, position);
    } else if (duty->kind == DUTY_AT_LEAST || duty->kind == DUTY_EVERY) {
        open_chain(o, f, position);
    } else {
        open_single(o, f, position);
    }
}

/* -- triggers -- */

bool form_is_triggered(const struct sight *s, const struct form *f, size_t position)
{
    const struct promise *p = f->promise;
    const struct touch *t = s->items[position].touch;
    const struct event *trigger = p->on ? p->on : p->duty.event;
    int64_t us = 0;
    if (!event_matches(s, f, trigger, position, t)) {
        return false;
    }
    return p->duty.kind != DUTY_BETWEEN ||
           ((p->duty.from.kind == MOMENT_NONE || naive_moment_of(f, &p->duty.from, t, &us)) &&
            naive_moment_of(f, &p->duty.by, t, &us));
}

/* Does a row begun earlier still run when a touch comes to its step "open"? */
static bool row_runs(const struct sight *s, const struct life *last, size_t position)
{
    struct when now = at_touch(s, position, STEP_OPEN);
    return !is_decided(last) || when_compare(last->decided, now) > 0;
}

static bool is_blocked(const struct opened *o, size_t position)
{
    for (size_t i = 0; i < o->rows.count; i++) {
        if (row_runs(o->sight, o->rows.items[i], position)) {
            return true;
        }
    }
    return false;
}

/* Where two open at one point, their rows go on in the order of those before them. */
static int opening_compare(const struct life *a, const struct life *b)
{
    int order = when_compare(a->opened, b->opened);
    return order == 0 && a->before && b->before ? opening_compare(a->before, b->before) : order;
}

/* Rows overlap under `on every`; obligations are told in order of opening. */
static void sort_by_opening(struct lives *lives)
{
    for (size_t i = 1; i < lives->count; i++) {
        struct life *l = lives->items[i];
        size_t j = i;
        for (; j > 0 && opening_compare(lives->items[j - 1], l) > 0; j--) {
            lives->items[j] = lives->items[j - 1];
        }
        lives->items[j] = l;
    }
}

struct lives lives_of(const struct sight *s)
{
    struct opened o = {.sight = s};
    for (size_t i = 0; i < s->count; i++) {
        const struct form *f = naive_form_in_force(s, s->items[i].touch->occurred_us);
        if (f && form_is_triggered(s, f, i) && (f->promise->on_every || !is_blocked(&o, i))) {
            open_row(&o, f, i);
        }
    }
    sort_by_opening(&o.lives);
    return o.lives;
}
