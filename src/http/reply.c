#include "http/reply.h"

#include "base/markup.h"
#include "http/inside.h"
#include "words/said.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

struct json_writer reply_json(struct reply *r, unsigned status)
{
    return json_writer(reply_body(r, status, "application/json"));
}

struct buf *reply_body(struct reply *r, unsigned status, const char *type)
{
    r->status = status;
    r->type = type;
    buf_clear(&r->body);
    r->constant = (struct text){0};
    return &r->body;
}

void reply_constant(struct reply *r, const char *type, struct text body)
{
    r->status = 200;
    r->type = type;
    r->constant = body;
}

void reply_file(struct reply *r, const char *type, int file)
{
    reply_body(r, 200, type);
    r->file = file;
}

void reply_empty(struct reply *r)
{
    reply_body(r, 204, NULL);
}

void reply_redirect(struct reply *r, struct text location)
{
    reply_body(r, 303, NULL);
    assert(location.len && location.ptr[0] == '/' &&
           (location.len == 1 || (location.ptr[1] != '/' && location.ptr[1] != '\\')));
    reply_header(r, "Location", location);
}

void reply_redirect_away(struct reply *r, struct text url)
{
    reply_body(r, 303, NULL);
    reply_header(r, "Location", url);
}

void reply_header(struct reply *r, const char *name, struct text value)
{
    assert(r->header_count < REPLY_HEADERS_MAX);
    for (size_t i = 0; i < value.len; i++) {
        assert(value.ptr[i] != '\r' && value.ptr[i] != '\n' && value.ptr[i] != '\0');
    }
    r->headers[r->header_count++] = (struct reply_header){name, arena_text(r->arena, value)};
}

void reply_etag(struct reply *r, int64_t version)
{
    reply_header(r, "ETag", arena_printf(r->arena, "\"%lld\"", (long long)version));
}

unsigned reply_status(enum err e)
{
    static const unsigned statuses[] = {
        [ERR_NONE] = 200,      [ERR_INVALID] = 400,  [ERR_LIMIT] = 413,
        [ERR_NOT_FOUND] = 404, [ERR_CONFLICT] = 409, [ERR_UNAUTHENTICATED] = 401,
        [ERR_FORBIDDEN] = 403, [ERR_BUSY] = 503,     [ERR_STORAGE] = 507,
        [ERR_IO] = 502,        [ERR_INTERNAL] = 500,
    };
    return statuses[e];
}

static const char *title(enum err e)
{
    static const char *const titles[] = {
        [ERR_NONE] = "Nothing is wrong",
        [ERR_INVALID] = "Something in the request is wrong",
        [ERR_LIMIT] = "The request is over a limit",
        [ERR_NOT_FOUND] = "There is no such thing",
        [ERR_CONFLICT] = "It changed meanwhile or is there already",
        [ERR_UNAUTHENTICATED] = "Say who you are",
        [ERR_FORBIDDEN] = "You may not do this",
        [ERR_BUSY] = "The server is busy",
        [ERR_STORAGE] = "The server cannot store anything at the moment",
        [ERR_IO] = "Something that the server needs does not answer",
        [ERR_INTERNAL] = "The server made a mistake",
    };
    return titles[e];
}

void problem_write(struct buf *out, unsigned status, enum err e, const struct err_info *info,
                   enum language l, const struct problem_member *more, struct text id)
{
    struct json_writer w = json_writer(out);
    json_object_begin(&w);
    json_key(&w, "type");
    char type[64];
    (void)snprintf(type, sizeof(type), "/problems/%s", err_name(e));
    json_str(&w, type);
    json_key(&w, "title");
    say_json(&w, l, text_of(title(e)));
    json_key(&w, "status");
    json_int(&w, status);
    if (info && info->text[0]) {
        json_key(&w, "detail");
        say_json(&w, l, text_of(info->text));
    }
    if (info && info->field[0]) {
        json_key(&w, "field");
        json_str(&w, info->field);
    }
    if (info && info->line) {
        json_key(&w, "line");
        json_int(&w, info->line);
        json_key(&w, "column");
        json_int(&w, info->column);
    }
    if (more && more->name) {
        json_key(&w, more->name);
        json_raw(&w, more->json);
    }
    json_key(&w, "request_id");
    json_text(&w, id);
    json_object_end(&w);
}

static void add_stylesheet(struct buf *out, struct text address)
{
    if (address.len) {
        buf_add_str(out, "<link rel=\"stylesheet\" href=\"");
        markup_text(out, address);
        buf_add_str(out, "\">\n");
    }
}

static void add_brand(struct buf *out, const struct page_brand *brand)
{
    buf_add_str(out, "<p class=\"brand\" translate=\"no\">");
    if (brand->logo.len) {
        buf_add_str(out, "<img alt=\"\" height=\"32\" src=\"");
        markup_text(out, brand->logo);
        buf_add_str(out, "\">");
    }
    markup_text(out, brand->name);
    buf_add_str(out, "</p>\n");
}

void problem_page(struct buf *out, const struct problem_look *look, enum err e,
                  const struct err_info *info, enum language l, struct text id)
{
    struct buf heading CLEANUP(buf_release) = {0}, words CLEANUP(buf_release) = {0};
    say(&heading, l, text_of(title(e)));
    say(&words, l, text_of(info && info->text[0] ? info->text : "Nothing was changed."));
    buf_addf(out,
             "<!doctype html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n"
             "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
             "<meta name=\"color-scheme\" content=\"light dark\">\n<title>%.*s · ",
             language_tag(l), TEXT_ARG(buf_text(&heading)));
    markup_text(out, look->brand.name);
    buf_add_str(out, "</title>\n");
    add_stylesheet(out, text_of(look->stylesheet));
    add_stylesheet(out, look->brand.style);
    buf_add_str(out, "</head>\n<body class=\"document\">\n<main><div class=\"gate\">\n");
    add_brand(out, &look->brand);
    buf_addf(out, "<h1>%.*s</h1>\n<p>", TEXT_ARG(buf_text(&heading)));
    markup_text(out, buf_text(&words));
    buf_add_str(out, "</p>\n<p class=\"muted\">");
    buf_clear(&words);
    buf_addf(&words, "Request %.*s", TEXT_ARG(id));
    say(out, l, buf_text(&words));
    buf_add_str(out, "</p>\n</div></main>\n</body>\n</html>\n");
}
