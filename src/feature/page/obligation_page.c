#include "feature/page/obligation_page.h"

#include "feature/page/frame.h"
#include "feature/page/html.h"

static enum mark mark_of(const struct obligation_page *page)
{
    switch (page->state) {
    case STATE_OPEN:
        return page->is_soon ? MARK_SOON : MARK_OPEN;
    case STATE_PAUSED:
        return MARK_PAUSED;
    case STATE_KEPT:
        return MARK_KEPT;
    case STATE_BROKEN:
        return MARK_BROKEN;
    case STATE_EXCUSED:
        return MARK_EXCUSED;
    case STATE_VOID:
        return MARK_VOID;
    }
    return MARK_OPEN;
}

static const struct {
    const char *words;
    enum mark mark;
} kinds[] = {
    [ENTRY_OPENED] = {"The promise applies from here", MARK_OPEN},
    [ENTRY_PAUSED] = {"The clock was stopped", MARK_PAUSED},
    [ENTRY_RESUMED] = {"The clock runs again", MARK_OPEN},
    [ENTRY_EXTENDED] = {"More time was given", MARK_OPEN},
    [ENTRY_WARNED] = {"Warned: soon it breaks", MARK_SOON},
    [ENTRY_KEPT] = {"Kept", MARK_KEPT},
    [ENTRY_BROKEN] = {"Broken", MARK_BROKEN},
    [ENTRY_EXCUSED] = {"Excused", MARK_EXCUSED},
    [ENTRY_VOID] = {"It no longer applies", MARK_VOID},
    [ENTRY_FULFILLED] = {"Done after all, late", MARK_OPEN},
    [ENTRY_OWED] = {"We owe", MARK_OPEN},
    [ENTRY_NOT_OWED] = {"Nothing is owed", MARK_VOID},
    [ENTRY_WITHDRAWN] = {"No longer owed", MARK_VOID},
    [ENTRY_CORRECTED] = {"Corrected by a touch that arrived late", MARK_OPEN},
    [ENTRY_COUNTED] = {"One more counted", MARK_OPEN},
};

static void touch_behind(const struct obligation_page *page, const struct obligation_step *s,
                         struct buf *out)
{
    static const char *const actors[] = {"", "our staff", "the customer", "the bot", "a system"};
    buf_add_str(out, "<p class=\"behind\">");
    if (s->event.len == 0) {
        buf_add_str(out, "by the clock</p>");
        return;
    }
    buf_add_str(out, "<code>");
    markup_text(out, s->event);
    buf_add_str(out, "</code>");
    if (s->person.len) {
        buf_add_str(out, " by ");
        markup_text(out, s->person);
    } else if (s->actor != ACTOR_UNKNOWN) {
        buf_addf(out, " by %s", actors[s->actor]);
    }
    if (s->channel.len) {
        buf_add_str(out, " · ");
        markup_text(out, s->channel);
    }
    if (s->touch_us != s->at_us) {
        buf_add_str(out, " · occurred ");
        html_time(out, page->zone, s->touch_us, s->at_us);
    }
    buf_add_str(out, " · ");
    markup_text(out, s->source);
    buf_add_str(out, " <code>");
    markup_text(out, s->id);
    buf_add_str(out, "</code></p>");
}

static void step(const struct obligation_page *page, const struct obligation_step *s,
                 struct buf *out)
{
    buf_add_str(out, "<li>");
    html_shape(out, kinds[s->kind].mark);
    buf_addf(out, "<div><p class=\"what\"><strong>%s</strong>", kinds[s->kind].words);
    if ((s->kind == ENTRY_OWED || s->kind == ENTRY_WITHDRAWN) && s->amount.currency[0]) {
        buf_add_str(out, " ");
        html_money(out, s->amount);
    }
    if (s->task.len) {
        buf_add_str(out, ": ");
        markup_text(out, s->task);
    }
    bool moves_due =
        s->kind == ENTRY_OPENED || s->kind == ENTRY_RESUMED || s->kind == ENTRY_EXTENDED;
    if (moves_due && s->due_us != MOMENT_NEVER) {
        buf_add_str(out, " <span class=\"muted\">· due ");
        html_time(out, page->zone, s->due_us, s->at_us);
        buf_add_str(out, "</span>");
    }
    buf_add_str(out, "</p>");
    touch_behind(page, s, out);
    buf_add_str(out, "</div><p class=\"at\">");
    html_time(out, page->zone, s->at_us, page->now_us);
    buf_add_str(out, "</p></li>\n");
}

/* "12 min left", "broken, 2 h 5 min late": where it stands, in a sentence. */
static void standing(const struct obligation_page *page, struct buf *out)
{
    buf_add_str(out, "<p class=\"standing\">");
    html_mark(out, mark_of(page));
    if (page->state == STATE_OPEN && page->due_us != MOMENT_NEVER) {
        buf_addf(out, "<span>");
        html_span(out, page->due_us - page->now_us);
        buf_add_str(out, " left, due ");
        html_time(out, page->zone, page->due_us, page->now_us);
        buf_add_str(out, "</span>");
    } else if (page->state == STATE_PAUSED) {
        buf_add_str(out, "<span>The clock stands still until the customer is back with us.</span>");
    } else if (page->decided_us != MOMENT_NEVER) {
        buf_add_str(out, "<span>");
        html_time(out, page->zone, page->decided_us, page->now_us);
        if (page->state == STATE_KEPT) {
            buf_add_str(out, ", after ");
            html_span(out, page->decided_us - page->opened_us);
        } else if (page->state == STATE_BROKEN && page->fulfilled_us != MOMENT_NEVER) {
            buf_add_str(out, ", then done ");
            html_span(out, page->fulfilled_us - page->decided_us);
            buf_add_str(out, " late");
        } else if (page->state == STATE_BROKEN) {
            buf_add_str(out, ", and not done yet");
        }
        buf_add_str(out, "</span>");
    }
    buf_add_str(out, "</p>\n");
}

static void fact(struct buf *out, const char *name, struct text value)
{
    if (value.len) {
        buf_addf(out, "<div><dt>%s</dt><dd>", name);
        markup_text(out, value);
        buf_add_str(out, "</dd></div>");
    }
}

void obligation_page(const struct obligation_page *page, struct buf *out)
{
    struct buf title CLEANUP(buf_release) = {0};
    buf_add_text(&title, page->promise);
    buf_add_str(&title, " · ");
    buf_add_text(&title, page->key);
    struct frame f = {.place = FRAME_OBLIGATION, .title = buf_text(&title), .is_rail = true};
    frame_begin(&f, out);
    buf_add_str(out,
                "<div class=\"obligation\">\n<p class=\"back-link\"><a href=\"/\">← Today</a></p>\n"
                "<h1 class=\"words\">");
    markup_text(out, page->words);
    buf_add_str(out, "</h1>\n");
    standing(page, out);
    if (page->opened_us != page->decided_us) {
        obligation_clock(page, out); /* one decided at once had none */
    }
    buf_add_str(out, "<dl class=\"fine\">");
    fact(out, "Customer", page->customer);
    fact(out, "About", page->key);
    fact(out, "Channel", page->channel);
    fact(out, "Limit", page->limit);
    fact(out, "Promise", page->promise);
    fact(out, "Principle", page->principle);
    buf_add_str(out, "</dl>\n<h2>What happened</h2>\n<ol class=\"steps\">\n");
    for (size_t i = 0; i < page->step_count; i++) {
        step(page, &page->steps[i], out);
    }
    buf_add_str(out, "</ol>\n</div>\n");
    frame_end(&f, out);
}
