#include "feature/ledger/obligation_walk.h"

#include "base/id.h"
#include "store/home.h"

#include <inttypes.h>

enum {
    DUE_UP,
    DUE_DOWN,
    NO_DUE,
    PAUSED,
    DECIDED_UP,
    DECIDED_DOWN,
    STATE_UP,
    STATE_DOWN,
    PROMISE_UP,
    PROMISE_DOWN,
    OPENED_UP,
    OPENED_DOWN,
    OF_KEY,
    FROM_KEY,
    OF_CUSTOMER,
    STATEMENTS
};

#define WALK "SELECT " LEDGER_ROW_COLUMNS " FROM obligation WHERE "
/* The condition of a partial index is repeated, so that it is recognised. */
#define RARE "state IN (1, 3, 4, 5) AND state = "

static const struct statement statements[] = {
    [DUE_UP] = {"obligation_due_up",
                WALK "state = 0 AND (due_us, id) > ($1, $2) AND due_us < $3 "
                     "ORDER BY due_us, id LIMIT $4",
                NULL},
    [DUE_DOWN] = {"obligation_due_down",
                  WALK "state = 0 AND (due_us, id) < ($1, $2) AND due_us >= $3 "
                       "ORDER BY due_us DESC, id DESC LIMIT $4",
                  NULL},
    [NO_DUE] = {"obligation_without_due",
                WALK "state = 0 AND due_us IS NULL AND id > $1 ORDER BY due_us, id LIMIT $2", NULL},
    [PAUSED] = {"obligation_paused",
                WALK RARE "1 AND decided_us IS NULL AND id > $1 ORDER BY decided_us, id LIMIT $2",
                NULL},
    [DECIDED_UP] = {"obligation_decided_up",
                    WALK "(decided_us, id) > ($1, $2) AND decided_us < $3 "
                         "ORDER BY decided_us, id LIMIT $4",
                    NULL},
    [DECIDED_DOWN] = {"obligation_decided_down",
                      WALK "(decided_us, id) < ($1, $2) AND decided_us >= $3 "
                           "ORDER BY decided_us DESC, id DESC LIMIT $4",
                      NULL},
    [STATE_UP] = {"obligation_state_up",
                  WALK RARE "$1 AND (decided_us, id) > ($2, $3) AND decided_us < $4 "
                            "ORDER BY decided_us, id LIMIT $5",
                  NULL},
    [STATE_DOWN] = {"obligation_state_down",
                    WALK RARE "$1 AND (decided_us, id) < ($2, $3) AND decided_us >= $4 "
                              "ORDER BY decided_us DESC, id DESC LIMIT $5",
                    NULL},
    [PROMISE_UP] = {"obligation_promise_up",
                    WALK "promise = $1 AND state = $2 AND (decided_us, id) > ($3, $4) "
                         "AND decided_us < $5 ORDER BY decided_us, id LIMIT $6",
                    NULL},
    [PROMISE_DOWN] = {"obligation_promise_down",
                      WALK "promise = $1 AND state = $2 AND (decided_us, id) < ($3, $4) "
                           "AND decided_us >= $5 ORDER BY decided_us DESC, id DESC LIMIT $6",
                      NULL},
    [OPENED_UP] = {"obligation_opened_up",
                   WALK "(opened_us, id) > ($1, $2) AND opened_us < $3 "
                        "ORDER BY opened_us, id LIMIT $4",
                   NULL},
    [OPENED_DOWN] = {"obligation_opened_down",
                     WALK "(opened_us, id) < ($1, $2) AND opened_us >= $3 "
                          "ORDER BY opened_us DESC, id DESC LIMIT $4",
                     NULL},
    [OF_KEY] = {"obligation_of_key_after",
                WALK "key = $1 AND home_id = $2 AND id > $3 ORDER BY id LIMIT $4", NULL},
    [FROM_KEY] = {"obligation_from_key",
                  WALK "(key, id) > ($1, $2) AND key < $3 ORDER BY key, id LIMIT $4", NULL},
    [OF_CUSTOMER] = {"obligation_of_customer",
                     WALK "customer = $1 AND id < $2 ORDER BY id DESC LIMIT $3", NULL},
};
const struct statement_table obligation_walk_statements = {statements, STATEMENTS};

/* -- streams: the walks that together give the list -- */

enum { STREAMS_MAX = 16, CHUNK_LEAST = 256, CHUNK_MOST = 4096 };

struct item { /* a row that was looked at */
    int64_t number, id;
    struct text key;
    struct ledger_row *row; /* NULL: not wanted */
};
struct stream {
    int statement, section; /* sections come one after the other, from 1 on */
    enum state state;
    struct text promise;
    struct walk_place after;
    struct item *items;
    size_t count, next, chunk;
    bool ended; /* nothing behind the items */
};
struct walk {
    struct database *db;
    const struct obligation_question *q;
    struct arena *arena;
    struct stream streams[STREAMS_MAX];
    size_t count;
    struct text upper; /* of keys that begin as asked for */
};

static struct stream *add_stream(struct walk *w, int statement, int section)
{
    struct stream *s = &w->streams[w->count++];
    *s = (struct stream){.statement = statement, .section = section};
    return s;
}

/* A decided obligation was opened, and as a rule due, around its verdict: bounds of those times
 * bound the walk too. Opened <= decided <= due. */
static struct period decided_within(const struct obligation_question *q)
{
    struct period p = q->decided;
    p.from_us = p.from_us > q->opened.from_us ? p.from_us : q->opened.from_us;
    return p;
}

static void choose_decided(struct walk *w)
{
    const struct obligation_question *q = w->q;
    int states[QUESTION_STATES];
    size_t count = 0;
    for (int state = STATE_KEPT; state < QUESTION_STATES; state++) {
        if (question_has_state(q, state)) {
            states[count++] = state;
        }
    }
    bool by_promise = !q->any_promise && q->promise_count * count <= STREAMS_MAX;
    bool by_state = !question_has_state(q, STATE_KEPT);
    if (!by_promise && !by_state) {
        (void)add_stream(w, q->descending ? DECIDED_DOWN : DECIDED_UP, 1);
        return;
    }
    for (size_t i = 0; i < (by_promise ? q->promise_count : 1); i++) {
        for (size_t k = 0; k < count; k++) {
            int up = by_promise ? PROMISE_UP : STATE_UP;
            struct stream *s = add_stream(w, q->descending ? up + 1 : up, 1);
            s->state = (enum state)states[k];
            s->promise = by_promise ? q->promises[i] : (struct text){0};
        }
    }
}

static void choose_due(struct walk *w)
{
    const struct obligation_question *q = w->q;
    bool any_due = q->due.from_us == MOMENT_BEFORE_ALL && q->due.until_us == MOMENT_NEVER;
    if (question_has_state(q, STATE_OPEN)) {
        (void)add_stream(w, q->descending ? DUE_DOWN : DUE_UP, 1);
    }
    if (question_has_state(q, STATE_OPEN) && any_due) {
        (void)add_stream(w, NO_DUE, 2);
    }
    if (question_has_state(q, STATE_PAUSED) && any_due) {
        (void)add_stream(w, PAUSED, 3);
    }
}

static void choose_streams(struct walk *w)
{
    const struct obligation_question *q = w->q;
    if (!q->any_promise && q->promise_count == 0) {
        return; /* a promise that was never made */
    }
    if (q->key.len) {
        (void)add_stream(w, OF_KEY, 1);
    } else if (q->customer.len) {
        (void)add_stream(w, OF_CUSTOMER, 1);
    } else if (q->order == ORDER_KEY) {
        (void)add_stream(w, FROM_KEY, 1);
        w->upper = arena_printf(w->arena, "%.*s\xf4\x8f\xbf\xbf", TEXT_ARG(q->about));
    } else if (q->order == ORDER_DUE) {
        choose_due(w);
    } else if (q->order == ORDER_DECIDED) {
        choose_decided(w);
    } else {
        (void)add_stream(w, q->descending ? OPENED_DOWN : OPENED_UP, 1);
    }
}

/* -- where each begins -- */

static bool goes_down(const struct stream *s)
{
    switch (s->statement) {
    case DUE_DOWN:
    case DECIDED_DOWN:
    case STATE_DOWN:
    case PROMISE_DOWN:
    case OPENED_DOWN:
    case OF_CUSTOMER:
        return true;
    default:
        return false;
    }
}

static struct period period_of(const struct walk *w, const struct stream *s)
{
    switch (s->statement) {
    case DUE_UP:
    case DUE_DOWN:
        return w->q->due;
    case OPENED_UP:
    case OPENED_DOWN:
        return w->q->opened;
    default:
        return decided_within(w->q);
    }
}

static void begin_stream(const struct walk *w, struct stream *s, const struct walk_place *from)
{
    if (from->section == s->section) {
        s->after = *from;
        return;
    }
    struct period p = period_of(w, s);
    bool down = goes_down(s);
    s->ended = from->section > s->section;
    s->after = (struct walk_place){s->section, down ? p.until_us : p.from_us,
                                   s->statement == OF_CUSTOMER ? INT64_MAX : 0, w->q->about};
}

/* -- looking at rows -- */

static bool in_period(const struct period *p, const struct query *q, int column)
{
    if (p->from_us == MOMENT_BEFORE_ALL && p->until_us == MOMENT_NEVER) {
        return true;
    }
    int64_t us = query_int(q, column);
    return !query_is_null(q, column) && us >= p->from_us && us < p->until_us;
}

static bool is_chosen(const struct chosen *c, const struct query *q, int column)
{
    return !c->is_given || text_eq(c->value, query_text(q, column));
}

/* Columns by their place in LEDGER_ROW_COLUMNS. */
static bool is_wanted(const struct obligation_question *q, const struct query *row)
{
    return question_has_state(q, (int)query_int(row, 13)) &&
           question_has_promise(q, query_text(row, 3)) && is_chosen(&q->channel, row, 10) &&
           is_chosen(&q->team, row, 11) && is_chosen(&q->person, row, 12) &&
           identity_sees_team(q->viewer, query_text(row, 11)) && in_period(&q->opened, row, 14) &&
           in_period(&q->due, row, 15) && in_period(&q->decided, row, 17) &&
           question_has_hour(q, query_int(row, 17)) && text_starts(query_text(row, 4), q->about) &&
           (!q->customer.len || text_eq(q->customer, query_text(row, 9)));
}

static int64_t number_of(const struct stream *s, const struct query *row)
{
    switch (s->statement) {
    case DUE_UP:
    case DUE_DOWN:
        return query_int(row, 15);
    case DECIDED_UP:
    case DECIDED_DOWN:
    case STATE_UP:
    case STATE_DOWN:
    case PROMISE_UP:
    case PROMISE_DOWN:
        return query_int(row, 17);
    case OPENED_UP:
    case OPENED_DOWN:
        return query_int(row, 14);
    default:
        return 0;
    }
}

static void bind_place(const struct walk *w, const struct stream *s, struct query *q, int p)
{
    struct period period = period_of(w, s);
    query_bind_int(q, p, s->after.number);
    query_bind_int(q, p + 1, s->after.id);
    query_bind_int(q, p + 2, goes_down(s) ? period.from_us : period.until_us);
    query_bind_int(q, p + 3, (int64_t)s->chunk);
}

static void bind_stream(const struct walk *w, const struct stream *s, struct query *q)
{
    int p = 1;
    switch (s->statement) {
    case PROMISE_UP:
    case PROMISE_DOWN:
        query_bind_text(q, p++, s->promise);
        query_bind_int(q, p++, s->state);
        bind_place(w, s, q, p);
        return;
    case STATE_UP:
    case STATE_DOWN:
        query_bind_int(q, p++, s->state);
        bind_place(w, s, q, p);
        return;
    case DUE_UP:
    case DUE_DOWN:
    case DECIDED_UP:
    case DECIDED_DOWN:
    case OPENED_UP:
    case OPENED_DOWN:
        bind_place(w, s, q, p);
        return;
    case FROM_KEY:
        query_bind_text(q, p++, s->after.key);
        query_bind_int(q, p++, s->after.id);
        query_bind_text(q, p++, w->upper);
        break;
    case OF_KEY:
        query_bind_text(q, p++, w->q->key);
        query_bind_int(q, p++, home_of(w->q->key));
        query_bind_int(q, p++, s->after.id);
        break;
    case OF_CUSTOMER:
        query_bind_text(q, p++, w->q->customer);
        query_bind_int(q, p++, s->after.id);
        break;
    default:
        query_bind_int(q, p++, s->after.id);
    }
    query_bind_int(q, p, (int64_t)s->chunk);
}

/* The next rows of it, in its order; those not wanted leave only their place. */
static enum err refill(struct walk *w, struct stream *s, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(w->db, &statements[s->statement]);
    bind_stream(w, s, &q);
    s->items = ARENA_ARRAY(w->arena, struct item, s->chunk);
    s->count = s->next = 0;
    for (;;) {
        bool row;
        enum err e = query_row(&q, &row, info);
        if (e) {
            return e;
        }
        if (!row) {
            break;
        }
        struct item *item = &s->items[s->count++];
        *item = (struct item){.number = number_of(s, &q), .id = query_int(&q, 0)};
        if (s->statement == FROM_KEY) {
            item->key = arena_text(w->arena, query_text(&q, 4));
        }
        if (is_wanted(w->q, &q)) {
            item->row = ARENA_NEW(w->arena, struct ledger_row);
            ledger_row_read(&q, w->arena, item->row);
        }
    }
    s->ended = s->count < s->chunk;
    if (s->count) {
        const struct item *last = &s->items[s->count - 1];
        s->after = (struct walk_place){s->section, last->number, last->id, last->key};
    }
    s->chunk = s->chunk * 2 < CHUNK_MOST ? s->chunk * 2 : CHUNK_MOST;
    return ERR_NONE;
}

/* -- merging -- */

static bool comes_before(const struct stream *a, const struct stream *b)
{
    if (a->section != b->section) {
        return a->section < b->section;
    }
    const struct item *x = &a->items[a->next], *y = &b->items[b->next];
    bool before = x->number != y->number ? x->number < y->number : x->id < y->id;
    return before != goes_down(a);
}

/* The stream whose item comes next; NULL: there is none. Later sections are not touched yet. */
static enum err next_stream(struct walk *w, struct stream **ret, struct err_info *info)
{
    struct stream *best = NULL;
    for (size_t i = 0; i < w->count; i++) {
        struct stream *s = &w->streams[i];
        if (best && s->section > best->section) {
            break;
        }
        enum err e = s->next == s->count && !s->ended ? refill(w, s, info) : ERR_NONE;
        if (e) {
            return e;
        }
        if (s->next < s->count && (!best || comes_before(s, best))) {
            best = s;
        }
    }
    *ret = best;
    return ERR_NONE;
}

/* What is wanted of each row beyond the walk's own order. */
static bool is_filtered(const struct obligation_question *q)
{
    bool whole = q->opened.from_us == MOMENT_BEFORE_ALL && q->opened.until_us == MOMENT_NEVER;
    return question_is_narrow(q) || q->states != STATES_ALL || !whole;
}

enum err obligation_walk(struct database *db, const struct obligation_question *q,
                         const struct walk_place *from, const struct walk_bounds *bounds,
                         struct arena *arena, struct walk_page *ret, struct err_info *info)
{
    struct walk w = {.db = db, .q = q, .arena = arena};
    choose_streams(&w);
    size_t chunk = bounds->most + 1;
    chunk = is_filtered(q) && chunk < CHUNK_LEAST ? CHUNK_LEAST : chunk;
    chunk = w.count > 1 ? chunk / w.count + 16 : chunk;
    for (size_t i = 0; i < w.count; i++) {
        w.streams[i].chunk = chunk < CHUNK_MOST ? chunk : CHUNK_MOST;
        begin_stream(&w, &w.streams[i], from);
    }
    struct walk_page page = {.rows = ARENA_ARRAY(arena, struct ledger_row, bounds->most),
                             .place = *from};
    for (;;) {
        struct stream *s;
        enum err e = next_stream(&w, &s, info);
        if (e) {
            return e;
        }
        page.ended = !s;
        if (!s || page.count == bounds->most || page.looked >= bounds->look_most ||
            (page.looked % CHUNK_LEAST == CHUNK_LEAST - 1 && database_clock() > bounds->until_us)) {
            break;
        }
        const struct item *item = &s->items[s->next++];
        page.looked++;
        page.place = (struct walk_place){s->section, item->number, item->id, item->key};
        if (item->row) {
            page.rows[page.count++] = *item->row;
        }
    }
    *ret = page;
    return ERR_NONE;
}

/* -- cursors: SECTION.NUMBER.obl_…, and for keys the key behind it -- */

struct text walk_place_write(const struct walk_place *place, struct arena *arena)
{
    char id[ID_TEXT_SIZE];
    return arena_printf(arena, "%d.%" PRId64 ".%s%s%.*s", place->section, place->number,
                        id_format(place->id, "obl", id), place->key.len ? "." : "",
                        TEXT_ARG(place->key));
}

/* The part before the next dot, or all; the rest stays. */
static struct text take_part(struct text *rest)
{
    const char *dot = rest->len ? memchr(rest->ptr, '.', rest->len) : NULL;
    struct text part = {rest->ptr, dot ? (size_t)(dot - rest->ptr) : rest->len};
    size_t used = part.len + (dot ? 1 : 0);
    *rest = (struct text){rest->ptr + used, rest->len - used};
    return part;
}

bool walk_place_read(struct text cursor, struct arena *arena, struct walk_place *ret)
{
    int64_t section;
    struct walk_place place = {0};
    if (!text_to_int64(take_part(&cursor), &section) || section < 1 || section > 3 ||
        !text_to_int64(take_part(&cursor), &place.number) ||
        !id_parse(take_part(&cursor), "obl", &place.id)) {
        return false;
    }
    place.section = (int)section;
    place.key = arena_text(arena, cursor);
    *ret = place;
    return true;
}
