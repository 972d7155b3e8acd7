/* For the tests of this room: a server with an executor of its own, and raw sockets. */
#ifndef TROTH_HTTP_TESTING_H
#define TROTH_HTTP_TESTING_H

#include "http/server.h"
#include "http/stream.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

/* One thread that does the work of suspended requests; it can be held up and can be full. */
struct worker {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct http_work *works[4096];
    size_t count;
    bool held, full, stop;
    atomic_uint done;
    pthread_t thread;
};

static inline bool worker_submit(void *self, struct http_work *work, const struct route *route)
{
    (void)route;
    struct worker *w = self;
    pthread_mutex_lock(&w->lock);
    bool taken = !w->full && w->count < sizeof(w->works) / sizeof(w->works[0]);
    if (taken) {
        w->works[w->count++] = work;
    }
    pthread_cond_signal(&w->changed);
    pthread_mutex_unlock(&w->lock);
    return taken;
}

static inline void *worker_run(void *self)
{
    struct worker *w = self;
    pthread_mutex_lock(&w->lock);
    for (;;) {
        while (!w->stop && (w->count == 0 || w->held)) {
            pthread_cond_wait(&w->changed, &w->lock);
        }
        if (w->count == 0) {
            break;
        }
        struct http_work *work = w->works[0];
        memmove(w->works, w->works + 1, --w->count * sizeof(w->works[0]));
        pthread_mutex_unlock(&w->lock);
        struct err_info info = {0};
        enum err e = http_work_run(work, NULL, &info);
        atomic_fetch_add(&w->done, 1);
        http_work_done(work, e, &info);
        pthread_mutex_lock(&w->lock);
    }
    pthread_mutex_unlock(&w->lock);
    return NULL;
}

static inline void worker_start(struct worker *w)
{
    memset(w, 0, sizeof(*w));
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->changed, NULL);
    pthread_create(&w->thread, NULL, worker_run, w);
}

static inline void worker_hold(struct worker *w, bool held)
{
    pthread_mutex_lock(&w->lock);
    w->held = held;
    pthread_cond_signal(&w->changed);
    pthread_mutex_unlock(&w->lock);
}

static inline void worker_fill(struct worker *w, bool full)
{
    pthread_mutex_lock(&w->lock);
    w->full = full;
    pthread_mutex_unlock(&w->lock);
}

static inline size_t worker_waiting(struct worker *w)
{
    pthread_mutex_lock(&w->lock);
    size_t count = w->count;
    pthread_mutex_unlock(&w->lock);
    return count;
}

static inline void worker_stop(struct worker *w)
{
    pthread_mutex_lock(&w->lock);
    w->stop = true;
    w->held = false;
    pthread_cond_signal(&w->changed);
    pthread_mutex_unlock(&w->lock);
    pthread_join(w->thread, NULL);
    pthread_mutex_destroy(&w->lock);
    pthread_cond_destroy(&w->changed);
}

static inline int client_open(uint16_t port)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct timeval patience = {.tv_sec = 20}; /* a test that hangs fails instead */
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof(to)) != 0) {
        abort();
    }
    return fd;
}

static inline bool client_send(int fd, struct text bytes)
{
    while (bytes.len) {
        ssize_t n = send(fd, bytes.ptr, bytes.len, MSG_NOSIGNAL);
        if (n <= 0) {
            return false;
        }
        bytes = (struct text){bytes.ptr + n, bytes.len - (size_t)n};
    }
    return true;
}

struct answer {
    unsigned status; /* 0: the connection ended without one */
    struct buf head, body;
};

static inline void answer_release(struct answer *a)
{
    buf_release(&a->head);
    buf_release(&a->body);
}

/* Until `what` stands in b; false at the end of the connection. */
static inline bool client_read_until(int fd, struct buf *b, const char *what)
{
    while (!b->len || !memmem(b->ptr, b->len, what, strlen(what))) {
        char bytes[4096];
        ssize_t n = recv(fd, bytes, sizeof(bytes), 0);
        if (n <= 0) {
            return false;
        }
        buf_add(b, bytes, (size_t)n);
    }
    return true;
}

static inline struct text answer_header(const struct answer *a, const char *name)
{
    size_t len = strlen(name);
    for (const char *p = a->head.ptr; p; p = strchr(p, '\n')) {
        p += *p == '\n';
        if (strncasecmp(p, name, len) == 0 && p[len] == ':') {
            return text_trim((struct text){p + len + 1, strcspn(p + len + 1, "\r\n")});
        }
        if (*p == '\0') {
            break;
        }
    }
    return TEXT("");
}

/* One reply with a Content-Length (or none, for 204, 304 and HEAD). Byte by byte in the head, so
 * that pipelined replies stay apart. */
static inline struct answer client_read(int fd, bool head_only)
{
    struct answer a = {0};
    char c;
    while (!(a.head.len >= 4 && memcmp(a.head.ptr + a.head.len - 4, "\r\n\r\n", 4) == 0)) {
        if (recv(fd, &c, 1, 0) != 1) {
            return a;
        }
        buf_add_char(&a.head, c);
    }
    a.status = (unsigned)strtoul(a.head.ptr + 9, NULL, 10);
    int64_t length = 0;
    (void)text_to_int64(answer_header(&a, "Content-Length"), &length);
    while (!head_only && (int64_t)a.body.len < length) {
        char bytes[4096];
        size_t left = (size_t)length - a.body.len;
        ssize_t n = recv(fd, bytes, left < sizeof(bytes) ? left : sizeof(bytes), 0);
        if (n <= 0) {
            break;
        }
        buf_add(&a.body, bytes, (size_t)n);
    }
    return a;
}

/* A request on a connection of its own. */
static inline struct answer ask(uint16_t port, const char *method, const char *target,
                                const char *headers, struct text body)
{
    struct buf out CLEANUP(buf_release) = {0};
    buf_addf(&out, "%s %s HTTP/1.1\r\nHost: localhost\r\n%s", method, target, headers);
    if (body.len) {
        buf_addf(&out, "Content-Length: %zu\r\n", body.len);
    }
    buf_add_str(&out, "\r\n");
    buf_add_text(&out, body);
    int fd = client_open(port);
    (void)client_send(fd, buf_text(&out));
    struct answer a = client_read(fd, strcmp(method, "HEAD") == 0);
    close(fd);
    return a;
}

#endif
