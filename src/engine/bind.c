/* Binding: a touch meets a plan once, here; the fold works on the result. */
#include "engine/plan.h"

#include <assert.h>
#include <string.h>

/* -- matching -- */

static bool by_holds(const struct event *event, const struct bound *b)
{
    switch (event->by) {
    case BY_ANYONE:
    case BY_ANOTHER_PERSON:
        return true;
    case BY_STAFF:
        return b->actor == ACTOR_STAFF;
    case BY_CUSTOMER:
        return b->actor == ACTOR_CUSTOMER;
    case BY_BOT:
        return b->actor == ACTOR_BOT;
    case BY_SYSTEM:
        return b->actor == ACTOR_SYSTEM;
    case BY_ROLE:
        return text_eq(event->role, bound_text(b, FIELD_ROLE));
    }
    return false;
}

/* A manual touch (obligation.excused, remedy.claimed) names its promise by attribute. */
static bool names_promise(const struct plan *p, const struct matcher *m, const struct bound *b)
{
    struct value v =
        bound_value(b, FIELD_ATTRIBUTE + symbols_find(&p->attributes, TEXT("promise")));
    if (v.type == VALUE_NONE) {
        return m->role == ROLE_CLAIM;
    }
    return v.type == VALUE_TEXT && text_eq(v.text, p->forms[m->form].promise->name);
}

static bool another_person(const struct matcher *m, const struct bound *b,
                           const struct bound *opening, struct text than_person)
{
    if (m->event->by != BY_ANOTHER_PERSON) {
        return true;
    }
    struct text person = bound_text(b, FIELD_PERSON);
    struct text other = than_person.len ? than_person : bound_text(opening, FIELD_PERSON);
    return person.len && !text_eq(person, other);
}

bool matcher_holds(const struct plan *p, const struct matcher *m, const struct bound *b,
                   const struct bound *opening, struct text than_person)
{
    const struct form *form = &p->forms[m->form];
    return !m->per_opening ||
           (another_person(m, b, opening, than_person) && test_holds(form, m->test, b, opening));
}

/* Everything that needs no obligation. */
static bool matches_alone(const struct plan *p, const struct matcher *m, const struct bound *b)
{
    if (!m->event) {
        return m->role == ROLE_THAN || names_promise(p, m, b);
    }
    bool later = m->test && m->test->per_opening && m->role != ROLE_OPEN;
    return by_holds(m->event, b) &&
           (!m->test || later || test_holds(&p->forms[m->form], m->test, b, b));
}

static bool match(const struct plan *p, uint32_t number, struct bound *b, struct hit *ret)
{
    const struct matcher *m = &p->matchers[number];
    *ret = (struct hit){number, 0};
    if (!m->test || !m->test->opens_thread) {
        return matches_alone(p, m, b);
    }
    bool kept = b->opens_thread;
    b->opens_thread = true;
    bool if_opens = matches_alone(p, m, b);
    b->opens_thread = false;
    bool if_not = matches_alone(p, m, b);
    b->opens_thread = kept;
    ret->only = if_opens == if_not ? 0 : if_opens ? HIT_OPENS : HIT_NOT_OPENS;
    return if_opens || if_not;
}

/* -- building a block -- */

struct builder {
    struct bound *b;
    uint32_t used;
};

/* Names are mostly short: two overlapping words are faster than a call. */
static inline void copy_text(char *to, struct text t)
{
    uint64_t first, last;
    uint32_t short_first, short_last;
    if (t.len >= sizeof(first) && t.len <= 2 * sizeof(first)) {
        memcpy(&first, t.ptr, sizeof(first));
        memcpy(&last, t.ptr + t.len - sizeof(last), sizeof(last));
        memcpy(to, &first, sizeof(first));
        memcpy(to + t.len - sizeof(last), &last, sizeof(last));
    } else if (t.len >= sizeof(short_first) && t.len < sizeof(first)) {
        memcpy(&short_first, t.ptr, sizeof(short_first));
        memcpy(&short_last, t.ptr + t.len - sizeof(short_last), sizeof(short_last));
        memcpy(to, &short_first, sizeof(short_first));
        memcpy(to + t.len - sizeof(short_last), &short_last, sizeof(short_last));
    } else if (t.len) {
        memcpy(to, t.ptr, t.len);
    }
}

static struct piece put_text(struct builder *w, struct text t)
{
    struct piece piece = {w->used, (uint32_t)t.len};
    copy_text((char *)w->b + w->used, t);
    w->used += (uint32_t)t.len;
    return piece;
}

static void put_slot(struct builder *w, struct slot *s, uint32_t attribute, struct value v)
{
    *s = (struct slot){.attribute = attribute, .type = (uint8_t)v.type};
    switch (v.type) {
    case VALUE_NONE:
        break;
    case VALUE_TEXT:
        s->text = put_text(w, v.text);
        break;
    case VALUE_NUMBER:
        s->number = v.number;
        break;
    case VALUE_BOOL:
        s->integer = v.boolean;
        break;
    case VALUE_MOMENT:
        s->integer = v.moment_us;
        break;
    case VALUE_DURATION:
        s->integer = v.duration_us;
        break;
    case VALUE_MONEY:
        s->integer = v.money.minor;
        memcpy(s->currency, v.money.currency, sizeof(s->currency));
        break;
    }
}

/* Key attributes are wanted as text. */
static struct value key_as_text(const struct plan *p, uint32_t attribute, struct value v,
                                char out[VALUE_NUMBER_TEXT])
{
    if (v.type != VALUE_NUMBER && v.type != VALUE_BOOL) {
        return v;
    }
    for (size_t l = 0; l < p->lane_count; l++) {
        if (p->lanes[l].key_field == FIELD_ATTRIBUTE + attribute) {
            return value_as(v, VALUE_TEXT, out);
        }
    }
    return v;
}

static size_t block_size(const struct touch *t, size_t matchers)
{
    size_t size = sizeof(struct bound) + t->attribute_count * (sizeof(struct slot) + 32) + 8 +
                  matchers * sizeof(struct hit) + t->source.len + t->id.len + t->thread.len +
                  t->customer.len + t->channel.len + t->person.len + t->role.len + t->team.len;
    for (size_t i = 0; i < t->attribute_count; i++) {
        size += t->attributes[i].value.type == VALUE_TEXT ? t->attributes[i].value.text.len : 0;
    }
    return size;
}

static void put_attributes(struct builder *w, const struct plan *p, const struct touch *t)
{
    struct slot *slots = (struct slot *)(void *)(w->b + 1);
    w->used = sizeof(struct bound);
    if (t->attribute_count == 0) {
        return;
    }
    uint32_t numbers[BOUND_ATTRIBUTES_MAX];
    uint16_t count = 0;
    for (size_t i = 0; i < t->attribute_count && i < BOUND_ATTRIBUTES_MAX; i++) {
        bool given =
            t->attributes[i].value.type != VALUE_NONE &&
            !(t->attributes[i].value.type == VALUE_TEXT && t->attributes[i].value.text.len == 0);
        numbers[i] = given ? symbols_find(&p->attributes, t->attributes[i].name) : NAME_NONE;
        count = (uint16_t)(count + (numbers[i] != NAME_NONE));
    }
    w->b->slot_count = count;
    w->used += (uint32_t)(count * sizeof(struct slot));
    uint16_t at = 0;
    for (size_t i = 0; i < t->attribute_count && i < BOUND_ATTRIBUTES_MAX; i++) {
        if (numbers[i] != NAME_NONE) {
            char number[VALUE_NUMBER_TEXT];
            put_slot(w, &slots[at++], numbers[i],
                     key_as_text(p, numbers[i], t->attributes[i].value, number));
        }
    }
}

static void put_fields(struct builder *w, const struct touch *t)
{
    const struct text texts[FIELD_TEXTS] = {
        [FIELD_SOURCE] = t->source,     [FIELD_ID] = t->id,           [FIELD_THREAD] = t->thread,
        [FIELD_CUSTOMER] = t->customer, [FIELD_CHANNEL] = t->channel, [FIELD_PERSON] = t->person,
        [FIELD_ROLE] = t->role,         [FIELD_TEAM] = t->team,
    };
    for (uint32_t i = 0; i < FIELD_TEXTS; i++) {
        w->b->texts[i] = w->used;
        put_text(w, texts[i]);
    }
    w->b->texts[FIELD_TEXTS] = w->used;
}

/* Verdict touches say whose verdict they are. */
static void set_rank(const struct plan *p, struct bound *b, const struct touch *t)
{
    b->derived = text_eq(t->source, TEXT("troth"));
    if (!b->derived) {
        return;
    }
    struct value promise =
        bound_value(b, FIELD_ATTRIBUTE + symbols_find(&p->attributes, TEXT("promise")));
    uint32_t number =
        promise.type == VALUE_TEXT ? symbols_find(&p->promise_names, promise.text) : NAME_NONE;
    b->rank = number == NAME_NONE ? 0 : p->promises[number].rank;
    b->lane = number == NAME_NONE ? 0 : p->promises[number].lane;
}

static void note_hit(struct bound *b, const struct matcher *m, const struct hit *hit)
{
    b->hit_count++;
    b->is_unsure = b->is_unsure || hit->only != 0;
    if (!m->anywhere) {
        b->lanes |= bound_lane_bit(m->lane);
    }
}

struct bound *bind_touch(const struct plan *p, const struct touch *t, bool opens_thread,
                         void *(*room)(void *, size_t), void *context)
{
    uint32_t event = symbols_find(&p->events, t->event);
    uint32_t first = event == NAME_NONE ? 0 : p->event_first[event];
    uint32_t last = event == NAME_NONE ? 0 : p->event_first[event + 1];
    struct bound *b = room(context, block_size(t, last - first));
    *b = (struct bound){.occurred_us = t->occurred_us,
                        .place = t->place,
                        .plan = p,
                        .actor = (uint8_t)t->actor,
                        .opens_thread = opens_thread};
    struct builder w = {b, 0};
    put_attributes(&w, p, t);
    put_fields(&w, t);
    set_rank(p, b, t);
    b->hits_offset = (w.used + 7) & ~UINT32_C(7);
    struct hit *hits = (struct hit *)(void *)((char *)b + b->hits_offset);
    for (uint32_t m = first; m < last; m++) {
        if (match(p, m, b, &hits[b->hit_count])) {
            note_hit(b, &p->matchers[m], &hits[b->hit_count]);
        }
    }
    b->size = b->hits_offset + b->hit_count * (uint32_t)sizeof(struct hit);
    return b;
}

void *room_in_arena(void *arena, size_t size)
{
    return arena_alloc(arena, size);
}

const struct bound *plan_bind(const struct plan *p, const struct touch *t, bool opens_thread,
                              struct arena *arena)
{
    if (symbols_find(&p->events, t->event) == NAME_NONE) {
        return NULL;
    }
    struct bound *b = bind_touch(p, t, opens_thread, room_in_arena, arena);
    return b->hit_count ? b : NULL;
}
