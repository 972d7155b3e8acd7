/* What else has a name: principles, tables, calendars, groups and permissions. */
#include "lang/explain_part.h"

static void head(struct buf *out, struct text name, struct text what)
{
    buf_addf(out, "%.*s\n", TEXT_ARG(name));
    explain_lines(out, 2, what);
    buf_add_char(out, '\n');
}

static bool list_promises(const struct telling *t, struct buf *out, size_t principle)
{
    bool any = false;
    for (size_t i = 0; i < t->code->promise_count; i++) {
        const struct promise *p = &t->code->promises[i];
        if (p->principle != (int)principle)
            continue;
        if (!any)
            explain_lines(out, 2, text_of(t->w->shown_by));
        any = true;
        explain_lines(out, 4, TELL(t, "{0}: \"{1}\"", p->name, p->words));
    }
    return any;
}

void explain_principle(const struct telling *t, struct buf *out, size_t index)
{
    const struct principle *principle = &t->code->principles[index];
    head(out, principle->name, TELL(t, t->w->principle, principle->title));
    if (principle->words.len > 0) {
        explain_lines(out, 2, principle->words);
        buf_add_char(out, '\n');
    }
    if (!list_promises(t, out, index))
        explain_lines(out, 2, text_of(t->w->shown_by_none));
}

void explain_table(const struct telling *t, struct buf *out, const struct table *table)
{
    struct text by = table->by == TABLE_BY_DAY ? text_of(t->w->by_weekday) : table->attribute;
    head(out, table->name, TELL(t, t->w->table, text_of(t->w->table_gives[table->gives]), by));
    for (size_t i = 0; i < table->row_count; i++)
        explain_lines(out, 4, say_row(t, table, &table->rows[i]));
}

/* -- calendars -- */

static struct text spell(const struct telling *t, const struct spell *s, const struct spell *before)
{
    struct text hours = TELL(t, t->w->spell, say_days(t, s->days), say_time_of_day(t, s->from_s),
                             say_time_of_day(t, s->until_s));
    bool new_season =
        s->has_from_date && (!before || !before->has_from_date ||
                             date_to_days(before->from_date) != date_to_days(s->from_date));
    return new_season ? TELL(t, t->w->season, say_date(t, s->from_date), hours) : hours;
}

static struct text spells(const struct telling *t, const struct calendar_def *c)
{
    struct buf out CLEANUP(buf_release) = {0};
    if (c->always)
        buf_add_str(&out, t->w->always);
    for (size_t i = 0; i < c->spell_count; i++) {
        buf_add_str(&out, i > 0 ? "; " : "");
        buf_add_text(&out, spell(t, &c->spells[i], i > 0 ? &c->spells[i - 1] : NULL));
    }
    return arena_text(t->arena, buf_text(&out));
}

static struct text closure(const struct telling *t, const struct closure *k)
{
    struct text when = say_date(t, k->date);
    if (k->yearly)
        when = TELL(t, t->w->every_year, when);
    else if (date_to_days(k->last) > date_to_days(k->date))
        when = TELL(t, t->w->date_to, when, say_date(t, k->last));
    return k->reason.len > 0 ? TELL(t, "{0}, {1}", when, k->reason) : when;
}

void explain_calendar(const struct telling *t, struct buf *out, const struct calendar_def *c)
{
    struct explained e = {0};
    head(out, c->name, text_of(t->w->calendar));
    explained_add(t, &e, ABOUT_OPEN, spells(t, c));
    for (size_t i = 0; i < c->closure_count; i++)
        explained_add(t, &e, ABOUT_CLOSED, closure(t, &c->closures[i]));
    if (c->ics_count > 0)
        explained_add(t, &e, ABOUT_CLOSED,
                      TELL(t, t->w->days_in, say_list(t, c->ics_files, c->ics_count)));
    explained_add(t, &e, ABOUT_ZONE, c->zone.len > 0 ? c->zone : t->code->zone);
    explain_rows(t, out, &e);
}

void explain_group(const struct telling *t, struct buf *out, const struct group *g)
{
    struct explained e = {0};
    head(out, g->name, text_of(t->w->group));
    explained_add(t, &e, ABOUT_HOLDS, say_list(t, g->members, g->member_count));
    explain_rows(t, out, &e);
}

void explain_permission(const struct telling *t, struct buf *out, const struct permission *p)
{
    head(out, p->name, text_of(t->w->permission));
    if (p->words.len > 0) {
        explain_lines(out, 2, TELL(t, "\"{0}\"", p->words));
        buf_add_char(out, '\n');
    }
    for (size_t i = 0; i < p->grant_count; i++) {
        const struct grant *g = &p->grants[i];
        explain_lines(
            out, 2,
            TELL(t, t->w->grant, g->role, g->act, say_money(t, g->up_to), say_key(t, g->key)));
    }
}
