/* Moving the due instant: pauses, extensions, and the warning that goes with it (rules 22 to 24).
 *
 * The due instant is always worked out anew: the limit with everything that extensions added, from
 * the start of the clock; then each past pause laid on in its order. */
#include "engine/fold.h"

#include <string.h>

static int64_t relay(const struct item *item, int64_t at_us)
{
    for (uint32_t i = 0; i < item->pause_count && at_us != MOMENT_NEVER; i++) {
        const struct spent_pause *p = &item->pauses[i];
        if (p->from_us <=
            at_us) { /* a due instant never is where a pause begins; a warning may be */
            int64_t left =
                duration_measure(&item->form->clock, item->term.duration, p->from_us, at_us);
            at_us = duration_lay(&item->form->clock, item->term.duration, p->until_us, left);
        }
    }
    return at_us;
}

/* floor(total × share / 1,000,000) without overflow. */
static int64_t share_of(int64_t total, int32_t share_ppm)
{
    return (int64_t)((__int128)total * share_ppm / 1000000);
}

static int64_t warning(const struct item *item)
{
    const struct promise *promise = item->form->promise;
    if (!promise->has_warn || item->term.due_us == MOMENT_NEVER) {
        return MOMENT_NEVER;
    }
    const struct clock *clock = &item->form->clock;
    int64_t total =
        duration_measure(clock, item->term.duration, item->term.start_us, item->term.due_us);
    if (total <= 0) {
        return MOMENT_NEVER;
    }
    int64_t at = duration_lay(clock, item->term.duration, item->term.start_us,
                              share_of(total, promise->warn_ppm));
    return relay(item, at);
}

/* The timer that decides the item: never before it was opened. */
static void set_end(struct item *item, int64_t due_us)
{
    item->end_us = due_us < item->o.opened_us ? item->o.opened_us : due_us;
}

static void set_due(struct fold *f, struct item *item)
{
    item->o.due_us = relay(item, item->term.due_us);
    set_end(item, item->o.due_us);
    if (!item->warned && fold_wants(f, ENTRY_WARNED)) {
        item->o.warn_us = warning(item);
    }
    f->timers_changed = true;
}

void term_start(struct fold *f, size_t i)
{
    set_due(f, &f->items[i]);
}

/* -- pauses -- */

static struct allowance *allowance_of(struct fold *f, struct item *item, uint32_t pair,
                                      int64_t at_us)
{
    for (uint32_t i = 0; i < item->allowance_count; i++) {
        if (item->allowances[i].pair == pair) {
            return &item->allowances[i];
        }
    }
    const struct clock *clock = &item->form->clock;
    struct duration most = item->form->promise->pairs[pair].most;
    item->allowances = arena_grow(&f->arena, item->allowances, item->allowance_count,
                                  item->allowance_count + 1, sizeof(*item->allowances));
    struct allowance *added = &item->allowances[item->allowance_count++];
    added->pair = pair;
    added->left = duration_measure(clock, most, at_us, duration_after(clock, most, at_us));
    return added;
}

void term_pause(struct fold *f, size_t i, uint32_t pair, const struct bound *cause)
{
    struct item *item = &f->items[i];
    int64_t at = cause->occurred_us;
    const struct pair *clause = &item->form->promise->pairs[pair];
    if (item->o.due_us <= at) {
        return;
    }
    item->pause_cap_us = MOMENT_NEVER;
    if (clause->has_most) {
        struct allowance *allowance = allowance_of(f, item, pair, at);
        if (allowance->left <= 0) {
            return;
        }
        item->pause_cap_us = duration_lay(&item->form->clock, clause->most, at, allowance->left);
    }
    item->o.state = STATE_PAUSED;
    item->paused_us = at;
    item->pause_pair = pair;
    item->o.due_us = item->end_us = MOMENT_NEVER;
    f->timers_changed = true;
    item_entry(f, i, ENTRY_PAUSED, at, cause);
}

void term_resume(struct fold *f, size_t i, int64_t at_us, const struct bound *cause)
{
    struct item *item = &f->items[i];
    const struct pair *clause = &item->form->promise->pairs[item->pause_pair];
    if (clause->has_most) {
        struct allowance *allowance = allowance_of(f, item, item->pause_pair, item->paused_us);
        allowance->left -=
            duration_measure(&item->form->clock, clause->most, item->paused_us, at_us);
        if (item->pause_cap_us <= at_us) {
            allowance->left = 0;
        }
    }
    item->pauses = arena_grow(&f->arena, item->pauses, item->pause_count, item->pause_count + 1,
                              sizeof(*item->pauses));
    item->pauses[item->pause_count++] = (struct spent_pause){item->paused_us, at_us};
    item->o.state = STATE_OPEN;
    item->pause_cap_us = MOMENT_NEVER;
    set_due(f, item);
    item_entry(f, i, ENTRY_RESUMED, at_us, cause);
}

/* -- extensions -- */

static bool same_unit(struct duration a, struct duration b)
{
    return a.unit == b.unit && a.calendar == b.calendar;
}

static void add_units(struct fold *f, struct item *item, struct duration by)
{
    for (uint32_t i = 0; i < item->added_count; i++) {
        if (same_unit(item->added[i].by, by)) {
            item->added[i].by.count += by.count;
            return;
        }
    }
    item->added = arena_grow(&f->arena, item->added, item->added_count, item->added_count + 1,
                             sizeof(*item->added));
    item->added[item->added_count++].by = by;
}

/* The limit counted anew: its own unit in one sum, other units after it. */
static void count_anew(struct fold *f, struct item *item)
{
    bool is_limit = item->form->promise->duty.kind != DUTY_BETWEEN;
    int64_t extra = 0;
    for (uint32_t i = 0; is_limit && i < item->added_count; i++) {
        extra += same_unit(item->added[i].by, item->term.duration) ? item->added[i].by.count : 0;
    }
    struct term term;
    if (!term_of(f->memo, item->form, item->o.opening, item->o.opened_us, extra, &term)) {
        return;
    }
    for (uint32_t i = 0; i < item->added_count; i++) {
        if (!is_limit || !same_unit(item->added[i].by, term.duration)) {
            term.due_us = duration_after(&item->form->clock, item->added[i].by, term.due_us);
        }
    }
    item->term = term;
}

void term_extend(struct fold *f, size_t i, uint32_t extension, const struct bound *cause)
{
    struct item *item = &f->items[i];
    const struct promise *promise = item->form->promise;
    const struct extension *clause = &promise->extensions[extension];
    bool paused = item->o.state == STATE_PAUSED;
    if (!paused && item->o.due_us <= cause->occurred_us) {
        return;
    }
    if (!item->extended) {
        item->extended = ARENA_ARRAY(&f->arena, uint32_t, promise->extension_count);
    }
    if (clause->times && item->extended[extension] >= clause->times) {
        return;
    }
    item->extended[extension]++;
    add_units(f, item, clause->by);
    count_anew(f, item);
    if (!paused) {
        set_due(f, item);
    }
    item_entry(f, i, ENTRY_EXTENDED, cause->occurred_us, cause);
}
