/* The states of keys against the ledger: each open obligation is in the state of its key, which
 * wakes when the clock will change something. */
#include "feature/verify/parts.h"

#include "feature/ledger/touch_list.h"

#include <inttypes.h>
#include <stdlib.h>

static const char drop[] = "stop the server, then troth db verify --repair states, then start it";

enum { STATES, OPEN, KEYS, DROP, STALE, STATEMENTS };
static const struct statement statements[] = {
    [STATES] = {"verify_states", "SELECT lane, key, next_us, state FROM key_state", NULL},
    [OPEN] = {"verify_open",
              "SELECT id, promise, key, state FROM obligation WHERE state < 2 ORDER BY id", NULL},
    [KEYS] = {"verify_keys",
              "SELECT promise, key, min(home_id) FROM obligation GROUP BY promise, key", NULL},
    [DROP] = {"verify_drop_states", "UPDATE key_state SET state = $1, next_us = 0", NULL},
    [STALE] = {"verify_add_stale",
               "INSERT INTO key_state (lane, key, home_id, next_us, state) VALUES ($1, $2, $3, 0, "
               "$4) ON CONFLICT (lane, key, home_id) DO NOTHING",
               NULL},
};
_Static_assert(sizeof(statements) / sizeof(statements[0]) == STATEMENTS, "one each");

/* Open obligations as states have them, by id. */
struct seen {
    int64_t *ids;
    uint8_t *states;
    size_t count, capacity; /* capacity: a power of two */
};

static size_t seen_slot(const struct seen *s, int64_t id)
{
    size_t at = (size_t)((uint64_t)id * UINT64_C(0x9e3779b97f4a7c15) >> 20) & (s->capacity - 1);
    while (s->ids[at] && s->ids[at] != id) {
        at = (at + 1) & (s->capacity - 1);
    }
    return at;
}

static void seen_add(struct seen *s, int64_t id, enum state state)
{
    if (s->count * 2 >= s->capacity) {
        struct seen grown = {.capacity = s->capacity ? s->capacity * 2 : 1024};
        grown.ids = calloc(grown.capacity, sizeof(*grown.ids));
        grown.states = calloc(grown.capacity, sizeof(*grown.states));
        if (!grown.ids || !grown.states) {
            abort();
        }
        for (size_t i = 0; i < s->capacity; i++) {
            if (s->ids[i]) {
                size_t at = seen_slot(&grown, s->ids[i]);
                grown.ids[at] = s->ids[i];
                grown.states[at] = s->states[i];
            }
        }
        grown.count = s->count;
        free(s->ids);
        free(s->states);
        *s = grown;
    }
    size_t at = seen_slot(s, id);
    s->count += s->ids[at] == 0;
    s->ids[at] = id;
    s->states[at] = (uint8_t)state;
}

struct checking {
    const struct plan *plan;
    struct world *world;
    struct report *report;
    struct seen seen;
    struct arena stale; /* keys that are to be folded anew, by lane */
    struct stale_key {
        struct stale_key *next;
        struct text lane, key;
    } * stale_slots[4096];
    int64_t wrong_next, unreadable;
};

static void checking_end(struct checking *c)
{
    world_free(c->world);
    arena_release(&c->stale);
    free(c->seen.ids);
    free(c->seen.states);
}

static bool hear(void *context, const struct touch *t)
{
    struct checking *c = context;
    struct arena arena CLEANUP(arena_release) = {0};
    const struct bound *b = plan_bind(c->plan, t, false, &arena);
    if (b && bound_is_anywhere(b)) {
        world_add(c->world, b);
    }
    return true;
}

static struct stale_key **stale_slot(struct checking *c, struct text key)
{
    return &c->stale_slots[text_hash(key) % (sizeof(c->stale_slots) / sizeof(c->stale_slots[0]))];
}

static void note_stale(struct checking *c, struct text lane, struct text key)
{
    struct stale_key **slot = stale_slot(c, key), *stale = ARENA_NEW(&c->stale, struct stale_key);
    *stale = (struct stale_key){*slot, arena_text(&c->stale, lane), arena_text(&c->stale, key)};
    *slot = stale;
}

static bool is_stale(struct checking *c, struct text lane, struct text key)
{
    const struct stale_key *s = *stale_slot(c, key);
    while (s && !(text_eq(s->key, key) && text_eq(s->lane, lane))) {
        s = s->next;
    }
    return s != NULL;
}

static void note_open(void *context, const struct obligation *o)
{
    struct checking *c = context;
    seen_add(&c->seen, o->tag, o->state);
}

static bool find_lane(const struct plan *plan, struct text name, uint32_t *ret)
{
    for (uint32_t lane = 0; lane < plan_lane_count(plan); lane++) {
        if (text_eq(plan_lane_name(plan, lane), name)) {
            *ret = lane;
            return true;
        }
    }
    return false;
}

static void check_state(struct checking *c, const struct query *q)
{
    struct text lane = query_text(q, 0), key = query_text(q, 1), state = query_bytes(q, 3);
    uint32_t number;
    if (!state.len || !find_lane(c->plan, lane, &number)) {
        note_stale(c, lane, key);
        return;
    }
    struct fold *fold = fold_new(c->plan, number, key, c->world);
    if (fold_load(fold, state, NULL)) { /* of an older Code, program or world */
        note_stale(c, lane, key);
        c->unreadable++;
    } else {
        int64_t next = query_is_null(q, 2) ? INT64_MAX : query_int(q, 2);
        fold_each(fold, note_open, c);
        if (next > fold_next_us(fold) && c->wrong_next++ < FINDINGS_OF_A_KIND) {
            report_find(c->report, VERIFY_STATES, drop,
                        "the key %.*s (%.*s) wakes too late for its obligations", TEXT_ARG(key),
                        TEXT_ARG(lane));
        }
    }
    fold_free(fold);
}

static enum err read_states(struct checking *c, struct database *db, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[STATES]);
    bool row;
    enum err e = touch_row_anywhere(db, hear, c, info);
    while (!e && !(e = query_row(&q, &row, info)) && row) {
        check_state(c, &q);
    }
    return e;
}

static enum err compare_open(struct checking *c, struct database *db, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[OPEN]);
    bool row;
    int64_t wrong = 0;
    enum err e;
    while (!(e = query_row(&q, &row, info)) && row) {
        size_t promise, lane;
        int64_t id = query_int(&q, 0);
        size_t at = c->seen.capacity ? seen_slot(&c->seen, id) : 0;
        bool is_there = c->seen.capacity && c->seen.ids[at] == id;
        if (!plan_find_promise(c->plan, query_text(&q, 1), &promise, &lane) ||
            is_stale(c, plan_lane_name(c->plan, lane), query_text(&q, 2)) ||
            (is_there && c->seen.states[at] == query_int(&q, 3))) {
            continue;
        }
        if (wrong++ < FINDINGS_OF_A_KIND) {
            report_find(c->report, VERIFY_STATES, drop,
                        "the obligation %" PRId64 " (%.*s, %.*s) is open, and the state of its key "
                        "%s",
                        id, TEXT_ARG(query_text(&q, 1)), TEXT_ARG(query_text(&q, 2)),
                        is_there ? "has it otherwise" : "knows nothing of it");
        }
    }
    if (wrong > FINDINGS_OF_A_KIND) {
        report_find(c->report, VERIFY_STATES, drop, "and %" PRId64 " more obligations like these",
                    wrong - FINDINGS_OF_A_KIND);
    }
    return e;
}

enum err check_states(struct database *db, struct book *book, struct report *r,
                      struct err_info *info)
{
    struct checking *c = calloc(1, sizeof(*c));
    if (!c) {
        abort();
    }
    c->plan = book_plan(book);
    c->report = r;
    c->world = world_new(c->plan);
    enum err e = read_states(c, db, info);
    e = e ? e : compare_open(c, db, info);
    if (!e && c->unreadable) {
        report_note(r,
                    "%" PRId64
                    " states are older than the Code, the program or what was heard anywhere: "
                    "their keys are folded anew when they are touched next",
                    c->unreadable);
    }
    checking_end(c);
    free(c);
    return e;
}

/* -- dropping them -- */

/* A key that has nothing open may have no state, and yet its decided obligations be wrong. */
static enum err add_stale(struct database *db, const struct query *keys, const struct plan *plan,
                          struct err_info *info)
{
    size_t promise, lane;
    if (!plan_find_promise(plan, query_text(keys, 0), &promise, &lane)) {
        return ERR_NONE;
    }
    struct query q CLEANUP(query_end) = query_begin(db, &statements[STALE]);
    query_bind_text(&q, 1, plan_lane_name(plan, lane));
    query_bind_text(&q, 2, query_text(keys, 1));
    query_bind_int(&q, 3, query_int(keys, 2));
    query_bind_bytes(&q, 4, (struct text){0});
    return query_run(&q, info);
}

enum err drop_states(struct database *db, struct book *book, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[DROP]);
    query_bind_bytes(&q, 1, (struct text){0});
    enum err e = query_run(&q, info);
    struct query keys CLEANUP(query_end) = query_begin(db, &statements[KEYS]);
    bool row;
    while (!e && !(e = query_row(&keys, &row, info)) && row) {
        e = add_stale(db, &keys, book_plan(book), info);
    }
    return e;
}
