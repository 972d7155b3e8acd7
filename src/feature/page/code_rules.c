/* Beneath a promise of /code: what counts as kept and as broken, as the explainer tells it. */
#include "feature/page/code_page.h"
#include "feature/page/html.h"
#include "lang/explain_part.h"

/* What is owed, aimed at and since when stands above in words of the page's own; whom the company
 * warns inside is nothing to a customer. */
static bool is_told(const struct wording *w, struct text about)
{
    static const enum about others[] = {ABOUT_WARNS, ABOUT_OWED, ABOUT_TARGET, ABOUT_APPLIES};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (text_is(about, w->abouts[others[i]])) {
            return false;
        }
    }
    return true;
}

void code_page_rules(const struct code_page *page, const struct promise *promise, struct buf *out)
{
    struct arena arena CLEANUP(arena_release) = {0};
    struct telling t = telling_of(&arena, page->code, page->language);
    const struct explain_example none = {0};
    struct explained e = explain_promise_rows(&t, promise, &none);
    buf_addf(out, "<details class=\"rules\"><summary>%s</summary>\n<dl>",
             page_words(page->language)->what_counts);
    struct text last = {0};
    for (size_t i = 0; i < e.count; i++) {
        struct text about = e.rows[i].about;
        if (!is_told(t.w, about)) {
            continue;
        }
        if (!text_eq(about, last)) {
            buf_add_str(out, last.len ? "</div><div><dt>" : "<div><dt>");
            markup_text(out, about);
            buf_add_str(out, "</dt>");
            last = about;
        }
        buf_add_str(out, "<dd>");
        markup_text(out, e.rows[i].words);
        buf_add_str(out, "</dd>");
    }
    buf_add_str(out, last.len ? "</div></dl></details>\n" : "</dl></details>\n");
}
