#include "http/server.h"

#include "http/inside.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    LOOPS_MAX = 64,
    CONNECTIONS_MAX = 16384,
    SUSPENDED_MAX = 8192,
    IDLE_US = 30000000,
    ANSWER_US = 15000000,
    BACKLOG = 1024
};

void *http_work_space(struct http_work *work)
{
    return work->request.space;
}

struct http_work *http_work_of(void *space)
{
    return (struct http_work *)(void *)((char *)space - offsetof(struct http_work, request.space));
}

enum err http_work_look_up(struct http_work *work, struct database *db, struct err_info *info)
{
    struct request *r = &work->request;
    return r->route->look_up ? r->route->look_up(r, db, info) : ERR_NONE;
}

enum err http_work_labour(struct http_work *work, struct err_info *info)
{
    struct request *r = &work->request;
    return r->route->labour(r, info);
}

enum err http_work_run(struct http_work *work, struct database *db, struct err_info *info)
{
    struct request *r = &work->request;
    const struct http_config *config = &r->loop->server->config;
    r->reply.header_count = 0; /* it may run again */
    r->changes = NULL;
    r->is_quiet = false;
    r->shown = (struct identity){0};
    enum err e = r->stream ? r->route->open(r, db, r->stream, info)
                           : r->route->handle(r, db, &r->reply, info);
    bool is_noted = config->audit && !r->route->unnoted &&
                    (r->changes || (r->route->kind == ROUTE_WRITE && !r->is_quiet));
    return !e && is_noted ? config->audit(config->audit_self, r, db, info) : e;
}

void http_work_done(struct http_work *work, enum err result, const struct err_info *info)
{
    struct request *r = &work->request;
    struct loop *loop = r->loop;
    r->result = result;
    if (result && info) {
        r->info = *info;
    }
    /* From the put on the loop may take it, and end: it is told that we are not done with it yet.
     */
    atomic_fetch_add(&loop->returning, 1);
    if (queue_put(&loop->returned, &r->link)) {
        loop_wake(loop);
    }
    atomic_fetch_sub(&loop->returning, 1);
}

const _Atomic(bool) *http_work_cancelled(const struct http_work *work)
{
    return &work->request.cancelled;
}

struct place {
    union {
        struct sockaddr any;
        struct sockaddr_in four;
        struct sockaddr_in6 six;
    } address;
    socklen_t len;
};

static enum err parse_place(const char *address, uint16_t port, struct place *ret,
                            struct err_info *info)
{
    *ret = (struct place){0};
    bool is_name = strcmp(address, "localhost") == 0;
    if (inet_pton(AF_INET, is_name ? "127.0.0.1" : address, &ret->address.four.sin_addr) == 1) {
        ret->address.four.sin_family = AF_INET;
        ret->address.four.sin_port = htons(port);
        ret->len = sizeof(ret->address.four);
        return ERR_NONE;
    }
    if (inet_pton(AF_INET6, address, &ret->address.six.sin6_addr) == 1) {
        ret->address.six.sin6_family = AF_INET6;
        ret->address.six.sin6_port = htons(port);
        ret->len = sizeof(ret->address.six);
        return ERR_NONE;
    }
    return err_set(info, ERR_INVALID,
                   "%s is no address to listen on; give localhost, or one like 192.0.2.1 or ::1.",
                   address);
}

/* A listening socket, or a probe (shared = false): other programs that share the port would
 * silently take a part of our connections, so the first bind must be alone. */
static int bind_socket(const struct place *place, bool shared)
{
    int fd = socket(place->address.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int on = 1;
    if (fd < 0) {
        return -1;
    }
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    if (shared) {
        setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on));
    }
    if (bind(fd, &place->address.any, place->len) != 0 || (shared && listen(fd, BACKLOG) != 0)) {
        int code = errno;
        close(fd);
        errno = code;
        return -1;
    }
    return fd;
}

static enum err cannot_listen(const char *address, uint16_t port, int code, struct err_info *info)
{
    switch (code) {
    case EADDRINUSE:
        return err_set(
            info, ERR_IO,
            "Cannot listen on %s port %u: another program uses it already. End that one, "
            "or choose another port: --listen %s:%u.",
            address, port, address, port + 1U);
    case EACCES:
        return err_set(info, ERR_IO,
                       "Cannot listen on %s port %u: ports under 1024 are for the system. Choose "
                       "one above: --listen %s:8080.",
                       address, port, address);
    case EADDRNOTAVAIL:
        return err_set(info, ERR_IO,
                       "Cannot listen on %s port %u: this machine has no such address. Choose "
                       "another one: --listen localhost:%u.",
                       address, port, port);
    default:
        return err_set(info, ERR_IO,
                       "Cannot listen on %s port %u: %s. Name another one with --listen.", address,
                       port, strerror(code));
    }
}

static enum err listen_all(struct http_server *server, const struct place *wanted,
                           struct err_info *info)
{
    struct place place = *wanted;
    const char *address = server->config.address;
    bool six = place.address.any.sa_family == AF_INET6;
    uint16_t port = server->config.port;
    int probe = port ? bind_socket(&place, false) : 0;
    if (probe < 0) {
        return cannot_listen(address, port, errno, info);
    }
    if (port) {
        close(probe);
    }
    for (unsigned i = 0; i < server->loop_count; i++) {
        server->loops[i].listen = bind_socket(&place, true);
        if (server->loops[i].listen < 0) {
            return err_set(info, ERR_IO, "Cannot listen on %s: %s.", address, strerror(errno));
        }
        if (i == 0) {
            socklen_t len = place.len;
            getsockname(server->loops[0].listen, &place.address.any, &len);
        }
    }
    server->port = ntohs(six ? place.address.six.sin6_port : place.address.four.sin_port);
    return ERR_NONE;
}

static enum err start_loop(struct loop *loop, bool six, struct err_info *info)
{
    loop->poll = epoll_create1(EPOLL_CLOEXEC);
    loop->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (loop->poll < 0 || loop->wake < 0 || !loop_open(loop, six)) {
        return err_set(info, ERR_IO, "The web server does not start: %s.", strerror(errno));
    }
    if (pthread_create(&loop->thread, NULL, loop_run, loop) != 0) {
        MHD_stop_daemon(loop->daemon);
        return err_set(info, ERR_IO,
                       "A thread cannot be started. Raise the limits of the process.");
    }
    loop->running = true;
    return ERR_NONE;
}

static void fill_config(struct http_server *server, const struct http_config *config)
{
    struct http_config *c = &server->config;
    *c = *config;
    c->address = c->address ? c->address : "127.0.0.1";
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    unsigned loops = c->loops ? c->loops : cores > 0 ? (unsigned)cores : 1;
    server->loop_count = loops < LOOPS_MAX ? loops : LOOPS_MAX;
    c->connections_max = c->connections_max ? c->connections_max : CONNECTIONS_MAX;
    c->suspended_max = c->suspended_max ? c->suspended_max : SUSPENDED_MAX;
    c->idle_us = c->idle_us ? c->idle_us : IDLE_US;
    c->answer_us = c->answer_us ? c->answer_us : ANSWER_US;
    server->tables = ARENA_ARRAY(&server->arena, struct route_table, c->table_count);
    memcpy(server->tables, c->tables, c->table_count * sizeof(*c->tables));
    c->tables = server->tables;
    server->first_route = ARENA_ARRAY(&server->arena, size_t, c->table_count);
    for (size_t i = 0; i < c->table_count; i++) {
        server->first_route[i] = server->route_count;
        server->route_count += server->tables[i].count;
    }
    server->root = router_build(&server->arena, server->tables, c->table_count);
    if (getrandom(&server->seed, sizeof(server->seed), 0) != sizeof(server->seed)) {
        abort();
    }
}

enum err http_server_start(const struct http_config *config, struct http_server **ret,
                           struct err_info *info)
{
    struct http_server *server = calloc(1, sizeof(*server));
    if (!server) {
        abort();
    }
    fill_config(server, config);
    server->loops = calloc(server->loop_count, sizeof(*server->loops));
    if (!server->loops) {
        abort();
    }
    for (unsigned i = 0; i < server->loop_count; i++) {
        struct loop *loop = &server->loops[i];
        *loop = (struct loop){.server = server, .listen = -1, .poll = -1, .wake = -1};
        loop->counts.took = ARENA_ARRAY(&server->arena, struct histogram,
                                        (server->route_count + 1) * STATUS_CLASSES);
    }
    struct place place;
    enum err e = parse_place(server->config.address, server->config.port, &place, info);
    e = e ? e : listen_all(server, &place, info);
    *ret = server; /* before a loop runs: its first request may ask for the server */
    for (unsigned i = 0; i < server->loop_count && !e; i++) {
        e = start_loop(&server->loops[i], place.address.any.sa_family == AF_INET6, info);
    }
    if (e) {
        http_server_stop(ret, 0);
    }
    return e;
}

uint16_t http_server_port(const struct http_server *server)
{
    return server->port;
}

void http_server_stop(struct http_server **server, int64_t grace_us)
{
    struct http_server *s = *server;
    if (!s) {
        return;
    }
    atomic_store(&s->stop_by_us, clock_us() + grace_us);
    atomic_store(&s->stopping, true);
    for (unsigned i = 0; i < s->loop_count; i++) {
        if (s->loops[i].running) {
            loop_wake(&s->loops[i]);
        }
    }
    for (unsigned i = 0; i < s->loop_count; i++) {
        struct loop *loop = &s->loops[i];
        if (loop->running) {
            pthread_join(loop->thread, NULL);
        } else if (loop->listen >= 0) {
            close(loop->listen); /* else the loop has closed it */
        }
        while (atomic_load(&loop->returning)) {
            sched_yield();
        }
        if (loop->poll >= 0) {
            close(loop->poll);
        }
        if (loop->wake >= 0) {
            close(loop->wake);
        }
    }
    free(s->loops);
    arena_release(&s->arena);
    free(s);
    *server = NULL;
}

static uint64_t get(const atomic_uint_fast64_t *count)
{
    return atomic_load_explicit(count, memory_order_relaxed);
}

struct http_figures http_figures(const struct http_server *server)
{
    struct http_figures f = {0};
    for (unsigned i = 0; i < server->loop_count; i++) {
        const struct counts *c = &server->loops[i].counts;
        for (int j = 0; j < 6; j++) {
            f.requests[j] += get(&c->requests[j]);
        }
        int64_t longest_us = atomic_load_explicit(&c->longest_turn_us, memory_order_relaxed);
        f.longest_turn_us = longest_us > f.longest_turn_us ? longest_us : f.longest_turn_us;
        histogram_read(&c->turns, &f.turns);
        f.bodies_bytes += get(&c->body_bytes);
        f.suspended += get(&c->suspended);
        f.streams += get(&c->streams);
        f.connections += get(&c->connections);
        f.streams_dropped += get(&c->streams_dropped);
        f.timeouts += get(&c->timeouts);
    }
    return f;
}

static const struct route *route_at(const struct http_server *server, size_t number)
{
    for (size_t i = server->config.table_count; i-- > 0;) {
        if (number >= server->first_route[i] && number < server->route_count) {
            return &server->tables[i].routes[number - server->first_route[i]];
        }
    }
    return NULL;
}

bool http_route_figures(const struct http_server *server, size_t n, struct http_route_figures *ret)
{
    size_t number = n / STATUS_CLASSES;
    if (number > server->route_count) {
        return false;
    }
    *ret = (struct http_route_figures){.route = route_at(server, number),
                                       .status_class = (unsigned)(n % STATUS_CLASSES)};
    for (unsigned i = 0; i < server->loop_count; i++) {
        histogram_read(&server->loops[i].counts.took[n], &ret->took);
    }
    return true;
}
