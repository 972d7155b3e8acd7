#include "feature/page/frame.h"

#include "feature/page/asset.h"
#include "feature/page/html.h"

static void rail_entry(struct buf *out, const char *address, const char *name, bool is_here)
{
    buf_addf(out, "<li><a href=\"%s\"%s>%s</a></li>", address,
             is_here ? " aria-current=\"page\"" : "", name);
}

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
    if (f->is_live) {
        buf_addf(out, "<script src=\"%s\" defer></script>\n", asset_address("live.js"));
    }
    buf_addf(out, "</head>\n<body class=\"%s\">\n", f->is_rail ? "with-rail" : "document");
    buf_add_str(out, "<a class=\"skip\" href=\"#main\">Skip to the content</a>\n");
    if (f->is_rail) {
        buf_add_str(out, "<nav class=\"rail\" aria-label=\"Sections\">"
                         "<p class=\"brand\" translate=\"no\">Troth</p><ul>");
        rail_entry(out, "/", "Today", f->place == FRAME_TODAY);
        rail_entry(out, "/code", "Code", f->place == FRAME_CODE);
        buf_add_str(out, "</ul><form method=\"post\" action=\"/leave\">"
                         "<button type=\"submit\">Sign out</button></form></nav>\n");
    }
    buf_add_str(out, "<main id=\"main\">\n");
}

void frame_end(const struct frame *f, struct buf *out)
{
    (void)f;
    buf_add_str(out, "</main>\n</body>\n</html>\n");
}

static void sign_in(struct buf *out, const char *heading, const char *first_paragraph)
{
    struct frame f = {.place = FRAME_SIGN_IN, .title = TEXT("Sign in · Troth")};
    frame_begin(&f, out);
    buf_addf(out,
             "<div class=\"gate\">\n<p class=\"brand\" translate=\"no\">Troth</p>\n<h1>%s</h1>\n",
             heading);
    buf_addf(out, "<p>%s</p>\n", first_paragraph);
    buf_add_str(out,
                "<p class=\"muted\">A link lets one browser in, once, within ten minutes. "
                "<code>troth staff link</code> on the server's machine makes another one.</p>\n"
                "<p><a href=\"/code\">Read the Customer Code</a>: no sign-in needed.</p>\n"
                "</div>\n");
    frame_end(&f, out);
}

void sign_in_page(struct buf *out)
{
    sign_in(out, "Open your link",
            "This page is for the people of the company. When the server starts, it prints a link "
            "that lets you in. Open that link in this browser: in each browser once, and under "
            "the address that it names.");
}

void enter_page(struct text code, struct buf *out)
{
    struct frame f = {.place = FRAME_SIGN_IN, .title = TEXT("Sign in · Troth")};
    frame_begin(&f, out);
    buf_add_str(out, "<div class=\"gate\">\n<p class=\"brand\" translate=\"no\">Troth</p>\n"
                     "<h1>Sign in</h1>\n<p>This link signs this browser in, once.</p>\n"
                     "<form method=\"post\" action=\"/enter\"><input type=\"hidden\" "
                     "name=\"code\"");
    html_attribute(out, "value", code);
    buf_add_str(out, "><button type=\"submit\">Sign in</button></form>\n</div>\n");
    frame_end(&f, out);
}

void sign_in_refused_page(struct buf *out)
{
    sign_in(out, "This link lets nobody in any more",
            "It was used already, or it is older than ten minutes. Nothing is lost.");
}
