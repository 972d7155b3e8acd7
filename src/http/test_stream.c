#include "http/testing.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { TOPIC_ONE = 1, TOPIC_TWO = 2, MISSED = 3 };

/* Sends what was missed after the position in Last-Event-ID, up to position 3. */
static enum err open_events(struct request *request, struct database *db, struct stream *stream,
                            struct err_info *info)
{
    (void)db, (void)info;
    int64_t seen = 0;
    (void)text_to_int64(stream_last_seen(stream), &seen);
    stream_hear(stream, request_has(request, "all") ? TOPIC_ONE | TOPIC_TWO : TOPIC_ONE);
    stream_hear_key(stream, request_text(request, "key"));
    for (int64_t i = seen + 1; i <= MISSED; i++) {
        char id[16];
        snprintf(id, sizeof(id), "%d", (int)i);
        (void)stream_send(stream, text_of(id), "missed", TEXT("{}"));
    }
    stream_seen(stream, MISSED);
    return ERR_NONE;
}

static enum err open_too_much(struct request *request, struct database *db, struct stream *stream,
                              struct err_info *info)
{
    (void)request, (void)db, (void)info;
    char data[1001] = {0};
    memset(data, 'x', 1000);
    while (stream_send(stream, TEXT("9"), "missed", text_of(data))) {
    }
    return ERR_NONE;
}

static enum err open_nothing(struct request *request, struct database *db, struct stream *stream,
                             struct err_info *info)
{
    (void)request, (void)db, (void)stream;
    return err_set(info, ERR_FORBIDDEN, "Not yours.");
}

static const struct field fields[] = {
    {"all", FIELD_QUERY, FIELD_BOOLEAN, false, 0, 0, NULL, NULL, "Both topics."},
    {"key", FIELD_QUERY, FIELD_TEXT, false, 0, 10, NULL, NULL, "One key."},
    {"last_event_id", FIELD_QUERY, FIELD_TEXT, false, 0, 10, NULL, NULL, "Where to go on."},
};
static const struct route routes[] = {
    {.path = "/events",
     .summary = "Events.",
     .kind = ROUTE_STREAM,
     .fields = fields,
     .field_count = 3,
     .open = open_events},
    {.path = "/much", .summary = "Much.", .kind = ROUTE_STREAM, .open = open_too_much},
    {.path = "/none", .summary = "None.", .kind = ROUTE_STREAM, .open = open_nothing},
};
static const struct route_table table = {routes, 3, NULL};

struct house {
    struct worker worker;
    struct http_server *server;
    uint16_t port;
};

static int open_house(void **state)
{
    struct house *h = calloc(1, sizeof(*h));
    if (!h) {
        return -1;
    }
    worker_start(&h->worker);
    struct http_config config = {
        .loops = 2, .tables = &table, .table_count = 1, .executor = {&h->worker, worker_submit}};
    if (http_server_start(&config, &h->server, NULL) != ERR_NONE) {
        return -1;
    }
    h->port = http_server_port(h->server);
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

static int listen_to(struct house *h, const char *target, const char *headers)
{
    struct buf out CLEANUP(buf_release) = {0};
    buf_addf(&out, "GET %s HTTP/1.1\r\nHost: x\r\n%s\r\n", target, headers);
    int fd = client_open(h->port);
    assert_true(client_send(fd, buf_text(&out)));
    return fd;
}

static void publish(struct house *h, int64_t position, uint64_t topics, const char *key,
                    const char *data)
{
    char id[24];
    snprintf(id, sizeof(id), "%lld", (long long)position);
    struct stream_event event = {.position = position,
                                 .topics = topics,
                                 .key = text_of(key),
                                 .id = text_of(id),
                                 .name = "live",
                                 .data = text_of(data)};
    http_server_publish(h->server, &event);
}

static void wait_for_streams(struct house *h, size_t count)
{
    while (http_figures(h->server).streams != count) {
        usleep(1000);
    }
}

static void missed_events_come_first_then_live_ones(void **state)
{
    struct house *h = *state;
    int fd = listen_to(h, "/events", "");
    struct buf seen CLEANUP(buf_release) = {0};
    assert_true(client_read_until(fd, &seen, "id: 3\nevent: missed\ndata: {}\n\n"));
    assert_non_null(strstr(seen.ptr, "Content-Type: text/event-stream"));
    publish(h, 4, TOPIC_ONE, "", "{\"n\":4}");
    assert_true(client_read_until(fd, &seen, "id: 4\nevent: live\ndata: {\"n\":4}\n\n"));
    publish(h, 5, TOPIC_ONE, "", "a\nb");
    assert_true(client_read_until(fd, &seen, "id: 5\nevent: live\ndata: a\ndata: b\n\n"));
    close(fd);
    wait_for_streams(h, 0);
}

static void a_stream_goes_on_where_it_was(void **state)
{
    struct house *h = *state;
    int fd = listen_to(h, "/events", "Last-Event-ID: 2\r\n");
    int other = listen_to(h, "/events?last_event_id=3", "");
    struct buf seen CLEANUP(buf_release) = {0}, others CLEANUP(buf_release) = {0};
    assert_true(client_read_until(fd, &seen, "id: 3\n"));
    assert_null(strstr(seen.ptr, "id: 2\n"));
    assert_true(client_read_until(other, &others, ":\n\n"));
    publish(h, 4, TOPIC_ONE, "", "x");
    assert_true(client_read_until(other, &others, "id: 4\n"));
    assert_null(strstr(others.ptr, "missed"));
    close(fd);
    close(other);
}

static void nothing_falls_between_missed_and_live(void **state)
{
    struct house *h = *state;
    worker_hold(&h->worker, true);
    int fd = listen_to(h, "/events", "");
    wait_for_streams(h, 1);
    publish(h, 3, TOPIC_ONE, "", "twice"); /* the opener will send position 3 itself */
    publish(h, 4, TOPIC_ONE, "", "meanwhile");
    publish(h, 5, TOPIC_TWO, "", "not heard");
    worker_hold(&h->worker, false);
    publish(h, 6, TOPIC_ONE, "", "after");
    struct buf seen CLEANUP(buf_release) = {0};
    assert_true(client_read_until(fd, &seen, "data: after"));
    assert_non_null(strstr(seen.ptr, "data: meanwhile"));
    assert_null(strstr(seen.ptr, "data: twice"));
    assert_null(strstr(seen.ptr, "data: not heard"));
    close(fd);
}

static void only_its_topics_and_its_key_are_heard(void **state)
{
    struct house *h = *state;
    int one = listen_to(h, "/events", ""), both = listen_to(h, "/events?all=true", "");
    int keyed = listen_to(h, "/events?key=ana", "");
    struct buf b1 CLEANUP(buf_release) = {0}, b2 CLEANUP(buf_release) = {0};
    struct buf b3 CLEANUP(buf_release) = {0};
    assert_true(client_read_until(one, &b1, "id: 3\n"));
    assert_true(client_read_until(both, &b2, "id: 3\n"));
    assert_true(client_read_until(keyed, &b3, "id: 3\n"));
    publish(h, 10, TOPIC_TWO, "ana", "second topic");
    publish(h, 11, TOPIC_ONE, "bob", "of bob");
    publish(h, 12, TOPIC_ONE, "ana", "last");
    assert_true(client_read_until(one, &b1, "data: last"));
    assert_true(client_read_until(both, &b2, "data: last"));
    assert_true(client_read_until(keyed, &b3, "data: last"));
    assert_null(strstr(b1.ptr, "second topic"));
    assert_non_null(strstr(b1.ptr, "of bob"));
    assert_non_null(strstr(b2.ptr, "second topic"));
    assert_null(strstr(b3.ptr, "of bob"));
    close(one);
    close(both);
    close(keyed);
}

static void a_client_that_does_not_read_is_dropped_and_others_are_not(void **state)
{
    struct house *h = *state;
    int slow = listen_to(h, "/events", ""), quick = listen_to(h, "/events", "");
    struct buf slow_seen CLEANUP(buf_release) = {0}, seen CLEANUP(buf_release) = {0};
    assert_true(client_read_until(slow, &slow_seen, "id: 3\n"));
    assert_true(client_read_until(quick, &seen, "id: 3\n"));
    char data[40001] = {0};
    memset(data, 'x', 40000);
    for (int i = 100; http_figures(h->server).streams_dropped == 0; i++) {
        char wanted[32];
        publish(h, i, TOPIC_ONE, "", data);
        snprintf(wanted, sizeof(wanted), "id: %d\n", i);
        buf_clear(&seen);
        assert_true(client_read_until(quick, &seen, wanted));
        assert_true(i < 10000);
    }
    assert_int_equal(http_figures(h->server).streams_dropped, 1);
    publish(h, 100000, TOPIC_ONE, "", "still here");
    assert_true(client_read_until(quick, &seen, "still here"));
    assert_false(client_read_until(slow, &slow_seen, "still here"));
    close(slow);
    close(quick);
}

static void too_much_missed_ends_the_stream_after_what_was_sent(void **state)
{
    struct house *h = *state;
    int fd = listen_to(h, "/much", "");
    struct buf seen CLEANUP(buf_release) = {0};
    assert_true(client_read_until(fd, &seen, "\r\n0\r\n\r\n"));
    assert_true(seen.len > STREAM_BACKLOG_MAX - 2000);
    close(fd);
}

static void an_opener_may_refuse(void **state)
{
    struct house *h = *state;
    struct answer a CLEANUP(answer_release) = ask(h->port, "GET", "/none", "", TEXT(""));
    assert_int_equal(a.status, 403);
    struct answer b CLEANUP(answer_release) = ask(h->port, "HEAD", "/events", "", TEXT(""));
    assert_int_equal(b.status, 405);
    wait_for_streams(h, 0);
}

static void a_client_that_leaves_while_its_stream_opens_leaves_nothing(void **state)
{
    struct house *h = *state;
    worker_hold(&h->worker, true);
    int fd = listen_to(h, "/events", "");
    wait_for_streams(h, 1);
    close(fd);
    wait_for_streams(h, 0);
    publish(h, 9, TOPIC_ONE, "", "nobody hears");
    worker_hold(&h->worker, false);
    int next = listen_to(h, "/events", "");
    struct buf seen CLEANUP(buf_release) = {0};
    assert_true(client_read_until(next, &seen, "id: 3\n"));
    close(next);
}

static void a_stop_ends_open_streams(void **state)
{
    struct house *h = *state;
    int fds[20];
    for (size_t i = 0; i < 20; i++) {
        fds[i] = listen_to(h, "/events", "");
    }
    struct buf seen[20] = {0};
    for (size_t i = 0; i < 20; i++) {
        assert_true(client_read_until(fds[i], &seen[i], "id: 3\n"));
    }
    http_server_stop(&h->server, 1000000);
    for (size_t i = 0; i < 20; i++) {
        assert_false(client_read_until(fds[i], &seen[i], "never said"));
        close(fds[i]);
        buf_release(&seen[i]);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_house, close_house)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(missed_events_come_first_then_live_ones),
        TEST(a_stream_goes_on_where_it_was),
        TEST(nothing_falls_between_missed_and_live),
        TEST(only_its_topics_and_its_key_are_heard),
        TEST(a_client_that_does_not_read_is_dropped_and_others_are_not),
        TEST(too_much_missed_ends_the_stream_after_what_was_sent),
        TEST(an_opener_may_refuse),
        TEST(a_client_that_leaves_while_its_stream_opens_leaves_nothing),
        TEST(a_stop_ends_open_streams),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
