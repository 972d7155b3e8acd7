/* One page that stands alone: nothing is loaded, nothing runs. */
#include "cli/replay_report.h"

static const char style[] =
    ":root{color-scheme:light dark;--paper:#fbfaf7;--raised:#fff;--ink:#1b1f24;--muted:#5b6470;"
    "--line:#e6e2da;--kept:#0f6b5c;--broken:#b3261e}"
    "@media(prefers-color-scheme:dark){:root{--paper:#15171a;--raised:#1d2024;--ink:#eceae4;"
    "--muted:#9ba3ae;--line:#2c3036;--kept:#4db6a2;--broken:#f2857c}}"
    "*{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);"
    "font:16px/1.5 Inter,system-ui,sans-serif}"
    "main{max-width:52rem;margin:0 auto;padding:32px 16px 64px}"
    "h1{font:600 1.75rem/1.2 'Source Serif 4',Georgia,serif;margin:0 0 8px}"
    "h2{font-size:1.125rem;margin:0 0 8px}"
    ".words{font:400 1.375rem/1.35 'Source Serif 4',Georgia,serif;max-width:72ch}"
    "section{border-top:1px solid var(--line);padding:24px 0}"
    "table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums;font-size:."
    "9375rem}"
    "th,td{text-align:left;padding:6px 16px 6px 0;border-bottom:1px solid var(--line);"
    "vertical-align:top}th{font-weight:600;color:var(--muted)}td{overflow-wrap:anywhere}"
    "td.n,th.n{text-align:right}"
    ".muted{color:var(--muted)}.kept{color:var(--kept)}.broken{color:var(--broken)}"
    ".figure{font-size:1.125rem;margin:0 0 8px}.figure small{color:var(--muted)}"
    "details{margin-top:12px}summary{cursor:pointer;color:var(--kept);min-height:24px}"
    ":focus-visible{outline:2px solid var(--kept);outline-offset:2px}"
    ".scroll{overflow-x:auto}.scroll td{white-space:nowrap}"
    ".met{fill:var(--kept)}.missed{fill:none;stroke:var(--broken);stroke-width:2}"
    "svg{width:100%;height:120px;display:block;margin:8px 0}"
    "@media print{body{background:#fff;color:#000}}";

void html_begin(struct buf *out, struct text title)
{
    buf_add_str(out, "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                     "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
                     "<link rel=\"icon\" href=\"data:,\"><title>");
    markup_text(out, title);
    buf_addf(out, "</title><style>%s</style></head><body><main>\n<h1>", style);
    markup_text(out, title);
    buf_add_str(out, "</h1>\n");
}

void html_end(struct buf *out)
{
    buf_add_str(out, "</main></body></html>\n");
}

/* Bars of the share kept in each window, from zero, with the target as a line; hollow ones missed
 * it. */
static void plot(const struct report *r, size_t promise, struct buf *out)
{
    const struct promise_windows *w = &r->tally->windows[promise];
    const struct promise *p = plan_promise(r->plan, promise).latest;
    double width = 720.0 / (double)w->count;
    buf_add_str(out, "<svg viewBox=\"0 0 720 120\" preserveAspectRatio=\"none\" "
                     "aria-hidden=\"true\">");
    for (size_t i = 0; i < w->count; i++) {
        const struct window_count *c = &w->counts[i];
        double height = 110.0 * (double)c->kept / (double)(c->kept + c->broken);
        bool short_of = p->has_target && !window_is_met(c, p->target_ppm);
        buf_addf(out,
                 "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" class=\"%s\" "
                 "vector-effect=\"non-scaling-stroke\"/>",
                 (double)i * width + 2, 119 - height, width > 6 ? width - 4 : width, height,
                 short_of ? "missed" : "met");
    }
    if (p->has_target) {
        double y = 119 - 110.0 * (double)p->target_ppm / 1e6;
        buf_addf(out,
                 "<line x1=\"0\" x2=\"720\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"currentColor\" "
                 "stroke-dasharray=\"4 4\"/>",
                 y, y);
    }
    buf_add_str(out, "</svg>");
}

static void window_table(const struct report *r, size_t promise, struct buf *out)
{
    const struct promise_windows *w = &r->tally->windows[promise];
    const struct promise *p = plan_promise(r->plan, promise).latest;
    if (w->count == 0) {
        return;
    }
    plot(r, promise, out);
    buf_add_str(out, "<details><summary>Show as table</summary><div class=\"scroll\" "
                     "tabindex=\"0\"><table><thead><tr><th>from</th>"
                     "<th class=\"n\">kept</th><th class=\"n\">broken</th><th>share</th>");
    buf_add_str(out,
                p->has_target ? "<th>target</th></tr></thead><tbody>" : "</tr></thead><tbody>");
    for (size_t i = 0; i < w->count; i++) {
        const struct window_count *c = &w->counts[i];
        buf_add_str(out, "<tr><td>");
        words_window_start(out, w->window, r->tally->zones[promise], c->start_us);
        buf_add_str(out, "</td><td class=\"n\">");
        words_count(out, c->kept);
        buf_add_str(out, "</td><td class=\"n\">");
        words_count(out, c->broken);
        buf_add_str(out, "</td><td>");
        words_adherence(out, adherence_of(c->kept, c->broken));
        buf_add_str(out, "</td>");
        if (p->has_target) {
            buf_addf(out, "<td>%s</td>", window_is_met(c, p->target_ppm) ? "● met" : "✕ missed");
        }
        buf_add_str(out, "</tr>");
    }
    buf_add_str(out, "</tbody></table></div></details>");
}

static void counted(struct buf *out, const char *sign, uint64_t n, const char *word)
{
    if (n) {
        buf_addf(out, " · %s ", sign);
        words_count(out, n);
        buf_addf(out, " %s", word);
    }
}

static void figure(const struct report *r, size_t promise, struct buf *out)
{
    const struct promise *p = plan_promise(r->plan, promise).latest;
    struct adherence a = adherence_of(r->results[promise].kept, r->results[promise].broken);
    size_t windows = r->tally->windows[promise].count;
    words_adherence(out, a);
    buf_add_str(out, " <small>");
    if (a.n) {
        buf_add_str(out, "kept, n ");
        words_count(out, a.n);
    }
    if (p->has_target) {
        buf_add_str(out, a.n ? " · target " : "target ");
        words_share_of_ppm(out, p->target_ppm);
    }
    if (p->has_target && windows) {
        buf_addf(out, ", met in %zu of %zu", windows_met(r, promise), windows);
    }
    buf_add_str(out, "</small>");
}

static void promise_section(const struct report *r, size_t promise, struct buf *out)
{
    struct promise_info about = plan_promise(r->plan, promise);
    const struct promise_result *result = &r->results[promise];
    struct buf owed CLEANUP(buf_release) = {0};
    buf_add_str(out, "<section><h2 class=\"words\">");
    markup_text(out, about.latest->words.len ? about.latest->words : about.name);
    buf_add_str(out, "</h2><p class=\"figure\">");
    figure(r, promise, out);
    buf_add_str(out, "</p><p><span class=\"kept\">● ");
    words_count(out, result->kept);
    buf_add_str(out, " kept</span> · <span class=\"broken\">✕ ");
    words_count(out, result->broken);
    buf_add_str(out, " broken</span>");
    counted(out, "◇", result->excused, "excused");
    counted(out, "◇", result->void_, "void");
    counted(out, "○", result->open, "open");
    counted(out, "‖", result->paused, "paused");
    words_owed(&owed, result);
    if (owed.len) {
        buf_addf(out, " · owed: %s", owed.ptr);
    }
    buf_add_str(out, "</p>");
    window_table(r, promise, out);
    buf_add_str(out, "</section>\n");
}

static void worst_section(const struct report *r, struct buf *out)
{
    if (r->tally->worst_count == 0) {
        return;
    }
    buf_add_str(out, "<section><h2>Worst breaches</h2><div class=\"scroll\" "
                     "tabindex=\"0\"><table><thead><tr><th>promise</th>"
                     "<th>key</th><th>due</th><th>late</th></tr></thead><tbody>");
    for (size_t i = 0; i < r->tally->worst_count; i++) {
        const struct breach *b = &r->tally->worst[i];
        buf_add_str(out, "<tr><td>");
        markup_text(out, plan_promise(r->plan, b->promise).name);
        buf_add_str(out, "</td><td>");
        markup_text(out, b->key);
        buf_add_str(out, "</td><td>");
        words_local(out, r->tally->zones[b->promise], b->due_us);
        buf_add_str(out, "</td><td>");
        words_late(out, b->late_us);
        buf_add_str(out, b->is_done ? "</td></tr>" : ", still not done</td></tr>");
    }
    buf_add_str(out, "</tbody></table></div></section>\n");
}

static void intake_section(const struct report *r, struct buf *out)
{
    const struct replay_touches *t = r->touches;
    struct buf lines CLEANUP(buf_release) = {0};
    words_intake(&lines, t, "");
    if (lines.len == 0) {
        return;
    }
    buf_add_str(out, "<section><h2>What was not read as it stood</h2><pre>");
    markup_text(out, buf_text(&lines));
    buf_add_str(out, "</pre>");
    if (t->refusal_count) {
        buf_add_str(out, "<table><thead><tr><th>line</th><th>reason</th></tr></thead><tbody>");
    }
    for (size_t i = 0; i < t->refusal_count; i++) {
        buf_add_str(out, "<tr><td>");
        markup_text(out, text_of(t->refusals[i].file));
        buf_addf(out, ":%llu</td><td>", (unsigned long long)t->refusals[i].line);
        markup_text(out, text_of(t->refusals[i].info.text));
        buf_add_str(out, "</td></tr>");
    }
    buf_add_str(out, t->refusal_count ? "</tbody></table></section>\n" : "</section>\n");
}

void report_html(const struct report *r, struct buf *out)
{
    size_t count = plan_promise_count(r->plan);
    html_begin(out, count ? plan_promise(r->plan, 0).code->title : TEXT("Replay"));
    if (r->touches->intake.taken == 0) {
        buf_add_str(out, "<p class=\"muted\">No touch was read, so nothing is decided.</p>\n");
    } else if (count) {
        const struct zone *zone = r->tally->zones[0];
        buf_add_str(out, "<p class=\"muted\">");
        words_count(out, r->touches->intake.taken);
        buf_add_str(out, " touches from ");
        words_local(out, zone, r->touches->first_us);
        buf_add_str(out, " to ");
        words_local(out, zone, r->touches->last_us);
        buf_add_str(out, ", judged until ");
        words_local(out, zone, r->until_us);
        buf_add_str(out, " (");
        markup_text(out, zone_name(zone));
        buf_add_str(out, "). A bar is a share kept, from nothing to all, in the time that a target "
                         "is for; the dashed line is the target, hollow bars missed it.</p>\n");
    }
    for (size_t i = 0; i < count; i++) {
        promise_section(r, i, out);
    }
    worst_section(r, out);
    intake_section(r, out);
    html_end(out);
}
