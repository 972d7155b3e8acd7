/* The page is the same for everyone and tells nothing: who is signed in and what they may see, the
 * scripts ask the API. Two cookies that the scripts set, theme and language, spare a flash of the
 * wrong one. */
#include "feature/console/console.h"

#include "feature/brand/brand.h"
#include "feature/page/asset.h"
#include "feature/page/html.h"

#include <sodium.h>

enum { NONCE_BYTES = 16 };

/* One of the words, if it is one; else the first. */
static const char *one_of(struct text given, const char *const *words)
{
    for (const char *const *w = words; *w; w++) {
        if (text_is(given, *w)) {
            return *w;
        }
    }
    return words[0];
}

static struct text make_nonce(struct arena *arena)
{
    unsigned char bytes[NONCE_BYTES];
    char words[2 * NONCE_BYTES + 1];
    randombytes_buf(bytes, sizeof(bytes));
    return arena_text(arena, text_of(sodium_bin2hex(words, sizeof(words), bytes, sizeof(bytes))));
}

/* The name for the title and the scripts; the company's colours behind our own. */
static void add_brand(struct buf *out, const struct brand *brand)
{
    buf_add_str(out, "<meta name=\"brand\"");
    html_attribute(out, "content", brand->name);
    if (brand->logo.len) {
        buf_add_str(out, ">\n<meta name=\"brand-logo\"");
        html_attribute(out, "content", brand->logo);
    }
    buf_add_str(out, ">\n<link id=\"brand-style\" rel=\"stylesheet\"");
    html_attribute(out, "href", brand->style);
    buf_add_str(out, ">\n<title>");
    markup_text(out, brand->name);
    buf_add_str(out, "</title>\n");
}

static void add_head(struct buf *out, struct text nonce)
{
    buf_addf(out,
             "<meta charset=\"utf-8\">\n"
             "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
             "<meta name=\"color-scheme\" content=\"light dark\">\n"
             "<meta name=\"style-nonce\" content=\"%.*s\">\n"
             "<link rel=\"icon\" href=\"%s\" type=\"image/svg+xml\">\n"
             "<link rel=\"apple-touch-icon\" href=\"%s\">\n"
             "<link rel=\"manifest\" href=\"/console.webmanifest\">\n",
             TEXT_ARG(nonce), asset_address("icon.svg"), asset_address("icon-192.png"));
    for (const char *const *font = (const char *const[]){"inter.woff2", "serif.woff2", NULL}; *font;
         font++) {
        buf_addf(out, "<link rel=\"preload\" href=\"%s\" as=\"font\" crossorigin>\n",
                 asset_address(*font));
    }
    buf_addf(out, "<link rel=\"stylesheet\" href=\"%s\">\n", asset_address("console.css"));
    for (const struct asset *a = assets; a->name; a++) {
        if (a->is_first) {
            buf_addf(out, "<link rel=\"modulepreload\" href=\"%s\">\n", a->address);
        }
    }
    buf_addf(out, "<script type=\"module\" src=\"%s\"></script>\n", asset_address("console.js"));
}

static enum err console_page(struct request *r, struct database *db, struct reply *reply,
                             struct err_info *info)
{
    (void)db, (void)info;
    static const char *const languages[] = {"en", "pt-BR", "es", NULL};
    static const char *const themes[] = {"", "light", "dark", NULL};
    const char *theme = one_of(request_cookie(r, "troth_theme"), themes);
    struct text nonce = make_nonce(request_arena(r));
    struct buf *out = reply_body(reply, 200, "text/html; charset=utf-8");
    buf_addf(out, "<!doctype html>\n<html lang=\"%s\"",
             one_of(request_cookie(r, "troth_language"), languages));
    if (theme[0]) {
        buf_addf(out, " data-mantine-color-scheme=\"%s\"", theme);
    }
    buf_add_str(out, ">\n<head>\n");
    add_head(out, nonce);
    struct brand brand = brand_now(request_self(r), request_arena(r));
    add_brand(out, &brand);
    buf_add_str(out, "</head>\n<body class=\"console\">\n<div id=\"console\"></div>\n"
                     "<noscript>The console needs JavaScript. The Customer Code does not: "
                     "<a href=\"/code\">read it</a>.</noscript>\n</body>\n</html>\n");
    reply_header(reply, "Content-Security-Policy",
                 arena_printf(request_arena(r),
                              "default-src 'none'; script-src 'self'; style-src 'self' "
                              "'nonce-%.*s'; img-src 'self' data:; font-src 'self'; connect-src "
                              "'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; "
                              "form-action 'self'; frame-ancestors 'none'",
                              TEXT_ARG(nonce)));
    return ERR_NONE;
}

/* A file at a fixed address, so looked at anew each time. */
static enum err send_asset(struct reply *reply, const char *name, const char *type,
                           struct err_info *info)
{
    const struct asset *asset = asset_at(text_of(asset_address(name)));
    if (!asset) {
        return err_set(info, ERR_NOT_FOUND, "There is nothing at this address.");
    }
    const char *bytes = asset->as[ASSET_PLAIN].bytes;
    reply_constant(reply, type, (struct text){bytes, (size_t)(asset->as[ASSET_PLAIN].end - bytes)});
    reply_header(reply, "Cache-Control", TEXT("no-cache"));
    return ERR_NONE;
}

/* Our own name in it, in quotes, becomes the company's. */
static void rename_in(struct reply *reply, struct text name)
{
    static const struct text own = TEXT("\"Troth\"");
    struct text left = reply->constant;
    struct buf quoted CLEANUP(buf_release) = {0};
    struct json_writer w = json_writer(&quoted);
    json_text(&w, name);
    reply->constant = (struct text){0};
    while (left.len) {
        if (text_starts(left, own)) {
            buf_add_text(&reply->body, buf_text(&quoted));
            left = (struct text){left.ptr + own.len, left.len - own.len};
        } else {
            buf_add_char(&reply->body, left.ptr[0]);
            left = (struct text){left.ptr + 1, left.len - 1};
        }
    }
}

static enum err console_manifest(struct request *r, struct database *db, struct reply *reply,
                                 struct err_info *info)
{
    (void)db;
    struct brand brand = brand_now(request_self(r), request_arena(r));
    enum err e = send_asset(reply, "console.webmanifest", "application/manifest+json", info);
    if (!e && brand.is_own) {
        rename_in(reply, brand.name);
    }
    return e;
}

/* Our name in it becomes the company's, behind its logo, and its colours come behind ours. */
static void add_branded(struct buf *out, struct text page, const struct brand *brand)
{
    static const struct text in_head = TEXT("Troth</title>\n"), in_body = TEXT("Troth</p>");
    while (page.len) {
        size_t taken = 1;
        if (text_starts(page, in_head)) {
            taken = in_head.len;
            markup_text(out, brand->name);
            buf_add_str(out, "</title>\n<link rel=\"stylesheet\"");
            html_attribute(out, "href", brand->style);
            buf_add_str(out, ">\n");
        } else if (text_starts(page, in_body)) {
            taken = in_body.len;
            if (brand->logo.len) {
                buf_add_str(out, "<img alt=\"\" height=\"32\"");
                html_attribute(out, "src", brand->logo);
                buf_add_char(out, '>');
            }
            markup_text(out, brand->name);
            buf_add_str(out, "</p>");
        } else {
            buf_add_char(out, page.ptr[0]);
        }
        page = (struct text){page.ptr + taken, page.len - taken};
    }
}

/* What the service worker shows where there is no server: it keeps this page. */
static enum err console_offline(struct request *r, struct database *db, struct reply *reply,
                                struct err_info *info)
{
    (void)db;
    struct brand brand = brand_now(request_self(r), request_arena(r));
    enum err e = send_asset(reply, "offline.html", "text/html; charset=utf-8", info);
    if (!e) {
        struct text page = reply->constant;
        reply->constant = (struct text){0};
        add_branded(&reply->body, page, &brand);
    }
    return e;
}

static enum err console_worker(struct request *r, struct database *db, struct reply *reply,
                               struct err_info *info)
{
    (void)r, (void)db;
    return send_asset(reply, "worker.js", "text/javascript; charset=utf-8", info);
}

static enum err console_notices(struct request *r, struct database *db, struct reply *reply,
                                struct err_info *info)
{
    (void)r, (void)db;
    return send_asset(reply, "notices.txt", "text/plain; charset=utf-8", info);
}

/* -- the module -- */

static const struct field path_fields[] = {
    {.name = "path",
     .place = FIELD_PATH,
     .type = FIELD_TEXT,
     .required = true,
     .least = 0,
     .most = 2000,
     .doc = "A page of the console, by its own router."},
};

static const struct route routes[] = {
    {.method = METHOD_GET,
     .path = "/console",
     .summary = "The console.",
     .look = LOOK_PAGE,
     .any_query = true,
     .handle = console_page},
    {.method = METHOD_GET,
     .path = "/console/{path...}",
     .summary = "A page of the console.",
     .look = LOOK_PAGE,
     .fields = path_fields,
     .field_count = 1,
     .any_query = true,
     .handle = console_page},
    {.method = METHOD_GET,
     .path = "/console.webmanifest",
     .summary = "What a browser needs to install the console.",
     .look = LOOK_PAGE,
     .handle = console_manifest},
    {.method = METHOD_GET,
     .path = "/console-offline.html",
     .summary = "What a browser shows where the server cannot be reached.",
     .look = LOOK_PAGE,
     .handle = console_offline},
    {.method = METHOD_GET,
     .path = "/console-worker.js",
     .summary = "The console's service worker.",
     .look = LOOK_PAGE,
     .handle = console_worker},
    {.method = METHOD_GET,
     .path = "/console-notices.txt",
     .summary = "Whose packages the console is made with, and their licences.",
     .look = LOOK_PAGE,
     .handle = console_notices},
};

static enum err open_console(struct server *server, struct database *db, void **ret_self,
                             struct err_info *info)
{
    (void)db, (void)info;
    *ret_self = server_module(server, "brand");
    return ERR_NONE;
}

const struct module console_module = {
    .name = "console",
    .open = open_console,
    .routes = routes,
    .route_count = sizeof(routes) / sizeof(routes[0]),
};
