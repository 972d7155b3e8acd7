/* The months of a promise as a drawing. Heights and texts are in pixels, places from left to right
 * in percent: so it is as wide as the page, and its letters stay as large as they are. */
#include <inttypes.h>
#include <math.h>

#include "feature/page/code_page.h"
#include "feature/page/html.h"
#include "stat/interval.h"

enum { TOP = 14, BOTTOM = 126, HEIGHT = 150 };
enum { LEFT = 9, RIGHT = 92 }; /* percent */

struct scale {
    double least; /* share at the bottom; the top is 1 */
    size_t months;
};

static double y_of(const struct scale *s, double share)
{
    double inside = share < s->least ? s->least : share;
    return BOTTOM - (BOTTOM - TOP) * (inside - s->least) / (1 - s->least);
}

static double x_of(const struct scale *s, size_t month)
{
    double step = (double)(RIGHT - LEFT) / (double)s->months;
    return LEFT + step * ((double)month + 0.5);
}

static bool has_share(const struct tally_month *m)
{
    return tally_n(m->tally) >= TALLY_LEAST_N;
}

static double share_of(struct tally t)
{
    return (double)t.kept / (double)tally_n(t);
}

/* From the next tenth below everything drawn, but never less than a fifth of the whole. */
static struct scale scale_of(const struct code_record *r, int32_t target_ppm)
{
    double least = target_ppm > 0 ? target_ppm / 1e6 : 0.9;
    for (size_t i = 0; i < r->month_count; i++) {
        double low, high;
        struct tally t = r->months[i].tally;
        if (has_share(&r->months[i])) {
            wilson(t.kept, tally_n(t), &low, &high);
            least = fmin(least, low);
        }
    }
    double tenth = floor(least * 10 - 1e-9) / 10;
    return (struct scale){.least = fmax(0, fmin(tenth, 0.8)), .months = r->month_count};
}

static void grid(struct buf *out, const struct scale *s)
{
    double step = 1 - s->least > 0.5 ? 0.25 : 1 - s->least > 0.25 ? 0.1 : 0.05;
    int lines = (int)((1 - s->least) / step + 1e-6);
    for (int i = 0; i <= lines; i++) {
        double share = 1 - i * step;
        double y = y_of(s, share);
        buf_addf(out, "<line class=\"grid\" x1=\"%d%%\" x2=\"%d%%\" y1=\"%.1f\" y2=\"%.1f\"/>",
                 LEFT, RIGHT, y, y);
        buf_addf(out, "<text class=\"tick\" x=\"8%%\" y=\"%.1f\" text-anchor=\"end\">%.0f</text>",
                 y + 4, share * 100);
    }
}

static void target_line(struct buf *out, enum language l, const struct scale *s, int32_t target_ppm)
{
    double y = y_of(s, target_ppm / 1e6);
    buf_addf(out,
             "<line class=\"target\" x1=\"%d%%\" x2=\"%d%%\" y1=\"%.1f\" y2=\"%.1f\"/>"
             "<text class=\"aim\" x=\"92.6%%\" y=\"%.1f\">%s</text>",
             LEFT, RIGHT, y, y, y + 4, page_words(l)->aim);
}

static void month(struct buf *out, enum language l, const struct scale *s,
                  const struct tally_month *m, size_t i)
{
    const struct page_words *w = page_words(l);
    const char *name = language_month(l, m->month);
    bool is_last = i + 1 == s->months;
    buf_addf(out, "<svg class=\"month\" x=\"%.2f%%\" overflow=\"visible\"><title>", x_of(s, i));
    buf_addf(out, "%s %s%" PRId32 "%s%s: ", name, l == LANGUAGE_ENGLISH ? "" : "de ", m->year,
             is_last ? " " : "", is_last ? w->so_far : "");
    if (has_share(m)) {
        double low, high;
        struct tally t = m->tally;
        html_share(out, l, t.kept, tally_n(t));
        buf_add_char(out, ' ');
        html_interval(out, l, t.kept, tally_n(t));
        wilson(t.kept, tally_n(t), &low, &high);
        double top = y_of(s, high), bottom = y_of(s, low), y = y_of(s, share_of(t));
        buf_addf(out,
                 "</title><rect class=\"band\" x=\"-6\" y=\"%.1f\" width=\"12\" height=\"%.1f\" "
                 "rx=\"3\"/><circle class=\"%s\" cx=\"0\" cy=\"%.1f\" r=\"3.5\"/>",
                 top, fmax(bottom - top, 1), is_last ? "dot running" : "dot", y);
    } else {
        buf_addf(out, "%s</title>", w->too_few_to_say);
    }
    buf_addf(out,
             "<text class=\"tick%s\" x=\"0\" y=\"%d\" text-anchor=\"middle\">%.3s</text></svg>\n",
             (s->months - 1 - i) % 2 ? " every-other" : "", HEIGHT - 6, name);
}

static void lines_between(struct buf *out, const struct scale *s, const struct code_record *r)
{
    for (size_t i = 1; i < r->month_count; i++) {
        if (has_share(&r->months[i - 1]) && has_share(&r->months[i])) {
            buf_addf(out,
                     "<line class=\"path\" x1=\"%.2f%%\" y1=\"%.1f\" x2=\"%.2f%%\" y2=\"%.1f\"/>",
                     x_of(s, i - 1), y_of(s, share_of(r->months[i - 1].tally)), x_of(s, i),
                     y_of(s, share_of(r->months[i].tally)));
        }
    }
}

void code_page_plot(enum language l, const struct code_record *record, int32_t target_ppm,
                    struct buf *out)
{
    size_t with_share = 0;
    for (size_t i = 0; i < record->month_count; i++) {
        with_share += has_share(&record->months[i]);
    }
    if (with_share < 2) {
        return; /* nothing to compare: the table says it all */
    }
    struct scale s = scale_of(record, target_ppm);
    const struct page_words *w = page_words(l);
    buf_addf(out,
             "<svg class=\"plot\" width=\"100%%\" height=\"%d\" role=\"img\" "
             "aria-label=\"%s\">\n",
             HEIGHT, target_ppm > 0 ? w->plot_with_aim : w->plot);
    grid(out, &s);
    if (target_ppm > 0) {
        target_line(out, l, &s, target_ppm);
    }
    lines_between(out, &s, record);
    for (size_t i = 0; i < record->month_count; i++) {
        month(out, l, &s, &record->months[i], i);
    }
    buf_add_str(out, "</svg>\n");
}
