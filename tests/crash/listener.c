#include "listener.h"

#include "base/id.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { READ_BYTES = 65536, REST_US = 10000, LOOK_UP_US = 200000, COMPLAINT_SIZE = 256 };

struct listener {
    pthread_t thread;
    bool running;
    atomic_bool stopping;
    pthread_mutex_t lock; /* of fd: it is shut down by who stops, closed by who listens */
    int fd;
    uint16_t port;
    const char *token;
    int64_t last; /* id of the latest event, or position told */
    int64_t *heard;
    size_t count, capacity;
    char complaint[COMPLAINT_SIZE];
};

struct event { /* as far as its lines have come */
    int64_t id;
    bool has_id, is_position;
};

struct listener *listener_new(void)
{
    struct listener *l = calloc(1, sizeof(*l));
    if (!l) {
        abort();
    }
    l->fd = -1;
    pthread_mutex_init(&l->lock, NULL);
    return l;
}

void listener_free(struct listener *l)
{
    listener_stop(l);
    pthread_mutex_destroy(&l->lock);
    free(l->heard);
    free(l);
}

static void complain(struct listener *l, const char *what, struct text words)
{
    if (!l->complaint[0]) {
        snprintf(l->complaint, sizeof(l->complaint), "%s %.*s", what,
                 (int)(words.len < 160 ? words.len : 160), words.ptr);
    }
}

static void remember(struct listener *l, const struct event *e)
{
    l->last = e->id;
    if (e->is_position) { /* no event of its own */
        return;
    }
    if (l->count == l->capacity) {
        l->capacity = l->capacity ? l->capacity * 2 : 1024;
        l->heard = reallocarray(l->heard, l->capacity, sizeof(*l->heard));
        if (!l->heard) {
            abort();
        }
    }
    l->heard[l->count++] = e->id;
}

static void take_line(struct listener *l, struct event *e, struct text line)
{
    if (line.len == 0) { /* the event has come whole */
        if (e->has_id) {
            remember(l, e);
        }
        *e = (struct event){0};
    } else if (text_starts(line, TEXT("id:"))) {
        struct text id = {line.ptr + 3, line.len - 3};
        e->has_id = id_parse(text_trim(id), "ent", &e->id);
        if (!e->has_id) {
            complain(l, "an event's id is none:", line);
        }
    } else if (text_eq(line, TEXT("event: position"))) {
        e->is_position = true;
    }
}

/* The whole lines of what has come; the rest waits for more. */
static void take_lines(struct listener *l, struct event *e, struct buf *b)
{
    struct text left = buf_text(b);
    const char *end;
    while (left.len && (end = memchr(left.ptr, '\n', left.len))) {
        struct text line = {left.ptr, (size_t)(end - left.ptr)};
        left = (struct text){end + 1, left.len - line.len - 1};
        take_line(l, e,
                  line.len && line.ptr[line.len - 1] == '\r' ? (struct text){line.ptr, line.len - 1}
                                                             : line);
    }
    if (left.len) {
        memmove(b->ptr, left.ptr, left.len);
    }
    b->len = left.len;
}

/* Takes the head off once it is there. False: it is not, or it is no stream. */
static bool take_head(struct listener *l, struct buf *b, bool *ret_hopeless)
{
    const char *end = memmem(b->ptr, b->len, "\r\n\r\n", 4);
    if (!end) {
        return false;
    }
    unsigned status = (unsigned)strtoul(b->ptr + strlen("HTTP/1.1 "), NULL, 10);
    if (status != 200) {
        *ret_hopeless = true;
        if (status < 500 && status != 429) { /* busy, stopping, out of disk: again later */
            complain(l, "the stream's answer is", (struct text){b->ptr, b->len});
        }
        return false;
    }
    size_t head = (size_t)(end - b->ptr) + 4;
    memmove(b->ptr, b->ptr + head, b->len - head);
    b->len -= head;
    return true;
}

static void hear(struct listener *l)
{
    struct buf b CLEANUP(buf_release) = {0};
    struct event e = {0};
    bool in_body = false, hopeless = false;
    while (!hopeless) {
        buf_reserve(&b, READ_BYTES);
        ssize_t n = recv(l->fd, b.ptr + b.len, READ_BYTES - 1, 0);
        if (n < 0 && errno == EAGAIN && !atomic_load(&l->stopping)) {
            continue;
        }
        if (n <= 0) {
            return;
        }
        b.len += (size_t)n;
        in_body = in_body || take_head(l, &b, &hopeless);
        if (in_body) {
            take_lines(l, &e, &b);
        }
    }
}

static bool dial(struct listener *l)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(l->port)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    struct timeval wait = {.tv_usec = LOOK_UP_US};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    pthread_mutex_lock(&l->lock);
    l->fd = fd;
    pthread_mutex_unlock(&l->lock);
    return fd >= 0 && !atomic_load(&l->stopping) &&
           setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait)) == 0 &&
           connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0;
}

static void hang_up(struct listener *l)
{
    pthread_mutex_lock(&l->lock);
    if (l->fd >= 0) {
        close(l->fd);
    }
    l->fd = -1;
    pthread_mutex_unlock(&l->lock);
}

/* HTTP/1.0: the stream then comes bare, without chunks. */
static bool ask(const struct listener *l)
{
    struct buf out CLEANUP(buf_release) = {0};
    char last[ID_TEXT_SIZE];
    buf_addf(&out,
             "GET /api/v1/events HTTP/1.0\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n"
             "Last-Event-ID: %s\r\n\r\n",
             l->token, id_format(l->last, "ent", last));
    struct text t = buf_text(&out);
    return send(l->fd, t.ptr, t.len, MSG_NOSIGNAL) == (ssize_t)t.len;
}

static void *listen_on(void *self)
{
    struct listener *l = self;
    while (!atomic_load(&l->stopping)) {
        if (dial(l) && ask(l)) {
            hear(l);
        }
        hang_up(l);
        usleep(REST_US);
    }
    return NULL;
}

void listener_start(struct listener *l, uint16_t port, const char *token)
{
    listener_stop(l);
    l->port = port;
    l->token = token;
    atomic_store(&l->stopping, false);
    if (pthread_create(&l->thread, NULL, listen_on, l) != 0) {
        abort();
    }
    l->running = true;
}

void listener_stop(struct listener *l)
{
    if (!l->running) {
        return;
    }
    pthread_mutex_lock(&l->lock);
    atomic_store(&l->stopping, true);
    if (l->fd >= 0) {
        shutdown(l->fd, SHUT_RDWR);
    }
    pthread_mutex_unlock(&l->lock);
    pthread_join(l->thread, NULL);
    l->running = false;
}

const int64_t *listener_heard(const struct listener *l, size_t *ret_count)
{
    *ret_count = l->count;
    return l->heard;
}

const char *listener_complaint(const struct listener *l)
{
    return l->complaint;
}
