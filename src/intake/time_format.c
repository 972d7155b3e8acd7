#include "intake/time_format.h"

#include <string.h>
#include <strings.h>

#include "base/moment.h"

static const char directives[] = "YymbdHIpMSfzs%";

bool time_format_valid(struct text format, const char **ret_why)
{
    unsigned seen[128] = {0};
    for (size_t i = 0; i < format.len; i++) {
        if (format.ptr[i] != '%') {
            continue;
        }
        char c = i + 1 < format.len ? format.ptr[i + 1] : '\0';
        if (c == '\0' || !strchr(directives, c)) {
            *ret_why = "after % comes one of Y y m b d H I p M S f z s %";
            return false;
        }
        if (c != '%' && seen[(unsigned char)c]++) {
            *ret_why = "a directive stands twice";
            return false;
        }
        i++;
    }
    bool whole_day =
        (seen['Y'] || seen['y']) && (seen['m'] || seen['b']) && seen['d'] && !seen['s'];
    if (!whole_day && !seen['s']) {
        *ret_why = "it must name year, month and day, such as %Y-%m-%d, or be %s";
        return false;
    }
    if ((seen['I'] != 0) != (seen['p'] != 0)) {
        *ret_why = "%I and %p go together (%H is the hour to 24)";
        return false;
    }
    return true;
}

bool time_format_is_absolute(struct text format)
{
    for (size_t i = 0; i + 1 < format.len; i++) {
        if (format.ptr[i] == '%') {
            i++;
            if (format.ptr[i] == 'z' || format.ptr[i] == 's') {
                return true;
            }
        }
    }
    return false;
}

struct clock_face {
    int64_t year, month, day, hour, minute, second, us, offset_minutes, seconds_since_1970;
    bool hour_is_of_12, is_pm, has_seconds_since_1970;
};

struct input {
    const char *p, *end;
};

static bool at_digit(const struct input *in)
{
    return in->p < in->end && *in->p >= '0' && *in->p <= '9';
}

static bool number(struct input *in, int least, int most, int64_t *ret)
{
    int count = 0;
    int64_t value = 0;
    while (count < most && at_digit(in)) {
        value = value * 10 + (*in->p++ - '0');
        count++;
    }
    *ret = value;
    return count >= least;
}

static bool word(struct input *in, const char *expected, size_t len)
{
    if ((size_t)(in->end - in->p) < len || strncasecmp(in->p, expected, len) != 0) {
        return false;
    }
    in->p += len;
    return true;
}

static bool month_name(struct input *in, int64_t *ret)
{
    static const char *const names[] = {"January",   "February", "March",    "April",
                                        "May",       "June",     "July",     "August",
                                        "September", "October",  "November", "December"};
    for (int64_t i = 0; i < 12; i++) {
        if (word(in, names[i], strlen(names[i])) || word(in, names[i], 3)) {
            *ret = i + 1;
            return true;
        }
    }
    return false;
}

static bool fraction(struct input *in, int64_t *ret_us)
{
    int64_t us = 0, scale = 100000;
    if (!at_digit(in)) {
        return false;
    }
    for (; at_digit(in); in->p++) {
        us += (*in->p - '0') * scale;
        scale /= 10;
    }
    *ret_us = us;
    return true;
}

/* Z, +01:00, +0100 or +01 */
static bool offset(struct input *in, int64_t *ret_minutes)
{
    if (in->p == in->end) {
        return false;
    }
    char sign = *in->p++;
    if (sign == 'Z' || sign == 'z') {
        *ret_minutes = 0;
        return true;
    }
    int64_t hours, minutes = 0;
    if ((sign != '+' && sign != '-') || !number(in, 2, 2, &hours)) {
        return false;
    }
    bool colon = in->p < in->end && *in->p == ':';
    in->p += colon;
    if ((colon || at_digit(in)) && !number(in, 2, 2, &minutes)) {
        return false;
    }
    *ret_minutes = (hours * 60 + minutes) * (sign == '-' ? -1 : 1);
    return hours <= 23 && minutes <= 59;
}

static bool since_1970(struct input *in, struct clock_face *face)
{
    bool negative = in->p < in->end && *in->p == '-';
    in->p += negative;
    int64_t seconds;
    if (!number(in, 1, 12, &seconds)) {
        return false;
    }
    face->seconds_since_1970 = negative ? -seconds : seconds;
    face->has_seconds_since_1970 = true;
    return true;
}

static bool directive(struct input *in, char c, struct clock_face *face)
{
    switch (c) {
    case 'Y':
        return number(in, 4, 4, &face->year);
    case 'y':
        if (!number(in, 2, 2, &face->year)) {
            return false;
        }
        face->year += face->year >= 69 ? 1900 : 2000;
        return true;
    case 'm':
        return number(in, 1, 2, &face->month);
    case 'b':
        return month_name(in, &face->month);
    case 'd':
        return number(in, 1, 2, &face->day);
    case 'I':
        face->hour_is_of_12 = true;
        return number(in, 1, 2, &face->hour);
    case 'H':
        return number(in, 1, 2, &face->hour);
    case 'p':
        face->is_pm = word(in, "PM", 2);
        return face->is_pm || word(in, "AM", 2);
    case 'M':
        return number(in, 1, 2, &face->minute);
    case 'S':
        return number(in, 1, 2, &face->second);
    case 'f':
        return fraction(in, &face->us);
    case 'z':
        return offset(in, &face->offset_minutes);
    case 's':
        return since_1970(in, face);
    default: /* % */
        return word(in, "%", 1);
    }
}

static bool instant(struct clock_face *face, int64_t *ret_us)
{
    static const int64_t most = INT64_C(253402300799); /* the last second of 9999 */
    if (face->has_seconds_since_1970) {
        *ret_us = face->seconds_since_1970 * SECOND_US + face->us;
        return face->seconds_since_1970 >= -INT64_C(62135596800) &&
               face->seconds_since_1970 <= most;
    }
    if (face->hour_is_of_12) {
        if (face->hour < 1 || face->hour > 12) {
            return false;
        }
        face->hour = face->hour % 12 + (face->is_pm ? 12 : 0);
    }
    struct date date = {(int32_t)face->year, (int32_t)face->month, (int32_t)face->day};
    if (!date_valid(date) || face->hour > 23 || face->minute > 59 || face->second > 59) {
        return false;
    }
    *ret_us = date_to_days(date) * DAY_US + face->hour * HOUR_US +
              (face->minute - face->offset_minutes) * MINUTE_US + face->second * SECOND_US +
              face->us;
    return true;
}

bool time_format_read(struct text format, struct text t, int64_t *ret_us)
{
    struct clock_face face = {0};
    struct input in = {t.ptr, t.ptr + t.len};
    for (size_t i = 0; i < format.len; i++) {
        char c = format.ptr[i];
        bool fits;
        if (c == '%') {
            fits = directive(&in, format.ptr[++i], &face);
        } else if (c == ' ') {
            fits = word(&in, " ", 1);
            while (in.p < in.end && *in.p == ' ') {
                in.p++;
            }
        } else {
            fits = in.p < in.end && *in.p++ == c;
        }
        if (!fits) {
            return false;
        }
    }
    return in.p == in.end && instant(&face, ret_us);
}
