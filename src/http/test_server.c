#include "http/testing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define JSON "Content-Type: application/json\r\n"
#define FORM "Content-Type: application/x-www-form-urlencoded\r\n"
#define TOKEN "Authorization: Bearer good\r\n"

static enum err hello(struct request *request, struct database *db, struct reply *reply,
                      struct err_info *info)
{
    (void)request, (void)db, (void)info;
    reply_etag(reply, 7);
    buf_add_str(reply_body(reply, 200, "text/plain"), "hello");
    return ERR_NONE;
}

static enum err show_item(struct request *request, struct database *db, struct reply *reply,
                          struct err_info *info)
{
    (void)db, (void)info;
    struct json_writer w = reply_json(reply, 200);
    json_object_begin(&w);
    json_key(&w, "id");
    json_text(&w, request_text(request, "id"));
    json_key(&w, "count");
    json_int(&w, request_int(request, "count", -1));
    json_key(&w, "state");
    json_text(&w, request_text(request, "state"));
    json_key(&w, "since");
    json_int(&w, request_moment(request, "since", -1));
    json_object_end(&w);
    return ERR_NONE;
}

static enum err add_item(struct request *request, struct database *db, struct reply *reply,
                         struct err_info *info)
{
    (void)db;
    if (text_is(request_text(request, "name"), "full")) {
        return err_set(info, ERR_STORAGE, "The disk is full.");
    }
    struct json_writer w = reply_json(reply, 201);
    json_object_begin(&w);
    json_key(&w, "name");
    json_text(&w, request_text(request, "name"));
    json_key(&w, "urgent");
    json_bool(&w, request_bool(request, "urgent", false));
    json_key(&w, "by");
    json_text(&w, request_identity(request)->name);
    json_key(&w, "key");
    json_text(&w, request_idempotency_key(request));
    json_object_end(&w);
    return ERR_NONE;
}

static enum err change_item(struct request *request, struct database *db, struct reply *reply,
                            struct err_info *info)
{
    (void)db;
    enum err e = request_if_match(request, 7, true, info);
    if (!e) {
        reply_empty(reply);
    }
    return e;
}

static enum err count_body(struct request *request, struct database *db, struct reply *reply,
                           struct err_info *info)
{
    (void)db, (void)info;
    buf_addf(reply_body(reply, 200, "text/plain"), "%zu", request_body(request).len);
    return ERR_NONE;
}

static enum err wrong_page(struct request *request, struct database *db, struct reply *reply,
                           struct err_info *info)
{
    (void)request, (void)db, (void)reply;
    return err_set(info, ERR_NOT_FOUND, "No <b>page</b> here.");
}

static const char *const states[] = {"open", "kept", NULL};
static const char *const lines[] = {"application/x-ndjson", NULL};
static const struct field item_fields[] = {
    {"id", FIELD_PATH, FIELD_TEXT, true, 1, 64, NULL, NULL, "The item."},
    {"count", FIELD_QUERY, FIELD_INTEGER, false, 1, 100, NULL, NULL, "How many."},
    {"state", FIELD_QUERY, FIELD_CHOICE, false, 0, 0, states, NULL, "Which."},
    {"since", FIELD_QUERY, FIELD_MOMENT, false, 0, 0, NULL, NULL, "From when on."},
};
static const struct field part_fields[] = {
    {"weight", FIELD_BODY, FIELD_NUMBER, true, 0, 10, NULL, NULL, "In kilograms."},
};
static const struct shape part = {"Part", part_fields, 1};
static const struct field new_fields[] = {
    {"name", FIELD_BODY, FIELD_TEXT, true, 1, 10, NULL, NULL, "Its name."},
    {"urgent", FIELD_BODY, FIELD_BOOLEAN, false, 0, 0, NULL, NULL, "Whether it hurries."},
    {"parts", FIELD_BODY, FIELD_ARRAY, false, 0, 2, NULL, &part, "What it is made of."},
};
static const struct shape item = {"Item", new_fields, 3};
static const struct route routes[] = {
    {.method = METHOD_GET, .path = "/hello", .summary = "Says hello.", .handle = hello},
    {.method = METHOD_GET,
     .path = "/items/{id}",
     .summary = "One item.",
     .kind = ROUTE_READ,
     .fields = item_fields,
     .field_count = 4,
     .handle = show_item,
     .reply = &item},
    {.method = METHOD_GET, .path = "/items/first", .summary = "The first.", .handle = hello},
    {.method = METHOD_POST,
     .path = "/items",
     .summary = "Adds an item.",
     .scope = "item:write",
     .kind = ROUTE_WRITE,
     .fields = new_fields,
     .field_count = 3,
     .body = BODY_FIELDS,
     .body_most = 1000,
     .handle = add_item,
     .reply_code = 201,
     .reply = &item},
    {.method = METHOD_PUT,
     .path = "/items",
     .summary = "Changes it.",
     .scope = "item:write",
     .kind = ROUTE_WRITE,
     .handle = change_item},
    {.method = METHOD_POST,
     .path = "/lines",
     .summary = "Takes lines.",
     .kind = ROUTE_WRITE,
     .body = BODY_RAW,
     .body_most = 100000,
     .body_types = lines,
     .handle = count_body},
    {.method = METHOD_GET,
     .path = "/slow",
     .summary = "Takes its time.",
     .kind = ROUTE_SLOW,
     .handle = hello},
    {.method = METHOD_GET,
     .path = "/page",
     .summary = "A page.",
     .look = LOOK_PAGE,
     .handle = wrong_page},
};
static const struct route_table table = {routes, sizeof(routes) / sizeof(routes[0]), NULL};

static enum err know(void *self, const struct credentials *credentials, struct arena *arena,
                     struct identity *ret, struct err_info *info)
{
    (void)self;
    bool good = text_is(credentials->bearer, "good") || text_is(credentials->cookie, "good");
    if (!good && !text_is(credentials->bearer, "reader")) {
        return err_set(info, ERR_UNAUTHENTICATED, "This token is not known.");
    }
    ret->id = 1;
    ret->name = arena_text(arena, TEXT("Ana"));
    ret->scopes = good ? TEXT("item:read item:write") : TEXT("item:read");
    return ERR_NONE;
}

static bool admit(void *self, const struct request *request, uint32_t *ret_retry_s)
{
    (void)self;
    *ret_retry_s = 17;
    return request_header(request, "X-Flood").len == 0;
}

struct house {
    struct worker worker;
    struct http_server *server;
    uint16_t port;
};

static void house_open(struct house *h, int64_t answer_us)
{
    worker_start(&h->worker);
    struct http_config config = {
        .loops = 2,
        .tables = &table,
        .table_count = 1,
        .executor = {&h->worker, worker_submit},
        .authenticate = know,
        .admit = admit,
        .session_cookie = "session",
        .suspended_max = 200,
        .answer_us = answer_us,
    };
    struct err_info info;
    if (http_server_start(&config, &h->server, &info) != ERR_NONE) {
        fail_msg("%s", info.text);
    }
    h->port = http_server_port(h->server);
}

static int open_house(void **state)
{
    struct house *h = calloc(1, sizeof(*h));
    if (!h) {
        return -1;
    }
    house_open(h, 0);
    *state = h;
    return 0;
}

static int close_house(void **state)
{
    struct house *h = *state;
    worker_hold(&h->worker, false);
    http_server_stop(&h->server, 1000000);
    worker_stop(&h->worker);
    free(h);
    return 0;
}

/* Asks and checks status and a part of the body. */
static void expect(const struct house *h, const char *method, const char *target,
                   const char *headers, const char *body, unsigned status, const char *part_of_body)
{
    struct answer a CLEANUP(answer_release) = ask(h->port, method, target, headers, text_of(body));
    if (a.status != status ||
        (part_of_body && !strstr(a.body.ptr ? a.body.ptr : "", part_of_body))) {
        fail_msg("%s %s: %u %s, not %u %s", method, target, a.status, a.body.ptr ? a.body.ptr : "",
                 status, part_of_body ? part_of_body : "");
    }
}

static void a_constant_is_answered_by_the_loop(void **state)
{
    struct house *h = *state;
    struct answer a CLEANUP(answer_release) = ask(h->port, "GET", "/hello", "", TEXT(""));
    assert_int_equal(a.status, 200);
    assert_string_equal(a.body.ptr, "hello");
    assert_true(text_is(answer_header(&a, "Content-Type"), "text/plain"));
    assert_true(text_is(answer_header(&a, "X-Content-Type-Options"), "nosniff"));
    assert_int_equal(answer_header(&a, "X-Request-Id").len, 16);
    assert_int_equal(atomic_load(&h->worker.done), 0);
}

static void fields_of_path_and_query_are_decoded_and_typed(void **state)
{
    struct house *h = *state;
    expect(h, "GET", "/items/a%2Fb%20%C3%A7?count=5&state=kept&since=1970-01-01T00:00:01Z", "", "",
           200, "{\"id\":\"a/b \xC3\xA7\",\"count\":5,\"state\":\"kept\",\"since\":1000000}");
    expect(h, "GET", "/items/x+y?", "", "", 200, "\"id\":\"x+y\",\"count\":-1");
    expect(h, "GET", "http://localhost/items/abs?count=1", "", "", 200, "\"id\":\"abs\"");
    expect(h, "GET", "/items/first", "", "", 200, "hello");
}

static void fields_that_are_wrong_are_named(void **state)
{
    struct house *h = *state;
    expect(h, "GET", "/items/x?count=0", "", "", 400, "\"field\":\"count\"");
    expect(h, "GET", "/items/x?count=100", "", "", 200, NULL);
    expect(h, "GET", "/items/x?count=101", "", "", 400, "1 to 100");
    expect(h, "GET", "/items/x?count=1.5", "", "", 400, "whole number");
    expect(h, "GET", "/items/x?state=lost", "", "", 400, "open, kept");
    expect(h, "GET", "/items/x?since=yesterday", "", "", 400, "RFC 3339");
    expect(h, "GET", "/items/x?colour=red", "", "", 400, "no field colour");
    expect(h, "GET", "/items/x?count=1&count=2", "", "", 400, "given twice");
    expect(h, "GET", "/items/%00", "", "", 400, "not well-formed");
    expect(h, "GET", "/items/%ff", "", "", 400, "not well-formed");
    expect(h, "GET", "/items/%zz", "", "", 400, "not well-formed");
    expect(h, "GET", "/items/%1f", "", "", 400, "control character");
    expect(h, "GET", "/items/x?state=%C3%28", "", "", 400, "not well-formed");
}

static void path_tricks_lead_nowhere(void **state)
{
    struct house *h = *state;
    expect(h, "GET", "/nothing", "", "", 404, "\"type\":\"/problems/not-found\"");
    expect(h, "GET", "/items//first", "", "", 404, NULL);
    expect(h, "GET", "//hello", "", "", 404, NULL);
    expect(h, "GET", "/hello/", "", "", 404, NULL);
    expect(h, "GET", "/hello/../hello", "", "", 404, NULL);
    expect(h, "GET", "/%2e%2e/hello", "", "", 404, NULL);
    expect(h, "GET", "hello", "", "", 400, "begin with /");
    char path[2300];
    memset(path, 'a', sizeof(path));
    memcpy(path, "/items/", 7);
    path[2049] = '\0';
    expect(h, "GET", path, "", "", 414, "longer than 2048");
    path[2048] = '\0'; /* just within: then the field's own bound speaks */
    expect(h, "GET", path, "", "", 400, "1 to 64");
}

static void methods_are_refused_with_those_there_are(void **state)
{
    struct house *h = *state;
    struct answer a CLEANUP(answer_release) = ask(h->port, "DELETE", "/items", TOKEN, TEXT(""));
    assert_int_equal(a.status, 405);
    assert_true(text_is(answer_header(&a, "Allow"), "POST, PUT, OPTIONS"));
    struct answer b CLEANUP(answer_release) = ask(h->port, "OPTIONS", "/hello", "", TEXT(""));
    assert_int_equal(b.status, 204);
    assert_true(text_is(answer_header(&b, "Allow"), "GET, HEAD, OPTIONS"));
    struct answer c CLEANUP(answer_release) = ask(h->port, "HEAD", "/hello", "", TEXT(""));
    assert_int_equal(c.status, 200);
    assert_true(text_is(answer_header(&c, "Content-Length"), "5"));
    assert_int_equal(c.body.len, 0);
    expect(h, "BREW", "/hello", "", "", 501, NULL);
}

static void bodies_are_read_as_json_and_as_forms(void **state)
{
    struct house *h = *state;
    expect(h, "POST", "/items", TOKEN JSON "Idempotency-Key: k1\r\n",
           "{\"name\":\"bell\",\"urgent\":true,\"parts\":[{\"weight\":0.5}]}", 201,
           "{\"name\":\"bell\",\"urgent\":true,\"by\":\"Ana\",\"key\":\"k1\"}");
    expect(h, "POST", "/items", TOKEN FORM, "name=a+b%2B&urgent=false", 201, "\"name\":\"a b+\"");
    expect(h, "POST", "/items", TOKEN "Content-Type: Application/JSON; charset=utf-8\r\n",
           "{\"name\":\"x\",\"urgent\":null}", 201, "\"urgent\":false");
}

static void bodies_that_are_wrong_are_refused(void **state)
{
    struct house *h = *state;
    expect(h, "POST", "/items", TOKEN JSON, "{\"name\":\"bell\",\"size\":3}", 400, "no field size");
    expect(h, "POST", "/items", TOKEN JSON, "{\"urgent\":true}", 400,
           "name is missing in the body");
    expect(h, "POST", "/items", TOKEN JSON, "{\"name\":", 400, "\"line\":1");
    expect(h, "POST", "/items", TOKEN JSON, "[1]", 400, "JSON object");
    expect(h, "POST", "/items", TOKEN JSON, "{\"name\":5}", 400, "a text");
    expect(h, "POST", "/items", TOKEN JSON, "{\"name\":\"1234567890\"}", 201, NULL);
    expect(h, "POST", "/items", TOKEN JSON, "{\"name\":\"12345678901\"}", 400, "1 to 10 bytes");
    expect(h, "POST", "/items", TOKEN JSON, "{\"name\":\"a\\u0001\"}", 400, "control character");
    expect(h, "POST", "/items", TOKEN JSON, "{\"name\":\"x\",\"parts\":[{},{},{}]}", 400, "0 to 2");
    expect(h, "POST", "/items", TOKEN JSON, "{\"name\":\"x\",\"parts\":[{}]}", 400,
           "Part needs weight");
    expect(h, "POST", "/items", TOKEN JSON, "{\"name\":\"x\",\"parts\":[{\"weight\":11}]}", 400,
           "0 to 10");
    expect(h, "POST", "/items", TOKEN JSON, "{\"name\":\"x\",\"parts\":[{\"weight\":1,\"y\":1}]}",
           400, "Part has no field y");
    expect(h, "POST", "/items", TOKEN, "", 400, "name is missing");
    expect(h, "POST", "/items", TOKEN "Content-Type: text/xml\r\n", "<x/>", 415,
           "application/json");
    expect(h, "POST", "/items", TOKEN JSON "Content-Encoding: gzip\r\n", "zip", 415,
           "Content-Encoding");
    expect(h, "GET", "/hello", JSON, "{}", 400, "takes no body");
    expect(h, "POST", "/items", TOKEN JSON "Idempotency-Key: a b\r\n", "{\"name\":\"x\"}", 400,
           "Idempotency-Key");
}

static void bodies_over_the_bound_are_refused_with_and_without_a_length(void **state)
{
    struct house *h = *state;
    struct buf body CLEANUP(buf_release) = {0};
    for (int i = 0; i < 100001; i++) {
        buf_add_char(&body, 'x');
    }
    const char *type = "Content-Type: application/x-ndjson\r\n";
    struct text whole = buf_text(&body);
    struct answer over CLEANUP(answer_release) = ask(h->port, "POST", "/lines", type, whole);
    assert_int_equal(over.status, 413);
    whole.len--;
    struct answer just CLEANUP(answer_release) = ask(h->port, "POST", "/lines", type, whole);
    assert_int_equal(just.status, 200);
    assert_string_equal(just.body.ptr, "100000");
    for (unsigned size = 100000; size <= 100001; size++) {
        struct buf out CLEANUP(buf_release) = {0};
        buf_addf(&out,
                 "POST /lines HTTP/1.1\r\nHost: x\r\n%sTransfer-Encoding: chunked\r\n\r\n%x\r\n",
                 type, size);
        buf_add(&out, body.ptr, size);
        buf_add_str(&out, "\r\n0\r\n\r\n");
        int fd = client_open(h->port);
        assert_true(client_send(fd, buf_text(&out)));
        struct answer chunked CLEANUP(answer_release) = client_read(fd, false);
        assert_int_equal(chunked.status, size == 100000 ? 200 : 413);
        close(fd);
    }
}

static void a_body_that_never_ends_is_cut(void **state)
{
    struct house *h = *state;
    int fd = client_open(h->port);
    struct buf chunk CLEANUP(buf_release) = {0};
    buf_add_str(&chunk, "10000\r\n");
    for (int i = 0; i < 0x10000; i++) {
        buf_add_char(&chunk, 'x');
    }
    buf_add_str(&chunk, "\r\n");
    assert_true(
        client_send(fd, TEXT("POST /lines HTTP/1.1\r\nHost: x\r\nContent-Type: "
                             "application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n")));
    int sent = 0;
    while (sent < 2000 && client_send(fd, buf_text(&chunk))) {
        sent++;
    }
    assert_true(sent < 2000);
    close(fd);
    expect(h, "GET", "/hello", "", "", 200, "hello");
}

static void two_lengths_of_one_body_are_refused(void **state)
{
    struct house *h = *state;
    int fd = client_open(h->port);
    assert_true(client_send(fd, TEXT("POST /lines HTTP/1.1\r\nHost: x\r\nContent-Type: "
                                     "application/x-ndjson\r\nContent-Length: 3\r\n"
                                     "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n")));
    struct answer a CLEANUP(answer_release) = client_read(fd, false);
    assert_int_equal(a.status, 400);
    close(fd);
}

static void heads_over_the_bound_are_refused(void **state)
{
    struct house *h = *state;
    struct buf big CLEANUP(buf_release) = {0};
    buf_add_str(&big, "X-Big: ");
    for (int i = 0; i < 20000; i++) {
        buf_add_char(&big, 'x');
    }
    buf_add_str(&big, "\r\n");
    struct answer a CLEANUP(answer_release) = ask(h->port, "GET", "/hello", big.ptr, TEXT(""));
    assert_int_equal(a.status, 431);
    expect(h, "GET", "/hello", "", "", 200, "hello");
}

static void who_asks_is_checked(void **state)
{
    struct house *h = *state;
    const char *body = "{\"name\":\"x\"}";
    struct answer a CLEANUP(answer_release) = ask(h->port, "POST", "/items", JSON, text_of(body));
    assert_int_equal(a.status, 401);
    assert_true(text_is(answer_header(&a, "WWW-Authenticate"), "Bearer"));
    expect(h, "POST", "/items", JSON "Authorization: Bearer bad\r\n", body, 401, "not known");
    expect(h, "POST", "/items", JSON "Authorization: Bearer reader\r\n", body, 403, "item:write");
    expect(h, "POST", "/items", JSON TOKEN, body, 201, NULL);
    expect(h, "GET", "/hello", "Authorization: Bearer bad\r\n", "", 200, "hello");
}

static void a_cookie_changes_things_only_from_our_own_pages(void **state)
{
    struct house *h = *state;
    const char *body = "{\"name\":\"x\"}";
    expect(h, "POST", "/items", JSON "Cookie: a=b; session=good\r\n", body, 403, "did not come");
    expect(h, "POST", "/items", JSON "Cookie: session=good\r\nOrigin: http://evil.example\r\n",
           body, 403, NULL);
    expect(h, "POST", "/items", JSON "Cookie: session=good\r\nOrigin: http://localhost\r\n", body,
           201, NULL);
}

static void too_many_requests_are_told_when_to_come_back(void **state)
{
    struct house *h = *state;
    struct answer a CLEANUP(answer_release) =
        ask(h->port, "GET", "/hello", "X-Flood: 1\r\n", TEXT(""));
    assert_int_equal(a.status, 429);
    assert_true(text_is(answer_header(&a, "Retry-After"), "17"));
}

static void versions_are_compared(void **state)
{
    struct house *h = *state;
    expect(h, "PUT", "/items", TOKEN, "", 428, "If-Match");
    expect(h, "PUT", "/items", TOKEN "If-Match: \"6\"\r\n", "", 412, "changed meanwhile");
    expect(h, "PUT", "/items", TOKEN "If-Match: \"6\", \"7\"\r\n", "", 204, NULL);
    expect(h, "GET", "/hello", "If-None-Match: \"7\"\r\n", "", 304, NULL);
    expect(h, "GET", "/hello", "If-None-Match: \"8\"\r\n", "", 200, "hello");
}

static void errors_of_handlers_become_problems(void **state)
{
    struct house *h = *state;
    struct answer a CLEANUP(answer_release) =
        ask(h->port, "POST", "/items", TOKEN JSON, TEXT("{\"name\":\"full\"}"));
    assert_int_equal(a.status, 507);
    assert_true(text_is(answer_header(&a, "Content-Type"), "application/problem+json"));
    assert_true(text_is(answer_header(&a, "Retry-After"), "10"));
    assert_non_null(strstr(a.body.ptr, "The disk is full."));
    struct answer page CLEANUP(answer_release) = ask(h->port, "GET", "/page", "", TEXT(""));
    assert_int_equal(page.status, 404);
    assert_non_null(strstr(page.body.ptr, "No &lt;b&gt;page&lt;/b&gt; here."));
    assert_true(
        text_starts(answer_header(&page, "Content-Security-Policy"), TEXT("default-src 'none'")));
}

static void pipelined_requests_are_answered_in_order(void **state)
{
    struct house *h = *state;
    int fd = client_open(h->port);
    struct buf out CLEANUP(buf_release) = {0};
    for (int i = 1; i <= 50; i++) {
        buf_addf(&out, "GET /items/%d?count=%d HTTP/1.1\r\nHost: x\r\n\r\n", i, i);
    }
    assert_true(client_send(fd, buf_text(&out)));
    for (int i = 1; i <= 50; i++) {
        char wanted[32];
        struct answer a CLEANUP(answer_release) = client_read(fd, false);
        snprintf(wanted, sizeof(wanted), "\"count\":%d,", i);
        assert_int_equal(a.status, 200);
        assert_non_null(strstr(a.body.ptr, wanted));
    }
    close(fd);
}

static void a_slow_writer_does_not_hold_up_others(void **state)
{
    struct house *h = *state;
    int slow[8];
    for (size_t i = 0; i < 8; i++) {
        slow[i] = client_open(h->port);
        assert_true(client_send(slow[i], TEXT("GET /hel")));
    }
    for (int i = 0; i < 20; i++) {
        expect(h, "GET", "/items/x", "", "", 200, NULL);
    }
    for (size_t i = 0; i < 8; i++) {
        assert_true(client_send(slow[i], TEXT("lo HTTP/1.1\r\nHost: x\r\n\r\n")));
        struct answer a CLEANUP(answer_release) = client_read(slow[i], false);
        assert_int_equal(a.status, 200);
        close(slow[i]);
    }
}

static void a_client_that_closed_its_sending_side_is_answered(void **state)
{
    struct house *h = *state;
    int fd = client_open(h->port);
    assert_true(client_send(fd, TEXT("GET /items/half HTTP/1.1\r\nHost: x\r\n\r\n")));
    shutdown(fd, SHUT_WR);
    struct answer a CLEANUP(answer_release) = client_read(fd, false);
    assert_int_equal(a.status, 200);
    close(fd);
}

static void wait_for(struct house *h, size_t waiting)
{
    while (worker_waiting(&h->worker) != waiting) {
        usleep(1000);
    }
}

static void a_slow_read_is_dropped_when_its_client_leaves(void **state)
{
    struct house *h = *state;
    worker_hold(&h->worker, true);
    int fd = client_open(h->port);
    assert_true(client_send(fd, TEXT("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")));
    wait_for(h, 1);
    assert_int_equal(http_figures(h->server).suspended, 1);
    close(fd);
    while (http_figures(h->server).suspended != 0) {
        usleep(1000);
    }
    assert_true(atomic_load(http_work_cancelled(h->worker.works[0])));
    worker_hold(&h->worker, false);
    wait_for(h, 0);
    expect(h, "GET", "/slow", "", "", 200, "hello");
}

static void three_hundred_connections_at_once_are_all_served(void **state)
{
    struct house *h = *state;
    enum { MANY = 300, ROUNDS = 5 };
    int fds[MANY];
    for (size_t i = 0; i < MANY; i++) {
        fds[i] = client_open(h->port);
    }
    for (int round = 0; round < ROUNDS; round++) {
        for (size_t i = 0; i < MANY; i++) {
            assert_true(client_send(fds[i], TEXT("GET /items/many HTTP/1.1\r\nHost: x\r\n\r\n")));
        }
        for (size_t i = 0; i < MANY; i++) {
            struct answer a CLEANUP(answer_release) = client_read(fds[i], false);
            assert_int_equal(a.status, 200);
        }
    }
    for (size_t i = 0; i < MANY; i++) {
        close(fds[i]);
    }
}

static void more_than_may_wait_is_refused_at_once(void **state)
{
    struct house *h = *state;
    enum { MANY = 420 }; /* two loops of 200 each */
    worker_hold(&h->worker, true);
    int fds[MANY];
    for (size_t i = 0; i < MANY; i++) {
        fds[i] = client_open(h->port);
        assert_true(client_send(fds[i], TEXT("GET /items/x HTTP/1.1\r\nHost: x\r\n\r\n")));
    }
    struct http_figures f;
    do {
        usleep(1000);
        f = http_figures(h->server);
    } while (f.suspended + f.requests[5] < MANY);
    assert_true(f.requests[5] >= MANY - 400);
    worker_hold(&h->worker, false);
    unsigned good = 0, busy = 0;
    for (size_t i = 0; i < MANY; i++) {
        struct answer a CLEANUP(answer_release) = client_read(fds[i], false);
        good += a.status == 200;
        busy += a.status == 503;
        close(fds[i]);
    }
    assert_int_equal(good + busy, MANY);
    assert_int_equal(busy, f.requests[5]);
}

static void a_full_executor_is_answered_503(void **state)
{
    struct house *h = *state;
    worker_fill(&h->worker, true);
    struct answer a CLEANUP(answer_release) = ask(h->port, "GET", "/items/x", "", TEXT(""));
    assert_int_equal(a.status, 503);
    assert_true(text_is(answer_header(&a, "Retry-After"), "1"));
    worker_fill(&h->worker, false);
    expect(h, "GET", "/items/x", "", "", 200, NULL);
}

static void what_takes_too_long_is_answered_504_and_its_late_end_is_ignored(void **state)
{
    (void)state;
    struct house *h = calloc(1, sizeof(*h));
    assert_non_null(h);
    house_open(h, 20000);
    worker_hold(&h->worker, true);
    expect(h, "GET", "/items/x", "", "", 504, "takes too long");
    expect(h, "POST", "/lines", "Content-Type: application/x-ndjson\r\n", "x", 504,
           "same Idempotency-Key");
    worker_hold(&h->worker, false);
    wait_for(h, 0);
    assert_int_equal(http_figures(h->server).timeouts, 2);
    void *closing = h;
    close_house(&closing);
}

static void *stop_server(void *self)
{
    struct house *h = self;
    http_server_stop(&h->server, 20000);
    return NULL;
}

static void a_stop_answers_what_is_suspended(void **state)
{
    (void)state;
    struct house *h = calloc(1, sizeof(*h));
    assert_non_null(h);
    house_open(h, 0);
    worker_hold(&h->worker, true);
    int fds[10];
    for (size_t i = 0; i < 10; i++) {
        fds[i] = client_open(h->port);
        assert_true(client_send(fds[i], TEXT("GET /items/x HTTP/1.1\r\nHost: x\r\n\r\n")));
    }
    wait_for(h, 10);
    pthread_t stopper;
    assert_int_equal(pthread_create(&stopper, NULL, stop_server, h), 0);
    for (size_t i = 0; i < 10; i++) { /* nothing comes back in time: 503 */
        struct answer a CLEANUP(answer_release) = client_read(fds[i], false);
        assert_int_equal(a.status, 503);
        close(fds[i]);
    }
    worker_hold(&h->worker, false);
    pthread_join(stopper, NULL);
    assert_null(h->server);
    worker_stop(&h->worker);
    free(h);
}

static void a_port_that_is_taken_is_refused(void **state)
{
    struct house *h = *state;
    struct http_config config = {.tables = &table, .table_count = 1, .port = h->port};
    struct http_server *second = NULL;
    struct err_info info = {0};
    assert_int_equal(http_server_start(&config, &second, &info), ERR_IO);
    assert_non_null(strstr(info.text, "Cannot listen"));
    assert_null(second);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_house, close_house)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_constant_is_answered_by_the_loop),
        TEST(fields_of_path_and_query_are_decoded_and_typed),
        TEST(fields_that_are_wrong_are_named),
        TEST(path_tricks_lead_nowhere),
        TEST(methods_are_refused_with_those_there_are),
        TEST(bodies_are_read_as_json_and_as_forms),
        TEST(bodies_that_are_wrong_are_refused),
        TEST(bodies_over_the_bound_are_refused_with_and_without_a_length),
        TEST(a_body_that_never_ends_is_cut),
        TEST(two_lengths_of_one_body_are_refused),
        TEST(heads_over_the_bound_are_refused),
        TEST(who_asks_is_checked),
        TEST(a_cookie_changes_things_only_from_our_own_pages),
        TEST(too_many_requests_are_told_when_to_come_back),
        TEST(versions_are_compared),
        TEST(errors_of_handlers_become_problems),
        TEST(pipelined_requests_are_answered_in_order),
        TEST(a_slow_writer_does_not_hold_up_others),
        TEST(a_client_that_closed_its_sending_side_is_answered),
        TEST(a_slow_read_is_dropped_when_its_client_leaves),
        TEST(three_hundred_connections_at_once_are_all_served),
        TEST(more_than_may_wait_is_refused_at_once),
        TEST(a_full_executor_is_answered_503),
        cmocka_unit_test(what_takes_too_long_is_answered_504_and_its_late_end_is_ignored),
        cmocka_unit_test(a_stop_answers_what_is_suspended),
        TEST(a_port_that_is_taken_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
