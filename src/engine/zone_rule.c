#include "engine/zone_rule.h"

#include "base/moment.h"

struct cursor {
    const char *next, *end;
};

static bool take(struct cursor *c, char wanted)
{
    if (c->next == c->end || *c->next != wanted) {
        return false;
    }
    c->next++;
    return true;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool number(struct cursor *c, int32_t most, int32_t *ret)
{
    int32_t value = 0;
    const char *start = c->next;
    while (c->next < c->end && is_digit(*c->next)) {
        value = value * 10 + (*c->next++ - '0');
        if (value > most) {
            return false;
        }
    }
    *ret = value;
    return c->next > start;
}

/* "EST" or "<-03>". */
static bool name(struct cursor *c, struct text *ret)
{
    bool quoted = take(c, '<');
    const char *start = c->next;
    while (c->next < c->end &&
           (is_letter(*c->next) ||
            (quoted && (is_digit(*c->next) || *c->next == '+' || *c->next == '-')))) {
        c->next++;
    }
    *ret = (struct text){start, (size_t)(c->next - start)};
    return ret->len >= 3 && (!quoted || take(c, '>'));
}

/* [+-]h[h[h]][:mm[:ss]] */
static bool clock_time(struct cursor *c, int32_t most_hours, int32_t *ret_s)
{
    int32_t sign = take(c, '-') ? -1 : 1;
    if (sign == 1) {
        (void)take(c, '+');
    }
    int32_t hours, minutes = 0, seconds = 0;
    if (!number(c, most_hours, &hours)) {
        return false;
    }
    if (take(c, ':')) {
        if (!number(c, 59, &minutes) || (take(c, ':') && !number(c, 59, &seconds))) {
            return false;
        }
    }
    *ret_s = sign * (hours * 3600 + minutes * 60 + seconds);
    return true;
}

static bool rule_day(struct cursor *c, struct rule_day *ret)
{
    if (take(c, 'M')) {
        ret->kind = RULE_DAY_OF_MONTH;
        if (!number(c, 12, &ret->month) || ret->month < 1 || !take(c, '.') ||
            !number(c, 5, &ret->week) || ret->week < 1 || !take(c, '.') ||
            !number(c, 6, &ret->day)) {
            return false;
        }
    } else if (take(c, 'J')) {
        ret->kind = RULE_DAY_JULIAN;
        if (!number(c, 365, &ret->day) || ret->day < 1) {
            return false;
        }
    } else {
        ret->kind = RULE_DAY_OF_YEAR;
        if (!number(c, 365, &ret->day)) {
            return false;
        }
    }
    ret->time_s = 2 * 3600;
    return !take(c, '/') || clock_time(c, 167, &ret->time_s);
}

bool zone_rule_parse(struct text footer, struct zone_rule *ret)
{
    struct cursor c = {footer.ptr, footer.ptr + footer.len};
    struct zone_rule r = {0};
    int32_t west_s;
    if (!name(&c, &r.standard_name) || !clock_time(&c, 24, &west_s)) {
        return false;
    }
    r.standard_s = -west_s;
    if (c.next < c.end) {
        r.has_daylight = true;
        r.daylight_s = r.standard_s + 3600;
        if (!name(&c, &r.daylight_name)) {
            return false;
        }
        if (c.next < c.end && *c.next != ',') {
            if (!clock_time(&c, 24, &west_s)) {
                return false;
            }
            r.daylight_s = -west_s;
        }
        if (!take(&c, ',') || !rule_day(&c, &r.daylight_from) || !take(&c, ',') ||
            !rule_day(&c, &r.standard_from) || c.next != c.end) {
            return false;
        }
    }
    *ret = r;
    return true;
}

static int64_t day_in_year(const struct rule_day *r, int32_t year)
{
    int64_t first = date_to_days((struct date){year, 1, 1});
    if (r->kind == RULE_DAY_OF_YEAR) {
        return first + r->day;
    }
    if (r->kind == RULE_DAY_JULIAN) {
        bool after_leap_day = date_days_in_month(year, 2) == 29 && r->day >= 60;
        return first + r->day - 1 + after_leap_day;
    }
    first = date_to_days((struct date){year, r->month, 1});
    int first_weekday = (date_weekday(first) + 1) % 7; /* 0 Sunday */
    int32_t day = (r->day - first_weekday + 7) % 7 + (r->week - 1) * 7;
    if (day >= date_days_in_month(year, r->month)) {
        day -= 7;
    }
    return first + day;
}

void zone_rule_year(const struct zone_rule *r, int32_t year, int64_t *ret_daylight_s,
                    int64_t *ret_standard_s)
{
    *ret_daylight_s =
        day_in_year(&r->daylight_from, year) * 86400 + r->daylight_from.time_s - r->standard_s;
    *ret_standard_s =
        day_in_year(&r->standard_from, year) * 86400 + r->standard_from.time_s - r->daylight_s;
}
