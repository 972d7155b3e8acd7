/* A loop: waits on libmicrohttpd's descriptor, on its own eventfd and on clients that leave; takes
 * back what the executors have finished; looks after time; then lets libmicrohttpd run. */
#include "http/inside.h"

#include "base/log.h"
#include "base/moment.h"

#include <arpa/inet.h>
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { EVENTS = 128, SPARE_MAX = 256, KEEP_BYTES = 65536, SLEEP_MAX_MS = 1000 };

int64_t clock_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * SECOND_US + now.tv_nsec / 1000;
}

void loop_wake(struct loop *loop)
{
    uint64_t one = 1;
    ssize_t n = write(loop->wake, &one, sizeof(one));
    assert(n == sizeof(one));
    (void)n;
}

/* 16 letters that nobody can guess from another request's (splitmix64 over a random start). */
static void draw_id(struct loop *loop, char out[REQUEST_ID_LETTERS + 1])
{
    uint64_t z = loop->server->seed + (uint64_t)(loop - loop->server->loops + 1) * 0x100000000u +
                 ++loop->drawn * 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    z ^= z >> 31;
    for (int i = 0; i < REQUEST_ID_LETTERS; i++) {
        out[i] = "0123456789abcdef"[z >> (4 * i) & 15];
    }
    out[REQUEST_ID_LETTERS] = '\0';
}

struct request *loop_request(struct loop *loop)
{
    struct request *r = loop->spare;
    if (r) {
        loop->spare = r->newer;
        loop->spare_count--;
        r->newer = NULL;
    } else {
        struct http_work *work = calloc(1, sizeof(*work));
        if (!work) {
            abort();
        }
        r = &work->request;
    }
    r->loop = loop;
    r->started_us = clock_us();
    r->reply.arena = &r->arena;
    r->reply.status = 200;
    draw_id(loop, r->id);
    return r;
}

static void destroy(struct request *r)
{
    arena_release(&r->arena);
    buf_release(&r->body);
    buf_release(&r->reply.body);
    free((struct http_work *)r);
}

/* Kept for the next one, unless it had grown large. */
void loop_request_free(struct request *r)
{
    struct loop *loop = r->loop;
    if (r->stream) {
        stream_free(r->stream);
    }
    if (r->reply.file) {
        close(r->reply.file); /* nobody was there to take it */
    }
    bool keep = loop->spare_count < SPARE_MAX && r->arena.total < KEEP_BYTES &&
                r->body.cap < KEEP_BYTES && r->reply.body.cap < KEEP_BYTES;
    if (!keep) {
        destroy(r);
        return;
    }
    struct arena arena = r->arena;
    struct buf body = r->body, reply = r->reply.body;
    arena_clear(&arena);
    buf_clear(&body);
    buf_clear(&reply);
    memset(r, 0, sizeof(*r));
    r->arena = arena;
    r->body = body;
    r->reply.body = reply;
    r->newer = loop->spare;
    loop->spare = r;
    loop->spare_count++;
}

static void registry_add(struct loop *loop, struct request *r)
{
    struct request *before = loop->newest; /* nearly always the place: most have the same time */
    while (before && before->deadline_us > r->deadline_us) {
        before = before->older;
    }
    r->older = before;
    r->newer = before ? before->newer : loop->oldest;
    *(r->older ? &r->older->newer : &loop->oldest) = r;
    *(r->newer ? &r->newer->older : &loop->newest) = r;
    loop->suspended++;
    atomic_store_explicit(&loop->counts.suspended, loop->suspended, memory_order_relaxed);
}

static void registry_remove(struct loop *loop, struct request *r)
{
    *(r->older ? &r->older->newer : &loop->oldest) = r->newer;
    *(r->newer ? &r->newer->older : &loop->newest) = r->older;
    r->older = r->newer = NULL;
    loop->suspended--;
    atomic_store_explicit(&loop->counts.suspended, loop->suspended, memory_order_relaxed);
}

void loop_resume(struct request *r)
{
    r->loop->resumed = true;
    MHD_resume_connection(r->connection);
}

static enum MHD_Result refuse_full(struct request *r)
{
    struct err_info info;
    enum err e = err_set(&info, ERR_BUSY, "The server has too much to do. Try again in a moment.");
    return answer_problem(r, e, &info, 0, NULL, NULL);
}

static enum MHD_Result refuse_stopping(struct request *r)
{
    struct err_info info;
    enum err e = err_set(&info, ERR_BUSY, "The server stops. Try again in a moment.");
    return answer_problem(r, e, &info, 503, NULL, NULL);
}

enum MHD_Result loop_submit(struct request *r)
{
    struct loop *loop = r->loop;
    const struct http_config *config = &loop->server->config;
    if (!config->executor.submit || loop->suspended >= config->suspended_max) {
        return refuse_full(r);
    }
    if (r->route->kind == ROUTE_STREAM) {
        if (atomic_load(&loop->server->stopping)) { /* those that were open have been ended */
            return refuse_stopping(r);
        }
        r->stream = stream_begin(r);
    }
    r->deadline_us = clock_us() + (r->route->answer_us ? r->route->answer_us : config->answer_us);
    r->state = REQUEST_QUEUED;
    /* Suspended before it is queued: it may come back at once. */
    MHD_suspend_connection(r->connection);
    registry_add(loop, r);
    r->with_executor = true;
    loop->lent++;
    if (!config->executor.submit(config->executor.self, (struct http_work *)r, r->route)) {
        r->with_executor = false;
        loop->lent--;
        registry_remove(loop, r);
        r->result =
            err_set(&r->info, ERR_BUSY, "The server has too much to do. Try again in a moment.");
        r->state = REQUEST_RETURNED;
        loop_resume(r);
    }
    return MHD_YES;
}

void loop_abandon(struct request *r)
{
    atomic_store(&r->cancelled, true);
    registry_remove(r->loop, r);
    r->state = REQUEST_ABANDONED;
    loop_resume(r);
}

static enum MHD_Result answer_abandoned(struct request *r)
{
    struct err_info info;
    if (r->peer->left) {
        return MHD_NO; /* nobody to answer: libmicrohttpd closes the connection */
    }
    if (atomic_load(&r->loop->server->stopping)) {
        return refuse_stopping(r);
    }
    atomic_fetch_add_explicit(&r->loop->counts.timeouts, 1, memory_order_relaxed);
    enum err e = err_set(&info, ERR_BUSY,
                         r->route->kind == ROUTE_WRITE
                             ? "This takes too long. It may still be done: repeat it with the same "
                               "Idempotency-Key to learn how it went."
                             : "This takes too long. Ask for less at once, or try again later.");
    return answer_problem(r, e, &info, 504, NULL, NULL);
}

/* libmicrohttpd calls: with the head, with each part of the body, at its end, and after a resume.
 */
static enum MHD_Result on_request(void *self, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *bytes,
                                  size_t *size, void **state)
{
    (void)self, (void)connection, (void)url, (void)version;
    struct request *r = *state;
    switch (r->state) {
    case REQUEST_RECEIVING:
        if (!r->headers) {
            return request_begin(r, method);
        }
        return *size ? request_take_body(r, bytes, size) : request_complete(r);
    case REQUEST_RETURNED:
        return r->stream && !r->result ? stream_answer(r) : answer_send(r);
    case REQUEST_ABANDONED:
        return answer_abandoned(r);
    case REQUEST_QUEUED:
    case REQUEST_ANSWERED:
        break;
    }
    return MHD_YES;
}

static void *on_line(void *self, const char *target, struct MHD_Connection *connection)
{
    struct loop *loop = self;
    struct request *r = loop_request(loop);
    r->connection = connection;
    r->peer =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
    r->peer->request = r;
    r->with_connection = true;
    r->target = arena_text(&r->arena, text_of(target));
    r->client = arena_text(&r->arena, text_of(r->peer->address));
    loop->open++;
    return r;
}

static void complete(struct loop *loop, struct request *r)
{
    r->peer->request = NULL;
    r->with_connection = false;
    r->connection = NULL;
    r->peer = NULL;
    loop->open--;
    if (r->answered_status == 0) {
        atomic_fetch_add_explicit(&loop->counts.requests[0], 1, memory_order_relaxed);
    }
    if (r->stream) {
        stream_end(r->stream);
    }
    if (!r->with_executor) {
        loop_request_free(r);
    }
}

static void on_completed(void *self, struct MHD_Connection *connection, void **state,
                         enum MHD_RequestTerminationCode code)
{
    (void)connection, (void)code;
    if (*state) {
        complete(self, *state);
        *state = NULL;
    }
}

static void peer_open(struct loop *loop, struct MHD_Connection *connection, void **context)
{
    struct peer *peer = calloc(1, sizeof(*peer));
    if (!peer) {
        abort();
    }
    *context = peer;
    peer->fd = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
    const struct sockaddr *from =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr;
    if (from->sa_family == AF_INET) {
        inet_ntop(AF_INET, &((const struct sockaddr_in *)(const void *)from)->sin_addr,
                  peer->address, sizeof(peer->address));
    } else if (from->sa_family == AF_INET6) {
        inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)(const void *)from)->sin6_addr,
                  peer->address, sizeof(peer->address));
    }
    /* Edge-triggered and never touched again: one call a connection, none a request. */
    struct epoll_event event = {.events = EPOLLRDHUP | EPOLLET, .data.ptr = peer};
    (void)epoll_ctl(loop->poll, EPOLL_CTL_ADD, peer->fd, &event);
    atomic_fetch_add_explicit(&loop->counts.connections, 1, memory_order_relaxed);
}

static void on_connection(void *self, struct MHD_Connection *connection, void **context,
                          enum MHD_ConnectionNotificationCode code)
{
    struct loop *loop = self;
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        peer_open(loop, connection, context);
        return;
    }
    struct peer *peer = *context;
    if (peer->request) { /* its head was given up: more cookies than there is room for */
        complete(loop, peer->request);
    }
    (void)epoll_ctl(loop->poll, EPOLL_CTL_DEL, peer->fd, NULL);
    if (peer->lingers) {
        linger_begin(loop, peer->fd);
    }
    atomic_fetch_sub_explicit(&loop->counts.connections, 1, memory_order_relaxed);
    free(peer);
    *context = NULL;
}

static size_t leave_escaped(void *self, struct MHD_Connection *connection, char *text)
{
    (void)self, (void)connection;
    return strlen(text); /* paths and queries are decoded by us, segment by segment */
}

__attribute__((format(printf, 2, 0))) static void on_log(void *self, const char *format,
                                                         va_list args)
{
    (void)self;
    if (log_wants(LOG_DEBUG)) {
        struct buf words CLEANUP(buf_release) = {0};
        buf_vaddf(&words, format, args);
        log_say(LOG_DEBUG, "libmicrohttpd", "%s", words.ptr);
    }
}

bool loop_open(struct loop *loop, bool six)
{
    const struct http_config *config = &loop->server->config;
    unsigned idle_s = (unsigned)((config->idle_us + SECOND_US - 1) / SECOND_US);
    unsigned flags =
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG | (six ? MHD_USE_IPv6 : 0U);
    loop->daemon = MHD_start_daemon(
        flags, 0, NULL, NULL, on_request, loop, MHD_OPTION_EXTERNAL_LOGGER, on_log, NULL,
        MHD_OPTION_LISTEN_SOCKET, loop->listen, MHD_OPTION_URI_LOG_CALLBACK, on_line, loop,
        MHD_OPTION_NOTIFY_COMPLETED, on_completed, loop, MHD_OPTION_NOTIFY_CONNECTION,
        on_connection, loop, MHD_OPTION_UNESCAPE_CALLBACK, leave_escaped, NULL,
        MHD_OPTION_CONNECTION_LIMIT, config->connections_max, MHD_OPTION_CONNECTION_TIMEOUT, idle_s,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY, MHD_OPTION_STRICT_FOR_CLIENT,
        1, MHD_OPTION_END);
    if (!loop->daemon) {
        return false;
    }
    int mhd_poll = MHD_get_daemon_info(loop->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
    loop->daemon_watched = WATCHED_DAEMON;
    loop->wake_watched = WATCHED_WAKE;
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = &loop->daemon_watched};
    bool added = epoll_ctl(loop->poll, EPOLL_CTL_ADD, mhd_poll, &event) == 0;
    event.data.ptr = &loop->wake_watched;
    return added && epoll_ctl(loop->poll, EPOLL_CTL_ADD, loop->wake, &event) == 0;
}

static void on_left(struct peer *peer)
{
    peer->left = true;
    struct request *r = peer->request;
    if (!r) {
        return;
    }
    bool droppable = r->state == REQUEST_QUEUED &&
                     (r->route->kind == ROUTE_SLOW || r->route->kind == ROUTE_STREAM);
    if (droppable) {
        loop_abandon(r);
    } else if (r->stream && r->state == REQUEST_ANSWERED) {
        stream_end(r->stream);
    }
}

static void on_event(struct loop *loop, enum watched *what)
{
    uint64_t ignored;
    switch (*what) {
    case WATCHED_PEER:
        on_left((struct peer *)what);
        break;
    case WATCHED_LINGERER:
        linger_discard(loop, (struct lingerer *)what);
        break;
    case WATCHED_WAKE:
        if (read(loop->wake, &ignored, sizeof(ignored)) < 0) {
            break; /* it only says that there is something */
        }
        break;
    case WATCHED_DAEMON:
        break; /* MHD_run comes in any case */
    }
}

static void wait_for_events(struct loop *loop, int64_t until_us)
{
    int64_t left_us = until_us - clock_us();
    int timeout = left_us <= 0                              ? 0
                  : left_us >= (int64_t)SLEEP_MAX_MS * 1000 ? SLEEP_MAX_MS
                                                            : (int)((left_us + 999) / 1000);
    MHD_UNSIGNED_LONG_LONG wanted;
    if (MHD_get_timeout(loop->daemon, &wanted) == MHD_YES && wanted < (unsigned)timeout) {
        timeout = (int)wanted;
    }
    struct epoll_event events[EVENTS];
    int count = epoll_wait(loop->poll, events, EVENTS, timeout);
    for (int i = 0; i < count; i++) {
        on_event(loop, events[i].data.ptr);
    }
}

static void take_returned(struct loop *loop)
{
    struct queue_link *link = queue_take(&loop->returned);
    while (link) {
        struct request *r = (struct request *)link;
        link = link->next;
        r->with_executor = false;
        loop->lent--;
        if (!r->with_connection) {
            loop_request_free(r);
        } else if (r->state == REQUEST_QUEUED) {
            registry_remove(loop, r);
            r->state = REQUEST_RETURNED;
            loop_resume(r);
        }
    }
}

/* When the next deadline of the registry is. */
static int64_t check_deadlines(struct loop *loop, int64_t now_us)
{
    while (loop->oldest && loop->oldest->deadline_us <= now_us) {
        loop_abandon(loop->oldest);
    }
    return loop->oldest ? loop->oldest->deadline_us : MOMENT_NEVER;
}

/* No new connections; streams end; what is suspended goes on until it is too late for it. */
static void begin_stop(struct loop *loop)
{
    MHD_socket listening = MHD_quiesce_daemon(loop->daemon);
    if (listening != MHD_INVALID_SOCKET) {
        close(listening);
    }
    for (struct stream *s = loop->first; s; s = loop->first) {
        stream_end(s);
    }
}

static bool is_stopped(struct loop *loop, bool *begun, int64_t now_us)
{
    if (!atomic_load(&loop->server->stopping)) {
        return false;
    }
    if (!*begun) {
        begin_stop(loop);
        *begun = true;
    }
    int64_t stop_by_us = atomic_load(&loop->server->stop_by_us);
    while (now_us > stop_by_us && loop->oldest) {
        loop_abandon(loop->oldest);
    }
    bool late = now_us > stop_by_us + SECOND_US;
    return loop->lent == 0 && loop->suspended == 0 && (loop->open == 0 || late);
}

/* While it works, everyone else of this loop waits. */
static void count_turn(struct loop *loop, int64_t us)
{
    histogram_add(&loop->counts.turns, us);
    if (us > atomic_load_explicit(&loop->counts.longest_turn_us, memory_order_relaxed)) {
        atomic_store_explicit(&loop->counts.longest_turn_us, us, memory_order_relaxed);
    }
}

void *loop_run(void *self)
{
    struct loop *loop = self;
    bool stop_begun = false;
    int64_t until_us = 0;
    while (!is_stopped(loop, &stop_begun, clock_us())) {
        wait_for_events(loop, until_us);
        int64_t started_us = clock_us();
        take_returned(loop);
        loop->resumed = false;
        streams_doubt(loop); /* before what happened since is given to them */
        streams_give(loop);
        (void)MHD_run(loop->daemon);
        /* After it: requests that it has just suspended count. */
        int64_t now_us = clock_us();
        count_turn(loop, now_us - started_us);
        until_us = check_deadlines(loop, now_us);
        int64_t beat_us = streams_beat(loop, now_us);
        until_us = beat_us < until_us ? beat_us : until_us;
        int64_t linger_us = linger_check(loop, now_us);
        until_us = linger_us < until_us ? linger_us : until_us;
        if (loop->resumed) {
            until_us = 0; /* during or after MHD_run: its descriptor does not tell */
        } else if (stop_begun) {
            until_us = now_us + 10000;
        }
    }
    MHD_stop_daemon(loop->daemon);
    while (loop->oldest_lingerer) {
        linger_end(loop, loop->oldest_lingerer);
    }
    while (loop->spare) {
        struct request *r = loop->spare;
        loop->spare = r->newer;
        destroy(r);
    }
    streams_give(loop); /* drops what was published too late */
    return NULL;
}
