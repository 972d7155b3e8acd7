/* The floor of HTTP: libmicrohttpd alone, every request suspended, handed to another thread and
 * back, answered with an echo of its body. Driven from outside, as the server does.
 *   floor_http [connections] [seconds] */
#include "base/queue.h"
#include "load.h"

#include <microhttpd.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct echo {
    struct queue to_worker, to_loop;
    int worker_wake, loop_wake;
    atomic_bool stop;
    struct MHD_Daemon *daemon;
};
struct echo_request {
    struct queue_link link;
    struct MHD_Connection *connection;
    bool queued;
    size_t len;
    char body[4096];
};

static void wake(int fd)
{
    uint64_t one = 1;
    if (write(fd, &one, sizeof(one)) != sizeof(one)) {
        abort();
    }
}

static void settle(int fd)
{
    uint64_t count;
    if (read(fd, &count, sizeof(count)) != sizeof(count)) {
        abort();
    }
}

static enum MHD_Result answer(struct MHD_Connection *connection, struct echo_request *request)
{
    struct MHD_Response *response =
        MHD_create_response_from_buffer(request->len, request->body, MHD_RESPMEM_MUST_COPY);
    enum MHD_Result result = MHD_queue_response(connection, 200, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result on_request(void *self, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *upload,
                                  size_t *upload_size, void **state)
{
    (void)url, (void)method, (void)version;
    struct echo *echo = self;
    struct echo_request *request = *state;
    if (!request) {
        *state = request = calloc(1, sizeof(*request));
        return request ? MHD_YES : MHD_NO;
    }
    if (*upload_size) {
        size_t room = sizeof(request->body) - request->len;
        size_t n = *upload_size < room ? *upload_size : room;
        memcpy(request->body + request->len, upload, n);
        request->len += n;
        *upload_size = 0;
        return MHD_YES;
    }
    if (request->queued) {
        return answer(connection, request);
    }
    request->queued = true;
    request->connection = connection;
    MHD_suspend_connection(connection);
    if (queue_put(&echo->to_worker, &request->link)) {
        wake(echo->worker_wake);
    }
    return MHD_YES;
}

static void on_completed(void *self, struct MHD_Connection *connection, void **state,
                         enum MHD_RequestTerminationCode code)
{
    (void)self, (void)connection, (void)code;
    free(*state);
    *state = NULL;
}

static void *worker_run(void *self)
{
    struct echo *echo = self;
    while (!atomic_load(&echo->stop)) {
        settle(echo->worker_wake);
        struct queue_link *link = queue_take(&echo->to_worker);
        while (link) {
            struct queue_link *next = link->next;
            if (queue_put(&echo->to_loop, link)) {
                wake(echo->loop_wake);
            }
            link = next;
        }
    }
    return NULL;
}

static void *loop_run(void *self)
{
    struct echo *echo = self;
    int epoll = MHD_get_daemon_info(echo->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
    while (!atomic_load(&echo->stop)) {
        struct pollfd fds[] = {{epoll, POLLIN, 0}, {echo->loop_wake, POLLIN, 0}};
        MHD_UNSIGNED_LONG_LONG timeout = 100;
        if (MHD_get_timeout(echo->daemon, &timeout) != MHD_YES || timeout > 100) {
            timeout = 100;
        }
        poll(fds, 2, (int)timeout);
        if (fds[1].revents) {
            settle(echo->loop_wake);
        }
        for (struct queue_link *link = queue_take(&echo->to_loop); link;) {
            struct queue_link *next = link->next;
            MHD_resume_connection(((struct echo_request *)link)->connection);
            link = next;
        }
        MHD_run(echo->daemon);
    }
    return NULL;
}

static void write_request(void *self, unsigned connection, uint64_t n, struct buf *out)
{
    (void)self, (void)connection;
    buf_addf(out,
             "POST /touch HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
             "Content-Length: 40\r\n\r\n{\"event\":\"message.received\",\"n\":%8llu}",
             (unsigned long long)(n % 100000000));
}

int main(int argc, char **argv)
{
    unsigned connections = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 64;
    double seconds = argc > 2 ? strtod(argv[2], NULL) : 3;
    struct echo echo = {.worker_wake = eventfd(0, EFD_CLOEXEC),
                        .loop_wake = eventfd(0, EFD_CLOEXEC)};
    echo.daemon =
        MHD_start_daemon(MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, &on_request,
                         &echo, MHD_OPTION_NOTIFY_COMPLETED, &on_completed, NULL, MHD_OPTION_END);
    if (!echo.daemon) {
        fprintf(stderr, "floor_http: libmicrohttpd does not start\n");
        return 1;
    }
    pthread_t worker, loop;
    if (pthread_create(&worker, NULL, worker_run, &echo) != 0 ||
        pthread_create(&loop, NULL, loop_run, &echo) != 0) {
        return 1;
    }
    struct load_plan plan = {
        .ports = {MHD_get_daemon_info(echo.daemon, MHD_DAEMON_INFO_BIND_PORT)->port},
        .connections = connections,
        .duration_us = (int64_t)(seconds * 1e6),
        .write = write_request,
    };
    struct load_result result;
    struct err_info info;
    if (load_run(&plan, &result, &info) != ERR_NONE) {
        fprintf(stderr, "floor_http: %s\n", info.text);
        return 1;
    }
    printf("{\"floor_http_per_second\": %.0f, \"p50_us\": %lld, \"p99_us\": %lld}\n",
           result.per_second, (long long)load_histogram_at(&result.latency, 0.5),
           (long long)load_histogram_at(&result.latency, 0.99));
    /* The process ends here: threads and daemon with it. */
    return 0;
}
