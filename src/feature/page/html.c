#include "feature/page/html.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "stat/interval.h"

void html_str(struct buf *out, const char *terminated)
{
    markup_text(out, text_of(terminated));
}

void html_attribute(struct buf *out, const char *name, struct text value)
{
    buf_addf(out, " %s=\"", name);
    markup_text(out, value);
    buf_add_char(out, '"');
}

/* -- figures -- */

static char decimal_mark(enum language l)
{
    return l == LANGUAGE_ENGLISH ? '.' : ',';
}

/* Spanish leaves four digits together. */
void html_count(struct buf *out, enum language l, uint64_t n)
{
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%" PRIu64, n);
    bool is_grouped = l != LANGUAGE_SPANISH || length > 4;
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0 && is_grouped) {
            buf_add_char(out, l == LANGUAGE_ENGLISH ? ',' : '.');
        }
        buf_add_char(out, digits[i]);
    }
}

void html_money(struct buf *out, enum language l, struct money m)
{
    int digits = money_digits(m.currency);
    uint64_t unit = 1;
    for (int i = 0; i < digits; i++) {
        unit *= 10;
    }
    uint64_t minor = m.minor < 0 ? -(uint64_t)m.minor : (uint64_t)m.minor;
    buf_add_str(out, m.minor < 0 ? "−" : "");
    html_count(out, l, minor / unit);
    if (minor % unit) {
        buf_addf(out, "%c%0*" PRIu64, decimal_mark(l), digits, minor % unit);
    }
    buf_add_str(out, "\u00a0");
    html_str(out, m.currency);
}

void html_ppm(struct buf *out, enum language l, int32_t ppm)
{
    int32_t whole = ppm / 10000, rest = ppm % 10000;
    if (rest == 0) {
        buf_addf(out, "%" PRId32 "\u00a0%%", whole);
        return;
    }
    int digits = 4;
    while (rest % 10 == 0) {
        rest /= 10;
        digits--;
    }
    buf_addf(out, "%" PRId32 "%c%0*" PRId32 "\u00a0%%", whole, decimal_mark(l), digits, rest);
}

static void tenths(struct buf *out, enum language l, double value)
{
    char digits[32];
    snprintf(digits, sizeof digits, "%.1f", value);
    for (const char *c = digits; *c; c++) {
        buf_add_char(out, *c == '.' ? decimal_mark(l) : *c);
    }
}

void html_share(struct buf *out, enum language l, uint64_t k, uint64_t n)
{
    assert(k <= n && n > 0);
    double percent = 100 * (double)k / (double)n;
    if (k == 0 || k == n) {
        buf_addf(out, "%.0f", percent);
    } else {
        tenths(out, l, percent > 99.9 ? 99.9 : percent < 0.1 ? 0.1 : percent);
    }
    buf_add_str(out, "\u00a0%");
}

void html_interval(struct buf *out, enum language l, uint64_t k, uint64_t n)
{
    double low, high;
    wilson(k, n, &low, &high);
    buf_add_char(out, '(');
    tenths(out, l, 100 * low);
    buf_add_str(out, "–");
    tenths(out, l, 100 * high);
    buf_add_str(out, l == LANGUAGE_ENGLISH ? ", n\u00a0" : "; n\u00a0");
    html_count(out, l, n);
    buf_add_char(out, ')');
}

/* -- times -- */

struct wall { /* a wall clock */
    int64_t days, second;
    struct date date;
};

static struct wall wall_of(const struct zone *zone, int64_t us)
{
    int64_t local = zone_to_local(zone, us);
    int64_t days = floor_div(local, DAY_US);
    return (struct wall){days, floor_mod(local, DAY_US) / SECOND_US, date_of_days(days)};
}

void html_plain_date(struct buf *out, enum language l, struct date d)
{
    const char *of = l == LANGUAGE_ENGLISH ? " " : " de ";
    buf_addf(out, "%d%s%s%s%d", d.day, of, language_month(l, d.month), of, d.year);
}

/* <time>, whose words come between this and its end. */
static void time_open(struct buf *out, enum language l, const struct zone *zone, int64_t us)
{
    char exact[MOMENT_TEXT_SIZE];
    struct wall w = wall_of(zone, us);
    buf_addf(out, "<time datetime=\"%s\" title=\"%s%s ", moment_format(us, exact),
             language_weekday(l, date_weekday(w.days)), l == LANGUAGE_ENGLISH ? "" : ",");
    html_plain_date(out, l, w.date);
    buf_addf(out, ", %02d:%02d:%02d (", (int)(w.second / 3600), (int)(w.second / 60 % 60),
             (int)(w.second % 60));
    markup_text(out, zone_name(zone));
    buf_add_str(out, ")\">");
}

void html_time(struct buf *out, enum language l, const struct zone *zone, int64_t us)
{
    int64_t second = wall_of(zone, us).second;
    time_open(out, l, zone, us);
    buf_addf(out, "%02d:%02d</time>", (int)(second / 3600), (int)(second / 60 % 60));
}

void html_date(struct buf *out, enum language l, const struct zone *zone, int64_t us)
{
    time_open(out, l, zone, us);
    html_plain_date(out, l, wall_of(zone, us).date);
    buf_add_str(out, "</time>");
}

/* -- states -- */

static const struct {
    const char *word;
    const char *shape; /* drawn in a square of 16 */
} marks[] = {
    [MARK_OPEN] = {"open", "<circle cx=\"8\" cy=\"8\" r=\"5.5\" fill=\"none\"/>"},
    [MARK_SOON] =
        {"soon", "<circle cx=\"8\" cy=\"8\" r=\"5.5\" fill=\"none\"/>"
                 "<path d=\"M8 2.5a5.5 5.5 0 0 0 0 11z\" fill=\"currentColor\" stroke=\"none\"/>"},
    [MARK_PAUSED] = {"paused", "<path d=\"M5.5 3v10M10.5 3v10\" stroke-width=\"3\"/>"},
    [MARK_KEPT] = {"kept",
                   "<circle cx=\"8\" cy=\"8\" r=\"6\" fill=\"currentColor\" stroke=\"none\"/>"},
    [MARK_BROKEN] = {"broken", "<path d=\"M3.5 3.5l9 9M12.5 3.5l-9 9\" stroke-width=\"2.5\"/>"},
    [MARK_EXCUSED] = {"excused", "<path d=\"M8 2l6 6-6 6-6-6z\" fill=\"none\"/>"},
    [MARK_VOID] = {"void", "<circle cx=\"8\" cy=\"8\" r=\"5.5\" fill=\"none\" "
                           "stroke-dasharray=\"2.2 2.2\"/>"},
};

void html_shape(struct buf *out, enum mark m)
{
    buf_addf(out, "<svg class=\"shape %s\" viewBox=\"0 0 16 16\" aria-hidden=\"true\">%s</svg>",
             marks[m].word, marks[m].shape);
}
