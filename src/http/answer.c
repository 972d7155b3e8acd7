/* Between a request and libmicrohttpd: headers in, replies and problems out. */
#include "http/inside.h"

#include "base/log.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/stat.h>

static const char page_policy[] =
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src "
    "'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

static enum MHD_Result take_header(void *self, enum MHD_ValueKind kind, const char *key,
                                   size_t key_size, const char *value, size_t value_size)
{
    (void)kind;
    struct request *r = self;
    if (r->header_count == HEADERS_MAX) {
        return MHD_NO;
    }
    struct header *h = &r->headers[r->header_count++];
    h->name = arena_text(&r->arena, (struct text){key, key_size});
    char *copy = arena_alloc(&r->arena, value_size + 1);
    bool small = strcasecmp(key, "Content-Type") == 0;
    for (size_t i = 0; i < value_size; i++) {
        copy[i] = small ? (char)tolower((unsigned char)value[i]) : value[i];
    }
    h->value = (struct text){copy, value_size};
    return MHD_YES;
}

/* Copied, because an executor may look at them when the connection is already gone. */
void request_take_headers(struct request *r)
{
    int count = MHD_get_connection_values_n(r->connection, MHD_HEADER_KIND, NULL, NULL);
    size_t room = count < 0 ? 0 : count < HEADERS_MAX ? (size_t)count : HEADERS_MAX;
    r->headers = ARENA_ARRAY(&r->arena, struct header, room);
    (void)MHD_get_connection_values_n(r->connection, MHD_HEADER_KIND, take_header, r);
}

void answer_count(struct request *r, unsigned status)
{
    struct counts *c = &r->loop->counts;
    const struct http_server *server = r->loop->server;
    size_t route = server->route_count;
    if (r->route) {
        route =
            server->first_route[r->table - server->tables] + (size_t)(r->route - r->table->routes);
    }
    atomic_fetch_add_explicit(&c->requests[status / 100], 1, memory_order_relaxed);
    histogram_add(&c->took[route * STATUS_CLASSES + status / 100], clock_us() - r->started_us);
    r->answered_status = status;
}

static void add(struct MHD_Response *response, const char *name, const char *value)
{
    (void)MHD_add_response_header(response, name, value);
}

/* Where no route tells, the client does: whoever follows a wrong link with a browser gets a page.
 */
static enum route_look look_of(const struct request *r)
{
    if (r->route) {
        return r->route->look;
    }
    struct text accept = request_header(r, "Accept");
    bool is_page = !text_starts(r->path, TEXT("/api/")) && accept.len &&
                   memmem(accept.ptr, accept.len, "text/html", 9);
    return is_page ? LOOK_PAGE : LOOK_API;
}

/* Returns the type of its document. */
static const char *write_problem(const struct request *r, enum err e, const struct err_info *info,
                                 unsigned status, struct buf *out)
{
    enum language l = request_language(r);
    if (look_of(r) == LOOK_PAGE) {
        const struct http_config *c = &r->loop->server->config;
        /* Not the request's own: that may still be at work. */
        struct arena arena CLEANUP(arena_release) = {0};
        struct problem_look look = {c->stylesheet, {.name = TEXT("Troth")}};
        if (c->brand) {
            look.brand = c->brand(c->brand_self, &arena);
        }
        problem_page(out, &look, e, info, l, request_id(r));
        return "text/html; charset=utf-8";
    }
    problem_write(out, status, e, info, l, &r->problem, request_id(r));
    return "application/problem+json";
}

static enum MHD_Result send_response(struct request *r, struct MHD_Response *response,
                                     unsigned status, const char *type)
{
    if (type) {
        add(response, "Content-Type", type);
    }
    add(response, "X-Request-Id", r->id);
    add(response, "X-Content-Type-Options", "nosniff");
    if (look_of(r) == LOOK_PAGE) {
        if (!MHD_get_response_header(response, "Content-Security-Policy")) {
            add(response, "Content-Security-Policy", page_policy);
        }
        add(response, "Referrer-Policy", "same-origin");
        add(response, "Cross-Origin-Opener-Policy", "same-origin");
    }
    if (!MHD_get_response_header(response, "Cache-Control")) {
        add(response, "Cache-Control", "no-store");
    }
    if (atomic_load_explicit(&r->loop->server->stopping, memory_order_relaxed)) {
        add(response, "Connection", "close");
    }
    r->state = REQUEST_ANSWERED;
    answer_count(r, status);
    enum MHD_Result result = MHD_queue_response(r->connection, status, response);
    MHD_destroy_response(response);
    return result;
}

static void log_problem(const struct request *r, unsigned status, enum err e,
                        const struct err_info *info)
{
    /* Refusals are the client's to hear; our own mistakes are ours (busy and full servers log once,
     * where it happens). */
    bool ours = status == 500 || status == 502;
    struct log_line line = log_begin(ours ? LOG_WARNING : LOG_DEBUG, "refused");
    log_str(&line, "request", r->id);
    log_str(&line, "route", r->route ? r->route->path : "");
    log_int(&line, "status", status);
    log_str(&line, "error", err_name(e));
    if (info && info->detail[0]) {
        log_str(&line, "detail", info->detail);
    }
    log_end(&line);
}

static unsigned status_of(enum err e, const struct err_info *info)
{
    bool versions = info && strcmp(info->field, "If-Match") == 0;
    if (versions) {
        return e == ERR_CONFLICT ? 412 : 428;
    }
    return reply_status(e);
}

enum MHD_Result answer_problem(struct request *r, enum err e, const struct err_info *info,
                               unsigned status, const char *extra_name, const char *extra_value)
{
    status = status ? status : status_of(e, info);
    struct buf body = {0}; /* libmicrohttpd frees it */
    const char *type = write_problem(r, e, info, status, &body);
    struct MHD_Response *response =
        MHD_create_response_from_buffer(body.len, body.ptr, MHD_RESPMEM_MUST_FREE);
    if (extra_name) {
        add(response, extra_name, extra_value);
    } else if (e == ERR_BUSY) {
        add(response, "Retry-After", "1");
    } else if (e == ERR_STORAGE) {
        add(response, "Retry-After", "10");
    } else if (e == ERR_UNAUTHENTICATED) {
        add(response, "WWW-Authenticate", "Bearer");
    }
    log_problem(r, status, e, info);
    return send_response(r, response, status, type);
}

void answer_at_once(struct request *r, enum err e, const struct err_info *info)
{
    unsigned status = status_of(e, info);
    struct buf body CLEANUP(buf_release) = {0}, out CLEANUP(buf_release) = {0};
    const char *type = write_problem(r, e, info, status, &body);
    buf_addf(&out,
             "HTTP/1.1 %u Refused\r\nConnection: close\r\nContent-Length: %zu\r\n"
             "Content-Type: %s\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"
             "X-Request-Id: %s\r\n\r\n",
             status, body.len, type, r->id);
    buf_add_text(&out, buf_text(&body));
    log_problem(r, status, e, info);
    r->state = REQUEST_ANSWERED;
    answer_count(r, status);
    /* Nothing else of this connection waits to be sent, so it fits the socket's buffer. */
    (void)!send(r->peer->fd, out.ptr, out.len, MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* A GET for something that the client has already. */
static bool is_unchanged(const struct request *r)
{
    struct text known = request_header(r, "If-None-Match");
    if (r->method != METHOD_GET || known.len == 0 || r->reply.status != 200) {
        return false;
    }
    for (size_t i = 0; i < r->reply.header_count; i++) {
        const struct reply_header *h = &r->reply.headers[i];
        if (strcmp(h->name, "ETag") == 0) {
            return text_is(known, "*") || text_contains(known, h->value);
        }
    }
    return false;
}

/* libmicrohttpd closes it. */
static enum MHD_Result send_file(struct request *r)
{
    struct reply *reply = &r->reply;
    struct stat about;
    struct MHD_Response *response =
        fstat(reply->file, &about) == 0
            ? MHD_create_response_from_fd64((uint64_t)about.st_size, reply->file)
            : NULL;
    if (!response) {
        return answer_problem(r, err_set(&r->info, ERR_IO, "The file cannot be read."), &r->info, 0,
                              NULL, NULL);
    }
    reply->file = 0;
    for (size_t i = 0; i < reply->header_count; i++) {
        add(response, reply->headers[i].name, reply->headers[i].value.ptr);
    }
    return send_response(r, response, reply->status, reply->type);
}

enum MHD_Result answer_send(struct request *r)
{
    if (!r->result && r->route && r->route->answer) {
        r->result = r->route->answer(r, &r->reply, &r->info);
    }
    if (r->result) {
        return answer_problem(r, r->result, &r->info, 0, NULL, NULL);
    }
    struct reply *reply = &r->reply;
    bool unchanged = is_unchanged(r);
    struct text body = reply->constant.ptr ? reply->constant : buf_text(&reply->body);
    if (unchanged) {
        body = TEXT("");
    }
    if (reply->file && !unchanged) {
        return send_file(r);
    }
    /* The bytes are the request's, which outlives the response. */
    union {
        const char *constant;
        void *bytes;
    } pointer = {.constant = body.ptr};
    struct MHD_Response *response =
        MHD_create_response_from_buffer(body.len, pointer.bytes, MHD_RESPMEM_PERSISTENT);
    for (size_t i = 0; i < reply->header_count; i++) {
        add(response, reply->headers[i].name, reply->headers[i].value.ptr);
    }
    return send_response(r, response, unchanged ? 304 : reply->status,
                         unchanged ? NULL : reply->type);
}
