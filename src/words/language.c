#include "words/language.h"

#include <assert.h>
#include <string.h>

static const struct {
    const char *tag, *name;
    const char *months[12];
    const char *weekdays[7];
} languages[LANGUAGES] = {
    [LANGUAGE_ENGLISH] = {"en",
                          "English",
                          {"January", "February", "March", "April", "May", "June", "July", "August",
                           "September", "October", "November", "December"},
                          {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
                           "Sunday"}},
    [LANGUAGE_PORTUGUESE] = {"pt-BR",
                             "Português",
                             {"janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho",
                              "agosto", "setembro", "outubro", "novembro", "dezembro"},
                             {"segunda-feira", "terça-feira", "quarta-feira", "quinta-feira",
                              "sexta-feira", "sábado", "domingo"}},
    [LANGUAGE_SPANISH] = {"es",
                          "Español",
                          {"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto",
                           "septiembre", "octubre", "noviembre", "diciembre"},
                          {"lunes", "martes", "miércoles", "jueves", "viernes", "sábado",
                           "domingo"}},
};

const char *const language_tags[] = {"en", "pt-BR", "es", NULL};

const char *language_tag(enum language l)
{
    return languages[l].tag;
}

const char *language_name(enum language l)
{
    return languages[l].name;
}

const char *language_month(enum language l, int32_t month)
{
    assert(month >= 1 && month <= 12);
    return languages[l].months[month - 1];
}

const char *language_weekday(enum language l, int32_t weekday)
{
    assert(weekday >= 0 && weekday < 7);
    return languages[l].weekdays[weekday];
}

/* -- which one -- */

static char small(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* LANGUAGES: none of ours. */
static enum language known(struct text tag)
{
    bool is_short = tag.len == 2 || (tag.len > 2 && tag.ptr[2] == '-');
    for (int i = 0; i < LANGUAGES && is_short; i++) {
        const char *ours = languages[i].tag;
        if (small(tag.ptr[0]) == ours[0] && small(tag.ptr[1]) == ours[1]) {
            return (enum language)i;
        }
    }
    return (enum language)LANGUAGES;
}

bool language_parse(struct text name, enum language *ret)
{
    if (name.len > 2 && strchr("_.@", name.ptr[2])) {
        name.len = 2;
    }
    enum language l = known(name);
    if (l == (enum language)LANGUAGES) {
        return false;
    }
    *ret = l;
    return true;
}

/* The part before c, or all; *rest is what comes behind it. */
static struct text part(struct text *rest, char c)
{
    const char *at = rest->len ? memchr(rest->ptr, c, rest->len) : NULL;
    struct text found = {rest->ptr, at ? (size_t)(at - rest->ptr) : rest->len};
    size_t used = found.len + (at ? 1 : 0);
    *rest = (struct text){rest->ptr + used, rest->len - used};
    return text_trim(found);
}

/* "q=0.8" in thousandths; what says nothing is liked best. */
static int liking(struct text parameter)
{
    if (!text_starts(parameter, TEXT("q="))) {
        return 1000;
    }
    int thousandths = 0, unit = 1000;
    for (size_t i = 2; i < parameter.len && unit > 0; i++) {
        char c = parameter.ptr[i];
        if (c >= '0' && c <= '9') {
            thousandths += (c - '0') * unit;
            unit /= 10;
        } else if (c != '.') {
            return 0;
        }
    }
    return thousandths;
}

enum language language_of(struct text wanted, struct text accept)
{
    enum language best = known(wanted);
    if (best != (enum language)LANGUAGES) {
        return best;
    }
    best = LANGUAGE_ENGLISH;
    int most = 0;
    while (accept.len) {
        struct text entry = part(&accept, ',');
        enum language l = known(part(&entry, ';'));
        int liked = liking(text_trim(entry));
        if (l != (enum language)LANGUAGES && liked > most) {
            most = liked;
            best = l;
        }
    }
    return best;
}
