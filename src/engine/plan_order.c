/* Compiling a plan: which verdicts a promise hears, and the order of dependence that follows. */
#include "engine/plan_part.h"

#include <stdlib.h>
#include <string.h>

/* -- which verdicts a promise hears -- */

enum maybe { NO, UNSURE, YES };

static enum maybe maybe_not(enum maybe m)
{
    return (enum maybe)(YES - m);
}

/* Could the condition hold for a verdict touch of that promise? Only comparisons with `promise` are
 * looked at. */
static enum maybe could_hold(const struct cond *c, struct text promise)
{
    if (!c) {
        return YES;
    }
    enum maybe left, right;
    switch (c->kind) {
    case COND_AND:
        left = could_hold(c->left, promise);
        right = could_hold(c->right, promise);
        return left < right ? left : right;
    case COND_OR:
        left = could_hold(c->left, promise);
        right = could_hold(c->right, promise);
        return left > right ? left : right;
    case COND_NOT:
        return maybe_not(could_hold(c->left, promise));
    case COND_COMPARE:
        if (!text_is(c->field, "promise") || c->operand.kind != OPERAND_VALUE ||
            c->operand.value.type != VALUE_TEXT || (c->op != COMPARE_EQ && c->op != COMPARE_NE)) {
            return UNSURE;
        }
        return text_eq(c->operand.value.text, promise) == (c->op == COMPARE_EQ) ? YES : NO;
    case COND_IN:
        if (!text_is(c->field, "promise")) {
            return UNSURE;
        }
        for (size_t i = 0; i < c->value_count; i++) {
            if (c->values[i].type == VALUE_TEXT && text_eq(c->values[i].text, promise)) {
                return YES;
            }
        }
        return NO;
    case COND_CONTAINS:
    case COND_GIVEN:
    case COND_MISSING:
    case COND_OPENS_THREAD:
    case COND_AT_LEAST_BEFORE:
    case COND_WITHIN:
        break;
    }
    return UNSURE;
}

static int verdict_of_event(const struct plan *p, uint32_t event)
{
    for (int v = 0; v < VERDICTS; v++) {
        if (text_eq(p->events.texts[event], verdict_names[v])) {
            return v;
        }
    }
    return -1;
}

/* Only what owes a remedy gives its events: a promise about all remedies owed does not hear itself.
 */
static bool may_give(const struct plan *p, uint32_t promise, int verdict)
{
    if (verdict != VERDICT_OWED && verdict != VERDICT_WITHDRAWN) {
        return true;
    }
    for (size_t i = 0; i < p->form_count; i++) {
        const struct form *form = &p->forms[i];
        if (form->promise_number == promise && form->promise->remedy.kind != REMEDY_NONE) {
            return true;
        }
    }
    return false;
}

static bool may_hear(const struct plan *p, const struct matcher *m, uint32_t source, int verdict)
{
    return could_hold(m->event ? m->event->where : NULL, p->promises[source].name) != NO &&
           may_give(p, source, verdict);
}

void plan_each_hearing(struct plan *p, plan_hears_fn *each)
{
    for (size_t i = 0; i < p->matcher_count; i++) {
        const struct matcher *m = &p->matchers[i];
        int verdict = verdict_of_event(p, m->event_number);
        for (uint32_t s = 0; verdict >= 0 && s < p->promise_count; s++) {
            if (may_hear(p, m, s, verdict)) {
                each(p, m, s, verdict);
            }
        }
    }
}

/* -- order of dependence -- */

bool plan_same_key(struct key a, struct key b)
{
    return a.kind == b.kind && (a.kind != KEY_ATTRIBUTE || text_eq(a.attribute, b.attribute));
}

/* edges[listener * promise_count + source]: 1 heard, 2 heard across keys or anywhere. */
static void collect_edge(struct plan *p, const struct matcher *m, unsigned char *edges,
                         uint32_t source)
{
    uint32_t listener = p->forms[m->form].promise_number;
    bool across = !plan_same_key(p->promises[listener].key, p->promises[source].key) || m->anywhere;
    unsigned char *edge = &edges[listener * p->promise_count + source];
    *edge |= across ? 2 : 1;
}

/* Ranks promises so that each comes after those it hears, Code order where free; sets phases.
 * False: a cycle. */
static bool rank_promises(struct plan *p, const unsigned char *edges, uint32_t *phase)
{
    size_t n = p->promise_count;
    uint32_t *waits = ARENA_ARRAY(p->arena, uint32_t, n); /* for so many; n + 1: ranked */
    for (size_t i = 0; i < n; i++) {
        for (size_t heard = 0; heard < n; heard++) {
            waits[i] += edges[i * n + heard] != 0;
        }
    }
    for (uint32_t rank = 0; rank < n; rank++) {
        size_t next = 0;
        while (next < n && waits[next] != 0) {
            next++;
        }
        if (next == n) {
            return false;
        }
        waits[next] = (uint32_t)n + 1;
        p->promises[next].rank = rank;
        for (size_t listener = 0; listener < n; listener++) {
            unsigned char edge = edges[listener * n + next];
            if (edge) {
                uint32_t least = phase[next] + ((edge & 2) ? 1 : 0);
                phase[listener] = phase[listener] > least ? phase[listener] : least;
                waits[listener]--;
            }
        }
    }
    return true;
}

/* Without verdict listeners nothing depends on anything: Code order, one phase. */
static bool any_hearing(const struct plan *p)
{
    for (size_t i = 0; i < p->matcher_count; i++) {
        if (verdict_of_event(p, p->matchers[i].event_number) >= 0) {
            return true;
        }
    }
    return false;
}

enum err plan_order_promises(struct plan *p, uint32_t *phase, struct err_info *info)
{
    size_t n = p->promise_count;
    if (!any_hearing(p)) {
        for (uint32_t i = 0; i < n; i++) {
            p->promises[i].rank = i;
        }
        return ERR_NONE;
    }
    unsigned char *edges = calloc(n * n, 1);
    if (!edges) {
        abort();
    }
    for (size_t i = 0; i < p->matcher_count; i++) {
        const struct matcher *m = &p->matchers[i];
        int verdict = verdict_of_event(p, m->event_number);
        for (uint32_t s = 0; verdict >= 0 && s < n; s++) {
            if (may_hear(p, m, s, verdict)) {
                collect_edge(p, m, edges, s);
            }
        }
    }
    bool ranked = rank_promises(p, edges, phase);
    free(edges);
    if (!ranked) {
        return err_set(
            info, ERR_INVALID,
            "promises hear each other's verdicts in a circle; name the promise meant with "
            "`where promise = NAME`");
    }
    return ERR_NONE;
}
