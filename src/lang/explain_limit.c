/* Windows, limits, moments and tables in the reader's language. */
#include "lang/explain_part.h"

struct text say_moment(const struct telling *t, const struct moment *m, enum moment_form form)
{
    const struct wording *w = t->w;
    enum moment_form inner = m->shift ? MOMENT_BEHIND_OF : form;
    struct text base = text_of(w->beginning[inner]);
    char words[MOMENT_TEXT_SIZE];
    if (m->kind == MOMENT_ATTRIBUTE) {
        base = TELL(t, w->its[inner], m->attribute);
    } else if (m->kind == MOMENT_LITERAL && m->literal_is_local &&
               floor_mod(m->literal_us, DAY_US) == 0) {
        struct text date = say_date(t, date_of_days(floor_div(m->literal_us, DAY_US)));
        base = TELL(t, w->literal_date[inner], date);
    } else if (m->kind == MOMENT_LITERAL) {
        base = TELL(t, w->literal_moment[inner], text_of(moment_format(m->literal_us, words)));
    }
    if (!m->shift) {
        return base;
    }
    struct text span = say_span(t, SPAN_COUNTED, m->by);
    return TELL(t, w->shifted[form], TELL(t, m->shift < 0 ? w->before : w->after, span, base));
}

struct text say_window(const struct telling *t, struct window w)
{
    if (w.kind == WINDOW_NONE) {
        return (struct text){0};
    }
    if (w.kind == WINDOW_ROLLING) {
        return TELL(t, t->w->in_any, say_span(t, SPAN_COUNTED, w.rolling));
    }
    if (w.kind == WINDOW_YEAR && (w.month > 1 || w.day > 1)) {
        struct date first = {.month = w.month, .day = w.day};
        return TELL(t, t->w->each_year_from, say_date(t, first));
    }
    return text_of(t->w->each[w.kind - WINDOW_DAY]);
}

/* -- tables -- */

static struct text row_gives(const struct telling *t, const struct table *table,
                             const struct table_row *row)
{
    switch (table->gives) {
    case TABLE_DURATIONS: {
        struct text span = say_span(t, SPAN_COUNTED, row->duration);
        return row->end_of ? TELL(t, t->w->row_end_of, span) : span;
    }
    case TABLE_AMOUNTS:
        return say_money(t, row->money);
    case TABLE_SHARES:
        break;
    }
    return say_share(t, row->share_ppm);
}

struct text say_row(const struct telling *t, const struct table *table, const struct table_row *row)
{
    const struct wording *w = t->w;
    struct text gives = row_gives(t, table, row);
    if (row->is_else) {
        return TELL(t, w->row_else, gives);
    }
    switch (table->by) {
    case TABLE_BY_TEXT:
        return TELL(t, w->row_is, gives, table->attribute, row->text);
    case TABLE_BY_NUMBER:
        return TELL(t, row->inclusive ? w->row_up_to : w->row_under, gives, table->attribute,
                    say_value(t, &row->bound));
    case TABLE_BY_DAY:
        break;
    }
    return TELL(t, w->row_on, gives, say_days(t, row->days));
}

struct text say_rows(const struct telling *t, const struct table *table)
{
    struct buf out CLEANUP(buf_release) = {0};
    for (size_t i = 0; i < table->row_count; i++) {
        buf_add_str(&out, i == 0 ? "" : i + 1 == table->row_count ? t->w->list_and : ", ");
        buf_add_text(&out, say_row(t, table, &table->rows[i]));
    }
    return arena_text(t->arena, buf_text(&out));
}

/* -- limits -- */

static struct text counted_from(const struct telling *t, const struct limit *l)
{
    return l->from_next_opening_of < 0
               ? TEXT("")
               : TELL(t, t->w->counted_from, t->code->calendars[l->from_next_opening_of].name);
}

struct text say_limit(const struct telling *t, const struct limit *l)
{
    const struct wording *w = t->w;
    struct text span = {0};
    switch (l->kind) {
    case LIMIT_NONE:
        return span;
    case LIMIT_DURATION:
        span = TELL(t, l->end_of ? w->limit_end : w->limit, say_span(t, SPAN_COUNTED, l->duration));
        break;
    case LIMIT_TABLE: {
        const struct table *table = &t->code->tables[l->table];
        span = TELL(t, l->end_of ? w->limit_table_end : w->limit_table, table->name,
                    say_rows(t, table));
        break;
    }
    }
    return TELL(t, "{0}{1}", span, counted_from(t, l));
}
