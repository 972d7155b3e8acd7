/* Compiling a plan: events of a form become matchers, their conditions tests over numbered fields.
 */
#include "engine/plan_part.h"

#include <stdlib.h>
#include <string.h>

/* -- tests -- */

const struct text field_names[FIELD_ATTRIBUTE] = {
    [FIELD_SOURCE] = TEXT("source"),   [FIELD_ID] = TEXT("id"),
    [FIELD_THREAD] = TEXT("thread"),   [FIELD_CUSTOMER] = TEXT("customer"),
    [FIELD_CHANNEL] = TEXT("channel"), [FIELD_PERSON] = TEXT("person"),
    [FIELD_ROLE] = TEXT("role"),       [FIELD_TEAM] = TEXT("team"),
    [FIELD_ACTOR] = TEXT("actor"),     [FIELD_OCCURRED] = TEXT("occurred"),
};

uint32_t plan_number_field(struct plan *p, struct text name)
{
    for (uint32_t i = 0; i < FIELD_ATTRIBUTE; i++) {
        if (text_eq(field_names[i], name)) {
            return i;
        }
    }
    return FIELD_ATTRIBUTE + symbols_add(&p->attributes, p->arena, name);
}

static void name_moment(struct plan *p, const struct moment *m)
{
    if (m->kind == MOMENT_ATTRIBUTE) {
        plan_number_field(p, m->attribute);
    }
}

static void name_table(struct plan *p, const struct code *code, int table)
{
    if (table >= 0 && code->tables[table].by != TABLE_BY_DAY) {
        plan_number_field(p, code->tables[table].attribute);
    }
}

static void name_limit(struct plan *p, const struct code *code, const struct limit *limit)
{
    if (limit->kind == LIMIT_TABLE) {
        name_table(p, code, limit->table);
    }
}

static bool is_own(uint32_t field)
{
    return field == FIELD_ID || field == FIELD_THREAD || field == FIELD_CUSTOMER ||
           field == FIELD_OCCURRED;
}

/* `opens thread` is no matter of the shape either, but known to hits. */
static bool looks_at_own(const struct test *t)
{
    const struct cond *c = t->cond;
    bool compares = c->kind == COND_COMPARE;
    return (c->field.len && is_own(t->field)) || (compares && c->operand.kind == OPERAND_MOMENT) ||
           (compares && c->operand.kind == OPERAND_FIELD && is_own(t->operand_field)) ||
           c->kind == COND_AT_LEAST_BEFORE || c->kind == COND_WITHIN ||
           (t->left && t->left->looks_at_own) || (t->right && t->right->looks_at_own);
}

static const struct test *test_compile(struct plan *p, const struct code *code,
                                       const struct cond *c)
{
    if (!c) {
        return NULL;
    }
    struct test *t = ARENA_NEW(p->arena, struct test);
    t->cond = c;
    t->left = test_compile(p, code, c->left);
    t->right = test_compile(p, code, c->right);
    if (c->field.len) {
        t->field = plan_number_field(p, c->field);
    }
    if (c->kind == COND_COMPARE && c->operand.kind == OPERAND_FIELD) {
        t->operand_field = plan_number_field(p, c->operand.field);
    }
    if (c->kind == COND_COMPARE && c->operand.kind == OPERAND_MOMENT) {
        name_moment(p, &c->operand.moment);
    }
    if (c->kind == COND_AT_LEAST_BEFORE || c->kind == COND_WITHIN) {
        name_moment(p, &c->moment);
        name_limit(p, code, &c->limit);
        t->per_opening = true;
    }
    t->opens_thread = c->kind == COND_OPENS_THREAD || (t->left && t->left->opens_thread) ||
                      (t->right && t->right->opens_thread);
    t->looks_at_own = looks_at_own(t);
    t->per_opening =
        t->per_opening || (t->left && t->left->per_opening) || (t->right && t->right->per_opening);
    return t;
}

/* -- matchers -- */

static struct matcher *add_matcher(struct plan_compiler *c, struct form *form, enum role role,
                                   uint32_t index, struct text event_name)
{
    struct plan *p = c->plan;
    if (p->matcher_count == c->matcher_capacity) {
        size_t capacity = c->matcher_capacity ? c->matcher_capacity * 2 : 64;
        p->matchers =
            arena_grow(p->arena, p->matchers, p->matcher_count, capacity, sizeof(*p->matchers));
        c->matcher_capacity = capacity;
    }
    struct matcher *m = &p->matchers[p->matcher_count++];
    *m = (struct matcher){
        .promise = form->promise_number, .form = form->number, .role = role, .index = index};
    m->event_number = symbols_add(&p->events, p->arena, event_name);
    return m;
}

static void add_event(struct plan_compiler *c, struct form *form, enum role role, uint32_t index,
                      const struct event *event)
{
    for (; event; event = event->or) {
        struct matcher *m = add_matcher(c, form, role, index, event->name);
        m->event = event;
        m->test = test_compile(c->plan, form->code, event->where);
        m->anywhere = event->anywhere;
        m->per_opening = (m->test && m->test->per_opening && role != ROLE_OPEN) ||
                         event->by == BY_ANOTHER_PERSON;
        c->plan->uses_opens_thread |= m->test && m->test->opens_thread;
        form->hears_world |= event->anywhere;
        form->remembers_world |=
            event->anywhere && (role == ROLE_FULFIL || role == ROLE_EXCUSE_START ||
                                role == ROLE_EXCUSE_END || role == ROLE_OPEN);
        if (event->by == BY_ANOTHER_PERSON && event->than.len) {
            m->than = c->plan->than_count;
            add_matcher(c, form, ROLE_THAN, index, event->than)->than = c->plan->than_count++;
        }
    }
}

/* `obligation.excused` and `remedy.claimed` name a promise by attribute instead of standing in the
 * Code. */
static void add_manual(struct plan_compiler *c, struct form *form)
{
    add_matcher(c, form, ROLE_EXCUSE_NOW, 0, TEXT("obligation.excused"));
    if (form->promise->remedy.if_claimed) {
        add_matcher(c, form, ROLE_CLAIM, 0, TEXT("remedy.claimed"));
    }
}

static void name_amounts(struct plan *p, const struct form *form)
{
    const struct amount *a = &form->promise->remedy.amount;
    if (a->kind == AMOUNT_SHARE || a->kind == AMOUNT_TABLE_SHARE) {
        plan_number_field(p, a->attribute);
    }
    if (a->kind == AMOUNT_TABLE || a->kind == AMOUNT_TABLE_SHARE) {
        name_table(p, form->code, a->table);
    }
}

void plan_compile_form(struct plan_compiler *c, struct form *form)
{
    struct plan *p = c->plan;
    const struct promise *promise = form->promise;
    const struct duty *duty = &promise->duty;
    add_event(c, form, ROLE_OPEN, 0, promise->on);
    add_event(c, form, ROLE_FULFIL, 0, duty->event);
    add_event(c, form, ROLE_UNTIL, 0, duty->until);
    add_event(c, form, ROLE_VOID, 0, promise->void_when);
    for (uint32_t i = 0; i < promise->pair_count; i++) {
        bool pause = promise->pairs[i].kind == PAIR_PAUSE;
        add_event(c, form, pause ? ROLE_PAUSE : ROLE_EXCUSE_START, i, promise->pairs[i].start);
        add_event(c, form, pause ? ROLE_RESUME : ROLE_EXCUSE_END, i, promise->pairs[i].end);
    }
    for (uint32_t i = 0; i < promise->extension_count; i++) {
        add_event(c, form, ROLE_EXTEND, i, promise->extensions[i].when);
    }
    add_manual(c, form);
    name_limit(p, form->code, &duty->limit);
    name_moment(p, &duty->from);
    name_moment(p, &duty->by);
    name_amounts(p, form);
    form->be = test_compile(p, form->code, duty->be);
    if (form->be) {
        p->uses_opens_thread |= form->be->opens_thread;
    }
}
