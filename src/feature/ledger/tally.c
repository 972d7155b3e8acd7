#include "feature/ledger/tally.h"

#include "base/moment.h"
#include "feature/ledger/gathered.h"
#include <stdlib.h>

enum { VERDICTS_ADD, TOTAL_ADD, HOUR_ADD, OPEN_ADD, REMEDY_ADD, STATEMENTS };

static const struct statement statements[] = {
    [VERDICTS_ADD] =
        {"tally_add",
         "INSERT INTO tally (node, promise, day, channel, team, kept, broken, excused, void) "
         "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) "
         "ON CONFLICT (promise, day, channel, team, node) DO UPDATE SET kept = tally.kept + "
         "excluded.kept, "
         "broken = tally.broken + excluded.broken, excused = tally.excused + excluded.excused, "
         "void = tally.void + excluded.void",
         NULL},
    [TOTAL_ADD] =
        {"tally_total_add",
         "INSERT INTO tally_total (node, promise, day, kept, broken, excused, void) "
         "VALUES ($1, $2, $3, $4, $5, $6, $7) "
         "ON CONFLICT (promise, day, node) DO UPDATE SET kept = tally_total.kept + excluded.kept, "
         "broken = tally_total.broken + excluded.broken, "
         "excused = tally_total.excused + excluded.excused, "
         "void = tally_total.void + excluded.void",
         NULL},
    [HOUR_ADD] =
        {"tally_hour_add",
         "INSERT INTO tally_hour (node, promise, hour, kept, broken, excused, void) "
         "VALUES ($1, $2, $3, $4, $5, $6, $7) "
         "ON CONFLICT (hour, promise, node) DO UPDATE SET kept = tally_hour.kept + excluded.kept, "
         "broken = tally_hour.broken + excluded.broken, "
         "excused = tally_hour.excused + excluded.excused, "
         "void = tally_hour.void + excluded.void",
         NULL},
    [OPEN_ADD] = {"tally_open_add",
                  "INSERT INTO tally_open (node, promise, open, paused) VALUES ($1, $2, $3, $4) "
                  "ON CONFLICT (promise, node) DO UPDATE SET open = tally_open.open + "
                  "excluded.open, "
                  "paused = tally_open.paused + excluded.paused",
                  NULL},
    [REMEDY_ADD] =
        {"tally_remedy_add",
         "INSERT INTO tally_remedy (node, promise, day, currency, owed, owed_count, paid, "
         "paid_count) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) "
         "ON CONFLICT (promise, day, currency, node) DO UPDATE SET owed = tally_remedy.owed + "
         "excluded.owed, "
         "owed_count = tally_remedy.owed_count + excluded.owed_count, "
         "paid = tally_remedy.paid + excluded.paid, "
         "paid_count = tally_remedy.paid_count + excluded.paid_count",
         NULL},
};
const struct statement_table tally_statements = {statements, STATEMENTS};

static const enum gathered many[STATEMENTS] = {[VERDICTS_ADD] = TALLY_ADD_MANY,
                                               [TOTAL_ADD] = TALLY_TOTAL_ADD_MANY,
                                               [HOUR_ADD] = TALLY_HOUR_ADD_MANY,
                                               [OPEN_ADD] = TALLY_OPEN_ADD_MANY,
                                               [REMEDY_ADD] = TALLY_REMEDY_ADD_MANY};

struct tally_change {
    int statement;
    struct text promise, a, b; /* channel and team, or currency */
    int32_t day;               /* or hour */
    uint64_t hash;
    int64_t counts[4];
};

static uint64_t hash_of(const struct tally_change *c)
{
    uint64_t hash = text_hash(c->promise) + (uint64_t)c->statement;
    hash = hash * 31 + text_hash(c->a);
    hash = hash * 31 + text_hash(c->b);
    return (hash * 31 + (uint32_t)c->day) * UINT64_C(0x9e3779b97f4a7c15) >> 16;
}

static bool is_same(const struct tally_change *x, const struct tally_change *y)
{
    return x->hash == y->hash && x->statement == y->statement && x->day == y->day &&
           text_eq(x->promise, y->promise) && text_eq(x->a, y->a) && text_eq(x->b, y->b);
}

/* Where it stands, or would. */
static uint32_t *slot_of(const struct tally *t, const struct tally_change *c)
{
    size_t mask = t->capacity * 2 - 1, at = c->hash & mask;
    while (t->slots[at] && !is_same(&t->changes[t->slots[at] - 1], c)) {
        at = (at + 1) & mask;
    }
    return &t->slots[at];
}

static void grow(struct tally *t)
{
    size_t capacity = t->capacity ? t->capacity * 2 : 16;
    t->changes = arena_grow(t->arena, t->changes, t->count, capacity, sizeof(*t->changes));
    t->capacity = capacity;
    t->slots = ARENA_ARRAY(t->arena, uint32_t, capacity * 2);
    for (size_t i = 0; i < t->count; i++) {
        *slot_of(t, &t->changes[i]) = (uint32_t)i + 1;
    }
}

static struct tally_change *change_of(struct tally *t, int statement, struct text promise,
                                      int32_t day, struct text a, struct text b)
{
    struct tally_change wanted = {
        .statement = statement, .promise = promise, .a = a, .b = b, .day = day};
    wanted.hash = hash_of(&wanted);
    if (t->count == t->capacity) {
        grow(t);
    }
    uint32_t *slot = slot_of(t, &wanted);
    if (*slot == 0) {
        wanted.promise = arena_text(t->arena, promise);
        wanted.a = arena_text(t->arena, a);
        wanted.b = arena_text(t->arena, b);
        t->changes[t->count++] = wanted;
        *slot = (uint32_t)t->count;
    }
    return &t->changes[*slot - 1];
}

void tally_verdict(struct tally *t, struct text promise, int32_t day, struct text channel,
                   struct text team, enum state state, int64_t count)
{
    if (state >= STATE_KEPT) {
        struct text none = {0};
        size_t place = (size_t)(state - STATE_KEPT);
        change_of(t, VERDICTS_ADD, promise, day, channel, team)->counts[place] += count;
        change_of(t, TOTAL_ADD, promise, day, none, none)->counts[place] += count;
    }
}

void tally_hour(struct tally *t, struct text promise, int64_t decided_us, enum state state,
                int64_t count)
{
    if (state >= STATE_KEPT) {
        struct text none = {0};
        int32_t hour = (int32_t)floor_div(decided_us, HOUR_US);
        change_of(t, HOUR_ADD, promise, hour, none, none)->counts[state - STATE_KEPT] += count;
    }
}

void tally_state(struct tally *t, struct text promise, enum state state, int64_t count)
{
    if (state == STATE_OPEN || state == STATE_PAUSED) {
        change_of(t, OPEN_ADD, promise, 0, (struct text){0}, (struct text){0})->counts[state] +=
            count;
    }
}

void tally_remedy_owed(struct tally *t, struct text promise, int32_t day, struct text currency,
                       int64_t minor, int64_t count)
{
    struct tally_change *c = change_of(t, REMEDY_ADD, promise, day, currency, (struct text){0});
    c->counts[0] += minor;
    c->counts[1] += count;
}

void tally_remedy_paid(struct tally *t, struct text promise, int32_t day, struct text currency,
                       int64_t minor)
{
    struct tally_change *c = change_of(t, REMEDY_ADD, promise, day, currency, (struct text){0});
    c->counts[2] += minor;
    c->counts[3]++;
}

struct writing {
    const struct tally_change **list;
    uint32_t node;
};

static void bind_change(struct query *q, size_t i, void *context)
{
    const struct writing *writing = context;
    const struct tally_change *c = writing->list[i];
    int parameter = 1;
    query_bind_int(q, parameter++, writing->node);
    query_bind_text(q, parameter++, c->promise);
    if (c->statement != OPEN_ADD) {
        query_bind_int(q, parameter++, c->day);
    }
    if (c->statement == VERDICTS_ADD || c->statement == REMEDY_ADD) {
        query_bind_text(q, parameter++, c->a);
    }
    if (c->statement == VERDICTS_ADD) {
        query_bind_text(q, parameter++, c->b);
    }
    int counts = c->statement == OPEN_ADD ? 2 : 4;
    for (int k = 0; k < counts; k++) {
        query_bind_int(q, parameter++, c->counts[k]);
    }
}

static int compare_changes(const void *a, const void *b)
{
    const struct tally_change *x = *(const struct tally_change *const *)a,
                              *y = *(const struct tally_change *const *)b;
    int order = x->statement - y->statement;
    order = order ? order : text_compare(x->promise, y->promise);
    order = order ? order : x->day - y->day;
    order = order ? order : text_compare(x->a, y->a);
    return order ? order : text_compare(x->b, y->b);
}

enum err tally_write(struct tally *t, struct database *db, struct err_info *info)
{
    const struct tally_change **list = ARENA_ARRAY(t->arena, const struct tally_change *, t->count);
    size_t count = 0;
    for (size_t i = 0; i < t->count; i++) {
        const struct tally_change *c = &t->changes[i];
        if (c->counts[0] || c->counts[1] || c->counts[2] || c->counts[3]) {
            list[count++] = c;
        }
    }
    qsort(list, count, sizeof(struct tally_change *), compare_changes);
    enum err e = ERR_NONE;
    for (size_t first = 0, end; first < count && !e; first = end) {
        for (end = first; end < count && list[end]->statement == list[first]->statement; end++) {
        }
        struct writing writing = {&list[first], t->node};
        e = query_many(db,
                       &(struct executions){.statement = &statements[list[first]->statement],
                                            .gathered = &gathered[many[list[first]->statement]],
                                            .count = end - first,
                                            .context = &writing,
                                            .bind = bind_change},
                       info);
    }
    t->count = 0;
    return e;
}
