/* Connections: who waits, how many, how it ends. */
#include "http/testing_house.h"

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

/* libmicrohttpd closes the connection without a word to the request that it had announced. */
static void a_request_with_more_cookies_than_there_is_room_for_leaves_nothing_behind(void **state)
{
    struct house *h = *state;
    struct buf head CLEANUP(buf_release) = {0};
    buf_add_str(&head, "GET /hello HTTP/1.1\r\nHost: x\r\nCookie: a=0");
    for (int i = 1; i < 1000; i++) {
        buf_addf(&head, "; a=%d", i);
    }
    buf_add_str(&head, "\r\n\r\n");
    uint64_t before = http_figures(h->server).requests[0];
    int fd = client_open(h->port);
    char byte;
    assert_true(client_send(fd, buf_text(&head)));
    (void)recv(fd, &byte, 1, 0);
    close(fd);
    while (http_figures(h->server).connections != 0) {
        usleep(1000);
    }
    assert_int_equal(http_figures(h->server).requests[0], before + 1);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_constant_is_answered_by_the_loop),
        TEST(pipelined_requests_are_answered_in_order),
        TEST(a_slow_writer_does_not_hold_up_others),
        TEST(a_client_that_closed_its_sending_side_is_answered),
        TEST(a_slow_read_is_dropped_when_its_client_leaves),
        TEST(a_request_with_more_cookies_than_there_is_room_for_leaves_nothing_behind),
        TEST(three_hundred_connections_at_once_are_all_served),
        TEST(more_than_may_wait_is_refused_at_once),
        TEST(a_full_executor_is_answered_503),
        cmocka_unit_test(what_takes_too_long_is_answered_504_and_its_late_end_is_ignored),
        cmocka_unit_test(a_stop_answers_what_is_suspended),
        TEST(a_port_that_is_taken_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
