/* The list of contents of /code: principles and promises in their own words, each a link. Many
 * promises are folded away beneath their principle. */
#include <inttypes.h>

#include "feature/page/code_page.h"
#include "feature/page/html.h"

enum { WORTH_A_LIST = 4, FOLDED_FROM = 31 };

static bool is_under(const struct code_page *page, size_t promise, size_t principle)
{
    const struct promise *p = &page->code->promises[promise];
    return !p->is_expectation && p->principle == (int)principle && code_page_shows(page, promise);
}

static size_t count_under(const struct code_page *page, size_t principle)
{
    size_t count = 0;
    for (size_t i = 0; i < page->code->promise_count; i++) {
        count += is_under(page, i, principle);
    }
    return count;
}

static void promises_of(const struct code_page *page, size_t principle, struct buf *out)
{
    buf_add_str(out, "<ul>\n");
    for (size_t i = 0; i < page->code->promise_count; i++) {
        if (!is_under(page, i, principle)) {
            continue;
        }
        const struct promise *p = &page->code->promises[i];
        buf_add_str(out, "<li><a class=\"words\" href=\"#");
        markup_text(out, p->name);
        buf_add_str(out, "\">");
        markup_text(out, p->words);
        buf_add_str(out, "</a></li>\n");
    }
    buf_add_str(out, "</ul>\n");
}

static void principle_entry(const struct code_page *page, size_t number, bool is_folded,
                            struct buf *out)
{
    const struct principle *principle = &page->code->principles[number];
    size_t count = count_under(page, number);
    if (count == 0) {
        return;
    }
    buf_add_str(out, "<li><a href=\"#principle:");
    markup_text(out, principle->name);
    buf_add_str(out, "\">");
    markup_text(out, principle->title.len ? principle->title : principle->name);
    buf_add_str(out, "</a>\n");
    if (is_folded) {
        const struct page_words *w = page_words(page->language);
        struct buf n CLEANUP(buf_release) = {0};
        html_count(&n, page->language, count);
        buf_add_str(out, "<details><summary>");
        pattern_fill(out, count == 1 ? w->one_promise : w->promises,
                     (const struct text[]){buf_text(&n)});
        buf_add_str(out, "</summary>\n");
    }
    promises_of(page, number, out);
    buf_add_str(out, is_folded ? "</details></li>\n" : "</li>\n");
}

void code_page_contents(const struct code_page *page, struct buf *out)
{
    size_t total = 0;
    for (size_t i = 0; i < page->code->principle_count; i++) {
        total += count_under(page, i);
    }
    if (total < WORTH_A_LIST) {
        return;
    }
    const struct page_words *w = page_words(page->language);
    buf_addf(out, "<nav class=\"contents\" aria-label=\"%s\">\n<ul>\n", w->contents);
    for (size_t i = 0; i < page->code->principle_count; i++) {
        principle_entry(page, i, total >= FOLDED_FROM, out);
    }
    buf_addf(out, "<li><a href=\"#section:complain\">%s</a></li>\n</ul>\n</nav>\n", w->complain);
}
