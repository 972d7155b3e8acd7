/* Events and their conditions in the reader's language. */
#include "lang/explain_part.h"

static struct text joined(const struct telling *t, struct text first, const char *joiner,
                          struct text second)
{
    struct buf out CLEANUP(buf_release) = {0};
    buf_add_text(&out, first);
    buf_add_str(&out, joiner);
    buf_add_text(&out, second);
    return arena_text(t->arena, buf_text(&out));
}

/* -- conditions -- */

static struct text operand(const struct telling *t, const struct operand *o)
{
    switch (o->kind) {
    case OPERAND_VALUE:
        return say_value(t, &o->value);
    case OPERAND_FIELD:
        return o->field;
    case OPERAND_MOMENT:
        break;
    }
    return say_moment(t, &o->moment, MOMENT_ALONE);
}

static struct text one_of(const struct telling *t, const struct cond *c)
{
    struct text *values = ARENA_ARRAY(t->arena, struct text, c->value_count);
    for (size_t i = 0; i < c->value_count; i++) {
        values[i] = say_value(t, &c->values[i]);
    }
    return say_either(t, values, c->value_count);
}

static struct text bound(const struct telling *t, const struct cond *c)
{
    struct text moment = say_moment(t, &c->moment, MOMENT_BEHIND_OF);
    if (c->kind == COND_AT_LEAST_BEFORE) {
        return TELL(t, t->w->comes_before, say_span(t, SPAN_COUNTED, c->limit.duration), moment);
    }
    bool has_moment = c->moment.kind != MOMENT_NONE && c->moment.kind != MOMENT_OPENING;
    return TELL(t, has_moment ? t->w->comes_within_of : t->w->comes_within, say_limit(t, &c->limit),
                moment);
}

static struct text side(const struct telling *t, const struct cond *c, const struct cond *within)
{
    bool inner = c->kind != within->kind && (c->kind == COND_AND || c->kind == COND_OR);
    struct text said = say_cond(t, c);
    return inner ? TELL(t, "({0})", said) : said;
}

struct text say_cond(const struct telling *t, const struct cond *c)
{
    const struct wording *w = t->w;
    switch (c->kind) {
    case COND_AND:
    case COND_OR:
        return joined(t, side(t, c->left, c), c->kind == COND_AND ? w->last_and : w->last_or,
                      side(t, c->right, c));
    case COND_NOT:
        return TELL(t, w->negated, say_cond(t, c->left));
    case COND_COMPARE:
        return TELL(t, w->compare[c->op], c->field, operand(t, &c->operand));
    case COND_IN:
        return TELL(t, w->compare[COMPARE_EQ], c->field, one_of(t, c));
    case COND_CONTAINS:
        return TELL(t, w->contains, c->field, operand(t, &c->operand));
    case COND_GIVEN:
        return TELL(t, w->given, c->field);
    case COND_MISSING:
        return TELL(t, w->missing, c->field);
    case COND_OPENS_THREAD:
        return text_of(w->opens_thread);
    case COND_AT_LEAST_BEFORE:
    case COND_WITHIN:
        break;
    }
    return bound(t, c);
}

/* -- where an event counts -- */

/* What must hold, or (negative) what must not, of conditions that are joined by and: it reads best
 * as "unless". Empty: nothing. */
static struct text parts(const struct telling *t, const struct cond *c, bool negative)
{
    if (c->kind == COND_AND) {
        struct text left = parts(t, c->left, negative), right = parts(t, c->right, negative);
        const char *joiner = negative ? t->w->last_or : t->w->last_and;
        return !left.len ? right : !right.len ? left : joined(t, left, joiner, right);
    }
    if ((c->kind == COND_NOT) != negative) {
        return (struct text){0};
    }
    const struct cond *said = negative ? c->left : c;
    return said->kind == COND_OR ? TELL(t, "({0})", say_cond(t, said)) : say_cond(t, said);
}

/* In brackets, so that it can stand before a verb: (where a and b, unless c). */
static struct text where(const struct telling *t, const struct cond *c)
{
    struct text must = parts(t, c, false), unless = parts(t, c, true);
    must = must.len ? TELL(t, t->w->where, must) : must;
    unless = unless.len ? TELL(t, t->w->unless, unless) : unless;
    return TELL(t, " ({0}{1}{2})", must, must.len && unless.len ? TEXT(", ") : TEXT(""), unless);
}

static struct text event_name(const struct telling *t, struct text name)
{
    struct buf out CLEANUP(buf_release) = {0};
    for (size_t i = 0; i < name.len; i++) {
        buf_add_char(&out, name.ptr[i] == '.' || name.ptr[i] == '-' ? ' ' : name.ptr[i]);
    }
    return TELL(t, "\"{0}\"", buf_text(&out));
}

static struct text by(const struct telling *t, const struct event *e)
{
    const struct wording *w = t->w;
    switch (e->by) {
    case BY_ANYONE:
        break;
    case BY_STAFF:
        return text_of(w->by_staff);
    case BY_CUSTOMER:
        return text_of(w->by_customer);
    case BY_BOT:
        return text_of(w->by_bot);
    case BY_SYSTEM:
        return text_of(w->by_system);
    case BY_ROLE:
        return TELL(t, w->by_role, e->role);
    case BY_ANOTHER_PERSON:
        return e->than.len ? TELL(t, w->by_another_than, event_name(t, e->than))
                           : text_of(w->by_another);
    }
    return (struct text){0};
}

struct text say_event(const struct telling *t, const struct event *e)
{
    struct text all = {0};
    for (; e; e = e->or) {
        struct text one = TELL(t, "{0}{1}{2}{3}", event_name(t, e->name), by(t, e),
                               text_of(e->anywhere ? t->w->anywhere : ""),
                               e->where ? where(t, e->where) : TEXT(""));
        all = all.len ? joined(t, all, t->w->last_or, one) : one;
    }
    return all;
}
