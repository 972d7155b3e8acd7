/* The duty of a promise: must …, at most …, at least …. */
#include "lang/parse.h"

static bool parse_until(struct parser *p, struct duty *duty)
{
    return !parse_accept(p, "until") || parse_event(p, EVENT_FREE, &duty->until);
}

/* -- must E … -- */

static bool parse_within(struct parser *p, struct duty *duty)
{
    duty->kind = DUTY_WITHIN;
    return parse_limit(p, DURATION_COUNTED, &duty->limit);
}

static bool parse_by(struct parser *p, struct duty *duty)
{
    if (parse_at_two(p, "end", "of")) {
        return parse_within(p, duty);
    }
    duty->kind = DUTY_BETWEEN;
    return parse_moment(p, &duty->by);
}

static bool parse_from(struct parser *p, struct duty *duty)
{
    duty->kind = DUTY_BETWEEN;
    return parse_moment(p, &duty->from) && parse_expect(p, "by") && parse_moment(p, &duty->by);
}

static bool parse_every(struct parser *p, struct duty *duty)
{
    duty->kind = DUTY_EVERY;
    if (!parse_limit(p, DURATION_OR_UNIT, &duty->limit)) {
        return false;
    }
    return parse_expect(p, "until") && parse_event(p, EVENT_FREE, &duty->until);
}

static bool parse_must_event(struct parser *p, struct duty *duty)
{
    if (!parse_event(p, EVENT_OF_DUTY, &duty->event)) {
        return false;
    }
    if (parse_accept(p, "within")) {
        return parse_within(p, duty);
    }
    if (parse_accept(p, "by")) {
        return parse_by(p, duty);
    }
    if (parse_accept(p, "from")) {
        return parse_from(p, duty);
    }
    if (parse_accept(p, "every")) {
        return parse_every(p, duty);
    }
    return parse_expected(p, "until when: \"within\", \"by\", \"from … by\" or \"every … until\"");
}

static bool parse_must_have(struct parser *p, struct duty *duty)
{
    duty->kind = DUTY_BEFORE;
    duty->limit.kind = LIMIT_DURATION;
    size_t first;
    if (!parse_event(p, EVENT_OF_DUTY, &duty->event) || !parse_expect(p, "at") ||
        !parse_expect(p, "least")) {
        return false;
    }
    first = p->next;
    if (!parse_duration(p, DURATION_COUNTED, &duty->limit.duration)) {
        return false;
    }
    duty->limit.span = parse_span_from(p, first);
    return parse_expect(p, "before");
}

static bool parse_must_not(struct parser *p, struct duty *duty)
{
    duty->kind = DUTY_NOT;
    if (!parse_event(p, EVENT_OF_DUTY, &duty->event)) {
        return false;
    }
    duty->limit_is_start = parse_at(p, "from");
    if ((parse_accept(p, "for") || parse_accept(p, "from")) &&
        !parse_limit(p, DURATION_COUNTED, &duty->limit)) {
        return false;
    }
    return parse_until(p, duty);
}

bool parse_must(struct parser *p, void *context)
{
    struct promise_reading *reading = context;
    struct duty *duty = &reading->promise->duty;
    size_t first = p->next - 1;
    bool ok;
    if (parse_accept(p, "not")) {
        parse_label(p);
        ok = parse_must_not(p, duty);
    } else if (parse_accept(p, "have")) {
        parse_label(p);
        ok = parse_must_have(p, duty);
    } else if (parse_accept(p, "be")) {
        parse_label(p);
        duty->kind = DUTY_BE;
        ok = parse_cond(p, &duty->be);
    } else {
        ok = parse_must_event(p, duty);
    }
    duty->span = parse_span_from(p, first);
    return ok;
}

/* -- counts -- */

/* `N E [per KEY] [WINDOW] [until E]`, the last three in any order. */
static bool parse_counted(struct parser *p, struct promise_reading *reading)
{
    struct duty *duty = &reading->promise->duty;
    size_t first = p->next - 2;
    if (!parse_count(p, "a number", &duty->count) || !parse_event(p, EVENT_FREE, &duty->event)) {
        return false;
    }
    bool more = true, ok = true;
    while (ok && more) {
        if (parse_accept(p, "per")) {
            ok = parse_promise_key(p, reading);
        } else if (!duty->window.kind && parse_at_window(p)) {
            ok = parse_window(p, &duty->window);
        } else if (!duty->until && parse_at(p, "until")) {
            ok = parse_until(p, duty);
        } else {
            more = false;
        }
    }
    duty->span = parse_span_from(p, first);
    return ok;
}

bool parse_at_most(struct parser *p, void *context)
{
    struct promise_reading *reading = context;
    struct duty *duty = &reading->promise->duty;
    duty->kind = DUTY_AT_MOST;
    if (!parse_counted(p, reading)) {
        return false;
    }
    if (duty->until) {
        return parse_fail(p, "unexpected", duty->until->span,
                          "\"at most\" holds always: it knows no \"until\"");
    }
    return true;
}

bool parse_at_least(struct parser *p, void *context)
{
    struct promise_reading *reading = context;
    struct duty *duty = &reading->promise->duty;
    duty->kind = DUTY_AT_LEAST;
    if (!parse_counted(p, reading)) {
        return false;
    }
    if (duty->window.kind == WINDOW_NONE) {
        return parse_expected(p, "a window such as \"in any 12 months\" or \"each month\"");
    }
    if (duty->count == 0) {
        return parse_fail(p, "bad-count", duty->span, "\"at least 0\" promises nothing");
    }
    return true;
}
