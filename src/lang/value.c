#include "lang/value.h"

#include "base/moment.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* -- durations -- */

/* Takes "12" or "1.5" off the front of t, as millionths. More than six decimals are malformed. */
static bool take_number(struct text *t, int64_t *ret_millionths)
{
    int64_t n = 0;
    size_t i = 0;
    int decimals = -1;
    for (; i < t->len && decimals < 6; i++) {
        if (t->ptr[i] == '.' && decimals < 0 && i > 0) {
            decimals = 0;
            continue;
        }
        if (!is_digit(t->ptr[i])) {
            break;
        }
        if (__builtin_mul_overflow(n, 10, &n) || __builtin_add_overflow(n, t->ptr[i] - '0', &n)) {
            return false;
        }
        decimals += decimals >= 0;
    }
    if (i == 0 || decimals == 0) {
        return false;
    }
    for (int d = decimals < 0 ? 0 : decimals; d < 6; d++) {
        if (__builtin_mul_overflow(n, 10, &n)) {
            return false;
        }
    }
    t->ptr += i;
    t->len -= i;
    *ret_millionths = n;
    return true;
}

static bool add_scaled(int64_t *sum_us, int64_t millionths, int64_t seconds)
{
    int64_t us;
    return !__builtin_mul_overflow(millionths, seconds, &us) &&
           !__builtin_add_overflow(*sum_us, us, sum_us);
}

struct iso_part {
    char letter;
    int32_t seconds;
};
static const struct iso_part iso_days[] = {{'W', 604800}, {'D', 86400}};
static const struct iso_part iso_times[] = {{'H', 3600}, {'M', 60}, {'S', 1}};

/* Reads parts such as "2D" in the order of the table, each at most once; *parts counts them. */
static bool take_iso_parts(struct text *t, const struct iso_part *table, size_t rows, int *parts,
                           int64_t *us)
{
    size_t row = 0;
    int64_t n;
    while (t->len && t->ptr[0] != 'T') {
        if (!take_number(t, &n) || t->len == 0) {
            return false;
        }
        while (row < rows && table[row].letter != t->ptr[0]) {
            row++;
        }
        if (row == rows || !add_scaled(us, n, table[row].seconds)) {
            return false;
        }
        row++;
        (*parts)++;
        t->ptr++;
        t->len--;
    }
    return true;
}

/* ISO 8601 without years and months, whose length is not fixed: "P1W", "P2DT4H", "PT0.5S". */
static bool parse_iso(struct text t, int64_t *ret_us)
{
    int days = 0, times = 0;
    int64_t us = 0;
    t.ptr++;
    t.len--;
    if (!take_iso_parts(&t, iso_days, 2, &days, &us)) {
        return false;
    }
    if (t.len) {
        t.ptr++; /* the T */
        t.len--;
        if (!take_iso_parts(&t, iso_times, 3, &times, &us) || t.len || times == 0) {
            return false;
        }
    }
    if (days + times == 0) {
        return false;
    }
    *ret_us = us;
    return true;
}

static const struct {
    const char *one, *many;
    int32_t seconds;
} spoken_units[] = {
    {"second", "seconds", 1}, {"minute", "minutes", 60}, {"hour", "hours", 3600},
    {"day", "days", 86400},   {"week", "weeks", 604800},
};

static bool parse_spoken(struct text t, int64_t *ret_us)
{
    int64_t n, us = 0;
    if (!take_number(&t, &n) || t.len == 0 || t.ptr[0] != ' ') {
        return false;
    }
    t = text_trim(t);
    for (size_t i = 0; i < sizeof(spoken_units) / sizeof(spoken_units[0]); i++) {
        if (text_is(t, spoken_units[i].one) || text_is(t, spoken_units[i].many)) {
            if (!add_scaled(&us, n, spoken_units[i].seconds)) {
                return false;
            }
            *ret_us = us;
            return true;
        }
    }
    return false;
}

bool duration_parse(struct text t, int64_t *ret_us)
{
    t = text_trim(t);
    return t.len && (t.ptr[0] == 'P' ? parse_iso(t, ret_us) : parse_spoken(t, ret_us));
}

/* -- reading a value as another type -- */

static bool number_shaped(struct text t)
{
    size_t i = t.len && t.ptr[0] == '-';
    size_t digits = i;
    for (; i < t.len && is_digit(t.ptr[i]); i++) {
    }
    if (i == digits) {
        return false;
    }
    if (i < t.len && t.ptr[i] == '.') {
        digits = ++i;
        for (; i < t.len && is_digit(t.ptr[i]); i++) {
        }
        if (i == digits) {
            return false;
        }
    }
    if (i < t.len && (t.ptr[i] == 'e' || t.ptr[i] == 'E')) {
        i++;
        i += i < t.len && (t.ptr[i] == '-' || t.ptr[i] == '+');
        digits = i;
        for (; i < t.len && is_digit(t.ptr[i]); i++) {
        }
        if (i == digits) {
            return false;
        }
    }
    return i == t.len;
}

static bool text_to_number(struct text t, double *ret)
{
    char digits[64];
    if (t.len >= sizeof(digits) || !number_shaped(t)) {
        return false;
    }
    memcpy(digits, t.ptr, t.len);
    digits[t.len] = '\0';
    *ret = strtod(digits, NULL);
    return isfinite(*ret);
}

/* The shortest text that reads back equal, as json_number() writes it. */
static struct text number_to_text(double number, char out[VALUE_NUMBER_TEXT])
{
    for (int precision = 15; precision <= 17; precision++) {
        snprintf(out, VALUE_NUMBER_TEXT, "%.*g", precision, number);
        if (strtod(out, NULL) == number) {
            break;
        }
    }
    return text_of(out);
}

static bool text_to_bool(struct text t, bool *ret)
{
    *ret = text_is(t, "true");
    return *ret || text_is(t, "false");
}

static struct value text_as(struct text t, enum value_type type)
{
    struct value v = {.type = VALUE_NONE};
    bool ok = false;
    switch (type) {
    case VALUE_NUMBER:
        ok = text_to_number(t, &v.number);
        break;
    case VALUE_BOOL:
        ok = text_to_bool(t, &v.boolean);
        break;
    case VALUE_MOMENT:
        ok = moment_parse(t, &v.moment_us);
        break;
    case VALUE_DURATION:
        ok = duration_parse(t, &v.duration_us);
        break;
    case VALUE_MONEY:
        ok = money_parse(t, &v.money);
        break;
    case VALUE_NONE:
    case VALUE_TEXT:
        break;
    }
    v.type = ok ? type : VALUE_NONE;
    return v;
}

static struct value number_as(double number, enum value_type type, char *number_text)
{
    const double longest_s = 9e12; /* in microseconds still well inside int64_t */
    if (type == VALUE_TEXT && number_text && isfinite(number)) {
        return (struct value){.type = type, .text = number_to_text(number, number_text)};
    }
    if (type == VALUE_DURATION && number >= 0 && number <= longest_s) {
        return (struct value){.type = type, .duration_us = llround(number * 1e6)};
    }
    return (struct value){.type = VALUE_NONE};
}

struct value value_as(struct value v, enum value_type type, char number_text[VALUE_NUMBER_TEXT])
{
    if (v.type == type) {
        return v;
    }
    if (v.type == VALUE_TEXT) {
        return text_as(v.text, type);
    }
    if (v.type == VALUE_NUMBER) {
        return number_as(v.number, type, number_text);
    }
    return (struct value){.type = VALUE_NONE};
}
