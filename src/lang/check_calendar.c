#include "lang/check_part.h"

static bool same_date(struct date a, struct date b)
{
    return date_to_days(a) == date_to_days(b);
}

/* Spells with the same `from DATE` (or none) are in force together. */
static bool same_season(const struct spell *a, const struct spell *b)
{
    return a->has_from_date == b->has_from_date &&
           (!a->has_from_date || same_date(a->from_date, b->from_date));
}

static void check_overlap(const struct calendar_def *c, struct diagnostics *d)
{
    for (size_t i = 1; i < c->spell_count; i++) {
        for (size_t k = 0; k < i; k++) {
            const struct spell *a = &c->spells[k], *b = &c->spells[i];
            if (!same_season(a, b) || !(a->days & b->days) || a->from_s >= b->until_s ||
                b->from_s >= a->until_s)
                continue;
            diagnostic_add(d, SEVERITY_WARNING, "overlapping-hours", b->span,
                           "these hours overlap those of line %u", (unsigned)a->span.line);
            diagnostic_suggest(d, "if they are new hours, date them: open … from DATE");
            break;
        }
    }
}

static bool closure_same(const struct closure *a, const struct closure *b)
{
    return a->yearly == b->yearly && a->date.year == b->date.year &&
           a->date.month == b->date.month && a->date.day == b->date.day &&
           (a->yearly || same_date(a->last, b->last));
}

static void check_closures(const struct calendar_def *c, struct diagnostics *d)
{
    for (size_t i = 0; i < c->closure_count; i++) {
        const struct closure *b = &c->closures[i];
        for (size_t k = 0; k < i; k++) {
            if (!closure_same(&c->closures[k], b))
                continue;
            diagnostic_add(d, SEVERITY_WARNING, "named-twice", b->span,
                           "line %u closes the same day", (unsigned)c->closures[k].span.line);
            diagnostic_suggest(d, "leave one of them out");
            break;
        }
    }
}

/* A dated closure that covers all the days on which the Code applies. */
static const struct closure *closed_throughout(const struct code *code,
                                               const struct calendar_def *c)
{
    if (!code->applies.has_from || !code->applies.has_until)
        return NULL;
    for (size_t i = 0; i < c->closure_count; i++) {
        const struct closure *k = &c->closures[i];
        if (!k->yearly && date_to_days(k->date) <= date_to_days(code->applies.from) &&
            date_to_days(k->last) + 1 >= date_to_days(code->applies.until))
            return k;
    }
    return NULL;
}

static void check_open(const struct code *code, const struct calendar_def *c, struct diagnostics *d)
{
    const struct closure *k = closed_throughout(code, c);
    if (k) {
        diagnostic_add(d, SEVERITY_ERROR, "never-open", k->span,
                       "with this closure \"%.*s\" is never open while the Code applies",
                       TEXT_ARG(c->name));
        diagnostic_suggest(d, "check its dates");
    } else if (!c->always && c->spell_count == 0) {
        diagnostic_add(d, SEVERITY_ERROR, "never-open", c->span,
                       "the calendar \"%.*s\" is never open", TEXT_ARG(c->name));
        diagnostic_suggest(d, "add its hours: open mon..fri 09:00-17:00");
    } else if (c->always && c->spell_count > 0) {
        diagnostic_add(d, SEVERITY_ERROR, "overlapping-hours", c->spells[0].span,
                       "the calendar \"%.*s\" is already open always", TEXT_ARG(c->name));
        diagnostic_suggest(d, "keep either \"open always\" or the hours");
    }
}

void check_calendar(const struct code *code, const struct calendar_def *c, struct diagnostics *d)
{
    check_open(code, c, d);
    check_overlap(c, d);
    check_closures(c, d);
}
