/* Promises beside each other: forms that overlap, promises made twice, promises that contradict.
 * Only promises whose duties name the same first event (for `must be`: whose triggers do) can
 * differ about it, so they are sorted by it and compared within a run: a thousand promises are
 * judged in milliseconds. */
#include "lang/check_part.h"

#include <stdlib.h>

struct place {
    uint64_t hash;
    uint64_t trigger; /* hash of the condition of `on` */
    bool narrow;  /* it opens with one event under a condition: one with another never meets it */
    size_t index; /* of the promise */
};

typedef void pair_fn(const struct code *code, const struct promise *a, const struct promise *b,
                     struct diagnostics *d);

static int place_compare(const void *x, const void *y)
{
    const struct place *a = x, *b = y;
    if (a->hash != b->hash)
        return a->hash < b->hash ? -1 : 1;
    return (a->index > b->index) - (a->index < b->index);
}

/* Calls pair for every two promises with the same hash, the earlier in the text first. */
static void each_pair(const struct code *code, struct place *places, pair_fn *pair,
                      struct diagnostics *d)
{
    qsort(places, code->promise_count, sizeof places[0], place_compare);
    for (size_t i = 0; i < code->promise_count; i++)
        for (size_t k = i + 1; k < code->promise_count && places[k].hash == places[i].hash; k++)
            if (!places[i].narrow || !places[k].narrow || places[i].trigger == places[k].trigger)
                pair(code, &code->promises[places[i].index], &code->promises[places[k].index], d);
}

/* -- forms -- */

static void check_form_pair(const struct code *code, const struct promise *a,
                            const struct promise *b, struct diagnostics *d)
{
    (void)code;
    if (!text_eq(a->name, b->name) || !dates_overlap(a->applies, b->applies))
        return;
    diagnostic_add(d, SEVERITY_ERROR, "overlapping-forms", b->span,
                   "\"%.*s\" is promised already on line %u, for some of the same days",
                   TEXT_ARG(a->name), (unsigned)a->span.line);
    if (b->applies.has_from)
        diagnostic_suggest(d, "end the earlier form: applies until %04d-%02d-%02d",
                           b->applies.from.year, b->applies.from.month, b->applies.from.day);
    else
        diagnostic_suggest(d, "give it another name; or, if it follows the first, date both: "
                              "applies from DATE until DATE");
}

void check_forms(const struct code *code, struct diagnostics *d)
{
    struct place *places = ARENA_ARRAY(d->arena, struct place, code->promise_count);
    for (size_t i = 0; i < code->promise_count; i++)
        places[i] = (struct place){.hash = text_hash(code->promises[i].name), .index = i};
    each_pair(code, places, check_form_pair, d);
}

/* -- contradictions -- */

static bool triggers_meet(const struct promise *a, const struct promise *b)
{
    if (!a->on || !b->on)
        return true; /* one of them counts always */
    return event_covers(a->on, b->on) || event_covers(b->on, a->on);
}

static bool limit_surely_longer(const struct code *code, const struct limit *a,
                                const struct limit *b)
{
    if (a->kind != LIMIT_DURATION || a->end_of || a->from_next_opening_of >= 0 ||
        b->from_next_opening_of >= 0 || b->end_of)
        return false;
    if (b->kind == LIMIT_DURATION)
        return duration_surely_longer(a->duration, b->duration);
    for (size_t i = 0; b->kind == LIMIT_TABLE && i < code->tables[b->table].row_count; i++) {
        const struct table_row *row = &code->tables[b->table].rows[i];
        if (row->end_of || !duration_surely_longer(a->duration, row->duration))
            return false;
    }
    return b->kind == LIMIT_TABLE;
}

/* `must E …` beside `must not E …` for at least as long. */
static bool forbids_what_is_due(const struct code *code, const struct promise *asks,
                                const struct promise *forbids)
{
    const struct duty *must = &asks->duty, *not = &forbids->duty;
    if (not ->kind != DUTY_NOT || not ->until || not ->limit_is_start || forbids->void_when ||
        !duty_can_be_late(must) || !event_covers(not ->event, must->event))
        return false;
    if (not ->limit.kind == LIMIT_NONE)
        return true;
    return must->kind == DUTY_WITHIN && limit_surely_longer(code, &not ->limit, &must->limit);
}

/* `at most N` beside something that needs more than N. */
static bool allows_too_few(const struct promise *most, const struct promise *needs)
{
    if (most->duty.kind != DUTY_AT_MOST || !needs->duty.event ||
        !event_covers(most->duty.event, needs->duty.event))
        return false;
    if (needs->duty.kind == DUTY_AT_LEAST)
        return window_same(most->duty.window, needs->duty.window) &&
               needs->duty.count > most->duty.count;
    bool needs_one = duty_can_be_late(&needs->duty) || needs->duty.kind == DUTY_BEFORE;
    return needs_one && most->duty.count == 0;
}

static bool conditions_exclude(const struct promise *a, const struct promise *b)
{
    if (a->duty.kind != DUTY_BE || b->duty.kind != DUTY_BE)
        return false;
    const struct promise *narrow = event_covers(a->on, b->on) ? b : a;
    for (const struct event *e = narrow->on; e; e = e->or) {
        struct event_room room;
        struct demand of_b = {b->duty.be, true, NULL}, both = {a->duty.be, true, &of_b};
        if (demand_possible(event_demand(e, &room, &both), NULL, 0, NULL))
            return false;
    }
    return narrow->on != NULL;
}

/* Why they cannot both be kept; NULL if they can. */
static const char *contradiction(const struct code *code, const struct promise *a,
                                 const struct promise *b)
{
    if (forbids_what_is_due(code, a, b) || forbids_what_is_due(code, b, a))
        return "one still forbids the event when the other is already due";
    if (allows_too_few(a, b) || allows_too_few(b, a))
        return "one allows fewer events than the other asks for";
    if (conditions_exclude(a, b))
        return "nothing meets the conditions of both";
    return NULL;
}

/* -- one makes the other pointless -- */

/* Whoever keeps `strict` has kept `loose`, and loose adds nothing of its own. */
static bool makes_pointless(const struct promise *strict, const struct promise *loose)
{
    if (strict->pair_count > 0 || strict->extension_count > 0 || strict->void_when ||
        loose->remedy.kind != REMEDY_NONE)
        return false;
    if (loose->has_target)
        return strict->has_target && strict->target_ppm >= loose->target_ppm;
    return !strict->has_target;
}

static bool is_stricter(const struct code *code, const struct promise *a, const struct promise *b)
{
    if (!event_list_same(a->on, b->on) || !event_list_same(a->duty.event, b->duty.event) ||
        a->on_every != b->on_every)
        return false;
    if (a->duty.kind == DUTY_WITHIN)
        return limit_surely_longer(code, &b->duty.limit, &a->duty.limit);
    return a->duty.kind == DUTY_AT_MOST && window_same(a->duty.window, b->duty.window) &&
           a->duty.count < b->duty.count;
}

static void say_pointless(const struct promise *strict, const struct promise *loose,
                          struct diagnostics *d)
{
    diagnostic_add(d, SEVERITY_WARNING, "pointless-promise", loose->duty.span,
                   "\"%.*s\" adds nothing: \"%.*s\" (line %u) is stricter about the same",
                   TEXT_ARG(loose->name), TEXT_ARG(strict->name), (unsigned)strict->span.line);
    diagnostic_suggest(d, "remove it, or give the two different targets or remedies");
}

static void check_pair(const struct code *code, const struct promise *a, const struct promise *b,
                       struct diagnostics *d)
{
    if (!key_same(a->key, b->key) || !dates_overlap(a->applies, b->applies) ||
        !triggers_meet(a, b) || text_eq(a->name, b->name))
        return;
    const char *why = contradiction(code, a, b);
    if (why) {
        diagnostic_add(d, SEVERITY_ERROR, "contradiction", b->duty.span,
                       "this cannot be kept together with \"%.*s\" (line %u): %s",
                       TEXT_ARG(a->name), (unsigned)a->duty.span.line, why);
        diagnostic_suggest(d, "change one of them, or tell their cases apart with \"where\"");
        return;
    }
    if (a->duty.kind != b->duty.kind)
        return;
    if (promise_same(a, b)) {
        diagnostic_add(d, SEVERITY_WARNING, "duplicate-promise", b->span,
                       "\"%.*s\" promises the same as \"%.*s\" (line %u)", TEXT_ARG(b->name),
                       TEXT_ARG(a->name), (unsigned)a->span.line);
        diagnostic_suggest(d, "remove one of them, or tell their cases apart with \"where\"");
    } else if (is_stricter(code, a, b) && makes_pointless(a, b)) {
        say_pointless(a, b, d);
    } else if (is_stricter(code, b, a) && makes_pointless(b, a)) {
        say_pointless(b, a, d);
    }
}

void check_contradictions(const struct code *code, struct diagnostics *d)
{
    struct place *places = ARENA_ARRAY(d->arena, struct place, code->promise_count);
    for (size_t i = 0; i < code->promise_count; i++) {
        const struct promise *p = &code->promises[i];
        const struct event *e = p->duty.event ? p->duty.event : p->on;
        bool narrow = p->on && !p->on->or &&p->on->where;
        places[i] = (struct place){.hash = e ? text_hash(e->name) : 0,
                                   .trigger = narrow ? cond_hash(p->on->where) : 0,
                                   .narrow = narrow,
                                   .index = i};
    }
    each_pair(code, places, check_pair, d);
}
