/* The Code's own clauses, principles and groups. */
#include "lang/check_part.h"

/* The first parts of names in the tz database, and the whole names without a part. */
static const struct text zone_areas[] = {
    {"Africa", 6}, {"America", 7},  {"Antarctica", 10}, {"Arctic", 6},
    {"Asia", 4},   {"Atlantic", 8}, {"Australia", 9},   {"Brazil", 6},
    {"Canada", 6}, {"Chile", 5},    {"Etc", 3},         {"Europe", 6},
    {"Indian", 6}, {"Mexico", 6},   {"Pacific", 7},     {"US", 2},
};
enum { ZONE_AREAS = sizeof zone_areas / sizeof zone_areas[0] };

static bool is_zone_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '+' || c == '/';
}

static struct text zone_area(struct text zone)
{
    size_t i = 0;
    while (i < zone.len && zone.ptr[i] != '/')
        i++;
    return (struct text){zone.ptr, i};
}

static bool zone_looks_known(struct text zone)
{
    if (text_is(zone, "UTC"))
        return true;
    struct text area = zone_area(zone);
    for (size_t i = 0; i < zone.len; i++)
        if (!is_zone_letter(zone.ptr[i]))
            return false;
    for (size_t i = 0; i < ZONE_AREAS; i++)
        if (text_eq(area, zone_areas[i]))
            return zone.len > area.len + 1;
    return false;
}

/* Whether the tz database really holds the name is asked where files may be read. */
static void check_zone_name(struct text zone, struct span span, struct diagnostics *d)
{
    if (zone.len == 0 || zone_looks_known(zone))
        return;
    diagnostic_add(d, SEVERITY_ERROR, "unknown-zone", span,
                   "\"%.*s\" is not the name of a time zone", TEXT_ARG(zone));
    struct text area = zone_area(zone);
    struct text near = name_nearest(area, zone_areas, ZONE_AREAS);
    if (near.len > 0 && area.len < zone.len)
        diagnostic_suggest(d, "did you mean \"%.*s%.*s\"?", TEXT_ARG(near),
                           (int)(zone.len - area.len), zone.ptr + area.len);
    else
        diagnostic_suggest(d, "name a place, as in America/New_York or Europe/Lisbon: it knows "
                              "when the clocks change");
}

static void check_zones(const struct code *code, struct diagnostics *d)
{
    if (code->zone.len == 0) {
        diagnostic_add(d, SEVERITY_ERROR, "missing-zone", code->span,
                       "the Code names no time zone");
        diagnostic_suggest(d, "add a clause to the code block: zone America/New_York");
    }
    check_zone_name(code->zone, code->zone_span, d);
    for (size_t i = 0; i < code->calendar_count; i++)
        if (code->calendars[i].zone_span.line > 0)
            check_zone_name(code->calendars[i].zone, code->calendars[i].zone_span, d);
}

static bool is_listed(struct text name, const struct text *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (text_eq(names[i], name))
            return true;
    return false;
}

static void check_twice(const struct text *names, size_t count, const char *what, struct span span,
                        struct diagnostics *d)
{
    for (size_t i = 1; i < count; i++) {
        if (!is_listed(names[i], names, i))
            continue;
        diagnostic_add(d, SEVERITY_WARNING, "named-twice", span, "%s \"%.*s\" stands here twice",
                       what, TEXT_ARG(names[i]));
        diagnostic_suggest(d, "leave one of them out");
    }
}

static void check_review(const struct code *code, struct diagnostics *d)
{
    if (!code->has_review)
        return;
    struct duration day = {.unit = UNIT_ELAPSED, .count = DAY_US, .calendar = -1};
    struct duration decade = {.unit = UNIT_MONTH, .count = 120, .calendar = -1};
    bool often = code->review.unit == UNIT_ELAPSED && !duration_surely_longer(code->review, day);
    bool rare = duration_surely_longer(code->review, decade);
    if (!often && !rare)
        return;
    diagnostic_add(d, SEVERITY_WARNING, "review-period", code->span,
                   "a review every %.*s comes too %s to change anything",
                   TEXT_ARG(code->review.words), often ? "often" : "rarely");
    diagnostic_suggest(d, "choose a period that people keep, such as: review every 6 months");
}

static void check_principles(const struct code *code, struct diagnostics *d)
{
    for (size_t i = 0; i < code->principle_count; i++) {
        const struct principle *p = &code->principles[i];
        bool used = false;
        for (size_t k = 0; k < code->promise_count; k++)
            used = used || code->promises[k].principle == (int)i;
        if (used)
            continue;
        diagnostic_add(d, SEVERITY_WARNING, "idle-principle", p->span,
                       "no promise stands under the principle \"%.*s\"", TEXT_ARG(p->name));
        diagnostic_suggest(d, "make a promise that shows it: promise NAME under %.*s",
                           TEXT_ARG(p->name));
    }
}

void check_header(const struct code *code, struct diagnostics *d)
{
    check_zones(code, d);
    check_review(code, d);
    check_twice(code->channels, code->channel_count, "channel", code->channels_span, d);
    for (size_t i = 0; i < code->group_count; i++)
        check_twice(code->groups[i].members, code->groups[i].member_count, "member",
                    code->groups[i].span, d);
    check_principles(code, d);
    if (code->promise_count == 0) {
        diagnostic_add(d, SEVERITY_WARNING, "no-promises", code->span,
                       "this Code promises nothing yet");
        diagnostic_suggest(d, "add a block that begins: promise NAME under PRINCIPLE");
    }
}

void check_permission(const struct permission *p, struct diagnostics *d)
{
    for (size_t i = 1; i < p->grant_count; i++) {
        for (size_t k = 0; k < i; k++) {
            const struct grant *a = &p->grants[k], *b = &p->grants[i];
            if (!text_eq(a->act, b->act) || !text_eq(a->role, b->role) ||
                !key_same(a->key, b->key) ||
                !text_eq(text_of(a->up_to.currency), text_of(b->up_to.currency)))
                continue;
            diagnostic_add(d, SEVERITY_ERROR, "duplicate-grant", b->span,
                           "line %u already says how much may be given by \"%.*s\"",
                           (unsigned)a->span.line, TEXT_ARG(b->role));
            diagnostic_suggest(d, "keep the line with the right amount and remove the other");
        }
    }
}
