/* Events: a name, who did it, a condition, and alternatives. */
#include "lang/parse.h"

static const struct {
    const char *word;
    enum by_kind by;
} actors[] = {
    {"staff", BY_STAFF}, {"customer", BY_CUSTOMER}, {"bot", BY_BOT}, {"system", BY_SYSTEM}};

static bool is_actor(const struct parser *p, size_t ahead)
{
    for (size_t i = 0; i < sizeof(actors) / sizeof(actors[0]); i++) {
        if (parse_at_ahead(p, ahead, actors[i].word)) {
            return true;
        }
    }
    return parse_at_ahead(p, ahead, "another");
}

/* In a duty, `by` also begins a moment: `by 2015-01-19`, `by end of …`, and `by slot-end` where
 * nothing follows. Any other name is a role. */
static bool at_by_moment(const struct parser *p)
{
    enum token_kind next = parse_peek_ahead(p, 1).kind;
    if (next == TOKEN_NUMBER || next == TOKEN_DATE || next == TOKEN_MOMENT) {
        return true;
    }
    if (parse_at_ahead(p, 1, "end") && parse_at_ahead(p, 2, "of")) {
        return true;
    }
    return next == TOKEN_WORD && !is_actor(p, 1) && parse_peek_ahead(p, 2).kind == TOKEN_END;
}

static bool parse_by(struct parser *p, struct event *event)
{
    if (parse_accept(p, "another")) {
        event->by = BY_ANOTHER_PERSON;
        return parse_expect(p, "person") &&
               (!parse_accept(p, "than") || parse_event_name(p, &event->than));
    }
    for (size_t i = 0; i < sizeof(actors) / sizeof(actors[0]); i++) {
        if (parse_accept(p, actors[i].word)) {
            event->by = actors[i].by;
            return true;
        }
    }
    event->by = BY_ROLE;
    return parse_name(p, "staff, customer, bot, system, another person or a role", &event->role);
}

static bool twice(struct parser *p, bool already, const char *word)
{
    return already && !parse_fail(p, "duplicate", parse_peek(p).span,
                                  "\"%s\" stands twice at one event", word);
}

/* One thing said about the event; *ret_more is false when nothing of the kind stands here. */
static bool parse_detail(struct parser *p, enum event_form form, struct event *event,
                         bool *ret_more)
{
    const struct cond *bound = NULL;
    *ret_more = true;
    if (parse_at(p, "by") && !(form == EVENT_OF_DUTY && at_by_moment(p))) {
        if (twice(p, event->by != BY_ANYONE, "by")) {
            return false;
        }
        p->next++;
        return parse_by(p, event);
    }
    if (parse_at(p, "where")) {
        if (twice(p, event->where != NULL, "where")) {
            return false;
        }
        p->next++;
        return parse_cond(p, &event->where);
    }
    if (parse_accept(p, "anywhere")) {
        event->anywhere = true;
        return true;
    }
    if (form == EVENT_FREE && parse_at_bound(p)) {
        if (!parse_bound(p, &bound)) {
            return false;
        }
        event->where = parse_cond_and(p, event->where, bound);
        return true;
    }
    *ret_more = false;
    return true;
}

static bool parse_alternative(struct parser *p, enum event_form form, struct event *event)
{
    size_t first = p->next;
    bool more = true;
    event->anywhere = p->heard_anywhere;
    if (!parse_event_name(p, &event->name)) {
        return false;
    }
    while (more) {
        if (!parse_detail(p, form, event, &more)) {
            return false;
        }
    }
    event->span = parse_span_from(p, first);
    return true;
}

bool parse_event_chain(struct parser *p, enum event_form form, struct event **ret_first,
                       struct event **ret_last)
{
    struct event *first = NULL, *last = NULL;
    do {
        struct event *event = ARENA_NEW(p->arena, struct event);
        if (!parse_alternative(p, form, event)) {
            return false;
        }
        if (last) {
            last->or = event;
        } else {
            first = event;
        }
        last = event;
    } while (parse_accept(p, "or"));
    *ret_first = first;
    *ret_last = last;
    return true;
}

bool parse_event(struct parser *p, enum event_form form, const struct event **ret)
{
    struct event *first, *last;
    if (!parse_event_chain(p, form, &first, &last)) {
        return false;
    }
    *ret = first;
    return true;
}
