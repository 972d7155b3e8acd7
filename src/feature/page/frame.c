#include "feature/page/frame.h"

#include "feature/page/asset.h"
#include "feature/page/html.h"
#include "feature/page/words.h"

static void alternates(const struct frame *f, struct buf *out)
{
    for (int i = 0; i < LANGUAGES; i++) {
        const char *tag = language_tag((enum language)i);
        buf_addf(out, "<link rel=\"alternate\" hreflang=\"%s\" href=\"%.*s?lang=%s\">\n", tag,
                 TEXT_ARG(f->address), tag);
    }
    buf_addf(out, "<link rel=\"alternate\" hreflang=\"x-default\" href=\"%.*s\">\n",
             TEXT_ARG(f->address));
}

/* Each language in its own words. */
static void language_switch(const struct frame *f, struct buf *out)
{
    buf_addf(out, "<nav class=\"languages\" aria-label=\"%s\"><ul>\n",
             page_words(f->language)->languages);
    for (int i = 0; i < LANGUAGES; i++) {
        enum language l = (enum language)i;
        const char *tag = language_tag(l);
        buf_addf(out, "<li><a href=\"%.*s?lang=%s\" hreflang=\"%s\" lang=\"%s\"%s>%s</a></li>\n",
                 TEXT_ARG(f->address), tag, tag, tag,
                 l == f->language ? " aria-current=\"true\"" : "", language_name(l));
    }
    buf_add_str(out, "</ul></nav>\n");
}

static void logo_and_name(struct text logo, struct text name, struct buf *out)
{
    if (logo.len) {
        buf_add_str(out, "<img alt=\"\" height=\"32\"");
        html_attribute(out, "src", logo);
        buf_add_str(out, ">");
    }
    markup_text(out, name);
}

static void company(const struct frame *f, struct buf *out)
{
    if (f->brand.len + f->logo.len == 0) {
        return;
    }
    buf_add_str(out, "<header class=\"company\">");
    logo_and_name(f->logo, f->brand, out);
    buf_add_str(out, "</header>\n");
}

void frame_begin(const struct frame *f, struct buf *out)
{
    buf_addf(out,
             "<!doctype html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n"
             "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
             "<meta name=\"color-scheme\" content=\"light dark\">\n<title>",
             language_tag(f->language));
    markup_text(out, f->title);
    buf_addf(out, "</title>\n<link rel=\"icon\" href=\"%s\" type=\"image/svg+xml\">\n",
             asset_address("icon.svg"));
    buf_addf(out,
             "<link rel=\"preload\" href=\"%s\" as=\"font\" type=\"font/woff2\" crossorigin>\n",
             asset_address("serif.woff2"));
    buf_addf(out, "<link rel=\"stylesheet\" href=\"%s\">\n", asset_address("page.css"));
    buf_add_str(out, "<link rel=\"stylesheet\" href=\"/brand.css\">\n");
    if (f->address.len) {
        alternates(f, out);
    }
    buf_addf(out, "</head>\n<body>\n<a class=\"skip\" href=\"#main\">%s</a>\n",
             page_words(f->language)->skip);
    if (f->address.len) {
        language_switch(f, out);
    }
    company(f, out);
    buf_add_str(out, "<main id=\"main\">\n");
}

void frame_end(struct buf *out)
{
    buf_add_str(out, "</main>\n</body>\n</html>\n");
}

static void begin_gate(const struct gate *g, const char *heading, const char *line, struct buf *out)
{
    struct text name = g->brand.len ? g->brand : TEXT("Troth");
    struct buf title CLEANUP(buf_release) = {0};
    buf_addf(&title, "%s · %.*s", page_words(g->language)->sign_in, TEXT_ARG(name));
    frame_begin(&(struct frame){.language = g->language, .title = buf_text(&title)}, out);
    buf_add_str(out, "<div class=\"gate\">\n<p class=\"brand\" translate=\"no\">");
    logo_and_name(g->logo, name, out);
    buf_addf(out, "</p>\n<h1>%s</h1>\n<p>%s</p>\n", heading, line);
}

void enter_page(const struct gate *g, struct text code, struct buf *out)
{
    const struct page_words *w = page_words(g->language);
    begin_gate(g, w->sign_in, w->enter_line, out);
    buf_add_str(out, "<form method=\"post\" action=\"/enter\"><input type=\"hidden\" "
                     "name=\"code\"");
    html_attribute(out, "value", code);
    buf_addf(out, "><button type=\"submit\">%s</button></form>\n</div>\n", w->sign_in);
    frame_end(out);
}

void enter_refused_page(const struct gate *g, struct buf *out)
{
    const struct page_words *w = page_words(g->language);
    begin_gate(g, w->enter_refused, w->enter_refused_line, out);
    buf_addf(out,
             "<p class=\"muted\">%s</p>\n<p><a href=\"/console/sign-in\">%s</a> · "
             "<a href=\"/code\">%s</a></p>\n</div>\n",
             w->enter_again, w->with_password, w->read_code);
    frame_end(out);
}
