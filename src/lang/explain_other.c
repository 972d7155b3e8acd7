/* Principles, tables, calendars, groups and permissions in plain words. */
#include "lang/explain_part.h"

static void head(struct buf *out, struct text name, const char *what)
{
    buf_addf(out, "%.*s\n", TEXT_ARG(name));
    explain_lines(out, 2, text_of(what));
    buf_add_char(out, '\n');
}

void explain_principle(struct buf *out, const struct code *code, size_t index)
{
    const struct principle *principle = &code->principles[index];
    struct buf title CLEANUP(buf_release) = {0};
    buf_addf(&title, "A principle: \"%.*s\".", TEXT_ARG(principle->title));
    head(out, principle->name, title.ptr);
    if (principle->words.len > 0) {
        explain_lines(out, 2, principle->words);
        buf_add_char(out, '\n');
    }
    bool any = false;
    for (size_t i = 0; i < code->promise_count; i++) {
        const struct promise *p = &code->promises[i];
        if (p->principle != (int)index)
            continue;
        if (!any)
            buf_add_str(out, "  What shows it:\n");
        any = true;
        struct buf line CLEANUP(buf_release) = {0};
        buf_addf(&line, "%.*s: \"%.*s\"", TEXT_ARG(p->name), TEXT_ARG(p->words));
        explain_lines(out, 4, buf_text(&line));
    }
    if (!any)
        buf_add_str(out, "  No promise stands under it yet.\n");
}

void explain_table(struct buf *out, const struct code *code, const struct table *t)
{
    static const char *const gives[] = {[TABLE_DURATIONS] = "how long",
                                        [TABLE_AMOUNTS] = "how much",
                                        [TABLE_SHARES] = "which share"};
    struct buf what CLEANUP(buf_release) = {0};
    buf_addf(&what, "A table: it says %s, by ", gives[t->gives]);
    if (t->by == TABLE_BY_DAY)
        buf_add_str(&what, "the day of the week on which the clock starts");
    else
        buf_add_text(&what, t->attribute);
    buf_add_str(&what, ". The first row that fits counts.");
    head(out, t->name, what.ptr);
    for (size_t i = 0; i < t->row_count; i++) {
        struct buf line CLEANUP(buf_release) = {0};
        say_row(&line, code, t, &t->rows[i]);
        explain_lines(out, 4, buf_text(&line));
    }
}

static void say_time(struct buf *out, int32_t seconds)
{
    buf_addf(out, "%02d:%02d", seconds / 3600, seconds / 60 % 60);
    if (seconds % 60 != 0)
        buf_addf(out, ":%02d", seconds % 60);
}

static void explain_spells(struct buf *out, const struct calendar_def *c)
{
    struct buf text CLEANUP(buf_release) = {0};
    if (c->always)
        buf_add_str(&text, "always");
    for (size_t i = 0; i < c->spell_count; i++) {
        const struct spell *s = &c->spells[i];
        const struct spell *before = i > 0 ? &c->spells[i - 1] : NULL;
        bool new_season =
            s->has_from_date && (!before || !before->has_from_date ||
                                 date_to_days(before->from_date) != date_to_days(s->from_date));
        if (before)
            buf_add_str(&text, "; ");
        if (new_season) {
            buf_add_str(&text, "from ");
            say_date(&text, s->from_date);
            buf_add_str(&text, " on instead ");
        }
        say_days(&text, s->days);
        buf_add_char(&text, ' ');
        say_time(&text, s->from_s);
        buf_add_str(&text, " to ");
        say_time(&text, s->until_s);
    }
    explain_row(out, "Open", &text);
}

static void explain_closures(struct buf *out, const struct calendar_def *c)
{
    for (size_t i = 0; i < c->closure_count; i++) {
        const struct closure *k = &c->closures[i];
        struct buf text CLEANUP(buf_release) = {0};
        if (k->yearly)
            buf_add_str(&text, "every ");
        say_date(&text, k->date);
        if (!k->yearly && date_to_days(k->last) > date_to_days(k->date)) {
            buf_add_str(&text, " to ");
            say_date(&text, k->last);
        }
        if (k->reason.len > 0)
            buf_addf(&text, ", %.*s", TEXT_ARG(k->reason));
        explain_row(out, i == 0 ? "Closed" : "", &text);
    }
    if (c->ics_count > 0) {
        struct buf text CLEANUP(buf_release) = {0};
        buf_add_str(&text, "on the days in ");
        say_list(&text, c->ics_files, c->ics_count, " and ");
        explain_row(out, "Closed", &text);
    }
}

void explain_calendar(struct buf *out, const struct code *code, const struct calendar_def *c)
{
    head(out, c->name, "A calendar: working hours and working days run only while it is open.");
    explain_spells(out, c);
    explain_closures(out, c);
    struct text zone = c->zone.len > 0 ? c->zone : code->zone;
    struct buf text CLEANUP(buf_release) = {0};
    buf_addf(&text, "%.*s", TEXT_ARG(zone));
    explain_row(out, "Zone", &text);
}

void explain_group(struct buf *out, const struct group *g)
{
    struct buf members CLEANUP(buf_release) = {0};
    say_list(&members, g->members, g->member_count, " and ");
    head(out, g->name, "A group of names.");
    explain_row(out, "Holds", &members);
}

void explain_permission(struct buf *out, const struct permission *p)
{
    head(out, p->name, "A permission: what staff may give without asking.");
    if (p->words.len > 0) {
        struct buf quoted CLEANUP(buf_release) = {0};
        buf_addf(&quoted, "\"%.*s\"", TEXT_ARG(p->words));
        explain_lines(out, 2, buf_text(&quoted));
        buf_add_char(out, '\n');
    }
    for (size_t i = 0; i < p->grant_count; i++) {
        const struct grant *g = &p->grants[i];
        struct buf line CLEANUP(buf_release) = {0};
        buf_addf(&line, "Whoever has the role %.*s may %.*s up to ", TEXT_ARG(g->role),
                 TEXT_ARG(g->act));
        money_format(&line, g->up_to);
        buf_add_str(&line, " per ");
        say_key(&line, g->key);
        buf_add_char(&line, '.');
        explain_lines(out, 2, buf_text(&line));
    }
}
