#include "engine/who.h"

#include "base/moment.h"

#include <stdlib.h>

struct pair {           /* a touch about two keys */
    struct touch order; /* occurred, place, source, id: its place in fold order */
    struct who_said said;
    bool holds; /* nothing was said of the same two after it, and it merges them */
};

struct judged { /* a key that is or was merged */
    enum who_kind kind;
    struct text key;
    uint32_t under; /* number of another one of its group; its own: the group is judged under it */
};

struct who {
    struct arena arena, settled; /* settled: what who_settle() makes */
    struct pair *pairs;
    size_t count, capacity;
    struct judged *judged;
    uint32_t judged_count;
    uint32_t *slots; /* of judged, by hash; number + 1 */
    size_t slot_count;
};

static bool event_says(struct text event, struct who_said *ret)
{
    static const struct {
        struct text name;
        enum who_kind kind;
        bool split;
    } events[] = {
        {{"customer.merged", 15}, WHO_CUSTOMER, false},
        {{"customer.split", 14}, WHO_CUSTOMER, true},
        {{"thread.merged", 13}, WHO_THREAD, false},
        {{"thread.split", 12}, WHO_THREAD, true},
    };
    for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
        if (text_eq(event, events[i].name)) {
            *ret = (struct who_said){.kind = events[i].kind, .split = events[i].split};
            return true;
        }
    }
    return false;
}

bool who_may_say(struct text event)
{
    struct who_said said;
    return event_says(event, &said);
}

bool who_says(const struct touch *t, struct who_said *ret)
{
    struct who_said said;
    if (!event_says(t->event, &said)) {
        return false;
    }
    struct value from = touch_field(t, TEXT("from"));
    said.survivor = said.kind == WHO_CUSTOMER ? t->customer : t->thread;
    said.other = from.type == VALUE_TEXT ? from.text : (struct text){0};
    if (!said.survivor.len || !said.other.len || text_eq(said.survivor, said.other)) {
        return false;
    }
    *ret = said;
    return true;
}

struct who *who_new(void)
{
    struct who *w = calloc(1, sizeof(*w));
    if (!w) {
        abort();
    }
    return w;
}

void who_free(struct who *w)
{
    if (w) {
        arena_release(&w->arena);
        arena_release(&w->settled);
        free(w);
    }
}

void who_note(struct who *w, const struct touch *t)
{
    struct who_said said;
    if (!who_says(t, &said)) {
        return;
    }
    if (w->count == w->capacity) {
        size_t capacity = w->capacity ? w->capacity * 2 : 8;
        w->pairs = arena_grow(&w->arena, w->pairs, w->count, capacity, sizeof(*w->pairs));
        w->capacity = capacity;
    }
    said.survivor = arena_text(&w->arena, said.survivor);
    said.other = arena_text(&w->arena, said.other);
    const struct touch order = {.source = arena_text(&w->arena, t->source),
                                .id = arena_text(&w->arena, t->id),
                                .occurred_us = t->occurred_us,
                                .place = t->place};
    w->pairs[w->count++] = (struct pair){order, said, false};
}

/* -- settling -- */

static size_t slot_of(const struct who *w, enum who_kind kind, struct text key)
{
    size_t mask = w->slot_count - 1, at = (text_hash(key) + (uint64_t)kind) & mask;
    for (; w->slots[at]; at = (at + 1) & mask) {
        const struct judged *known = &w->judged[w->slots[at] - 1];
        if (known->kind == kind && text_eq(known->key, key)) {
            break;
        }
    }
    return at;
}

static uint32_t judged_of(struct who *w, enum who_kind kind, struct text key)
{
    size_t at = slot_of(w, kind, key);
    if (!w->slots[at]) {
        w->judged[w->judged_count] = (struct judged){kind, key, w->judged_count};
        w->slots[at] = ++w->judged_count;
    }
    return w->slots[at] - 1;
}

static uint32_t root_of(const struct who *w, uint32_t number)
{
    while (w->judged[number].under != number) {
        number = w->judged[number].under;
    }
    return number;
}

/* The two keys of a pair, in the order of their bytes. */
static void two_of(const struct who_said *said, struct text two[2])
{
    bool swap = text_compare(said->survivor, said->other) > 0;
    two[0] = swap ? said->other : said->survivor;
    two[1] = swap ? said->survivor : said->other;
}

static int compare_two(const struct who_said *a, const struct who_said *b)
{
    struct text x[2], y[2];
    if (a->kind != b->kind) {
        return a->kind < b->kind ? -1 : 1;
    }
    two_of(a, x);
    two_of(b, y);
    int order = text_compare(x[0], y[0]);
    return order ? order : text_compare(x[1], y[1]);
}

static int compare_pairs(const void *a, const void *b)
{
    return touch_compare(&((const struct pair *)a)->order, &((const struct pair *)b)->order);
}

static int compare_sayings(const void *a, const void *b)
{
    int order = compare_two(&((const struct pair *)a)->said, &((const struct pair *)b)->said);
    return order ? order : compare_pairs(a, b);
}

/* Of those about the same two keys, the last says what holds. */
static void find_last(struct who *w, int64_t until_us)
{
    qsort(w->pairs, w->count, sizeof(*w->pairs), compare_sayings);
    const struct pair *later = NULL;
    for (size_t i = w->count; i-- > 0;) {
        struct pair *pair = &w->pairs[i];
        pair->holds = false;
        if (pair->order.occurred_us < until_us) {
            bool last = !later || compare_two(&later->said, &pair->said) != 0;
            pair->holds = last && !pair->said.split;
            later = pair;
        }
    }
}

/* All that were judged under the one key are judged under the other. */
static void join(struct who *w, const struct who_said *said)
{
    uint32_t root = root_of(w, judged_of(w, said->kind, said->survivor));
    w->judged[root_of(w, judged_of(w, said->kind, said->other))].under = root;
}

bool who_settle(struct who *w, int64_t until_us)
{
    arena_clear(&w->settled);
    w->judged_count = 0;
    w->slot_count = 0;
    if (w->count == 0) {
        return false;
    }
    for (w->slot_count = 16; w->slot_count < w->count * 4;) {
        w->slot_count *= 2;
    }
    w->slots = ARENA_ARRAY(&w->settled, uint32_t, w->slot_count);
    w->judged = ARENA_ARRAY(&w->settled, struct judged, w->count * 2);
    find_last(w, until_us);
    qsort(w->pairs, w->count, sizeof(*w->pairs), compare_pairs);
    for (size_t i = 0; i < w->count; i++) {
        if (w->pairs[i].holds) {
            join(w, &w->pairs[i].said);
        }
    }
    for (uint32_t i = 0; i < w->judged_count; i++) {
        w->judged[i].under = root_of(w, i);
    }
    return w->judged_count > 0;
}

struct text who_key(const struct who *w, enum who_kind kind, struct text key)
{
    if (!w->slot_count || !key.len) {
        return key;
    }
    uint32_t number = w->slots[slot_of(w, kind, key)];
    return number ? w->judged[w->judged[number - 1].under].key : key;
}

bool who_is_grouped(const struct who *w, enum who_kind kind, struct text key)
{
    return w->slot_count && key.len && w->slots[slot_of(w, kind, key)];
}

void who_each(const struct who *w, enum who_kind kind, struct text root,
              void (*each)(void *context, struct text key), void *context)
{
    for (uint32_t i = 0; i < w->judged_count; i++) {
        const struct judged *judged = &w->judged[i];
        if (judged->kind == kind && text_eq(w->judged[judged->under].key, root)) {
            each(context, judged->key);
        }
    }
}
