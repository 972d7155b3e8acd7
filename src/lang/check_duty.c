/* Duties that no one can keep, or no one can break. */
#include "lang/check_part.h"

bool duty_can_be_late(const struct duty *duty)
{
    return duty->kind == DUTY_WITHIN || duty->kind == DUTY_BETWEEN || duty->kind == DUTY_EVERY;
}

static void never_kept(const struct duty *duty, struct diagnostics *d, const char *why)
{
    diagnostic_add(d, SEVERITY_ERROR, "never-kept", duty->span, "this can never be kept: %s", why);
}

/* -- slots -- */

static bool duration_equal(struct duration a, struct duration b)
{
    return a.unit == b.unit && a.count == b.count && a.calendar == b.calendar;
}

static bool surely_no_shorter(struct duration a, struct duration b)
{
    return duration_equal(a, b) || duration_surely_longer(a, b);
}

/* For two moments reckoned from the same point: a is surely not before b. */
static bool surely_not_before(const struct moment *a, const struct moment *b)
{
    if (a->shift >= 0 && b->shift <= 0)
        return true;
    if (a->shift > 0 && b->shift > 0)
        return surely_no_shorter(a->by, b->by);
    return a->shift < 0 && b->shift < 0 && surely_no_shorter(b->by, a->by);
}

static bool is_opening(const struct moment *m)
{
    return m->kind == MOMENT_OPENING ||
           (m->kind == MOMENT_ATTRIBUTE && text_is(m->attribute, "occurred"));
}

static bool slot_is_empty(const struct moment *from, const struct moment *by)
{
    if (from->kind == MOMENT_LITERAL && by->kind == MOMENT_LITERAL && from->shift == 0 &&
        by->shift == 0 && from->literal_is_local == by->literal_is_local)
        return from->literal_us >= by->literal_us;
    bool same_point = (is_opening(from) && is_opening(by)) ||
                      (from->kind == MOMENT_ATTRIBUTE && by->kind == MOMENT_ATTRIBUTE &&
                       text_eq(from->attribute, by->attribute));
    return same_point && surely_not_before(from, by);
}

static bool date_is_past(const struct code *code, const struct promise *p, const struct moment *by)
{
    if (by->kind != MOMENT_LITERAL || by->shift > 0)
        return false;
    bool own = p->applies.has_from;
    if (!own && !code->applies.has_from)
        return false;
    int64_t first = date_to_days(own ? p->applies.from : code->applies.from) * DAY_US;
    int64_t zone_most = by->literal_is_local ? 0 : DAY_US; /* no zone is a day off UTC */
    return by->literal_us < first - zone_most;
}

static void check_slot(const struct code *code, const struct promise *p, struct diagnostics *d)
{
    const struct duty *duty = &p->duty;
    if (slot_is_empty(&duty->from, &duty->by)) {
        never_kept(duty, d, "the slot ends when it begins, or before");
        diagnostic_suggest(d, "the moment after \"by\" must be later than that after \"from\"");
    } else if (is_opening(&duty->by) && duty->by.shift <= 0) {
        never_kept(duty, d, "it is due before it opens");
        diagnostic_suggest(d, "name a later moment after \"by\", or use: within DURATION");
    } else if (date_is_past(code, p, &duty->by)) {
        never_kept(duty, d, "it is due before the promise applies");
        diagnostic_suggest(d, "compare the date after \"by\" with \"applies from\"");
    }
}

/* -- events that undo the duty -- */

static void check_until(const struct promise *p, struct diagnostics *d)
{
    const struct duty *duty = &p->duty;
    if (!duty->until || !duty->event || !event_covers(duty->until, duty->event))
        return;
    if (duty->kind == DUTY_NOT) {
        diagnostic_add(d, SEVERITY_ERROR, "never-broken", duty->span,
                       "this can never be broken: the event that it forbids ends it");
        diagnostic_suggest(d, "name another event after \"until\"");
    } else {
        never_kept(duty, d, "the event that it asks for ends it first");
        diagnostic_suggest(d, "name another event after \"until\"");
    }
}

static void check_void(const struct promise *p, struct diagnostics *d)
{
    const struct duty *duty = &p->duty;
    if (!p->void_when || !duty->event || !event_covers(p->void_when, duty->event))
        return;
    if (duty_can_be_late(duty)) {
        never_kept(duty, d, "\"void when\" names the same event, and void comes first");
        diagnostic_suggest(d, "name another event after \"void when\", or add a \"where\" to it");
    } else if (duty->kind == DUTY_NOT) {
        diagnostic_add(d, SEVERITY_ERROR, "never-broken", duty->span,
                       "this can never be broken: \"void when\" names the event that it forbids");
        diagnostic_suggest(d, "name another event after \"void when\", or add a \"where\" to it");
    }
}

/* -- must be -- */

static void check_be(const struct promise *p, struct diagnostics *d)
{
    const struct duty *duty = &p->duty;
    bool can_hold = false, can_fail = false, can_open = false;
    for (const struct event *e = p->on; e; e = e->or) {
        struct event_room room;
        struct demand holds = {duty->be, true, NULL}, fails = {duty->be, false, NULL};
        can_open = can_open || demand_possible(event_demand(e, &room, NULL), NULL, 0, NULL);
        can_hold = can_hold || demand_possible(event_demand(e, &room, &holds), NULL, 0, NULL);
        can_fail = can_fail || demand_possible(event_demand(e, &room, &fails), NULL, 0, NULL);
    }
    if (!can_open)
        return; /* said already */
    if (!can_hold) {
        never_kept(duty, d, "no touch that opens it can meet the condition");
        diagnostic_suggest(d, "compare the condition with the \"where\" of \"on\"");
    } else if (!can_fail) {
        diagnostic_add(d, SEVERITY_ERROR, "never-broken", duty->span,
                       "this can never be broken: \"on\" already asks for it");
        diagnostic_suggest(d, "drop that condition after \"on\"");
    }
}

/* -- counting from an opening -- */

static bool limit_is_working(const struct code *code, const struct limit *l)
{
    if (l->kind == LIMIT_DURATION)
        return duration_is_working(l->duration);
    for (size_t i = 0; l->kind == LIMIT_TABLE && i < code->tables[l->table].row_count; i++)
        if (!duration_is_working(code->tables[l->table].rows[i].duration))
            return false;
    return l->kind == LIMIT_TABLE;
}

static void check_counting(const struct code *code, const struct limit *l, struct diagnostics *d)
{
    if (l->kind == LIMIT_NONE || l->from_next_opening_of < 0 || !limit_is_working(code, l))
        return;
    diagnostic_add(d, SEVERITY_WARNING, "pointless-counting", l->span,
                   "working time already counts from the next opening");
    diagnostic_suggest(d, "drop \"counting from next opening of %.*s\"",
                       TEXT_ARG(code->calendars[l->from_next_opening_of].name));
}

static void check_limit_table(const struct code *code, const struct limit *l, struct diagnostics *d)
{
    if (l->kind != LIMIT_TABLE || code->tables[l->table].gives == TABLE_DURATIONS)
        return;
    const struct table *t = &code->tables[l->table];
    diagnostic_add(d, SEVERITY_ERROR, "wrong-table", l->span,
                   "the table \"%.*s\" gives %s, and a limit needs durations", TEXT_ARG(t->name),
                   t->gives == TABLE_AMOUNTS ? "amounts" : "shares");
    diagnostic_suggest(d, "name a table whose rows are durations, or write one: within 4 hours");
}

void check_duty(const struct code *code, const struct promise *p, struct diagnostics *d)
{
    if (p->duty.kind == DUTY_BETWEEN)
        check_slot(code, p, d);
    if (p->duty.kind == DUTY_BE)
        check_be(p, d);
    check_limit_table(code, &p->duty.limit, d);
    check_until(p, d);
    check_void(p, d);
    check_counting(code, &p->duty.limit, d);
}
