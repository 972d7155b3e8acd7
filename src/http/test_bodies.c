/* Bodies: how they are read, and how those are refused that are wrong or over a bound. */
#include "http/testing_house.h"

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

enum { BOUND = 100000 };
#define LINES "Content-Type: application/x-ndjson\r\n"

static void add_lines(struct buf *out, size_t size)
{
    buf_reserve(out, size);
    memset(out->ptr + out->len, 'x', size);
    out->len += size;
}

static void expect_bound(struct house *h, size_t size, bool is_chunked)
{
    struct buf out CLEANUP(buf_release) = {0};
    buf_addf(&out, "POST /lines HTTP/1.1\r\nHost: x\r\n" LINES);
    if (is_chunked) {
        buf_addf(&out, "Transfer-Encoding: chunked\r\n\r\n%zx\r\n", size);
        add_lines(&out, size);
        buf_add_str(&out, "\r\n0\r\n\r\n");
    } else {
        buf_addf(&out, "Content-Length: %zu\r\n\r\n", size);
        add_lines(&out, size);
    }
    int fd = client_open(h->port);
    assert_true(client_send(fd, buf_text(&out)));
    struct answer a CLEANUP(answer_release) = client_read(fd, false);
    assert_int_equal(a.status, size <= BOUND ? 200 : 413);
    assert_non_null(strstr(a.body.ptr, size <= BOUND ? "100000" : "larger than 100000 bytes"));
    close(fd);
}

static void bodies_have_a_bound_with_and_without_a_length(void **state)
{
    for (int is_chunked = 0; is_chunked <= 1; is_chunked++) {
        expect_bound(*state, BOUND, is_chunked);
        expect_bound(*state, BOUND + 1, is_chunked);
    }
}

/* As many clients do: they read no answer before they have sent everything. */
static void a_refusal_is_read_by_a_client_that_first_sends_all_of_it(void **state)
{
    enum { FAR_OVER = 12 << 20 }; /* more than the sockets hold */
    for (int is_chunked = 0; is_chunked <= 1; is_chunked++) {
        expect_bound(*state, FAR_OVER, is_chunked);
    }
    struct house *h = *state;
    struct buf body CLEANUP(buf_release) = {0};
    add_lines(&body, FAR_OVER);
    struct answer nobody CLEANUP(answer_release) =
        ask(h->port, "POST", "/items", JSON, buf_text(&body));
    assert_int_equal(nobody.status, 401);
    struct answer nowhere CLEANUP(answer_release) =
        ask(h->port, "POST", "/nowhere", LINES, buf_text(&body));
    assert_int_equal(nowhere.status, 404);
    struct answer flood CLEANUP(answer_release) =
        ask(h->port, "POST", "/lines", LINES "X-Flood: 1\r\n", buf_text(&body));
    assert_int_equal(flood.status, 429);
}

static void who_asks_before_sending_is_refused_without_sending(void **state)
{
    struct house *h = *state;
    int fd = client_open(h->port);
    assert_true(client_send(fd, TEXT("POST /lines HTTP/1.1\r\nHost: x\r\n" LINES
                                     "Content-Length: 100001\r\nExpect: 100-continue\r\n\r\n")));
    struct answer over CLEANUP(answer_release) = client_read(fd, false);
    assert_int_equal(over.status, 413);
    close(fd);
    fd = client_open(h->port);
    assert_true(client_send(fd, TEXT("POST /lines HTTP/1.1\r\nHost: x\r\n" LINES
                                     "Content-Length: 3\r\nExpect: 100-continue\r\n\r\n")));
    struct answer go_on CLEANUP(answer_release) = client_read(fd, false);
    assert_int_equal(go_on.status, 100);
    assert_true(client_send(fd, TEXT("abc")));
    struct answer just CLEANUP(answer_release) = client_read(fd, false);
    assert_int_equal(just.status, 200);
    close(fd);
}

static void a_body_that_never_ends_is_cut(void **state)
{
    struct house *h = *state;
    int fd = client_open(h->port);
    struct buf chunk CLEANUP(buf_release) = {0};
    buf_add_str(&chunk, "100000\r\n");
    add_lines(&chunk, 0x100000);
    buf_add_str(&chunk, "\r\n");
    assert_true(client_send(fd, TEXT("POST /lines HTTP/1.1\r\nHost: x\r\n" LINES
                                     "Transfer-Encoding: chunked\r\n\r\n")));
    int sent = 0;
    while (sent < 200 && client_send(fd, buf_text(&chunk))) {
        sent++;
    }
    assert_true(sent >= 64 && sent < 200);
    close(fd);
    expect(h, "GET", "/hello", "", "", 200, "hello");
}

/* Two servers that take another length each would see different requests in the same bytes. */
static void two_lengths_of_one_body_are_refused_whoever_asks(void **state)
{
    struct house *h = *state;
    static const char *const lengths[] = {
        "Content-Length: 3\r\nContent-Length: 5\r\n",
        "Content-Length: 0\r\nContent-Length: 5\r\n",
        "Content-Length: 3\r\ncontent-length: 3\r\n",
        "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
    };
    static const char *const heads[] = {
        "POST /lines HTTP/1.1\r\nHost: x\r\n" LINES, "POST /items HTTP/1.1\r\nHost: x\r\n" JSON,
        "GET /hello HTTP/1.1\r\nHost: x\r\n", "GET /nowhere HTTP/1.1\r\nHost: x\r\n"};
    for (size_t i = 0; i < 5 * 4; i++) {
        struct buf out CLEANUP(buf_release) = {0};
        int fd = client_open(h->port);
        buf_addf(&out, "%s%s\r\n0\r\n\r\nGET /hello HTTP/1.1\r\nHost: x\r\n\r\n", heads[i % 4],
                 lengths[i / 4]);
        assert_true(client_send(fd, buf_text(&out)));
        struct answer a CLEANUP(answer_release) = client_read(fd, false);
        assert_int_equal(a.status, 400);
        assert_true(text_is(answer_header(&a, "Connection"), "close"));
        char more;
        assert_int_equal(recv(fd, &more, 1, 0), 0); /* what followed was not taken for a request */
        close(fd);
    }
    expect(h, "GET", "/hello", "", "", 200, "hello");
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(bodies_are_read_as_json_and_as_forms),
        TEST(bodies_that_are_wrong_are_refused),
        TEST(bodies_have_a_bound_with_and_without_a_length),
        TEST(a_refusal_is_read_by_a_client_that_first_sends_all_of_it),
        TEST(who_asks_before_sending_is_refused_without_sending),
        TEST(a_body_that_never_ends_is_cut),
        TEST(two_lengths_of_one_body_are_refused_whoever_asks),
        TEST(heads_over_the_bound_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
