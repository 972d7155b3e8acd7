#include "feature/ledger/tally.h"

enum { VERDICTS_ADD, TOTAL_ADD, OPEN_ADD, REMEDY_ADD, STATEMENTS };

static const struct statement statements[] = {
    [VERDICTS_ADD] =
        {"tally_add",
         "INSERT INTO tally (promise, day, channel, team, kept, broken, excused, void) "
         "VALUES ($1, $2, $3, $4, $5, $6, $7, $8) "
         "ON CONFLICT (promise, day, channel, team) DO UPDATE SET kept = tally.kept + "
         "excluded.kept, "
         "broken = tally.broken + excluded.broken, excused = tally.excused + excluded.excused, "
         "void = tally.void + excluded.void",
         NULL},
    [TOTAL_ADD] =
        {"tally_total_add",
         "INSERT INTO tally_total (promise, day, kept, broken, excused, void) "
         "VALUES ($1, $2, $3, $4, $5, $6) "
         "ON CONFLICT (promise, day) DO UPDATE SET kept = tally_total.kept + excluded.kept, "
         "broken = tally_total.broken + excluded.broken, "
         "excused = tally_total.excused + excluded.excused, "
         "void = tally_total.void + excluded.void",
         NULL},
    [OPEN_ADD] = {"tally_open_add",
                  "INSERT INTO tally_open (promise, open, paused) VALUES ($1, $2, $3) "
                  "ON CONFLICT (promise) DO UPDATE SET open = tally_open.open + excluded.open, "
                  "paused = tally_open.paused + excluded.paused",
                  NULL},
    [REMEDY_ADD] =
        {"tally_remedy_add",
         "INSERT INTO tally_remedy (promise, day, currency, owed, owed_count, paid, paid_count) "
         "VALUES ($1, $2, $3, $4, $5, $6, $7) "
         "ON CONFLICT (promise, day, currency) DO UPDATE SET owed = tally_remedy.owed + "
         "excluded.owed, "
         "owed_count = tally_remedy.owed_count + excluded.owed_count, "
         "paid = tally_remedy.paid + excluded.paid, "
         "paid_count = tally_remedy.paid_count + excluded.paid_count",
         NULL},
};
const struct statement_table tally_statements = {statements, STATEMENTS};

struct tally_change {
    struct tally_change *next;
    int statement;
    struct text promise, a, b; /* channel and team, or currency */
    int32_t day;
    int64_t counts[4];
};

static struct tally_change *change_of(struct tally *t, int statement, struct text promise,
                                      int32_t day, struct text a, struct text b)
{
    for (struct tally_change *c = t->changes; c; c = c->next) {
        if (c->statement == statement && c->day == day && text_eq(c->promise, promise) &&
            text_eq(c->a, a) && text_eq(c->b, b)) {
            return c;
        }
    }
    struct tally_change *c = ARENA_NEW(t->arena, struct tally_change);
    c->next = t->changes;
    c->statement = statement;
    c->promise = arena_text(t->arena, promise);
    c->day = day;
    c->a = arena_text(t->arena, a);
    c->b = arena_text(t->arena, b);
    return t->changes = c;
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

static enum err write_change(const struct tally_change *c, struct database *db,
                             struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[c->statement]);
    int parameter = 1;
    query_bind_text(&q, parameter++, c->promise);
    if (c->statement != OPEN_ADD) {
        query_bind_int(&q, parameter++, c->day);
    }
    if (c->statement == VERDICTS_ADD || c->statement == REMEDY_ADD) {
        query_bind_text(&q, parameter++, c->a);
    }
    if (c->statement == VERDICTS_ADD) {
        query_bind_text(&q, parameter++, c->b);
    }
    int counts = c->statement == OPEN_ADD ? 2 : 4;
    for (int i = 0; i < counts; i++) {
        query_bind_int(&q, parameter++, c->counts[i]);
    }
    return query_run(&q, info);
}

enum err tally_write(struct tally *t, struct database *db, struct err_info *info)
{
    for (const struct tally_change *c = t->changes; c; c = c->next) {
        if (c->counts[0] || c->counts[1] || c->counts[2] || c->counts[3]) {
            enum err e = write_change(c, db, info);
            if (e) {
                return e;
            }
        }
    }
    t->changes = NULL;
    return ERR_NONE;
}
