#include "lang/check_part.h"

#include <string.h>

static bool value_same(const struct value *a, const struct value *b)
{
    if (a->type != b->type)
        return false;
    switch (a->type) {
    case VALUE_NONE:
        return true;
    case VALUE_TEXT:
        return text_eq(a->text, b->text);
    case VALUE_NUMBER:
        return !(a->number < b->number) && !(a->number > b->number);
    case VALUE_BOOL:
        return a->boolean == b->boolean;
    case VALUE_MOMENT:
        return a->moment_us == b->moment_us;
    case VALUE_DURATION:
        return a->duration_us == b->duration_us;
    case VALUE_MONEY:
        return a->money.minor == b->money.minor &&
               text_eq(text_of(a->money.currency), text_of(b->money.currency));
    }
    return false;
}

static bool duration_same(struct duration a, struct duration b)
{
    return a.unit == b.unit && a.count == b.count && a.calendar == b.calendar;
}

static bool moment_same(const struct moment *a, const struct moment *b)
{
    return a->kind == b->kind && text_eq(a->attribute, b->attribute) &&
           a->literal_us == b->literal_us && a->shift == b->shift &&
           (a->shift == 0 || duration_same(a->by, b->by));
}

static bool limit_same(const struct limit *a, const struct limit *b)
{
    if (a->kind != b->kind || a->end_of != b->end_of ||
        a->from_next_opening_of != b->from_next_opening_of)
        return false;
    switch (a->kind) {
    case LIMIT_NONE:
        return true;
    case LIMIT_DURATION:
        return duration_same(a->duration, b->duration);
    case LIMIT_TABLE:
        return a->table == b->table;
    }
    return false;
}

static bool operand_same(const struct operand *a, const struct operand *b)
{
    if (a->kind != b->kind)
        return false;
    switch (a->kind) {
    case OPERAND_VALUE:
        return value_same(&a->value, &b->value);
    case OPERAND_FIELD:
        return text_eq(a->field, b->field);
    case OPERAND_MOMENT:
        return moment_same(&a->moment, &b->moment);
    }
    return false;
}

static bool values_same(const struct cond *a, const struct cond *b)
{
    if (a->value_count != b->value_count)
        return false;
    for (size_t i = 0; i < a->value_count; i++)
        if (!value_same(&a->values[i], &b->values[i]))
            return false;
    return true;
}

bool cond_same(const struct cond *a, const struct cond *b)
{
    if (a == b)
        return true;
    if (!a || !b || a->kind != b->kind || !text_eq(a->field, b->field))
        return false;
    switch (a->kind) {
    case COND_AND:
    case COND_OR:
        return cond_same(a->left, b->left) && cond_same(a->right, b->right);
    case COND_NOT:
        return cond_same(a->left, b->left);
    case COND_COMPARE:
    case COND_CONTAINS:
        return a->op == b->op && operand_same(&a->operand, &b->operand);
    case COND_IN:
        return values_same(a, b);
    case COND_GIVEN:
    case COND_MISSING:
    case COND_OPENS_THREAD:
        return true;
    case COND_AT_LEAST_BEFORE:
    case COND_WITHIN:
        return moment_same(&a->moment, &b->moment) && limit_same(&a->limit, &b->limit);
    }
    return false;
}

static uint64_t number_hash(double number)
{
    uint64_t bits;
    number += 0.0; /* 0 and -0 are the same number with different bits */
    memcpy(&bits, &number, sizeof(bits));
    return bits;
}

static uint64_t value_hash(const struct value *v)
{
    switch (v->type) {
    case VALUE_TEXT:
        return text_hash(v->text);
    case VALUE_BOOL:
        return v->boolean;
    case VALUE_MOMENT:
        return (uint64_t)v->moment_us;
    case VALUE_DURATION:
        return (uint64_t)v->duration_us;
    case VALUE_MONEY:
        return (uint64_t)v->money.minor;
    case VALUE_NUMBER:
        return number_hash(v->number);
    case VALUE_NONE:
        break;
    }
    return 0;
}

static uint64_t mix(uint64_t a, uint64_t b)
{
    return (a ^ b) * UINT64_C(0x9E3779B97F4A7C15) + (a >> 29);
}

uint64_t cond_hash(const struct cond *c)
{
    if (!c)
        return 0;
    uint64_t hash = mix((uint64_t)c->kind * 8 + (uint64_t)c->op, text_hash(c->field));
    if (c->kind == COND_AND || c->kind == COND_OR || c->kind == COND_NOT)
        return mix(mix(hash, cond_hash(c->left)), cond_hash(c->right));
    if (c->operand.kind == OPERAND_VALUE)
        hash = mix(hash, value_hash(&c->operand.value));
    for (size_t i = 0; i < c->value_count; i++)
        hash = mix(hash, value_hash(&c->values[i]));
    return hash;
}

bool key_same(struct key a, struct key b)
{
    return a.kind == b.kind && (a.kind != KEY_ATTRIBUTE || text_eq(a.attribute, b.attribute));
}

bool window_same(struct window a, struct window b)
{
    if (a.kind != b.kind)
        return false;
    if (a.kind == WINDOW_ROLLING)
        return duration_same(a.rolling, b.rolling);
    return a.kind != WINDOW_YEAR || (a.month == b.month && a.day == b.day);
}

static bool by_same(const struct event *a, const struct event *b)
{
    return a->by == b->by && text_eq(a->role, b->role) && text_eq(a->than, b->than);
}

static bool event_same(const struct event *a, const struct event *b)
{
    return text_eq(a->name, b->name) && by_same(a, b) && a->anywhere == b->anywhere &&
           cond_same(a->where, b->where);
}

bool event_list_same(const struct event *a, const struct event *b)
{
    for (; a && b; a = a->or, b = b->or)
        if (!event_same(a, b))
            return false;
    return !a && !b;
}

static bool one_covers(const struct event *wide, const struct event *narrow)
{
    return text_eq(wide->name, narrow->name) && (wide->by == BY_ANYONE || by_same(wide, narrow)) &&
           (wide->anywhere || !narrow->anywhere) &&
           (!wide->where || cond_same(wide->where, narrow->where));
}

bool event_covers(const struct event *wide, const struct event *narrow)
{
    for (; narrow; narrow = narrow->or) {
        const struct event *w = wide;
        while (w && !one_covers(w, narrow))
            w = w->or ;
        if (!w)
            return false;
    }
    return wide != NULL;
}

static bool duty_same(const struct duty *a, const struct duty *b)
{
    return a->kind == b->kind && event_list_same(a->event, b->event) &&
           limit_same(&a->limit, &b->limit) && a->limit_is_start == b->limit_is_start &&
           moment_same(&a->from, &b->from) && moment_same(&a->by, &b->by) &&
           cond_same(a->be, b->be) && event_list_same(a->until, b->until) && a->count == b->count &&
           window_same(a->window, b->window);
}

bool promise_same(const struct promise *a, const struct promise *b)
{
    return event_list_same(a->on, b->on) && a->on_every == b->on_every &&
           key_same(a->key, b->key) && duty_same(&a->duty, &b->duty);
}

bool dates_overlap(struct dates a, struct dates b)
{
    bool a_before_b = a.has_until && b.has_from && date_to_days(a.until) <= date_to_days(b.from);
    bool b_before_a = b.has_until && a.has_from && date_to_days(b.until) <= date_to_days(a.from);
    return !a_before_b && !b_before_a;
}

bool duration_is_working(struct duration d)
{
    return d.unit == UNIT_WORKING_TIME || d.unit == UNIT_WORKING_DAY ||
           d.unit == UNIT_FULL_WORKING_DAY;
}

/* The shortest and longest time that a duration can take, in microseconds; longest -1: no bound
 * known. A zone moves its clocks by less than a day. */
static void duration_bounds(struct duration d, int64_t *ret_least, int64_t *ret_most)
{
    switch (d.unit) {
    case UNIT_ELAPSED:
        *ret_least = *ret_most = d.count;
        return;
    case UNIT_DAY:
        *ret_least = (d.count - 1) * DAY_US;
        *ret_most = (d.count + 1) * DAY_US;
        return;
    case UNIT_MONTH:
        *ret_least = (d.count * 28 - 1) * DAY_US;
        *ret_most = (d.count * 31 + 1) * DAY_US;
        return;
    case UNIT_CALENDAR_DAY:
        *ret_least = (d.count - 2) * DAY_US;
        *ret_most = (d.count + 1) * DAY_US;
        return;
    case UNIT_WORKING_TIME:
        *ret_least = d.count;
        *ret_most = -1;
        return;
    case UNIT_WORKING_DAY:
    case UNIT_FULL_WORKING_DAY:
        *ret_least = (d.count - 2) * DAY_US;
        *ret_most = -1;
        return;
    }
}

bool duration_surely_longer(struct duration a, struct duration b)
{
    enum { DAYS_MAX = 4000000 }; /* beyond year 9999: past comparing, and it would overflow */
    if (a.unit == b.unit && a.calendar == b.calendar)
        return a.count > b.count;
    bool a_small = a.unit == UNIT_ELAPSED || a.unit == UNIT_WORKING_TIME || a.count < DAYS_MAX / 31;
    bool b_small = b.unit == UNIT_ELAPSED || b.unit == UNIT_WORKING_TIME || b.count < DAYS_MAX / 31;
    if (!a_small || !b_small)
        return false;
    int64_t a_least, a_most, b_least, b_most;
    duration_bounds(a, &a_least, &a_most);
    duration_bounds(b, &b_least, &b_most);
    return b_most >= 0 && a_least > b_most;
}
