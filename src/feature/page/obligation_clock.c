/* An obligation's clock as a drawing: places in percent, so it is as wide as the page. */
#include "feature/page/html.h"
#include "feature/page/obligation_page.h"

enum { LINE_Y = 26, LEFT = 2, RIGHT = 98 };

struct span_drawn {
    int64_t from_us, until_us; /* the whole drawing */
};

static double x_of(const struct span_drawn *s, int64_t us)
{
    double share = (double)(us - s->from_us) / (double)(s->until_us - s->from_us);
    share = share < 0 ? 0 : share > 1 ? 1 : share;
    return LEFT + (RIGHT - LEFT) * share;
}

static int64_t later(int64_t a, int64_t b)
{
    return b != MOMENT_NEVER && b > a ? b : a;
}

static struct span_drawn span_of(const struct obligation_page *page)
{
    bool is_open = page->state == STATE_OPEN || page->state == STATE_PAUSED;
    int64_t until_us = later(page->opened_us, page->due_us);
    until_us = later(until_us, page->decided_us);
    until_us = later(until_us, page->fulfilled_us);
    until_us = is_open ? later(until_us, page->now_us) : until_us;
    if (until_us == page->opened_us) {
        until_us += SECOND_US; /* decided at once: a line all the same */
    }
    return (struct span_drawn){page->opened_us, until_us};
}

static void stretch(struct buf *out, const struct span_drawn *s, const char *class, int64_t from_us,
                    int64_t until_us)
{
    if (until_us > from_us) {
        buf_addf(out, "<line class=\"%s\" x1=\"%.2f%%\" x2=\"%.2f%%\" y1=\"%d\" y2=\"%d\"/>", class,
                 x_of(s, from_us), x_of(s, until_us), LINE_Y, LINE_Y);
    }
}

/* The clock runs, or stands, from one step to the next; what lies ahead is dashed. */
static void stretches(struct buf *out, const struct obligation_page *page,
                      const struct span_drawn *s)
{
    bool is_open = page->state == STATE_OPEN || page->state == STATE_PAUSED;
    int64_t end_us = page->decided_us != MOMENT_NEVER ? page->decided_us : page->now_us;
    int64_t from_us = page->opened_us;
    bool is_paused = false;
    for (size_t i = 0; i < page->step_count; i++) {
        const struct obligation_step *step = &page->steps[i];
        if (step->kind == ENTRY_PAUSED || step->kind == ENTRY_RESUMED) {
            stretch(out, s, is_paused ? "stands" : "runs", from_us, step->at_us);
            from_us = step->at_us;
            is_paused = step->kind == ENTRY_PAUSED;
        }
    }
    stretch(out, s, is_paused ? "stands" : "runs", from_us, end_us);
    if (is_open && page->due_us != MOMENT_NEVER) {
        stretch(out, s, "ahead", end_us, page->due_us);
    }
    if (page->state == STATE_BROKEN && page->fulfilled_us != MOMENT_NEVER) {
        stretch(out, s, "late", end_us, page->fulfilled_us);
    }
}

static void point(struct buf *out, const struct span_drawn *s, int64_t us, enum mark mark)
{
    buf_addf(out, "<svg class=\"at\" x=\"%.2f%%\" y=\"%d\" overflow=\"visible\">", x_of(s, us),
             LINE_Y - 8);
    buf_add_str(out, "<svg x=\"-8\" width=\"16\" height=\"16\" viewBox=\"0 0 16 16\" "
                     "class=\"ground\"><rect width=\"16\" height=\"16\"/></svg>"
                     "<svg x=\"-8\" width=\"16\" height=\"16\" viewBox=\"0 0 16 16\">");
    html_shape(out, mark);
    buf_add_str(out, "</svg></svg>");
}

static enum mark verdict_mark(enum state state)
{
    switch (state) {
    case STATE_KEPT:
        return MARK_KEPT;
    case STATE_BROKEN:
        return MARK_BROKEN;
    case STATE_EXCUSED:
        return MARK_EXCUSED;
    case STATE_VOID:
        return MARK_VOID;
    case STATE_PAUSED:
        return MARK_PAUSED;
    case STATE_OPEN:
        break;
    }
    return MARK_OPEN;
}

/* Words under the line; those near an end lean inwards. */
static void label(struct buf *out, const struct span_drawn *s, int64_t us, int y, const char *word)
{
    double x = x_of(s, us);
    buf_addf(out, "<text x=\"%.2f%%\" y=\"%d\" text-anchor=\"%s\">%s</text>", x, y,
             x < 12   ? "start"
             : x > 88 ? "end"
                      : "middle",
             word);
}

/* A line lower when the label before it is near. */
static int label_y(const struct span_drawn *s, int64_t before_us, int64_t us)
{
    enum { NEAR_PERCENT = 26 };
    return x_of(s, us) - x_of(s, before_us) < NEAR_PERCENT ? 64 : 50;
}

void obligation_clock(const struct obligation_page *page, struct buf *out)
{
    struct span_drawn s = span_of(page);
    bool is_decided = page->decided_us != MOMENT_NEVER;
    buf_add_str(out, "<svg class=\"clock-line\" width=\"100%\" height=\"70\" role=\"img\" "
                     "aria-label=\"The clock from the opening on; the steps below say the same in "
                     "words.\">\n");
    stretches(out, page, &s);
    point(out, &s, page->opened_us, MARK_OPEN);
    label(out, &s, page->opened_us, 50, "opened");
    for (size_t i = 0; i < page->step_count; i++) {
        if (page->steps[i].kind == ENTRY_PAUSED) {
            point(out, &s, page->steps[i].at_us, MARK_PAUSED);
        }
    }
    if (page->due_us != MOMENT_NEVER && page->due_us > page->opened_us) {
        double x = x_of(&s, page->due_us);
        buf_addf(out, "<line class=\"due-line\" x1=\"%.2f%%\" x2=\"%.2f%%\" y1=\"12\" y2=\"40\"/>",
                 x, x);
        label(out, &s, page->due_us, 9, "due");
    }
    if (is_decided) {
        point(out, &s, page->decided_us, verdict_mark(page->state));
        label(out, &s, page->decided_us, label_y(&s, page->opened_us, page->decided_us),
              mark_word(verdict_mark(page->state)));
    } else {
        point(out, &s, page->now_us, page->is_soon ? MARK_SOON : verdict_mark(page->state));
        label(out, &s, page->now_us, label_y(&s, page->opened_us, page->now_us), "now");
    }
    if (page->state == STATE_BROKEN && page->fulfilled_us != MOMENT_NEVER) {
        point(out, &s, page->fulfilled_us, MARK_OPEN);
        label(out, &s, page->fulfilled_us, label_y(&s, page->decided_us, page->fulfilled_us),
              "done, late");
    }
    buf_add_str(out, "</svg>\n");
}
