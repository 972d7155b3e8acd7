#include "engine/fold.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static const char *const state_names[] = {
    [STATE_OPEN] = "open",     [STATE_PAUSED] = "paused",   [STATE_KEPT] = "kept",
    [STATE_BROKEN] = "broken", [STATE_EXCUSED] = "excused", [STATE_VOID] = "void",
};

const char *state_name(enum state s)
{
    return state_names[s];
}

const char *entry_name(enum entry_kind k)
{
    static const char *const names[] = {
        [ENTRY_OPENED] = "opened",       [ENTRY_PAUSED] = "paused",
        [ENTRY_RESUMED] = "resumed",     [ENTRY_EXTENDED] = "extended",
        [ENTRY_WARNED] = "warned",       [ENTRY_KEPT] = "kept",
        [ENTRY_BROKEN] = "broken",       [ENTRY_EXCUSED] = "excused",
        [ENTRY_VOID] = "void",           [ENTRY_FULFILLED] = "fulfilled",
        [ENTRY_OWED] = "owed",           [ENTRY_NOT_OWED] = "not-owed",
        [ENTRY_WITHDRAWN] = "withdrawn", [ENTRY_CORRECTED] = "corrected",
        [ENTRY_COUNTED] = "counted",
    };
    _Static_assert(sizeof(names) / sizeof(names[0]) == ENTRY_KINDS, "ENTRY_KINDS counts them all");
    return names[k];
}

/* -- memories -- */

const struct memory *memory_find(const struct fold *f, uint32_t owner)
{
    for (size_t i = 0; i < f->memory_count; i++) {
        if (f->memories[i].owner == owner) {
            return &f->memories[i];
        }
    }
    return NULL;
}

struct memory *memory_of(struct fold *f, uint32_t owner)
{
    for (size_t i = 0; i < f->memory_count; i++) {
        if (f->memories[i].owner == owner) {
            return &f->memories[i];
        }
    }
    if (f->memory_count == f->memory_capacity) {
        f->memory_capacity = f->memory_capacity ? f->memory_capacity * 2 : 4;
        f->memories = realloc(f->memories, f->memory_capacity * sizeof(*f->memories));
        if (!f->memories) {
            abort();
        }
    }
    f->memories[f->memory_count] = (struct memory){
        .owner = owner, .first_us = MOMENT_BEFORE_ALL, .window_us = MOMENT_BEFORE_ALL};
    return &f->memories[f->memory_count++];
}

struct text fold_than_person(const struct fold *f, const struct matcher *m)
{
    const struct memory *memory =
        m->event && m->event->than.len ? memory_find(f, THAN_MEMORY | m->than) : NULL;
    return memory ? memory->person : (struct text){0};
}

/* -- items -- */

const struct item_rest item_no_rest = {
    .late_us = MOMENT_NEVER,
    .pause_cap_us = MOMENT_NEVER,
    .claim_until_us = MOMENT_BEFORE_ALL,
    .accrual_next_us = MOMENT_NEVER,
};

struct item_rest *item_need_rest(struct fold *f, struct item *item)
{
    if (!item->rest) {
        item->rest = ARENA_NEW(&f->arena, struct item_rest);
        *item->rest = item_no_rest;
    }
    return item->rest;
}

void items_grow(struct fold *f)
{
    f->item_capacity = f->item_capacity ? f->item_capacity * 2 : 8;
    f->items = realloc(f->items, f->item_capacity * sizeof(*f->items));
    if (!f->items) {
        abort();
    }
}

/* -- entries -- */

struct obligation item_obligation(const struct fold *f, const struct item *item)
{
    return (struct obligation){.promise = item->promise,
                               .form = item->form_number,
                               .key = f->key,
                               .opening_source = bound_text(item->opening, FIELD_SOURCE),
                               .opening_id = bound_text(item->opening, FIELD_ID),
                               .n = item->n,
                               .opened_us = item->opened_us,
                               .due_us = item->due_us,
                               .warn_us = item->warn_us,
                               .state = item->state,
                               .decided_us = item->decided_us,
                               .fulfilled_us = item->fulfilled_us,
                               .opening = item->opening,
                               .tag = item->tag};
}

void item_tell_remedy(struct fold *f, size_t i, enum entry_kind kind, int64_t at_us,
                      const struct bound *cause, struct money amount, struct text task,
                      uint32_t unit)
{
    struct obligation o = item_obligation(f, &f->items[i]);
    struct entry e = {
        .kind = kind,
        .obligation = &o,
        .tag = &f->items[i].tag,
        .at_us = at_us,
        .amount = amount,
        .task = task,
        .unit = unit,
    };
    if (cause) {
        e.cause_source = bound_text(cause, FIELD_SOURCE);
        e.cause_id = bound_text(cause, FIELD_ID);
    }
    f->sink->entry(f->sink->context, &e);
}

void item_tell(struct fold *f, size_t i, enum entry_kind kind, int64_t at_us,
               const struct bound *cause)
{
    item_tell_remedy(f, i, kind, at_us, cause, (struct money){0}, (struct text){0}, 0);
}

/* -- verdict touches -- */

static bool is_own_attribute(const struct symbols *attributes, uint32_t attribute, bool remedy)
{
    struct text name = attributes->texts[attribute];
    return text_is(name, "promise") || text_is(name, "opening") || text_is(name, "key") ||
           (remedy && (text_is(name, "amount") || text_is(name, "task")));
}

static struct attribute text_attribute(const char *name, struct text t)
{
    return (struct attribute){text_of(name), {.type = VALUE_TEXT, .text = t}};
}

/* The opening touch's attributes, with those of the verdict itself on top (rule 32). */
static size_t verdict_attributes(const struct fold *f, const struct item *item, struct text promise,
                                 const struct money *amount, struct text task,
                                 struct attribute *out)
{
    const struct bound *opening = item->opening;
    const struct slot *slots = shape_slots(opening->shape);
    size_t count = 0;
    bool remedy = amount || task.len;
    for (uint32_t i = 0; i < opening->shape->slot_count && count < TOUCH_ATTRIBUTES_MAX; i++) {
        if (!is_own_attribute(&opening->shape->plan->attributes, slots[i].attribute, remedy)) {
            out[count++] =
                (struct attribute){opening->shape->plan->attributes.texts[slots[i].attribute],
                                   bound_value(opening, FIELD_ATTRIBUTE + slots[i].attribute)};
        }
    }
    out[count++] = text_attribute("promise", promise);
    out[count++] = text_attribute("opening", bound_text(opening, FIELD_ID));
    out[count++] = text_attribute("key", f->key);
    if (amount) {
        out[count++] = (struct attribute){TEXT("amount"), {.type = VALUE_MONEY, .money = *amount}};
    } else if (task.len) {
        out[count++] = text_attribute("task", task);
    }
    return count;
}

void item_give_verdict(struct fold *f, size_t i, enum verdict verdict, int64_t at_us,
                       uint64_t place, const struct money *amount, struct text task, uint32_t unit)
{
    const struct item *item = &f->items[i];
    const struct plan_promise *promise = &f->plan->promises[item->promise];
    struct attribute attributes[BOUND_ATTRIBUTES_MAX];
    const struct bound *opening = item->opening;
    struct obligation o = item_obligation(f, item);
    struct touch t = {
        .source = TEXT("troth"),
        .id = verdict_id(&f->arena, &o, promise->name, verdict_names[verdict], unit),
        .event = verdict_names[verdict],
        .occurred_us = at_us,
        .place = place,
        .thread = bound_text(opening, FIELD_THREAD),
        .customer = bound_text(opening, FIELD_CUSTOMER),
        .channel = bound_text(opening, FIELD_CHANNEL),
        .team = bound_text(opening, FIELD_TEAM),
        .actor = ACTOR_SYSTEM,
        .attributes = attributes,
        .attribute_count = verdict_attributes(f, item, promise->name, amount, task, attributes),
    };
    if (promise->heard_in_lane[verdict]) {
        const struct bound *b = plan_bind(f->plan, &t, false, &f->arena);
        if (b) {
            fold_push_pending(f, b, HEARD_BY_KEY);
        }
    }
    if (promise->heard_elsewhere[verdict] && f->sink && f->sink->derived) {
        f->sink->derived(f->sink->context, &t);
    }
}

/* -- verdicts -- */

static bool is_excused(const struct fold *f, const struct item *item)
{
    const struct memory *memory = memory_find(f, item->form_number);
    return memory && memory->running != 0;
}

static bool can_be_late(const struct form *form)
{
    enum duty_kind kind = form->promise->duty.kind;
    return kind == DUTY_WITHIN || kind == DUTY_BETWEEN || kind == DUTY_EVERY;
}

/* Apart, as few are broken. */
static __attribute__((noinline)) void decide_broken(struct fold *f, size_t i, int64_t at_us,
                                                    const struct bound *cause)
{
    item_entry(f, i, ENTRY_BROKEN, at_us, cause);
    item_verdict(f, i, VERDICT_BROKEN, at_us, NULL, (struct text){0}, 0);
    struct item *item = &f->items[i];
    item_retime(f, item);
    int64_t late_us = item_rest(item)->late_us;
    item->watched = can_be_late(item->form) && late_us == MOMENT_NEVER;
    remedy_broken(f, i, at_us, cause);
    if (late_us != MOMENT_NEVER) {
        remedy_accrue(f, i, late_us);
        item = &f->items[i];
        item->fulfilled_us = late_us;
        item->rest->accrual_next_us = MOMENT_NEVER;
        item_retime(f, item);
        item_entry(f, i, ENTRY_FULFILLED, late_us, NULL);
    }
    item = &f->items[i];
    if (!item->watched && item_rest(item)->claim_until_us == MOMENT_BEFORE_ALL) {
        item_drop(f, i);
    }
}

void item_decide(struct fold *f, size_t i, enum state state, int64_t at_us,
                 const struct bound *cause)
{
    struct item *item = &f->items[i];
    if (state == STATE_BROKEN && is_excused(f, item)) {
        state = STATE_EXCUSED;
    }
    item->state = state;
    item->decided_us = at_us;
    item->end_us = MOMENT_NEVER;
    if (item->rest) {
        item->rest->pause_cap_us = MOMENT_NEVER;
    }
    switch (state) {
    case STATE_KEPT:
        item_entry(f, i, ENTRY_KEPT, at_us, cause);
        item_verdict(f, i, VERDICT_KEPT, at_us, NULL, (struct text){0}, 0);
        break;
    case STATE_EXCUSED:
        item_entry(f, i, ENTRY_EXCUSED, at_us, cause);
        item_verdict(f, i, VERDICT_EXCUSED, at_us, NULL, (struct text){0}, 0);
        break;
    case STATE_VOID:
        item_entry(f, i, ENTRY_VOID, at_us, cause);
        break;
    case STATE_BROKEN:
        decide_broken(f, i, at_us, cause);
        return;
    case STATE_OPEN:
    case STATE_PAUSED:
        abort(); /* no verdict: our own mistake */
    }
    item_drop(f, i);
}
