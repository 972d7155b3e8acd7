/* Binding: a touch meets a plan once, here; the fold works on the result. What many touches share
 * (struct shape) is looked up; only a new shape is matched. */
#include "engine/name_hash.h"
#include "engine/plan.h"
#include "engine/who.h"

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
        return b->shape->actor == ACTOR_STAFF;
    case BY_CUSTOMER:
        return b->shape->actor == ACTOR_CUSTOMER;
    case BY_BOT:
        return b->shape->actor == ACTOR_BOT;
    case BY_SYSTEM:
        return b->shape->actor == ACTOR_SYSTEM;
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

/* -- the attributes that the plan names -- */

struct named { /* numbers of a touch's attributes, NAME_NONE where the plan has none */
    uint32_t numbers[BOUND_ATTRIBUTES_MAX];
    uint16_t count; /* of those it has */
};

static size_t attribute_count(const struct touch *t)
{
    return t->attribute_count < BOUND_ATTRIBUTES_MAX ? t->attribute_count : BOUND_ATTRIBUTES_MAX;
}

static void name_attributes(const struct plan *p, const struct touch *t, struct named *ret)
{
    ret->count = 0;
    for (size_t i = 0; i < attribute_count(t); i++) {
        const struct value *v = &t->attributes[i].value;
        bool given = v->type != VALUE_NONE && !(v->type == VALUE_TEXT && v->text.len == 0);
        ret->numbers[i] = given ? symbols_find(&p->attributes, t->attributes[i].name) : NAME_NONE;
        ret->count = (uint16_t)(ret->count + (ret->numbers[i] != NAME_NONE));
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

/* -- building a shape -- */

struct builder {
    struct shape *s;
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
    copy_text((char *)w->s + w->used, t);
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

static void put_attributes(struct builder *w, const struct plan *p, const struct touch *t,
                           const struct named *named)
{
    struct slot *slots = (struct slot *)(void *)(w->s + 1);
    for (size_t i = 0, at = 0; named->count && i < attribute_count(t); i++) {
        if (named->numbers[i] != NAME_NONE) {
            char number[VALUE_NUMBER_TEXT];
            put_slot(w, &slots[at++], named->numbers[i],
                     key_as_text(p, named->numbers[i], t->attributes[i].value, number));
        }
    }
}

static void put_fields(struct builder *w, const struct touch *t)
{
    const struct text texts[FIELD_OWN] = {
        [FIELD_SOURCE] = t->source, [FIELD_CHANNEL] = t->channel, [FIELD_PERSON] = t->person,
        [FIELD_ROLE] = t->role,     [FIELD_TEAM] = t->team,
    };
    for (uint32_t i = 0; i < FIELD_OWN; i++) {
        w->s->texts[i] = w->used;
        put_text(w, texts[i]);
    }
    w->s->texts[FIELD_OWN] = w->used;
}

static size_t shape_size(const struct touch *t, const struct named *named, size_t matchers)
{
    size_t size = sizeof(struct shape) + matchers * sizeof(struct hit) +
                  named->count * sizeof(struct slot) + t->event.len + t->source.len +
                  t->channel.len + t->person.len + t->role.len + t->team.len;
    for (size_t i = 0; named->count && i < attribute_count(t); i++) {
        const struct value *v = &t->attributes[i].value;
        if (named->numbers[i] != NAME_NONE) {
            size += v->type == VALUE_TEXT ? v->text.len : VALUE_NUMBER_TEXT;
        }
    }
    return size;
}

/* Verdict touches say whose verdict they are. */
static void set_rank(const struct plan *p, struct shape *s, const struct bound *b)
{
    s->derived = text_eq(shape_text(s, FIELD_SOURCE), TEXT("troth"));
    if (!s->derived) {
        return;
    }
    struct value promise =
        bound_value(b, FIELD_ATTRIBUTE + symbols_find(&p->attributes, TEXT("promise")));
    uint32_t number =
        promise.type == VALUE_TEXT ? symbols_find(&p->promise_names, promise.text) : NAME_NONE;
    s->rank = number == NAME_NONE ? 0 : p->promises[number].rank;
    s->lane = number == NAME_NONE ? 0 : p->promises[number].lane;
}

static void note_hit(struct shape *s, const struct matcher *m, const struct hit *hit)
{
    s->hit_count++;
    s->is_unsure = s->is_unsure || hit->only != 0;
    if (!m->anywhere) {
        s->lanes |= bound_lane_bit(m->lane);
    }
}

/* Gives b its shape. */
static struct shape *build_shape(const struct plan *p, const struct touch *t,
                                 const struct named *named, uint32_t event, struct bound *b,
                                 struct arena *arena)
{
    uint32_t first = event == NAME_NONE ? 0 : p->event_first[event];
    uint32_t last = event == NAME_NONE ? 0 : p->event_first[event + 1];
    struct shape *s = arena_alloc(arena, shape_size(t, named, last - first));
    *s = (struct shape){.plan = p, .actor = (uint8_t)t->actor, .slot_count = named->count};
    b->shape = s;
    s->hits_offset = (uint32_t)(sizeof(*s) + named->count * sizeof(struct slot));
    struct hit *hits = (struct hit *)(void *)((char *)s + s->hits_offset);
    struct builder w = {s, s->hits_offset + (last - first) * (uint32_t)sizeof(struct hit)};
    put_attributes(&w, p, t, named);
    s->event = put_text(&w, t->event);
    put_fields(&w, t);
    s->size = w.used;
    s->is_about_keys = who_may_say(t->event);
    set_rank(p, s, b);
    for (uint32_t m = first; m < last; m++) {
        if (match(p, m, b, &hits[s->hit_count])) {
            note_hit(s, &p->matchers[m], &hits[s->hit_count]);
        }
    }
    return s;
}

/* -- known shapes -- */

void shapes_release(struct shapes *s)
{
    arena_release(&s->arena);
    memset(s->known, 0, sizeof(s->known));
}

static inline uint64_t last_word(struct text t)
{
    size_t size = t.len < 8 ? t.len : 8;
    return hash_word(t.ptr + t.len - size, size) ^ t.len << 56;
}

/* Sources and channels are few: length and last character will do. Teams and roles go with
 * persons. */
static inline uint64_t few(struct text t, unsigned shift)
{
    return t.len ? (t.len << 8 ^ (unsigned char)t.ptr[t.len - 1]) << shift : 0;
}

/* Nought has two signs, which conditions need not tell apart but texts do. */
static uint64_t number_bits(double number)
{
    uint64_t bits;
    memcpy(&bits, &number, sizeof(bits));
    return bits;
}

static uint64_t value_bits(const struct value *v)
{
    switch (v->type) {
    case VALUE_NONE:
        break;
    case VALUE_TEXT:
        return name_hash(v->text, 0);
    case VALUE_NUMBER:
        return number_bits(v->number);
    case VALUE_BOOL:
        return v->boolean;
    case VALUE_MOMENT:
        return (uint64_t)v->moment_us;
    case VALUE_DURATION:
        return (uint64_t)v->duration_us;
    case VALUE_MONEY:
        return (uint64_t)v->money.minor;
    }
    return 0;
}

/* Quick rather than even: names that differ mostly differ at their ends. */
static uint64_t hash_shape(const struct touch *t, const struct named *named)
{
    uint64_t h = (uint64_t)t->actor ^ few(t->source, 4) ^ few(t->channel, 18) ^ t->team.len << 32 ^
                 t->role.len << 46;
    h = hash_fold(h ^ last_word(t->event), UINT64_C(0x9e3779b97f4a7c15));
    h = hash_fold(h ^ last_word(t->person), UINT64_C(0xd6e8feb86659fd93));
    for (size_t i = 0; named->count && i < attribute_count(t); i++) {
        const struct value *v = &t->attributes[i].value;
        if (named->numbers[i] != NAME_NONE) {
            h = hash_fold(h ^ named->numbers[i], UINT64_C(0xd6e8feb86659fd93));
            h ^= value_bits(v);
        }
    }
    return h;
}

static bool same_value(struct value a, struct value b)
{
    if (a.type != b.type) {
        return false;
    }
    switch (a.type) {
    case VALUE_NONE:
        return true;
    case VALUE_TEXT:
        return text_same(a.text, b.text);
    case VALUE_NUMBER:
        return number_bits(a.number) == number_bits(b.number);
    case VALUE_BOOL:
        return a.boolean == b.boolean;
    case VALUE_MOMENT:
        return a.moment_us == b.moment_us;
    case VALUE_DURATION:
        return a.duration_us == b.duration_us;
    case VALUE_MONEY:
        return a.money.minor == b.money.minor &&
               memcmp(a.money.currency, b.money.currency, sizeof(a.money.currency)) == 0;
    }
    return false;
}

static bool same_attributes(const struct shape *s, const struct touch *t, const struct named *named)
{
    if (s->slot_count != named->count) {
        return false;
    }
    for (size_t i = 0, at = 0; at < named->count; i++) {
        if (named->numbers[i] != NAME_NONE) {
            char number[VALUE_NUMBER_TEXT];
            if (shape_slots(s)[at].attribute != named->numbers[i] ||
                !same_value(shape_slot(s, at), key_as_text(s->plan, named->numbers[i],
                                                           t->attributes[i].value, number))) {
                return false;
            }
            at++;
        }
    }
    return true;
}

static bool is_shape_of(const struct shape *s, const struct touch *t, const struct named *named)
{
    struct text event = {(const char *)s + s->event.offset, s->event.length};
    return s->actor == (uint8_t)t->actor && text_same(event, t->event) &&
           text_same(shape_text(s, FIELD_PERSON), t->person) &&
           text_same(shape_text(s, FIELD_SOURCE), t->source) &&
           text_same(shape_text(s, FIELD_CHANNEL), t->channel) &&
           text_same(shape_text(s, FIELD_TEAM), t->team) &&
           text_same(shape_text(s, FIELD_ROLE), t->role) && same_attributes(s, t, named);
}

/* False: it is not to be shared. Apart, as nearly all have a twin. */
static __attribute__((noinline)) bool find_shape(struct shapes *shapes, const struct plan *p,
                                                 const struct touch *t, struct bound *b)
{
    struct named named __attribute__((uninitialized));
    name_attributes(p, t, &named);
    uint64_t hash = hash_shape(t, &named);
    struct shape **known = &shapes->known[hash % SHAPE_PLACES];
    if (*known && (*known)->hash == hash && is_shape_of(*known, t, &named)) {
        b->shape = *known;
        return true;
    }
    uint32_t event = symbols_find(&p->events, t->event);
    struct shape *s = build_shape(p, t, &named, event, b, &shapes->arena);
    s->hash = hash;
    if (event != NAME_NONE && p->event_is_own[event]) {
        return false;
    }
    *known = s;
    return true;
}

/* -- twins -- */

static inline uint64_t unlike(struct text a, struct text b)
{
    return ((uintptr_t)a.ptr ^ (uintptr_t)b.ptr) | (a.len ^ b.len);
}

static inline bool are_twins(const struct touch *a, const struct touch *b)
{
    return (unlike(a->event, b->event) | unlike(a->person, b->person) |
            unlike(a->channel, b->channel) | unlike(a->source, b->source) |
            unlike(a->team, b->team) | unlike(a->role, b->role) |
            ((uintptr_t)a->attributes ^ (uintptr_t)b->attributes) |
            (a->attribute_count ^ b->attribute_count) | (uint64_t)(a->actor ^ b->actor)) == 0;
}

static inline struct twin *twin_place(struct twins *twins, const struct touch *t)
{
    uint64_t h = (uintptr_t)t->event.ptr ^ (uintptr_t)t->channel.ptr << 20 ^
                 (uintptr_t)t->person.ptr << 32 ^ (uintptr_t)t->attributes << 44;
    return &twins->known[h * UINT64_C(0x9e3779b97f4a7c15) >> 55];
}
_Static_assert(TWIN_PLACES == 512, "the upper 9 bits of a hash tell the place");

static void find_twin(struct shapes *shapes, struct twins *twins, const struct plan *p,
                      const struct touch *t, struct bound *b)
{
    struct twin *twin = twin_place(twins, t);
    if (twin->touch && are_twins(twin->touch, t)) {
        b->shape = twin->shape;
    } else if (find_shape(shapes, p, t, b)) {
        *twin = (struct twin){t, b->shape};
    }
}

/* -- binding -- */

static inline void put_own(struct bound *b, const struct touch *t)
{
    uint32_t thread = (uint32_t)t->id.len, customer = thread + (uint32_t)t->thread.len;
    b->occurred_us = t->occurred_us;
    b->place = t->place;
    b->opens_thread = false;
    b->drawer_key = 0;
    b->ends[FIELD_ID - FIELD_OWN] = thread;
    b->ends[FIELD_THREAD - FIELD_OWN] = customer;
    b->ends[FIELD_CUSTOMER - FIELD_OWN] = customer + (uint32_t)t->customer.len;
    copy_text(b->characters, t->id);
    copy_text(b->characters + thread, t->thread);
    copy_text(b->characters + customer, t->customer);
}

void bind_among(const struct plan *p, const struct touch *t, struct shapes *shapes,
                struct twins *twins, struct bound *ret)
{
    put_own(ret, t);
    if (twins) {
        find_twin(shapes, twins, p, t, ret);
    } else {
        find_shape(shapes, p, t, ret);
    }
}

struct bound *bind_touch(const struct plan *p, const struct touch *t, bool opens_thread,
                         struct arena *arena)
{
    struct named named __attribute__((uninitialized));
    struct bound *b = arena_alloc(arena, bound_size_of(t));
    put_own(b, t);
    b->opens_thread = opens_thread;
    name_attributes(p, t, &named);
    build_shape(p, t, &named, symbols_find(&p->events, t->event), b, arena);
    return b;
}

const struct bound *plan_bind(const struct plan *p, const struct touch *t, bool opens_thread,
                              struct arena *arena)
{
    if (symbols_find(&p->events, t->event) == NAME_NONE) {
        return NULL;
    }
    struct bound *b = bind_touch(p, t, opens_thread, arena);
    return b->shape->hit_count ? b : NULL;
}
