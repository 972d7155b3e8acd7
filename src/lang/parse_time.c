/* Durations, limits, moments, windows and keys. */
#include "lang/parse.h"

#include <string.h>

/* -- durations -- */

struct spoken_unit {
    const char *one, *many;
    enum unit unit; /* as it stands alone */
    int64_t scale;  /* microseconds, days or months */
};
static const struct spoken_unit units[] = {
    {"second", "seconds", UNIT_ELAPSED, SECOND_US},
    {"minute", "minutes", UNIT_ELAPSED, MINUTE_US},
    {"hour", "hours", UNIT_ELAPSED, HOUR_US},
    {"day", "days", UNIT_DAY, 1},
    {"week", "weeks", UNIT_DAY, 7},
    {"month", "months", UNIT_MONTH, 1},
    {"year", "years", UNIT_MONTH, 12},
};
enum { UNIT_COUNT = sizeof(units) / sizeof(units[0]) };

static const struct spoken_unit *find_unit(struct text word)
{
    for (size_t i = 0; i < UNIT_COUNT; i++) {
        if (text_is(word, units[i].one) || text_is(word, units[i].many)) {
            return &units[i];
        }
    }
    return NULL;
}

/* Whether a word that may begin a duration's unit stands at `ahead`. */
static bool at_unit(const struct parser *p, size_t ahead)
{
    struct token t = parse_peek_ahead(p, ahead);
    return parse_at_ahead(p, ahead, "working") || parse_at_ahead(p, ahead, "calendar") ||
           parse_at_ahead(p, ahead, "full") ||
           (t.kind == TOKEN_WORD && find_unit(parse_text_of(p, t)));
}

bool parse_at_duration(const struct parser *p)
{
    return parse_peek(p).kind == TOKEN_NUMBER && at_unit(p, 1);
}

static bool unknown_unit(struct parser *p)
{
    struct token t = parse_peek(p);
    if (t.kind != TOKEN_WORD) {
        return parse_expected(p, "a unit of time such as hours or working days");
    }
    struct text word = parse_text_of(p, t);
    struct text known[UNIT_COUNT * 2];
    for (size_t i = 0; i < UNIT_COUNT; i++) {
        known[2 * i] = text_of(units[i].many);
        known[2 * i + 1] = text_of(units[i].one);
    }
    parse_fail(p, "unknown-unit", t.span, "\"%.*s\" is no unit of time", TEXT_ARG(word));
    diagnostic_suggest_name(p->d, word, known, UNIT_COUNT * 2);
    return false;
}

enum unit_prefix { PREFIX_NONE, PREFIX_CALENDAR, PREFIX_WORKING, PREFIX_FULL_WORKING };

static bool parse_prefix(struct parser *p, enum unit_prefix *ret)
{
    *ret = PREFIX_NONE;
    if (parse_accept(p, "full")) {
        *ret = PREFIX_FULL_WORKING;
        return parse_expect(p, "working");
    }
    if (parse_accept(p, "working")) {
        *ret = PREFIX_WORKING;
    } else if (parse_accept(p, "calendar")) {
        *ret = PREFIX_CALENDAR;
    }
    return true;
}

/* The unit that prefix and word make together; false where they do not fit. */
static bool combine(enum unit_prefix prefix, const struct spoken_unit *word, enum unit *ret)
{
    bool days = word->unit == UNIT_DAY && word->scale == 1;
    switch (prefix) {
    case PREFIX_NONE:
        *ret = word->unit;
        return true;
    case PREFIX_CALENDAR:
        *ret = UNIT_CALENDAR_DAY;
        return days;
    case PREFIX_WORKING:
        *ret = days ? UNIT_WORKING_DAY : UNIT_WORKING_TIME;
        return days || word->unit == UNIT_ELAPSED;
    case PREFIX_FULL_WORKING:
        *ret = UNIT_FULL_WORKING_DAY;
        return days;
    }
    return false;
}

static bool parse_unit(struct parser *p, enum unit *ret_unit, int64_t *ret_scale)
{
    enum unit_prefix prefix;
    size_t first = p->next;
    if (!parse_prefix(p, &prefix)) {
        return false;
    }
    struct token t = parse_peek(p);
    const struct spoken_unit *word = t.kind == TOKEN_WORD ? find_unit(parse_text_of(p, t)) : NULL;
    if (!word) {
        return unknown_unit(p);
    }
    p->next++;
    if (!combine(prefix, word, ret_unit)) {
        parse_fail(p, "unknown-unit", parse_span_from(p, first), "there is no such unit of time");
        diagnostic_suggest(p->d, "there are calendar days, working minutes, working hours, working "
                                 "days and full working days");
        return false;
    }
    *ret_scale = word->scale;
    return true;
}

/* A number with up to six decimals, times scale. Longer than the calendar is refused, so that
 * sums of a few durations never overflow. */
static bool scale_count(struct text number, int64_t scale, enum unit unit, int64_t *ret)
{
    const bool is_time = unit == UNIT_ELAPSED || unit == UNIT_WORKING_TIME;
    const int64_t longest = is_time              ? 9999 * 366 * DAY_US
                            : unit == UNIT_MONTH ? 9999 * 12
                                                 : 9999 * 366;
    int64_t whole = 0, part = 0, unit_of_part = scale;
    const char *point = memchr(number.ptr, '.', number.len);
    struct text before = {number.ptr, point ? (size_t)(point - number.ptr) : number.len};
    if (!text_to_int64(before, &whole) || __builtin_mul_overflow(whole, scale, &whole)) {
        return false;
    }
    for (const char *c = point ? point + 1 : NULL; c && c < number.ptr + number.len; c++) {
        if (!is_time || unit_of_part % 10 != 0) {
            return false;
        }
        unit_of_part /= 10;
        part += (*c - '0') * unit_of_part;
    }
    *ret = whole + part;
    return whole >= 0 && whole <= longest && *ret > 0;
}

static bool needs_calendar(enum unit unit)
{
    return unit == UNIT_WORKING_TIME || unit == UNIT_WORKING_DAY || unit == UNIT_FULL_WORKING_DAY;
}

static bool parse_calendar_name(struct parser *p, int *ret)
{
    struct text name;
    if (!parse_name(p, "the name of a calendar", &name)) {
        return false;
    }
    *ret = names_look_up(&p->calendars, name);
    if (*ret < 0) {
        parse_unknown(p, "unknown-calendar", "calendar", parse_last_span(p), &p->calendars);
    }
    return true;
}

static bool parse_of_calendar(struct parser *p, size_t first, int *ret)
{
    if (!parse_accept(p, "of")) {
        parse_fail(p, "missing-calendar", parse_span_from(p, first),
                   "working time needs a calendar");
        struct text calendar = p->calendars.count ? p->calendars.list[0] : TEXT("office");
        diagnostic_suggest(p->d, "write \"of\" and its name, such as: of %.*s", TEXT_ARG(calendar));
        return false;
    }
    return parse_calendar_name(p, ret);
}

bool parse_duration(struct parser *p, enum duration_form form, struct duration *ret)
{
    size_t first = p->next;
    struct duration d = {.calendar = -1};
    struct text number = TEXT("1");
    int64_t scale = 1;
    if (parse_peek(p).kind == TOKEN_NUMBER) {
        number = parse_text_of(p, parse_take(p));
    } else if (form != DURATION_OR_UNIT || !at_unit(p, 0)) {
        return parse_expected(p, "a duration such as 4 hours or 10 working days of a calendar");
    }
    if (!parse_unit(p, &d.unit, &scale)) {
        return false;
    }
    if (!scale_count(number, scale, d.unit, &d.count)) {
        parse_fail(p, "bad-duration", parse_span_from(p, first),
                   "a duration is more than 0 and less than 10000 years");
        diagnostic_suggest(p->d, "days, weeks, months and years come in whole numbers");
        return false;
    }
    if (needs_calendar(d.unit) && !parse_of_calendar(p, first, &d.calendar)) {
        return false;
    }
    d.words = parse_words_from(p, first);
    *ret = d;
    return true;
}

bool parse_fixed_duration(struct parser *p, int64_t *ret_us)
{
    struct duration d = {0};
    size_t first = p->next;
    if (!parse_duration(p, DURATION_COUNTED, &d)) {
        return false;
    }
    if (d.unit == UNIT_DAY && d.count <= 9999 * 366) {
        *ret_us = d.count * DAY_US;
        return true;
    }
    if (d.unit != UNIT_ELAPSED) {
        parse_fail(p, "unfit-unit", parse_span_from(p, first),
                   "an attribute is compared with durations of fixed length only");
        diagnostic_suggest(p->d, "use seconds, minutes, hours, days or weeks");
        return false;
    }
    *ret_us = d.count;
    return true;
}

/* -- limits -- */

static bool parse_counting(struct parser *p, int *ret_calendar)
{
    return parse_expect(p, "from") && parse_expect(p, "next") && parse_expect(p, "opening") &&
           parse_expect(p, "of") && parse_calendar_name(p, ret_calendar);
}

static bool parse_table_name(struct parser *p, struct limit *limit)
{
    struct text name;
    if (!parse_name(p, "a duration or the name of a table", &name)) {
        return false;
    }
    if (at_unit(p, 0)) {
        parse_fail(p, "bad-number", parse_last_span(p), "\"%.*s\" is not a number", TEXT_ARG(name));
        diagnostic_suggest(p->d, "write it in digits, such as: 4 hours");
        return false;
    }
    limit->kind = LIMIT_TABLE;
    limit->table = names_look_up(&p->tables, name);
    if (limit->table < 0) {
        parse_unknown(p, "unknown-table", "table", parse_last_span(p), &p->tables);
    }
    return true;
}

bool parse_limit(struct parser *p, enum duration_form form, struct limit *ret)
{
    size_t first = p->next;
    struct limit limit = {.kind = LIMIT_DURATION, .table = -1, .from_next_opening_of = -1};
    limit.end_of = parse_accept_two(p, "end", "of");
    if (parse_peek(p).kind == TOKEN_WORD && !at_unit(p, 0)) {
        if (!parse_table_name(p, &limit)) {
            return false;
        }
    } else if (!parse_duration(p, form, &limit.duration)) {
        return false;
    }
    if (parse_accept(p, "counting") && !parse_counting(p, &limit.from_next_opening_of)) {
        return false;
    }
    limit.span = parse_span_from(p, first);
    *ret = limit;
    return true;
}

/* -- moments -- */

bool parse_moment_base(struct parser *p, struct moment *ret)
{
    struct token t = parse_peek(p);
    struct text written = parse_text_of(p, t);
    struct date date;
    if (t.kind == TOKEN_DATE && date_parse(written, &date)) {
        ret->kind = MOMENT_LITERAL;
        ret->literal_is_local = true;
        ret->literal_us = date_to_days(date) * DAY_US;
    } else if (t.kind == TOKEN_MOMENT && moment_parse(written, &ret->literal_us)) {
        ret->kind = MOMENT_LITERAL;
    } else {
        ret->kind = MOMENT_ATTRIBUTE;
        return parse_name(p, "an attribute that holds a moment, or a date", &ret->attribute);
    }
    p->next++;
    return true;
}

bool parse_moment(struct parser *p, struct moment *ret)
{
    size_t first = p->next;
    struct moment m = {.by = {.calendar = -1}};
    if (parse_peek(p).kind == TOKEN_NUMBER) {
        if (!parse_duration(p, DURATION_COUNTED, &m.by)) {
            return false;
        }
        m.shift = parse_at(p, "before") ? -1 : 1;
        if (!parse_accept(p, "before") && !parse_accept(p, "after")) {
            return parse_expected(p, "\"before\" or \"after\" and a moment");
        }
    }
    if (!parse_moment_base(p, &m)) {
        return false;
    }
    m.span = parse_span_from(p, first);
    *ret = m;
    return true;
}

/* -- windows -- */

static const struct {
    const char *word;
    enum window_kind kind;
} windows[] = {
    {"day", WINDOW_DAY},         {"week", WINDOW_WEEK}, {"month", WINDOW_MONTH},
    {"quarter", WINDOW_QUARTER}, {"year", WINDOW_YEAR},
};

bool parse_each(struct parser *p, struct window *ret)
{
    struct window w = {.month = 1, .day = 1};
    for (size_t i = 0; i < sizeof(windows) / sizeof(windows[0]) && !w.kind; i++) {
        if (parse_accept(p, windows[i].word)) {
            w.kind = windows[i].kind;
        }
    }
    if (w.kind == WINDOW_NONE) {
        return parse_expected(p, "day, week, month, quarter or year");
    }
    if (w.kind == WINDOW_YEAR && parse_accept(p, "from")) {
        struct token t = parse_peek(p);
        if (t.kind != TOKEN_MONTH_DAY) {
            return parse_expected(p, "the day on which the year begins, such as 04-01");
        }
        const char *digits = parse_text_of(p, parse_take(p)).ptr;
        w.month = (digits[0] - '0') * 10 + digits[1] - '0';
        w.day = (digits[3] - '0') * 10 + digits[4] - '0';
        if (w.month == 2 && w.day == 29) {
            return parse_fail(p, "no-such-date", t.span, "a year cannot begin on 29 February");
        }
    }
    *ret = w;
    return true;
}

bool parse_at_window(const struct parser *p)
{
    return parse_at(p, "each") || parse_at_two(p, "in", "any");
}

bool parse_window(struct parser *p, struct window *ret)
{
    if (parse_accept(p, "each")) {
        return parse_each(p, ret);
    }
    if (!parse_accept_two(p, "in", "any")) {
        return parse_expected(p, "a window such as \"in any 7 days\" or \"each month\"");
    }
    struct window w = {.kind = WINDOW_ROLLING};
    if (!parse_duration(p, DURATION_OR_UNIT, &w.rolling)) {
        return false;
    }
    *ret = w;
    return true;
}

bool parse_key(struct parser *p, struct key *ret)
{
    struct key key = {.kind = KEY_ATTRIBUTE};
    if (!parse_name(p, "\"thread\", \"customer\" or an attribute", &key.attribute)) {
        return false;
    }
    if (text_is(key.attribute, "thread")) {
        key.kind = KEY_THREAD;
    } else if (text_is(key.attribute, "customer")) {
        key.kind = KEY_CUSTOMER;
    }
    *ret = key;
    return true;
}
