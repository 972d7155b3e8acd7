/* The ledger against a replay of all touches under all published Codes: states, dues, decisions and
 * what is owed, late corrections included, for a replay knows of no lateness.
 *
 * As far as when? The ledger has come to the earliest instant at which a key still wakes. Where
 * other keys are further than that already (the server was killed, or keys wait to be told of a
 * touch heard anywhere), both are compared as they were at that instant: what was opened by then,
 * and how what was decided by then ended. That is said, with the instant. Nothing can be said of
 * keys that were merged or split after it, for the ledger has them under their new names. */
#include "feature/verify/parts.h"

#include "engine/replay.h"
#include "feature/ledger/touch_list.h"
#include "intake/touch_json.h"

#include <inttypes.h>
#include <stdlib.h>

enum { TOUCHES = 2000, SLOTS = 1 << 16 };

static const char remedy[] = "troth db verify --repair states, then start the server: it corrects "
                             "what differs by appended entries";

enum { NEXT, REACHED, WAITING, STORED, OPENING, ENTRIES, STATEMENTS };
static const struct statement statements[] = {
    [NEXT] = {"verify_next", "SELECT min(next_us) FROM key_state", NULL},
    [REACHED] = {"verify_reached",
                 "SELECT (SELECT coalesce(max(occurred_us), 0) FROM touch), "
                 "(SELECT coalesce(max(decided_us), 0) FROM obligation)",
                 NULL},
    [WAITING] = {"verify_waiting",
                 "SELECT (SELECT count(*) FROM key_state WHERE next_us <= $1), "
                 "(SELECT count(*) FROM waking), (SELECT min(us) FROM waking)",
                 NULL},
    [STORED] = {"verify_obligations",
                "SELECT o.id, o.promise, o.key, o.opening_source, o.opening_id, o.n, o.state, "
                "o.opened_us, o.due_us, o.decided_us, o.fulfilled_us, o.owed_minor, o.owed_count, "
                "(SELECT e.kind FROM obligation_entry e WHERE e.obligation_id = o.id "
                "ORDER BY e.id DESC LIMIT 1) FROM obligation o WHERE o.id > $1 ORDER BY o.id LIMIT "
                "$2",
                NULL},
    [OPENING] = {"verify_opening_id", "SELECT id FROM touch WHERE source = $1 AND external_id = $2",
                 NULL},
    [ENTRIES] = {"verify_entries", "SELECT count(*) FROM obligation_entry", NULL},
};
_Static_assert(sizeof(statements) / sizeof(statements[0]) == STATEMENTS, "one each");

struct outcome {
    enum state state;
    int64_t opened_us, due_us, decided_us, fulfilled_us, owed_minor, owed_count;
};
/* An obligation of the replay. */
struct line {
    struct line *next;
    struct text promise, key, source, id;
    uint32_t n;
    struct outcome outcome;
    bool seen; /* in the ledger as well */
};
struct debt { /* of an obligation of the replay, by its tag */
    int64_t minor, count;
};
struct comparing {
    struct database *db;
    const struct book *book;
    const struct plan *plan;
    const struct verify_watch *watch;
    struct report *report;
    struct arena arena;
    struct replay *replay;
    struct line *slots[SLOTS];
    struct debt *debts;
    size_t debt_count, debt_capacity;
    int64_t last_touch, until_us;
    bool is_settled;     /* nothing has happened after until_us */
    bool has_later_move; /* a merge or split at or after until_us */
    size_t part;         /* touches in the last portion */
    int64_t wrong, before;
};

static void comparing_end(struct comparing *c)
{
    replay_free(c->replay);
    free(c->debts);
    arena_release(&c->arena);
    free(c);
}

static void show(const struct comparing *c, const char *what, double share)
{
    if (c->watch && c->watch->show) {
        c->watch->show(c->watch->context, what, share);
    }
}

/* -- the replay -- */

static bool is_move(struct text event)
{
    return text_is(event, "customer.merged") || text_is(event, "customer.split") ||
           text_is(event, "thread.merged") || text_is(event, "thread.split");
}

static bool add_touch(void *context, const struct touch *t)
{
    struct comparing *c = context;
    c->has_later_move = c->has_later_move || (t->occurred_us >= c->until_us && is_move(t->event));
    c->last_touch = (int64_t)t->place;
    c->part++;
    if (!touch_event_is_reserved(t->event)) { /* its verdicts it gives itself */
        replay_add(c->replay, t);
        c->report->touches++;
    }
    return true;
}

static void hear_entry(void *context, const struct entry *e)
{
    struct comparing *c = context;
    if (*e->tag == 0) {
        if (c->debt_count == c->debt_capacity) {
            c->debt_capacity = c->debt_capacity ? c->debt_capacity * 2 : 1024;
            c->debts = reallocarray(c->debts, c->debt_capacity, sizeof(*c->debts));
            if (!c->debts) {
                abort();
            }
        }
        c->debts[c->debt_count++] = (struct debt){0};
        *e->tag = (int64_t)c->debt_count;
    }
    if (e->kind == ENTRY_OWED) {
        c->debts[*e->tag - 1].minor += e->amount.minor;
        c->debts[*e->tag - 1].count++;
    }
}

static struct line **slot_of(struct comparing *c, struct text promise, struct text key,
                             struct text id)
{
    uint64_t hash = text_hash(promise) * 3 + text_hash(key) * 5 + text_hash(id);
    return &c->slots[(hash * UINT64_C(0x9e3779b97f4a7c15) >> 32) % SLOTS];
}

static void hear_obligation(void *context, const struct obligation *o)
{
    struct comparing *c = context;
    struct line *line = ARENA_NEW(&c->arena, struct line);
    struct debt none = {0}, debt = o->tag ? c->debts[o->tag - 1] : none;
    *line = (struct line){
        .promise = plan_promise(c->plan, o->promise).name,
        .key = arena_text(&c->arena, o->key),
        .source = arena_text(&c->arena, o->opening_source),
        .id = arena_text(&c->arena, o->opening_id),
        .n = o->n,
        .outcome = {o->state, o->opened_us, o->due_us, o->decided_us, o->fulfilled_us, debt.minor,
                    debt.count},
    };
    struct line **slot = slot_of(c, line->promise, line->key, line->id);
    line->next = *slot;
    *slot = line;
}

static bool show_replay(void *context, double share)
{
    show(context, "replaying all touches", share);
    return true;
}

static enum err replay_all(struct comparing *c, struct err_info *info)
{
    enum err e = ERR_NONE;
    struct promise_result *results;
    const struct sink sink = {.context = c, .entry = hear_entry};
    const struct replay_options options = {.until_us = c->until_us,
                                           .sink = &sink,
                                           .progress = show_replay,
                                           .progress_context = c,
                                           .each = hear_obligation,
                                           .each_context = c};
    c->replay = replay_new(c->plan);
    do {
        c->part = 0;
        e = touch_row_after(c->db, c->last_touch, TOUCHES, add_touch, c, info);
        show(c, "reading all touches", -1);
    } while (!e && c->part == TOUCHES);
    return e ? e : replay_run(c->replay, &options, &c->arena, &results, info);
}

/* -- side by side -- */

static int64_t moment_of(const struct query *q, int column)
{
    return query_is_null(q, column) ? MOMENT_NEVER : query_int(q, column);
}

static bool same(const struct outcome *a, const struct outcome *b)
{
    return a->state == b->state && a->opened_us == b->opened_us && a->due_us == b->due_us &&
           a->decided_us == b->decided_us && a->fulfilled_us == b->fulfilled_us &&
           a->owed_minor == b->owed_minor && a->owed_count == b->owed_count;
}

static const char *words_of(struct arena *arena, const struct outcome *o)
{
    char due[MOMENT_TEXT_SIZE] = "never", decided[MOMENT_TEXT_SIZE] = "not yet";
    if (o->due_us != MOMENT_NEVER) {
        moment_format(o->due_us, due);
    }
    if (o->decided_us != MOMENT_NEVER) {
        moment_format(o->decided_us, decided);
    }
    return arena_printf(arena, "%s, due %s, decided %s, owed %" PRId64 " in %" PRId64,
                        state_name(o->state), due, decided, o->owed_minor, o->owed_count)
        .ptr;
}

static void differ(struct comparing *c, const char *name, const char *stored, const char *replayed)
{
    if (c->wrong++ < FINDINGS_OF_A_KIND) {
        report_find(c->report, VERIFY_LEDGER, remedy, "%s: the ledger has it as %s; a replay as %s",
                    name, stored, replayed);
    }
}

static const char *name_of(struct arena *arena, struct text promise, struct text key,
                           struct text opening)
{
    return arena_printf(arena, "%.*s for %.*s, opened by %.*s", TEXT_ARG(promise), TEXT_ARG(key),
                        TEXT_ARG(opening))
        .ptr;
}

/* Can the two be held against each other, and are they equal, as they were at until_us? */
static bool same_by_then(const struct comparing *c, const struct outcome *stored,
                         const struct outcome *replayed, bool *ret_equal)
{
    struct outcome then = *stored;
    if (stored->decided_us >=
        c->until_us) { /* undecided: dues move, only that it is there counts */
        *ret_equal = true;
        return true;
    }
    if (then.fulfilled_us >= c->until_us) {
        then.fulfilled_us = MOMENT_NEVER;
    }
    if (then.state == STATE_BROKEN && then.fulfilled_us == MOMENT_NEVER) { /* it may have accrued */
        then.owed_minor = replayed->owed_minor;
        then.owed_count = replayed->owed_count;
    }
    *ret_equal = same(&then, replayed);
    /* Excused or void it may have become later, of what was decided by then. */
    return *ret_equal || stored->state == STATE_KEPT || stored->state == STATE_BROKEN;
}

static struct line *find_line(struct comparing *c, const struct query *q)
{
    struct text promise = query_text(q, 1), key = query_text(q, 2), source = query_text(q, 3);
    struct text id = query_text(q, 4);
    struct line *line = *slot_of(c, promise, key, id);
    while (line &&
           !(line->n == query_int(q, 5) && text_eq(line->promise, promise) &&
             text_eq(line->key, key) && text_eq(line->id, id) && text_eq(line->source, source))) {
        line = line->next;
    }
    return line;
}

static void compare_row(struct comparing *c, const struct query *q, struct arena *arena)
{
    struct text promise = query_text(q, 1), key = query_text(q, 2), id = query_text(q, 4);
    const struct outcome stored = {(enum state)query_int(q, 6),
                                   query_int(q, 7),
                                   moment_of(q, 8),
                                   moment_of(q, 9),
                                   moment_of(q, 10),
                                   query_int(q, 11),
                                   query_int(q, 12)};
    /* one that a late touch showed never to have been opened stays in the history */
    bool taken_back = stored.state == STATE_VOID && query_int(q, 13) == ENTRY_CORRECTED;
    struct line *line = find_line(c, q);
    bool is_equal = line && same(&stored, &line->outcome), is_comparable = true;
    c->report->obligations++;
    if (line && !is_equal && !c->is_settled) {
        is_comparable = same_by_then(c, &stored, &line->outcome, &is_equal);
        line->seen = true;
    }
    if ((taken_back && !is_equal) || !is_comparable ||
        (!c->is_settled && stored.opened_us >= c->until_us)) {
        return;
    }
    c->report->compared++;
    if (!line) {
        differ(c, name_of(arena, promise, key, id), words_of(arena, &stored), "never opened");
        return;
    }
    line->seen = true;
    if (!is_equal) {
        differ(c, name_of(arena, promise, key, id), words_of(arena, &stored),
               words_of(arena, &line->outcome));
    }
}

static enum err compare_rows(struct comparing *c, struct err_info *info)
{
    int64_t last = 0;
    for (bool more = true; more;) {
        struct arena arena CLEANUP(arena_release) = {0};
        struct query q CLEANUP(query_end) = query_begin(c->db, &statements[STORED]);
        bool row;
        enum err e;
        query_bind_int(&q, 1, last);
        query_bind_int(&q, 2, TOUCHES);
        more = false;
        while (!(e = query_row(&q, &row, info)) && row) {
            more = true;
            last = query_int(&q, 0);
            compare_row(c, &q, &arena);
        }
        if (e) {
            return e;
        }
        show(c, "comparing the ledger", -1);
    }
    return ERR_NONE;
}

/* Touches that were there before the Code in force was published are judged by it when their key is
 * touched next. */
static enum err opened_before_code(struct comparing *c, const struct line *line, bool *ret,
                                   struct err_info *info)
{
    size_t versions = book_version_count(c->book);
    int64_t published = versions ? book_version(c->book, versions - 1)->id : 0;
    struct query q CLEANUP(query_end) = query_begin(c->db, &statements[OPENING]);
    query_bind_text(&q, 1, line->source);
    query_bind_text(&q, 2, line->id);
    bool row = false;
    enum err e = query_row(&q, &row, info);
    if (!e) {
        *ret = row && query_int(&q, 0) < published;
    }
    return e;
}

static enum err compare_rest(struct comparing *c, struct err_info *info)
{
    struct arena arena CLEANUP(arena_release) = {0};
    for (size_t i = 0; i < SLOTS; i++) {
        for (const struct line *line = c->slots[i]; line; line = line->next) {
            bool before = false;
            enum err e = line->seen ? ERR_NONE : opened_before_code(c, line, &before, info);
            if (e) {
                return e;
            }
            c->before += before;
            if (!line->seen && !before) {
                differ(c, name_of(&arena, line->promise, line->key, line->id), "never opened",
                       words_of(&arena, &line->outcome));
            }
        }
    }
    return ERR_NONE;
}

/* -- as far as when -- */

enum { ANSWERS = 3 };

/* The columns of the one row; a moment that is not there is MOMENT_NEVER. */
static enum err ask(struct database *db, int statement, const int64_t *parameter, int columns,
                    int64_t ret[ANSWERS], struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[statement]);
    if (parameter) {
        query_bind_int(&q, 1, *parameter);
    }
    bool row;
    enum err e = query_row(&q, &row, info);
    for (int i = 0; i < columns && !e; i++) {
        ret[i] = moment_of(&q, i);
    }
    return e;
}

static enum err find_until(struct comparing *c, int64_t *ret_waiting, struct err_info *info)
{
    int64_t next[ANSWERS], reached[ANSWERS], waiting[ANSWERS];
    enum err e = ask(c->db, NEXT, NULL, 1, next, info);
    e = e ? e : ask(c->db, REACHED, NULL, 2, reached, info);
    if (e) {
        return e;
    }
    int64_t latest = reached[0] > reached[1] ? reached[0] : reached[1];
    e = ask(c->db, WAITING, &latest, 3, waiting, info);
    if (e) {
        return e;
    }
    *ret_waiting = waiting[0] + waiting[1];
    c->is_settled = *ret_waiting == 0;
    c->until_us = next[0] < waiting[2] ? next[0] : waiting[2];
    if (c->until_us == MOMENT_NEVER) {
        c->until_us = latest + 1;
    }
    return ERR_NONE;
}

static void say_until_when(const struct comparing *c, int64_t waiting)
{
    static const char work[] = "start the server, which does their work, and verify again";
    char until[MOMENT_TEXT_SIZE];
    moment_format(c->until_us, until);
    if (c->has_later_move) {
        report_note(c->report,
                    "%" PRId64 " keys wait for the clock or for what was heard anywhere since %s, "
                    "and keys were merged or split after it, so the ledger was not compared with "
                    "a replay: %s",
                    waiting, until, work);
    } else {
        report_note(c->report,
                    "%" PRId64 " keys wait for the clock or for what was heard anywhere since %s, "
                    "so the ledger was compared with a replay as of then: %s",
                    waiting, until, work);
    }
}

static enum err compare_all(struct comparing *c, struct err_info *info)
{
    int64_t waiting = 0;
    enum err e = find_until(c, &waiting, info);
    e = e ? e : replay_all(c, info);
    if (e) {
        return e;
    }
    if (!c->is_settled) {
        c->report->compared_until_us = c->until_us;
        say_until_when(c, waiting);
    }
    if (!c->is_settled && c->has_later_move) {
        return ERR_NONE;
    }
    e = compare_rows(c, info);
    return e ? e : compare_rest(c, info);
}

enum err check_ledger(struct database *db, struct book *book, const struct verify_watch *watch,
                      struct report *r, struct err_info *info)
{
    struct comparing *c = calloc(1, sizeof(*c));
    if (!c) {
        abort();
    }
    c->db = db;
    c->book = book;
    c->plan = book_plan(book);
    c->watch = watch;
    c->report = r;
    r->compared_until_us = MOMENT_NEVER;
    int64_t entries[ANSWERS] = {0};
    enum err e = compare_all(c, info);
    e = e ? e : ask(db, ENTRIES, NULL, 1, entries, info);
    r->entries = entries[0];
    if (c->wrong > FINDINGS_OF_A_KIND) {
        report_find(r, VERIFY_LEDGER, remedy, "and %" PRId64 " more obligations like these",
                    c->wrong - FINDINGS_OF_A_KIND);
    }
    if (c->before) {
        report_note(r,
                    "%" PRId64 " obligations would be opened by touches from before the Code in "
                    "force was published: they are when their keys are touched next",
                    c->before);
    }
    comparing_end(c);
    return e;
}
