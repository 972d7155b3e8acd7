#include "lang/value.h"

#include <string.h>

/* ISO 4217 (2024): currencies whose minor unit is not a hundredth. */
static const struct {
    char digits;
    const char *codes;
} odd_currencies[] = {
    {0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"},
    {3, "BHD IQD JOD KWD LYD OMR TND"},
    {4, "CLF UYW"},
};

int money_digits(const char currency[4])
{
    if (strlen(currency) == 3) {
        for (size_t i = 0; i < sizeof(odd_currencies) / sizeof(odd_currencies[0]); i++) {
            if (strstr(odd_currencies[i].codes, currency)) {
                return odd_currencies[i].digits;
            }
        }
    }
    return 2;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool parse_currency(struct text t, char ret[4])
{
    if (t.len != 3) {
        return false;
    }
    for (size_t i = 0; i < 3; i++) {
        if (t.ptr[i] < 'A' || t.ptr[i] > 'Z') {
            return false;
        }
        ret[i] = t.ptr[i];
    }
    ret[3] = '\0';
    return true;
}

/* "-12.50" with exactly `digits` decimals, or none, as a whole number of minor units. */
static bool parse_minor(struct text t, int digits, int64_t *ret)
{
    size_t i = t.len && t.ptr[0] == '-';
    const bool negative = i > 0;
    const size_t start = i;
    int64_t minor = 0;
    int decimals = -1; /* read so far; -1 before the point */
    for (; i < t.len; i++) {
        if (t.ptr[i] == '.' && decimals < 0 && i > start) {
            decimals = 0;
            continue;
        }
        if (!is_digit(t.ptr[i]) || __builtin_mul_overflow(minor, 10, &minor) ||
            __builtin_add_overflow(minor, t.ptr[i] - '0', &minor)) {
            return false;
        }
        decimals += decimals >= 0;
    }
    if (i == start || (decimals >= 0 && (decimals == 0 || decimals != digits))) {
        return false;
    }
    for (int missing = decimals < 0 ? digits : 0; missing > 0; missing--) {
        if (__builtin_mul_overflow(minor, 10, &minor)) {
            return false;
        }
    }
    *ret = negative ? -minor : minor;
    return true;
}

bool money_parse(struct text t, struct money *ret)
{
    struct money m;
    t = text_trim(t);
    if (t.len < 5 || t.ptr[t.len - 4] != ' ' ||
        !parse_currency((struct text){t.ptr + t.len - 3, 3}, m.currency)) {
        return false;
    }
    struct text amount = text_trim((struct text){t.ptr, t.len - 4});
    if (!parse_minor(amount, money_digits(m.currency), &m.minor)) {
        return false;
    }
    *ret = m;
    return true;
}

void money_format(struct buf *out, struct money m)
{
    const int digits = money_digits(m.currency);
    uint64_t unit = 1;
    for (int i = 0; i < digits; i++) {
        unit *= 10;
    }
    uint64_t minor = m.minor < 0 ? -(uint64_t)m.minor : (uint64_t)m.minor;
    buf_addf(out, "%s%llu", m.minor < 0 ? "-" : "", (unsigned long long)(minor / unit));
    if (digits) {
        buf_addf(out, ".%0*llu", digits, (unsigned long long)(minor % unit));
    }
    buf_addf(out, " %s", m.currency);
}
