/* Compiling a plan: lanes, and the order and index of matchers. */
#include "engine/plan_part.h"

#include <stdlib.h>
#include <string.h>

static uint32_t lane_for(struct plan *p, struct key key, uint32_t phase)
{
    for (uint32_t i = 0; i < p->lane_count; i++) {
        if (p->lanes[i].phase == phase && plan_same_key(p->lanes[i].key, key)) {
            return i;
        }
    }
    struct lane *lane = &p->lanes[p->lane_count];
    lane->key = key;
    lane->phase = phase;
    lane->name = key.kind == KEY_THREAD ? TEXT("thread")
                 : key.kind == KEY_CUSTOMER
                     ? TEXT("customer")
                     : arena_printf(p->arena, "by:%.*s", TEXT_ARG(key.attribute));
    if (phase) {
        lane->name = arena_printf(p->arena, "%.*s+%u", TEXT_ARG(lane->name), phase);
    }
    lane->key_field = key.kind == KEY_THREAD     ? FIELD_THREAD
                      : key.kind == KEY_CUSTOMER ? FIELD_CUSTOMER
                                                 : plan_number_field(p, key.attribute);
    return (uint32_t)p->lane_count++;
}

void plan_fill_lanes(struct plan *p, const uint32_t *phase)
{
    p->lanes = ARENA_ARRAY(p->arena, struct lane, p->promise_count + 1);
    uint32_t last_phase = 0;
    for (size_t i = 0; i < p->promise_count; i++) {
        last_phase = phase[i] > last_phase ? phase[i] : last_phase;
    }
    for (uint32_t at = 0; at <= last_phase; at++) { /* so that later phases have later numbers */
        for (size_t i = 0; i < p->promise_count; i++) {
            if (phase[i] == at) {
                p->promises[i].lane = lane_for(p, p->promises[i].key, at);
                p->lanes[p->promises[i].lane].promise_count++;
            }
        }
    }
    for (size_t l = 0; l < p->lane_count; l++) {
        p->lanes[l].promises_by_rank = ARENA_ARRAY(p->arena, uint32_t, p->lanes[l].promise_count);
        p->lanes[l].promise_count = 0;
    }
    uint32_t *by_rank = ARENA_ARRAY(p->arena, uint32_t, p->promise_count);
    for (uint32_t i = 0; i < p->promise_count; i++) {
        by_rank[p->promises[i].rank] = i;
    }
    for (size_t r = 0; r < p->promise_count; r++) {
        struct lane *lane = &p->lanes[p->promises[by_rank[r]].lane];
        lane->promises_by_rank[lane->promise_count++] = by_rank[r];
    }
    for (size_t f = 0; f < p->form_count; f++) {
        struct form *form = &p->forms[f];
        form->lane = p->promises[form->promise_number].lane;
        p->lanes[form->lane].hears_world |= form->hears_world;
        p->lanes[form->lane].remembers_world |= form->remembers_world;
        p->hears_world |= form->hears_world;
    }
}

static void note_heard(struct plan *p, const struct matcher *m, uint32_t source, int verdict)
{
    bool here = m->lane == p->promises[source].lane && !m->anywhere;
    if (here) {
        p->promises[source].heard_in_lane[verdict] = true;
    } else {
        p->promises[source].heard_elsewhere[verdict] = true;
    }
}

static int compare_matchers(const void *a, const void *b)
{
    const struct matcher *x = a, *y = b;
    if (x->event_number != y->event_number) {
        return x->event_number < y->event_number ? -1 : 1;
    }
    if (x->lane != y->lane) {
        return x->lane < y->lane ? -1 : 1;
    }
    if (x->promise != y->promise) {
        return x->promise < y->promise ? -1 : 1;
    }
    if (x->role != y->role) {
        return x->role < y->role ? -1 : 1;
    }
    if (x->form != y->form) {
        return x->form < y->form ? -1 : 1;
    }
    return x->index < y->index ? -1 : x->index > y->index;
}

void plan_index_matchers(struct plan *p)
{
    for (size_t i = 0; i < p->matcher_count; i++) {
        p->matchers[i].lane = p->forms[p->matchers[i].form].lane;
    }
    if (p->matcher_count) {
        qsort(p->matchers, p->matcher_count, sizeof(*p->matchers), compare_matchers);
    }
    if (p->matcher_count) {
        p->matchers[0].alone = true;
    }
    for (size_t i = 1; i < p->matcher_count; i++) {
        struct matcher *before = &p->matchers[i - 1], *m = &p->matchers[i];
        bool other = compare_matchers(before, m) != 0;
        m->clause = before->clause + other;
        m->alone = other;
        before->alone = before->alone && other;
    }
    p->event_first = ARENA_ARRAY(p->arena, uint32_t, p->events.count + 1);
    size_t m = 0;
    for (uint32_t e = 0; e <= p->events.count; e++) {
        while (m < p->matcher_count && p->matchers[m].event_number < e) {
            m++;
        }
        p->event_first[e] = (uint32_t)m;
    }
    p->event_is_own = ARENA_ARRAY(p->arena, bool, p->events.count);
    for (size_t i = 0; i < p->matcher_count; i++) {
        const struct matcher *matcher = &p->matchers[i];
        p->event_is_own[matcher->event_number] |= matcher->test && matcher->test->looks_at_own;
    }
    plan_each_hearing(p, note_heard);
}
