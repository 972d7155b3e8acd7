#include "feature/page/frame.h"

#include "feature/page/asset.h"
#include "feature/page/html.h"

void frame_begin(const struct frame *f, struct buf *out)
{
    buf_add_str(out, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                     "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                     "<meta name=\"color-scheme\" content=\"light dark\">\n<title>");
    markup_text(out, f->title);
    buf_addf(out, "</title>\n<link rel=\"icon\" href=\"%s\" type=\"image/svg+xml\">\n",
             asset_address("icon.svg"));
    buf_addf(out,
             "<link rel=\"preload\" href=\"%s\" as=\"font\" type=\"font/woff2\" crossorigin>\n",
             asset_address("serif.woff2"));
    buf_addf(out, "<link rel=\"stylesheet\" href=\"%s\">\n", asset_address("page.css"));
    buf_add_str(out, "</head>\n<body>\n"
                     "<a class=\"skip\" href=\"#main\">Skip to the content</a>\n"
                     "<main id=\"main\">\n");
}

void frame_end(struct buf *out)
{
    buf_add_str(out, "</main>\n</body>\n</html>\n");
}

void enter_page(struct text code, struct buf *out)
{
    struct frame f = {.title = TEXT("Sign in · Troth")};
    frame_begin(&f, out);
    buf_add_str(out, "<div class=\"gate\">\n<p class=\"brand\" translate=\"no\">Troth</p>\n"
                     "<h1>Sign in</h1>\n<p>This link signs this browser in, once.</p>\n"
                     "<form method=\"post\" action=\"/enter\"><input type=\"hidden\" "
                     "name=\"code\"");
    html_attribute(out, "value", code);
    buf_add_str(out, "><button type=\"submit\">Sign in</button></form>\n</div>\n");
    frame_end(out);
}

void enter_refused_page(struct buf *out)
{
    struct frame f = {.title = TEXT("Sign in · Troth")};
    frame_begin(&f, out);
    buf_add_str(out,
                "<div class=\"gate\">\n<p class=\"brand\" translate=\"no\">Troth</p>\n"
                "<h1>This link lets nobody in any more</h1>\n"
                "<p>It was used already, or it is older than ten minutes. Nothing is lost.</p>\n"
                "<p class=\"muted\">A link lets one browser in, once, within ten minutes. "
                "<code>troth staff link</code> on the server's machine makes another one.</p>\n"
                "<p><a href=\"/console/sign-in\">Sign in with a password</a>, or "
                "<a href=\"/code\">read the Customer Code</a>: no sign-in needed.</p>\n"
                "</div>\n");
    frame_end(out);
}
