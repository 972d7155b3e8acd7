#include "feature/page/code_page.h"

#include <inttypes.h>

#include "feature/page/frame.h"
#include "feature/page/html.h"

static void heading(const struct code_page *page, struct buf *out)
{
    const struct code *c = page->code;
    buf_add_str(out, "<header class=\"title\">\n<p class=\"over\">Customer Code</p>\n<h1>");
    markup_text(out, c->title);
    buf_add_str(out, "</h1>\n");
    if (c->scope.len) {
        buf_add_str(out, "<p class=\"lead\">For: ");
        markup_text(out, c->scope);
        buf_add_str(out, ".</p>\n");
    }
    buf_add_str(
        out, "<p class=\"muted\">What we promise, in the words we gave, and beneath each promise "
             "how often we kept it. Every case is counted, and nobody can change the "
             "count.</p>\n</header>\n");
}

static const struct code_record *record_of(const struct code_page *page, struct text promise)
{
    for (size_t i = 0; i < page->record_count; i++) {
        if (text_eq(page->records[i].promise, promise)) {
            return &page->records[i];
        }
    }
    return NULL;
}

bool code_page_shows(const struct code_page *page, size_t i)
{
    const struct code *c = page->code;
    const struct promise *p = &c->promises[i];
    int64_t today = floor_div(zone_to_local(page->zone, page->now_us), DAY_US);
    if (p->applies.has_until && date_to_days(p->applies.until) <= today) {
        return false;
    }
    for (size_t k = 0; k < c->promise_count; k++) {
        const struct promise *other = &c->promises[k];
        bool is_earlier_in_force =
            k != i && text_eq(other->name, p->name) && p->applies.has_from &&
            date_to_days(p->applies.from) > today &&
            (!other->applies.has_until || date_to_days(other->applies.until) > today) &&
            (!other->applies.has_from ||
             date_to_days(other->applies.from) < date_to_days(p->applies.from));
        if (is_earlier_in_force) {
            return false;
        }
    }
    return true;
}

static void window_words(struct buf *out, struct window w)
{
    switch (w.kind) {
    case WINDOW_DAY:
        buf_add_str(out, "each day");
        break;
    case WINDOW_WEEK:
        buf_add_str(out, "each week");
        break;
    case WINDOW_MONTH:
        buf_add_str(out, "each month");
        break;
    case WINDOW_QUARTER:
        buf_add_str(out, "each quarter");
        break;
    case WINDOW_YEAR:
        buf_add_str(out, "each year");
        break;
    case WINDOW_ROLLING:
        buf_add_str(out, "in any ");
        markup_text(out, w.rolling.words);
        break;
    case WINDOW_NONE:
        break;
    }
}

static void amount_words(struct buf *out, const struct code *c, const struct amount *a)
{
    switch (a->kind) {
    case AMOUNT_FIXED:
        html_money(out, a->money);
        break;
    case AMOUNT_SHARE:
        html_ppm(out, a->share_ppm);
        buf_add_str(out, " of the ");
        markup_text(out, a->attribute);
        break;
    case AMOUNT_TABLE:
    case AMOUNT_TABLE_SHARE:
        buf_add_str(out, "an amount by ");
        markup_text(out, c->tables[a->table].attribute);
        break;
    case AMOUNT_NONE:
        break;
    }
}

static void remedy_words(struct buf *out, const struct code *c, const struct remedy *r)
{
    if (r->kind == REMEDY_TASK) {
        markup_text(out, r->task);
        return;
    }
    amount_words(out, c, &r->amount);
    if (r->accrues) {
        buf_add_str(out, r->amount.kind == AMOUNT_NONE ? "" : ", and ");
        html_money(out, r->step);
        buf_add_str(out, " for every further ");
        markup_text(out, r->step_per.words);
    }
    if (r->has_cap) {
        buf_add_str(out, ", up to ");
        html_money(out, r->cap);
    }
    if (r->most > 0) {
        buf_addf(out, ", at most %" PRId64 " times ", r->most);
        window_words(out, r->most_window);
    }
    if (r->if_claimed) {
        buf_add_str(out, ", if you ask within ");
        markup_text(out, r->claim_within.words);
    } else {
        buf_add_str(out, " to you, without asking");
    }
}

static void fine_print(const struct code_page *page, const struct promise *p, struct buf *out)
{
    if (!p->has_target && p->remedy.kind == REMEDY_NONE && !p->applies.has_from) {
        return;
    }
    buf_add_str(out, "<dl class=\"fine\">");
    if (p->has_target) {
        buf_add_str(out, "<div><dt>Our aim</dt><dd>");
        html_ppm(out, p->target_ppm);
        buf_add_char(out, ' ');
        window_words(out, p->target_window);
        buf_add_str(out, "</dd></div>");
    }
    if (p->remedy.kind != REMEDY_NONE) {
        buf_add_str(out, "<div><dt>When we break it</dt><dd>");
        remedy_words(out, page->code, &p->remedy);
        buf_add_str(out, "</dd></div>");
    }
    if (p->applies.has_from) {
        buf_add_str(out, "<div><dt>Since</dt><dd>");
        html_plain_date(out, p->applies.from);
        buf_add_str(out, "</dd></div>");
    }
    buf_add_str(out, "</dl>\n");
}

static void comments_on(const struct code_page *page, const struct promise *p, struct buf *out)
{
    bool any = false;
    for (size_t i = 0; i < page->comment_count; i++) {
        const struct code_comment *c = &page->comments[i];
        if (!text_eq(c->promise, p->name)) {
            continue;
        }
        buf_add_str(out, any ? "" : "<div class=\"comments\"><h4>What people say of it</h4>\n");
        any = true;
        buf_add_str(out, "<blockquote><p>");
        markup_text(out, c->words);
        buf_add_str(out, "</p><footer>");
        markup_text(out, c->name.len ? c->name : TEXT("A customer"));
        buf_add_str(out, "</footer>");
        if (c->answer.len) {
            buf_add_str(out, "<p class=\"answer\"><b>Our answer:</b> ");
            markup_text(out, c->answer);
            buf_add_str(out, "</p>");
        }
        buf_add_str(out, "</blockquote>\n");
    }
    buf_add_str(out, any ? "</div>\n" : "");
    buf_add_str(out, "<p class=\"comment-link\"><a href=\"/code/comment?promise=");
    markup_text(out, p->name);
    buf_add_str(out, "\">Comment on this promise</a></p>\n");
}

static void promise_article(const struct code_page *page, const struct promise *p, struct buf *out)
{
    buf_add_str(out, "<article class=\"promise\"");
    html_attribute(out, "id", p->name);
    buf_add_str(out, ">\n<h3 class=\"words\">");
    markup_text(out, p->words);
    buf_add_str(out, "</h3>\n");
    code_page_record(page, p, record_of(page, p->name), out);
    fine_print(page, p, out);
    comments_on(page, p, out);
    buf_add_str(out, "</article>\n");
}

static void principle_section(const struct code_page *page, size_t number, struct buf *out)
{
    const struct code *c = page->code;
    const struct principle *principle = &c->principles[number];
    bool has_begun = false;
    for (size_t i = 0; i < c->promise_count; i++) {
        const struct promise *p = &c->promises[i];
        if (p->is_expectation || p->principle != (int)number || !code_page_shows(page, i)) {
            continue;
        }
        if (!has_begun) {
            buf_add_str(out, "<section class=\"principle\" id=\"principle:");
            markup_text(out, principle->name);
            buf_add_str(out, "\">\n<header><h2>");
            markup_text(out, principle->title.len ? principle->title : principle->name);
            buf_add_str(out, "</h2>\n<p class=\"muted\">");
            markup_text(out, principle->words);
            buf_add_str(out, "</p></header>\n");
            has_begun = true;
        }
        promise_article(page, p, out);
    }
    if (has_begun) {
        buf_add_str(out, "</section>\n");
    }
}

static void expectations(const struct code_page *page, struct buf *out)
{
    const struct code *c = page->code;
    bool has_begun = false;
    for (size_t i = 0; i < c->promise_count; i++) {
        if (!c->promises[i].is_expectation || !code_page_shows(page, i)) {
            continue;
        }
        buf_add_str(out,
                    has_begun ? "" : "<section class=\"back\">\n<h2>What we ask of you</h2>\n");
        has_begun = true;
        buf_add_str(out, "<p class=\"words\">");
        markup_text(out, c->promises[i].words);
        buf_add_str(out, "</p>\n");
    }
    buf_add_str(out, has_begun ? "</section>\n" : "");
}

static void permissions(const struct code_page *page, struct buf *out)
{
    const struct code *c = page->code;
    if (c->permission_count == 0) {
        return;
    }
    buf_add_str(out, "<section class=\"back\">\n<h2>What our people may do for you</h2>\n");
    for (size_t i = 0; i < c->permission_count; i++) {
        const struct permission *p = &c->permissions[i];
        buf_add_str(out, "<p class=\"words\">");
        markup_text(out, p->words);
        buf_add_str(out, "</p>\n<ul class=\"grants\">\n");
        for (size_t k = 0; k < p->grant_count; k++) {
            const struct grant *g = &p->grants[k];
            buf_add_str(out, "<li>");
            markup_text(out, g->act);
            buf_add_str(out, " up to ");
            html_money(out, g->up_to);
            buf_add_str(out, " per ");
            markup_text(out, g->key.kind == KEY_THREAD     ? TEXT("conversation")
                             : g->key.kind == KEY_CUSTOMER ? TEXT("customer")
                                                           : g->key.attribute);
            buf_add_str(out, ": any ");
            markup_text(out, g->role);
            buf_add_str(out, "</li>\n");
        }
        buf_add_str(out, "</ul>\n");
    }
    buf_add_str(out, "</section>\n");
}

static bool is_mail_address(struct text t)
{
    size_t at = 0;
    for (size_t i = 0; i < t.len; i++) {
        unsigned char c = (unsigned char)t.ptr[i];
        if (c <= ' ' || c == '"' || c == '?' || c == '&' || c == '%') {
            return false;
        }
        at += c == '@';
    }
    return at == 1 && t.ptr[0] != '@' && t.ptr[t.len - 1] != '@';
}

static void complaining(const struct code_page *page, struct buf *out)
{
    const struct code *c = page->code;
    buf_add_str(out, "<section class=\"back\" id=\"section:complain\">\n<h2>If we break a "
                     "promise</h2>\n<p>Tell us: ");
    if (is_mail_address(c->contact)) {
        buf_add_str(out, "<a href=\"mailto:");
        markup_text(out, c->contact);
        buf_add_str(out, "\">");
        markup_text(out, c->contact);
        buf_add_str(out, "</a>");
    } else {
        markup_text(out, c->contact);
    }
    buf_add_str(out, ".");
    if (c->channel_count > 0) {
        buf_add_str(out, " You reach us by ");
        for (size_t i = 0; i < c->channel_count; i++) {
            buf_add_str(out, i == 0 ? "" : i + 1 == c->channel_count ? " and " : ", ");
            markup_text(out, c->channels[i]);
        }
        buf_add_str(out, ".");
    }
    buf_add_str(out,
                "</p>\n<p>Where a promise names what we owe you, you need not prove anything: the "
                "same count that you see here decides.</p>\n</section>\n");
}

static void edition(const struct code_page *page, struct buf *out)
{
    const struct code *c = page->code;
    buf_addf(out,
             "<footer class=\"edition\">\n<dl class=\"fine\"><div><dt>Version</dt><dd>%" PRIu32
             "</dd></div><div><dt>Published</dt><dd>",
             page->version);
    html_date(out, page->zone, page->published_us);
    buf_add_str(out, "</dd></div>");
    if (c->applies.has_from) {
        buf_add_str(out, "<div><dt>In force from</dt><dd>");
        html_plain_date(out, c->applies.from);
        buf_add_str(out, "</dd></div>");
    }
    if (c->has_review) {
        buf_add_str(out, "<div><dt>Reviewed every</dt><dd>");
        markup_text(out, c->review.words);
        buf_add_str(out, "</dd></div>");
    }
    if (c->owner.len) {
        buf_add_str(out, "<div><dt>Who answers for it</dt><dd>");
        markup_text(out, c->owner);
        buf_add_str(out, "</dd></div>");
    }
    buf_add_str(out, "<div><dt>Counted until</dt><dd>");
    html_date(out, page->zone, page->now_us);
    buf_add_str(out, " ");
    html_time(out, page->zone, page->now_us, page->now_us);
    buf_add_str(out,
                "</dd></div></dl>\n<p class=\"muted\">How to read the figures: of the cases that "
                "were decided, so many were kept; excused ones stand beside it, not in it. The "
                "interval says how far chance alone could move the share (95 %, Wilson). Under "
                "five cases we say nothing.</p>\n</footer>\n");
}

void code_page(const struct code_page *page, struct buf *out)
{
    struct buf title CLEANUP(buf_release) = {0};
    buf_add_text(&title, page->code->title);
    buf_add_str(&title, ": Customer Code");
    struct frame f = {.title = buf_text(&title)};
    frame_begin(&f, out);
    buf_add_str(out, "<div class=\"paper\">\n");
    heading(page, out);
    code_page_contents(page, out);
    for (size_t i = 0; i < page->code->principle_count; i++) {
        principle_section(page, i, out);
    }
    expectations(page, out);
    permissions(page, out);
    complaining(page, out);
    edition(page, out);
    buf_add_str(out, "</div>\n");
    frame_end(out);
}
