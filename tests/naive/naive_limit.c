/* Limits, tables, the form in force, and due instants with extensions and pauses (rules 11 to 13,
 * 22 to 24, 26). */
#include "naive_part.h"

static int64_t local_midnight(const struct version *v, struct date d)
{
    return zone_to_utc(v->zone, date_to_days(d) * DAY_US);
}

static bool dates_hold(const struct version *v, const struct dates *d, int64_t us)
{
    return (!d->has_from || local_midnight(v, d->from) <= us) &&
           (!d->has_until || us < local_midnight(v, d->until));
}

/* Of the Codes whose dates hold that instant the one that begins last. */
static const struct version *version_in_force(const struct sight *s, int64_t us)
{
    const struct version *found = NULL;
    int64_t found_from_us = MOMENT_BEFORE_ALL;
    for (size_t i = 0; i < s->version_count; i++) {
        const struct version *v = &s->versions[i];
        const struct dates *d = &v->code->applies;
        int64_t from_us = d->has_from ? local_midnight(v, d->from) : MOMENT_BEFORE_ALL;
        if (dates_hold(v, d, us) && from_us >= found_from_us) {
            found = v;
            found_from_us = from_us;
        }
    }
    return found;
}

const struct form *naive_form_in_force(const struct sight *s, int64_t us)
{
    const struct version *version = version_in_force(s, us);
    for (size_t i = 0; i < s->form_count; i++) {
        const struct form *f = &s->forms[i];
        if (f->version == version && dates_hold(version, &f->promise->applies, us)) {
            return f;
        }
    }
    return NULL;
}

static bool text_row_fits(const struct table_row *row, struct value v)
{
    char number_text[VALUE_NUMBER_TEXT];
    v = value_as(v, VALUE_TEXT, number_text);
    return v.type == VALUE_TEXT && text_eq(v.text, row->text);
}

static bool band_fits(const struct table_row *row, struct value v)
{
    v = value_as(v, row->bound.type, NULL);
    if (v.type == VALUE_NONE) {
        return false;
    }
    double value = v.number, bound = row->bound.number;
    if (v.type == VALUE_DURATION) {
        value = (double)v.duration_us;
        bound = (double)row->bound.duration_us;
    } else if (v.type == VALUE_MONEY) {
        if (!text_eq(text_of(v.money.currency), text_of(row->bound.money.currency))) {
            return false;
        }
        value = (double)v.money.minor;
        bound = (double)row->bound.money.minor;
    }
    return row->inclusive ? value <= bound : value < bound;
}

const struct table_row *table_find(const struct form *f, const struct table *table,
                                   const struct touch *opening, int64_t start_us)
{
    int64_t local_us = zone_to_local(f->version->zone, start_us);
    unsigned weekday = 1u << (unsigned)date_weekday(floor_div(local_us, DAY_US));
    for (size_t i = 0; i < table->row_count; i++) {
        const struct table_row *row = &table->rows[i];
        bool fits = row->is_else;
        if (!fits && table->by == TABLE_BY_DAY) {
            fits = (row->days & weekday) != 0;
        } else if (!fits) {
            struct value v = field_of(opening, table->attribute);
            fits = table->by == TABLE_BY_TEXT ? text_row_fits(row, v) : band_fits(row, v);
        }
        if (fits) {
            return row;
        }
    }
    return NULL;
}

int64_t limit_start(const struct form *f, const struct limit *l, int64_t opened_us)
{
    if (l->from_next_opening_of < 0) {
        return opened_us;
    }
    return calendar_next_opening(f->version->clock.calendars[l->from_next_opening_of], opened_us);
}

struct duration limit_duration(const struct form *f, const struct limit *l,
                               const struct touch *opening, int64_t start_us, bool *ret_end_of)
{
    *ret_end_of = l->end_of;
    if (l->kind != LIMIT_TABLE) {
        return l->duration;
    }
    const struct table_row *row =
        table_find(f, &f->version->code->tables[l->table], opening, start_us);
    *ret_end_of = l->end_of || row->end_of;
    return row->duration;
}

static int64_t run_out(const struct form *f, struct duration d, bool end_of, int64_t start_us)
{
    if (start_us == MOMENT_NEVER) {
        return MOMENT_NEVER;
    }
    return end_of ? duration_end_after(&f->version->clock, d, start_us)
                  : duration_after(&f->version->clock, d, start_us);
}

int64_t limit_after(const struct form *f, const struct limit *l, const struct touch *opening,
                    int64_t opened_us)
{
    int64_t start_us = limit_start(f, l, opened_us);
    bool end_of = false;
    struct duration d = limit_duration(f, l, opening, start_us, &end_of);
    return run_out(f, d, end_of, start_us);
}

static const struct duration plain_time = {.unit = UNIT_ELAPSED, .calendar = -1};

static bool same_unit(struct duration a, struct duration b)
{
    return a.unit == b.unit && a.calendar == b.calendar;
}

/* The due instant without pauses: the limit, then what extensions added (rule 23). Tells the
 * limit's own duration. */
static int64_t due_unpaused(const struct life *l, struct duration *ret_limit)
{
    const struct form *f = l->form;
    const struct duty *duty = &f->promise->duty;
    int64_t us = 0;
    *ret_limit = plain_time;
    if (duty->kind == DUTY_BETWEEN) {
        naive_moment_of(f, &duty->by, l->opening, &us);
    } else {
        bool end_of = false;
        struct duration d = limit_duration(f, &duty->limit, l->opening, l->clock_start_us, &end_of);
        *ret_limit = d;
        for (size_t i = 0; i < l->added_count; i++) {
            d.count += same_unit(d, l->added[i]) ? l->added[i].count : 0;
        }
        us = run_out(f, d, end_of, l->clock_start_us);
    }
    for (size_t i = 0; i < l->added_count; i++) {
        if (duty->kind == DUTY_BETWEEN || !same_unit(*ret_limit, l->added[i])) {
            us = run_out(f, l->added[i], false, us);
        }
    }
    return us;
}

static int64_t over_pauses(const struct life *l, struct duration limit, int64_t us)
{
    const struct clock *clock = &l->form->version->clock;
    for (size_t i = 0; i < l->pause_count && us != MOMENT_NEVER; i++) {
        if (l->pauses[i].from_us <= us) {
            int64_t left_us = duration_measure(clock, limit, l->pauses[i].from_us, us);
            us = duration_lay(clock, limit, l->pauses[i].until_us, left_us);
        }
    }
    return us;
}

void life_count_due(struct life *l)
{
    const struct promise *p = l->form->promise;
    const struct clock *clock = &l->form->version->clock;
    struct duration limit;
    int64_t due_us = due_unpaused(l, &limit);
    l->warn_us = MOMENT_NEVER;
    if (p->has_warn && due_us != MOMENT_NEVER) {
        __int128 whole = duration_measure(clock, limit, l->clock_start_us, due_us);
        int64_t share_us = (int64_t)(whole * p->warn_ppm / 1000000);
        l->warn_us = over_pauses(l, limit, duration_lay(clock, limit, l->clock_start_us, share_us));
    }
    l->due_us = over_pauses(l, limit, due_us);
}
