#include "ledgers.h"

#include "engine/replay.h"
#include "feature/ledger/ledger_row.h"
#include "intake/touch_json.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { OBLIGATION_ALL, ENTRY_ALL, TOUCH_ALL };
static const struct statement statements[] = {
    [OBLIGATION_ALL] = {"judge_obligation_all",
                        "SELECT id, promise, key, opening_id, n, state, opened_us, due_us, "
                        "decided_us, fulfilled_us, owed_minor, owed_count FROM obligation "
                        "ORDER BY id",
                        NULL},
    [ENTRY_ALL] = {"judge_entry_all",
                   "SELECT obligation_id, kind, at_us, cause_id, amount_minor, task, unit, state "
                   "FROM obligation_entry ORDER BY obligation_id, id",
                   NULL},
    [TOUCH_ALL] = {"judge_touch_all",
                   "SELECT id, external_id, event, occurred_us, thread, customer, channel, actor, "
                   "person, role, team, attributes FROM touch WHERE source = $1 ORDER BY id",
                   NULL},
};

/* An obligation while its line is being gathered. */
struct gathering {
    int64_t owed_minor, owed_count;
    const char *entries[512];
    size_t count;
    bool corrected; /* by a late touch: nothing is rewritten, so a replay's history is another */
    int64_t last_us;
    enum entry_kind last;
    enum state last_state;
};

void ledger_lines_release(struct ledger_lines *l)
{
    free(l->lines);
    arena_release(&l->arena);
}

static struct ledger_line *line_new(struct ledger_lines *l)
{
    if (l->count == l->capacity) {
        l->capacity = l->capacity ? l->capacity * 2 : 1024;
        l->lines = reallocarray(l->lines, l->capacity, sizeof(*l->lines));
        if (!l->lines) {
            abort();
        }
    }
    struct ledger_line *line = &l->lines[l->count++];
    *line = (struct ledger_line){0};
    return line;
}

static int compare_words(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int compare_lines(const void *a, const void *b)
{
    return strcmp(((const struct ledger_line *)a)->name, ((const struct ledger_line *)b)->name);
}

static void add_entry(struct arena *arena, struct gathering *g, enum entry_kind kind, int64_t at_us,
                      struct text cause, int64_t minor, struct text task, uint32_t unit)
{
    g->last = kind;
    g->corrected = g->corrected || kind == ENTRY_CORRECTED || kind == ENTRY_WITHDRAWN ||
                   (g->count && at_us < g->last_us);
    g->last_us = at_us;
    if (g->count < sizeof(g->entries) / sizeof(g->entries[0])) {
        g->entries[g->count++] =
            arena_printf(arena, "%s at %" PRId64 " by %.*s amount %" PRId64 " task %.*s unit %u",
                         entry_name(kind), at_us, TEXT_ARG(cause), minor, TEXT_ARG(task), unit)
                .ptr;
    }
}

static bool is_about_time(const char *entry)
{
    return strncmp(entry, "paused", 6) == 0 || strncmp(entry, "resumed", 7) == 0 ||
           strncmp(entry, "extended", 8) == 0;
}

/* Of a decided one without pauses and extensions: a late one that changes neither due nor verdict
 * is not added to its history. */
static const char *join(struct arena *arena, struct gathering *g, enum state state)
{
    bool decided = state != STATE_OPEN && state != STATE_PAUSED;
    struct buf b CLEANUP(buf_release) = {0};
    qsort(g->entries, g->count, sizeof(g->entries[0]), compare_words);
    for (size_t i = 0; i < g->count; i++) {
        if (!decided || !is_about_time(g->entries[i])) {
            buf_addf(&b, "  %s\n", g->entries[i]);
        }
    }
    return arena_printf(arena, "%.*s", TEXT_ARG(buf_text(&b))).ptr;
}

static const char *write_name(struct arena *arena, struct text promise, struct text key,
                              struct text opening, uint32_t n)
{
    return arena_printf(arena, "%.*s %.*s opened by %.*s %u", TEXT_ARG(promise), TEXT_ARG(key),
                        TEXT_ARG(opening), n)
        .ptr;
}

struct instants {
    int64_t opened, due, decided, fulfilled;
};

static const char *write_outcome(struct arena *arena, enum state state, struct instants at,
                                 int64_t minor, int64_t count)
{
    return arena_printf(arena,
                        "%s opened %" PRId64 " due %" PRId64 " decided %" PRId64
                        " fulfilled %" PRId64 " owed %" PRId64 " in %" PRId64,
                        state_name(state), at.opened, at.due, at.decided, at.fulfilled, minor,
                        count)
        .ptr;
}

/* -- the database's -- */

static int64_t moment_column(const struct query *q, int column)
{
    return query_is_null(q, column) ? MOMENT_NEVER : query_int(q, column);
}

struct entry_reader { /* one pass over all entries, beside one over all obligations */
    struct query q;
    bool row;
};

static enum err gather(struct entry_reader *r, int64_t obligation, struct ledger_lines *l,
                       struct gathering *g, struct err_info *info)
{
    enum err e = ERR_NONE;
    *g = (struct gathering){0};
    while (!e && r->row && query_int(&r->q, 0) < obligation) {
        return err_set(info, ERR_INTERNAL, "an entry of no obligation: %" PRId64,
                       query_int(&r->q, 0));
    }
    while (!e && r->row && query_int(&r->q, 0) == obligation) {
        l->entries++;
        g->last_state = (enum state)query_int(&r->q, 7);
        add_entry(&l->arena, g, (enum entry_kind)query_int(&r->q, 1), query_int(&r->q, 2),
                  query_text(&r->q, 3), query_int(&r->q, 4), query_text(&r->q, 5),
                  (uint32_t)query_int(&r->q, 6));
        e = query_row(&r->q, &r->row, info);
    }
    return e;
}

static enum err add_stored(const struct query *q, struct entry_reader *entries,
                           struct ledger_lines *l, struct err_info *info)
{
    struct gathering g;
    enum err e = gather(entries, query_int(q, 0), l, &g, info);
    if (e) {
        return e;
    }
    struct ledger_line *line = line_new(l);
    enum state state = (enum state)query_int(q, 5);
    struct instants at = {query_int(q, 6), moment_column(q, 7), moment_column(q, 8),
                          moment_column(q, 9)};
    line->name = write_name(&l->arena, query_text(q, 1), query_text(q, 2), query_text(q, 3),
                            (uint32_t)query_int(q, 4));
    line->outcome = write_outcome(&l->arena, state, at, query_int(q, 10), query_int(q, 11));
    line->history = g.corrected ? NULL : join(&l->arena, &g, state);
    line->taken_back = state == STATE_VOID && g.last == ENTRY_CORRECTED;
    l->corrected += g.corrected;
    if (g.count == 0 || g.last_state != state) {
        return err_set(info, ERR_INTERNAL, "%s is %s, which its history does not say", line->name,
                       state_name(state));
    }
    return ERR_NONE;
}

enum err ledger_lines_stored(struct database *db, struct ledger_lines *ret, struct err_info *info)
{
    struct query q CLEANUP(query_end) = query_begin(db, &statements[OBLIGATION_ALL]);
    struct entry_reader entries = {.q = query_begin(db, &statements[ENTRY_ALL])};
    bool row;
    enum err e = query_row(&entries.q, &entries.row, info);
    while (!e && !(e = query_row(&q, &row, info)) && row) {
        e = add_stored(&q, &entries, ret, info);
    }
    if (!e && entries.row) {
        e = err_set(info, ERR_INTERNAL, "an entry of no obligation: %" PRId64,
                    query_int(&entries.q, 0));
    }
    query_end(&entries.q);
    if (!e && ret->count) {
        qsort(ret->lines, ret->count, sizeof(*ret->lines), compare_lines);
    }
    return e;
}

/* -- the replay's -- */

struct replaying {
    const struct plan *plan;
    struct ledger_lines *lines;
    struct {
        int64_t tag;
        struct gathering *gathering;
    } * kept;
    size_t kept_count, kept_capacity;
};

static struct gathering *gathering_of(struct replaying *r, int64_t *tag)
{
    if (*tag == 0) {
        if (r->kept_count == r->kept_capacity) {
            r->kept_capacity = r->kept_capacity ? r->kept_capacity * 2 : 1024;
            r->kept = reallocarray(r->kept, r->kept_capacity, sizeof(*r->kept));
            if (!r->kept) {
                abort();
            }
        }
        r->kept[r->kept_count++].gathering = calloc(1, sizeof(struct gathering));
        *tag = (int64_t)r->kept_count;
    }
    return r->kept[*tag - 1].gathering;
}

static void hear_entry(void *context, const struct entry *e)
{
    struct replaying *r = context;
    struct gathering *g = gathering_of(r, e->tag);
    add_entry(&r->lines->arena, g, e->kind, e->at_us, e->cause_id, e->amount.minor, e->task,
              e->unit);
    if (e->kind == ENTRY_OWED) {
        g->owed_minor += e->amount.minor;
        g->owed_count++;
    }
}

static void hear_obligation(void *context, const struct obligation *o)
{
    struct replaying *r = context;
    struct arena *arena = &r->lines->arena;
    int64_t tag = o->tag;
    struct gathering none = {0}, *g = tag ? gathering_of(r, &tag) : &none;
    struct ledger_line *line = line_new(r->lines);
    struct instants at = {o->opened_us, o->due_us, o->decided_us, o->fulfilled_us};
    line->name =
        write_name(arena, plan_promise(r->plan, o->promise).name, o->key, o->opening_id, o->n);
    line->outcome = write_outcome(arena, o->state, at, g->owed_minor, g->owed_count);
    line->history = join(arena, g, o->state);
}

static void read_attributes(struct arena *arena, struct text words, struct touch *t)
{
    const struct json *object = NULL;
    if (!words.len ||
        json_parse(arena, arena_text(arena, words), &json_default_limits, &object, NULL)) {
        return;
    }
    struct attribute *list = ARENA_ARRAY(arena, struct attribute, object->count);
    for (const struct json *member = object->first; member; member = member->next) {
        list[t->attribute_count++] = (struct attribute){
            member->key, {.type = VALUE_TEXT, .text = member->text}}; /* ours are all texts */
    }
    t->attributes = list;
}

static void add_touch(struct replay *replay, struct arena *arena, const struct query *q,
                      const char *source)
{
    struct touch t = {
        .source = text_of(source),
        .place = (uint64_t)query_int(q, 0),
        .id = arena_text(arena, query_text(q, 1)),
        .event = arena_text(arena, query_text(q, 2)),
        .occurred_us = query_int(q, 3),
        .thread = arena_text(arena, query_text(q, 4)),
        .customer = arena_text(arena, query_text(q, 5)),
        .channel = arena_text(arena, query_text(q, 6)),
        .actor = (enum actor)query_int(q, 7),
        .person = arena_text(arena, query_text(q, 8)),
        .role = arena_text(arena, query_text(q, 9)),
        .team = arena_text(arena, query_text(q, 10)),
    };
    read_attributes(arena, query_text(q, 11), &t);
    replay_add(replay, &t);
}

enum err ledger_lines_replayed(struct database *db, const struct book *book, const char *source,
                               int64_t until_us, struct ledger_lines *ret, struct err_info *info)
{
    struct replaying r = {.plan = book_plan(book), .lines = ret};
    struct replay *replay = replay_new(r.plan);
    struct query q CLEANUP(query_end) = query_begin(db, &statements[TOUCH_ALL]);
    query_bind_text(&q, 1, text_of(source));
    bool row;
    enum err e;
    while (!(e = query_row(&q, &row, info)) && row) {
        add_touch(replay, &ret->arena, &q, source);
    }
    const struct sink sink = {.context = &r, .entry = hear_entry};
    struct replay_options options = {
        .until_us = until_us, .sink = &sink, .each = hear_obligation, .each_context = &r};
    struct promise_result *results;
    e = e ? e : replay_run(replay, &options, &ret->arena, &results, info);
    replay_free(replay);
    for (size_t i = 0; i < r.kept_count; i++) {
        free(r.kept[i].gathering);
    }
    free(r.kept);
    if (!e && ret->count) {
        qsort(ret->lines, ret->count, sizeof(*ret->lines), compare_lines);
    }
    return e;
}

/* -- side by side -- */

static bool differs(const struct ledger_line *a, const struct ledger_line *b, char *words,
                    size_t size)
{
    if (strcmp(a->outcome, b->outcome) != 0) {
        snprintf(words, size, "%s\n ledger %s\n replay %s", a->name, a->outcome, b->outcome);
        return true;
    }
    if (a->history && strcmp(a->history, b->history) != 0) {
        snprintf(words, size, "%s\n ledger\n%s replay\n%s", a->name, a->history, b->history);
        return true;
    }
    return false;
}

bool ledger_lines_equal(const struct ledger_lines *stored, const struct ledger_lines *replayed,
                        char *ret_words, size_t size)
{
    for (size_t i = 0, k = 0; i < stored->count || k < replayed->count;) {
        const struct ledger_line *a = i < stored->count ? &stored->lines[i] : NULL;
        const struct ledger_line *b = k < replayed->count ? &replayed->lines[k] : NULL;
        int order = !a ? 1 : !b ? -1 : strcmp(a->name, b->name);
        if (order == 0 && !(a->taken_back && strcmp(a->outcome, b->outcome) != 0)) {
            if (differs(a, b, ret_words, size)) {
                return false;
            }
            i++;
            k++;
        } else if (order <= 0 && a && a->taken_back) {
            i++;
        } else {
            const struct ledger_line *only = order <= 0 ? a : b;
            assert(only);
            snprintf(ret_words, size, "only in the %s: %s %s\n%s", order <= 0 ? "ledger" : "replay",
                     only->name, only->outcome, only->history ? only->history : "");
            return false;
        }
    }
    return true;
}
