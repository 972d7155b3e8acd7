/* Moving the due instant: pauses, extensions, and the warning that goes with it (rules 22 to 24).
 *
 * The due instant is always worked out anew: the limit with everything that extensions added, from
 * the start of the clock; then each past pause laid on in its order. */
#include "engine/fold.h"

#include <string.h>

/* The limit with its extensions. Few ask again for what was worked out at the opening: so it is not
 * kept, but worked out anew. */
static struct term current_term(struct fold *f, const struct item *item)
{
    struct term term = item_rest(item)->term;
    enum duty_kind kind = item->form->promise->duty.kind;
    bool timed =
        kind == DUTY_WITHIN || kind == DUTY_BETWEEN || kind == DUTY_EVERY || kind == DUTY_NOT;
    if (!item_rest(item)->has_term && timed &&
        term_of(f->memo, item->form, item->opening, item->opened_us, 0, &term) &&
        kind == DUTY_NOT && item->form->promise->duty.limit_is_start) {
        term.due_us = MOMENT_NEVER;
    }
    return term;
}

int64_t term_clock_start(struct fold *f, const struct item *item)
{
    return current_term(f, item).start_us;
}

/* Past pauses laid on; the unit of the limit says on which clock. */
static int64_t relay(const struct item *item, struct duration unit, int64_t at_us)
{
    const struct item_rest *rest = item_rest(item);
    for (uint32_t i = 0; i < rest->pause_count && at_us != MOMENT_NEVER; i++) {
        const struct spent_pause *p = &rest->pauses[i];
        if (p->from_us <=
            at_us) { /* a due instant never is where a pause begins; a warning may be */
            int64_t left = duration_measure(&item->form->clock, unit, p->from_us, at_us);
            at_us = duration_lay(&item->form->clock, unit, p->until_us, left);
        }
    }
    return at_us;
}

/* floor(total × share / 1,000,000) without overflow. */
static int64_t share_of(int64_t total, int32_t share_ppm)
{
    return (int64_t)((__int128)total * share_ppm / 1000000);
}

static int64_t warning(const struct item *item, const struct term *term)
{
    const struct promise *promise = item->form->promise;
    if (!promise->has_warn || term->due_us == MOMENT_NEVER) {
        return MOMENT_NEVER;
    }
    const struct clock *clock = &item->form->clock;
    int64_t total = duration_measure(clock, term->duration, term->start_us, term->due_us);
    if (total <= 0) {
        return MOMENT_NEVER;
    }
    int64_t at =
        duration_lay(clock, term->duration, term->start_us, share_of(total, promise->warn_ppm));
    return relay(item, term->duration, at);
}

/* The timer that decides the item: never before it was opened. */
static void set_end(struct item *item, int64_t due_us)
{
    item->end_us = due_us < item->opened_us ? item->opened_us : due_us;
}

static void set_due(struct fold *f, struct item *item, const struct term *term)
{
    item->due_us = relay(item, term->duration, term->due_us);
    set_end(item, item->due_us);
    if (!item->warned && fold_wants(f, ENTRY_WARNED)) {
        item->warn_us = warning(item, term);
    }
    item_retime(f, item);
}

void term_start(struct fold *f, size_t i, const struct term *term)
{
    set_due(f, &f->items[i], term);
}

/* -- pauses -- */

static struct allowance *allowance_of(struct fold *f, struct item *owner, uint32_t pair,
                                      int64_t at_us)
{
    struct item_rest *rest = item_need_rest(f, owner);
    for (uint32_t i = 0; i < rest->allowance_count; i++) {
        if (rest->allowances[i].pair == pair) {
            return &rest->allowances[i];
        }
    }
    const struct clock *clock = &owner->form->clock;
    struct duration most = owner->form->promise->pairs[pair].most;
    rest->allowances = arena_grow(&f->arena, rest->allowances, rest->allowance_count,
                                  rest->allowance_count + 1, sizeof(*rest->allowances));
    struct allowance *added = &rest->allowances[rest->allowance_count++];
    added->pair = pair;
    added->left = duration_measure(clock, most, at_us, duration_after(clock, most, at_us));
    return added;
}

void term_pause(struct fold *f, size_t i, uint32_t pair, const struct bound *cause)
{
    struct item *item = &f->items[i];
    int64_t at = cause->occurred_us;
    const struct pair *clause = &item->form->promise->pairs[pair];
    if (item->due_us <= at) {
        return;
    }
    struct item_rest *rest = item_need_rest(f, item);
    rest->pause_cap_us = MOMENT_NEVER;
    if (clause->has_most) {
        struct allowance *allowance = allowance_of(f, item, pair, at);
        if (allowance->left <= 0) {
            return;
        }
        rest->pause_cap_us = duration_lay(&item->form->clock, clause->most, at, allowance->left);
    }
    item->state = STATE_PAUSED;
    rest->paused_us = at;
    rest->pause_pair = pair;
    item->due_us = item->end_us = MOMENT_NEVER;
    item_retime(f, item);
    item_entry(f, i, ENTRY_PAUSED, at, cause);
}

void term_resume(struct fold *f, size_t i, int64_t at_us, const struct bound *cause)
{
    struct item *item = &f->items[i];
    struct item_rest *rest = item_need_rest(f, item);
    const struct pair *clause = &item->form->promise->pairs[rest->pause_pair];
    if (clause->has_most) {
        struct allowance *allowance = allowance_of(f, item, rest->pause_pair, rest->paused_us);
        allowance->left -=
            duration_measure(&item->form->clock, clause->most, rest->paused_us, at_us);
        if (rest->pause_cap_us <= at_us) {
            allowance->left = 0;
        }
    }
    rest->pauses = arena_grow(&f->arena, rest->pauses, rest->pause_count, rest->pause_count + 1,
                              sizeof(*rest->pauses));
    rest->pauses[rest->pause_count++] = (struct spent_pause){rest->paused_us, at_us};
    item->state = STATE_OPEN;
    rest->pause_cap_us = MOMENT_NEVER;
    struct term term = current_term(f, item);
    set_due(f, item, &term);
    item_entry(f, i, ENTRY_RESUMED, at_us, cause);
}

/* -- extensions -- */

static bool same_unit(struct duration a, struct duration b)
{
    return a.unit == b.unit && a.calendar == b.calendar;
}

static void add_units(struct fold *f, struct item_rest *rest, struct duration by)
{
    for (uint32_t i = 0; i < rest->added_count; i++) {
        if (same_unit(rest->added[i].by, by)) {
            rest->added[i].by.count += by.count;
            return;
        }
    }
    rest->added = arena_grow(&f->arena, rest->added, rest->added_count, rest->added_count + 1,
                             sizeof(*rest->added));
    rest->added[rest->added_count++].by = by;
}

/* The limit counted anew: its own unit in one sum, other units after it. */
static void count_anew(struct fold *f, struct item *item, struct item_rest *rest)
{
    bool is_limit = item->form->promise->duty.kind != DUTY_BETWEEN;
    struct term term = current_term(f, item);
    int64_t extra = 0;
    for (uint32_t i = 0; is_limit && i < rest->added_count; i++) {
        extra += same_unit(rest->added[i].by, term.duration) ? rest->added[i].by.count : 0;
    }
    if (term_of(f->memo, item->form, item->opening, item->opened_us, extra, &term)) {
        for (uint32_t i = 0; i < rest->added_count; i++) {
            if (!is_limit || !same_unit(rest->added[i].by, term.duration)) {
                term.due_us = duration_after(&item->form->clock, rest->added[i].by, term.due_us);
            }
        }
    }
    rest->term = term;
    rest->has_term = true;
}

void term_extend(struct fold *f, size_t i, uint32_t extension, const struct bound *cause)
{
    struct item *item = &f->items[i];
    const struct promise *promise = item->form->promise;
    const struct extension *clause = &promise->extensions[extension];
    bool paused = item->state == STATE_PAUSED;
    if (!paused && item->due_us <= cause->occurred_us) {
        return;
    }
    struct item_rest *rest = item_need_rest(f, item);
    if (!rest->extended) {
        rest->extended = ARENA_ARRAY(&f->arena, uint32_t, promise->extension_count);
    }
    if (clause->times && rest->extended[extension] >= clause->times) {
        return;
    }
    rest->extended[extension]++;
    add_units(f, rest, clause->by);
    count_anew(f, item, rest);
    if (!paused) {
        set_due(f, item, &rest->term);
    }
    item_entry(f, i, ENTRY_EXTENDED, cause->occurred_us, cause);
}
