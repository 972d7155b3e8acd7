/* What a promise means, row by row. */
#include "lang/explain_part.h"

void explained_add(const struct telling *t, struct explained *e, enum about about,
                   struct text words)
{
    if (!words.len) {
        return;
    }
    if (e->count == e->room) {
        e->room = e->room ? 2 * e->room : 16;
        e->rows = arena_grow(t->arena, e->rows, e->count, e->room, sizeof *e->rows);
    }
    struct buf sentence CLEANUP(buf_release) = {0};
    buf_add_text(&sentence, words);
    buf_add_char(&sentence, '.');
    unsigned char *first = (unsigned char *)sentence.ptr;
    bool is_small = first[0] >= 'a' && first[0] <= 'z';
    bool is_accented = first[0] == 0xC3 && first[1] >= 0xA0; /* "às": UTF-8 of à to þ */
    if (about != ABOUT_HOLDS && (is_small || is_accented)) {
        first[is_accented] = (unsigned char)(first[is_accented] - 0x20);
    }
    e->rows[e->count++] = (struct explained_row){text_of(t->w->abouts[about]),
                                                 arena_text(t->arena, buf_text(&sentence))};
}

/* -- how it begins -- */

static struct text beginning(const struct telling *t, const struct promise *p)
{
    const struct wording *w = t->w;
    struct text begins = text_of(w->begins_always);
    if (p->on) {
        begins = TELL(t, p->on_every ? w->begins_every : w->begins_when, say_event(t, p->on));
    } else if (p->duty.kind == DUTY_AT_LEAST) {
        begins = TELL(t, w->begins_first, say_event(t, p->duty.event));
    }
    bool one_at_a_time = p->on && p->duty.kind != DUTY_BE && p->duty.kind != DUTY_BEFORE;
    const char *how_many = p->on_every ? w->several_at_once : one_at_a_time ? w->one_at_a_time : "";
    return TELL(t, "{0}{1}", TELL(t, w->judged, begins, say_key(t, p->key)), text_of(how_many));
}

/* -- what keeps and breaks it -- */

static struct text until(const struct telling *t, const struct duty *duty)
{
    return duty->until ? TELL(t, t->w->until_event, say_event(t, duty->until)) : TEXT("");
}

static struct text kept_between(const struct telling *t, const struct duty *duty)
{
    struct text event = say_event(t, duty->event);
    struct text by = say_moment(t, &duty->by, MOMENT_ALONE);
    struct text behind_of = say_moment(t, &duty->by, MOMENT_BEHIND_OF);
    if (duty->from.kind == MOMENT_NONE) {
        return TELL(t, t->w->kept_by, event, by, behind_of);
    }
    struct text from = say_moment(t, &duty->from, MOMENT_BEHIND_OF);
    return TELL(t, t->w->kept_from_by, event, from, by, behind_of);
}

static struct text kept_not(const struct telling *t, const struct duty *duty)
{
    struct text event = say_event(t, duty->event);
    if (duty->limit.kind == LIMIT_NONE) {
        return TELL(t, t->w->kept_not, event, until(t, duty));
    }
    return TELL(t, duty->limit_is_start ? t->w->kept_not_after : t->w->kept_not_for, event,
                say_limit(t, &duty->limit), until(t, duty));
}

static struct text kept_count(const struct telling *t, const struct duty *duty)
{
    struct text event = say_event(t, duty->event), window = say_window(t, duty->window);
    if (duty->count == 0) {
        return TELL(t, t->w->kept_never, event, window, until(t, duty));
    }
    return TELL(t, duty->kind == DUTY_AT_MOST ? t->w->kept_at_most : t->w->kept_at_least, event,
                say_times(t, duty->count), window, until(t, duty));
}

static struct text kept(const struct telling *t, const struct duty *duty)
{
    const struct wording *w = t->w;
    switch (duty->kind) {
    case DUTY_WITHIN:
        return TELL(t, duty->limit.end_of ? w->kept_by_end : w->kept_within,
                    say_event(t, duty->event), say_limit(t, &duty->limit));
    case DUTY_BETWEEN:
        return kept_between(t, duty);
    case DUTY_EVERY:
        return TELL(t, w->kept_every, say_event(t, duty->event), say_limit(t, &duty->limit),
                    until(t, duty));
    case DUTY_BEFORE:
        return TELL(t, w->kept_before, say_event(t, duty->event),
                    say_span(t, SPAN_COUNTED, duty->limit.duration));
    case DUTY_BE:
        return TELL(t, w->kept_be, say_cond(t, duty->be));
    case DUTY_NOT:
        return kept_not(t, duty);
    case DUTY_AT_MOST:
    case DUTY_AT_LEAST:
        break;
    }
    return kept_count(t, duty);
}

static bool is_of_calendar(const struct window *window)
{
    return window->kind != WINDOW_NONE && window->kind != WINDOW_ROLLING;
}

/* Some time limit runs out on it, rather than that something breaks it. */
static bool runs_out(enum duty_kind kind)
{
    return kind == DUTY_WITHIN || kind == DUTY_BETWEEN || kind == DUTY_EVERY;
}

static const char *broken(const struct wording *w, const struct duty *duty)
{
    switch (duty->kind) {
    case DUTY_WITHIN:
    case DUTY_BETWEEN:
    case DUTY_EVERY:
        return w->broken_late;
    case DUTY_BEFORE:
    case DUTY_BE:
        return w->broken_otherwise;
    case DUTY_NOT:
        return w->broken_at_once;
    case DUTY_AT_MOST:
        return is_of_calendar(&duty->window) ? w->broken_beyond_once : w->broken_beyond;
    case DUTY_AT_LEAST:
        break;
    }
    return w->broken_fewer;
}

/* -- what changes it -- */

static void explain_pairs(const struct telling *t, const struct promise *p, struct explained *e)
{
    const struct wording *w = t->w;
    for (size_t i = 0; i < p->pair_count; i++) {
        const struct pair *pair = &p->pairs[i];
        bool pause = pair->kind == PAIR_PAUSE, late = runs_out(p->duty.kind);
        const char *alone = pause ? w->pauses : late ? w->excused : w->excused_break;
        const char *both = pause  ? w->pauses_until
                           : late ? w->excused_until
                                  : w->excused_break_until;
        struct text end = pair->end ? say_event(t, pair->end) : TEXT("");
        struct text most = {0};
        if (pair->has_most) {
            most = TELL(t, w->most_in_all, say_span(t, SPAN_COUNTED, pair->most));
        }
        struct text words = TELL(t, pair->end ? both : alone, say_event(t, pair->start), end);
        explained_add(t, e, pause ? ABOUT_PAUSES : ABOUT_EXCUSED, TELL(t, "{0}{1}", words, most));
    }
}

/* Said where the promise itself says it; what the Code says of all stands in its own block. */
static void explain_excuses(const struct telling *t, const struct promise *p, struct explained *e)
{
    if (p->second_person) {
        explained_add(t, e, ABOUT_EXCUSED, text_of(t->w->excused_by_hand));
    }
}

static void explain_extensions(const struct telling *t, const struct promise *p,
                               struct explained *e)
{
    const struct wording *w = t->w;
    for (size_t i = 0; i < p->extension_count; i++) {
        const struct extension *x = &p->extensions[i];
        const char *pattern = x->times == 0   ? w->extended_each
                              : x->times == 1 ? w->extended_once
                                              : w->extended_times;
        explained_add(t, e, ABOUT_EXTENDED,
                      TELL(t, pattern, say_span(t, SPAN_COUNTED, x->by), say_event(t, x->when),
                           say_times(t, x->times)));
    }
}

/* -- what follows -- */

static struct text amount(const struct telling *t, const struct amount *a)
{
    const struct wording *w = t->w;
    switch (a->kind) {
    case AMOUNT_NONE:
        break;
    case AMOUNT_FIXED:
        return say_money(t, a->money);
    case AMOUNT_SHARE:
        return TELL(t, w->share_of, say_share(t, a->share_ppm), a->attribute);
    case AMOUNT_TABLE:
        return say_rows(t, &t->code->tables[a->table]);
    case AMOUNT_TABLE_SHARE:
        return TELL(t, w->table_share_of, a->attribute, say_rows(t, &t->code->tables[a->table]));
    }
    return (struct text){0};
}

static struct text accrued(const struct telling *t, const struct remedy *r)
{
    struct text base = amount(t, &r->amount);
    if (!r->accrues) {
        return base;
    }
    struct text step = say_money(t, r->step), per = say_span(t, SPAN_AS_WRITTEN, r->step_per);
    return base.len ? TELL(t, t->w->accrues_more, base, step, per)
                    : TELL(t, t->w->accrues, step, per);
}

static struct text owed(const struct telling *t, const struct remedy *r)
{
    const struct wording *w = t->w;
    struct text cap = {0}, most = {0}, claimed = {0};
    if (r->kind == REMEDY_TASK) {
        return TELL(t, w->task, r->task);
    }
    if (r->has_cap) {
        cap = TELL(t, w->cap, say_money(t, r->cap));
    }
    if (r->most > 0) {
        most = TELL(t, w->most, say_times(t, r->most), say_window(t, r->most_window));
    }
    if (r->if_claimed) {
        claimed = TELL(t, w->claimed, say_span(t, SPAN_COUNTED, r->claim_within));
    }
    return TELL(t, "{0}{1}{2}{3}", TELL(t, w->owed, accrued(t, r)), cap, most, claimed);
}

static void explain_consequences(const struct telling *t, const struct promise *p,
                                 struct explained *e)
{
    const struct wording *w = t->w;
    if (p->has_warn) {
        explained_add(t, e, ABOUT_WARNS, TELL(t, w->warns, say_share(t, p->warn_ppm)));
    }
    if (p->remedy.kind != REMEDY_NONE) {
        explained_add(t, e, ABOUT_OWED, owed(t, &p->remedy));
    }
    if (p->has_target) {
        explained_add(
            t, e, ABOUT_TARGET,
            TELL(t, w->target, say_share(t, p->target_ppm), say_window(t, p->target_window)));
    }
    explained_add(t, e, ABOUT_APPLIES, say_dates(t, p->applies));
}

static void explain_example(const struct telling *t, const struct promise *p,
                            const struct explain_example *example, struct explained *e)
{
    const struct wording *w = t->w;
    const struct limit *l = &p->duty.limit;
    int64_t start_us, due_us;
    if (l->kind == LIMIT_NONE || p->duty.kind == DUTY_BEFORE || !example->due ||
        !example->due(example->context, t->code, p, example->start_us, &start_us, &due_us)) {
        return;
    }
    const char *pattern = p->duty.kind != DUTY_NOT ? w->example_due
                          : p->duty.limit_is_start ? w->example_forbids_from
                                                   : w->example_forbids_until;
    struct text words = TELL(t, pattern, say_clock(t, start_us), say_clock(t, due_us));
    struct text row = {0};
    if (l->kind == LIMIT_TABLE && t->code->tables[l->table].by != TABLE_BY_DAY) {
        row = TELL(t, w->by_last_row, t->code->tables[l->table].name);
    }
    explained_add(t, e, ABOUT_EXAMPLE, TELL(t, "{0}{1}", words, row));
}

struct explained explain_promise_rows(const struct telling *t, const struct promise *p,
                                      const struct explain_example *example)
{
    struct explained e = {0};
    explained_add(t, &e, ABOUT_BEGINS, beginning(t, p));
    explained_add(t, &e, ABOUT_KEPT, kept(t, &p->duty));
    explained_add(t, &e, ABOUT_BROKEN,
                  TELL(t, broken(t->w, &p->duty), say_window(t, p->duty.window)));
    explain_pairs(t, p, &e);
    explain_excuses(t, p, &e);
    explain_extensions(t, p, &e);
    if (p->void_when) {
        explained_add(t, &e, ABOUT_VOID, TELL(t, t->w->voided, say_event(t, p->void_when)));
    }
    explain_consequences(t, p, &e);
    explain_example(t, p, example, &e);
    return e;
}
