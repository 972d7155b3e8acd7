/* Duties that count their events in a window: at most, at least. */
#include "engine/duty_part.h"

#include <string.h>

/* -- at most -- */

static void push_time(struct fold *f, int64_t **times, uint32_t *count, int64_t most, int64_t at_us)
{
    if (most <= 0) {
        return;
    }
    if (*count < most) {
        if ((*count & (*count - 1)) == 0) { /* room for the next power of two */
            *times =
                arena_grow(&f->arena, *times, *count, *count ? *count * 2 : 1, sizeof(**times));
        }
        (*times)[(*count)++] = at_us;
        return;
    }
    memmove(*times, *times + 1, (*count - 1) * sizeof(**times));
    (*times)[*count - 1] = at_us;
}

static void count_rolling(struct fold *f, const struct form *form, const struct bound *b)
{
    const struct duty *duty = &form->promise->duty;
    struct memory *memory = memory_of(f, form->number);
    bool excess = memory->count >= duty->count;
    if (excess && duty->window.kind == WINDOW_ROLLING && duty->count > 0) {
        excess =
            duration_after(&form->clock, duty->window.rolling, memory->times[0]) > b->occurred_us;
    }
    memory->count++;
    if (duty->window.kind == WINDOW_ROLLING) {
        push_time(f, &memory->times, &memory->time_count, duty->count, b->occurred_us);
    }
    if (form_in_force(f->plan, form, b->occurred_us) && duty_way_is_free(f, form, b->occurred_us)) {
        duty_decide_at_once(f, form, b, !excess);
    }
}

static void set_window(struct fold *f, struct item *item, int64_t due_us)
{
    item->due_us = item->end_us = due_us;
    item_retime(f, item);
}

/* Another form of the promise, an older version say, had its obligation for this very window. */
static bool another_form_has_window(const struct fold *f, const struct form *form, int64_t start,
                                    int64_t next)
{
    for (size_t i = 0; i < f->memory_count; i++) {
        const struct memory *memory = &f->memories[i];
        if (!memory->has_row || memory->window_us != start || memory->owner == form->number) {
            continue;
        }
        const struct form *other = &f->plan->forms[memory->owner];
        int64_t its_start, its_next;
        if (other->promise_number == form->promise_number) {
            window_bounds(other->clock.zone, other->promise->duty.window, start, &its_start,
                          &its_next);
            if (its_start == start && its_next == next) {
                return true;
            }
        }
    }
    return false;
}

static void count_by_calendar(struct fold *f, const struct form *form, const struct bound *b)
{
    const struct duty *duty = &form->promise->duty;
    struct memory *memory = memory_of(f, form->number);
    int64_t start, next;
    window_bounds(form->clock.zone, duty->window, b->occurred_us, &start, &next);
    if (memory->window_us != start) {
        memory->window_us = start;
        memory->count = 0;
        memory->has_row = false;
    }
    memory->count++;
    bool opens = !memory->has_row;
    if (!memory->has_row && form_in_force(f->plan, form, b->occurred_us) &&
        !another_form_has_window(f, form, start, next) &&
        duty_way_is_free(f, form, b->occurred_us)) {
        memory = memory_of(f, form->number);
        memory->has_row = true;
        size_t i = item_new(f, form, fold_keep(f, b), 0, b->occurred_us);
        f->items[i].end_before = true;
        set_window(f, &f->items[i], next);
        item_opened(f, i, b);
    }
    for (size_t i = 0; i < f->item_count; i++) {
        if (f->items[i].form == form && item_live(&f->items[i])) {
            if (memory->count > duty->count) {
                item_decide(f, i, STATE_BROKEN, b->occurred_us, b);
            } else if (!opens) {
                item_entry(f, i, ENTRY_COUNTED, b->occurred_us, b);
            }
            break;
        }
    }
}

void count_at_most(struct fold *f, const struct form *form, const struct bound *b)
{
    enum window_kind window = form->promise->duty.window.kind;
    if (window == WINDOW_NONE || window == WINDOW_ROLLING) {
        count_rolling(f, form, b);
    } else {
        count_by_calendar(f, form, b);
    }
}

/* -- at least -- */

/* The earliest instant at which a rolling window holds fewer than N. */
static void set_rolling_end(struct fold *f, struct item *item)
{
    const struct duty *duty = duty_of(item);
    const struct clock *clock = &item->form->clock;
    int64_t end = duration_after(clock, duty->window.rolling, item->opened_us);
    const struct item_rest *rest = item_rest(item);
    if (duty->count == 0) {
        end = MOMENT_NEVER;
    } else if (rest->time_count == duty->count) {
        int64_t leaves = duration_after(clock, duty->window.rolling, rest->times[0]);
        end = leaves > end ? leaves : end;
    }
    set_window(f, item, end);
}

void count_begin_window(struct fold *f, size_t i, int64_t start_us)
{
    struct item *item = &f->items[i];
    int64_t start, next;
    window_bounds(item->form->clock.zone, duty_of(item)->window, start_us, &start, &next);
    item->waiting = false;
    item->opened_us = start_us;
    set_window(f, item, next);
}

size_t count_new_window(struct fold *f, const struct form *form, const struct bound *opening,
                        uint32_t n, int64_t opened_us, bool is_judged)
{
    size_t i = item_new(f, form, opening, n, opened_us);
    if (form->promise->duty.window.kind == WINDOW_ROLLING) {
        set_rolling_end(f, &f->items[i]);
        return i;
    }
    int64_t start, next;
    window_bounds(form->clock.zone, form->promise->duty.window, opened_us, &start, &next);
    f->items[i].end_before = true;
    if (start == opened_us && !is_judged) {
        count_begin_window(f, i, start);
    } else {
        f->items[i].waiting = true;
        f->items[i].end_us = next;
        item_retime(f, &f->items[i]);
    }
    return i;
}

static void count_in_window(struct fold *f, struct item *item, int64_t at_us)
{
    struct item_rest *rest = item_need_rest(f, item);
    if (duty_of(item)->window.kind == WINDOW_ROLLING) {
        push_time(f, &rest->times, &rest->time_count, duty_of(item)->count, at_us);
        set_rolling_end(f, item);
    } else {
        rest->count++;
    }
}

void count_start_row(struct fold *f, const struct form *form, const struct bound *b, bool counts)
{
    size_t i = count_new_window(f, form, b, 0, b->occurred_us, false);
    if (f->items[i].waiting) {
        return;
    }
    if (counts) {
        count_in_window(f, &f->items[i], b->occurred_us);
    }
    item_opened(f, i, b);
}

void count_at_least(struct fold *f, const struct form *form, const struct bound *b)
{
    bool found = false;
    for (size_t i = 0; i < f->item_count; i++) {
        struct item *item = &f->items[i];
        if (item->form == form && item_live(item)) {
            count_in_window(f, item, b->occurred_us);
            item_entry(f, i, ENTRY_COUNTED, b->occurred_us, b);
            found = true;
        }
    }
    if (!found && !form->promise->on && form_in_force(f->plan, form, b->occurred_us) &&
        duty_way_is_free(f, form, b->occurred_us)) {
        count_start_row(f, form, fold_keep(f, b), true);
    }
}
