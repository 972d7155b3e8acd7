/* Conditions and event patterns (rules 2 to 6). */
#include "naive_part.h"

#include <ctype.h>

static struct value text_value(struct text t)
{
    if (t.len == 0) {
        return (struct value){.type = VALUE_NONE};
    }
    return (struct value){.type = VALUE_TEXT, .text = t};
}

static struct text actor_word(enum actor a)
{
    switch (a) {
    case ACTOR_STAFF:
        return TEXT("staff");
    case ACTOR_CUSTOMER:
        return TEXT("customer");
    case ACTOR_BOT:
        return TEXT("bot");
    case ACTOR_SYSTEM:
        return TEXT("system");
    case ACTOR_UNKNOWN:
        break;
    }
    return TEXT("");
}

struct value field_of(const struct touch *t, struct text name)
{
    const struct {
        const char *name;
        struct text text;
    } fields[] = {
        {"source", t->source}, {"id", t->id},           {"thread", t->thread},
        {"role", t->role},     {"channel", t->channel}, {"customer", t->customer},
        {"team", t->team},     {"person", t->person},   {"actor", actor_word(t->actor)},
    };
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        if (text_is(name, fields[i].name)) {
            return text_value(fields[i].text);
        }
    }
    if (text_is(name, "occurred")) {
        return (struct value){.type = VALUE_MOMENT, .moment_us = t->occurred_us};
    }
    for (size_t i = 0; i < t->attribute_count; i++) {
        if (text_eq(t->attributes[i].name, name)) {
            struct value v = t->attributes[i].value;
            return v.type == VALUE_TEXT ? text_value(v.text) : v;
        }
    }
    return (struct value){.type = VALUE_NONE};
}

bool key_of(const struct touch *t, const struct key *key, struct text *ret)
{
    struct text name = key->kind == KEY_THREAD     ? TEXT("thread")
                       : key->kind == KEY_CUSTOMER ? TEXT("customer")
                                                   : key->attribute;
    struct value v = field_of(t, name);
    if (v.type != VALUE_TEXT) {
        return false; /* the tests key by text attributes only */
    }
    *ret = v.text;
    return true;
}

bool naive_moment_of(const struct form *f, const struct moment *m, const struct touch *opening,
                     int64_t *ret_us)
{
    int64_t us = 0;
    if (m->kind == MOMENT_LITERAL) {
        us = m->literal_is_local ? zone_to_utc(f->version->zone, m->literal_us) : m->literal_us;
    } else if (m->kind == MOMENT_ATTRIBUTE) {
        struct value v = value_as(field_of(opening, m->attribute), VALUE_MOMENT, NULL);
        if (v.type == VALUE_NONE) {
            return false;
        }
        us = v.moment_us;
    } else {
        us = opening->occurred_us;
    }
    if (m->shift < 0) {
        us = duration_before(&f->version->clock, m->by, us);
    } else if (m->shift > 0) {
        us = duration_after(&f->version->clock, m->by, us);
    }
    *ret_us = us;
    return true;
}

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

#define ORDER(a, b) (((a) > (b)) - ((a) < (b)))

/* False when the two cannot be compared; b's type decides how a is read (rule 4). */
static bool compare(struct value a, struct value b, int *ret_order)
{
    char number_text[VALUE_NUMBER_TEXT];
    a = value_as(a, b.type, number_text);
    if (a.type == VALUE_NONE || b.type == VALUE_NONE) {
        return false;
    }
    switch (b.type) {
    case VALUE_TEXT:
        *ret_order = text_compare(a.text, b.text);
        return true;
    case VALUE_NUMBER:
        *ret_order = ORDER(a.number, b.number);
        return true;
    case VALUE_BOOL:
        *ret_order = ORDER(a.boolean, b.boolean);
        return true;
    case VALUE_MOMENT:
        *ret_order = ORDER(a.moment_us, b.moment_us);
        return true;
    case VALUE_DURATION:
        *ret_order = ORDER(a.duration_us, b.duration_us);
        return true;
    case VALUE_MONEY:
        *ret_order = ORDER(a.money.minor, b.money.minor);
        return text_eq(text_of(a.money.currency), text_of(b.money.currency));
    case VALUE_NONE:
        break;
    }
    return false;
}

static bool comparison_holds(const struct form *f, const struct cond *c, const struct touch *t)
{
    struct value left = field_of(t, c->field), right = c->operand.value;
    if (c->operand.kind == OPERAND_FIELD) {
        right = field_of(t, c->operand.field);
        if (right.type == VALUE_TEXT && left.type != VALUE_NONE) {
            right = value_as(right, left.type, NULL); /* read as what the other one is */
        }
    } else if (c->operand.kind == OPERAND_MOMENT) {
        right.type = VALUE_MOMENT;
        if (!naive_moment_of(f, &c->operand.moment, t, &right.moment_us)) {
            return false;
        }
    }
    int order = 0;
    return compare(left, right, &order) && order_fits(c->op, order);
}

static bool is_one_of(const struct cond *c, const struct touch *t)
{
    for (size_t i = 0; i < c->value_count; i++) {
        int order = 0;
        if (compare(field_of(t, c->field), c->values[i], &order) && order == 0) {
            return true;
        }
    }
    return false;
}

static bool contains_text(struct text hay, struct text needle)
{
    for (size_t at = 0; at + needle.len <= hay.len; at++) {
        size_t same = 0;
        while (same < needle.len && tolower((unsigned char)hay.ptr[at + same]) ==
                                        tolower((unsigned char)needle.ptr[same])) {
            same++;
        }
        if (same == needle.len) {
            return true;
        }
    }
    return false;
}

static bool contains_holds(const struct cond *c, const struct touch *t)
{
    char number_text[VALUE_NUMBER_TEXT];
    struct value v = value_as(field_of(t, c->field), VALUE_TEXT, number_text);
    return v.type == VALUE_TEXT && contains_text(v.text, c->operand.value.text);
}

/* `at least D before M` and `within L [of M]`: M is of the opening touch (rule 5). */
static bool bound_holds(const struct form *f, const struct cond *c, const struct touch *t,
                        const struct touch *opening)
{
    int64_t moment_us = opening->occurred_us;
    if (c->moment.kind != MOMENT_NONE && !naive_moment_of(f, &c->moment, opening, &moment_us)) {
        return false;
    }
    if (c->kind == COND_WITHIN) {
        return t->occurred_us <= limit_after(f, &c->limit, opening, moment_us);
    }
    return duration_after(&f->version->clock, c->limit.duration, t->occurred_us) <= moment_us;
}

bool condition_holds(const struct form *f, const struct cond *c, const struct item *item,
                     const struct touch *opening)
{
    switch (c->kind) {
    case COND_AND:
        return condition_holds(f, c->left, item, opening) &&
               condition_holds(f, c->right, item, opening);
    case COND_OR:
        return condition_holds(f, c->left, item, opening) ||
               condition_holds(f, c->right, item, opening);
    case COND_NOT:
        return !condition_holds(f, c->left, item, opening);
    case COND_COMPARE:
        return comparison_holds(f, c, item->touch);
    case COND_IN:
        return is_one_of(c, item->touch);
    case COND_CONTAINS:
        return contains_holds(c, item->touch);
    case COND_GIVEN:
        return field_of(item->touch, c->field).type != VALUE_NONE;
    case COND_MISSING:
        return field_of(item->touch, c->field).type == VALUE_NONE;
    case COND_OPENS_THREAD:
        return item->opens_thread;
    case COND_AT_LEAST_BEFORE:
    case COND_WITHIN:
        return bound_holds(f, c, item->touch, opening);
    }
    return false;
}

static bool is_under_key(const struct sight *s, const struct form *f, const struct touch *t)
{
    struct text key;
    return key_of(t, &f->promise->key, &key) && text_eq(key, s->key);
}

/* Whom `by another person [than EVENT]` must differ from (rule 6). */
static struct text person_before(const struct sight *s, const struct form *f, const struct event *e,
                                 size_t position, const struct touch *opening)
{
    for (size_t i = position; e->than.len && i-- > 0;) {
        const struct touch *t = s->items[i].touch;
        if (text_eq(t->event, e->than) && is_under_key(s, f, t)) {
            return t->person.len ? t->person : opening->person;
        }
    }
    return opening->person;
}

static bool actor_fits(const struct sight *s, const struct form *f, const struct event *e,
                       size_t position, const struct touch *opening)
{
    const struct touch *t = s->items[position].touch;
    switch (e->by) {
    case BY_ANYONE:
        return true;
    case BY_STAFF:
        return t->actor == ACTOR_STAFF;
    case BY_CUSTOMER:
        return t->actor == ACTOR_CUSTOMER;
    case BY_BOT:
        return t->actor == ACTOR_BOT;
    case BY_SYSTEM:
        return t->actor == ACTOR_SYSTEM;
    case BY_ROLE:
        return text_eq(t->role, e->role);
    case BY_ANOTHER_PERSON:
        return t->person.len && !text_eq(t->person, person_before(s, f, e, position, opening));
    }
    return false;
}

static bool matches(const struct sight *s, const struct form *f, const struct event *e,
                    size_t position, const struct touch *opening, bool is_anywhere)
{
    const struct item *item = &s->items[position];
    for (; e; e = e->or) {
        if (text_eq(item->touch->event, e->name) &&
            (is_anywhere || e->anywhere || is_under_key(s, f, item->touch)) &&
            actor_fits(s, f, e, position, opening) &&
            (!e->where || condition_holds(f, e->where, item, opening))) {
            return true;
        }
    }
    return false;
}

bool event_matches(const struct sight *s, const struct form *f, const struct event *e,
                   size_t position, const struct touch *opening)
{
    return matches(s, f, e, position, opening, false);
}

bool pair_ends(const struct sight *s, const struct form *f, const struct pair *pair,
               size_t position, const struct touch *opening)
{
    bool is_anywhere = false;
    for (const struct event *e = pair->start; e; e = e->or) {
        is_anywhere = is_anywhere || e->anywhere;
    }
    return matches(s, f, pair->end, position, opening, is_anywhere);
}
