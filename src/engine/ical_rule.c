#include "engine/ical_rule.h"

#include <strings.h>

#define END ICAL_RECURRENCE_ARRAY_MAX /* closes a list of the rule */

static bool given(const short *list)
{
    return list[0] != END;
}

const char *ical_rule_objection(const struct icalrecurrencetype *rule)
{
    if (rule->freq != ICAL_DAILY_RECURRENCE && rule->freq != ICAL_WEEKLY_RECURRENCE &&
        rule->freq != ICAL_MONTHLY_RECURRENCE && rule->freq != ICAL_YEARLY_RECURRENCE) {
        return "closures repeat by day, week, month or year only";
    }
    if (given(rule->by_hour) || given(rule->by_minute) || given(rule->by_second) ||
        given(rule->by_week_no)) {
        return "its RRULE counts weeks of the year or times of the day; name the days instead";
    }
    bool gregorian = rule->rscale == NULL || strcasecmp(rule->rscale, "GREGORIAN") == 0;
    if (!gregorian || rule->skip != ICAL_SKIP_OMIT) {
        return "its RRULE follows another calendar than the Gregorian; list its days instead";
    }
    return NULL;
}

/* 0 Monday … 6 Sunday */
static int weekday_of(enum icalrecurrencetype_weekday weekday)
{
    return weekday == ICAL_NO_WEEKDAY ? 0 : ((int)weekday + 5) % 7; /* theirs: 1 is Sunday */
}

/* Lists count from the end of the month or year where they are negative. */
static bool holds(const short *list, int64_t from_first, int64_t from_last)
{
    for (size_t i = 0; list[i] != END; i++) {
        if (list[i] == from_first || list[i] == -from_last) {
            return true;
        }
    }
    return false;
}

struct looked { /* a day that a rule looks at */
    int64_t day;
    struct date date;
};

static bool weekday_holds(const struct ical_rule *r, struct looked d)
{
    const struct icalrecurrencetype *rule = &r->rule;
    struct date first = {d.date.year, 1, 1}, last = {d.date.year, 12, 31};
    if (rule->freq == ICAL_MONTHLY_RECURRENCE || given(rule->by_month)) {
        first.month = last.month = d.date.month;
        last.day = date_days_in_month(d.date.year, d.date.month);
    }
    for (size_t i = 0; rule->by_day[i] != END; i++) {
        int position = icalrecurrencetype_day_position(rule->by_day[i]);
        if (weekday_of(icalrecurrencetype_day_day_of_week(rule->by_day[i])) !=
            date_weekday(d.day)) {
            continue;
        }
        if (position == 0 || rule->freq == ICAL_DAILY_RECURRENCE ||
            rule->freq == ICAL_WEEKLY_RECURRENCE ||
            position == (d.day - date_to_days(first)) / 7 + 1 ||
            -position == (date_to_days(last) - d.day) / 7 + 1) {
            return true;
        }
    }
    return false;
}

/* Without a list that names days, those of the start are meant. */
static bool like_the_start(const struct ical_rule *r, struct looked d)
{
    const struct icalrecurrencetype *rule = &r->rule;
    if (given(rule->by_day) || given(rule->by_month_day) || given(rule->by_year_day)) {
        return true;
    }
    if (rule->freq == ICAL_WEEKLY_RECURRENCE) {
        return date_weekday(d.day) == date_weekday(r->start_day);
    }
    if (rule->freq == ICAL_MONTHLY_RECURRENCE) {
        return d.date.day == r->start.day;
    }
    return rule->freq != ICAL_YEARLY_RECURRENCE ||
           (d.date.day == r->start.day &&
            (given(rule->by_month) || d.date.month == r->start.month));
}

static bool matches(const struct ical_rule *r, struct looked d)
{
    const struct icalrecurrencetype *rule = &r->rule;
    if (!like_the_start(r, d) ||
        (given(rule->by_month) && !holds(rule->by_month, d.date.month, 0))) {
        return false;
    }
    int32_t month_days = date_days_in_month(d.date.year, d.date.month);
    if (given(rule->by_month_day) &&
        !holds(rule->by_month_day, d.date.day, month_days + 1 - d.date.day)) {
        return false;
    }
    if (given(rule->by_year_day)) {
        int64_t first = date_to_days((struct date){d.date.year, 1, 1});
        int64_t next = date_to_days((struct date){d.date.year + 1, 1, 1});
        if (!holds(rule->by_year_day, d.day - first + 1, next - d.day)) {
            return false;
        }
    }
    return !given(rule->by_day) || weekday_holds(r, d);
}

static void look_at(struct ical_rule *r, struct looked d)
{
    --*r->patience;
    if (matches(r, d)) {
        r->days[r->count++] = d.day;
    }
}

static void look_at_month(struct ical_rule *r, int32_t year, int32_t month)
{
    struct looked d = {.date = {year, month, 1}};
    int64_t first = date_to_days(d.date);
    for (; d.date.day <= date_days_in_month(year, month); d.date.day++) {
        d.day = first + d.date.day - 1;
        look_at(r, d);
    }
}

static bool month_may_match(const struct ical_rule *r, int32_t month)
{
    const struct icalrecurrencetype *rule = &r->rule;
    if (given(rule->by_month)) {
        return holds(rule->by_month, month, 0);
    }
    return month == r->start.month || given(rule->by_day) || given(rule->by_month_day) ||
           given(rule->by_year_day);
}

/* Fills the days of the next period; false when it lies beyond the last day. */
static bool look_at_period(struct ical_rule *r)
{
    int64_t step = r->period++ * (r->rule.interval > 0 ? r->rule.interval : 1);
    int64_t first;
    r->count = r->next = 0;
    if (r->rule.freq == ICAL_DAILY_RECURRENCE || r->rule.freq == ICAL_WEEKLY_RECURRENCE) {
        bool weekly = r->rule.freq == ICAL_WEEKLY_RECURRENCE;
        int into_week = date_weekday(r->start_day) - weekday_of(r->rule.week_start);
        first = weekly ? r->start_day - floor_mod(into_week, 7) + 7 * step : r->start_day + step;
        for (int64_t day = first; day < first + (weekly ? 7 : 1); day++) {
            look_at(r, (struct looked){day, date_of_days(day)});
        }
        return first <= r->last_day;
    }
    if (r->rule.freq == ICAL_MONTHLY_RECURRENCE) {
        int64_t month = (int64_t)r->start.year * 12 + r->start.month - 1 + step;
        struct date date = {(int32_t)(month / 12), (int32_t)(month % 12) + 1, 1};
        look_at_month(r, date.year, date.month);
        return date_to_days(date) <= r->last_day;
    }
    int32_t year = r->start.year + (int32_t)step;
    --*r->patience;
    for (int32_t month = 1; month <= 12; month++) {
        if (month_may_match(r, month)) {
            look_at_month(r, year, month);
        }
    }
    return date_to_days((struct date){year, 1, 1}) <= r->last_day;
}

static bool chosen_by_place(const struct ical_rule *r, size_t at)
{
    return !given(r->rule.by_set_pos) ||
           holds(r->rule.by_set_pos, (int64_t)at + 1, (int64_t)(r->count - at));
}

void ical_rule_begin(struct ical_rule *r, const struct icalrecurrencetype *rule, int64_t start_day,
                     int64_t last_day, int64_t *patience)
{
    *r = (struct ical_rule){.rule = *rule,
                            .start_day = start_day,
                            .last_day = last_day,
                            .start = date_of_days(start_day),
                            .left = rule->count > 0 ? rule->count : -1,
                            .patience = patience};
    /* libical leaves a full list open; all that follows relies on the end. */
    r->rule.by_month[ICAL_BY_MONTH_SIZE - 1] = END;
    r->rule.by_month_day[ICAL_BY_MONTHDAY_SIZE - 1] = END;
    r->rule.by_year_day[ICAL_BY_YEARDAY_SIZE - 1] = END;
    r->rule.by_day[ICAL_BY_DAY_SIZE - 1] = END;
    r->rule.by_set_pos[ICAL_BY_SETPOS_SIZE - 1] = END;
}

bool ical_rule_next(struct ical_rule *r, int64_t *ret_day)
{
    while (r->left != 0 && *r->patience > 0) {
        while (r->next < r->count) {
            size_t at = r->next++;
            if (r->days[at] > r->last_day) {
                return false;
            }
            if (r->days[at] >= r->start_day && chosen_by_place(r, at)) {
                r->left -= r->left > 0;
                *ret_day = r->days[at];
                return true;
            }
        }
        if (!look_at_period(r)) {
            return false;
        }
    }
    return false;
}
