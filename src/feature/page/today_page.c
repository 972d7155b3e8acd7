#include "feature/page/today_page.h"

#include <inttypes.h>
#include <stdio.h>

#include "feature/page/frame.h"
#include "feature/page/html.h"

enum group { GROUP_HOUR, GROUP_DAY, GROUP_LATER, GROUP_NO_DUE, GROUPS };

static enum group group_of(const struct today_page *page, const struct today_row *r)
{
    if (r->due_us == MOMENT_NEVER) {
        return GROUP_NO_DUE;
    }
    if (r->due_us - page->now_us <= HOUR_US) {
        return GROUP_HOUR;
    }
    int64_t due_day = floor_div(zone_to_local(page->zone, r->due_us), DAY_US);
    int64_t today = floor_div(zone_to_local(page->zone, page->now_us), DAY_US);
    return due_day <= today ? GROUP_DAY : GROUP_LATER;
}

/* "3 promises break within the hour": what to do next, in a sentence. */
static void summary(const struct today_page *page, struct buf *out)
{
    uint64_t within = 0;
    for (size_t i = 0; i < page->row_count; i++) {
        within += group_of(page, &page->rows[i]) == GROUP_HOUR;
    }
    buf_add_str(out, "<p class=\"lead\">");
    if (within > 0) {
        buf_add_str(out, within >= TODAY_ROWS_MAX ? "More than " : "");
        html_count(out, within);
        buf_add_str(out, within == 1 ? " promise breaks within the hour"
                                     : " promises break within the hour");
    } else {
        buf_add_str(out, "No promise breaks within the hour");
    }
    buf_add_str(out, " <span class=\"muted\">· ");
    html_count(out, page->open_count);
    buf_add_str(out, " open</span></p>\n");
}

static void clock_cell(const struct today_page *page, const struct today_row *r, struct buf *out)
{
    enum mark mark = r->is_paused ? MARK_PAUSED : r->is_soon ? MARK_SOON : MARK_OPEN;
    buf_addf(out, "<p class=\"clock mark %s\">", mark_word(mark));
    html_shape(out, mark);
    buf_addf(out, "<span><span class=\"unseen\">%s: </span>", mark_word(mark));
    if (r->due_us == MOMENT_NEVER) {
        buf_add_str(out, r->is_paused ? "paused" : "no date");
    } else {
        char data[64];
        snprintf(data, sizeof data, "data-due=\"%" PRId64 "\"", r->due_us / 1000);
        html_time_open(out, page->zone, r->due_us, data);
        html_span(out, r->due_us - page->now_us);
        html_time_close(out);
        buf_add_str(out, r->is_paused ? " <small>paused</small>" : "");
    }
    buf_add_str(out, "</span></p>");
}

static void who(const struct today_row *r, struct buf *out)
{
    const struct text parts[] = {r->customer, r->channel, r->key};
    bool has_any = false;
    buf_add_str(out, "<p class=\"who\">");
    for (size_t i = 0; i < 3; i++) {
        bool is_repeated = i == 2 && text_eq(r->key, r->customer);
        if (parts[i].len == 0 || is_repeated) {
            continue;
        }
        buf_add_str(out, has_any ? " · <span>" : "<span>");
        markup_text(out, parts[i]);
        buf_add_str(out, "</span>");
        has_any = true;
    }
    buf_add_str(out, "</p>");
}

static void row(const struct today_page *page, const struct today_row *r, struct buf *out)
{
    buf_add_str(out, "<li class=\"due\"");
    html_attribute(out, "data-id", r->id);
    buf_add_str(out, ">");
    clock_cell(page, r, out);
    buf_add_str(out, "<div><a class=\"words\"");
    html_attribute(out, "href", r->address);
    buf_add_str(out, ">");
    markup_text(out, r->words);
    buf_add_str(out, "</a>");
    who(r, out);
    buf_add_str(out, "</div>");
    if (r->due_us != MOMENT_NEVER) {
        buf_add_str(out, "<p class=\"at\"><span class=\"unseen\">due </span>");
        html_time(out, page->zone, r->due_us, page->now_us);
        buf_add_str(out, "</p>");
    }
    buf_add_str(out, "</li>\n");
}

static void rows(const struct today_page *page, struct buf *out)
{
    static const char *const headings[GROUPS] = {"Within the hour", "Later today", "After today",
                                                 "Waiting, without a date"};
    for (enum group g = GROUP_HOUR; g < GROUPS; g++) {
        bool has_begun = false;
        for (size_t i = 0; i < page->row_count; i++) {
            if (group_of(page, &page->rows[i]) != g) {
                continue;
            }
            if (!has_begun) {
                buf_addf(out, "<section><h2>%s</h2>\n<ul class=\"dues\">\n", headings[g]);
                has_begun = true;
            }
            row(page, &page->rows[i], out);
        }
        buf_add_str(out, has_begun ? "</ul></section>\n" : "");
    }
    if (page->open_count > page->row_count) {
        buf_add_str(out, "<p class=\"muted\">And ");
        html_count(out, page->open_count - page->row_count);
        buf_add_str(out, " more that are due later.</p>\n");
    }
}

static void empty(const struct today_page *page, struct buf *out)
{
    buf_add_str(out, "<div class=\"empty\">\n");
    if (!page->has_code) {
        buf_add_str(out,
                    "<h2>First, a Customer Code</h2>\n<p>Here stand the promises that are about to "
                    "break. Publish what your company promises:</p>\n"
                    "<pre><code>troth check my.troth\ncurl -H 'Authorization: Bearer TOKEN' "
                    "\\\n  -H 'Content-Type: text/plain' --data-binary @my.troth "
                    "\\\n  http://localhost:8080/api/v1/code</code></pre>\n");
    } else if (!page->has_touches) {
        buf_add_str(
            out, "<h2>The Code is published. Now the touches</h2>\n<p>Here stand the promises "
                 "that are about to break, as soon as something happens that one of them is "
                 "about. Send what happens between you and your customers:</p>\n"
                 "<pre><code>curl -H 'Authorization: Bearer TOKEN' --data-binary @touches.ndjson "
                 "\\\n  -H 'Content-Type: application/x-ndjson' "
                 "http://localhost:8080/api/v1/touches</code></pre>\n");
    } else {
        buf_add_str(
            out, "<h2>Nothing is open</h2>\n<p>Every promise made so far is decided. The next one "
                 "that opens appears here by itself, the one that breaks first on top.</p>\n");
    }
    buf_add_str(out, "</div>\n");
}

static void since_yesterday(const struct today_page *page, struct buf *out)
{
    struct tally t = page->since_yesterday;
    buf_add_str(out, "<section class=\"card\"><h2>Since yesterday</h2>\n<p class=\"figures\">");
    const struct {
        enum mark mark;
        uint64_t count;
    } figures[] = {{MARK_KEPT, t.kept}, {MARK_BROKEN, t.broken}, {MARK_EXCUSED, t.excused}};
    for (size_t i = 0; i < 3; i++) {
        buf_addf(out, "<span class=\"mark %s\">", mark_word(figures[i].mark));
        html_shape(out, figures[i].mark);
        buf_add_str(out, "<strong>");
        html_count(out, figures[i].count);
        buf_addf(out, "</strong> %s</span> ", mark_word(figures[i].mark));
    }
    buf_add_str(out, "</p></section>\n");
}

static void standing(const struct today_standing *s, struct buf *out)
{
    uint64_t n = tally_n(s->tally);
    bool is_said = n >= TALLY_LEAST_N;
    bool is_below = is_said && s->target_ppm > 0 &&
                    (double)s->tally.kept * 1e6 < (double)s->target_ppm * (double)n;
    buf_add_str(out, "<li><a class=\"words\"");
    html_attribute(out, "href", s->address);
    buf_add_str(out, ">");
    markup_text(out, s->words);
    buf_add_str(out, "</a><p>");
    if (!is_said) {
        buf_add_str(out, "<span class=\"muted\">too few to say (n\u00a0");
        html_count(out, n);
        buf_add_str(out, ")</span>");
    } else {
        buf_addf(out, "<strong class=\"%s\">", is_below ? "soon" : "kept");
        html_share(out, s->tally.kept, n);
        buf_add_str(out, "</strong>");
        if (s->target_ppm > 0) {
            buf_addf(out, " %s ", is_below ? "below" : "of");
            html_ppm(out, s->target_ppm);
        }
        buf_add_str(out, " <small class=\"interval\">");
        html_interval(out, s->tally.kept, n);
        buf_add_str(out, "</small>");
    }
    buf_add_str(out, "</p></li>\n");
}

static void standings(const struct today_page *page, struct buf *out)
{
    if (page->standing_count == 0) {
        return;
    }
    buf_add_str(out, "<section class=\"card\"><h2>This month</h2>\n<ul class=\"standings\">\n");
    for (size_t i = 0; i < page->standing_count; i++) {
        standing(&page->standings[i], out);
    }
    buf_add_str(out, "</ul></section>\n");
}

void today_part(const struct today_page *page, struct buf *out)
{
    buf_addf(out, "<div class=\"today\" data-now=\"%" PRId64 "\">\n<div class=\"column\">\n",
             page->now_us / 1000);
    if (page->row_count > 0) {
        summary(page, out);
        rows(page, out);
    } else {
        empty(page, out);
    }
    buf_add_str(out, "</div>\n<aside aria-label=\"How we stand\">\n");
    since_yesterday(page, out);
    standings(page, out);
    buf_add_str(out, "</aside>\n</div>\n");
}

void today_page(const struct today_page *page, struct buf *out)
{
    struct buf title CLEANUP(buf_release) = {0};
    buf_add_str(&title, "Today · ");
    buf_add_text(&title, page->company);
    struct frame f = {.place = FRAME_TODAY,
                      .title = buf_text(&title),
                      .is_rail = true,
                      .is_live = page->events_address != NULL};
    frame_begin(&f, out);
    buf_add_str(out, "<header class=\"bar\"><div><h1>Today</h1><p class=\"muted\">");
    markup_text(out, page->company);
    buf_add_str(out, " · ");
    html_date(out, page->zone, page->now_us);
    buf_add_str(out, "</p></div><p class=\"live\" role=\"status\" hidden></p>"
                     "<button class=\"news\" type=\"button\" hidden></button></header>\n");
    buf_add_str(out, "<div id=\"part\"");
    if (page->events_address) {
        html_attribute(out, "data-events", text_of(page->events_address));
        html_attribute(out, "data-part", text_of(page->part_address));
        buf_add_str(out, " data-names=\"");
        for (const char *const *name = page->event_names; name && *name; name++) {
            buf_addf(out, "%s%s", name == page->event_names ? "" : " ", *name);
        }
        buf_add_char(out, '"');
    }
    buf_add_str(out, ">\n");
    today_part(page, out);
    buf_add_str(out, "</div>\n");
    frame_end(&f, out);
}
