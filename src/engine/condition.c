/* Conditions: does a touch fit what a Code says after `where`? */
#include "engine/plan.h"

#include <string.h>

static bool order_fits(enum compare_op op, int order)
{
    switch (op) {
    case COMPARE_EQ:
        return order == 0;
    case COMPARE_NE:
        return order != 0;
    case COMPARE_LT:
        return order < 0;
    case COMPARE_LE:
        return order <= 0;
    case COMPARE_GT:
        return order > 0;
    case COMPARE_GE:
        return order >= 0;
    }
    return false;
}

static int order_int64(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

bool values_fit(struct value a, enum compare_op op, struct value b)
{
    char number[VALUE_NUMBER_TEXT];
    if (a.type == VALUE_TEXT && b.type == VALUE_TEXT && op == COMPARE_EQ) {
        return text_eq(a.text, b.text);
    }
    if (a.type != b.type) {
        a = value_as(a, b.type, number);
    }
    if (a.type != b.type || a.type == VALUE_NONE) {
        return false;
    }
    switch (b.type) {
    case VALUE_NONE:
        return false;
    case VALUE_TEXT:
        return order_fits(op, text_compare(a.text, b.text));
    case VALUE_NUMBER:
        return order_fits(op, (a.number > b.number) - (a.number < b.number));
    case VALUE_BOOL:
        return order_fits(op, (int)a.boolean - (int)b.boolean);
    case VALUE_MOMENT:
        return order_fits(op, order_int64(a.moment_us, b.moment_us));
    case VALUE_DURATION:
        return order_fits(op, order_int64(a.duration_us, b.duration_us));
    case VALUE_MONEY:
        return memcmp(a.money.currency, b.money.currency, 4) == 0 &&
               order_fits(op, order_int64(a.money.minor, b.money.minor));
    }
    return false;
}

/* Two fields of one touch: as moments, numbers, durations or money if the right one reads so, else
 * as text. */
static bool fields_fit(struct value a, enum compare_op op, struct value b)
{
    static const enum value_type as[] = {VALUE_NUMBER, VALUE_MOMENT, VALUE_DURATION, VALUE_MONEY};
    char number[VALUE_NUMBER_TEXT];
    for (size_t i = 0; b.type == VALUE_TEXT && i < sizeof(as) / sizeof(as[0]); i++) {
        struct value read = value_as(b, as[i], number);
        if (read.type == as[i]) {
            b = read;
        }
    }
    return values_fit(a, op, b);
}

static bool compare_holds(const struct form *form, const struct test *test, const struct bound *b)
{
    const struct cond *c = test->cond;
    struct value left = bound_value(b, test->field);
    int64_t at;
    switch (c->operand.kind) {
    case OPERAND_VALUE:
        return values_fit(left, c->op, c->operand.value);
    case OPERAND_FIELD:
        return fields_fit(left, c->op, bound_value(b, test->operand_field));
    case OPERAND_MOMENT:
        return moment_of(form, &c->operand.moment, b, &at) &&
               values_fit(left, c->op, (struct value){.type = VALUE_MOMENT, .moment_us = at});
    }
    return false;
}

static char ascii_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static bool contains(struct value left, struct value part)
{
    char number[VALUE_NUMBER_TEXT];
    left = value_as(left, VALUE_TEXT, number);
    if (left.type != VALUE_TEXT || part.type != VALUE_TEXT || part.text.len > left.text.len) {
        return false;
    }
    for (size_t i = 0; i + part.text.len <= left.text.len; i++) {
        size_t k = 0;
        while (k < part.text.len &&
               ascii_lower(left.text.ptr[i + k]) == ascii_lower(part.text.ptr[k])) {
            k++;
        }
        if (k == part.text.len) {
            return true;
        }
    }
    return false;
}

static bool in_values(struct value left, const struct cond *c)
{
    for (size_t i = 0; i < c->value_count; i++) {
        if (values_fit(left, COMPARE_EQ, c->values[i])) {
            return true;
        }
    }
    return false;
}

static bool within_holds(const struct form *form, const struct cond *c, const struct bound *b,
                         const struct bound *opening)
{
    int64_t from = opening->occurred_us;
    if (c->moment.kind != MOMENT_NONE && !moment_of(form, &c->moment, opening, &from)) {
        return false;
    }
    return b->occurred_us <= limit_term(NULL, form, &c->limit, opening, from, 0).due_us;
}

static bool at_least_before_holds(const struct form *form, const struct cond *c,
                                  const struct bound *b, const struct bound *opening)
{
    int64_t at;
    return moment_of(form, &c->moment, opening, &at) &&
           duration_after(&form->clock, c->limit.duration, b->occurred_us) <= at;
}

static bool is_given(const struct bound *b, uint32_t field)
{
    return field < FIELD_TEXTS ? bound_text(b, field).len != 0
                               : bound_value(b, field).type != VALUE_NONE;
}

bool test_holds(const struct form *form, const struct test *test, const struct bound *b,
                const struct bound *opening)
{
    if (!test) {
        return true;
    }
    const struct cond *c = test->cond;
    switch (c->kind) {
    case COND_AND:
        return test_holds(form, test->left, b, opening) &&
               test_holds(form, test->right, b, opening);
    case COND_OR:
        return test_holds(form, test->left, b, opening) ||
               test_holds(form, test->right, b, opening);
    case COND_NOT:
        return !test_holds(form, test->left, b, opening);
    case COND_COMPARE:
        return compare_holds(form, test, b);
    case COND_IN:
        return in_values(bound_value(b, test->field), c);
    case COND_CONTAINS:
        return contains(bound_value(b, test->field), c->operand.value);
    case COND_GIVEN:
        return is_given(b, test->field);
    case COND_MISSING:
        return !is_given(b, test->field);
    case COND_OPENS_THREAD:
        return b->opens_thread;
    case COND_AT_LEAST_BEFORE:
        return at_least_before_holds(form, c, b, opening);
    case COND_WITHIN:
        return within_holds(form, c, b, opening);
    }
    return false;
}
