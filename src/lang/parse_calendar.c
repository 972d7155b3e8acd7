/* Calendars: opening spells and closures. */
#include "lang/parse.h"

#include "lang/parse_days.h"

/* -- days -- */

static const char *const day_names[7] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

static bool parse_day(struct parser *p, int *ret)
{
    for (int i = 0; i < 7; i++) {
        if (parse_accept(p, day_names[i])) {
            *ret = i;
            return true;
        }
    }
    parse_expected(p, "days such as mon..fri or sat, sun");
    diagnostic_suggest(p->d, "days are written mon, tue, wed, thu, fri, sat and sun");
    return false;
}

bool parse_days(struct parser *p, unsigned *ret)
{
    unsigned days = 0;
    do {
        int first, last;
        if (!parse_day(p, &first)) {
            return false;
        }
        last = first;
        if (parse_accept(p, "..") && !parse_day(p, &last)) {
            return false;
        }
        for (int day = first; day != last; day = (day + 1) % 7) {
            days |= 1u << day;
        }
        days |= 1u << last;
    } while (parse_accept(p, ","));
    *ret = days;
    return true;
}

/* -- open -- */

static bool parse_time(struct parser *p, int32_t *ret_s)
{
    struct token t = parse_peek(p);
    if (t.kind != TOKEN_TIME) {
        return parse_expected(p, "opening hours such as 08:30-17:00");
    }
    const char *digits = parse_text_of(p, parse_take(p)).ptr;
    int32_t parts[3] = {0};
    for (uint32_t i = 0; i * 3 < t.span.length; i++) {
        parts[i] = (digits[3 * i] - '0') * 10 + digits[3 * i + 1] - '0';
    }
    *ret_s = parts[0] * 3600 + parts[1] * 60 + parts[2];
    return true;
}

static bool parse_spell_times(struct parser *p, struct spell *spell)
{
    size_t first = p->next;
    if (!parse_time(p, &spell->from_s) || !parse_expect(p, "-") ||
        !parse_time(p, &spell->until_s)) {
        return false;
    }
    if (spell->until_s <= spell->from_s) {
        parse_fail(p, "bad-spell", parse_span_from(p, first),
                   "opening hours end later on the same day than they begin");
        diagnostic_suggest(p->d, "for hours over midnight write two lines: one up to 24:00, and "
                                 "for the next day one from 00:00");
        return false;
    }
    return true;
}

static void add_spell(struct parser *p, struct calendar_def *calendar, struct spell spell)
{
    struct spell *spells =
        parse_list_grow(p, calendar->spells, calendar->spell_count, sizeof(struct spell));
    spells[calendar->spell_count++] = spell;
    calendar->spells = spells;
}

/* The date that ends the clause counts for all its spells. */
static bool parse_from_date(struct parser *p, struct calendar_def *calendar, size_t first_spell,
                            size_t first_token)
{
    struct date date = {0};
    bool has_date = parse_accept(p, "from");
    if (has_date && !parse_date(p, &date)) {
        return false;
    }
    struct spell *spells = (void *)(uintptr_t)calendar->spells; /* made above: not constant */
    for (size_t i = first_spell; i < calendar->spell_count; i++) {
        spells[i].has_from_date = has_date;
        spells[i].from_date = date;
        spells[i].span = parse_span_from(p, first_token);
    }
    return true;
}

static bool parse_open(struct parser *p, void *context)
{
    struct calendar_def *calendar = context;
    size_t first = p->next - 1, first_spell = calendar->spell_count;
    struct spell spell = {0};
    if (parse_accept(p, "always")) {
        calendar->always = true;
        return true;
    }
    if (!parse_days(p, &spell.days)) {
        return false;
    }
    do {
        if (!parse_spell_times(p, &spell)) {
            return false;
        }
        add_spell(p, calendar, spell);
    } while (parse_accept(p, ","));
    return parse_from_date(p, calendar, first_spell, first);
}

/* -- closed -- */

static bool parse_closed_file(struct parser *p, struct calendar_def *calendar)
{
    struct text name;
    if (!parse_quoted(p, "the name of an iCalendar file, in quotes", &name)) {
        return false;
    }
    struct text *files =
        parse_list_grow(p, calendar->ics_files, calendar->ics_count, sizeof(struct text));
    files[calendar->ics_count++] = name;
    calendar->ics_files = files;
    return true;
}

static bool parse_yearly(struct parser *p, struct closure *closure)
{
    struct token t = parse_peek(p);
    if (t.kind != TOKEN_MONTH_DAY) {
        return parse_expected(p, "a day of the year such as 12-25");
    }
    const char *digits = parse_text_of(p, parse_take(p)).ptr;
    closure->yearly = true;
    closure->date.month = (digits[0] - '0') * 10 + digits[1] - '0';
    closure->date.day = (digits[3] - '0') * 10 + digits[4] - '0';
    closure->last = closure->date;
    return true;
}

static bool parse_dated(struct parser *p, struct closure *closure)
{
    size_t first = p->next;
    if (!parse_date(p, &closure->date)) {
        return false;
    }
    closure->last = closure->date;
    if (parse_accept(p, "..") && !parse_date(p, &closure->last)) {
        return false;
    }
    if (date_to_days(closure->last) < date_to_days(closure->date)) {
        parse_fail(p, "empty-dates", parse_span_from(p, first),
                   "these dates end before they begin");
        diagnostic_suggest(p->d, "write the earlier day first");
        return false;
    }
    return true;
}

static bool parse_closed(struct parser *p, void *context)
{
    struct calendar_def *calendar = context;
    size_t first = p->next - 1;
    struct closure closure = {0};
    if (parse_accept(p, "from")) {
        return parse_closed_file(p, calendar);
    }
    if (!(parse_accept(p, "every") ? parse_yearly(p, &closure) : parse_dated(p, &closure))) {
        return false;
    }
    if (!parse_at_end(p) && !parse_quoted(p, "the reason in quotes", &closure.reason)) {
        return false;
    }
    closure.span = parse_span_from(p, first);
    struct closure *closures =
        parse_list_grow(p, calendar->closures, calendar->closure_count, sizeof(struct closure));
    closures[calendar->closure_count++] = closure;
    calendar->closures = closures;
    return true;
}

static bool parse_zone(struct parser *p, void *context)
{
    struct calendar_def *calendar = context;
    return parse_zone_name(p, &calendar->zone, &calendar->zone_span);
}

static const struct clause_kind clause_kinds[] = {
    {"zone", NULL, true, parse_zone},
    {"open", NULL, false, parse_open},
    {"closed", NULL, false, parse_closed},
};

void parse_calendar_block(struct parser *p, struct block *b, struct calendar_def *calendar)
{
    calendar->name = b->name;
    calendar->span = b->name_span;
    struct clauses clauses = {
        .kinds = clause_kinds,
        .count = sizeof(clause_kinds) / sizeof(clause_kinds[0]),
        .of = "a calendar",
        .context = calendar,
    };
    b->broken = b->broken || !parse_expect_end(p);
    parse_clauses(p, b, &clauses);
}
