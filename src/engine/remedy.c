/* What a broken promise costs: base amounts, accrual, caps, claims (rules 27 to 31). */
#include "engine/fold.h"

#include <string.h>

/* amount × share, halves away from zero. */
static int64_t share_of(int64_t minor, int32_t share_ppm)
{
    __int128 product = (__int128)minor * share_ppm;
    __int128 half = product < 0 ? -500000 : 500000;
    return (int64_t)((product + half) / 1000000);
}

/* The opening touch's attribute as money; false when it is missing. */
static bool money_attribute(const struct item *item, struct text name, struct money *ret)
{
    const struct plan *p = item->opening->shape->plan;
    char text[VALUE_NUMBER_TEXT];
    uint32_t number = symbols_find(&p->attributes, name);
    struct value v =
        number == NAME_NONE
            ? (struct value){.type = VALUE_NONE}
            : value_as(bound_value(item->opening, FIELD_ATTRIBUTE + number), VALUE_MONEY, text);
    if (v.type != VALUE_MONEY) {
        return false;
    }
    *ret = v.money;
    return true;
}

static bool base_amount(struct fold *f, const struct item *item, struct money *ret)
{
    const struct amount *a = &item->form->promise->remedy.amount;
    const struct table_row *row = NULL;
    if (a->kind == AMOUNT_TABLE || a->kind == AMOUNT_TABLE_SHARE) {
        const struct table *table = &item->form->code->tables[a->table];
        if (table->by != TABLE_BY_DAY &&
            bound_field(item->opening, table->attribute).type == VALUE_NONE) {
            return false;
        }
        row = table_row_of(item->form, a->table, item->opening, term_clock_start(f, item));
    }
    switch (a->kind) {
    case AMOUNT_NONE:
        return false;
    case AMOUNT_FIXED:
        *ret = a->money;
        return true;
    case AMOUNT_TABLE:
        *ret = row->money;
        return true;
    case AMOUNT_SHARE:
    case AMOUNT_TABLE_SHARE:
        if (!money_attribute(item, a->attribute, ret)) {
            return false;
        }
        ret->minor = share_of(ret->minor, row ? row->share_ppm : a->share_ppm);
        return true;
    }
    return false;
}

/* -- at most N remedies a window -- */

static bool owed_falls_in(const struct form *form, int64_t owed_us, int64_t now_us)
{
    const struct window *window = &form->promise->remedy.most_window;
    if (window->kind == WINDOW_NONE) {
        return true;
    }
    if (window->kind == WINDOW_ROLLING) {
        return duration_after(&form->clock, window->rolling, owed_us) > now_us;
    }
    int64_t start, next;
    window_bounds(form->clock.zone, *window, now_us, &start, &next);
    return owed_us >= start;
}

/* Whether some form of the promise, not only the one that owes now, still counts it. */
static bool owed_still_counts(const struct fold *f, uint32_t promise, int64_t owed_us,
                              int64_t now_us)
{
    for (size_t i = f->plan->promises[promise].latest + 1; i-- > 0;) {
        const struct form *form = &f->plan->forms[i];
        if (form->promise_number != promise) {
            break;
        }
        if (form->promise->remedy.most > 0 && owed_falls_in(form, owed_us, now_us)) {
            return true;
        }
    }
    return false;
}

static void note_owed(struct fold *f, struct memory *memory, int64_t now_us)
{
    if (memory->time_count == memory->time_capacity) {
        uint32_t capacity = memory->time_count ? memory->time_count * 2 : 4;
        memory->times = arena_grow(&f->arena, memory->times, memory->time_count, capacity,
                                   sizeof(*memory->times));
        memory->time_capacity = capacity;
    }
    memory->times[memory->time_count++] = now_us;
}

/* Takes one of the places; false: none is left. What another form of the promise owed counts. */
static bool within_most(struct fold *f, const struct form *form, int64_t now_us)
{
    int64_t most = form->promise->remedy.most, owed = 0;
    if (!f->plan->promises[form->promise_number].caps_remedies) {
        return true;
    }
    struct memory *memory = memory_of(f, PROMISE_MEMORY | form->promise_number);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < memory->time_count; i++) {
        int64_t owed_us = memory->times[i];
        owed += most > 0 && owed_falls_in(form, owed_us, now_us);
        if (owed_still_counts(f, form->promise_number, owed_us, now_us)) {
            memory->times[kept++] = owed_us;
        }
    }
    memory->time_count = kept;
    if (most > 0 && owed >= most) {
        return false;
    }
    note_owed(f, memory, now_us);
    return true;
}

/* -- owing -- */

static void owe(struct fold *f, size_t i, int64_t at_us, const struct bound *cause,
                struct money amount, uint32_t unit)
{
    item_need_rest(f, &f->items[i])->owed_minor += amount.minor;
    item_remedy_entry(f, i, ENTRY_OWED, at_us, cause, amount, (struct text){0}, unit);
    item_verdict(f, i, VERDICT_OWED, at_us, &amount, (struct text){0}, unit);
}

static void set_accrual(struct fold *f, struct item *item)
{
    struct duration per = item->form->promise->remedy.step_per;
    per.count *= item->rest->accrual_unit;
    item->rest->accrual_next_us = duration_after(&item->form->clock, per, item->due_us);
    item_retime(f, item);
}

static void owe_base(struct fold *f, size_t i, int64_t at_us, const struct bound *cause)
{
    const struct remedy *remedy = &f->items[i].form->promise->remedy;
    struct money amount = {0};
    bool has_base = base_amount(f, &f->items[i], &amount);
    bool owes = remedy->kind == REMEDY_TASK || has_base || remedy->accrues;
    if (!owes || !within_most(f, f->items[i].form, at_us)) {
        item_entry(f, i, ENTRY_NOT_OWED, at_us, cause);
        return;
    }
    if (remedy->kind == REMEDY_TASK) {
        item_remedy_entry(f, i, ENTRY_OWED, at_us, cause, amount, remedy->task, 0);
        item_verdict(f, i, VERDICT_OWED, at_us, NULL, remedy->task, 0);
        return;
    }
    if (has_base) {
        owe(f, i, at_us, cause, amount, 0);
    } else if (remedy->amount.kind != AMOUNT_NONE) {
        item_entry(f, i, ENTRY_NOT_OWED, at_us, cause);
    }
    struct item *item = &f->items[i];
    if (remedy->accrues && (item->watched || item_rest(item)->late_us != MOMENT_NEVER) &&
        item->due_us != MOMENT_NEVER) {
        item_need_rest(f, item)->accrual_unit = 1;
        set_accrual(f, item);
    }
}

void remedy_broken(struct fold *f, size_t i, int64_t at_us, const struct bound *cause)
{
    struct item *item = &f->items[i];
    const struct remedy *remedy = &item->form->promise->remedy;
    if (remedy->kind == REMEDY_NONE) {
        return;
    }
    if (remedy->if_claimed) {
        item_need_rest(f, item)->claim_until_us =
            duration_after(&item->form->clock, remedy->claim_within, at_us);
    } else {
        owe_base(f, i, at_us, cause);
    }
}

void remedy_claim(struct fold *f, const struct matcher *m, const struct bound *b)
{
    size_t count = f->item_count;
    for (size_t i = 0; i < count; i++) {
        struct item *item = &f->items[i];
        if (item->dead || item->form->number != m->form ||
            item_rest(item)->claim_until_us == MOMENT_BEFORE_ALL) {
            continue;
        }
        bool in_time = b->occurred_us <= item->rest->claim_until_us;
        item->rest->claim_until_us = MOMENT_BEFORE_ALL;
        if (in_time) {
            owe_base(f, i, b->occurred_us, b);
        }
        if (!f->items[i].watched) {
            item_drop(f, i);
        }
    }
}

void remedy_accrue(struct fold *f, size_t i, int64_t until_us)
{
    while (item_rest(&f->items[i])->accrual_next_us < until_us) {
        struct item *item = &f->items[i];
        struct item_rest *rest = item->rest;
        const struct remedy *remedy = &item->form->promise->remedy;
        struct money amount = remedy->step;
        if (remedy->has_cap && remedy->cap.minor - rest->owed_minor < amount.minor) {
            amount.minor = remedy->cap.minor - rest->owed_minor;
        }
        if (amount.minor <= 0) {
            rest->accrual_next_us = MOMENT_NEVER;
            item_retime(f, item);
            break;
        }
        int64_t next_us = rest->accrual_next_us;
        owe(f, i, next_us > item->decided_us ? next_us : item->decided_us, NULL, amount,
            rest->accrual_unit);
        item = &f->items[i];
        item->rest->accrual_unit++;
        set_accrual(f, item);
    }
}
