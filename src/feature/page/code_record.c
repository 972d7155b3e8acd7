/* The record of a promise: last month in a sentence, every month in a drawing and a table. */
#include <inttypes.h>

#include "feature/page/code_page.h"
#include "feature/page/html.h"

/* "Kept 96 times in 100", rounded down so that it never claims more than was kept. */
static void kept_in_words(struct buf *out, enum language l, struct tally t, struct text when)
{
    const struct page_words *w = page_words(l);
    uint64_t n = tally_n(t);
    struct buf kept CLEANUP(buf_release) = {0}, all CLEANUP(buf_release) = {0},
                    hundredths CLEANUP(buf_release) = {0};
    html_count(&kept, l, t.kept);
    html_count(&all, l, n);
    html_count(&hundredths, l, t.kept * 100 / n);
    const char *pattern = t.broken == 0 ? w->kept_every_time
                          : t.kept == 0 ? w->kept_never
                                        : w->kept_of_hundred;
    pattern_fill(
        out, pattern,
        (const struct text[]){when, buf_text(&kept), buf_text(&all), buf_text(&hundredths)});
}

static void count_of(struct buf *out, enum language l, uint64_t n, const char *one,
                     const char *more)
{
    struct buf count CLEANUP(buf_release) = {0};
    html_count(&count, l, n);
    pattern_fill(out, n == 1 ? one : more, (const struct text[]){buf_text(&count)});
}

static void others_in_words(struct buf *out, enum language l, struct tally t,
                            const struct code_record *r)
{
    const struct page_words *w = page_words(l);
    if (t.broken > 0) {
        count_of(out, l, t.broken, w->one_broken, w->broken);
    }
    if (t.excused > 0) {
        buf_add_str(out, t.broken > 0 ? ", " : "");
        count_of(out, l, t.excused, w->one_excused, w->excused);
    }
    if (r && r->paid_count > 0) {
        struct buf paid CLEANUP(buf_release) = {0};
        for (size_t i = 0; i < r->paid_count; i++) {
            buf_add_str(&paid, i > 0 ? w->last_and : "");
            html_money(&paid, l, r->paid[i]);
        }
        buf_add_str(out, t.broken + t.excused > 0 ? "; " : "");
        pattern_fill(out, w->paid, (const struct text[]){buf_text(&paid)});
    }
    if (t.broken + t.excused > 0 || (r && r->paid_count > 0)) {
        buf_add_char(out, '.');
    }
}

/* Whether the target of a promise was met decides the colour and shape, not the words. */
static enum mark mark_of(struct tally t, const struct promise *p)
{
    if (tally_n(t) < TALLY_LEAST_N) {
        return MARK_OPEN;
    }
    if (!p->has_target) {
        return MARK_KEPT;
    }
    bool is_met = (double)t.kept * 1e6 >= (double)p->target_ppm * (double)tally_n(t);
    return is_met ? MARK_KEPT : MARK_SOON;
}

static void sentence(struct buf *out, enum language l, const struct promise *p,
                     const struct code_record *r, const struct tally_month *m, bool is_running)
{
    const struct page_words *w = page_words(l);
    struct tally t = m->tally;
    uint64_t n = tally_n(t);
    struct buf when CLEANUP(buf_release) = {0};
    if (is_running) {
        pattern_fill(&when, w->so_far_in,
                     (const struct text[]){text_of(language_month(l, m->month))});
    } else {
        buf_add_str(&when, w->last_month);
    }
    buf_add_str(out, "<p class=\"sentence\">");
    html_shape(out, mark_of(t, p));
    buf_add_str(out, "<span>");
    if (n < TALLY_LEAST_N) {
        struct buf count CLEANUP(buf_release) = {0};
        html_count(&count, l, n);
        pattern_fill(out, n == 1 ? w->one_too_few : w->too_few,
                     (const struct text[]){buf_text(&count), buf_text(&when)});
    } else {
        kept_in_words(out, l, t, buf_text(&when));
        others_in_words(out, l, t, is_running ? NULL : r);
        buf_add_str(out, " <small class=\"interval\">");
        html_share(out, l, t.kept, n);
        buf_add_char(out, ' ');
        html_interval(out, l, t.kept, n);
        buf_add_str(out, "</small>");
    }
    buf_add_str(out, "</span></p>\n");
}

/* On a phone the first three letters. */
static void month_head(struct buf *out, enum language l, const struct tally_month *m,
                       bool is_running)
{
    const char *name = language_month(l, m->month);
    buf_addf(out, "<tr><th scope=\"row\">%.3s<span class=\"wide\">%s%s</span> %" PRId32, name,
             name + 3, l == LANGUAGE_ENGLISH ? "" : " de", m->year);
    if (is_running) {
        buf_addf(out, " <span class=\"muted so-far\">%s</span>", page_words(l)->so_far);
    }
    buf_add_str(out, "</th>");
}

static void table_row(struct buf *out, enum language l, const struct tally_month *m,
                      bool is_running)
{
    struct tally t = m->tally;
    uint64_t n = tally_n(t);
    month_head(out, l, m, is_running);
    const uint64_t counts[] = {t.kept, t.broken, t.excused};
    for (size_t i = 0; i < 3; i++) {
        buf_add_str(out, "<td>");
        html_count(out, l, counts[i]);
        buf_add_str(out, "</td>");
    }
    buf_add_str(out, "<td>");
    if (n < TALLY_LEAST_N) {
        buf_addf(out, "<span class=\"muted\">%s</span>", page_words(l)->too_few_to_say);
    } else {
        html_share(out, l, t.kept, n);
        buf_add_str(out, " <small class=\"interval\">");
        html_interval(out, l, t.kept, n);
        buf_add_str(out, "</small>");
    }
    buf_add_str(out, "</td></tr>\n");
}

static void table(struct buf *out, enum language l, const struct promise *p,
                  const struct code_record *r)
{
    const struct page_words *w = page_words(l);
    buf_addf(out,
             "<details><summary>%s</summary>\n<div class=\"scroll\" tabindex=\"0\" "
             "role=\"region\" aria-label=\"%s: ",
             w->as_table, w->by_month);
    markup_text(out, p->words);
    buf_addf(out,
             "\"><table class=\"months\"><thead><tr><th scope=\"col\">%s</th>"
             "<th scope=\"col\">%s</th><th scope=\"col\">%s</th><th scope=\"col\">%s</th>"
             "<th scope=\"col\">%s <small class=\"interval\">%s</small></th></tr></thead>\n"
             "<tbody>\n",
             w->month, w->kept_head, w->broken_head, w->excused_head, w->share_head,
             w->interval_head);
    for (size_t i = r->month_count; i-- > 0;) {
        table_row(out, l, &r->months[i], i + 1 == r->month_count);
    }
    buf_add_str(out, "</tbody></table></div></details>\n");
}

static bool has_anything(const struct code_record *r)
{
    for (size_t i = 0; r && i < r->month_count; i++) {
        if (tally_n(r->months[i].tally) + r->months[i].tally.excused > 0) {
            return true;
        }
    }
    return false;
}

void code_page_record(const struct code_page *page, const struct promise *promise,
                      const struct code_record *record, struct buf *out)
{
    enum language l = page->language;
    buf_add_str(out, "<div class=\"record\">\n");
    if (!has_anything(record)) {
        const struct page_words *w = page_words(l);
        bool is_new = page->now_us - page->published_us < DAY_US;
        buf_add_str(out, "<p class=\"sentence\">");
        html_shape(out, MARK_OPEN);
        buf_addf(out, "<span>%s%s</span></p>\n", is_new ? w->published_today : "", w->no_record);
    } else {
        size_t last = record->month_count - 1;
        bool is_first_month = last == 0 || tally_n(record->months[last - 1].tally) == 0;
        size_t shown = is_first_month ? last : last - 1;
        sentence(out, l, promise, record, &record->months[shown], shown == last);
        code_page_plot(l, record, promise->has_target ? promise->target_ppm : 0, out);
        table(out, l, promise, record);
    }
    buf_add_str(out, "</div>\n");
}
