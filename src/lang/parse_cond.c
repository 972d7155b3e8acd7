/* Conditions: what follows `where` and `must be`. */
#include "lang/parse.h"

#include <string.h>

/* -- building -- */

static struct cond *new_cond(struct parser *p, enum cond_kind kind, size_t first)
{
    struct cond *c = ARENA_NEW(p->arena, struct cond);
    c->kind = kind;
    c->span = parse_span_from(p, first);
    c->operand.moment.by.calendar = c->moment.by.calendar = -1;
    c->limit.table = c->limit.from_next_opening_of = c->limit.duration.calendar = -1;
    return c;
}

static const struct cond *join_two(struct parser *p, enum cond_kind kind, const struct cond *a,
                                   const struct cond *b)
{
    struct cond *c = ARENA_NEW(p->arena, struct cond);
    c->kind = kind;
    c->span = span_join(a->span, b->span);
    c->left = a;
    c->right = b;
    return c;
}

const struct cond *parse_cond_and(struct parser *p, const struct cond *a, const struct cond *b)
{
    return a && b ? join_two(p, COND_AND, a, b) : a ? a : b;
}

/* A balanced tree over the terms, so that whoever walks it goes only logarithmically deep however
 * many terms were written side by side. */
static const struct cond *join(struct parser *p, enum cond_kind kind,
                               const struct cond *const *terms, size_t count)
{
    if (count == 1) {
        return terms[0];
    }
    size_t half = count / 2;
    return join_two(p, kind, join(p, kind, terms, half), join(p, kind, terms + half, count - half));
}

/* -- operands -- */

static bool parse_number(struct parser *p, struct value *ret)
{
    /* the token has the form of a number: only its size may be wrong */
    struct token t = parse_peek(p);
    *ret = value_as((struct value){.type = VALUE_TEXT, .text = parse_text_of(p, t)}, VALUE_NUMBER,
                    NULL);
    if (ret->type == VALUE_NONE) {
        return parse_fail(p, "bad-number", t.span, "this number is too long");
    }
    p->next++;
    return true;
}

static bool parse_literal(struct parser *p, struct value *ret)
{
    struct token t = parse_peek(p);
    if (t.kind == TOKEN_TEXT) {
        ret->type = VALUE_TEXT;
        return parse_quoted(p, "a value", &ret->text);
    }
    if (parse_at_duration(p)) {
        ret->type = VALUE_DURATION;
        return parse_fixed_duration(p, &ret->duration_us);
    }
    if (parse_at_money(p)) {
        ret->type = VALUE_MONEY;
        return parse_money(p, &ret->money);
    }
    if (t.kind == TOKEN_NUMBER) {
        return parse_number(p, ret);
    }
    if (t.kind != TOKEN_WORD) {
        return parse_expected(p, "a value");
    }
    p->next++;
    struct text word = parse_text_of(p, t);
    ret->boolean = text_is(word, "true");
    ret->type = VALUE_BOOL;
    if (!ret->boolean && !text_is(word, "false")) {
        *ret = (struct value){.type = VALUE_TEXT, .text = word};
    }
    return true;
}

/* Whether `D before|after M` stands here: a duration reaches up to one of the two words. */
static bool at_shifted_moment(const struct parser *p)
{
    static const char *const of_duration[] = {"working", "calendar", "full"};
    if (!parse_at_duration(p)) {
        return false;
    }
    size_t ahead = 1;
    for (size_t i = 0; i < 3; i++) {
        for (size_t k = 0; k < 3; k++) {
            ahead += parse_at_ahead(p, ahead, of_duration[k]);
        }
    }
    ahead++; /* the unit */
    ahead += parse_at_ahead(p, ahead, "of") ? 2 : 0;
    return parse_at_ahead(p, ahead, "before") || parse_at_ahead(p, ahead, "after");
}

static bool parse_operand(struct parser *p, enum compare_op op, struct operand *ret)
{
    struct token t = parse_peek(p);
    bool ordered = op != COMPARE_EQ && op != COMPARE_NE;
    if (t.kind == TOKEN_DATE || t.kind == TOKEN_MOMENT || at_shifted_moment(p)) {
        ret->kind = OPERAND_MOMENT;
        return parse_moment(p, &ret->moment);
    }
    if (ordered && t.kind == TOKEN_WORD) {
        ret->kind = OPERAND_FIELD;
        return parse_name(p, "a value or an attribute", &ret->field);
    }
    ret->kind = OPERAND_VALUE;
    return parse_literal(p, &ret->value);
}

/* -- comparisons -- */

static bool parse_group_values(struct parser *p, struct cond *c)
{
    struct text name;
    if (!parse_name(p, "the name of a group, or values in brackets", &name)) {
        return false;
    }
    int index = names_look_up(&p->groups, name);
    if (index < 0) {
        parse_unknown(p, "unknown-group", "group", parse_last_span(p), &p->groups);
        return true;
    }
    const struct group *group = &p->group_list[index];
    c->value_count = group->member_count;
    struct value *values = ARENA_ARRAY(p->arena, struct value, c->value_count);
    for (size_t i = 0; i < c->value_count; i++) {
        values[i] = (struct value){.type = VALUE_TEXT, .text = group->members[i]};
    }
    c->values = values;
    return true;
}

static bool parse_values(struct parser *p, struct cond *c)
{
    if (!parse_accept(p, "(")) {
        return parse_group_values(p, c);
    }
    do {
        struct value v;
        if (!parse_literal(p, &v)) {
            return false;
        }
        struct value *values = parse_list_grow(p, c->values, c->value_count, sizeof(struct value));
        values[c->value_count++] = v;
        c->values = values;
    } while (parse_accept(p, ","));
    return parse_expect(p, ")");
}

static const struct {
    const char *symbol;
    enum compare_op op;
} operators[] = {
    {"=", COMPARE_EQ},  {"!=", COMPARE_NE}, {"<", COMPARE_LT},
    {"<=", COMPARE_LE}, {">", COMPARE_GT},  {">=", COMPARE_GE},
};

static bool parse_operator(struct parser *p, enum compare_op *ret)
{
    for (size_t i = 0; i < sizeof(operators) / sizeof(operators[0]); i++) {
        if (parse_accept(p, operators[i].symbol)) {
            *ret = operators[i].op;
            return true;
        }
    }
    return false;
}

static bool parse_is(struct parser *p, struct cond *c)
{
    if (parse_accept(p, "given")) {
        c->kind = COND_GIVEN;
        return true;
    }
    c->kind = COND_MISSING;
    if (parse_accept(p, "missing")) {
        return true;
    }
    parse_expected(p, "\"given\" or \"missing\"");
    diagnostic_suggest(p->d, "for equality write =");
    return false;
}

static bool parse_contains(struct parser *p, struct cond *c)
{
    c->kind = COND_CONTAINS;
    c->operand.kind = OPERAND_VALUE;
    c->operand.value.type = VALUE_TEXT;
    if (parse_peek(p).kind == TOKEN_WORD) {
        return parse_name(p, "a text", &c->operand.value.text);
    }
    return parse_quoted(p, "a text in quotes", &c->operand.value.text);
}

static bool parse_test(struct parser *p, struct cond *c)
{
    if (parse_operator(p, &c->op)) {
        c->kind = COND_COMPARE;
        return parse_operand(p, c->op, &c->operand);
    }
    if (parse_accept(p, "in")) {
        c->kind = COND_IN;
        return parse_values(p, c);
    }
    if (parse_accept(p, "contains")) {
        return parse_contains(p, c);
    }
    if (parse_accept(p, "is")) {
        return parse_is(p, c);
    }
    parse_expected(p, "a comparison: = != < <= > >= in, contains, is given or is missing");
    if (parse_at(p, "not")) {
        diagnostic_suggest(p->d, "put \"not\" before the attribute: not channel in writing");
    }
    return false;
}

static bool parse_comparison(struct parser *p, const struct cond **ret)
{
    size_t first = p->next;
    struct text field;
    if (!parse_name(p, "a condition", &field)) {
        return false;
    }
    struct cond *c = new_cond(p, COND_COMPARE, first);
    c->field = field;
    if (!parse_test(p, c)) {
        return false;
    }
    c->span = parse_span_from(p, first);
    *ret = c;
    return true;
}

/* -- bounds -- */

bool parse_at_bound(const struct parser *p)
{
    return parse_at(p, "within") || parse_at_two(p, "at", "least");
}

static bool parse_at_least_before(struct parser *p, struct cond *c)
{
    c->kind = COND_AT_LEAST_BEFORE;
    c->limit.kind = LIMIT_DURATION;
    if (!parse_duration(p, DURATION_COUNTED, &c->limit.duration) || !parse_expect(p, "before")) {
        return false;
    }
    size_t first = p->next;
    bool ok = parse_moment(p, &c->moment);
    if (ok) {
        c->moment.span = parse_span_from(p, first);
    }
    return ok;
}

static bool parse_within(struct parser *p, struct cond *c)
{
    c->kind = COND_WITHIN;
    if (!parse_limit(p, DURATION_COUNTED, &c->limit)) {
        return false;
    }
    if (parse_accept(p, "of")) {
        return parse_moment(p, &c->moment);
    }
    c->moment.kind = MOMENT_OPENING;
    c->moment.span = c->limit.span;
    return true;
}

bool parse_bound(struct parser *p, const struct cond **ret)
{
    size_t first = p->next;
    bool at_least = parse_accept_two(p, "at", "least");
    if (!at_least && !parse_expect(p, "within")) {
        return false;
    }
    struct cond *c = new_cond(p, COND_WITHIN, first);
    if (!(at_least ? parse_at_least_before(p, c) : parse_within(p, c))) {
        return false;
    }
    c->span = parse_span_from(p, first);
    *ret = c;
    return true;
}

/* -- and, or, not, brackets -- */

static bool parse_or(struct parser *p, const struct cond **ret);

static bool enter(struct parser *p)
{
    if (p->nesting == CODE_NESTING_MAX) {
        return parse_fail(p, "nested-too-deep", parse_peek(p).span,
                          "brackets and \"not\" stand at most %d deep", CODE_NESTING_MAX);
    }
    p->nesting++;
    return true;
}

static bool parse_brackets(struct parser *p, const struct cond **ret)
{
    struct span open = parse_peek(p).span;
    if (!enter(p)) {
        return false;
    }
    p->next++;
    if (!parse_or(p, ret)) {
        return false;
    }
    p->nesting--;
    if (!parse_at(p, ")")) {
        return parse_fail(p, "expected", parse_peek(p).span,
                          "expected \")\" to close \"(\" at line %u, column %u", open.line,
                          open.column);
    }
    p->next++;
    return true;
}

static bool parse_term(struct parser *p, const struct cond **ret);

static bool parse_not(struct parser *p, const struct cond **ret)
{
    size_t first = p->next;
    const struct cond *inner;
    if (!enter(p)) {
        return false;
    }
    p->next++;
    if (!parse_term(p, &inner)) {
        return false;
    }
    p->nesting--;
    struct cond *c = new_cond(p, COND_NOT, first);
    c->left = inner;
    *ret = c;
    return true;
}

static bool parse_term(struct parser *p, const struct cond **ret)
{
    size_t first = p->next;
    if (parse_at(p, "not")) {
        return parse_not(p, ret);
    }
    if (parse_at(p, "(")) {
        return parse_brackets(p, ret);
    }
    if (parse_at_bound(p)) {
        return parse_bound(p, ret);
    }
    if (parse_accept_two(p, "opens", "thread")) {
        *ret = new_cond(p, COND_OPENS_THREAD, first);
        return true;
    }
    return parse_comparison(p, ret);
}

/* Whether `or` leads to another event rather than to a condition: events have a dot. */
static bool at_or_event(const struct parser *p)
{
    struct token t = parse_peek_ahead(p, 1);
    return p->nesting == 0 && t.kind == TOKEN_WORD && parse_is_event_name(parse_text_of(p, t));
}

typedef bool parse_cond_fn(struct parser *p, const struct cond **ret);

static bool parse_joined(struct parser *p, const char *word, enum cond_kind kind,
                         parse_cond_fn *parse_one, const struct cond **ret)
{
    const struct cond **terms = NULL;
    size_t count = 0;
    do {
        const struct cond *term;
        if (!parse_one(p, &term)) {
            return false;
        }
        if ((count & (count - 1)) == 0) {
            terms = arena_grow(p->scratch, terms, count, count ? count * 2 : 1,
                               sizeof(const struct cond *));
        }
        terms[count++] = term;
    } while (parse_at(p, word) && !(kind == COND_OR && at_or_event(p)) && parse_accept(p, word));
    *ret = join(p, kind, terms, count);
    return true;
}

static bool parse_and(struct parser *p, const struct cond **ret)
{
    return parse_joined(p, "and", COND_AND, parse_term, ret);
}

static bool parse_or(struct parser *p, const struct cond **ret)
{
    return parse_joined(p, "or", COND_OR, parse_and, ret);
}

bool parse_cond(struct parser *p, const struct cond **ret)
{
    p->nesting = 0;
    return parse_or(p, ret);
}
