/* Random touches: few keys, and times that meet. */
#include "generate.h"

int64_t grid_moment(size_t step)
{
    int64_t us = 0; /* a Thursday; summer time is near */
    moment_parse(TEXT("2026-03-26T22:00:00Z"), &us);
    return us + (int64_t)step * GRID_STEP_MINUTES * MINUTE_US;
}

/* Often the instant of another touch, or a usual limit after one. */
static int64_t random_instant(struct making *m, size_t count)
{
    struct random *r = &m->random;
    static const int64_t usual_us[] = {
        0, 0, HOUR_US, 2 * HOUR_US, 3 * HOUR_US, 24 * HOUR_US, 90 * MINUTE_US};
    if (count > 0 && random_percent(r, 70)) {
        const struct touch *other = &m->scenario->touches[random_below(r, count)];
        return other->occurred_us + RANDOM_PICK(r, usual_us);
    }
    return grid_moment(random_below(r, GRID_STEPS));
}

static struct attribute words(const char *name, struct text value)
{
    return (struct attribute){text_of(name), {.type = VALUE_TEXT, .text = value}};
}

static struct attribute slot(struct making *m, const char *name, int64_t around_us)
{
    int64_t shift = (int64_t)random_below(&m->random, 20) - 6;
    char text[MOMENT_TEXT_SIZE];
    moment_format(around_us + shift * GRID_STEP_MINUTES * MINUTE_US, text);
    return words(name, arena_text(m->arena, text_of(text)));
}

static void add_attributes(struct making *m, struct touch *t)
{
    struct random *r = &m->random;
    static const char *const priorities[] = {"urgent", "high", "low"};
    static const char *const prices[] = {"10.00 EUR", "0.10 EUR", "33.30 EUR", "12.00 USD"};
    static const char *const waits[] = {"PT1H", "PT3H", "2 hours"};
    struct attribute *a = ARENA_ARRAY(m->arena, struct attribute, 10);
    size_t count = 0;
    if (random_percent(r, 60)) {
        a[count++] = words("priority", text_of(RANDOM_PICK(r, priorities)));
    }
    if (random_percent(r, 60)) {
        a[count++] = (struct attribute){
            TEXT("size"), {.type = VALUE_NUMBER, .number = (double)(1 + random_below(r, 3))}};
    }
    if (random_percent(r, 40)) {
        a[count++] = (struct attribute){TEXT("holding"),
                                        {.type = VALUE_BOOL, .boolean = random_percent(r, 50)}};
    }
    if (random_percent(r, 50)) {
        a[count++] = words("price", text_of(RANDOM_PICK(r, prices)));
    }
    if (random_percent(r, 20)) {
        a[count++] = words("waited", text_of(RANDOM_PICK(r, waits)));
    }
    if (random_percent(r, 70)) {
        a[count++] = slot(m, "slot-start", t->occurred_us + HOUR_US);
        a[count++] = slot(m, "slot-end", t->occurred_us + 4 * HOUR_US);
    }
    if (random_percent(r, 70)) {
        a[count++] = words("order", random_percent(r, 60) ? TEXT("x") : TEXT("y"));
    }
    t->attributes = a;
    t->attribute_count = count;
}

/* Acts by hand name a promise, and sometimes an opening touch. */
static void make_act(struct making *m, struct touch *t, size_t count)
{
    struct random *r = &m->random;
    struct attribute *a = ARENA_ARRAY(m->arena, struct attribute, 3);
    t->event = random_percent(r, 60) ? TEXT("remedy.claimed") : TEXT("obligation.excused");
    t->attributes = a;
    t->attribute_count = 0;
    if (random_percent(r, 80)) {
        size_t promise = random_below(r, m->promise_count);
        a[t->attribute_count++] = words("promise", m->promises[promise].name);
    }
    if (count > 0 && random_percent(r, 30)) {
        a[t->attribute_count++] = words("opening", m->scenario->touches[random_below(r, count)].id);
    }
    a[t->attribute_count++] = words("order", random_percent(r, 60) ? TEXT("x") : TEXT("y"));
}

/* Says of two keys that they are one, or are not. */
static void make_merge(struct making *m, struct touch *t)
{
    struct random *r = &m->random;
    static const char *const events[] = {"customer.merged", "customer.merged", "customer.split",
                                         "thread.merged",   "thread.merged",   "thread.split"};
    static const char *const customers[] = {"ana", "bob", "cy"};
    static const char *const threads[] = {"1", "2", "3"};
    struct attribute *a = ARENA_ARRAY(m->arena, struct attribute, 2);
    t->event = text_of(RANDOM_PICK(r, events));
    bool is_thread = text_starts(t->event, TEXT("thread."));
    if (is_thread) {
        t->thread = text_of(RANDOM_PICK(r, threads));
    } else {
        t->customer = text_of(RANDOM_PICK(r, customers));
    }
    const char *from = is_thread ? RANDOM_PICK(r, threads) : RANDOM_PICK(r, customers);
    a[0] = words("from", text_of(from));
    a[1] = words("order", random_percent(r, 60) ? TEXT("x") : TEXT("y"));
    t->attributes = a;
    t->attribute_count = 2;
}

static struct touch make_touch(struct making *m, size_t count)
{
    struct random *r = &m->random;
    static const char *const people[] = {"bea", "carl", ""};
    static const char *const threads[] = {"1", "1", "1", "2", "", "3"};
    static const char *const customers[] = {"ana", "ana", "bob", "", "cy"};
    struct touch t = {
        .source = TEXT("random"),
        .id = arena_printf(m->arena, "t%zu", count + 1),
        .event = text_of(random_percent(r, 12) ? random_world_event(r) : random_event(r)),
        .occurred_us = random_instant(m, count),
        .thread = text_of(threads[random_below(r, m->merges ? 6 : 5)]),
        .customer = text_of(customers[random_below(r, m->merges ? 5 : 4)]),
        .actor = (enum actor)random_below(r, 5),
        .person = text_of(RANDOM_PICK(r, people)),
        .role = random_percent(r, 20) ? TEXT("lead") : TEXT(""),
    };
    add_attributes(m, &t);
    if (random_percent(r, 10)) {
        make_act(m, &t, count);
    } else if (m->merges && random_percent(r, 20)) {
        make_merge(m, &t);
    }
    return t;
}

void make_touches(struct making *m)
{
    struct scenario *s = m->scenario;
    size_t count = 3 + random_below(&m->random, 28);
    m->merges = random_percent(&m->random, 33);
    s->touches = ARENA_ARRAY(m->arena, struct touch, count);
    s->is_dropped = ARENA_ARRAY(m->arena, bool, count);
    for (; s->touch_count < count; s->touch_count++) {
        s->touches[s->touch_count] = make_touch(m, s->touch_count);
    }
    for (size_t i = 1; i < count; i++) {
        struct touch t = s->touches[i];
        size_t j = i;
        for (; j > 0 && s->touches[j - 1].occurred_us > t.occurred_us; j--) {
            s->touches[j] = s->touches[j - 1];
        }
        s->touches[j] = t;
    }
    for (size_t i = 0; i < count; i++) {
        s->touches[i].place = i + 1;
    }
}
