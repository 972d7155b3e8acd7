#include "feature/measure/measure.h"

#include "base/moment.h"

#include <stdlib.h>

enum {
    TALLY_BETWEEN,
    TALLY_TOTAL_BETWEEN,
    OPEN_ALL,
    REMEDIES_BETWEEN,
    HOURS_BETWEEN,
    HOURS_OF_ALL_BETWEEN,
    STATEMENTS
};

static const struct statement statements[] = {
    [TALLY_BETWEEN] = {"tally_between",
                       "SELECT promise, day, channel, team, kept, broken, excused, void FROM tally "
                       "WHERE day >= $1 AND day < $2 AND promise = coalesce($3, promise)",
                       NULL},
    [TALLY_TOTAL_BETWEEN] = {"tally_total_between",
                             "SELECT promise, day, '', '', kept, broken, excused, void FROM "
                             "tally_total WHERE day >= $1 AND day < $2 AND promise = coalesce($3, "
                             "promise)",
                             NULL},
    [OPEN_ALL] = {"tally_open_all",
                  "SELECT promise, open, paused FROM tally_open WHERE promise = coalesce($1, "
                  "promise)",
                  NULL},
    [REMEDIES_BETWEEN] = {"tally_remedies_between",
                          "SELECT promise, day, currency, owed, owed_count, paid FROM tally_remedy "
                          "WHERE day >= $1 AND day < $2 AND promise = coalesce($3, promise)",
                          NULL},
    [HOURS_BETWEEN] = {"tally_hours_between",
                       "SELECT promise, hour, kept, broken, excused, void FROM tally_hour WHERE "
                       "hour >= $1 AND hour < $2 AND promise = coalesce($3, promise)",
                       NULL},
    [HOURS_OF_ALL_BETWEEN] =
        {"tally_hours_of_all_between",
         "SELECT '', hour, CAST(sum(kept) AS BIGINT), CAST(sum(broken) AS BIGINT), "
         "CAST(sum(excused) AS BIGINT), CAST(sum(void) AS BIGINT) FROM tally_hour WHERE "
         "hour >= $1 AND hour < $2 GROUP BY hour",
         NULL},
};
const struct statement_table measure_statements = {statements, STATEMENTS};

/* Groups while they are being counted. */
struct measuring {
    const struct book *book;
    const struct measure_question *question;
    struct arena *arena;
    struct measured *groups;
    size_t count, capacity;
    uint32_t *slots; /* by hash; number + 1 */
    size_t slot_count;
};

struct group_key {
    struct text promise, name;
    int32_t day;
};

static uint64_t hash_of(const struct group_key *key)
{
    return (text_hash(key->promise) ^ text_hash(key->name) * 31) +
           (uint64_t)(uint32_t)key->day * UINT64_C(0x9e3779b97f4a7c15);
}

static struct group_key key_of(const struct measured *g)
{
    return (struct group_key){g->promise, g->name, g->day};
}

static size_t find_slot(const struct measuring *m, const struct group_key *key)
{
    size_t at = (hash_of(key) >> 20) & (m->slot_count - 1);
    while (m->slots[at]) {
        const struct measured *g = &m->groups[m->slots[at] - 1];
        if (g->day == key->day && text_eq(g->promise, key->promise) &&
            text_eq(g->name, key->name)) {
            break;
        }
        at = (at + 1) & (m->slot_count - 1);
    }
    return at;
}

static void grow(struct measuring *m)
{
    size_t capacity = m->capacity ? m->capacity * 2 : 32;
    m->groups = arena_grow(m->arena, m->groups, m->count, capacity, sizeof(*m->groups));
    m->capacity = capacity;
    m->slot_count = capacity * 2;
    m->slots = ARENA_ARRAY(m->arena, uint32_t, m->slot_count);
    for (size_t i = 0; i < m->count; i++) {
        struct group_key key = key_of(&m->groups[i]);
        m->slots[find_slot(m, &key)] = (uint32_t)i + 1;
    }
}

static struct measured *group_of(struct measuring *m, const struct group_key *key)
{
    if (m->count == m->capacity) {
        grow(m);
    }
    size_t at = find_slot(m, key);
    if (!m->slots[at]) {
        m->groups[m->count] = (struct measured){.promise = arena_text(m->arena, key->promise),
                                                .name = arena_text(m->arena, key->name),
                                                .day = key->day};
        m->slots[at] = (uint32_t)++m->count;
    }
    return &m->groups[m->slots[at] - 1];
}

/* -- which group -- */

static struct text principle_of(const struct measuring *m, struct text promise)
{
    size_t number, lane;
    const struct plan *plan = book_plan(m->book);
    if (!plan_find_promise(plan, promise, &number, &lane)) {
        return (struct text){0};
    }
    struct promise_info found = plan_promise_at(plan, number, moment_now());
    return found.latest->principle >= 0 ? found.code->principles[found.latest->principle].name
                                        : (struct text){0};
}

void measure_period(enum measure_per per, int32_t day, int32_t *ret_first, int32_t *ret_next)
{
    struct date d = date_of_days(day);
    switch (per) {
    case MEASURE_PER_ALL:
    case MEASURE_PER_DAY:
        *ret_first = day;
        *ret_next = day + 1;
        return;
    case MEASURE_PER_WEEK:
        *ret_first = day - date_weekday(day);
        *ret_next = *ret_first + 7;
        return;
    case MEASURE_PER_MONTH:
        *ret_first = day - d.day + 1;
        *ret_next = *ret_first + date_days_in_month(d.year, d.month);
    }
}

static int32_t first_of(enum measure_per per, int32_t day)
{
    int32_t first, next;
    measure_period(per, day, &first, &next);
    return first;
}

bool measure_is_fine(const struct measure_question *question)
{
    return question->by == MEASURE_BY_CHANNEL || question->by == MEASURE_BY_TEAM ||
           question->channel || question->team ||
           (question->viewer && question->viewer->hidden_team_count);
}

static bool is_wanted(const struct measuring *m, struct text promise, struct text channel,
                      struct text team)
{
    const struct measure_question *q = m->question;
    return (!q->principle.len || text_eq(principle_of(m, promise), q->principle)) &&
           (!q->channel || text_eq(*q->channel, channel)) &&
           (!q->team || text_eq(*q->team, team)) &&
           (!q->viewer || identity_sees_team(q->viewer, team));
}

static struct group_key choose(const struct measuring *m, struct text promise, int32_t day,
                               struct text channel, struct text team)
{
    enum measure_per per = m->question->per;
    struct group_key key = {.day = per == MEASURE_PER_ALL ? 0 : first_of(per, day)};
    switch (m->question->by) {
    case MEASURE_BY_PROMISE:
        key.promise = promise;
        break;
    case MEASURE_BY_PRINCIPLE:
        key.name = principle_of(m, promise);
        break;
    case MEASURE_BY_CHANNEL:
        key.name = channel;
        break;
    case MEASURE_BY_TEAM:
        key.name = team;
        break;
    case MEASURE_BY_DAY:
        key.day = day;
        break;
    case MEASURE_BY_MONTH:
        key.day = first_of(MEASURE_PER_MONTH, day);
        break;
    case MEASURE_BY_PROMISE_MONTH:
        key.promise = promise;
        key.day = first_of(MEASURE_PER_MONTH, day);
        break;
    case MEASURE_BY_HOUR:
        break;
    }
    return key;
}

/* -- counting -- */

static enum err count_verdicts(struct measuring *m, struct database *db, struct err_info *info)
{
    const struct measure_question *question = m->question;
    bool fine = measure_is_fine(question);
    struct query q CLEANUP(query_end) =
        query_begin(db, &statements[fine ? TALLY_BETWEEN : TALLY_TOTAL_BETWEEN]);
    query_bind_int(&q, 1, question->from_day);
    query_bind_int(&q, 2, question->until_day);
    query_bind_text_or_null(&q, 3, question->promise);
    for (;;) {
        bool row;
        enum err e = query_row(&q, &row, info);
        if (e || !row) {
            return e;
        }
        if (!is_wanted(m, query_text(&q, 0), query_text(&q, 2), query_text(&q, 3))) {
            continue;
        }
        struct group_key key = choose(m, query_text(&q, 0), (int32_t)query_int(&q, 1),
                                      query_text(&q, 2), query_text(&q, 3));
        struct measured *g = group_of(m, &key);
        if (m->count > MEASURE_GROUPS_MAX) {
            return err_set(info, ERR_LIMIT,
                           "That is over 20,000 groups: ask for a shorter time or longer periods.");
        }
        g->kept += query_int(&q, 4);
        g->broken += query_int(&q, 5);
        g->excused += query_int(&q, 6);
        g->void_ += query_int(&q, 7);
    }
}

static enum err count_open(struct measuring *m, struct database *db, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[OPEN_ALL]);
    query_bind_text_or_null(&q, 1, m->question->promise);
    for (;;) {
        bool row;
        enum err e = query_row(&q, &row, info);
        if (e || !row) {
            return e;
        }
        struct text none = {0};
        if (!is_wanted(m, query_text(&q, 0), none, none)) {
            continue;
        }
        struct group_key key = choose(m, query_text(&q, 0), 0, none, none);
        struct measured *g = group_of(m, &key);
        g->open += query_int(&q, 1);
        g->paused += query_int(&q, 2);
    }
}

static struct remedies *remedies_of(struct measured *g, struct text currency)
{
    for (size_t i = 0; i < g->remedy_count; i++) {
        if (text_is(currency, g->remedies[i].currency)) {
            return &g->remedies[i];
        }
    }
    if (g->remedy_count == MEASURE_CURRENCIES_MAX || currency.len != 3) {
        return NULL;
    }
    struct remedies *r = &g->remedies[g->remedy_count++];
    memcpy(r->currency, currency.ptr, 3);
    return r;
}

static enum err count_remedies(struct measuring *m, struct database *db, struct err_info *info)
{
    const struct measure_question *question = m->question;
    struct query q CLEANUP(query_end) = query_begin(db, &statements[REMEDIES_BETWEEN]);
    query_bind_int(&q, 1, question->from_day);
    query_bind_int(&q, 2, question->until_day);
    query_bind_text_or_null(&q, 3, question->promise);
    for (;;) {
        bool row;
        enum err e = query_row(&q, &row, info);
        if (e || !row) {
            return e;
        }
        struct text none = {0};
        if (!is_wanted(m, query_text(&q, 0), none, none)) {
            continue;
        }
        struct group_key key = choose(m, query_text(&q, 0), (int32_t)query_int(&q, 1), none, none);
        struct measured *g = group_of(m, &key);
        struct text currency = query_text(&q, 2);
        struct remedies *r = currency.len ? remedies_of(g, currency) : NULL;
        if (r) {
            r->owed += query_int(&q, 3);
            r->paid += query_int(&q, 5);
        } else {
            g->tasks += query_int(&q, 4);
        }
    }
}

/* -- order -- */

/* Where a promise or principle stands in the Code. */
static size_t place_of(const struct measuring *m, const struct measured *g)
{
    const struct plan *plan = book_plan(m->book);
    for (size_t i = 0; i < plan_promise_count(plan); i++) {
        struct text name = plan_promise(plan, i).name;
        if (g->promise.len ? text_eq(name, g->promise) : text_eq(principle_of(m, name), g->name)) {
            return i;
        }
    }
    return SIZE_MAX;
}

struct placed {
    struct measured group;
    size_t place;
};

static int compare(const void *a, const void *b)
{
    const struct placed *x = a, *y = b;
    if (x->place != y->place) {
        return x->place < y->place ? -1 : 1;
    }
    if (x->group.day != y->group.day) {
        return x->group.day < y->group.day ? -1 : 1;
    }
    return text_compare(x->group.name, y->group.name);
}

static void sort(struct measuring *m)
{
    struct placed *placed = ARENA_ARRAY(m->arena, struct placed, m->count);
    enum measure_by by = m->question->by;
    bool of_code =
        by == MEASURE_BY_PROMISE || by == MEASURE_BY_PRINCIPLE || by == MEASURE_BY_PROMISE_MONTH;
    for (size_t i = 0; i < m->count; i++) {
        placed[i] = (struct placed){m->groups[i], of_code ? place_of(m, &m->groups[i]) : 0};
    }
    if (m->count) {
        qsort(placed, m->count, sizeof(*placed), compare);
    }
    for (size_t i = 0; i < m->count; i++) {
        m->groups[i] = placed[i].group;
    }
}

enum err measure_read(struct database *db, const struct book *book,
                      const struct measure_question *question, struct arena *arena,
                      struct measured **ret, size_t *ret_count, struct err_info *info)
{
    struct measuring m = {.book = book, .question = question, .arena = arena};
    enum measure_by by = question->by;
    enum err e = count_verdicts(&m, db, info);
    bool fine = measure_is_fine(question);
    if (!e && !fine && question->per == MEASURE_PER_ALL &&
        (by == MEASURE_BY_PROMISE || by == MEASURE_BY_PRINCIPLE)) {
        e = count_open(&m, db, info);
    }
    if (!e && !fine) {
        e = count_remedies(&m, db, info);
    }
    if (e) {
        return e;
    }
    sort(&m);
    *ret = m.groups;
    *ret_count = m.count;
    return ERR_NONE;
}

static int64_t hour_of_day(const struct book *book, int32_t day)
{
    return floor_div(zone_to_utc(book_zone(book), day * DAY_US), HOUR_US);
}

enum err measure_read_hours(struct database *db, const struct book *book,
                            const struct measure_question *question,
                            struct measured ret[WEEK_HOURS], struct err_info *info)
{
    const struct measuring m = {.book = book, .question = question};
    bool all = !question->promise.len && !question->principle.len;
    struct query q CLEANUP(query_end) =
        query_begin(db, &statements[all ? HOURS_OF_ALL_BETWEEN : HOURS_BETWEEN]);
    query_bind_int(&q, 1, hour_of_day(book, question->from_day));
    query_bind_int(&q, 2, hour_of_day(book, question->until_day));
    if (!all) {
        query_bind_text_or_null(&q, 3, question->promise);
    }
    for (;;) {
        bool row;
        enum err e = query_row(&q, &row, info);
        if (e || !row) {
            return e;
        }
        if (question->principle.len &&
            !text_eq(principle_of(&m, query_text(&q, 0)), question->principle)) {
            continue;
        }
        int64_t local_us = zone_to_local(book_zone(book), query_int(&q, 1) * HOUR_US);
        int64_t day = floor_div(local_us, DAY_US);
        struct measured *g = &ret[date_weekday(day) * 24 + floor_mod(local_us, DAY_US) / HOUR_US];
        g->kept += query_int(&q, 2);
        g->broken += query_int(&q, 3);
        g->excused += query_int(&q, 4);
        g->void_ += query_int(&q, 5);
    }
}
