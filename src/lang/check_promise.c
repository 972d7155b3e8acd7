/* A promise by itself: its dates, its events, warning and target, pauses and extensions. */
#include "lang/check_part.h"

void cond_visit(const struct cond *c, cond_visit_fn *visit, void *context)
{
    if (!c)
        return;
    if (c->kind == COND_AND || c->kind == COND_OR || c->kind == COND_NOT) {
        cond_visit(c->left, visit, context);
        cond_visit(c->right, visit, context);
    } else {
        visit(context, c);
    }
}

static void visit_list(const struct promise *p, const struct event *e, event_visit_fn *visit,
                       void *context)
{
    for (; e; e = e->or)
        visit(context, p, e);
}

void promise_visit_events(const struct promise *p, event_visit_fn *visit, void *context)
{
    visit_list(p, p->on, visit, context);
    visit_list(p, p->duty.event, visit, context);
    visit_list(p, p->duty.until, visit, context);
    visit_list(p, p->void_when, visit, context);
    for (size_t i = 0; i < p->pair_count; i++) {
        visit_list(p, p->pairs[i].start, visit, context);
        visit_list(p, p->pairs[i].end, visit, context);
    }
    for (size_t i = 0; i < p->extension_count; i++)
        visit_list(p, p->extensions[i].when, visit, context);
}

/* -- events -- */

struct event_check {
    const struct code *code;
    struct diagnostics *d;
};

static void say_no_channel(const struct code *code, const struct event *e, struct diagnostics *d)
{
    struct buf listed CLEANUP(buf_release) = {0};
    for (size_t i = 0; i < code->channel_count; i++)
        buf_addf(&listed, "%s%.*s", i ? ", " : "", TEXT_ARG(code->channels[i]));
    diagnostic_add(d, SEVERITY_ERROR, "no-channel", e->span,
                   "no channel of this Code can bring \"%.*s\"", TEXT_ARG(e->name));
    diagnostic_suggest(d, "the Code lists %s: add the channel there, or ask for one of these",
                       listed.ptr);
}

static void say_never(const struct promise *p, const struct event *e, struct text field,
                      struct diagnostics *d)
{
    bool opens = false;
    for (const struct event *on = p->on; on; on = on->or)
        opens = opens || on == e;
    diagnostic_add(d, SEVERITY_ERROR, opens ? "never-opens" : "never-happens", e->span,
                   "nothing can match this: no value of \"%.*s\" meets all that is asked of it%s",
                   TEXT_ARG(field), opens ? ", so the promise never opens" : "");
    if (text_is(field, "actor") && e->by != BY_ANYONE)
        diagnostic_suggest(d, "\"by\" and \"where\" ask for different actors: drop one of them");
    else
        diagnostic_suggest(d, "if either may hold, join the two with \"or\"");
}

static void check_channel(const struct code *code, struct span span, const struct value *v,
                          struct diagnostics *d)
{
    if (v->type != VALUE_TEXT)
        return;
    for (size_t i = 0; i < code->channel_count; i++)
        if (text_eq(code->channels[i], v->text))
            return;
    diagnostic_add(d, SEVERITY_WARNING, "unknown-channel", span,
                   "\"%.*s\" is not among the channels of this Code", TEXT_ARG(v->text));
    struct text near = name_nearest(v->text, code->channels, code->channel_count);
    if (near.len > 0)
        diagnostic_suggest(d, "did you mean \"%.*s\"?", TEXT_ARG(near));
    else
        diagnostic_suggest(d, "add it to \"channels\" in the code block");
}

static void check_cond_channel(void *context, const struct cond *c)
{
    const struct event_check *k = context;
    if (!text_is(c->field, "channel") || k->code->channel_count == 0)
        return;
    if (c->kind == COND_COMPARE && c->operand.kind == OPERAND_VALUE)
        check_channel(k->code, c->span, &c->operand.value, k->d);
    for (size_t i = 0; c->kind == COND_IN && i < c->value_count; i++)
        check_channel(k->code, c->span, &c->values[i], k->d);
}

static void check_event(void *context, const struct promise *p, const struct event *e)
{
    struct event_check *k = context;
    const struct code *code = k->code;
    struct event_room room;
    const struct demand *demands = event_demand(e, &room, NULL);
    struct text field = {"", 0};
    if (!demand_possible(demands, NULL, 0, &field))
        say_never(p, e, field, k->d);
    else if (code->channel_count > 0 &&
             !demand_possible(demands, code->channels, code->channel_count, NULL))
        say_no_channel(code, e, k->d);
    else
        cond_visit(e->where, check_cond_channel, k);
}

/* For which keys should it open one? Not even those that were met before are all known. */
static void say_opens_anywhere(const struct event *e, struct text key, struct diagnostics *d)
{
    diagnostic_add(d, SEVERITY_ERROR, "opens-anywhere", e->span,
                   "what is heard anywhere opens nothing: the promise is kept per \"%.*s\"",
                   TEXT_ARG(key));
    diagnostic_suggest(d, "drop \"anywhere\", or hear it in the duty, \"void\", \"pause\" or "
                          "\"excused\" of a promise that something else opens");
}

/* A touch without the key never meets the promise. */
static void check_key(const struct promise *p, struct diagnostics *d)
{
    static const struct text names[] = {{"thread", 6}, {"customer", 8}};
    struct text key = p->key.kind == KEY_ATTRIBUTE ? p->key.attribute : names[p->key.kind];
    struct cond given = {.kind = COND_GIVEN, .field = key};
    struct demand wants_key = {&given, true, NULL};
    const struct event *opening = p->on ? p->on : p->duty.event;
    for (const struct event *e = opening; e; e = e->or) {
        struct event_room room;
        if (e->anywhere)
            say_opens_anywhere(e, key, d);
        if (e->anywhere || !demand_possible(event_demand(e, &room, NULL), NULL, 0, NULL) ||
            demand_possible(event_demand(e, &room, &wants_key), NULL, 0, NULL))
            continue;
        diagnostic_add(d, SEVERITY_ERROR, "key-never-given", e->span,
                       "the promise is kept per \"%.*s\", and this asks for touches without it",
                       TEXT_ARG(key));
        diagnostic_suggest(d, "choose another key after \"per\", or drop the condition");
    }
}

/* -- dates, warning, target -- */

static bool has_due(const struct duty *duty)
{
    switch (duty->kind) {
    case DUTY_WITHIN:
    case DUTY_BETWEEN:
    case DUTY_EVERY:
    case DUTY_AT_LEAST:
        return true;
    case DUTY_NOT:
        return duty->limit.kind != LIMIT_NONE && !duty->limit_is_start;
    case DUTY_BEFORE:
    case DUTY_BE:
    case DUTY_AT_MOST:
        return false;
    }
    return false;
}

static void check_warning(const struct promise *p, struct diagnostics *d)
{
    if (!p->has_warn)
        return;
    if (p->warn_ppm >= 1000000) {
        diagnostic_add(d, SEVERITY_ERROR, "warn-after-due", p->warn_span,
                       "this warning comes when the promise is already due");
        diagnostic_suggest(d, "warn before 100%%, while something can still be done: warn at 75%%");
    } else if (p->warn_ppm <= 0) {
        diagnostic_add(d, SEVERITY_WARNING, "warn-at-once", p->warn_span,
                       "this warning comes as soon as the promise opens");
        diagnostic_suggest(d, "give people time to act first: warn at 75%%");
    } else if (!has_due(&p->duty)) {
        diagnostic_add(d, SEVERITY_WARNING, "warn-never", p->warn_span,
                       "this warning never comes: the promise has no time that runs out");
        diagnostic_suggest(d, "remove it");
    }
}

static void check_target(const struct promise *p, struct diagnostics *d)
{
    if (!p->has_target || p->target_ppm > 0)
        return;
    diagnostic_add(d, SEVERITY_WARNING, "target-of-nothing", p->target_span,
                   "a target of 0%% is met by keeping no promise at all");
    diagnostic_suggest(d, "choose a share worth reaching, or remove the target");
}

static void check_applies(const struct code *code, const struct promise *p, struct diagnostics *d)
{
    if (dates_overlap(code->applies, p->applies))
        return;
    diagnostic_add(d, SEVERITY_ERROR, "never-applies", p->span,
                   "\"%.*s\" never applies: its dates lie outside those of the Code",
                   TEXT_ARG(p->name));
    diagnostic_suggest(d, "compare its \"applies\" with that of the code block");
}

/* -- pauses, excuses, extensions -- */

static void check_pair(const struct promise *p, const struct pair *pair, struct diagnostics *d)
{
    bool pause = pair->kind == PAIR_PAUSE;
    if (pause && !has_due(&p->duty)) {
        diagnostic_add(d, SEVERITY_ERROR, "pause-nothing", pair->span,
                       "there is no limit here whose clock could pause");
        diagnostic_suggest(d, "remove the pause, or give the promise a limit: within …");
    } else if (pause && !pair->end && !pair->has_most) {
        diagnostic_add(d, SEVERITY_WARNING, "pause-for-good", pair->span,
                       "nothing ends this pause: the promise would wait for ever");
        diagnostic_suggest(d, "add \"until EVENT\", \"for at most DURATION\" or both");
    } else if (pair->end && event_list_same(pair->start, pair->end)) {
        diagnostic_add(d, SEVERITY_ERROR, "ends-as-it-begins", pair->span,
                       "the same event begins and ends this %s", pause ? "pause" : "excuse");
        diagnostic_suggest(d, "name the event that ends it after \"until\"");
    }
}

struct units {
    bool any_working, any_other;
    int calendar; /* of the working ones */
};

static void add_units(struct units *u, struct duration duration)
{
    if (duration_is_working(duration)) {
        u->any_working = true;
        u->calendar = duration.calendar;
    } else {
        u->any_other = true;
    }
}

static struct units limit_units(const struct code *code, const struct duty *duty)
{
    struct units u = {.calendar = -1};
    if (duty->limit.kind == LIMIT_DURATION)
        add_units(&u, duty->limit.duration);
    if (duty->limit.kind == LIMIT_TABLE)
        for (size_t i = 0; i < code->tables[duty->limit.table].row_count; i++)
            add_units(&u, code->tables[duty->limit.table].rows[i].duration);
    return u;
}

static void check_extension(const struct code *code, const struct promise *p,
                            const struct extension *x, struct diagnostics *d)
{
    struct units limit = limit_units(code, &p->duty);
    bool working = duration_is_working(x->by);
    bool moment = p->duty.kind == DUTY_BETWEEN;
    if (!moment && (p->duty.limit.kind == LIMIT_NONE || p->duty.kind == DUTY_BEFORE)) {
        diagnostic_add(d, SEVERITY_ERROR, "extend-nothing", x->span,
                       "there is no limit here that could be extended");
        diagnostic_suggest(d, "remove the extension, or give the promise a limit: within …");
    } else if (!moment && (working ? !limit.any_working : !limit.any_other)) {
        diagnostic_add(d, SEVERITY_WARNING, "mixed-units", x->span,
                       working
                           ? "the limit runs day and night, the extension in working time only"
                           : "the limit runs in working time only, the extension day and night");
        diagnostic_suggest(d,
                           "use the same unit in both, so that people can tell the new due time");
    } else if (working && limit.any_working && limit.calendar != x->by.calendar) {
        diagnostic_add(d, SEVERITY_WARNING, "mixed-units", x->span,
                       "the extension runs on another calendar than the limit");
        diagnostic_suggest(d, "write: of %.*s", TEXT_ARG(code->calendars[limit.calendar].name));
    }
}

static void check_second_person(const struct code *code, const struct promise *p,
                                struct diagnostics *d)
{
    if (!p->second_person)
        return;
    if (p->duty.kind == DUTY_BE || p->duty.kind == DUTY_BEFORE) {
        diagnostic_add(d, SEVERITY_WARNING, "excuse-nothing", p->second_person_span,
                       "nobody can excuse it by hand: it is decided at once");
        diagnostic_suggest(d, "remove it");
    } else if (code->second_person) {
        diagnostic_add(d, SEVERITY_WARNING, "said-twice", p->second_person_span,
                       "the code block says so of every promise");
        diagnostic_suggest(d, "remove it here, or there");
    }
}

void check_promise(const struct code *code, const struct promise *p, struct diagnostics *d)
{
    struct event_check context = {code, d};
    check_applies(code, p, d);
    promise_visit_events(p, check_event, &context);
    check_key(p, d);
    for (size_t i = 0; i < p->pair_count; i++)
        check_pair(p, &p->pairs[i], d);
    for (size_t i = 0; i < p->extension_count; i++)
        check_extension(code, p, &p->extensions[i], d);
    check_warning(p, d);
    check_target(p, d);
    check_second_person(code, p, d);
}
