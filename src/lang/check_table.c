#include "lang/check_part.h"

static bool amounts_agree(const struct table_row *a, const struct table_row *b)
{
    return text_eq(text_of(a->money.currency), text_of(b->money.currency));
}

static void check_currencies(const struct table *t, struct diagnostics *d)
{
    for (size_t i = 1; i < t->row_count && t->gives == TABLE_AMOUNTS; i++) {
        if (amounts_agree(&t->rows[0], &t->rows[i]))
            continue;
        diagnostic_add(d, SEVERITY_ERROR, "mixed-currencies", t->rows[i].span,
                       "this row is in %s, the first in %s", t->rows[i].money.currency,
                       t->rows[0].money.currency);
        diagnostic_suggest(d, "give all rows of a table in one currency: use one table for each");
        return;
    }
}

/* Both bands are of one kind: 1 when a reaches further than b, 0 when as far, else -1. */
static int band_compare(const struct table_row *a, const struct table_row *b)
{
    const struct value *x = &a->bound, *y = &b->bound;
    int order = 0;
    if (x->type == VALUE_NUMBER)
        order = (x->number > y->number) - (x->number < y->number);
    else if (x->type == VALUE_MONEY)
        order = (x->money.minor > y->money.minor) - (x->money.minor < y->money.minor);
    else if (x->type == VALUE_DURATION)
        order = (x->duration_us > y->duration_us) - (x->duration_us < y->duration_us);
    return order != 0 ? order : a->inclusive - b->inclusive;
}

static bool bounds_agree(const struct table_row *a, const struct table_row *b)
{
    return a->bound.type == b->bound.type &&
           (a->bound.type != VALUE_MONEY ||
            text_eq(text_of(a->bound.money.currency), text_of(b->bound.money.currency)));
}

static bool hides(const struct table *t, const struct table_row *earlier,
                  const struct table_row *row)
{
    switch (t->by) {
    case TABLE_BY_TEXT:
        return text_eq(earlier->text, row->text);
    case TABLE_BY_NUMBER:
        return bounds_agree(earlier, row) && band_compare(earlier, row) >= 0;
    case TABLE_BY_DAY:
        return (row->days & ~earlier->days) == 0;
    }
    return false;
}

static void say_unreachable(const struct table *t, const struct table_row *earlier,
                            const struct table_row *row, struct diagnostics *d)
{
    diagnostic_add(d, SEVERITY_ERROR, "unreachable-row", row->span,
                   "this row is never reached: line %u takes all of it",
                   (unsigned)earlier->span.line);
    if (t->by == TABLE_BY_NUMBER)
        diagnostic_suggest(d, "rows are tried in order: write the lower bounds first");
    else
        diagnostic_suggest(d, "rows are tried in order: remove one of the two");
}

static void check_rows(const struct table *t, struct diagnostics *d)
{
    unsigned days = 0;
    for (size_t i = 0; i < t->row_count; i++) {
        const struct table_row *row = &t->rows[i];
        if (row->is_else)
            return;
        const struct table_row *hiding = NULL;
        for (size_t k = 0; k < i && !hiding; k++)
            if (hides(t, &t->rows[k], row))
                hiding = &t->rows[k];
        if (hiding) {
            say_unreachable(t, hiding, row, d);
        } else if (t->by == TABLE_BY_DAY && (row->days & ~days) == 0) {
            diagnostic_add(d, SEVERITY_ERROR, "unreachable-row", row->span,
                           "this row is never reached: the rows above take all its days");
            diagnostic_suggest(d, "rows are tried in order: remove this one, or its days above");
        } else if (t->by == TABLE_BY_NUMBER && !bounds_agree(&t->rows[0], row)) {
            diagnostic_add(d, SEVERITY_ERROR, "mixed-bounds", row->span,
                           "this bound is not of the same kind as that of line %u",
                           (unsigned)t->rows[0].span.line);
            diagnostic_suggest(d, "give all bounds of a table in one unit or currency");
        }
        days |= row->days;
    }
}

void check_table(const struct table *t, struct diagnostics *d)
{
    if (t->row_count == 0 || !t->rows[t->row_count - 1].is_else) {
        diagnostic_add(d, SEVERITY_ERROR, "missing-else", t->span,
                       "the table \"%.*s\" has no \"else\"", TEXT_ARG(t->name));
        diagnostic_suggest(d, "end it with what holds for all the rest: else 1 working day of …");
    }
    check_rows(t, d);
    check_currencies(t, d);
}
