/* Binding: a touch meets a plan once, here; the fold works on the result. */
#include "engine/plan.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

/* -- reading a block -- */

const struct slot *bound_slots(const struct bound *b)
{
    return (const struct slot *)(const void *)(b + 1);
}

const struct hit *bound_hits(const struct bound *b)
{
    return (const struct hit *)(const void *)((const char *)b + b->hits_offset);
}

static struct text piece_text(const struct bound *b, struct piece piece)
{
    return (struct text){(const char *)b + piece.offset, piece.length};
}

struct text bound_text(const struct bound *b, uint32_t field)
{
    return piece_text(b, b->texts[field]);
}

static struct value slot_value(const struct bound *b, const struct slot *s)
{
    struct value v = {.type = (enum value_type)s->type};
    switch (v.type) {
    case VALUE_NONE:
        break;
    case VALUE_TEXT:
        v.text = piece_text(b, s->text);
        break;
    case VALUE_NUMBER:
        v.number = s->number;
        break;
    case VALUE_BOOL:
        v.boolean = s->integer != 0;
        break;
    case VALUE_MOMENT:
        v.moment_us = s->integer;
        break;
    case VALUE_DURATION:
        v.duration_us = s->integer;
        break;
    case VALUE_MONEY:
        v.money.minor = s->integer;
        memcpy(v.money.currency, s->currency, sizeof(v.money.currency));
        break;
    }
    return v;
}

static struct value text_value(struct text t)
{
    return (struct value){.type = t.len ? VALUE_TEXT : VALUE_NONE, .text = t};
}

static struct text actor_name(enum actor actor)
{
    static const struct text names[] = {
        [ACTOR_UNKNOWN] = TEXT(""),          [ACTOR_STAFF] = TEXT("staff"),
        [ACTOR_CUSTOMER] = TEXT("customer"), [ACTOR_BOT] = TEXT("bot"),
        [ACTOR_SYSTEM] = TEXT("system"),
    };
    return names[actor];
}

struct value bound_value(const struct bound *b, uint32_t field)
{
    if (field < FIELD_TEXTS) {
        return text_value(bound_text(b, field));
    }
    if (field == FIELD_ACTOR) {
        return text_value(actor_name((enum actor)b->actor));
    }
    if (field == FIELD_OCCURRED) {
        return (struct value){.type = VALUE_MOMENT, .moment_us = b->occurred_us};
    }
    const struct slot *slots = bound_slots(b);
    for (uint32_t i = 0; i < b->slot_count; i++) {
        if (slots[i].attribute == field - FIELD_ATTRIBUTE) {
            return slot_value(b, &slots[i]);
        }
    }
    return (struct value){.type = VALUE_NONE};
}

int bound_compare_derived(const struct bound *a, const struct bound *b)
{
    if (a->occurred_us != b->occurred_us) {
        return a->occurred_us < b->occurred_us ? -1 : 1;
    }
    if (a->rank != b->rank) {
        return a->rank < b->rank ? -1 : 1;
    }
    uint32_t field = FIELD_ATTRIBUTE + symbols_find(&a->plan->attributes, TEXT("key"));
    int order = text_compare(bound_value(a, field).text, bound_value(b, field).text);
    return order ? order : a->place < b->place ? -1 : a->place > b->place;
}

int bound_compare(const struct bound *a, const struct bound *b)
{
    if (a->occurred_us != b->occurred_us) {
        return a->occurred_us < b->occurred_us ? -1 : 1;
    }
    if (a->derived || b->derived) { /* verdict touches come after outside ones */
        return a->derived && b->derived ? bound_compare_derived(a, b) : a->derived ? 1 : -1;
    }
    if (a->place != b->place) {
        return a->place < b->place ? -1 : 1;
    }
    int order = text_compare(bound_text(a, FIELD_SOURCE), bound_text(b, FIELD_SOURCE));
    return order ? order : text_compare(bound_text(a, FIELD_ID), bound_text(b, FIELD_ID));
}

bool hit_counts(const struct bound *b, const struct hit *h)
{
    return h->only == 0 || h->only == (b->opens_thread ? HIT_OPENS : HIT_NOT_OPENS);
}

/* -- conditions -- */

static uint32_t field_of(const struct plan *p, struct text name)
{
    for (uint32_t i = 0; i < FIELD_ATTRIBUTE; i++) {
        if (text_eq(field_names[i], name)) {
            return i;
        }
    }
    uint32_t number = symbols_find(&p->attributes, name);
    return number == NAME_NONE ? NAME_NONE : FIELD_ATTRIBUTE + number;
}

struct value bound_field(const struct bound *b, struct text name)
{
    uint32_t field = field_of(b->plan, name);
    return field == NAME_NONE ? (struct value){.type = VALUE_NONE} : bound_value(b, field);
}

bool moment_of(const struct form *form, const struct moment *m, const struct bound *opening,
               int64_t *ret_us)
{
    int64_t at = 0;
    char number[VALUE_NUMBER_TEXT];
    switch (m->kind) {
    case MOMENT_NONE:
        return false;
    case MOMENT_OPENING:
        at = opening->occurred_us;
        break;
    case MOMENT_LITERAL:
        at = m->literal_is_local ? zone_to_utc(form->clock.zone, m->literal_us) : m->literal_us;
        break;
    case MOMENT_ATTRIBUTE: {
        uint32_t field = field_of(opening->plan, m->attribute);
        struct value v = field == NAME_NONE
                             ? (struct value){.type = VALUE_NONE}
                             : value_as(bound_value(opening, field), VALUE_MOMENT, number);
        if (v.type != VALUE_MOMENT) {
            return false;
        }
        at = v.moment_us;
        break;
    }
    }
    if (m->shift < 0) {
        at = duration_before(&form->clock, m->by, at);
    } else if (m->shift > 0) {
        at = duration_after(&form->clock, m->by, at);
    }
    *ret_us = at;
    return true;
}

static bool order_fits(enum compare_op op, int order)
{
    switch (op) {
    case COMPARE_EQ:
        return order == 0;
    case COMPARE_NE:
        return order != 0;
    case COMPARE_LT:
        return order < 0;
    case COMPARE_LE:
        return order <= 0;
    case COMPARE_GT:
        return order > 0;
    case COMPARE_GE:
        return order >= 0;
    }
    return false;
}

static int order_int64(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

/* a op b, where a is read as b's type. False when it cannot be. */
static bool values_fit(struct value a, enum compare_op op, struct value b)
{
    char number[VALUE_NUMBER_TEXT];
    a = value_as(a, b.type, number);
    if (a.type != b.type || a.type == VALUE_NONE) {
        return false;
    }
    switch (b.type) {
    case VALUE_NONE:
        return false;
    case VALUE_TEXT:
        return order_fits(op, text_compare(a.text, b.text));
    case VALUE_NUMBER:
        return order_fits(op, (a.number > b.number) - (a.number < b.number));
    case VALUE_BOOL:
        return order_fits(op, (int)a.boolean - (int)b.boolean);
    case VALUE_MOMENT:
        return order_fits(op, order_int64(a.moment_us, b.moment_us));
    case VALUE_DURATION:
        return order_fits(op, order_int64(a.duration_us, b.duration_us));
    case VALUE_MONEY:
        return memcmp(a.money.currency, b.money.currency, 4) == 0 &&
               order_fits(op, order_int64(a.money.minor, b.money.minor));
    }
    return false;
}

/* Two fields of one touch: as moments, numbers, durations or money if the right one reads so, else
 * as text. */
static bool fields_fit(struct value a, enum compare_op op, struct value b)
{
    static const enum value_type as[] = {VALUE_NUMBER, VALUE_MOMENT, VALUE_DURATION, VALUE_MONEY};
    char number[VALUE_NUMBER_TEXT];
    for (size_t i = 0; b.type == VALUE_TEXT && i < sizeof(as) / sizeof(as[0]); i++) {
        struct value read = value_as(b, as[i], number);
        if (read.type == as[i]) {
            b = read;
        }
    }
    return values_fit(a, op, b);
}

static bool compare_holds(const struct form *form, const struct test *test, const struct bound *b)
{
    const struct cond *c = test->cond;
    struct value left = bound_value(b, test->field);
    int64_t at;
    switch (c->operand.kind) {
    case OPERAND_VALUE:
        return values_fit(left, c->op, c->operand.value);
    case OPERAND_FIELD:
        return fields_fit(left, c->op, bound_value(b, test->operand_field));
    case OPERAND_MOMENT:
        return moment_of(form, &c->operand.moment, b, &at) &&
               values_fit(left, c->op, (struct value){.type = VALUE_MOMENT, .moment_us = at});
    }
    return false;
}

static char ascii_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static bool contains(struct value left, struct value part)
{
    char number[VALUE_NUMBER_TEXT];
    left = value_as(left, VALUE_TEXT, number);
    if (left.type != VALUE_TEXT || part.type != VALUE_TEXT || part.text.len > left.text.len) {
        return false;
    }
    for (size_t i = 0; i + part.text.len <= left.text.len; i++) {
        size_t k = 0;
        while (k < part.text.len &&
               ascii_lower(left.text.ptr[i + k]) == ascii_lower(part.text.ptr[k])) {
            k++;
        }
        if (k == part.text.len) {
            return true;
        }
    }
    return false;
}

static bool in_values(struct value left, const struct cond *c)
{
    for (size_t i = 0; i < c->value_count; i++) {
        if (values_fit(left, COMPARE_EQ, c->values[i])) {
            return true;
        }
    }
    return false;
}

/* When a limit that started at start_us runs out. */
static struct term limit_term(const struct form *form, const struct limit *limit,
                              const struct bound *opening, int64_t start_us, int64_t extra)
{
    struct term t = {.start_us = start_us};
    bool end_of = limit->end_of;
    if (limit->from_next_opening_of >= 0) {
        t.start_us =
            calendar_next_opening(form->clock.calendars[limit->from_next_opening_of], start_us);
    }
    t.duration = limit->duration;
    if (limit->kind == LIMIT_TABLE) {
        const struct table_row *row = table_row_of(form, limit->table, opening, t.start_us);
        t.duration = row->duration;
        end_of = end_of || row->end_of;
    }
    t.duration.count += extra;
    t.due_us = t.start_us == MOMENT_NEVER ? MOMENT_NEVER
               : end_of                   ? duration_end_after(&form->clock, t.duration, t.start_us)
                                          : duration_after(&form->clock, t.duration, t.start_us);
    return t;
}

bool term_of(const struct form *form, const struct bound *opening, int64_t opened_us, int64_t extra,
             struct term *ret)
{
    const struct duty *duty = &form->promise->duty;
    if (duty->kind == DUTY_BETWEEN) {
        struct term t = {.start_us = opened_us, .duration = {.unit = UNIT_ELAPSED, .calendar = -1}};
        if (!moment_of(form, &duty->by, opening, &t.due_us)) {
            return false;
        }
        *ret = t;
        return true;
    }
    if (duty->limit.kind == LIMIT_NONE) {
        *ret = (struct term){opened_us, MOMENT_NEVER, {.unit = UNIT_ELAPSED, .calendar = -1}};
        return true;
    }
    *ret = limit_term(form, &duty->limit, opening, opened_us, extra);
    return true;
}

static bool within_holds(const struct form *form, const struct cond *c, const struct bound *b,
                         const struct bound *opening)
{
    int64_t from = opening->occurred_us;
    if (c->moment.kind != MOMENT_NONE && !moment_of(form, &c->moment, opening, &from)) {
        return false;
    }
    return b->occurred_us <= limit_term(form, &c->limit, opening, from, 0).due_us;
}

static bool at_least_before_holds(const struct form *form, const struct cond *c,
                                  const struct bound *b, const struct bound *opening)
{
    int64_t at;
    return moment_of(form, &c->moment, opening, &at) &&
           duration_after(&form->clock, c->limit.duration, b->occurred_us) <= at;
}

bool test_holds(const struct form *form, const struct test *test, const struct bound *b,
                const struct bound *opening)
{
    if (!test) {
        return true;
    }
    const struct cond *c = test->cond;
    switch (c->kind) {
    case COND_AND:
        return test_holds(form, test->left, b, opening) &&
               test_holds(form, test->right, b, opening);
    case COND_OR:
        return test_holds(form, test->left, b, opening) ||
               test_holds(form, test->right, b, opening);
    case COND_NOT:
        return !test_holds(form, test->left, b, opening);
    case COND_COMPARE:
        return compare_holds(form, test, b);
    case COND_IN:
        return in_values(bound_value(b, test->field), c);
    case COND_CONTAINS:
        return contains(bound_value(b, test->field), c->operand.value);
    case COND_GIVEN:
        return bound_value(b, test->field).type != VALUE_NONE;
    case COND_MISSING:
        return bound_value(b, test->field).type == VALUE_NONE;
    case COND_OPENS_THREAD:
        return b->opens_thread;
    case COND_AT_LEAST_BEFORE:
        return at_least_before_holds(form, c, b, opening);
    case COND_WITHIN:
        return within_holds(form, c, b, opening);
    }
    return false;
}

const struct table_row *table_row_of(const struct form *form, int table,
                                     const struct bound *opening, int64_t clock_start_us)
{
    const struct table *t = &form->code->tables[table];
    struct value v = {.type = VALUE_NONE};
    int weekday = 0;
    if (t->by == TABLE_BY_DAY) {
        weekday = date_weekday(floor_div(zone_to_local(form->clock.zone, clock_start_us), DAY_US));
    } else {
        v = bound_value(opening, field_of(opening->plan, t->attribute));
    }
    for (size_t i = 0; i + 1 < t->row_count; i++) {
        const struct table_row *row = &t->rows[i];
        bool fits = false;
        switch (t->by) {
        case TABLE_BY_TEXT:
            fits = values_fit(v, COMPARE_EQ, (struct value){.type = VALUE_TEXT, .text = row->text});
            break;
        case TABLE_BY_NUMBER:
            fits = values_fit(v, row->inclusive ? COMPARE_LE : COMPARE_LT, row->bound);
            break;
        case TABLE_BY_DAY:
            fits = (row->days >> weekday) & 1;
            break;
        }
        if (fits) {
            return row;
        }
    }
    return &t->rows[t->row_count - 1];
}

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
    return by_holds(m->event, b) && (later || test_holds(&p->forms[m->form], m->test, b, b));
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

static struct piece put_text(struct builder *w, struct text t)
{
    struct piece piece = {w->used, (uint32_t)t.len};
    if (t.len) {
        memcpy((char *)w->b + w->used, t.ptr, t.len);
    }
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
    w->used = (uint32_t)(sizeof(struct bound) + count * sizeof(struct slot));
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
        w->b->texts[i] = put_text(w, texts[i]);
    }
}

/* Verdict touches say whose verdict they are. */
static void set_rank(const struct plan *p, struct bound *b, const struct touch *t)
{
    b->derived = text_is(t->source, "troth");
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
                        .event = event,
                        .actor = (uint8_t)t->actor,
                        .opens_thread = opens_thread};
    struct builder w = {b, 0};
    put_attributes(&w, p, t);
    put_fields(&w, t);
    set_rank(p, b, t);
    b->hits_offset = (w.used + 7) & ~UINT32_C(7);
    struct hit *hits = (struct hit *)(void *)((char *)b + b->hits_offset);
    for (uint32_t m = first; m < last; m++) {
        b->hit_count = (uint16_t)(b->hit_count + match(p, m, b, &hits[b->hit_count]));
    }
    b->size = b->hits_offset + b->hit_count * (uint32_t)sizeof(struct hit);
    return b;
}

static void *room_in_arena(void *context, size_t size)
{
    return arena_alloc(context, size);
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

bool bound_key(const struct bound *b, size_t lane, struct text *ret_key)
{
    const struct plan *p = b->plan;
    const struct hit *hits = bound_hits(b);
    for (uint32_t i = 0; i < b->hit_count; i++) {
        const struct matcher *m = &p->matchers[hits[i].matcher];
        if (m->lane == lane && !(m->event && m->event->anywhere) && hit_counts(b, &hits[i])) {
            struct value v = bound_value(b, p->lanes[lane].key_field);
            if (v.type != VALUE_TEXT) {
                return false;
            }
            *ret_key = v.text;
            return true;
        }
    }
    return false;
}

int64_t bound_occurred(const struct bound *b)
{
    return b->occurred_us;
}

bool bound_enters(const struct bound *b, size_t lane)
{
    return !b->derived || b->lane != lane;
}

bool bound_is_anywhere(const struct bound *b)
{
    const struct hit *hits = bound_hits(b);
    for (uint32_t i = 0; i < b->hit_count; i++) {
        const struct matcher *m = &b->plan->matchers[hits[i].matcher];
        if (m->event && m->event->anywhere && hit_counts(b, &hits[i])) {
            return true;
        }
    }
    return false;
}

bool plan_due(const struct plan *p, size_t promise, const struct touch *opening,
              int64_t *ret_due_us)
{
    struct arena arena CLEANUP(arena_release) = {0};
    const struct bound *b = bind_touch(p, opening, true, room_in_arena, &arena);
    struct term term;
    const struct form *form = &p->forms[p->promises[promise].latest];
    if (form->promise->duty.kind == DUTY_BEFORE || !term_of(form, b, b->occurred_us, 0, &term) ||
        term.due_us == MOMENT_NEVER) {
        return false;
    }
    *ret_due_us = term.due_us;
    return true;
}
