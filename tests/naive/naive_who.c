/* Keys that are one customer, or one thread, because touches say so (rules 44 to 46). */
#include "naive_part.h"

struct saying {
    bool is_thread, is_split;
    struct text survivor, other;
};

struct label { /* a key and the key of its group */
    bool is_thread;
    struct text key, group;
};

struct labels {
    struct label *items;
    size_t count;
};

static bool says(const struct touch *t, struct saying *ret)
{
    ret->is_thread = text_is(t->event, "thread.merged") || text_is(t->event, "thread.split");
    ret->is_split = text_is(t->event, "customer.split") || text_is(t->event, "thread.split");
    if (!ret->is_thread && !ret->is_split && !text_is(t->event, "customer.merged")) {
        return false;
    }
    struct value from = field_of(t, TEXT("from"));
    ret->survivor = ret->is_thread ? t->thread : t->customer;
    ret->other = from.text;
    return from.type == VALUE_TEXT && from.text.len && ret->survivor.len &&
           !text_eq(ret->survivor, ret->other);
}

static bool about_the_same(const struct saying *a, const struct saying *b)
{
    bool straight = text_eq(a->survivor, b->survivor) && text_eq(a->other, b->other);
    bool crossed = text_eq(a->survivor, b->other) && text_eq(a->other, b->survivor);
    return a->is_thread == b->is_thread && (straight || crossed);
}

/* By a touch from `first` on. */
static bool is_said_again(const struct touch *const *touches, size_t count, size_t first,
                          const struct saying *said)
{
    for (size_t i = first; i < count; i++) {
        struct saying later;
        if (says(touches[i], &later) && about_the_same(said, &later)) {
            return true;
        }
    }
    return false;
}

static struct text group_of(const struct labels *l, bool is_thread, struct text key)
{
    for (size_t i = 0; i < l->count; i++) {
        if (l->items[i].is_thread == is_thread && text_eq(l->items[i].key, key)) {
            return l->items[i].group;
        }
    }
    return key;
}

static void label(struct labels *l, bool is_thread, struct text key)
{
    struct text group = group_of(l, is_thread, key);
    l->items[l->count++] = (struct label){is_thread, key, group};
}

static void join(struct labels *l, const struct saying *s)
{
    label(l, s->is_thread, s->survivor);
    label(l, s->is_thread, s->other);
    struct text group = group_of(l, s->is_thread, s->survivor);
    struct text old = group_of(l, s->is_thread, s->other);
    for (size_t i = 0; i < l->count; i++) {
        if (l->items[i].is_thread == s->is_thread && text_eq(l->items[i].group, old)) {
            l->items[i].group = group;
        }
    }
}

const struct touch **naive_judged(struct arena *arena, const struct touch *const *touches,
                                  size_t count)
{
    struct labels l = {.items = ARENA_ARRAY(arena, struct label, 2 * count)};
    for (size_t i = 0; i < count; i++) {
        struct saying s;
        if (says(touches[i], &s) && !s.is_split && !is_said_again(touches, count, i + 1, &s)) {
            join(&l, &s);
        }
    }
    const struct touch **judged = ARENA_ARRAY(arena, const struct touch *, count);
    for (size_t i = 0; i < count; i++) {
        struct touch *t = ARENA_NEW(arena, struct touch);
        *t = *touches[i];
        t->thread = group_of(&l, true, t->thread);
        t->customer = group_of(&l, false, t->customer);
        judged[i] = t;
    }
    return judged;
}
