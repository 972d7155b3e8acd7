#include "lang/span_words.h"

static const struct {
    const char *english[2], *portuguese[2], *spanish[2]; /* of one, of more */
} units[] = {
    {{"microsecond", "microseconds"},
     {"microssegundo", "microssegundos"},
     {"microsegundo", "microsegundos"}},
    {{"second", "seconds"}, {"segundo", "segundos"}, {"segundo", "segundos"}},
    {{"minute", "minutes"}, {"minuto", "minutos"}, {"minuto", "minutos"}},
    {{"hour", "hours"}, {"hora", "horas"}, {"hora", "horas"}},
    {{"day", "days"}, {"dia", "dias"}, {"día", "días"}},
    {{"week", "weeks"}, {"semana", "semanas"}, {"semana", "semanas"}},
    {{"month", "months"}, {"mês", "meses"}, {"mes", "meses"}},
    {{"year", "years"}, {"ano", "anos"}, {"año", "años"}},
    {{"calendar day", "calendar days"},
     {"dia corrido", "dias corridos"},
     {"día natural", "días naturales"}},
    {{"working second", "working seconds"},
     {"segundo útil", "segundos úteis"},
     {"segundo hábil", "segundos hábiles"}},
    {{"working minute", "working minutes"},
     {"minuto útil", "minutos úteis"},
     {"minuto hábil", "minutos hábiles"}},
    {{"working hour", "working hours"},
     {"hora útil", "horas úteis"},
     {"hora hábil", "horas hábiles"}},
    {{"working day", "working days"}, {"dia útil", "dias úteis"}, {"día hábil", "días hábiles"}},
    {{"full working day", "full working days"},
     {"dia útil completo", "dias úteis completos"},
     {"día hábil completo", "días hábiles completos"}},
};

/* The words for one or more of a unit, as a Code names it; NULL: not known. */
static const char *unit_word(enum language l, struct text unit, bool is_one)
{
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        if (text_is(unit, units[i].english[0]) || text_is(unit, units[i].english[1])) {
            return l == LANGUAGE_PORTUGUESE ? units[i].portuguese[!is_one]
                                            : units[i].spanish[!is_one];
        }
    }
    return NULL;
}

/* In Portuguese one and a half is still singular. */
static bool is_one(enum language l, struct text number)
{
    bool is_part = number.len > 1 && number.ptr[1] == '.';
    return number.len == 0 || text_is(number, "1") ||
           (l == LANGUAGE_PORTUGUESE && is_part && number.ptr[0] <= '1');
}

static struct text cut_number(struct text *unit)
{
    struct text number = {unit->ptr, 0};
    if (unit->len && unit->ptr[0] >= '0' && unit->ptr[0] <= '9') {
        while (number.len < unit->len && unit->ptr[number.len] != ' ') {
            number.len++;
        }
        *unit = text_trim((struct text){unit->ptr + number.len, unit->len - number.len});
    }
    return number;
}

static struct text cut_calendar(struct text *unit)
{
    static const struct text of = TEXT(" of ");
    for (size_t i = 0; i + of.len < unit->len; i++) {
        if (text_starts((struct text){unit->ptr + i, unit->len - i}, of)) {
            struct text calendar = {unit->ptr + i + of.len, unit->len - i - of.len};
            unit->len = i;
            return calendar;
        }
    }
    return (struct text){0};
}

void span_say(struct buf *out, enum language l, enum span_form form, const struct duration *d,
              struct text *ret_calendar)
{
    struct text unit = d->words;
    struct text number = cut_number(&unit);
    struct text calendar = cut_calendar(&unit);
    const char *word = unit_word(l, unit, is_one(l, number));
    *ret_calendar = (struct text){0};
    if (l == LANGUAGE_ENGLISH || !word) {
        buf_add_text(out, d->words);
        return;
    }
    if (!number.len && form == SPAN_COUNTED) {
        number = TEXT("1");
    }
    for (size_t i = 0; i < number.len; i++) {
        buf_add_char(out, number.ptr[i] == '.' ? ',' : number.ptr[i]);
    }
    buf_addf(out, "%s%s", number.len ? " " : "", word);
    *ret_calendar = calendar;
}
