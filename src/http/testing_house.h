/* For the tests of this room: a server with routes of every kind and those who may come in. */
#ifndef TROTH_HTTP_TESTING_HOUSE_H
#define TROTH_HTTP_TESTING_HOUSE_H

#include "http/testing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define JSON "Content-Type: application/json\r\n"
#define FORM "Content-Type: application/x-www-form-urlencoded\r\n"
#define TOKEN "Authorization: Bearer good\r\n"

static inline enum err hello(struct request *request, struct database *db, struct reply *reply,
                             struct err_info *info)
{
    (void)request, (void)db, (void)info;
    reply_etag(reply, 7);
    buf_add_str(reply_body(reply, 200, "text/plain"), "hello");
    return ERR_NONE;
}

static inline enum err show_item(struct request *request, struct database *db, struct reply *reply,
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

static inline enum err add_item(struct request *request, struct database *db, struct reply *reply,
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

static inline enum err change_item(struct request *request, struct database *db,
                                   struct reply *reply, struct err_info *info)
{
    (void)db;
    enum err e = request_if_match(request, 7, true, info);
    if (!e) {
        reply_empty(reply);
    }
    return e;
}

static inline enum err count_body(struct request *request, struct database *db, struct reply *reply,
                                  struct err_info *info)
{
    (void)db, (void)info;
    buf_addf(reply_body(reply, 200, "text/plain"), "%zu", request_body(request).len);
    return ERR_NONE;
}

static inline enum err wrong_page(struct request *request, struct database *db, struct reply *reply,
                                  struct err_info *info)
{
    (void)request, (void)db, (void)reply;
    return err_set(info, ERR_NOT_FOUND, "No <b>page</b> here.");
}

static inline enum err rest_of_path(struct request *request, struct database *db,
                                    struct reply *reply, struct err_info *info)
{
    (void)db, (void)info;
    buf_addf(reply_body(reply, 200, "text/plain"), "rest %.*s",
             TEXT_ARG(request_text(request, "path")));
    reply_header(reply, "Content-Security-Policy", TEXT("default-src 'self'"));
    return ERR_NONE;
}

static const char *const states[] = {"open", "kept", NULL};
static const char *const lines[] = {"application/x-ndjson", NULL};
static const struct field item_fields[] = {
    {"id", FIELD_PATH, FIELD_TEXT, true, 1, 64, NULL, NULL, "The item."},
    {"count", FIELD_QUERY, FIELD_INTEGER, false, 1, 100, NULL, NULL, "How many."},
    {"state", FIELD_QUERY, FIELD_CHOICE, false, 0, 0, states, NULL, "Which."},
    {"since", FIELD_QUERY, FIELD_MOMENT, false, 0, 0, NULL, NULL, "From when on."},
};
static const struct field rest_fields[] = {
    {"path", FIELD_PATH, FIELD_TEXT, true, 0, 100, NULL, NULL, "All of it."},
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
    {.method = METHOD_GET, .path = "/app/first", .summary = "A fixed one.", .handle = hello},
    {.method = METHOD_GET,
     .path = "/app/{path...}",
     .summary = "All other paths.",
     .look = LOOK_PAGE,
     .fields = rest_fields,
     .field_count = 1,
     .any_query = true,
     .handle = rest_of_path},
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

static inline enum err know(void *self, const struct credentials *credentials, struct arena *arena,
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

static inline bool admit(void *self, const struct request *request, uint32_t *ret_retry_s)
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

static inline void house_open(struct house *h, int64_t answer_us)
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
        .stylesheet = "/asset/page.css",
        .suspended_max = 200,
        .answer_us = answer_us,
    };
    struct err_info info;
    if (http_server_start(&config, &h->server, &info) != ERR_NONE) {
        fail_msg("%s", info.text);
    }
    h->port = http_server_port(h->server);
}

static inline int open_house(void **state)
{
    struct house *h = calloc(1, sizeof(*h));
    if (!h) {
        return -1;
    }
    house_open(h, 0);
    *state = h;
    return 0;
}

static inline int close_house(void **state)
{
    struct house *h = *state;
    worker_hold(&h->worker, false);
    http_server_stop(&h->server, 1000000);
    worker_stop(&h->worker);
    free(h);
    return 0;
}

/* Asks and checks status and a part of the body. */
static inline void expect(const struct house *h, const char *method, const char *target,
                          const char *headers, const char *body, unsigned status,
                          const char *part_of_body)
{
    struct answer a CLEANUP(answer_release) = ask(h->port, method, target, headers, text_of(body));
    if (a.status != status ||
        (part_of_body && !strstr(a.body.ptr ? a.body.ptr : "", part_of_body))) {
        fail_msg("%s %s: %u %s, not %u %s", method, target, a.status, a.body.ptr ? a.body.ptr : "",
                 status, part_of_body ? part_of_body : "");
    }
}

static inline void wait_for(struct house *h, size_t waiting)
{
    while (worker_waiting(&h->worker) != waiting) {
        usleep(1000);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_house, close_house)

#endif
