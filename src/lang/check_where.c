/* Whether a touch can satisfy a set of conditions. The conditions are opened up into single
 * comparisons ("facts"), one branch for each way an `or` can hold; a branch fails when some field
 * is asked to be two things at once. Candidate values of a field are tried against all its facts:
 * those that the facts name, and values just beside and between them where they are bounds.
 * Whatever cannot be judged (other fields, moments of the opening) counts as satisfied. */
#include "lang/check_part.h"

enum {
    FACTS_MAX = 64,
    STEPS_MAX = 5000, /* a condition with more branches than this is not judged */
    CANDIDATES_MAX = 3 * FACTS_MAX
};

struct fact {
    const struct cond *cond;
    bool want;
};

struct search {
    struct fact facts[FACTS_MAX];
    size_t fact_count;
    size_t steps;
    const struct text *channels;
    size_t channel_count;
    struct text failed_field;
};

/* -- one fact about one value -- */

static int compare_values(struct value a, struct value b)
{
    switch (b.type) {
    case VALUE_TEXT:
        return text_compare(a.text, b.text);
    case VALUE_NUMBER:
        return (a.number > b.number) - (a.number < b.number);
    case VALUE_BOOL:
        return a.boolean - b.boolean;
    case VALUE_MOMENT:
        return (a.moment_us > b.moment_us) - (a.moment_us < b.moment_us);
    case VALUE_DURATION:
        return (a.duration_us > b.duration_us) - (a.duration_us < b.duration_us);
    case VALUE_MONEY:
        return (a.money.minor > b.money.minor) - (a.money.minor < b.money.minor);
    case VALUE_NONE:
        break;
    }
    return 0;
}

static bool comparison_holds(struct value v, enum compare_op op, struct value with)
{
    char number_text[VALUE_NUMBER_TEXT];
    struct value read = value_as(v, with.type, number_text);
    if (read.type == VALUE_NONE)
        return false;
    if (with.type == VALUE_MONEY &&
        !text_eq(text_of(read.money.currency), text_of(with.money.currency)))
        return false;
    int order = compare_values(read, with);
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

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool contains_any_case(struct text in, struct text what)
{
    for (size_t i = 0; i + what.len <= in.len; i++) {
        size_t same = 0;
        while (same < what.len && lower(in.ptr[i + same]) == lower(what.ptr[same]))
            same++;
        if (same == what.len)
            return true;
    }
    return false;
}

static bool is_one_of(struct value v, const struct cond *in)
{
    for (size_t i = 0; i < in->value_count; i++)
        if (comparison_holds(v, COMPARE_EQ, in->values[i]))
            return true;
    return false;
}

static bool fact_allows(const struct fact *f, struct value v)
{
    const struct cond *c = f->cond;
    if (c->kind == COND_COMPARE && c->operand.kind == OPERAND_VALUE)
        return comparison_holds(v, c->op, c->operand.value) == f->want;
    if (c->kind == COND_IN)
        return is_one_of(v, c) == f->want;
    if (c->kind == COND_CONTAINS && c->operand.kind == OPERAND_VALUE) {
        char number_text[VALUE_NUMBER_TEXT];
        struct value text = value_as(v, VALUE_TEXT, number_text);
        return text.type != VALUE_TEXT ||
               contains_any_case(text.text, c->operand.value.text) == f->want;
    }
    return true;
}

/* -- all facts about one field -- */

static bool asks_given(const struct fact *f)
{
    switch (f->cond->kind) {
    case COND_COMPARE:
    case COND_IN:
    case COND_CONTAINS:
    case COND_GIVEN:
        return f->want;
    case COND_MISSING:
        return !f->want;
    case COND_AND:
    case COND_OR:
    case COND_NOT:
    case COND_OPENS_THREAD:
    case COND_AT_LEAST_BEFORE:
    case COND_WITHIN:
        return false;
    }
    return false;
}

static bool asks_missing(const struct fact *f)
{
    return (f->cond->kind == COND_MISSING && f->want) || (f->cond->kind == COND_GIVEN && !f->want);
}

struct candidates {
    struct value values[CANDIDATES_MAX];
    size_t count;
    bool complete; /* if none of them fits, no other value would */
};

static void add_candidate(struct candidates *c, struct value v)
{
    if (c->count < CANDIDATES_MAX)
        c->values[c->count++] = v;
    else
        c->complete = false;
}

static void add_texts(struct candidates *c, const struct text *texts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        add_candidate(c, (struct value){.type = VALUE_TEXT, .text = texts[i]});
    c->complete = true;
}

/* A step that no one writes in a Code, yet large enough to change the number. */
static double number_step(double n)
{
    double size = n < 0 ? -n : n;
    return size > 1 ? size * 1e-12 : 1e-12;
}

/* The bound itself and values just beside it. */
static void add_around(struct candidates *c, struct value bound)
{
    struct value below = bound, above = bound;
    if (bound.type == VALUE_NUMBER) {
        below.number -= number_step(bound.number);
        above.number += number_step(bound.number);
    } else if (bound.type == VALUE_MONEY) {
        below.money.minor -= bound.money.minor > INT64_MIN;
        above.money.minor += bound.money.minor < INT64_MAX;
    } else if (bound.type == VALUE_DURATION) {
        below.duration_us -= bound.duration_us > INT64_MIN;
        above.duration_us += bound.duration_us < INT64_MAX;
    } else {
        c->complete = false;
        return;
    }
    add_candidate(c, bound);
    add_candidate(c, below);
    add_candidate(c, above);
}

static bool is_ordered_bound(const struct fact *f)
{
    return f->cond->kind == COND_COMPARE && f->cond->operand.kind == OPERAND_VALUE &&
           f->cond->op != COMPARE_EQ && f->cond->op != COMPARE_NE;
}

static bool is_about(const struct fact *f, struct text field)
{
    return text_eq(f->cond->field, field);
}

/* The values that a wanted `=` or `in` names are all there can be. */
static bool named_candidates(const struct search *s, struct text field, struct candidates *ret)
{
    for (size_t i = 0; i < s->fact_count; i++) {
        const struct fact *f = &s->facts[i];
        if (!is_about(f, field) || !f->want)
            continue;
        if (f->cond->kind == COND_COMPARE && f->cond->op == COMPARE_EQ &&
            f->cond->operand.kind == OPERAND_VALUE) {
            add_candidate(ret, f->cond->operand.value);
            ret->complete = true;
            return true;
        }
        if (f->cond->kind == COND_IN) {
            ret->complete = true;
            for (size_t k = 0; k < f->cond->value_count; k++)
                add_candidate(ret, f->cond->values[k]);
            return true;
        }
    }
    return false;
}

static void bound_candidates(const struct search *s, struct text field, struct candidates *ret)
{
    ret->complete = false;
    for (size_t i = 0; i < s->fact_count; i++)
        if (is_about(&s->facts[i], field) && s->facts[i].want && is_ordered_bound(&s->facts[i]))
            ret->complete = true;
    for (size_t i = 0; i < s->fact_count && ret->complete; i++)
        if (is_about(&s->facts[i], field) && is_ordered_bound(&s->facts[i]))
            add_around(ret, s->facts[i].cond->operand.value);
}

static bool fits_domain(const struct search *s, struct text field, struct value v)
{
    if (!text_is(field, "channel") || !s->channels)
        return true;
    char number_text[VALUE_NUMBER_TEXT];
    struct value text = value_as(v, VALUE_TEXT, number_text);
    for (size_t i = 0; i < s->channel_count; i++)
        if (text.type == VALUE_TEXT && text_eq(text.text, s->channels[i]))
            return true;
    return false;
}

static bool some_value_fits(const struct search *s, struct text field)
{
    static const struct text actors[] = {{"staff", 5}, {"customer", 8}, {"bot", 3}, {"system", 6}};
    struct candidates c = {.count = 0};
    if (!named_candidates(s, field, &c)) {
        if (text_is(field, "actor"))
            add_texts(&c, actors, sizeof actors / sizeof actors[0]);
        else if (text_is(field, "channel") && s->channels)
            add_texts(&c, s->channels, s->channel_count);
        else
            bound_candidates(s, field, &c);
    }
    for (size_t i = 0; i < c.count; i++) {
        bool fits = fits_domain(s, field, c.values[i]);
        for (size_t k = 0; k < s->fact_count && fits; k++)
            fits = !is_about(&s->facts[k], field) || fact_allows(&s->facts[k], c.values[i]);
        if (fits)
            return true;
    }
    return !c.complete;
}

static bool field_possible(const struct search *s, struct text field)
{
    bool given = false, missing = false;
    for (size_t i = 0; i < s->fact_count; i++) {
        if (!is_about(&s->facts[i], field))
            continue;
        given = given || asks_given(&s->facts[i]);
        missing = missing || asks_missing(&s->facts[i]);
    }
    if (given && missing)
        return false;
    return !given || some_value_fits(s, field);
}

static bool facts_possible(struct search *s)
{
    bool opens = false, opens_not = false;
    for (size_t i = 0; i < s->fact_count; i++) {
        const struct fact *f = &s->facts[i];
        if (f->cond->kind == COND_OPENS_THREAD) {
            opens = opens || f->want;
            opens_not = opens_not || !f->want;
        }
        if (f->cond->field.len > 0 && !field_possible(s, f->cond->field)) {
            s->failed_field = f->cond->field;
            return false;
        }
    }
    return !(opens && opens_not);
}

/* -- opening up -- */

static bool open_up(struct search *s, const struct demand *list);

static bool open_both(struct search *s, const struct cond *c, bool want, const struct demand *next)
{
    struct demand right = {c->right, want, next};
    struct demand left = {c->left, want, &right};
    return open_up(s, &left);
}

static bool open_either(struct search *s, const struct cond *c, bool want,
                        const struct demand *next)
{
    struct demand left = {c->left, want, next};
    struct demand right = {c->right, want, next};
    return open_up(s, &left) || open_up(s, &right);
}

static bool open_up(struct search *s, const struct demand *list)
{
    while (list && !list->cond)
        list = list->next;
    if (!list)
        return facts_possible(s);
    if (s->steps++ > STEPS_MAX || s->fact_count == FACTS_MAX)
        return true;
    const struct cond *c = list->cond;
    if (c->kind == COND_NOT) {
        struct demand inner = {c->left, !list->want, list->next};
        return open_up(s, &inner);
    }
    if (c->kind == COND_AND || c->kind == COND_OR) {
        bool both = (c->kind == COND_AND) == list->want;
        return both ? open_both(s, c, list->want, list->next)
                    : open_either(s, c, list->want, list->next);
    }
    s->facts[s->fact_count++] = (struct fact){c, list->want};
    bool possible = open_up(s, list->next);
    s->fact_count--;
    return possible;
}

bool demand_possible(const struct demand *demands, const struct text *channels,
                     size_t channel_count, struct text *ret_field)
{
    struct search s = {.channels = channels, .channel_count = channel_count};
    bool possible = open_up(&s, demands);
    if (!possible && ret_field)
        *ret_field = s.failed_field;
    return possible;
}

static bool by_comparison(const struct event *e, struct cond *ret)
{
    static const struct text staff = {"staff", 5}, customer = {"customer", 8}, bot = {"bot", 3},
                             system = {"system", 6};
    *ret = (struct cond){.kind = COND_COMPARE,
                         .field = TEXT("actor"),
                         .op = COMPARE_EQ,
                         .operand = {.kind = OPERAND_VALUE, .value = {.type = VALUE_TEXT}}};
    switch (e->by) {
    case BY_STAFF:
        ret->operand.value.text = staff;
        return true;
    case BY_CUSTOMER:
        ret->operand.value.text = customer;
        return true;
    case BY_BOT:
        ret->operand.value.text = bot;
        return true;
    case BY_SYSTEM:
        ret->operand.value.text = system;
        return true;
    case BY_ROLE:
        ret->field = TEXT("role");
        ret->operand.value.text = e->role;
        return true;
    case BY_ANOTHER_PERSON:
        *ret = (struct cond){.kind = COND_GIVEN, .field = TEXT("person")};
        return true;
    case BY_ANYONE:
        break;
    }
    return false;
}

const struct demand *event_demand(const struct event *e, struct event_room *room,
                                  const struct demand *next)
{
    if (e->where) {
        room->demands[0] = (struct demand){e->where, true, next};
        next = &room->demands[0];
    }
    if (by_comparison(e, &room->by)) {
        room->demands[1] = (struct demand){&room->by, true, next};
        next = &room->demands[1];
    }
    return next;
}
