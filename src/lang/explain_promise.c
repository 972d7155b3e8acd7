#include "lang/explain_part.h"

#include <inttypes.h>

static void row_if_any(struct buf *out, const char *label, const struct buf *text)
{
    if (text->len > 0)
        explain_row(out, label, text);
}

/* -- how it begins -- */

static void say_beginning(struct buf *out, const struct code *code, const struct promise *p)
{
    if (!p->on && p->duty.kind == DUTY_AT_LEAST) {
        buf_add_str(out, "With the first ");
        say_event(out, code, p->duty.event);
    } else if (!p->on) {
        buf_add_str(out, "It always holds");
    } else {
        buf_add_str(out, p->on_every ? "Every time " : "When ");
        say_event(out, code, p->on);
        buf_add_str(out, " happens");
    }
    buf_add_str(out, ". Each ");
    say_key(out, p->key);
    buf_add_str(out, " is judged by itself");
    if (p->on_every)
        buf_add_str(out, ", several at once if need be");
    else if (p->on && p->duty.kind != DUTY_BE && p->duty.kind != DUTY_BEFORE)
        buf_add_str(out, ", one at a time");
}

/* -- what keeps and breaks it -- */

static void say_times(struct buf *out, int64_t count)
{
    if (count == 1)
        buf_add_str(out, "once");
    else if (count == 2)
        buf_add_str(out, "twice");
    else
        buf_addf(out, "%" PRId64 " times", count);
}

static void say_count(struct buf *out, const struct code *code, const struct duty *duty)
{
    say_event(out, code, duty->event);
    if (duty->count == 0) {
        buf_add_str(out, " never happens");
    } else {
        buf_addf(out, " happens %s ", duty->kind == DUTY_AT_MOST ? "at most" : "at least");
        say_times(out, duty->count);
    }
    say_window(out, code, duty->window);
}

static void say_kept_not(struct buf *out, const struct code *code, const struct duty *duty)
{
    say_event(out, code, duty->event);
    buf_add_str(out, duty->limit_is_start ? " no longer happens" : " does not happen");
    if (duty->limit.kind != LIMIT_NONE) {
        buf_add_str(out, duty->limit_is_start ? " after " : " for ");
        say_limit(out, code, &duty->limit);
    }
    if (duty->until) {
        buf_add_str(out, ", until ");
        say_event(out, code, duty->until);
    }
}

static void say_kept_between(struct buf *out, const struct code *code, const struct duty *duty)
{
    say_event(out, code, duty->event);
    buf_add_str(out, " happens");
    if (duty->from.kind != MOMENT_NONE) {
        buf_add_str(out, " from ");
        say_moment(out, code, &duty->from);
        buf_add_str(out, " on, and");
    }
    buf_add_str(out, " by ");
    say_moment(out, code, &duty->by);
    buf_add_str(out, " at the latest");
}

static void say_kept_every(struct buf *out, const struct code *code, const struct duty *duty)
{
    say_event(out, code, duty->event);
    buf_add_str(out, " happens again and again, never more than ");
    say_limit(out, code, &duty->limit);
    buf_add_str(out, " apart");
    if (duty->until) {
        buf_add_str(out, ", until ");
        say_event(out, code, duty->until);
    }
    buf_add_str(out, ". Each interval is judged by itself");
}

static void say_kept(struct buf *out, const struct code *code, const struct promise *p)
{
    const struct duty *duty = &p->duty;
    buf_add_str(out, "If ");
    switch (duty->kind) {
    case DUTY_WITHIN:
        say_event(out, code, duty->event);
        buf_add_str(out, duty->limit.end_of ? " happens by " : " happens within ");
        say_limit(out, code, &duty->limit);
        break;
    case DUTY_BETWEEN:
        say_kept_between(out, code, duty);
        break;
    case DUTY_EVERY:
        say_kept_every(out, code, duty);
        break;
    case DUTY_BEFORE:
        say_event(out, code, duty->event);
        buf_add_str(out, " has happened at least ");
        say_limit(out, code, &duty->limit);
        buf_add_str(out, " before. Decided at once");
        break;
    case DUTY_BE:
        say_cond(out, code, duty->be);
        buf_add_str(out, ". Decided at once");
        break;
    case DUTY_NOT:
        say_kept_not(out, code, duty);
        break;
    case DUTY_AT_MOST:
    case DUTY_AT_LEAST:
        say_count(out, code, duty);
        if (duty->until) {
            buf_add_str(out, ", until ");
            say_event(out, code, duty->until);
        }
        break;
    }
}

static void say_broken(struct buf *out, const struct promise *p)
{
    switch (p->duty.kind) {
    case DUTY_WITHIN:
    case DUTY_BETWEEN:
    case DUTY_EVERY:
        buf_add_str(out,
                    "If the time runs out first. It stays broken, and what comes later shows how "
                    "late it was");
        break;
    case DUTY_BEFORE:
    case DUTY_BE:
        buf_add_str(out, "Otherwise");
        break;
    case DUTY_NOT:
        buf_add_str(out, "As soon as it does");
        break;
    case DUTY_AT_MOST:
        buf_add_str(out, "With each one beyond that");
        break;
    case DUTY_AT_LEAST:
        buf_add_str(out, "When there are fewer");
        break;
    }
}

/* -- what changes it -- */

static void explain_pairs(struct buf *out, const struct code *code, const struct promise *p)
{
    for (size_t i = 0; i < p->pair_count; i++) {
        const struct pair *pair = &p->pairs[i];
        bool pause = pair->kind == PAIR_PAUSE;
        struct buf text CLEANUP(buf_release) = {0};
        buf_add_str(&text, pause ? "The clock stands still from " : "If the time runs out after ");
        say_event(&text, code, pair->start);
        if (pair->end) {
            buf_add_str(&text, pause ? " until " : " and before ");
            say_event(&text, code, pair->end);
        }
        if (pair->has_most) {
            buf_add_str(&text, ", for at most ");
            say_duration(&text, code, pair->most);
            buf_add_str(&text, " in all");
        }
        explain_row(out, pause ? "Pauses" : "Excused", &text);
    }
}

static void explain_extensions(struct buf *out, const struct code *code, const struct promise *p)
{
    for (size_t i = 0; i < p->extension_count; i++) {
        const struct extension *x = &p->extensions[i];
        struct buf text CLEANUP(buf_release) = {0};
        buf_add_str(&text, "By ");
        say_duration(&text, code, x->by);
        buf_add_str(&text, " with ");
        say_event(&text, code, x->when);
        buf_add_str(&text, x->times == 0 ? ", each time" : x->times == 1 ? ", " : ", up to ");
        if (x->times > 0)
            say_times(&text, x->times);
        buf_add_str(&text, ", as long as it is not yet due");
        explain_row(out, "Extended", &text);
    }
}

static void explain_void(struct buf *out, const struct code *code, const struct promise *p)
{
    if (!p->void_when)
        return;
    struct buf text CLEANUP(buf_release) = {0};
    buf_add_str(&text, "It no longer counts after ");
    say_event(&text, code, p->void_when);
    explain_row(out, "Void", &text);
}

/* -- what follows -- */

static void say_amount(struct buf *out, const struct code *code, const struct amount *a)
{
    switch (a->kind) {
    case AMOUNT_NONE:
        return;
    case AMOUNT_FIXED:
        money_format(out, a->money);
        return;
    case AMOUNT_SHARE:
        say_share(out, a->share_ppm);
        buf_addf(out, " of the %.*s", TEXT_ARG(a->attribute));
        return;
    case AMOUNT_TABLE:
        say_table(out, code, &code->tables[a->table]);
        return;
    case AMOUNT_TABLE_SHARE:
        buf_addf(out, "a share of the %.*s: ", TEXT_ARG(a->attribute));
        say_table(out, code, &code->tables[a->table]);
        return;
    }
}

static void say_remedy(struct buf *out, const struct code *code, const struct remedy *r)
{
    if (r->kind == REMEDY_TASK) {
        buf_addf(out, "A task for staff if it is broken: \"%.*s\"", TEXT_ARG(r->task));
        return;
    }
    buf_add_str(out, "If it is broken, we owe ");
    say_amount(out, code, &r->amount);
    if (r->accrues) {
        buf_add_str(out, r->amount.kind == AMOUNT_NONE ? "" : ", and ");
        money_format(out, r->step);
        buf_addf(out, "%s for each ", r->amount.kind == AMOUNT_NONE ? "" : " more");
        say_duration(out, code, r->step_per);
        buf_add_str(out, " it is late");
    }
    if (r->has_cap) {
        buf_add_str(out, ", up to ");
        money_format(out, r->cap);
        buf_add_str(out, " in all");
    }
    if (r->most > 0) {
        buf_add_str(out, ", at most ");
        say_times(out, r->most);
        say_window(out, code, r->most_window);
    }
    if (r->if_claimed) {
        buf_add_str(out, ", if it is claimed within ");
        say_duration(out, code, r->claim_within);
    }
}

static void explain_consequences(struct buf *out, const struct code *code, const struct promise *p)
{
    struct buf warn CLEANUP(buf_release) = {0};
    struct buf owed CLEANUP(buf_release) = {0};
    struct buf target CLEANUP(buf_release) = {0};
    struct buf applies CLEANUP(buf_release) = {0};
    if (p->has_warn) {
        buf_add_str(&warn, "When ");
        say_share(&warn, p->warn_ppm);
        buf_add_str(&warn, " of the time has gone");
    }
    row_if_any(out, "Warns", &warn);
    if (p->remedy.kind != REMEDY_NONE)
        say_remedy(&owed, code, &p->remedy);
    row_if_any(out, "Owed", &owed);
    if (p->has_target) {
        say_share(&target, p->target_ppm);
        buf_add_str(&target, " of them kept");
        say_window(&target, code, p->target_window);
    }
    row_if_any(out, "Target", &target);
    say_dates(&applies, p->applies);
    row_if_any(out, "Applies", &applies);
}

static void explain_example(struct buf *out, const struct code *code, const struct promise *p,
                            const struct example *example)
{
    const struct limit *l = &p->duty.limit;
    if (l->kind == LIMIT_NONE || p->duty.kind == DUTY_BEFORE)
        return;
    int64_t due_us = 0;
    struct buf start CLEANUP(buf_release) = {0};
    struct buf due CLEANUP(buf_release) = {0};
    struct buf text CLEANUP(buf_release) = {0};
    if (!example->due ||
        !example->due(example->context, code, p, example->start_us, &due_us, &start, &due))
        return;
    buf_addf(&text, "One that begins on %s ", start.ptr);
    if (p->duty.kind == DUTY_NOT)
        buf_addf(&text, p->duty.limit_is_start ? "forbids it from %s on" : "forbids it until %s",
                 due.ptr);
    else
        buf_addf(&text, "is due on %s", due.ptr);
    if (l->kind == LIMIT_TABLE && code->tables[l->table].by != TABLE_BY_DAY)
        buf_addf(&text, ", by the last row of %.*s", TEXT_ARG(code->tables[l->table].name));
    explain_row(out, "Example", &text);
}

static void explain_head(struct buf *out, const struct code *code, const struct promise *p)
{
    buf_addf(out, "%.*s\n", TEXT_ARG(p->name));
    if (p->words.len > 0) {
        struct buf quoted CLEANUP(buf_release) = {0};
        buf_addf(&quoted, "\"%.*s\"", TEXT_ARG(p->words));
        explain_lines(out, 2, buf_text(&quoted));
    }
    struct buf under CLEANUP(buf_release) = {0};
    buf_add_str(&under, p->is_expectation ? "Asked of customers" : "Promised");
    if (p->principle >= 0) {
        const struct principle *principle = &code->principles[p->principle];
        buf_addf(&under, " under \"%.*s\" (%.*s)", TEXT_ARG(principle->title),
                 TEXT_ARG(principle->name));
    }
    buf_add_char(&under, '.');
    explain_lines(out, 2, buf_text(&under));
    buf_add_char(out, '\n');
}

void explain_promise(struct buf *out, const struct code *code, const struct promise *p,
                     const struct example *example)
{
    struct buf begins CLEANUP(buf_release) = {0};
    struct buf kept CLEANUP(buf_release) = {0};
    struct buf broken CLEANUP(buf_release) = {0};
    explain_head(out, code, p);
    say_beginning(&begins, code, p);
    explain_row(out, "Begins", &begins);
    say_kept(&kept, code, p);
    explain_row(out, "Kept", &kept);
    say_broken(&broken, p);
    explain_row(out, "Broken", &broken);
    explain_pairs(out, code, p);
    explain_extensions(out, code, p);
    explain_void(out, code, p);
    explain_consequences(out, code, p);
    explain_example(out, code, p, example);
}
