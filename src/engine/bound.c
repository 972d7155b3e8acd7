/* A bound touch, read: its fields, its order among others, the lanes that it meets. */
#include "engine/plan.h"

#include <string.h>

struct value shape_slot(const struct shape *shape, size_t at)
{
    const struct slot *s = &shape_slots(shape)[at];
    struct value v = {.type = (enum value_type)s->type};
    switch (v.type) {
    case VALUE_NONE:
        break;
    case VALUE_TEXT:
        v.text = (struct text){(const char *)shape + s->text.offset, s->text.length};
        break;
    case VALUE_NUMBER:
        v.number = s->number;
        break;
    case VALUE_BOOL:
        v.boolean = s->integer != 0;
        break;
    case VALUE_MOMENT:
        v.moment_us = s->integer;
        break;
    case VALUE_DURATION:
        v.duration_us = s->integer;
        break;
    case VALUE_MONEY:
        v.money.minor = s->integer;
        memcpy(v.money.currency, s->currency, sizeof(v.money.currency));
        break;
    }
    return v;
}

static struct value text_value(struct text t)
{
    return (struct value){.type = t.len ? VALUE_TEXT : VALUE_NONE, .text = t};
}

static struct text actor_name(enum actor actor)
{
    static const struct text names[] = {
        [ACTOR_UNKNOWN] = TEXT(""),          [ACTOR_STAFF] = TEXT("staff"),
        [ACTOR_CUSTOMER] = TEXT("customer"), [ACTOR_BOT] = TEXT("bot"),
        [ACTOR_SYSTEM] = TEXT("system"),
    };
    return names[actor];
}

struct value bound_value(const struct bound *b, uint32_t field)
{
    if (field < FIELD_TEXTS) {
        return text_value(bound_text(b, field));
    }
    if (field == FIELD_ACTOR) {
        return text_value(actor_name((enum actor)b->shape->actor));
    }
    if (field == FIELD_OCCURRED) {
        return (struct value){.type = VALUE_MOMENT, .moment_us = b->occurred_us};
    }
    for (uint32_t i = 0; i < b->shape->slot_count; i++) {
        if (shape_slots(b->shape)[i].attribute == field - FIELD_ATTRIBUTE) {
            return shape_slot(b->shape, i);
        }
    }
    return (struct value){.type = VALUE_NONE};
}

int bound_compare_derived(const struct bound *a, const struct bound *b)
{
    if (a->occurred_us != b->occurred_us) {
        return a->occurred_us < b->occurred_us ? -1 : 1;
    }
    if (a->shape->rank != b->shape->rank) {
        return a->shape->rank < b->shape->rank ? -1 : 1;
    }
    uint32_t field = FIELD_ATTRIBUTE + symbols_find(&a->shape->plan->attributes, TEXT("key"));
    int order = text_compare(bound_value(a, field).text, bound_value(b, field).text);
    return order ? order : a->place < b->place ? -1 : a->place > b->place;
}

int bound_compare(const struct bound *a, const struct bound *b)
{
    if (a->occurred_us != b->occurred_us) {
        return a->occurred_us < b->occurred_us ? -1 : 1;
    }
    if (a->shape->derived || b->shape->derived) { /* verdict touches come after outside ones */
        return a->shape->derived && b->shape->derived ? bound_compare_derived(a, b)
               : a->shape->derived                    ? 1
                                                      : -1;
    }
    if (a->place != b->place) {
        return a->place < b->place ? -1 : 1;
    }
    int order = text_compare(bound_text(a, FIELD_SOURCE), bound_text(b, FIELD_SOURCE));
    return order ? order : text_compare(bound_text(a, FIELD_ID), bound_text(b, FIELD_ID));
}

uint32_t plan_field(const struct plan *p, struct text name)
{
    for (uint32_t i = 0; i < FIELD_ATTRIBUTE; i++) {
        if (text_eq(field_names[i], name)) {
            return i;
        }
    }
    uint32_t number = symbols_find(&p->attributes, name);
    return number == NAME_NONE ? NAME_NONE : FIELD_ATTRIBUTE + number;
}

struct value bound_field(const struct bound *b, struct text name)
{
    uint32_t field = plan_field(b->shape->plan, name);
    return field == NAME_NONE ? (struct value){.type = VALUE_NONE} : bound_value(b, field);
}

const struct bound *bound_copy(struct arena *arena, const struct bound *b)
{
    struct bound *copy = arena_alloc(arena, bound_size(b));
    struct shape *shape = arena_alloc(arena, b->shape->size);
    memcpy(copy, b, bound_size(b));
    memcpy(shape, b->shape, b->shape->size);
    copy->shape = shape;
    return copy;
}

/* -- lanes -- */

static bool meets_lane(const struct bound *b, size_t lane)
{
    const struct hit *hits = shape_hits(b->shape);
    for (uint32_t i = 0; i < b->shape->hit_count; i++) {
        const struct matcher *m = &b->shape->plan->matchers[hits[i].matcher];
        if (m->lane == lane && !m->anywhere && hit_counts(b, &hits[i])) {
            return true;
        }
    }
    return false;
}

bool bound_key_perhaps(const struct bound *b, size_t lane, struct text *ret_key)
{
    if (!(b->shape->lanes & bound_lane_bit(lane))) {
        return false;
    }
    uint32_t field = b->shape->plan->lanes[lane].key_field;
    if (field < FIELD_TEXTS) {
        *ret_key = bound_text(b, field);
        return ret_key->len != 0;
    }
    struct value v = bound_value(b, field);
    if (v.type != VALUE_TEXT) {
        return false;
    }
    *ret_key = v.text;
    return true;
}

bool bound_key(const struct bound *b, size_t lane, struct text *ret_key)
{
    bool by_hits = b->shape->is_unsure || lane >= LANE_BITS;
    return bound_key_perhaps(b, lane, ret_key) && (!by_hits || meets_lane(b, lane));
}

int64_t bound_occurred(const struct bound *b)
{
    return b->occurred_us;
}

bool bound_enters(const struct bound *b, size_t lane)
{
    return !b->shape->derived || b->shape->lane != lane;
}

bool bound_is_anywhere_in(const struct bound *b, size_t lane)
{
    const struct hit *hits = shape_hits(b->shape);
    for (uint32_t i = 0; i < b->shape->hit_count; i++) {
        const struct matcher *m = &b->shape->plan->matchers[hits[i].matcher];
        if (m->anywhere && m->lane == lane && hit_counts(b, &hits[i])) {
            return true;
        }
    }
    return false;
}

bool bound_is_anywhere(const struct bound *b)
{
    const struct hit *hits = shape_hits(b->shape);
    for (uint32_t i = 0; i < b->shape->hit_count; i++) {
        const struct matcher *m = &b->shape->plan->matchers[hits[i].matcher];
        if (m->anywhere && hit_counts(b, &hits[i])) {
            return true;
        }
    }
    return false;
}
