/* Start: database, migrations, modules, readers, clerk, HTTP. Stop: the reverse, so that whatever a
 * part still needs outlives it. */
#include "server/server.h"

#include "base/log.h"
#include "server/metrics.h"
#include "server/supervisor.h"
#include "server/work.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum { MODULES_MAX = 64, GRACE_US = 5000000, READY_US = 2000000 };

struct server {
    struct server_config config;
    const struct module *const *modules;
    size_t module_count, opened; /* opened: how many modules are to be closed */
    void *selves[MODULES_MAX];
    struct clerk_hook hooks[MODULES_MAX];
    size_t hook_count;
    const struct statement_table *statements[MODULES_MAX];
    size_t statement_count;
    struct route_table tables[MODULES_MAX + 1];
    struct database *db;
    struct staff staff;
    struct http_server *http;
    struct buf openapi;
    int stop; /* eventfd */
    pthread_rwlock_t publishing;
    bool publishes;
};

static enum err answer_health(struct request *request, struct database *db, struct reply *reply,
                              struct err_info *info)
{
    (void)request, (void)db, (void)info;
    reply_constant(reply, "text/plain", TEXT("ok\n"));
    return ERR_NONE;
}

static enum err answer_readiness(struct request *request, struct database *db, struct reply *reply,
                                 struct err_info *info)
{
    (void)request;
    enum err e = database_ping(db, info);
    if (!e) {
        reply_constant(reply, "text/plain", TEXT("ready\n"));
    }
    return e;
}

static enum err answer_metrics(struct request *request, struct database *db, struct reply *reply,
                               struct err_info *info)
{
    (void)db, (void)info;
    struct server *server = request_self(request);
    struct buf *out = reply_body(reply, 200, "text/plain; version=0.0.4");
    struct clerk_figures clerk = clerk_figures(server->staff.clerk);
    struct readers_figures readers = readers_figures(server->staff.readers);
    metrics_write(out, server->http, &clerk, &readers);
    for (size_t i = 0; i < server->module_count; i++) {
        if (server->modules[i]->metrics) {
            server->modules[i]->metrics(server->selves[i], out);
        }
    }
    return ERR_NONE;
}

static enum err answer_openapi(struct request *request, struct database *db, struct reply *reply,
                               struct err_info *info)
{
    (void)db, (void)info;
    struct server *server = request_self(request);
    reply_constant(reply, "application/json", buf_text(&server->openapi));
    return ERR_NONE;
}

static const struct route routes[] = {
    {.method = METHOD_GET,
     .path = "/healthz",
     .summary = "The process lives (it does not ask the database).",
     .handle = answer_health},
    {.method = METHOD_GET,
     .path = "/readyz",
     .summary = "The database answers.",
     .kind = ROUTE_READ,
     .answer_us = READY_US,
     .handle = answer_readiness},
    {.method = METHOD_GET,
     .path = "/metrics",
     .summary = "Counters for Prometheus.",
     .handle = answer_metrics},
    {.method = METHOD_GET,
     .path = "/api/v1/openapi.json",
     .summary = "This document.",
     .handle = answer_openapi},
};
const struct route_table server_routes = {routes, sizeof(routes) / sizeof(routes[0]), NULL};

static enum err open_database(struct server *server, struct err_info *info)
{
    struct database_config config = {
        .place = server->config.database,
        .mode = DATABASE_WRITE,
        .safety = server->config.safety,
        .shared = true,
    };
    enum err e = database_open(&config, &server->db, info);
    e = e ? e : migrate(server->db, &schema_migrations, info);
    for (size_t i = 0; i < server->module_count && !e; i++) {
        const struct statement_table *table = server->modules[i]->statements;
        if (table) {
            server->statements[server->statement_count++] = table;
            e = database_prepare(server->db, table, info);
        }
    }
    return e;
}

static enum err open_modules(struct server *server, struct err_info *info)
{
    for (size_t i = 0; i < server->module_count; i++) {
        const struct module *m = server->modules[i];
        enum err e = m->open ? m->open(server, server->db, &server->selves[i], info) : ERR_NONE;
        if (e) {
            return e;
        }
        server->opened = i + 1;
        server->tables[i] = (struct route_table){m->routes, m->route_count, server->selves[i]};
        if (m->hook) {
            struct clerk_hook *hook = &server->hooks[server->hook_count++];
            *hook = *m->hook;
            hook->self = server->selves[i];
        }
    }
    server->tables[server->module_count] = server_routes;
    server->tables[server->module_count].self = server;
    openapi_write(server->tables, server->module_count + 1,
                  server->config.version ? server->config.version : "0", &server->openapi);
    return ERR_NONE;
}

static enum err start_staff(struct server *server, struct err_info *info)
{
    struct readers_config readers = {
        .place = server->config.database,
        .tables = server->statements,
        .table_count = server->statement_count,
    };
    struct clerk_config clerk = {
        .db = server->db,
        .hooks = server->hooks,
        .hook_count = server->hook_count,
    };
    server->staff.labourers = labourers_start();
    server->staff.callers = labourers_start();
    enum err e = readers_start(&readers, &server->staff.readers, info);
    return e ? e : clerk_start(&clerk, &server->staff.clerk, info);
}

/* All that want to hear of a change, in their order. */
static enum err tell_modules(void *self, struct request *r, struct database *db,
                             struct err_info *info)
{
    struct server *server = self;
    enum err e = ERR_NONE;
    for (size_t i = 0; i < server->module_count && !e; i++) {
        if (server->modules[i]->audit) {
            e = server->modules[i]->audit(server->selves[i], r, db, info);
        }
    }
    return e;
}

static enum err start_http(struct server *server, struct err_info *info)
{
    struct http_config config = {
        .address = server->config.address,
        .port = server->config.port,
        .loops = server->config.loops,
        .tables = server->tables,
        .table_count = server->module_count + 1,
        .executor = {&server->staff, staff_submit},
        .session_cookie = server->config.session_cookie,
        .proxies = server->config.proxies,
        .proxy_count = server->config.proxy_count,
        .stylesheet = server->config.stylesheet,
        .audit = tell_modules,
        .audit_self = server,
    };
    for (size_t i = 0; i < server->module_count; i++) {
        const struct module *m = server->modules[i];
        if (m->authenticate) {
            config.authenticate = m->authenticate;
            config.authenticate_self = server->selves[i];
        }
        if (m->admit) {
            config.admit = m->admit;
            config.admit_self = server->selves[i];
        }
        if (m->brand) {
            config.brand = m->brand;
            config.brand_self = server->selves[i];
        }
    }
    return http_server_start(&config, &server->http, info);
}

static void set_publishing(struct server *server, bool publishes)
{
    pthread_rwlock_wrlock(&server->publishing);
    server->publishes = publishes;
    pthread_rwlock_unlock(&server->publishing);
}

static void tell_ready(struct server *server)
{
    const char *address = server->config.address ? server->config.address : "127.0.0.1";
    if (strcmp(address, "0.0.0.0") == 0 || strcmp(address, "::") == 0) {
        address = "localhost"; /* one that a browser on this machine can open */
    }
    bool six = strchr(address, ':') != NULL;
    uint16_t port = http_server_port(server->http);
    char url[96];
    snprintf(url, sizeof(url), six ? "http://[%s]:%u" : "http://%s:%u", address, port);
    log_say(LOG_INFO, "listening", "%s", url);
    if (server->config.ready) {
        server->config.ready(server->config.ready_self, server, url, port);
    }
}

/* Tells the supervisor that we live, if the clerk has moved since the last look; it is made to move
 * before the next one. */
static void show_life(const struct server *server, uint64_t *turns)
{
    uint64_t now = clerk_figures(server->staff.clerk).turns;
    if (now != *turns) {
        supervisor_tell("WATCHDOG=1");
    }
    *turns = now;
    clerk_wake(server->staff.clerk);
}

/* Until a signal (true) or server_stop(). */
static bool wait_for_stop(const struct server *server, int signals)
{
    struct pollfd fds[] = {{signals, POLLIN, 0}, {server->stop, POLLIN, 0}};
    int64_t patience_us = supervisor_patience_us();
    /* Four looks before it loses patience; at least one an hour. */
    int64_t quarter_ms = patience_us / 4000;
    int look_ms = quarter_ms < 3600000 ? (int)quarter_ms + 1 : 3600000;
    uint64_t turns = 0;
    int n;
    while ((n = poll(fds, 2, patience_us > 0 ? look_ms : -1)) <= 0) {
        if (n == 0) {
            show_life(server, &turns);
        }
    }
    struct signalfd_siginfo signal;
    if (!fds[0].revents || read(signals, &signal, sizeof(signal)) != sizeof(signal)) {
        return false;
    }
    log_say(LOG_INFO, "stopping", "%s", signal.ssi_signo == SIGINT ? "SIGINT" : "SIGTERM");
    return true;
}

static void stop_all(struct server *server)
{
    set_publishing(server, false);
    http_server_stop(&server->http, GRACE_US);
    for (size_t i = server->opened; i-- > 0;) {
        if (server->modules[i]->stop) {
            server->modules[i]->stop(server->selves[i]);
        }
    }
    labourers_stop(&server->staff.labourers);
    labourers_stop(&server->staff.callers);
    clerk_stop(&server->staff.clerk);
    readers_stop(&server->staff.readers);
    for (size_t i = server->opened; i-- > 0;) {
        if (server->modules[i]->close) {
            server->modules[i]->close(server->selves[i]);
        }
    }
    database_close(&server->db);
    buf_release(&server->openapi);
}

/* As many connections as the system lets us have. */
static void raise_limits(void)
{
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < files.rlim_max) {
        files.rlim_cur = files.rlim_max < 65536 ? files.rlim_max : 65536;
        (void)setrlimit(RLIMIT_NOFILE, &files);
    }
}

/* A file that may not grow, or a log whose reader has gone, is an error of that write, never the
 * end of the server. */
static void outlive_failed_writes(void)
{
    signal(SIGXFSZ, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
}

static enum err run(struct server *server, struct err_info *info)
{
    sigset_t stops, before;
    sigemptyset(&stops);
    sigaddset(&stops, SIGINT);
    sigaddset(&stops, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &stops, &before); /* threads started from here on inherit it */
    int signals = signalfd(-1, &stops, SFD_CLOEXEC | SFD_NONBLOCK);
    raise_limits();
    outlive_failed_writes();
    bool is_signalled = false;
    enum err e = open_database(server, info);
    e = e ? e : open_modules(server, info);
    e = e ? e : start_staff(server, info);
    e = e ? e : start_http(server, info);
    if (!e) {
        set_publishing(server, true);
        tell_ready(server);
        supervisor_tell("READY=1");
        is_signalled = wait_for_stop(server, signals);
        supervisor_tell("STOPPING=1");
    }
    stop_all(server);
    close(signals);
    if (!is_signalled) { /* else the process ends: who asks twice has been heard */
        pthread_sigmask(SIG_SETMASK, &before, NULL);
    }
    return e;
}

enum err server_run(const struct server_config *config, const struct module *const *modules,
                    size_t module_count, struct err_info *info)
{
    if (module_count > MODULES_MAX) {
        return err_set(info, ERR_LIMIT, "At most %d modules.", MODULES_MAX);
    }
    struct server *server = calloc(1, sizeof(*server));
    if (!server) {
        abort();
    }
    server->config = *config;
    server->modules = modules;
    server->module_count = module_count;
    server->stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    pthread_rwlock_init(&server->publishing, NULL);
    enum err e = run(server, info);
    pthread_rwlock_destroy(&server->publishing);
    close(server->stop);
    free(server);
    return e;
}

void server_stop(struct server *server)
{
    uint64_t one = 1;
    pthread_rwlock_rdlock(&server->publishing); /* the end of the server waits for us */
    ssize_t n = write(server->stop, &one, sizeof(one));
    (void)n; /* a full counter has been told before */
    pthread_rwlock_unlock(&server->publishing);
}

const char *server_database(struct server *server)
{
    return server->config.database;
}

struct readers *server_readers(struct server *server)
{
    return server->staff.readers;
}

struct clerk *server_clerk(struct server *server)
{
    return server->staff.clerk;
}

struct http_server *server_http(struct server *server)
{
    return server->http;
}

bool server_is_heard(struct server *server)
{
    pthread_rwlock_rdlock(&server->publishing);
    bool heard = server->publishes && http_server_is_heard(server->http);
    pthread_rwlock_unlock(&server->publishing);
    return heard;
}

void server_publish(struct server *server, const struct stream_event *event)
{
    pthread_rwlock_rdlock(&server->publishing);
    if (server->publishes) {
        http_server_publish(server->http, event);
    }
    pthread_rwlock_unlock(&server->publishing);
}

void server_doubt(struct server *server)
{
    pthread_rwlock_rdlock(&server->publishing);
    if (server->publishes) {
        http_server_doubt(server->http);
    }
    pthread_rwlock_unlock(&server->publishing);
}

void *server_module(struct server *server, const char *name)
{
    for (size_t i = 0; i < server->opened; i++) {
        if (strcmp(server->modules[i]->name, name) == 0) {
            return server->selves[i];
        }
    }
    return NULL;
}
