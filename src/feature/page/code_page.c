#include "feature/page/code_page.h"

#include <inttypes.h>

#include "feature/page/frame.h"
#include "feature/page/html.h"

static const struct page_words *words_of(const struct code_page *page)
{
    return page_words(page->language);
}

/* A pattern with one value, which is text and no markup yet. */
static void say_text(struct buf *out, const char *pattern, struct text value)
{
    struct buf marked CLEANUP(buf_release) = {0};
    markup_text(&marked, value);
    pattern_fill(out, pattern, (const struct text[]){buf_text(&marked)});
}

static void heading(const struct code_page *page, struct buf *out)
{
    const struct code *c = page->code;
    const struct page_words *w = words_of(page);
    buf_addf(out, "<header class=\"title\">\n<p class=\"over\">%s</p>\n<h1>", w->customer_code);
    markup_text(out, c->title);
    buf_add_str(out, "</h1>\n");
    if (c->scope.len) {
        buf_add_str(out, "<p class=\"lead\">");
        say_text(out, w->scope, c->scope);
        buf_add_str(out, "</p>\n");
    }
    buf_addf(out, "<p class=\"muted\">%s</p>\n</header>\n", w->lead);
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

static void window_words(const struct code_page *page, struct buf *out, struct window window)
{
    const struct page_words *w = words_of(page);
    const char *const fixed[] = {
        [WINDOW_DAY] = w->each_day,     [WINDOW_WEEK] = w->each_week,
        [WINDOW_MONTH] = w->each_month, [WINDOW_QUARTER] = w->each_quarter,
        [WINDOW_YEAR] = w->each_year,
    };
    if (window.kind == WINDOW_ROLLING) {
        struct buf span CLEANUP(buf_release) = {0};
        language_duration(&span, page->language, SPAN_COUNTED, &window.rolling);
        pattern_fill(out, w->in_any, (const struct text[]){buf_text(&span)});
    } else if (window.kind != WINDOW_NONE) {
        buf_add_str(out, fixed[window.kind]);
    }
}

static void amount_words(const struct code_page *page, struct buf *out, const struct amount *a)
{
    const struct page_words *w = words_of(page);
    struct buf share CLEANUP(buf_release) = {0}, name CLEANUP(buf_release) = {0};
    switch (a->kind) {
    case AMOUNT_FIXED:
        html_money(out, page->language, a->money);
        break;
    case AMOUNT_SHARE:
        html_ppm(&share, page->language, a->share_ppm);
        markup_text(&name, a->attribute);
        pattern_fill(out, w->share_of, (const struct text[]){buf_text(&share), buf_text(&name)});
        break;
    case AMOUNT_TABLE:
    case AMOUNT_TABLE_SHARE:
        say_text(out, w->amount_by, page->code->tables[a->table].attribute);
        break;
    case AMOUNT_NONE:
        break;
    }
}

/* What grows with the time, its bound, and how often it is given. */
static void accrual_words(const struct code_page *page, struct buf *out, const struct remedy *r)
{
    const struct page_words *w = words_of(page);
    struct buf first CLEANUP(buf_release) = {0}, second CLEANUP(buf_release) = {0};
    if (r->accrues) {
        html_money(&first, page->language, r->step);
        language_duration(&second, page->language, SPAN_AS_WRITTEN, &r->step_per);
        buf_add_str(out, r->amount.kind == AMOUNT_NONE ? "" : w->and_then);
        pattern_fill(out, w->for_every, (const struct text[]){buf_text(&first), buf_text(&second)});
    }
    if (r->has_cap) {
        buf_clear(&first);
        html_money(&first, page->language, r->cap);
        pattern_fill(out, w->up_to, (const struct text[]){buf_text(&first)});
    }
    if (r->most > 0) {
        buf_clear(&first);
        buf_clear(&second);
        html_count(&first, page->language, (uint64_t)r->most);
        window_words(page, &second, r->most_window);
        pattern_fill(out, w->at_most, (const struct text[]){buf_text(&first), buf_text(&second)});
    }
}

static void remedy_words(const struct code_page *page, struct buf *out, const struct remedy *r)
{
    const struct page_words *w = words_of(page);
    if (r->kind == REMEDY_TASK) {
        markup_text(out, r->task);
        return;
    }
    amount_words(page, out, &r->amount);
    accrual_words(page, out, r);
    if (r->if_claimed) {
        struct buf span CLEANUP(buf_release) = {0};
        language_duration(&span, page->language, SPAN_COUNTED, &r->claim_within);
        pattern_fill(out, w->if_claimed, (const struct text[]){buf_text(&span)});
    } else {
        buf_add_str(out, w->unasked);
    }
}

static void fine_begin(struct buf *out, const char *name)
{
    buf_addf(out, "<div><dt>%s</dt><dd>", name);
}

static void fine_end(struct buf *out)
{
    buf_add_str(out, "</dd></div>");
}

static void fine_print(const struct code_page *page, const struct promise *p, struct buf *out)
{
    const struct page_words *w = words_of(page);
    if (!p->has_target && p->remedy.kind == REMEDY_NONE && !p->applies.has_from) {
        return;
    }
    buf_add_str(out, "<dl class=\"fine\">");
    if (p->has_target) {
        fine_begin(out, w->our_aim);
        html_ppm(out, page->language, p->target_ppm);
        buf_add_char(out, ' ');
        window_words(page, out, p->target_window);
        fine_end(out);
    }
    if (p->remedy.kind != REMEDY_NONE) {
        fine_begin(out, w->when_broken);
        remedy_words(page, out, &p->remedy);
        fine_end(out);
    }
    if (p->applies.has_from) {
        fine_begin(out, w->since);
        html_plain_date(out, page->language, p->applies.from);
        fine_end(out);
    }
    buf_add_str(out, "</dl>\n");
}

static void comments_on(const struct code_page *page, const struct promise *p, struct buf *out)
{
    const struct page_words *w = words_of(page);
    bool any = false;
    for (size_t i = 0; i < page->comment_count; i++) {
        const struct code_comment *c = &page->comments[i];
        if (!text_eq(c->promise, p->name)) {
            continue;
        }
        if (!any) {
            buf_addf(out, "<div class=\"comments\"><h4>%s</h4>\n", w->said_of_it);
        }
        any = true;
        buf_add_str(out, "<blockquote><p>");
        markup_text(out, c->words);
        buf_add_str(out, "</p><footer>");
        markup_text(out, c->name.len ? c->name : text_of(w->a_customer));
        buf_add_str(out, "</footer>");
        if (c->answer.len) {
            buf_addf(out, "<p class=\"answer\"><b>%s</b> ", w->our_answer);
            markup_text(out, c->answer);
            buf_add_str(out, "</p>");
        }
        buf_add_str(out, "</blockquote>\n");
    }
    buf_add_str(out, any ? "</div>\n" : "");
    buf_add_str(out, "<p class=\"comment-link\"><a href=\"/code/comment?promise=");
    markup_text(out, p->name);
    buf_addf(out, "&amp;lang=%s\">%s</a></p>\n", language_tag(page->language), w->comment_link);
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
    code_page_rules(page, p, out);
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
        if (!has_begun) {
            buf_addf(out, "<section class=\"back\">\n<h2>%s</h2>\n", words_of(page)->expectations);
        }
        has_begun = true;
        buf_add_str(out, "<p class=\"words\">");
        markup_text(out, c->promises[i].words);
        buf_add_str(out, "</p>\n");
    }
    buf_add_str(out, has_begun ? "</section>\n" : "");
}

static void grant(const struct code_page *page, const struct grant *g, struct buf *out)
{
    const struct page_words *w = words_of(page);
    struct buf act CLEANUP(buf_release) = {0}, most CLEANUP(buf_release) = {0},
                   key CLEANUP(buf_release) = {0}, role CLEANUP(buf_release) = {0};
    markup_text(&act, g->act);
    html_money(&most, page->language, g->up_to);
    markup_text(&key, g->key.kind == KEY_THREAD     ? text_of(w->conversation)
                      : g->key.kind == KEY_CUSTOMER ? text_of(w->customer)
                                                    : g->key.attribute);
    markup_text(&role, g->role);
    const struct text values[] = {buf_text(&act), buf_text(&most), buf_text(&key), buf_text(&role)};
    buf_add_str(out, "<li>");
    pattern_fill(out, w->grant, values);
    buf_add_str(out, "</li>\n");
}

static void permissions(const struct code_page *page, struct buf *out)
{
    const struct code *c = page->code;
    if (c->permission_count == 0) {
        return;
    }
    buf_addf(out, "<section class=\"back\">\n<h2>%s</h2>\n", words_of(page)->permissions);
    for (size_t i = 0; i < c->permission_count; i++) {
        const struct permission *p = &c->permissions[i];
        buf_add_str(out, "<p class=\"words\">");
        markup_text(out, p->words);
        buf_add_str(out, "</p>\n<ul class=\"grants\">\n");
        for (size_t k = 0; k < p->grant_count; k++) {
            grant(page, &p->grants[k], out);
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

static void contact_link(struct text contact, struct buf *out)
{
    if (!is_mail_address(contact)) {
        markup_text(out, contact);
        return;
    }
    buf_add_str(out, "<a href=\"mailto:");
    markup_text(out, contact);
    buf_add_str(out, "\">");
    markup_text(out, contact);
    buf_add_str(out, "</a>");
}

static void complaining(const struct code_page *page, struct buf *out)
{
    const struct code *c = page->code;
    const struct page_words *w = words_of(page);
    struct buf contact CLEANUP(buf_release) = {0}, channels CLEANUP(buf_release) = {0};
    buf_addf(out, "<section class=\"back\" id=\"section:complain\">\n<h2>%s</h2>\n<p>",
             w->complain);
    if (c->contact.len > 0) {
        contact_link(c->contact, &contact);
        pattern_fill(out, w->tell_us, (const struct text[]){buf_text(&contact)});
    }
    for (size_t i = 0; i < c->channel_count; i++) {
        buf_add_str(&channels, i == 0 ? "" : i + 1 == c->channel_count ? w->last_and : ", ");
        markup_text(&channels, c->channels[i]);
    }
    if (c->channel_count > 0) {
        pattern_fill(out, w->reach_us, (const struct text[]){buf_text(&channels)});
    }
    buf_addf(out, "</p>\n<p>%s</p>\n</section>\n", w->no_proof);
}

static void edition(const struct code_page *page, struct buf *out)
{
    const struct code *c = page->code;
    const struct page_words *w = words_of(page);
    enum language l = page->language;
    buf_add_str(out, "<footer class=\"edition\">\n<dl class=\"fine\">");
    fine_begin(out, w->version);
    buf_addf(out, "%" PRIu32, page->version);
    fine_end(out);
    fine_begin(out, w->published);
    html_date(out, l, page->zone, page->published_us);
    fine_end(out);
    if (c->applies.has_from) {
        fine_begin(out, w->in_force_from);
        html_plain_date(out, l, c->applies.from);
        fine_end(out);
    }
    if (c->has_review) {
        fine_begin(out, w->reviewed_every);
        language_duration(out, l, SPAN_AS_WRITTEN, &c->review);
        fine_end(out);
    }
    if (c->second_person) {
        fine_begin(out, w->excuses_head);
        buf_add_str(out, w->second_person);
        fine_end(out);
    }
    if (c->owner.len) {
        fine_begin(out, w->answers_for_it);
        markup_text(out, c->owner);
        fine_end(out);
    }
    fine_begin(out, w->counted_until);
    html_date(out, l, page->zone, page->now_us);
    buf_add_char(out, ' ');
    html_time(out, l, page->zone, page->now_us);
    fine_end(out);
    buf_addf(out, "</dl>\n<p class=\"muted\">%s</p>\n</footer>\n", w->how_to_read);
}

void code_page(const struct code_page *page, struct buf *out)
{
    struct buf title CLEANUP(buf_release) = {0};
    buf_add_text(&title, page->code->title);
    buf_addf(&title, ": %s", words_of(page)->customer_code);
    struct frame f = {.language = page->language,
                      .title = buf_text(&title),
                      .address = TEXT("/code"),
                      .brand = page->brand,
                      .logo = page->logo};
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

void code_page_missing(enum language l, struct text brand, struct text logo, struct buf *out)
{
    const struct page_words *w = page_words(l);
    struct frame f = {.language = l,
                      .title = text_of(w->customer_code),
                      .address = TEXT("/code"),
                      .brand = brand,
                      .logo = logo};
    frame_begin(&f, out);
    buf_addf(out, "<div class=\"gate\">\n<h1>%s</h1>\n<p>%s</p>\n</div>\n", w->nothing_published,
             w->comes_later);
    frame_end(out);
}
