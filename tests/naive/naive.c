/* The whole: order of touches, order of promises, verdict touches (rules 1, 7, 32 to 35). */
#include "naive.h"

#include "naive_part.h"

#include <stdlib.h>
#include <string.h>

/* What a promise said at some instant; other promises hear it as a touch. */
struct verdict {
    struct touch touch;
    struct when when;
    size_t life;
    unsigned place; /* of those of one life at one point */
};

struct evaluation {
    struct arena *arena;
    struct version *versions;
    size_t version_count;
    const struct touch **outside; /* sorted, each once, before until */
    size_t outside_count;
    int64_t until_us;
    struct text *names; /* of promises, in Code order */
    bool *is_done;
    size_t name_count;
    struct touch *verdicts; /* promise by promise in order of dependence, then by key, as decided */
    size_t verdict_count;
    struct naive_ledger ledger;
};

/* Room for one more; doubles, since the arena keeps every copy. */
#define GROW(e, array, count) ((array) = naive_grow((e)->arena, (array), (count), sizeof *(array)))

void *naive_grow(struct arena *arena, void *array, size_t count, size_t size)
{
    bool is_full = (count & (count - 1)) == 0;
    return is_full ? arena_grow(arena, array, count, count ? 2 * count : 1, size) : array;
}

/* -- the history -- */

static int touch_order(const struct touch *a, const struct touch *b)
{
    if (a->occurred_us != b->occurred_us) {
        return a->occurred_us < b->occurred_us ? -1 : 1;
    }
    if (a->place != b->place) {
        return a->place < b->place ? -1 : 1;
    }
    int order = text_compare(a->source, b->source);
    return order ? order : text_compare(a->id, b->id);
}

static bool is_repeated(const struct touch *touches, size_t i)
{
    for (size_t j = 0; j < i; j++) {
        if (text_eq(touches[j].source, touches[i].source) &&
            text_eq(touches[j].id, touches[i].id)) {
            return true;
        }
    }
    return false;
}

static void take_touches(struct evaluation *e, const struct touch *touches, size_t count)
{
    e->outside = ARENA_ARRAY(e->arena, const struct touch *, count);
    for (size_t i = 0; i < count; i++) {
        if (is_repeated(touches, i) || touches[i].occurred_us >= e->until_us) {
            continue;
        }
        size_t j = e->outside_count++;
        for (; j > 0 && touch_order(e->outside[j - 1], &touches[i]) > 0; j--) {
            e->outside[j] = e->outside[j - 1];
        }
        e->outside[j] = &touches[i];
    }
}

static bool opens_thread(const struct evaluation *e, size_t i)
{
    for (size_t j = 0; j < i; j++) {
        if (text_eq(e->outside[j]->thread, e->outside[i]->thread)) {
            return false;
        }
    }
    return e->outside[i]->thread.len > 0;
}

/* Outside touches, and after those of an instant its verdict touches. */
static struct item *history(const struct evaluation *e, size_t *ret_count)
{
    struct item *items = ARENA_ARRAY(e->arena, struct item, e->outside_count + e->verdict_count);
    size_t count = 0;
    for (size_t i = 0; i < e->outside_count; i++) {
        items[count++] = (struct item){.touch = e->outside[i], .opens_thread = opens_thread(e, i)};
    }
    for (size_t i = 0; i < e->verdict_count; i++) {
        size_t j = count++;
        for (; j > 0 && items[j - 1].touch->occurred_us > e->verdicts[i].occurred_us; j--) {
            items[j] = items[j - 1];
        }
        items[j] = (struct item){.touch = &e->verdicts[i]};
    }
    *ret_count = count;
    return items;
}

/* -- who hears whom -- */

static bool is_verdict_event(struct text event)
{
    return text_is(event, "promise.kept") || text_is(event, "promise.broken") ||
           text_is(event, "promise.excused") || text_is(event, "remedy.owed") ||
           text_is(event, "remedy.withdrawn");
}

/* Could the condition hold for a touch whose attribute `promise` is that name? */
static bool could_hold(const struct cond *c, struct text name)
{
    if (!c) {
        return true;
    }
    if (c->kind == COND_AND) {
        return could_hold(c->left, name) && could_hold(c->right, name);
    }
    if (c->kind == COND_OR) {
        return could_hold(c->left, name) || could_hold(c->right, name);
    }
    if (c->kind == COND_COMPARE && c->op == COMPARE_EQ && text_is(c->field, "promise") &&
        c->operand.kind == OPERAND_VALUE && c->operand.value.type == VALUE_TEXT) {
        return text_eq(c->operand.value.text, name);
    }
    if (c->kind == COND_IN && text_is(c->field, "promise")) {
        for (size_t i = 0; i < c->value_count; i++) {
            if (c->values[i].type == VALUE_TEXT && text_eq(c->values[i].text, name)) {
                return true;
            }
        }
        return false;
    }
    return true;
}

static struct form *forms_of(const struct evaluation *e, struct text name, size_t *ret_count)
{
    struct form *forms = NULL;
    size_t count = 0;
    for (size_t i = 0; i < e->version_count; i++) {
        const struct code *code = e->versions[i].code;
        for (size_t j = 0; j < code->promise_count; j++) {
            if (text_eq(code->promises[j].name, name)) {
                GROW(e, forms, count);
                forms[count++] = (struct form){&e->versions[i], &code->promises[j]};
            }
        }
    }
    *ret_count = count;
    return forms;
}

static bool gives_remedies(const struct evaluation *e, struct text name)
{
    size_t count = 0;
    const struct form *forms = forms_of(e, name, &count);
    for (size_t i = 0; i < count; i++) {
        if (forms[i].promise->remedy.kind != REMEDY_NONE) {
            return true;
        }
    }
    return false;
}

static bool event_hears(const struct evaluation *e, const struct event *event, struct text name)
{
    for (; event; event = event->or) {
        bool is_remedy = text_starts(event->name, TEXT("remedy."));
        if (is_verdict_event(event->name) && could_hold(event->where, name) &&
            (!is_remedy || gives_remedies(e, name))) {
            return true;
        }
    }
    return false;
}

static bool promise_hears(const struct evaluation *e, const struct promise *p, struct text name)
{
    bool hears = event_hears(e, p->on, name) || event_hears(e, p->duty.event, name) ||
                 event_hears(e, p->duty.until, name) || event_hears(e, p->void_when, name);
    for (size_t i = 0; i < p->pair_count; i++) {
        hears = hears || event_hears(e, p->pairs[i].start, name) ||
                event_hears(e, p->pairs[i].end, name);
    }
    for (size_t i = 0; i < p->extension_count; i++) {
        hears = hears || event_hears(e, p->extensions[i].when, name);
    }
    return hears;
}

static bool waits_for_others(const struct evaluation *e, size_t name)
{
    size_t count = 0;
    const struct form *forms = forms_of(e, e->names[name], &count);
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < e->name_count; j++) {
            if (j != name && !e->is_done[j] && promise_hears(e, forms[i].promise, e->names[j])) {
                return true;
            }
        }
    }
    return false;
}

/* The first promise in Code order whose promises it hears have all come. */
static bool next_promise(const struct evaluation *e, size_t *ret)
{
    for (size_t i = 0; i < e->name_count; i++) {
        if (!e->is_done[i] && !waits_for_others(e, i)) {
            *ret = i;
            return true;
        }
    }
    return false;
}

/* -- verdict touches -- */

static void add_attribute(struct evaluation *e, struct touch *t, struct text name,
                          struct value value)
{
    struct attribute *attributes = arena_grow(e->arena, t->attributes, t->attribute_count,
                                              t->attribute_count + 1, sizeof *attributes);
    size_t i = 0;
    while (i < t->attribute_count && !text_eq(attributes[i].name, name)) {
        i++;
    }
    attributes[i] = (struct attribute){name, value};
    t->attribute_count += i == t->attribute_count;
    t->attributes = attributes;
}

static struct value words(struct text t)
{
    return (struct value){.type = VALUE_TEXT, .text = t};
}

/* A part of an id: what would divide it is written otherwise (rule 32). */
static struct text id_part(struct evaluation *e, struct text t)
{
    struct buf out CLEANUP(buf_release) = {0};
    for (size_t i = 0; i < t.len; i++) {
        if (t.ptr[i] == '%' || t.ptr[i] == '/') {
            buf_addf(&out, "%%%02X", (unsigned)t.ptr[i]);
        } else {
            buf_add_char(&out, t.ptr[i]);
        }
    }
    return arena_text(e->arena, buf_text(&out));
}

static struct touch verdict_touch(struct evaluation *e, const struct sight *s, const struct life *l,
                                  const char *event, int64_t at_us)
{
    const struct touch *opening = l->opening;
    struct touch t = {.source = TEXT("troth"),
                      .event = text_of(event),
                      .occurred_us = at_us,
                      .thread = opening->thread,
                      .customer = opening->customer,
                      .channel = opening->channel,
                      .team = opening->team,
                      .actor = ACTOR_SYSTEM,
                      .attributes = opening->attributes,
                      .attribute_count = opening->attribute_count};
    struct text key = id_part(e, s->key), source = id_part(e, opening->source),
                id = id_part(e, opening->id);
    t.id = arena_printf(e->arena, "%.*s/%.*s/%.*s/%.*s/%u/%s", TEXT_ARG(s->promise), TEXT_ARG(key),
                        TEXT_ARG(source), TEXT_ARG(id), l->n, event);
    add_attribute(e, &t, TEXT("promise"), words(s->promise));
    add_attribute(e, &t, TEXT("opening"), words(opening->id));
    add_attribute(e, &t, TEXT("key"), words(s->key));
    return t;
}

static struct touch owed_touch(struct evaluation *e, const struct sight *s, const struct life *l,
                               const struct owing *owing)
{
    struct touch t = verdict_touch(e, s, l, "remedy.owed", owing->when.at_us);
    if (owing->remedy.unit) {
        t.id = arena_printf(e->arena, "%.*s/%u", TEXT_ARG(t.id), owing->remedy.unit);
    }
    if (owing->remedy.is_task) {
        add_attribute(e, &t, TEXT("task"), words(owing->remedy.task));
    } else {
        add_attribute(e, &t, TEXT("amount"),
                      (struct value){.type = VALUE_MONEY, .money = owing->remedy.amount});
    }
    return t;
}

static int verdict_compare(const void *a, const void *b)
{
    const struct verdict *left = a, *right = b;
    int order = when_compare(left->when, right->when);
    if (order == 0 && left->life != right->life) {
        order = left->life < right->life ? -1 : 1;
    }
    return order ? order : (left->place > right->place) - (left->place < right->place);
}

static const char *verdict_event(enum state state)
{
    return state == STATE_KEPT      ? "promise.kept"
           : state == STATE_BROKEN  ? "promise.broken"
           : state == STATE_EXCUSED ? "promise.excused"
                                    : NULL;
}

static void say_verdicts(struct evaluation *e, const struct sight *s, const struct lives *lives,
                         const struct owing *owings, size_t owing_count)
{
    struct verdict *said = ARENA_ARRAY(e->arena, struct verdict, lives->count + owing_count);
    size_t count = 0;
    for (size_t i = 0; i < lives->count; i++) {
        const struct life *l = lives->items[i];
        const char *event = verdict_event(l->state);
        if (event) {
            said[count++] =
                (struct verdict){verdict_touch(e, s, l, event, l->decided.at_us), l->decided, i, 0};
        }
    }
    for (size_t i = 0; i < owing_count; i++) {
        const struct owing *o = &owings[i];
        said[count++] = (struct verdict){owed_touch(e, s, lives->items[o->life], o), o->when,
                                         o->life, 1 + o->remedy.unit};
    }
    qsort(said, count, sizeof *said, verdict_compare);
    for (size_t i = 0; i < count; i++) {
        GROW(e, e->verdicts, e->verdict_count);
        e->verdicts[e->verdict_count++] = said[i].touch;
    }
}

/* -- one promise -- */

static void tell(struct evaluation *e, const struct sight *s, const struct lives *lives,
                 const struct owing *owings, size_t owing_count)
{
    struct naive_ledger *g = &e->ledger;
    size_t first = g->obligation_count;
    for (size_t i = 0; i < lives->count; i++) {
        const struct life *l = lives->items[i];
        GROW(e, g->obligations, g->obligation_count);
        g->obligations[g->obligation_count++] =
            (struct naive_obligation){.promise = s->promise,
                                      .key = s->key,
                                      .opening_source = l->opening->source,
                                      .opening_id = l->opening->id,
                                      .n = l->n,
                                      .opened_us = l->opened.at_us,
                                      .due_us = l->due_us,
                                      .warned_us = l->warned_us,
                                      .state = l->state,
                                      .decided_us = l->decided.at_us,
                                      .fulfilled_us = l->fulfilled_us};
    }
    for (size_t i = 0; i < owing_count; i++) {
        GROW(e, g->remedies, g->remedy_count);
        g->remedies[g->remedy_count] = owings[i].remedy;
        g->remedies[g->remedy_count++].obligation = first + owings[i].life;
    }
}

/* The keys of a promise in byte order. */
static struct text *keys_of(const struct evaluation *e, const struct sight *s, size_t *ret_count)
{
    struct text *keys = NULL;
    size_t count = 0;
    for (size_t i = 0; i < s->count; i++) {
        struct text key;
        if (!key_of(s->items[i].touch, &s->forms[0].promise->key, &key)) {
            continue;
        }
        size_t at = 0;
        while (at < count && text_compare(keys[at], key) < 0) {
            at++;
        }
        if (at < count && text_eq(keys[at], key)) {
            continue;
        }
        GROW(e, keys, count);
        memmove(keys + at + 1, keys + at, (count - at) * sizeof *keys);
        keys[at] = key;
        count++;
    }
    *ret_count = count;
    return keys;
}

static void evaluate_promise(struct evaluation *e, size_t name)
{
    struct sight s = {.arena = e->arena,
                      .versions = e->versions,
                      .version_count = e->version_count,
                      .promise = e->names[name],
                      .until_us = e->until_us};
    s.forms = forms_of(e, s.promise, &s.form_count);
    s.items = history(e, &s.count);
    size_t key_count = 0;
    struct text *keys = keys_of(e, &s, &key_count);
    for (size_t i = 0; i < key_count; i++) {
        s.key = keys[i];
        struct lives lives = lives_of(&s);
        size_t owing_count = 0;
        struct owing *owings = owings_of(&s, &lives, &owing_count);
        tell(e, &s, &lives, owings, owing_count);
        say_verdicts(e, &s, &lives, owings, owing_count);
    }
    e->is_done[name] = true;
}

/* -- Codes -- */

static enum err read_version(struct arena *arena, const struct code *code, struct version *ret,
                             struct err_info *info)
{
    enum err err = zone_load(arena, code->zone, &ret->zone, info);
    struct calendar **calendars = ARENA_ARRAY(arena, struct calendar *, code->calendar_count);
    for (size_t i = 0; i < code->calendar_count && err == ERR_NONE; i++) {
        struct zone *zone = NULL;
        err = zone_load(arena, code->calendars[i].zone, &zone, info);
        if (err == ERR_NONE) {
            err = calendar_compile(arena, &code->calendars[i], zone, NULL, &calendars[i], info);
        }
    }
    ret->code = code;
    ret->clock = (struct clock){.zone = ret->zone, .calendars = calendars};
    return err;
}

static void name_promises(struct evaluation *e)
{
    for (size_t i = 0; i < e->version_count; i++) {
        const struct code *code = e->versions[i].code;
        for (size_t j = 0; j < code->promise_count; j++) {
            size_t at = 0;
            while (at < e->name_count && !text_eq(e->names[at], code->promises[j].name)) {
                at++;
            }
            if (at == e->name_count) {
                GROW(e, e->names, e->name_count);
                e->names[e->name_count++] = code->promises[j].name;
            }
        }
    }
    e->is_done = ARENA_ARRAY(e->arena, bool, e->name_count);
}

size_t naive_rank(struct arena *arena, const struct code *const *codes, size_t code_count,
                  struct text promise)
{
    struct evaluation e = {.arena = arena, .version_count = code_count};
    e.versions = ARENA_ARRAY(arena, struct version, code_count);
    for (size_t i = 0; i < code_count; i++) {
        e.versions[i].code = codes[i];
    }
    name_promises(&e);
    size_t rank = 0;
    for (size_t name = 0; next_promise(&e, &name) && !text_eq(e.names[name], promise); rank++) {
        e.is_done[name] = true;
    }
    return rank;
}

enum err naive_evaluate(struct arena *arena, const struct code *const *codes, size_t code_count,
                        const struct touch *touches, size_t touch_count, int64_t until_us,
                        struct naive_ledger *ret, struct err_info *info)
{
    struct evaluation e = {.arena = arena, .until_us = until_us};
    e.versions = ARENA_ARRAY(arena, struct version, code_count);
    for (size_t i = 0; i < code_count; i++) {
        enum err err = read_version(arena, codes[i], &e.versions[i], info);
        if (err != ERR_NONE) {
            return err;
        }
    }
    e.version_count = code_count;
    take_touches(&e, touches, touch_count);
    e.outside = naive_judged(arena, e.outside, e.outside_count);
    name_promises(&e);
    for (size_t name = 0; next_promise(&e, &name);) {
        evaluate_promise(&e, name);
    }
    *ret = e.ledger;
    return ERR_NONE;
}
