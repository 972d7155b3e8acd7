#include "feature/page/language.h"

#include "base/markup.h"

static const struct {
    const char *english[2], *portuguese[2], *spanish[2]; /* of one, of more */
} units[] = {
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

/* The words for that many of a unit, as a Code names it; NULL: not known. */
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

/* "4 working hours of desk", "day" */
void language_duration(struct buf *out, enum language l, const struct duration *d)
{
    struct text unit = d->words, number = {0}, calendar = {0};
    if (unit.len && unit.ptr[0] >= '0' && unit.ptr[0] <= '9') {
        while (number.len < unit.len && unit.ptr[number.len] != ' ') {
            number.len++;
        }
        number.ptr = unit.ptr;
        unit = text_trim((struct text){unit.ptr + number.len, unit.len - number.len});
    }
    static const struct text of = TEXT(" of ");
    for (size_t i = 0; i + of.len < unit.len && !calendar.len; i++) {
        if (text_starts((struct text){unit.ptr + i, unit.len - i}, of)) {
            calendar = (struct text){unit.ptr + i + of.len, unit.len - i - of.len};
            unit.len = i;
        }
    }
    const char *word = unit_word(l, unit, !number.len || text_is(number, "1"));
    if (l == LANGUAGE_ENGLISH || !word) {
        markup_text(out, d->words);
        return;
    }
    markup_text(out, number);
    buf_addf(out, "%s%s", number.len ? " " : "", word);
    if (calendar.len) {
        buf_add_str(out, " (");
        markup_text(out, calendar);
        buf_add_char(out, ')');
    }
}
