/* From the request line to the work: everything that is checked before a handler sees a request. */
#include "http/inside.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* A refusal with its status, where it is not the one of its error. */
struct refusal {
    enum err err;
    unsigned status;
    char name[16], value[64]; /* a header */
    struct err_info info;
};

static enum err take_method(struct request *r, const char *method, bool *ret_options,
                            struct refusal *no)
{
    static const enum route_method methods[] = {METHOD_GET, METHOD_POST, METHOD_PUT, METHOD_PATCH,
                                                METHOD_DELETE};
    *ret_options = strcmp(method, "OPTIONS") == 0;
    r->head_only = strcmp(method, "HEAD") == 0;
    r->method = METHOD_GET;
    if (*ret_options || r->head_only) {
        return ERR_NONE;
    }
    for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
        if (strcmp(method, method_name(methods[i])) == 0) {
            r->method = methods[i];
            return ERR_NONE;
        }
    }
    no->status = 501;
    return err_set(&no->info, ERR_INVALID, "This method is not known here.");
}

/* Splits the target into path and query; takes the absolute form too. */
static enum err take_target(struct request *r, struct refusal *no)
{
    struct text t = r->target;
    if (t.len > PATH_MAX_BYTES) {
        no->status = 414;
        return err_set(&no->info, ERR_LIMIT, "The address is longer than %d bytes.",
                       PATH_MAX_BYTES);
    }
    if (text_starts(t, TEXT("http://"))) {
        const char *slash = memchr(t.ptr + 7, '/', t.len - 7);
        t = slash ? (struct text){slash, t.len - (size_t)(slash - t.ptr)} : TEXT("/");
    }
    if (t.len == 0 || t.ptr[0] != '/') {
        return err_set(&no->info, ERR_INVALID, "The path must begin with /.");
    }
    const char *question = memchr(t.ptr, '?', t.len);
    size_t path_len = question ? (size_t)(question - t.ptr) : t.len;
    r->path = (struct text){t.ptr, path_len};
    r->query = question ? (struct text){question + 1, t.len - path_len - 1} : TEXT("");
    return ERR_NONE;
}

enum { ALLOWED_SIZE = 64 }; /* all methods together fit */

static void write_allowed(unsigned allowed, char out[ALLOWED_SIZE])
{
    int used = 0;
    for (unsigned i = 0; i <= METHOD_DELETE; i++) {
        if (allowed & 1U << i) {
            used +=
                snprintf(out + used, (size_t)(ALLOWED_SIZE - used), "%s%s",
                         method_name((enum route_method)i), i == METHOD_GET ? ", HEAD, " : ", ");
        }
    }
    (void)snprintf(out + used, (size_t)(ALLOWED_SIZE - used), "OPTIONS");
}

static enum err find_route(struct request *r, struct match *match, bool options, struct refusal *no)
{
    enum err e =
        router_match(r->loop->server->root, &r->arena, r->path, r->method, match, &no->info);
    if (e) {
        return e;
    }
    if (match->allowed == 0) {
        return err_set(&no->info, ERR_NOT_FOUND, "There is nothing at this address.");
    }
    bool fits = match->route && !(r->head_only && match->route->kind == ROUTE_STREAM);
    if (options || !fits) {
        (void)snprintf(no->name, sizeof(no->name), "Allow");
        write_allowed(match->allowed, no->value);
        no->status = options ? 204 : 405;
        return err_set(&no->info, ERR_INVALID,
                       "This address does not take that method; it takes %s.", no->value);
    }
    r->route = match->route;
    r->table = match->table;
    r->given = ARENA_ARRAY(&r->arena, struct given, r->route->field_count);
    return ERR_NONE;
}

struct credentials request_credentials(const struct request *r)
{
    struct credentials c = {
        .client = r->client,
        .method = r->method,
        .cookie = request_session_cookie(r),
    };
    struct text authorization = request_header(r, "Authorization");
    if (authorization.len > 7 && strncasecmp(authorization.ptr, "Bearer ", 7) == 0) {
        c.bearer = text_trim((struct text){authorization.ptr + 7, authorization.len - 7});
    }
    return c;
}

static enum err authenticate(struct request *r, struct err_info *info)
{
    const struct http_config *config = &r->loop->server->config;
    const struct credentials c = request_credentials(r);
    if ((c.bearer.len == 0 && c.cookie.len == 0) || !config->authenticate) {
        return err_set(info, ERR_UNAUTHENTICATED,
                       "Send a token: Authorization: Bearer …. The operator makes one with "
                       "\"troth token create\".");
    }
    /* A cookie goes along with requests that other sites cause: those may read, never change. */
    if (c.bearer.len == 0 && r->method != METHOD_GET && !request_is_from_own_page(r)) {
        return err_set(info, ERR_FORBIDDEN, "This change did not come from a page of this server.");
    }
    return config->authenticate(config->authenticate_self, &c, &r->arena, &r->identity, info);
}

static enum err check_scope(struct request *r, struct refusal *no)
{
    enum err e = authenticate(r, &no->info);
    const char *scope = r->route->scope;
    if (!scope) {
        return ERR_NONE; /* public: wrong credentials are as good as none */
    }
    if (!e && r->route->also && request_may(r, scope)) {
        scope = r->route->also;
    }
    if (!e && !request_may(r, scope)) {
        e = strcmp(scope, "self") == 0
                ? err_set(&no->info, ERR_FORBIDDEN, "This is for people who are signed in.")
                : err_set(&no->info, ERR_FORBIDDEN,
                          "This needs the permission %s, which you do not have.", scope);
    }
    return e;
}

static enum err check_admission(struct request *r, struct refusal *no)
{
    const struct http_config *config = &r->loop->server->config;
    uint32_t retry_s = 1;
    if (!config->admit || config->admit(config->admit_self, r, &retry_s)) {
        return ERR_NONE;
    }
    no->status = 429;
    (void)snprintf(no->name, sizeof(no->name), "Retry-After");
    snprintf(no->value, sizeof(no->value), "%u", retry_s);
    return err_set(&no->info, ERR_BUSY, "Too many requests. Wait %u s.", retry_s);
}

static enum err check_idempotency_key(struct request *r, struct err_info *info)
{
    struct text key = request_idempotency_key(r);
    bool fits = key.len <= IDEMPOTENCY_KEY_MAX;
    for (size_t i = 0; i < key.len && fits; i++) {
        fits = key.ptr[i] > ' ' && key.ptr[i] < 0x7f;
    }
    return fits ? ERR_NONE
                : err_field(info, ERR_INVALID, "Idempotency-Key",
                            "Idempotency-Key must be at most %d printable ASCII characters.",
                            IDEMPOTENCY_KEY_MAX);
}

static enum err check_type(const struct request *r, struct refusal *no)
{
    static const char *const of_fields[] = {"application/json", "application/x-www-form-urlencoded",
                                            NULL};
    const char *const *types = r->route->body == BODY_RAW ? r->route->body_types : of_fields;
    struct text type = request_content_type(r);
    struct text encoding = request_header(r, "Content-Encoding");
    bool known = false;
    struct buf words CLEANUP(buf_release) = {0};
    for (size_t i = 0; types[i]; i++) {
        known = known || text_is(type, types[i]);
        buf_addf(&words, "%s%s", i ? " or " : "", types[i]);
    }
    if (known && (encoding.len == 0 || text_is(encoding, "identity"))) {
        return ERR_NONE;
    }
    no->status = 415;
    return known ? err_field(&no->info, ERR_INVALID, "Content-Encoding",
                             "Send the body as it is, without Content-Encoding.")
                 : err_field(&no->info, ERR_INVALID, "Content-Type", "Content-Type must be %s.",
                             words.ptr);
}

static size_t body_most(const struct route *route)
{
    return route->body_most ? route->body_most : BODY_MOST;
}

static enum err too_large(const struct request *r, struct refusal *no)
{
    return err_set(&no->info, ERR_LIMIT,
                   "The body is larger than %zu bytes. Send it in smaller parts.",
                   body_most(r->route));
}

/* A body is on its way, or will be when it is asked for. */
static bool announces_body(const struct request *r)
{
    struct text length = request_header(r, "Content-Length");
    return (length.len && !text_is(length, "0")) || request_header(r, "Transfer-Encoding").len != 0;
}

static size_t times_given(const struct request *r, const char *name)
{
    size_t times = 0, len = strlen(name);
    for (size_t i = 0; i < r->header_count; i++) {
        struct text other = r->headers[i].name;
        times += other.len == len && strncasecmp(other.ptr, name, len) == 0;
    }
    return times;
}

/* Where a body ends must be beyond doubt: a proxy that believed the other of two lengths would take
 * the rest of one client's request for the beginning of another's. So this comes before anything
 * else, whoever asks, and nothing more is read from the connection. */
static enum err check_framing(struct request *r, struct refusal *no)
{
    size_t lengths = times_given(r, "Content-Length"),
           codings = times_given(r, "Transfer-Encoding");
    int64_t bytes = 0;
    bool is_number =
        lengths == 0 || (text_to_int64(request_header(r, "Content-Length"), &bytes) && bytes >= 0);
    if (lengths + codings <= 1 && is_number) {
        return ERR_NONE;
    }
    (void)snprintf(no->name, sizeof(no->name), "Connection");
    (void)snprintf(no->value, sizeof(no->value), "close");
    r->peer->lingers = true;
    return err_field(&no->info, ERR_INVALID, "Content-Length",
                     "Content-Length must be one number, without Transfer-Encoding beside it.");
}

static enum err check_body(struct request *r, struct refusal *no)
{
    struct text length = request_header(r, "Content-Length");
    bool chunked = request_header(r, "Transfer-Encoding").len != 0;
    int64_t bytes = 0;
    (void)text_to_int64(length, &bytes); /* check_framing() has seen to it */
    if (bytes == 0 && !chunked) {
        return ERR_NONE;
    }
    if (r->route->body == BODY_NONE) {
        return err_set(&no->info, ERR_INVALID, "This address takes no body.");
    }
    enum err e = check_type(r, no);
    if (!e && (uint64_t)bytes > body_most(r->route)) {
        e = too_large(r, no);
    }
    if (!e) {
        buf_reserve(&r->body, (size_t)bytes < 65536 ? (size_t)bytes : 65536);
    }
    return e;
}

static enum err check_head(struct request *r, const char *method, struct refusal *no)
{
    struct match match;
    bool options;
    enum err e = check_framing(r, no);
    e = e ? e : take_method(r, method, &options, no);
    e = e ? e : take_target(r, no);
    e = e ? e : find_route(r, &match, options, no);
    e = e ? e : check_scope(r, no);
    e = e ? e : check_admission(r, no);
    e = e ? e : check_idempotency_key(r, &no->info);
    e = e ? e : check_body(r, no);
    e = e ? e : fields_read_path(r, &match, &no->info);
    return e ? e : fields_read_query(r, &no->info);
}

static enum MHD_Result refuse(struct request *r, enum err e, struct refusal *no)
{
    if (no->status == 204) {
        reply_empty(&r->reply);
        reply_header(&r->reply, no->name, text_of(no->value));
        return answer_send(r);
    }
    const char *name = no->name[0] ? no->name : NULL;
    return answer_problem(r, e, &no->info, no->status, name, no->value);
}

/* Who asks and by which name we were called: what a proxy says, if it is one of ours. */
static void hear_proxy(struct request *r)
{
    const struct http_config *config = &r->loop->server->config;
    struct text peer = r->client, host = request_header(r, "X-Forwarded-Host");
    r->host = request_header(r, "Host");
    if (!proxy_network_has(config->proxies, config->proxy_count, peer)) {
        return;
    }
    r->client = proxy_client(config->proxies, config->proxy_count,
                             request_header(r, "X-Forwarded-For"), peer);
    r->host = host.len ? host : r->host;
    r->secure = text_is(request_header(r, "X-Forwarded-Proto"), "https");
}

enum MHD_Result request_begin(struct request *r, const char *method)
{
    struct refusal no = {0};
    request_take_headers(r);
    hear_proxy(r);
    if (atomic_load_explicit(&r->loop->server->stopping, memory_order_relaxed)) {
        enum err busy = err_set(&no.info, ERR_BUSY, "The server stops. Try again in a moment.");
        r->peer->lingers = announces_body(r);
        return refuse(r, busy, &no);
    }
    enum err e = check_head(r, method, &no);
    if (e) {
        r->peer->lingers = r->peer->lingers || announces_body(r);
        return refuse(r, e, &no);
    }
    return MHD_YES;
}

enum MHD_Result request_take_body(struct request *r, const char *bytes, size_t *size)
{
    atomic_fetch_add_explicit(&r->loop->counts.body_bytes, *size, memory_order_relaxed);
    if (r->body.len + *size > body_most(r->route)) {
        struct refusal no = {0};
        enum err e = too_large(r, &no);
        answer_at_once(r, e, &no.info);
        r->peer->lingers = true;
        return MHD_NO;
    }
    buf_add(&r->body, bytes, *size);
    *size = 0;
    return MHD_YES;
}

enum MHD_Result request_complete(struct request *r)
{
    struct refusal no = {0};
    enum err e = fields_read_body(r, &no.info);
    e = e ? e : fields_check(r, &no.info);
    if (!e && r->route->prepare) {
        e = r->route->prepare(r, &no.info);
    }
    if (e && r->retry_s) {
        no.status = 429;
        (void)snprintf(no.name, sizeof(no.name), "Retry-After");
        (void)snprintf(no.value, sizeof(no.value), "%u", r->retry_s);
    }
    if (e) {
        return refuse(r, e, &no);
    }
    if (r->route->kind != ROUTE_DIRECT) {
        return loop_submit(r);
    }
    r->result = r->route->handle(r, NULL, &r->reply, &r->info);
    return answer_send(r);
}
