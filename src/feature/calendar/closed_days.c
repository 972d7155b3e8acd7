#include "feature/calendar/calendar_part.h"

void closed_days_close(struct closed_days *d, int64_t day, int64_t last, struct text reason)
{
    int64_t from = day > d->first ? day - d->first : 0;
    int64_t until = last - d->first < d->count ? last - d->first + 1 : d->count;
    for (int64_t i = from; i < until; i++) {
        d->reasons[i] = d->is_closed[i] ? d->reasons[i] : reason;
        d->is_closed[i] = true;
    }
}

bool closed_days_gap(const struct closed_days *d, int64_t day, int64_t last, int64_t *ret_day,
                     int64_t *ret_last)
{
    int64_t i = day > d->first ? day - d->first : 0;
    int64_t until = last - d->first < d->count ? last - d->first + 1 : d->count;
    while (i < until && d->is_closed[i]) {
        i++;
    }
    if (i >= until) {
        return false;
    }
    *ret_day = d->first + i;
    while (i < until && !d->is_closed[i]) {
        i++;
    }
    *ret_last = d->first + i - 1;
    return true;
}

static void close_yearly(struct closed_days *d, const struct closure *c)
{
    int32_t last = date_of_days(d->first + d->count).year;
    for (int32_t year = date_of_days(d->first).year; year <= last; year++) {
        struct date date = {year, c->date.month, c->date.day};
        if (date_valid(date)) {
            int64_t day = date_to_days(date);
            closed_days_close(d, day, day, c->reason);
        }
    }
}

enum err closed_days_read(const struct calendar_sight *s, int64_t first, int64_t count,
                          struct arena *arena, struct closed_days *ret, struct err_info *info)
{
    *ret = (struct closed_days){
        .first = first,
        .count = count,
        .reasons = ARENA_ARRAY(arena, struct text, (size_t)count),
        .is_closed = ARENA_ARRAY(arena, bool, (size_t)count),
    };
    for (size_t i = 0; i < s->def->closure_count; i++) {
        const struct closure *c = &s->def->closures[i];
        if (c->yearly) {
            close_yearly(ret, c);
        } else {
            closed_days_close(ret, date_to_days(c->date), date_to_days(c->last), c->reason);
        }
    }
    enum err e = ERR_NONE;
    for (size_t i = 0; i < s->def->ics_count && !e; i++) {
        struct ical_event *events = NULL;
        size_t event_count = 0;
        e = ical_events(arena, s->files[i], s->zone, &events, &event_count, info);
        for (size_t k = 0; k < event_count; k++) {
            for (size_t n = 0; n < events[k].count; n++) {
                const struct day_range *range = &events[k].ranges[n];
                closed_days_close(ret, range->first, range->last, events[k].title);
            }
        }
    }
    return e;
}
