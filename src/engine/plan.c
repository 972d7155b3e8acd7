/* A plan: compiled step by step here, and asked about. */
#include "engine/plan_part.h"

const struct text verdict_names[VERDICTS] = {
    [VERDICT_KEPT] = TEXT("promise.kept"),          [VERDICT_BROKEN] = TEXT("promise.broken"),
    [VERDICT_EXCUSED] = TEXT("promise.excused"),    [VERDICT_OWED] = TEXT("remedy.owed"),
    [VERDICT_WITHDRAWN] = TEXT("remedy.withdrawn"),
};

static uint64_t fingerprint(const struct version *versions, size_t count)
{
    uint64_t h = 1;
    for (size_t i = 0; i < count; i++) {
        h = (h ^ text_hash(versions[i].code->source)) * 0x9e3779b97f4a7c15u;
    }
    return h;
}

enum err plan_compile_versions(struct arena *arena, const struct plan_source *sources, size_t count,
                               struct plan **ret, struct err_info *info)
{
    struct plan *p = ARENA_NEW(arena, struct plan);
    p->arena = arena;
    enum err e = plan_compile_clocks(p, sources, count, info);
    if (e) {
        return e;
    }
    p->fingerprint = fingerprint(p->versions, count);
    if ((e = plan_number_promises(p, info))) {
        return e;
    }
    plan_add_forms(p);
    struct plan_compiler c = {.plan = p};
    plan_number_field(p, TEXT("promise"));
    plan_number_field(p, TEXT("opening"));
    plan_number_field(p, TEXT("key"));
    for (size_t i = 0; i < p->form_count; i++) {
        plan_compile_form(&c, &p->forms[i]);
    }
    uint32_t *phase = ARENA_ARRAY(arena, uint32_t, p->promise_count);
    if ((e = plan_order_promises(p, phase, info))) {
        return e;
    }
    plan_fill_lanes(p, phase);
    plan_index_matchers(p);
    *ret = p;
    return ERR_NONE;
}

enum err plan_compile(struct arena *arena, const struct code *const *codes, size_t count,
                      plan_read_fn *read, void *context, struct plan **ret, struct err_info *info)
{
    struct plan_source *sources = ARENA_ARRAY(arena, struct plan_source, count);
    for (size_t i = 0; i < count; i++) {
        sources[i] = (struct plan_source){codes[i], MOMENT_BEFORE_ALL, read, context};
    }
    return plan_compile_versions(arena, sources, count, ret, info);
}

size_t plan_promise_count(const struct plan *p)
{
    return p->promise_count;
}

struct promise_info plan_promise(const struct plan *p, size_t number)
{
    const struct form *latest = &p->forms[p->promises[number].latest];
    return (struct promise_info){p->promises[number].name, latest->promise, latest->code};
}

struct promise_info plan_promise_at(const struct plan *p, size_t number, int64_t us)
{
    /* its forms lie side by side, the last one behind */
    for (size_t i = p->promises[number].latest + 1; i-- > 0;) {
        const struct form *form = &p->forms[i];
        if (form->promise_number != number) {
            break;
        }
        if (form_in_force(p, form, us)) {
            return (struct promise_info){p->promises[number].name, form->promise, form->code};
        }
    }
    return plan_promise(p, number);
}

const struct promise *plan_form(const struct plan *p, size_t form, const struct code **ret_code)
{
    if (ret_code) {
        *ret_code = p->forms[form].code;
    }
    return p->forms[form].promise;
}

bool plan_clock(const struct plan *p, const struct code *code, struct clock *ret)
{
    for (size_t i = 0; i < p->version_count; i++) {
        if (p->versions[i].code == code) {
            *ret = p->versions[i].clock;
            return true;
        }
    }
    return false;
}

bool plan_names_event(const struct plan *p, struct text event)
{
    return symbols_find(&p->events, event) != NAME_NONE;
}

bool plan_names_attribute(const struct plan *p, struct text attribute)
{
    return symbols_find(&p->attributes, attribute) != NAME_NONE;
}

size_t plan_lane_count(const struct plan *p)
{
    return p->lane_count;
}

struct key plan_lane_key(const struct plan *p, size_t lane)
{
    return p->lanes[lane].key;
}

struct text plan_lane_name(const struct plan *p, size_t lane)
{
    return p->lanes[lane].name;
}

bool plan_is_heard_elsewhere(const struct plan *p, size_t promise, size_t lane)
{
    bool heard = false;
    for (int v = 0; v < VERDICTS; v++) {
        heard = heard || p->promises[promise].heard_elsewhere[v];
    }
    return heard && p->promises[promise].lane == lane;
}

bool plan_uses_opens_thread(const struct plan *p)
{
    return p->uses_opens_thread;
}

bool plan_hears_world(const struct plan *p)
{
    return p->hears_world;
}

bool plan_find_promise(const struct plan *p, struct text name, size_t *ret_number, size_t *ret_lane)
{
    uint32_t number = symbols_find(&p->promise_names, name);
    if (number == NAME_NONE) {
        return false;
    }
    *ret_number = number;
    *ret_lane = p->promises[number].lane;
    return true;
}

struct text plan_anywhere_event(const struct plan *p, size_t i)
{
    for (size_t m = 0; m < p->matcher_count; m++) {
        if (p->matchers[m].event && p->matchers[m].event->anywhere && i-- == 0) {
            return p->matchers[m].event->name;
        }
    }
    return (struct text){0};
}
