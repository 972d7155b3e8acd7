#include "engine/plan.h"

#include "engine/name_hash.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

const struct text verdict_names[VERDICTS] = {
    [VERDICT_KEPT] = TEXT("promise.kept"),          [VERDICT_BROKEN] = TEXT("promise.broken"),
    [VERDICT_EXCUSED] = TEXT("promise.excused"),    [VERDICT_OWED] = TEXT("remedy.owed"),
    [VERDICT_WITHDRAWN] = TEXT("remedy.withdrawn"),
};

/* -- names -- */

static void symbols_rehash(struct symbols *n, struct arena *a)
{
    n->slot_count = n->slot_count ? n->slot_count * 2 : 64;
    n->slots = ARENA_ARRAY(a, uint32_t, n->slot_count);
    for (uint32_t i = 0; i < n->count; i++) {
        uint32_t at = (uint32_t)name_hash(n->texts[i], 0) & (n->slot_count - 1);
        while (n->slots[at]) {
            at = (at + 1) & (n->slot_count - 1);
        }
        n->slots[at] = i + 1;
    }
}

uint32_t symbols_find(const struct symbols *n, struct text t)
{
    if (!n->slot_count) {
        return NAME_NONE;
    }
    uint32_t at = (uint32_t)name_hash(t, 0) & (n->slot_count - 1);
    while (n->slots[at]) {
        if (text_eq(n->texts[n->slots[at] - 1], t)) {
            return n->slots[at] - 1;
        }
        at = (at + 1) & (n->slot_count - 1);
    }
    return NAME_NONE;
}

uint32_t symbols_add(struct symbols *n, struct arena *a, struct text t)
{
    uint32_t found = symbols_find(n, t);
    if (found != NAME_NONE) {
        return found;
    }
    if (n->count == n->capacity) {
        uint32_t capacity = n->capacity ? n->capacity * 2 : 32;
        n->texts = arena_grow(a, n->texts, n->count, capacity, sizeof(*n->texts));
        n->capacity = capacity;
    }
    n->texts[n->count++] = t;
    if (n->count * 2 > n->slot_count) {
        symbols_rehash(n, a);
    } else {
        uint32_t at = (uint32_t)name_hash(t, 0) & (n->slot_count - 1);
        while (n->slots[at]) {
            at = (at + 1) & (n->slot_count - 1);
        }
        n->slots[at] = n->count;
    }
    return n->count - 1;
}

/* -- tests -- */

const struct text field_names[FIELD_ATTRIBUTE] = {
    [FIELD_SOURCE] = TEXT("source"),   [FIELD_ID] = TEXT("id"),
    [FIELD_THREAD] = TEXT("thread"),   [FIELD_CUSTOMER] = TEXT("customer"),
    [FIELD_CHANNEL] = TEXT("channel"), [FIELD_PERSON] = TEXT("person"),
    [FIELD_ROLE] = TEXT("role"),       [FIELD_TEAM] = TEXT("team"),
    [FIELD_ACTOR] = TEXT("actor"),     [FIELD_OCCURRED] = TEXT("occurred"),
};

static uint32_t field_number(struct plan *p, struct text name)
{
    for (uint32_t i = 0; i < FIELD_ATTRIBUTE; i++) {
        if (text_eq(field_names[i], name)) {
            return i;
        }
    }
    return FIELD_ATTRIBUTE + symbols_add(&p->attributes, p->arena, name);
}

static void name_moment(struct plan *p, const struct moment *m)
{
    if (m->kind == MOMENT_ATTRIBUTE) {
        field_number(p, m->attribute);
    }
}

static void name_table(struct plan *p, const struct code *code, int table)
{
    if (table >= 0 && code->tables[table].by != TABLE_BY_DAY) {
        field_number(p, code->tables[table].attribute);
    }
}

static void name_limit(struct plan *p, const struct code *code, const struct limit *limit)
{
    if (limit->kind == LIMIT_TABLE) {
        name_table(p, code, limit->table);
    }
}

static const struct test *test_compile(struct plan *p, const struct code *code,
                                       const struct cond *c)
{
    if (!c) {
        return NULL;
    }
    struct test *t = ARENA_NEW(p->arena, struct test);
    t->cond = c;
    t->left = test_compile(p, code, c->left);
    t->right = test_compile(p, code, c->right);
    if (c->field.len) {
        t->field = field_number(p, c->field);
    }
    if (c->kind == COND_COMPARE && c->operand.kind == OPERAND_FIELD) {
        t->operand_field = field_number(p, c->operand.field);
    }
    if (c->kind == COND_COMPARE && c->operand.kind == OPERAND_MOMENT) {
        name_moment(p, &c->operand.moment);
    }
    if (c->kind == COND_AT_LEAST_BEFORE || c->kind == COND_WITHIN) {
        name_moment(p, &c->moment);
        name_limit(p, code, &c->limit);
        t->per_opening = true;
    }
    t->opens_thread = c->kind == COND_OPENS_THREAD || (t->left && t->left->opens_thread) ||
                      (t->right && t->right->opens_thread);
    t->per_opening =
        t->per_opening || (t->left && t->left->per_opening) || (t->right && t->right->per_opening);
    return t;
}

/* -- matchers -- */

struct compiler {
    struct plan *plan;
    size_t matcher_capacity;
    uint32_t verdict_events[VERDICTS];
};

static struct matcher *add_matcher(struct compiler *c, struct form *form, enum role role,
                                   uint32_t index, struct text event_name)
{
    struct plan *p = c->plan;
    if (p->matcher_count == c->matcher_capacity) {
        size_t capacity = c->matcher_capacity ? c->matcher_capacity * 2 : 64;
        p->matchers =
            arena_grow(p->arena, p->matchers, p->matcher_count, capacity, sizeof(*p->matchers));
        c->matcher_capacity = capacity;
    }
    struct matcher *m = &p->matchers[p->matcher_count++];
    *m = (struct matcher){
        .promise = form->promise_number, .form = form->number, .role = role, .index = index};
    m->event_number = symbols_add(&p->events, p->arena, event_name);
    return m;
}

static void add_event(struct compiler *c, struct form *form, enum role role, uint32_t index,
                      const struct event *event)
{
    for (; event; event = event->or) {
        struct matcher *m = add_matcher(c, form, role, index, event->name);
        m->event = event;
        m->test = test_compile(c->plan, form->code, event->where);
        m->anywhere = event->anywhere;
        m->per_opening = (m->test && m->test->per_opening && role != ROLE_OPEN) ||
                         event->by == BY_ANOTHER_PERSON;
        c->plan->uses_opens_thread |= m->test && m->test->opens_thread;
        form->hears_world |= event->anywhere;
        form->remembers_world |=
            event->anywhere && (role == ROLE_FULFIL || role == ROLE_EXCUSE_START ||
                                role == ROLE_EXCUSE_END || role == ROLE_OPEN);
        if (event->by == BY_ANOTHER_PERSON && event->than.len) {
            add_matcher(c, form, ROLE_THAN, index, event->than);
        }
    }
}

/* `obligation.excused` and `remedy.claimed` name a promise by attribute instead of standing in the
 * Code. */
static void add_manual(struct compiler *c, struct form *form)
{
    add_matcher(c, form, ROLE_EXCUSE_NOW, 0, TEXT("obligation.excused"));
    if (form->promise->remedy.if_claimed) {
        add_matcher(c, form, ROLE_CLAIM, 0, TEXT("remedy.claimed"));
    }
}

static void name_amounts(struct plan *p, const struct form *form)
{
    const struct amount *a = &form->promise->remedy.amount;
    if (a->kind == AMOUNT_SHARE || a->kind == AMOUNT_TABLE_SHARE) {
        field_number(p, a->attribute);
    }
    if (a->kind == AMOUNT_TABLE || a->kind == AMOUNT_TABLE_SHARE) {
        name_table(p, form->code, a->table);
    }
}

static void compile_form(struct compiler *c, struct form *form)
{
    struct plan *p = c->plan;
    const struct promise *promise = form->promise;
    const struct duty *duty = &promise->duty;
    add_event(c, form, ROLE_OPEN, 0, promise->on);
    add_event(c, form, ROLE_FULFIL, 0, duty->event);
    add_event(c, form, ROLE_UNTIL, 0, duty->until);
    add_event(c, form, ROLE_VOID, 0, promise->void_when);
    for (uint32_t i = 0; i < promise->pair_count; i++) {
        bool pause = promise->pairs[i].kind == PAIR_PAUSE;
        add_event(c, form, pause ? ROLE_PAUSE : ROLE_EXCUSE_START, i, promise->pairs[i].start);
        add_event(c, form, pause ? ROLE_RESUME : ROLE_EXCUSE_END, i, promise->pairs[i].end);
    }
    for (uint32_t i = 0; i < promise->extension_count; i++) {
        add_event(c, form, ROLE_EXTEND, i, promise->extensions[i].when);
    }
    add_manual(c, form);
    name_limit(p, form->code, &duty->limit);
    name_moment(p, &duty->from);
    name_moment(p, &duty->by);
    name_amounts(p, form);
    form->be = test_compile(p, form->code, duty->be);
    if (form->be) {
        p->uses_opens_thread |= form->be->opens_thread;
    }
}

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

typedef void hears_fn(struct plan *p, const struct matcher *m, uint32_t source, int verdict);

/* Calls `each` for every (listening matcher, promise it may hear). */
static void each_hearing(struct plan *p, hears_fn *each)
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

static bool same_key(struct key a, struct key b)
{
    return a.kind == b.kind && (a.kind != KEY_ATTRIBUTE || text_eq(a.attribute, b.attribute));
}

/* edges[listener * promise_count + source]: 1 heard, 2 heard across keys or anywhere. */
static void collect_edge(struct plan *p, const struct matcher *m, unsigned char *edges,
                         uint32_t source)
{
    uint32_t listener = p->forms[m->form].promise_number;
    bool across = !same_key(p->promises[listener].key, p->promises[source].key) || m->anywhere;
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

static enum err order_promises(struct plan *p, uint32_t *phase, struct err_info *info)
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

/* -- lanes -- */

static uint32_t lane_for(struct plan *p, struct key key, uint32_t phase)
{
    for (uint32_t i = 0; i < p->lane_count; i++) {
        if (p->lanes[i].phase == phase && same_key(p->lanes[i].key, key)) {
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
                                                 : field_number(p, key.attribute);
    return (uint32_t)p->lane_count++;
}

static void fill_lanes(struct plan *p, const uint32_t *phase)
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

static void index_matchers(struct plan *p)
{
    for (size_t i = 0; i < p->matcher_count; i++) {
        p->matchers[i].lane = p->forms[p->matchers[i].form].lane;
    }
    if (p->matcher_count) {
        qsort(p->matchers, p->matcher_count, sizeof(*p->matchers), compare_matchers);
    }
    for (size_t i = 1; i < p->matcher_count; i++) {
        struct matcher *before = &p->matchers[i - 1], *m = &p->matchers[i];
        m->clause = before->clause + (compare_matchers(before, m) != 0);
    }
    p->event_first = ARENA_ARRAY(p->arena, uint32_t, p->events.count + 1);
    size_t m = 0;
    for (uint32_t e = 0; e <= p->events.count; e++) {
        while (m < p->matcher_count && p->matchers[m].event_number < e) {
            m++;
        }
        p->event_first[e] = (uint32_t)m;
    }
    each_hearing(p, note_heard);
}

/* -- forms -- */

static int64_t date_us(const struct zone *zone, struct date d)
{
    return zone_to_utc(zone, date_to_days(d) * DAY_US);
}

static void dates_us(const struct zone *zone, struct dates d, int64_t *from, int64_t *until)
{
    *from = d.has_from ? date_us(zone, d.from) : MOMENT_BEFORE_ALL;
    *until = d.has_until ? date_us(zone, d.until) : MOMENT_NEVER;
}

static enum err read_file(const struct plan_source *source, struct text name, struct arena *arena,
                          struct text *ret, struct err_info *info)
{
    if (!source->read) {
        return err_set(info, ERR_NOT_FOUND, "the Code needs the file %.*s", TEXT_ARG(name));
    }
    return source->read(source->context, name, arena, ret, info);
}

static enum err find_zone(struct arena *arena, const struct plan_source *source, struct text name,
                          struct zone **ret, struct err_info *info)
{
    struct text bytes;
    enum err e = read_file(source, arena_printf(arena, "zoneinfo/%.*s", TEXT_ARG(name)), arena,
                           &bytes, info);
    if (e == ERR_NOT_FOUND) {
        return zone_load(arena, name, ret, info);
    }
    return e ? e : zone_parse(arena, name, bytes, ret, info);
}

static enum err compile_calendar(struct arena *arena, const struct plan_source *source,
                                 const struct calendar_def *def, struct zone *zone,
                                 struct calendar **ret, struct err_info *info)
{
    enum err e;
    if (def->zone.len && !text_eq(def->zone, source->code->zone) &&
        (e = find_zone(arena, source, def->zone, &zone, info))) {
        return e;
    }
    struct text *ics = ARENA_ARRAY(arena, struct text, def->ics_count);
    for (size_t i = 0; i < def->ics_count; i++) {
        if ((e = read_file(source, def->ics_files[i], arena, &ics[i], info))) {
            return e;
        }
    }
    return calendar_compile(arena, def, zone, def->ics_count ? ics : NULL, ret, info);
}

static enum err compile_clock(struct arena *arena, const struct plan_source *source,
                              struct clock *ret, struct err_info *info)
{
    const struct code *code = source->code;
    struct zone *zone;
    enum err e = find_zone(arena, source, code->zone.len ? code->zone : TEXT("UTC"), &zone, info);
    if (e) {
        return e;
    }
    struct calendar **calendars = ARENA_ARRAY(arena, struct calendar *, code->calendar_count);
    for (size_t i = 0; i < code->calendar_count; i++) {
        if ((e = compile_calendar(arena, source, &code->calendars[i], zone, &calendars[i], info))) {
            return e;
        }
    }
    *ret = (struct clock){zone, calendars};
    return ERR_NONE;
}

static int compare_versions(const void *a, const void *b)
{
    const struct version *x = a, *y = b;
    if (x->from_us != y->from_us) {
        return x->from_us < y->from_us ? -1 : 1;
    }
    return x->given < y->given ? -1 : x->given > y->given;
}

static enum err compile_versions(struct plan *p, const struct plan_source *sources, size_t count,
                                 struct err_info *info)
{
    p->versions = ARENA_ARRAY(p->arena, struct version, count);
    p->version_count = count;
    for (size_t i = 0; i < count; i++) {
        struct version *v = &p->versions[i];
        v->code = sources[i].code;
        v->given = i;
        enum err e = compile_clock(p->arena, &sources[i], &v->clock, info);
        if (e) {
            return e;
        }
        dates_us(v->clock.zone, v->code->applies, &v->from_us, &v->until_us);
        if (v->from_us < sources[i].from_us) {
            v->from_us = sources[i].from_us;
        }
    }
    if (count) {
        qsort(p->versions, count, sizeof(*p->versions), compare_versions);
    }
    return ERR_NONE;
}

bool form_in_force(const struct plan *p, const struct form *form, int64_t us)
{
    if (us < form->from_us || us >= form->until_us) {
        return false;
    }
    for (size_t v = p->version_count; v-- > 0;) {
        if (us >= p->versions[v].from_us && us < p->versions[v].until_us) {
            return form->version == v;
        }
    }
    return false;
}

static enum err number_promises(struct plan *p, struct err_info *info)
{
    struct symbols *names = &p->promise_names;
    const struct version *versions = p->versions;
    size_t count = p->version_count;
    /* the order of the last Code first, then promises that only earlier ones hold */
    size_t forms = 0;
    for (size_t v = count; v-- > 0;) {
        for (size_t i = 0; i < versions[v].code->promise_count; i++) {
            symbols_add(names, p->arena, versions[v].code->promises[i].name);
            forms++;
        }
    }
    p->promise_count = names->count;
    p->promises = ARENA_ARRAY(p->arena, struct plan_promise, p->promise_count);
    p->forms = ARENA_ARRAY(p->arena, struct form, forms);
    bool *seen = ARENA_ARRAY(p->arena, bool, p->promise_count);
    for (size_t v = 0; v < count; v++) {
        for (size_t i = 0; i < versions[v].code->promise_count; i++) {
            const struct promise *promise = &versions[v].code->promises[i];
            uint32_t number = symbols_find(names, promise->name);
            struct plan_promise *known = &p->promises[number];
            if (seen[number] && !same_key(known->key, promise->key)) {
                return err_set(
                    info, ERR_INVALID,
                    "promise %.*s is made per another key in a later version; give the new one "
                    "another name",
                    TEXT_ARG(promise->name));
            }
            seen[number] = true;
            known->name = promise->name;
            known->key = promise->key;
        }
    }
    return ERR_NONE;
}

static void set_form(struct plan *p, uint32_t version, const struct promise *promise,
                     uint32_t number, struct form *form)
{
    form->promise = promise;
    form->code = p->versions[version].code;
    form->version = version;
    form->promise_number = number;
    form->number = (uint32_t)(form - p->forms);
    form->clock = p->versions[version].clock;
    dates_us(form->clock.zone, promise->applies, &form->from_us, &form->until_us);
    p->promises[number].latest = form->number;
}

/* Forms are numbered promise by promise, older before newer. */
static void add_forms(struct plan *p)
{
    const struct symbols *names = &p->promise_names;
    uint32_t *next = ARENA_ARRAY(p->arena, uint32_t, p->promise_count + 1);
    for (int pass = 0; pass < 2; pass++) {
        for (uint32_t v = 0; v < p->version_count; v++) {
            for (size_t i = 0; i < p->versions[v].code->promise_count; i++) {
                const struct promise *promise = &p->versions[v].code->promises[i];
                uint32_t number = symbols_find(names, promise->name);
                if (pass == 0) {
                    next[number + 1]++;
                    p->form_count++;
                } else {
                    set_form(p, v, promise, number, &p->forms[next[number]++]);
                }
            }
        }
        for (size_t n = 0; pass == 0 && n < p->promise_count; n++) {
            next[n + 1] += next[n];
        }
    }
}

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
    enum err e = compile_versions(p, sources, count, info);
    if (e) {
        return e;
    }
    p->fingerprint = fingerprint(p->versions, count);
    if ((e = number_promises(p, info))) {
        return e;
    }
    add_forms(p);
    struct compiler c = {.plan = p};
    field_number(p, TEXT("promise"));
    field_number(p, TEXT("opening"));
    field_number(p, TEXT("key"));
    for (size_t i = 0; i < p->form_count; i++) {
        compile_form(&c, &p->forms[i]);
    }
    uint32_t *phase = ARENA_ARRAY(arena, uint32_t, p->promise_count);
    if ((e = order_promises(p, phase, info))) {
        return e;
    }
    fill_lanes(p, phase);
    index_matchers(p);
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

const struct promise *plan_form(const struct plan *p, size_t form, const struct code **ret_code)
{
    if (ret_code) {
        *ret_code = p->forms[form].code;
    }
    return p->forms[form].promise;
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
