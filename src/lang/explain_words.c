/* Names, values, amounts, days and dates in the reader's language. */
#include "lang/explain_part.h"

#include <inttypes.h>
#include <stdio.h>

struct telling telling_of(struct arena *arena, const struct code *code, enum language l)
{
    return (struct telling){arena, code, l, wording_of(l)};
}

struct text tell(const struct telling *t, const char *pattern, const struct text *values)
{
    struct buf out CLEANUP(buf_release) = {0};
    pattern_fill(&out, pattern, values);
    return arena_text(t->arena, buf_text(&out));
}

/* -- lists -- */

/* In Spanish "y" becomes "e" before the sound of i, and "o" becomes "u" before that of o. */
static const char *last_and(const struct telling *t, struct text next)
{
    bool is_i = text_starts(next, TEXT("i")) || text_starts(next, TEXT("I")) ||
                (text_starts(next, TEXT("hi")) && !text_starts(next, TEXT("hie")));
    return is_i && t->w->last_and_i ? t->w->last_and_i : t->w->last_and;
}

static const char *last_or(const struct telling *t, struct text next)
{
    bool is_o = text_starts(next, TEXT("o")) || text_starts(next, TEXT("O")) ||
                text_starts(next, TEXT("ho"));
    return is_o && t->w->last_or_o ? t->w->last_or_o : t->w->last_or;
}

struct text say_either(const struct telling *t, const struct text *names, size_t count)
{
    struct buf out CLEANUP(buf_release) = {0};
    for (size_t i = 0; i < count; i++) {
        buf_add_str(&out, i == 0 ? "" : i + 1 == count ? last_or(t, names[i]) : ", ");
        buf_add_text(&out, names[i]);
    }
    return arena_text(t->arena, buf_text(&out));
}

struct text say_list(const struct telling *t, const struct text *names, size_t count)
{
    struct buf out CLEANUP(buf_release) = {0};
    for (size_t i = 0; i < count; i++) {
        buf_add_str(&out, i == 0 ? "" : i + 1 == count ? last_and(t, names[i]) : ", ");
        buf_add_text(&out, names[i]);
    }
    return arena_text(t->arena, buf_text(&out));
}

/* -- values -- */

/* With the decimal mark of the language. */
static struct text figure(const struct telling *t, const char *digits)
{
    struct buf out CLEANUP(buf_release) = {0};
    for (const char *c = digits; *c; c++) {
        buf_add_char(&out, *c == '.' ? t->w->decimal_mark : *c);
    }
    return arena_text(t->arena, buf_text(&out));
}

struct text say_money(const struct telling *t, struct money m)
{
    struct buf out CLEANUP(buf_release) = {0};
    money_format(&out, m);
    return figure(t, out.ptr);
}

struct text say_share(const struct telling *t, int32_t ppm)
{
    char digits[32];
    snprintf(digits, sizeof digits, ppm % 10000 ? "%.4g" : "%.0f", (double)ppm / 10000);
    return TELL(t, t->w->share, figure(t, digits));
}

struct text say_times(const struct telling *t, int64_t count)
{
    if (count <= 2) {
        return text_of(count == 1 ? t->w->once : t->w->twice);
    }
    return TELL(t, t->w->times, arena_printf(t->arena, "%" PRId64, count));
}

struct text say_span(const struct telling *t, enum span_form form, struct duration d)
{
    struct buf out CLEANUP(buf_release) = {0};
    struct text calendar;
    span_say(&out, t->language, form, &d, &calendar);
    struct text span = arena_text(t->arena, buf_text(&out));
    return calendar.len ? TELL(t, t->w->of_calendar, span, calendar) : span;
}

static struct text elapsed(const struct telling *t, int64_t us)
{
    static const struct {
        int64_t us;
        const char *name;
    } units[] = {
        {HOUR_US, "hour"}, {MINUTE_US, "minute"}, {SECOND_US, "second"}, {1, "microsecond"}};
    size_t i = 0;
    while (us % units[i].us != 0) {
        i++;
    }
    struct text words = arena_printf(t->arena, "%" PRId64 " %s%s", us / units[i].us, units[i].name,
                                     us == units[i].us ? "" : "s");
    return say_span(t, SPAN_COUNTED, (struct duration){.calendar = -1, .words = words});
}

/* Names as they are, all else in quotes. */
static struct text name_or_quoted(const struct telling *t, struct text text)
{
    bool name = text.len > 0;
    for (size_t i = 0; i < text.len && name; i++) {
        char c = text.ptr[i];
        name = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    }
    return name ? text : TELL(t, "\"{0}\"", text);
}

struct text say_value(const struct telling *t, const struct value *v)
{
    char words[MOMENT_TEXT_SIZE];
    switch (v->type) {
    case VALUE_NONE:
        break;
    case VALUE_TEXT:
        return name_or_quoted(t, v->text);
    case VALUE_NUMBER:
        return figure(t, arena_printf(t->arena, "%.15g", v->number).ptr);
    case VALUE_BOOL:
        return text_of(v->boolean ? t->w->yes : t->w->no);
    case VALUE_MOMENT:
        return arena_text(t->arena, text_of(moment_format(v->moment_us, words)));
    case VALUE_DURATION:
        return elapsed(t, v->duration_us);
    case VALUE_MONEY:
        return say_money(t, v->money);
    }
    return text_of(t->w->nothing);
}

struct text say_key(const struct telling *t, struct key key)
{
    switch (key.kind) {
    case KEY_THREAD:
        return text_of(t->w->thread);
    case KEY_CUSTOMER:
        return text_of(t->w->customer);
    case KEY_ATTRIBUTE:
        break;
    }
    return key.attribute;
}

/* -- days and dates -- */

struct text say_days(const struct telling *t, unsigned days)
{
    struct buf out CLEANUP(buf_release) = {0};
    for (int i = 0; i < 7; i++) {
        if (!(days >> i & 1)) {
            continue;
        }
        int last = i;
        while (last < 6 && (days >> (last + 1) & 1)) {
            last++;
        }
        const char *const *alone = t->w->days_alone;
        struct text run = last == i ? text_of(alone[i])
                          : last == i + 1
                              ? TELL(t, t->w->days_pair, text_of(alone[i]), text_of(alone[last]))
                              : TELL(t, t->w->days_range, text_of(language_weekday(t->language, i)),
                                     text_of(language_weekday(t->language, last)));
        buf_add_str(&out, out.len ? ", " : "");
        buf_add_text(&out, run);
        i = last;
    }
    return arena_text(t->arena, buf_text(&out));
}

static struct text day_of_month(const struct telling *t, int32_t day)
{
    return day == 1 && t->w->first_of_month ? text_of(t->w->first_of_month)
                                            : arena_printf(t->arena, "%" PRId32, day);
}

struct text say_date(const struct telling *t, struct date date)
{
    struct text month = text_of(language_month(t->language, date.month));
    struct text year = arena_printf(t->arena, "%" PRId32, date.year);
    return TELL(t, date.year ? t->w->date : t->w->yearly, day_of_month(t, date.day), month, year);
}

struct text say_dates(const struct telling *t, struct dates dates)
{
    struct text from = {0}, until = {0};
    if (dates.has_from) {
        from = TELL(t, t->w->from, say_date(t, dates.from));
    }
    if (dates.has_until) {
        struct date last = date_of_days(date_to_days(dates.until) - 1);
        until = TELL(t, t->w->until, say_date(t, last));
    }
    return from.len && until.len ? TELL(t, t->w->from_until, from, until) : from.len ? from : until;
}

struct text say_time_of_day(const struct telling *t, int32_t seconds)
{
    return seconds % 60 ? arena_printf(t->arena, "%02d:%02d:%02d", (int)(seconds / 3600),
                                       (int)(seconds / 60 % 60), (int)(seconds % 60))
                        : arena_printf(t->arena, "%02d:%02d", (int)(seconds / 3600),
                                       (int)(seconds / 60 % 60));
}

struct text say_clock(const struct telling *t, int64_t local_us)
{
    int64_t day = floor_div(local_us, DAY_US);
    struct date date = date_of_days(day);
    struct text weekday = text_of(language_weekday(t->language, date_weekday(day)));
    struct text month = text_of(language_month(t->language, date.month));
    if (t->w->is_clock_short) {
        weekday.len = month.len = 3;
    }
    return TELL(t, t->w->clock, weekday, day_of_month(t, date.day), month,
                arena_printf(t->arena, "%" PRId32, date.year),
                say_time_of_day(t, (int32_t)(floor_mod(local_us, DAY_US) / SECOND_US)));
}
