/* The parts of the checker; only its files include this. Each check_… adds its findings to the
 * diagnostics. What is said must be provable: a Code that may be right gets no error, and a warning
 * only where a mistake is much the likelier reading. */
#ifndef TROTH_LANG_CHECK_PART_H
#define TROTH_LANG_CHECK_PART_H

#include "lang/check.h"
#include "lang/diagnostic.h"

/* -- one thing at a time -- */
void check_header(const struct code *code, struct diagnostics *d);
void check_calendar(const struct code *code, const struct calendar_def *c, struct diagnostics *d);
void check_table(const struct table *t, struct diagnostics *d);
void check_promise(const struct code *code, const struct promise *p, struct diagnostics *d);
void check_duty(const struct code *code, const struct promise *p, struct diagnostics *d);
void check_remedy(const struct code *code, const struct promise *p, struct diagnostics *d);
void check_permission(const struct permission *p, struct diagnostics *d);
/* Can a touch that fulfils come after the due instant? Then a remedy may grow until it does. */
bool duty_can_be_late(const struct duty *duty);

/* Calls visit for every event (each alternative of an `or`) that a promise names, in the order
 * opening, duty, until, void, pauses and excuses, extensions. */
typedef void event_visit_fn(void *context, const struct promise *p, const struct event *e);
void promise_visit_events(const struct promise *p, event_visit_fn *visit, void *context);
/* The same for every single condition in a condition (not and, or, not). */
typedef void cond_visit_fn(void *context, const struct cond *c);
void cond_visit(const struct cond *c, cond_visit_fn *visit, void *context);

/* -- things beside each other -- */
void check_names(const struct code *code, struct diagnostics *d);
void check_forms(const struct code *code, struct diagnostics *d);
void check_contradictions(const struct code *code, struct diagnostics *d);
void check_chains(const struct code *code, struct diagnostics *d);

/* -- conditions: check_where.c -- */

/* A list of what is asked at once of one touch. */
struct demand {
    const struct cond *cond;
    bool want; /* false: the condition must not hold */
    const struct demand *next;
};

/* False only if no touch whatever can satisfy all demands. channels: the only values that the field
 * `channel` can have, or NULL. ret_field (may be NULL): what the contradiction is about, set only
 * when false. */
bool demand_possible(const struct demand *demands, const struct text *channels,
                     size_t channel_count, struct text *ret_field);

/* What `by` and `where` of an event demand. It lives in `room`, which must outlive the result. */
struct event_room {
    struct cond by;
    struct demand demands[2];
};
const struct demand *event_demand(const struct event *e, struct event_room *room,
                                  const struct demand *next);

/* -- sameness: check_same.c -- */
bool cond_same(const struct cond *a, const struct cond *b); /* NULL is "always" */
/* Equal for conditions that are the same; NULL has one too. */
uint64_t cond_hash(const struct cond *c);
bool key_same(struct key a, struct key b);
bool window_same(struct window a, struct window b);
bool event_list_same(const struct event *a, const struct event *b);
/* Every touch that matches `narrow` matches `wide` too, as far as one can tell by its form. */
bool event_covers(const struct event *wide, const struct event *narrow);
bool promise_same(const struct promise *a, const struct promise *b);
bool dates_overlap(struct dates a, struct dates b);

/* True if a is longer than b on any day and in any season; false also when one cannot tell. */
bool duration_surely_longer(struct duration a, struct duration b);
bool duration_is_working(struct duration d);

#endif
