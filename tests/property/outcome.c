#include "outcome.h"

#include "naive.h"

#include <stdlib.h>
#include <string.h>

#include <stddef.h>

static const char *when_text(int64_t us, char out[MOMENT_TEXT_SIZE])
{
    return us == MOMENT_NEVER ? "never" : moment_format(us, out);
}

static void add_when(struct buf *out, const char *what, int64_t us)
{
    char text[MOMENT_TEXT_SIZE];
    buf_addf(out, " %s %s", what, when_text(us, text));
}

void outcome_release(struct outcome *o)
{
    for (size_t i = 0; i < o->count; i++) {
        buf_release(&o->records[i].owed);
        buf_release(&o->records[i].entries);
    }
    buf_release(&o->wrong);
}

void outcome_went_wrong(struct outcome *o, const char *what, const char *words)
{
    buf_addf(&o->wrong, "%s %s\n", what, words);
}

static struct record *record_of(struct outcome *o, struct text identity)
{
    for (size_t i = o->count; i-- > 0;) {
        if (text_eq(o->records[i].identity, identity)) {
            return &o->records[i];
        }
    }
    if (o->count == o->room) {
        size_t room = o->room ? 2 * o->room : 64;
        o->records = arena_grow(o->arena, o->records, o->count, room, sizeof *o->records);
        o->room = room;
    }
    o->records[o->count] = (struct record){.identity = arena_text(o->arena, identity)};
    return &o->records[o->count++];
}

static void set_verdict(struct outcome *o, struct record *r, const struct naive_obligation *n)
{
    struct buf out CLEANUP(buf_release) = {0};
    buf_add_str(&out, state_name(n->state));
    add_when(&out, "decided", n->decided_us);
    r->decided_us = n->decided_us;
    r->decision = arena_text(o->arena, buf_text(&out));
    add_when(&out, "opened", n->opened_us);
    add_when(&out, "due", n->due_us);
    add_when(&out, "fulfilled", n->fulfilled_us);
    r->verdict = arena_text(o->arena, buf_text(&out));
}

static struct record *record_obligation(struct outcome *o, const struct naive_obligation *n)
{
    struct buf identity CLEANUP(buf_release) = {0};
    buf_addf(&identity, "%.*s %.*s %.*s %.*s %u", TEXT_ARG(n->promise), TEXT_ARG(n->key),
             TEXT_ARG(n->opening_source), TEXT_ARG(n->opening_id), n->n);
    struct record *r = record_of(o, buf_text(&identity));
    set_verdict(o, r, n);
    return r;
}

static void add_owed(struct record *r, uint32_t unit, struct money amount, struct text task,
                     int64_t at_us)
{
    buf_addf(&r->owed, "owed %u ", unit);
    if (task.len) {
        buf_add_text(&r->owed, task);
    } else {
        money_format(&r->owed, amount);
    }
    add_when(&r->owed, "at", at_us);
    buf_add_char(&r->owed, '\n');
}

/* -- naive -- */

void outcome_of_naive(const struct trial *t, int64_t until_us, struct outcome *ret)
{
    struct naive_ledger ledger;
    struct err_info info;
    *ret = (struct outcome){.arena = t->arena};
    if (naive_evaluate(t->arena, t->codes, t->code_count, t->touches, t->touch_count, until_us,
                       &ledger, &info) != ERR_NONE) {
        outcome_went_wrong(ret, "the naive evaluator failed:", info.text);
    }
    for (size_t i = 0; i < ledger.obligation_count; i++) {
        struct record *r = record_obligation(ret, &ledger.obligations[i]);
        if (ledger.obligations[i].warned_us != MOMENT_NEVER) {
            buf_add_str(&r->owed, "warned");
            add_when(&r->owed, "at", ledger.obligations[i].warned_us);
            buf_add_char(&r->owed, '\n');
        }
    }
    for (size_t i = 0; i < ledger.remedy_count; i++) {
        const struct naive_remedy *remedy = &ledger.remedies[i];
        struct record *r = record_obligation(ret, &ledger.obligations[remedy->obligation]);
        add_owed(r, remedy->unit, remedy->amount, remedy->task, remedy->at_us);
    }
}

/* -- engine -- */

static struct naive_obligation as_naive(const struct outcome *o, const struct obligation *from)
{
    return (struct naive_obligation){.promise = plan_promise(o->plan, from->promise).name,
                                     .key = from->key,
                                     .opening_source = from->opening_source,
                                     .opening_id = from->opening_id,
                                     .n = from->n,
                                     .opened_us = from->opened_us,
                                     .due_us = from->due_us,
                                     .state = from->state,
                                     .decided_us = from->decided_us,
                                     .fulfilled_us = from->fulfilled_us};
}

void outcome_take(void *context, const struct entry *e)
{
    struct outcome *o = context;
    struct naive_obligation n = as_naive(o, e->obligation);
    struct record *r = record_obligation(o, &n);
    buf_addf(&r->entries, "%s", entry_name(e->kind));
    add_when(&r->entries, "at", e->at_us);
    buf_addf(&r->entries, " by %.*s:%.*s; %.*s", TEXT_ARG(e->cause_source), TEXT_ARG(e->cause_id),
             TEXT_ARG(r->verdict));
    add_when(&r->entries, "warn", e->obligation->warn_us);
    buf_addf(&r->entries, " %u %lld%s %.*s\n", e->unit, (long long)e->amount.minor,
             e->amount.currency, TEXT_ARG(e->task));
    if (e->kind == ENTRY_OWED) {
        add_owed(r, e->unit, e->amount, e->task, e->at_us);
    } else if (e->kind == ENTRY_WARNED) {
        buf_add_str(&r->owed, "warned");
        add_when(&r->owed, "at", e->at_us);
        buf_add_char(&r->owed, '\n');
    } else if (e->kind == ENTRY_WITHDRAWN || e->kind == ENTRY_CORRECTED) {
        buf_addf(&r->owed, "%s\n", entry_name(e->kind));
    }
}

void outcome_take_obligation(void *context, const struct obligation *from)
{
    struct outcome *o = context;
    struct naive_obligation n = as_naive(o, from);
    record_obligation(o, &n);
}

void outcome_of_replay(const struct trial *t, int64_t until_us, struct outcome *ret)
{
    struct err_info info;
    struct promise_result *results = NULL;
    *ret = (struct outcome){.arena = t->arena, .plan = t->plan};
    struct replay *r = replay_new(t->plan);
    for (size_t i = 0; i < t->touch_count; i++) {
        replay_add(r, &t->touches[i]);
    }
    struct sink sink = {.context = ret, .entry = outcome_take};
    struct replay_options options = {
        .until_us = until_us, .sink = &sink, .each = outcome_take_obligation, .each_context = ret};
    enum err err = replay_run(r, &options, t->arena, &results, &info);
    replay_free(r);
    if (err != ERR_NONE) {
        outcome_went_wrong(ret, "the replay failed:", info.text);
    }
}

/* -- as text -- */

static int record_compare(const void *a, const void *b)
{
    const struct record *left = a, *right = b;
    return text_compare(left->identity, right->identity);
}

static void sort(struct outcome *o)
{
    if (o->count) {
        qsort(o->records, o->count, sizeof *o->records, record_compare);
    }
}

static void print_lines(struct buf *out, struct text identity, struct text lines)
{
    while (lines.len) {
        size_t len = (size_t)((const char *)memchr(lines.ptr, '\n', lines.len) - lines.ptr) + 1;
        buf_addf(out, "%.*s: %.*s", TEXT_ARG(identity), (int)len, lines.ptr);
        lines = (struct text){lines.ptr + len, lines.len - len};
    }
}

void outcome_print(struct outcome *o, bool with_entries, struct buf *out)
{
    sort(o);
    buf_add_text(out, buf_text(&o->wrong));
    for (size_t i = 0; i < o->count; i++) {
        const struct record *r = &o->records[i];
        buf_addf(out, "%.*s: %.*s\n", TEXT_ARG(r->identity), TEXT_ARG(r->verdict));
        print_lines(out, r->identity, buf_text(with_entries ? &r->entries : &r->owed));
    }
}

void outcome_print_before(struct outcome *o, int64_t before_us, struct buf *out)
{
    sort(o);
    for (size_t i = 0; i < o->count; i++) {
        const struct record *r = &o->records[i];
        if (r->decided_us < before_us) {
            buf_addf(out, "%.*s: %.*s\n", TEXT_ARG(r->identity), TEXT_ARG(r->decision));
        }
    }
}
