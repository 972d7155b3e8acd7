/* The record of a promise: last month in a sentence, every month in a drawing and a table. */
#include <inttypes.h>
#include <stdio.h>

#include "feature/page/code_page.h"
#include "feature/page/html.h"

static void count_of(struct buf *out, uint64_t n, const char *word)
{
    html_count(out, n);
    buf_addf(out, " %s", word);
}

/* "Kept 96 times in 100", rounded down so that it never claims more than was kept. */
static void kept_in_words(struct buf *out, struct tally t, const char *when)
{
    uint64_t n = tally_n(t);
    if (t.broken == 0) {
        buf_addf(out, "Kept every time %s (", when);
    } else if (t.kept == 0) {
        buf_addf(out, "Not kept once %s (", when);
    } else {
        buf_addf(out, "Kept %" PRIu64 " times in 100 %s (", t.kept * 100 / n, when);
    }
    html_count(out, t.kept);
    buf_add_str(out, " of ");
    html_count(out, n);
    buf_add_str(out, "). ");
}

static void others_in_words(struct buf *out, struct tally t, const struct code_record *r)
{
    if (t.broken > 0) {
        count_of(out, t.broken, "broken");
    }
    if (t.excused > 0) {
        buf_add_str(out, t.broken > 0 ? ", " : "");
        count_of(out, t.excused, "excused");
    }
    if (r && r->paid_count > 0) {
        buf_add_str(out, t.broken + t.excused > 0 ? "; " : "");
        for (size_t i = 0; i < r->paid_count; i++) {
            buf_add_str(out, i > 0 ? " and " : "");
            html_money(out, r->paid[i]);
        }
        buf_add_str(out, " paid");
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

static void sentence(struct buf *out, const struct promise *p, const struct code_record *r,
                     const struct tally_month *m, bool is_running)
{
    struct tally t = m->tally;
    uint64_t n = tally_n(t);
    char when[64];
    if (is_running) {
        snprintf(when, sizeof when, "so far in %s", month_name(m->month));
    } else {
        snprintf(when, sizeof when, "last month");
    }
    buf_add_str(out, "<p class=\"sentence\">");
    html_shape(out, mark_of(t, p));
    if (n < TALLY_LEAST_N) {
        buf_addf(out, "<span>Too few to say: %" PRIu64 " case%s %s.", n, n == 1 ? "" : "s", when);
    } else {
        buf_add_str(out, "<span>");
        kept_in_words(out, t, when);
        others_in_words(out, t, is_running ? NULL : r);
        buf_add_str(out, " <small class=\"interval\">");
        html_share(out, t.kept, n);
        buf_add_char(out, ' ');
        html_interval(out, t.kept, n);
        buf_add_str(out, "</small>");
    }
    buf_add_str(out, "</span></p>\n");
}

static void table_row(struct buf *out, const struct tally_month *m, bool is_running)
{
    struct tally t = m->tally;
    uint64_t n = tally_n(t);
    buf_addf(out, "<tr><th scope=\"row\">%.3s<span class=\"wide\">%s</span> %" PRId32 "%s</th>",
             month_name(m->month), month_name(m->month) + 3, m->year,
             is_running ? " <span class=\"muted so-far\">so far</span>" : "");
    const uint64_t counts[] = {t.kept, t.broken, t.excused};
    for (size_t i = 0; i < 3; i++) {
        buf_add_str(out, "<td>");
        html_count(out, counts[i]);
        buf_add_str(out, "</td>");
    }
    buf_add_str(out, "<td>");
    if (n < TALLY_LEAST_N) {
        buf_add_str(out, "<span class=\"muted\">too few to say</span>");
    } else {
        html_share(out, t.kept, n);
        buf_add_str(out, " <small class=\"interval\">");
        html_interval(out, t.kept, n);
        buf_add_str(out, "</small>");
    }
    buf_add_str(out, "</td></tr>\n");
}

static void table(struct buf *out, const struct promise *p, const struct code_record *r)
{
    buf_add_str(
        out, "<details><summary>Month by month as a table</summary>\n"
             "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Month by month: ");
    markup_text(out, p->words);
    buf_add_str(out, "\"><table class=\"months\"><thead><tr><th scope=\"col\">Month</th>"
                     "<th scope=\"col\">Kept</th><th scope=\"col\">Broken</th>"
                     "<th scope=\"col\">Excused</th>"
                     "<th scope=\"col\">Share kept <small class=\"interval\">(95 % interval, n)"
                     "</small></th></tr></thead>\n<tbody>\n");
    for (size_t i = r->month_count; i-- > 0;) {
        table_row(out, &r->months[i], i + 1 == r->month_count);
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
    buf_add_str(out, "<div class=\"record\">\n");
    if (!has_anything(record)) {
        bool is_new = page->now_us - page->published_us < DAY_US;
        buf_addf(out, "<p class=\"sentence\">");
        html_shape(out, MARK_OPEN);
        buf_addf(out,
                 "<span>%sNo record yet: every time this promise applies, it will be counted "
                 "here.</span></p>\n",
                 is_new ? "Published today. " : "");
    } else {
        size_t last = record->month_count - 1;
        bool is_first_month = last == 0 || tally_n(record->months[last - 1].tally) == 0;
        size_t shown = is_first_month ? last : last - 1;
        sentence(out, promise, record, &record->months[shown], shown == last);
        code_page_plot(record, promise->has_target ? promise->target_ppm : 0, out);
        table(out, promise, record);
    }
    buf_add_str(out, "</div>\n");
}
