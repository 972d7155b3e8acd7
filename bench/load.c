#include "load.h"

#include <arpa/inet.h>
#include <errno.h>
#include <math.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { READ_SIZE = 65536, EVENTS = 256, LONGEST_END_US = 60000000 };

struct connection {
    int fd;
    unsigned number;
    uint64_t request;
    int64_t sent_us;
    size_t written;
    struct buf out, in;
};

struct load {
    const struct load_plan *plan;
    struct load_result *result;
    struct connection *connections;
    int poll;
    uint64_t next;
    unsigned waiting; /* connections whose reply has not come */
    bool ending;      /* nothing more is sent */
};

static int64_t clock_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

void load_histogram_add(struct load_histogram *h, int64_t us)
{
    int bucket = us <= 1 ? 0 : (int)(log((double)us) / log(1.02));
    h->counts[bucket < LOAD_BUCKETS ? bucket : LOAD_BUCKETS - 1]++;
    h->total++;
    h->longest_us = us > h->longest_us ? us : h->longest_us;
}

int64_t load_histogram_at(const struct load_histogram *h, double share)
{
    uint64_t wanted = (uint64_t)ceil((double)h->total * share), seen = 0;
    for (int i = 0; i < LOAD_BUCKETS; i++) {
        seen += h->counts[i];
        if (seen >= wanted && seen > 0) {
            return (int64_t)pow(1.02, i + 1);
        }
    }
    return h->longest_us;
}

static uint16_t port_of(const struct load_plan *plan, unsigned connection)
{
    unsigned count = 1;
    while (count < LOAD_PORTS_MAX && plan->ports[count]) {
        count++;
    }
    return plan->ports[connection % count];
}

static enum err connection_open(struct load *load, struct connection *c, struct err_info *info)
{
    uint16_t port = port_of(load->plan, c->number);
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
    inet_pton(AF_INET, load->plan->address ? load->plan->address : "127.0.0.1", &to.sin_addr);
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int on = 1;
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    if (connect(c->fd, (struct sockaddr *)&to, sizeof(to)) != 0) {
        return err_set(info, ERR_IO, "nothing answers on port %u: %s", port, strerror(errno));
    }
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = c->number};
    epoll_ctl(load->poll, EPOLL_CTL_ADD, c->fd, &event);
    buf_clear(&c->in);
    return ERR_NONE;
}

/* Blocking send: requests are small beside the socket's buffer. */
static bool connection_send(struct load *load, struct connection *c)
{
    buf_clear(&c->out);
    c->request = load->next++;
    load->plan->write(load->plan->self, c->number, c->request, &c->out);
    c->sent_us = clock_us();
    load->waiting++;
    size_t sent = 0;
    while (sent < c->out.len) {
        ssize_t n = send(c->fd, c->out.ptr + sent, c->out.len - sent, MSG_NOSIGNAL);
        if (n <= 0) {
            return false;
        }
        sent += (size_t)n;
    }
    return true;
}

/* Length of the whole reply at the start of `in`, 0 while it is incomplete. */
static size_t reply_length(struct text in, size_t *ret_head)
{
    const char *end = in.len ? memmem(in.ptr, in.len, "\r\n\r\n", 4) : NULL;
    if (!end) {
        return 0;
    }
    *ret_head = (size_t)(end - in.ptr) + 4;
    size_t length = 0;
    for (const char *p = in.ptr; p < end; p++) {
        if (*p == '\n' && strncasecmp(p + 1, "content-length:", 15) == 0) {
            length = strtoul(p + 16, NULL, 10);
            break;
        }
    }
    return in.len >= *ret_head + length ? *ret_head + length : 0;
}

/* False: the connection is lost. */
static bool connection_read(struct load *load, struct connection *c)
{
    buf_reserve(&c->in, READ_SIZE);
    ssize_t n = recv(c->fd, c->in.ptr + c->in.len, READ_SIZE, MSG_DONTWAIT);
    if (n < 0) {
        return errno == EAGAIN;
    }
    if (n == 0) {
        return false;
    }
    c->in.len += (size_t)n;
    size_t head;
    size_t length = reply_length(buf_text(&c->in), &head);
    if (length == 0) {
        return true;
    }
    load_histogram_add(&load->result->latency, clock_us() - c->sent_us);
    unsigned status = length > 12 ? (unsigned)strtoul(c->in.ptr + 9, NULL, 10) : 0;
    load->result->statuses[status / 100 < 6 ? status / 100 : 0]++;
    load->result->replies++;
    if (load->plan->read) {
        struct text body = {c->in.ptr + head, length - head};
        load->plan->read(load->plan->self, c->number, c->request, status, body);
    }
    buf_clear(&c->in);
    load->waiting--;
    return load->ending || connection_send(load, c);
}

static enum err load_turn(struct load *load, struct err_info *info)
{
    struct epoll_event events[EVENTS];
    int count = epoll_wait(load->poll, events, EVENTS, 100);
    for (int i = 0; i < count; i++) {
        struct connection *c = &load->connections[events[i].data.u32];
        if (!connection_read(load, c)) {
            load->result->broken++;
            load->waiting--;
            close(c->fd);
            enum err e = connection_open(load, c, info);
            if (e) {
                return e;
            }
            if (!load->ending) {
                (void)connection_send(load, c);
            }
        }
    }
    return ERR_NONE;
}

static void load_close(struct load *load)
{
    for (unsigned i = 0; i < load->plan->connections; i++) {
        struct connection *c = &load->connections[i];
        if (c->fd >= 0) {
            close(c->fd);
        }
        buf_release(&c->in);
        buf_release(&c->out);
    }
    free(load->connections);
    close(load->poll);
}

enum err load_run(const struct load_plan *plan, struct load_result *ret, struct err_info *info)
{
    *ret = (struct load_result){0};
    struct load load = {.plan = plan, .result = ret, .poll = epoll_create1(EPOLL_CLOEXEC)};
    load.connections = calloc(plan->connections, sizeof(*load.connections));
    if (!load.connections) {
        abort();
    }
    enum err e = ERR_NONE;
    for (unsigned i = 0; i < plan->connections; i++) {
        load.connections[i] = (struct connection){.fd = -1, .number = i};
        e = e ? e : connection_open(&load, &load.connections[i], info);
    }
    int64_t started = clock_us();
    for (unsigned i = 0; i < plan->connections && !e; i++) {
        (void)connection_send(&load, &load.connections[i]);
    }
    while (!e && load.waiting && clock_us() - started < plan->duration_us + LONGEST_END_US) {
        load.ending = clock_us() - started >= plan->duration_us;
        e = load_turn(&load, info);
    }
    ret->elapsed_us = clock_us() - started;
    ret->per_second = (double)ret->replies * 1e6 / (double)ret->elapsed_us;
    load_close(&load);
    return e;
}
