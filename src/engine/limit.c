/* Limits: moments, rows of tables and terms, worked out for one opening touch. */
#include "engine/plan.h"

bool moment_of(const struct form *form, const struct moment *m, const struct bound *opening,
               int64_t *ret_us)
{
    int64_t at = 0;
    char number[VALUE_NUMBER_TEXT];
    switch (m->kind) {
    case MOMENT_NONE:
        return false;
    case MOMENT_OPENING:
        at = opening->occurred_us;
        break;
    case MOMENT_LITERAL:
        at = m->literal_is_local ? zone_to_utc(form->clock.zone, m->literal_us) : m->literal_us;
        break;
    case MOMENT_ATTRIBUTE: {
        uint32_t field = plan_field(opening->shape->plan, m->attribute);
        struct value v = field == NAME_NONE
                             ? (struct value){.type = VALUE_NONE}
                             : value_as(bound_value(opening, field), VALUE_MOMENT, number);
        if (v.type != VALUE_MOMENT) {
            return false;
        }
        at = v.moment_us;
        break;
    }
    }
    if (m->shift < 0) {
        at = duration_before(&form->clock, m->by, at);
    } else if (m->shift > 0) {
        at = duration_after(&form->clock, m->by, at);
    }
    *ret_us = at;
    return true;
}

const struct table_row *table_row_of(const struct form *form, int table,
                                     const struct bound *opening, int64_t clock_start_us)
{
    const struct table *t = &form->code->tables[table];
    struct value v = {.type = VALUE_NONE};
    int weekday = 0;
    if (t->by == TABLE_BY_DAY) {
        weekday = date_weekday(floor_div(zone_to_local(form->clock.zone, clock_start_us), DAY_US));
    } else {
        v = bound_value(opening, plan_field(opening->shape->plan, t->attribute));
    }
    for (size_t i = 0; i + 1 < t->row_count; i++) {
        const struct table_row *row = &t->rows[i];
        bool fits = false;
        switch (t->by) {
        case TABLE_BY_TEXT:
            fits = values_fit(v, COMPARE_EQ, (struct value){.type = VALUE_TEXT, .text = row->text});
            break;
        case TABLE_BY_NUMBER:
            fits = values_fit(v, row->inclusive ? COMPARE_LE : COMPARE_LT, row->bound);
            break;
        case TABLE_BY_DAY:
            fits = (row->days >> weekday) & 1;
            break;
        }
        if (fits) {
            return row;
        }
    }
    return &t->rows[t->row_count - 1];
}

struct term limit_term(struct memo *memo, const struct form *form, const struct limit *limit,
                       const struct bound *opening, int64_t start_us, int64_t extra)
{
    struct term t = {.start_us = start_us};
    bool end_of = limit->end_of;
    if (limit->from_next_opening_of >= 0) {
        t.start_us =
            calendar_next_opening(form->clock.calendars[limit->from_next_opening_of], start_us);
    }
    t.duration = limit->duration;
    if (limit->kind == LIMIT_TABLE) {
        const struct table_row *row = table_row_of(form, limit->table, opening, t.start_us);
        t.duration = row->duration;
        end_of = end_of || row->end_of;
    }
    t.duration.count += extra;
    t.due_us = t.start_us == MOMENT_NEVER ? MOMENT_NEVER
               : end_of                   ? duration_end_after(&form->clock, t.duration, t.start_us)
                        : memo_after(memo, form->number, &form->clock, &t.duration, t.start_us);
    return t;
}

bool term_of(struct memo *memo, const struct form *form, const struct bound *opening,
             int64_t opened_us, int64_t extra, struct term *ret)
{
    const struct duty *duty = &form->promise->duty;
    if (duty->kind == DUTY_BETWEEN) {
        struct term t = {.start_us = opened_us, .duration = {.unit = UNIT_ELAPSED, .calendar = -1}};
        if (!moment_of(form, &duty->by, opening, &t.due_us)) {
            return false;
        }
        *ret = t;
        return true;
    }
    if (duty->limit.kind == LIMIT_NONE) {
        *ret = (struct term){opened_us, MOMENT_NEVER, {.unit = UNIT_ELAPSED, .calendar = -1}};
        return true;
    }
    *ret = limit_term(memo, form, &duty->limit, opening, opened_us, extra);
    return true;
}

bool plan_due(const struct plan *p, size_t promise, const struct touch *opening,
              int64_t *ret_due_us)
{
    struct arena arena CLEANUP(arena_release) = {0};
    const struct bound *b = bind_touch(p, opening, true, &arena);
    struct term term;
    const struct form *form = &p->forms[p->promises[promise].latest];
    if (form->promise->duty.kind == DUTY_BEFORE ||
        !term_of(NULL, form, b, b->occurred_us, 0, &term) || term.due_us == MOMENT_NEVER) {
        return false;
    }
    *ret_due_us = term.due_us;
    return true;
}
